"""The grid as built as a forest: every zone hangs on one switch, numbered in preorder.

A feeder is a tree. Numbered in preorder, what hangs on a switch is one run of positions
`[position, end)`, and so are its distribution transformers and their customers: what a switching
takes away is told by two numbers, however much it is. Zones without supply as built hang in trees
of their own. Switches that are closed as built but carry nobody (rings, parallel transformers) are
no part of the forest.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE, Grid

__all__ = ["Forest", "Run"]

Run = tuple[int, int]
"""Consecutive positions, the end not included."""

_REMEMBERED = 256
"""Runs whose transformers are kept: the feeders that trip and reclose again and again."""
_LONG = 64
"""A shorter run is not worth keeping."""


class Forest:
    """Number the zones of the grid as built; nothing here changes during a run.

    By zone: `position`, `above` (the switch it hangs on, NONE for a root), and `interrupter` and
    `breaker` (the nearest ones upstream, NONE without). By position: `order` (the zone) and `end`.
    By switch: `below`, the position of the zone that hangs on it (NONE if none does).
    """

    def __init__(
        self,
        grid: Grid,
        switch_zones: Sequence[tuple[int, int]],
        zone_transformers: Sequence[Sequence[int]],
        above: Sequence[int],
        outwards: Sequence[int],
    ) -> None:
        """Take the switch each zone hangs on, and the zones with each after the one above it."""
        self._grid = grid
        self.above = array("q", above)
        self.switch_zones = switch_zones
        self._parent = array("q", [NONE]) * len(above)
        self._number(outwards)
        self._count(zone_transformers)
        self._find_devices(outwards)
        self._remembered: dict[Run, tuple[int, ...]] = {}
        self._remembered_ids: dict[Run, tuple[str, ...]] = {}

    def _number(self, outwards: Sequence[int]) -> None:
        n_zones = len(self.above)
        parent, size = self._parent, array("q", [1]) * n_zones
        for zone_ix in reversed(outwards):
            if (switch_ix := self.above[zone_ix]) != NONE:
                one_ix, other_ix = self.switch_zones[switch_ix]
                parent[zone_ix] = upper = one_ix if other_ix == zone_ix else other_ix
                size[upper] += size[zone_ix]
        self.position, following = array("q", [0]) * n_zones, array("q", [0]) * n_zones
        self.below = array("q", [NONE]) * len(self.switch_zones)
        n_placed = 0
        for zone_ix in outwards:
            if (upper := parent[zone_ix]) == NONE:
                at = n_placed
                n_placed += size[zone_ix]
            else:
                at = following[upper]
                following[upper] += size[zone_ix]
                self.below[self.above[zone_ix]] = at
            self.position[zone_ix] = at
            following[zone_ix] = at + 1
        positions = np.frombuffer(self.position, dtype=np.int64)
        self.order = np.argsort(positions).astype(np.intp)
        ends = positions + np.frombuffer(size, dtype=np.int64)
        self.end = array("q", ends[self.order].tobytes())

    def _count(self, zone_transformers: Sequence[Sequence[int]]) -> None:
        """Lay the transformers out in the order of the zones, with their customers summed up."""
        points, first = array("q"), array("q", [0])
        for zone_ix in self.order.tolist():
            points.extend(zone_transformers[zone_ix])
            first.append(len(points))
        self._first_point = first
        self.points = np.frombuffer(points, dtype=np.int64).astype(np.intp)
        places = np.empty(len(self.points), dtype=np.int64)
        places[self.points] = np.arange(len(self.points))
        self._place = array("q", places.tobytes())
        customers = self._grid.transformer_customers[self.points]
        districts = self._grid.transformer_district_ix[self.points]
        self._customers_before = array("q", np.concatenate(([0], np.cumsum(customers))).tobytes())
        borders = np.cumsum(np.diff(districts, prepend=districts[:1]) != 0)
        self._borders_before = array("q", borders.astype(np.int64).tobytes())

    def _find_devices(self, outwards: Sequence[int]) -> None:
        switches, parent = self._grid.switches, self._parent
        self.interrupter = array("q", [NONE]) * len(self.above)
        self.breaker = array("q", [NONE]) * len(self.above)
        kinds = bytes(2 * each.is_breaker + each.interrupts_faults for each in switches)
        for zone_ix in outwards:
            if (switch_ix := self.above[zone_ix]) == NONE:
                continue
            kind, upper = kinds[switch_ix], parent[zone_ix]
            self.interrupter[zone_ix] = switch_ix if kind & 1 else self.interrupter[upper]
            self.breaker[zone_ix] = switch_ix if kind & 2 else self.breaker[upper]

    # --- ways

    def way(self, one_ix: int, other_ix: int) -> list[int]:
        """Return the switches between two zones of one tree, in order."""
        up: list[int] = []
        position, end = self.position, self.end
        at, aim = one_ix, position[other_ix]
        while not position[at] <= aim < end[position[at]]:
            up.append(self.above[at])
            at = self._parent[at]
        down: list[int] = []
        while other_ix != at:
            down.append(self.above[other_ix])
            other_ix = self._parent[other_ix]
        return up + down[::-1]

    # --- transformers and customers

    def points_of(self, run: Run) -> Run:
        """Return the places in `points` of the transformers in a run."""
        return self._first_point[run[0]], self._first_point[run[1]]

    def place(self, transformer_ix: int) -> int:
        """Return where a transformer stands in `points`."""
        return self._place[transformer_ix]

    def transformer_id(self, transformer_ix: int) -> str:
        """Return the id of a transformer."""
        return self._grid.transformers[transformer_ix].id

    def transformers(self, run: Run) -> tuple[int, ...]:
        """Return the transformers in a run, in ascending order."""
        found = self._remembered.get(run)
        if found is None:
            start, end = self.points_of(run)
            found = tuple(np.sort(self.points[start:end]).tolist())
            _remember(self._remembered, run, found)
        return found

    def transformer_ids(self, run: Run) -> tuple[str, ...]:
        """Return the ids of the transformers in a run, in the order of `transformers`."""
        found = self._remembered_ids.get(run)
        if found is None:
            stations = self._grid.transformers
            found = tuple(stations[ix].id for ix in self.transformers(run))
            _remember(self._remembered_ids, run, found)
        return found

    def count(self, runs: Iterable[Run]) -> list[tuple[int, int]]:
        """Return (district_ix, customers) of some runs; a district may come more than once."""
        counted = []
        for run in runs:
            start, end = self.points_of(run)
            if start == end:
                continue
            if self._borders_before[start] == self._borders_before[end - 1]:
                district_ix = self._grid.transformers[int(self.points[start])].district_ix
                customers = self._customers_before[end] - self._customers_before[start]
                counted.append((district_ix, customers))
                continue
            points: NDArray[np.intp] = self.points[start:end]
            sums = np.bincount(
                self._grid.transformer_district_ix[points],
                self._grid.transformer_customers[points],
            )
            counted += [(ix, int(each)) for ix, each in enumerate(sums.tolist()) if each]
        return counted


def _remember(kept: dict[Run, tuple[int, ...]] | dict[Run, tuple[str, ...]], run: Run,
              found: tuple[int, ...] | tuple[str, ...]) -> None:  # fmt: skip
    if len(found) < _LONG:
        return
    if len(kept) >= _REMEMBERED:
        del kept[next(iter(kept))]
    kept[run] = found  # type: ignore[assignment]
