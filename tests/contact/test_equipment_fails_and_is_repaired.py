"""Faults of seats, menu and platform: how often, for how long, and what a patrol prevents."""

from __future__ import annotations

import pytest
from centres import midnight
from pydantic import ValidationError

from sim.contact.technical import Technical
from sim.engine.clock import Clock
from sim.engine.facts import (
    MenuSwitched,
    PlatformFailed,
    PlatformRestored,
    SeatFailed,
    SeatRepaired,
)
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.streams import Streams
from sim.scenario.technical import Technical as Section

HOUR = 3600.0
DAYS = 20
AT_ONCE = {"call_out": {"constant": "0 s"}, "called_out": 1000}


class Hall:
    """Seats of which some are in use, and what was ordered of them."""

    class Agent:
        def __init__(self, agent):
            self.agent = agent

    def __init__(self, n_agents, on_duty=None):
        self.agents = [self.Agent(f"a{ix}") for ix in range(n_agents)]
        self._here = list(range(n_agents) if on_duty is None else on_duty)
        self.away = [0] * n_agents
        self.menu = []
        self.cut = []

    def agents_on_duty(self):
        return self._here

    def set_away(self, agents, mode, _now_s):
        self.cut.append(mode)
        for ix in agents:
            self.away[ix] += 1

    def set_back(self, agents, _now_s):
        for ix in agents:
            self.away[ix] -= 1

    def set_menu(self, works):
        self.menu.append(works)

    def time_on_duty_s(self, agents, since_s, until_s):
        return (until_s - since_s) * len(set(agents) & set(self._here))


def run(section, hall=None, seed=1, hours=24 * DAYS):
    clock = Clock()
    journal = Journal(lambda: clock.now)
    journal.freeze({})
    hall = hall or Hall(40)
    Technical(Section.model_validate(section), hall, clock, journal, Streams(seed), midnight())
    clock.run(until=hours * HOUR)
    return hall, list(journal)


def of(entries, kind):
    return [each for each in entries if isinstance(each.fact, kind)]


def test_without_rates_nothing_fails():
    assert run({})[1] == []


def test_seats_fail_at_their_rate_while_their_agent_is_on_duty():
    rare = {"seats": {"rate": "0.1 per h", "repair": {"constant": "0 s"}}, **AT_ONCE}
    _, entries = run(rare, Hall(40, on_duty=range(30)))
    failed = of(entries, SeatFailed)
    expected = 0.1 * 24 * DAYS * 30
    assert len(failed) == pytest.approx(expected, abs=4 * expected**0.5)
    assert {each.fact.agent for each in failed} == {f"a{ix}" for ix in range(30)}


def test_a_seat_is_back_after_the_repair_and_tells_what_was_lost():
    seats = {"rate": "1 per h", "repair": {"constant": "30 min"}}
    out = {"call_out": {"constant": "15 min"}, "called_out": 1000}
    hall, entries = run({"seats": seats, **out}, Hall(1))
    repaired = of(entries, SeatRepaired)
    assert len(repaired) > 100
    by_seq = {each.seq: each for each in entries}
    for each in repaired:
        failed = by_seq[each.cause]
        assert isinstance(failed.fact, SeatFailed)
        assert failed.fact.agent == each.fact.agent
        assert each.t_s - failed.t_s == pytest.approx(45 * 60.0)
        assert each.fact.lost_s == pytest.approx(45 * 60.0)
    assert sum(hall.away) == len(of(entries, SeatFailed)) - len(repaired)
    assert set(hall.cut) == {"drop"}


def test_a_broken_menu_serves_nobody_until_it_works_again():
    hall, entries = run({"menu": {"rate": "0.2 per h"}})
    switched = [each.fact.works for each in of(entries, MenuSwitched)]
    assert len(switched) > 20
    assert switched == hall.menu == [n % 2 == 1 for n in range(len(switched))]


def test_a_platform_fault_cuts_off_everybody():
    hall, entries = run({"platform": {"rate": "0.1 per h"}}, Hall(9, on_duty=range(4)))
    failed, restored = of(entries, PlatformFailed), of(entries, PlatformRestored)
    assert {each.fact.agents for each in failed} == {4}
    assert {each.cause for each in failed} == {NO_CAUSE}
    assert set(hall.away) == {len(failed) - len(restored)}
    for before, after in zip(failed, restored, strict=False):
        assert after.fact.lost_s == pytest.approx(4 * (after.t_s - before.t_s))


def test_patrols_prevent_their_share_and_move_no_other_fault():
    rare = {"seats": {"rate": "0.1 per h", "repair": {"constant": "0 s"}}, **AT_ONCE}
    patrols = rare | {"patrol_every": "4 h", "signs": "1 h", "finds": "60 %"}

    def faults(section):
        return {(each.t_s, each.fact.agent) for each in of(run(section)[1], SeatFailed)}

    without = faults(rare)
    assert faults(patrols) < without
    share = 0.25 * 0.6
    assert 1 - len(faults(patrols)) / len(without) == pytest.approx(share, abs=0.04)
    often = patrols | {"patrol_every": "1 h"}
    assert 1 - len(faults(often)) / len(without) == pytest.approx(0.6, abs=0.04)


def test_the_luck_of_a_seat_is_its_own():
    rare = {"seats": {"rate": "0.1 per h"}, **AT_ONCE}

    def of_first(hall, **more):
        return [each.t_s for each in of(run(rare | more, hall)[1], SeatFailed)
                if each.fact.agent == "a0"]  # fmt: skip

    alone = of_first(Hall(1))
    assert alone == of_first(Hall(7), menu={"rate": "1 per h"}, platform={"rate": "0.1 per h"})
    assert alone != of_first(Hall(1), seats={"rate": "0.2 per h"})


def test_faults_that_nobody_could_repair_are_refused():
    with pytest.raises(ValidationError, match="nobody repairs"):
        Section.model_validate({"menu": {"rate": "1 per h"}, "called_out": 0})
