"""Infeeds: the 110 or 35 kV supply of each source bus, and its loss.

A source bus is lost for a time that is given, or by a fault that nothing between it and the source
interrupts: then until that fault is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from sim.engine.clock import Clock
from sim.engine.facts import InfeedLost, InfeedRestored
from sim.engine.journal import NO_CAUSE, Journal
from sim.grid.assets import Grid
from sim.grid.state import GridState, SupplyChange
from sim.protection.faults import Fault, Faults

__all__ = ["Infeeds"]


@dataclass(slots=True)
class _Dark:
    """Why a source is dark: it is back when its time has come and no fault holds it."""

    until_s: float
    bus_id: str
    seq: int
    faults: list[Fault] = field(default_factory=list)


class Infeeds:
    """Own which source zones have no supply from outside."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        grid: Grid,
        state: GridState,
        faults: Faults,
        on_change: Callable[[SupplyChange, str, int], None],
    ) -> None:
        """Call `on_change(change, bus, cause)` after each change."""
        self._clock, self._journal = clock, journal
        self._grid, self._state, self._faults = grid, state, faults
        self._on_change = on_change
        self._dark: dict[int, _Dark] = {}

    @property
    def dark(self) -> frozenset[int]:
        """Return the source zones without supply from outside."""
        return frozenset(self._dark)

    def lose(self, bus_id: str, lasts_s: float, cause: int = NO_CAUSE) -> None:
        """Lose the supply of a source bus for a time; raise KeyError where it is no source."""
        bus = self._grid.buses[self._grid.bus_ix[bus_id]]
        if not bus.is_source:
            raise KeyError(bus_id)
        zone_ix = self._state.topology.zone_of_bus[bus.ix]
        until_s = self._clock.now + lasts_s
        dark = self._darken(zone_ix, bus_id, cause)
        if until_s > dark.until_s:
            dark.until_s = until_s
            self._clock.call_at(until_s, lambda: self._come_back(zone_ix))

    def tripped(self, fault: Fault, failed: Collection[int], cause: int) -> None:
        """Lose the sources that feed a fault with no device between."""
        topology = self._state.topology
        region = topology.region(
            fault.zone_ix, self._state.positions(), past_interrupters=False, failed=failed
        )
        for zone_ix in topology.source_zones:
            if zone_ix in region:
                bus_id = next(
                    self._grid.buses[ix].id
                    for ix in self._grid.source_bus_ix
                    if topology.zone_of_bus[ix] == zone_ix
                )
                self._darken(zone_ix, bus_id, cause).faults.append(fault)

    def cleared(self, cause: int) -> None:
        """Bring back what only faults held that are gone."""
        for zone_ix in [*self._dark]:
            self._come_back(zone_ix, cause)

    def without_dark(self, switches: list[int]) -> list[int]:
        """Return the devices without those that only a dark source stands behind."""
        if not self._dark:
            return switches
        topology = self._state.topology
        apart = bytearray(self._state.positions())
        for ix in switches:
            apart[ix] = False
        live = {zone for zone in topology.source_zones if zone not in self._dark}
        found = {zone for start in live for zone in topology.region(start, apart)}
        return [ix for ix in switches if found.intersection(topology.switch_zones[ix])]

    def _darken(self, zone_ix: int, bus_id: str, cause: int) -> _Dark:
        if zone_ix in self._dark:
            return self._dark[zone_ix]
        change = self._state.set_source(zone_ix, False)
        seq = self._journal.write(InfeedLost(bus_id), cause)
        dark = self._dark[zone_ix] = _Dark(self._clock.now, bus_id, seq)
        self._on_change(change, bus_id, seq)
        return dark

    def _come_back(self, zone_ix: int, cause: int | None = None) -> None:
        dark = self._dark.get(zone_ix)
        if dark is None or self._clock.now < dark.until_s:
            return
        if any(fault.is_live for fault in dark.faults):
            return
        del self._dark[zone_ix]
        change = self._state.set_source(zone_ix, True)
        seq = self._journal.write(InfeedRestored(dark.bus_id), dark.seq if cause is None else cause)
        self._on_change(change, dark.bus_id, seq)
