"""Breakers trip, reclose and lock out."""

import pytest

from sim.engine.facts import (
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    FaultCleared,
    SupplyLost,
    SupplyRestored,
)
from sim.grid.assets import Grid
from tests.grid import small
from tests.protection.running import NEVER_IN_TIME, Running


def test_a_permanent_fault_trips_recloses_once_and_locks_out() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    run.run()
    assert run.story() == [
        (10.0, "FaultStruck", "d/a2#1"),
        (10.3, "BreakerTripped", "d/a1@s"),
        (10.3, "SupplyLost", "d/a1@s"),
        (12.3, "BreakerReclosed", "d/a1@s"),
        (12.3, "SupplyRestored", "d/a1@s"),
        (12.6, "BreakerTripped", "d/a1@s"),
        (12.6, "SupplyLost", "d/a1@s"),
        (12.6, "BreakerLockedOut", "d/a1@s"),
    ]
    assert run.state.customers_out == 30
    (lost, _) = run.facts(SupplyLost)
    assert lost.transformers == ("d/dt1", "d/dt2")
    assert lost.customers == 30


def test_every_fact_leads_back_to_the_fault() -> None:
    run = Running()
    run.strike(10.0, "d/a2")
    run.run()
    last = len(run.journal) - 1
    assert run.chain(last) == [
        "BreakerLockedOut",
        "BreakerTripped",
        "BreakerReclosed",
        "BreakerTripped",
        "FaultStruck",
    ]


def test_a_temporary_fault_is_gone_at_the_reclosing() -> None:
    run = Running()
    run.strike(10.0, "d/a2", "temporary")
    run.run()
    assert run.story()[3:] == [
        (11.3, "FaultCleared", "d/a2#1"),
        (12.3, "BreakerReclosed", "d/a1@s"),
        (12.3, "SupplyRestored", "d/a1@s"),
    ]
    assert run.facts(FaultCleared)[0].how == "self"
    assert run.state.customers_out == 0


def test_a_slow_temporary_fault_locks_out_and_then_leaves_nothing_to_find() -> None:
    run = Running(temporary_clearing=NEVER_IN_TIME)
    run.strike(10.0, "d/a2", "temporary")
    run.operate(60.0, "d/a1@s", True)
    run.run()
    assert len(run.facts(BreakerLockedOut)) == 1
    # dark anew from 12.6 on: gone ten seconds later
    assert (22.6, "FaultCleared", "d/a2#1") in run.story()
    assert run.state.customers_out == 0


def test_voltage_keeps_an_arc_alive_that_was_about_to_go_out() -> None:
    # dark from 10.3 to 12.3, voltage to 12.6: the arc needs 2.1 s in the dark at one stretch
    run = Running(temporary_clearing={"constant": "2.1 s"})
    run.strike(10.0, "d/a2", "temporary")
    run.run()
    assert run.story()[-3:] == [
        (12.6, "SupplyLost", "d/a1@s"),
        (12.6, "BreakerLockedOut", "d/a1@s"),
        (14.7, "FaultCleared", "d/a2#1"),
    ]


def test_a_breaker_locked_out_has_its_shots_back_after_it_held() -> None:
    run = Running(temporary_clearing=NEVER_IN_TIME)
    run.strike(10.0, "d/a2", "temporary")
    run.at(60.0, lambda: run.protection.operate("d/a1@s", True, "remote"))
    run.strike(70.0, "d/a1")
    run.run()
    assert [fact.shot for fact in run.facts(BreakerReclosed)] == [1, 1]
    assert len(run.facts(BreakerLockedOut)) == 2


def test_without_shots_the_first_trip_locks_out() -> None:
    run = Running(dead_times=[])
    run.strike(10.0, "d/a2", "temporary")
    run.run()
    assert run.facts(BreakerReclosed) == []
    assert len(run.facts(BreakerLockedOut)) == 1


def test_as_many_reclosings_as_dead_times() -> None:
    run = Running(dead_times=["0.5 s", "15 s"], temporary_clearing=NEVER_IN_TIME)
    run.strike(10.0, "d/a2", "temporary")
    run.run()
    assert [fact.shot for fact in run.facts(BreakerReclosed)] == [1, 2]
    assert run.facts(BreakerLockedOut) == []
    assert run.state.customers_out == 0


@pytest.mark.parametrize(("second_s", "locked_out"), [(20.0, True), (60.0, False)])
def test_shots_start_over_only_after_the_reclaim_time(second_s: float, locked_out: bool) -> None:
    run = Running()
    run.strike(10.0, "d/a2", "temporary")
    run.strike(second_s, "d/a1", "temporary")
    run.run()
    assert bool(run.facts(BreakerLockedOut)) == locked_out


def test_two_faults_of_one_feeder_trip_it_once() -> None:
    run = Running(dead_times=[])
    run.strike(10.0, "d/a1")
    run.strike(10.1, "d/a2")
    run.run()
    assert len(run.facts(BreakerTripped)) == 1


def breakers_in_a_row() -> Grid:
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=1),
            small.node("2", customers=2),
        ],
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2", at_u="CB"),
        ],
    )


def test_a_fault_beyond_a_second_breaker_spares_the_first() -> None:
    run = Running(breakers_in_a_row(), dead_times=[])
    run.strike(10.0, "d/a2")
    run.run()
    assert [fact.device for fact in run.facts(BreakerTripped)] == ["d/a2@1"]
    assert run.state.customers_out == 2


def test_a_fault_before_a_second_breaker_does_not_move_it() -> None:
    run = Running(breakers_in_a_row(), dead_times=[])
    run.strike(10.0, "d/a1")
    run.run()
    assert [fact.device for fact in run.facts(BreakerTripped)] == ["d/a1@s"]
    assert run.state.customers_out == 3


def test_a_closed_ring_is_tripped_from_both_sides() -> None:
    run = Running(dead_times=[])
    run.operate(5.0, "d/t@4", True)
    run.strike(10.0, "d/a2")
    run.run()
    assert [fact.device for fact in run.facts(BreakerTripped)] == ["d/a1@s", "d/b1@s"]
    assert run.state.customers_out == 100


def test_a_substation_transformer_is_cut_off_on_both_sides_and_its_twin_carries_on() -> None:
    grid = small.grid(
        [small.node("h", kv=110.0), small.node("s"), small.node("r"), small.node("1", customers=9)],
        [
            small.transformer("trafo0", "h", "s"),
            small.transformer("trafo1", "h", "r"),
            small.coupler("sw5", "s", "r"),
            small.edge("a", "s", "1", at_u="CB"),
        ],
    )
    run = Running(grid)
    run.strike(10.0, "d/trafo0")
    run.run()
    assert [fact.device for fact in run.facts(BreakerTripped)] == ["d/trafo0@h", "d/trafo0@s"]
    assert len(run.facts(BreakerLockedOut)) == 2
    assert run.facts(BreakerReclosed) == []
    assert run.state.customers_out == 0


def test_spans_fail_their_section_and_the_same_asset_fails_once() -> None:
    run = Running(small.two_feeders(overhead_share=1.0), dead_times=[])
    run.strike(10.0, "d/a2/span3")
    run.strike(11.0, "d/a2/span3")
    run.strike(12.0, "d/a2/pole0")
    run.run()
    assert [each.id for each in run.protection.faults.live] == ["d/a2/span3#1", "d/a2/pole0#1"]
    assert len(run.facts(SupplyLost)) == 1


def test_damage_takes_the_place_of_a_passing_arc() -> None:
    run = Running()
    run.strike(10.0, "d/a2", "temporary")
    run.strike(10.5, "d/a2", "permanent")
    run.run()
    assert [each.id for each in run.protection.faults.live] == ["d/a2#2"]
    assert run.state.customers_out == 30
    assert run.protection.damage_in("d/a2") == ["d/a2"]


def test_an_unknown_asset_is_a_key_error() -> None:
    run = Running()
    for asset in ("d/zz", "d/a2/span0", "x/a2"):
        with pytest.raises(KeyError):
            run.protection.strike(asset, "permanent", "given")


def test_an_interruption_ends_for_exactly_those_it_began_for() -> None:
    run = Running()
    run.strike(10.0, "d/b2", "temporary")
    run.run()
    (lost,) = run.facts(SupplyLost)
    (restored,) = run.facts(SupplyRestored)
    assert lost.transformers == restored.transformers
    assert lost.customers == restored.customers == 70
