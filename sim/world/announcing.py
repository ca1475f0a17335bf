"""The menu's outage announcement: which text plays, and to whom it can tell a restoration time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sim.contact.centre import Centre
from sim.control.incidents import Incident, Incidents
from sim.control.ordered import OrderedOutage, OrderedOutages
from sim.customers.groups import CustomerGroups
from sim.engine.clock import Clock
from sim.scenario.contact import Menu

__all__ = ["Announcing"]


class Announcing:
    """Own what the menu plays to those who are believed out, now and later."""

    def __init__(
        self,
        menu: Menu,
        incidents: Incidents,
        ordered: OrderedOutages,
        groups: CustomerGroups,
        centre: Centre,
        clock: Clock,
    ) -> None:
        self._menu, self._incidents, self._ordered = menu, incidents, ordered
        self._groups, self._centre, self._clock = groups, centre, clock
        self.text = ""
        """Name of the text that plays, '' for none."""

    def switch(self, text: str) -> None:
        """Play a text from now on, or none ('')."""
        was_silent = not self.text
        self.text = text
        believed = [ix for each in self._incidents.open() for ix in sorted(each.transformers)]
        believed += self._ordered.explained()
        if text:
            self.follow(believed)
        elif not was_silent:
            self._centre.set_announced(self._groups.of(believed), 0.0, 0.0)

    def follow(self, transformers: Iterable[int]) -> None:
        """Let the menu follow what is now believed of transformers."""
        if not self.text:
            return
        text = self._menu.announcements[self.text]
        alike: dict[tuple[float, float], list[int]] = {}
        for ix in transformers:
            outage = self._incidents.explaining(ix) or self._ordered.explaining(ix)
            effect = (0.0, 0.0)
            if outage is not None:
                effect = text.satisfied_share(self._has_time(outage)), text.extra_time
            alike.setdefault(effect, []).append(ix)
        for (share, extra_s), members in alike.items():
            self._centre.set_announced(self._groups.of(members), share, extra_s)

    def restoration_set(self, incident: Incident) -> None:
        """Tell a new restoration time, until it passes."""
        again = partial(self._follow, incident)
        again()
        if self._has_time(incident):
            self._clock.call_at(incident.restoration_s, again)

    def _follow(self, incident: Incident) -> None:
        self.follow(sorted(incident.transformers))

    def _has_time(self, outage: Incident | OrderedOutage) -> bool:
        """Say whether control holds a restoration time (nan: none) that has not passed yet."""
        return outage.restoration_s > self._clock.now
