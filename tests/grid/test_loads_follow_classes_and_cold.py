"""Loads by hour, class, temperature and after an outage, by hand."""

import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from sim.grid.assets import Grid
from sim.grid.loads import Loads, cold_excess
from sim.scenario.customers import Customers
from sim.scenario.loads import ColdLoad
from sim.scenario.loads import Loads as Section
from sim.units import HOUR_S, Calendar
from tests.grid import small

MIN = 60.0
FLAT = [1.0] * 24
NOON_ONLY = [0.0] * 12 + [4.0] + [0.0] * 11


def two_classes(home: float = 0.5) -> Customers:
    return Customers.model_validate(
        {"classes": {"home": {"share": home}, "shop": {"share": 1.0 - home}}}
    )


def loads(grid: Grid | None = None, customers: Customers | None = None, **section: Any) -> Loads:
    monday = Calendar(datetime(2019, 7, 1), "Asia/Shanghai")
    return Loads(grid or small.two_feeders(), Section.model_validate(section), monday, customers)


def test_loads_are_those_of_the_day_by_default() -> None:
    grid = small.two_feeders(load_factor=0.6)
    still = loads(grid)
    assert still.mw(0.0) is grid.transformer_load_mw
    assert still.is_constant


def test_a_curve_is_linear_between_full_hours_and_its_peak_is_the_tables_value() -> None:
    classes = {"home": {"weekday": NOON_ONLY}, "shop": {"weekday": NOON_ONLY}}
    found = loads(
        small.two_feeders(load_factor=0.6), two_classes(), follow="profiles", classes=classes
    )
    assert found.mw(12 * HOUR_S) == pytest.approx([1.0, 2.0, 3.0, 1.0])
    assert found.mw(11.25 * HOUR_S) == pytest.approx([0.25, 0.5, 0.75, 0.25])
    assert found.mw(3 * HOUR_S) == pytest.approx([0.0] * 4)


def test_classes_share_a_transformer_by_customers_and_their_peaks() -> None:
    classes = {
        "home": {"weekday": FLAT, "peak_kw": 2.0},
        "shop": {"weekday": NOON_ONLY, "peak_kw": 6.0},
    }
    found = loads(customers=two_classes(), follow="profiles", classes=classes)
    # weights 1 to 3: at noon all of the peak, at night the homes' quarter
    assert found.mw(12 * HOUR_S) == pytest.approx([1.0, 2.0, 3.0, 1.0])
    assert found.mw(0.0) == pytest.approx([0.25, 0.5, 0.75, 0.25])


def test_weekends_and_months_have_their_own_factors() -> None:
    months = [0.5] * 6 + [1.0] + [0.5] * 5
    classes = {
        "home": {"weekday": FLAT, "weekend": [0.4] * 24, "by_month": months},
        "shop": {"weekday": FLAT, "weekend": [0.4] * 24, "by_month": months},
    }
    found = loads(customers=two_classes(), follow="profiles", classes=classes)
    assert found.mw(5 * 24 * HOUR_S + HOUR_S)[0] == pytest.approx(0.4)  # Saturday 6 July
    assert found.mw(32 * 24 * HOUR_S + HOUR_S)[0] == pytest.approx(0.5)  # Friday 2 August


def test_heat_and_cold_add_by_degree() -> None:
    course = [{"at": "0 h", "celsius": 26}, {"at": "10 h", "celsius": 36}]
    classes = {
        "home": {"weekday": FLAT, "per_degree_hot": "4 %"},
        "shop": {"weekday": FLAT, "per_degree_cold": "2 %"},
    }
    found = loads(customers=two_classes(), follow="profiles", classes=classes, temperature=course)
    assert found.mw(0.0)[0] == pytest.approx(1.0)
    assert found.mw(5 * HOUR_S)[0] == pytest.approx(0.5 * 1.2 + 0.5)
    assert found.mw(20 * HOUR_S)[0] == pytest.approx(0.5 * 1.4 + 0.5)


def test_cold_load_grows_with_the_outage_and_falls_after_return() -> None:
    cold = {"factor": 3.0, "grows_over": "1 h", "holds_for": "15 min", "decays_over": "45 min"}
    found = loads(cold_load=cold)
    found.cold.lost([1], 0.0)
    begin = 2.0 * (1.0 - math.exp(-2.0))
    assert found.mw(2 * HOUR_S) == pytest.approx([1.0, 2.0 * (1.0 + begin), 3.0, 1.0])
    # were it back at 2 h, 45 min after the hold a share 1/e would be left
    assert found.mw(3 * HOUR_S, 2 * HOUR_S)[1] == pytest.approx(2.0 * (1.0 + begin / math.e))
    found.cold.restored([1], 2 * HOUR_S)
    assert found.mw(2 * HOUR_S + 15 * MIN)[1] == pytest.approx(2.0 * (1.0 + begin))
    assert found.mw(3 * HOUR_S)[1] == pytest.approx(2.0 * (1.0 + begin / math.e))


def test_a_second_outage_begins_with_what_is_left_of_the_first() -> None:
    section = ColdLoad()
    assert cold_excess(section, 0.0, 0.3) == pytest.approx(0.3)
    assert cold_excess(section, 1e9, 0.3) == pytest.approx(section.factor - 1.0)
    found = loads(cold_load={})
    found.cold.lost([0], 0.0)
    found.cold.restored([0], HOUR_S)
    before = found.mw(HOUR_S)[0]
    found.cold.lost([0], HOUR_S + MIN)
    assert found.mw(HOUR_S + MIN)[0] == pytest.approx(before)
    assert found.mw(2 * HOUR_S)[0] > before


def test_belief_has_a_cold_state_of_its_own() -> None:
    truth = loads(cold_load={})
    belief = truth.for_belief()
    truth.cold.lost([0], 0.0)
    assert truth.mw(HOUR_S)[0] > 1.0
    assert np.array_equal(belief.mw(HOUR_S), truth.demand_mw(HOUR_S))


@pytest.mark.parametrize(
    "section",
    [
        {"classes": {"home": {"weekday": [0] * 24}}},
        {"temperature": [{"at": "2 h", "celsius": 1}, {"at": "1 h", "celsius": 1}]},
        {"temperature": [{"at": "2 h", "celsius": 1}, {"at": "2019-07-02 00:00", "celsius": 1}]},
    ],
)
def test_curves_and_courses_must_make_sense(section: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"nothing|increase|calendar"):
        Section.model_validate(section)
