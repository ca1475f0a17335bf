"""How much busier than usual a day and an interval are: gamma factors with mean 1."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.incomplete_gamma import gamma_quantile
from sim.engine.streams import Streams
from sim.scenario.background import Background
from sim.units import DAY_S

__all__ = ["day_factors", "interval_factors"]

_NORMAL = NormalDist()
_LEAST = 2.0**-33


def day_factors(background: Background, streams: Streams, n_days: int) -> NDArray[np.float64]:
    """Return the factor of each local day from that of the start, shape (n_days,)."""
    draws = streams.generator(f"contact.background_day.{background.own_name}")
    if background.day_factor is None:
        return np.ones(n_days)
    shape = background.day_factor.gamma_shape
    return draws.gamma(shape, 1.0 / shape, n_days)


def interval_factors(
    background: Background, streams: Streams, n_days: int
) -> tuple[float, NDArray[np.float64]]:
    """Return the interval's length, s, and each one's factor from midnight before the start.

    Normal scores run on as an autoregression from its stationary state (a normal copula, see the
    schema); each innovation is a trait of its interval's number.
    """
    trait = streams.trait(f"contact.background_interval.{background.own_name}")
    section = background.interval_factor
    if section is None:
        return DAY_S, np.ones(n_days)
    n_intervals = n_days * round(DAY_S / section.every)
    fresh = [_NORMAL.inv_cdf(u) for u in trait.of_all(np.arange(n_intervals, dtype=np.uint64))]
    rest = math.sqrt(1.0 - section.correlation**2)
    score = fresh[0]
    factors = np.empty(n_intervals)
    for ix, innovation in enumerate(fresh):
        if ix > 0:
            score = section.correlation * score + rest * innovation
        share = min(max(_NORMAL.cdf(score), _LEAST), 1.0 - _LEAST)
        factors[ix] = gamma_quantile(section.gamma_shape, share) / section.gamma_shape
    return section.every, factors
