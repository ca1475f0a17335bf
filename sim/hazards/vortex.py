"""Published formulas of a tropical cyclone's wind: size, radial profiles, motion, decay.

Speeds are m/s, distances km, pressures hPa, latitudes degrees. The recorded maximum is a 10-minute
mean at 10 m over the sea. The profiles were fitted to winds at flight level, so their parameters
are taken at the maximum brought up there; the ratio of the wind to its maximum is then applied to
the recorded one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "decayed_ms",
    "gradient_ms",
    "holland_b",
    "holland_ratio",
    "motion_share",
    "radius_of_maximum_km",
    "willoughby_parameters",
    "willoughby_ratio",
]

Floats = NDArray[np.float64]
Value = Any
"""A float or an array; all formulas broadcast."""

TEN_MINUTE_OVER_ONE_MINUTE = 0.93
"""At sea (Harper, Kepert & Ginger 2010, WMO/TD-No. 1555)."""
SURFACE_OVER_GRADIENT = 0.9
"""Sustained wind at 10 m over that at flight level (Franklin, Black & Valde 2003,
Wea. Forecasting 18:32: about 0.9 in the eyewall)."""
AIR_DENSITY = 1.15
"""kg/m³ (Holland 1980)."""
INNER_SCALE_KM = 25.0
"""Faster of the two decay lengths of the double-exponential profile (Willoughby et al. 2006)."""
DECAY_PER_H = 0.095
DECAY_FLOOR_MS = 26.7 * 1852.0 / 3600.0 * TEN_MINUTE_OVER_ONE_MINUTE
"""Rate and background wind of decay over land (Kaplan & DeMaria 1995, J. Appl. Meteor. 34:2499:
0.095 per hour, 26.7 kt as a 1-minute mean)."""


def gradient_ms(surface_ms: Value) -> Value:
    """Return the 1-minute mean at flight level that belongs to a 10-minute mean at the surface."""
    return surface_ms / (TEN_MINUTE_OVER_ONE_MINUTE * SURFACE_OVER_GRADIENT)


def radius_of_maximum_km(gradient: Value, lat: Value) -> Value:
    """Return the radius of maximum wind (Willoughby, Darling & Rahn 2006, eq. 7a).

    R = 46.4 exp(-0.0155 V + 0.0169 lat), Mon. Wea. Rev. 134:1102.
    """
    return 46.4 * np.exp(-0.0155 * gradient + 0.0169 * np.abs(lat))


def willoughby_parameters(gradient: Value, lat: Value) -> tuple[Value, Value, Value]:
    """Return exponent n, outer length X1 in km and weight A (Willoughby et al. 2006, eqs. 10)."""
    lat = np.abs(lat)
    n = 0.4067 + 0.0144 * gradient - 0.0038 * lat
    x1_km = 317.1 - 2.026 * gradient + 1.915 * lat
    weight = np.maximum(0.0, 0.0696 + 0.0049 * gradient - 0.0064 * lat)
    return n, x1_km, weight


def willoughby_ratio(r_km: Value, rm_km: Value, n: Value, x1_km: Value, weight: Value) -> Value:
    """Return wind over maximum wind: a power law inside, two exponentials outside (eqs. 1 and 4).

    The paper blends the two over a narrow ring around the maximum; that ring is left out, so that
    the maximum is exactly the recorded one.
    """
    beyond = np.maximum(r_km - rm_km, 0.0)
    outside = (1.0 - weight) * np.exp(-beyond / x1_km) + weight * np.exp(-beyond / INNER_SCALE_KM)
    inside = np.minimum(r_km / rm_km, 1.0) ** n
    return inside * outside


def holland_b(gradient: Value, deficit_hpa: Value) -> Value:
    """Return Holland's B from maximum wind and pressure deficit, kept within 1 to 2.5.

    B = e rho V² / dp (Holland 1980, Mon. Wea. Rev. 108:1212), with the bounds given there.
    """
    b = np.e * AIR_DENSITY * gradient**2 / (100.0 * np.maximum(deficit_hpa, 1.0))
    return np.clip(b, 1.0, 2.5)


def holland_ratio(r_km: Value, rm_km: Value, b: Value) -> Value:
    """Return wind over maximum wind, cyclostrophic (Holland 1980, eq. 6 over eq. 8)."""
    x = (rm_km / np.maximum(r_km, 1e-3)) ** b
    return np.sqrt(x * np.exp(np.minimum(1.0 - x, 1.0)))


def motion_share(r_km: Value, rm_km: Value) -> Value:
    """Return the share of the storm's motion added to its wind: at most one half, at the maximum.

    R r / (R² + r²) (Phadke, Martino, Cheung & Houston 2003, Ocean Engineering 30:553).
    """
    return rm_km * r_km / (rm_km * rm_km + r_km * r_km)


def decayed_ms(wind: Floats, over_land_h: Floats) -> Floats:
    """Return the maximum wind after further hours over land (Kaplan & DeMaria 1995).

    Vb + (V - Vb) exp(-alpha t), for winds above Vb only. Their factor 0.9 for the step onto land is
    left out: the share of the wind over land is applied to all places already.
    """
    excess = np.maximum(wind - DECAY_FLOOR_MS, 0.0)
    left: Floats = wind - excess * -np.expm1(-DECAY_PER_H * over_land_h)
    return left
