"""A tie between two districts is found, closed and opened again like one inside a district."""

from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import SupplyLost, SupplyRestored, SwitchOperated
from sim.scenario.grid import GridTie
from sim.world.world import World
from tests.world import town

CREWS = {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]}


def feeder() -> town.Source:
    """Return the feeder s-a1-1-a2-2-a3-3 with 40, 50 and 60 customers, one kilometre each."""
    source = town.Source()
    source.station()
    for bus, customers in (("1", 40), ("2", 50), ("3", 60)):
        source.bus(bus, customers, north_km=float(bus))
    source.line("a1", "s", "1", at_u="CB")
    source.line("a2", "1", "2")
    source.line("a3", "2", "3")
    return source


def finished(folder: Path, **tie: Any) -> World:
    """Run a day with a broken pole on the first section of one of two districts joined by a tie."""
    loaded = town.load(
        folder,
        {"east": feeder(), "west": feeder()},
        [town.event("2021-03-01 09:00", "east/a1/pole3")],
        district={"remote_switch_share": 1},
        crews={"depots": {"east": CREWS, "west": CREWS}},
    )
    ties = {"border": GridTie(from_bus="east/bus3", to_bus="west/bus3", **tie)}
    grid = loaded.scenario.grid.model_copy(update={"ties": ties})
    return town.finish(World(loaded.scenario.model_copy(update={"grid": grid}), 1))


def test_the_tie_is_closed_and_later_opened_again(tmp_path: Path) -> None:
    world = finished(tmp_path, max_i_ka=0.4)
    switched = [
        (entry.fact.device, entry.fact.closed)
        for entry in town.facts(world, SwitchOperated)
        if entry.fact.device.startswith("east/border")
    ]
    assert switched == [("east/border@to", True), ("east/border@to", False)]
    (first,) = (e for e in town.facts(world, SupplyRestored) if e.fact.device == "east/border@to")
    assert set(first.fact.transformers) == {"east/dt1", "east/dt2", "east/dt3"}
    assert world.state.customers_out == 0
    # the town in the west never goes dark for it
    lost = {each for e in town.facts(world, SupplyLost) for each in e.fact.transformers}
    assert lost == {"east/dt1", "east/dt2", "east/dt3"}


def test_a_tie_too_thin_for_the_load_stays_open(tmp_path: Path) -> None:
    # 0.3 MW at 20 kV and power factor 1 is 8.7 A
    world = finished(tmp_path, max_i_ka=0.001)
    devices = {entry.fact.device for entry in town.facts(world, SwitchOperated)}
    assert not any(each.startswith("east/border") for each in devices)
    assert world.state.customers_out == 0


@pytest.mark.parametrize("district", ["east", "west"])
def test_a_run_with_a_tie_keeps_its_books(tmp_path: Path, district: str) -> None:
    world = finished(tmp_path, max_i_ka=0.4)
    assert world.state.customers_out_by_district[world.grid.district_ix[district]] == 0
    assert world.state.positions() == world.topology.normal
