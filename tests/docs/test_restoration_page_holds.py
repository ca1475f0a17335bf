"""The page of the grid tells of isolation and restoration what a town does."""

import re
from pathlib import Path

import yaml
from blocks import ROOT, blocks_of

from sim.control import plans
from sim.engine.facts import RepairEnded, SupplyLost, SupplyRestored, SwitchOperated
from sim.scenario.control import Control
from sim.scenario.loads import Loads
from tests.world import test_load_limits_hold_in_a_run as town_of
from tests.world.town import event, facts, finish, world

PAGE = ROOT / "docs" / "grid.md"


def section() -> str:
    text = PAGE.read_text("utf-8")
    return text.partition("\n## Isolation and restoration\n")[2].partition("\n## ")[0]


def test_the_block_is_part_of_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "section.md").write_text(section(), encoding="utf-8")
    (block,) = blocks_of(tmp_path / "section.md", "yaml")
    given = yaml.safe_load(block.text)
    assert Loads.model_validate(given["loads"]).follow == "profiles"
    assert Control.model_validate(given["control"]).restoration.steps_at_most == 12


def test_the_town_goes_as_the_table_says(tmp_path: Path) -> None:
    town = finish(world(tmp_path, town_of.narrow(), [event("1 h", "d/a2")]))
    out, course = 0, {}
    for entry in facts(town, SupplyLost, SupplyRestored, SwitchOperated, RepairEnded):
        if isinstance(entry.fact, SupplyLost):
            out += entry.fact.customers
        if isinstance(entry.fact, SupplyRestored):
            out -= entry.fact.customers
        course[f"{town.calendar.at(entry.t_s):%H:%M}"] = out
    rows = re.findall(r"^\| (\d\d:\d\d) \|.*\| (\S+) \|$", section(), re.M)
    assert len(rows) == 9
    for time, without in rows:
        if time != "09:40":  # found, nothing moved
            assert course[time] == (0 if without == "nobody" else int(without)), time


def test_the_bounds_of_the_search_are_told() -> None:
    assert f"up to {plans._BLOCKS[-1]} blocks" in section()
    assert f"within {plans._LOOKS_AT_MOST:,} looks" in section()
