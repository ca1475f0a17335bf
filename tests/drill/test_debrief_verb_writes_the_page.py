"""`drill debrief` as a person calls it: forks on the command line, work in other processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pools import ROOT, exercise, inject
from small_drills import town


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "run_sim.py"), "drill", *words],
        cwd=folder,
        env=os.environ | {"STORMDESK_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a small drill on autopilot from the command line."""
    folder = tmp_path_factory.mktemp("town")
    leave = inject({"kind": "agents_leave", "share": "70 %"}, {"at": "30 min"})
    town.load(
        folder,
        None,
        [town.event("2021-03-01 08:40", "d/b1")],
        exercise=exercise({"leave": leave}),
        contact={"standby": {"first": {"group": "general", "agents": 2}}},
    )
    done = call(folder, "town.yaml", "--autopilot", "--json")
    assert done.returncode == 0, done.stderr
    return folder / str(json.loads(done.stdout)["run"])


def test_forks_are_played_and_the_page_is_written(run: Path) -> None:
    fork = "add CallStandby tier=first at 20min"
    done = call(
        run, "debrief", str(run), "--fork", fork, "--redraws", "2", "--json", "--lang", "zh"
    )
    assert done.returncode == 0, done.stderr
    page = Path(json.loads(done.stdout)["debrief"]).read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert '<div class="fork">' in page
    assert '<section id="losses">' in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fork", "CallStandby first -20min"), "no such order was recorded"),
        (("--fork", "nonsense"), "name a fork such as"),
    ],
)
def test_a_fork_that_fits_nothing_is_said_so(run: Path, words: tuple[str, str], said: str) -> None:
    done = call(run, "debrief", str(run), *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_must_be_named_and_hold_a_drill(run: Path) -> None:
    assert call(run, "debrief").returncode == 2
    missing = call(run, "debrief", "nowhere")
    assert missing.returncode != 0
    assert "Traceback" not in missing.stderr
