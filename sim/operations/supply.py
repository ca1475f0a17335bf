"""Demand against supply: courses, gap, its colour, and the error of the load forecast."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.scenario.emergency import COLOURS
from sim.scenario.shortage import GapColours
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["Forecast", "ProfiledDemand", "SupplyCourse", "SupplyStep", "gap_colour"]

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


@dataclass(frozen=True, slots=True)
class SupplyStep:
    """The power available from a time on, MW, and since when that is known."""

    at_s: float
    mw: float
    known_s: float = -math.inf


class SupplyCourse:
    """Power available to the area by time: steps that hold until the next one."""

    def __init__(self, steps: Iterable[SupplyStep]) -> None:
        """Take the steps in any order; before the first there is no limit."""
        self._steps = sorted(steps, key=lambda each: each.at_s)

    def mw(self, t_s: float, now_s: float = math.inf) -> float:
        """Return the power available at a time as known now, MW; inf: no limit."""
        known = [each.mw for each in self._steps if each.at_s <= t_s and each.known_s <= now_s]
        return known[-1] if known else math.inf


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
