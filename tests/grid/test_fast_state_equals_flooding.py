"""Runs and fragments against flooding: whatever is switched, in whatever order, on any grid.

What is asked of the state is answered anew by brute force: by flooding the closed switches from
the sources, with nothing remembered from the step before.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState, SupplyChange
from sim.grid.topology import Positions, Topology, supposed
from tests.grid import small
from tests.grid.test_supply import grids

STEPS = st.lists(st.tuples(st.integers(0, 999), st.integers(0, 8)), min_size=8, max_size=40)


@st.composite
def trees(draw: st.DrawFn) -> Grid:
    """Draw bigger grids: two stations, long feeders, ties, and fused or broken lines anywhere."""
    n_buses = draw(st.integers(2, 40))
    nodes = [small.node("h", kv=110.0), small.node("k", kv=110.0)]
    nodes += [small.node(f"{ix}", customers=draw(st.integers(0, 9))) for ix in range(n_buses)]
    edges = [small.transformer("t0", "h", "0"), small.transformer("t1", "k", "1")]
    for ix in range(2, n_buses):
        above = draw(st.integers(max(0, ix - 5), ix - 1))
        at_u = draw(st.sampled_from(["CB", "LBS", "LBS", "FUSE", ""]))
        at_v = draw(st.sampled_from(["LBS", "", ""]))
        edges.append(small.edge(f"e{ix}", f"{above}", f"{ix}", at_u=at_u, at_v=at_v))
    for number in range(draw(st.integers(0, 5))):
        u, v = draw(st.integers(0, n_buses - 1)), draw(st.integers(0, n_buses - 1))
        if u != v:
            is_open = draw(st.sampled_from([True, True, False]))
            edges.append(small.edge(f"x{number}", f"{u}", f"{v}", open_at_v=is_open))
    return small.grid(nodes, edges)


def flooded(topology: Topology, closed: Positions, dark: Collection[int] = ()) -> set[int]:
    """Return the zones with supply, by flooding from the sources that are not dark."""
    live = set(topology.source_zones) - set(dark)
    waiting = list(live)
    while waiting:
        zone_ix = waiting.pop()
        for switch_ix, (one_ix, other_ix) in enumerate(topology.switch_zones):
            if closed[switch_ix] and zone_ix in (one_ix, other_ix):
                for each in {one_ix, other_ix} - live:
                    live.add(each)
                    waiting.append(each)
    return live


@dataclass
class Followed:
    """Follow a state step by step with sets that are worked out anew."""

    state: GridState
    blown: set[int] = field(default_factory=set)
    dark: set[int] = field(default_factory=set)

    def flooded(self) -> set[int]:
        return flooded(self.state.topology, self.state.positions(), self.dark)

    def transformers(self, live: set[int]) -> set[int]:
        zones = self.state.topology.zone_of_transformer
        return {ix for ix, zone in enumerate(zones) if zone in live} - self.blown

    def step(self, number: int, what: int) -> None:
        state, grid = self.state, self.state.grid
        zones = self.flooded()
        before = zones, self.transformers(zones)
        if what == 8:
            source = state.topology.source_zones[number % len(state.topology.source_zones)]
            self.dark ^= {source}
            change = state.set_source(source, source not in self.dark)
        elif what < 6 or not grid.transformers:
            switch_ix = number % len(grid.switches)
            is_closed = not state.is_closed(switch_ix) if what else bool(number % 2)
            change = state.set_switch(switch_ix, is_closed)
            assert state.is_closed(switch_ix) == is_closed
        elif what == 6:
            self.blown.add(number % len(grid.transformers))
            change = state.blow_fuse(number % len(grid.transformers))
        else:
            self.blown.discard(number % len(grid.transformers))
            change = state.replace_fuse(number % len(grid.transformers))
        self.check(change, *before)

    def check(self, change: SupplyChange, zones: set[int], transformers: set[int]) -> None:
        state, grid = self.state, self.state.grid
        live = self.flooded()
        fed = self.transformers(live)
        assert change.lost_zones == tuple(sorted(zones - live))
        assert change.restored_zones == tuple(sorted(live - zones))
        assert change.lost_transformers == tuple(sorted(transformers - fed))
        assert change.restored_transformers == tuple(sorted(fed - transformers))
        ids = [each.id for each in grid.transformers]
        assert change.lost_transformer_ids == tuple(ids[k] for k in change.lost_transformers)
        assert change.restored_transformer_ids == tuple(
            ids[k] for k in change.restored_transformers
        )
        everywhere = range(state.topology.n_zones)
        assert tuple(change.lost_of(everywhere)) == change.lost_zones
        assert tuple(change.restored_of(everywhere)) == change.restored_zones
        stations = range(len(grid.transformers))
        assert tuple(change.lost_transformers_of(stations)) == change.lost_transformers
        assert tuple(change.restored_transformers_of(stations)) == change.restored_transformers
        customers = [each.customers for each in grid.transformers]
        assert change.customers_lost == sum(customers[k] for k in transformers - fed)
        assert change.customers_restored == sum(customers[k] for k in fed - transformers)
        assert state.customers_out == sum(customers) - sum(customers[k] for k in fed)
        assert set(state.zone_supplied.nonzero()[0].tolist()) == live
        assert set(state.transformer_supplied.nonzero()[0].tolist()) == fed
        assert set(state.fuse_blown.nonzero()[0].tolist()) == self.blown


@settings(max_examples=60, deadline=None)
@given(grid=st.one_of(trees(), grids()), steps=STEPS)
def test_every_step_is_what_flooding_finds(grid: Grid, steps: list[tuple[int, int]]) -> None:
    followed = Followed(GridState(Topology(grid)))
    for number, what in steps:
        followed.step(number, what)


@settings(max_examples=60, deadline=None)
@given(grid=st.one_of(trees(), grids()))
def test_the_first_breaker_is_the_last_on_the_way_to_the_source(grid: Grid) -> None:
    topology = Topology(grid)
    for zone_ix, found in enumerate(topology.first_breaker_of_zone):
        way = topology.path_to_source(zone_ix, topology.normal_feed)
        heads = [ix for ix in way if grid.switches[ix].is_feeder_breaker]
        assert found == (heads[-1] if heads else NONE)


@settings(max_examples=60, deadline=None)
@given(grid=st.one_of(trees(), grids()), steps=STEPS)
def test_questions_are_answered_as_by_brute_force(grid: Grid, steps: list[tuple[int, int]]) -> None:
    topology = Topology(grid)
    state = GridState(topology)
    for number, _ in steps:
        switch_ix = number % len(grid.switches)
        state.set_switch(switch_ix, not state.is_closed(switch_ix))
    closed = state.positions()
    live = flooded(topology, closed)
    for switch_ix in range(len(grid.switches)):
        left = flooded(topology, supposed(closed, {switch_ix: False}))
        assert state.downstream(switch_ix) == sorted(live - left)
        on = [ix for zone in live - left for ix in topology.zone_transformers[zone]]
        assert state.n_transformers_behind(switch_ix) == len(on)
        assert topology.downstream(switch_ix, closed) == sorted(live - left)
        assert state.hanging_on(switch_ix, range(topology.n_zones)) == sorted(live - left)
    assert state.positions() == closed
    assert [*state.switch_bytes] == [*closed]
    assert {ix for ix, is_live in enumerate(state.zone_bytes) if is_live} == live
    for zone_ix in range(topology.n_zones):
        devices = feeding_interrupters(topology, zone_ix, closed)
        assert state.feeding_interrupters(zone_ix) == devices
        assert topology.feeding_interrupters(zone_ix, closed) == devices
        check_upstream(state, zone_ix, live)
        check_path(state, zone_ix, live)


def check_path(state: GridState, zone_ix: int, live: set[int]) -> None:
    """Hold that the path of a zone with supply leads over closed switches to a source."""
    path = state.path_to_source(zone_ix)
    if zone_ix not in live:
        assert path == []
        return
    for switch_ix in path:
        assert state.is_closed(switch_ix)
        assert zone_ix in state.topology.switch_zones[switch_ix]
        zone_ix = state.topology.beyond(switch_ix, zone_ix)
    assert zone_ix in state.topology.source_zones
    assert len(set(path)) == len(path)


def feeding_interrupters(topology: Topology, zone_ix: int, closed: Positions) -> list[int]:
    """Return what bounds the part around a zone and has supply when all of the bounds are open."""
    switches, part = topology.grid.switches, {zone_ix}
    bounds: set[int] = set()
    grown = True
    while grown:
        grown = False
        for ix, pair in enumerate(topology.switch_zones):
            if closed[ix] and len(part & set(pair)) == 1 and pair[0] != pair[1]:
                if switches[ix].interrupts_faults:
                    bounds.add(ix)
                else:
                    part |= set(pair)
                    grown = True
    bounds = {ix for ix in bounds if len(part & set(topology.switch_zones[ix])) == 1}
    if len(bounds) <= 1:
        return sorted(bounds)
    live = flooded(topology, supposed(closed, dict.fromkeys(bounds, False)))
    return sorted(ix for ix in bounds if set(topology.switch_zones[ix]) - part <= live)


def check_upstream(state: GridState, zone_ix: int, live: set[int]) -> None:
    """Hold that a breaker said to be upstream is on some way to a source, nearest, and no other."""
    topology, closed = state.topology, state.positions()
    for breaker_ix in (state.upstream_breaker(zone_ix), topology.upstream_breaker(zone_ix, closed)):
        if zone_ix not in live:
            assert breaker_ix == NONE
            continue
        near = near_without_breaker(topology, zone_ix, closed)
        if breaker_ix == NONE:
            assert near & set(topology.source_zones)
        else:
            assert closed[breaker_ix]
            assert topology.grid.switches[breaker_ix].is_breaker
            assert near & set(topology.switch_zones[breaker_ix])
        if not is_ringed(topology, zone_ix, closed):
            lost = topology.downstream(breaker_ix, closed) if breaker_ix != NONE else [zone_ix]
            assert zone_ix in lost


def near_without_breaker(topology: Topology, zone_ix: int, closed: Positions) -> set[int]:
    open_breakers = {each.ix: False for each in topology.grid.switches if each.is_breaker}
    return topology.region(zone_ix, supposed(closed, open_breakers))


def is_ringed(topology: Topology, zone_ix: int, closed: Positions) -> bool:
    """Say whether the zones joined to one hold a ring, or more than one source."""
    part = topology.region(zone_ix, closed)
    inner = [
        pair
        for ix, pair in enumerate(topology.switch_zones)
        if closed[ix] and pair[0] in part and pair[0] != pair[1]
    ]
    return len(inner) >= len(part) or len(part & set(topology.source_zones)) > 1
