"""Same scenario, same seed: the same facts and tables, however the run is carried out."""

import math
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.loader import load_scenario
from sim.store.columns import digest_table, laid_out
from sim.world.collect import collect
from sim.world.world import World
from tests.world.storms import load_storm, storms
from tests.world.town import event, load

ROOT = Path(__file__).parents[2]
BUSY: dict[str, Any] = {
    "customers": {"classes": {"all": {"share": 1, "call_share": 1}}},
    "contact": {
        "trunks": 4,
        "background": [{"call_type": "enquiry", "per_day": 400}],
        "standby": {"first": {"group": "general", "agents": 3}},
    },
    "emergency": {
        "plan": [
            {
                "step": "help",
                "when": {"customers_out": 50},
                "do": [{"announce": True}, {"call_standby": "first"}],
            }
        ]
    },
    "control": {"last_gasp": {"reported_share": 0.6}, "indicators": {"feeder_share": 1}},
}


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Return a small scenario with blocked calls, redials, standby, notices and two faults."""
    load(
        tmp_path,
        events=[event("1 h", "d/a3"), event("2 h", "d/dt5")],
        run={"at_least": "12 h", "at_most": "30 h"},
        **BUSY,
    )
    return tmp_path / "town.yaml"


def digests(world: World) -> dict[str, str]:
    return {name: digest_table(table) for name, table in laid_out(collect(world)).items()}


def run(path: str, seed: int) -> dict[str, str]:
    world = World(load_scenario(path).scenario, seed)
    world.run_until(math.inf)
    return digests(world)


def test_seeds_differ(scenario: Path) -> None:
    one, other = run(str(scenario), 1), run(str(scenario), 2)
    assert one["facts"] != other["facts"]
    assert one["calls"] != other["calls"]
    assert one["transformers"] == other["transformers"]


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(storm=storms(), slices=st.lists(st.floats(0.0, 30_000.0), min_size=1, max_size=40))
def test_running_in_slices_changes_nothing(
    tmp_path: Path, storm: dict[str, Any], slices: list[float]
) -> None:
    loaded = load_storm(tmp_path, storm)
    whole = World(loaded.scenario, 5)
    whole.run_until(math.inf)
    sliced = World(loaded.scenario, 5)
    until_s = 0.0
    for length_s in slices:
        until_s += length_s
        sliced.run_until(until_s)
        # whoever looks in between must not disturb either
        sliced.centre.snapshot()
        sliced.crews.count_by_state()
        sliced.situation()
    sliced.run_until(math.inf)
    assert digests(sliced) == digests(whole)


def test_a_worker_process_writes_the_same_log(scenario: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(run, (str(scenario), 1)) == run(str(scenario), 1)


def test_the_log_is_the_same_without_the_compiler(scenario: Path) -> None:
    program = (
        "import sys; from tests.world.test_same_seed_same_log import run;"
        " print(*run(sys.argv[1], 1).items(), sep='\\n')"
    )
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, str(scenario)],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines() == [str(item) for item in run(str(scenario), 1).items()]
