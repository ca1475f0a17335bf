"""Everyday failures come at the rates of the settings, times the factors of age, area and heat."""

import math
from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from exposed import CALENDAR, CALM, DAY_S, failures, lines

from sim.hazards.assets import Device, Station
from sim.hazards.everyday import age_factors
from sim.scenario.condition import Bathtub, WeibullAge
from sim.scenario.hazards import Steady
from sim.scenario.loads import TemperaturePoint
from sim.units import Calendar

YEAR_S = 365.0 * DAY_S


def close_to(count: int, expected: float) -> None:
    assert count == pytest.approx(expected, abs=4 * math.sqrt(expected))


def test_a_weibull_life_has_its_hazard_relative_to_the_reference_age() -> None:
    # k = 2.5 at 30 against 15 years: 2^1.5
    factors = age_factors(WeibullAge(curve="weibull"), (15.0, 30.0, math.nan, 0.0), 4)
    assert factors == pytest.approx([1.0, 2.828427, 1.0, 0.0])


def test_a_bathtub_begins_high_falls_to_one_and_wears() -> None:
    curve = Bathtub(curve="bathtub", early=3.0, early_years=1.0, wear_from_years=20.0)
    factors = age_factors(curve, (0.0, 1.0, 15.0, 30.0), 4)
    expected = [3.0, 1.0 + 2.0 / math.e, 1.0 + 2.0 * math.exp(-15), math.exp(0.8)]
    assert factors == pytest.approx(expected, rel=1e-9)


def test_old_transformers_in_old_areas_fail_as_often_as_both_factors_say() -> None:
    n = 4000
    ages, areas = (15.0, 60.0) * (n // 2), ("old", "old", "new", "new") * (n // 4)
    of = lines(n, transformer_age_years=ages, transformer_area=areas)
    found = failures(
        of,
        until_s=YEAR_S,
        steady=CALM.model_copy(update={"transformer_per_year": 0.1}),
        areas={"old": 3.0},
        ageing={"transformers": {"curve": "weibull", "shape": 2.0, "reference_years": 15}},
    )
    count = Counter((int(f.asset.removeprefix("hills/dt")) % 4, f.hazard) for f in found)
    quarter = n / 4 * 0.1
    # 15 years in an old area: factor 3; 60 years there: 3 x 4; elsewhere 1 and 4
    for kind, hazard, factor in (
        (0, "steady", 1.0), (0, "area", 2.0), (0, "ageing", 0.0),
        (1, "steady", 1.0), (1, "area", 8.0), (1, "ageing", 3.0),
        (2, "steady", 1.0), (2, "area", 0.0), (2, "ageing", 0.0),
        (3, "steady", 1.0), (3, "area", 0.0), (3, "ageing", 3.0),
    ):  # fmt: skip
        close_to(count[kind, hazard], quarter * factor)


def test_ages_and_areas_without_settings_change_nothing() -> None:
    steady = Steady(transformer_per_year=20)
    plain = failures(lines(50), steady=steady)
    aged = lines(50, transformer_age_years=(40.0,) * 50, transformer_area=("old",) * 50)
    assert failures(aged, steady=steady) == plain
    assert len(plain) > 5


def test_switches_breakers_and_bus_bars_fail_at_their_rates() -> None:
    devices = tuple(
        Device(f"hills/{kind}{k}", kind)  # type: ignore[arg-type]
        for kind in ("breaker", "switch", "busbar")
        for k in range(2000)
    )
    rates = {"breaker_per_year": 0.2, "switch_per_year": 0.1, "busbar_per_year": 0.05}
    steady = CALM.model_copy(update=rates)
    found = failures(lines(1, devices=devices), until_s=2 * YEAR_S, steady=steady)
    for kind, rate in (("breaker", 0.2), ("switch", 0.1), ("busbar", 0.05)):
        mine = [f for f in found if f.asset.startswith(f"hills/{kind}")]
        close_to(len(mine), 2 * 2000 * rate)
        assert {(f.kind, f.hazard) for f in mine} == {("permanent", "steady")}
    middle = np.mean([f.t_s for f in found]) / YEAR_S
    assert middle == pytest.approx(1.0, abs=4 * 2 / math.sqrt(12 * len(found)))


def test_transformers_of_stations_fail_at_the_rates_of_their_table_only() -> None:
    stations = tuple(
        Station(f"hills/t{k}", "hills/a", "hills", 27.5, 119.7, 0.15 if k % 2 else 0.0)
        for k in range(4000)
    )
    found = failures(lines(1, stations=stations), until_s=YEAR_S, steady=CALM)
    close_to(len(found), 2000 * 0.15)
    assert {int(f.asset.removeprefix("hills/t")) % 2 for f in found} == {1}


WORK = {
    "cable_per_km_year": 3.0,
    "overhead_per_km_year": 1.0,
    "hours": [0.0] * 8 + [1.0] * 9 + [0.0] * 7,
    "weekend_share": "25 %",
}


def test_diggers_dig_in_working_hours_and_less_at_weekends() -> None:
    found = failures(lines(400, overhead=False), third_party=WORK, until_s=4 * 7 * DAY_S)
    assert {(f.hazard, f.kind) for f in found} == {("third_party", "permanent")}
    close_to(len(found), 400 * 4.0 * 3.0 * 28 / 365)  # 365 days a year
    local = [CALENDAR.at(f.t_s) for f in found]
    assert {each.hour for each in local} == set(range(8, 17))
    at_weekends = sum(each.weekday() >= 5 for each in local) / len(local)
    share = 2 * 0.25 / (5 + 2 * 0.25)
    assert at_weekends == pytest.approx(share, abs=4 * math.sqrt(share / len(local)))


def test_the_rates_of_other_people_hold_over_a_week_that_begins_in_the_afternoon() -> None:
    friday = Calendar(datetime(2018, 7, 13, 15, 20), "Asia/Shanghai")
    found = failures(lines(400), third_party=WORK, until_s=7 * DAY_S, calendar=friday)
    close_to(len(found), 400 * 4.0 * 1.0 * 7 / 365)
    assert {friday.at(f.t_s).hour for f in found} <= set(range(8, 17))
    passing = sum(f.kind == "temporary" for f in found) / len(found)
    assert passing == pytest.approx(0.3, abs=4 * math.sqrt(0.21 / len(found)))


def test_trees_grow_into_lined_spans_at_their_rate() -> None:
    of = lines(300, section_trees=(0.25,) * 300)
    none = {"spans": "none", "poles": "none"}
    trees = {"contact_per_km_year": 2.0}
    found = failures(of, until_s=YEAR_S, trees=trees, fragility=none)
    close_to(len(found), 300 * 4.0 * 0.25 * 2.0)
    assert {f.hazard for f in found} == {"tree"}


HOT = (
    TemperaturePoint(at="0 h", celsius=30),
    TemperaturePoint(at="24 h", celsius=44),
    TemperaturePoint(at="48 h", celsius=30),
)


def test_heat_adds_what_the_doubling_law_adds_and_moves_nothing_else() -> None:
    steady = CALM.model_copy(update={"transformer_per_year": 20.0})
    of = lines(3000)
    plain = failures(of, steady=steady)
    found = failures(of, steady=steady, temperature=HOT, heat={"threshold_c": 32})
    assert [f for f in found if f.hazard == "steady"] == list(plain)
    hot = [f for f in found if f.hazard == "heat"]
    # integral of 2^(over / 6) - 1 with `over` rising from 0 to 12 K in 12 / 14 of a day, and back
    days = 2 * (12.0 / 14.0) * (6.0 / (12.0 * math.log(2.0)) * 3.0 - 1.0)
    close_to(len(hot), 3000 * 20.0 * days / 365)
    t_d = np.array([f.t_s for f in hot]) / DAY_S
    assert t_d.min() > 2.0 / 14.0
    assert t_d.max() < 2.0 - 2.0 / 14.0
    assert t_d.mean() == pytest.approx(1.0, abs=4 * t_d.std() / math.sqrt(len(hot)))
    assert {f.asset[:8] for f in hot} == {"hills/dt"}


def test_cables_heat_by_their_own_doubling_and_lines_in_the_air_do_not() -> None:
    steady = CALM.model_copy(update={"cable_per_km_year": 10.0, "overhead_per_km_year": 10.0})
    assert not [
        f
        for f in failures(lines(200), steady=steady, temperature=HOT, heat={})
        if f.hazard == "heat"
    ]
    heat = {"threshold_c": 32, "cable_doubling_k": 12}
    cables = lines(600, overhead=False)
    hot = [
        f for f in failures(cables, steady=steady, temperature=HOT, heat=heat) if f.hazard == "heat"
    ]
    days = 2 * (12.0 / 14.0) * (12.0 / (12.0 * math.log(2.0)) * 1.0 - 1.0)
    close_to(len(hot), 600 * 4.0 * 10.0 * days / 365)


def test_the_factor_of_heat_is_never_more_than_its_limit() -> None:
    steady = CALM.model_copy(update={"transformer_per_year": 20.0})
    always = (TemperaturePoint(at="0 h", celsius=60),)
    found = failures(
        lines(1000), steady=steady, temperature=always, heat={"most": 3.0}, until_s=DAY_S
    )
    close_to(sum(f.hazard == "heat" for f in found), 1000 * 20.0 * 2.0 / 365)
