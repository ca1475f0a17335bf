"""The automatic notification officer: sends restoration times to the believed outage area."""

from __future__ import annotations

from functools import partial

from sim.commands import SendNotice
from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.engine.clock import LAST, Clock
from sim.scenario.notify import Rules
from sim.world.dispatcher import Issue
from sim.world.seats import NOTIFICATION, Seats

__all__ = ["Informer"]

_BY = NOTIFICATION


class Informer:
    """Decide which notices go out."""

    def __init__(
        self, rules: Rules, room: ControlRoom, clock: Clock, seats: Seats, issue: Issue
    ) -> None:
        self._seats = seats
        self._rules, self._room, self._clock, self._issue = rules, room, clock, issue
        self._told: dict[str, float] = {}

    def restoration_set(self, incident: Incident, cause: int) -> None:
        """Release a notice about a restoration time after its approval."""
        after_s = self._rules.approval + self._seats.delay_s
        release = partial(self._release, incident, cause, self._rules.channels)
        self._clock.call_in(after_s, release, LAST)

    def send_all(self, channels: tuple[str, ...], cause: int) -> None:
        """Tell the restoration time of every open incident to its believed area at once.

        Without channels, by those of the scenario.
        """
        for incident in self._room.incidents.open():
            self._release(incident, cause, channels or self._rules.channels)

    def _release(self, incident: Incident, cause: int, channels: tuple[str, ...]) -> None:
        if not self._seats.is_autopilot(NOTIFICATION):
            return
        customers = self._room.figures.customers_of(incident)
        is_first = incident.id not in self._told
        wanted = self._rules.estimate if is_first else self._rules.update
        passed = incident.restoration_s <= self._clock.now
        if not (incident.is_open and wanted) or passed or customers < self._rules.smallest:
            return
        moved_s = abs(incident.restoration_s - self._told.get(incident.id, 0.0))
        if not is_first and moved_s < self._rules.update_from:
            return
        template = "estimate" if is_first else "update"
        if self._issue(SendNotice(incident.id, template, channels=channels), _BY, cause):
            self._told[incident.id] = incident.restoration_s
