"""A fault in a distribution transformer stays behind its fuse."""

from sim.engine.facts import BreakerTripped, FuseBlown
from tests.protection.running import Running


def test_a_transformer_fault_blows_its_fuse_and_no_breaker_moves() -> None:
    run = Running()
    run.strike(10.0, "d/dt2")
    run.run(20.0)
    assert run.story() == [
        (10.0, "FaultStruck", "d/dt2#1"),
        (10.1, "FuseBlown", "d/dt2"),
        (10.1, "SupplyLost", "d/dt2"),
    ]
    assert run.state.customers_out == 20
    assert run.facts(BreakerTripped) == []


def test_repair_clears_the_fault_and_renews_the_fuse() -> None:
    run = Running()
    run.strike(10.0, "d/dt2")
    run.run(20.0)
    assert run.protection.damage_in("d/dt2") == ["d/dt2"]
    run.protection.repaired("d/dt2")
    assert run.story()[-3:] == [
        (20.0, "FaultCleared", "d/dt2#1"),
        (20.0, "FuseReplaced", "d/dt2"),
        (20.0, "SupplyRestored", "d/dt2"),
    ]
    assert run.state.customers_out == 0


def test_a_temporary_fault_still_costs_a_fuse_that_a_crew_finds() -> None:
    run = Running()
    run.strike(10.0, "d/dt2", "temporary")
    run.run(50.0)
    assert run.protection.faults.live == ()
    zone_ix = run.state.topology.zone_of_transformer[run.grid.transformer_ix["d/dt2"]]
    assert run.protection.damage_in(zone_ix) == ["d/dt2"]
    run.protection.repaired("d/dt2")
    assert run.state.customers_out == 0


def test_a_transformer_that_failed_in_the_dark_blows_its_fuse_when_the_feeder_returns() -> None:
    run = Running()
    run.operate(5.0, "d/a1@s", False)
    run.strike(10.0, "d/dt2")
    run.operate(30.0, "d/a1@s", True)
    run.run()
    assert len(run.facts(FuseBlown)) == 1
    assert run.state.customers_out == 20
    assert run.facts(BreakerTripped) == []
