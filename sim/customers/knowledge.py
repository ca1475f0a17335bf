"""What customers were told, by channel: owner of the restoration times they know.

A channel reaches a share of a group; which share a customer belongs to goes by rank, so a later
notice on the same channel reaches the same customers first. Channels are independent of each other
(assumption): two that reach a and b reach a + b (1 - a) together, the customers of lowest rank.
A time told on one channel stands until it has passed or that channel tells another one: whoever
has only the text message does not read the correction in the app.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["Knowledge"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Knowledge:
    """Own the promises known in each group, and to what share of it."""

    def __init__(self, n_groups: int) -> None:
        self._n = n_groups
        self._promise_s: dict[str, Floats] = {}
        self._reached: dict[str, Floats] = {}

    def tell(
        self, groups: Ints, shares: Floats, promise_s: float, now_s: float, channel: str
    ) -> None:
        """Let a share of each group know a restoration time by a channel.

        While an older promise of that channel stands, its readers stay informed.
        """
        if channel not in self._promise_s:
            self._promise_s[channel] = np.full(self._n, np.nan)
            self._reached[channel] = np.zeros(self._n)
        promise, reached = self._promise_s[channel], self._reached[channel]
        stands = promise[groups] > now_s
        reached[groups] = np.where(stands, np.maximum(reached[groups], shares), shares)
        promise[groups] = promise_s

    def forget(self, groups: Ints) -> None:
        """Let the groups know nothing any more: their outage is over."""
        for channel, promise in self._promise_s.items():
            promise[groups] = np.nan
            self._reached[channel][groups] = 0.0

    def informed(self, groups: Ints, now_s: float) -> Floats:
        """Return the share of each group that knows a restoration time which has not passed."""
        known = {name: promise[groups] > now_s for name, promise in self._promise_s.items()}
        return self._together(groups, known)

    def told(self, groups: Ints) -> Floats:
        """Return the share of each group that was told a restoration time, passed or not."""
        return self._together(groups, dict.fromkeys(self._promise_s))

    def expire(self, groups: Ints, promise_s: float, now_s: float) -> tuple[Floats, Floats]:
        """Let a promised time pass, on every channel that told it.

        Return the ranks, from and to, of those in each group who knew it and nothing that still
        stands. A second notice of the same time breaks no second promise.
        """
        known = {name: told[groups] == promise_s for name, told in self._promise_s.items()}
        broken = self._together(groups, known)
        for name, promise in self._promise_s.items():
            promise[groups[known[name]]] = np.nan
        low = self.informed(groups, now_s)
        return low, low + broken * (1.0 - low)

    def _together(self, groups: Ints, known: Mapping[str, Bools | None]) -> Floats:
        """Return the share reached by the channels together, each where it counts (None: all)."""
        total = np.zeros(len(groups))
        for name, counts in known.items():
            share = self._reached[name][groups]
            if counts is not None:
                share = np.where(counts, share, 0.0)
            total = total + share * (1.0 - total)
        return total
