"""Further groups take a call after it waited, or when the queue is long."""

from __future__ import annotations

from by_hand import a_centre, a_group, a_type, by_both, calls_of

COLUMNS = "caller agent t_end_wait_s t_end_s"


def centre(*routes):
    """Return a centre of agent 0 (own) and agent 1 (other, who prefers enquiries)."""
    groups = {"own": a_group(1), "other": a_group(1, "enquiry", "outage")}
    types = {"outage": a_type(100, routes=routes), "enquiry": a_type(30)}
    return a_centre(types, groups)


@by_both
def test_the_other_group_takes_a_call_after_its_wait_if_idle_then(by):
    section = centre({"group": "own"}, {"group": "other", "after": "30 s"})
    calls = calls_of(by, section, [(0, "outage"), (10, "outage"), (20, "outage")], COLUMNS)
    assert calls == [(0, 0, 0, 100), (1, 1, 40, 140), (2, 0, 100, 200)]


@by_both
def test_an_agent_who_comes_free_leaves_a_call_that_has_not_waited_long_enough(by):
    section = centre({"group": "own"}, {"group": "other", "after": "60 s"})
    calls = calls_of(by, section, [(0, "outage"), (5, "enquiry"), (10, "outage")], COLUMNS)
    assert calls == [(1, 1, 5, 35), (0, 0, 0, 100), (2, 1, 70, 170)]


@by_both
def test_an_agent_who_comes_free_takes_a_call_that_has_waited_long_enough(by):
    section = centre({"group": "own"}, {"group": "other", "after": "20 s"})
    calls = calls_of(by, section, [(0, "outage"), (5, "enquiry"), (10, "outage")], COLUMNS)
    assert calls == [(1, 1, 5, 35), (0, 0, 0, 100), (2, 1, 35, 135)]


@by_both
def test_the_other_group_takes_the_oldest_when_more_wait_than_stated(by):
    section = centre({"group": "own"}, {"group": "other", "above": 1})
    calls = calls_of(by, section, [(0, "outage"), (10, "outage"), (20, "outage")], COLUMNS)
    assert calls == [(0, 0, 0, 100), (1, 1, 20, 120), (2, 0, 100, 200)]


@by_both
def test_an_agent_who_comes_free_helps_only_while_more_wait_than_stated(by):
    section = centre({"group": "own"}, {"group": "other", "above": 1})
    planned = [(0, "outage"), (1, "enquiry"), (10, "outage"), (20, "outage")]
    # two wait when agent 1 is free at 31, one when she is again at 131
    assert calls_of(by, section, planned, COLUMNS) == [
        (1, 1, 1, 31), (0, 0, 0, 100), (2, 1, 31, 131), (3, 0, 100, 200),
    ]  # fmt: skip
