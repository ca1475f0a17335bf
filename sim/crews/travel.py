"""How long a crew drives: straight distance times a road factor, slower in wind."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.scenario.crews import Travel

__all__ = ["Place", "distance_km", "travel_s"]

_EARTH_KM = 6371.0


class Place(NamedTuple):
    """Where something is: id of the asset or station, district, degrees."""

    id: str
    district_ix: int
    lat: float
    lon: float


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance in km (haversine)."""
    phi_a, phi_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = 0.5 * (phi_b - phi_a)
    half_lon = 0.5 * math.radians(b.lon - a.lon)
    h = math.sin(half_lat) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lon) ** 2
    return 2.0 * _EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def travel_s(a: Place, b: Place, gust_ms: float, section: Travel, limit_ms: float) -> float:
    """Return the driving time in seconds at a gust.

    The speed falls linearly from its calm value at `slow_from` to `slowest_share` of it at the
    stand-down limit, and no further.
    """
    span = max(limit_ms - section.slow_from, 1e-9)
    slowing = min(1.0, max(0.0, (gust_ms - section.slow_from) / span))
    speed_ms = section.speed * (1.0 - slowing * (1.0 - section.slowest_share))
    return distance_km(a, b) * 1000.0 * section.road_factor / speed_ms
