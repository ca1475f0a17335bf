"""Overtime, counselling and lost sites: who is chosen, what is ordered, what is told."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
from centres import midnight, simple

from sim.contact.duties import Duties
from sim.contact.rosters import agents_of
from sim.contact.staff import Staff
from sim.engine.clock import Clock
from sim.engine.facts import (
    AgentsRelieved,
    AgentsRested,
    CommandGiven,
    OvertimeAgreed,
    SiteLost,
    SiteRestored,
)
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.scenario.contact import Contact

HOUR = 3600.0


class Hall:
    """A centre that notes what is ordered of it."""

    def __init__(self, section, seed):
        self.agents = agents_of(section)
        self.duties = Duties(section, self.agents, Streams(seed), midnight())
        self.planned = self.duties.planned(48 * HOUR)
        self._sites = [section.groups[each.group].site for each in self.agents]
        self.tired = np.zeros(len(self.agents))
        self.away = []
        self.orders = []
        self.now = lambda: 0.0

    def agents_on_duty(self):
        now_s = self.now()
        return sorted(d.agent_ix for d in self.planned if d.t_on_s <= now_s < d.t_off_s)

    def agents_at(self, site):
        return [ix for ix, each in enumerate(self._sites) if each == site]

    def agents_away(self):
        return self.away

    def tiredness(self, _now_s):
        return self.tired

    def extend_duties(self, agents, until_s):
        self.orders.append((self.now() / HOUR, "extend", tuple(agents), until_s / HOUR))

    def set_away(self, agents, mode, now_s):
        self.orders.append((now_s / HOUR, mode, tuple(agents)))

    def set_back(self, agents, now_s):
        self.orders.append((now_s / HOUR, "back", tuple(agents)))

    def rest(self, agents):
        self.orders.append((self.now() / HOUR, "rest", tuple(agents)))


class Office:
    """Staff, its hall, a clock and a log."""

    def __init__(self, section, seed=1):
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.journal.freeze({})
        self.order = self.journal.write(CommandGiven("order", "supervisor", ()))
        self.hall = Hall(section, seed)
        self.hall.now = lambda: self.clock.now
        self.staff = Staff(section, self.hall, self.clock, self.journal, Streams(seed), midnight())

    def at(self, hour):
        self.clock.run(until=hour * HOUR)
        return self

    def facts(self, kind):
        return [each for each in self.journal if isinstance(each.fact, kind)]


EARLY = {"from": "06:00", "to": "14:00", "agents": 50}
LATE = {"from": "14:00", "to": "22:00", "agents": 20}


def section(*shifts, **more):
    return simple(tuple(shifts or (EARLY, LATE)), {"constant": "1 min"}, **more)


# --- overtime


def test_those_whose_shift_ends_soon_are_asked_and_the_stated_share_agrees():
    office = Office(section()).at(12.5)
    assert office.staff.could_stay(None, None) == 50
    office.staff.ask_overtime(None, None, office.order)
    (agreed,) = office.facts(OvertimeAgreed)
    assert (agreed.cause, agreed.fact.asked, agreed.fact.stay_s) == (office.order, 50, 2 * HOUR)
    assert 25 <= agreed.fact.agents <= 45
    assert len(office.hall.orders) == agreed.fact.agents
    assert {each[3] for each in office.hall.orders} == {16.0}


def test_an_order_may_name_its_own_times():
    office = Office(section()).at(10)
    assert office.staff.could_stay(None, None) == 0
    assert office.staff.could_stay(4 * HOUR, HOUR) == 50
    office.staff.ask_overtime(4 * HOUR, HOUR, -1)
    assert {each[3] for each in office.hall.orders} == {15.0}


def test_who_agrees_is_keyed_by_agent_and_shift():
    def agreed(at, given=None, seed=1):
        office = Office(given or section(), seed).at(at)
        office.staff.ask_overtime(None, None, -1)
        return {office.hall.agents[ix].agent for _t, _what, (ix,), _until in office.hall.orders}

    assert agreed(12.5) == agreed(13.9)
    assert agreed(12.5) != agreed(12.5, seed=2)
    assert agreed(12.5) == agreed(12.5, section(EARLY, {**LATE, "agents": 3}))
    assert agreed(12.5) != agreed(36.5)


@pytest.mark.parametrize(("consent", "share"), [(0, 0), (1, 1)])
def test_consent_may_be_none_or_certain(consent, share):
    office = Office(section(overtime={"consent": consent})).at(13)
    office.staff.ask_overtime(None, None, -1)
    assert office.facts(OvertimeAgreed)[0].fact.agents == share * 50


def test_whoever_stays_already_is_asked_again_only_when_the_longer_shift_ends():
    office = Office(section(overtime={"consent": 1})).at(13)
    office.staff.ask_overtime(None, None, -1)
    office.at(13.5)
    assert office.staff.could_stay(None, None) == 0
    office.at(15)
    assert office.staff.could_stay(None, None) == 50


def test_the_duty_after_a_coming_break_is_the_one_that_goes_on():
    shift = {**EARLY, "agents": 2, "breaks": [{"at": "13:00", "lasts": "30 min"}]}
    office = Office(section(shift, overtime={"consent": 1})).at(12.5)
    office.staff.ask_overtime(None, None, -1)
    assert office.hall.orders == []
    office.at(14)
    assert office.hall.orders == [(13.5, "extend", (ix,), 16.0) for ix in (0, 1)]


# --- counselling


def test_the_most_tired_go_and_come_back_rested():
    office = Office(section(relief={"share": "10 %"})).at(8)
    office.hall.tired[[3, 30, 7, 44, 60]] = 0.6, 0.9, 0.6, 0.3, 1.0  # 60 is not there yet
    assert office.staff.tired(None) == [30, 3, 7]
    office.staff.relieve(None, None, office.order)
    office.at(9)
    assert office.hall.orders == [
        (8.0, "finish", (30, 3, 7)), (8.5, "rest", (30, 3, 7)), (8.5, "back", (30, 3, 7)),
    ]  # fmt: skip
    (left,), (back,) = office.facts(AgentsRelieved), office.facts(AgentsRested)
    assert (left.cause, left.fact.agents, left.fact.lasts_s) == (office.order, 3, HOUR / 2)
    assert (back.cause, back.fact.agents) == (left.seq, 3)


def test_no_more_than_the_share_of_those_on_duty_go():
    office = Office(section()).at(8)
    office.hall.tired[:] = np.linspace(0.5, 1.0, 70)
    assert office.staff.tired(None) == [49, 48, 47, 46, 45]
    assert office.staff.tired(0.03) == [49, 48]
    office.at(23)
    assert office.staff.tired(1.0) == []


def test_whoever_is_away_already_does_not_go():
    office = Office(section()).at(8)
    office.hall.tired[:10] = 1.0
    office.hall.away = [0, 2, 60]
    assert office.staff.tired(1.0) == [1, 3, 4, 5, 6, 7, 8, 9]


def test_nobody_goes_who_is_not_tired():
    office = Office(section(relief={"tired_from": 0})).at(8)
    assert office.staff.tired(1.0) == []


# --- sites


def two_sites(**more):
    groups = {
        "a": {"serves": ("outage",), "roster": ({**EARLY, "agents": 2},), "site": "east"},
        "b": {"serves": ("outage",), "roster": ({**EARLY, "agents": 3},), "site": "west"},
        "c": {"serves": ("outage",), "roster": ({**LATE, "agents": 4},), "site": "west"},
    }
    return section(groups=groups, **more)


LOSS = {"site": "west", "at": "8 h", "lasts": "90 min"}


def test_a_site_is_lost_with_everybody_who_sits_there_and_comes_back():
    office = Office(two_sites(site_losses=(LOSS,))).at(24)
    there = tuple(range(2, 9))
    assert office.hall.orders == [(8.0, "drop", there), (9.5, "back", there)]
    (lost,), (back,) = office.facts(SiteLost), office.facts(SiteRestored)
    assert (lost.fact.site, lost.fact.agents, lost.fact.calls) == ("west", 3, "drop")
    assert (back.fact.site, back.fact.agents, back.t_s) == ("west", 3, 9.5 * HOUR)


def test_calls_of_a_lost_site_may_go_back_to_the_queue():
    office = Office(two_sites(site_losses=(LOSS | {"calls": "requeue"},))).at(24)
    assert office.hall.orders[0][1] == "requeue"


def test_a_loss_may_be_given_by_calendar_time():
    office = Office(two_sites(site_losses=(LOSS | {"at": datetime(2020, 1, 1, 10)},))).at(24)
    assert [each.t_s for each in office.facts(SiteLost)] == [10 * HOUR]


def test_agents_on_duty_are_counted_by_site():
    office = Office(two_sites()).at(8)
    assert office.staff.sites() == {"east": 2, "west": 3}
    assert office.at(15).staff.sites() == {"east": 0, "west": 4}


def test_a_section_without_sites_has_one():
    assert list(Office(Contact(background=())).staff.sites()) == [""]
