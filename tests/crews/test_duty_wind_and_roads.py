"""Crews: shifts over midnight, overtime, wind that stops work, roads, and the queue of work."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.crews.dispatch import Candidate, OpenTask, best_crew, in_order
from sim.crews.standdown import StandDown, windows_above
from sim.crews.travel import Place, distance_km, travel_s
from sim.engine.facts import (
    CrewArrived,
    CrewAssigned,
    CrewReleased,
    CrewResumed,
    CrewShiftEnded,
    CrewShiftStarted,
    CrewStoodDown,
    RepairEnded,
    RepairStarted,
)
from sim.scenario.crews import Travel
from sim.world.collect import collect
from tests.world.laws import check_end
from tests.world.town import HOUR, constant, event, facts, finish, two_feeders, weather, world

QUIET = settings(deadline=None, derandomize=True, max_examples=100)


def shifts(*spans: tuple[str, str, int]) -> dict[str, Any]:
    rows = [{"start": start, "end": end, "crews": crews} for start, end, crews in spans]
    return {"depots": {"d": {"shifts": rows}}}


# --- roads


def test_the_road_is_the_great_circle_times_its_factor() -> None:
    a, b = Place("a", 0, 27.0, 119.0), Place("b", 0, 28.0, 119.0)
    assert distance_km(a, b) == pytest.approx(6371.0 * math.pi / 180.0)
    section = Travel.model_validate({"speed": "36 km/h", "road_factor": 1.5})
    expected_s = distance_km(a, b) * 1000.0 * 1.5 / 10.0
    assert travel_s(a, b, 0.0, section, 20.0) == pytest.approx(expected_s)
    assert travel_s(a, a, 0.0, section, 20.0) == 0.0


@pytest.mark.parametrize(
    ("gust_ms", "share"), [(0, 1.0), (10, 1.0), (15, 0.7), (20, 0.4), (99, 0.4)]
)
def test_wind_slows_the_road_down_to_its_slowest_share(gust_ms: float, share: float) -> None:
    a, b = Place("a", 0, 27.0, 119.0), Place("b", 0, 27.1, 119.0)
    calm_s = travel_s(a, b, 0.0, Travel(), 20.0)
    assert travel_s(a, b, gust_ms, Travel(), 20.0) == pytest.approx(calm_s / share)


# --- wind that stops work


def test_windows_begin_and_end_where_the_gust_crosses_the_limit() -> None:
    t_s = np.arange(0.0, 60.0, 10.0)
    gust = np.array([0.0, 30.0, 30.0, 10.0, 10.0, 30.0])
    assert windows_above(t_s, gust, 20.0) == [
        (pytest.approx(20 / 3), pytest.approx(25.0)),
        (pytest.approx(45.0), math.inf),
    ]
    assert windows_above(t_s, gust, 40.0) == []
    assert windows_above(t_s, gust + 40.0, 20.0) == [(0.0, math.inf)]


WINDOWS = st.lists(st.floats(0.0, 1000.0), min_size=0, max_size=8, unique=True).map(
    lambda times: list(zip(sorted(times)[::2], sorted(times)[1::2], strict=False))
)


@QUIET
@given(windows=WINDOWS, start_s=st.floats(0.0, 1000.0), work_s=st.floats(0.0, 500.0))
def test_work_ends_when_its_calm_time_adds_up(
    windows: list[tuple[float, float]], start_s: float, work_s: float
) -> None:
    still = StandDown([windows])
    end_s = still.end_of(0, start_s, work_s)
    paused_s = sum(max(0.0, min(end, end_s) - max(begin, start_s)) for begin, end in windows)
    assert end_s - start_s == pytest.approx(work_s + paused_s)
    if work_s > 0:
        # nobody finishes in the middle of a storm
        assert not any(begin + 1e-9 < end_s < end - 1e-9 for begin, end in windows)
    for begin, end in windows:
        assert still.is_on(0, begin) == (end > begin)
        assert still.is_on(0, 0.5 * (begin + end)) == (end > begin)
    assert not still.is_on(0, -1.0)


def test_work_in_an_endless_storm_never_ends() -> None:
    still = StandDown([[(10.0, math.inf)]])
    assert still.end_of(0, 0.0, 5.0) == 5.0
    assert still.end_of(0, 0.0, 20.0) == math.inf


def test_a_crew_waits_out_the_wind_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The repair of 2 h begins before the wind comes and takes an hour longer."""
    weather(monkeypatch, lambda t_s: 30.0 * (4 * HOUR <= t_s < 5 * HOUR))
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")]))
    started, ended = facts(town, RepairStarted)[0], facts(town, RepairEnded)[0]
    down, up = facts(town, CrewStoodDown)[0], facts(town, CrewResumed)[0]
    assert started.t_s < down.t_s < up.t_s < ended.t_s
    assert ended.t_s - started.t_s == pytest.approx(2 * HOUR + up.t_s - down.t_s)
    # the wind is sampled every ten minutes, in between it is linear
    assert down.t_s == pytest.approx(4 * HOUR, abs=600.0)
    assert up.t_s == pytest.approx(5 * HOUR, abs=600.0)
    states = collect(town)["crew_states"]
    spans = states["state"] == "stood_down"
    assert (states["t_to_s"] - states["t_from_s"])[spans].sum() == pytest.approx(up.t_s - down.t_s)
    check_end(town)


def test_nobody_is_sent_while_the_wind_blows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather(monkeypatch, lambda t_s: 30.0 * (0.5 * HOUR <= t_s < 6 * HOUR))
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")]))
    assert facts(town, CrewAssigned)[0].t_s >= facts(town, CrewResumed)[0].t_s
    check_end(town)


def test_a_crew_that_comes_on_duty_in_the_wind_stands_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weather(monkeypatch, lambda t_s: 30.0 * (1 * HOUR <= t_s < 4 * HOUR))
    town = finish(
        world(tmp_path, events=[event("90 min", "d/a3")], crews=shifts(("10:00", "20:00", 1)))
    )
    kinds = [type(e.fact).__name__ for e in facts(town, CrewShiftStarted, CrewStoodDown)]
    assert kinds[:2] == ["CrewShiftStarted", "CrewStoodDown"]
    assert facts(town, CrewAssigned)[0].t_s >= facts(town, CrewResumed)[0].t_s
    check_end(town)


def test_the_wind_of_the_place_of_work_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crews of calm district e work in d: the storm in d stops them there."""
    weather(monkeypatch, lambda t_s: 30.0 * (4 * HOUR <= t_s < 5 * HOUR), lambda _t_s: 0.0)
    helpers = {"depots": {"e": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]}}}
    town = finish(
        world(
            tmp_path,
            {"d": two_feeders(), "e": two_feeders()},
            events=[event("1 h", "d/a3")],
            crews=helpers,
        )
    )
    assert [e.fact.crew for e in facts(town, CrewStoodDown)] == ["e/a1"]
    check_end(town)


def test_a_district_waits_for_its_own_crews_when_neighbours_do_not_help(tmp_path: Path) -> None:
    crews = {
        "depots": {
            "d": {"shifts": [{"start": "20:00", "end": "24:00", "crews": 1}]},
            "e": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]},
        },
        "help_neighbours": False,
    }
    town = finish(
        world(
            tmp_path,
            {"d": two_feeders(), "e": two_feeders()},
            events=[event("1 h", "d/a3")],
            crews=crews,
            run={"at_least": "95 h", "at_most": "96 h"},
        )
    )
    sent = facts(town, CrewAssigned)
    assert {e.fact.crew for e in sent} == {"d/a1"}
    assert sent[0].t_s == pytest.approx(12 * HOUR, abs=300.0)
    check_end(town)


# --- duty


def duty_hours(town: Any, crew: str) -> list[tuple[float, float]]:
    on = [e.t_s / HOUR for e in facts(town, CrewShiftStarted) if e.fact.crew == crew]
    off = [e.t_s / HOUR for e in facts(town, CrewShiftEnded) if e.fact.crew == crew]
    return list(zip(on, off, strict=False))


def test_shifts_repeat_daily_and_may_pass_midnight(tmp_path: Path) -> None:
    """The clock starts at 08:00: a is in the middle of its day, b comes at 19:00."""
    town = finish(
        world(
            tmp_path,
            crews=shifts(("07:00", "19:00", 1), ("19:00", "07:00", 1)),
            run={"at_least": "47 h"},
        )
    )
    assert duty_hours(town, "d/a1") == [(0.0, 11.0), (23.0, 35.0)]
    assert duty_hours(town, "d/b1") == [(11.0, 23.0), (35.0, 47.0)]


def test_a_night_shift_under_way_at_the_start_is_on_duty(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            crews=shifts(("20:00", "09:00", 1)),
            run={"start": "2021-03-01 01:00", "at_least": "30 h"},
        )
    )
    assert duty_hours(town, "d/a1") == [(0.0, 8.0)]
    assert [e.t_s / HOUR for e in facts(town, CrewShiftStarted)] == [0.0, 19.0]


def test_a_crew_on_duty_round_the_clock_never_goes_off(tmp_path: Path) -> None:
    town = finish(world(tmp_path, crews=shifts(("06:00", "06:00", 1)), run={"at_least": "47 h"}))
    assert not facts(town, CrewShiftEnded)
    assert len(facts(town, CrewShiftStarted)) == 1
    states = collect(town)["crew_states"]
    assert (states["t_to_s"] - states["t_from_s"]).sum() == pytest.approx(47 * HOUR)


def test_a_crew_finishes_its_job_before_it_goes_off(tmp_path: Path) -> None:
    """The shift ends at 11:00, three hours in; the repair runs into the evening."""
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            crews=shifts(("07:00", "11:00", 1)) | {"repair": {"overhead": constant("6 h")}},
        )
    )
    released = [e.t_s for e in facts(town, CrewReleased)]
    off = facts(town, CrewShiftEnded)[0]
    assert off.t_s > 3 * HOUR
    assert off.t_s in released
    busy = [e for e in facts(town, CrewAssigned) if off.t_s < e.t_s < 23 * HOUR]
    assert not busy
    check_end(town)


def test_overtime_into_the_next_shift_is_one_duty(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            crews=shifts(("07:00", "09:30", 1)) | {"repair": {"overhead": constant("30 h")}},
            run={"at_least": "299 h", "at_most": "300 h"},
        )
    )
    on = [e.t_s / HOUR for e in facts(town, CrewShiftStarted)]
    off = [e.t_s / HOUR for e in facts(town, CrewShiftEnded)]
    assert all(a < b for a, b in zip(on, off, strict=False))
    check_end(town)


def test_more_than_eight_shifts_have_names(tmp_path: Path) -> None:
    spans = [(f"{hour:02d}:00", f"{hour + 1:02d}:00", 1) for hour in range(10)] + [
        ("12:00", "13:00", 1)
    ] * 20
    town = world(tmp_path, crews=shifts(*spans))
    assert len(town.crews.crews) == 30


def test_the_first_ride_starts_at_the_depot_with_turning_out(tmp_path: Path) -> None:
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")]))
    rides = [e.fact.travel_s for e in facts(town, CrewAssigned)]
    assert rides[0] == pytest.approx(600.0 + 77.1, abs=0.1)
    assert all(ride < 600.0 for ride in rides[1:])
    arrived = facts(town, CrewArrived)[0]
    assert arrived.t_s == pytest.approx(facts(town, CrewAssigned)[0].t_s + rides[0])


def test_repair_times_are_those_of_the_fault_whoever_repairs_it(tmp_path: Path) -> None:
    kinds = {"overhead": {"lognormal": {"median": "2 h", "p90": "6 h"}}}
    lengths = []
    for crews in (1, 3):
        town = finish(
            world(
                tmp_path,
                events=[event("1 h", "d/a3"), event("1 h", "d/b2")],
                crews=shifts(("00:00", "24:00", crews)) | {"repair": kinds},
            )
        )
        began = {e.fact.asset: e.t_s for e in facts(town, RepairStarted)}
        ended = {e.fact.asset: e.t_s for e in facts(town, RepairEnded)}
        lengths.append({asset: round(ended[asset] - began[asset], 3) for asset in began})
    assert lengths[0] == lengths[1]
    assert len(lengths[0]) == 2


# --- the queue of work

HERE = Place("x", 0, 27.5, 119.7)
TASKS = [
    OpenTask("many", HERE, customers=900, opened_s=300.0, expected_h=10.0),
    OpenTask("old", HERE, customers=10, opened_s=100.0, expected_h=4.0),
    OpenTask("quick", HERE, customers=200, opened_s=200.0, expected_h=0.5),
]


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("most_customers", ["many", "quick", "old"]),
        ("oldest", ["old", "quick", "many"]),
        ("customers_per_hour", ["quick", "many", "old"]),
    ],
)
def test_work_is_taken_in_the_order_of_the_rule(rule: str, order: list[str]) -> None:
    assert [task.incident for task in in_order(reversed(TASKS), rule)] == order


def test_ties_go_to_the_older_then_to_the_name() -> None:
    same = [OpenTask(name, HERE, 10, opened_s, 1.0)
            for name, opened_s in (("b", 5.0), ("a", 5.0), ("c", 1.0))]  # fmt: skip
    assert [task.incident for task in in_order(same, "most_customers")] == ["c", "a", "b"]


def test_the_nearest_own_crew_goes_and_a_neighbour_only_if_there_is_none() -> None:
    task = TASKS[0]
    near, far, other = (
        Candidate("far-id", 0, Place("p", 0, 27.51, 119.7)),
        Candidate("a", 0, Place("p", 0, 27.9, 119.7)),
        Candidate("other", 1, HERE),
    )
    assert best_crew(task, [far, near, other], help_neighbours=True) is near
    assert best_crew(task, [other], help_neighbours=True) is other
    assert best_crew(task, [other], help_neighbours=False) is None
    assert best_crew(task, [], help_neighbours=True) is None


def test_crews_of_any_number_of_shifts_have_names_of_their_own(tmp_path: Path) -> None:
    many = shifts(*(("07:00", "19:00", 2),) * 28)
    names = list(world(tmp_path, crews=many).crews.crews)
    assert len(set(names)) == 56
    assert {"d/a1", "d/h2", "d/i1", "d/z2", "d/aa1", "d/ab2"} <= set(names)
