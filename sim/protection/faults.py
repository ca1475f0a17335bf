"""Sole owner of fault truth: which assets have failed, and which faults are live.

Nobody in the control room may ask here; crews may, on site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from sim.engine.facts import FaultCleared, FaultStruck
from sim.engine.journal import NO_CAUSE, Journal
from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology

__all__ = ["Fault", "FaultKind", "Faults"]

FaultKind = Literal["permanent", "temporary"]


@dataclass(slots=True)
class Fault:
    """Hold one fault: where it is, and whether it is live.

    `zone_ix` is the zone it short-circuits; a fault in a distribution transformer stays behind
    its fuse, so there `transformer_ix` is set instead and the other is NONE (a transformer without
    a fuse short-circuits the zone of its bus).
    `dark_spell` counts the changes between voltage and none, so that a timer started in one spell
    knows when it is over.
    """

    id: str
    asset: str
    episode: int
    kind: FaultKind
    district_ix: int
    zone_ix: int
    transformer_ix: int
    seq: int = NO_CAUSE
    is_live: bool = True
    dark_spell: int = 0
    is_earth: bool = False
    """One phase to earth on an isolated or compensated neutral: it trips nothing."""
    number: int = 0
    """Grows in the order faults struck."""
    bus_ix: int = NONE
    """Bus whose zone something beside the lines short-circuits; NONE: a line, or behind a fuse."""


class Faults:
    """Own the faults; write FaultStruck and FaultCleared."""

    def __init__(self, journal: Journal, topology: Topology) -> None:
        self._journal = journal
        self._topology = topology
        self._grid: Grid = topology.grid
        self._episodes: dict[str, int] = {}
        self._of_asset: dict[str, Fault] = {}
        self._of_zone: dict[int, list[Fault]] = {}
        self._of_transformer: dict[int, list[Fault]] = {}
        self._of_whole: dict[str, list[Fault]] = {}
        """By asset: faults of it and of its parts."""
        self._of_bus: dict[int, list[Fault]] = {}
        self._n_struck = 0

    def strike(
        self, asset_id: str, kind: FaultKind, hazard: str, cause: int = NO_CAUSE
    ) -> Fault | None:
        """Fail an asset, or return None when it has failed already.

        Assets are sections, spans, poles, buses, switches, substation and distribution
        transformers; a permanent fault takes the place of a temporary one. Raise KeyError for an
        unknown asset.
        """
        standing = self._of_asset.get(asset_id)
        if standing is not None and (standing.kind == "permanent" or kind == "temporary"):
            return None
        fault = self._new(asset_id, kind)
        if standing is not None:
            # what was a passing arc has become damage: one fault an asset at a time
            self.clear(standing, "replaced", cause)
        self._of_asset[asset_id] = fault
        self._n_struck += 1
        fault.number = self._n_struck
        for whole in _wholes(asset_id):
            self._of_whole.setdefault(whole, []).append(fault)
        if fault.bus_ix != NONE:
            self._of_bus.setdefault(fault.bus_ix, []).append(fault)
        if fault.transformer_ix != NONE:
            self._of_transformer.setdefault(fault.transformer_ix, []).append(fault)
        else:
            self._of_zone.setdefault(fault.zone_ix, []).append(fault)
        district = self._grid.districts[fault.district_ix].id
        fault.seq = self._journal.write(
            FaultStruck(fault.id, asset_id, kind, hazard, district), cause
        )
        return fault

    def clear(self, fault: Fault, how: str, cause: int = NO_CAUSE) -> int:
        """Take a live fault away and return the sequence number of the fact."""
        fault.is_live = False
        if self._of_asset.get(fault.asset) is fault:
            del self._of_asset[fault.asset]
        for whole in _wholes(fault.asset):
            _discard(self._of_whole, whole, fault)
        if fault.bus_ix != NONE:
            _discard(self._of_bus, fault.bus_ix, fault)
        if fault.transformer_ix != NONE:
            _discard(self._of_transformer, fault.transformer_ix, fault)
        else:
            _discard(self._of_zone, fault.zone_ix, fault)
        return self._journal.write(FaultCleared(fault.id, how), cause)

    @property
    def live(self) -> tuple[Fault, ...]:
        """Return all live faults in the order they struck."""
        return tuple(self._of_asset.values())

    def standing(self, asset_id: str) -> Fault | None:
        """Return the live fault of an asset itself, if it has one."""
        return self._of_asset.get(asset_id)

    def of_whole(self, asset_id: str) -> tuple[Fault, ...]:
        """Return the live faults of an asset and of its parts, in the order they struck."""
        return tuple(self._of_whole.get(asset_id, ()))

    def at_bus(self, bus_ix: int) -> tuple[Fault, ...]:
        """Return the live faults of what stands at a bus, beside the lines."""
        return tuple(self._of_bus.get(bus_ix, ()))

    def in_zone(self, zone_ix: int) -> tuple[Fault, ...]:
        """Return the live faults that short-circuit a zone."""
        return tuple(self._of_zone.get(zone_ix, ()))

    def in_transformer(self, transformer_ix: int) -> tuple[Fault, ...]:
        """Return the live faults of a distribution transformer."""
        return tuple(self._of_transformer.get(transformer_ix, ()))

    def faulted_transformers(self) -> Iterable[int]:
        """Return the distribution transformers with a live fault behind their fuse."""
        return self._of_transformer.keys()

    def faulted_zones(self) -> Iterable[int]:
        """Return the zones with a live fault."""
        return self._of_zone.keys()

    def _new(self, asset_id: str, kind: FaultKind) -> Fault:
        place = self._grid.locate(asset_id)
        episode = self._episodes.get(asset_id, 0) + 1
        self._episodes[asset_id] = episode
        zone_ix, transformer_ix, bus_ix = NONE, NONE, NONE
        if place.kind == "transformer":
            district_ix = self._grid.transformers[place.ix].district_ix
            if self._grid.transformers[place.ix].has_fuse:
                transformer_ix = place.ix
            else:
                zone_ix = self._topology.zone_of_transformer[place.ix]
                bus_ix = self._grid.transformers[place.ix].bus_ix
        elif place.kind == "section":
            zone_ix = self._topology.zone_of_section[place.ix]
            district_ix = self._grid.sections[place.ix].district_ix
        elif place.kind in ("bus", "switch"):
            # a failed switch arcs to earth at its bus
            bus_ix = place.ix if place.kind == "bus" else self._grid.switches[place.ix].bus_ix
            zone_ix = self._topology.zone_of_bus[bus_ix]
            district_ix = self._grid.buses[bus_ix].district_ix
        else:
            zone_ix = self._topology.zone_of_substation_transformer[place.ix]
            district_ix = self._grid.substation_transformers[place.ix].district_ix
        return Fault(
            f"{asset_id}#{episode}",
            asset_id,
            episode,
            kind,
            district_ix,
            zone_ix,
            transformer_ix,
            bus_ix=bus_ix,
        )


def _wholes(asset_id: str) -> Iterator[str]:
    """Yield an asset and everything it may be a part of: a span, its section, and so on."""
    end = len(asset_id)
    while end > 0:
        yield asset_id[:end]
        end = asset_id.rfind("/", 0, end)


_K = TypeVar("_K")


def _discard(groups: dict[_K, list[Fault]], key: _K, fault: Fault) -> None:
    group = groups[key]
    group.remove(fault)
    if not group:
        del groups[key]
