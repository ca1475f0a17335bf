"""Speed of the grid, by hand: `python -m pytest -m bench -s tests/bench/bench_supply.py`."""

import statistics
import time
from collections.abc import Callable

import pytest

from sim.engine.streams import Streams
from sim.grid.flows import check_switching
from sim.grid.importers import build_grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid.test_simbench_import import county

pytestmark = pytest.mark.bench


def median_s(action: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def test_eight_districts_are_built_in_well_under_half_a_second() -> None:
    section = county()
    spent_s = median_s(lambda: GridState(Topology(build_grid(section))), 7)
    print(f"\nbuild 8 districts, zones and state: {spent_s * 1e3:.1f} ms")
    assert spent_s < 0.5


def test_supply_follows_a_switch_in_well_under_a_millisecond() -> None:
    state = GridState(Topology(build_grid(county())))
    order = Streams(1).generator("bench").permutation(len(state.grid.switches))
    spent = []
    for switch_ix in order.tolist():
        began = time.perf_counter()
        state.set_switch(switch_ix, not state.is_closed(switch_ix))
        state.set_switch(switch_ix, not state.is_closed(switch_ix))
        spent.append((time.perf_counter() - began) / 2)
    median_us, worst_us = statistics.median(spent) * 1e6, max(spent) * 1e6
    print(f"\nsupply per switching: median {median_us:.1f} µs, worst {worst_us:.0f} µs")
    heads = [each.ix for each in state.grid.switches if each.is_feeder_breaker]

    def trip_and_close() -> None:
        for switch_ix in heads:
            state.set_switch(switch_ix, False)
            state.set_switch(switch_ix, True)

    per_trip_us = median_s(trip_and_close, 20) / (2 * len(heads)) * 1e6
    print(f"supply per feeder breaker: {per_trip_us:.1f} µs")
    assert max(median_us, per_trip_us) < 1000


def test_a_back_feed_is_checked_in_a_few_milliseconds() -> None:
    topology = Topology(build_grid(county()))
    at = topology.grid.switch_ix
    # feeder 1 of a rural district goes over to feeder 5 by the tie line93
    changes = {at["d0/line0@2"]: False, at["d0/line93@47"]: True}
    assert not check_switching(topology, topology.normal, changes).is_meshed
    check_s = median_s(lambda: check_switching(topology, topology.normal, changes), 50)
    print(f"\ncheck of a switching: {check_s * 1e6:.0f} µs")
    assert check_s < 0.005
