"""The supply of a source bus is lost for a time, or by a fault nothing else interrupts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.facts import InfeedLost, InfeedRestored
from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid import small
from tests.grid.test_supply import grids, live_buses
from tests.protection.running import Running


def two_stations() -> Grid:
    """Return h—s—a—1 and k—r—b—2, with an open tie between 1 and 2."""
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("k", kv=110.0),
            small.node("s"),
            small.node("r"),
            small.node("1", customers=10, load_mw=1.0),
            small.node("2", customers=20, load_mw=1.0),
        ],
        [
            small.transformer("trafo", "h", "s"),
            small.transformer("second", "k", "r"),
            small.edge("a", "s", "1", at_u="CB"),
            small.edge("b", "r", "2", at_u="CB"),
            small.edge("t", "1", "2", open_at_v=True),
        ],
    )


def test_everything_fed_from_a_lost_bus_is_dark_until_it_is_back() -> None:
    run = Running(two_stations())
    run.at(10.0, lambda: run.protection.lose_infeed("d/bush", 60.0))
    run.run(200.0)
    assert run.story() == [
        (10.0, "InfeedLost", "d/bush"),
        (10.0, "SupplyLost", "d/bush"),
        (70.0, "InfeedRestored", "d/bush"),
        (70.0, "SupplyRestored", "d/bush"),
    ]
    assert run.state.customers_out == 0


def test_a_tie_feeds_customers_of_a_lost_bus_and_nobody_is_counted_twice() -> None:
    run = Running(two_stations())
    run.at(10.0, lambda: run.protection.lose_infeed("d/bush", 60.0))
    run.operate(20.0, "d/t@2", True)
    run.run(30.0)
    assert run.state.customers_out == 0
    run.run(200.0)
    assert run.state.customers_out == 0
    # the ring with both infeeds carries on when the tie is opened again
    run.protection.operate("d/t@2", False, "remote")
    assert run.state.customers_out == 0


def test_a_fault_met_over_a_tie_is_not_tripped_towards_a_dark_source() -> None:
    run = Running(two_stations(), dead_times=())
    run.at(10.0, lambda: run.protection.lose_infeed("d/bush", 600.0))
    run.operate(20.0, "d/t@2", True)
    run.strike(30.0, "d/a")
    run.run(100.0)
    assert [each[2] for each in run.story() if each[1] == "BreakerTripped"] == ["d/b@r"]


def test_two_losses_of_one_bus_overlap() -> None:
    run = Running(two_stations())
    run.at(10.0, lambda: run.protection.lose_infeed("d/bush", 60.0))
    run.at(20.0, lambda: run.protection.lose_infeed("d/bush", 100.0))
    run.run(300.0)
    assert len(run.facts(InfeedLost)) == 1
    assert [t for t, kind, _ in run.story() if kind == "InfeedRestored"] == [120.0]


def test_only_a_source_bus_has_an_infeed() -> None:
    with pytest.raises(KeyError):
        Running(two_stations()).protection.lose_infeed("d/bus1", 60.0)


def test_a_fault_of_the_source_bus_takes_the_infeed_until_it_is_repaired() -> None:
    run = Running(two_stations())
    run.strike(10.0, "d/bush")
    run.at(100.0, lambda: run.protection.repaired("d/bush"))
    run.run(99.0)
    assert run.state.customers_out == 10
    run.run(200.0)
    assert len(run.facts(InfeedRestored)) == 1
    assert run.state.customers_out == 0


@settings(max_examples=60, deadline=None)
@given(
    grid=grids(),
    steps=st.lists(st.tuples(st.integers(0, 99), st.booleans(), st.booleans()), max_size=25),
)
def test_a_bus_has_supply_exactly_when_a_path_leads_to_a_source_that_has_it(
    grid: Grid, steps: list[tuple[int, bool, bool]]
) -> None:
    state = GridState(Topology(grid))
    dark: set[str] = set()
    for number, value, is_source in steps:
        if is_source:
            bus_ix = grid.source_bus_ix[number % len(grid.source_bus_ix)]
            change = state.set_source(state.topology.zone_of_bus[bus_ix], value)
            (dark.discard if value else dark.add)(grid.buses[bus_ix].id)
        else:
            change = state.set_switch(number % len(grid.switches), value)
        live = live_buses(grid, state, dark)
        for bus in grid.buses:
            assert state.is_zone_supplied(state.topology.zone_of_bus[bus.ix]) == (bus.id in live)
        out = sum(dt.customers for dt in grid.transformers if grid.buses[dt.bus_ix].id not in live)
        assert state.customers_out == out
        assert len(set(change.lost_zones) & set(change.restored_zones)) == 0
