"""Arithmetic of time intervals: how many hold at each moment, and what they cover together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["StepSeries", "merged", "open_ended", "stacked"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class StepSeries:
    """Hold a value that changes in steps.

    `values[i]` holds from `t_s[i]` until `t_s[i + 1]`; `t_s` rises strictly from 0 to the end of
    the run, where the last value is repeated. Draw it with horizontal-then-vertical lines.
    """

    t_s: Floats
    values: Floats

    def at(self, times_s: Floats) -> Floats:
        """Return the values at the times given (the last one for times after the end)."""
        places = np.searchsorted(self.t_s, times_s, side="right") - 1
        return np.asarray(self.values[np.maximum(places, 0)])

    @property
    def peak(self) -> float:
        """Return the largest value."""
        return float(self.values.max())

    @property
    def area(self) -> float:
        """Return the integral over time, in value times seconds."""
        return float(np.dot(self.values[:-1], np.diff(self.t_s)))


def stacked(from_s: Floats, to_s: Floats, weights: Floats, end_s: float) -> StepSeries:
    """Return the sum of the weights of the intervals that hold at each moment of 0 to end_s.

    An interval holds from its first moment until just before its last; one that reaches past the
    end still holds at the end.
    """
    first = np.clip(from_s, 0.0, end_s)
    last = np.clip(to_s, 0.0, end_s)
    begins_before_it_ends = first < last
    first, last = first[begins_before_it_ends], last[begins_before_it_ends]
    weight = np.asarray(weights, dtype=np.float64)[begins_before_it_ends]
    still = to_s[begins_before_it_ends] > end_s
    times = np.concatenate(([0.0, end_s], first, last[~still]))
    changes = np.concatenate(([0.0, 0.0], weight, -weight[~still]))
    t_s, place = np.unique(times, return_inverse=True)
    totals = np.bincount(place, weights=changes, minlength=len(t_s))
    return StepSeries(t_s, np.cumsum(totals))


def open_ended(to_s: Floats, end_s: float) -> Floats:
    """Return the ends with those at the end of the run made infinite: cut short, not over."""
    return np.where(to_s >= end_s, np.inf, to_s)


def merged(
    owners: NDArray[np.int64], from_s: Floats, to_s: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return each owner's intervals with overlapping and touching ones made one.

    The result (owner, from, to) is in the order of owner, then time.
    """
    real = to_s > from_s
    owners, from_s, to_s = owners[real], from_s[real], to_s[real]
    if not len(owners):
        return owners, from_s, to_s
    order = np.lexsort((from_s, owners))
    owners, from_s, to_s = owners[order], from_s[order], to_s[order]
    # the owners are laid end to end on one axis, so one running maximum serves all
    rank = np.cumsum(np.concatenate(([0], np.diff(owners) != 0)))
    offset = rank * (to_s.max() - from_s.min() + 1.0)
    reach = np.maximum.accumulate(to_s + offset)
    opens = np.concatenate(([True], (from_s + offset)[1:] > reach[:-1]))
    firsts = np.flatnonzero(opens)
    return owners[firsts], from_s[firsts], np.maximum.reduceat(to_s, firsts)
