"""When the wind stops work: windows per district, and work that pauses in them.

The weather is outside everybody's decisions, so the windows can be known to the model (never to
the crews) from the start, and the end of any work follows at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["StandDown", "windows_above"]


def windows_above(
    t_s: NDArray[np.float64], gust_ms: NDArray[np.float64], limit_ms: float
) -> list[tuple[float, float]]:
    """Return the spans of time in which a sampled gust is above a limit (linear in between)."""
    above = gust_ms > limit_ms
    windows: list[tuple[float, float]] = []
    start = float(t_s[0]) if len(above) and above[0] else None
    for k in range(1, len(t_s)):
        if above[k] == above[k - 1]:
            continue
        part = (limit_ms - gust_ms[k - 1]) / (gust_ms[k] - gust_ms[k - 1])
        crossing = float(t_s[k - 1] + part * (t_s[k] - t_s[k - 1]))
        if start is None:
            start = crossing
        else:
            windows.append((start, crossing))
            start = None
    if start is not None:
        windows.append((start, float("inf")))
    return windows


class StandDown:
    """Answer when work at a place must pause."""

    def __init__(self, windows: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Take the windows of each district, in order and apart from each other."""
        self.windows = tuple(tuple(each) for each in windows)
        self._starts = [[start for start, _end in each] for each in self.windows]

    def is_on(self, district_ix: int, t_s: float) -> bool:
        """Say whether work pauses at a time."""
        k = bisect_right(self._starts[district_ix], t_s) - 1
        return k >= 0 and t_s < self.windows[district_ix][k][1]

    def end_of(self, district_ix: int, start_s: float, work_s: float) -> float:
        """Return when an amount of work begun at a time is done, pauses included."""
        t_s, left_s = start_s, work_s
        for begin, end in self.windows[district_ix]:
            if end <= t_s:
                continue
            if t_s + left_s <= begin:
                break
            left_s -= max(0.0, begin - t_s)
            t_s = end
        return t_s + left_s

    def work_in(self, district_ix: int, start_s: float, end_s: float) -> float:
        """Return how much work fits between two times, pauses left out."""
        paused = (
            min(end, end_s) - max(begin, start_s)
            for begin, end in self.windows[district_ix]
            if end > start_s and begin < end_s
        )
        return max(0.0, end_s - start_s - sum(paused))
