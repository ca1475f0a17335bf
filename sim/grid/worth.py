"""What the supply of each distribution transformer is worth beyond its customers."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import Grid
from sim.grid.loads import class_counts
from sim.scenario.customers import Customers

__all__ = ["weights"]


def weights(grid: Grid, section: Customers, day: date | None = None) -> NDArray[np.float64]:
    """Return what each transformer counts for beyond its customers, in ordinary customers.

    Shape (transformers,): important users by grade, the expected customers on life support, and
    classes in their season on a day.
    """
    more = np.zeros(len(grid.transformers))
    for each in section.key.values():
        if each.transformer in grid.transformer_ix:
            worth = section.grade_counts_for.get(each.grade, 0.0)
            more[grid.transformer_ix[each.transformer]] += worth
    life = section.life_support
    if life.per_thousand:
        more += grid.transformer_customers * life.per_thousand / 1000.0 * life.counts_for
    seasons = {name: each.season for name, each in section.classes.items() if each.season}
    if day is not None and any(season.holds(day) for season in seasons.values()):
        names, counts = class_counts(grid, section)
        for column, name in enumerate(names):
            if name in seasons and seasons[name].holds(day):
                more += counts[:, column] * (seasons[name].counts_for - 1.0)
    return more
