"""The text-message gateway: first come, first served at a fixed rate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.units import HOUR_S

__all__ = ["Gateway"]


class Gateway:
    """Own the gateway's backlog."""

    def __init__(self, per_h: float) -> None:
        self._seconds_each = HOUR_S / per_h
        self._free_at_s = 0.0

    def change(self, now_s: float, per_h: float) -> float:
        """Send at another rate from now on; return the factor on the wait of what is waiting."""
        factor = HOUR_S / per_h / self._seconds_each
        self._seconds_each = HOUR_S / per_h
        self._free_at_s = now_s + self.backlog_s(now_s) * factor
        return factor

    def send(self, now_s: float, messages: NDArray[np.int64]) -> NDArray[np.float64]:
        """Take messages for several groups in order; return when each group's last is out."""
        begin = max(now_s, self._free_at_s)
        out = begin + np.cumsum(messages) * self._seconds_each
        if len(out):
            self._free_at_s = float(out[-1])
        return np.asarray(out, dtype=np.float64)

    def messages_after(
        self, now_s: float, out_s: NDArray[np.float64], messages: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return how many messages of groups whose last is out at a time leave after now."""
        after = np.ceil((out_s - now_s) / self._seconds_each - 1e-9).astype(np.int64)
        return np.minimum(messages, np.maximum(after, 0))

    def withdraw(self, now_s: float, last_out_s: float, messages: int) -> None:
        """Take back messages not sent yet, if nothing was handed over after them.

        What waits behind them keeps its times: it is on its way to many phones already.
        """
        if math.isclose(self._free_at_s, last_out_s, abs_tol=1e-6):
            self._free_at_s = max(now_s, last_out_s - messages * self._seconds_each)

    def backlog_s(self, now_s: float) -> float:
        """Return how long a message handed over now would wait."""
        return max(0.0, self._free_at_s - now_s)
