"""Switching by order: isolation, back-feed, switching onto a fault, latent faults, repair."""

from sim.engine.facts import BreakerLockedOut, BreakerReclosed, BreakerTripped, SwitchOperated
from tests.protection.running import Running


def isolated(run: Running) -> None:
    """Strike a2, let the feeder lock out, isolate a2, restore both sides."""
    run.strike(10.0, "d/a2")
    run.operate(20.0, "d/a2@1", False)
    run.operate(21.0, "d/a2@2", False)
    run.operate(22.0, "d/a1@s", True)
    run.operate(23.0, "d/t@4", True)


def test_isolation_and_back_feed_bring_all_but_the_fault_back() -> None:
    run = Running()
    isolated(run)
    run.run(50.0)
    assert run.state.customers_out == 0
    zone_ix = run.state.topology.zone_of_section[run.grid.section_ix["d/a2"]]
    assert not run.state.is_zone_supplied(zone_ix)
    assert len(run.facts(BreakerTripped)) == 2


def test_closing_a_breaker_onto_the_fault_trips_again_without_reclosing() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    run.operate(30.0, "d/a1@s", True)
    run.run()
    assert run.story()[-5:] == [
        (30.0, "SwitchOperated", "d/a1@s"),
        (30.0, "SupplyRestored", "d/a1@s"),
        (30.3, "BreakerTripped", "d/a1@s"),
        (30.3, "SupplyLost", "d/a1@s"),
        (30.3, "BreakerLockedOut", "d/a1@s"),
    ]
    assert len(run.facts(BreakerReclosed)) == 1
    assert run.chain(len(run.journal) - 1) == [
        "BreakerLockedOut",
        "BreakerTripped",
        "SwitchOperated",
    ]


def test_a_tie_closed_onto_the_fault_takes_the_healthy_feeder_too() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    run.operate(30.0, "d/t@4", True)
    run.run()
    assert run.facts(BreakerTripped)[-1].device == "d/b1@s"
    assert run.facts(BreakerLockedOut)[-1].device == "d/b1@s"
    assert run.state.customers_out == 100


def test_a_fault_in_the_dark_is_met_when_its_zone_gets_voltage() -> None:
    run = Running()
    run.operate(5.0, "d/a1@s", False)
    run.strike(10.0, "d/a2")
    run.run(20.0)
    assert run.facts(BreakerTripped) == []
    run.operate(30.0, "d/a1@s", True)
    run.run()
    assert (30.3, "BreakerTripped", "d/a1@s") in run.story()


def test_a_temporary_fault_in_the_dark_is_gone_before_voltage_returns() -> None:
    run = Running()
    run.operate(5.0, "d/a1@s", False)
    run.strike(10.0, "d/a2", "temporary")
    run.operate(30.0, "d/a1@s", True)
    run.run()
    assert (11.0, "FaultCleared", "d/a2#1") in run.story()
    assert run.facts(BreakerTripped) == []
    assert run.state.customers_out == 0


def test_an_order_during_the_dead_time_gives_up_reclosing() -> None:
    run = Running()
    run.strike(10.0, "d/a2", "temporary")
    run.operate(11.0, "d/a1@s", False)
    run.run()
    assert run.facts(BreakerReclosed) == []
    assert run.state.customers_out == 30


def test_a_load_break_switch_does_not_open_fault_current() -> None:
    run = Running()
    answers: list[int | None] = []
    allowed: list[bool] = []
    may_open = run.protection.may_open
    run.strike(10.0, "d/a2")
    run.at(10.05, lambda: allowed.extend(may_open(each) for each in ("d/a2@1", "d/a1@s")))
    run.at(10.1, lambda: answers.append(run.protection.operate("d/a2@1", False, "remote")))
    run.at(10.2, lambda: answers.append(run.protection.operate("d/b2@3", False, "remote")))
    run.run()
    assert allowed == [False, True]
    assert answers[0] is None
    assert answers[1] is not None
    assert [fact.device for fact in run.facts(SwitchOperated)] == ["d/b2@3"]


def test_an_order_that_changes_nothing_is_still_on_record() -> None:
    run = Running()
    run.operate(5.0, "d/a1@s", True)
    run.run()
    assert run.story() == [(5.0, "SwitchOperated", "d/a1@s")]


def test_a_crew_finds_the_damage_and_repair_lets_the_feeder_hold() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    zone_ix = run.state.topology.zone_of_section[run.grid.section_ix["d/a2"]]
    run.run(30.0)
    assert run.protection.damage_in(zone_ix) == ["d/a2"]
    assert run.protection.damage_in("d/a1") == []
    run.protection.repaired("d/a2")
    assert run.protection.damage_in(zone_ix) == []
    run.operate(40.0, "d/a1@s", True)
    run.run()
    assert run.state.customers_out == 0
    assert (30.0, "FaultCleared", "d/a2#1") in run.story()


def test_a_second_fault_after_repair_has_the_next_number() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    run.at(20.0, lambda: run.protection.repaired("d/a2"))
    run.strike(30.0, "d/a2")
    run.run()
    assert [each.id for each in run.protection.faults.live] == ["d/a2#2"]
