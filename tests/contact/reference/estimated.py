"""From samples to estimates with honest doubt, and from p-values to one verdict (Holm)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.student import t_cdf, t_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """Hold an estimate, its standard error and the degrees of freedom behind that."""

    value: float
    error: float
    degrees: int

    @property
    def half_width(self) -> float:
        """Return half the width of the 95 % interval."""
        return t_quantile(0.975, self.degrees) * self.error

    def p_equal(self, exact: float) -> float:
        """Return the two-sided p-value of the estimate if the exact value holds."""
        if math.isclose(self.value, exact, rel_tol=1e-12, abs_tol=1e-12):
            return 1.0  # also where nothing is left to chance
        if self.error == 0.0:
            return 0.0
        return 2.0 * t_cdf(-abs(self.value - exact) / self.error, self.degrees)

    def p_at_most(self, bound: float) -> float:
        """Return the one-sided p-value of the estimate if the value is at most a bound."""
        if self.error == 0.0:
            return 1.0 if self.value <= bound else 0.0
        return t_cdf(-(self.value - bound) / self.error, self.degrees)


def ratio(numerator: Floats, denominator: Floats, controls: Floats) -> Estimate:
    """Return the ratio of two sums over independent units, less what the controls explain.

    controls: shape (units, controls), of mean zero. A linear regression of the linearised ratio on
    them (Lavenberg & Welch, A perspective on control variables, Management Science 27, 1981); its
    t interval is exact for normal units, and units are sums of many calls.
    """
    n, mean = len(numerator), float(denominator.mean())
    value = float(numerator.sum() / denominator.sum())
    rest = numerator - value * denominator
    keep = controls.std(axis=0) > 0.0
    centred = controls[:, keep] - controls[:, keep].mean(axis=0)
    q = centred.shape[1]
    plain = Estimate(value, math.sqrt(float(rest @ rest) / (n - 1) / n) / mean, n - 1)
    if q == 0 or n < 4 * (q + 2):
        return plain
    slopes, *_ = np.linalg.lstsq(centred, rest, rcond=None)
    luck = controls[:, keep].mean(axis=0)
    left = rest - centred @ slopes
    if float(left @ left) < 1e-12 * float(rest @ rest):
        return plain  # a control that explains all is the measure itself, and would prove nothing
    degrees = n - 1 - q
    spread = 1.0 / n + float(luck @ np.linalg.pinv(centred.T @ centred) @ luck)
    error = math.sqrt(float(left @ left) / degrees * spread) / mean
    return Estimate(value - float(luck @ slopes) / mean, error, degrees)


def holm_rejects(p_values: Mapping[str, float], family_wise: float) -> list[str]:
    """Return the hypotheses that fall at a family-wise level, the worst first (Holm 1979)."""
    order: Sequence[tuple[str, float]] = sorted(p_values.items(), key=lambda each: each[1])
    fallen = []
    for rank, (name, p) in enumerate(order):
        if p > family_wise / (len(order) - rank):
            break
        fallen.append(name)
    return fallen
