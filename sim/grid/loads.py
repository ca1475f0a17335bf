"""Loads of the distribution transformers at any time: curves, temperature, cold-load pick-up.

With `follow: profiles` the load of a transformer is its yearly peak (the table's value times the
demand factor) times a curve mixed from its classes, scaled so that the mixture's highest hour of
the year is 1 at a temperature that asks for neither heating nor cooling.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import Grid
from sim.scenario.customers import Customers
from sim.scenario.loads import ClassLoad, ColdLoad
from sim.scenario.loads import Loads as Section
from sim.units import HOUR_S, Calendar

__all__ = ["ColdState", "Loads", "class_counts", "cold_excess"]

_CHUNK = 4096
"""Transformers mixed at a time: bounds the memory of the curves of a year."""


class Loads:
    """Say what every distribution transformer draws; own who was cold when (see `cold`)."""

    def __init__(
        self,
        grid: Grid,
        section: Section,
        calendar: Calendar,
        customers: Customers | None = None,
    ) -> None:
        """Take the classes of customers; without them all are residential."""
        self._section, self._calendar, self._grid = section, calendar, grid
        self.follows_time = section.follow == "profiles"
        """Whether the load changes with the hour."""
        self.cold = ColdState(section.cold_load, len(grid.transformers))
        if self.follows_time:
            self._names, counts = class_counts(grid, customers or Customers())
            self._curves = np.array([_year(self._load_of(name)) for name in self._names])
            self._peak_mw = self._mixed(counts)
        self._temperature = [
            (calendar.seconds(p.at) if isinstance(p.at, datetime) else p.at, p.celsius)
            for p in section.temperature
        ]

    @property
    def has_cold_load(self) -> bool:
        """Say whether loads are higher after an outage."""
        return self._section.cold_load is not None

    def for_belief(self) -> Loads:
        """Return the same loads with a cold state of its own: what the control room believes."""
        twin = object.__new__(Loads)
        twin.__dict__.update(self.__dict__)
        twin.cold = ColdState(self._section.cold_load, len(self._grid.transformers))
        return twin

    @property
    def is_constant(self) -> bool:
        """Say whether nothing ever changes the loads."""
        return not self.follows_time and self._section.cold_load is None

    def demand_mw(self, t_s: float) -> NDArray[np.float64]:
        """Return the load of every transformer, (T,) MW, as if nobody had ever been out."""
        if not self.follows_time:
            return self._grid.transformer_load_mw
        factors = self._curve_at(t_s) * self._warmth(t_s)
        return np.asarray(self._peak_mw @ factors, dtype=np.float64)

    def mw(self, t_s: float, back_at_s: float | None = None) -> NDArray[np.float64]:
        """Return the load of every transformer, (T,) MW, with cold-load pick-up.

        One that is out counts with what it would draw at t_s if it came back at `back_at_s`
        (now, if not given).
        """
        demand = self.demand_mw(t_s)
        if self._section.cold_load is None:
            return demand
        return np.asarray(
            demand * (1.0 + self.cold.excess(t_s, t_s if back_at_s is None else back_at_s))
        )

    # --- curves

    def _load_of(self, name: str) -> ClassLoad:
        return self._section.classes.get(name, ClassLoad())

    def _mixed(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each class's factor of each transformer, (T, C) MW per unit of its curve."""
        peaks = np.array([self._load_of(name).peak_kw for name in self._names])
        demand = np.array([self._load_of(name).demand_factor for name in self._names])
        weights = counts * peaks
        total = weights.sum(axis=1, keepdims=True)
        weights = np.divide(
            weights, total, out=np.full_like(weights, 1.0 / len(peaks)), where=total > 0
        )
        tops = np.empty(len(weights))
        for start in range(0, len(weights), _CHUNK):
            part = slice(start, start + _CHUNK)
            tops[part] = (weights[part] @ self._curves).max(axis=1)
        load_mw = np.array([each.load_mw for each in self._grid.transformers])
        return np.asarray(weights * demand * (load_mw / tops)[:, None])

    def _curve_at(self, t_s: float) -> NDArray[np.float64]:
        """Return the curve of each class at a time, (C,), linear between full hours."""
        hour_s = math.floor(t_s / 60.0) * 60.0
        now = self._calendar.at(t_s)
        past = (now.minute * 60.0 + now.second + now.microsecond / 1e6) / HOUR_S
        later = self._calendar.at(hour_s + HOUR_S)
        one, other = self._curves[:, _column(now)], self._curves[:, _column(later)]
        return np.asarray(one + (other - one) * past)

    def _warmth(self, t_s: float) -> NDArray[np.float64]:
        """Return the growth of each class by temperature, (C,)."""
        if not self._temperature:
            return np.ones(len(self._names))
        times, degrees = zip(*self._temperature, strict=True)
        celsius = float(np.interp(t_s, times, degrees))
        hot = max(0.0, celsius - self._section.hot_above)
        cold = max(0.0, self._section.cold_below - celsius)
        each = [self._load_of(name) for name in self._names]
        return np.array([1.0 + hot * c.per_degree_hot + cold * c.per_degree_cold for c in each])


class ColdState:
    """Own since when each transformer is out, and how cold those were that came back."""

    def __init__(self, section: ColdLoad | None, n: int) -> None:
        self._section = section
        self._out_since_s = np.full(n, math.inf)
        self._back_s = np.full(n, -math.inf)
        self._excess = np.zeros(n)
        """At the last change: on loss what was left, on return what it begins with."""

    def lost(self, transformers: Iterable[int], t_s: float) -> None:
        """Note transformers that lost supply."""
        if self._section is None:
            return
        ixs = np.fromiter(transformers, dtype=np.int64)
        ixs = ixs[np.isinf(self._out_since_s[ixs])]
        self._excess[ixs] = self.excess(t_s, t_s)[ixs]
        self._out_since_s[ixs] = t_s

    def restored(self, transformers: Iterable[int], t_s: float) -> None:
        """Note transformers that have supply again."""
        if self._section is None:
            return
        ixs = np.fromiter(transformers, dtype=np.int64)
        ixs = ixs[np.isfinite(self._out_since_s[ixs])]
        self._excess[ixs] = self.excess(t_s, t_s)[ixs]
        self._out_since_s[ixs], self._back_s[ixs] = math.inf, t_s

    def excess_of_supplied(self, t_s: float) -> NDArray[np.float64]:
        """Return what each that has supply draws above the usual, (T,); 0 for those out."""
        return np.where(np.isfinite(self._out_since_s), 0.0, self.excess(t_s, t_s))

    def excess(self, t_s: float, back_at_s: float) -> NDArray[np.float64]:
        """Return what each draws above the usual at t_s, (T,), those out being back at a time."""
        section = self._section
        if section is None:
            return np.zeros(len(self._excess))
        is_out = np.isfinite(self._out_since_s)
        out_s = np.where(is_out, np.maximum(back_at_s - self._out_since_s, 0.0), 0.0)
        begin = cold_excess(section, out_s, self._excess)
        since_s = np.where(is_out, t_s - back_at_s, t_s - self._back_s)
        over_s = np.maximum(since_s - section.holds_for, 0.0)
        return np.asarray(begin * np.exp(-over_s / section.decays_over))


def cold_excess(
    section: ColdLoad, out_s: NDArray[np.float64] | float, before: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """Return the excess on return after an outage of a length, from the excess it began with."""
    top = section.factor - 1.0
    return np.asarray(top - (top - before) * np.exp(-np.asarray(out_s) / section.grows_over))


def class_counts(grid: Grid, section: Customers) -> tuple[list[str], NDArray[np.float64]]:
    """Return the classes and how many customers of each stand behind each transformer, (T, C)."""
    names = list(section.classes)
    shares = np.array([section.classes[name].share for name in names])
    counts = np.outer(np.maximum(grid.transformer_customers, 1), shares)
    for each in grid.transformers:
        if each.customers_by_class:
            named = dict(each.customers_by_class)
            counts[each.ix] = [named.get(name, 0) for name in names]
    return names, counts


def _year(load: ClassLoad) -> NDArray[np.float64]:
    """Return a curve, (12 * 2 * 24,): months, weekday then weekend, hours; 1 at its highest."""
    week = load.weekday if load.weekend is None else load.weekend
    days = np.concatenate([load.weekday, week])
    year = np.outer(load.by_month, days).ravel()
    return np.asarray(year / year.max())


def _column(at: datetime) -> int:
    return ((at.month - 1) * 2 + (at.weekday() >= 5)) * 24 + at.hour
