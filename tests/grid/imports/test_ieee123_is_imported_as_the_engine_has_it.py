"""The IEEE 123-node feeder: totals of the publication and of OpenDSS, and the tables we ship."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from importing import IEEE123, Result, imported

from sim.grid.imports.options import Options
from sim.scenario.loader import check_scenario
from sim.world.inputs import Inputs

OPENDSS = IEEE123 / "opendss"
ENGINE = """
import json, sys
import opendssdirect as dss
dss.Text.Command(f'redirect "{sys.argv[1]}"')
km = kw = 0.0
for line in dss.Lines:
    if not line.IsSwitch():
        km += line.Length() * 0.3048
for load in dss.Loads:
    kw += load.kW()
print(json.dumps([dss.Circuit.NumBuses(), km, kw, dss.Loads.Count(), dss.Transformers.Count()]))
"""


@pytest.fixture(scope="module")
def feeder(tmp_path_factory: pytest.TempPathFactory) -> Result:
    out = tmp_path_factory.mktemp("ieee123") / "out"
    sources = (OPENDSS / "IEEE123Switches.dss", OPENDSS / "BusCoords.dat")
    return imported(*sources, out=out, options=Options(name="IEEE 123"))


def test_totals_are_those_of_the_engine(feeder: Result, tmp_path: Path) -> None:
    """OpenDSS itself compiles the files: nothing of ours reads or adds up."""
    done = subprocess.run(
        [sys.executable, "-c", ENGINE, str(OPENDSS / "IEEE123Switches.dss")],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    buses, km, kw, loads, transformers = json.loads(done.stdout)
    source = feeder.imported.source
    assert source["buses"] == buses
    assert source["length_km"] == pytest.approx(km, rel=1e-12)
    assert source["load_kw"] == pytest.approx(kw, rel=1e-12)
    assert (source["loads"], source["transformers"]) == (loads, transformers)


def test_totals_are_those_published(feeder: Result) -> None:
    """Kersting 1991: 3,490 kW in 85 loaded nodes, 118 line segments."""
    result = feeder.imported.result
    assert result["load_kw"] == pytest.approx(3490.0, abs=1e-9)
    assert (result["loads"], result["lines"]) == (85, 118)
    assert (result["switches"], result["open_switches"]) == (8, 2)
    written = sum(float(row["load_mw"]) for row in feeder.nodes.values())
    assert written == pytest.approx(3.49, abs=1e-9)


def test_unit_of_the_drawing_is_found_to_be_feet(feeder: Result) -> None:
    (scale,) = feeder.findings("coordinates")
    assert "0.3048 m" in scale.text


def test_open_ties_stay_open_and_the_first_switch_is_the_breaker(feeder: Result) -> None:
    switches = {
        name: (row["switch_u"], row["switch_u_closed"])
        for name, row in feeder.edges.items()
        if name.startswith("sw")
    }
    assert switches == {f"sw{k}": ("LBS", "1") for k in range(2, 7)} | {
        "sw1": ("CB", "1"),
        "sw7": ("LBS", "0"),
        "sw8": ("LBS", "0"),
    }


def test_impedance_of_a_line_is_the_positive_sequence_of_its_code(feeder: Result) -> None:
    """Line code 1: mean of the diagonal less mean of the rest, per 1,000 ft."""
    own = (0.086666667 + 0.088371212 + 0.087405303) / 3
    mutual = (0.029545455 + 0.02907197 + 0.029924242) / 3
    assert float(feeder.edges["l3"]["r_ohm_per_km"]) == pytest.approx(
        (own - mutual) / 0.3048, rel=1e-6
    )


def test_shipped_tables_are_what_the_import_gives(feeder: Result) -> None:
    for name in ("nodes", "edges"):
        made = feeder.imported.files[name].read_text(encoding="utf-8")
        assert made == (IEEE123 / f"{name}.csv").read_text(encoding="utf-8")


def test_result_has_no_problems_as_a_scenario(feeder: Result) -> None:
    assert check_scenario(feeder.imported.files["grid"], (), Inputs().problems) == []
