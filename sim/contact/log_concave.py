"""Laws on the whole numbers whose neighbouring ratios only fall: summed outwards from the mode.

A queue of thousands of agents has states less likely than any float can say. Every such law is
worked out here from its most likely state outwards as a running product of ratios below 1, until
the rest is below SMALL of the mode: nothing overflows, and nothing is lost by subtraction.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.contact.arguments import EndlessQueueError

__all__ = ["MOST_STATES", "Law", "jumps_within", "mode_of", "outwards"]

Floats = NDArray[np.float64]
Ratio = Callable[[NDArray[np.int64]], Floats]
"""Numbers i -> weight(i + 1) / weight(i); must not rise with i."""

SMALL = 1e-40
MOST_STATES = 4_000_000
"""Memory's bound: about 1 GB at most."""


@dataclass(frozen=True, slots=True)
class Law:
    """Hold the weights of the numbers from `first` on, shape (n,); the mode weighs 1."""

    first: int
    weights: Floats
    is_whole: bool
    """No weight above the last is worth counting."""

    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers that have a weight."""
        return np.arange(self.first, self.first + len(self.weights))


def mode_of(ratio: Ratio, most: int | None) -> int:
    """Return the most likely number up to `most`; raise EndlessQueueError where there is none."""

    def rises(i: int) -> bool:
        return bool(ratio(np.array([i]))[0] >= 1.0)

    if most == 0 or not rises(0):
        return 0
    # rises(low) holds throughout; high is one that does not rise, or the last number
    low, high = 0, 1
    while (most is None or high < most) and rises(high):
        low, high = high, 2 * high
        if high > 2**60:
            raise EndlessQueueError
    high = high if most is None else min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    return high


def _run(factors: Callable[[int, int], Floats], longest: int | None) -> tuple[Floats, bool]:
    """Return running products of factors(from, to) until SMALL, and whether they became so."""
    parts: list[Floats] = []
    start, size, last = 0, 256, 1.0
    while longest is None or start < longest:
        stop = start + size if longest is None else min(start + size, longest)
        if stop > MOST_STATES:
            return np.concatenate([np.empty(0), *parts]), False
        part = np.multiply(last, np.cumprod(factors(start, stop)), dtype=np.float64)
        small = np.flatnonzero(part < SMALL)
        if len(small):
            parts.append(part[: small[0]])
            return np.concatenate(parts), True
        parts.append(part)
        start, size, last = stop, 2 * size, float(part[-1])
    return np.concatenate([np.empty(0), *parts]), False


def outwards(ratio: Ratio, mode: int, most: int | None) -> Law:
    """Return the weights around the mode, in numbers from 0 to `most`."""
    up, ended = _run(
        lambda start, stop: ratio(np.arange(mode + start, mode + stop)),
        None if most is None else most - mode,
    )
    down, _ = _run(lambda start, stop: 1.0 / ratio(mode - 1 - np.arange(start, stop)), mode)
    is_whole = ended or (most is not None and mode + len(up) == most)
    return Law(mode - len(down), np.concatenate([down[::-1], [1.0], up]), is_whole)


def _stirling_rest(n: float) -> float:
    """Return log n! less Stirling's formula for it."""
    if n <= 15:
        return math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi)
    square = n * n
    terms = 1 / 1188.0
    for each in (1 / 1680.0, 1 / 1260.0, 1 / 360.0, 1 / 12.0):
        terms = each - terms / square
    return terms / n


def _deviance(x: float, expected: float) -> float:
    """Return x log(x / expected) + expected - x, precise also where both are nearly equal."""
    gap = x - expected
    if abs(gap) >= 0.1 * (x + expected):
        return x * math.log(x / expected) - gap
    v = gap / (x + expected)
    total, power = gap * v, 2.0 * x * v
    for j in range(1, 200):
        power *= v * v
        term = power / (2 * j + 1)
        if total + term == total:
            break
        total += term
    return total


def _log_weight(i: int, first: float, more: float, within: float) -> float:
    """Return the logarithm of P(N = i) of `jumps_within`.

    Loader (2000), "Fast and accurate computation of binomial probabilities": Stirling's formula
    and deviances, so that no large logarithms are subtracted.
    """
    if i == 0:
        return -first * within
    if more == 0:
        rest = 0.5 * math.log(2 * math.pi * i) + _stirling_rest(i)
        return -rest - _deviance(i, first * within)
    shape = first / more
    p = math.exp(-more * within)
    if p == 0.0:
        return -math.inf
    total = shape + i
    return (
        0.5 * math.log(shape / (2 * math.pi * i * total))
        + _stirling_rest(total)
        - _stirling_rest(shape)
        - _stirling_rest(i)
        - _deviance(shape, total * p)
        - _deviance(i, total * -math.expm1(-more * within))
    )


def jumps_within(
    first: float, more: float, within: float, numbers: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return P(N < q) and P(N > q), shape (n,), for successive numbers q.

    N counts the jumps, within a time, of a process that jumps at the rate first + more · i after
    i jumps: negative binomial, or Poisson where `more` is 0. `first` must exceed `more`.
    """
    last = int(numbers[-1])
    step = -math.expm1(-more * within) / more if more > 0 else within

    def ratio(i: NDArray[np.int64]) -> Floats:
        return np.asarray((first + more * i) * step / (i + 1.0))

    anchor = mode_of(ratio, last)
    is_cut = bool(ratio(np.array([anchor]))[0] >= 1.0)  # the mode lies above the last
    law = outwards(ratio, anchor, anchor if is_cut else None)
    weights = law.weights * math.exp(_log_weight(anchor, first, more, within))
    up_to = np.concatenate([[0.0], np.cumsum(weights)])
    if is_cut or not law.is_whole:
        from_on = 1.0 - up_to
    else:
        from_on = np.concatenate([np.cumsum(weights[::-1])[::-1], [0.0]])
        # below the mode the small sum is the precise one
        below_mode = up_to < 0.5
        from_on[below_mode] = 1.0 - up_to[below_mode]
    place = numbers - law.first
    below = up_to[np.clip(place, 0, len(weights))]
    above = from_on[np.clip(place + 1, 0, len(weights))]
    return np.asarray(below), np.asarray(above)
