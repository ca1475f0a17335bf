"""What one operation did to supply, spelled out only for those who ask."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.grid.forest import Forest, Run

__all__ = ["Part", "SupplyChange", "zones_among", "zones_in"]

Part = list[Run] | int
"""Runs of zones with what is on them, or one distribution transformer with its fuse."""


class SupplyChange:
    """Say what one operation did to supply.

    `customers_lost` and `customers_restored` are counts. Zones and transformers are positions in
    ascending order, spelled out when they are asked for.
    """

    __slots__ = ("_back", "_forest", "_gone", "_kept_out", "customers_lost", "customers_restored")

    def __init__(
        self,
        forest: Forest,
        gone: Part,
        back: Part,
        kept_out: frozenset[int],
        customers: tuple[int, int],
    ) -> None:
        """Take what was lost and what came back, and the blown fuses this passes by."""
        self._forest = forest
        self._gone, self._back, self._kept_out = gone, back, kept_out
        self.customers_lost, self.customers_restored = customers

    @property
    def lost_zones(self) -> tuple[int, ...]:
        """Return the zones that lost supply."""
        return self._zones(self._gone)

    @property
    def restored_zones(self) -> tuple[int, ...]:
        """Return the zones that got supply."""
        return self._zones(self._back)

    @property
    def lost_transformers(self) -> tuple[int, ...]:
        """Return the transformers that lost supply."""
        return self._transformers(self._gone)

    @property
    def restored_transformers(self) -> tuple[int, ...]:
        """Return the transformers that got supply."""
        return self._transformers(self._back)

    @property
    def lost_transformer_ids(self) -> tuple[str, ...]:
        """Return the ids of `lost_transformers`."""
        return self._ids(self._gone)

    @property
    def restored_transformer_ids(self) -> tuple[str, ...]:
        """Return the ids of `restored_transformers`."""
        return self._ids(self._back)

    def lost_of(self, zones: Iterable[int]) -> list[int]:
        """Return which of some zones lost supply, without spelling out all that did."""
        return zones_among(zones, self._gone, self._forest)

    def restored_of(self, zones: Iterable[int]) -> list[int]:
        """Return which of some zones got supply, without spelling out all that did."""
        return zones_among(zones, self._back, self._forest)

    def lost_transformers_of(self, transformers: Iterable[int]) -> list[int]:
        """Return which of some transformers lost supply, without spelling out all that did."""
        return self._transformers_of(transformers, self._gone)

    def restored_transformers_of(self, transformers: Iterable[int]) -> list[int]:
        """Return which of some transformers got supply, without spelling out all that did."""
        return self._transformers_of(transformers, self._back)

    def _transformers_of(self, transformers: Iterable[int], part: Part) -> list[int]:
        if isinstance(part, int):
            return [ix for ix in transformers if ix == part]
        places = [self._forest.points_of(run) for run in part]
        return [
            ix
            for ix in transformers
            if ix not in self._kept_out
            and any(start <= self._forest.place(ix) < end for start, end in places)
        ]

    def _zones(self, part: Part) -> tuple[int, ...]:
        return zones_in(part, self._forest) if isinstance(part, list) else ()

    def _transformers(self, part: Part) -> tuple[int, ...]:
        if isinstance(part, int):
            return (part,)
        if len(part) == 1 and not self._kept_out:
            return self._forest.transformers(part[0])
        found = [ix for run in part for ix in self._forest.transformers(run)]
        return tuple(sorted(ix for ix in found if ix not in self._kept_out))

    def _ids(self, part: Part) -> tuple[str, ...]:
        if isinstance(part, list) and len(part) == 1 and not self._kept_out:
            return self._forest.transformer_ids(part[0])
        return tuple(self._forest.transformer_id(ix) for ix in self._transformers(part))


def zones_in(runs: list[Run], forest: Forest) -> tuple[int, ...]:
    """Return the zones of some runs in ascending order."""
    if not runs:
        return ()
    return tuple(np.sort(np.concatenate([forest.order[a:b] for a, b in runs])).tolist())


def zones_among(zones: Iterable[int], part: Part, forest: Forest) -> list[int]:
    """Return which of some zones are in a part."""
    if isinstance(part, int) or not part:
        return []
    position = forest.position
    return [ix for ix in zones if any(a <= position[ix] < b for a, b in part)]
