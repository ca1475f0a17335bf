"""Cases in which the automatic control room once got lost."""

from pathlib import Path
from typing import Any

import pytest

from sim.commands import CloseIncident, OperateSwitch
from sim.engine.facts import (
    BreakerTripped,
    CommandGiven,
    CommandRefused,
    CrewAssigned,
    IncidentOpened,
    PatrolEnded,
    RepairEnded,
    RestorationTimeSet,
    SupplyLost,
    SwitchOperated,
    TroubleReported,
)
from tests.world.laws import check_end
from tests.world.town import (
    HOUR,
    Source,
    at,
    constant,
    event,
    facts,
    finish,
    two_feeders,
    weather,
    world,
)

EVERYBODY_CALLS: dict[str, Any] = {
    "classes": {"all": {"share": 1, "call_share": 1}},
    "calling": {"again_factor": 1},
}


def test_a_tie_open_at_its_live_end_brings_back_the_far_end(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")]))
    moves = [entry.fact for entry in facts(town, SwitchOperated)]
    closed = [fact.device for fact in moves if fact.closed]
    assert "d/t@6" in closed
    assert closed.index("d/t@6") < closed.index("d/a3@3")
    check_end(town)


def test_a_tie_refused_by_the_neighbour_is_not_tried_for_ever(tmp_path: Path) -> None:
    """Faults in a2 and a4: a4 is unknown when the tie is closed, and trips the neighbour.

    It may be tried once more after a2 is repaired: two tries before the rest is walked.
    """
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a2"), event("1 h", "d/a4")],
            district={"remote_switch_share": 1},
        )
    )
    moves = [entry.fact for entry in facts(town, SwitchOperated)]
    closings = [fact for fact in moves if fact.device == "d/t@6" and fact.closed]
    trips = [e for e in facts(town, BreakerTripped) if e.fact.device == "d/b1@s"]
    assert 1 <= len(trips) <= 2
    assert len(closings) <= 3
    check_end(town)


def test_a_breaker_that_trips_without_its_suspect_tie_is_searched(tmp_path: Path) -> None:
    """While the tie is blamed, the neighbour gets a fault of its own."""
    town = finish(
        world(
            tmp_path,
            events=[
                event("1 h", "d/a2"),
                event("1 h", "d/a4"),
                event("9720 s", "d/b2"),
            ],
            run={"at_most": "60 h"},
        )
    )
    assert len(facts(town, BreakerTripped)) < 12
    check_end(town)


def test_a_remotely_isolated_section_is_walked_before_it_is_tried(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            district={"remote_switch_share": 1},
            control={"indicators": {"feeder_share": 1, "miss_share": 0}},
        )
    )
    assert len(facts(town, BreakerTripped)) == 2  # the fault and its one reclosing
    assert len(facts(town, PatrolEnded)) == 1
    check_end(town)


def test_damage_somebody_else_repaired_is_struck_off(tmp_path: Path) -> None:
    """Repairing the whole section mends its span too; the crew sent for the span finds it whole."""
    town = finish(world(tmp_path, events=[event("1 h", "d/a3"), event("1 h", "d/a3/span2")]))
    repairs = [e for e in facts(town, CrewAssigned) if e.fact.task == "repair"]
    assert len(repairs) <= 2
    assert {e.fact.asset for e in facts(town, RepairEnded)} == {"d/a3", "d/a3/span2"}
    check_end(town)


def test_control_listens_on_after_a_report_was_entered_for_the_wrong_place(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/dt3")],
            customers=EVERYBODY_CALLS,
            control={"trouble_calls": {"wrong_place_share": 0.5}},
            seed=3,
        )
    )
    wrong = [e for e in facts(town, IncidentOpened) if e.fact.device != "d/dt3"]
    assert wrong, "the first report should have been entered for a neighbour"
    assert len(facts(town, TroubleReported)) > 1
    check_end(town)


def test_three_blown_fuses_are_not_taken_for_a_dead_feeder_for_ever(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", f"d/dt{k}") for k in (1, 2, 3)],
            customers=EVERYBODY_CALLS,
        )
    )
    patrols = [e for e in facts(town, CrewAssigned) if e.fact.task == "patrol"]
    assert len(patrols) == 1
    check_end(town)


def test_a_feeder_whose_trip_was_not_reported_is_predicted_from_calls(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            customers=EVERYBODY_CALLS,
            control={"telecontrol": {"stale_share": 1}},
        )
    )
    assert [e.fact.device for e in facts(town, IncidentOpened) if e.fact.device == "d/a1@s"]
    check_end(town)


def test_a_crews_short_estimate_is_not_extended_at_once(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            crews={"repair": {"overhead": constant("5 min")}},
        )
    )
    assessed = next(e for e in facts(town, RestorationTimeSet) if e.fact.stage == "assessment")
    later = [e for e in facts(town, RestorationTimeSet) if e.seq > assessed.seq]
    assert all(e.t_s > assessed.t_s for e in later)


def test_work_begins_when_the_wind_falls_though_the_district_has_no_crew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crews of the other district stand by; nobody of this district resumes."""
    weather(monkeypatch, lambda t_s: 30.0 * (t_s < 5 * HOUR), lambda _t_s: 0.0)
    town = world(
        tmp_path,
        {"d": two_feeders(), "e": two_feeders()},
        events=[event("1 h", "d/a3")],
        crews={"depots": {"e": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]}}},
    )
    finish(town)
    first = facts(town, CrewAssigned)[0]
    assert 5 * HOUR - 600 <= first.t_s <= 5 * HOUR + 300.0
    check_end(town)


def test_a_person_may_not_close_an_incident_whose_customers_are_switched_off(
    tmp_path: Path,
) -> None:
    town = world(tmp_path, events=[event("1 h", "d/a3")])
    for minutes in (64, 90):
        at(town, 60.0 * minutes, lambda: town.give(CloseIncident("d/a1@s#1", "tired"), "person"))
    finish(town)
    assert [e.fact.why for e in facts(town, CommandRefused)] == ["customers_out", "crew_at_work"]
    check_end(town)


def test_a_switch_opened_by_a_person_without_an_incident_is_closed_again(tmp_path: Path) -> None:
    town = world(tmp_path, district={"remote_switch_share": 1})
    at(town, HOUR, lambda: town.give(OperateSwitch("d/a2@1", False, ""), "person"))
    finish(town)
    assert [e.fact.device for e in facts(town, IncidentOpened)] == ["d/a1@s"]
    assert facts(town, CommandGiven)
    check_end(town)


def test_a_tie_of_the_feeder_itself_is_blamed_once_only(tmp_path: Path) -> None:
    """The tie leads from the feeder to itself, and was closed just before the breaker tripped."""
    source = Source()
    source.station()
    source.bus("x0", 20, north_km=1.0)
    source.bus("x1", 60, north_km=2.0)
    source.line("lx0", "s", "x0", at_u="CB", km=4.0)
    source.line("lx1", "x0", "x1")
    source.line("t0", "x1", "x0", open_at_v=True)
    storm = [event("1 h", "d/lx1"), event("2 h", "d/lx0"), event("3 h", "d/t0")]
    town = finish(world(tmp_path, source, events=storm))
    assert len(facts(town, SwitchOperated)) < 30
    check_end(town)


def test_a_stale_indication_does_not_isolate_a_section_with_supply(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            district={"remote_switch_share": 1},
            control={"indicators": {"feeder_share": 1, "miss_share": 0, "false_share": 1}},
        )
    )
    openings = [e for e in facts(town, SwitchOperated) if not e.fact.closed]
    lost = [e for e in facts(town, SupplyLost) if e.cause in {o.seq for o in openings}]
    assert not lost
    check_end(town)
