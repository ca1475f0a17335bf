"""The verb reliability: what it prints, in both languages, and what it cannot use."""

import json
from pathlib import Path

import pytest
from calling import ROOT, Stormdesk

RBTS = ROOT / "scenarios" / "rbts_bus2.yaml"


def test_indices_are_printed_and_stored(stormdesk: Stormdesk, tmp_path: Path) -> None:
    outcome = stormdesk("reliability", RBTS, "--scenario", "D", "--out", tmp_path, cwd=tmp_path)
    assert outcome.code == 0
    assert "0.602353" in outcome.out  # SAIFI of case D
    assert "6.749831" in outcome.out
    folder = tmp_path / "rbts_bus2-D-reliability"
    stored = json.loads((folder / "reliability.json").read_text(encoding="utf-8"))
    assert len(stored["load_points"]) == 22
    assert len((folder / "load_points.csv").read_text("utf-8").splitlines()) == 23
    page = (folder / "reliability.html").read_text(encoding="utf-8")
    assert "Reliability: RBTS Bus 2 · D" in page
    as_json = stormdesk(
        "reliability", RBTS, "--scenario", "D", "--out", tmp_path, "--json", cwd=tmp_path
    )
    assert as_json.json == stored


def test_settings_change_the_indices_and_have_a_folder_of_their_own(
    stormdesk: Stormdesk, tmp_path: Path
) -> None:
    setting = ("--set", "reliability.repair_starts=isolation")
    later = stormdesk("reliability", RBTS, *setting, "--json", cwd=tmp_path).json
    assert later["system"]["saifi"] == pytest.approx(0.248211, abs=1e-6)
    assert later["system"]["saidi_h"] > 3.7
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("rbts_bus2-base-reliability-repair_starts-isolation")


def test_simulated_years_stand_beside_the_indices(stormdesk: Stormdesk, tmp_path: Path) -> None:
    call = ("reliability", RBTS, "--years", "300", "--out", tmp_path)
    printed = stormdesk(*call, cwd=tmp_path)
    found = stormdesk(*call, "--json", cwd=tmp_path).json
    assert f"Years simulated: 300; faults in them: {found['simulated']['faults']}" in printed.out
    saifi = found["simulated"]["saifi"]
    assert abs(saifi["mean"] - found["system"]["saifi"]) < 4 * saifi["error"]
    assert f"{saifi['mean']:.6f} ± {saifi['error']:.6f}" in printed.out
    other = stormdesk(*call, "--seed", "2", "--json", cwd=tmp_path).json
    assert other["simulated"]["saifi"]["mean"] != saifi["mean"]
    assert other["system"] == found["system"]
    page = (tmp_path / "rbts_bus2-base-reliability" / "reliability.html").read_text("utf-8")
    assert "Enumerated and simulated" in page


def test_it_speaks_chinese(stormdesk: Stormdesk, tmp_path: Path) -> None:
    outcome = stormdesk("reliability", RBTS, "--lang", "zh", cwd=tmp_path)
    assert outcome.code == 0
    assert "系统平均停电频率" in outcome.out
    page = tmp_path / "results" / "rbts_bus2-base-reliability" / "reliability.html"
    text = page.read_text(encoding="utf-8")
    assert 'lang="zh' in text
    assert "供电可靠性：RBTS 母线 2 配电系统" in text


def test_scenario_without_a_grid_is_refused(stormdesk: Stormdesk, tmp_path: Path) -> None:
    day = ROOT / "scenarios" / "call_centre_day.yaml"
    outcome = stormdesk("reliability", day, cwd=tmp_path)
    assert outcome.code == 2
    assert outcome.err.endswith("there is no grid to be assessed\n")


def test_grid_file_is_held_to_its_keys(stormdesk: Stormdesk, tmp_path: Path) -> None:
    text = "grid: {sources: {}, districts: {}}\nreliablity: {switching_time: 1 h}\n"
    (tmp_path / "grid.yaml").write_text(text, encoding="utf-8")
    outcome = stormdesk("reliability", "grid.yaml", cwd=tmp_path)
    assert outcome.code == 2
    assert "grid.yaml:2:1: reliablity: unknown key. Did you mean 'reliability'?" in outcome.err


def test_help_speaks_both_languages(stormdesk: Stormdesk, tmp_path: Path) -> None:
    english = stormdesk("reliability", "--help", cwd=tmp_path)
    chinese = stormdesk("reliability", "--help", "--lang", "zh", cwd=tmp_path)
    assert "by enumerating its failures" in english.out
    assert "逐一枚举元件故障" in chinese.out
