"""The page of the grid: its village is built, assessed and looked at as the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from blocks import ROOT, Block, blocks_of

from sim.grid.assets import Grid
from sim.grid.importers import EDGE_COLUMNS, EDGE_OPTIONS, NODE_COLUMNS, NODE_OPTIONS, build_grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.scenario.study import load_study

PAGE = ROOT / "docs" / "grid.md"


def text_of(title: str) -> str:
    return PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(folder: Path, title: str, *languages: str) -> list[Block]:
    """Return the blocks of one section."""
    (folder / "section.md").write_text(text_of(title), encoding="utf-8")
    return blocks_of(folder / "section.md", *languages)


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """Write the files of the page into a folder and return the first."""
    yamls = blocks(tmp_path, "The file format", "yaml")
    (tmp_path / "village.yaml").write_text(yamls[0].text, encoding="utf-8")
    for name, block in zip(
        ("nodes", "edges"), blocks(tmp_path, "The file format", "csv"), strict=True
    ):
        (tmp_path / f"{name}.csv").write_text(block.text, encoding="utf-8")
    return tmp_path / "village.yaml"


@pytest.fixture
def grid(village: Path) -> Grid:
    return build_grid(load_study(village).grid)


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "STORMDESK_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_commands_run_as_written(village: Path, tmp_path: Path) -> None:
    lines = [line for block in blocks(tmp_path, "The file format", "sh") for line in block.lines]
    assert len(lines) == 1
    for line in lines:
        program, script, *arguments = shlex.split(line)
        assert (program, script) == ("python", "run_sim.py")
        assert "SAIDI" in run(village.parent, str(ROOT / script), *arguments)


def test_the_graph_says_what_is_shown(village: Path, tmp_path: Path) -> None:
    (code,) = blocks(tmp_path, "The graph", "python")
    (shown,) = blocks(tmp_path, "The graph", "text")
    assert run(village.parent, "-c", code.text) == shown.text


def test_the_drawing_names_what_the_tables_hold(grid: Grid, tmp_path: Path) -> None:
    drawing = blocks(tmp_path, "The file format", "text")[0].text
    drawn = set(re.findall(r"\b[a-zA-Z]+\d?\b|\b\d\b", drawing.partition("CB breaker")[0]))
    for asset in (*grid.buses, *grid.sections, *grid.substation_transformers):
        assert asset.id.removeprefix("village/").removeprefix("bus") in drawn


def test_zones_and_supply_are_as_told(grid: Grid) -> None:
    topology = Topology(grid)
    at = grid.switch_ix
    with_bus4 = topology.zone_of_bus[grid.bus_ix["village/bus4"]]
    assert with_bus4 == topology.zone_of_section[grid.section_ix["village/f3"]]
    assert topology.n_zones == len(grid.buses) - 1 + len(grid.sections) + 2
    state = GridState(topology)
    assert [grid.switches[ix].id for ix, closed in enumerate(state.closed) if not closed] == [
        "village/tie@3"
    ]
    change = state.set_switch(at["village/f1@s"], False)
    assert (len(change.lost_transformers), change.customers_lost) == (3, 214)
    assert state.set_switch(at["village/tie@3"], True).customers_restored == 214
    remote = {each.id for each in grid.switches if each.is_remote and not each.is_breaker}
    assert remote >= {"village/f1@1", "village/tie@3"}
    assert "village/f2@2" not in remote


def test_the_tie_to_the_town_closes_between_the_districts(village: Path, tmp_path: Path) -> None:
    written = yaml.safe_load(village.read_text(encoding="utf-8"))
    beside = yaml.safe_load(blocks(tmp_path, "The file format", "yaml")[1].text)
    written["grid"]["districts"] |= beside["grid"]["districts"]
    written["grid"]["ties"] = beside["grid"]["ties"]
    village.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    grid = build_grid(load_study(village).grid)
    state = GridState(Topology(grid))
    assert state.set_switch(grid.switch_ix["village/f1@s"], False).customers_lost == 214
    back = state.set_switch(grid.switch_ix["village/border@to"], True)
    assert back.customers_restored == 214


def test_every_column_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", text_of("The file format")))
    columns = {*NODE_COLUMNS, *NODE_OPTIONS, *EDGE_COLUMNS, *EDGE_OPTIONS}
    assert columns - told == set()
