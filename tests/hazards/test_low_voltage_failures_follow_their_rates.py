"""Failures behind transformers come at their rates, grow with the gust and are keyed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.streams import Streams
from sim.errors import InputError
from sim.grid.importers import build_grid
from sim.grid.low_voltage import LowVoltageSide, part_id, part_place
from sim.hazards.low_voltage import low_voltage_failures, storm_factor, wrong_events
from sim.scenario.low_voltage import LowVoltage, LowVoltageStorm
from sim.units import Calendar
from tests.world.town import Source, load, two_feeders

YEAR_S = 8760 * 3600.0


class Wind:
    """One gust everywhere, from a time on."""

    def __init__(self, gust_ms: float = 0.0, from_s: float = 0.0) -> None:
        self._gust, self._from = gust_ms, from_s

    def gusts_ms(self, times_s: Any, lat: Any, _lon: Any) -> Any:
        column = np.where(np.asarray(times_s) >= self._from, self._gust, 0.0)
        return np.tile(column[:, None], (1, len(lat)))


def failures(folder: Path, wind: Wind, until_s: float, seed: int = 1, **more: Any) -> Any:
    scenario = load(folder).scenario
    grid = build_grid(scenario.grid, scenario.customers.classes)
    section = LowVoltage.model_validate(more)
    calendar = Calendar(scenario.run.start, scenario.run.zone)
    return low_voltage_failures(section, grid, wind, Streams(seed), calendar, until_s)  # type: ignore[arg-type]


@pytest.mark.parametrize("customers", [1, 4, 39, 40, 41, 90, 397])
@pytest.mark.parametrize(("per_branch", "per_service"), [(40, 4), (7, 3), (1, 1), (500, 500)])
def test_every_customer_has_one_branch_and_one_service_drop(
    customers: int, per_branch: int, per_service: int
) -> None:
    side = LowVoltageSide(customers, per_branch, per_service)
    for part in ("branch", "service", "customer"):
        fed = [list(side.fed(part, k)) for k in range(side.count(part))]  # type: ignore[arg-type]
        assert [each for parts in fed for each in parts] == list(range(customers))
        assert all(fed)
    for customer in range(customers):
        assert customer in side.fed("branch", side.branch_of(customer))
    assert max(len(side.fed("branch", k)) for k in range(side.count("branch"))) <= per_branch


def test_ids_are_read_back() -> None:
    known = {"d/dt1": 0, "d/dt10": 1}
    where = part_place(part_id("d/dt10", "service", 7), known)
    assert where is not None
    assert (where.transformer_ix, where.part, where.number) == (1, "service", 7)
    assert part_place("d/dt10/lines", known) is not None
    for other in ("d/dt10", "d/a1/span3", "d/dt2/service1", "d/dt1/service01"):
        assert part_place(other, known) is None


def test_the_factor_is_a_power_of_the_gust_above_its_limit() -> None:
    storm = LowVoltageStorm.model_validate({"above": "10 m/s", "exponent": 3})
    assert storm_factor(storm, np.array([0.0, 10.0, 20.0])).tolist() == [1.0, 1.0, 8.0]


def test_calm_years_have_as_many_failures_as_their_rates(tmp_path: Path) -> None:
    """Expected: years x rate x parts, of 390 customers behind six transformers."""
    rates = {"branch_per_year": 2.0, "service_per_year": 0.5, "customer_per_year": 0.25}
    found = failures(tmp_path, Wind(), 20 * YEAR_S, customers_per_branch=20, rates=rates)
    branches = sum(-(-n // 20) for n in (40, 50, 60, 70, 80, 90))
    services = sum(-(-n // 4) for n in (40, 50, 60, 70, 80, 90))
    expected = {
        "branch": 20 * 2.0 * branches,
        "service": 20 * 0.5 * services,
        "customer": 20 * 0.25 * 390,
    }
    for part, mean in expected.items():
        n = sum(each.part == part for each in found)
        assert n == pytest.approx(mean, abs=4 * np.sqrt(mean))
    assert {each.hazard for each in found} == {"steady"}
    assert list(found) == sorted(found)


def test_wind_brings_more_and_says_so_but_not_inside_the_house(tmp_path: Path) -> None:
    """Twice the limit with exponent 3: eight times as many, of the customers' own as before."""
    rates = {"branch_per_year": 2.0, "service_per_year": 0.5, "customer_per_year": 0.25}
    storm = {"above": "10 m/s", "exponent": 3}
    calm = failures(tmp_path, Wind(), 4 * YEAR_S, rates=rates, storm=storm)
    blown = failures(tmp_path, Wind(20.0), 4 * YEAR_S, rates=rates, storm=storm)

    def n(found: Any, *parts: str) -> int:
        return sum(each.part in parts for each in found)

    mean = 8 * n(calm, "branch", "service")
    assert n(blown, "branch", "service") == pytest.approx(mean, rel=0.2)
    assert [each for each in blown if each.part == "customer"] == [
        each for each in calm if each.part == "customer"
    ]
    assert {each.hazard for each in blown if each.part != "customer"} == {"wind"}


class WithAreas(Source):
    """A source whose bus 6 lies where wiring is illegal."""

    def save(self, folder: Path, name: str) -> dict[str, str]:
        paths = super().save(folder, name)
        nodes = folder / paths["nodes"]
        head, *rows = nodes.read_text(encoding="utf-8").splitlines()
        cells = [f"{row},{'illegal_wiring' if row.startswith('6,') else ''}" for row in rows]
        nodes.write_text("\n".join([f"{head},area", *cells, ""]), encoding="utf-8")
        return paths


def test_areas_multiply_the_rates_of_their_transformers(tmp_path: Path) -> None:
    """Only the customers behind transformer 6 have three times as many faults of their own."""
    scenario = load(tmp_path, WithAreas(two_feeders().nodes, two_feeders().edges)).scenario
    grid = build_grid(scenario.grid, scenario.customers.classes)
    calendar = Calendar(scenario.run.start, scenario.run.zone)
    rates = {"branch_per_year": 2.0, "service_per_year": 0, "customer_per_year": 0.5}

    def found(areas: dict[str, Any]) -> Any:
        section = LowVoltage.model_validate({"rates": rates, "areas": areas})
        wind: Any = Wind()
        return low_voltage_failures(section, grid, wind, Streams(1), calendar, 10 * YEAR_S)

    usual = found({})
    special = found({"illegal_wiring": {"customer": 3}})

    def n(all_: Any, part: str, *at: int) -> int:
        return sum(each.part == part and each.transformer_ix in at for each in all_)

    six = grid.transformer_ix["d/dt6"]
    others = [ix for ix in range(6) if ix != six]
    assert n(special, "customer", *others) == n(usual, "customer", *others)
    assert n(special, "branch", *range(6)) == n(usual, "branch", *range(6))
    mean = 3 * 10 * 0.5 * 90
    assert n(special, "customer", six) == pytest.approx(mean, abs=4 * np.sqrt(mean))
    assert n(usual, "customer", six) == pytest.approx(mean / 3, abs=4 * np.sqrt(mean / 3))


def test_a_storm_leaves_what_was_before_it_alone(tmp_path: Path) -> None:
    rates = {"branch_per_year": 5.0, "service_per_year": 1.0, "customer_per_year": 0.0}
    calm = failures(tmp_path, Wind(), YEAR_S, rates=rates)
    late = failures(tmp_path, Wind(40.0, 0.5 * YEAR_S), YEAR_S, rates=rates)
    before = [each for each in calm if each.t_s < 0.49 * YEAR_S]
    assert len(before) > 20
    assert [each for each in late if each.t_s < 0.49 * YEAR_S] == before


def test_a_given_event_that_fits_no_part_is_named(tmp_path: Path) -> None:
    scenario = load(tmp_path).scenario
    grid = build_grid(scenario.grid, scenario.customers.classes)
    wrong = [
        {"at": "1 h", "transformer": "d/dt9", "part": "branch"},
        {"at": "1 h", "transformer": "d/dt1", "part": "customer", "number": 40},
        {"at": "1 h", "transformer": "d/dt1", "part": "customer", "number": 39},
    ]
    section = LowVoltage.model_validate({"events": wrong})
    found = [(number, key, str(words)) for number, key, words in wrong_events(section, grid)]
    assert [each[:2] for each in found] == [(0, "transformer"), (1, "number")]
    assert "d/dt9" in found[0][2]
    assert "40" in found[1][2]
    with pytest.raises(InputError, match=r"low_voltage\.events\.0\.transformer"):
        failures(tmp_path, Wind(), YEAR_S, events=wrong)
