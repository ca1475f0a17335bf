"""The oracle: the same contact centre as a plain SimPy model, one process a call.

It shares with the kernel what is luck (keys, quantile tables) and what is input (agents, duties,
planned calls), and nothing of how events are handled. SimPy breaks ties by priority, then by
order of scheduling; here the priority of an event is its kind and row (oracle_clock.py).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import simpy
from oracle_agents import Seat, Team, seats_of
from oracle_clock import Environment
from oracle_duties import Duties
from oracle_lines import Line, keep_hours, lines_of
from oracle_luck import Luck

from sim.contact.arrivals import background_keys, background_times
from sim.engine.sampling import mean_s
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.scenario.lines import PHONE
from sim.units import Calendar

GOES_ON = ("transferred", "callback", "requeued")  # and not_reached, when tried again


class Row(NamedTuple):
    """One leg of an attempt, as the centre writes it."""

    caller: int
    attempt: int
    call_type: str
    group: int
    cause: int
    t_offered_s: float
    t_menu_end_s: float
    t_end_wait_s: float
    t_end_s: float
    outcome: str
    agent: int
    leg: int
    solved: int


@dataclass(eq=False)
class Caller:
    """One planned caller, and where the present attempt stands."""

    row: int
    t_s: float
    group: int
    number: float
    rank: float
    key: int
    own: str  # call type of the next attempt
    cause: int
    is_dropped: bool = False
    process: simpy.Process | None = None
    attempt: int = 0
    # the present attempt
    is_inside: bool = False
    level: int = 1
    is_distorted: bool = False
    line: Line | None = None  # on which a place is held
    # the present leg
    leg: int = 0
    call_type: str = ""
    n_tries: int = 0
    t_offered_s: float = math.nan
    t_menu_end_s: float = math.nan
    t_queued_s: float = math.nan
    t_end_wait_s: float = math.nan
    answered: simpy.Event | None = None
    patience: simpy.Event | None = None
    # the present service
    seat: Seat | None = None
    is_reached: bool = True
    left_s: float = 0.0
    t_ends_s: float = math.nan
    moved: simpy.Event | None = None  # the end was set anew
    work_s: object = None


def _opens_after(route):
    if route.after is not None:
        return route.after
    return 0.0 if route.above is None else math.inf


class Oracle:
    """Run the centre of a section with plain SimPy."""

    def __init__(self, section: Contact, seed: int, calendar: Calendar, transformers, horizon_s):
        self.env = Environment()
        self.section = section
        self.types = section.call_types
        self.type_order = ["outage", *(name for name in section.call_types if name != "outage")]
        streams = Streams(seed)
        self.transformers = list(transformers)
        n_groups = len(self.transformers)
        self.out = [False] * n_groups
        self.announced = [(0.0, 0.0)] * n_groups
        self.belief = [(1.0, 1.0, 0.0)] * n_groups
        self.reports = dict.fromkeys(self.transformers, 0)
        self.thresholds = {}
        self.heard = []
        self.luck = Luck(streams)
        self.lines = lines_of(section)
        self.routes = {name: self._routes_of(name) for name in section.call_types}
        self.queues = {name: deque() for name in section.call_types}
        self.teams = {name: Team(len(each.at_once)) for name, each in section.groups.items()}
        self.seats = seats_of(section, streams.trait("contact.agent_speed"))
        self.calls = []
        self.callers = []
        self.duties = Duties(
            self.env, section, streams, self.seats, self.teams, self._look_for_work
        )
        self.duties.plan_rosters(streams, calendar, horizon_s)
        keep_hours(self.env, self.lines, calendar, horizon_s, self._place_is_free)
        for background in section.background:
            times = background_times(background, streams, calendar, horizon_s)
            keys = background_keys(background.call_type, streams, len(times))
            self.plan(times, 0, 0.0, 0.0, keys, background.call_type, -1)

    def _routes_of(self, name):
        """Return (group, after, above) of each route, by rising delay, then as stated."""
        routes = [(each.group, _opens_after(each), each.above) for each in self.types[name].routes]
        if not routes:
            groups = self.section.groups.items()
            routes = [(group, 0.0, None) for group, each in groups if name in each.serves]
        return sorted(routes, key=lambda route: route[1])

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
            caller.process = self.env.process(self._call(caller))

    def set_belief(self, groups, p_uninformed, p_informed, reached_share):
        for group in groups:
            self.belief[group] = (p_uninformed, p_informed, reached_share)

    def set_out(self, groups, out):
        restored = {group for group in groups if self.out[group] and not out}
        for group in groups:
            self.out[group] = out
        for name in self.type_order:
            settings = self.types[name]
            for caller in self.queues[name]:
                if caller.group in restored and settings.dials is None and caller.line is not None:
                    luck = self.luck.chance("leaves_restored", caller)
                    if luck < settings.leaves_when_restored:
                        caller.process.interrupt("restored")

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
        self.duties.call_standby(tier, now_s)

    def set_away(self, agents, mode, _now_s):
        self.duties.set_away(agents, mode)

    def set_back(self, agents, _now_s):
        self.duties.set_back(agents)

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
            caller.is_inside = True
            t_s = yield from self._attempt(caller)
            caller.is_inside = False

    def _attempt(self, caller):
        """Make one attempt; return when the caller tries again, or None."""
        caller.level, caller.is_distorted, caller.line = 1, False, None
        self._begin_leg(caller, 0, caller.own)
        caller.t_menu_end_s = math.nan
        settings = self.types[caller.own]
        if settings.dials is None:
            line = self.lines[settings.line]
            if not line.takes_calls:
                return self._lose(caller, "blocked", "blocked")
            line.in_use += 1
            caller.line = line
            outcome = yield from self._menu(caller, line)
            caller.t_menu_end_s = self.env.now
            if outcome is not None:
                return self._lose(caller, outcome, outcome == "left_in_menu" and "abandoned")
        caller.t_menu_end_s = self.env.now
        refusal = self._join(caller)
        if refusal == "balked":
            return self._lose(caller, "balked", "balked")
        if refusal == "callback":
            self._write(caller, "callback")
            self._hang_up(caller)
            self._begin_leg(caller, 1, settings.callback.to)
            self._join(caller)
        return (yield from self._legs(caller))

    def _legs(self, caller):
        """Wait and be served, once or more often; return when the caller tries again."""
        while True:
            outcome = yield from self._wait(caller)
            if outcome == "restored":
                return self._lose(caller, "restored", None)
            if outcome == "abandoned":
                return self._lose(caller, "abandoned", "abandoned")
            outcome = yield from self._service(caller)
            if outcome == "dropped":
                return self._lose(caller, "dropped", "blocked")
            if outcome == "requeued":
                self._requeue(caller)
                continue
            t_next_s, next_type = self._end_service(caller)
            if next_type is None:
                return t_next_s
            yield self.env.event_at(t_next_s, "transfer_ends", caller.row)
            self._begin_leg(caller, caller.leg + 1, next_type)
            self._join(caller)

    def _begin_leg(self, caller, leg, call_type):
        if leg == 0 or call_type != caller.call_type:
            caller.n_tries = 0
        caller.leg, caller.call_type = leg, call_type
        caller.t_offered_s = caller.t_menu_end_s = self.env.now
        caller.t_end_wait_s, caller.seat = math.nan, None

    def _lose(self, caller, outcome, why):
        """End an attempt that was not served; return when the caller tries again, or None."""
        if outcome in ("balked", "abandoned", "restored"):
            caller.t_end_wait_s = self.env.now
        self._write(caller, outcome)
        self._hang_up(caller)
        return self._redial(caller, why) if why else None

    def _redial(self, caller, why):
        settings = self.types[caller.own]
        redial = getattr(settings, f"redial_after_{why}")
        share = redial.first if caller.attempt == 1 else redial.later
        if caller.attempt >= settings.max_attempts:
            return None
        if self.luck.chance(f"redial_{why}", caller) >= share:
            return None
        if self.luck.chance("redial_moves", caller) < redial.moves:
            caller.own = redial.moves_to
        return self.env.now + self.luck.length("redial_delay", caller, redial.delay)

    def _hang_up(self, caller):
        line, caller.line = caller.line, None
        if line is not None:
            line.in_use -= 1
            self._place_is_free(line)

    # --- the menu

    def _menu(self, caller, line):
        """Pass the menu; return the outcome if it ends there."""
        if line.needs_supply and self.out[caller.group]:
            return None
        satisfied_share, extra_s = 0.0, 0.0
        for place, level in enumerate(line.menu):
            is_first = line.name == PHONE and place == 0
            extra_s = self.announced[caller.group][1] if is_first else 0.0
            menu_s = self.luck.length("menu_time", caller, level.time, place)
            yield self.env.event_at(self.env.now + menu_s + extra_s, "menu_ends", caller.row)
            satisfied_share = self.announced[caller.group][0] if is_first else 0.0
            if self.luck.chance("announcement_satisfied", caller) < satisfied_share:
                return "self_served"
            self_served = level.self_served.get(caller.call_type, 0.0)
            if self.luck.chance("self_served", caller, place) < self_served:
                return "self_served"
            if self.luck.chance("gives_up", caller, place) < level.gives_up:
                return "left_in_menu"
        if (
            line.name == PHONE
            and self._has_report(caller)
            and self.luck.chance("report_in_menu", caller) < self.section.menu.report_share
        ):
            self._report(caller)
            return "reported"
        return None

    # --- the queue

    def _join(self, caller):
        """Join the queue, or be answered; return `balked` or `callback` if the caller does not."""
        env, name = self.env, caller.call_type
        settings = self.types[name]
        caller.t_queued_s = env.now
        caller.answered = env.event()
        caller.patience = None
        if self._offer(caller, [route for route in self.routes[name] if route[1] == 0.0]):
            return None
        if caller.leg == 0 and settings.dials is None:
            wait_s = self._announced_wait(name)
            if self._balks(caller, settings.balks, wait_s):
                return "balked"
            if self._accepts_callback(caller, settings.callback, wait_s):
                caller.t_end_wait_s = env.now
                return "callback"
        self.queues[name].append(caller)
        self._lose_patience_later(caller)
        env.process(self._open_routes(caller, [r for r in self.routes[name] if r[1] > 0.0]))
        self._overflow(name)
        return None

    def _requeue(self, caller):
        self._write(caller, "requeued")
        t_queued_s = caller.t_queued_s
        self._begin_leg(caller, caller.leg + 1, caller.call_type)
        caller.t_queued_s = t_queued_s
        caller.answered = self.env.event()
        caller.patience = None
        self.queues[caller.call_type].appendleft(caller)
        if self.types[caller.call_type].dials is not None:
            self._hang_up(caller)
            if caller.answered.triggered:  # with the very place given back
                return
        self._lose_patience_later(caller)
        routes = self.routes[caller.call_type]
        is_open = [self.env.now >= t_queued_s + after for _group, after, _above in routes]
        if not self._offer(caller, [r for r, now in zip(routes, is_open, strict=True) if now]):
            later = [r for r, now in zip(routes, is_open, strict=True) if not now]
            self.env.process(self._open_routes(caller, later))

    def _balks(self, caller, balks, wait_s):
        waiting = len(self.queues[caller.call_type])
        step = 0.0
        for each in balks.by_queue:
            if each.from_ <= waiting:
                step = each.share
        share = balks.share + step - balks.share * step
        if self.luck.chance("balks", caller) < share:
            return True
        return (
            balks.tolerated_wait is not None
            and self.luck.length("tolerated_wait", caller, balks.tolerated_wait) <= wait_s
        )

    def _accepts_callback(self, caller, callback, wait_s):
        return (
            callback is not None
            and len(self.queues[caller.call_type]) >= callback.offered_from
            and wait_s >= callback.offered_from_wait
            and self.luck.chance("callback_accepted", caller) < callback.accepted
        )

    def _announced_wait(self, name):
        groups = {group for group, _after, _above in self.routes[name]}
        served = {each for group in groups for each in self.section.groups[group].serves}
        priority = self.types[name].priority
        n_ahead = len(self.queues[name]) + sum(
            len(self.queues[other])
            for other in served - {name}
            if self.types[other].priority > priority
        )
        n_agents = sum(
            seat.group in groups and seat.is_here and seat.n_away == 0 for seat in self.seats
        )
        if n_agents == 0:
            return math.inf
        return (n_ahead + 1) * mean_s(self.types[name].handle) / n_agents

    def _lose_patience_later(self, caller):
        settings = self.types[caller.call_type]
        if settings.dials is not None or caller.line is None:
            return
        patience_s = self.luck.length("patience", caller, settings.patience)
        if settings.announces != "nothing":
            patience_s *= settings.told_patience
        caller.patience = self.env.event_at(
            self.env.now + patience_s, "patience_ends", caller.row
        )  # fmt: skip

    def _wait(self, caller):
        """Wait in the queue; return how that ended."""
        try:
            if caller.patience is None:
                yield caller.answered
            else:
                yield caller.answered | caller.patience
        except simpy.Interrupt as interrupt:
            outcome = interrupt.cause
        else:
            outcome = "answered" if caller.answered.triggered else "abandoned"
        if outcome != "answered":
            self.queues[caller.call_type].remove(caller)
        return outcome

    def _open_routes(self, caller, routes):
        """Let the later groups take a call, as long as it waits."""
        leg, attempt = caller.leg, caller.attempt
        for route in routes:
            if route[1] == math.inf:
                return
            t_open_s = caller.t_queued_s + route[1]
            yield self.env.event_at(t_open_s, "route_opens", caller.row)
            if (leg, attempt) != (caller.leg, caller.attempt):
                return
            if caller not in self.queues[caller.call_type] or self._offer(caller, [route]):
                return

    # --- who answers whom

    def _offer(self, caller, routes):
        """Let the first free agent of these routes answer a call; return whether one does."""
        if not self._can_start(caller):
            return False
        for group, _after, _above in routes:
            seat = self.teams[group].first_free()
            if seat is not None:
                self._take(seat, caller)
                return True
        return False

    def _overflow(self, name):
        stated = [(each.group, each.above) for each in self.types[name].routes]
        for group, above in stated:
            queue = self.queues[name]
            if above is not None and len(queue) > above:
                seat = self.teams[group].first_free()
                if seat is not None and self._can_start(queue[0]):
                    self._take(seat, queue[0])

    def _can_start(self, caller):
        settings = self.types[caller.call_type]
        return settings.dials is None or self.lines[settings.line].takes_calls

    def _is_open(self, route, name):
        _group, after, above = route
        queue = self.queues[name]
        is_due = self.env.now >= queue[0].t_queued_s + after
        return is_due or (above is not None and len(queue) > above)

    def _look_for_work(self, seat):
        """Give an agent what waits and it may take, then let it line up if it has room still."""
        self.teams[seat.group].leave(seat)
        while seat.is_free:
            caller = self._best_for(seat)
            if caller is None:
                self.teams[seat.group].leave(seat)
                self.teams[seat.group].line_up(seat)
                return
            self._take(seat, caller)

    def _best_for(self, seat):
        group = self.section.groups[seat.group]
        found = []
        for place, name in enumerate(group.serves):
            queue = self.queues[name]
            if not queue or not self._can_start(queue[0]):
                continue
            if not any(r[0] == seat.group and self._is_open(r, name) for r in self.routes[name]):
                continue
            settings, t_queued_s = self.types[name], queue[0].t_queued_s
            gain = settings.priority_gain / 60
            rank = settings.priority + gain * (self.env.now - t_queued_s)
            tie = t_queued_s if group.takes == "oldest" else 0.0
            found.append((-rank, tie, place, queue[0]))
        return min(found, key=lambda each: each[:3])[3] if found else None

    def _place_is_free(self, line):
        """Let outbound calls that wait for a place of the line have it."""
        for name in self.type_order:
            settings, queue = self.types[name], self.queues[name]
            if settings.dials is None or self.lines[settings.line] is not line:
                continue
            while queue and self._offer(
                queue[0], [route for route in self.routes[name] if self._is_open(route, name)]
            ):
                pass

    # --- the service

    def _take(self, seat, caller):
        now_s = self.env.now
        settings = self.types[caller.call_type]
        if caller in self.queues[caller.call_type]:
            self.queues[caller.call_type].remove(caller)
        self.teams[seat.group].leave(seat)
        dial_s, caller.is_reached = 0.0, True
        if settings.dials is not None:
            caller.line = self.lines[settings.line]
            caller.line.in_use += 1
            dial_s = self.luck.length("dial_time", caller, settings.dials.time)
            caller.is_reached = self.luck.chance("reached", caller) < settings.dials.reached

        def work_s(seat):
            if not caller.is_reached:
                return dial_s, 0.0
            handle_s = self.luck.length("handle", caller, settings.handle)
            return dial_s, handle_s * seat.factor * seat.slowness

        caller.seat, caller.t_end_wait_s, caller.moved = seat, now_s, None
        caller.work_s = work_s
        seat.take(caller, now_s)
        if seat.is_free:
            self.teams[seat.group].line_up(seat)
        caller.answered.succeed()

    def _service(self, caller):
        """Be served until the end, wherever it moves; return how that ended."""
        try:
            while True:
                ends = self.env.event_at(caller.t_ends_s, "answer_ends", caller.row)
                caller.moved = self.env.event()
                yield ends | caller.moved
                if ends.processed:
                    return "ended"
        except simpy.Interrupt as interrupt:
            return interrupt.cause

    def _end_service(self, caller):
        """End a contact; return what comes next and when: a leg of a type, an attempt, or None."""
        seat, now_s = caller.seat, self.env.now
        settings = self.types[caller.call_type]
        self.teams[seat.group].leave(seat)
        seat.release(caller, now_s)
        if not caller.is_reached:
            self._write(caller, "not_reached")
            following = self._dial_again(caller, settings.dials)
        else:
            seat.learn()
            following = self._hand_over(caller, settings)
        if seat.contacts or not self.duties.hands_are_empty(seat):
            self._look_for_work(seat)
        return following

    def _dial_again(self, caller, dials):
        self._hang_up(caller)
        caller.n_tries += 1
        if caller.n_tries >= dials.attempts:
            return None, None
        delay_s = self.luck.length("redial_delay", caller, dials.retry)
        return self.env.now + delay_s, caller.call_type

    def _hand_over(self, caller, settings):
        is_first = caller.level == 1
        to = self._next_level(caller, settings.escalates)
        if to is None:
            is_solved = not caller.is_distorted and (
                self.luck.chance("solved", caller) < settings.solves * caller.seat.skill.solves
            )
            self._write(caller, "answered", int(is_solved))
            self._hang_up(caller)
            following = (None if is_solved else self._repeat(caller)), None
        else:
            escalates = settings.escalates
            self._write(caller, "transferred")
            if not escalates.keeps_line or self.types[to].dials is not None:
                self._hang_up(caller)
            if self.luck.chance("distorted", caller) < escalates.distorted:
                caller.is_distorted = True
            caller.level += 1
            delay_s = self.luck.length("transfer_time", caller, escalates.delay)
            following = self.env.now + delay_s, to
        if is_first and self._has_report(caller):
            self._report(caller)
        return following

    def _next_level(self, caller, escalates):
        """Return the type a contact is handed on to, or None."""
        most = self.section.levels_at_most
        if escalates is None or caller.level >= most:
            return None
        if self.luck.chance("escalates", caller) >= escalates.share:
            return None
        to = escalates.to
        while caller.level == most - 1 and self.types[to].escalates is not None:
            to = self.types[to].escalates.to
        return to

    def _repeat(self, caller):
        settings = self.types[caller.own]
        if settings.repeats is None or caller.attempt >= settings.max_attempts:
            return None
        if self.luck.chance("repeats", caller) >= settings.repeats.share:
            return None
        return self.env.now + self.luck.length("redial_delay", caller, settings.repeats.delay)

    # --- what is told

    def _has_report(self, caller):
        reports = self.types[caller.own].reports_outage
        if reports is None:
            reports = caller.own == "outage"
        return reports and self.out[caller.group]

    def _report(self, caller):
        transformer = self.transformers[caller.group]
        self.reports[transformer] += 1
        if self.reports[transformer] >= self.thresholds.get(transformer, math.inf):
            del self.thresholds[transformer]
            self.heard.append((self.env.now, transformer, self.reports[transformer]))

    def _write(self, caller, outcome, solved=-1):
        agent = -1 if caller.seat is None else caller.seat.ix
        self.calls.append(Row(
            caller.row, caller.attempt, caller.call_type, caller.group, caller.cause,
            caller.t_offered_s, caller.t_menu_end_s, caller.t_end_wait_s, self.env.now, outcome,
            agent, caller.leg, solved,
        ))  # fmt: skip
