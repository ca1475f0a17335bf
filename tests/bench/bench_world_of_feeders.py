"""A whole world on big grids: `python -m pytest -m bench -s tests/bench/bench_world_of_feeders.py`.

Control, crews, customers, notices and a contact centre on synthetic feeders of 10,000 nodes. The
same faults on the same two feeders are run alone and beside eighteen feeders where nothing
happens: what a run costs follows what happens, not the size of the grid.
"""

import csv
import random
import resource
import time
from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import CrewShiftEnded, CrewShiftStarted, RunStarted
from sim.grid.building import set_aside
from sim.scenario.loader import load_scenario
from sim.scenario.yaml_text import yaml_text
from sim.world.collect import collect
from sim.world.world import World
from tests.bench.feeders import feeder_tables

pytestmark = pytest.mark.bench

NODES = 10_000
FEW, MANY = 2, 20
FAULTS_EACH = 10
_EVERYWHERE = (RunStarted, CrewShiftStarted, CrewShiftEnded)
"""Facts of feeders where nothing happens."""


def tables(folder: Path) -> None:
    """Write the tables of one feeder with one to five customers a transformer."""
    nodes, _edges = feeder_tables(folder, NODES)
    luck = random.Random(5)
    with nodes.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["customers"] != "0":
            row["customers"] = str(luck.randint(1, 5))
    with nodes.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def events(n_feeders: int) -> list[dict[str, str]]:
    """Return the faults of some feeders within six hours; six in ten last."""
    luck = random.Random(3)
    return [
        {
            "at": f"{luck.randrange(6 * 3600)} s",
            "asset": f"d{feeder}/l{luck.randrange(NODES)}",
            "kind": "permanent" if luck.random() < 0.6 else "temporary",
        }
        for feeder in range(n_feeders)
        for _ in range(FAULTS_EACH)
    ]


def world(folder: Path, n_feeders: int, n_struck: int) -> World:
    """Build a world of so many feeders, of which the first few are struck."""
    shifts = [
        {"start": "00:00", "end": "12:00", "crews": 3},
        {"start": "12:00", "end": "24:00", "crews": 3},
    ]
    names = [f"d{k}" for k in range(n_feeders)]
    none = {"cable_per_km_year": 0, "overhead_per_km_year": 0, "transformer_per_year": 0}
    place = {"source": "s", "latitude": 27.5, "longitude": 119.7, "load_factor": 1.0}
    content: dict[str, Any] = {
        "run": {
            "name": {"en": "Feeders", "zh": "馈线"},
            "start": "2026-06-15 06:00",
            "at_least": "12 h",
            "at_most": "48 h",
        },
        "grid": {
            "sources": {"s": {"nodes": "nodes.csv", "edges": "edges.csv"}},
            "districts": {each: {"name": {"en": each, "zh": each}, **place} for each in names},
        },
        "hazards": {"events": events(n_struck), "steady": none},
        "control": {"indicators": {"feeder_share": 1}},
        "crews": {"depots": {each: {"shifts": shifts} for each in names}, "help_neighbours": False},
        "contact": {
            "groups": {
                "general": {
                    "serves": ["outage", "enquiry"],
                    "roster": [{"from": "00:00", "to": "24:00", "agents": 20 * n_struck}],
                }
            },
            "trunks": 60 * n_struck,
        },
    }
    path = folder / f"world_{n_feeders}.yaml"
    path.write_text(yaml_text(content), encoding="utf-8")
    return World(load_scenario(path).scenario, 1)


def run(folder: Path, n_feeders: int, n_struck: int) -> tuple[float, list[Any], int]:
    """Run a world; return the seconds of the run alone, what happened beside shifts, and to whom.

    The last is how often a transformer was interrupted.
    """
    began = time.perf_counter()
    made = world(folder, n_feeders, n_struck)
    built_s = time.perf_counter() - began
    began = time.process_time()
    with set_aside():
        made.run_until(made.scenario.run.at_most)
    run_s = time.process_time() - began
    began = time.perf_counter()
    n_hit = len(collect(made)["interruptions"]["cause"])
    tables_s = time.perf_counter() - began
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    n = n_struck * FAULTS_EACH
    print(f"{n_feeders} feeders of {NODES} nodes, {n} faults on {n_struck} of them: built in "
          f"{built_s:.1f} s, run {run_s:.1f} s ({1e3 * run_s / n:.0f} ms a fault, "
          f"{len(made.journal)} facts), tables {tables_s:.1f} s, {peak_gib:.1f} GiB")  # fmt: skip
    facts = [(e.t_s, e.fact) for e in made.journal if not isinstance(e.fact, _EVERYWHERE)]
    return run_s, facts, n_hit


def test_a_fault_costs_the_same_on_two_feeders_and_among_twenty(tmp_path: Path) -> None:
    print()
    tables(tmp_path)
    run(tmp_path, 1, 1)  # the contact centre compiled
    alone_s, alone, _ = run(tmp_path, FEW, FEW)
    beside_s, beside, _ = run(tmp_path, MANY, FEW)
    assert alone == beside
    assert beside_s < 1.5 * alone_s


def test_an_interruption_costs_about_the_same_in_a_storm_on_ten_times_the_feeders(
    tmp_path: Path,
) -> None:
    print()
    tables(tmp_path)
    few_s, _, few = run(tmp_path, FEW, FEW)
    many_s, _, many = run(tmp_path, MANY, MANY)
    print(f"{1e6 * few_s / few:.0f} µs an interrupted transformer, {1e6 * many_s / many:.0f} µs")
    assert many_s / many < 2.0 * few_s / few
