"""What a scenario's distribution is: its quantiles, its shares, its mean, and where it breaks."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from statistics import NormalDist

from sim.engine.incomplete_gamma import gamma_quantile, gamma_share
from sim.scenario.distributions import (
    Constant,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Uniform,
    Weibull,
)

__all__ = ["breaks", "mean_s", "quantile", "share_below"]

_P90 = NormalDist().inv_cdf(0.9)
_BESIDE = 2.0**-40
"""Shares this close to a break see what is beside it."""
_SHORT = 16
"""Tables of up to so many lengths are followed exactly inside a mixture."""


def quantile(distribution: Distribution) -> Callable[[float], float]:
    """Return u -> the length in seconds that a share u of all stay below, u in (0, 1)."""
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
        case Weibull(weibull=made):
            return lambda u: made.scale * (-math.log1p(-u)) ** (1.0 / made.shape)
        case Erlang() | Gamma():
            shape, scale = _gamma(distribution)
            return lambda u: scale * gamma_quantile(shape, u)
        case Empirical(empirical=table):
            return _empirical_quantile(table.lengths)
        case Mixture():
            return _mixture_quantile(distribution)


def share_below(distribution: Distribution, t: float) -> float:
    """Return the share of lengths up to and including t seconds."""
    return _share(distribution, t, or_equal=True)


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
        case Weibull(weibull=made):
            return made.scale * math.gamma(1.0 + 1.0 / made.shape)
        case Erlang() | Gamma():
            shape, scale = _gamma(distribution)
            return shape * scale
        case Empirical(empirical=table):
            lengths = table.lengths
            inner = math.fsum(lengths) - 0.5 * (lengths[0] + lengths[-1])
            return inner / (len(lengths) - 1)
        case Mixture():
            return sum(part.weight * mean_s(part.of) for part in distribution.mixture)


def breaks(distribution: Distribution) -> tuple[list[tuple[float, float, float]], bool]:
    """Return where the quantile jumps or bends: share, length just before and just after.

    Sorted; and whether the quantile may bend between them too (a mixture).
    """
    if isinstance(distribution, Empirical):
        lengths = distribution.empirical.lengths
        last = len(lengths) - 1
        return [(ix / last, lengths[ix], lengths[ix]) for ix in range(1, last)], False
    if not isinstance(distribution, Mixture):
        return [], False
    at = quantile(distribution)
    shares = {
        _share(distribution, length, or_equal=or_equal)
        for length in _ends(distribution)
        for or_equal in (False, True)
    }
    inside = sorted(share for share in shares if 2 * _BESIDE < share < 1.0 - 2 * _BESIDE)
    return [(share, at(share - _BESIDE), at(share + _BESIDE)) for share in inside], True


def _share(distribution: Distribution, t: float, *, or_equal: bool) -> float:
    """Return the share of lengths below t, or up to and including t."""
    point = _point(distribution)
    if point is not None:
        return float(t > point or (or_equal and t == point))
    match distribution:
        case Empirical(empirical=table):
            return _empirical_share(table.lengths, t, or_equal=or_equal)
        case Mixture():
            return math.fsum(
                part.weight * _share(part.of, t, or_equal=or_equal) for part in distribution.mixture
            )
    return _smooth_share(distribution, t) if t > 0.0 else 0.0


def _point(distribution: Distribution) -> float | None:
    """Return the one length there is, where all have the same."""
    match distribution:
        case Constant(constant=length):
            return length
        case Exponential(exponential=0.0):
            return 0.0
        case Uniform(uniform=bounds) if bounds.high == bounds.low:
            return bounds.low
    return None


def _smooth_share(distribution: Distribution, t: float) -> float:
    """Return the share up to t > 0 of a distribution without mass at any point."""
    match distribution:
        case Exponential(exponential=mean):
            return -math.expm1(-t / mean)
        case Uniform(uniform=bounds):
            return min(1.0, max(0.0, (t - bounds.low) / (bounds.high - bounds.low)))
        case Lognormal():
            mu, sigma = _lognormal(distribution)
            return NormalDist(mu, sigma).cdf(math.log(t))
        case Weibull(weibull=made):
            return -math.expm1(-((t / made.scale) ** made.shape))
        case Erlang() | Gamma():
            shape, scale = _gamma(distribution)
            return gamma_share(shape, t / scale)
    raise AssertionError(f"{type(distribution).__name__} has mass at points")


def _lognormal(distribution: Lognormal) -> tuple[float, float]:
    shape = distribution.lognormal
    return math.log(shape.median), math.log(shape.p90 / shape.median) / _P90


def _gamma(distribution: Erlang | Gamma) -> tuple[float, float]:
    """Return shape and scale: an Erlang length is a gamma length of whole shape."""
    if isinstance(distribution, Erlang):
        made = distribution.erlang
        return float(made.stages), made.mean / made.stages
    return distribution.gamma.shape, distribution.gamma.mean / distribution.gamma.shape


def _empirical_quantile(lengths: tuple[float, ...]) -> Callable[[float], float]:
    last = len(lengths) - 1

    def at(u: float) -> float:
        place = u * last
        ix = min(int(place), last - 1)
        return lengths[ix] + (place - ix) * (lengths[ix + 1] - lengths[ix])

    return at


def _empirical_share(lengths: tuple[float, ...], t: float, *, or_equal: bool) -> float:
    last = len(lengths) - 1
    above = bisect_right(lengths, t) if or_equal else bisect_left(lengths, t)
    if above == 0 or above > last:
        return float(above > last)
    low, high = lengths[above - 1], lengths[above]
    return (above - 1 + (t - low) / (high - low)) / last


def _ends(mixture: Mixture) -> Iterator[float]:
    """Yield the lengths at which a part has mass, begins or ends, or a short table bends."""
    for part in mixture.mixture:
        point = _point(part.of)
        match part.of:
            case _ if point is not None:
                yield point
            case Uniform(uniform=bounds):
                yield from (bounds.low, bounds.high)
            case Empirical(empirical=table):
                lengths = table.lengths
                yield from lengths if len(lengths) <= _SHORT else (lengths[0], lengths[-1])


def _mixture_quantile(distribution: Mixture) -> Callable[[float], float]:
    parts = [quantile(part.of) for part in distribution.mixture if part.weight > 0]
    ends = sorted(set(_ends(distribution)))
    below = [_share(distribution, end, or_equal=False) for end in ends]
    up_to = [_share(distribution, end, or_equal=True) for end in ends]

    def invert(u: float) -> float:
        # between two ends the shares have no jump; at an end stand those from below to up_to
        next_ix = bisect_left(up_to, u)
        if next_ix < len(ends) and below[next_ix] < u:
            return ends[next_ix]
        low, high = min(part(u) for part in parts), max(part(u) for part in parts)
        if next_ix > 0:
            low = max(low, ends[next_ix - 1])
        if next_ix < len(ends):
            high = min(high, ends[next_ix])
        return _root(lambda t: _share(distribution, t, or_equal=True) - u, low, high)

    return invert


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a growing function without jumps passes 0 between two bounds.

    Method of Chandrupatla (1997, Adv. Eng. Softw. 28:145): bisection, or inverse quadratic
    interpolation where that is safe.
    """
    a, b = high, low
    f_a, f_b = f(a), f(b)
    if f_b >= 0.0 or f_a <= 0.0:
        return b if f_b >= 0.0 else a
    part = 0.5
    for _ in range(200):
        t = a + part * (b - a)
        f_t = f(t)
        if (f_t > 0.0) == (f_a > 0.0):
            c, f_c = a, f_a
        else:
            c, f_c = b, f_b
            b, f_b = a, f_a
        a, f_a = t, f_t
        best, f_best = (a, f_a) if abs(f_a) < abs(f_b) else (b, f_b)
        close = 1e-13 * abs(best) / abs(b - c) if b != c else 1.0
        if close > 0.5 or f_best == 0.0:
            return best
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        if phi * phi < xi and (1.0 - phi) ** 2 < 1.0 - xi:
            part = f_a / (f_b - f_a) * f_c / (f_b - f_c)
            part += (c - a) / (b - a) * f_a / (f_c - f_a) * f_b / (f_c - f_b)
        else:
            part = 0.5
        part = min(max(part, close), 1.0 - close)
    return best
