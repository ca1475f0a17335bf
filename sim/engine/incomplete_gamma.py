"""The regularised incomplete gamma function and its inverse: shares and quantiles of gamma lengths.

P by its power series below a + 1, Q by its continued fraction above (DLMF 8.11.4 and 8.9.2, the
fraction by Lentz's method); the inverse by Newton's method on the logarithms. The logarithm of a
gamma length has a density whose logarithm is concave, so ln P and ln Q are concave in ln x and
Newton's steps cross the root once at most.
"""

from __future__ import annotations

import math
from statistics import NormalDist

__all__ = ["gamma_quantile", "gamma_share"]

_EPSILON = 1e-16
_TINY = 1e-300
_NORMAL = NormalDist()


def gamma_share(shape: float, x: float) -> float:
    """Return P(shape, x): the share of gamma lengths of scale 1 up to x."""
    return _shares(shape, x)[0]


def gamma_quantile(shape: float, u: float) -> float:
    """Return x with P(shape, x) = u, for u in (0, 1), to about 1e-12 of its value."""
    if _log_start(shape, u) < -700.0:
        return 0.0  # shorter than any time a float can hold
    y = _log_start(shape, u)
    is_low = u < 0.5
    wanted = math.log(u) if is_low else math.log1p(-u)
    for _ in range(100):
        x = math.exp(y)
        below, above = _shares(shape, x)
        share = max(below if is_low else above, _TINY)
        # d ln P / d ln x, and the same of Q with the other sign
        slope = math.exp(shape * y - x - math.lgamma(shape)) / share
        step = (wanted - math.log(share)) / (slope if is_low else -slope)
        step = min(max(step, -2.0), 2.0)
        y += step
        if abs(step) < 1e-14:
            break
    return math.exp(y)


def _log_start(shape: float, u: float) -> float:
    """Return ln x near the quantile: Wilson & Hilferty (1931), or the series' first term."""
    first = (math.log(u) + math.lgamma(shape + 1.0)) / shape
    root = 1.0 - 1.0 / (9.0 * shape) + _NORMAL.inv_cdf(u) / (3.0 * math.sqrt(shape))
    if root <= 0.3 or first < -2.0:
        return first
    return math.log(shape) + 3.0 * math.log(root)


def _shares(shape: float, x: float) -> tuple[float, float]:
    """Return P and Q, each without cancellation where it is small."""
    if x <= 0.0:
        return 0.0, 1.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        below = min(1.0, front * _series(shape, x))
        return below, 1.0 - below
    above = min(1.0, front * _fraction(shape, x))
    return 1.0 - above, above


def _series(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    n = shape
    while term > total * _EPSILON:
        n += 1.0
        term *= x / n
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c = 1.0 / _TINY
    d = 1.0 / b
    value = d
    for n in range(1, 100_000):
        a = -n * (n - shape)
        b += 2.0
        d = a * d + b
        d = 1.0 / (d if abs(d) > _TINY else _TINY)
        c = b + a / c
        c = c if abs(c) > _TINY else _TINY
        value *= d * c
        if abs(d * c - 1.0) < 4.0 * _EPSILON:
            break
    return value
