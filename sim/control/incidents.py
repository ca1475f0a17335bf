"""Incidents: owner of belief about what failed, who is out, and when they will be back.

An incident has a predicted device: a feeder breaker (its whole dead feeder is believed out) or a
distribution transformer. It lives from its first evidence until control believes everybody back,
the damage repaired and the switching undone; a trip in between reopens the search, not the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.control.earth_search import EarthSearch
from sim.control.picture import Picture
from sim.engine.clock import Clock
from sim.engine.facts import IncidentClosed, IncidentOpened, IncidentRevised, RestorationTimeSet
from sim.engine.journal import NO_CAUSE, Journal
from sim.grid.assets import NONE

__all__ = ["Incident", "Incidents"]


@dataclass
class Incident:
    """Hold what control believes of one incident."""

    id: str
    device: str
    district_ix: int
    opened_s: float
    seq_opened: int = -1
    seq: int = -1
    is_feeder: bool = False
    transformers: set[int] = field(default_factory=set)
    """Transformers believed out because of it, now."""
    customers_most: int = 0
    section: str = ""
    """Section indicators point at, not yet confirmed."""
    damage: dict[str, bool] = field(default_factory=dict)
    """Damaged asset found → repaired."""
    walked: set[str] = field(default_factory=set)
    opened_switches: set[int] = field(default_factory=set)
    closed_ties: set[int] = field(default_factory=set)
    refused_ties: set[int] = field(default_factory=set)
    suspect_tie: int = -1
    """Tie that was closed just before this breaker tripped."""
    is_predicted: bool = False
    """The breaker did not say that it is open: control concluded it from reports."""
    suspects: set[int] = field(default_factory=set)
    """Transformers with evidence of their own that led to the prediction."""
    search: EarthSearch | None = None
    """Search for an earth fault of the busbar that is its device; None: something else."""
    is_supply: bool = False
    """The supply of the source bus that is its device was lost: nothing to search or repair."""
    located: set[int] = field(default_factory=set)
    """Zones the fault lies in, by terminals or by opening switches: isolated, then walked."""
    suspected: set[int] = field(default_factory=set)
    """Zones a switch locked itself open towards: no supply before they are walked."""
    is_single: bool = False
    """The breaker is known to be closed: not to be grouped to it again."""
    behind_ix: int = NONE
    """Transformer, believed supplied, behind which the trouble lies; NONE: no such incident."""
    reporters: set[int] = field(default_factory=set)
    """Customers of that transformer, counted from 0, who or whose meters reported it."""
    finding: str = ""
    """What a crew made of it, for its closing: customer_side."""
    tries: int = 0
    has_reading: bool = False
    is_confirmed: bool = False
    """A crew has seen that the outage is real (or damage was found)."""
    crew: str = ""
    """Crew working on it now, '' for none."""
    moving: int = 0
    """Remote switching under way."""
    first_arrival_s: float = math.nan
    closed_s: float = math.nan
    restored_s: float = math.nan
    first_restoration_s: float = math.nan
    restoration_s: float = math.nan
    n_restoration_times: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether the incident is still worked on."""
        return math.isnan(self.closed_s)

    def known(self) -> tuple[object, ...]:
        """Return everything of the incident that its next orders depend on."""
        return (
            self.section,
            self.has_reading,
            self.suspect_tie,
            self.tries,
            tuple(self.damage.items()),
            frozenset(self.transformers),
            frozenset(self.walked),
            frozenset(self.opened_switches),
            frozenset(self.closed_ties),
            frozenset(self.refused_ties),
            frozenset(self.located),
            frozenset(self.suspected),
            self.search and self.search.known(),
        )

    @property
    def behind(self) -> set[int]:
        """Return the customers known to be out behind a transformer believed supplied."""
        return self.reporters if self.behind_ix != NONE else set()

    @property
    def unrepaired(self) -> list[str]:
        """Return the damage found and not yet repaired, in the order of finding."""
        return [asset for asset, done in self.damage.items() if not done]


class Incidents:
    """Own all incidents and the belief who is out."""

    def __init__(self, picture: Picture, clock: Clock, journal: Journal) -> None:
        self.picture = picture
        self._clock, self._journal = clock, journal
        self.all: dict[str, Incident] = {}
        self._of_device: dict[str, Incident] = {}
        self._count: dict[str, int] = {}
        self._explained: dict[int, tuple[Incident, float]] = {}
        self._beliefs: list[tuple[int, str, float, float]] = []
        self._n_out = 0
        self.n_alone = 0
        """Transformers believed out for an incident that is none of a feeder."""
        self._customers_of = picture.grid.transformer_customers.tolist()
        self.last_seq = NO_CAUSE
        """The last fact about any incident."""

    # --- questions

    def open(self) -> list[Incident]:
        """Return the open incidents, oldest first."""
        return list(self._of_device.values())

    def on_device(self, device: str) -> Incident | None:
        """Return the open incident with this predicted device."""
        return self._of_device.get(device)

    def explaining(self, transformer_ix: int) -> Incident | None:
        """Return the incident that explains why a transformer is believed out."""
        entry = self._explained.get(transformer_ix)
        return entry[0] if entry else None

    def customers_out(self) -> int:
        """Return the customers believed without supply."""
        return self._n_out

    def next_number(self, device: str) -> int:
        """Return the number the next incident on a device will have."""
        return self._count.get(device, 0) + 1

    def customers_of(self, incident: Incident) -> int:
        """Return the customers believed without supply because of an incident."""
        return self._customers(incident.transformers)

    # --- life cycle

    def start(self, device: str, district_ix: int, is_feeder: bool, cause: int) -> Incident:
        """Open an incident on a predicted device, or return the one that is open."""
        if device in self._of_device:
            return self._of_device[device]
        number = self._count[device] = self._count.get(device, 0) + 1
        incident = Incident(
            f"{device}#{number}", device, district_ix, self._clock.now, is_feeder=is_feeder
        )
        self.all[incident.id] = incident
        self._of_device[device] = incident
        fact = IncidentOpened(incident.id, device, self.picture.grid.districts[district_ix].id, 0)
        self.last_seq = incident.seq = incident.seq_opened = self._journal.write(fact, cause)
        return incident

    def move(self, incident: Incident, device: str) -> None:
        """Let an incident have another predicted device, if no other open one has it."""
        if device not in self._of_device:
            old, incident.device = incident.device, device
            self._of_device = {
                device if name == old else name: each for name, each in self._of_device.items()
            }

    def revise(self, incident: Incident, cause: int) -> None:
        """Write down what control believes of an incident now."""
        customers = self._customers(incident.transformers) + len(incident.behind)
        incident.customers_most = max(incident.customers_most, customers)
        where = incident.unrepaired[0] if incident.unrepaired else incident.section
        fact = IncidentRevised(incident.id, incident.device, where, customers)
        self.last_seq = incident.seq = self._journal.write(fact, cause)

    def set_restoration(self, incident: Incident, at_s: float, stage: str, cause: int) -> None:
        """Set when control expects everybody of the incident back."""
        incident.restoration_s = at_s
        incident.n_restoration_times += 1
        if math.isnan(incident.first_restoration_s):
            incident.first_restoration_s = at_s
        self._journal.write(RestorationTimeSet(incident.id, at_s, stage), cause)

    def close(self, incident: Incident, why: str, cause: int) -> None:
        """Close an incident; whoever it still explained is believed back.

        One that was merged into another did not see its customers restored.
        """
        restored_s = incident.restored_s
        self.believe_back(list(incident.transformers))
        if why == "merged":
            incident.restored_s = restored_s
        incident.closed_s = self._clock.now
        del self._of_device[incident.device]
        fact = IncidentClosed(incident.id, why)
        self.last_seq = incident.seq = self._journal.write(fact, cause)

    # --- who is out

    def believe_out(self, incident: Incident, transformers: Iterable[int]) -> None:
        """Believe that transformers are out because of an incident."""
        for ix in transformers:
            entry = self._explained.get(ix)
            if entry and entry[0] is incident:
                continue
            if entry:
                self._end_belief(ix)
            self._explained[ix] = (incident, self._clock.now)
            incident.transformers.add(ix)
            self.n_alone += not incident.is_feeder
            self._n_out += self._customers_of[ix]
        incident.restored_s = math.nan
        incident.customers_most = max(
            incident.customers_most, self._customers(incident.transformers)
        )

    def believe_back(self, transformers: Iterable[int]) -> list[Incident]:
        """Believe that transformers have supply; return the incidents that explained them."""
        touched: dict[str, Incident] = {}
        for ix in transformers:
            entry = self._explained.get(ix)
            if entry is None:
                continue
            incident = entry[0]
            self._end_belief(ix)
            touched[incident.id] = incident
            if not incident.transformers:
                incident.restored_s = self._clock.now
        return list(touched.values())

    def _end_belief(self, ix: int) -> None:
        incident, since_s = self._explained.pop(ix)
        incident.transformers.discard(ix)
        self.n_alone -= not incident.is_feeder
        self._n_out -= self._customers_of[ix]
        if self._clock.now > since_s:
            self._beliefs.append((ix, incident.id, since_s, self._clock.now))

    def _customers(self, transformers: Iterable[int]) -> int:
        return sum(map(self._customers_of.__getitem__, transformers))

    # --- tables

    def belief_spans(self) -> list[tuple[int, str, float, float]]:
        """Return (transformer, incident, from, to): when each was believed out, up to now."""
        return self._beliefs + [
            (ix, incident.id, since_s, self._clock.now)
            for ix, (incident, since_s) in self._explained.items()
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row an incident."""
        return [
            {
                "incident": each.id,
                "device": each.device,
                "district_ix": each.district_ix,
                "customers": each.customers_most,
                "t_first_report_s": each.opened_s,
                "t_opened_s": each.opened_s,
                "t_first_arrival_s": each.first_arrival_s,
                "t_closed_s": each.closed_s,
                "t_restored_s": each.restored_s,
                "first_restoration_s": each.first_restoration_s,
                "last_restoration_s": each.restoration_s,
                "n_restoration_times": each.n_restoration_times,
                "seq": each.seq_opened,
            }
            for each in self.all.values()
        ]
