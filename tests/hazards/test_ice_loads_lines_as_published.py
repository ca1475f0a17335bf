"""Freezing rain grows ice, ice and wind load the line, and the load breaks it."""

import math

import numpy as np
import pytest
from exposed import CALENDAR, DAY_S, failures, lines
from pydantic import ValidationError

from sim.hazards.icing import accretion_mm_per_h, ice_course, line_load_n_per_m
from sim.scenario.ice import Ice

LBF_PER_FT = 4.4482216 / 0.3048
INCH_MM = 25.4


def test_calm_rain_freezes_as_a_third_of_its_depth() -> None:
    # Jones 1998 without wind: P / (0.9 pi), whatever the diameter
    assert accretion_mm_per_h(3.0, 0.0) == pytest.approx(3.0 / (0.9 * math.pi))


def test_wind_drives_more_rain_onto_the_line_worked_by_hand() -> None:
    # P = 2 mm/h: W = 0.067 x 1.7975 = 0.12043 g/m3; 3.6 x 5 x W = 2.1678; hypot 2.9494
    assert accretion_mm_per_h(2.0, 5.0) == pytest.approx(2.9494 / 2.82743, rel=1e-4)


@pytest.mark.parametrize(("inches", "psf"), [(0.5, 4.0), (0.25, 4.0), (0.0, 9.0), (1.0, 0.0)])
def test_the_load_is_that_of_the_code_in_its_own_units(inches: float, psf: float) -> None:
    # NESC 251 with 57 lb/ft3 of ice: 1.2434 t (d + t) lb/ft, t and d in inches; P (d + 2 t) / 12
    diameter, bare = 1.108, 1.094
    down = bare + 57.0 / 144.0 * math.pi * inches * (diameter + inches)
    across = psf * (diameter + 2.0 * inches) / 12.0
    wind_ms = math.sqrt(psf * 47.88026 / 0.613)
    load = line_load_n_per_m(
        np.array(inches * INCH_MM),
        np.array(wind_ms),
        diameter * INCH_MM,
        bare * LBF_PER_FT / 9.80665 * 1000.0,
    )
    assert load / LBF_PER_FT == pytest.approx(math.hypot(down, across), rel=1e-3)


def test_spells_of_rain_add_up_stay_and_fall_off() -> None:
    ice = Ice.model_validate(
        {
            "rain": [
                {"from": "2 h", "lasts": "10 h", "mm_per_h": 3, "wind": "0 m/s"},
                {"from": "20 h", "lasts": "5 h", "mm_per_h": 1, "wind": "0 m/s"},
            ],
            "melts_at": "40 h",
        }
    )
    t_s = np.array([0.0, 2.0, 7.0, 12.0, 18.0, 25.0, 39.9, 40.0]) * 3600.0
    thickness, wind = ice_course(ice, CALENDAR, t_s)
    grown = np.array([0.0, 0.0, 15.0, 30.0, 30.0, 35.0, 35.0, 0.0]) / (0.9 * math.pi)
    assert thickness == pytest.approx(grown)
    assert (wind == 0.0).all()


COURSE = {
    "course": [
        {"at": "0 h", "thickness_mm": 0},
        {"at": "24 h", "thickness_mm": 24, "wind": "8 m/s"},
    ],
    "span_margin": 2.0,
    "pole_margin": 2.4,
    "spread": 0.25,
}


def test_as_many_parts_break_as_the_lognormal_says_and_at_their_load() -> None:
    of = lines(300)
    found = failures(of, ice=COURSE)
    assert {(f.hazard, f.kind) for f in found} == {("ice", "permanent")}
    ice = Ice.model_validate(COURSE)
    load = line_load_n_per_m(np.array(24.0), np.array(8.0), ice.conductor_mm, 470.0)
    built = line_load_n_per_m(np.array(10.0), np.array(10.0), ice.conductor_mm, 470.0)
    for kind, margin, n in (("span", 2.0, 300 * 50), ("pole", 2.4, 300 * 51)):
        z = math.log(load / built / margin) / 0.25
        share = 0.5 * math.erfc(-z / math.sqrt(2.0))
        count = sum(f.part.startswith(kind) for f in found)
        assert count == pytest.approx(n * share, abs=4 * math.sqrt(n * share * (1 - share)))
    assert all(0.0 < f.t_s <= DAY_S for f in found)


def test_thicker_ice_in_a_district_breaks_more_there() -> None:
    of = lines(40)
    thin = {f.failed_id for f in failures(of, ice=COURSE)}
    thick = {f.failed_id for f in failures(of, ice={**COURSE, "districts": {"hills": 1.3}})}
    assert thin < thick
    none = failures(of, ice={**COURSE, "districts": {"hills": 0.0}})
    assert none == ()


def test_cables_bear_no_ice() -> None:
    assert failures(lines(40, overhead=False), ice=COURSE) == ()


def test_a_course_and_rain_together_are_refused() -> None:
    both = {**COURSE, "rain": [{"from": "1 h", "lasts": "1 h", "mm_per_h": 1}]}
    for wrong in ({}, both):
        with pytest.raises(ValidationError, match="give exactly one of course, rain"):
            Ice.model_validate(wrong)
