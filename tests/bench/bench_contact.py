"""Calls a second on the surge day of issue 2: the compiled kernel beside SimPy, in one run.

Both get the same arrivals; drawing patience and handle times and recording each call are timed.
SimPy is used as its manual shows: one process a call, a Resource, `request | timeout`.

    python tests/bench/bench_contact.py [runs]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import datetime

import numpy as np
import pytest
import simpy

from sim.contact.centre import Centre, warm_up
from sim.engine.streams import Streams
from sim.scenario.contact import Contact
from sim.units import Calendar

AGENTS, HANDLE_S, PATIENCE_S = 200, 240.0, 180.0
EXACT_ABANDONED = 0.60008
LEAST_RATIO = 20.0


def arrivals(seed):
    """Draw the surge day's calls, s: 20 a minute, 400 from minute 480 to 600, then decaying."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(400 * 1440)
    t_min = np.sort(rng.random(n)) * 1440.0
    decaying = 20.0 + 380.0 * np.exp(-np.maximum(t_min - 600.0, 0.0) / 60.0)
    rate = np.where(t_min < 480.0, 20.0, decaying)
    return t_min[rng.random(n) * 400.0 < rate] * 60.0


def section():
    never = {"first": 0, "later": 0, "delay": {"constant": 0}}
    return Contact(
        trunks=10**5,
        menu={"time": {"constant": 0}},
        call_types={
            "outage": {
                "handle": {"exponential": f"{HANDLE_S} s"},
                "patience": {"exponential": f"{PATIENCE_S} s"},
                "redial_after_blocked": never,
                "redial_after_abandoned": never,
            }
        },
        groups={
            "all": {
                "serves": ("outage",),
                "roster": ({"from": "00:00", "to": "24:00", "agents": AGENTS},),
            }
        },
        background=(),
    )


def kernel_day(times, seed):
    """Return seconds and the share abandoned, from planning the calls to the call table."""
    start = Calendar(datetime(2020, 1, 1), "Asia/Shanghai")
    centre = Centre(section(), Streams(seed), start, np.array([-1]), 200000.0)
    began = time.perf_counter()
    centre.plan(times, 0, 0.0, 0.0, np.arange(len(times)), "outage")
    centre.finish(200000.0)
    calls = centre.calls()
    took_s = time.perf_counter() - began
    return took_s, float(np.mean(calls["outcome"] == "abandoned"))


def simpy_day(times, seed):
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
        for number, t_s in enumerate(times):
            yield env.timeout(t_s - env.now)
            env.process(call(number))

    began = time.perf_counter()
    env.process(source())
    env.run()
    took_s = time.perf_counter() - began
    return took_s, sum(row[-1] == "abandoned" for row in rows) / len(rows)


def compare(runs):
    """Return for each run: calls, and seconds and share abandoned of both."""
    warm_up()
    days = [arrivals(seed).tolist() for seed in range(runs)]
    return [
        (len(day), *kernel_day(np.array(day), seed), *simpy_day(day, seed))
        for seed, day in enumerate(days)
    ]


def show(runs):
    """Print one line a run and the medians; return the median ratio."""
    print(f"{'calls':>8} {'kernel calls/s':>15} {'SimPy calls/s':>14} {'ratio':>7}  abandoned")
    rates = []
    for n, kernel_s, kernel_gone, simpy_s, simpy_gone in compare(runs):
        rates.append((n / kernel_s, n / simpy_s, simpy_s / kernel_s))
        print(f"{n:8d} {n / kernel_s:15,.0f} {n / simpy_s:14,.0f} {simpy_s / kernel_s:7.1f}"
              f"  {kernel_gone:.4f} / {simpy_gone:.4f}")  # fmt: skip
    kernel, plain, ratio = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"  median {kernel:15,.0f} {plain:14,.0f} {ratio:7.1f}  exact {EXACT_ABANDONED:.4f}")
    return ratio


@pytest.mark.bench
def test_the_kernel_is_twenty_times_as_fast_as_a_process_a_call():
    assert show(3) >= LEAST_RATIO


if __name__ == "__main__":
    show(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
