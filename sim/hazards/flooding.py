"""Water over low-lying assets: when they fail, and from when they can be repaired."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.hazards.assets import Assets, Failure
from sim.hazards.courses import rises, straight
from sim.hazards.wind import DEGREE_KM
from sim.scenario.flood import Flood, FloodArea
from sim.units import Calendar

__all__ = ["Waters", "by_flood", "inside"]

Floats = NDArray[np.float64]


def inside(polygon: Sequence[tuple[float, float]], lat: Floats, lon: Floats) -> NDArray[np.bool_]:
    """Say which places lie inside a polygon of (latitude, longitude), by the even-odd rule."""
    within = np.zeros(len(lat), dtype=bool)
    for (lat_1, lon_1), (lat_2, lon_2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if lat_1 == lat_2:
            continue
        crosses = (lat_1 > lat) != (lat_2 > lat)
        at = lon_1 + (lat - lat_1) * (lon_2 - lon_1) / (lat_2 - lat_1)
        within ^= crosses & (lon < at)
    return within


_LEAST_M = 1e-6
"""Depth of water that fails what stands on the ground."""


class Waters:
    """Know the depth of water at places over time; own nothing that changes."""

    def __init__(self, flood: Flood | None, calendar: Calendar) -> None:
        self._workable_m = 0.0 if flood is None else flood.workable * 1000.0
        self._areas = () if flood is None else flood.areas
        self._courses = [
            straight(((each.at, each.depth_m) for each in area.course), calendar)
            for area in self._areas
        ]

    @property
    def is_dry_everywhere(self) -> bool:
        """Say whether no water ever comes."""
        return not self._areas

    def over(self, district: Sequence[str], lat: Floats, lon: Floats) -> list[tuple[int, ...]]:
        """Return for each place the areas of water it lies in."""
        found: list[list[int]] = [[] for _ in district]
        for number, area in enumerate(self._areas):
            for place in np.flatnonzero(_lies_in(area, district, lat, lon)):
                found[int(place)].append(number)
        return [tuple(each) for each in found]

    def course(self, areas: Sequence[int]) -> tuple[Floats, Floats]:
        """Return times and depths where some areas overlap: the deeper water."""
        times = [self._courses[number][0] for number in areas]
        # where two courses cross between their points, the crossing is a point too
        t_s = np.unique(np.concatenate([*times, *self._crossings(areas)]))
        depths = [np.interp(t_s, *self._courses[number]) for number in areas]
        return t_s, np.max(depths, axis=0)

    def _crossings(self, areas: Sequence[int]) -> Iterator[Floats]:
        for k, one in enumerate(areas):
            for other in areas[k + 1 :]:
                t_s = np.union1d(self._courses[one][0], self._courses[other][0])
                gap = np.interp(t_s, *self._courses[one]) - np.interp(t_s, *self._courses[other])
                turns = np.flatnonzero(gap[:-1] * gap[1:] < 0.0)
                part = gap[turns] / (gap[turns] - gap[turns + 1])
                yield t_s[turns] + part * (t_s[turns + 1] - t_s[turns])

    def workable_s(self, now_s: float, district: str, lat: float, lon: float) -> float:
        """Return from when a crew can work at a place; now where there is no water."""
        if not self._areas:
            return now_s
        (areas,) = self.over([district], np.array([lat]), np.array([lon]))
        if not areas:
            return now_s
        t_s, depth_m = self.course(areas)
        at_s = np.append(now_s, t_s[t_s > now_s])
        wet = np.interp(at_s, t_s, depth_m) > self._workable_m
        if not wet[0]:
            return now_s
        dry = np.flatnonzero(~wet)
        if not dry.size:
            return math.inf
        k = int(dry[0])
        before, after = np.interp(at_s[[k - 1, k]], t_s, depth_m)
        part = (before - self._workable_m) / (before - after)
        return float(at_s[k - 1] + part * (at_s[k] - at_s[k - 1]))


def _lies_in(
    area: FloodArea, district: Sequence[str], lat: Floats, lon: Floats
) -> NDArray[np.bool_]:
    within = np.array([name in area.districts for name in district], dtype=bool)
    if area.circle is not None:
        y_km = (lat - area.circle.latitude) * DEGREE_KM
        shrink = DEGREE_KM * math.cos(math.radians(area.circle.latitude))
        x_km = (lon - area.circle.longitude) * shrink
        within |= np.hypot(y_km, x_km) <= area.circle.radius
    if area.polygon:
        within |= inside(area.polygon, lat, lon)
    return within


def by_flood(waters: Waters, assets: Assets, until_s: float) -> list[Failure]:
    """Return the low-lying assets the water reaches, each time it rises over their level."""
    cabinets = assets.cabinets
    failures = []
    for ids, district, lat, lon, levels in (
        (
            assets.sections,
            assets.section_district,
            assets.lat,
            assets.lon,
            assets.section_flood_level_m,
        ),
        (
            assets.transformers,
            assets.transformer_district,
            np.array(assets.transformer_lat),
            np.array(assets.transformer_lon),
            assets.transformer_flood_level_m,
        ),
        (
            tuple(each.id for each in cabinets),
            tuple(each.district for each in cabinets),
            np.array([each.lat for each in cabinets]),
            np.array([each.lon for each in cabinets]),
            tuple(each.flood_level_m for each in cabinets),
        ),
    ):
        low = np.flatnonzero(~np.isnan(np.array(levels, dtype=np.float64)))
        places = [district[ix] for ix in low]
        for ix, areas in zip(low, waters.over(places, lat[low], lon[low]), strict=True):
            if areas:
                failures += [
                    Failure(since_s, ids[ix], "", "permanent", "flood")
                    for since_s, _until_s in rises(*waters.course(areas), max(levels[ix], _LEAST_M))
                    if since_s <= until_s
                ]
    return failures
