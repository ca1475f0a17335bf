"""Failures of transformers and cables in the heat, on top of the steady ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.hazards.assets import Assets, Failure, owners
from sim.hazards.courses import arrivals, sampled, straight, summed
from sim.hazards.everyday import steady_rates
from sim.scenario.hazards import Hazards
from sim.scenario.heat import Heat
from sim.scenario.loads import TemperaturePoint
from sim.units import HOUR_S, YEAR_H, Calendar

__all__ = ["by_heat", "heat_factor"]

Floats = NDArray[np.float64]

HEAT_STEP_S = 900.0
"""Step at which the temperature is sampled; the factor is linear between steps."""


def heat_factor(heat: Heat, celsius: Floats, doubling_k: float) -> Floats:
    """Return the factor on the steady rates at air temperatures: 1 up to the threshold."""
    over = np.maximum(celsius - heat.threshold_c, 0.0)
    return np.minimum(2.0 ** np.minimum(over / doubling_k, 64.0), heat.most)


def by_heat(
    hazards: Hazards,
    temperature: Sequence[TemperaturePoint],
    assets: Assets,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
) -> list[Failure]:
    """Return what fails in the heat beyond the steady rates; lasting damage only."""
    wait = streams.trait("hazards.heat_wait")
    heat = hazards.heat
    if heat is None or not temperature:
        return []
    times_s = sampled(until_s, HEAT_STEP_S)
    celsius = np.interp(
        times_s, *straight(((each.at, each.celsius) for each in temperature), calendar)
    )
    per_year, _by_age, _by_area = steady_rates(hazards, assets)
    n_sections = len(assets.sections)
    ids = [*assets.sections, *assets.transformers]
    numbers = owners(ids)
    kinds = (
        (np.arange(n_sections, len(ids)), heat.transformer_doubling_k),
        (np.flatnonzero(~assets.is_overhead), heat.cable_doubling_k),
    )
    failures = []
    for which, doubling_k in kinds:
        course = summed(times_s, heat_factor(heat, celsius, doubling_k) - 1.0)
        expected = per_year[which] * course[-1] / (YEAR_H * HOUR_S)
        for who, levels, _episode in arrivals(numbers[which], expected, wait):
            for ix, level in zip(who, levels, strict=True):
                t_s = float(np.interp(level / expected[ix] * course[-1], course, times_s))
                failures.append(Failure(t_s, ids[which[ix]], "", "permanent", "heat"))
    return failures
