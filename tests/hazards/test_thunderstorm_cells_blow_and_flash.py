"""Cells move, blow and flash as written; lines take the strokes of a strip of Eriksson's width."""

import math

import numpy as np
import pytest
from exposed import CALENDAR, DAY_S, failures, lines

from sim.engine.streams import Streams
from sim.hazards.cells import CellField, cell_field
from sim.hazards.lightning import collection_km
from sim.hazards.wind import DEGREE_KM, WindField, wind_field
from sim.scenario.hazards import Hazards
from sim.scenario.thunderstorms import Thunderstorms

NONE = {"spans": "none", "poles": "none"}
CELL = {
    "at": "2 h",
    "latitude": 27.5,
    "longitude": 119.8,
    "heading": 90,
    "speed": "36 km/h",
    "lasts": "1 h",
    "radius": "4 km",
    "gust": "30 m/s",
    "flashes_per_km2_h": 20,
}


def cells(*given: dict[str, object], seed: int = 1, **random: object) -> CellField:
    section = {"cells": given, **({"random": random} if random else {})}
    return cell_field(Thunderstorms.model_validate(section), Streams(seed), CALENDAR, 3 * DAY_S)


def at(field: CellField, t_s: float, north_km: float, east_km: float) -> float:
    lat = 27.5 + north_km / DEGREE_KM
    lon = 119.8 + east_km / (DEGREE_KM * math.cos(math.radians(27.5)))
    return float(field.gusts_ms(np.array([t_s]), np.array([lat]), np.array([lon]))[0, 0])


def test_a_cell_is_strongest_half_way_at_its_centre_and_falls_off_as_a_gaussian() -> None:
    field = cells(CELL)
    half_way_s = 2.5 * 3600.0  # 18 km further east
    assert at(field, half_way_s, 0.0, 18.0) == pytest.approx(30.0)
    for north, east in ((4.0, 18.0), (-4.0, 18.0), (0.0, 22.0), (0.0, 14.0)):
        assert at(field, half_way_s, north, east) == pytest.approx(30.0 * math.exp(-0.5), rel=1e-6)
    assert at(field, 2.25 * 3600.0, 0.0, 9.0) == pytest.approx(30.0 * math.sin(math.pi / 4))
    assert at(field, 2.0 * 3600.0 - 1.0, 0.0, 0.0) == 0.0
    assert at(field, 3.0 * 3600.0 + 1.0, 0.0, 36.0) == 0.0


def test_a_stretched_cell_is_longer_along_its_track_only() -> None:
    field = cells({**CELL, "stretch": 2.0, "heading": 0, "speed": "0 km/h"})
    half_way_s = 2.5 * 3600.0
    assert at(field, half_way_s, 8.0, 0.0) == pytest.approx(30.0 * math.exp(-0.5), rel=1e-6)
    assert at(field, half_way_s, 0.0, 4.0) == pytest.approx(30.0 * math.exp(-0.5), rel=1e-6)


def test_all_flashes_of_a_cell_add_up_to_the_integral() -> None:
    field = cells({**CELL, "stretch": 1.5})
    step_km = 1.0
    axis = np.arange(-30.0, 70.0, step_km)
    north, east = (each.ravel() for each in np.meshgrid(axis, axis))
    lat = 27.5 + north / DEGREE_KM
    lon = 119.8 + east / (DEGREE_KM * math.cos(math.radians(27.5)))
    t_s = np.arange(7200.0, 10801.0, 120.0)
    total = field.flashes_per_km2(t_s, lat, lon).sum() * step_km**2 * 120.0 / 3600.0
    # peak x 2 pi sigma^2 stretch x mean of the sine over an hour
    assert total == pytest.approx(20.0 * 2.0 * math.pi * 16.0 * 1.5 * 2.0 / math.pi, rel=2e-3)


def test_a_line_of_ten_metres_gathers_what_eriksson_says() -> None:
    # 28 x 10^0.6 / 10 = 11.15 strokes per 100 km and year at one flash a km2 and year
    assert 100.0 * collection_km(10.0, 0.0) == pytest.approx(11.15, abs=0.005)
    assert collection_km(10.0, 3.0) - collection_km(10.0, 0.0) == pytest.approx(0.003)


def test_strokes_come_as_often_and_when_the_cell_flashes_over_the_line() -> None:
    still = {**CELL, "speed": "0 km/h", "latitude": 27.5, "longitude": 119.9, "radius": "500 km"}
    storm = {
        "cells": [still],
        "lightning": {
            "line_height": "10 m",
            "line_width": "0 m",
            "flashover_share": "50 %",
            "shielded_share": "20 %",
            "temporary_share": "70 %",
        },
    }
    of = lines(400)
    found = [f for k in range(5) for f in failures(of, k, fragility=NONE, thunderstorms=storm)]
    assert {f.hazard for f in found} == {"lightning"}
    flashes_per_km2 = 20.0 * 2.0 / math.pi  # an hour at the mean of the sine, near the centre
    expected = 5 * 400 * 4.0 * 0.11147 * 0.4 * flashes_per_km2
    assert len(found) == pytest.approx(expected, abs=4 * math.sqrt(expected))
    t_h = np.array([f.t_s for f in found]) / 3600.0
    assert t_h.min() > 2.0
    assert t_h.max() < 3.0
    # the share that came until a quarter of the life: (1 - cos 45 degrees) / 2
    early = (t_h < 2.25).mean()
    assert early == pytest.approx(0.14645, abs=4 * math.sqrt(0.125 / len(found)))
    passing = np.mean([f.kind == "temporary" for f in found])
    assert passing == pytest.approx(0.7, abs=4 * math.sqrt(0.21 / len(found)))
    assert {f.part[:4] for f in found} == {"span"}


def test_gusts_of_cells_break_lines_and_are_told_from_a_typhoon() -> None:
    strong = {**CELL, "gust": "45 m/s", "radius": "30 km", "flashes_per_km2_h": 0}
    found = failures(lines(60), thunderstorms={"cells": [strong]})
    assert len(found) > 50
    assert {f.hazard for f in found} == {"thunderstorm"}
    assert all(2 * 3600.0 < f.t_s < 3 * 3600.0 for f in found)


def test_the_gust_anywhere_is_the_stronger_of_typhoon_and_cells() -> None:
    class Constant(WindField):
        def _typhoon_ms_at(self, _t_s: float, _lat: float, _lon: float) -> float:
            return 20.0

    field = Constant(None, cells=cells(CELL))
    assert field.gust_ms_at(9000.0, 27.5, 119.8 + 18.0 / 98.63) == pytest.approx(30.0, rel=1e-3)
    assert field.gust_ms_at(9000.0, 28.5, 119.8) == 20.0
    assert field.is_of_a_cell(9000.0, 27.5, 119.98)
    assert not field.is_of_a_cell(9000.0, 28.5, 119.8)


def test_random_cells_are_born_at_their_rate_in_their_circle_and_window() -> None:
    circle = {"latitude": 27.5, "longitude": 119.8, "within": "40 km"}
    found = [
        cell
        for seed in range(60)
        for cell in cells(seed=seed, per_day=24, **{"from": "12 h", "to": "36 h"}, **circle).cells
    ]
    assert len(found) == pytest.approx(60 * 24, abs=4 * math.sqrt(60 * 24))
    assert all(12 * 3600.0 <= cell.born_s <= 36 * 3600.0 for cell in found)
    north = np.array([cell.lat - 27.5 for cell in found]) * DEGREE_KM
    east = np.array([cell.lon - 119.8 for cell in found]) * DEGREE_KM
    away = np.hypot(north, east * math.cos(math.radians(27.5)))
    assert away.max() <= 40.0 + 1e-9
    # uniform over the circle: half of them within 40 / sqrt(2) km
    inner = (away < 40.0 / math.sqrt(2.0)).mean()
    assert inner == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(len(found)))
    assert all(15.0 - 1e-9 <= cell.gust <= 35.0 + 1e-9 for cell in found)
    assert np.std([cell.gust for cell in found]) == pytest.approx(20 / math.sqrt(12), rel=0.1)


def test_a_longer_run_begins_with_the_same_cells() -> None:
    section = Thunderstorms.model_validate(
        {"random": {"per_day": 10, "latitude": 27.5, "longitude": 119.8}}
    )
    short = cell_field(section, Streams(3), CALENDAR, DAY_S).cells
    long = cell_field(section, Streams(3), CALENDAR, 4 * DAY_S).cells
    assert len(short) > 3
    assert long[: len(short)] == short


def test_terrain_makes_gusts_of_a_district_stronger_and_only_there() -> None:
    # a factor of 1.2 on the gust is one of 1.2^5.1731 on the share of spans
    storm = {"cells": [{**CELL, "radius": "300 km", "flashes_per_km2_h": 0}]}
    chosen = {"spans": "quanta_conductor", "poles": "none"}
    flat = failures(lines(300), thunderstorms=storm, fragility=chosen)
    high = failures(lines(300), thunderstorms=storm, fragility=chosen, terrain={"hills": 1.2})
    assert {f.failed_id for f in flat} < {f.failed_id for f in high}
    assert len(high) / len(flat) == pytest.approx(1.2**5.1731, rel=0.2)
    assert (
        failures(lines(300), thunderstorms=storm, fragility=chosen, terrain={"elsewhere": 1.2})
        == flat
    )


def test_no_cells_leave_the_wind_as_it_was() -> None:
    hazards = Hazards()
    field = cell_field(hazards.thunderstorms, Streams(1), CALENDAR, DAY_S)
    assert field.cells == ()
    assert wind_field(None, CALENDAR, field).cells is None
