"""The section on imports: its commands run, its options and defaults are those of the program."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from blocks import ROOT, blocks_of

from sim.grid.imports.options import Options

PAGE = ROOT / "docs" / "grid.md"


def section() -> str:
    return PAGE.read_text("utf-8").partition("\n## Imports\n")[2].partition("\n## ")[0]


def test_commands_run_as_written(tmp_path: Path) -> None:
    (tmp_path / "section.md").write_text(section(), encoding="utf-8")
    (block,) = blocks_of(tmp_path / "section.md", "sh")
    shutil.copy(ROOT / "run_sim.py", tmp_path)
    shutil.copytree(ROOT / "scenarios" / "data" / "grids", tmp_path / "scenarios/data/grids")
    for line in block.lines:
        program, *arguments = shlex.split(line)
        assert program == "python"
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "STORMDESK_LANG": "en"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert (tmp_path / "ieee123.geojson").is_file()
    assert (tmp_path / "copied" / "oddities.csv").is_file()


def test_options_and_defaults_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| (`--[^|]+) \| ([^|]+) \|", section(), re.M)
    told = {
        name: default.strip(" `")
        for names, default in rows
        for name in re.findall("--[a-z-]+", names)
    }
    defaults = {each.name: each.default for each in fields(Options)}
    assert told == {
        "--kw-per-customer": f"{defaults['kw_per_customer']} kW",
        "--head-breaker": defaults["head_breaker"],
        "--length-unit": defaults["length_unit"],
        "--construction": defaults["construction"],
        "--max-i-ka": f"{defaults['max_i_ka']} kA",
        "--substation-mva": f"{defaults['substation_mva']:g} MVA",
        "--backup": defaults["backup"],
        "--xy": defaults["xy_unit"],
        "--at": defaults["xy_unit"],
    }
    assert f"`--collapse-below` ({defaults['collapse_below_kv']:g} kV)" in section()
