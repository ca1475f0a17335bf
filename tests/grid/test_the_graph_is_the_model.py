"""`grid.graph` says what the tables say, and the compiled zones are those of the graph."""

from pathlib import Path

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid.test_fast_state_equals_flooding import trees
from tests.grid.test_supply import grids
from tests.grid.test_tables_say_more_of_each_asset import built


def zones_of(graph: "nx.MultiGraph[str]") -> set[frozenset[str]]:
    """Return the parts without a switch inside, from the graph alone: buses and asset ids."""
    parts: nx.Graph[str] = nx.Graph()
    parts.add_nodes_from(graph)
    for _, _, key, of in graph.edges(keys=True, data=True):
        if of["kind"] == "coupler":
            continue
        parts.add_node(key)
        for end in ("from", "to"):
            if of[f"{end}_switch"] is None:
                parts.add_edge(key, of[f"{end}_bus"])
    return {frozenset(each) for each in nx.connected_components(parts)}


def compiled(grid: Grid, topology: Topology) -> set[frozenset[str]]:
    found: list[set[str]] = [set() for _ in range(topology.n_zones)]
    for assets, zones in (
        (grid.buses, topology.zone_of_bus),
        (grid.sections, topology.zone_of_section),
        (grid.substation_transformers, topology.zone_of_substation_transformer),
    ):
        for asset, zone_ix in zip(assets, zones, strict=True):
            found[zone_ix].add(asset.id)
    return {frozenset(each) for each in found}


@settings(max_examples=60, deadline=None)
@given(grid=st.one_of(grids(), trees()))
def test_zones_are_the_parts_of_the_graph_that_no_switch_divides(grid: Grid) -> None:
    assert compiled(grid, Topology(grid)) == zones_of(grid.graph)


@settings(max_examples=60, deadline=None)
@given(grid=st.one_of(grids(), trees()))
def test_supply_as_built_is_what_the_graph_joins_to_a_source(grid: Grid) -> None:
    closed = nx.MultiGraph(
        [(u, v, key) for u, v, key, of in grid.graph.edges(keys=True, data=True) if of["is_closed"]]
    )
    closed.add_nodes_from(grid.graph)
    sources = [bus for bus, is_source in grid.graph.nodes(data="is_source") if is_source]
    live = set().union(*(nx.node_connected_component(closed, each) for each in sources))
    topology = Topology(grid)
    state = GridState(topology)
    assert live == {
        bus.id for bus in grid.buses if state.is_zone_supplied(topology.zone_of_bus[bus.ix])
    }


def test_nodes_edges_and_switches_say_what_the_tables_say(tmp_path: Path) -> None:
    graph = built(tmp_path).graph
    bus = graph.nodes["d/bus1"]
    assert {name: bus[name] for name in ("kv", "customers", "load_mw", "age_years", "area")} == {
        "kv": 20.0,
        "customers": 12,
        "load_mw": 0.5,
        "age_years": 31.0,
        "area": "old",
    }
    assert (bus["transformer"], bus["backup_mw"]) == ("d/dt1", 0.25)
    assert bus["customers_by_class"] == {"residential": 9, "farm": 3}
    assert "transformer" not in graph.nodes["d/buss"]
    line = graph.edges["d/buss", "d/bus1", "d/a"]
    assert {name: line[name] for name in ("kind", "from_bus", "to_bus", "from_switch")} == {
        "kind": "section",
        "from_bus": "d/buss",
        "to_bus": "d/bus1",
        "from_switch": "d/a@s",
    }
    assert (line["trees"], line["r_ohm_per_km"], line["length_km"]) == (0.3, 0.32, 1.5)
    station = graph.edges["d/bush", "d/buss", "d/t"]
    assert (station["kind"], station["rated_mva"], station["age_years"]) == ("transformer", 10, 20)
    switch = graph.graph["switches"]["d/a@1"]
    assert (switch["bus"], switch["kind"], switch["is_remote"]) == ("d/bus1", "LBS", True)
