"""Figures: owner of what is passed on of incidents to those who inform the public.

As a rule they are control's own. A clerk's old list or a mistaken total makes them differ, until
somebody settles them.
"""

from __future__ import annotations

from sim.control.incidents import Incident, Incidents
from sim.engine.facts import FiguresSettled, FiguresSplit
from sim.engine.journal import Journal

__all__ = ["Figures"]


class Figures:
    """Own the customers of incidents as others are told of them."""

    def __init__(self, incidents: Incidents, journal: Journal) -> None:
        self._incidents, self._journal = incidents, journal
        self._factors: dict[str, float] = {}

    def split(self, incident: Incident, factor: float, cause: int) -> None:
        """Let the customers of an incident be passed on multiplied by a factor."""
        self._factors[incident.id] = factor
        fact = FiguresSplit(incident.id, self.customers_of(incident))
        self._journal.write(fact, cause)

    def settle(self, incident: Incident, cause: int) -> None:
        """Pass on control's own figures of an incident again."""
        if self._factors.pop(incident.id, None) is not None:
            self._journal.write(FiguresSettled(incident.id), cause)

    def settle_all(self, cause: int) -> None:
        """Pass on control's own figures again."""
        for name in list(self._factors):
            self.settle(self._incidents.all[name], cause)

    def is_split(self, incident: Incident) -> bool:
        """Say whether an incident's figures differ."""
        return incident.id in self._factors

    def customers_of(self, incident: Incident) -> int:
        """Return the customers believed out because of an incident, as passed on."""
        customers = self._incidents.customers_of(incident)
        return round(customers * self._factors.get(incident.id, 1.0))

    def customers_out(self) -> int:
        """Return the customers believed out, as passed on."""
        return sum(self.customers_of(each) for each in self._incidents.open())
