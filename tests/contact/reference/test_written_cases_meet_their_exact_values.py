"""The reference set, each case as an ordinary scenario file without a grid (issue 4, Truth).

All measures compared are one family of hypotheses, tested at 99.9 % together (Holm). Seeds were
fixed before the first run (`compared.FIRST_SEED`).
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
import yaml

from sim.scenario.loader import load_scenario
from tests.contact.reference.compared import CASES, compared, runs, verdicts
from tests.contact.reference.estimated import holm_rejects
from tests.contact.reference.sampled import exact, shown
from tests.contact.reference.written import FAMILIES, written

FAMILY_WISE = 0.001
QUICK_RUNS, QUICK_CALLS = 6, 8_000
FIRST_OF_FAMILY = {case["family"]: case for case in reversed(CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_an_ordinary_scenario_without_a_grid(case, tmp_path) -> None:
    text = written(case).text
    assert yaml.safe_load(text).keys() == {"run", "contact", "measure"}
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert not load_scenario(tmp_path / "case.yaml").scenario.grid.districts
    assert 1 <= len(shown(case)) <= 6


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_is_written_from_its_parameters_and_not_by_its_name(case) -> None:
    renamed = written({**case, "id": "another"}).scenario
    assert renamed.pop("run") != (own := written(case).scenario).pop("run")
    assert renamed == own


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_other_cases_of_a_family_are_written_as_well(case, tmp_path) -> None:
    other = {
        name: value + 1 if isinstance(value, int) and "agents" in name else value
        for name, value in case["params"].items()
    }
    rates = [name for name, value in other.items() if "rate" in name and isinstance(value, float)]
    other |= {name: 0.9 * other[name] for name in rates}
    text = written({**case, "id": "other", "params": other}).text
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    changed = load_scenario(tmp_path / "case.yaml").scenario
    (tmp_path / "own.yaml").write_text(written(case).text, encoding="utf-8")
    own = load_scenario(tmp_path / "own.yaml").scenario
    assert (changed.contact != own.contact) == (other != case["params"])


def test_every_family_of_the_set_is_written() -> None:
    assert {case["family"] for case in CASES} == FAMILIES.keys()


def test_one_case_a_family_meets_its_exact_values_roughly() -> None:
    """A quick look: few calls, so wide intervals; the slow test has narrow ones."""
    found = []
    for case in FIRST_OF_FAMILY.values():
        n = QUICK_RUNS if written(case).loads else 2
        samples = runs(case, 0, n, QUICK_CALLS)
        found += verdicts(case, samples)
    fallen = holm_rejects({each.name: each.p for each in found}, FAMILY_WISE)
    assert not fallen, "\n".join(str(each) for each in found if each.name in fallen)


@pytest.mark.slow
def test_all_cases_together_meet_their_exact_values() -> None:
    found = []
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        for each in pool.map(compared, CASES):
            print(*each, sep="\n", flush=True)
            found += each
    assert not [str(each) for each in found if not each.is_narrow]
    fallen = holm_rejects({each.name: each.p for each in found}, FAMILY_WISE)
    assert not fallen, "\n".join(str(each) for each in found if each.name in fallen)


def test_every_measure_shown_has_an_exact_value() -> None:
    assert all(exact(case, name) >= 0.0 for case in CASES for name in shown(case))
