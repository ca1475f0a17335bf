"""The oracle: the same contact centre as a plain SimPy model, one process a call.

It shares with the kernel what is luck (keys, quantile tables) and what is input (agents, duties,
planned calls), and nothing of how events are handled. SimPy breaks ties by priority, then by
order of scheduling; here the priority of an event is its kind and row, as state.py orders them.
"""

from __future__ import annotations

import functools
import heapq
import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import simpy

from sim.contact.arrivals import background_keys, background_times
from sim.contact.rosters import Agent, agents_of, duties_of, speed_factor
from sim.engine.hashing import mix, uniform
from sim.engine.sampling import lookup, quantile
from sim.engine.sampling import tabulate as fresh_table
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

KINDS = ("answer_ends", "patience_ends", "menu_ends", "agent_comes", "agent_leaves", "call_made")
LAST_OF_ALL = 2**60
tabulate = functools.cache(fresh_table)


class Environment(simpy.Environment):
    """Let events happen at a stated time, ordered at equal times by kind and row."""

    def at(self, t_s, priority):
        event = simpy.Event(self)
        event._ok, event._value = True, None
        heapq.heappush(self._queue, (t_s, priority, next(self._eid), event))
        return event

    def event_at(self, t_s, kind, row):
        return self.at(t_s, 2 + (KINDS.index(kind) << 40) + row)

    def do_at(self, t_s, action):
        self.at(t_s, LAST_OF_ALL).callbacks.append(lambda _event: action())


@dataclass(eq=False)
class Seat:
    """One agent: on duty or not, idle or not."""

    ix: int
    who: Agent
    factor: float
    on_duty: bool = False
    is_over: bool = False
    talks: bool = False
    t_on_s: float = math.nan
    shifts: list = field(default_factory=list)


@dataclass(eq=False)
class Caller:
    """One planned caller."""

    row: int
    t_s: float
    group: int
    number: float
    rank: float
    key: int
    call_type: str
    cause: int
    attempt: int = 0
    is_dropped: bool = False
    answered: simpy.Event | None = None


class Oracle:
    """Run the centre of a section with plain SimPy."""

    def __init__(self, section: Contact, seed: int, calendar: Calendar, transformers, horizon_s):
        self.env = Environment()
        self.section = section
        streams = Streams(seed)
        self.transformers = list(transformers)
        n_groups = len(self.transformers)
        self.out = [False] * n_groups
        self.announced = [(0.0, 0.0)] * n_groups
        self.belief = [(1.0, 1.0, 0.0)] * n_groups
        self.reports = dict.fromkeys(self.transformers, 0)
        self.thresholds = {}
        self.heard = []
        self.keys = {}
        for trait in ("menu_time", "announcement_satisfied", "report_in_menu", "patience", "handle",
                      "redial_blocked", "redial_abandoned", "redial_delay"):  # fmt: skip
            self.keys[trait] = streams.key(f"contact.{trait}")
        self.show_up = streams.trait("contact.standby_show_up")
        self.delay = streams.trait("contact.standby_delay")
        speed = streams.trait("contact.agent_speed")
        self.menu_table = tabulate(section.menu.time)
        self.tables = {
            name: {
                "handle": tabulate(each.handle),
                "patience": tabulate(each.patience),
                "blocked": tabulate(each.redial_after_blocked.delay),
                "abandoned": tabulate(each.redial_after_abandoned.delay),
            }
            for name, each in section.call_types.items()
        }
        self.trunks_in_use = 0
        self.queues = {name: deque() for name in section.call_types}
        self.idle = {name: deque() for name in section.groups}
        self.seats = [
            Seat(ix, who, speed_factor(who.agent, section.agent_spread, speed))
            for ix, who in enumerate(agents_of(section))
        ]
        self.calls = []
        self.given_up = []
        self.callers = []
        self.n_duties = 0
        self.n_call_ups = {}
        self.standby_until = {}
        duties = [
            (t_on_s, seat.ix, t_off_s)
            for seat in self.seats
            if seat.who.shift is not None
            for t_on_s, t_off_s in duties_of(seat.who.shift, calendar, horizon_s)
        ]
        self._plan_duties(duties)
        for background in section.background:
            times = background_times(background, streams, calendar, horizon_s)
            keys = background_keys(background.call_type, streams, len(times))
            self.plan(times, 0, 0.0, 0.0, keys, background.call_type, -1)

    # --- luck

    def bits(self, trait, caller):
        return mix(mix(self.keys[trait], caller.key), caller.attempt)

    def chance(self, trait, caller):
        return uniform(self.bits(trait, caller))

    # --- what the world says

    def plan(self, times_s, group_ix, number, rank, caller_id, call_type, cause):
        n = len(times_s)
        columns = [np.broadcast_to(np.asarray(each), n).tolist()
                   for each in (times_s, group_ix, number, rank, caller_id, cause)]  # fmt: skip
        for t_s, group, luck, place, key, why in sorted(
            zip(*columns, strict=True), key=lambda each: each[0]
        ):
            caller = Caller(len(self.callers), t_s, group, luck, place, key, call_type, why)
            self.callers.append(caller)
            self.env.process(self._call(caller))

    def set_belief(self, groups, p_uninformed, p_informed, reached_share):
        for group in groups:
            self.belief[group] = (p_uninformed, p_informed, reached_share)

    def set_out(self, groups, out):
        for group in groups:
            self.out[group] = out

    def set_announced(self, groups, satisfied_share, extra_s):
        for group in groups:
            self.announced[group] = (satisfied_share, extra_s)

    def drop(self, groups):
        for caller in self.callers:
            if caller.group in groups:
                caller.is_dropped = True

    def watch(self, transformer, threshold):
        self.thresholds[transformer] = threshold

    def call_standby(self, tier, now_s):
        settings = self.section.standby[tier]
        episode = self.n_call_ups.get(tier, 0)
        self.n_call_ups[tier] = episode + 1
        duties = []
        for seat in self.seats:
            name = seat.who.agent
            if seat.who.tier == tier and self.standby_until.get(name, 0.0) <= now_s:
                if self.show_up.of(name, episode) >= settings.show_up:
                    continue
                t_on_s = now_s + quantile(settings.delay)(self.delay.of(name, episode))
                self.standby_until[name] = t_on_s + settings.duration
                duties.append((t_on_s, seat.ix, t_on_s + settings.duration))
        self._plan_duties(duties)

    # --- agents

    def _plan_duties(self, duties):
        for t_on_s, seat_ix, t_off_s in sorted(duties):
            self.env.process(self._duty(self.n_duties, self.seats[seat_ix], t_on_s, t_off_s))
            self.n_duties += 1

    def _duty(self, row, seat, t_on_s, t_off_s):
        yield self.env.event_at(t_on_s, "agent_comes", row)
        if seat.talks:  # still in the last call of the duty before
            seat.shifts.append((seat.t_on_s, self.env.now))
        seat.t_on_s = self.env.now
        seat.on_duty, seat.is_over = True, False
        if not seat.talks:
            self._free(seat)
        yield self.env.event_at(t_off_s, "agent_leaves", row)
        seat.is_over = True
        if not seat.talks:
            self.idle[seat.who.group].remove(seat)
            self._off(seat)

    def _off(self, seat):
        seat.on_duty = False
        seat.shifts.append((seat.t_on_s, self.env.now))

    def _free(self, seat):
        """Give a free agent the next caller, or let it be idle."""
        types = self.section.call_types
        serves = self.section.groups[seat.who.group].serves
        for name in sorted(serves, key=lambda name: -types[name].priority):
            if self.queues[name]:
                self._connect(self.queues[name].popleft(), seat)
                return
        self.idle[seat.who.group].append(seat)

    def _connect(self, caller, seat):
        seat.talks = True
        caller.answered.succeed(seat)

    # --- one caller

    def _call(self, caller):
        t_s = caller.t_s
        while t_s is not None:
            yield self.env.event_at(t_s, "call_made", caller.row)
            p_uninformed, p_informed, reached = self.belief[caller.group]
            if caller.is_dropped or caller.number >= (
                p_informed if caller.rank < reached else p_uninformed
            ):
                return
            caller.attempt += 1
            failed = yield from self._attempt(caller)
            if failed is None:
                return
            t_s = self._redial(caller, failed)

    def _redial(self, caller, failed):
        """Return when the caller tries again, or None."""
        settings = self.section.call_types[caller.call_type]
        redial = getattr(settings, f"redial_after_{failed}")
        share = redial.first if caller.attempt == 1 else redial.later
        if caller.attempt >= settings.max_attempts:
            return None
        if self.chance(f"redial_{failed}", caller) >= share:
            return None
        table = self.tables[caller.call_type][failed]
        return self.env.now + lookup(table, self.bits("redial_delay", caller))

    def _attempt(self, caller):
        """Make one attempt; return why the caller was not served, or None."""
        env, t_offered_s = self.env, self.env.now
        if self.trunks_in_use == self.section.trunks:
            self._write(caller, t_offered_s, None, None, "blocked")
            return "blocked"
        self.trunks_in_use += 1
        menu_s = lookup(self.menu_table, self.bits("menu_time", caller))
        _share, extra_s = self.announced[caller.group]
        yield env.event_at(env.now + menu_s + extra_s, "menu_ends", caller.row)
        t_menu_s = env.now
        outcome = self._menu(caller)
        if outcome is not None:
            self.trunks_in_use -= 1
            self._write(caller, t_offered_s, t_menu_s, None, outcome)
            return None
        caller.answered = env.event()
        seat = self._idle_seat(caller)
        if seat is not None:
            self._connect(caller, seat)
            yield caller.answered
        else:
            queue = self.queues[caller.call_type]
            queue.append(caller)
            patience_s = lookup(
                self.tables[caller.call_type]["patience"], self.bits("patience", caller)
            )
            patience = env.event_at(env.now + patience_s, "patience_ends", caller.row)
            yield caller.answered | patience
            if not caller.answered.triggered:
                queue.remove(caller)
                self.trunks_in_use -= 1
                self._write(caller, t_offered_s, t_menu_s, env.now, "abandoned")
                return "abandoned"
        seat, t_answer_s = caller.answered.value, env.now
        handle_s = lookup(self.tables[caller.call_type]["handle"], self.bits("handle", caller))
        yield env.event_at(env.now + handle_s * seat.factor, "answer_ends", caller.row)
        self.trunks_in_use -= 1
        self._write(caller, t_offered_s, t_menu_s, t_answer_s, "answered", seat.ix)
        self._report(caller)
        seat.talks = False
        if seat.is_over:
            self._off(seat)
        else:
            self._free(seat)
        return None

    def _menu(self, caller):
        menu = self.section.menu
        satisfied_share, _extra_s = self.announced[caller.group]
        if self.chance("announcement_satisfied", caller) < satisfied_share:
            return "self_served"
        if (
            caller.call_type == "outage"
            and self.out[caller.group]
            and self.chance("report_in_menu", caller) < menu.report_share
        ):
            self._report(caller)
            return "reported"
        return None

    def _idle_seat(self, caller):
        for name, group in self.section.groups.items():
            if caller.call_type in group.serves and self.idle[name]:
                return self.idle[name].popleft()
        return None

    def _report(self, caller):
        if caller.call_type != "outage" or not self.out[caller.group]:
            return
        transformer = self.transformers[caller.group]
        self.reports[transformer] += 1
        if self.reports[transformer] >= self.thresholds.get(transformer, math.inf):
            del self.thresholds[transformer]
            self.heard.append((self.env.now, transformer, self.reports[transformer]))

    def _write(self, caller, t_offered_s, t_menu_end_s, t_end_wait_s, outcome, agent=-1):
        self.calls.append((
            caller.row, caller.attempt, caller.call_type, caller.group, caller.cause, t_offered_s,
            math.nan if t_menu_end_s is None else t_menu_end_s,
            math.nan if t_end_wait_s is None else t_end_wait_s,
            self.env.now, outcome, agent,
        ))  # fmt: skip
