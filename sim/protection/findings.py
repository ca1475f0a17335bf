"""What a crew finds at a place: damage and blown fuses, the truth for those who stand before it."""

from __future__ import annotations

from sim.grid.assets import NONE, AssetPlace, Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.faults import Fault, Faults

__all__ = ["Findings"]


class Findings:
    """Answer what is broken at a place, and which fuses a repair renews."""

    def __init__(self, grid: Grid, state: GridState, faults: Faults) -> None:
        self._grid, self._state, self._faults = grid, state, faults
        self._topology: Topology = state.topology

    def damage_in(self, place: int | str) -> list[str]:
        """Return the damaged assets at a place, oldest fault first.

        The place is a zone_ix (with the distribution transformers on it) or the id of a section,
        bus, switch or transformer; buses and switches at the ends of a section, and transformers
        without a fuse there, are found with it. A blown fuse is damage: of its transformer, or of
        its section.
        """
        found = [each.asset for each in self._faults_in(place) if each.kind == "permanent"]
        fuses = [self._grid.transformers[ix].id for ix in self._fused(place)]
        fuses += [self._grid.sections[ix].id for ix in self._fused_sections(place)]
        return found + [each for each in fuses if each not in found]

    def fuses_renewed_with(self, place: AssetPlace) -> list[int]:
        """Return the blown line fuses that a crew renews when it has repaired an asset."""
        if place.kind == "section":
            return self._blown_fuses(place.ix)
        bus_ix = self._bus_of(place)
        if bus_ix == NONE:
            return []
        zone_ix = self._topology.zone_of_bus[bus_ix]
        beside = [ix for ix in self._topology.zone_sections[zone_ix] if self._ends_at(ix, bus_ix)]
        return [switch_ix for ix in beside for switch_ix in self._blown_fuses(ix)]

    def _bus_of(self, place: AssetPlace) -> int:
        """Return the bus whose zone an asset beside the lines short-circuits, NONE for others."""
        if place.kind == "bus":
            return place.ix
        if place.kind == "switch":
            return self._grid.switches[place.ix].bus_ix
        if place.kind == "transformer" and not self._grid.transformers[place.ix].has_fuse:
            return self._grid.transformers[place.ix].bus_ix
        return NONE

    def _ends_at(self, section_ix: int, bus_ix: int) -> bool:
        line = self._grid.sections[section_ix]
        return bus_ix in (line.from_bus_ix, line.to_bus_ix)

    def _faults_in(self, place: int | str) -> list[Fault]:
        """Return the live faults at a place in the order they struck."""
        faults = self._faults
        if isinstance(place, int):
            found = [*faults.in_zone(place)]
            for ix in self._topology.zone_transformers[place]:
                found += faults.in_transformer(ix)
        else:
            found = [*faults.of_whole(place)]
            for bus_ix in self._ends_of(place):
                found += faults.at_bus(bus_ix)
        together = {each.number: each for each in found}
        return [together[number] for number in sorted(together)]

    def _ends_of(self, place: str) -> tuple[int, ...]:
        """Return the buses where a section or a transformer of the station ends."""
        located = self._grid.locate(place)
        if located.kind == "section":
            line = self._grid.sections[located.ix]
            return line.from_bus_ix, line.to_bus_ix
        if located.kind == "substation_transformer":
            station = self._grid.substation_transformers[located.ix]
            return station.low_bus_ix, station.high_bus_ix
        return ()

    def _blown_fuses(self, section_ix: int) -> list[int]:
        """Return the fuses of a section that are open though closed as built."""
        line = self._grid.sections[section_ix]
        return [
            ix
            for ix in (line.from_switch_ix, line.to_switch_ix)
            if ix != NONE
            and self._grid.switches[ix].is_fuse
            and self._grid.switches[ix].is_closed
            and not self._state.is_closed(ix)
        ]

    def _fused_sections(self, place: int | str) -> list[int]:
        """Return the sections of a place with a blown fuse."""
        if isinstance(place, int):
            candidates = self._topology.zone_sections[place]
        else:
            located = self._grid.locate(place)
            candidates = (located.ix,) if located.kind == "section" else ()
        return [ix for ix in candidates if self._blown_fuses(ix)]

    def _fused(self, place: int | str) -> list[int]:
        """Return the distribution transformers of a place whose fuse is blown."""
        if isinstance(place, int):
            candidates = self._topology.zone_transformers[place]
        else:
            located = self._grid.locate(place)
            candidates = (located.ix,) if located.kind == "transformer" else ()
        return [ix for ix in candidates if self._state.fuse_blown[ix]]
