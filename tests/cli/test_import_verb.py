"""The verbs import and export-geojson: what they write and print, and what they cannot use."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from calling import ROOT, Stormdesk

IEEE123 = ROOT / "scenarios" / "data" / "grids" / "ieee123"
OPENDSS = IEEE123 / "opendss"
SOURCES = (OPENDSS / "IEEE123Switches.dss", OPENDSS / "BusCoords.dat")


def test_result_is_checked_assessed_and_run_without_an_importer(
    stormdesk: Stormdesk, tmp_path: Path
) -> None:
    outcome = stormdesk("import", *SOURCES, "--out", "feeder", cwd=tmp_path)
    assert outcome.code == 0
    assert "Customers                      │         0 │     1,396" in outcome.out
    place = f"{OPENDSS / 'IEEE123Switches.dss'}:83: l32: "
    assert f"{place}it ends at bus '250', where nothing is supplied" in outcome.out
    assert "81 more in feeder/oddities.csv" in outcome.out
    assert {each.name for each in (tmp_path / "feeder").iterdir()} == {
        "ieee123.yaml",
        "nodes.csv",
        "edges.csv",
        "oddities.csv",
    }
    # a stand-in that fails proves that nobody asks for the library any more
    (tmp_path / "opendssdirect.py").write_text("raise SystemExit(3)\n", encoding="utf-8")
    blocked = {"PYTHONPATH": str(tmp_path)}
    assert stormdesk("check", "feeder/ieee123.yaml", cwd=tmp_path, env=blocked).code == 0
    found = stormdesk("reliability", "feeder/ieee123.yaml", "--json", cwd=tmp_path, env=blocked)
    assert found.json["system"]["saifi"] > 0
    ran = stormdesk("run", "feeder/ieee123.yaml", "--json", cwd=tmp_path, env=blocked)
    assert ran.json["indicators"]["customers_served"] == 1396


def test_every_finding_stands_in_the_list(stormdesk: Stormdesk, tmp_path: Path) -> None:
    call = ("import", *SOURCES, "--out", "feeder", "--json")
    found = stormdesk(*call, cwd=tmp_path).json
    with (tmp_path / "feeder" / "oddities.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(each["file"], str(each["line"]), each["element"], each["text"])
            for each in found["findings"]] == [
        (row["file"], row["line"], row["element"], row["text"]) for row in rows
    ]  # fmt: skip
    assert found["source"]["load_kw"] == pytest.approx(3490)
    assert found["result"]["open_switches"] == 2


def test_it_speaks_chinese(stormdesk: Stormdesk, tmp_path: Path) -> None:
    outcome = stormdesk("import", *SOURCES, "--out", "feeder", "--lang", "zh", cwd=tmp_path)
    assert outcome.code == 0
    assert "末端节点“250”处没有任何供电对象" in outcome.out
    assert "假设：馈线出口断路器（1）" in outcome.out
    listed = (tmp_path / "feeder" / "oddities.csv").read_text(encoding="utf-8")
    assert "未给出用户数：按每户 2.5 kW 取 16 户" in listed
    assert "由 IEEE123Switches.dss 导入" in (tmp_path / "feeder" / "ieee123.yaml").read_text(
        "utf-8"
    )


def test_assumptions_are_options(stormdesk: Stormdesk, tmp_path: Path) -> None:
    call = ("import", *SOURCES, "--out", "feeder", "--json")
    options = ("--kw-per-customer", "10", "--at", "30.5,114.3", "--name", "Kersting 123")
    found = stormdesk(*call, *options, cwd=tmp_path).json
    text = (OPENDSS / "IEEE123Loads.DSS").read_text(encoding="utf-8")
    loads = [float(each) for each in re.findall(r"^New Load.*\bkW=(\S+)", text, re.M)]
    assert found["result"]["customers"] == sum(round(kw / 10) for kw in loads)
    text = (tmp_path / "feeder" / "kersting_123.yaml").read_text(encoding="utf-8")
    assert "latitude: 30.5" in text
    assert 'en: "Kersting 123"' in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "psse"), "--format: expected one of 'auto', 'opendss', "),
        (("--length-unit", "rod"), "--length-unit: expected one of 'km', "),
        (("--xy", "elsewhere"), "--xy: expected one of 'auto', "),
        (("--head-breaker", "maybe"), "--head-breaker: expected one of 'add', 'none', got maybe"),
        (("--kw-per-customer", "0"), "--kw-per-customer: expected a number above 0"),
        (("--at", "here"), "--at: expected LATITUDE,LONGITUDE in degrees, got 'here'"),
        (("--at", "99,0"), "--at: expected LATITUDE,LONGITUDE in degrees, got '99,0'"),
        (("--column", "colour=red"), "--column: expected one of 'id', 'kv', "),
        (("--column", "kv"), "--column: expected COLUMN=HEADING, got 'kv'"),
    ],
)
def test_wrong_options_are_said(
    stormdesk: Stormdesk, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    outcome = stormdesk("import", *SOURCES, "--out", "feeder", *options, cwd=tmp_path)
    assert outcome.code == 2
    assert said in outcome.err
    assert not (tmp_path / "feeder").exists()


def test_nothing_is_replaced(stormdesk: Stormdesk, tmp_path: Path) -> None:
    (tmp_path / "feeder").mkdir()
    (tmp_path / "feeder" / "mine.txt").write_text("mine", encoding="utf-8")
    outcome = stormdesk("import", *SOURCES, "--out", "feeder", cwd=tmp_path)
    assert outcome.code == 2
    assert "feeder exists and is not empty: name another --out" in outcome.err
    assert [each.name for each in (tmp_path / "feeder").iterdir()] == ["mine.txt"]


def test_missing_source_is_said(stormdesk: Stormdesk, tmp_path: Path) -> None:
    outcome = stormdesk("import", "absent.dss", "--out", "feeder", cwd=tmp_path)
    assert outcome.code == 2
    assert "absent.dss:1:1: cannot be read: No such file or directory" in outcome.err
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    outcome = stormdesk("import", "notes.txt", "--out", "feeder", cwd=tmp_path)
    assert outcome.code == 2
    assert "no format is recognised" in outcome.err


def test_without_the_library_the_way_to_install_it_is_said(tmp_path: Path) -> None:
    program = (
        "import importlib.util as u, sys; find = u.find_spec;"
        "u.find_spec = lambda name, *more: None if name == 'opendssdirect' else find(name, *more);"
        "from sim.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "import", str(SOURCES[0]), "--out", "feeder"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "STORMDESK_LANG": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "python -m pip install opendssdirect.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_grid_becomes_geojson(stormdesk: Stormdesk, tmp_path: Path) -> None:
    """RFC 7946: a feature collection, longitude first, bounding box west-south-east-north."""
    scenario = ROOT / "scenarios" / "ieee123.yaml"
    outcome = stormdesk("export-geojson", scenario, "--out", "map.geojson", cwd=tmp_path)
    assert outcome.code == 0
    content = json.loads((tmp_path / "map.geojson").read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    west, south, east, north = content["bbox"]
    assert 120 == west < east < 120.1
    assert 29.9 < south < 30 < north < 30.1
    kinds: dict[str, int] = {}
    for each in content["features"]:
        kind = each["properties"]["kind"]
        kinds[kind] = kinds.get(kind, 0) + 1
        line = each["geometry"]["type"] == "LineString"
        assert line == (kind == "section")
        places = each["geometry"]["coordinates"] if line else [each["geometry"]["coordinates"]]
        assert len(places) == (2 if line else 1)
        for lon, lat in places:
            assert west <= lon <= east
            assert south <= lat <= north
    assert kinds == {
        "bus": 129,
        "section": 126,
        "switch": 8,
        "substation_transformer": 4,
        "distribution_transformer": 85,
    }
    assert len({each["id"] for each in content["features"]}) == len(content["features"])
    customers = [each["properties"].get("customers", 0) for each in content["features"]]
    assert sum(customers) == 1396
    tie = next(each for each in content["features"] if each["id"] == "ieee123/sw7@151")
    assert tie["properties"]["is_closed"] is False
    again = stormdesk("export-geojson", scenario, "--out", "map.geojson", "--json", cwd=tmp_path)
    assert again.json == {"file": "map.geojson", "features": len(content["features"])}
