"""Cabinets fail when the water reaches them, and can be worked on when it has gone."""

import math

import numpy as np
import pytest
from exposed import CALENDAR, DAY_S, failures, lines
from pydantic import ValidationError

from sim.hazards.assets import Cabinet
from sim.hazards.flooding import Waters, inside
from sim.scenario.flood import Flood, FloodArea

HOUR_S = 3600.0
RISE = [
    {"at": "2 h", "depth_m": 0},
    {"at": "6 h", "depth_m": 2.0},
    {"at": "10 h", "depth_m": 2.0},
    {"at": "20 h", "depth_m": 0},
]


def flooded(levels: tuple[float, ...], *areas: dict[str, object]) -> list[tuple[str, float]]:
    of = lines(len(levels), transformer_flood_level_m=levels)
    found = failures(of, flood={"areas": areas})
    assert {(f.hazard, f.kind) for f in found} <= {("flood", "permanent")}
    return [(f.asset, f.t_s / HOUR_S) for f in found]


def test_the_water_reaches_each_level_at_its_own_time() -> None:
    here = {"districts": ["hills"], "course": RISE}
    assert flooded((0.5, 1.0, math.nan, 2.5, 0.0), here) == [
        ("hills/dt4", pytest.approx(2.0, abs=1e-4)),
        ("hills/dt0", 3.0),
        ("hills/dt1", 4.0),
    ]


def test_another_district_stays_dry() -> None:
    assert flooded((0.5,), {"districts": ["valley"], "course": RISE}) == []


def test_a_second_wave_fails_it_again() -> None:
    waves = [{"at": f"{k} h", "depth_m": k % 2} for k in range(5)]
    found = flooded((0.5,), {"districts": ["hills"], "course": waves})
    assert found == [("hills/dt0", 0.5), ("hills/dt0", 2.5)]


def test_the_deeper_water_counts_where_areas_overlap() -> None:
    slow = {"districts": ["hills"], "course": RISE}
    quick = {
        "circle": {"latitude": 27.6, "longitude": 119.9, "radius": "5 km"},
        "course": [
            {"at": "0 h", "depth_m": 0},
            {"at": "1 h", "depth_m": 0.6},
            {"at": "3 h", "depth_m": 0},
        ],
    }
    # dt0 stands at 27.6 N, 119.9 E; dt1 does not: quick water up to 0.6 m, then the slow one
    assert flooded((0.5, 0.5), slow, quick) == [
        ("hills/dt0", pytest.approx(5 / 6)),
        ("hills/dt0", 3.0),
        ("hills/dt1", 3.0),
    ]


def test_a_polygon_holds_what_winding_says_it_holds() -> None:
    corners = [(0.0, 0.0), (0.0, 10.0), (6.0, 10.0), (6.0, 6.0), (3.0, 6.0), (3.0, 2.0), (8.0, 0.0)]
    random = np.random.default_rng(5)
    lat, lon = random.uniform(-1, 9, 500), random.uniform(-1, 11, 500)

    def winds(y: float, x: float) -> bool:
        """Add the angles under which the sides are seen: 2 pi inside, 0 outside."""
        total = 0.0
        for (y1, x1), (y2, x2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            turn = math.atan2(y2 - y, x2 - x) - math.atan2(y1 - y, x1 - x)
            total += (turn + math.pi) % (2 * math.pi) - math.pi
        return abs(total) > math.pi

    expected = [winds(y, x) for y, x in zip(lat, lon, strict=True)]
    assert inside(corners, lat, lon).tolist() == expected
    assert 100 < sum(expected) < 400


def waters(workable: str = "0 m", *courses: list[dict[str, object]]) -> Waters:
    areas = [{"districts": ["hills"], "course": course} for course in courses or [RISE]]
    return Waters(Flood.model_validate({"areas": areas, "workable": workable}), CALENDAR)


def test_nobody_can_work_before_the_water_is_gone() -> None:
    water = waters()
    for now_h, from_h in ((1.0, 1.0), (2.0, 2.0), (3.0, 20.0), (15.0, 20.0), (21.0, 21.0)):
        assert water.workable_s(now_h * HOUR_S, "hills", 27.5, 119.9) == from_h * HOUR_S
        assert water.workable_s(now_h * HOUR_S, "valley", 27.5, 119.9) == now_h * HOUR_S


def test_a_crew_may_wade_where_that_is_set() -> None:
    assert waters("0.5 m").workable_s(12 * HOUR_S, "hills", 0.0, 0.0) == pytest.approx(
        17.5 * HOUR_S
    )


def test_water_that_stays_keeps_crews_away_for_good() -> None:
    stays = waters("0 m", RISE[:2])
    assert math.isinf(stays.workable_s(5 * HOUR_S, "hills", 0.0, 0.0))


def test_low_sections_fail_as_cabinets_do() -> None:
    of = lines(3, overhead=False, section_flood_level_m=(1.0, math.nan, 1.5))
    found = failures(of, flood={"areas": [{"districts": ["hills"], "course": RISE}]})
    assert [(f.asset, f.t_s / HOUR_S) for f in found] == [
        ("hills/line0", 4.0),
        ("hills/line2", 5.0),
    ]
    assert max(f.t_s for f in found) < DAY_S


def test_cabinets_without_a_transformer_fail_by_themselves() -> None:
    cabinets = (Cabinet("hills/bus7", "hills", 27.5, 119.9, 0.5),)
    found = failures(
        lines(1, cabinets=cabinets), flood={"areas": [{"districts": ["hills"], "course": RISE}]}
    )
    assert [(f.asset, f.t_s / HOUR_S, f.hazard) for f in found] == [("hills/bus7", 3.0, "flood")]


@pytest.mark.parametrize(
    ("area", "message"),
    [
        ({}, "give districts, a circle or a polygon"),
        ({"polygon": [[1, 2], [3, 4]]}, "a polygon needs three corners at least"),
    ],
)
def test_an_area_must_be_somewhere(area: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        FloodArea.model_validate({**area, "course": RISE})
