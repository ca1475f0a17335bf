"""The README's commands and examples run as written, in one folder, in the order of the page.

Left out: installing (CI does it with these very lines). Shortened: the replications of `compare`;
pytest only collects, so that a marker nobody uses is found.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import README, ROOT, blocks_of

INSTALL = "python -m pip install"
PYTEST = "python -m pytest"


def commands() -> list[list[str]]:
    """Return what is to be run, each as arguments of the interpreter."""
    found = []
    for block in blocks_of(README, "sh", "python"):
        if block.language == "python":
            found.append(["-c", block.text])
            continue
        for line in (part.strip() for each in block.lines for part in each.split("&&")):
            if line.startswith((INSTALL, PYTEST)):
                continue
            program, *arguments = shlex.split(
                re.sub(r"--replications \d+", "--replications 2", line)
            )
            assert program == "python", line
            found.append(arguments)
    return found


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "STORMDESK_LANG": "en"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_commands_and_examples_run_as_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "run_sim.py", tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    verbs = set()
    for arguments in commands():
        done = run(arguments, tmp_path)
        assert done.returncode == 0, f"{shlex.join(arguments)}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        verbs.add(arguments[1] if arguments[0] == "run_sim.py" else "python")
    assert verbs == {
        *("run", "compare", "explain", "drill", "reliability", "indices", "new", "check"),
        *("schema", "import", "report", "python"),
    }
    results = tmp_path / "results"
    page = (results / "county_typhoon-base-seed1" / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in page  # the last command wrote it again
    assert (results / "county_typhoon-compare" / "comparison.html").is_file()
    assert {each.name for each in results.iterdir()} == {
        "county_typhoon-base-seed1",
        "county_typhoon-more_agents-seed2",
        "few_trunks",
        "county_typhoon-compare",
        "typhoon_evening-autopilot-seed13",
        "rbts_bus2-base-reliability",
        "my_county-base-seed1",
        "ieee123-base-seed1",
        "call_centre_day-base-seed1",
        "sixty_days",
    }
    days = results / "sixty_days" / "call_centre_day-two_more-seed1"
    course = (days / "course.csv").read_text("utf-8")
    assert len(course.splitlines()) == 1 + 60 * 24  # an hour a line


def test_markers_of_the_readme_select_tests() -> None:
    lines = [line for block in blocks_of(README, "sh") for line in block.lines]
    marked = [line for line in lines if line.startswith(f"{PYTEST} -m ")]
    assert marked
    for line in marked:
        arguments = shlex.split(line)[1:]
        collected = run([*arguments, "--collect-only", "-q"], ROOT)
        assert collected.returncode == 0, f"{line}\n{collected.stdout}"


@pytest.mark.slow
def test_comparison_as_written_tells_the_scenarios_apart(tmp_path: Path) -> None:
    """With all its replications: more agents answer more, an early notice is earlier."""
    shutil.copy(ROOT / "run_sim.py", tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    lines = [line for block in blocks_of(README, "sh") for line in block.lines]
    (line,) = (each for each in lines if " compare " in each)
    done = run(shlex.split(line)[1:], tmp_path)
    assert done.returncode == 0, done.stderr
    stored = tmp_path / "results" / "county_typhoon-compare" / "comparison.json"
    differences = json.loads(stored.read_text(encoding="utf-8"))["differences"]
    abandoned = differences["more_agents"]["county_abandoned_share"]
    first_notice = differences["early_notice"]["first_notice_min"]
    assert abandoned["high"] < 0
    assert first_notice["high"] < 0
    # luck is common, so what nobody decided differently differs not at all
    assert differences["early_notice"]["faults"]["mean"] == 0
