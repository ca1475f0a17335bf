"""The four rules by which agents leave whose duty ends in a call."""

from __future__ import annotations

import pytest
from by_hand import a_centre, a_group, a_shift, a_type, by_both, run_by

HOUR = 3600


def two_agents(leaving, more=()):
    """Return a centre of agent 0 until one o'clock and agent 1 until two; calls take 10 min."""
    roster = (a_shift("00:00", "01:00"), a_shift("00:00", "02:00"), *more)
    return a_centre({"outage": a_type(600)}, a_group(roster), leaving=leaving)


def waits(calls):
    return [(row.caller, row.agent, row.outcome, row.t_end_wait_s, row.t_end_s) for row in calls]


@by_both
def test_the_busy_one_leaves_after_the_call(by):
    _calls, shifts = run_by(by, two_agents("finish_call"), [(3540, "outage")])
    assert shifts == [(0, 0, 4140), (1, 0, 2 * HOUR)]


@by_both
def test_an_idle_colleague_leaves_first_and_the_busy_one_stays_for_her(by):
    calls, shifts = run_by(by, two_agents("idle_first"), [(3540, "outage"), (5000, "outage")])
    assert shifts == [(0, 0, 2 * HOUR), (1, 0, HOUR)]
    assert [row.agent for row in calls] == [0, 0]


@by_both
def test_with_no_colleague_idle_the_busy_one_leaves_after_the_call(by):
    calls, shifts = run_by(
        by, two_agents("idle_first"), [(3540, "outage"), (3550, "outage"), (3560, "outage")]
    )
    assert shifts == [(0, 0, 4140), (1, 0, 2 * HOUR)]
    assert waits(calls)[2] == (2, 1, "answered", 4150, 4750)


# the first call puts agent 0 behind agent 1 in the line of the idle
ALL_BUSY = [(100, "outage"), (3540, "outage"), (3550, "outage"), (3560, "outage")]


@by_both
def test_of_a_pool_whoever_is_free_first_leaves(by):
    calls, shifts = run_by(by, two_agents("pool_counter"), ALL_BUSY)
    assert shifts == [(0, 0, 2 * HOUR), (1, 0, 4140)]
    assert waits(calls)[-1] == (3, 0, "answered", 4150, 4750)
    calls, shifts = run_by(by, two_agents("finish_call"), ALL_BUSY)
    assert shifts == [(0, 0, 4150), (1, 0, 2 * HOUR)]
    assert waits(calls)[-1] == (3, 1, "answered", 4140, 4740)


@by_both
def test_of_a_pool_the_one_whose_duty_ended_leaves_if_she_is_free_first(by):
    calls, shifts = run_by(by, two_agents("pool_counter"), ALL_BUSY[1:])
    assert shifts == [(0, 0, 4140), (1, 0, 2 * HOUR)]
    assert waits(calls)[-1] == (2, 1, "answered", 4150, 4750)


@by_both
def test_who_comes_while_the_pool_owes_one_goes_at_once_and_the_busy_one_stays_for_her(by):
    section = two_agents("pool_counter", [a_shift("01:05", "03:00")])
    _calls, shifts = run_by(by, section, ALL_BUSY[1:])
    assert shifts == [(0, 0, 3 * HOUR), (1, 0, 2 * HOUR), (2, 3900, 3900)]


@by_both
def test_the_call_in_hand_is_cut_and_goes_to_the_next_agent(by):
    calls, shifts = run_by(by, two_agents("hang_up"), [(3540, "outage")])
    assert shifts == [(0, 0, HOUR), (1, 0, 2 * HOUR)]
    assert waits(calls) == [(0, 0, "requeued", 3540, 3600), (0, 1, "answered", 3600, 4200)]


@by_both
def test_the_call_that_was_cut_stands_at_the_head_of_the_queue(by):
    planned = [(3000, "outage"), (3001, "outage"), (3590, "outage")]
    calls, _shifts = run_by(by, two_agents("hang_up"), [(2990, "outage"), *planned[1:]])
    assert waits(calls)[:2] == [(0, 0, "answered", 2990, 3590), (2, 0, "requeued", 3590, 3600)]
    assert waits(calls)[2:] == [(1, 1, "answered", 3001, 3601), (2, 1, "answered", 3601, 4201)]


@by_both
@pytest.mark.parametrize("leaving", ["idle_first", "pool_counter"])
def test_one_who_left_for_a_colleague_comes_back_the_next_day(by, leaving):
    roster = (a_shift("00:00", "24:00"), a_shift("00:00", "01:00"))
    centre = a_centre({"outage": a_type(600)}, a_group(roster), leaving=leaving)
    # at one o'clock agent 1 is busy, so agent 0, who is there all day, leaves in her place
    planned = [(100, "outage"), (3540, "outage"), (30 * HOUR, "outage")]
    calls, shifts = run_by(by, centre, planned)
    assert (0, 0, HOUR) in shifts
    assert waits(calls)[-1] == (2, 0, "answered", 30 * HOUR, 30 * HOUR + 600)


@by_both
def test_one_who_comes_back_to_her_seat_pays_what_the_pool_owes(by):
    orders = [(3500, "away", [1], "finish", 3500), (3900, "back", [1], 3900)]
    _calls, shifts = run_by(by, two_agents("pool_counter"), [(3540, "outage")], orders)
    assert shifts == [(0, 0, 2 * HOUR), (1, 0, 3900)]
