"""Speed of the contact centre: the compiled kernel beside SimPy and beside a bare compiled loop.

    python -m pytest -m bench -s tests/bench/bench_contact.py
    python tests/bench/bench_contact.py [runs]

All get the same arrivals of a surge day (97,200 calls); what is timed goes from these to the call
table, draws of patience and handle times included, in processor time of one core. The bare loop
(`bare_queue`) draws the same luck, so it must write the same table. SimPy is used as its manual
shows: one process a call, a Resource, `request | timeout`; Ciw, if installed, likewise.
"""

from __future__ import annotations

import random
import statistics
import sys
import time

import bare_queue
import numpy as np
import pytest
import simpy
from contact_days import (
    AGENTS,
    END_S,
    HANDLE_S,
    PATIENCE_S,
    SHARES,
    TRUNKS,
    centre_of,
    province_arrivals,
    province_section,
    steady_arrivals,
    surge_arrivals,
    surge_section,
)

from sim.contact.centre import warm_up
from sim.contact.state import HANDLE, PATIENCE

EXACT_ABANDONED = 0.60008
LEAST_OF_SIMPY, LEAST_OF_BARE = 40.0, 0.5
MOST_BYTES = 256.0


def timed(action):
    """Return seconds of processor time and what the action returns."""
    began = time.process_time()
    done = action()
    return time.process_time() - began, done


def kernel_day(times_s, seed):
    """Return seconds, the call table, and the bytes held for each of its rows."""
    centre = centre_of(surge_section(), seed, END_S)

    def run():
        centre.plan(times_s, 0, 0.0, 0.0, np.arange(len(times_s)), "outage")
        centre.finish(END_S)
        return centre.calls(named=False)

    took_s, calls = timed(run)
    return took_s, calls, held_bytes(centre) / len(calls["caller"])


def held_bytes(centre):
    """Return the memory of the tables that grow with the calls."""
    s = centre._s
    return sum(table.nbytes for table in (s.callers, s.calls, s.event_t_s, s.event))


def bare_day(times_s, seed):
    """Return seconds and the call table of the bare loop, with the kernel's own luck."""
    s = centre_of(surge_section(), seed, 0.0)._s
    tables = tuple(s.tables[s.types[0][f"{name}_table"]] for name in ("handle", "patience"))
    keys = s.trait_keys[[HANDLE, PATIENCE]]
    return timed(lambda: bare_queue.day(times_s, tables, keys, AGENTS, TRUNKS))


def simpy_day(times_s, seed):
    """Return seconds and the share abandoned of a process a call."""
    env, draws, rows = simpy.Environment(), random.Random(seed), []
    seats = simpy.Resource(env, AGENTS)

    def call(number):
        offered_s = env.now
        with seats.request() as seat:
            yield seat | env.timeout(draws.expovariate(1.0 / PATIENCE_S))
            waited_s = env.now
            if not seat.triggered:
                rows.append((number, offered_s, waited_s, waited_s, "abandoned"))
                return
            yield env.timeout(draws.expovariate(1.0 / HANDLE_S))
            rows.append((number, offered_s, waited_s, env.now, "answered"))

    def source():
        for number, t_s in enumerate(times_s.tolist()):
            yield env.timeout(t_s - env.now)
            env.process(call(number))

    env.process(source())
    took_s, _ = timed(env.run)
    return took_s, sum(row[-1] == "abandoned" for row in rows) / len(rows)


def ciw_day(times_s, seed):
    """Return seconds and the share abandoned of Ciw, or None where it is not installed."""
    try:
        import ciw
    except ImportError:
        return None
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*np.diff(times_s, prepend=0.0), np.inf])],
        service_distributions=[ciw.dists.Exponential(1.0 / HANDLE_S)],
        reneging_time_distributions=[ciw.dists.Exponential(1.0 / PATIENCE_S)],
        number_of_servers=[AGENTS],
    )
    day = ciw.Simulation(network)
    took_s, _ = timed(lambda: day.simulate_until_max_time(END_S))
    rows = day.get_all_records()
    return took_s, sum(row.record_type == "renege" for row in rows) / len(rows)


def best(action, times=5):
    """Return the least of some runs: what else the machine does only adds."""
    return min((action() for _ in range(times)), key=lambda run: run[0])


def compare(seed):
    """Print one surge day; return how often as fast as SimPy, the share of the bare loop, bytes."""
    day_s = surge_arrivals(seed)
    kernel_s, calls, n_bytes = best(lambda: kernel_day(day_s, seed))
    bare_s, bare_calls = best(lambda: bare_day(day_s, seed))
    for name, column in bare_calls.items():
        np.testing.assert_array_equal(calls[name], column, err_msg=name)
    rows = {
        "kernel": (kernel_s, float(np.mean(calls["outcome"] == bare_queue.ABANDONED))),
        "bare loop": (bare_s, float(np.mean(bare_calls["outcome"] == bare_queue.ABANDONED))),
        "SimPy": simpy_day(day_s, seed),
        "Ciw": ciw_day(day_s, seed),
    }
    print(f"\nsurge day, {len(day_s):,} calls; abandoned, exact: {EXACT_ABANDONED:.4f}")
    for name, row in rows.items():
        if row is not None:
            print(f"  {name:10s} {len(day_s) / row[0]:12,.0f} calls/s {row[1]:8.4f}")
    print(f"  kernel: {rows['SimPy'][0] / kernel_s:.0f} x SimPy, "
          f"{bare_s / kernel_s:.0%} of the bare loop, {n_bytes:.0f} bytes a call")  # fmt: skip
    return rows["SimPy"][0] / kernel_s, bare_s / kernel_s, n_bytes


def show(runs):
    """Compare some days; return the medians."""
    warm_up()
    bare_day(surge_arrivals(0), 0)  # compiles
    return [statistics.median(column) for column in zip(*map(compare, range(runs)), strict=True)]


@pytest.mark.bench
def test_a_surge_day_takes_a_fortieth_of_simpy_and_at_most_twice_a_bare_loop():
    of_simpy, of_bare, n_bytes = show(3)
    assert of_simpy >= LEAST_OF_SIMPY
    assert of_bare >= LEAST_OF_BARE
    assert n_bytes <= MOST_BYTES


def province_day(n_planned):
    """Return seconds a row of the call table, and the rows, of a day with all that is usual."""
    times_s, kinds = province_arrivals(1, n_planned)
    keys = np.arange(n_planned)
    planned = [
        (times_s[kinds == kind], keys[kinds == kind], name) for kind, name in enumerate(SHARES)
    ]
    section = province_section()
    centre = centre_of(section, 1, END_S)

    def run():
        for of_type_s, callers, name in planned:
            centre.plan(of_type_s, 0, 0.0, 0.0, callers, name)
        centre.advance(8.5 * 3600.0)
        for tier in section.standby:
            centre.call_standby(tier, 8.5 * 3600.0)
        centre.finish(END_S)
        return centre.calls(named=False)

    took_s, calls = timed(run)
    return took_s / len(calls["caller"]), calls, held_bytes(centre) / len(calls["caller"])


@pytest.mark.bench
def test_a_call_of_a_province_day_takes_at_most_three_of_a_surge_day():
    warm_up()
    plain_s = best(lambda: kernel_day(surge_arrivals(0), 0))[0] / len(surge_arrivals(0))
    call_s, calls, n_bytes = best(lambda: province_day(900_000), 3)
    n = len(calls["caller"])
    redialled = float(np.mean(calls["attempt"] > 1))
    print(f"\nprovince day: {n:,} calls ({redialled:.0%} redials), {call_s * 1e9:.0f} ns a call, "
          f"{call_s / plain_s:.2f} x a plain one; {n_bytes:.0f} bytes a call")  # fmt: skip
    assert n >= 1_000_000
    assert call_s <= 3.0 * plain_s


def steady_call_s(n_calls, agents):
    """Return seconds a call at a steady load just above what the agents can carry."""
    times_s = steady_arrivals(2, n_calls, agents)
    until_s = float(times_s[-1]) + 36_000.0

    def run():
        centre = centre_of(surge_section(agents), 2, until_s)

        def day():
            centre.plan(times_s, 0, 0.0, 0.0, np.arange(n_calls), "outage")
            centre.finish(until_s)
            return centre.calls(named=False)

        return timed(day)

    return best(run, 3)[0] / n_calls


def printed_costs(what, sizes, costs):
    """Print ns a call by size, and return how much it grows with each tenfold, ns (fitted)."""
    grows = float(np.polyfit(np.log10(sizes), np.array(costs) * 1e9, 1)[0])
    each = ", ".join(f"{size:,}: {cost * 1e9:.0f}" for size, cost in zip(sizes, costs, strict=True))
    print(f"\nns a call by {what}: {each}; {grows:+.0f} ns with each tenfold")
    return grows


@pytest.mark.bench
def test_cost_is_linear_in_calls():
    warm_up()
    sizes = (10**4, 10**5, 10**6)
    costs = [steady_call_s(n, 200) for n in sizes]
    printed_costs("calls", sizes, costs)
    power = np.polyfit(np.log10(sizes), np.log10(np.array(costs) * sizes), 1)[0]
    print(f"cost ~ calls ** {power:.3f}")
    assert power <= 1.1


@pytest.mark.bench
def test_cost_grows_at_most_with_the_logarithm_of_agents():
    warm_up()
    sizes = (10, 100, 1000, 10_000)
    costs = [steady_call_s(100_000, n) for n in sizes]
    printed_costs("agents", sizes, costs)
    ratio = costs[-1] / costs[0]
    print(f"10,000 agents: {ratio:.2f} x the cost of 10; their logarithms: 4 x")
    assert ratio <= 4.0


if __name__ == "__main__":
    show(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
