"""Callers who hang up at once instead of waiting, and those who are told how long it takes."""

from __future__ import annotations

import math

from by_hand import a_centre, a_group, a_type, always, by_both, calls_of, lasting

PLANNED = [(0, "outage"), (10, "outage"), (20, "outage"), (30, "outage")]


def centre(agents=1, **more):
    return a_centre({"outage": a_type(100) | more}, a_group(agents))


def outcomes(by, section):
    return dict(calls_of(by, section, PLANNED, "caller outcome"))


@by_both
def test_nobody_balks_from_an_idle_agent_and_all_do_from_a_busy_one(by):
    planned = [(0, "outage"), (10, "outage"), (100, "outage")]
    columns = "caller outcome t_menu_end_s t_end_wait_s t_end_s"
    calls = calls_of(by, centre(balks={"share": 1}), planned, columns)
    assert calls == [
        (1, "balked", 10, 10, 10),
        (0, "answered", 0, 0, 100),
        (2, "answered", 100, 100, 200),
    ]


@by_both
def test_a_long_queue_frightens_from_its_step_on(by):
    section = centre(balks={"by_queue": [{"from": 1, "share": 0}, {"from": 2, "share": 1}]})
    assert outcomes(by, section) == {0: "answered", 1: "answered", 2: "answered", 3: "balked"}


@by_both
def test_a_wait_announced_as_too_long_is_not_begun(by):
    telling = {"balks": {"tolerated_wait": lasting(250)}, "announces": "wait"}
    # the second is told 100 s, the third 200 s, the fourth 300 s
    expected = {0: "answered", 1: "answered", 2: "answered", 3: "balked"}
    assert outcomes(by, centre(**telling)) == expected
    telling = {"balks": {"tolerated_wait": lasting(100)}, "announces": "wait"}
    expected = {0: "answered", 1: "balked", 2: "balked", 3: "balked"}
    assert outcomes(by, centre(**telling)) == expected


@by_both
def test_with_nobody_on_duty_the_announced_wait_has_no_end(by):
    telling = {"balks": {"tolerated_wait": lasting(10**6)}, "announces": "wait"}
    section = a_centre({"outage": a_type(100, **telling)}, a_group(()))
    assert set(outcomes(by, section).values()) == {"balked"}


@by_both
def test_whoever_balked_tries_again_by_a_rule_of_its_own(by):
    more = {"balks": {"share": 1}, "redial_after_balked": always(95), "max_attempts": 2}
    calls = calls_of(by, centre(**more), PLANNED[:2], "caller attempt outcome t_offered_s")
    assert calls == [
        (1, 1, "balked", 10), (0, 1, "answered", 0), (1, 2, "answered", 105),
    ]  # fmt: skip


@by_both
def test_those_told_their_position_have_another_patience(by):
    more = {"patience": lasting(60), "announces": "position", "told_patience": 0.5}
    calls = calls_of(by, centre(**more), PLANNED[:2], "caller outcome t_end_s")
    assert calls == [(1, "abandoned", 40), (0, "answered", 100)]
    more["announces"] = "nothing"
    calls = calls_of(by, centre(**more), PLANNED[:2], "caller outcome t_end_s")
    assert calls == [(1, "abandoned", 70), (0, "answered", 100)]


@by_both
def test_the_blocked_never_reach_the_queue(by):
    section = a_centre({"outage": a_type(100, balks={"share": 1})}, a_group(1), trunks=1)
    calls = calls_of(by, section, PLANNED[:2], "caller outcome t_menu_end_s")
    assert calls[0][:2] == (1, "blocked")
    assert math.isnan(calls[0][2])
