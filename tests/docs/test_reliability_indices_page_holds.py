"""The page of reliability indices: its commands run as written and print what it shows."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from blocks import ROOT, blocks_of

from sim.indicators.outages.reading import HEADINGS

PAGE = ROOT / "docs" / "reliability-indices.md"
COMMANDS = [line for block in blocks_of(PAGE, "sh") for line in block.lines]
SHOWN = {COMMANDS[0]: blocks_of(PAGE, "text")[0]}


@pytest.mark.parametrize("line", COMMANDS)
def test_command_runs_as_written(line: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios" / "data" / "outages", tmp_path / "scenarios/data/outages")
    program, script, *arguments = shlex.split(line)
    assert (program, script) == ("python", "run_sim.py")
    done = subprocess.run(
        [sys.executable, ROOT / script, *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONUTF8": "1", "STORMDESK_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if line in SHOWN:
        printed = [each.rstrip() for each in done.stdout.splitlines()]
        shown = SHOWN[line].lines
        assert printed[: len(shown)] == shown


def test_every_column_and_option_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [each for each in HEADINGS if f"`{each}`" not in text] == []
    source = (ROOT / "sim" / "cli" / "app.py").read_text(encoding="utf-8")
    options = source.partition("def indices(")[2].split('option("')[1:]
    names = [each.partition('"')[0] for each in options]
    assert len(names) > 10
    assert [each for each in names if each not in text] == []
