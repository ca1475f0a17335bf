"""Contraction to zones, and the questions asked of them."""

import pytest

from sim.grid.assets import NONE
from sim.grid.topology import DEAD, Topology, supposed
from tests.grid import small


@pytest.fixture(scope="module")
def topology() -> Topology:
    return Topology(small.two_feeders())


def zones(topology: Topology, *names: str) -> list[int]:
    return sorted(topology.zone_id.index(f"d/{name}") for name in names)


def test_each_bus_and_each_section_between_switches_is_a_zone(topology: Topology) -> None:
    buses = {f"d/bus{each}" for each in "hs1234"}
    assert set(topology.zone_id) == buses | {
        f"d/{each}" for each in ("a1", "a2", "b1", "b2", "t", "trafo")
    }
    assert topology.n_zones == 12
    assert topology.zone_transformers[zones(topology, "bus3")[0]] == (
        topology.grid.transformer_ix["d/dt3"],
    )


def test_assets_with_no_switch_between_share_a_zone() -> None:
    grid = small.grid(
        [small.node("h", kv=110.0), small.node("s"), small.node("1"), small.node("2")],
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB", at_v=""),
            small.edge("a2", "1", "2", at_u="", at_v=""),
        ],
    )
    topology = Topology(grid)
    assert topology.n_zones == 4
    assert topology.zone_of_bus[2] == topology.zone_of_bus[3] == topology.zone_of_section[0]
    assert topology.zone_sections[topology.zone_of_bus[2]] == (0, 1)


def test_the_feeder_of_a_breaker_is_what_hangs_on_it_as_built(topology: Topology) -> None:
    grid = topology.grid
    assert topology.normal_feeder(grid.switch_ix["d/a1@s"]) == zones(
        topology, "a1", "bus1", "a2", "bus2", "t"
    )
    for name, breaker in (("bus4", "d/b1@s"), ("t", "d/a1@s")):
        zone_ix = zones(topology, name)[0]
        assert topology.feeder_breaker_of_zone[zone_ix] == grid.switch_ix[breaker]
    assert topology.feeder_breaker_of_zone[zones(topology, "buss")[0]] == NONE


def test_upstream_breaker_follows_the_positions_asked_about(topology: Topology) -> None:
    at = topology.grid.switch_ix
    bus2 = zones(topology, "bus2")[0]
    assert topology.upstream_breaker(bus2, topology.normal) == at["d/a1@s"]
    moved = supposed(topology.normal, {at["d/a2@2"]: False, at["d/t@4"]: True})
    assert topology.upstream_breaker(bus2, moved) == at["d/b1@s"]
    alone = supposed(topology.normal, {at["d/a2@2"]: False})
    assert topology.upstream_breaker(bus2, alone) == NONE
    assert topology.feeding(alone)[bus2] == DEAD


def test_downstream_of_a_switch_is_what_loses_supply_without_it(topology: Topology) -> None:
    at = topology.grid.switch_ix
    assert topology.downstream(at["d/a2@1"], topology.normal) == zones(topology, "a2", "bus2", "t")
    assert topology.downstream(at["d/t@4"], topology.normal) == []


def test_switches_around_a_section_are_those_at_its_ends(topology: Topology) -> None:
    at = topology.grid.switch_ix
    (a2,) = zones(topology, "a2")
    assert set(topology.zone_switches[a2]) == {at["d/a2@1"], at["d/a2@2"]}


def test_dead_healthy_zones_can_be_fed_over_the_open_tie(topology: Topology) -> None:
    at = topology.grid.switch_ix
    # a2 is isolated at both ends, so bus 2 is dark and only the tie can feed it
    closed = supposed(topology.normal, {at["d/a2@1"]: False, at["d/a2@2"]: False})
    (feed,) = topology.alternative_feeds(zones(topology, "bus2", "t"), closed)
    assert feed.switch_ix == at["d/t@4"]
    assert [feed.from_zone_ix] == zones(topology, "bus4")
    assert [feed.to_zone_ix] == zones(topology, "t")


def test_zones_with_supply_need_no_other_feed(topology: Topology) -> None:
    assert topology.alternative_feeds(range(topology.n_zones), topology.normal) == []
