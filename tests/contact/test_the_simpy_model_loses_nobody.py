"""The SimPy model itself: whatever is drawn, every attempt ends once and every place comes back."""

from __future__ import annotations

from collections import Counter, defaultdict

from cases import busy_times, cases, run_oracle, rushes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import GOES_ON

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(st.one_of(cases(has_features=True), rushes(has_features=True), busy_times()))
def test_every_attempt_ends_once_and_every_place_comes_back(case):
    oracle = run_oracle(case)
    legs = defaultdict(list)
    for row in oracle.calls:
        legs[row.caller, row.attempt].append(row)
    for caller in oracle.callers:
        for attempt in range(1, caller.attempt + 1):
            is_open = caller.is_inside and attempt == caller.attempt
            check_attempt(oracle, caller, legs[caller.row, attempt], is_open)
    assert len(legs) <= sum(caller.attempt for caller in oracle.callers)
    check_places(oracle)
    check_seats(oracle)


def check_attempt(oracle, caller, rows, is_open):
    assert [row.leg for row in rows] == list(range(len(rows)))
    ends = [row.t_end_s for row in rows]
    assert ends == sorted(ends)
    assert all(row.t_offered_s <= row.t_end_s for row in rows)
    if is_open:
        assert all(row.outcome in (*GOES_ON, "not_reached") for row in rows)
    else:
        assert rows[-1].outcome not in GOES_ON
        assert all(row.outcome in (*GOES_ON, "not_reached") for row in rows[:-1])


def check_places(oracle):
    held = Counter(caller.line.name for caller in oracle.callers if caller.line is not None)
    for line in oracle.lines.values():
        assert held[line.name] == line.in_use <= line.trunks
    assert all(caller.is_inside for caller in oracle.callers if caller.line is not None)


def check_seats(oracle):
    in_queue = [caller for queue in oracle.queues.values() for caller in queue]
    in_hand = [caller for seat in oracle.seats for caller in seat.contacts]
    assert len(set(in_queue + in_hand)) == len(in_queue) + len(in_hand)
    for seat in oracle.seats:
        lined_up = [seat in room for room in oracle.teams[seat.group].rooms]
        assert sum(lined_up) == seat.is_free
        assert seat.is_here or not seat.contacts
        if seat.is_free:
            assert lined_up[len(seat.contacts)]
        assert 0.0 <= seat.tired <= 1.0
