"""The page of the grid tells of protection what its scenarios do."""

import re
from datetime import datetime
from functools import cache
from typing import Any

import pytest
import yaml
from blocks import ROOT, blocks_of

from sim.engine.facts import (
    BreakerTripped,
    EarthFaultReported,
    EarthTestRead,
    RepairEnded,
    SectionFuseBlown,
    SupplyLost,
    SupplyRestored,
    SwitchMoved,
    SwitchOperated,
)
from sim.scenario.hazards import Hazards
from sim.scenario.loader import load_scenario
from sim.world.world import World

PAGE = ROOT / "docs" / "grid.md"
SCENARIOS = ROOT / "scenarios"


def section() -> str:
    return PAGE.read_text("utf-8").partition("\n## Protection\n")[2].partition("\n## ")[0]


@cache
def played(name: str, reading: str) -> World:
    world = World(load_scenario(SCENARIOS / f"{name}.yaml", reading).scenario, 1)
    world.run_until(float("inf"))
    return world


def times(name: str, reading: str, kind: type, **wanted: Any) -> list[str]:
    """Return the times of day of some facts."""
    world = played(name, reading)
    return [
        f"{world.calendar.at(round(entry.t_s)):%H:%M:%S}"
        for entry in world.journal
        if isinstance(entry.fact, kind)
        and all(getattr(entry.fact, key) == value for key, value in wanted.items())
    ]


def test_the_block_is_a_section_of_a_scenario(tmp_path: Any) -> None:
    (tmp_path / "section.md").write_text(section(), encoding="utf-8")
    (block,) = blocks_of(tmp_path / "section.md", "yaml")
    (event,) = Hazards.model_validate(yaml.safe_load(block.text)["hazards"]).events
    assert (event.kind, event.lasts) == ("supply", 5400.0)


def test_the_search_goes_as_the_table_says() -> None:
    told = re.findall(r"^\| (09:\d\d:\d\d) \|", section(), re.M)
    switched = times("earth_fault", "base", SwitchOperated)
    assert times("earth_fault", "base", EarthFaultReported)[0] == told[1]
    assert set(told[2:]) <= set(switched)
    assert len(told) == 8
    assert len(times("earth_fault", "base", EarthTestRead)) == 4
    (repaired,) = times("earth_fault", "base", RepairEnded)
    assert repaired.startswith("15:30")


@pytest.mark.parametrize("reading", ["base", "selection", "low_resistance", "voltage_time"])
def test_every_reading_of_the_earth_fault_ends_with_everybody_supplied(reading: str) -> None:
    world = played("earth_fault", reading)
    assert world.state.customers_out == 0
    assert not world.room.incidents.open()
    assert bool(times("earth_fault", reading, BreakerTripped)) == (
        reading not in ("base", "selection")
    )


def test_automation_brings_the_healthy_parts_back_without_the_dispatcher() -> None:
    minutes: dict[str, dict[str, float]] = {}
    for reading in ("low_resistance", "voltage_time", "centralised"):
        out = minutes[reading] = {}
        for entry in played("earth_fault", reading).journal:
            if isinstance(entry.fact, SupplyLost | SupplyRestored):
                sign = -1.0 if isinstance(entry.fact, SupplyLost) else 1.0
                for each in entry.fact.transformers:
                    out[each] = out.get(each, 0.0) + sign * entry.t_s / 60.0
    assert max(minutes["voltage_time"].values()) < 3.0
    assert max(minutes["centralised"].values()) < 6.0
    assert max(minutes["low_resistance"].values()) > 6.0


def test_saving_turns_a_blown_fuse_into_a_momentary_interruption() -> None:
    assert len(times("recloser_feeder", "base", SectionFuseBlown, fault="feeder/lateral7#1")) == 1
    assert not times("recloser_feeder", "saving", SectionFuseBlown, fault="feeder/lateral7#1")
    for reading in ("base", "saving"):
        assert times("recloser_feeder", reading, SwitchMoved)
        world = played("recloser_feeder", reading)
        assert world.state.customers_out == 0
        assert not [each for each in world.protection.faults.live if each.kind == "permanent"]


def test_the_times_of_the_saved_fuse_are_those_of_the_table() -> None:
    world = played("recloser_feeder", "saving")
    start = datetime.fromisoformat("2026-06-15 08:30:00")
    offsets = [
        round(entry.t_s - 1800.0, 2)
        for entry in world.journal
        if type(entry.fact).__name__ in ("BreakerTripped", "BreakerReclosed")
        and 1800.0 <= entry.t_s < 1900.0
    ]
    assert start == world.calendar.at(1800.0).replace(tzinfo=None)
    assert offsets == [0.05, 2.05]
