"""Quick verbs load nothing heavy: what they import is counted, not how long it takes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numba", "plotly", "duckdb", "networkx", "scipy", "pandas", "matplotlib")


def loaded_by(statement: str, *arguments: str) -> set[str]:
    """Return the modules that are loaded after a statement ran in a fresh interpreter."""
    program = (
        "import json, sys\n"
        f"sys.argv[1:] = {list(arguments)!r}\n"
        "try:\n"
        f"    {statement}\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "print('\\n' + json.dumps(sorted(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_help_loads_no_model() -> None:
    loaded = loaded_by("from sim.cli import main; main()", "--help")
    assert not loaded & {*HEAVY, "numpy", "simpy", "pydantic"}
    assert not any(name.startswith(("sim.world", "sim.engine", "sim.report")) for name in loaded)


@pytest.mark.parametrize(
    "verb",
    [
        *("run", "compare", "explain", "report", "check", "new", "indices", "reliability"),
        *("import", "export-geojson"),
    ],
)
def test_help_of_a_verb_loads_no_model(verb: str) -> None:
    loaded = loaded_by("from sim.cli import main; main()", verb, "--help")
    assert not loaded & {*HEAVY, "numpy", "simpy"}


def test_check_loads_the_schema_and_nothing_that_runs() -> None:
    loaded = loaded_by("from sim.cli import main; main()", "check", "scenarios/county_typhoon.yaml")
    assert "pydantic" in loaded
    assert not loaded & {*HEAVY, "simpy"}
    world = {name for name in loaded if name.startswith("sim.world")}
    assert world == {"sim.world", "sim.world.inputs"}
    assert not any(name.startswith(("sim.report", "sim.contact", "sim.crews")) for name in loaded)


def test_indices_of_a_list_load_neither_model_nor_report() -> None:
    sample = "scenarios/data/outages/worked_sample.csv"
    loaded = loaded_by("from sim.cli import main; main()", "indices", sample)
    assert "numpy" in loaded
    assert not loaded & {*HEAVY, "simpy"}
    assert not any(name.startswith(("sim.world", "sim.report", "sim.store")) for name in loaded)


def test_import_of_a_network_loads_neither_model_nor_report(tmp_path: Path) -> None:
    tables = "scenarios/data/grids/rbts_bus2"
    loaded = loaded_by(
        "from sim.cli import main; main()", "import", tables, "--out", f"{tmp_path}/x"
    )
    assert not loaded & {*HEAVY, "simpy", "opendssdirect"}
    assert not any(name.startswith(("sim.world", "sim.store", "sim.contact")) for name in loaded)


def test_importing_the_package_loads_nothing() -> None:
    loaded = loaded_by("import sim")
    assert {name for name in loaded if name.startswith("sim")} == {"sim"}


def test_stored_run_is_opened_without_the_engine() -> None:
    loaded = loaded_by("import sim.report.page, sim.report.explain, sim.store.reader")
    assert not loaded & {"numba", "simpy", "networkx"}
    assert not any(name.startswith(("sim.world", "sim.grid", "sim.contact")) for name in loaded)
