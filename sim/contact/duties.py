"""When agents are on duty: owner of the luck of absence and pauses, and of the ends of shifts.

A shift is broken into duties by breaks and by unplanned pauses: the agent leaves and comes back.
All luck is keyed by agent and day (or call-up), whenever the run begins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import pairwise
from typing import NamedTuple

from sim.contact.rosters import Agent
from sim.contact.shifts import DayOfDuty, Span, daily, dated, joined_spans, parts_of, pauses
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

__all__ = ["Duties", "Duty"]


class Duty(NamedTuple):
    """Hold one uninterrupted time on duty."""

    t_on_s: float
    t_off_s: float
    agent_ix: int
    pauses: bool = False
    """It ends with a break or a pause: the shift goes on afterwards."""


class Duties:
    """Plan who is on duty when, and remember when each shift ends."""

    def __init__(
        self, section: Contact, agents: Sequence[Agent], streams: Streams, calendar: Calendar
    ) -> None:
        self._section, self._agents, self._calendar = section, agents, calendar
        # who left in another's place comes back with the next day's shift: it must begin anew
        self._joins_days = section.leaving in ("finish_call", "hang_up")
        self._absent = streams.trait("contact.absence")
        self._pausing = streams.trait("contact.pauses")
        self._shifts: list[list[Span]] = [[] for _ in agents]
        self._parts: list[list[Span]] = [[] for _ in agents]

    def planned(self, horizon_s: float) -> list[Duty]:
        """Return the duties of the rosters over the run, agent by agent."""
        return [
            duty
            for agent_ix, agent in enumerate(self._agents)
            for duty in self._of_days(agent_ix, list(self._days(agent, horizon_s)), horizon_s)
        ]

    def called_up(self, agent_ix: int, whole: Span, call_up: int) -> list[Duty]:
        """Return the duties of a standby agent who comes to a call-up."""
        parts = list(self._without_pauses(agent_ix, [whole], call_up, whole[0]))
        return self._kept(agent_ix, parts, [whole])

    def is_due(self, agent_ix: int, now_s: float) -> bool:
        """Say whether an agent is on duty, in a pause, or still to come."""
        return any(end_s > now_s for _start_s, end_s in self._shifts[agent_ix])

    def ending(self, now_s: float, within_s: float, stay_s: float) -> list[tuple[int, float]]:
        """Return (agent_ix, end) of shifts at hand that end within a time and could go on.

        That is for so much longer; whoever is on duty again before then cannot.
        """
        found = []
        for agent_ix, shifts in enumerate(self._shifts):
            for start_s, end_s in shifts:
                is_ending = start_s <= now_s < end_s <= now_s + within_s
                if is_ending and not any(end_s < other <= end_s + stay_s for other, _ in shifts):
                    found.append((agent_ix, end_s))
        return found

    def prolong(self, agent_ix: int, end_s: float, until_s: float) -> float:
        """Let a shift end later; return when its last duty, the one that goes on, began."""
        start_s = next(start for start, end in self._shifts[agent_ix] if end == end_s)
        last_s = max(on_s for on_s, off_s in self._parts[agent_ix] if on_s < end_s)
        for spans, at_s in ((self._shifts[agent_ix], start_s), (self._parts[agent_ix], last_s)):
            spans[:] = [(on_s, until_s) if on_s == at_s else (on_s, off_s) for on_s, off_s in spans]
        return last_s

    def release(self, agent_ix: int, now_s: float) -> float:
        """End the shift at hand now; return when it would have ended, or now if there is none."""
        ends_s = now_s
        for place, (start_s, end_s) in enumerate(self._shifts[agent_ix]):
            if start_s <= now_s < end_s:
                self._shifts[agent_ix][place] = (start_s, now_s)
                ends_s = end_s
        return ends_s

    def _days(self, agent: Agent, horizon_s: float) -> Iterator[DayOfDuty]:
        """Yield the duties that an agent does not miss."""
        absence = self._section.groups[agent.group].absence
        if agent.shift is not None:
            days = daily(agent.shift, self._calendar, horizon_s)
        else:
            days = dated(agent.dated, self._calendar, horizon_s)
        for each in days:
            if absence == 0.0 or self._absent.of(agent.agent, each.day.toordinal()) >= absence:
                yield each

    def _of_days(self, agent_ix: int, days: Sequence[DayOfDuty], horizon_s: float) -> list[Duty]:
        parts: list[Span] = []
        for each in days:
            midnight_s = self._calendar.seconds(datetime.combine(each.day, time.min))
            own = parts_of(each.whole, each.breaks)
            parts += self._without_pauses(agent_ix, own, each.day.toordinal(), midnight_s)
        inside = [
            (max(0.0, on_s), off_s)
            for on_s, off_s in joined_spans(parts, meeting=self._joins_days)
            if off_s > 0.0 and on_s < horizon_s
        ]
        shifts = joined_spans((each.whole for each in days), meeting=self._joins_days)
        return self._kept(agent_ix, inside, shifts)

    def _without_pauses(
        self, agent_ix: int, parts: Iterable[Span], episode: int, origin_s: float
    ) -> Iterator[Span]:
        """Yield parts of a duty without the pauses in them; luck is keyed by minute from origin."""
        agent = self._agents[agent_ix]
        group = self._section.groups[agent.group]
        for part in parts:
            if group.shrinkage == 0.0:
                yield part
                continue
            owner = f"{agent.agent}/{round((part[0] - origin_s) / 60.0)}"

            def luck(number: int, owner: str = owner) -> float:
                return self._pausing.of(f"{owner}/{number}", episode)

            yield from parts_of(part, pauses(part, group.shrinkage, group.pause, luck))

    def _kept(self, agent_ix: int, parts: list[Span], shifts: list[Span]) -> list[Duty]:
        """Remember the parts and whole shifts of an agent; return the parts as duties."""
        self._shifts[agent_ix] += shifts
        self._parts[agent_ix] += parts
        duties = []
        for (on_s, off_s), (next_s, _) in pairwise([*parts, (math.inf, math.inf)]):
            pauses = any(start_s < off_s and next_s < end_s for start_s, end_s in shifts)
            duties.append(Duty(on_s, off_s, agent_ix, pauses))
        return duties
