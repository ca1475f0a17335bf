"""Checking a scenario must not wait for numpy and friends."""

import subprocess
import sys

HEAVY = ("numpy", "networkx", "plotly", "numba", "duckdb", "simpy", "scipy")


def test_loading_scenarios_imports_nothing_heavy() -> None:
    code = (
        "import sys, sim.scenario.loader, sim.scenario.starter, sim.scenario.reference;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
