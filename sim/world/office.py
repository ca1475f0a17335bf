"""The automatic emergency office: warnings, response levels and the steps of the written plan."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from sim.commands import (
    AskOvertime,
    CallStandby,
    ChangeResponse,
    ChangeWarning,
    Command,
    FileMajorService,
    RelieveAgents,
    SwitchAnnouncement,
)
from sim.emergency.levels import Levels, cause_of_level, proposed_colour, proposed_level
from sim.emergency.plan import Plan, Situation, cause_of
from sim.engine.clock import LAST, Clock
from sim.engine.facts import PlanStepTaken
from sim.engine.journal import NO_CAUSE, Journal
from sim.scenario.emergency import LEVELS, Action, Emergency, Step
from sim.world.dispatcher import Issue
from sim.world.seats import SUPERVISOR, Seats

__all__ = ["Office"]

_BY = "plan"


class Office:
    """Decide for the emergency office, by the scenario's rules."""

    def __init__(
        self,
        section: Emergency,
        levels: Levels,
        situation: Callable[[], Situation],
        peak_gust_ms: Callable[[float], float],
        clock: Clock,
        journal: Journal,
        seats: Seats,
        issue: Issue,
        send_notices: Callable[[tuple[str, ...], int], None],
    ) -> None:
        """Take the situation as known now, and the highest gust forecast within a time.

        `send_notices(channels, cause)` tells every open incident's restoration time to its area.
        """
        self._send_notices = send_notices
        self._section, self._levels = section, levels
        self._situation, self._peak_gust = situation, peak_gust_ms
        self._clock, self._journal, self._issue = clock, journal, issue
        self._seats = seats
        self._plan = Plan(section.plan)
        self._lower_since_s = math.inf

    def begin(self) -> None:
        """Review the situation from now on, every so often."""
        self._clock.call_in(0.0, self._review, LAST)

    def _review(self) -> None:
        colour = proposed_colour(self._section.warnings, self._peak_gust)
        if colour != self._levels.colour:
            self._issue(ChangeWarning(colour), _BY, NO_CAUSE)
        now = self._situation()
        level = self._held(proposed_level(self._section.responses, now))
        if level != self._levels.level:
            cause = cause_of_level(self._section.responses, level, now)
            self._issue(ChangeResponse(level), _BY, cause)
            now = self._situation()
        for step in self._plan.due(now):
            after_s = step.delay + self._seats.delay_s
            cause = cause_of(step.when, now)
            self._clock.call_in(after_s, partial(self._take, step, cause), LAST)
        self._clock.call_in(self._section.review_every, self._review, LAST)

    def _held(self, level: str) -> str:
        """Return the level to have: raised at once, lowered only after a while of calm."""
        if LEVELS.index(level) >= LEVELS.index(self._levels.level):
            self._lower_since_s = math.inf
            return level
        self._lower_since_s = min(self._lower_since_s, self._clock.now)
        if self._clock.now - self._lower_since_s < self._section.lower_after:
            return self._levels.level
        return level

    def _take(self, step: Step, cause: int) -> None:
        if not self._seats.is_autopilot(SUPERVISOR):
            return  # the plan lies before the person in that seat
        seq = self._journal.write(PlanStepTaken(step.step), cause)
        for action in step.do:
            if action.send_notices:
                self._send_notices(action.channels, seq)
            else:
                self._issue(self._command(action), _BY, seq)

    @staticmethod
    def _command(action: Action) -> Command:
        if action.call_standby is not None:
            return CallStandby(action.call_standby)
        if action.overtime:
            return AskOvertime()
        if action.relief:
            return RelieveAgents()
        if action.major_service:
            return FileMajorService()
        return SwitchAnnouncement(bool(action.announce), action.text)
