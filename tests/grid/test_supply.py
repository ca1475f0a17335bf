"""Supply follows the switches: against networkx, and conserving customers."""

from collections.abc import Collection

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid import small


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Draw a connected grid with rings, ends without switches, couplers and open switches."""
    n_buses = draw(st.integers(2, 9))
    nodes = [small.node("h", kv=110.0)]
    nodes += [small.node(f"{ix}", customers=draw(st.integers(0, 50))) for ix in range(n_buses)]
    if draw(st.booleans()):
        nodes.append(small.node("k", kv=110.0))
    edges = [small.transformer("trafo", "h", "0")]
    if len(nodes) > n_buses + 1:
        edges.append(small.transformer("trafo2", "k", "1"))
    ends = [(draw(st.integers(0, ix - 1)), ix) for ix in range(1, n_buses)]
    extra = st.tuples(st.integers(0, n_buses - 1), st.integers(0, n_buses - 1))
    ends += [(u, v) for u, v in draw(st.lists(extra, max_size=4)) if u != v]
    for number, (u, v) in enumerate(ends):
        at_u = draw(st.sampled_from(["CB", "LBS", ""]))
        at_v = draw(st.sampled_from(["LBS", ""]))
        if draw(st.integers(0, 5)) == 0:
            edges.append(small.coupler(f"c{number}", f"{u}", f"{v}", is_open=draw(st.booleans())))
        else:
            is_open = bool(at_v) and draw(st.booleans())
            edges.append(
                small.edge(f"e{number}", f"{u}", f"{v}", at_u=at_u, at_v=at_v, open_at_v=is_open)
            )
    return small.grid(nodes, edges)


def live_buses(grid: Grid, state: GridState, dark: Collection[str] = ()) -> set[str]:
    """Return the buses with a path to a source that is not dark over closed switches."""
    graph = grid.graph.copy()
    for u, v, key, devices in list(graph.edges(keys=True, data="switches")):
        if not all(state.is_closed(grid.switch_ix[each]) for each in devices):
            graph.remove_edge(u, v, key)
    sources = [bus.id for bus in grid.buses if bus.is_source and bus.id not in dark]
    return set().union(*(nx.node_connected_component(graph, each) for each in sources))


@settings(max_examples=60, deadline=None)
@given(grid=grids(), steps=st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=25))
def test_a_bus_has_supply_exactly_when_a_closed_path_leads_to_a_source(
    grid: Grid, steps: list[tuple[int, bool]]
) -> None:
    state = GridState(Topology(grid))
    for number, closed in [(0, bool(state.closed[0])), *steps]:
        before = state.zone_supplied.copy()
        change = state.set_switch(number % len(grid.switches), closed)
        live = live_buses(grid, state)
        for bus in grid.buses:
            assert state.is_zone_supplied(state.topology.zone_of_bus[bus.ix]) == (bus.id in live)
        out = sum(dt.customers for dt in grid.transformers if grid.buses[dt.bus_ix].id not in live)
        assert state.customers_out == out == state.customers_out_by_district[0]
        assert state.customers_supplied + state.customers_out == grid.n_customers
        lost = [z for z in range(len(before)) if before[z] and not state.zone_supplied[z]]
        assert list(change.lost_zones) == lost
        gained = [z for z in range(len(before)) if not before[z] and state.zone_supplied[z]]
        assert list(change.restored_zones) == gained
        feed = state.topology.feeding(state.positions())
        assert [each >= -1 for each in feed] == state.zone_supplied.tolist()


def test_opening_a_feeder_takes_its_customers() -> None:
    grid = small.two_feeders()
    state = GridState(Topology(grid))
    change = state.set_switch(grid.switch_ix["d/a1@s"], False)
    assert change.lost_transformers == (
        grid.transformer_ix["d/dt1"],
        grid.transformer_ix["d/dt2"],
    )
    assert change.customers_lost == state.customers_out == 30
    assert state.set_switch(grid.switch_ix["d/a1@s"], False).lost_zones == ()
    assert state.set_switch(grid.switch_ix["d/a1@s"], True).customers_restored == 30


def test_a_blown_fuse_takes_only_its_own_customers() -> None:
    grid = small.two_feeders()
    state = GridState(Topology(grid))
    ix = grid.transformer_ix["d/dt2"]
    assert state.blow_fuse(ix).lost_transformers == (ix,)
    assert state.blow_fuse(ix).lost_transformers == ()
    assert state.customers_out == 20
    # the feeder comes and goes: the customers behind the fuse stay out
    assert state.set_switch(grid.switch_ix["d/a1@s"], False).customers_lost == 10
    assert state.set_switch(grid.switch_ix["d/a1@s"], True).customers_restored == 10
    assert state.replace_fuse(ix).customers_restored == 20
    assert state.customers_out == 0


def test_a_fuse_replaced_in_the_dark_brings_nobody_back() -> None:
    grid = small.two_feeders()
    state = GridState(Topology(grid))
    ix = grid.transformer_ix["d/dt2"]
    state.blow_fuse(ix)
    state.set_switch(grid.switch_ix["d/a1@s"], False)
    assert state.replace_fuse(ix).restored_transformers == ()
    assert state.set_switch(grid.switch_ix["d/a1@s"], True).customers_restored == 30


def test_views_follow_the_state_and_cannot_be_written() -> None:
    grid = small.two_feeders()
    state = GridState(Topology(grid))
    closed, supplied = state.closed, state.transformer_supplied
    state.set_switch(grid.switch_ix["d/a1@s"], False)
    assert not closed[grid.switch_ix["d/a1@s"]]
    assert supplied.tolist() == [False, False, True, True]
    with pytest.raises(ValueError, match="read-only"):
        supplied[0] = True
