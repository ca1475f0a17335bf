"""Short stories told fact by fact, at times worked out by hand.

Bus k of the feeder lies k km north of the station, so a section's middle lies half a km further.
A km of road takes 1.5 km / 35 km/h = 154.29 s, half of it 77.14 s.
"""

from pathlib import Path

import pytest

from sim.engine.facts import (
    BreakerTripped,
    CallersPlanned,
    CrewAssigned,
    FaultIndicated,
    IncidentOpened,
    SupplyLost,
    SupplyRestored,
    SwitchOperated,
    TroubleReported,
)
from sim.world.collect import collect
from tests.world.laws import check_end
from tests.world.town import event, facts, finish, first, story, world

KM_S = 1.5 * 1000.0 / (35.0 / 3.6)
HALF_KM_S = 0.5 * KM_S
TURN_OUT_S = 600.0
WALK_KM_S = 600.0
BY_HAND_S = 600.0
THINK_S = 120.0
REMOTE_S = 60.0
ASSESS_S = 1800.0

NOT_TOLD = {
    "CallersPlanned",
    "CommandGiven",
    "CrewReleased",
    "CrewShiftStarted",
    "IncidentRevised",
    "NoticeFinished",
    "NoticeSubmitted",
    "PromiseExpired",
    "RestorationTimeSet",
    "RunEnded",
    "RunStarted",
    "TroubleReported",
}


def tell(told: list[tuple[float, str, str]], expected: list[tuple[float, str, str]]) -> None:
    assert [each[1:] for each in told] == [each[1:] for each in expected]
    # the road is measured on a sphere, the hand on a map
    assert [each[0] for each in told] == pytest.approx([each[0] for each in expected], abs=0.1)


def test_a_permanent_fault_is_found_isolated_bypassed_and_repaired(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")]))
    feeder = "d/a1@s"
    expected = [
        (t := 3600.0, "FaultStruck", "d/a3#1"),
        (t := t + 0.5, "BreakerTripped", feeder),
        (t, "SupplyLost", feeder),
        (t := t + 2.0, "BreakerReclosed", feeder),
        (t, "SupplyRestored", feeder),
        (t := t + 0.5, "BreakerTripped", feeder),
        (t, "SupplyLost", feeder),
        (t, "BreakerLockedOut", feeder),
        # telecontrol tells of the first trip after 5 s, and finds the breaker open for good
        (t := 3600.5 + 5.0, "BreakerStateReported", feeder),
        (t, "IncidentOpened", f"{feeder}#1"),
        # nobody is sent before the indicators had their 6 min
        (t := t + 360.0 + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + TURN_OUT_S + HALF_KM_S, "CrewArrived", "d/a1"),
        (t := t + 3 * WALK_KM_S, "PatrolEnded", "d/a1"),
        # open both ends of a3; the far one is part of the same errand
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + HALF_KM_S, "CrewArrived", "d/a1"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/a3@2"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/a3@3"),
        (t := t + THINK_S + REMOTE_S, "SwitchOperated", feeder),
        (t, "SupplyRestored", feeder),
        (t, "BreakerStateReported", feeder),
        # the tie, from bus 2 to bus 6
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + KM_S, "CrewArrived", "d/a1"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/t@6"),
        (t, "SupplyRestored", "d/t@6"),
        # repair
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + HALF_KM_S, "CrewArrived", "d/a1"),
        (t := t + ASSESS_S, "RepairStarted", "d/a1"),
        (t := t + 7200.0, "FaultCleared", "d/a3#1"),
        (t, "RepairEnded", "d/a1"),
        # back to normal, without switching anybody off
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + HALF_KM_S, "CrewArrived", "d/a1"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/a3@2"),
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + KM_S, "CrewArrived", "d/a1"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/a3@3"),
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t, "CrewArrived", "d/a1"),
        (t := t + BY_HAND_S, "SwitchOperated", "d/t@6"),
        (t := t + THINK_S, "IncidentClosed", f"{feeder}#1"),
    ]
    tell(story(town, NOT_TOLD), expected)
    tasks = [entry.fact.task for entry in facts(town, CrewAssigned)]
    assert tasks == ["patrol", "switch", "switch", "repair", "switch", "switch", "switch"]
    restored = [entry.fact.transformers for entry in facts(town, SupplyRestored)]
    assert restored[1:] == [("d/dt1", "d/dt2"), ("d/dt3", "d/dt4")]
    check_end(town)


def test_a_momentary_fault_is_nobodys_business(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/a3", "temporary")]))
    expected = [
        (3600.0, "FaultStruck", "d/a3#1"),
        (3600.5, "BreakerTripped", "d/a1@s"),
        (3600.5, "SupplyLost", "d/a1@s"),
        (3601.5, "FaultCleared", "d/a3#1"),
        (3602.5, "BreakerReclosed", "d/a1@s"),
        (3602.5, "SupplyRestored", "d/a1@s"),
    ]
    tell(story(town, NOT_TOLD), expected)
    assert not facts(town, CallersPlanned, IncidentOpened)
    rows = collect(town)["interruptions"]
    assert rows["t_on_s"].tolist() == [3602.5] * 4
    assert rows["t_off_s"].tolist() == [3600.5] * 4


def test_one_call_leads_a_crew_to_a_blown_fuse(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/dt3")]))
    heard_s = facts(town, TroubleReported)[0].t_s
    ends = collect(town)["calls"]["t_end_s"]
    assert heard_s == min(ends)
    expected = [
        (3600.0, "FaultStruck", "d/dt3#1"),
        (3600.25, "FuseBlown", "d/dt3"),
        (3600.25, "SupplyLost", "d/dt3"),
        (t := heard_s + 180.0, "IncidentOpened", "d/dt3#1"),
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t := t + TURN_OUT_S + 3 * KM_S, "CrewArrived", "d/a1"),
        (t := t + ASSESS_S / 2, "PatrolEnded", "d/a1"),
        (t := t + THINK_S, "CrewAssigned", "d/a1"),
        (t, "CrewArrived", "d/a1"),
        (t := t + ASSESS_S, "RepairStarted", "d/a1"),
        (t := t + 3 * 3600.0, "FaultCleared", "d/dt3#1"),
        (t, "FuseReplaced", "d/dt3"),
        (t, "SupplyRestored", "d/dt3"),
        (t, "RepairEnded", "d/a1"),
        (t := t + THINK_S, "IncidentClosed", "d/dt3#1"),
    ]
    tell(story(town, NOT_TOLD), expected)


def test_a_wrong_indication_is_paid_with_another_trip(tmp_path: Path) -> None:
    """The indicators show a4; with a4 cut off the breaker is closed onto a3."""
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            district={"remote_switch_share": 1},
            control={"indicators": {"feeder_share": 1, "miss_share": 0, "false_share": 1}},
            seed=3,
        )
    )
    shown = first(town, FaultIndicated)
    assert shown.fact.section == "d/a4", "take another seed: the other neighbour is shown"
    assert shown.t_s == pytest.approx(3603.0 + 120.0)
    moves = [(round(e.t_s, 1), e.fact.device, e.fact.closed) for e in facts(town, SwitchOperated)]
    # the first look comes 2 min after the breaker's report, the moves one a minute, and the next
    # look 2 min after the first of them
    think_s = 3605.5 + THINK_S
    assert moves[:3] == [
        (think_s + 60, "d/a4@3", False),
        (think_s + 120, "d/a4@4", False),
        (think_s + 60 + THINK_S + 60, "d/a1@s", True),
    ]
    again = facts(town, BreakerTripped)[2]
    assert (again.t_s, again.fact.device, again.fact.fault) == (
        pytest.approx(think_s + 240.5),
        "d/a1@s",
        "d/a3#1",
    )
    check_end(town)


def test_a_tie_closed_onto_a_fault_costs_the_neighbour_minutes_only(tmp_path: Path) -> None:
    """Faults in a2 and a4; a4 is still unknown when the far end is tied to feeder b."""
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a2"), event("1 h", "d/a4")],
            district={"remote_switch_share": 1},
        )
    )
    tied = first(town, SwitchOperated, device="d/t@6", closed=True)
    trip = first(town, BreakerTripped, device="d/b1@s")
    assert trip.t_s == pytest.approx(tied.t_s + 0.5)
    assert trip.fact.fault == "d/a4#1"
    lost = next(e for e in facts(town, SupplyLost) if e.cause == trip.seq)
    assert set(lost.fact.transformers) == {"d/dt2", "d/dt3", "d/dt4", "d/dt5", "d/dt6"}
    opened = first(town, SwitchOperated, device="d/t@6", closed=False)
    back = first(town, SwitchOperated, device="d/b1@s", closed=True)
    # the move of the tie is looked at after 2 min; by then the trip has been reported
    assert opened.t_s == pytest.approx(tied.t_s + THINK_S + REMOTE_S)
    assert back.t_s == pytest.approx(opened.t_s + THINK_S + REMOTE_S)
    restored = next(e for e in facts(town, SupplyRestored) if e.cause == back.seq)
    assert set(restored.fact.transformers) == {"d/dt5", "d/dt6"}
    check_end(town)
