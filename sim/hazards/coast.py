"""Tell sea from land for a storm's centre: an approximate coast of eastern China.

The coast is one longitude a latitude from 22.5° N to 37.4° N (Shenzhen to Weihai), about 30 points
set by eye and good to some 10–20 km: enough to say that a moved track is over land hours before or
after the recorded one, no more. West of it is land. Bays and headlands are cut off, Hangzhou Bay is
water, islands (Taiwan too) are not land. Outside these latitudes nothing counts as land.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["COAST", "coast_lon", "east_of_coast_deg"]

Floats = NDArray[np.float64]

COAST: tuple[tuple[float, float], ...] = (
    (22.5, 114.5),
    (22.8, 115.6),
    (23.3, 116.7),
    (23.7, 117.4),
    (24.4, 118.1),
    (24.9, 118.9),
    (25.4, 119.3),
    (25.7, 119.6),
    (26.1, 119.7),
    (26.4, 119.9),
    (26.7, 120.1),
    (27.0, 120.25),
    (27.2, 120.45),
    (27.5, 120.65),
    (27.8, 120.75),
    (28.0, 121.0),
    (28.25, 121.45),
    (28.7, 121.6),
    (29.0, 121.7),
    (29.3, 121.95),
    (29.9, 122.0),
    (30.25, 121.4),
    (30.6, 121.05),
    (30.9, 121.95),
    (31.7, 121.9),
    (32.2, 121.5),
    (32.6, 120.95),
    (33.2, 120.85),
    (33.8, 120.5),
    (34.3, 120.2),
    (34.7, 119.4),
    (35.1, 119.3),
    (35.4, 119.55),
    (35.9, 120.2),
    (36.6, 121.1),
    (36.9, 122.4),
    (37.4, 122.55),
)
"""Latitude and longitude of the coast, degrees; approximate."""

_LAT = np.array([lat for lat, _ in COAST])
_LON = np.array([lon for _, lon in COAST])


def coast_lon(lat: Floats) -> Floats:
    """Return the longitude of the coast at latitudes; NaN outside the known ones."""
    coast: Floats = np.interp(lat, _LAT, _LON, left=np.nan, right=np.nan)
    return coast


def east_of_coast_deg(lat: Floats, lon: Floats) -> Floats:
    """Return degrees east of the coast: negative over land, +inf where no coast is known."""
    east = lon - coast_lon(lat)
    known: Floats = np.where(np.isnan(east), np.inf, east)
    return known
