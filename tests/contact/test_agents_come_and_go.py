"""Shifts, the last call of a shift, and standby called up."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from centres import centre_of, simple

from sim.contact.duties import Duties
from sim.contact.rosters import agents_of
from sim.engine.streams import Streams
from sim.scenario.contact import Shift
from sim.units import Calendar

HOUR = 3600.0


def shifts(centre):
    table = centre.agent_shifts()
    return [tuple(row) for row in zip(
        table["agent_id"], table["tier"], table["t_on_s"], table["t_off_s"], strict=True
    )]  # fmt: skip


def duties_of(shift, calendar, horizon_s):
    section = simple((shift,), {"constant": "1 min"})
    duties = Duties(section, agents_of(section), Streams(1), calendar).planned(horizon_s)
    return [(each.t_on_s, each.t_off_s) for each in duties]


def planned(centre, *times):
    centre.plan(times, 0, 0.0, 0.0, np.arange(len(times)), "outage")


def one_hour_shift(**more):
    roster = ({"from": "01:00", "to": "02:00", "agents": 2},)
    return simple(roster, {"constant": "10 min"}, {"constant": "30 min"}, **more)


def test_the_idle_agent_leaves_at_once_and_the_busy_one_after_the_call():
    centre = centre_of(one_hour_shift())
    planned(centre, 2 * HOUR - 60)
    centre.finish(3 * HOUR)
    assert shifts(centre) == [
        ("all/0/0", "", HOUR, 2 * HOUR + 540),
        ("all/0/1", "", HOUR, 2 * HOUR),
    ]


def test_an_agent_in_the_last_call_takes_no_other():
    centre = centre_of(one_hour_shift())
    planned(centre, 2 * HOUR - 60, 2 * HOUR - 50, 2 * HOUR - 40)
    centre.finish(3 * HOUR)
    assert centre.calls()["outcome"].tolist() == ["answered", "answered", "abandoned"]


def test_a_call_waits_for_the_first_agent_to_come():
    centre = centre_of(one_hour_shift())
    planned(centre, HOUR - 100)
    centre.finish(3 * HOUR)
    assert centre.calls()["t_end_wait_s"].tolist() == [HOUR]


def test_the_agent_idle_for_longest_answers():
    centre = centre_of(one_hour_shift())
    planned(centre, HOUR + 1, HOUR + 2, HOUR + 700, HOUR + 701)
    centre.finish(3 * HOUR)
    assert centre.calls()["agent"].tolist() == [0, 1, 0, 1]
    centre = centre_of(one_hour_shift())
    planned(centre, HOUR + 1, HOUR + 700)
    centre.finish(3 * HOUR)
    assert centre.calls()["agent"].tolist() == [0, 1]


def test_night_shifts_wrap_and_whole_days_are_one_duty():
    calendar = Calendar(datetime(2020, 1, 1, 6, 0), "Asia/Shanghai")
    night = Shift.model_validate({"from": "22:00", "to": "08:00", "agents": 1})
    assert duties_of(night, calendar, 48 * HOUR) == [
        (0.0, 2 * HOUR), (16 * HOUR, 26 * HOUR), (40 * HOUR, 50 * HOUR),
    ]  # fmt: skip
    always = Shift.model_validate({"from": "00:00", "to": "24:00", "agents": 1})
    ((t_on_s, t_off_s),) = duties_of(always, calendar, 48 * HOUR)
    assert t_on_s == 0.0
    assert t_off_s >= 48 * HOUR


TIER = {"group": "all", "agents": 40, "delay": {"uniform": {"low": "10 min", "high": "20 min"}},
        "show_up": 0.5, "duration": "2 h"}  # fmt: skip


def test_standby_comes_after_its_delay_and_stays_for_its_duration():
    centre = centre_of(one_hour_shift(standby={"near": TIER}))
    centre.advance(HOUR / 2)
    coming = centre.call_standby("near", HOUR / 2)
    assert 10 < len(coming) < 30
    assert all(HOUR / 2 + 600 <= t_s <= HOUR / 2 + 1200 for t_s in coming)
    centre.finish(4 * HOUR)
    standby = [shift for shift in shifts(centre) if shift[1] == "near"]
    assert sorted(shift[2] for shift in standby) == coming
    assert all(t_off_s == t_on_s + 2 * HOUR for _, _, t_on_s, t_off_s in standby)


def test_standby_already_called_is_not_called_again_before_it_leaves():
    centre = centre_of(one_hour_shift(standby={"near": TIER | {"show_up": 1}}))
    assert len(centre.call_standby("near", 0.0)) == 40
    centre.advance(HOUR)
    assert centre.call_standby("near", HOUR) == []
    centre.advance(3 * HOUR)
    assert len(centre.call_standby("near", 3 * HOUR)) == 40


def test_each_call_up_draws_anew_and_the_same_in_every_run():
    def coming():
        centre = centre_of(one_hour_shift(standby={"near": TIER}))
        first = centre.call_standby("near", 0.0)
        centre.advance(5 * HOUR)
        return first, [t_s - 5 * HOUR for t_s in centre.call_standby("near", 5 * HOUR)]

    first, second = coming()
    assert (first, second) == coming()
    assert len(first) != len(second) or first != pytest.approx(second)


def test_the_snapshot_shows_who_is_where():
    centre = centre_of(one_hour_shift(trunks=4))
    planned(centre, HOUR + 1, HOUR + 2, HOUR + 3, HOUR + 4, HOUR + 5)
    centre.advance(HOUR + 10)
    here = centre.snapshot()
    assert (here.on_duty, here.busy, here.idle) == ({"all": 2}, {"all": 2}, {"all": 0})
    assert (here.waiting, here.trunks_in_use) == ({"outage": 2}, 4)
    assert centre.counters().blocked == 1
