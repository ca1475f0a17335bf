"""Quantiles of Student's t distribution, without scipy.

The distribution function is the regularized incomplete beta function (Abramowitz & Stegun 26.5.27,
26.7.1), computed by its continued fraction (26.5.8) with the modified Lentz method; the quantile is
found by bisection.
"""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["t_cdf", "t_quantile"]

_TINY = 1e-300
_CLOSE = 1e-15
_MAX_TERMS = 10_000


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function; quick for x < a / (a + b)."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    fraction = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + term / c
            c = c if abs(c) > _TINY else _TINY
            fraction *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            return fraction
    raise ArithmeticError(f"incomplete beta({a}, {b}, {x}) does not converge")


def _regularized_beta(a: float, b: float, x: float) -> float:
    """Return I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    front = math.exp(log_front)
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


def t_cdf(t: float, degrees: float) -> float:
    """Return the probability of at most t with the degrees of freedom given."""
    tail = 0.5 * _regularized_beta(0.5 * degrees, 0.5, degrees / (degrees + t * t))
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=256)
def t_quantile(p: float, degrees: float) -> float:
    """Return the t below which the share p lies, 0 < p < 1, degrees > 0."""
    if not (0.0 < p < 1.0 and degrees > 0.0):
        raise ValueError(f"no t quantile for p = {p} and {degrees} degrees of freedom")
    if p < 0.5:
        return -t_quantile(1.0 - p, degrees)
    low, high = 0.0, 1.0
    while t_cdf(high, degrees) < p:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if t_cdf(middle, degrees) < p:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
