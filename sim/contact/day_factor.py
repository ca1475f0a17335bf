"""Means over days of which each has its own rate of calls, drawn from a gamma law."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.contact.arguments import positive

__all__ = ["per_call_over_days"]

TOLERANCE = 1e-12
FAINT = 60.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)


def per_call_over_days(
    measure: Callable[[float], float], arrival_rate: float, shape: float
) -> float:
    """Return a measure per call over days, E[rate measure(rate)] / E[rate].

    A day's rate is arrival_rate times a gamma factor of this shape and mean 1. `measure` is any
    measure per call as a smooth function of the rate, for example
    `lambda rate: erlang_a(rate, 0.25, 200, 1 / 3, within=1 / 3).p_abandon`.
    """
    positive("arrival_rate", arrival_rate)
    positive("shape", shape)
    # most calls come on busy days: weighted by calls, the factor is gamma of shape + 1
    mode = 1.0

    def log_density(factor: float) -> float:
        return shape * (math.log(factor) - factor + 1.0)

    def edge(away: float) -> float:
        """Return the factor on one side of the mode where the density is faint."""
        near, far = mode, mode * away
        while log_density(far) > -FAINT:
            near, far = far, far * away
        for _ in range(60):
            middle = 0.5 * (near + far)
            near, far = (middle, far) if log_density(middle) > -FAINT else (near, middle)
        return far

    def piece(low: float, high: float) -> NDArray[np.float64]:
        """Return the integrals of the measure and of 1, both weighted."""
        total = np.zeros(2)
        for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
            factor = 0.5 * (low + high) + 0.5 * (high - low) * node
            density = 0.5 * (high - low) * weight * math.exp(log_density(factor))
            total += density * np.array([measure(factor * arrival_rate), 1.0])
        return total

    size = math.sqrt(2.0 * math.pi / shape)  # about the integral of 1

    def halved(low: float, high: float, coarse: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = 0.5 * (low + high)
        parts = piece(low, middle), piece(middle, high)
        fine = parts[0] + parts[1]
        wrong = np.abs(fine - coarse) > TOLERANCE * np.maximum(np.abs(fine), 1e-4 * size)
        if not wrong.any() or high - low < 1e-9:
            return fine
        return halved(low, middle, parts[0]) + halved(middle, high, parts[1])

    low, high = edge(0.5), edge(2.0)
    total = halved(low, mode, piece(low, mode)) + halved(mode, high, piece(mode, high))
    return float(total[0] / total[1])
