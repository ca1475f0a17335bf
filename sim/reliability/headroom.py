"""Whether a tie surely keeps all ratings, told without a load flow.

What a tie takes over flows over the way from its live end to the source, on top of no more than
what flows there in the grid as built. Where that fits, and the part itself can carry all of its
load anywhere, the load flow would allow the tie too. It is sufficient, not necessary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.grid.flows import flows
from sim.reliability.supply_tree import Run, SupplyTree

__all__ = ["Headroom"]


_MARGIN = 1.0 + 1e-9


class Headroom:
    """Hold what every zone can carry more than as built, in MW."""

    def __init__(self, tree: SupplyTree) -> None:
        self._tree = tree
        topology = tree.topology
        grid = topology.grid
        n_zones = topology.n_zones
        rating, spare = np.full(n_zones, math.inf), np.full(n_zones, math.inf)
        self._station = dict.fromkeys(range(len(grid.districts)), math.inf)
        for group in {topology.joined_districts(each.ix) for each in grid.districts}:
            base = flows(topology, topology.normal, min(group))
            for line in grid.sections:
                if line.district_ix in group:
                    mw_per_ka = math.sqrt(3.0) * line.kv * grid.power_factor
                    zone_ix = topology.zone_of_section[line.ix]
                    most = line.max_i_ka * mw_per_ka
                    flowing = base.section_ka.get(line.ix, 0.0) * mw_per_ka
                    rating[zone_ix] = min(rating[zone_ix], most)
                    spare[zone_ix] = min(spare[zone_ix], most - flowing)
            left = min(
                (
                    (each.rated_mva - base.transformer_mva.get(each.ix, 0.0)) * grid.power_factor
                    for each in grid.substation_transformers
                    if each.district_ix in group
                ),
                default=math.inf,
            )
            is_ring = base.ring_switch_ix >= 0
            self._station.update(dict.fromkeys(group, -math.inf if is_ring else left))
        self._rating = rating[tree.zone_at]
        self._spare = self._least_upstream(spare)
        loads = grid.transformer_load_mw[tree.points] if tree.points else np.zeros(0)
        self._load_before = np.concatenate([[0.0], np.cumsum(loads)])

    def _least_upstream(self, spare: NDArray[np.float64]) -> list[float]:
        """Return the least of each zone and all before it on its way from the source."""
        least: list[float] = spare.tolist()
        for zone_ix in self._tree.zone_at:
            for _switch_ix, child in self._tree.children(zone_ix):
                least[child] = min(least[child], least[zone_ix])
        return least

    def load_mw(self, runs: Iterable[Run]) -> float:
        """Return the load of a part, by runs of positions."""
        points = [self._tree.points_of(run) for run in runs]
        return float(sum(self._load_before[p.end] - self._load_before[p.start] for p in points))

    def fits(
        self, live_zone_ix: int, runs: Iterable[Run], load_mw: float, beside_mw: float
    ) -> bool:
        """Say whether a part surely fits behind a zone that is fed as built.

        beside_mw: what is taken over already for the same fault.
        """
        station_mw = self._station[self._tree.topology.zone_district_ix[live_zone_ix]]
        more_mw = load_mw + beside_mw
        spare_mw = min(self._spare[live_zone_ix], station_mw)
        # what fits to the last digit is left to the load flow
        return more_mw * _MARGIN <= spare_mw and all(
            load_mw * _MARGIN <= self._rating[run.start : run.end].min() for run in runs
        )
