"""Demand against supply: the published shares, steps of supply, a forecast with its own luck."""

from datetime import datetime

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.operations.supply import Forecast, ProfiledDemand, SupplyCourse, SupplyStep, gap_colour
from sim.scenario.shortage import GapColours
from sim.units import Calendar
from tests.grid import small

HOUR = 3600.0


@pytest.mark.parametrize(
    ("share", "colour"),
    [
        (0.0, "none"),
        (0.0001, "blue"),
        (0.0499, "blue"),
        (0.05, "yellow"),
        (0.0999, "yellow"),
        (0.10, "orange"),
        (0.1999, "orange"),
        (0.20, "red"),
        (0.9, "red"),
    ],
)
def test_the_colours_are_those_of_orderly_use(share: float, colour: str) -> None:
    """DRILLS 2.2: red from 20 % of the highest demand, orange 10, yellow 5, blue below."""
    assert gap_colour(share, GapColours()) == colour


def test_supply_holds_until_its_next_step() -> None:
    course = SupplyCourse([SupplyStep(2 * HOUR, 7.0), SupplyStep(HOUR, 5.0)])
    assert [course.mw(t) for t in (0.0, HOUR, 1.9 * HOUR, 2 * HOUR)] == [
        float("inf"), 5.0, 5.0, 7.0]  # fmt: skip


def test_a_step_nobody_knows_of_yet_is_not_reckoned_with() -> None:
    course = SupplyCourse([SupplyStep(HOUR, 5.0), SupplyStep(2 * HOUR, 1.0, known_s=1.5 * HOUR)])
    assert course.mw(2 * HOUR, now_s=HOUR) == 5.0
    assert course.mw(2 * HOUR, now_s=1.5 * HOUR) == 1.0


def test_load_follows_the_hours_in_straight_lines() -> None:
    by_hour = [1.0] * 24
    by_hour[9], by_hour[0] = 2.0, 3.0
    calendar = Calendar(datetime(2026, 7, 20, 8), "Asia/Shanghai")
    demand = ProfiledDemand(small.two_feeders(), by_hour, calendar)
    loads = np.array([1.0, 2.0, 3.0, 1.0])
    assert demand.mw(0.0) == pytest.approx(loads)
    assert demand.mw(HOUR) == pytest.approx(2.0 * loads)
    assert demand.mw(0.75 * HOUR) == pytest.approx(1.75 * loads)
    assert demand.mw(15.5 * HOUR) == pytest.approx(2.0 * loads)  # 23:30, on the way to midnight


def test_the_error_of_a_forecast_belongs_to_the_time_meant() -> None:
    one, other = (Forecast(lambda _t: 100.0, 0.02, Streams(7)) for _ in range(2))
    other.mw(99 * HOUR)
    assert one.mw(5 * HOUR) == other.mw(5 * HOUR) != 100.0
    assert one.mw(5.5 * HOUR) == pytest.approx((one.mw(5 * HOUR) + one.mw(6 * HOUR)) / 2)


def test_forecast_errors_have_the_spread_asked_for() -> None:
    forecast = Forecast(lambda _t: 100.0, 0.02, Streams(1))
    errors = np.array([forecast.mw(hour * HOUR) for hour in range(4000)]) / 100.0 - 1.0
    assert abs(errors.mean()) < 3 * 0.02 / 4000**0.5
    assert errors.std() == pytest.approx(0.02, rel=0.05)
