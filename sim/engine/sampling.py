"""Turn a scenario's distribution into the table of quantiles that the contact kernel reads.

The table covers u in (0, 1) from the middle to both ends by octaves: octave k holds shares from
2^-(k+2) to 2^-(k+1) of the lower end (rows 0 to 31), then of the upper end (rows 32 to 63), each in
KNOTS equal steps, so both tails are as fine as the body; between knots the lookup is linear. Where
a quantile jumps or bends (mass at one point, gaps, the steps of a recorded table), the last three
rows say it: shares, lengths just before, lengths just after; their first cell is how many.

How near it comes, tested: mean within 2e-5 of its value, share below any length within 5e-5, mass
at one point to 1e-9 (a random number has 32 bits). Recorded tables of more than EDGES lengths keep
each length's place to 0.4 % of share only.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from sim.engine.quantiles import breaks, mean_s, quantile, share_below
from sim.scenario.distributions import Distribution

__all__ = [
    "EDGES",
    "KNOTS",
    "OCTAVES",
    "lookup",
    "lookup_all",
    "mean_s",
    "quantile",
    "share_below",
    "tabulate",
]

KNOTS = 64
OCTAVES = 32
EDGES = KNOTS
_ROWS = 2 * OCTAVES + 3
_CLOSE = 1e-5
"""Shares nearer than this need no finer knots."""
_Edge = tuple[float, float, float]
"""Share, length just before, length just after."""


def tabulate(distribution: Distribution) -> NDArray[np.float64]:
    """Return the quantile table, shape (2 OCTAVES + 3, KNOTS + 1), seconds."""
    at = quantile(distribution)
    table = np.zeros((_ROWS, KNOTS + 1))
    for octave in range(OCTAVES):
        for knot in range(KNOTS + 1):
            share = 2.0 ** -(octave + 2) * (1.0 + knot / KNOTS)
            table[octave, knot] = at(share)
            table[OCTAVES + octave, knot] = at(1.0 - share)
    edges = _edges(distribution)
    table[2 * OCTAVES, 0] = len(edges)
    for ix, edge in enumerate(edges, start=1):
        table[2 * OCTAVES :, ix] = edge
    return table


def _edges(distribution: Distribution) -> list[_Edge]:
    """Return the breaks of a distribution, and finer knots where a mixture bends between knots."""
    found, is_mixed = breaks(distribution)
    if len(found) > EDGES or not is_mixed:
        return found if len(found) <= EDGES else []
    at = quantile(distribution)
    worst: list[tuple[float, _Edge, _Edge]] = []

    def cell(left: _Edge, right: _Edge) -> None:
        length = 0.5 * (left[2] + right[1])
        wrong = abs(share_below(distribution, length) - 0.5 * (left[0] + right[0]))
        if left[2] < right[1] and wrong > _CLOSE:
            heapq.heappush(worst, (-wrong, left, right))

    for left, right in itertools.pairwise(sorted({*found, *_body(at)})):
        cell(left, right)
    while worst and len(found) < EDGES:
        _wrong, left, right = heapq.heappop(worst)
        share = 0.5 * (left[0] + right[0])
        middle = (share, at(share), at(share))
        found.append(middle)
        cell(left, middle)
        cell(middle, right)
    return sorted(found)


def _body(at: Callable[[float], float]) -> Iterator[_Edge]:
    """Yield the knots whose cells are wide enough to hold a share that matters."""
    for octave in range(10):
        for knot in range(KNOTS + 1):
            share = 2.0 ** -(octave + 2) * (1.0 + knot / KNOTS)
            yield (share, at(share), at(share))
            yield (1.0 - share, at(1.0 - share), at(1.0 - share))


def lookup(table: NDArray[np.float64], bits: int) -> float:
    """Return the length a table gives to 32 random bits (plain arithmetic: numba compiles it).

    The octave is the number of leading zero bits of the number, or of its complement when that is
    the smaller one.
    """
    is_low = bits < 0x80000000
    rest = bits if is_low else 0xFFFFFFFF - bits
    row = 0 if is_low else 32
    if rest == 0:
        return float(table[row + 31, 0])
    span = 0x40000000
    while rest < span:
        span >>= 1
        row += 1
    # the share (rest + 0.5) / 2^32 of its end lies in (span, 2 span) / 2^32
    place = ((rest + 0.5) / span - 1.0) * 64.0
    knot = int(place)
    part = place - knot
    low = table[row, knot]
    high = table[row, knot + 1]
    n_edges = int(table[64, 0])
    if n_edges == 0:
        return float(low + (high - low) * part)
    u = (bits + 0.5) * 2.0**-32
    u_low = span * (1.0 + knot / 64.0) * 2.0**-32
    u_high = span * (1.0 + (knot + 1) / 64.0) * 2.0**-32
    if not is_low:
        u_low, u_high = 1.0 - u_high, 1.0 - u_low
        low, high = high, low
    # edges between the two knots are knots of their own: find the first at or above u
    first = 1
    last = n_edges + 1
    while first < last:
        middle = (first + last) >> 1
        if table[64, middle] < u:
            first = middle + 1
        else:
            last = middle
    if first > 1 and table[64, first - 1] > u_low:
        u_low = table[64, first - 1]
        low = table[66, first - 1]
    if first <= n_edges and table[64, first] < u_high:
        u_high = table[64, first]
        high = table[65, first]
    if u_high <= u_low:
        return float(low)
    return float(low + (high - low) * ((u - u_low) / (u_high - u_low)))


def lookup_all(table: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lengths in seconds that a table gives to many numbers in (0, 1)."""
    u = np.asarray(u, dtype=np.float64)
    is_low = u < 0.5
    share = np.where(is_low, u, 1.0 - u)
    octave = np.clip(-np.frexp(share)[1] - 1, 0, OCTAVES - 1)
    place = np.clip((np.ldexp(share, octave + 2) - 1.0) * KNOTS, 0.0, KNOTS)
    knot = np.minimum(place.astype(np.int64), KNOTS - 1)
    row = np.where(is_low, octave, OCTAVES + octave)
    low, high = table[row, knot], table[row, knot + 1]
    n_edges = int(table[2 * OCTAVES, 0])
    if n_edges == 0:
        return np.asarray(low + (high - low) * (place - knot))
    near, far = (np.ldexp(1.0 + (knot + more) / KNOTS, -(octave + 2)) for more in (0, 1))
    u_low, u_high = np.where(is_low, near, 1.0 - far), np.where(is_low, far, 1.0 - near)
    low, high = np.where(is_low, low, high), np.where(is_low, high, low)
    shares, before, after = table[2 * OCTAVES :, 1 : n_edges + 1]
    next_ix = np.searchsorted(shares, u)
    last, first = np.maximum(next_ix - 1, 0), np.minimum(next_ix, n_edges - 1)
    is_over = (next_ix > 0) & (shares[last] > u_low)
    is_under = (next_ix < n_edges) & (shares[first] < u_high)
    u_low, low = np.where(is_over, shares[last], u_low), np.where(is_over, after[last], low)
    u_high = np.where(is_under, shares[first], u_high)
    high = np.where(is_under, before[first], high)
    part = np.clip((u - u_low) / np.maximum(u_high - u_low, 2.0**-60), 0.0, 1.0)
    return np.asarray(low + (high - low) * part)
