"""The contact centre: owner of trunks, seats, rosters, standby, and of every call.

To the world it is plain Python; inside, `kernel` handles the events. What the world changes at
time t (beliefs, outages, announcements) holds for the events after t.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.contact.arrivals import background_keys, background_rate, background_times
from sim.contact.board import Board, Curves, board, curves
from sim.contact.compiled import mark_compiled
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
from sim.contact.rosters import agents_of, duties_of, duty_rows
from sim.contact.setup import new_state
from sim.contact.shown import known_luck, shown_luck
from sim.contact.state import (
    AGENT_COMES,
    AGENT_LEAVES,
    BUSY,
    CALL_MADE,
    IDLE,
    NONE,
    NOT_WATCHED,
    State,
    grown,
)
from sim.engine.journal import NO_CAUSE
from sim.engine.sampling import quantile
from sim.engine.streams import CallerLuck, Streams
from sim.engine.tables import Columns
from sim.scenario.contact import Contact
from sim.units import Calendar

__all__ = ["Centre", "OnReports", "warm_up"]

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
        from sim.contact import kernel  # compiles on first use: only when a run starts

        self._kernel = kernel
        self._section, self._calendar = section, calendar
        self._shown = streams.shown_callers
        self._call_types = ["outage", *(name for name in section.call_types if name != "outage")]
        self._groups = list(section.groups)
        self._agents = agents_of(section)
        self._standby_show_up = streams.trait("contact.standby_show_up")
        self._standby_delay = streams.trait("contact.standby_delay")
        self._n_call_ups = dict.fromkeys(section.standby, 0)
        self._standby_until_s = [0.0] * len(self._agents)
        self._heard: list[int] = []
        self._handled_s = 0.0
        self._ended_s: float | None = None
        self.on_reports: OnReports = lambda _reports: None
        self._s: State = new_state(
            section, self._call_types, self._agents, streams, np.asarray(transformer_of_group)
        )
        self._menu_works = True
        n_groups = len(transformer_of_group)
        self._announced = {
            "satisfied_share": np.zeros(n_groups), "announce_s": np.zeros(n_groups)
        }  # fmt: skip
        self._n_callers = 0
        self._n_duties = 0
        self._plan_rosters(calendar, horizon_s)
        self._plan_background(streams, calendar, horizon_s)

    @property
    def call_types(self) -> tuple[str, ...]:
        """Return the names of the call types, `outage` first."""
        return tuple(self._call_types)

    @property
    def reports(self) -> NDArray[np.int64]:
        """Return the reports so far by transformer, shape (transformers,); read only."""
        view: NDArray[np.int64] = self._s.transformers["reports"]
        view.flags.writeable = False
        return view

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
                self._make_room(1)
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
    ) -> None:
        """Plan callers, one a time given; a single value of the rest holds for all.

        When its time comes, a call is made if `number` (uniform 0..1) is below the propensity of
        what the customer at `rank` (uniform 0..1) of its group then believes. caller_id is a
        32-bit whole number that keys the caller's luck; cause is the fact that planned the call.
        """
        times = np.asarray(times_s, dtype=np.float64)
        if len(times) == 0:
            return
        if not (np.isfinite(times).all() and times.min() >= self._handled_s):
            raise ValueError(
                f"calls can be planned for finite times from {self._handled_s} s on only"
            )
        order = np.argsort(times, kind="stable")
        first, end = self._n_callers, self._n_callers + len(times)
        self._s = self._s._replace(callers=grown(self._s.callers, end))
        rows = self._s.callers[first:end]
        rows["t_planned_s"] = times[order]
        given = {"group_ix": group_ix, "number": number, "rank": rank, "key": caller_id,
                 "cause": cause}  # fmt: skip
        for column, values in given.items():
            rows[column] = np.broadcast_to(np.asarray(values), times.shape)[order]
        if rows["group_ix"].min() < 0 or rows["group_ix"].max() >= len(self._s.customers):
            raise ValueError("a planned call names a customer group that is not there")
        rows["key"] &= 0xFFFFFFFF
        rows["known_attempts"], rows["known_traits"] = known_luck(self._shown, rows["key"])
        rows["type_ix"] = self._call_types.index(call_type)
        rows["has_next"][:-1] = 1
        rows["agent_ix"] = NONE
        self._n_callers = end
        desk = self._s.desk[0]
        desk["planned"] += len(times)
        desk["pending"] += len(times)
        self._schedule(float(rows["t_planned_s"][0]), CALL_MADE, first)

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
        """Say whether customer groups are without supply: their outage calls are then reports."""
        self._s.customers["is_out"][self._customers(group_ix)] = out

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
        duties = []
        for agent_ix, agent in enumerate(self._agents):
            if agent.tier != tier or self._standby_until_s[agent_ix] > now_s:
                continue
            if self._standby_show_up.of(agent.agent, episode) >= settings.show_up:
                continue
            t_on_s = now_s + delay_s(self._standby_delay.of(agent.agent, episode))
            self._standby_until_s[agent_ix] = t_on_s + settings.duration
            duties.append((t_on_s, t_on_s + settings.duration, agent_ix))
        self._plan_duties(duties)
        return sorted(duty[0] for duty in duties)

    # --- what goes wrong

    def set_menu(self, works: bool) -> None:
        """Let the menu serve nobody any more, or serve again; every call still passes it."""
        self._menu_works = works
        self._s.desk["report_share"][0] = self._section.menu.report_share if works else 0.0
        self._play()

    def _play(self) -> None:
        """Let the menu play what was set, or nothing while it does not work."""
        for column, values in self._announced.items():
            self._s.customers[column] = values if self._menu_works else 0.0

    def set_trunks(self, share: float) -> int:
        """Let a share of the trunks be used, and return how many; calls in progress go on."""
        trunks = round(share * self._section.trunks)
        self._s.desk["trunks"][0] = trunks
        return trunks

    def send_home(self, share: float, luck: Callable[[str], float], now_s: float) -> int:
        """Let a share of the agents on duty leave, the busy ones after the call in hand.

        Those with the lowest luck (agent id → 0..1) go. Return how many.
        """
        if now_s < self._handled_s:
            raise ValueError(f"agents can leave from {self._handled_s} s on only")
        states = self._s.agents["state"]
        here = [ix for ix in range(len(self._agents)) if states[ix] in (IDLE, BUSY)]
        here.sort(key=lambda ix: (luck(self._agents[ix].agent), ix))
        leaving = here[: round(share * len(here))]
        for agent_ix in leaving:
            self._schedule(now_s, AGENT_LEAVES, int(self._s.agents["duty_ix"][agent_ix]))
        return len(leaving)

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
        self._make_room(now.in_menu + now.in_queue + now.in_service)
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
        return agent_shift_columns(self._s, self._n_duties, self._agents, self._ended_s)

    # --- inside

    def _must_know(self, t_s: float) -> None:
        if t_s > self._handled_s:
            raise ValueError(f"the centre is known up to {self._handled_s} s only")

    def _customers(self, group_ix: ArrayLike) -> NDArray[np.int64]:
        groups = np.asarray(group_ix, dtype=np.int64)
        if groups.size and groups.min() < 1:
            raise ValueError("customer group 0, the rest of the province, does not change")
        return groups

    def _plan_rosters(self, calendar: Calendar, horizon_s: float) -> None:
        self._plan_duties([
            (t_on_s, t_off_s, agent_ix)
            for agent_ix, agent in enumerate(self._agents)
            if agent.shift is not None
            for t_on_s, t_off_s in duties_of(agent.shift, calendar, horizon_s)
        ])  # fmt: skip

    def _plan_duties(self, duties: Sequence[tuple[float, float, int]]) -> None:
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

    def _schedule(self, t_s: float, kind: int, row: int) -> None:
        self._make_room(1)
        self._kernel.push(self._s, t_s, kind, row)

    def _make_room(self, n_more: int) -> None:
        """Let the event heap and the call table grow; the kernel adds at most ROOM at once."""
        s = self._s
        n_more += self._kernel.ROOM
        self._s = s._replace(
            calls=grown(s.calls, int(s.desk["n_calls"][0]) + n_more),
            event_t_s=grown(s.event_t_s, int(s.desk["n_events"][0]) + n_more),
            event=grown(s.event, int(s.desk["n_events"][0]) + n_more),
        )


def warm_up() -> None:
    """Compile the kernel, or load it compiled, on a tiny run; a parent does it before workers."""
    start = Calendar(datetime(2000, 1, 1), "UTC")
    centre = Centre(Contact(background=()), Streams(0), start, np.array([NONE]), 0.0)
    centre.plan([0.0], 0, 0.0, 0.0, 0, "outage")
    centre.finish(3600.0)
    mark_compiled()
