"""Callers: owner of which customer stands behind each caller of the contact centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOBODY", "Callers"]

Ints = NDArray[np.int64]
NOBODY = -1
"""Customer of a caller who is none of the grid's."""


class Callers:
    """Remember the customers by row of caller."""

    def __init__(self) -> None:
        self._customer = np.full(1024, NOBODY, dtype=np.int64)

    def note(self, callers: Ints, customers: Ints) -> None:
        """Remember the customer of each caller."""
        if not len(callers):
            return
        needed = int(callers.max()) + 1
        if needed > len(self._customer):
            grown = np.full(max(needed, 2 * len(self._customer)), NOBODY, dtype=np.int64)
            grown[: len(self._customer)] = self._customer
            self._customer = grown
        self._customer[callers] = customers

    def of(self, callers: Ints) -> Ints:
        """Return the customer of each caller, NOBODY where none was noted."""
        known = callers < len(self._customer)
        found = self._customer[np.where(known, callers, 0)]
        return np.where(known, found, NOBODY)
