"""Failure of the parts of a line under a load that grows, from numbers drawn before the storm.

Each part (span, pole, tree beside the line) has a keyed uniform number. It fails when the load (a
gust; for ice a multiple of the load built for) first reaches that at which its fragility curve
equals that number: so a stronger storm breaks what a weaker one breaks, and more, and nothing
depends on what else there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Trait
from sim.hazards.shared import Shared
from sim.scenario.hazards import PoleCurve, SpanCurve, SubstationCurve, TowerCurve

__all__ = [
    "CURVES",
    "MPH_MS",
    "Curve",
    "Parts",
    "Thresholds",
    "draw_thresholds",
    "lognormal",
    "tree_curve",
    "wood_pole_of_age",
]

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


def lognormal(median: float, beta: float) -> Curve:
    """Return a lognormal curve by its median and the deviation of the logarithm."""
    normal = NormalDist(math.log(median), beta)
    return Curve(
        lambda gust: normal.cdf(math.log(gust)) if gust > 0 else 0.0,
        lambda share: math.exp(normal.inv_cdf(share)),
    )


_WOOD = {20.0: (65.2, 0.113), 40.0: (63.0, 0.140), 60.0: (57.2, 0.196)}
"""Age in years → median in m/s and beta: fits to Salman, Li & Stewart 2015 (RESS 144:319)."""

CURVES: dict[SpanCurve | PoleCurve | TowerCurve | SubstationCurve, Curve] = {
    # Quanta Technology 2009 for the Public Utility Commission of Texas, project 36375
    "quanta_conductor": _power(8e-12, 5.1731),
    "quanta_pole": _exponential(1e-4, 0.0421),
    "wood_pole_20": lognormal(*_WOOD[20.0]),
    "wood_pole_40": lognormal(*_WOOD[40.0]),
    "wood_pole_60": lognormal(*_WOOD[60.0]),
    # Quanta 2009, used by Ouyang & Dueñas-Osorio 2014 for transmission towers
    "quanta_tower": _exponential(2e-7, 0.0834),
    # Panteli, Pickering, Wilkinson, Dawson & Mancarella 2017, IEEE Trans. Power Syst. 32:3747
    "uk_tower_base": lognormal(80.9, 0.250),
    "uk_tower_robust": lognormal(94.1, 0.251),
    # HAZUS hurricane, severe damage of a substation by terrain, via Watson 2018; V in mph
    "hazus_k1": lognormal(math.exp(5.060) * MPH_MS, 0.150),
    "hazus_k3": lognormal(math.exp(5.141) * MPH_MS, 0.132),
    "hazus_k5": lognormal(math.exp(5.204) * MPH_MS, 0.147),
}
"""The curves a scenario may name, besides `none` and those by age."""


@lru_cache(maxsize=1024)
def wood_pole_of_age(age_years: float) -> Curve:
    """Return the curve of a wood pole: median and beta straight between 20, 40 and 60 years."""
    ages = list(_WOOD)
    median, beta = (
        np.interp(age_years, ages, column) for column in zip(*_WOOD.values(), strict=True)
    )
    return lognormal(float(median), float(beta))


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-score))


@lru_cache(maxsize=1024)
def tree_curve(height_m: float) -> Curve:
    """Return the curve of a tree: stem breakage or uprooting, each less its value without wind.

    Hou & Muraleetharan 2023, Int. J. Disaster Risk Sci. 14:194, table 2 (bur oak of 8 to 28 m,
    3-second gusts): logits -17.28 + 0.42 H + 0.13 U and -2.22 - 0.43 H + 0.11 U. Other heights,
    and independence of the two: assumption.
    """
    stem, root = -17.28 + 0.42 * height_m, -2.22 - 0.43 * height_m
    calm_stem, calm_root = _logistic(stem), _logistic(root)

    def probability(gust_ms: float) -> float:
        breaks = _logistic(stem + 0.13 * gust_ms) - calm_stem
        falls = _logistic(root + 0.11 * gust_ms) - calm_root
        return breaks + falls - breaks * falls

    def gust_ms(share: float) -> float:
        low, high = 0.0, 1.0
        while probability(high) < share and high < 1e6:
            low, high = high, 2.0 * high
        for _ in range(60):  # halving: 60 times is to the last digit
            middle = 0.5 * (low + high)
            low, high = (middle, high) if probability(middle) < share else (low, middle)
        return high

    return Curve(probability, gust_ms)


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
    curves: Sequence[Curve] = ()
    """A curve for each section, where they differ."""

    def curve_at(self, section_ix: int) -> Curve:
        """Return the curve of the parts of a section."""
        return self.curves[section_ix] if self.curves else self.curve


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Hold parts that fail at or below the highest gust of their section, by section and gust."""

    section_ix: NDArray[np.int64]
    number: NDArray[np.int64]
    """Number of the part within its section, from 0."""
    gust_ms: Floats
    is_temporary: NDArray[np.bool_]
    is_latent: NDArray[np.bool_]
    """Left standing by the highest gust, but weakened."""


def draw_thresholds(
    parts: Parts,
    owners: NDArray[np.uint64],
    n_parts: NDArray[np.int64],
    peak_ms: Floats,
    shared: Shared | None = None,
    latent_share: float = 0.0,
) -> Thresholds:
    """Return the parts whose threshold the highest gust of their section reaches.

    `owners` are the sections' numbers (`owner_number`), `n_parts` how many parts each has,
    `shared` what they have in common with others. With a `latent_share` the weakest parts beyond
    come too: so many for each that the gust breaks, on average.
    """
    section_ix = np.repeat(np.arange(len(owners)), n_parts)
    first = np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    number = (np.arange(len(section_ix)) - first).astype(np.int64)
    owner, episode = owners[section_ix], number.astype(np.uint64)
    strength = parts.strength.of_all(owner, episode)
    reached = np.array([parts.curve_at(ix).probability(gust) for ix, gust in enumerate(peak_ms)])
    weakened = np.minimum(reached * (1.0 + latent_share), 1.0)
    own = weakened if shared is None else shared.own_share(weakened)
    failing = np.flatnonzero(strength < own[section_ix])
    share = strength[failing]
    if shared is not None:
        share = shared.together(section_ix[failing], share)
    gust_ms = np.array(
        [
            parts.curve_at(ix).gust_ms(each)
            for ix, each in zip(section_ix[failing], share, strict=True)
        ]
    )
    is_latent = (share >= reached[section_ix[failing]]) & (latent_share > 0.0)
    touch = parts.touch.of_all(owner[failing], episode[failing])
    order = np.lexsort((number[failing], gust_ms, section_ix[failing]))
    failing = failing[order]
    return Thresholds(
        section_ix[failing],
        number[failing],
        gust_ms[order],
        (touch[order] < parts.temporary_share) & ~is_latent[order],
        is_latent[order],
    )
