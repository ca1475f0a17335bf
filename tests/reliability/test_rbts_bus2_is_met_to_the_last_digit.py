"""RBTS Bus 2, cases A to F: every published index of load points, feeders and the system."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sim.grid.importers import build_grid
from sim.reliability.assess import assess
from sim.reliability.indices import Assessment, Indices
from sim.scenario.loader import load_scenario

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "tests" / "data" / "rbts_bus2"
BREAKERS = {"1": "L1", "2": "L12", "3": "L16", "4": "L26"}
SYSTEM = {
    "SAIFI": "saifi",
    "SAIDI_h": "saidi_h",
    "CAIDI_h": "caidi_h",
    "ASAI": "asai",
    "ENS_MWh": "ens_mwh",
    "AENS_kWh": "aens_kwh",
}


def rows(name: str, case: str) -> Iterator[dict[str, str]]:
    with (TABLES / f"expected_{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["case"] == case)


@cache
def assessed(case: str, *, by_flooding: bool = False) -> Assessment:
    name = "base" if case == "A" else case
    scenario = load_scenario(ROOT / "scenarios" / "rbts_bus2.yaml", name).scenario
    grid = build_grid(scenario.grid)
    return assess(grid, scenario.hazards.steady, scenario.reliability, by_flooding=by_flooding)


def agrees(printed: str, value: float | None) -> bool:
    """Say whether a value is the printed one, to all six of its decimals."""
    return value is not None and abs(value - float(printed)) <= 0.5000001e-6


def of(indices: Indices, column: str) -> float | None:
    value: float | None = getattr(indices, SYSTEM[column])
    return value


@pytest.mark.parametrize("case", "ABCDEF")
def test_every_load_point_agrees(case: str) -> None:
    found = {each.id: each for each in assessed(case).load_points}
    expected = list(rows("load_points", case))
    assert len(expected) == len(found) == 22
    for row in expected:
        point = found[f"bus2/dt{row['load_point']}"]
        assert point.customers == int(row["customers"])
        assert point.load_mw == float(row["avg_MW"])
        assert agrees(row["lambda_per_yr"], point.interruptions_per_year), row
        assert agrees(row["r_h"], point.outage_h), row
        assert agrees(row["U_h_per_yr"], point.unavailable_h_per_year), row


@pytest.mark.parametrize("case", "ABCDEF")
def test_every_feeder_agrees(case: str) -> None:
    feeders = assessed(case).feeders
    expected = list(rows("feeders", case))
    assert len(expected) == len(feeders) == 4
    for row in expected:
        indices = feeders[f"bus2/{BREAKERS[row['feeder']]}@24"]
        assert indices.customers == int(row["customers"])
        for column in ("SAIFI", "SAIDI_h", "CAIDI_h", "ENS_MWh"):
            assert agrees(row[column], of(indices, column)), (row, column)


@pytest.mark.parametrize("case", "ABCDEF")
def test_the_system_agrees(case: str) -> None:
    (row,) = rows("system", case)
    system = assessed(case).system
    for column in SYSTEM:
        assert agrees(row[column], of(system, column)), (row, column)
    assert system.asai is not None
    assert system.asui == pytest.approx(1.0 - system.asai, abs=1e-15)


@pytest.mark.parametrize("case", "ABCDEF")
def test_flooding_the_district_says_the_same_as_the_tree(case: str) -> None:
    tree, flooded = assessed(case), assessed(case, by_flooding=True)
    assert [each.id for each in tree.load_points] == [each.id for each in flooded.load_points]
    for one, other in zip(tree.load_points, flooded.load_points, strict=True):
        assert one.interruptions_per_year == pytest.approx(other.interruptions_per_year, rel=1e-12)
        assert one.unavailable_h_per_year == pytest.approx(other.unavailable_h_per_year, rel=1e-12)


@pytest.mark.parametrize("case", "ABCDEF")
def test_the_parts_of_the_components_add_up_to_the_system(case: str) -> None:
    result = assessed(case)
    hours = sum(each.customer_h_per_year for each in result.components)
    energy = sum(each.ens_mwh for each in result.components)
    assert hours == pytest.approx(result.system.customers * (result.system.saidi_h or 0.0))
    assert energy == pytest.approx(result.system.ens_mwh)
    costs = [each.customer_h_per_year for each in result.components]
    assert costs == sorted(costs, reverse=True)
    assert len(result.worst()) == 10


def test_the_worst_component_of_case_a_is_a_transformer_of_many_customers() -> None:
    worst = assessed("A").worst(1)[0]
    assert (worst.kind, worst.customers_tripped) == ("transformer", 210)
    assert worst.customer_h_per_year == pytest.approx(0.015 * 200 * 210)
