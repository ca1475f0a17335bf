"""What customers have been through before: owner of their past outages and broken promises.

Both are kept by group over the whole run: whoever was without supply before calls more readily,
and whoever was told a wrong time believes the next one less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.customers import Experience

__all__ = ["Past"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Past:
    """Own the outages and broken promises of each group so far."""

    def __init__(self, section: Experience, n_groups: int) -> None:
        self._section = section
        self._outages = np.zeros(n_groups, dtype=np.int64)
        self._trust = np.ones(n_groups)

    def new_outage(self, groups: Ints) -> None:
        """Count an outage of groups that begins."""
        self._outages[groups] += 1

    def broken_promise(self, groups: Ints, shares: Floats) -> None:
        """Let groups lose trust, by the share of each that had believed the time."""
        self._trust[groups] *= 1.0 - self._section.promise_costs * shares

    def outages(self, groups: Ints) -> Ints:
        """Return how many outages the groups have been in, this one included."""
        return np.asarray(self._outages[groups])

    def eagerness(self, groups: Ints) -> Floats:
        """Return the factor on the number of callers: 1 in the first outage of the run."""
        earlier = np.minimum(self._outages[groups] - 1, self._section.outages_remembered)
        return np.asarray(1.0 + self._section.outage_adds * np.maximum(earlier, 0))

    def informed_factor(self, groups: Ints, trusting: Floats | float) -> Floats:
        """Return the share of calls left when a time is told; `trusting` is that of full trust.

        trusting + (1 - trusting) (1 - trust): without trust a notice keeps nobody from calling.
        """
        return np.asarray(trusting + (1.0 - trusting) * (1.0 - self._trust[groups]))
