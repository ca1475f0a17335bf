"""Make of the rows of an outage list what customers went through: nobody is out twice at once.

Rows of one customer group are of the same customers, the smaller row's among the larger's. The
group is cut into *layers*, sets of customers alike in every row; each layer's overlapping or
touching rows are one interruption, which keeps the day, cause and plan of the row it began with.
A row without a group is taken to be of other customers than all the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.indicators.outages.outage_list import NO_GROUP, Floats, OutageList

__all__ = ["Interruptions", "interruptions"]

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Interruptions:
    """Hold interruptions, shape (interruptions,) each, sorted by layer, then time."""

    size: Floats
    """Customers (kVA, users, kW) of the layer."""
    start_s: Floats
    end_s: Floats
    row: Indices
    """Row of the list with which it began."""
    layer: Indices
    """Which customers; a row without a group has a layer of its own."""
    is_grouped: NDArray[np.bool_]
    """Whether the customers are known again in other rows."""

    @property
    def length_s(self) -> Floats:
        """Return how long each lasted, s; to the microsecond, so that 3 min are 3 min."""
        return np.round(self.end_s - self.start_s, 6)

    @property
    def total(self) -> float:
        """Return the sum of sizes, those interrupted again counted again."""
        return float(self.size.sum())

    @property
    def total_s(self) -> float:
        """Return the sum of sizes times lengths, in size times seconds."""
        return float(np.dot(self.size, self.length_s))

    def take(self, which: NDArray[np.bool_]) -> Interruptions:
        """Return some of them."""
        return Interruptions(
            self.size[which],
            self.start_s[which],
            self.end_s[which],
            self.row[which],
            self.layer[which],
            self.is_grouped[which],
        )


def interruptions(outages: OutageList, measure: str) -> Interruptions:
    """Return the interruptions of a list in customers, kVA, users or kW; rows of none are left out.

    Raise ValueError when a row has no such number.
    """
    size = outages.sizes[measure]
    if np.isnan(size).any():
        raise ValueError(f"rows without {measure}")
    rows = np.flatnonzero(size > 0)
    alone = rows[outages.group[rows] == NO_GROUP]
    parts = [(size[alone], outages.start_s[alone], outages.end_s[alone], alone)]
    layers = [np.arange(len(alone))]
    n_layers = len(alone)
    grouped = rows[outages.group[rows] != NO_GROUP]
    # cause and plan settle ties, so that the order of the list decides nothing
    causes = np.unique(outages.cause[grouped], return_inverse=True)[1]
    ties = (causes, -outages.planned[grouped], outages.end_s[grouped])
    grouped = grouped[np.lexsort((*ties, outages.start_s[grouped], outages.group[grouped]))]
    bounds = np.flatnonzero(np.diff(outages.group[grouped])) + 1
    for members in np.split(grouped, bounds) if len(grouped) else []:
        below = 0.0
        for level in np.unique(size[members]):
            out = members[size[members] >= level]
            firsts, ends = _merged(outages.start_s[out], outages.end_s[out])
            sizes = np.full(len(firsts), level - below)
            parts.append((sizes, outages.start_s[out][firsts], ends, out[firsts]))
            layers.append(np.full(len(firsts), n_layers))
            n_layers, below = n_layers + 1, float(level)
    sizes, starts, ends, begun = (np.concatenate(each) for each in zip(*parts, strict=True))
    layer = np.concatenate(layers)
    return Interruptions(sizes, starts, ends, begun, layer, layer >= len(alone))


def _merged(start_s: Floats, end_s: Floats) -> tuple[Indices, Floats]:
    """Return where each run of overlapping or touching intervals begins, and its last end.

    Intervals come sorted by start; those of no length count too.
    """
    reach = np.maximum.accumulate(end_s)
    firsts = np.flatnonzero(np.concatenate(([True], start_s[1:] > reach[:-1])))
    return firsts, np.maximum.reduceat(end_s, firsts)
