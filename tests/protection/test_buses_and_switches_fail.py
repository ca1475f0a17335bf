"""Bus bars and switches fail like lines do: their zone is cut off until they are repaired."""

from sim.engine.facts import BreakerTripped
from tests.protection.running import Running


def trips(run: Running) -> list[str]:
    return [fact.device for fact in run.facts(BreakerTripped)]


def test_a_fault_on_the_bus_bar_trips_the_transformer_that_feeds_it() -> None:
    run = Running()
    run.strike(10.0, "d/buss")
    run.run()
    assert trips(run) == ["d/trafo@s"]
    assert run.state.customers_out == 100


def test_a_failed_feeder_breaker_is_a_fault_of_its_bus_bar() -> None:
    run = Running()
    run.strike(10.0, "d/a1@s")
    run.run()
    assert trips(run) == ["d/trafo@s"]
    assert run.protection.damage_in("d/a1") == ["d/a1@s"]
    assert run.protection.damage_in("d/b2") == []


def test_a_failed_load_break_switch_trips_its_feeder_and_is_found_beside_the_line() -> None:
    run = Running(dead_times=[])
    run.strike(10.0, "d/a2@1")
    run.run()
    assert trips(run) == ["d/a1@s"]
    assert run.protection.damage_in("d/a2") == ["d/a2@1"]
    assert run.protection.damage_in("d/a1") == ["d/a2@1"]


def test_supply_comes_back_over_a_repaired_bus() -> None:
    run = Running(dead_times=[])
    run.strike(10.0, "d/bus1")
    run.at(50.0, lambda: run.protection.repaired("d/bus1"))
    run.operate(60.0, "d/a1@s", True)
    run.run()
    assert run.protection.faults.live == ()
    assert run.state.customers_out == 0
