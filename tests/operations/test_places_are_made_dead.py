"""Making a place dead for work: what must open, what ties take over, who stays dark."""

from itertools import combinations

import pytest

from sim.grid.flows import check_switching
from sim.grid.topology import DEAD, Positions, Topology, supposed
from sim.operations.isolation import Isolation, isolate, zones_of
from tests.grid import small


def plan(topology: Topology, *assets: str, transfer: bool = True) -> Isolation:
    def is_allowed(positions: Positions, changes: dict[int, bool]) -> bool:
        return check_switching(topology, positions, changes).is_allowed

    found = isolate(
        topology, topology.normal, zones_of(topology, assets), is_allowed, transfer=transfer
    )
    assert found is not None
    return found


def names(topology: Topology, switches: tuple[int, ...]) -> set[str]:
    return {topology.grid.switches[ix].id for ix in switches}


@pytest.fixture
def topology() -> Topology:
    return Topology(small.two_feeders())


def test_a_section_is_isolated_at_both_ends_and_the_rest_taken_over(topology: Topology) -> None:
    found = plan(topology, "d/a2")
    assert names(topology, found.opens) == {"d/a2@1", "d/a2@2"}
    assert names(topology, found.ties) == {"d/t@4"}
    assert found.dark == ()
    assert [topology.grid.transformers[ix].id for ix in found.dark_alone] == ["d/dt2"]


def test_nothing_is_taken_over_where_the_ratings_forbid_it() -> None:
    """B1 carries 4 of the 4.33 MW its 0.125 kA allow at 20 kV: not the 2 MW of bus 2 as well."""
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=10, load_mw=1.0),
            small.node("2", customers=20, load_mw=2.0),
            small.node("3", customers=30, load_mw=3.0),
            small.node("4", customers=40, load_mw=1.0),
        ],
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2"),
            small.edge("b1", "s", "3", at_u="CB", rating=0.125),
            small.edge("b2", "3", "4"),
            small.edge("t", "2", "4", open_at_v=True),
        ],
    )
    topology = Topology(grid)
    found = plan(topology, "d/a2")
    assert found.ties == ()
    assert found.dark == found.dark_alone != ()


def test_without_transfer_all_beyond_is_dark(topology: Topology) -> None:
    found = plan(topology, "d/a1", transfer=False)
    assert [topology.grid.transformers[ix].id for ix in found.dark] == ["d/dt1", "d/dt2"]


def test_the_source_cannot_be_made_dead(topology: Topology) -> None:
    zones = (topology.source_zones[0],)
    assert isolate(topology, topology.normal, zones, lambda _p, _c: True) is None


@pytest.mark.parametrize("asset", ["d/a1", "d/a2", "d/b1", "d/b2", "d/dt1", "d/dt3", "d/dt4"])
def test_the_place_is_dead_and_no_other_ties_would_serve_more(
    topology: Topology, asset: str
) -> None:
    """Try every set of ties, by brute force, against the plan."""
    found = plan(topology, asset)
    positions = supposed(topology.normal, dict(found.moves(parallel=False)))
    feed = topology.feeding(positions)
    assert all(feed[zone] == DEAD for zone in found.zones)
    customers = [each.customers for each in topology.grid.transformers]

    def out(closed: Positions) -> int:
        tree = topology.feeding(closed)
        return sum(
            n for n, z in zip(customers, topology.zone_of_transformer, strict=True)
            if tree[z] == DEAD
        )  # fmt: skip

    opened = supposed(topology.normal, dict.fromkeys(found.opens, False))
    ties = [ix for ix, closed in enumerate(topology.normal) if not closed]
    for n in range(len(ties) + 1):
        for some in combinations(ties, n):
            tried = supposed(opened, dict.fromkeys(some, True))
            tree = topology.feeding(tried)
            is_dead = all(tree[zone] == DEAD for zone in found.zones)
            allowed = check_switching(topology, opened, dict.fromkeys(some, True)).is_allowed
            if is_dead and allowed:
                assert out(tried) >= out(positions)


@pytest.mark.parametrize("parallel", [True, False])
def test_switching_back_undoes_all(topology: Topology, parallel: bool) -> None:
    found = plan(topology, "d/a1")
    positions = supposed(topology.normal, dict(found.moves(parallel)))
    assert bytes(positions) != topology.normal
    assert bytes(supposed(positions, dict(found.moves_back(parallel)))) == topology.normal


def test_in_parallel_ties_close_before_anything_opens_and_open_last(topology: Topology) -> None:
    found = plan(topology, "d/a2")
    assert [to for _ix, to in found.moves(parallel=True)] == [True, False, False]
    assert [to for _ix, to in found.moves_back(parallel=True)] == [True, True, False]
    assert [to for _ix, to in found.moves(parallel=False)] == [False, False, True]
