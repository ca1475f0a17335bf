"""Whole runs in which load, cold load or a lost station limit what can be supplied."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.facts import SupplyRestored, SwitchOperated
from sim.grid.assets import NONE
from sim.grid.flows import live_tree
from sim.units import HOUR_S
from sim.world.world import World
from tests.world.laws import check_end
from tests.world.town import HOUR, Source, event, facts, world


def narrow(rating_ka: float = 0.015) -> Source:
    """Return two feeders tied at their ends; 2 kW a customer, 0.015 kA are 0.52 MW."""
    source = Source()
    source.station()
    for number, customers in enumerate((40, 50, 60, 70, 80, 90), start=1):
        source.bus(str(number), customers, north_km=float(number % 4 + 1))
    source.line("a1", "s", "1", at_u="CB", rating_ka=rating_ka)
    source.line("a2", "1", "2", rating_ka=rating_ka)
    source.line("a3", "2", "3", rating_ka=rating_ka)
    source.line("a4", "3", "4", rating_ka=rating_ka)
    source.line("b1", "s", "5", at_u="CB", rating_ka=rating_ka)
    source.line("b2", "5", "6", rating_ka=rating_ka)
    source.line("t", "4", "6", open_at_v=True, rating_ka=rating_ka)
    return source


def watched(town: World, *, step_s: float = 60.0) -> tuple[World, float]:
    """Run a town; return it with the highest loading of a section in any radial state."""
    highest = 0.0
    elements = town.topology.elements
    limits = np.array(elements.limit_mw)
    until_s = 0.0
    while not town.is_over:
        until_s += step_s
        town.run_until(until_s)
        bus_mw = elements.bus_mw(town.loads.mw(town.clock.now).tolist())
        tree = live_tree(town.topology, town.state.positions(), 0, bus_mw)
        if tree.ring_switch_ix == NONE:
            loading = (mw / limits[each] for each, mw in tree.mw.items())
            highest = max(highest, *loading)
    return town, highest


def test_what_a_tie_cannot_carry_waits_for_the_repair(tmp_path: Path) -> None:
    town, highest = watched(world(tmp_path, narrow(), [event("1 h", "d/a2")]))
    assert town.state.customers_out == 0
    assert highest <= 1.0
    moved = [(each.fact.device, each.fact.closed) for each in facts(town, SwitchOperated)]
    assert moved.index(("d/a4@4", False)) < moved.index(("d/t@6", True))
    back = {
        name: each.t_s for each in facts(town, SupplyRestored) for name in each.fact.transformers
    }
    assert back["d/dt4"] < 4 * HOUR_S < back["d/dt3"]
    assert town.state.positions() == town.topology.normal
    check_end(town)


def test_with_room_enough_nothing_is_shed(tmp_path: Path) -> None:
    town, highest = watched(world(tmp_path, narrow(0.02), [event("1 h", "d/a2")]))
    assert highest <= 1.0
    assert ("d/a4@4", False) not in [
        (each.fact.device, each.fact.closed) for each in facts(town, SwitchOperated)
    ]
    assert town.state.positions() == town.topology.normal


def cold(factor: float) -> dict[str, Any]:
    return {"cold_load": {"factor": factor, "grows_over": "20 min", "decays_over": "20 min"}}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_cold_load_lets_a_feeder_come_back_in_parts(tmp_path: Path, share: float) -> None:
    """0.44 MW on 0.69: nearly twice as much after a long outage, 0.28 for the largest bus."""
    town, highest = watched(
        world(
            tmp_path,
            narrow(0.02),
            [event("1 h", "d/a1")],
            {"remote_switch_share": share},
            loads=cold(2.0),
        )
    )
    assert town.state.customers_out == 0
    assert highest <= 1.0
    assert town.state.positions() == town.topology.normal
    check_end(town)


def test_a_part_whose_own_cold_load_is_too_much_is_not_left_dark_for_ever(tmp_path: Path) -> None:
    """Bus 4 alone draws 0.42 MW cold, beside 0.18 on 0.52: no waiting helps."""
    town, highest = watched(
        world(tmp_path, narrow(), [event("1 h", "d/a1")], loads=cold(3.0)), step_s=300.0
    )
    assert town.state.customers_out == 0
    assert highest > 1.0
    assert town.state.positions() == town.topology.normal


def test_a_lost_station_is_fed_from_its_neighbour_and_given_back(tmp_path: Path) -> None:
    source = narrow(0.04)
    source.bus("k", kv=110.0)
    source.bus("r")
    source.edges.append(
        {**source.edges[0], "id": "trafo2", "u": "k", "v": "r"},
    )
    source.bus("7", 30, north_km=1.0)
    source.line("c1", "r", "7", at_u="CB", rating_ka=0.06)
    source.line("w", "7", "6", open_at_v=True, rating_ka=0.06)
    lost = {"at": "1 h", "asset": "d/bush", "kind": "supply", "lasts": "10 h"}
    town, highest = watched(world(tmp_path, source, [lost], {"remote_switch_share": 1.0}))
    assert highest <= 1.0
    assert town.state.customers_out == 0
    back_s = max(each.t_s for each in facts(town, SupplyRestored))
    assert back_s < 2 * HOUR
    assert town.state.positions() == town.topology.normal
    check_end(town)
