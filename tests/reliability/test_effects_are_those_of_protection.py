"""Random feeders: the effect of a fault by the tree, by flooding, and as protection plays it."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import Grid
from sim.grid.topology import Topology
from sim.reliability.effects import Effect, Effects
from sim.reliability.supply_tree import Run
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from tests.grid import small
from tests.protection.running import Running

SWITCHES = st.sampled_from(["", "", "LBS", "LBS", "FUSE", "CB", "RECLOSER", "SECTIONALISER"])
NO_RECLOSING = {"dead_times": (), "recloser": {"dead_times": ()}}


@st.composite
def grids(draw: st.DrawFn, kinds: st.SearchStrategy[str] = SWITCHES) -> Grid:
    """Draw a station with feeders, laterals and ties; some stations have two transformers."""
    n = draw(st.integers(3, 12))
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(str(k), customers=2**k, load_mw=0.1) for k in range(n)]
    edges = [small.transformer("trafo", "h", "s")]
    if draw(st.booleans()):
        edges.append(small.transformer("second", "h", "s"))
    for k in range(n):
        above = draw(st.integers(-1, k - 1))
        at_u = "CB" if above < 0 else draw(kinds)
        upper = "s" if above < 0 else str(above)
        edges.append(small.edge(f"l{k}", upper, str(k), at_u=at_u, at_v=draw(kinds)))
    for k in range(draw(st.integers(0, 3))):
        one, other = draw(
            st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True).map(tuple)
        )
        edges.append(small.edge(f"t{k}", str(one), str(other), open_at_v=True))
    return small.grid(nodes, edges, {"remote_switch_share": 0.4})


def said(effects: Effects, effect: Effect) -> tuple[dict[int, float], set[int]]:
    """Return the hours until switching brings a load point back, and those that wait."""
    points = effects.tree.points

    def members(run: Run) -> Iterable[int]:
        return points[run.start : run.end]

    back = {ix: h for run, h in effect.back for ix in members(run)}
    return back, {ix for run in effect.out for ix in members(run)}


@settings(max_examples=60, deadline=None)
@given(grids())
def test_tree_and_flooding_say_the_same(grid: Grid) -> None:
    effects = Effects(Topology(grid), Reliability())
    for zone_ix in range(effects.topology.n_zones):
        by_tree = effects.of_zone(zone_ix)
        flooded = effects.of_zone(zone_ix, by_flooding=True)
        assert said(effects, by_tree) == said(effects, flooded)
        assert by_tree.isolated_h == flooded.isolated_h


@settings(max_examples=40, deadline=None)
@given(grids(), st.data())
def test_protection_trips_the_same_and_switching_leaves_the_same_out(
    grid: Grid, data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(grid.sections))
    run = Running(grid, **NO_RECLOSING)
    topology, state = run.state.topology, run.state
    zone_ix = topology.zone_of_section[line.ix]
    effects = Effects(topology, Reliability(), Protection.model_validate(NO_RECLOSING))
    back, out = said(effects, effects.of_zone(zone_ix))
    run.strike(1.0, line.id)
    run.run(10.0)
    dead = {ix for ix in range(len(grid.transformers)) if not state.is_transformer_supplied(ix)}
    assert dead == out | set(back)
    around = topology.zone_switches[zone_ix]
    for switch_ix in around:
        state.set_switch(switch_ix, False)
    for switch_ix, normal in enumerate(topology.normal):
        if normal and switch_ix not in around:
            state.set_switch(switch_ix, True)
    while True:  # whatever dead part can be fed over a tie is fed
        ways = [
            switch_ix
            for switch_ix, pair in enumerate(topology.switch_zones)
            if switch_ix not in around
            and state.is_zone_supplied(pair[0]) != state.is_zone_supplied(pair[1])
        ]
        if not ways:
            break
        state.set_switch(ways[0], True)
    dead = {ix for ix in range(len(grid.transformers)) if not state.is_transformer_supplied(ix)}
    assert dead == out
