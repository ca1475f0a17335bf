"""The contact centre: owner of trunks, seats, rosters, standby, and of every call.

To the world it is plain Python; inside, `kernel` handles the events. What the world changes at
time t (beliefs, outages, announcements) holds for the events after t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.contact.arrivals import background_keys, background_rate, background_times
from sim.contact.board import Board, Curves, board, curves
from sim.contact.compiled import mark_compiled
from sim.contact.duties import Duties, Duty
from sim.contact.ledger import (
    Counters,
    Snapshot,
    agent_shift_columns,
    call_columns,
    caller_columns,
    counters,
    cut_off,
    snapshot,
)
from sim.contact.opening import changes_of, hours_rows
from sim.contact.reports import Reports
from sim.contact.rosters import agents_of, duty_rows
from sim.contact.setup import lines_of, new_state
from sim.contact.shown import known_luck, shown_luck
from sim.contact.state import (
    AGENT_COMES,
    AGENT_LEAVES,
    CALL_MADE,
    LINE_CHANGES,
    NONE,
    NOT_WATCHED,
    ON_DUTY,
    PHONE,
    State,
    blocks,
    grown,
)
from sim.engine.hashing import MASK
from sim.engine.journal import NO_CAUSE
from sim.engine.sampling import quantile
from sim.engine.streams import CallerLuck, Streams
from sim.engine.tables import Columns
from sim.scenario.contact import Contact
from sim.units import Calendar

__all__ = ["Centre", "Cut", "OnReports", "warm_up"]

Cut = Literal["finish", "requeue", "drop"]
"""What becomes of the contacts in hand of an agent who must leave the seat."""

OnReports = Callable[[list[tuple[int, int]]], None]
"""Hears (transformer_ix, reports) of each watched count that reached its threshold."""


class Centre:
    """Own trunks, seats, rosters, standby and all calls; the clock's compiled part."""

    def __init__(
        self,
        section: Contact,
        streams: Streams,
        calendar: Calendar,
        transformer_of_group: NDArray[np.int64],
        horizon_s: float,
    ) -> None:
        """Build the centre, its agents and its background calls.

        transformer_of_group: shape (customer groups,); group 0 is the rest of the province and has
        transformer -1. Until told otherwise everybody with a planned call makes it.
        """
        if len(transformer_of_group) == 0 or transformer_of_group[0] != NONE:
            raise ValueError("customer group 0 is the rest of the province: its transformer is -1")
        from sim.contact.kernel import loop, orders  # imports numba: only when a run starts

        self._kernel, self._orders = loop, orders
        self._section, self._calendar = section, calendar
        self._shown = streams.shown_callers
        self._call_types = sorted(section.call_types, key=lambda name: name != "outage")
        self._groups = list(section.groups)
        self.agents = agents_of(section)
        self.duties = Duties(section, self.agents, streams, calendar)
        self._standby_show_up = streams.trait("contact.standby_show_up")
        self._standby_delay = streams.trait("contact.standby_delay")
        self._n_call_ups = dict.fromkeys(section.standby, 0)
        self._heard: list[int] = []
        self._handled_s = 0.0
        self._ended_s: float | None = None
        self.on_reports: OnReports = lambda _reports: None
        self._s: State = new_state(
            section, self._call_types, self.agents, streams, np.asarray(transformer_of_group)
        )
        n_groups = len(transformer_of_group)
        self._announced = {
            "satisfied_share": np.zeros(n_groups), "announce_s": np.zeros(n_groups)
        }  # fmt: skip
        self._reports = Reports()
        self._menu_faults = 0
        self._n_callers = 0
        self._n_duties = 0
        self._plan_hours(calendar, horizon_s)
        self._plan_rosters(horizon_s)
        self._plan_background(streams, calendar, horizon_s)

    @property
    def call_types(self) -> tuple[str, ...]:
        """Return the names of the call types, `outage` first if there is one."""
        return tuple(self._call_types)

    @property
    def reports(self) -> NDArray[np.int64]:
        """Return the reports so far by transformer, shape (transformers,); read only."""
        view: NDArray[np.int64] = self._s.transformers["reports"]
        view.flags.writeable = False
        return view

    def reports_since(self, n_known: int) -> Columns:
        """Return the calls that reported an outage so far but the first so many, as they ended."""
        self._reports.read(self._s)
        calls = self._s.calls[self._reports.since(n_known)]
        return {
            "caller": calls["caller_ix"].astype(np.int64),
            "group": calls["group_ix"].astype(np.int64),
            "t_end_s": calls["t_end_s"].copy(),
            "call_type": calls["type_ix"].astype(np.int64),
            "agent": calls["agent_ix"].astype(np.int64),
        }

    # --- time

    def advance(self, until_s: float) -> float | None:
        """Handle all events up to and including until_s, or up to a watched count's threshold.

        Then return the time of that report; all events at this very time are handled.
        """
        s = self._s
        if s.desk["n_events"][0] == 0 or s.event_t_s[0] > until_s:
            # NOTE: speed: most of the clock's steps end here, without a compiled call
            self._handled_s = until_s
            return None
        while (code := self._kernel.run(self._s, until_s)) != self._kernel.ALL_HANDLED:
            if code == self._kernel.NEEDS_ROOM:
                # a row for each caller to begin with; who calls again needs more
                desk = self._s.desk[0]
                self._make_room(max(0, int(desk["planned"] - desk["n_calls"])))
            else:
                desk = self._s.desk[0]
                self._heard.append(int(desk["heard_ix"]))
                desk["heard_ix"] = NONE
                until_s = float(desk["now_s"])
        self._handled_s = until_s
        return until_s if self._heard else None

    def heard(self) -> None:
        """Tell `on_reports` which watched counts reached their thresholds."""
        reports = self.heard_transformers()
        if reports:
            self.on_reports(reports)

    def heard_transformers(self) -> list[tuple[int, int]]:
        """Return and forget (transformer_ix, reports) of the thresholds reached."""
        heard, self._heard = self._heard, []
        return [(ix, int(self._s.transformers["reports"][ix])) for ix in heard]

    # --- what the world says

    def plan(
        self,
        times_s: ArrayLike,
        group_ix: ArrayLike,
        number: ArrayLike,
        rank: ArrayLike,
        caller_id: ArrayLike,
        call_type: str,
        cause: ArrayLike = NO_CAUSE,
    ) -> NDArray[np.int64]:
        """Plan callers, one a time given; a single value of the rest holds for all.

        Return the row of each among the callers.

        When its time comes, a call is made if `number` (uniform 0..1) is below the propensity of
        what the customer at `rank` (uniform 0..1) of its group then believes. caller_id is a
        32-bit whole number that keys the caller's luck; cause is the fact that planned the call.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if len(times) == 0:
            return np.empty(0, dtype=np.int64)
        if not (np.isfinite(times).all() and times.min() >= self._handled_s):
            raise ValueError(
                f"calls can be planned for finite times from {self._handled_s} s on only"
            )
        order = np.argsort(times, kind="stable")
        first, end = self._n_callers, self._n_callers + len(times)
        self._s = self._s._replace(callers=grown(self._s.callers, end))
        rows = self._s.callers[first:end]
        keys = np.asarray(caller_id).astype(np.int64) & MASK
        keys = np.broadcast_to(keys, times.shape)[order]
        known_attempts, known_traits = known_luck(self._shown, keys)
        type_ix = self._call_types.index(call_type)
        given: dict[str, Any] = {
            "t_planned_s": times[order], "key": keys, "known_attempts": known_attempts,
            "known_traits": known_traits, "own_type_ix": type_ix, "type_ix": type_ix,
            "has_next": 1, "agent_ix": NONE, "line_ix": NONE,
        }  # fmt: skip
        of_caller = {"group_ix": group_ix, "number": number, "rank": rank, "cause": cause}
        for column, values in of_caller.items():
            each = np.asarray(values)
            given[column] = np.broadcast_to(each, times.shape)[order] if each.ndim else each
        if np.min(group_ix) < 0 or np.max(group_ix) >= len(self._s.customers):
            raise ValueError("a planned call names a customer group that is not there")
        for part in blocks(len(times)):
            for column, values in given.items():
                rows[part][column] = values[part] if np.ndim(values) else values
        rows["has_next"][-1] = 0
        self._n_callers = end
        desk = self._s.desk[0]
        desk["planned"] += len(times)
        desk["pending"] += len(times)
        self._schedule(float(rows["t_planned_s"][0]), CALL_MADE, first)
        callers = np.empty(len(times), dtype=np.int64)
        callers[order] = np.arange(first, end)
        return callers

    def set_belief(
        self,
        group_ix: ArrayLike,
        p_uninformed: ArrayLike,
        p_informed: ArrayLike,
        reached_share: ArrayLike,
    ) -> None:
        """Set the propensities to call of customer groups, and the share of each that is informed.

        The informed are those of the lowest ranks, so a growing share only adds to them.
        """
        groups = self._customers(group_ix)
        self._s.customers["p_uninformed"][groups] = p_uninformed
        self._s.customers["p_informed"][groups] = p_informed
        self._s.customers["reached_share"][groups] = reached_share

    def set_out(self, group_ix: ArrayLike, out: bool) -> None:
        """Say whether customer groups are without supply: their outage calls are then reports.

        When their supply returns, some of their callers who wait hang up at once.
        """
        groups = self._customers(group_ix)
        customers = self._s.customers
        self._reports.read(self._s)
        back = groups[customers["is_out"][groups] == 1]
        customers["is_out"][groups] = out
        if not out and len(back) and self._s.types["leaves_restored"].any():
            customers["is_back"][back] = 1
            self._make_room(int(self._s.desk["in_queue"][0]))
            self._orders.hang_up_restored(self._s, self._handled_s)
            self._s.customers["is_back"][back] = 0
            self._dial(self._handled_s)

    def set_announced(
        self, group_ix: ArrayLike, satisfied_share: ArrayLike, extra_s: ArrayLike
    ) -> None:
        """Set what plays to the callers of customer groups; two zeros: no announcement.

        satisfied_share (0..1) of those whose menu ends from now on hang up satisfied; whoever
        enters the menu from now on stays extra_s longer in it.
        """
        groups = self._customers(group_ix)
        self._announced["satisfied_share"][groups] = satisfied_share
        self._announced["announce_s"][groups] = extra_s
        self._play()

    def drop(self, group_ix: ArrayLike) -> None:
        """Let go of all calls and redials that customer groups have planned so far."""
        self._s.customers["dropped_before"][self._customers(group_ix)] = self._n_callers

    def watch(self, transformer_ix: int, threshold: int | None) -> None:
        """Stop at the report that makes a transformer's count reach the threshold (once).

        A threshold already reached is heard at the next report; None ends the watch.
        """
        self._s.transformers["threshold"][transformer_ix] = (
            NOT_WATCHED if threshold is None else threshold
        )

    def call_standby(self, tier: str, now_s: float) -> list[float]:
        """Call up a standby tier; return when its agents take their seats, sorted, s.

        Delay and coming are keyed by agent and call-up. Those still on their way or on duty from
        an earlier call-up are not called again.
        """
        if now_s < self._handled_s:
            raise ValueError(f"standby can be called from {self._handled_s} s on only")
        settings = self._section.standby[tier]
        delay_s = quantile(settings.delay)
        episode = self._n_call_ups[tier]
        self._n_call_ups[tier] += 1
        duties: list[Duty] = []
        times_s: list[float] = []
        for agent_ix, agent in enumerate(self.agents):
            if agent.tier != tier or self.duties.is_due(agent_ix, now_s):
                continue
            if self._standby_show_up.of(agent.agent, episode) >= settings.show_up:
                continue
            t_on_s = now_s + delay_s(self._standby_delay.of(agent.agent, episode))
            whole = (t_on_s, t_on_s + settings.duration)
            duties += self.duties.called_up(agent_ix, whole, episode)
            times_s.append(t_on_s)
        self._plan_duties(duties)
        return sorted(times_s)

    # --- what goes wrong

    def set_menu(self, works: bool) -> None:
        """Let the menu serve nobody any more, or serve again; every call still passes it.

        Whatever fails twice must be repaired twice.
        """
        self._menu_faults = max(0, self._menu_faults + (-1 if works else 1))
        self._s.desk["menu_works"][0] = self._menu_faults == 0
        self._play()

    def _play(self) -> None:
        """Let the menu play what was set, or nothing while it does not work."""
        works = self._s.desk["menu_works"][0] == 1
        for column, values in self._announced.items():
            self._s.customers[column] = values if works else 0.0

    def set_trunks(self, share: float) -> int:
        """Let a share of the phone's trunks be used, and return how many; calls inside go on."""
        trunks = round(share * self._section.trunks)
        self._s.lines["trunks"][PHONE] = trunks
        self._s.lines["has_freed"][PHONE] = 1
        self._dial(self._handled_s)
        return trunks

    def send_home(self, share: float, luck: Callable[[str], float], now_s: float) -> int:
        """Let a share of the agents on duty leave, the busy ones after the call in hand.

        Those with the lowest luck (agent id → 0..1) go. Return how many.
        """
        if now_s < self._handled_s:
            raise ValueError(f"agents can leave from {self._handled_s} s on only")
        here = self.agents_on_duty()
        here.sort(key=lambda ix: (luck(self.agents[ix].agent), ix))
        leaving = here[: round(share * len(here))]
        for agent_ix in leaving:
            duty_ix = int(self._s.agents["end_ix"][agent_ix])
            if duty_ix != NONE:
                self._s.duties["t_off_s"][duty_ix] = now_s
                self._schedule(now_s, AGENT_LEAVES, duty_ix)
            self._take_off(agent_ix, now_s, self.duties.release(agent_ix, now_s))
        return len(leaving)

    def agents_on_duty(self) -> list[int]:
        """Return the rows of the agents whose shift goes on, away from the seat or not."""
        return np.flatnonzero(self._s.agents["state"] == ON_DUTY).tolist()

    def agents_away(self) -> list[int]:
        """Return the rows of the agents who are away from their seats, on duty or not."""
        return np.flatnonzero(self._s.agents["away"] > 0).tolist()

    def agents_at(self, site: str) -> list[int]:
        """Return the rows of all agents of a site, on duty or not."""
        groups = self._section.groups
        return [ix for ix, each in enumerate(self.agents) if groups[each.group].site == site]

    def set_away(self, agents: Iterable[int], mode: Cut, now_s: float) -> None:
        """Take agents from their seats; contacts in hand are finished, requeued or dropped.

        Whoever is taken away twice must come back twice; on or off duty makes no difference.
        """
        leaving = self._staff(agents, now_s)
        for agent_ix in leaving:
            self._orders.go_away(self._s, agent_ix)
        if mode != "finish":
            # all have gone before the first call is given to somebody else
            for row in sorted(self._in_hand(leaving), reverse=True):
                self._make_room()
                self._orders.cut_away(self._s, now_s, row, mode == "drop")
                self._dial(now_s)

    def set_back(self, agents: Iterable[int], now_s: float) -> None:
        """Let agents come back to their seats."""
        for agent_ix in self._staff(agents, now_s):
            self._make_room()
            self._orders.come_back(self._s, now_s, agent_ix)

    def extend_duties(self, agents: Iterable[int], until_s: float) -> int:
        """Let agents on duty stay until a time, and return how many stay longer for it."""
        duties = self._s.agents["end_ix"][[
            ix for ix in agents if self._s.agents["state"][ix] == ON_DUTY
        ]]  # fmt: skip
        duties = duties[duties != NONE]
        later = duties[self._s.duties["t_off_s"][duties] < until_s]
        self._s.duties["t_off_s"][later] = until_s
        return len(later)

    def rest(self, agents: Iterable[int]) -> None:
        """Let agents be rested from now on."""
        rows = list(agents)
        self._s.agents["tired"][rows] = 0.0
        self._s.agents["t_tired_s"][rows] = self._handled_s

    def tiredness(self, now_s: float) -> NDArray[np.float64]:
        """Return how tired each agent is now, 0..1, shape (agents,)."""
        agents, fatigue = self._s.agents, self._section.fatigue
        since_s = now_s - agents["t_tired_s"]
        works = agents["load"] > 0
        change = np.where(works, since_s / fatigue.builds_over, -since_s / fatigue.rests_over)
        return np.asarray(np.clip(agents["tired"] + change, 0.0, 1.0))

    def time_on_duty_s(self, agents: Iterable[int], since_s: float, until_s: float) -> float:
        """Return how long agents were on duty together between two past times, s."""
        duties = self._s.duties[: self._n_duties]
        duties = duties[np.isin(duties["agent_ix"], list(agents)) & (duties["t_on_s"] <= until_s)]
        left_s = np.where(np.isnan(duties["t_left_s"]), until_s, duties["t_left_s"])
        spent_s = np.minimum(left_s, until_s) - np.maximum(duties["t_on_s"], since_s)
        return float(np.maximum(spent_s, 0.0).sum())

    def background_rate(self, t_s: float) -> float:
        """Return the usual calls an hour of the rest of the province at a moment."""
        background = self._section.background
        return sum(background_rate(each, self._calendar, t_s) for each in background)

    # --- what the world may ask

    def snapshot(self) -> Snapshot:
        """Return queues, agents and trunks of this moment."""
        return snapshot(self._s, self._call_types, self._groups)

    def counters(self) -> Counters:
        """Return the counts of callers and attempts so far."""
        return counters(self._s)

    def board(self, at_s: float, window_s: float) -> Board:
        """Return the centre as it stood at a past time, with the counts of the window before it."""
        within_s = self._section.service_level_within
        self._must_know(at_s)
        return board(self._s, self._n_duties, at_s, window_s, within_s)

    def curves(self, times_s: NDArray[np.float64]) -> Curves:
        """Return the centre at equally spaced past times."""
        self._must_know(float(times_s.max(initial=0.0)))
        return curves(self._s, self._n_duties, times_s)

    def shown_luck(self) -> CallerLuck:
        """Return which luck of callers the run has shown; it must have ended."""
        if self._ended_s is None:
            raise ValueError("the contact centre has not ended yet")
        return shown_luck(self._s, self._n_callers)

    def finish(self, t_s: float) -> None:
        """End the run at t_s: calls still in the centre become rows with the outcome cut_off."""
        if self._ended_s is not None:
            raise ValueError("the contact centre has ended already")
        while self.advance(t_s) is not None:
            self._heard.clear()
        self._ended_s = t_s
        now = self.counters()
        inside = now.in_menu + now.in_queue + now.in_service + now.in_transfer
        if inside:
            self._make_room(inside)
            cut_off(self._s, self._n_callers, t_s)

    def calls(self, *, named: bool = True) -> Columns:
        """Return one row a finished attempt, in the order they ended.

        Types and outcomes are names, or with `named` off positions in the lists of names.
        """
        return call_columns(self._s, self._call_types, named)

    def callers(self, *, named: bool = True) -> Columns:
        """Return one row a planned caller, in the order they were planned; `named` as for calls."""
        return caller_columns(self._s, self._n_callers, self._call_types, named)

    def agent_shifts(self) -> Columns:
        """Return one row for each time an agent was on duty, in the order they were planned.

        Those on duty at the end of the run leave then; before it their end is nan.
        """
        return agent_shift_columns(self._s, self._n_duties, self.agents, self._ended_s)

    # --- inside

    def _must_know(self, t_s: float) -> None:
        if t_s > self._handled_s:
            raise ValueError(f"the centre is known up to {self._handled_s} s only")

    def _customers(self, group_ix: ArrayLike) -> NDArray[np.int64]:
        groups = np.asarray(group_ix, dtype=np.int64)
        if groups.size and groups.min() < 1:
            raise ValueError("customer group 0, the rest of the province, does not change")
        return groups

    def _staff(self, agents: Iterable[int], now_s: float) -> list[int]:
        if now_s < self._handled_s:
            raise ValueError(f"agents can go and come from {self._handled_s} s on only")
        return [int(agent_ix) for agent_ix in agents]

    def _in_hand(self, agents: Iterable[int]) -> Iterator[int]:
        """Yield the rows of the callers that agents have in hand."""
        for agent_ix in set(agents):
            row = int(self._s.agents["contact_ix"][agent_ix])
            while row != NONE:
                yield row
                row = int(self._s.callers["behind_ix"][row])

    def _plan_hours(self, calendar: Calendar, horizon_s: float) -> None:
        """Plan the openings and closings of lines; a line with hours begins as its hours say."""
        changes = [
            (t_s, line_ix, is_closed)
            for line_ix, line in enumerate(lines_of(self._section).values())
            for t_s, is_closed in changes_of(line, calendar, horizon_s)
        ]
        if changes:
            rows = hours_rows(changes)
            self._s = self._s._replace(hours=rows)
            self._schedule(float(rows["t_s"][0]), LINE_CHANGES, 0)

    def _plan_rosters(self, horizon_s: float) -> None:
        self._plan_duties(self.duties.planned(horizon_s))

    def _take_off(self, agent_ix: int, from_s: float, until_s: float) -> None:
        """Take an agent's duties that would begin within a time off the roster."""
        duties = self._s.duties[: self._n_duties]
        within = (duties["t_on_s"] > from_s) & (duties["t_on_s"] < until_s)
        duties["t_off_s"][within & (duties["agent_ix"] == agent_ix)] = -np.inf

    def _plan_duties(self, duties: Sequence[Duty]) -> None:
        if not duties:
            return
        rows = duty_rows(duties)
        first, end = self._n_duties, self._n_duties + len(rows)
        self._s = self._s._replace(duties=grown(self._s.duties, end))
        self._s.duties[first:end] = rows
        self._n_duties = end
        self._schedule(float(rows["t_on_s"][0]), AGENT_COMES, first)

    def _plan_background(self, streams: Streams, calendar: Calendar, horizon_s: float) -> None:
        for background in self._section.background:
            times = background_times(background, streams, calendar, horizon_s)
            keys = background_keys(background.own_name, streams, len(times))
            self.plan(times, 0, 0.0, 0.0, keys, background.call_type)

    def _dial(self, now_s: float) -> None:
        """Let idle agents dial through places an order has made free."""
        self._make_room()
        self._orders.dial(self._s, now_s)

    def _schedule(self, t_s: float, kind: int, row: int) -> None:
        self._make_room()
        self._orders.push(self._s, t_s, kind, row)

    def _make_room(self, n_calls: int = 0) -> None:
        """Let the event heap grow for what one event may need, and the call table for n_calls."""
        s = self._s
        desk = s.desk[0]
        n_events = int(desk["n_events"] + desk["spare"]) + 1
        self._s = s._replace(
            calls=grown(s.calls, int(desk["n_calls"] + desk["spare"]) + n_calls),
            event_t_s=grown(s.event_t_s, n_events),
            event=grown(s.event, n_events),
        )


def warm_up() -> None:
    """Compile the kernel, or load it compiled, on a tiny run; a parent does it before workers."""
    start = Calendar(datetime(2000, 1, 1), "UTC")
    # one agent takes a call of one minute at once, so that each order meets a talk
    all_day = {"from": "00:00", "to": "24:00", "agents": 1}
    section = Contact.model_validate({
        "background": (), "menu": {"time": {"constant": 0}},
        "call_types": {"outage": {"handle": {"constant": "60 s"}, "leaves_when_restored": 1}},
        "groups": {"all": {"serves": ("outage",), "roster": (all_day,)}},
    })  # fmt: skip
    centre = Centre(section, Streams(0), start, np.array([NONE, 0]), 3600.0)
    centre.plan([0.0, 0.0], 1, 0.0, 0.0, [0, 1], "outage")
    centre.advance(0.0)
    centre.set_away([0], "requeue", 0.0)
    centre.set_back([0], 0.0)
    for is_out in (True, False):
        centre.set_out([1], is_out)
    centre.finish(3600.0)
    mark_compiled()
