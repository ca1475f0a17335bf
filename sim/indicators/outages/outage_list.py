"""An outage list as arrays, one row an outage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_GROUP", "SIZES", "Floats", "OutageList"]

Floats = NDArray[np.float64]

NO_GROUP = -1
SIZES = ("customers", "kva", "users", "load_kw")
"""What an outage may be measured by."""


@dataclass(frozen=True)
class OutageList:
    """Hold an outage list; every array has the shape (outages,)."""

    start_s: Floats
    """Since 1970-01-01 in the list's own time (UTC where its times carry an offset), s."""
    end_s: Floats
    day: NDArray[np.int64]
    """Calendar day on which it began, as the ordinal of `datetime.date`."""
    sizes: dict[str, Floats]
    """By SIZES: how much was out; nan where the list does not say."""
    planned: NDArray[np.int8]
    """1 planned, 0 not, -1 where the list does not say."""
    cause: NDArray[np.str_]
    """As written; '' where the list does not say."""
    group: NDArray[np.int64]
    """Position of the customer group, or NO_GROUP."""
    distinct: Floats
    """Customers not interrupted before in the period; nan where the list does not say."""

    def __len__(self) -> int:
        return len(self.start_s)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> OutageList:
        """Return some of the rows."""
        return OutageList(
            self.start_s[rows],
            self.end_s[rows],
            self.day[rows],
            {name: each[rows] for name, each in self.sizes.items()},
            self.planned[rows],
            self.cause[rows],
            self.group[rows],
            self.distinct[rows],
        )
