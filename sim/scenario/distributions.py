"""Distributions a scenario may name: `{exponential: 4 min}`, `{lognormal: {median: 2 h, ...}}`.

Each is data only; `engine.sampling` turns it into quantiles. All are of durations in seconds.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Duration, Section, Share, default

__all__ = [
    "Constant",
    "Distribution",
    "Empirical",
    "EmpiricalTable",
    "Erlang",
    "ErlangShape",
    "Exponential",
    "Gamma",
    "GammaShape",
    "Lognormal",
    "LognormalShape",
    "Mixture",
    "MixturePart",
    "Uniform",
    "UniformBounds",
    "Weibull",
    "WeibullShape",
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


class WeibullShape(Section):
    """Shape and scale of a Weibull length."""

    shape: Annotated[float, Field(ge=0.1, le=100)]
    """Below 1 most are short and some very long; 1 is exponential; above 1 they cluster."""
    scale: Annotated[Duration, Field(gt=0)]
    """Length that 63.2 % stay below."""


class Weibull(Section):
    """Weibull lengths."""

    weibull: WeibullShape
    """Shape and scale."""


class ErlangShape(Section):
    """Number of stages and mean of an Erlang length."""

    stages: Annotated[int, Field(ge=1, le=1000, strict=True)]
    """Exponential stages one after the other; 1 is exponential."""
    mean: Annotated[Duration, Field(gt=0)]
    """Mean of all stages together."""


class Erlang(Section):
    """Erlang lengths: the sum of equal exponential stages."""

    erlang: ErlangShape
    """Stages and mean."""


class GammaShape(Section):
    """Shape and mean of a gamma length."""

    shape: Annotated[float, Field(ge=0.05, le=1000)]
    """1 over the square of the coefficient of variation; a whole shape is an Erlang length."""
    mean: Annotated[Duration, Field(gt=0)]
    """Mean."""


class Gamma(Section):
    """Gamma lengths."""

    gamma: GammaShape
    """Shape and mean."""


_Lengths = Annotated[tuple[Duration, ...], Field(min_length=2, max_length=100_000)]


class EmpiricalTable(Section):
    """A recorded distribution: its quantiles or its values, exactly one of the two."""

    quantiles: _Lengths | None = default(None)
    """Lengths at equal shares from the shortest (0 %) to the longest (100 %), in rising order;
    straight between. Default: none."""
    values: _Lengths | None = default(None)
    """Recorded lengths in any order; put in order they stand at equal shares, straight between
    (definition 7 of Hyndman & Fan 1996). Default: none."""

    @model_validator(mode="after")
    def _one_table(self) -> Self:
        if (self.quantiles is None) == (self.values is None):
            raise ValueError(say("give exactly one of quantiles, values"))
        if self.quantiles is not None and list(self.quantiles) != sorted(self.quantiles):
            raise ValueError(say("quantiles must be in rising order"))
        return self

    @cached_property
    def lengths(self) -> tuple[float, ...]:
        """Return the lengths at equal shares from 0 to 1, s, in rising order."""
        if self.quantiles is not None:
            return self.quantiles
        return tuple(sorted(self.values or ()))


class Empirical(Section):
    """Lengths as they were recorded."""

    empirical: EmpiricalTable
    """Quantiles or values."""


class MixturePart(Section):
    """One part of a mixture: its weight, and its distribution."""

    weight: Share
    """Share of this part; all weights add up to 1."""
    of: Constant | Exponential | Lognormal | Uniform | Weibull | Erlang | Gamma | Empirical
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


Distribution = (
    Constant | Exponential | Lognormal | Uniform | Mixture | Weibull | Erlang | Gamma | Empirical
)
"""Any of the distributions above, chosen by its key."""
