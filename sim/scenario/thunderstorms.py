"""Section `hazards.thunderstorms`: moving cells with their gusts and their lightning."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Between, Distance, Duration, Section, Share, Speed, default
from sim.scenario.moments import Moment
from sim.units import DISTANCE, DURATION

__all__ = ["Cell", "CellShape", "Lightning", "RandomCells", "Thunderstorms"]

Degrees = Annotated[float, Field(ge=0, le=360)]


class CellShape(Section):
    """What one cell is like: it grows and fades along a sine, strongest half-way of its life."""

    speed: Speed = default("40 km/h")
    """Speed over ground. Default: assumption."""
    lasts: Annotated[Duration, Between(DURATION, "1 min", "24 h")] = default("1 h")
    """Life. Default: assumption."""
    radius: Annotated[Distance, Between(DISTANCE, "100 m")] = default("5 km")
    """Distance from the centre, across the track, at which gust and flashes have fallen to 61 %
    (one sigma of a Gaussian). Default: assumption."""
    stretch: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    """Its length along the track over its width. Default: 1, round."""
    gust: Annotated[Speed, Field(le=120)] = default("25 m/s")
    """Strongest 3-second gust at its centre, on land, half-way of its life. Default: assumption;
    25 m/s is about wind force 10."""
    flashes_per_km2_h: Annotated[float, Field(ge=0, le=1000)] = 2.0
    """Flashes to ground a km² and hour at its centre, half-way of its life. Default: assumption,
    with the radius above some five flashes a minute at its strongest."""


class Cell(CellShape):
    """One cell on a straight track."""

    at: Moment
    """Time at which it is born."""
    latitude: Annotated[float, Field(ge=-89, le=89)]
    """Latitude at which it is born, degrees."""
    longitude: Annotated[float, Field(ge=-180, le=180)]
    """Longitude at which it is born, degrees."""
    heading: Degrees
    """Direction it moves to, degrees clockwise from north: 90 is east."""


class RandomCells(CellShape):
    """Cells drawn by the seed, around what is given here."""

    per_day: Annotated[float, Field(ge=0, le=10_000)]
    """Cells born a day on average, while they may be; numbers and times are random (Poisson)."""
    from_: Annotated[Moment, Field(alias="from")] = 0.0
    """From when cells may be born. Default: the start of the run."""
    to: Moment | None = None
    """Until when. Default: the end of the run."""
    latitude: Annotated[float, Field(ge=-89, le=89)]
    """Centre of the circle in which they are born, degrees."""
    longitude: Annotated[float, Field(ge=-180, le=180)]
    """Centre of the circle in which they are born, degrees."""
    within: Annotated[Distance, Between(DISTANCE, "100 m")] = default("50 km")
    """Radius of that circle. Default: assumption."""
    heading: Degrees = 90.0
    """Mean direction they move to, degrees clockwise from north. Default: east, assumption."""
    heading_spread: Annotated[float, Field(ge=0, le=180)] = 30.0
    """Directions are uniform within so many degrees of it. Default: assumption."""
    spread: Share = default("40 %")
    """Speed, life, radius, gust and flashes are each uniform within this share of their value
    above. Default: assumption."""


class Lightning(Section):
    """How flashes to ground become faults of overhead lines: direct strokes only."""

    line_height: Distance = default("10 m")
    """Height of the conductors. Default: 10 m, usual for 10 kV; assumption."""
    line_width: Distance = default("2 m")
    """Distance between the outer conductors. Default: assumption."""
    shielded_share: Share = 0.0
    """Share of the strokes that taller trees and houses take instead. Default: none, open ground:
    assumption; flashes are gathered from a strip 28 h^0.6 + b wide (Eriksson 1987, as in IEEE
    1410; h height and b width in m)."""
    flashover_share: Share = 1.0
    """Share of the strokes that flash over. Default: all; the insulation of 10 to 20 kV lines
    withstands hardly any direct stroke: assumption."""
    temporary_share: Share = 0.8
    """Share of the flashovers that leave no damage. Default: as for all overhead faults in OpenDSS
    (20 % permanent)."""


class Thunderstorms(Section):
    """Thunderstorm cells. Their gusts act on lines and crews as the wind of a typhoon does."""

    cells: tuple[Cell, ...] = ()
    """Given cells. Default: none."""
    random: RandomCells | None = None
    """Cells drawn by the seed. Default: none."""
    lightning: Lightning = Lightning()
    """How their flashes strike lines."""
