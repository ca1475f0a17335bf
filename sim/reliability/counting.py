"""Count interruptions of simulated years, by year and by load point."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.reliability.assess import load_points
from sim.reliability.indices import Estimate, SimulatedYears
from sim.reliability.supply_tree import SupplyTree
from sim.units import YEAR_H

__all__ = ["Counting"]


class Counting:
    """Count sustained interruptions; one belongs to the year it begins in, with all its hours."""

    def __init__(self, tree: SupplyTree, years: int, momentary_h: float) -> None:
        grid = tree.topology.grid
        self._tree = tree
        self._points = np.asarray(tree.points, np.int64)
        self._known = frozenset(tree.points)
        self._customers = grid.transformer_customers.astype(float).tolist()
        self._load_mw = grid.transformer_load_mw.tolist()
        self._years, self._momentary_h = years, momentary_h
        self._by_year = np.zeros((3, years))
        self._count = [0] * len(grid.transformers)
        self._hours = [0.0] * len(grid.transformers)

    def add(self, transformer_ix: int, start_h: float, end_h: float) -> None:
        """Count an interruption, unless it is momentary or of a load point without supply."""
        h = end_h - start_h
        if h <= self._momentary_h or transformer_ix not in self._known:
            return
        self._count[transformer_ix] += 1
        self._hours[transformer_ix] += h
        customers = self._customers[transformer_ix]
        # what began before the end of the years may go on after it
        year = min(int(start_h // YEAR_H), self._years - 1)
        self._by_year[0, year] += customers
        self._by_year[1, year] += customers * h
        self._by_year[2, year] += self._load_mw[transformer_ix] * h

    def result(self, faults: int, overlapping: int) -> SimulatedYears:
        """Return what was counted."""
        customers = sum(self._customers[ix] for ix in self._known) or 1.0
        return SimulatedYears(
            years=self._years,
            faults=faults,
            overlapping=overlapping,
            saifi=_estimate(self._by_year[0] / customers),
            saidi_h=_estimate(self._by_year[1] / customers),
            ens_mwh=_estimate(self._by_year[2]),
            load_points=load_points(
                self._tree,
                np.array(self._count) / self._years,
                np.array(self._hours) / self._years,
            ),
        )


def _estimate(yearly: NDArray[np.float64]) -> Estimate:
    """Return mean, standard error and spread of independent years; one year has no spread."""
    spread = float(yearly.std(ddof=1)) if len(yearly) > 1 else None
    error = None if spread is None else spread / math.sqrt(len(yearly))
    return Estimate(float(yearly.mean()), error, spread)
