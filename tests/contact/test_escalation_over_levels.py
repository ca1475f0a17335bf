"""Matters handed on from level to level, and what is lost on the way."""

from __future__ import annotations

import pytest
from by_hand import NEVER, a_centre, a_group, a_type, always, by_both, calls_of, lasting

COLUMNS = "leg call_type outcome t_offered_s t_end_wait_s t_end_s"


def hands_on(to, delay=0, **more):
    return {"share": 1, "to": to, "delay": lasting(delay), **more}


def centre(first=None, outage=None, **more):
    types = {
        "outage": a_type(60, escalates=hands_on("station", 10, **(first or {})), **(outage or {})),
        "station": a_type(100, escalates=hands_on("director")),
        "director": a_type(30),
    }
    groups = {"desk": a_group(1), "back": a_group(1, "station", "director")}
    return a_centre(types, groups, **more)


@by_both
def test_a_matter_passes_all_its_levels(by):
    assert calls_of(by, centre(), [(0, "outage")], COLUMNS) == [
        (0, "outage", "transferred", 0, 0, 60),
        (1, "station", "transferred", 70, 70, 170),
        (2, "director", "answered", 170, 170, 200),
    ]


@by_both
def test_two_levels_are_the_first_and_the_last(by):
    assert calls_of(by, centre(levels_at_most=2), [(0, "outage")], COLUMNS) == [
        (0, "outage", "transferred", 0, 0, 60),
        (1, "director", "answered", 70, 70, 100),
    ]


@by_both
def test_one_level_hands_nothing_on(by):
    section = centre(levels_at_most=1)
    assert calls_of(by, section, [(0, "outage")], COLUMNS) == [(0, "outage", "answered", 0, 0, 60)]


@by_both
@pytest.mark.parametrize(("keeps_line", "outcome"), [(True, "blocked"), (False, "transferred")])
def test_a_matter_goes_on_with_or_without_the_line(by, keeps_line, outcome):
    section = centre({"keeps_line": keeps_line}, trunks=1)
    calls = calls_of(by, section, [(0, "outage"), (65, "outage")], "caller leg outcome")
    assert (1, 0, outcome) in calls


@by_both
def test_only_whoever_stays_on_the_line_loses_patience(by):
    types = {
        "outage": a_type(60, escalates=hands_on("station")),
        "enquiry": a_type(60, escalates=hands_on("station", keeps_line=False)),
        "station": a_type(1000, patience=lasting(100)),
    }
    groups = {"desk": a_group(3, "outage", "enquiry"), "back": a_group(1, "station")}
    planned = [(0, "outage"), (10, "outage"), (20, "enquiry")]
    calls = calls_of(by, a_centre(types, groups), planned, "caller outcome t_end_s")
    assert calls[3:] == [(1, "abandoned", 170), (0, "answered", 1060), (2, "answered", 2060)]


@by_both
def test_a_garbled_matter_stays_unsolved_and_comes_again(by):
    section = centre({"distorted": 1}, {"max_attempts": 2, "repeats": REPEATS}, levels_at_most=2)
    columns = "attempt leg outcome t_end_s solved"
    assert calls_of(by, section, [(0, "outage")], columns) == [
        (1, 0, "transferred", 60, NEVER), (1, 1, "answered", 100, 0),
        (2, 0, "transferred", 180, NEVER), (2, 1, "answered", 220, 0),
    ]  # fmt: skip


REPEATS = {"share": 1, "delay": lasting(20)}


@by_both
@pytest.mark.parametrize(("solves", "solved"), [(1, [1]), (0, [0, 0, 0])])
def test_an_unsettled_matter_comes_again_up_to_the_most_attempts(by, solves, solved):
    call_type = a_type(60, solves=solves, repeats=REPEATS) | {"max_attempts": 3}
    section = a_centre({"outage": call_type}, a_group(1))
    calls = calls_of(by, section, [(0, "outage")], "t_offered_s solved")
    assert calls == [(80 * attempt, each) for attempt, each in enumerate(solved)]


@by_both
def test_who_hangs_up_at_a_later_level_calls_the_first_again(by):
    types = {
        "outage": a_type(60, escalates=hands_on("station"), redial_after_abandoned=always(5))
        | {"max_attempts": 2},
        "station": a_type(60, patience=lasting(40)),
    }
    groups = {"desk": a_group(1), "back": a_group((), "station")}
    calls = calls_of(by, a_centre(types, groups), [(0, "outage")], "attempt leg outcome t_end_s")
    assert calls == [
        (1, 0, "transferred", 60), (1, 1, "abandoned", 100),
        (2, 0, "transferred", 165), (2, 1, "abandoned", 205),
    ]  # fmt: skip
