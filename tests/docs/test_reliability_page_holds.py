"""The reliability page: its commands work, and its example gives what it says by hand."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import ROOT, blocks_of

from sim.grid.importers import build_grid
from sim.reliability.assess import assess
from sim.scenario.study import load_study

PAGE = ROOT / "docs" / "reliability.md"


def test_commands_work_as_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "run_sim.py", tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    lines = [line for block in blocks_of(PAGE, "sh") for line in block.lines]
    assert len(lines) == 4
    for line in lines:
        done = subprocess.run(
            [sys.executable, *shlex.split(line)[1:]],
            cwd=tmp_path,
            env=os.environ | {"STORMDESK_LANG": "en", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
    names = {each.name for each in (tmp_path / "results").iterdir()}
    assert {"rbts_bus2-base-reliability", "rbts_bus2-E-reliability"} < names
    for name in names:
        files = {each.name for each in (tmp_path / "results" / name).iterdir()}
        assert files == {"reliability.html", "reliability.json", "load_points.csv"}
    stored = tmp_path / "results" / "rbts_bus2-E-reliability" / "reliability.json"
    assert json.loads(stored.read_text("utf-8"))["system"]["saidi_h"] == pytest.approx(0.765575)


def test_example_gives_what_is_worked_by_hand(tmp_path: Path) -> None:
    for name, block in zip(("nodes", "edges"), blocks_of(PAGE, "csv"), strict=True):
        (tmp_path / f"{name}.csv").write_text(block.text, encoding="utf-8")
    (block,) = blocks_of(PAGE, "yaml")
    (tmp_path / "grid.yaml").write_text(block.text, encoding="utf-8")
    study = load_study(tmp_path / "grid.yaml")
    found = assess(build_grid(study.grid), study.hazards.steady, study.reliability)
    text = PAGE.read_text(encoding="utf-8")

    def row(name: str) -> list[float]:
        line = re.search(rf"^\| {name} \|(.*)\|$", text, flags=re.M)
        assert line is not None
        return [float(cell) for cell in line[1].split("|") if cell.strip()]

    rates = [each.interruptions_per_year for each in found.load_points]
    assert rates == pytest.approx(row("λ"))
    hours = [each.unavailable_h_per_year for each in found.load_points]
    assert hours == pytest.approx(row("U, h"))
    system = found.system
    assert (
        f"SAIFI {system.saifi:.6f}, SAIDI {system.saidi_h:.6f} h, CAIDI {system.caidi_h:.6f} h,"
        f" ENS {system.ens_mwh:.2f} MWh a year" in text
    )
