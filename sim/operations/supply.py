"""Demand against supply: courses, gap, its colour, and the error of the load forecast."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.scenario.emergency import COLOURS
from sim.scenario.shortage import GapColours
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["Forecast", "ProfiledDemand", "SupplyCourse", "gap_colour"]

Floats = NDArray[np.float64]


class ProfiledDemand:
    """Load of every distribution transformer by one profile of the day."""

    def __init__(self, grid: Grid, by_hour: Sequence[float], calendar: Calendar) -> None:
        """Take the factors on the load of the day, one an hour from midnight."""
        self._load_mw = grid.transformer_load_mw
        self._by_hour = np.array([*by_hour, by_hour[0]], dtype=float)
        self._calendar = calendar

    def mw(self, t_s: float) -> Floats:
        """Return the load of each transformer at a time, MW, shape (transformers,).

        Between full hours the factor runs straight from one to the next.
        """
        hour = self._calendar.time_of_day_s(t_s) % DAY_S / HOUR_S
        factor = np.interp(hour, np.arange(25.0), self._by_hour)
        return np.asarray(self._load_mw * factor)


class SupplyCourse:
    """Power available to the area by time: steps that hold until the next one."""

    def __init__(self, steps: Sequence[tuple[float, float]]) -> None:
        """Take (time s, MW) from the earliest on; before the first there is no limit."""
        self._at_s = [at_s for at_s, _mw in steps]
        self._mw = [mw for _at_s, mw in steps]

    def mw(self, t_s: float) -> float:
        """Return the power available at a time, MW; inf: no limit."""
        number = bisect_right(self._at_s, t_s)
        return self._mw[number - 1] if number else float("inf")


class Forecast:
    """Say ahead what the load will be, with an error that belongs to the time meant.

    Errors are drawn hour by hour, each with the luck of its hour, and run straight in between.
    """

    def __init__(self, total_mw: Callable[[float], float], sigma: float, streams: Streams) -> None:
        """Take the true load by time, and the spread of the error as a share of it."""
        self._total_mw, self._sigma = total_mw, sigma
        self._luck = streams.trait("operations.load_forecast")

    def mw(self, t_s: float) -> float:
        """Return the load forecast for a time, MW."""
        if self._sigma == 0.0:
            return self._total_mw(t_s)
        hour, into = divmod(t_s / HOUR_S, 1.0)
        error = self._error(int(hour)) * (1.0 - into) + self._error(int(hour) + 1) * into
        return max(0.0, self._total_mw(t_s) * (1.0 + self._sigma * error))

    def _error(self, hour: int) -> float:
        return NormalDist().inv_cdf(self._luck.of("load", hour))


def gap_colour(share: float, colours: GapColours) -> str:
    """Return the colour of a supply gap, as a share of the highest demand."""
    if share <= 0.0:
        return COLOURS[0]
    if share >= colours.red:
        return "red"
    if share >= colours.orange:
        return "orange"
    return "yellow" if share >= colours.yellow else "blue"
