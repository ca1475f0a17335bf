"""Thunderstorm cells: where they are, how hard they blow and how often they flash.

A cell is an ellipse on a straight track: gust and flashes fall from its centre as a Gaussian, and
grow and fade over its life as a sine. Distances are on a plane about the cell's birthplace.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.hazards.courses import seconds_of
from sim.hazards.wind import DEGREE_KM
from sim.scenario.thunderstorms import Cell, CellShape, RandomCells, Thunderstorms
from sim.units import DAY_S, Calendar

__all__ = ["CELL_STEP_S", "FAR_SIGMAS", "CellField", "MovingCell", "cell_field"]

Floats = NDArray[np.float64]

CELL_STEP_S = 120.0
"""Step at which gusts and flashes of a cell are sampled while it lives: it moves a kilometre."""
FAR_SIGMAS = 4.0
"""Beyond so many radii a cell is not felt: there it has 0.03 % of its strength."""
_MOST_CELLS = 100_000


@dataclass(frozen=True, slots=True)
class MovingCell:
    """Hold one cell with all numbers fixed; seconds of the run, degrees, m/s, km."""

    born_s: float
    lasts_s: float
    lat: float
    lon: float
    heading: float
    speed_ms: float
    radius_km: float
    stretch: float
    gust: float
    flashes: float
    """Flashes a km² and hour at its centre at its strongest."""

    @property
    def ends_s(self) -> float:
        """Return when it is gone."""
        return self.born_s + self.lasts_s

    def strength(self, t_s: Floats, lat: Floats, lon: Floats) -> Floats:
        """Return its strength from 0 to 1, shape (times, places); 0 outside its life."""
        age_s = (t_s - self.born_s)[:, None]
        north = math.cos(math.radians(self.heading))
        east = math.sin(math.radians(self.heading))
        moved_km = self.speed_ms * age_s / 1000.0
        y_km = (lat - self.lat)[None, :] * DEGREE_KM - moved_km * north
        shrink = DEGREE_KM * math.cos(math.radians(self.lat))
        x_km = (lon - self.lon)[None, :] * shrink - moved_km * east
        along = (y_km * north + x_km * east) / (self.radius_km * self.stretch)
        across = (x_km * north - y_km * east) / self.radius_km
        grown = np.where(
            (age_s > 0.0) & (age_s < self.lasts_s), np.sin(np.pi * age_s / self.lasts_s), 0.0
        )
        return np.asarray(grown * np.exp(-0.5 * (along**2 + across**2)))

    def is_near(self, lat: Floats, lon: Floats) -> NDArray[np.bool_]:
        """Say which places lie near its track."""
        shrink = DEGREE_KM * math.cos(math.radians(self.lat))
        y_km, x_km = (lat - self.lat) * DEGREE_KM, (lon - self.lon) * shrink
        north, east = math.cos(math.radians(self.heading)), math.sin(math.radians(self.heading))
        track_km = self.speed_ms * self.lasts_s / 1000.0
        along = np.clip(y_km * north + x_km * east, 0.0, track_km)
        away = np.hypot(y_km - along * north, x_km - along * east)
        return np.asarray(away <= FAR_SIGMAS * self.radius_km * max(1.0, self.stretch))


class CellField:
    """Answer for gusts and flashes of all cells, at any place and time."""

    def __init__(self, cells: Sequence[MovingCell]) -> None:
        self.cells = tuple(cells)

    def gusts_ms(self, t_s: Floats, lat: Floats, lon: Floats) -> Floats:
        """Return the gusts of the strongest cell, shape (times, places)."""
        gusts = np.zeros((len(t_s), len(lat)))
        for cell in self.cells:
            rows = np.flatnonzero((t_s >= cell.born_s) & (t_s <= cell.ends_s))
            near = np.flatnonzero(cell.is_near(lat, lon))
            if rows.size and near.size:
                felt = cell.gust * cell.strength(t_s[rows], lat[near], lon[near])
                part = np.ix_(rows, near)
                gusts[part] = np.maximum(gusts[part], felt)
        return gusts

    @cached_property
    def times_s(self) -> Floats:
        """Return the times at which its gusts are to be sampled, in order."""
        spans = [
            np.linspace(cell.born_s, cell.ends_s, 1 + math.ceil(cell.lasts_s / CELL_STEP_S))
            for cell in self.cells
        ]
        return np.unique(np.concatenate(spans)) if spans else np.empty(0)

    def flashes_per_km2(self, t_s: Floats, lat: Floats, lon: Floats) -> Floats:
        """Return the rate of flashes a km² and hour, shape (times, places): all cells together."""
        rate = np.zeros((len(t_s), len(lat)))
        for cell in self.cells:
            rate += cell.flashes * cell.strength(t_s, lat, lon)
        return rate


def cell_field(
    section: Thunderstorms | None, streams: Streams, calendar: Calendar, until_s: float
) -> CellField:
    """Return the cells of a run: those given and those drawn."""
    numbers = streams.trait("hazards.cells")
    if section is None:
        return CellField(())
    cells = [_given(each, calendar) for each in section.cells]
    if section.random is not None:
        random = section.random
        t_s = seconds_of(random.from_, calendar)
        ends_s = until_s if random.to is None else seconds_of(random.to, calendar)
        for number in range(_MOST_CELLS):
            luck = [numbers.of(number, trait) for trait in range(_TRAITS)]
            if random.per_day > 0.0:
                t_s -= math.log(luck[0]) * DAY_S / random.per_day
            if random.per_day == 0.0 or t_s > min(ends_s, until_s):
                break
            cells.append(_drawn(random, t_s, luck))
    return CellField(cells)


_TRAITS = 9


def _given(cell: Cell, calendar: Calendar) -> MovingCell:
    born_s = seconds_of(cell.at, calendar)
    return _moving(cell, born_s, cell.latitude, cell.longitude, cell.heading, (1.0,) * 5)


def _drawn(random: RandomCells, born_s: float, luck: Sequence[float]) -> MovingCell:
    """Return a cell born anywhere in the circle; its numbers are its own."""
    away_km, towards = random.within * math.sqrt(luck[1]), 2.0 * math.pi * luck[2]
    lat = random.latitude + away_km * math.cos(towards) / DEGREE_KM
    shrink = DEGREE_KM * math.cos(math.radians(random.latitude))
    lon = random.longitude + away_km * math.sin(towards) / shrink
    heading = random.heading + random.heading_spread * (2.0 * luck[3] - 1.0)
    factors = tuple(1.0 + random.spread * (2.0 * each - 1.0) for each in luck[4:9])
    return _moving(random, born_s, lat, lon, heading, factors)


def _moving(
    shape: CellShape,
    born_s: float,
    lat: float,
    lon: float,
    heading: float,
    factors: Sequence[float],
) -> MovingCell:
    speed, life, radius, gust, flashes = factors
    return MovingCell(
        born_s,
        max(shape.lasts * life, 1.0),
        lat,
        lon,
        heading,
        shape.speed * speed,
        max(shape.radius * radius, 0.01),
        shape.stretch,
        shape.gust * gust,
        shape.flashes_per_km2_h * flashes,
    )
