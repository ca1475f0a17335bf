"""Daily breaks, duties that are missed, unplanned pauses: whose they are and how much they take."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pytest
from centres import midnight, simple
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.contact.duties import Duties
from sim.contact.rosters import agents_of
from sim.contact.shifts import parts_of, pauses
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.scenario.seats import Group, Shift
from sim.units import Calendar

HOUR = 3600.0
MINUTE = 60.0


def centre(shift, **group):
    section = simple(({**shift, "agents": shift.get("agents", 1)},), {"constant": "1 min"})
    groups = {"all": section.groups["all"].model_copy(update=group)}
    return section.model_copy(update={"groups": groups})


def planned(section, seed=1, horizon_s=24 * HOUR, calendar=None):
    agents = agents_of(section)
    duties = Duties(section, agents, Streams(seed), calendar or midnight())
    return agents, duties.planned(horizon_s), duties


def spans(section, **more):
    return [(each.t_on_s / HOUR, each.t_off_s / HOUR) for each in planned(section, **more)[1]]


def test_a_break_splits_the_duty_and_the_agent_comes_back():
    shift = {"from": "08:00", "to": "16:00", "breaks": [
        {"at": "14:00", "lasts": "10 min"}, {"at": "12:00", "lasts": "30 min"}]}  # fmt: skip
    _agents, duties, _ = planned(centre(shift))
    assert [(each.t_on_s, each.t_off_s, each.pauses) for each in duties] == [
        (8 * HOUR, 12 * HOUR, True),
        (12.5 * HOUR, 14 * HOUR, True),
        (14 * HOUR + 600, 16 * HOUR, False),
    ]


def test_a_break_of_a_night_shift_may_lie_after_midnight():
    shift = {"from": "22:00", "to": "06:00", "breaks": [{"at": "02:00", "lasts": "1 h"}]}
    assert spans(centre(shift), horizon_s=28 * HOUR) == [(0, 2), (3, 6), (22, 26), (27, 30)]


def test_whole_days_with_breaks_join_at_midnight():
    shift = {"from": "00:00", "to": "24:00", "breaks": [{"at": "12:00", "lasts": "1 h"}]}
    assert spans(centre(shift), horizon_s=40 * HOUR)[:2] == [(0, 12), (13, 36)]


def test_overlapping_breaks_are_one():
    assert parts_of((0, 10), [(2, 6), (3, 4), (5, 7)]) == [(0, 2), (7, 10)]
    assert parts_of((0, 10), [(0, 2), (8, 12)]) == [(2, 8)]
    assert parts_of((0, 10), [(0, 12)]) == []


@pytest.mark.parametrize("at", ["07:00", "15:45", "20:00"])
def test_a_break_outside_its_shift_is_refused(at):
    with pytest.raises(ValidationError, match="a break must lie within the shift"):
        Shift.model_validate({"from": "08:00", "to": "16:00", "agents": 1,
                              "breaks": [{"at": at, "lasts": "30 min"}]})  # fmt: skip


# --- absence

DAY = {"from": "08:00", "to": "16:00", "agents": 400}


def missing(section, **more):
    agents, duties, _ = planned(section, **more)
    return {each.agent for each in agents} - {agents[each.agent_ix].agent for each in duties}


def test_the_stated_share_is_absent_each_by_her_own_luck():
    away = missing(centre(DAY, absence=0.1))
    assert 20 <= len(away) <= 60
    assert missing(centre(DAY, absence=0.1)) == away
    assert missing(centre(DAY, absence=0.1), seed=2) != away
    assert away < missing(centre(DAY, absence=0.3))
    assert missing(centre(DAY)) == set()
    assert len(missing(centre(DAY, absence=1.0))) == 400


def test_who_is_absent_on_a_day_is_the_same_whenever_the_run_begins():
    earlier = Calendar(datetime(2019, 12, 31), "Asia/Shanghai")
    agents, duties, _ = planned(centre(DAY, absence=0.1), calendar=earlier, horizon_s=48 * HOUR)
    there = {agents[each.agent_ix].agent for each in duties if each.t_on_s > 24 * HOUR}
    assert {each.agent for each in agents} - there == missing(centre(DAY, absence=0.1))
    assert there != {agents[each.agent_ix].agent for each in duties if each.t_on_s < 24 * HOUR}


def test_agents_stay_the_same_people_when_staff_is_added_elsewhere():
    def section(**groups):
        return Contact(groups={**groups, "old": {
            "serves": ("outage", "enquiry"), "roster": [DAY | {"agents": 60}],
            "absence": 0.2, "shrinkage": 0.1}})  # fmt: skip

    def of_old(section):
        agents, duties, _ = planned(section)
        return {(agents[d.agent_ix].agent, d.t_on_s, d.t_off_s) for d in duties
                if agents[d.agent_ix].group == "old"}  # fmt: skip

    more = {"new": {"serves": ("outage",), "roster": [DAY]}}
    assert of_old(section()) == of_old(section(**more))


# --- unplanned pauses


@given(
    length=st.floats(60, 12 * HOUR),
    share=st.floats(0, 1),
    pause_s=st.floats(30, 4 * HOUR),
    lucks=st.lists(st.floats(0.001, 0.999), min_size=1, max_size=7),
)
def test_pauses_lie_one_after_the_other_within_the_duty(length, share, pause_s, lucks):
    found = pauses((100.0, 100.0 + length), share, pause_s, lambda n: lucks[n % len(lucks)])
    edges = [100.0, *(edge for span in found for edge in span), 100.0 + length]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(edges))


@pytest.mark.parametrize(("share", "pause"), [
    (0.06, "10 min"), (0.3, "25 min"), (0.001, "30 min"), (0.8, "2 h"), (0.97, "7 h"), (1.0, "3 h"),
])  # fmt: skip
def test_pauses_take_their_share_of_the_duty_in_the_mean(share, pause):
    shift = {"from": "08:00", "to": "16:00", "agents": 3000,
             "breaks": [{"at": "12:00", "lasts": "1 h"}]}  # fmt: skip
    group = Group.model_validate({"serves": ["outage"], "pause": pause})
    _agents, duties, _ = planned(centre(shift, shrinkage=share, pause=group.pause))
    here_h = sum(each.t_off_s - each.t_on_s for each in duties) / HOUR
    one_h = group.pause / HOUR  # a duty's total is off by less than one pause either way
    assert 1 - here_h / (7 * 3000) == pytest.approx(share, abs=4 * one_h / 7 / 3000**0.5 / 2)


def test_pauses_are_spread_over_the_duty():
    shift = {"from": "08:00", "to": "16:00", "agents": 2000}
    _agents, duties, _ = planned(centre(shift, shrinkage=0.1, pause=600.0))
    for hour in range(8, 16):
        here_h = sum(
            max(0.0, min(each.t_off_s, (hour + 1) * HOUR) - max(each.t_on_s, hour * HOUR))
            for each in duties
        ) / HOUR  # fmt: skip
        assert here_h / 2000 == pytest.approx(0.9, abs=0.02)


def test_a_higher_share_of_another_group_moves_no_pause():
    shift = {"from": "08:00", "to": "16:00", "agents": 5}
    section = centre(shift, shrinkage=0.1)
    other = section.groups["all"].model_copy(update={"shrinkage": 0.4})
    both = section.model_copy(update={"groups": {"other": other, **section.groups}})
    agents, duties, _ = planned(both)
    alone = spans(section)
    assert [(d.t_on_s / HOUR, d.t_off_s / HOUR) for d in duties
            if agents[d.agent_ix].group == "all"] == alone  # fmt: skip


# --- when shifts end


def test_shifts_that_end_soon_are_found_whether_or_not_the_agent_pauses():
    shift = {"from": "08:00", "to": "16:00", "agents": 40}
    _agents, _planned, duties = planned(centre(shift, shrinkage=0.5), horizon_s=60 * HOUR)
    for t_s in (14.1 * HOUR, 15 * HOUR, 15.99 * HOUR):
        assert duties.ending(t_s, 2 * HOUR, HOUR) == [(ix, 16 * HOUR) for ix in range(40)]
    assert duties.ending(13.9 * HOUR, 2 * HOUR, HOUR) == []
    assert duties.ending(16 * HOUR, 2 * HOUR, HOUR) == []
    assert duties.ending(15 * HOUR, 2 * HOUR, 17 * HOUR) == []  # back at work before then


def test_a_prolonged_shift_ends_later():
    shift = {"from": "08:00", "to": "16:00", "breaks": [{"at": "15:00", "lasts": "30 min"}]}
    _agents, _planned, duties = planned(centre(shift))
    assert duties.prolong(0, 16 * HOUR, 18 * HOUR) == 15.5 * HOUR
    assert duties.ending(15 * HOUR, HOUR, HOUR) == []
    assert duties.ending(17 * HOUR, HOUR, HOUR) == [(0, 18 * HOUR)]
    assert duties.is_due(0, 17 * HOUR)
    assert not duties.is_due(0, 18 * HOUR)


def test_a_released_shift_is_over():
    shift = {"from": "08:00", "to": "16:00"}
    _agents, _planned, duties = planned(centre(shift))
    assert duties.release(0, 7 * HOUR) == 7 * HOUR
    assert duties.release(0, 15 * HOUR) == 16 * HOUR
    assert duties.ending(15 * HOUR, HOUR, HOUR) == []
    assert not duties.is_due(0, 15 * HOUR)


def test_standby_pauses_too_and_each_call_up_has_its_own_luck():
    section = Contact.model_validate({
        "groups": {"all": {"serves": ["outage", "enquiry"], "shrinkage": 0.2}},
        "standby": {"near": {"group": "all", "agents": 1}},
    })  # fmt: skip
    agents = agents_of(section)
    duties = Duties(section, agents, Streams(3), midnight())
    first = duties.called_up(0, (0.0, 8 * HOUR), 0)
    again = duties.called_up(0, (10 * HOUR, 18 * HOUR), 1)
    assert len(first) > 3
    assert [each.pauses for each in first] == [True] * (len(first) - 1) + [False]
    assert [each.t_on_s for each in first] != [each.t_on_s - 10 * HOUR for each in again]
