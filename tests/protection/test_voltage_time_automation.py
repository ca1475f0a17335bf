"""Load-break switches that act on voltage and time alone isolate a fault and restore the rest."""

import pytest
from pydantic import ValidationError

from sim.engine.facts import BreakerLockedOut, BreakerTripped, SwitchLocked, SwitchMoved
from sim.grid.assets import Grid
from sim.scenario.protection import Protection as Settings
from tests.grid import small
from tests.protection.running import Running

AUTOMATIC = {
    "automation": "voltage_time",
    "dead_times": ["2 s", "5 s"],
    "voltage_time": {"open_delay": "0.5 s", "tie_time": "60 s"},
}


def two_automatic_feeders(**district: object) -> Grid:
    """Return s—a1—1—a2—2—a3—3 ⋯ t ⋯ 5—b2—4—b1—s with a remote switch at the head of each."""
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(str(k), customers=2 ** (k - 1), load_mw=0.1) for k in range(1, 6)]
    return small.grid(
        nodes,
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB", at_v=""),
            small.edge("a2", "1", "2", at_v=""),
            small.edge("a3", "2", "3", at_v=""),
            small.edge("b1", "s", "4", at_u="CB", at_v=""),
            small.edge("b2", "4", "5", at_v=""),
            small.edge("t", "3", "5", at_u="", open_at_v=True),
        ],
        {"remote_switch_share": 1.0, **district},
    )


def running(**of: object) -> Running:
    return Running(two_automatic_feeders(), **{**AUTOMATIC, **of})


def closed(run: Running) -> set[str]:
    return {each.id for each in run.grid.switches if run.state.is_closed(each.ix)}


def test_the_first_reclosing_finds_the_section_and_the_second_restores_what_lies_before() -> None:
    run = running()
    run.strike(10.0, "d/a2")
    run.run(300.0)
    story = [each for each in run.story() if each[1] not in ("SupplyLost", "SupplyRestored")]
    assert story == [
        (10.0, "FaultStruck", "d/a2#1"),
        (10.3, "BreakerTripped", "d/a1@s"),
        (10.8, "SwitchMoved", "d/a2@1"),
        (10.8, "SwitchMoved", "d/a3@2"),
        (12.3, "BreakerReclosed", "d/a1@s"),
        # X = 7 s: the switch closes onto the fault, which is there for the trip delay only
        (19.3, "SwitchMoved", "d/a2@1"),
        (19.6, "BreakerTripped", "d/a1@s"),
        (19.6, "SwitchLocked", "d/a2@1"),
        (19.6, "SwitchLocked", "d/a3@2"),
        (20.1, "SwitchMoved", "d/a2@1"),
        (24.6, "BreakerReclosed", "d/a1@s"),
        # XL = 60 s after the tie's side lost voltage
        (70.3, "SwitchMoved", "d/t@5"),
    ]
    assert {fact.section for fact in run.facts(SwitchLocked)} == {"d/a2"}
    # bus 2 hangs on the faulted section; 1 is fed by its breaker, 3 over the tie
    assert run.state.customers_out == 2


def test_a_temporary_fault_leaves_everything_as_it_was() -> None:
    run = running()
    run.strike(10.0, "d/a3", "temporary")
    run.run(300.0)
    assert run.facts(SwitchLocked) == []
    assert run.state.customers_out == 0
    assert closed(run) == {each.id for each in run.grid.switches if each.is_closed}


def test_a_fault_in_the_first_section_locks_the_breaker_out_and_the_rest_comes_over_the_tie() -> (
    None
):
    run = running()
    run.strike(10.0, "d/a1")
    run.run(300.0)
    assert len(run.facts(BreakerLockedOut)) == 1
    assert {fact.device for fact in run.facts(SwitchLocked)} == {"d/a2@1"}
    assert run.state.customers_out == 1


def test_the_neighbour_never_trips_for_a_fault_that_was_located() -> None:
    for section in ("d/a1", "d/a2", "d/a3"):
        run = running()
        run.strike(10.0, section)
        run.run(600.0)
        assert {fact.device for fact in run.facts(BreakerTripped)} == {"d/a1@s"}, section


def test_a_switch_opened_by_order_is_not_closed_again() -> None:
    run = running()
    run.operate(5.0, "d/a3@2", False)
    run.operate(6.0, "d/a2@1", False)
    run.run(50.0)
    assert {"d/a2@1", "d/a3@2"}.isdisjoint(closed(run))
    assert run.facts(SwitchMoved) == []


def test_a_feeder_opened_by_order_stays_dark_until_it_is_closed_by_order() -> None:
    run = running()
    run.operate(5.0, "d/a1@s", False)
    run.run(300.0)
    assert "d/t@5" not in closed(run)
    assert run.state.customers_out == 1 + 2 + 4
    run.operate(310.0, "d/a1@s", True)
    run.run(400.0)
    assert run.state.customers_out == 0
    # and the tie serves the next fault as ever
    run.strike(500.0, "d/a2")
    run.run(700.0)
    assert "d/t@5" in closed(run)
    assert run.state.customers_out == 2


def test_an_order_frees_a_locked_switch() -> None:
    run = running()
    run.strike(10.0, "d/a3")
    run.at(100.0, lambda: run.protection.repaired("d/a3"))
    run.operate(110.0, "d/a3@2", True)
    run.run(300.0)
    assert run.state.customers_out == 0
    run.strike(400.0, "d/a1", "temporary")
    run.run(600.0)
    assert run.state.customers_out == 0
    assert "d/a3@2" in closed(run)


def test_automation_may_be_that_of_one_feeder() -> None:
    run = running(automation="none", automation_of={"d/a1@s": "voltage_time"})
    run.strike(10.0, "d/b1", "temporary")
    run.run(100.0)
    assert run.facts(SwitchMoved) == []
    run.strike(200.0, "d/a1", "temporary")
    run.run(400.0)
    assert {fact.device for fact in run.facts(SwitchMoved)} == {"d/a2@1", "d/a3@2"}


def test_one_reclosing_is_not_enough_and_y_is_shorter_than_x() -> None:
    with pytest.raises(ValidationError, match="two dead_times"):
        Settings.model_validate({"automation": "voltage_time"})
    with pytest.raises(ValidationError, match="shorter than x_time"):
        Settings.model_validate({"voltage_time": {"x_time": "5 s", "y_time": "5 s"}})
