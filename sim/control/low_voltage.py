"""Trouble behind a transformer that is believed supplied: owner of these beliefs.

One report is a work order at that customer. Another one joins it. So many that the transformer
itself must be at fault make control suspect it, rightly or wrongly; meters of neighbours that
answer with voltage clear it for a while. When the transformer is believed out, whoever reported is
explained by that, and is heard of again only after its return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.engine.clock import Clock
from sim.grid.low_voltage import LowVoltageSide, lines_id, part_id
from sim.scenario.low_voltage import LowVoltageReports
from sim.units import MINUTE_S

__all__ = ["LowVoltageDesk"]

_CLEARED_FOR_S = 30 * MINUTE_S
"""A neighbour's meter with voltage clears a transformer for this long. Assumption."""


class LowVoltageDesk:
    """Own the incidents behind transformers."""

    def __init__(
        self,
        section: LowVoltageReports,
        sides: Sequence[LowVoltageSide],
        room: ControlRoom,
        clock: Clock,
        on_change: Callable[[Incident], None],
    ) -> None:
        self._section, self._sides, self._room, self._clock = section, sides, room, clock
        self._on_change = on_change
        self._here: dict[int, list[Incident]] = {}
        self._cleared_s: dict[int, float] = {}

    def at(self, transformer_ix: int) -> list[Incident]:
        """Return the open incidents behind a transformer, the oldest first."""
        return [each for each in self._here.get(transformer_ix, ()) if each.is_open]

    def reporters(self, transformer_ix: int) -> set[int]:
        """Return the customers behind a transformer with an open incident."""
        return {each for incident in self.at(transformer_ix) for each in incident.reporters}

    def is_explained(self, transformer_ix: int) -> bool:
        """Say whether the transformer itself is believed out, by a fault or on purpose."""
        room = self._room
        by_fault = room.incidents.explaining(transformer_ix) is not None
        return by_fault or room.ordered.explaining(transformer_ix) is not None

    def is_cleared(self, transformer_ix: int) -> bool:
        """Say whether a meter showed a while ago that the transformer has supply."""
        return self._clock.now - self._cleared_s.get(transformer_ix, -1e300) <= _CLEARED_FOR_S

    def cleared(self, transformer_ix: int) -> None:
        """Take the answer of a meter that has voltage."""
        self._cleared_s[transformer_ix] = self._clock.now

    def reported(self, transformer_ix: int, customer: int, cause: int) -> None:
        """Take the report of a customer, or of its meter."""
        if self.is_explained(transformer_ix) or customer in self.reporters(transformer_ix):
            return
        searched = [each for each in self.at(transformer_ix) if not each.is_confirmed]
        known = {each for incident in searched for each in incident.reporters} | {customer}
        if self._points_at_transformer(transformer_ix, known):
            self.suspected(transformer_ix, known, cause)
            return
        if searched:
            incident = searched[0]
            incident.reporters.add(customer)
        else:
            incident = self.start(transformer_ix, [customer], cause)
        self._tell(incident, cause)

    def suspected(self, transformer_ix: int, reporters: Iterable[int], cause: int) -> None:
        """Suspect the transformer itself, from these reports of its customers."""
        known = set(reporters)
        self._room.suspected(transformer_ix, cause)
        incident = self._room.incidents.explaining(transformer_ix)
        if incident is not None and not incident.is_feeder:
            incident.reporters |= known

    def start(self, transformer_ix: int, reporters: Iterable[int], cause: int) -> Incident:
        """Open an incident behind a transformer, or return the one open at that place."""
        known = set(reporters)
        transformer = self._room.picture.grid.transformers[transformer_ix]
        place = self._place(transformer_ix, known)
        incident = self._room.incidents.start(place, transformer.district_ix, False, cause)
        incident.behind_ix = transformer_ix
        incident.reporters |= known
        here = self._here.setdefault(transformer_ix, [])
        if incident not in here:
            here.append(incident)
        return incident

    def absorb(self, transformer_ix: int, cause: int) -> None:
        """Close what is explained now that the transformer is believed out.

        What a crew has seen stays open.
        """
        for each in self.at(transformer_ix):
            if not each.is_confirmed:
                self._room.close(each, "merged", cause)

    def _tell(self, incident: Incident, cause: int) -> None:
        self._room.incidents.move(incident, self._place(incident.behind_ix, incident.reporters))
        self._room.incidents.revise(incident, cause)
        self._on_change(incident)

    def _points_at_transformer(self, transformer_ix: int, reporters: set[int]) -> bool:
        if len(reporters) < self._section.needed_for_transformer:
            return False
        if self.is_cleared(transformer_ix):
            return False
        side = self._sides[transformer_ix]
        if not self._section.branches_known or side.count("branch") < 2:
            return True
        return len({side.branch_of(each) for each in reporters}) > 1

    def _place(self, transformer_ix: int, reporters: set[int]) -> str:
        name = self._room.picture.grid.transformers[transformer_ix].id
        if len(reporters) == 1:
            return part_id(name, "customer", next(iter(reporters)))
        return lines_id(name)
