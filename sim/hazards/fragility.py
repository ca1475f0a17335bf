"""Failure of overhead spans and poles in wind, from numbers drawn before the storm.

Each span and each pole has a keyed uniform number. It fails when the gust first reaches the wind at
which its fragility curve equals that number: so a stronger storm breaks what a weaker one breaks,
and more, and nothing depends on what else there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Trait
from sim.scenario.hazards import PoleCurve, SpanCurve

__all__ = ["CURVES", "Curve", "Parts", "Thresholds", "draw_thresholds"]

Floats = NDArray[np.float64]

MPH_MS = 0.44704


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold a fragility curve both ways: probability of a gust, and gust of a probability."""

    probability: Callable[[float], float]
    """Gust in m/s → share of parts that have failed when it has come."""
    gust_ms: Callable[[float], float]
    """Share (above 0, below 1) → gust in m/s at which it is reached."""


def _power(a: float, b: float) -> Curve:
    """Return P = a V^b, V in mph."""
    return Curve(
        lambda gust: min(1.0, a * (gust / MPH_MS) ** b),
        lambda share: MPH_MS * math.exp(math.log(share / a) / b),
    )


def _exponential(a: float, b: float) -> Curve:
    """Return P = a (exp(b V) - 1), V in mph: the published curve less its value without wind."""
    return Curve(
        lambda gust: min(1.0, a * math.expm1(b * gust / MPH_MS)),
        lambda share: MPH_MS * math.log1p(share / a) / b,
    )


def _lognormal(median_ms: float, beta: float) -> Curve:
    normal = NormalDist(math.log(median_ms), beta)
    return Curve(
        lambda gust: normal.cdf(math.log(gust)) if gust > 0 else 0.0,
        lambda share: math.exp(normal.inv_cdf(share)),
    )


CURVES: dict[SpanCurve | PoleCurve, Curve] = {
    # Quanta Technology 2009 for the Public Utility Commission of Texas, project 36375
    "quanta_conductor": _power(8e-12, 5.1731),
    "quanta_pole": _exponential(1e-4, 0.0421),
    # Salman, Li & Stewart 2015, Reliab. Eng. Syst. Saf. 144:319; lognormal fits
    "wood_pole_20": _lognormal(65.2, 0.113),
    "wood_pole_40": _lognormal(63.0, 0.140),
    "wood_pole_60": _lognormal(57.2, 0.196),
}
"""The curves a scenario may name, besides `none`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Name one kind of part of a line, its curve and its keyed traits."""

    name: str
    extra: int
    """How many more of them a section has than spans: one pole more."""
    curve: Curve
    strength: Trait
    """Uniform number of a part: owner is the section, episode the part's number."""
    touch: Trait
    """Uniform number that decides whether a failed part only touches."""
    temporary_share: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Hold parts that fail at or below the highest gust of their section, by section and gust."""

    section_ix: NDArray[np.int64]
    number: NDArray[np.int64]
    """Number of the part within its section, from 0."""
    gust_ms: Floats
    is_temporary: NDArray[np.bool_]


def draw_thresholds(
    parts: Parts, owners: NDArray[np.uint64], n_parts: NDArray[np.int64], peak_ms: Floats
) -> Thresholds:
    """Return the parts whose threshold the highest gust of their section reaches.

    `owners` are the sections' numbers (`owner_number`), `n_parts` how many parts each has.
    """
    section_ix = np.repeat(np.arange(len(owners)), n_parts)
    first = np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    number = (np.arange(len(section_ix)) - first).astype(np.int64)
    owner, episode = owners[section_ix], number.astype(np.uint64)
    strength = parts.strength.of_all(owner, episode)
    reached = np.array([parts.curve.probability(gust) for gust in peak_ms])
    failing = np.flatnonzero(strength < reached[section_ix])
    gust_ms = np.array([parts.curve.gust_ms(share) for share in strength[failing]])
    touch = parts.touch.of_all(owner[failing], episode[failing])
    order = np.lexsort((number[failing], gust_ms, section_ix[failing]))
    failing = failing[order]
    return Thresholds(
        section_ix[failing],
        number[failing],
        gust_ms[order],
        touch[order] < parts.temporary_share,
    )
