"""Agents who learn with each call, and who tire."""

from __future__ import annotations

from by_hand import a_centre, a_group, a_shift, a_type, by_both, calls_of

NEW = {"factor": 2.0, "learned": 1.0, "learning": 0.5, "solves": 0.0}


@by_both
def test_a_new_agent_comes_half_way_nearer_to_her_skill_with_each_call(by):
    shift = a_shift("00:00", "24:00", skill="new")
    section = a_centre({"outage": a_type(100)}, a_group((shift,)), skills={"new": NEW})
    calls = calls_of(by, section, [(0, "outage"), (1000, "outage"), (2000, "outage")],
                     "t_end_s solved")  # fmt: skip
    assert calls == [(200, 0), (1150, 0), (2125, 0)]


TIRING = {"slows": 1.0, "builds_over": "400 s", "rests_over": "200 s"}


@by_both
def test_work_tires_and_rest_restores(by):
    section = a_centre({"outage": a_type(100)}, a_group(1), fatigue=TIRING)
    calls = calls_of(by, section, [(0, "outage"), (100, "outage"), (275, "outage")],
                     "t_end_wait_s t_end_s")  # fmt: skip
    # tired by a quarter after 100 s, by 0.5625 at 225, and 0.3125 after 50 s of rest
    assert calls == [(0, 100), (100, 225), (275, 406.25)]


@by_both
def test_nobody_is_more_than_fully_tired_or_rested(by):
    section = a_centre({"outage": a_type(800)}, a_group(1), fatigue=TIRING)
    calls = calls_of(by, section, [(0, "outage"), (800, "outage"), (5000, "outage")],
                     "t_end_wait_s t_end_s")  # fmt: skip
    assert calls == [(0, 800), (800, 2400), (5000, 5800)]
