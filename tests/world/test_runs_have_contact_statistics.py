"""A run keeps what its contact centre is made of, and writes the centre broken down."""

from __future__ import annotations

import csv

import pytest

import sim
from sim.api import Result
from sim.scenario.loader import load_scenario

CENTRE = """
run:
  name: {en: Two sites, zh: 两个话务中心}
  start: 2026-01-05 08:00
  at_least: 2 h
  at_most: 2 h
contact:
  menu: {time: {constant: 10 s}}
  lines: {text: {}}
  call_types:
    outage: {handle: {exponential: 4 min}}
    chat: {handle: {exponential: 3 min}, line: text}
    survey: {dials: {}}
  groups:
    front:
      serves: [outage, survey]
      site: north
      roster: [{from: "00:00", to: "24:00", agents: 9}]
    text:
      serves: [chat]
      site: south
      roster: [{from: "00:00", to: "24:00", agents: 3}]
  background:
    - {call_type: outage, per_day: 2000}
    - {call_type: chat, per_day: 400}
    - {call_type: survey, per_day: 200}
"""


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("centre")
    (path / "centre.yaml").write_text(CENTRE, encoding="utf-8")
    return sim.run(load_scenario(path / "centre.yaml"), seed=2).save(path / "run")


def test_the_manifest_knows_lines_sites_and_what_is_dialled(folder) -> None:
    manifest = Result.open(folder).manifest
    assert manifest.outbound == ("survey",)
    assert [manifest.line_of(name) for name in ("outage", "chat")] == ["phone", "text"]
    assert manifest.sites == {"front": "north", "text": "south"}


def test_what_the_centre_dials_is_no_call_of_a_customer(folder) -> None:
    result = Result.open(folder)
    types, legs = result.tables["calls"]["call_type"], result.tables["calls"]["leg"]
    dialled = types == result.manifest.call_types.index("survey")
    assert dialled.sum() > 0
    assert result["province_calls_offered"] == (~dialled & (legs == 0)).sum()
    assert result["contact_dialled"] > 0


def test_the_breakdown_is_a_table_that_excel_reads(folder) -> None:
    with (folder / "contact.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["by"] for row in rows} == {"all", "call_type", "line", "site", "group"}
    assert [row["every_min"] for row in rows if row["by"] == "all"] == (
        ["0"] + 8 * ["15"] + 4 * ["30"] + 2 * ["60"]
    )
    whole = {(row["by"], row["name"]): row for row in rows if row["every_min"] == "0"}
    result = Result.open(folder)
    assert float(whole["all", ""]["offered"]) == result["contact_offered"]
    assert float(whole["all", ""]["connected_share"]) == result["contact_connected_share"]
    assert whole["group", "text"]["handled"] == whole["call_type", "chat"]["handled"]
    assert whole["group", "text"]["offered"] == ""
