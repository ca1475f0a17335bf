"""A number that may be missing, and then says why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["REASONS", "Measured", "count", "percentile", "ratio"]

REASONS = {
    "no_customers": "the grid has no customers",
    "no_sustained_interruption": "there was no sustained interruption",
    "no_queued_call": "no call queued and was answered or lost",
    "no_answered_call": "no call reached an agent",
    "nobody_on_duty": "no agent was on duty",
    "no_incident": "there was no incident",
    "no_notice": "no incident had a notice",
    "no_estimate": "no restored incident had a restoration time",
    "no_crew": "no crew was on duty",
    "no_arrival": "no crew arrived at an incident of this area",
    "no_due_arrival": "no incident of this area had an arrival that was due",
    "no_commitment": "there is no commitment for this area",
}
"""Why a number can be missing: code → meaning."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold one number, or None and the code of the reason (see REASONS)."""

    value: float | None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason in REASONS):
            raise ValueError(f"a missing number needs a known reason, got {self.reason!r}")


def count(number: float) -> Measured:
    """Return a count: it is never missing."""
    return Measured(float(number))


def ratio(numerator: float, denominator: float, reason: str) -> Measured:
    """Return a ratio, missing for the reason given when the denominator is 0."""
    if denominator == 0:
        return Measured(None, reason)
    return Measured(float(numerator) / float(denominator))


def percentile(values: NDArray[np.float64], percent: float, reason: str) -> Measured:
    """Return a percentile (linear between order statistics), missing when there are no values."""
    if not len(values):
        return Measured(None, reason)
    return Measured(float(np.percentile(values, percent)))
