"""What a crew finds at a place: damage and blown fuses, the truth for those who stand before it."""

from __future__ import annotations

from sim.grid.assets import NONE, AssetPlace, Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.faults import Fault, Faults

__all__ = ["Findings", "is_part"]


def is_part(asset_id: str, whole_id: str) -> bool:
    """Say whether an asset is another or a part of it (a span of its section)."""
    return asset_id == whole_id or asset_id.startswith(whole_id + "/")


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
        found = [
            fault.asset
            for fault in self._faults.live
            if fault.kind == "permanent" and self._lies_in(fault, place)
        ]
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

    def _lies_in(self, fault: Fault, place: int | str) -> bool:
        if isinstance(place, str):
            return is_part(fault.asset, place) or self._stands_at(fault, place)
        if fault.transformer_ix != NONE:
            return self._topology.zone_of_transformer[fault.transformer_ix] == place
        return fault.zone_ix == place

    def _stands_at(self, fault: Fault, place: str) -> bool:
        """Say whether a fault is that of something at a bus where a place ends."""
        located = self._grid.locate(place)
        if fault.transformer_ix != NONE or located.kind not in (
            "section",
            "substation_transformer",
        ):
            return False
        bus_ix = self._bus_of(self._grid.locate(fault.asset))
        if bus_ix == NONE:
            return False
        if located.kind == "section":
            return self._ends_at(located.ix, bus_ix)
        station = self._grid.substation_transformers[located.ix]
        return bus_ix in (station.low_bus_ix, station.high_bus_ix)

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
