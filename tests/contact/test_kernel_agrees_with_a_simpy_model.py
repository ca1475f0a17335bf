"""The kernel and a process-per-call SimPy model of the same centre give the same calls."""

from __future__ import annotations

import math

from cases import END_S, busy_times, cases, run_on_clock, run_oracle, rushes
from hypothesis import HealthCheck, given, settings

COLUMNS = ("caller", "attempt", "call_type", "group", "cause", "t_offered_s", "t_menu_end_s",
           "t_end_wait_s", "t_end_s", "outcome", "agent", "leg", "solved")  # fmt: skip


def rows(columns):
    lists = [columns[name].tolist() for name in COLUMNS]
    return [tuple(map(known, row)) for row in zip(*lists, strict=True)]


def known(value):
    return None if isinstance(value, float) and math.isnan(value) else value


RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(case):
    centre, heard = run_on_clock(case)
    oracle = run_oracle(case)
    calls = [row for row in rows(centre.calls()) if row[9] != "cut_off"]
    # the same order, the same outcomes, and times equal to the last bit
    assert calls == [tuple(known(getattr(row, name)) for name in COLUMNS) for row in oracle.calls]
    assert heard == [(t_s, transformer) for t_s, transformer, _count in oracle.heard]
    assert centre.reports.tolist() == [oracle.reports[0], oracle.reports[1]]
    assert shifts_of(centre) == sorted(
        (seat.ix, t_on_s, t_off_s) for seat in oracle.seats for t_on_s, t_off_s in seat.shifts
    )


def shifts_of(centre):
    shifts = centre.agent_shifts()
    columns = [shifts[name].tolist() for name in ("agent", "t_on_s", "t_off_s")]
    return sorted(row for row in zip(*columns, strict=True) if row[2] < END_S)


@RELAXED
@given(cases())
def test_both_give_the_same_calls_one_by_one(case):
    check(case)


@RELAXED
@given(rushes())
def test_both_break_ties_in_the_same_order(case):
    check(case)


@RELAXED
@given(busy_times())
def test_both_move_contacts_alike_when_shifts_and_seats_change(case):
    check(case)
