"""Whatever is ordered and whatever fails: nobody is lost, and all who left come back."""

from __future__ import annotations

import numpy as np
import pytest
from centres import DAY_AND_NIGHT, PROVINCE, midnight, simple
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contact.centre import Centre
from sim.contact.staff import Staff
from sim.contact.state import OFF_DUTY
from sim.contact.technical import Technical
from sim.engine.clock import Clock
from sim.engine.facts import AgentsRested, OvertimeAgreed, PlatformFailed, SeatFailed, SiteLost
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.units import MINUTE_S

HOUR = 3600.0
END_S = 6 * HOUR


class Floor:
    """A centre of two sites on the clock, with its staff and its equipment."""

    def __init__(self, section, seed=1, n_calls=400):
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.journal.freeze({})
        streams = Streams(seed)
        self.centre = Centre(section, streams, midnight(), PROVINCE, END_S)
        self.clock.take_along(self.centre)
        more = (self.centre, self.clock, self.journal, streams, midnight())
        self.staff = Staff(section, *more)
        self.technical = Technical(section.technical, *more)
        rng = np.random.default_rng(seed)
        times = np.sort(rng.random(n_calls)) * 0.9 * END_S
        self.centre.plan(times, 0, 0.0, 0.0, rng.integers(0, 2**32, n_calls), "outage")

    def at(self, t_s, action):
        self.clock.call_at(t_s, action)

    def run(self, until_s):
        self.clock.run(until=until_s)
        self.centre.advance(until_s)

    def rows(self):
        return self.centre._s.agents

    def check(self):
        """Check that every agent is in one place, and that the counts say which."""
        centre, agents = self.centre, self.rows()
        here = agents["state"] != OFF_DUTY
        away = agents["away"] > 0
        counted = centre.snapshot()
        assert sum(counted.on_duty.values()) == np.count_nonzero(here)
        assert centre._s.teams["n_away"].sum() == np.count_nonzero(here & away)
        assert set(centre.agents_on_duty()) <= set(np.flatnonzero(here).tolist())
        assert centre.agents_away() == np.flatnonzero(away).tolist()
        n_at_seat = np.count_nonzero(here & ~away)
        n_off = np.count_nonzero(~here)
        assert n_at_seat + np.count_nonzero(here & away) + n_off == len(centre.agents)
        assert (agents["away"] >= 0).all()
        assert centre.counters().is_balanced
        busy = agents["load"] > 0
        assert not (busy & ~here).any()


def two_sites(**more):
    shift = {"from": "00:00", "to": "04:00", "agents": 6,
             "breaks": ({"at": "02:00", "lasts": "15 min"},)}  # fmt: skip
    groups = {
        "a": {"serves": ("outage",), "roster": (shift,), "site": "east", "shrinkage": 0.2},
        "b": {"serves": ("outage",), "roster": ({**DAY_AND_NIGHT, "agents": 5},), "site": "west",
              "absence": 0.2},
    }  # fmt: skip
    standby = {"near": {"group": "a", "agents": 4, "delay": {"constant": "5 min"},
                        "duration": "1 h"}}  # fmt: skip
    patience = {"exponential": "10 min"}
    return simple((), {"exponential": "8 min"}, patience, groups=groups, standby=standby, **more)


FAULTS = {
    "seats": {"rate": "0.3 per h", "repair": {"exponential": "20 min"}},
    "menu": {"rate": "0.3 per h"},
    "platform": {"rate": "0.2 per h", "repair": {"exponential": "10 min"}},
    "call_out": {"exponential": "10 min"},
}

orders = st.lists(
    st.tuples(
        st.integers(0, 300).map(lambda minute: minute * MINUTE_S),
        st.sampled_from(["overtime", "relief", "east", "west", "standby", "home"]),
        st.sampled_from([0.1, 0.5, 1.0]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(
    orders=orders,
    leaving=st.sampled_from(["finish_call", "idle_first", "pool_counter", "hang_up"]),
    calls=st.sampled_from(["requeue", "drop"]),
    fails=st.booleans(),
    seed=st.integers(0, 50),
)
def test_agents_and_calls_are_conserved_under_any_orders(orders, leaving, calls, fails, seed):
    section = two_sites(leaving=leaving, technical=FAULTS if fails else {},
                        relief={"tired_from": "1 %"}, overtime={"consent": 0.5})  # fmt: skip
    floor = Floor(section, seed)

    def give(what, share):
        if what == "overtime":
            floor.staff.ask_overtime(2 * HOUR, share * HOUR, -1)
        elif what == "relief":
            floor.staff.relieve(share, share * HOUR, -1)
        elif what == "standby":
            floor.centre.call_standby("near", floor.clock.now)
        elif what == "home":
            floor.centre.send_home(share, lambda agent: len(agent) / 99, floor.clock.now)
        else:
            lost = floor.staff.lose_site(what, calls, -1)
            floor.clock.call_in(share * HOUR, lambda: floor.staff.restore_site(what, lost))
        floor.check()

    for t_s, what, share in orders:
        floor.at(t_s, lambda what=what, share=share: give(what, share))
    for hour in range(1, 7):
        floor.run(hour * HOUR)
        floor.check()
    floor.centre.finish(END_S)
    assert floor.centre.counters().is_balanced


def told(floor, kind):
    return [each for each in floor.journal if isinstance(each.fact, kind)]


def test_all_who_were_away_are_back_when_nothing_lasts_any_more():
    floor = Floor(two_sites(relief={"tired_from": "1 %"}))
    floor.at(HOUR, lambda: floor.staff.relieve(1.0, HOUR / 2, -1))
    floor.at(1.2 * HOUR, lambda: floor.staff.lose_site("west", "requeue", -1))
    floor.at(1.4 * HOUR, lambda: floor.staff.lose_site("west", "drop", -1))
    floor.at(1.6 * HOUR, lambda: floor.staff.restore_site("west", -1))
    floor.run(1.7 * HOUR)
    assert floor.centre.agents_away() == floor.centre.agents_at("west")
    floor.at(1.8 * HOUR, lambda: floor.staff.restore_site("west", -1))
    floor.run(1.9 * HOUR)
    assert floor.centre.agents_away() == []
    assert len(told(floor, AgentsRested)) == 1


def answered_between(floor, from_s, to_s, site):
    calls = floor.centre.calls()
    there = floor.centre.agents_at(site)
    taken = np.isin(calls["agent"], there)
    return int((taken & (calls["t_end_wait_s"] > from_s) & (calls["t_end_wait_s"] < to_s)).sum())


@pytest.mark.parametrize("calls", ["drop", "requeue"])
def test_nobody_answers_at_a_lost_site_until_it_is_back(calls):
    loss = {"site": "west", "at": "1 h", "lasts": "1 h", "calls": calls}
    floor = Floor(two_sites(site_losses=(loss,)), n_calls=1500)
    floor.run(END_S)
    floor.centre.finish(END_S)
    assert answered_between(floor, 0, HOUR, "west") > 0
    assert answered_between(floor, HOUR, 2 * HOUR, "west") == 0
    assert answered_between(floor, HOUR, 2 * HOUR, "east") > 0
    assert answered_between(floor, 2 * HOUR, 3 * HOUR, "west") > 0
    cut = floor.centre.calls()
    at_loss = cut["outcome"][cut["t_end_s"] == HOUR]
    assert set(at_loss) == {"dropped" if calls == "drop" else "requeued"}
    assert 0 < len(at_loss) <= told(floor, SiteLost)[0].fact.agents


def test_overtime_keeps_those_who_agree_at_their_seats():
    floor = Floor(two_sites(overtime={"consent": 0.5}), n_calls=0)
    floor.at(1.9 * HOUR, lambda: floor.staff.ask_overtime(3 * HOUR, HOUR, -1))  # before the break
    floor.run(END_S)
    floor.centre.finish(END_S)
    agreed = told(floor, OvertimeAgreed)[0].fact
    assert agreed.asked == 6
    shifts = floor.centre.agent_shifts()
    last = {}
    for agent, t_off_s in zip(shifts["agent_id"], shifts["t_off_s"], strict=True):
        if agent.startswith("a/"):
            last[agent] = max(t_off_s, last.get(agent, 0.0))
    assert sorted(t_s / HOUR for t_s in last.values() if t_s > 4.5 * HOUR) == [5.0] * agreed.agents
    assert 0 < agreed.agents < 6


def test_counselling_gives_rested_agents_back():
    rested = {"slows": 1.0, "builds_over": "1 h", "rests_over": "10 h"}
    floor = Floor(two_sites(relief={"tired_from": "50 %"}, fatigue=rested), n_calls=4000)
    floor.run(2.5 * HOUR)
    tired = floor.centre.tiredness(floor.clock.now)
    most = floor.staff.tired(0.3)
    assert min(tired[most]) >= 0.5
    floor.staff.relieve(0.3, 600.0, -1)
    floor.run(2.5 * HOUR + 601.0)
    assert max(floor.centre.tiredness(floor.clock.now)[most]) < 0.01
    assert set(most).isdisjoint(floor.centre.agents_away())


def test_a_platform_fault_stops_all_work_and_counts_what_is_lost():
    faults = {"platform": {"rate": "1 per h", "repair": {"constant": "15 min"}},
              "call_out": {"constant": "0 s"}}  # fmt: skip
    floor = Floor(two_sites(technical=faults), n_calls=1500)
    floor.run(END_S)
    floor.centre.finish(END_S)
    failed = told(floor, PlatformFailed)
    assert failed
    for each in failed:
        for site in ("east", "west"):
            assert answered_between(floor, each.t_s, each.t_s + 900, site) == 0
    back = next(each for each in floor.journal if each.cause == failed[0].seq)
    assert 0 < back.fact.lost_s <= 900 * failed[0].fact.agents * 1.5


def test_a_failed_seat_takes_no_call():
    faults = {"seats": {"rate": "0.5 per h", "repair": {"constant": "20 min"}},
              "call_out": {"constant": "0 s"}, "called_out": 100}  # fmt: skip
    floor = Floor(two_sites(technical=faults), n_calls=1500)
    floor.run(END_S)
    floor.centre.finish(END_S)
    calls = floor.centre.calls()
    names = [each.agent for each in floor.centre.agents]
    failed = told(floor, SeatFailed)
    assert len(failed) > 5
    for each in failed:
        own = calls["agent"] == names.index(each.fact.agent)
        taken = calls["t_end_wait_s"][own]
        assert not ((taken > each.t_s) & (taken < each.t_s + 1200)).any()


def test_whoever_is_sent_home_stays_away_after_the_break():
    floor = Floor(two_sites(), n_calls=0)
    floor.at(HOUR, lambda: floor.centre.send_home(1.0, lambda _agent: 0.5, HOUR))
    floor.run(HOUR + 1)
    assert floor.centre.agents_on_duty() == []
    floor.run(3 * HOUR)
    assert floor.centre.agents_on_duty() == []


def test_a_break_sends_no_idle_colleague_away_in_its_place():
    late = {"from": "00:00", "to": "06:00", "agents": 3}
    early = {"from": "00:00", "to": "05:00", "agents": 1,
             "breaks": ({"at": "01:00", "lasts": "30 min"},)}  # fmt: skip
    groups = {"a": {"serves": ("outage",), "roster": (early, late)}}
    section = simple((), {"constant": "20 min"}, groups=groups, leaving="idle_first")
    floor = Floor(section, n_calls=0)
    floor.centre.plan([0.9 * HOUR], 0, 0.0, 0.0, [7], "outage")  # in hand when the break begins
    floor.run(1.1 * HOUR)
    assert floor.centre.calls()["agent"].tolist() == []
    assert floor.centre.agents_on_duty() == [1, 2, 3]
    floor.run(2 * HOUR)
    assert floor.centre.agents_on_duty() == [0, 1, 2, 3]
