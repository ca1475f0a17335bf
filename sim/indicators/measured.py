"""A number that may be missing, and then says why."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.student import t_quantile

__all__ = ["CONFIDENCE", "REASONS", "Batches", "Measured", "count", "percentile", "ratio"]

CONFIDENCE = 0.95
"""Of the intervals of batch means."""

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
    "no_call": "no customer called",
    "no_request": "no customer asked for an agent",
    "no_talk": "no talk with an agent came to its end",
    "no_callback": "nobody took a call back whose end is known",
    "no_outbound": "the centre dialled nobody",
    "no_such_order": "no work order came so far",
    "no_planned_outage": "no planned outage with customers began",
    "no_cut": "no feeder was cut for want of power",
    "no_such_report": "nothing of the kind was reported",
    "nobody_trapped": "nobody was trapped in a lift",
    "no_own_fault_found": "no fault of a customer's own was found out",
    "no_such_call": "the measured window has no call of this kind",
}
"""Why a number can be missing: code → meaning."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold one number, or None and the code of the reason (see REASONS)."""

    value: float | None
    reason: str = ""
    half_width: float | None = None
    """Half the width of its 95 % interval, where there is one."""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason in REASONS):
            raise ValueError(f"a missing number needs a known reason, got {self.reason!r}")


@dataclass(frozen=True, slots=True)
class Batches:
    """Hold a ratio of sums batch by batch, shape (batches,) each."""

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Return the standard error of the ratio of the sums; nan below two batches.

        Batches are taken as independent: the ratio estimator of Law, Simulation Modeling and
        Analysis (2015), 9.5.3, with batches in the place of regeneration cycles.
        """
        n, total = len(self.numerator), float(self.denominator.sum())
        if n < 2 or total == 0.0:
            return math.nan
        rest = self.numerator - self.numerator.sum() / total * self.denominator
        return math.sqrt(float(np.dot(rest, rest)) * n / (n - 1)) / total

    def measured(self, scale: float = 1.0) -> Measured:
        """Return the ratio times the scale with the half-width of its interval."""
        total = float(self.denominator.sum())
        if total == 0.0:
            return Measured(None, "no_such_call")
        value = scale * float(self.numerator.sum()) / total
        n = len(self.numerator)
        if n < 2:
            return Measured(value)
        return Measured(
            value, half_width=scale * t_quantile(0.5 + 0.5 * CONFIDENCE, n - 1) * self.error
        )


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
