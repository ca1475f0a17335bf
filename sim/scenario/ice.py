"""Section `hazards.ice`: glaze on overhead lines, and the load it makes with the wind."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Duration, Section, Speed, default
from sim.scenario.moments import Moment

__all__ = ["FreezingRain", "Ice", "IcePoint"]

Millimetres = Annotated[float, Field(ge=0, le=200)]


class IcePoint(Section):
    """One moment of the course of the ice; straight between."""

    at: Moment
    """Time of this point."""
    thickness_mm: Millimetres
    """Radial thickness of glaze on a conductor, mm."""
    wind: Speed = default("0 m/s")
    """Wind on the iced line then (10-minute mean). Default: calm."""


class FreezingRain(Section):
    """A spell of freezing rain, from which the thickness is reckoned (Jones 1998)."""

    from_: Annotated[Moment, Field(alias="from")]
    """Its beginning."""
    lasts: Annotated[Duration, Field(gt=0)]
    """Its length."""
    mm_per_h: Annotated[float, Field(ge=0, le=50)]
    """Rain an hour, mm; all of it freezes: conservative, as in the source."""
    wind: Speed = default("5 m/s")
    """Wind (10-minute mean), which drives more rain onto the line. Default: assumption."""


class Ice(Section):
    """Ice on overhead lines: its course, and how spans and poles stand its load.

    The load a metre is that of weight and wind on the iced conductor (resultant, as in NESC rule
    251). A part fails at a load lognormal about its margin times the load it was built for.
    """

    course: tuple[IcePoint, ...] = ()
    """Thickness over time. Default: none; give this or `rain`."""
    rain: tuple[FreezingRain, ...] = ()
    """Freezing rain over time; what has frozen stays. Default: none."""
    melts_at: Moment | None = None
    """When all ice has fallen off. Default: it stays."""
    districts: dict[str, Annotated[float, Field(ge=0, le=10)]] = default({})
    """Factor on the thickness by district (heights get more). Default: 1 everywhere."""
    conductor_mm: Annotated[float, Field(gt=0, le=100)] = 15.0
    """Diameter of the bare conductor, mm. Default: aluminium of about 120 mm²: assumption."""
    conductor_kg_per_km: Annotated[float, Field(gt=0, le=10_000)] = 470.0
    """Mass of the bare conductor. Default: aluminium with steel of about 120 mm²: assumption."""
    design_ice_mm: Millimetres = 10.0
    """Thickness the lines were built for. Default: 10 mm, a usual ice zone: assumption."""
    design_wind: Speed = default("10 m/s")
    """Wind with that ice they were built for. Default: assumption."""
    span_margin: Annotated[float, Field(gt=0, le=20)] = 2.0
    """Median load at which a span fails, as a multiple of the load built for. Default: assumption
    from the safety factors of 2 to 2.5 usual for conductors."""
    pole_margin: Annotated[float, Field(gt=0, le=20)] = 2.2
    """The same for a pole. Default: assumption."""
    spread: Annotated[float, Field(gt=0, le=2)] = 0.25
    """Standard deviation of the logarithm of that load. Default: assumption."""

    @model_validator(mode="after")
    def _one_course(self) -> Self:
        if bool(self.course) == bool(self.rain):
            raise ValueError(say("give exactly one of course, rain"))
        return self
