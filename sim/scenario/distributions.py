"""Distributions a scenario may name: `{exponential: 4 min}`, `{lognormal: {median: 2 h, ...}}`.

Each is data only; `engine.sampling` turns it into quantiles. All are of durations in seconds.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Duration, Section, Share

__all__ = [
    "Constant",
    "Distribution",
    "Exponential",
    "Lognormal",
    "LognormalShape",
    "Mixture",
    "MixturePart",
    "Uniform",
    "UniformBounds",
]


class Constant(Section):
    """Always the same length."""

    constant: Duration
    """The length."""


class Exponential(Section):
    """Exponential lengths."""

    exponential: Duration
    """The mean."""


class LognormalShape(Section):
    """Median and 90th percentile of a lognormal length."""

    median: Annotated[Duration, Field(gt=0)]
    """Half of all are shorter."""
    p90: Annotated[Duration, Field(gt=0)]
    """Nine of ten are shorter; above the median."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.p90 <= self.median:
            raise ValueError(say("p90 must be longer than the median"))
        return self


class Lognormal(Section):
    """Lognormal lengths."""

    lognormal: LognormalShape
    """Median and 90th percentile."""


class UniformBounds(Section):
    """Shortest and longest of a uniform length."""

    low: Duration
    """The shortest."""
    high: Duration
    """The longest."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            raise ValueError(say("high must not be shorter than low"))
        return self


class Uniform(Section):
    """Lengths uniform between two bounds."""

    uniform: UniformBounds
    """The bounds."""


class MixturePart(Section):
    """One part of a mixture: its weight, and its distribution."""

    weight: Share
    """Share of this part; all weights add up to 1."""
    of: Constant | Exponential | Lognormal | Uniform
    """Distribution of this part."""


class Mixture(Section):
    """One of several distributions, chosen by weight (`constant: 0 s` gives mass at zero)."""

    mixture: Annotated[tuple[MixturePart, ...], Field(min_length=1)]
    """The parts."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(part.weight for part in self.mixture)
        if abs(total - 1.0) > 1e-9:
            raise ValueError(say("the weights add up to {total:g}, not 1", total=total))
        return self


Distribution = Constant | Exponential | Lognormal | Uniform | Mixture
"""Any of the distributions above, chosen by its key."""
