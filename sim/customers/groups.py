"""Customer groups: how many customers of each class stand behind each transformer.

Customers are counts until someone acts. Each customer still has a number of its own (the group's
first number plus its place in the group), the owner of all its keyed traits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.scenario.customers import Customers

__all__ = ["PROVINCE", "CustomerGroups", "form_groups", "split_groups"]

PROVINCE = 0
"""Position of the group that stands for the rest of the province: no transformer, no customers."""


@dataclass(frozen=True)
class CustomerGroups:
    """Hold all groups; every array has one entry a group, group 0 is the rest of the province."""

    transformer_ix: NDArray[np.int64]
    class_ix: NDArray[np.int64]
    customers: NDArray[np.int64]
    first_customer: NDArray[np.int64]
    of_transformer: tuple[NDArray[np.int64], ...]
    """For each transformer, its groups."""
    classes: tuple[str, ...]

    def of(self, transformers: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the groups behind some transformers, in their order."""
        if len(transformers) == 0:
            return np.empty(0, dtype=np.int64)
        return np.concatenate([self.of_transformer[int(each)] for each in transformers])

    def place_of(self, customer: int, transformer_ix: int) -> int:
        """Return which of its transformer's customers, from 0, a customer's number means."""
        return customer - int(self.first_customer[self.of_transformer[transformer_ix][0]])

    def within(self, transformer_ix: int, places: range) -> NDArray[np.int64]:
        """Return the groups of those of a transformer's customers, counted from 0, in a range.

        Groups must have been split at both ends of the range.
        """
        groups = self.of_transformer[transformer_ix]
        if not len(groups):
            return groups
        first = self.first_customer[groups] - self.first_customer[groups[0]]
        return np.asarray(groups[(first >= places.start) & (first < places.stop)])

    def columns(self) -> Columns:
        """Return the groups as a table."""
        return {
            "transformer_ix": self.transformer_ix,
            "customer_class": self.class_ix,
            "customers": self.customers,
        }


def _split(total: int, shares: Sequence[float]) -> list[int]:
    """Split whole customers by shares, the largest remainders first."""
    exact = [total * share for share in shares]
    counts = [int(part) for part in exact]
    order = sorted(range(len(shares)), key=lambda k: (counts[k] - exact[k], k))
    for k in order[: total - sum(counts)]:
        counts[k] += 1
    return counts


def form_groups(
    section: Customers,
    customers: Sequence[int],
    by_class: Sequence[Sequence[tuple[str, int]]] = (),
) -> CustomerGroups:
    """Form a group for each class behind each transformer (counts given in its order).

    Where `by_class` (in the same order, or nothing at all) names (class, customers) of a
    transformer they stand; all others are split by the shares of the classes.
    """
    classes = tuple(section.classes)
    shares = [section.classes[name].share for name in classes]
    rows: list[tuple[int, int, int]] = [(-1, 0, 0)]
    of_transformer = []
    usual = {total: _split(total, shares) for total in set(customers)}
    for transformer_ix, total in enumerate(customers):
        named = dict(by_class[transformer_ix]) if by_class else {}
        counts = [named.get(each, 0) for each in classes] if named else usual[total]
        if sum(counts) != total:
            raise ValueError(f"transformer {transformer_ix}: {named} of {total} customers")
        mine = [
            (transformer_ix, class_ix, count) for class_ix, count in enumerate(counts) if count > 0
        ]
        of_transformer.append(np.arange(len(rows), len(rows) + len(mine), dtype=np.int64))
        rows.extend(mine)
    table = np.array(rows, dtype=np.int64)
    sizes = table[:, 2]
    return CustomerGroups(
        transformer_ix=table[:, 0].copy(),
        class_ix=table[:, 1].copy(),
        customers=sizes.copy(),
        first_customer=np.concatenate(([0], np.cumsum(sizes)[:-1])),
        of_transformer=tuple(of_transformer),
        classes=classes,
    )


def split_groups(groups: CustomerGroups, cuts: Mapping[int, Collection[int]]) -> CustomerGroups:
    """Split groups where something happens to a part of a transformer's customers.

    cuts: by transformer, the customers (counted from 0) before which a new group begins. Nobody's
    number changes, nor with it anybody's luck.
    """
    if not cuts:
        return groups
    rows = [(-1, 0, 0)]
    of_transformer = []
    for transformer_ix, own in enumerate(groups.of_transformer):
        begins, first, n_before = cuts.get(transformer_ix, ()), 0, len(rows)
        for group in own.tolist():
            size = int(groups.customers[group])
            inside = {each - first for each in begins if first < each < first + size}
            edges = sorted({0, size} | inside)
            class_ix = int(groups.class_ix[group])
            rows += [(transformer_ix, class_ix, end - begin) for begin, end in pairwise(edges)]
            first += size
        of_transformer.append(np.arange(n_before, len(rows), dtype=np.int64))
    table = np.array(rows, dtype=np.int64)
    return CustomerGroups(
        transformer_ix=table[:, 0].copy(),
        class_ix=table[:, 1].copy(),
        customers=table[:, 2].copy(),
        first_customer=np.concatenate(([0], np.cumsum(table[:, 2])[:-1])),
        of_transformer=tuple(of_transformer),
        classes=groups.classes,
    )
