"""Callers in the queue who hang up when their lights return, and whose calls are reports."""

from __future__ import annotations

import pytest
from by_hand import a_centre, a_group, a_type, by_both, calls_of

ORDERS = [(1, "out", [1], True), (50, "out", [1], False)]
PLANNED = [(5, "outage"), (10, "outage"), (60, "outage")]


@by_both
def test_those_waiting_leave_and_free_their_trunks(by):
    section = a_centre({"outage": a_type(100, leaves_when_restored=1)}, a_group(1), trunks=2)
    calls = calls_of(by, section, PLANNED, "caller outcome t_end_wait_s t_end_s", ORDERS)
    assert calls == [
        (1, "restored", 50, 50), (0, "answered", 5, 105), (2, "answered", 105, 205),
    ]  # fmt: skip


@by_both
def test_only_lights_that_were_out_return(by):
    section = a_centre({"outage": a_type(100, leaves_when_restored=1)}, a_group(1))
    calls = calls_of(by, section, PLANNED, "caller outcome", ORDERS[1:])
    assert [outcome for _, outcome in calls] == ["answered"] * 3


@by_both
@pytest.mark.parametrize("reports", [True, False])
def test_a_type_reports_outages_where_stated(by, reports):
    types = {"outage": a_type(100), "enquiry": a_type(100, reports_outage=reports)}
    menu = {"time": {"constant": "0 s"}, "report_share": 1}
    section = a_centre(types, a_group(1, *types), menu=menu)
    calls = calls_of(by, section, [(5, "enquiry")], "outcome", ORDERS)
    assert calls == [("reported" if reports else "answered",)]
