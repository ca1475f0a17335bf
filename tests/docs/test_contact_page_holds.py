"""The contact-centre page: its YAML loads and runs, its worked example works, its codes exist."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import numpy as np
import pytest
from blocks import ROOT, Block, blocks_of

from sim.contact.state import OUTCOMES
from sim.scenario.contact import Contact
from sim.scenario.loader import LoadedScenario, load_scenario
from sim.world.run import run_scenario

PAGE = ROOT / "docs" / "contact-centre.md"
WHOLE, *CHANGES = blocks_of(PAGE, "yaml")
TABLES = {"time": "history.csv", "agent": "roster.csv"}
"""File of a table shown, by its first column."""
GOES_ON = ("transferred", "callback", "requeued", "not_reached")
"""Outcomes after which an attempt may go on."""


def loaded(change: Block, folder: Path) -> LoadedScenario:
    """Return the page's centre with a block laid over it, as its reader is told to write it."""
    for table in blocks_of(PAGE, "csv"):
        name = TABLES[table.text.partition(",")[0]]
        (folder / name).write_text(table.text, encoding="utf-8")
    text = f"{WHOLE.text}\noverrides:\n  shown:\n{indent(change.text, '    ')}"
    (folder / "centre.yaml").write_text(text, encoding="utf-8")
    return load_scenario(folder / "centre.yaml", "shown")


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_each_block_loads_and_runs_and_loses_nobody(change: Block, tmp_path: Path) -> None:
    chosen = loaded(change, tmp_path)
    base = load_scenario(tmp_path / "centre.yaml").scenario
    assert (chosen.scenario.contact, chosen.scenario.measure) != (base.contact, base.measure)
    calls = run_scenario(chosen, 1).tables["calls"]
    assert len(calls["outcome"])
    goes_on = np.isin(calls["outcome"], [OUTCOMES.index(name) for name in GOES_ON[:3]])
    attempt = list(zip(calls["caller"].tolist(), calls["attempt"].tolist(), strict=True))
    last = {each: row for row, each in enumerate(attempt)}
    first_legs = [each for each, leg in zip(attempt, calls["leg"], strict=True) if leg == 0]
    assert sorted(first_legs) == sorted(set(first_legs))
    assert not goes_on[list(last.values())].any()
    ended = np.delete(calls["outcome"], list(last.values()))
    assert np.isin(ended, [OUTCOMES.index(name) for name in GOES_ON]).all()


def test_every_section_of_the_schema_is_shown() -> None:
    """Each field of `contact` stands in some block, so new ones are not forgotten."""
    shown = "\n".join(block.text for block in blocks_of(PAGE, "yaml"))
    assert [name for name in Contact.model_fields if not re.search(rf"\b{name}:", shown)] == []


def changed(diff: Block, root: Path) -> None:
    """Make a change shown as a diff without line numbers; each place must be found just once."""
    for part in re.split(r"^--- ", diff.text, flags=re.M)[1:]:
        name, _, hunks = part.partition("\n")
        file = root / name
        text = file.read_text(encoding="utf-8")
        for hunk in hunks.split("@@\n"):
            lines = hunk.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if line[0] in " -")
            assert text.count(old) == 1, f"{name}: {old}"
            text = text.replace(old, "".join(line[1:] for line in lines if line[0] in " +"))
        file.write_text(text, encoding="utf-8")


def test_a_routing_rule_is_added_as_shown(tmp_path: Path) -> None:
    """In a copy of the program: without the change the rule is refused, with it the test passes."""
    (diff,), (test,) = blocks_of(PAGE, "diff"), blocks_of(PAGE, "python")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=ignored)
    shutil.copytree(ROOT / "tests" / "contact", tmp_path / "tests" / "contact", ignore=ignored)
    shown = tmp_path / "tests" / "contact" / "test_shown.py"
    shown.write_text(test.text, encoding="utf-8")

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", shown],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    assert "2 failed" in run().stdout
    changed(diff, tmp_path)
    done = run()
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
