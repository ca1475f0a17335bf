"""What a crew finds at a place is what a search through all live faults finds there."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import NONE, Grid
from sim.protection.faults import Fault
from tests.grid import small
from tests.protection.running import Running


def places(grid: Grid) -> list[str]:
    """Return the ids of everything that can fail."""
    groups = (
        grid.sections,
        grid.switches,
        grid.buses,
        grid.transformers,
        grid.substation_transformers,
    )
    spans = [f"{line.id}/span{k}" for line in grid.sections for k in range(line.n_spans)]
    return [each.id for group in groups for each in group] + spans


def ends(grid: Grid, place: str) -> set[int]:
    """Return the buses where a line or a transformer of the station ends."""
    located = grid.locate(place)
    if located.kind == "section":
        line = grid.sections[located.ix]
        return {line.from_bus_ix, line.to_bus_ix}
    if located.kind == "substation_transformer":
        station = grid.substation_transformers[located.ix]
        return {station.low_bus_ix, station.high_bus_ix}
    return set()


def bus_of(grid: Grid, asset: str) -> int:
    located = grid.locate(asset)
    if located.kind == "bus":
        return located.ix
    return grid.switches[located.ix].bus_ix if located.kind == "switch" else NONE


def searched(run: Running, place: str) -> Iterator[Fault]:
    """Look at every live fault."""
    for fault in run.protection.faults.live:
        is_part = fault.asset == place or fault.asset.startswith(place + "/")
        if fault.kind == "permanent" and (
            is_part or bus_of(run.grid, fault.asset) in ends(run.grid, place)
        ):
            yield fault


def town() -> Grid:
    """Return station h—s and the feeder s-1-2-3 of overhead lines with several spans."""
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(name, customers=5) for name in "123"]
    edges = [small.transformer("t", "h", "s")]
    for above, name in zip("s12", "123", strict=True):
        at_u = "CB" if above == "s" else "LBS"
        edges.append(
            small.edge(f"l{name}", above, name, at_u=at_u, construction="overhead", km=0.15)
        )
    return small.grid(nodes, edges)


GRID = town()
PLACES = places(GRID)
STEPS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["permanent", "temporary", "repair"])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_damage_found_by_place_is_what_a_search_finds(steps: list[tuple[str, str]]) -> None:
    run = Running(GRID)
    for number, (asset, what) in enumerate(steps):
        if what == "repair":
            run.at(10.0 * number, lambda asset=asset: run.protection.repaired(asset))
        else:
            run.strike(10.0 * number, asset, what)
    run.run(until_s=10.0 * len(steps))
    faults = run.protection.faults
    for place in PLACES:
        found = run.protection.damage_in(place)
        lasting = [each.asset for each in searched(run, place)]
        assert found[: len(lasting)] == lasting
        blown = {each.id for each in GRID.transformers} | {each.id for each in GRID.sections}
        assert set(found[len(lasting) :]) <= blown
    for zone_ix in range(run.state.topology.n_zones):
        inside = [
            each.asset
            for each in faults.live
            if each.kind == "permanent"
            and (
                each.zone_ix == zone_ix
                if each.transformer_ix == NONE
                else run.state.topology.zone_of_transformer[each.transformer_ix] == zone_ix
            )
        ]
        assert run.protection.damage_in(zone_ix)[: len(inside)] == inside
