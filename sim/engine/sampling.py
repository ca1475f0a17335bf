"""Turn a scenario's distribution into quantiles, and into the table the contact kernel reads.

The table covers u in (0, 1) by octaves of 1 - u: octave k holds u from 1 - 2^-k to 1 - 2^-(k+1) in
KNOTS equal steps, so the tail is as fine as the body; between knots the lookup is linear. Mass at
one point stays exact except within one step of its edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.scenario.distributions import (
    Constant,
    Distribution,
    Exponential,
    Lognormal,
    Mixture,
    Uniform,
)

__all__ = ["KNOTS", "OCTAVES", "lookup", "lookup_all", "mean_s", "quantile", "tabulate"]

KNOTS = 128
OCTAVES = 32
_P90 = NormalDist().inv_cdf(0.9)


def _lognormal(distribution: Lognormal) -> tuple[float, float]:
    shape = distribution.lognormal
    return math.log(shape.median), math.log(shape.p90 / shape.median) / _P90


def quantile(distribution: Distribution) -> Callable[[float], float]:
    """Return u -> the length in seconds that a share u of all stay below."""
    match distribution:
        case Constant(constant=length):
            return lambda _u: length
        case Exponential(exponential=mean):
            return lambda u: -mean * math.log1p(-u)
        case Uniform(uniform=bounds):
            return lambda u: bounds.low + u * (bounds.high - bounds.low)
        case Lognormal():
            mu, sigma = _lognormal(distribution)
            normal = NormalDist(mu, sigma)
            return lambda u: math.exp(normal.inv_cdf(u))
        case Mixture():
            return _mixture_quantile(distribution)


def _cdf(distribution: Distribution, t: float) -> float:
    """Return the share of lengths up to and including t seconds."""
    match distribution:
        case Constant(constant=length):
            return 1.0 if t >= length else 0.0
        case Exponential(exponential=mean):
            return -math.expm1(-t / mean) if mean > 0 else 1.0
        case Uniform(uniform=bounds):
            if bounds.high == bounds.low:
                return 1.0 if t >= bounds.low else 0.0
            return min(1.0, max(0.0, (t - bounds.low) / (bounds.high - bounds.low)))
        case Lognormal():
            mu, sigma = _lognormal(distribution)
            return NormalDist(mu, sigma).cdf(math.log(t)) if t > 0 else 0.0
        case Mixture():
            return sum(part.weight * _cdf(part.of, t) for part in distribution.mixture)


def _mixture_quantile(distribution: Mixture) -> Callable[[float], float]:
    parts = [quantile(part.of) for part in distribution.mixture if part.weight > 0]

    def invert(u: float) -> float:
        # every part's own quantile brackets the mixture's: bisect between the extremes
        low, high = min(part(u) for part in parts), max(part(u) for part in parts)
        if _cdf(distribution, low) >= u:
            return low
        for _ in range(200):
            middle = 0.5 * (low + high)
            if middle in (low, high):
                break
            if _cdf(distribution, middle) >= u:
                high = middle
            else:
                low = middle
        return high

    return invert


def mean_s(distribution: Distribution) -> float:
    """Return the mean length in seconds."""
    match distribution:
        case Constant(constant=length):
            return length
        case Exponential(exponential=mean):
            return mean
        case Uniform(uniform=bounds):
            return 0.5 * (bounds.low + bounds.high)
        case Lognormal():
            mu, sigma = _lognormal(distribution)
            return math.exp(mu + 0.5 * sigma * sigma)
        case Mixture():
            return sum(part.weight * mean_s(part.of) for part in distribution.mixture)


def tabulate(distribution: Distribution) -> NDArray[np.float64]:
    """Return the quantile table, shape (OCTAVES, KNOTS + 1), seconds."""
    at = quantile(distribution)
    table = np.empty((OCTAVES, KNOTS + 1))
    for octave in range(OCTAVES):
        rest = 2.0**-octave
        for knot in range(KNOTS + 1):
            u = 1.0 - rest * (1.0 - 0.5 * knot / KNOTS)
            table[octave, knot] = at(min(max(u, 2.0**-33), 1.0 - 2.0**-34))
    return table


def lookup(table: NDArray[np.float64], bits: int) -> float:
    """Return the length a table gives to 32 random bits (plain arithmetic: numba compiles it).

    The octave is the number of leading zero bits of the complement of the random bits.
    """
    rest = 0xFFFFFFFF - bits
    if rest == 0:
        return float(table[31, 128])
    octave = 0
    span = 0x80000000
    while octave < 31 and rest < span:
        span >>= 1
        octave += 1
    # rest + 0.5 lies in (span, 2 span): 1 - u = (rest + 0.5) / 2^32
    place = (2.0 * span - (rest + 0.5)) / span * 128.0
    knot = int(place)
    part = place - knot
    return float(table[octave, knot] * (1.0 - part) + table[octave, knot + 1] * part)


def lookup_all(table: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lengths in seconds that a table gives to many uniform numbers."""
    rest = 1.0 - u
    octave = np.minimum(-np.frexp(rest)[1], OCTAVES - 1)
    place = np.clip((2.0 - np.ldexp(rest, octave + 1)) * KNOTS, 0.0, KNOTS)
    knot = np.minimum(place.astype(np.int64), KNOTS - 1)
    part = place - knot
    low, high = table[octave, knot], table[octave, knot + 1]
    return np.asarray(low * (1.0 - part) + high * part)
