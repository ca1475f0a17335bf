"""Channels: in which call type each customer reports, the same one every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.scenario.customers import Customers

__all__ = ["Channels"]

Ints = NDArray[np.int64]


class Channels:
    """Choose the call types of customers by a keyed trait of theirs."""

    def __init__(self, section: Customers, classes: Sequence[str], streams: Streams) -> None:
        self._trait = streams.trait("customers.channel")
        shares = [section.classes[name].calls_as for name in classes]
        self._types = tuple(dict.fromkeys(name for each in shares for name in each))
        table = np.array([[each.get(name, 0.0) for name in self._types] for each in shares])
        # the last of a class that has a share takes what rounding leaves
        self._up_to = np.where(np.cumsum(table, axis=1) > 1.0 - 1e-9, 1.0, np.cumsum(table, axis=1))

    def chosen(self, ident: NDArray[np.uint64], class_ix: Ints) -> Iterator[tuple[str, Ints]]:
        """Yield each call type that some customers call in, with their places in the arrays."""
        if len(self._types) == 1:
            yield self._types[0], np.arange(len(ident))
            return
        luck = self._trait.of_all(ident)
        place = (luck[:, None] >= self._up_to[class_ix]).sum(axis=1)
        for number, name in enumerate(self._types):
            rows = np.flatnonzero(place == number)
            if len(rows):
                yield name, rows
