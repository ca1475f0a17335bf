"""The page of the grid tells of planned work and shortage what the shipped scenario does."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from blocks import ROOT, blocks_of

from sim.commands import CallCurtailment, CutFeeder, RestoreFeeder
from sim.engine.facts import (
    CurtailmentCalled,
    CurtailmentEnded,
    OutageBegan,
    OutageCalledOff,
    OutageOrdered,
    SwitchOperated,
)
from sim.scenario.loader import load_scenario
from sim.scenario.planned import Planned
from sim.scenario.shortage import Shortage
from sim.world.world import World

PAGE = ROOT / "docs" / "grid.md"


def section(title: str) -> str:
    return PAGE.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@cache
def played() -> World:
    world = World(load_scenario(ROOT / "scenarios" / "summer_shortage.yaml").scenario, 1)
    world.run_until(float("inf"))
    return world


def moments(*kinds: type) -> dict[str, list[str]]:
    """Return what happened on the first day by time of day: subjects of facts of some kinds."""
    world = played()
    found: dict[str, list[str]] = {}
    for entry in world.journal:
        at = world.calendar.at(round(entry.t_s))
        if isinstance(entry.fact, kinds) and at.day == 20:
            found.setdefault(f"{at:%H:%M:%S}", []).append(entry.fact.subject)
    return found


@pytest.mark.parametrize(("title", "model"), [("Planned work", Planned),
                                              ("Shortage of supply", Shortage)])  # fmt: skip
def test_the_block_is_a_section_of_a_scenario(tmp_path: Path, title: str, model: type) -> None:
    (tmp_path / "section.md").write_text(section(title), encoding="utf-8")
    (block,) = blocks_of(tmp_path / "section.md", "yaml")
    (values,) = yaml.safe_load(block.text).values()
    model.model_validate(values)  # type: ignore[attr-defined]


@pytest.mark.parametrize("title", ["Planned work", "Shortage of supply"])
def test_all_happened_at_the_times_of_the_table(title: str) -> None:
    happened = moments(
        OutageBegan, SwitchOperated, OutageOrdered, OutageCalledOff, CurtailmentCalled,
        CurtailmentEnded,
    )  # fmt: skip
    rows = re.findall(r"^\| (\d\d:\d\d:\d\d) \| (.*) \|$", section(title), re.M)
    assert len(rows) >= 7
    for at, told in rows:
        assert at in happened, at
        lines = re.findall(r"`(line\d+)`", told)
        subjects = " ".join(happened[at])
        assert not lines or any(line in subjects for line in lines), told


def test_what_was_called_off_had_been_told_at_eight() -> None:
    assert moments(OutageCalledOff)["20:15:00"] == ["cut/town/line66@3#1"]
    assert "cut/town/line66@3#1" in moments(OutageOrdered)["20:00:00"]


def test_the_commands_it_names_exist() -> None:
    for command in (CutFeeder, RestoreFeeder, CallCurtailment):
        assert f"`{command.__name__}`" in section("Shortage of supply")
