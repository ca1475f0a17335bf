"""Days of random busyness: a gamma factor a day makes the number of calls negative binomial.

The busyness of the days drawn is most of the doubt, and its distribution is known. So days are put
into strata by their number of calls, each stratum gets its exact weight (post-stratification,
Cochran, Sampling Techniques, 1977, 5A.9), and only the doubt within strata is left. Within a
stratum the calls that wait are regressed on all calls.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tests.contact.reference.estimated import Estimate
from tests.contact.reference.written import RANDOM_DAY_MIN, Case

Floats = NDArray[np.float64]

MEASURED_S = (3600.0, 60.0 * RANDOM_DAY_MIN)
"""Stretch of each day that is measured, s; the day starts empty."""
DAYS_A_STRATUM = 25


def weights_of_counts(shape: float, mean: float) -> Floats:
    """Return P(N = k) of a Poisson number with a gamma mean, k from 0; the last has the tail."""
    most = int(mean * (1.0 + 12.0 / math.sqrt(shape)) + 200)
    k = np.arange(most + 1)
    log_rising = np.concatenate(([0.0], np.cumsum(np.log((shape + k[:-1]) / (k[:-1] + 1.0)))))
    p = mean / (mean + shape)
    weights = np.exp(log_rising + k * math.log(p) + shape * math.log1p(-p))
    weights[-1] += max(0.0, 1.0 - weights.sum())
    return weights


def estimate(case: Case, numerator: Floats, calls: Floats) -> Estimate:
    """Return E[numerator] / E[calls] over days."""
    mean = case["params"]["arrival_per_min_mean"] * (MEASURED_S[1] - MEASURED_S[0]) / 60.0
    weights = weights_of_counts(case["params"]["gamma_shape"], mean)
    counts = np.arange(len(weights))
    order = np.argsort(calls, kind="stable")
    n_strata = max(2, len(calls) // DAYS_A_STRATUM)
    cuts = calls[order][[len(calls) * i // n_strata for i in range(1, n_strata)]]
    edges = np.concatenate(([-1.0], np.unique(cuts), [np.inf]))
    total, variance = 0.0, 0.0
    for low, high in pairwise(edges):
        rows = (calls > low) & (calls <= high)
        within = (counts > low) & (counts <= high)
        share = float(weights[within].sum())
        known = float((weights[within] * counts[within]).sum()) / share
        x, y = calls[rows], numerator[rows]
        n = len(x)
        if n < 5:
            raise ValueError("too few days in a stratum")
        centred = x - x.mean()
        spread = float(centred @ centred)
        slope = float(centred @ y) / spread if spread > 0.0 else 0.0
        left = y - y.mean() - slope * centred
        total += share * (float(y.mean()) + slope * (known - float(x.mean())))
        doubt = 1.0 / n + ((known - float(x.mean())) ** 2 / spread if spread > 0.0 else 0.0)
        variance += share**2 * float(left @ left) / (n - 2) * doubt
    return Estimate(total / mean, math.sqrt(variance) / mean, len(calls) - 3 * n_strata)
