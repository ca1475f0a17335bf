"""A scenario of `run` and `contact` alone is checked, run, reported and compared."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.api import Result
from sim.scenario.loader import check_scenario, load_scenario
from sim.world.inputs import Inputs

ROOT = Path(__file__).parents[2]
ALONE = """
run:
  name: {en: A small centre, zh: 小型话务中心}
  start: 2026-01-05 08:00
  at_least: 6 h
  at_most: 6 h
contact:
  menu: {time: {constant: 0 s}}
  call_types:
    outage: {handle: {exponential: 4 min}, patience: {exponential: 3 min}, priority: 1}
    enquiry: {handle: {exponential: 3 min}, patience: {exponential: 3 min}}
  groups:
    all: {serves: [outage, enquiry], roster: [{from: "00:00", to: "24:00", agents: 12}]}
  trunks: 20
  background:
    - {call_type: outage, per_day: 2000}
    - {call_type: enquiry, per_day: 2000}
measure: {warm_up: 1 h, cool_down: 30 min, batches: 9, every: 30 min}
overrides:
  fewer: {contact: {trunks: 12}}
scenarios:
  fewer: [fewer]
"""


@pytest.fixture(name="file")
def _file(tmp_path):
    path = tmp_path / "alone.yaml"
    path.write_text(ALONE, encoding="utf-8")
    return path


def test_it_has_no_problems(file) -> None:
    assert check_scenario(file, further=Inputs().problems) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_its_report_has_the_contact_centre_and_no_maps(file, tmp_path, lang) -> None:
    result = sim.run(load_scenario(file), seed=3)
    folder = result.save(tmp_path / lang, lang)
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name in ("calls", "queue", "summary"):
        assert f'<section id="{name}"' in page
    for name in ("map", "supply", "crews", "notices", "promises", "commitments"):
        assert f'<section id="{name}"' not in page
    assert not any(name.startswith(("county_", "saidi")) for name in result.indicators)
    stored = Result.open(folder)
    assert stored.indicators == result.indicators
    assert stored.steady_parts == result.steady_parts
    assert len((folder / "course.csv").read_text().splitlines()) == 13


def test_its_indicators_have_half_widths_by_type_and_group(file, tmp_path) -> None:
    folder = sim.run(load_scenario(file)).save(tmp_path / "run")
    rows = json.loads((folder / "indicators.json").read_text(encoding="utf-8"))
    found = {(row["name"], row.get("call_type"), row.get("group")): row for row in rows}
    whole = found["steady_wait_s", None, None]
    types = [found["steady_wait_s", name, None] for name in ("outage", "enquiry")]
    assert 0.0 < whole["half_width"] < whole["value"]
    assert types[0]["value"] < whole["value"] < types[1]["value"]
    assert found["steady_occupancy_share", None, "all"]["value"] <= 1.0


def test_what_if_is_compared_without_a_grid(file, tmp_path) -> None:
    found = sim.compare(file, ["base", "fewer"], 2, workers=0, folder=tmp_path)
    each = found.differences["fewer"]["steady_blocked_share"]
    assert each.mean is not None
    assert each.mean > 0.0
    assert "customers_out" not in found.bands["base"]


def test_the_command_line_runs_and_compares_it(file) -> None:
    def call(*arguments: str) -> str:
        command = [sys.executable, str(ROOT / "run_sim.py"), "--lang", "zh", *arguments]
        done = subprocess.run(command, cwd=file.parent, capture_output=True, check=True)
        return done.stdout.decode("utf-8")

    assert " ± " in call("run", str(file), "--out", "one")
    told = call("compare", str(file), "--scenario", "base", "--scenario", "fewer",
                "--replications", "2", "--workers", "1", "--out", "two")  # fmt: skip
    assert "fewer − base" in told
    assert list(file.parent.glob("two/**/comparison.html"))


def test_a_window_of_nothing_is_refused(file) -> None:
    (problem,) = check_scenario(file, ("measure.warm_up=5.5 h",))
    assert "leave nothing of run.at_least to measure" in str(problem)


def test_a_drill_needs_a_grid(file) -> None:
    objectives = {"o": {"en": "O", "zh": "目"}}
    exercise = {"title": {"en": "E", "zh": "演"}, "start_at": "1 h", "objectives": objectives}
    found = check_scenario(file, (f"exercise={json.dumps(exercise)}",))
    assert any("needs a grid" in str(each) for each in found)


def test_a_storm_over_no_grid_breaks_nothing(file) -> None:
    track = ROOT / "scenarios" / "data" / "typhoons" / "maria_2018.rsmc.txt"
    copy = file.parent / "track.txt"
    copy.write_bytes(track.read_bytes())
    result = sim.run(load_scenario(file, sets=("hazards.typhoon.track=track.txt",)))
    assert len(result.tables["faults"]["fault"]) == 0


def test_its_call_types_bear_any_names(tmp_path) -> None:
    """Only customers of a grid need one named `outage`, and only if their class calls as it."""
    path = tmp_path / "banking.yaml"
    text = ALONE.replace("outage", "account").replace("enquiry", "card")
    path.write_text(text, encoding="utf-8")
    assert check_scenario(path, further=Inputs().problems) == []
    result = sim.run(load_scenario(path), seed=3)
    assert {key.call_type for key in result.steady_parts} == {"", "account", "card"}
    named = sim.run(load_scenario(_written(tmp_path, ALONE)), seed=3)
    assert len(result.tables["calls"]["agent"]) == pytest.approx(
        len(named.tables["calls"]["agent"]), rel=0.1
    )


def _written(folder: Path, text: str) -> Path:
    (folder / "named.yaml").write_text(text, encoding="utf-8")
    return folder / "named.yaml"
