"""Important users and others by transformer: what its supply is worth beyond its customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import Grid
from sim.grid.loads import class_counts
from sim.messages import NOTHING, Message, say
from sim.scenario.customers import Customers

__all__ = ["unknown_transformers", "weights"]


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


def unknown_transformers(section: Customers, grid: Grid) -> Iterator[tuple[str, str, Message]]:
    """Yield each key customer that hangs on no transformer of the grid, the key, what is wrong."""
    for name, each in section.key.items():
        sources = {"transformer": each.transformer}
        if each.second_source:
            sources["second_source"] = each.second_source
        for key, where in sources.items():
            if where not in grid.transformer_ix:
                near = get_close_matches(where, grid.transformer_ix, n=1)
                hint = say(" Did you mean {near!r}?", near=near[0]) if near else NOTHING
                words = say(
                    "no distribution transformer is called {name!r}.{hint}", name=where, hint=hint
                )
                yield name, key, words
