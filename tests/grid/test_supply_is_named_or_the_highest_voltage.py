"""Where a grid is fed from outside: at the nodes that say so, else at its highest voltage."""

from dataclasses import replace

from sim.grid.source import SourceGrid, defects
from tests.grid import small

EDGES = (small.edge("a1", "s", "1", at_u="CB", at_v=""),)


def nodes(**of_s: object) -> tuple[small.SourceNode, ...]:
    station = replace(small.node("s", kv=10.0), **of_s)  # type: ignore[arg-type]
    return station, small.node("1", kv=10.0, customers=5)


def test_highest_voltage_feeds_where_no_node_says_so() -> None:
    grid = SourceGrid(nodes(), EDGES)
    assert [grid.is_source(each) for each in grid.nodes] == [True, True]


def test_named_supply_feeds_alone_and_its_feeder_has_a_breaker() -> None:
    grid = SourceGrid(nodes(is_supply=True), EDGES)
    assert [grid.is_source(each) for each in grid.nodes] == [True, False]
    assert grid.station.id == "s"
    assert defects(grid) == []


def test_named_supply_goes_before_a_higher_voltage() -> None:
    grid = SourceGrid((*nodes(is_supply=True), small.node("2", kv=20.0)), EDGES)
    assert grid.station.id == "s"
    assert not grid.is_source(grid.node["2"])
