"""Radial flows by hand, ratings and rings."""

import math

import pytest

from sim.grid.assets import NONE, Grid
from sim.grid.flows import check_switching, flows, live_tree
from sim.grid.placing import assemble
from sim.grid.source import SourceGrid
from sim.grid.topology import Topology
from tests.grid import small


def ka(mw: float) -> float:
    return mw / (math.sqrt(3.0) * 20.0)


@pytest.fixture(scope="module")
def grid() -> Grid:
    return small.two_feeders()


@pytest.fixture(scope="module")
def topology(grid: Grid) -> Topology:
    return Topology(grid)


def test_sections_carry_the_loads_beyond_them(grid: Grid, topology: Topology) -> None:
    result = flows(topology, topology.normal, 0)
    assert result.ring_switch_ix == NONE
    expected = {"a1": 3.0, "a2": 2.0, "b1": 4.0, "b2": 1.0, "t": 0.0}
    for name, mw in expected.items():
        assert result.section_ka[grid.section_ix[f"d/{name}"]] == pytest.approx(ka(mw))
    assert result.transformer_mva == {0: pytest.approx(7.0)}


def test_load_scale_multiplies_every_flow(topology: Topology) -> None:
    result = flows(topology, topology.normal, 0, load_scale=1.5)
    assert result.transformer_mva == {0: pytest.approx(10.5)}


def test_power_factor_raises_the_current() -> None:
    section = small.section().model_copy(update={"power_factor": 0.8})
    source = SourceGrid(
        (small.node("h", kv=110.0), small.node("s"), small.node("1", customers=1, load_mw=2.0)),
        (small.transformer("trafo", "h", "s"), small.edge("a", "s", "1", at_u="CB")),
    )
    topology = Topology(assemble(section, {"s": source}))
    result = flows(topology, topology.normal, 0)
    assert result.section_ka[0] == pytest.approx(ka(2.0) / 0.8)
    assert result.transformer_mva[0] == pytest.approx(2.5)


def test_back_feed_within_ratings_is_allowed(grid: Grid, topology: Topology) -> None:
    at = grid.switch_ix
    check = check_switching(topology, topology.normal, {at["d/a2@2"]: False, at["d/t@4"]: True})
    assert check.is_allowed
    assert check.overloads == ()


def test_back_feed_above_a_rating_is_refused_with_its_loading(
    grid: Grid, topology: Topology
) -> None:
    at = grid.switch_ix
    # all of feeder a over b1: 7 MW on 6.93 MW; b2 carries 4 MW
    changes = {at["d/a1@s"]: False, at["d/t@4"]: True}
    check = check_switching(topology, topology.normal, changes)
    assert not check.is_meshed
    assert [each.asset_id for each in check.overloads] == ["d/b1"]
    assert check.overloads[0].loading == pytest.approx(ka(7.0) / 0.2)
    assert check.overloads[0].loading_before == pytest.approx(ka(4.0) / 0.2)
    assert not check.is_allowed


def test_an_overload_that_stood_before_does_not_forbid_a_relief(
    grid: Grid, topology: Topology
) -> None:
    at = grid.switch_ix
    # twice the load: b1 carries 8 MW on 6.93; the trafo 14 on 10; dropping bus 2 relieves it
    check = check_switching(topology, topology.normal, {at["d/a2@2"]: False}, load_scale=2.0)
    assert {each.asset_id for each in check.overloads} == {"d/b1"}
    assert check.is_allowed


def test_closing_a_tie_between_two_live_feeders_is_a_ring(grid: Grid, topology: Topology) -> None:
    check = check_switching(topology, topology.normal, {grid.switch_ix["d/t@4"]: True})
    assert check.is_meshed
    assert not check.is_allowed


def parallel(*, coupler_is_open: bool) -> Topology:
    return Topology(
        small.grid(
            [
                small.node("h", kv=110.0),
                small.node("k", kv=110.0),
                small.node("s"),
                small.node("r"),
                small.node("1", customers=1, load_mw=6.0),
                small.node("2", customers=1, load_mw=3.0),
            ],
            [
                small.transformer("trafo0", "h", "s", rating=20.0),
                small.transformer("trafo1", "k", "r", rating=10.0),
                small.coupler("sw0", "h", "k"),
                small.coupler("sw5", "s", "r", is_open=coupler_is_open),
                small.edge("a", "s", "1", at_u="CB"),
                small.edge("b", "r", "2", at_u="CB"),
                small.edge("t", "1", "2", open_at_v=True),
            ],
        )
    )


def test_parallel_transformers_share_by_rating_and_are_no_ring() -> None:
    topology = parallel(coupler_is_open=False)
    assert flows(topology, topology.normal, 0).transformer_mva == pytest.approx({0: 6.0, 1: 3.0})


def test_separate_busbars_load_their_own_transformer() -> None:
    topology = parallel(coupler_is_open=True)
    assert flows(topology, topology.normal, 0).transformer_mva == pytest.approx({0: 6.0, 1: 3.0})
    at = topology.grid.switch_ix
    shifted = check_switching(topology, topology.normal, {at["d/a@s"]: False, at["d/t@2"]: True})
    assert not shifted.is_meshed
    # 9 MW through b (6.93) and trafo1 (10); t carries 6
    assert [each.asset_id for each in shifted.overloads] == ["d/b"]


def test_a_transformer_out_of_service_leaves_its_load_to_the_other() -> None:
    topology = parallel(coupler_is_open=False)
    off = {topology.grid.switch_ix["d/trafo0@s"]: False}
    check = check_switching(topology, topology.normal, off)
    assert check.overloads == ()
    moved = bytearray(topology.normal)
    for switch_ix, is_closed in off.items():
        moved[switch_ix] = is_closed
    assert flows(topology, moved, 0).transformer_mva == pytest.approx({1: 9.0})


def test_two_busbars_joined_over_lines_only_are_a_ring_even_with_the_coupler_open() -> None:
    topology = parallel(coupler_is_open=True)
    check = check_switching(topology, topology.normal, {topology.grid.switch_ix["d/t@2"]: True})
    assert check.is_meshed


def test_inside_a_zone_the_current_falls_from_bus_to_bus() -> None:
    """Three sections without a switch between them carry 3, 2 and 1 MW, not all of it."""
    topology = Topology(
        small.grid(
            [
                small.node("h", kv=110.0),
                small.node("s"),
                *(small.node(str(k), customers=1, load_mw=1.0) for k in range(1, 4)),
            ],
            [
                small.transformer("trafo", "h", "s"),
                small.edge("a", "s", "1", at_u="CB", at_v=""),
                small.edge("b", "1", "2", at_u="", at_v=""),
                small.edge("c", "2", "3", at_u="", at_v=""),
            ],
        )
    )
    found = flows(topology, topology.normal, 0).section_ka
    assert [found[ix] for ix in range(3)] == pytest.approx([ka(3.0), ka(2.0), ka(1.0)])


def test_a_transformer_carries_the_busbars_below_its_own() -> None:
    """110 to 35 to 20 kV in one station, and a 35/20 kV transformer at the end of a line."""
    topology = Topology(
        small.grid(
            [
                small.node("h", kv=110.0),
                small.node("m", kv=35.0),
                small.node("s"),
                small.node("1", customers=1, load_mw=2.0),
                small.node("far", kv=35.0),
                small.node("low", customers=1, load_mw=1.0),
            ],
            [
                small.transformer("upper", "h", "m"),
                small.transformer("lower", "m", "s"),
                small.edge("a", "s", "1", at_u="CB"),
                small.edge("line", "m", "far", at_u="CB"),
                small.transformer("remote", "far", "low"),
            ],
        )
    )
    at = topology.grid.substation_transformer_ix
    mva = flows(topology, topology.normal, 0).transformer_mva
    assert mva == pytest.approx({at["d/upper"]: 3.0, at["d/lower"]: 2.0, at["d/remote"]: 1.0})


def test_voltage_falls_with_the_moment_of_the_load() -> None:
    """2 MW over 10 km of 20 kV cable at a power factor of 1: 0.161 * 10 * 2 / 400."""
    topology = Topology(
        small.grid(
            [
                small.node("h", kv=110.0),
                small.node("s"),
                small.node("1", customers=1, load_mw=2.0),
                small.node("2", customers=1, load_mw=0.0),
            ],
            [
                small.transformer("trafo", "h", "s"),
                small.edge("a", "s", "1", at_u="CB", km=10.0),
                small.edge("b", "1", "2", km=50.0),
            ],
        )
    )
    bus_mw = topology.elements.bus_mw(topology.grid.transformer_load_mw.tolist())
    tree = live_tree(topology, topology.normal, 0, bus_mw, 1.02)
    volts = {bus.id: tree.voltage[bus.ix] for bus in topology.grid.buses}
    assert volts["d/buss"] == 1.02
    assert volts["d/bus1"] == pytest.approx(1.02 - 0.161 * 10 * 2 / 400)
    assert volts["d/bus2"] == volts["d/bus1"]
    dark = live_tree(topology, topology.normal, 0, bus_mw, 1.02, topology.source_zones)
    assert dark.order == []
