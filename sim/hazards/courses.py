"""Courses over time, straight between their points, and random arrivals along such a course."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Trait
from sim.scenario.moments import Moment
from sim.units import Calendar

__all__ = ["arrivals", "rises", "sampled", "seconds_of", "straight", "summed"]

Floats = NDArray[np.float64]


def seconds_of(moment: Moment, calendar: Calendar) -> float:
    """Return a moment of a scenario in seconds from the start of the run."""
    return calendar.seconds(moment) if isinstance(moment, datetime) else moment


def straight(points: Iterable[tuple[Moment, float]], calendar: Calendar) -> tuple[Floats, Floats]:
    """Return times and values of a course, in order of time."""
    found = sorted((seconds_of(at, calendar), value) for at, value in points)
    return np.array([t for t, _ in found]), np.array([value for _, value in found])


def sampled(
    until_s: float, step_s: float, span_s: tuple[float, float] = (-math.inf, math.inf)
) -> Floats:
    """Return evenly spaced times from 0 up to and including a time.

    Those outside a span, but for one on each side of it, are left out; none where it lies outside.
    """
    from_s, to_s = max(span_s[0], 0.0), min(span_s[1], until_s)
    if to_s < from_s:
        return np.empty(0)
    first, last = math.floor(from_s / step_s), math.ceil(to_s / step_s)
    times_s = np.arange(first, last + 1, dtype=np.float64) * step_s
    if last * step_s < until_s:
        return times_s
    return np.append(times_s[times_s < until_s], until_s)


def rises(t_s: Floats, values: Floats, level: float) -> Iterator[tuple[float, float]]:
    """Yield when a course reaches a level from below after time 0, and when it is under it again.

    What has reached it at time 0 counts as risen then. The end is infinite for a course that stays.
    """
    marks = np.append(t_s[t_s > 0.0], np.inf)
    before_s, before = 0.0, float(np.interp(0.0, t_s, values))
    since = 0.0 if before >= level else np.nan
    for mark in marks:
        if not np.isfinite(mark):
            break
        value = float(np.interp(mark, t_s, values))
        if before < level <= value:
            since = before_s + (level - before) / (value - before) * (mark - before_s)
        elif value < level <= before:
            yield since, before_s + (before - level) / (before - value) * (mark - before_s)
            since = np.nan
        before_s, before = float(mark), value
    if not np.isnan(since):
        yield since, np.inf


def summed(t_s: Floats, values: Floats) -> Floats:
    """Return the integral of a course up to each time, along the first axis (trapezoids)."""
    steps = np.diff(t_s).reshape((-1,) + (1,) * (values.ndim - 1))
    parts = 0.5 * (values[1:] + values[:-1]) * steps
    return np.concatenate([np.zeros_like(values[:1]), np.cumsum(parts, axis=0)])


def arrivals(
    owners: NDArray[np.uint64], expected: Floats, wait: Trait
) -> Iterator[tuple[NDArray[np.int64], Floats, int]]:
    """Yield random arrivals of many owners, in rounds: who, at which expected number, which round.

    `expected` are the arrivals of each owner in all. An owner's arrivals are a Poisson stream of
    rate 1 on the scale of its expected number: turn that back into time by its own course.
    """
    level = np.zeros(len(owners))
    alive = np.flatnonzero(expected > 0.0)
    episode = 0
    while alive.size:
        level[alive] -= np.log(wait.of_all(owners[alive], episode))
        alive = alive[level[alive] <= expected[alive]]
        if alive.size:
            yield alive, level[alive], episode
        episode += 1
