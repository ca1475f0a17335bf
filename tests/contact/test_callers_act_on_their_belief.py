"""Planned callers call, redial or stay silent by what they believe when the time comes."""

from __future__ import annotations

import numpy as np
import pytest
from centres import centre_of, simple

TWO = np.array([-1, 0, 1])
SURELY = {"first": 1, "later": 1, "delay": {"constant": "10 min"}}


def centre(**more):
    """Build a centre of one agent; calls last 1 min, callers wait 1 min."""
    settings = {"patience": {"constant": "1 min"}} | more
    return centre_of(simple(1, {"constant": "1 min"}, **settings), transformers=TWO)


def states(built):
    return built.callers()["state"].tolist()


def test_a_call_is_made_if_its_number_is_below_the_propensity():
    built = centre()
    built.set_belief([1], 0.4, 0.4, 0.0)
    built.plan([100, 300, 500], 1, [0.39, 0.4, 0.41], 0.5, [1, 2, 3], "outage")
    built.finish(1000)
    assert states(built) == ["done", "suppressed", "suppressed"]


def test_customers_of_low_rank_are_informed_first():
    built = centre()
    built.set_belief([1], 0.9, 0.1, 0.5)
    built.plan([100, 300], 1, 0.5, [0.4, 0.6], [1, 2], "outage")
    built.finish(1000)
    assert states(built) == ["suppressed", "done"]


def test_belief_at_the_time_of_the_call_counts_not_at_planning():
    built = centre()
    built.plan([100, 300, 500], 1, 0.5, 0.5, [1, 2, 3], "outage")
    built.advance(200)
    built.set_belief([1], 0.0, 0.0, 0.0)
    built.advance(400)
    built.set_belief([1], 1.0, 1.0, 0.0)
    built.finish(1000)
    assert states(built) == ["done", "suppressed", "done"]


def test_a_redial_is_asked_again_and_the_caller_may_give_up():
    built = centre(trunks=0, redial=SURELY, attempts=5)
    built.plan([100], 1, 0.5, 0.5, [1], "outage")
    built.advance(800)
    assert built.counters().blocked == 2
    built.set_belief([1], 0.2, 0.2, 0.0)
    built.finish(5000)
    assert states(built) == ["gave_up"]
    assert built.calls()["t_offered_s"].tolist() == [100.0, 700.0]


def test_dropped_calls_and_redials_are_not_made_and_later_plans_are():
    built = centre(trunks=0, redial=SURELY, attempts=5)
    built.plan([100, 300], 1, 0.5, 0.5, [1, 2], "outage")
    built.plan([300], 2, 0.5, 0.5, [3], "outage")
    built.advance(200)
    built.drop([1])
    built.plan([400], 1, 0.5, 0.5, [4], "outage")
    built.finish(500)
    assert built.calls()["t_offered_s"].tolist() == [100.0, 300.0, 400.0]
    assert built.calls()["group"].tolist() == [1, 2, 1]
    assert states(built)[:2] == ["redialling", "suppressed"]
    redials = centre(trunks=0, redial=SURELY, attempts=5)
    redials.plan([100], 1, 0.5, 0.5, [1], "outage")
    redials.advance(200)
    redials.drop([1])
    redials.finish(5000)
    assert states(redials) == ["gave_up"]


def test_a_caller_stops_after_the_most_attempts():
    built = centre(trunks=0, redial=SURELY, attempts=3)
    built.plan([100], 0, 0.0, 0.5, [1], "outage")
    built.finish(90000)
    assert states(built) == ["lost"]
    assert built.calls()["attempt"].tolist() == [1, 2, 3]


def test_announced_callers_are_satisfied_by_share():
    built = centre(trunks=10**5, menu={"time": {"constant": "20 s"}})
    built.set_announced([2], 0.3, 0.0)
    n = 4000
    built.plan(np.arange(n) * 10.0, np.arange(n) % 2 + 1, 0.0, 0.5, np.arange(n), "outage")
    built.finish(90000)
    calls = built.calls()
    served = calls["outcome"] == "self_served"
    assert not served[calls["group"] == 1].any()
    assert served[calls["group"] == 2].mean() == pytest.approx(0.3, abs=0.03)
    assert (calls["t_end_s"] - calls["t_offered_s"])[served] == pytest.approx(20.0)


def test_a_long_text_keeps_announced_callers_on_the_line():
    built = centre(trunks=10**5, menu={"time": {"constant": "20 s"}})
    built.set_announced([2], 0.3, 8.0)
    built.plan(np.arange(400) * 10.0, np.arange(400) % 2 + 1, 0.0, 0.5, np.arange(400), "outage")
    built.finish(90000)
    calls = built.calls()
    menu_s = calls["t_menu_end_s"] - calls["t_offered_s"]
    assert menu_s[calls["group"] == 1] == pytest.approx(20.0)
    assert menu_s[calls["group"] == 2] == pytest.approx(28.0)


def test_a_menu_that_fails_plays_what_was_set_when_it_works_again():
    built = centre(trunks=10**5, menu={"time": {"constant": "20 s"}})
    built.set_announced([1], 1.0, 8.0)
    for t_s, works in ((0.0, True), (100.0, False), (200.0, True)):
        built.advance(t_s)
        built.set_menu(works)
        if t_s == 100.0:
            built.set_announced([2], 1.0, 0.0)
        built.plan([t_s + 1.0, t_s + 2.0], [1, 2], 0.0, 0.5, [1, 2], "outage")
    built.finish(90000)
    calls = built.calls()
    served = sorted(calls["t_offered_s"][calls["outcome"] == "self_served"].tolist())
    assert served == [1.0, 201.0, 202.0]
    hers = np.isin(calls["t_offered_s"], (1.0, 101.0, 201.0))
    lengths = (calls["t_menu_end_s"] - calls["t_offered_s"])[hers]
    assert sorted(lengths.tolist()) == pytest.approx([20.0, 28.0, 28.0])


def test_only_outage_callers_without_supply_report():
    types = {name: {"handle": {"constant": "1 s"}, "max_attempts": 1}
             for name in ("outage", "enquiry")}  # fmt: skip
    groups = {"all": {"serves": ("outage", "enquiry"),
                      "roster": ({"from": "00:00", "to": "24:00", "agents": 50},)}}  # fmt: skip
    built = centre(call_types=types, groups=groups,
                   menu={"time": {"constant": 0}, "report_share": 0.5})  # fmt: skip
    built.set_out([1], True)
    for group in (0, 1, 2):
        built.plan(np.arange(100.0), group, 0.0, 0.5, np.arange(100), "outage")
        built.plan(np.arange(100.0), group, 0.0, 0.5, np.arange(100), "enquiry")
    built.finish(1000)
    assert built.reports.tolist() == [100, 0]
    calls = built.calls()
    through_menu = calls["outcome"] == "reported"
    assert 30 < through_menu.sum() < 70
    assert set(calls["group"][through_menu]) == {1}
    assert set(calls["call_type"][through_menu]) == {"outage"}


def test_supply_at_the_end_of_the_talk_decides_whether_it_is_a_report():
    built = centre()
    built.set_out([1], True)
    built.plan([100, 300], 1, 0.0, 0.5, [1, 2], "outage")
    built.advance(330)
    built.set_out([1], False)
    built.finish(1000)
    assert built.reports.tolist() == [1, 0]
