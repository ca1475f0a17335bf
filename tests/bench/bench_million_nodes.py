"""Speed of big grids, by hand: `python -m pytest -m bench -s tests/bench/bench_million_nodes.py`.

A feeder of 10,000 nodes from its files, supply after one switching on it (beside networkx, which
floods the same switches anew), and a storm on a hundred such feeders.
"""

import random
import resource
import statistics
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import networkx as nx
import pytest

from sim.engine.facts import BreakerLockedOut, SectionFuseBlown, SupplyLost, SupplyRestored
from sim.grid.assets import NONE, Grid
from sim.grid.importers import build_grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.scenario.grid import GridSource
from tests.bench.feeders import feeder_tables
from tests.grid import small
from tests.protection.running import Running

pytestmark = pytest.mark.bench

NODES = 10_000
FEEDERS = 100
FAULTS = 1_000
PERMANENT_SHARE = 0.6
HOUR = 3600.0


def built(folder: Path, n_feeders: int) -> Grid:
    """Return a grid of so many districts, each with the feeder of the tables in a folder."""
    nodes, edges = feeder_tables(folder, NODES)
    section = small.section()
    (district,) = section.districts.values()
    return build_grid(
        section.model_copy(
            update={
                "sources": {"s": GridSource(nodes=nodes, edges=edges)},
                "districts": {f"d{k}": district for k in range(n_feeders)},
            }
        )
    )


def spent_s(state: GridState, switches: Iterable[int]) -> list[float]:
    """Move switches to their other position, look at what it did, and return the times."""
    spent = []
    for switch_ix in switches:
        began = time.perf_counter()
        change = state.set_switch(switch_ix, not state.is_closed(switch_ix))
        _ = change.lost_transformers, change.restored_transformers
        spent.append(time.perf_counter() - began)
    return sorted(spent)


def told(label: str, spent: list[float]) -> float:
    """Print the median and the slowest of some times; return the median in µs."""
    median_us, p99_us = (
        1e6 * each for each in (statistics.median(spent), spent[len(spent) * 99 // 100])
    )
    print(f"{label}: median {median_us:.1f} µs, 99th percentile {p99_us:.0f} µs, "
          f"worst {1e6 * spent[-1]:.0f} µs")  # fmt: skip
    return median_us


def test_a_feeder_of_ten_thousand_nodes_is_read_and_built_in_less_than_two_seconds(
    tmp_path: Path,
) -> None:
    feeder_tables(tmp_path, NODES)
    began = time.perf_counter()
    state = GridState(Topology(built(tmp_path, 1)))
    read_s = time.perf_counter() - began
    print(f"\n{NODES} nodes, {len(state.grid.switches)} switches from two tables: {read_s:.2f} s")
    assert read_s < 2.0


def test_supply_after_one_switching_takes_less_than_a_hundred_microseconds(tmp_path: Path) -> None:
    grid = built(tmp_path, 1)
    topology = Topology(grid)
    state = GridState(topology)
    luck = random.Random(2)
    n_switches = len(grid.switches)
    print()
    opened = [ix for ix in luck.sample(range(n_switches), 3000) for _ in range(2)]
    medians = [told("open and close again", spent_s(state, opened))]
    walk = [luck.randrange(n_switches) for _ in range(3000)]
    medians.append(told("3,000 left where they are", spent_s(state, walk)))
    state = GridState(topology)
    heads = [
        grid.sections[ix].from_switch_ix for ix in sorted(range(200), key=lambda _: luck.random())
    ]
    first = spent_s(state, [ix for ix in heads[:40] for _ in range(2)])
    told("near the head, first time", first)
    again = spent_s(state, [ix for ix in heads[:40] * 20 for _ in range(2)])
    medians.append(told("near the head, again and again", again))
    head = [grid.switch_ix["d0/l0@s"]] * 400
    medians.append(told("the breaker of all 10,000 nodes", spent_s(state, head)))
    peer_us = told("networkx, flooding anew", flooding_s(state, heads[:10]))
    assert max(medians) < 100
    assert peer_us > 100 * max(medians)


def flooding_s(state: GridState, switches: Iterable[int]) -> list[float]:
    """Do the same with networkx: take a switch out, and find what is joined to the source."""
    topology = state.topology
    graph = nx.Graph(pair for ix, pair in enumerate(topology.switch_zones) if state.is_closed(ix))
    spent = []
    for switch_ix in switches:
        pair = topology.switch_zones[switch_ix]
        before = set(state.zone_supplied.nonzero()[0].tolist())
        began = time.perf_counter()
        graph.remove_edge(*pair)
        live = set(nx.node_connected_component(graph, topology.source_zones[0]))
        spent.append(time.perf_counter() - began)
        graph.add_edge(*pair)
        change = state.set_switch(switch_ix, False)
        assert before - live == set(change.lost_zones)
        state.set_switch(switch_ix, True)
    return sorted(spent)


class Storm:
    """Strike, isolate by hand after an hour, repair and close after three; tidy up at the end."""

    def __init__(self, run: Running) -> None:
        self.run, self.grid = run, run.grid
        luck = random.Random(3)
        for t_s in sorted(luck.uniform(0, 6 * HOUR) for _ in range(FAULTS)):
            line = luck.choice(self.grid.sections)
            while line.n_spans == 0:
                line = luck.choice(self.grid.sections)
            asset = f"{line.id}/span{luck.randrange(line.n_spans)}"
            if luck.random() < PERMANENT_SHARE:
                run.at(t_s, partial(run.protection.strike, asset, "permanent", "storm"))
                run.at(t_s + HOUR, partial(self.isolate, line.ix))
                run.at(t_s + 3 * HOUR, partial(self.repair, asset, line.ix))
            else:
                run.at(t_s, partial(run.protection.strike, asset, "temporary", "storm"))
        run.at(24 * HOUR, self.tidy)
        run.run(until_s=25 * HOUR)

    def isolate(self, section_ix: int) -> None:
        head = self.grid.switches[self.grid.sections[section_ix].from_switch_ix]
        if not head.is_fuse and self.run.state.is_closed(head.ix):
            self.run.protection.operate(head.id, False, "crew")
        self.close_tripped(section_ix)

    def close_tripped(self, section_ix: int) -> None:
        """Close the breaker of a feeder if it stands open."""
        topology = self.run.state.topology
        head_ix = topology.feeder_breaker_of_zone[topology.zone_of_section[section_ix]]
        self.close(head_ix)

    def close(self, switch_ix: int) -> None:
        if switch_ix != NONE and not self.run.state.is_closed(switch_ix):
            self.run.protection.operate(self.grid.switches[switch_ix].id, True, "crew")

    def repair(self, asset: str, section_ix: int) -> None:
        self.run.protection.repaired(asset)
        self.close(self.grid.sections[section_ix].from_switch_ix)
        self.close_tripped(section_ix)

    def tidy(self) -> None:
        for switch_ix, is_closed in enumerate(self.run.state.topology.normal):
            if is_closed:
                self.close(switch_ix)


def test_a_storm_on_a_million_nodes_takes_less_than_thirty_seconds_and_4_gib(
    tmp_path: Path,
) -> None:
    began = time.perf_counter()
    grid = built(tmp_path, FEEDERS)
    read_s = time.perf_counter() - began
    began = time.perf_counter()
    run = Running(grid)
    zoned_s = time.perf_counter() - began
    began = time.perf_counter()
    Storm(run)
    storm_s = time.perf_counter() - began
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    n_losses = len(run.facts(SupplyLost))
    trips = len(run.facts(BreakerLockedOut)) + len(run.facts(SectionFuseBlown))
    lost = sum(len(each.transformers) for each in run.facts(SupplyLost))
    back = sum(len(each.transformers) for each in run.facts(SupplyRestored))
    print(f"\n{len(grid.buses)} nodes, {len(grid.switches)} switches, {len(grid.transformers)} "
          f"transformers: built in {read_s:.1f} s, zones in {zoned_s:.1f} s\n"
          f"{FAULTS} faults, {trips} lockouts and fuses, {n_losses} losses of supply of "
          f"{lost / max(1, n_losses):.0f} transformers each: {storm_s:.1f} s, "
          f"{peak_gib:.2f} GiB")  # fmt: skip
    assert trips > FAULTS / 2
    assert lost == back
    assert run.state.customers_out == 0
    assert storm_s < 30.0
    assert peak_gib < 4.0
