"""`check` says of data files and assets what a run would stop at, with file, line and column."""

import shutil
from pathlib import Path

import pytest

from sim.cli.app import build_app
from sim.cli.failures import run_guarded

ROOT = Path(__file__).resolve().parents[2]
TRACK = """
  typhoon:
    track: storm.txt
    shift: {landfall_at: 2019-08-10 19:00%s}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "sim" / "scenario" / "starters" / "county", tmp_path, dirs_exist_ok=True)
    (track,) = (ROOT / "scenarios" / "data").rglob("*lekima*.txt")
    shutil.copy(track, tmp_path / "storm.txt")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], file: str = "county.yaml") -> tuple[int, list[str]]:
    capsys.readouterr()
    code = run_guarded(build_app("en"), ["check", file], "en")
    return code, capsys.readouterr().out.splitlines()


def on_top(folder: Path, text: str) -> None:
    (folder / "top.yaml").write_text(f"import: [county.yaml]\n{text}", encoding="utf-8")


def test_the_starter_is_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys) == (0, ["county.yaml: no problems."])


def test_a_broken_grid_table_is_found_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = folder / "grid_nodes.csv"
    text = nodes.read_text(encoding="utf-8")
    header, first, rest = text.split("\n", 2)
    cells = first.split(",")
    cells[header.split(",").index("customers")] = "many"
    nodes.write_text("\n".join((header, ",".join(cells), rest)), encoding="utf-8")
    code, lines = said(capsys)
    assert code == 2
    assert len(lines) == 2
    assert "grid_nodes.csv:2:" in lines[0]
    assert "customers: expected a whole number, 0 or more, got 'many'" in lines[0]


def test_an_asset_that_is_not_in_the_grid_is_found_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_top(
        folder,
        "hazards:\n"
        "  events:\n"
        "    - {at: 1 h, asset: luoyang/nothing1}\n"
        "    - {at: 1 h, asset: luoyang/nothing2}\n",
    )
    code, lines = said(capsys, "top.yaml")
    assert code == 2
    assert lines[0].startswith("top.yaml:4:24: hazards.events.0.asset: no section, span, pole or")
    assert lines[1].startswith("top.yaml:5:24: hazards.events.1.asset: no section, span, pole or")


def test_a_broken_best_track_is_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    on_top(folder, "hazards:" + TRACK % "")
    assert said(capsys, "top.yaml") == (0, ["top.yaml: no problems."])
    (folder / "storm.txt").write_text("no track\n", encoding="utf-8")
    code, lines = said(capsys, "top.yaml")
    assert code == 2
    assert "storm.txt:1:1: " in lines[0]


def test_a_landfall_without_a_coast_is_found_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_top(folder, "hazards:" + TRACK % ", east: 9000 km")
    code, lines = said(capsys, "top.yaml")
    assert code == 2
    assert lines[0].startswith("top.yaml:5:26: hazards.typhoon.shift.landfall_at: the moved track")


def test_a_section_of_no_source_is_found_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run_guarded(
        build_app("en"),
        ["check", "county.yaml", "--set", "grid.districts.luoyang.overhead_sections=[none]"],
        "en",
    )
    assert code == 2
    assert "grid.districts.luoyang.overhead_sections" in capsys.readouterr().out


def test_a_recorded_list_is_opened_and_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "list.csv").write_text("start,asset\n2019-08-10 02:00,town/line9999\n", "utf-8")
    on_top(folder, "hazards:\n  recorded:\n    - {file: list.csv}\n")
    code, lines = said(capsys, "top.yaml")
    assert code == 2
    assert "list.csv:2:18: asset: expected the id of a section" in lines[0]
    (folder / "list.csv").write_text("start\n1999-08-10 02:00\n", "utf-8")
    code, lines = said(capsys, "top.yaml")
    assert code == 2
    assert lines[0].startswith("top.yaml:4:7: hazards.recorded.0: no row of the list falls into")
