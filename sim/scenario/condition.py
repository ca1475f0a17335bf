"""Sections `hazards.ageing`, `hazards.dependence`, `hazards.latent`: how assets differ in fate."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Between, Distance, Section, Share, default
from sim.scenario.distributions import Distribution
from sim.units import DISTANCE

__all__ = ["AgeCurve", "Ageing", "Bathtub", "Dependence", "Latent", "WeibullAge"]

Years = Annotated[float, Field(gt=0, le=200)]


class WeibullAge(Section):
    """The hazard of a Weibull life, relative to that at a reference age."""

    curve: Literal["weibull"]
    """Kind of curve."""
    shape: Annotated[float, Field(ge=1, le=20)] = 2.5
    """Shape of the Weibull life: the factor is (age / reference)^(shape − 1). Default:
    assumption."""
    reference_years: Years = 15.0
    """Age at which the factor is 1. Default: assumption, near the mean age of a grid."""


class Bathtub(Section):
    """Early failures that fade, then wear that grows."""

    curve: Literal["bathtub"]
    """Kind of curve."""
    early: Annotated[float, Field(ge=1, le=100)] = 2.0
    """Factor of a new asset. Default: assumption."""
    early_years: Years = 1.0
    """Years in which what is above 1 of it falls to 37 %. Default: assumption."""
    wear_from_years: Annotated[float, Field(ge=0, le=200)] = 20.0
    """Age from which wear shows. Default: assumption."""
    wear_per_year: Annotated[float, Field(ge=0, le=1)] = 0.08
    """Growth of the factor a year from then on (exponential). Default: assumption."""


AgeCurve = WeibullAge | Bathtub


class Ageing(Section):
    """Factor on the steady rates by the tables' `age_years`; without an age it is 1."""

    sections: AgeCurve | None = None
    """Of line sections. Default: none."""
    transformers: AgeCurve | None = None
    """Of distribution transformers. Default: none."""


class Dependence(Section):
    """Neighbours share strength: a Gaussian copula over the parts' own numbers.

    Each share is the correlation (of normal scores) it gives to two parts that have it in common.
    How many parts fail on average stays the same; failures come in clumps.
    """

    district: Share = 0.0
    """Shared by all parts of a district (its standards, its workmanship). Default: none."""
    feeder: Share = 0.0
    """Shared by all parts of a feeder as built (its year, its route). Default: none."""
    nearby: Share = 0.0
    """Shared by parts close to each other; falls with their distance d as
    exp(−d² / 2 length²). Default: none."""
    length: Annotated[Distance, Between(DISTANCE, "10 m")] = default("2 km")
    """Length of `nearby`. Default: assumption."""

    @model_validator(mode="after")
    def _own_part(self) -> Self:
        if self.total >= 1.0:
            raise ValueError(say("district, feeder and nearby must be less than 100 % together"))
        return self

    @property
    def total(self) -> float:
        """Return what parts of one place of one feeder have in common."""
        return self.district + self.feeder + self.nearby


def _delay() -> dict[str, dict[str, str]]:
    return {"lognormal": {"median": "24 h", "p90": "96 h"}}


class Latent(Section):
    """Parts weakened by wind or ice that fail later, on a calm day."""

    share: Annotated[float, Field(ge=0, le=10)] = 0.1
    """Parts that are weakened for each that breaks at once: the weakest of those left standing.
    Default: assumption."""
    delay: Distribution = default(_delay())
    """From the worst moment of the storm to the failure. Default: assumption."""
