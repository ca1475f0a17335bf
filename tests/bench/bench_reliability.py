"""Speed of reliability: `python -m pytest -m bench -s tests/bench/bench_reliability.py`."""

import random
import time
from pathlib import Path

import pytest

from sim.grid.assets import Grid
from sim.grid.importers import build_grid
from sim.reliability.assess import assess
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.scenario.study import load_study
from sim.world.years import simulate
from tests.grid import small
from tests.reliability.test_settings_and_devices_count import with_ratings

pytestmark = pytest.mark.bench


def feeder(n: int, switch: str) -> Grid:
    """Return one long feeder of n buses with 11 ties, a switch at both ends of each section."""
    luck = random.Random(1)
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(str(k), customers=10, load_mw=0.01) for k in range(n)]
    edges = [small.transformer(name, "h", "s", rating=100.0) for name in ("t1", "t2")]
    for k in range(n):
        above = str(k - 1 - luck.randrange(min(k, 30))) if k else "s"
        edges.append(
            small.edge(f"l{k}", above, str(k), at_u=switch if k else "CB", at_v=switch, km=0.1)
        )
    for k in range(11):
        one, other = luck.sample(range(n), 2)
        edges.append(small.edge(f"x{k}", str(one), str(other), open_at_v=True, km=0.0))
    return small.grid(nodes, edges)


@pytest.mark.parametrize("ratings", ["ignored", "kept"])
def test_five_thousand_nodes_are_assessed_in_seconds(ratings: str) -> None:
    grid = with_ratings(feeder(5000, "LBS"), 10.0)
    began = time.perf_counter()
    found = assess(grid, Steady(), Reliability.model_validate({"ratings": ratings}))
    spent_s = time.perf_counter() - began
    print(f"\n5,000 nodes, ratings {ratings}, {len(found.components)} components: {spent_s:.2f} s")
    assert spent_s < 5.0


def test_twenty_thousand_years_of_rbts_take_seconds() -> None:
    path = Path(__file__).resolve().parents[2] / "scenarios" / "rbts_bus2.yaml"
    study = load_study(path)
    grid = build_grid(study.grid)
    began = time.perf_counter()
    found = simulate(grid, study.hazards.steady, study.reliability, 20_000, 1)
    spent_s = time.perf_counter() - began
    print(f"\n20,000 years, {found.faults} faults: {20_000 / spent_s:,.0f} years a second")
    assert spent_s < 40.0
