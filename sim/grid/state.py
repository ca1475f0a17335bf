"""Sole owner of switch positions, blown transformer fuses and supply.

How the zones hang together is kept as fragments of the forest as built (`sim.grid.fragments`), so
that a switching is told by a few runs of positions; the truth values by zone and by transformer
are then written run by run, and what changed is spelled out only for those who ask.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE
from sim.grid.forest import Run
from sim.grid.fragments import Fragments
from sim.grid.supply_change import SupplyChange, zones_among, zones_in
from sim.grid.topology import DEAD, Topology

__all__ = ["GridState", "SupplyChange"]


class GridState:
    """Own switch positions, blown fuses and supply.

    Read-only views that follow the state, one truth value each:
    `closed` (switches), `zone_supplied` (zones), `transformer_supplied` and `fuse_blown`
    (distribution transformers). `customers_out` counts customers without supply,
    `customers_out_by_district[district_ix]` those of one district.
    """

    def __init__(self, topology: Topology) -> None:
        grid = topology.grid
        self.topology = topology
        self.grid = grid
        self._forest = topology.forest
        self._fragments = Fragments(self._forest, topology.normal, topology.source_zones)
        # NOTE: speed: plain bytes for single values, numpy views of the same memory for runs
        self._closed = bytearray(topology.normal)
        self._zones = bytearray(feed != DEAD for feed in topology.normal_feed)
        self._supplied = bytearray(self._zones[z] for z in topology.zone_of_transformer)
        self._blown = bytearray(len(grid.transformers))
        self._blown_points: list[tuple[int, int]] = []
        self.closed, self._write_closed = _views(self._closed)
        self.zone_supplied, self._write_zones = _views(self._zones)
        self.transformer_supplied, self._write_supplied = _views(self._supplied)
        self.fuse_blown, _ = _views(self._blown)
        self.switch_bytes = memoryview(self._closed).toreadonly()
        """One byte a switch, true when closed; follows the state, for single values in a hurry."""
        self.zone_bytes = memoryview(self._zones).toreadonly()
        """One byte a zone, true with supply."""
        self.customers_out = 0
        self.customers_out_by_district = [0] * len(grid.districts)
        for ix, has_supply in enumerate(self._supplied):
            if not has_supply:
                self._count_out(ix, 1)
        self._nothing = SupplyChange(self._forest, [], [], frozenset(), (0, 0))

    @property
    def customers_supplied(self) -> int:
        """Return the customers with supply."""
        return self.grid.n_customers - self.customers_out

    def positions(self) -> bytes:
        """Return a copy of all switch positions."""
        return bytes(self._closed)

    def is_closed(self, switch_ix: int) -> bool:
        """Say whether a switch is closed."""
        return bool(self._closed[switch_ix])

    def is_zone_supplied(self, zone_ix: int) -> bool:
        """Say whether a zone has supply."""
        return bool(self._zones[zone_ix])

    def is_transformer_supplied(self, transformer_ix: int) -> bool:
        """Say whether the customers of a distribution transformer have supply."""
        return bool(self._supplied[transformer_ix])

    # --- ways of supply

    def upstream_breaker(self, zone_ix: int) -> int:
        """Return the nearest breaker on the zone's present way to its source, or NONE."""
        if not self._zones[zone_ix]:
            return NONE
        if self._hangs_as_built(zone_ix):
            return self._forest.breaker[zone_ix]
        switches = self.grid.switches
        return next((ix for ix in self._way(zone_ix) if switches[ix].is_breaker), NONE)

    def path_to_source(self, zone_ix: int) -> list[int]:
        """Return the switches on the way from a zone to its source now, nearest first."""
        if not self._zones[zone_ix]:
            return []
        if self._hangs_as_built(zone_ix):
            return self.topology.path_to_source(zone_ix, self.topology.normal_feed)
        return list(self._way(zone_ix))

    def _way(self, zone_ix: int) -> Iterator[int]:
        """Yield the switches from a zone to its source, through fragments fed over ties."""
        for enter, leave, over in self._fragments.way_to_source(zone_ix) or ():
            yield from self._forest.way(enter, leave)
            if over != NONE:
                yield over

    def feeding_interrupters(self, zone_ix: int) -> list[int]:
        """Return `Topology.feeding_interrupters` for the present positions.

        Where the nearest one upstream is all that a zone hangs on, it is the only one: whatever
        else bounds the part around the zone would feed it otherwise.
        """
        if self._zones[zone_ix]:
            device_ix = self._nearest_interrupter(zone_ix)
            if device_ix != NONE and self.hanging_on(device_ix, (zone_ix,)):
                return [device_ix]
        return self.topology.feeding_interrupters(zone_ix, self._closed)

    def _nearest_interrupter(self, zone_ix: int) -> int:
        if self._hangs_as_built(zone_ix):
            return self._forest.interrupter[zone_ix]
        switches = self.grid.switches
        return next((ix for ix in self._way(zone_ix) if switches[ix].interrupts_faults), NONE)

    def downstream(self, switch_ix: int) -> list[int]:
        """Return the zones that would lose supply if a switch opened now, in ascending order."""
        return list(zones_in(self._would_lose(switch_ix), self._forest))

    def n_transformers_behind(self, switch_ix: int) -> int:
        """Return how many transformers stand in the zones that `downstream` tells."""
        points = map(self._forest.points_of, self._would_lose(switch_ix))
        return sum(end - start for start, end in points)

    def hanging_on(self, switch_ix: int, zones: Iterable[int]) -> list[int]:
        """Return which of some zones would lose supply if a switch opened now."""
        return zones_among(zones, self._would_lose(switch_ix), self._forest)

    def _would_lose(self, switch_ix: int) -> list[Run]:
        if not self._closed[switch_ix]:
            return []
        runs = self._fragments.open(switch_ix)
        self._fragments.close(switch_ix)
        return runs

    def _hangs_as_built(self, zone_ix: int) -> bool:
        """Say whether the way from a zone to its source as built is closed all along."""
        fragments = self._fragments
        return fragments.is_source(fragments.fragment(self._forest.position[zone_ix]))

    # --- operations

    def set_switch(self, switch_ix: int, closed: bool) -> SupplyChange:
        """Move a switch and return what that did to supply (nothing if it stood there already)."""
        if bool(self._closed[switch_ix]) == closed:
            return self._nothing
        self._closed[switch_ix] = closed
        runs = self._fragments.close(switch_ix) if closed else self._fragments.open(switch_ix)
        return self._turned(_united(runs), closed) if runs else self._nothing

    def set_source(self, zone_ix: int, is_live: bool) -> SupplyChange:
        """Take the supply of a source zone from outside away, or give it back."""
        runs = self._fragments.set_source(zone_ix, is_live)
        return self._turned(_united(runs), is_live) if runs else self._nothing

    def blow_fuse(self, transformer_ix: int) -> SupplyChange:
        """Blow the fuse of a distribution transformer."""
        if not self._blown[transformer_ix]:
            self._blown[transformer_ix] = True
            insort(self._blown_points, (self._forest.place(transformer_ix), transformer_ix))
        return self._refused(transformer_ix)

    def replace_fuse(self, transformer_ix: int) -> SupplyChange:
        """Put a new fuse before a distribution transformer."""
        if self._blown[transformer_ix]:
            self._blown[transformer_ix] = False
            self._blown_points.remove((self._forest.place(transformer_ix), transformer_ix))
        return self._refused(transformer_ix)

    # --- zones, transformers and customers

    def _turned(self, runs: list[Run], is_live: bool) -> SupplyChange:
        """Write the supply of runs of zones and of what is on them."""
        forest = self._forest
        kept_out: list[int] = []
        for run in runs:
            self._write_zones[forest.order[run[0] : run[1]]] = is_live
            start, end = forest.points_of(run)
            self._write_supplied[forest.points[start:end]] = is_live
            if self._blown_points:
                first = bisect_left(self._blown_points, (start, NONE))
                last = bisect_left(self._blown_points, (end, NONE))
                kept_out += [ix for _, ix in self._blown_points[first:last]]
        n_customers = 0
        for district_ix, customers in forest.count(runs):
            n_customers += customers
            self._add_out(district_ix, -customers if is_live else customers)
        for ix in kept_out:
            self._supplied[ix] = False
            n_customers -= self.grid.transformers[ix].customers
            self._count_out(ix, 1 if is_live else -1)
        excluded = frozenset(kept_out)
        if is_live:
            return SupplyChange(forest, [], runs, excluded, (0, n_customers))
        return SupplyChange(forest, runs, [], excluded, (n_customers, 0))

    def _refused(self, transformer_ix: int) -> SupplyChange:
        """Write the supply of a transformer whose fuse was blown or replaced."""
        zone_ix = self.topology.zone_of_transformer[transformer_ix]
        has_supply = bool(self._zones[zone_ix]) and not self._blown[transformer_ix]
        if has_supply == bool(self._supplied[transformer_ix]):
            return self._nothing
        self._supplied[transformer_ix] = has_supply
        self._count_out(transformer_ix, -1 if has_supply else 1)
        customers = self.grid.transformers[transformer_ix].customers
        nobody: frozenset[int] = frozenset()
        if has_supply:
            return SupplyChange(self._forest, [], transformer_ix, nobody, (0, customers))
        return SupplyChange(self._forest, transformer_ix, [], nobody, (customers, 0))

    def _count_out(self, transformer_ix: int, sign: int) -> None:
        each = self.grid.transformers[transformer_ix]
        self._add_out(each.district_ix, sign * each.customers)

    def _add_out(self, district_ix: int, customers: int) -> None:
        self.customers_out += customers
        self.customers_out_by_district[district_ix] += customers


def _united(runs: list[Run]) -> list[Run]:
    """Return the runs in order, those that touch as one."""
    if len(runs) < 2:
        return runs
    united: list[Run] = []
    for start, end in sorted(runs):
        if united and united[-1][1] == start:
            united[-1] = (united[-1][0], end)
        else:
            united.append((start, end))
    return united


def _views(memory: bytearray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return a view for readers and one to write."""
    view, write = (np.frombuffer(memory, dtype=np.bool_) for _ in range(2))
    view.flags.writeable = False
    return view, write
