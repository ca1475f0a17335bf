"""Simulated years a second beside relsad 0.2.15, on systems of the size of RBTS Bus 2.

relsad needs Python 3.8 to 3.10, so it runs in an environment of its own:

    python3.10 -m venv DIR && DIR/bin/pip install relsad==0.2.15 'numpy<2'
    RELSAD_PYTHON=DIR/bin/python python -m pytest -m bench -s tests/bench/bench_relsad.py

Its example RBTS2 is taken as it comes, at steps of 60 minutes and without anything stored.
"""

import os
import subprocess
import time
from pathlib import Path

import pytest

from sim.grid.importers import build_grid
from sim.scenario.study import load_study
from sim.world.years import simulate

pytestmark = pytest.mark.bench

RBTS = Path(__file__).resolve().parents[2] / "scenarios" / "rbts_bus2.yaml"
YEARS = 5
PEER = f"""
import sys, time
from relsad.examples.RBTS2.load_and_prod import set_network_load_and_prod
from relsad.examples.RBTS2.network import initialize_network
from relsad.simulation import Simulation
from relsad.Time import Time, TimeStamp, TimeUnit
system = set_network_load_and_prod(power_system=initialize_network())
study = Simulation(system, random_seed=1)
began = time.perf_counter()
study.run_monte_carlo(
    iterations={YEARS}, start_time=TimeStamp(2019, 1, 1, 0, 0, 0),
    stop_time=TimeStamp(2020, 1, 1, 0, 0, 0), time_step=Time(60, TimeUnit.MINUTE),
    time_unit=TimeUnit.HOUR, save_iterations=[], save_dir=sys.argv[1], save_flag=False, n_procs=1)
print("spent", time.perf_counter() - began)
"""


def test_a_thousand_times_the_years_of_relsad(tmp_path: Path) -> None:
    python = os.environ.get("RELSAD_PYTHON")
    if not python:
        pytest.skip("RELSAD_PYTHON names no interpreter that has relsad")
    told = subprocess.run(
        [python, "-c", PEER, str(tmp_path)], capture_output=True, text=True, check=True
    )
    peer = YEARS / float(told.stdout.rpartition("spent")[2])
    study = load_study(RBTS)
    grid = build_grid(study.grid)
    began = time.perf_counter()
    simulate(grid, study.hazards.steady, study.reliability, 5000, 1)
    own = 5000 / (time.perf_counter() - began)
    print(f"\nrelsad {peer:.2f}, here {own:,.0f} simulated years a second: {own / peer:,.0f} times")
    assert own / peer >= 1000
