"""Calls of the rest of the province: Poisson with hourly rates of local time.

Outage calls of this area are planned by `customers`; everything else is drawn here, once, while
the world is built.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.hashing import mix_arrays
from sim.engine.streams import Streams
from sim.scenario.contact import Background
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["background_keys", "background_rate", "background_times"]


def background_times(
    background: Background, streams: Streams, calendar: Calendar, horizon_s: float
) -> NDArray[np.float64]:
    """Return the times of one call type's calls, sorted, s, shape (calls,).

    Hour by hour: a Poisson number, then uniform times; so a longer run begins with the same calls.
    """
    draws = streams.generator(f"contact.background.{background.call_type}")
    factors = _day_factors(background, streams, calendar, horizon_s)
    weights = np.array(background.profile) / sum(background.profile)
    into_day_s = calendar.time_of_day_s(0.0)
    times = []
    start_s = 0.0
    while start_s < horizon_s:
        # to the next full local hour
        local_s = into_day_s + start_s
        end_s = min(horizon_s, (math.floor(local_s / HOUR_S) + 1) * HOUR_S - into_day_s)
        hour = int(local_s // HOUR_S)
        mean = background.per_day * factors[hour // 24] * weights[hour % 24]
        n_calls = draws.poisson(mean * (end_s - start_s) / HOUR_S)
        times.append(start_s + (end_s - start_s) * np.sort(draws.random(n_calls)))
        start_s = end_s
    return np.concatenate(times) if times else np.empty(0)


def background_rate(background: Background, calendar: Calendar, t_s: float) -> float:
    """Return the mean calls an hour of one call type at a moment."""
    hour = int(calendar.time_of_day_s(t_s) // HOUR_S)
    return background.per_day * background.profile[hour] / sum(background.profile)


def _day_factors(
    background: Background, streams: Streams, calendar: Calendar, horizon_s: float
) -> NDArray[np.float64]:
    """Return a factor for each local day: Gamma with mean 1 and the stated deviation."""
    n_days = math.ceil((calendar.time_of_day_s(0.0) + horizon_s) / DAY_S) + 1
    draws = streams.generator(f"contact.background_day.{background.call_type}")
    if background.day_spread == 0.0:
        return np.ones(n_days)
    shape = background.day_spread**-2.0
    return draws.gamma(shape, 1.0 / shape, n_days)


def background_keys(call_type: str, streams: Streams, n_calls: int) -> NDArray[np.int64]:
    """Return the 32-bit ids of the callers of one call type."""
    key = streams.key(f"contact.background_caller.{call_type}")
    return mix_arrays(key, np.arange(n_calls, dtype=np.uint64)).astype(np.int64)
