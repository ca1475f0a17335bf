"""Several substations, several voltages, ties between districts, rings as built."""

from typing import Any

import pytest

from sim.errors import InputError
from sim.grid.assets import Grid
from sim.grid.placing import assemble
from sim.grid.source import SourceEdge, SourceGrid, SourceNode
from sim.grid.state import GridState
from sim.grid.topology import DEAD, Topology, supposed
from sim.scenario.grid import Grid as GridSection
from tests.grid import small

FEEDER = SourceGrid(
    (
        small.node("h", kv=110.0),
        small.node("s", kv=10.0),
        small.node("1", kv=10.0, customers=10, load_mw=1.0),
        small.node("2", kv=10.0, customers=20, load_mw=1.0),
    ),
    (
        small.transformer("trafo", "h", "s"),
        small.edge("a1", "s", "1", at_u="CB"),
        small.edge("a2", "1", "2"),
    ),
)


def county(**ties: dict[str, Any]) -> Grid:
    """Return the districts east, west and far, each a copy of one feeder."""
    district = {"name": {"en": "D", "zh": "区"}, "source": "s", "longitude": 119.7}
    section = GridSection.model_validate(
        {
            "sources": {"s": {"nodes": "n.csv", "edges": "e.csv"}},
            "districts": {
                "east": {**district, "latitude": 27.5},
                "west": {**district, "latitude": 27.6},
                "far": {**district, "latitude": 28.0},
            },
            "ties": ties,
        }
    )
    return assemble(section, {"s": FEEDER})


TIE = {"from_bus": "east/bus2", "to_bus": "west/bus2", "max_i_ka": 0.3}


def test_a_tie_is_a_line_with_two_switches_open_at_its_far_end() -> None:
    grid = county(border=TIE)
    line = grid.sections[grid.section_ix["east/border"]]
    assert (line.max_i_ka, line.construction, line.kv) == (0.3, "overhead", 10.0)
    assert line.length_km == pytest.approx(11.12, abs=0.01)  # a tenth of a degree of latitude
    assert line.n_spans == 139  # of at most 80 m
    near, far = (grid.switches[ix] for ix in (line.from_switch_ix, line.to_switch_ix))
    assert (near.id, near.is_closed, near.is_remote) == ("east/border@from", True, True)
    assert (far.id, far.is_closed, far.is_remote) == ("east/border@to", False, True)
    assert [grid.districts[each.district_ix].id for each in (near, far)] == ["east", "west"]


def test_a_district_is_fed_from_its_neighbour_over_the_tie() -> None:
    grid = county(border={**TIE, "length": "2 km", "construction": "cable", "switch": "CB"})
    topology = Topology(grid)
    state, at = GridState(topology), grid.switch_ix
    east = grid.district_ix["east"]
    assert state.set_switch(at["east/a1@s"], False).customers_lost == 30
    assert state.customers_out_by_district == [30, 0, 0]
    assert [feed.switch_ix for feed in topology.alternative_feeds(
        [topology.zone_of_bus[grid.bus_ix["east/bus2"]],
         topology.zone_of_section[grid.section_ix["east/border"]]], state.positions()
    )] == [at["east/border@to"]]  # fmt: skip
    assert state.set_switch(at["east/border@to"], True).customers_restored == 30
    bus = topology.zone_of_bus[grid.bus_ix["east/bus1"]]
    assert state.upstream_breaker(bus) == at["east/border@from"]
    assert topology.downstream(at["west/a2@2"], state.positions()) == state.downstream(
        at["west/a2@2"]
    )
    # asked about one district, the other's supply still counts
    feed = topology.feeding(state.positions(), east)
    assert feed[bus] != DEAD
    assert state.feeding_interrupters(bus) == [at["east/border@from"]]


def test_only_districts_that_ties_join_are_traced_together() -> None:
    topology = Topology(county(border=TIE))
    names = [each.id for each in topology.grid.districts]
    joined = [{names[ix] for ix in topology.joined_districts(k)} for k in range(3)]
    assert joined == [{"east", "west"}, {"east", "west"}, {"far"}]
    feed = topology.feeding(topology.normal, 2)
    assert {names[topology.zone_district_ix[k]] for k, of in enumerate(feed) if of != DEAD} == {
        "far"
    }


@pytest.mark.parametrize(
    ("tie", "message"),
    [
        (
            {**TIE, "to_bus": "west/bus22"},
            "grid.ties.a1.to_bus: no bus 'west/bus22'. Did you mean 'west/bus2'?",
        ),
        (
            {**TIE, "from_bus": "nord/bus2"},
            "grid.ties.a1.from_bus: no bus 'nord/bus2'. Allowed here: 'east/', 'west/', 'far/'",
        ),
        (
            {**TIE, "to_bus": "west/bush"},
            "grid.ties.a1.to_bus: expected another bus of 10 kV, got 'west/bush'",
        ),
        (TIE, "grid.ties.a1: 'east' has an asset of that name"),
    ],
)
def test_a_tie_that_cannot_be_says_why(tie: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        county(a1=tie)
    assert str(raised.value) == message


def stations() -> Grid:
    """Return two 35 kV infeeds a and b; 35/10 kV stations p (on a's line) and q; a tie p2-q1."""

    def infeed(name: str) -> SourceNode:
        return SourceNode(name, 35.0, 50.0, 10.0, 0.0, 0, is_supply=True)

    nodes = [
        infeed("a"),
        infeed("b"),
        small.node("p35", kv=35.0),
        small.node("p", kv=10.0),
        small.node("p1", kv=10.0, customers=5),
        small.node("p2", kv=10.0, customers=7),
        small.node("q", kv=10.0),
        small.node("q1", kv=10.0, customers=11),
    ]
    edges: list[SourceEdge] = [
        small.edge("line35", "a", "p35", at_u="CB", at_v=""),
        small.transformer("tp", "p35", "p"),
        small.edge("f1", "p", "p1", at_u="CB"),
        small.edge("f2", "p1", "p2"),
        small.transformer("tq", "b", "q"),
        small.edge("g1", "q", "q1", at_u="CB"),
        small.edge("tie", "p2", "q1", open_at_v=True),
    ]
    return small.grid(nodes, edges)


def test_loss_of_an_infeed_takes_its_stations_and_the_tie_brings_them_back() -> None:
    grid = stations()
    state, at = GridState(Topology(grid)), grid.switch_ix
    assert state.customers_supplied == 23
    assert state.set_switch(at["d/line35@a"], False).customers_lost == 12
    bus = state.topology.zone_of_bus[grid.bus_ix["d/busp1"]]
    # the dead station is cut off before its feeder is fed backwards
    assert state.set_switch(at["d/f1@p"], False).customers_lost == 0
    assert state.set_switch(at["d/tie@q1"], True).customers_restored == 12
    assert state.upstream_breaker(bus) == at["d/g1@q"]
    assert state.set_switch(at["d/g1@q"], False).customers_lost == 23


def test_breakers_of_both_voltages_stand_between_a_feeder_and_its_infeed() -> None:
    grid = stations()
    topology = Topology(grid)
    state, at = GridState(topology), grid.switch_ix
    bus = topology.zone_of_bus[grid.bus_ix["d/busp1"]]
    path = topology.path_to_source(bus, topology.normal_feed)
    breakers = [grid.switches[ix].id for ix in path if grid.switches[ix].is_breaker]
    assert breakers == ["d/f1@p", "d/tp@p", "d/tp@p35", "d/line35@a"]
    assert state.upstream_breaker(bus) == at["d/f1@p"]
    assert topology.feeder_breaker_of_zone[bus] == at["d/f1@p"]
    line35 = topology.zone_of_section[grid.section_ix["d/line35"]]
    assert state.feeding_interrupters(line35) == [at["d/line35@a"]]


def test_a_ring_closed_as_built_is_killed_from_both_sides() -> None:
    nodes = [
        small.node("h", kv=110.0),
        small.node("s"),
        *(small.node(f"{k}", customers=1) for k in (1, 2)),
    ]
    edges = [
        small.transformer("t", "h", "s"),
        small.edge("a", "s", "1", at_u="CB"),
        small.edge("b", "s", "2", at_u="CB"),
        small.edge("r", "1", "2"),
    ]
    grid = small.grid(nodes, edges)
    topology = Topology(grid)
    state, at = GridState(topology), grid.switch_ix
    ring = topology.zone_of_section[grid.section_ix["d/r"]]
    both = sorted([at["d/a@s"], at["d/b@s"]])
    assert state.feeding_interrupters(ring) == both
    assert state.set_switch(both[0], False).customers_lost == 0
    assert state.feeding_interrupters(ring) == [both[1]]
    assert state.set_switch(both[1], False).customers_lost == 2
    half = supposed(topology.normal, {at["d/r@1"]: False})
    assert topology.downstream(at["d/a@s"], half)
