"""Agents with several contacts in hand work on all of them, each the slower."""

from __future__ import annotations

import pytest
from by_hand import a_centre, a_group, a_type, by_both, calls_of


def chat(agents, *paces):
    return a_centre({"outage": a_type(60)}, a_group(agents, at_once=paces))


@by_both
def test_two_at_half_the_pace_and_the_third_waits_for_room(by):
    calls = calls_of(by, chat(1, 1.0, 1.0), [(0, "outage"), (20, "outage"), (30, "outage")],
                     "caller t_end_wait_s t_end_s")  # fmt: skip
    # caller 0 has 40 s left at 20 and 80 s to go; 1 has 20 s left at 100; 2 has 40 s left at 140
    assert calls == [(0, 0, 100), (1, 20, 140), (2, 100, 180)]


@by_both
def test_two_together_are_faster_than_one_after_the_other(by):
    calls = calls_of(by, chat(1, 1.0, 1.5), [(0, "outage"), (20, "outage")], "caller t_end_s")
    assert [caller for caller, _ in calls] == [0, 1]
    assert [t_s for _, t_s in calls] == pytest.approx([20 + 40 / 0.75, 40 + 40 / 0.75])


@by_both
def test_the_least_busy_agent_takes_the_next_and_then_the_one_longest_at_her_load(by):
    planned = [(second, "outage") for second in range(5)]
    calls = calls_of(by, chat(2, 1.0, 2.0, 3.0), planned, "caller agent t_end_s")
    assert calls == [(0, 0, 60), (1, 1, 61), (2, 0, 62), (3, 1, 63), (4, 0, 64)]
