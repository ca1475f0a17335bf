"""Callers who accept to be called back keep their place without holding a trunk."""

from __future__ import annotations

import pytest
from by_hand import a_centre, a_group, a_type, by_both, calls_of, lasting
from centres import centre_of

CALLBACK = {"to": "back", "offered_from": 1, "accepted": 1}
DIALS = {"time": lasting(20), "reached": 1, "attempts": 1, "retry": lasting(100)}


def centre(takes="preferred", dials=None, **more):
    types = {
        "outage": a_type(60, callback=CALLBACK),
        "back": a_type(30, dials=DIALS | (dials or {})),
    }
    return a_centre(types, a_group(1, "outage", "back", takes=takes), **more)


@by_both
def test_the_second_to_wait_is_called_back_when_the_agent_is_free(by):
    calls = calls_of(by, centre(), [(0, "outage"), (10, "outage"), (20, "outage")],
                     "caller leg call_type outcome t_offered_s t_end_wait_s t_end_s")  # fmt: skip
    assert calls == [
        (2, 0, "outage", "callback", 20, 20, 20),
        (0, 0, "outage", "answered", 0, 0, 60),
        (1, 0, "outage", "answered", 10, 60, 120),
        (2, 1, "back", "answered", 20, 120, 170),
    ]


@by_both
@pytest.mark.parametrize(
    ("takes", "order"), [("oldest", [0, 1, 2, 3]), ("preferred", [0, 1, 3, 2])]
)
def test_the_one_called_back_goes_before_those_who_came_later_where_the_oldest_does(
    by, takes, order
):
    planned = [(0, "outage"), (10, "outage"), (20, "outage"), (70, "outage")]
    calls = calls_of(by, centre(takes), planned, "caller outcome")
    assert [caller for caller, outcome in calls if outcome == "answered"] == order


@by_both
def test_whoever_is_to_be_called_back_holds_no_trunk(by):
    planned = [(0, "outage"), (10, "outage"), (20, "outage"), (30, "outage")]
    calls = calls_of(by, centre(trunks=3), planned, "caller outcome")
    assert "blocked" not in dict(calls).values()
    calls = calls_of(by, centre(trunks=2), planned, "caller outcome")
    assert [caller for caller, outcome in calls if outcome == "blocked"] == [2, 3]


@by_both
def test_whoever_is_not_reached_is_dialled_again_until_the_last_try(by):
    section = centre(dials={"reached": 0, "attempts": 2})
    calls = calls_of(by, section, [(0, "outage"), (10, "outage"), (20, "outage")],
                     "caller leg outcome t_offered_s t_end_wait_s t_end_s")  # fmt: skip
    assert [row for row in calls if row[0] == 2] == [
        (2, 0, "callback", 20, 20, 20),
        (2, 1, "not_reached", 20, 120, 140),
        (2, 2, "not_reached", 240, 240, 260),
    ]


@by_both
def test_an_outbound_call_waits_for_a_place_of_its_line(by):
    types = {"outage": a_type(60), "back": a_type(30, dials=DIALS, line="out")}
    section = a_centre(types, a_group(2, "outage", "back"), lines={"out": {"trunks": 1}})
    calls = calls_of(by, section, [(0, "back"), (5, "back")],
                     "caller agent t_menu_end_s t_end_wait_s t_end_s")  # fmt: skip
    assert calls == [(0, 0, 0, 0, 50), (1, 1, 5, 50, 100)]


def test_calls_that_wait_for_a_trunk_are_dialled_when_trunks_come_back():
    types = {"outage": a_type(60), "back": a_type(30, dials=DIALS)}
    section = a_centre(types, a_group(2, "outage", "back"), trunks=1)
    centre = centre_of(section)
    centre.set_trunks(0.0)
    centre.plan([10.0], 0, 0.0, 0.0, 1, "back")
    centre.advance(20.0)
    assert centre.snapshot().waiting["back"] == 1
    centre.set_trunks(1.0)
    assert centre.snapshot().waiting["back"] == 0
