"""The page of the grid tells of the low-voltage side and of customers what a run does."""

import re
from functools import cache

import yaml
from blocks import ROOT, blocks_of

from sim.engine.facts import (
    CrewArrived,
    CrewAssigned,
    CustomerReported,
    CustomersRestored,
    IncidentClosed,
    IncidentOpened,
    LowVoltageFaultStruck,
    MeterHeard,
    PatrolEnded,
    RepairStarted,
)
from sim.scenario.customers import Customers
from sim.scenario.loader import load_scenario
from sim.world.world import World

PAGE = ROOT / "docs" / "grid.md"


def section(name: str) -> str:
    return PAGE.read_text("utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@cache
def played(path: str) -> World:
    world = World(load_scenario(ROOT / path).scenario, 1)
    world.run_until(float("inf"))
    return world


def test_the_windy_day_goes_as_the_table_says(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = section("Behind the transformer")
    (tmp_path / "section.md").write_text(text, encoding="utf-8")
    (command,) = blocks_of(tmp_path / "section.md", "bash")
    world = played(command.text.split()[-1])
    kinds = (
        LowVoltageFaultStruck,
        CustomerReported,
        IncidentOpened,
        MeterHeard,
        CrewAssigned,
        CrewArrived,
        PatrolEnded,
        RepairStarted,
        CustomersRestored,
        IncidentClosed,
    )
    happened = {
        (type(each.fact).__name__, f"{world.calendar.at(each.t_s):%H:%M:%S}")
        for each in world.journal
        if isinstance(each.fact, kinds) and "siqian/dt10/" in str(each.fact.as_fields())
    }
    told = re.findall(r"^\| (\d\d:\d\d:\d\d) \|", text, re.M)
    assert len(told) == len(kinds)
    for kind, time in zip(kinds, told, strict=True):
        assert (kind.__name__, time) in happened


def test_the_customers_of_the_page_are_a_section(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "section.md").write_text(section("Customers"), encoding="utf-8")
    (block,) = blocks_of(tmp_path / "section.md", "yaml")
    customers = Customers.model_validate(yaml.safe_load(block.text)["customers"])
    assert customers.has_needs
    assert customers.key["hospital"].generator is not None
