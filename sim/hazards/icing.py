"""Ice on lines: how thick it grows, what it weighs with the wind, and what it breaks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.hazards.assets import Failure
from sim.hazards.courses import sampled, seconds_of, straight
from sim.hazards.fragility import Parts, lognormal
from sim.hazards.loaded import Later, Lines, breaking
from sim.scenario.ice import Ice
from sim.units import HOUR_S, Calendar

__all__ = ["accretion_mm_per_h", "by_ice", "ice_course", "line_load_n_per_m"]

Floats = NDArray[np.float64]

ICE_STEP_S = 600.0
"""Step at which thickness and wind are sampled; the load is linear between steps."""
ICE_KG_M3 = 913.0
"""Density of glaze: 57 lb/ft³ (CPUC General Order 95, rule 43.1)."""
_AIR_KG_M3 = 1.226
"""Density of air behind NESC's pressure of wind, 0.613 V² in Pa with V in m/s."""
_G = 9.80665


def accretion_mm_per_h(rain_mm_per_h: float, wind_ms: float) -> float:
    """Return the growth of radial ice in freezing rain, mm/h.

    K. F. Jones 1998, "A simple model for freezing rain ice loads", Atmos. Res. 46:87: the flux of
    falling and of wind-blown rain, all of which freezes at 0.9 g/cm³; water in the air
    0.067 P^0.846 g/m³ (Best 1949).
    """
    blown = 3.6 * wind_ms * 0.067 * rain_mm_per_h**0.846
    return math.hypot(rain_mm_per_h, blown) / (0.9 * math.pi)


def line_load_n_per_m(
    thickness_mm: Floats, wind_ms: Floats, conductor_mm: float, conductor_kg_per_km: float
) -> Floats:
    """Return the resultant of weight and wind on an iced conductor, N/m (as NESC rule 251)."""
    ice_mm2 = math.pi * thickness_mm * (conductor_mm + thickness_mm)
    down = _G * (conductor_kg_per_km / 1000.0 + ICE_KG_M3 * ice_mm2 * 1e-6)
    across = 0.5 * _AIR_KG_M3 * wind_ms**2 * (conductor_mm + 2.0 * thickness_mm) * 1e-3
    return np.hypot(down, across)


def ice_course(ice: Ice, calendar: Calendar, t_s: Floats) -> tuple[Floats, Floats]:
    """Return thickness in mm and wind in m/s at times."""
    if ice.course:
        at_s, thickness = straight(((each.at, each.thickness_mm) for each in ice.course), calendar)
        _at_s, wind = straight(((each.at, each.wind) for each in ice.course), calendar)
        thickness_mm, wind_ms = np.interp(t_s, at_s, thickness), np.interp(t_s, at_s, wind)
    else:
        thickness_mm, wind_ms = np.zeros(len(t_s)), np.zeros(len(t_s))
        for spell in ice.rain:
            from_s = seconds_of(spell.from_, calendar)
            growth = accretion_mm_per_h(spell.mm_per_h, spell.wind)
            thickness_mm += growth * np.clip(t_s - from_s, 0.0, spell.lasts) / HOUR_S
            rains = (t_s >= from_s) & (t_s <= from_s + spell.lasts)
            wind_ms = np.where(rains, np.maximum(wind_ms, spell.wind), wind_ms)
    if ice.melts_at is not None:
        thickness_mm = np.where(t_s >= seconds_of(ice.melts_at, calendar), 0.0, thickness_mm)
    return thickness_mm, wind_ms


def _span_s(ice: Ice, calendar: Calendar) -> tuple[float, float]:
    """Return the time in which the ice changes; afterwards it stays or is gone."""
    marks = [seconds_of(each.at, calendar) for each in ice.course]
    for spell in ice.rain:
        from_s = seconds_of(spell.from_, calendar)
        marks += [from_s, from_s + spell.lasts]
    return min(marks), max(marks)


def by_ice(
    ice: Ice | None,
    lines: Lines,
    streams: Streams,
    calendar: Calendar,
    after: Later | None,
    until_s: float,
) -> list[Failure]:
    """Return the spans and poles that break under ice; the load is a multiple of that built for."""
    span = streams.trait("hazards.ice_span_strength"), streams.trait("hazards.ice_span_touch")
    pole = streams.trait("hazards.ice_pole_strength"), streams.trait("hazards.ice_pole_touch")
    if ice is None:
        return []
    kinds = (
        Parts("span", 0, lognormal(ice.span_margin, ice.spread), *span, 0.0),
        Parts("pole", 1, lognormal(ice.pole_margin, ice.spread), *pole, 0.0),
    )
    conductor = ice.conductor_mm, ice.conductor_kg_per_km
    built_for = line_load_n_per_m(
        np.array(ice.design_ice_mm), np.array(ice.design_wind), *conductor
    )
    times_s = sampled(until_s, ICE_STEP_S, _span_s(ice, calendar))
    if not times_s.size:
        return []
    thickness_mm, wind_ms = ice_course(ice, calendar, times_s)
    failures = []
    for block in lines.blocks(len(times_s)):
        factors = block.factors(ice.districts) * np.ones(len(block.at))
        courses = {
            factor: line_load_n_per_m(thickness_mm * factor, wind_ms, *conductor) / built_for
            for factor in np.unique(factors).tolist()
        }
        load = np.stack([courses[factor] for factor in factors.tolist()], axis=1)
        for parts in kinds:
            n_parts = block.assets.n_spans[block.at] + parts.extra
            failures += [
                Failure(
                    each.t_s,
                    block.assets.sections[each.section_ix],
                    f"{parts.name}{each.number}",
                    each.kind,
                    each.hazard("ice"),
                )
                for each in breaking(parts, block, n_parts, times_s, load, after)
            ]
    return failures
