"""Agents who are away: seats that fail, sites that are lost."""

from __future__ import annotations

from by_hand import a_centre, a_group, a_shift, a_type, always, by_both, calls_of, run_by

COLUMNS = "caller leg agent outcome t_end_wait_s t_end_s"


def centre(agents, **more):
    return a_centre({"outage": a_type(100) | more}, a_group(agents))


def away(t_s, mode, *agents):
    return (t_s, "away", list(agents), mode, t_s)


def back(t_s, *agents):
    return (t_s, "back", list(agents), t_s)


@by_both
def test_one_who_may_finish_does_and_takes_no_other(by):
    orders = [away(50, "finish", 0), back(200, 0)]
    calls = calls_of(by, centre(1), [(0, "outage"), (60, "outage")], COLUMNS, orders)
    assert calls == [(0, 0, 0, "answered", 0, 100), (1, 0, 0, "answered", 200, 300)]


@by_both
def test_a_call_cut_from_its_agent_goes_to_the_next_and_starts_anew(by):
    calls = calls_of(by, centre(2), [(0, "outage")], COLUMNS, [away(50, "requeue", 0)])
    assert calls == [(0, 0, 0, "requeued", 0, 50), (0, 1, 1, "answered", 50, 150)]


@by_both
def test_calls_cut_together_stand_at_the_head_in_their_order(by):
    orders = [away(50, "requeue", 0, 1), back(80, 1), back(90, 0)]
    planned = [(0, "outage"), (1, "outage"), (2, "outage")]
    calls = calls_of(by, centre(2), planned, COLUMNS, orders)
    assert calls[2:] == [
        (0, 1, 1, "answered", 80, 180), (1, 1, 0, "answered", 90, 190),
        (2, 0, 1, "answered", 180, 280),
    ]  # fmt: skip
    assert sorted(calls[:2]) == [(0, 0, 0, "requeued", 0, 50), (1, 0, 1, "requeued", 1, 50)]


@by_both
def test_a_call_cut_from_its_agent_has_patience_anew(by):
    section = centre(1, patience={"constant": "70 s"})
    calls = calls_of(by, section, [(0, "outage")], COLUMNS, [away(50, "requeue", 0)])
    assert calls[1] == (0, 1, -1, "abandoned", 120, 120)


@by_both
def test_a_dropped_caller_calls_again_as_after_a_busy_tone(by):
    section = centre(2, redial_after_blocked=always(10), max_attempts=2)
    calls = calls_of(by, section, [(0, "outage")], "attempt agent outcome t_end_s",
                     [away(50, "drop", 0)])  # fmt: skip
    assert calls == [(1, 0, "dropped", 50), (2, 1, "answered", 160)]


@by_both
def test_two_reasons_to_be_away_must_both_end(by):
    orders = [away(10, "finish", 0), away(20, "finish", 0), back(30, 0), back(70, 0)]
    calls = calls_of(by, centre(1), [(25, "outage")], COLUMNS, orders)
    assert calls == [(0, 0, 0, "answered", 70, 170)]


@by_both
def test_one_who_comes_while_her_seat_is_lost_waits_for_it(by):
    section = centre((a_shift("01:00", "02:00"),))
    orders = [away(10, "finish", 0), back(4000, 0)]
    calls, shifts = run_by(by, section, [(3000, "outage")], orders)
    assert [row.t_end_wait_s for row in calls] == [4000]
    assert shifts == [(0, 3600, 7200)]


@by_both
def test_one_whose_duty_is_over_leaves_when_her_call_is_cut(by):
    section = centre((a_shift("00:00", "01:00"),))
    _calls, shifts = run_by(by, section, [(3550, "outage")], [away(3620, "requeue", 0)])
    assert shifts == [(0, 0, 3620)]
