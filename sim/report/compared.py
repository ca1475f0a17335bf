"""What the comparison page needs of an experiment; `sim.experiments.compare.Comparison` has it.

Reports stand below experiments, so only the shape is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

__all__ = ["Band", "Comparison", "Interval"]


class Interval(Protocol):
    """A mean with its 95 % confidence interval; None where there is no value, or no interval."""

    @property
    def mean(self) -> float | None:
        """Return the mean."""

    @property
    def low(self) -> float | None:
        """Return the lower end."""

    @property
    def high(self) -> float | None:
        """Return the upper end."""

    @property
    def n(self) -> int:
        """Return the replications (or pairs) that gave a value."""

    @property
    def is_clear(self) -> bool:
        """Tell whether the interval excludes 0."""


class Band(Protocol):
    """Percentiles across replications over time; shape (times,) each."""

    @property
    def t_s(self) -> NDArray[Any]:
        """Return the times, s from the start."""

    @property
    def p10(self) -> NDArray[Any]:
        """Return the 10th percentile."""

    @property
    def p50(self) -> NDArray[Any]:
        """Return the median."""

    @property
    def p90(self) -> NDArray[Any]:
        """Return the 90th percentile."""


class Comparison(Protocol):
    """Cases (the first is the base) compared by paired replications."""

    @property
    def cases(self) -> tuple[str, ...]:
        """Return the names of the cases."""

    @property
    def replications(self) -> int:
        """Return the replications of each case."""

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the seeds, common to all cases."""

    @property
    def span_s(self) -> float | None:
        """Return the length of every run, s; None when they differ."""

    @property
    def means(self) -> Mapping[str, Mapping[str, Interval]]:
        """Return case → indicator → mean."""

    @property
    def differences(self) -> Mapping[str, Mapping[str, Interval]]:
        """Return case → indicator → paired difference from the first case."""

    @property
    def bands(self) -> Mapping[str, Mapping[str, Band]]:
        """Return case → series → band."""
