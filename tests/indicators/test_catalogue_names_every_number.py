from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.indicators.catalogue import (
    BY_NAME,
    INDICATORS,
    LOW_VOLTAGE,
    NEEDS,
    OPERATIONS,
    STEADY,
    UNITS,
    measure,
    to_json,
)
from sim.indicators.document import document
from sim.indicators.intervals import merged
from sim.indicators.measured import Measured
from sim.store.reader import open_run
from sim.store.writer import save_run
from tests.indicators.tiny import manifest, run_of, table

ROOT = Path(__file__).parents[2]


def test_names_are_unique_and_units_are_known() -> None:
    assert len(BY_NAME) == sum(map(len, (INDICATORS, OPERATIONS, LOW_VOLTAGE, NEEDS, STEADY)))
    assert {indicator.unit for indicator in BY_NAME.values()} <= UNITS.keys()


def test_what_is_measured_is_what_the_catalogue_says() -> None:
    from sim.indicators.calls import contact
    from sim.indicators.information import information
    from sim.indicators.low_voltage import low_voltage
    from sim.indicators.needs import needs
    from sim.indicators.orders import orders
    from sim.indicators.reliability import reliability
    from sim.indicators.response import response
    from sim.indicators.steady import steady

    sections = {
        "reliability": reliability,
        "contact": contact,
        "information": information,
        "response": response,
        "orders": orders,
    }
    for section, compute in sections.items():
        named = {indicator.name for indicator in INDICATORS if indicator.section == section}
        assert compute(run_of(), manifest()).keys() == named
    named = {each.name for each in LOW_VOLTAGE}
    assert low_voltage(run_of(), manifest()).keys() == named
    assert needs(run_of(), manifest()).keys() == {each.name for each in NEEDS}
    of_all = {each.name for each in STEADY} - {"steady_group_share"}  # only told by group
    assert steady(run_of(), manifest(batches=2)).keys() == of_all


def test_the_document_is_not_stale() -> None:
    stored = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
    assert stored == document(), "run: python -m sim.indicators.document > docs/indicators.md"


def test_a_stored_run_gives_the_same_indicators_as_the_run_in_memory(tmp_path: Path) -> None:
    tables = run_of(
        table("transformers", {"customers": 10}),
        table("interruptions", {"t_off_s": 0.1, "t_on_s": 1000.7, "customers": 10}),
    )
    save_run(tmp_path / "run", tables, manifest())
    stored = open_run(tmp_path / "run")
    assert measure(stored, stored.manifest) == measure(tables, manifest())


def test_a_missing_number_is_written_as_null_with_its_reason() -> None:
    rows = {row["name"]: row for row in json.loads(to_json(measure(run_of(), manifest())))}
    assert list(rows) == [indicator.name for indicator in INDICATORS]
    assert rows["faults"] == {"name": "faults", "value": 0.0, "unit": "count"}
    assert rows["saifi"] == {"name": "saifi", "value": None, "unit": "1", "reason": "no_customers"}


def test_a_missing_number_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="reason"):
        Measured(None)
    with pytest.raises(ValueError, match="reason"):
        Measured(1.0, "no_crew")


def test_touching_and_overlapping_intervals_of_one_owner_are_made_one() -> None:
    import numpy as np

    owners, from_s, to_s = merged(
        np.array([2, 1, 1, 1, 2, 1]),
        np.array([0.0, 0.0, 2.0, 1.0, 5.0, 7.0]),
        np.array([9.0, 1.0, 3.0, 2.5, 6.0, 7.0]),
    )
    assert (owners.tolist(), from_s.tolist(), to_s.tolist()) == ([1, 2], [0.0, 0.0], [3.0, 9.0])
