"""Section `hazards.flood`: water that rises over low-lying cabinets."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Distance, Section, default
from sim.scenario.moments import Moment

__all__ = ["Flood", "FloodArea", "FloodCircle", "WaterPoint"]


class WaterPoint(Section):
    """One moment of the course of the water; straight between."""

    at: Moment
    """Time of this point."""
    depth_m: Annotated[float, Field(ge=0, le=100)]
    """Depth of water on the ground, m, comparable to the tables' `flood_level_m`."""


class FloodCircle(Section):
    """A circle on the map."""

    latitude: Annotated[float, Field(ge=-89, le=89)]
    """Latitude of its centre, degrees."""
    longitude: Annotated[float, Field(ge=-180, le=180)]
    """Longitude of its centre, degrees."""
    radius: Distance
    """Its radius."""


Corner = tuple[float, float]


class FloodArea(Section):
    """One area under water; where places are given by several keys, each of them is flooded."""

    districts: tuple[str, ...] = ()
    """Whole districts. Default: none."""
    circle: FloodCircle | None = None
    """All in a circle. Default: none."""
    polygon: tuple[Corner, ...] = ()
    """All inside a polygon: its corners in order as [latitude, longitude]. Default: none."""
    course: Annotated[tuple[WaterPoint, ...], Field(min_length=1)]
    """Depth over time; before the first and after the last moment it stays as it is there."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not (self.districts or self.circle or self.polygon):
            raise ValueError(say("give districts, a circle or a polygon"))
        if 0 < len(self.polygon) < 3:
            raise ValueError(say("a polygon needs three corners at least"))
        return self


class Flood(Section):
    """Assets with a `flood_level_m` in the tables fail when the water reaches it.

    Nobody can repair them before the water there is gone.
    """

    areas: Annotated[tuple[FloodArea, ...], Field(min_length=1)]
    """Areas with their courses; where they overlap, the deeper water counts."""
    workable: Distance = default("0 m")
    """Depth at which a crew can work again. Default: none, the water must be gone: assumption."""
