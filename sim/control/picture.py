"""The control room's picture of the grid: owner of believed switch positions and supply.

It is a second `GridState`: as built at first, changed only by reports and by switching the control
room ordered itself. The true one belongs to `protection`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState, SupplyChange
from sim.grid.topology import Topology

__all__ = ["Picture"]


class Picture:
    """Own what control believes of switches and supply."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._believed = GridState(topology)
        self._n_moves = [0] * len(topology.grid.districts)
        self.dark_sources: set[int] = set()
        """Source zones believed without supply from outside."""
        self.withheld: set[int] = set()
        """Zones dark on purpose: no search or restoration of a fault goes there."""
        grid = topology.grid
        self._walkable = tuple(
            tuple(grid.sections[ix].id for ix in sections)
            + tuple(grid.substation_transformers[ix].id for ix in stations)
            for sections, stations in zip(
                topology.zone_sections, topology.zone_substation_transformers, strict=True
            )
        )

    @property
    def grid(self) -> Grid:
        """Return the grid as built."""
        return self.topology.grid

    def set(self, switch_ix: int, closed: bool, *, on_purpose: bool = False) -> SupplyChange:
        """Believe a switch in a position; return what that changes in believed supply.

        What goes dark `on_purpose` is withheld until it has supply again.
        """
        self._n_moves[self.grid.switches[switch_ix].district_ix] += 1
        change = self._believed.set_switch(switch_ix, closed)
        if on_purpose:
            self.withheld.update(change.lost_zones)
        self.withheld.difference_update(change.restored_zones)
        return change

    def set_source(self, zone_ix: int, is_live: bool) -> SupplyChange:
        """Believe a source bus with or without its supply from outside."""
        self._n_moves[self.topology.zone_district_ix[zone_ix]] += 1
        (self.dark_sources.discard if is_live else self.dark_sources.add)(zone_ix)
        return self._believed.set_source(zone_ix, is_live)

    def version(self, district_ix: int) -> int:
        """Return a number that grows with every move believed in a district."""
        return self._n_moves[district_ix]

    def positions(self) -> bytes:
        """Return all believed positions."""
        return self._believed.positions()

    def is_closed(self, switch_ix: int) -> bool:
        """Say whether a switch is believed closed."""
        return self._believed.is_closed(switch_ix)

    def live(self) -> bytes:
        """Return for each zone whether it is believed to have supply."""
        return bytes(self._believed.zone_bytes)

    def is_live(self, zone_ix: int) -> bool:
        """Say whether a zone is believed to have supply."""
        return self._believed.is_zone_supplied(zone_ix)

    def is_fed_as_built(self, zone_ix: int) -> bool:
        """Say whether a zone has supply over switches that are closed as built only."""
        normal = self.topology.normal
        way = self._believed.path_to_source(zone_ix) if self.is_live(zone_ix) else [NONE]
        return all(switch_ix != NONE and normal[switch_ix] for switch_ix in way)

    def feeder_breaker(self, transformer_ix: int) -> int:
        """Return the breaker that is believed to feed a transformer, or NONE when none does."""
        return self.upstream_breaker(self.topology.zone_of_transformer[transformer_ix])

    def upstream_breaker(self, zone_ix: int) -> int:
        """Return the breaker that is believed to feed a zone, or NONE when none does."""
        return self._believed.upstream_breaker(zone_ix) if self.is_live(zone_ix) else NONE

    def downstream(self, switch_ix: int) -> list[int]:
        """Return the zones that are believed to lose supply if a switch opened."""
        return self._believed.downstream(switch_ix)

    def n_transformers_behind(self, switch_ix: int) -> int:
        """Return how many transformers are believed to lose supply if a switch opened."""
        return self._believed.n_transformers_behind(switch_ix)

    def hanging_on(self, switch_ix: int, zones: Iterable[int]) -> list[int]:
        """Return which of some zones are believed to lose supply if a switch opened."""
        return self._believed.hanging_on(switch_ix, zones)

    def behind(self, breaker_ix: int) -> list[int]:
        """Return the dead zones that hang on a breaker, nearest first."""
        return self.dead_around(self.topology.switch_zones[breaker_ix])

    def dead_around(self, zones: Iterable[int]) -> list[int]:
        """Return the dead ones of some zones and what hangs on them, nearest first."""
        # NOTE: speed: asked for whole feeders at every look, so without a call for each zone
        closed, live = self._believed.switch_bytes, self._believed.zone_bytes
        neighbours, withheld = self.topology.neighbours, self.withheld
        found = [zone for zone in dict.fromkeys(zones) if not live[zone] and zone not in withheld]
        seen = set(found)
        for zone in found:  # grows while it is read: a queue
            for switch_ix, other in neighbours[zone]:
                if other in seen or not closed[switch_ix] or live[other] or other in withheld:
                    continue
                seen.add(other)
                found.append(other)
        return found

    def gains(self, switch_ix: int) -> list[int]:
        """Return the dead zones that closing a switch would give supply."""
        dead = [zone for zone in self.topology.switch_zones[switch_ix] if not self.is_live(zone)]
        return self.dead_around(dead) if len(dead) == 1 else []

    def open_ways(self, zones: Iterable[int]) -> list[tuple[int, int]]:
        """Return the open switches from what has supply to some dead zones, each with its zone."""
        closed, live = self._believed.switch_bytes, self._believed.zone_bytes
        return [
            (switch_ix, zone)
            for zone in sorted(set(zones))
            if not live[zone]
            for switch_ix, other in self.topology.neighbours[zone]
            if not closed[switch_ix] and live[other]
        ]

    def transformers_in(self, zones: Iterable[int]) -> list[int]:
        """Return the transformers of some zones."""
        return [ix for zone in zones for ix in self.topology.zone_transformers[zone]]

    def zone_of(self, asset: str) -> int:
        """Return the zone an asset stands in."""
        place = self.grid.locate(asset)
        if place.kind == "section":
            return self.topology.zone_of_section[place.ix]
        if place.kind == "transformer":
            return self.topology.zone_of_transformer[place.ix]
        if place.kind == "switch":
            return self.topology.zone_of_bus[self.grid.switches[place.ix].bus_ix]
        if place.kind == "bus":
            return self.topology.zone_of_bus[place.ix]
        return self.topology.zone_of_substation_transformer[place.ix]

    def walkable(self, zone_ix: int) -> tuple[str, ...]:
        """Return the sections and station transformers of a zone that a patrol looks at."""
        return self._walkable[zone_ix]
