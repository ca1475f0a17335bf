"""Each verb end to end: exit code, what it prints, what it leaves on disk."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from calling import Stormdesk


def test_new_scenario_is_checked_without_problems(stormdesk: Stormdesk, tmp_path: Path) -> None:
    made = stormdesk("new", "storm", cwd=tmp_path)
    assert made.code == 0
    assert made.out.splitlines()[-1] == "Next: python run_sim.py run storm.yaml"
    checked = stormdesk("check", "storm.yaml", cwd=tmp_path)
    assert (checked.code, checked.out, checked.err) == (0, "storm.yaml: no problems.\n", "")


def test_new_lists_its_files_for_machines(stormdesk: Stormdesk, tmp_path: Path) -> None:
    made = stormdesk("new", "storm", "--json", cwd=tmp_path)
    assert {Path(each).name for each in made.json} == {each.name for each in tmp_path.iterdir()}


def test_schema_is_the_same_printed_and_written(stormdesk: Stormdesk, tmp_path: Path) -> None:
    printed = stormdesk("schema", cwd=tmp_path)
    written = stormdesk("schema", "--out", "schema.json", cwd=tmp_path)
    assert (printed.code, written.code) == (0, 0)
    assert written.out == "Written: schema.json\n"
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed.out
    assert "hazards" in json.loads(printed.out)["properties"]


def test_run_stores_everything_and_prints_a_summary(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    outcome = stormdesk("run", county / "county.yaml", "--out", tmp_path, cwd=county)
    assert outcome.code == 0
    run = tmp_path / "county-base-seed1"
    names = {each.name for each in run.iterdir()}
    assert {"manifest.json", "facts.parquet", "indicators.json", "report.html"} <= names
    assert re.search(r"Customers served +│ +908 │ customers", outcome.out)
    assert f"Open in a browser: {run / 'report.html'}" in outcome.err
    assert [each.name for each in tmp_path.iterdir()] == [run.name]


def test_seed_scenario_and_settings_reach_the_run(
    stormdesk: Stormdesk, county: Path, stored: Path, tmp_path: Path
) -> None:
    case = ("run", "county.yaml", "--scenario", "more_crews", "--seed", "7", "--json")
    setting = ("--set", "run.at_least=13 h", "--out", tmp_path)
    outcome = stormdesk(*case, *setting, cwd=county)
    assert Path(outcome.json["run"]).name == "county-more_crews-seed7"
    run, base = (
        json.loads((each / "manifest.json").read_text(encoding="utf-8"))
        for each in (tmp_path / "county-more_crews-seed7", stored)
    )
    assert run["seed"] == 7
    assert run["end_s"] >= 13 * 3600 > base["end_s"]


def test_same_seed_gives_the_same_log_in_another_process(
    stormdesk: Stormdesk, county: Path, stored: Path, tmp_path: Path
) -> None:
    assert stormdesk("run", "county.yaml", "--out", tmp_path, cwd=county).code == 0
    digests = {
        json.loads((run / "manifest.json").read_text(encoding="utf-8"))["digest"]
        for run in (tmp_path / stored.name, stored)
    }
    assert len(digests) == 1
    assert "" not in digests


def test_json_of_a_run_is_what_is_stored(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    given = stormdesk("run", "county.yaml", "--out", tmp_path, "--json", cwd=county).json
    stored = json.loads(Path(given["run"], "indicators.json").read_text(encoding="utf-8"))
    assert given["indicators"]["customers_served"] == 908
    text = json.dumps(stored)
    assert all(name in text for name in given["indicators"])


def test_compare_pairs_scenarios_and_continues(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    case = ("compare", "county.yaml", "--scenario", "base", "--scenario", "more_crews")
    options = ("--replications", "2", "--workers", "0", "--out", tmp_path)
    first = stormdesk(*case, *options, cwd=county)
    assert first.code == 0, first.err
    folder = tmp_path / "county-compare"
    assert {"comparison.html", "comparison.json", "parts"} == {e.name for e in folder.iterdir()}
    assert "more_crews − base" in first.out
    ends = {json.loads(e.read_text("utf-8"))["end_s"] for e in (folder / "parts").iterdir()}
    assert ends == {36 * 3600.0}  # the file's at_most, though supply is back earlier
    parts = {each: each.stat().st_mtime_ns for each in (folder / "parts").iterdir()}
    assert len(parts) == 4
    again = stormdesk(*case, *options, "--json", cwd=county)
    assert again.json == json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert parts == {each: each.stat().st_mtime_ns for each in (folder / "parts").iterdir()}


def test_explain_lists_incidents_and_explains_one(stormdesk: Stormdesk, stored: Path) -> None:
    listed = stormdesk("explain", stored, cwd=stored)
    names = stormdesk("explain", stored, "--json", cwd=stored).json
    assert listed.out.startswith(f"Incidents: {len(names)}.")
    assert len(names) == 2
    told = stormdesk("explain", stored, names[0], cwd=stored)
    assert told.code == 0
    assert told.out.startswith(f"Incident {names[0]}: ")
    assert "luoyang/line3#1" in told.out
    as_json = stormdesk("explain", stored, names[0], "--json", cwd=stored).json
    assert as_json["incident"] == names[0]
    assert as_json["text"] == told.out.rstrip("\n")


def test_explain_guesses_a_misspelt_incident(stormdesk: Stormdesk, stored: Path) -> None:
    name = stormdesk("explain", stored, "--json", cwd=stored).json[0]
    missed = stormdesk("explain", stored, name.replace("luoyang", "luoyng"), cwd=stored)
    assert (missed.code, missed.out) == (2, "")
    assert name in missed.err


def test_report_is_rewritten_in_the_other_language(
    stormdesk: Stormdesk, stored: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(stored, run)
    english = (run / "report.html").read_text(encoding="utf-8")
    outcome = stormdesk("report", run, "--lang", "zh", cwd=tmp_path)
    assert (outcome.code, outcome.out) == (0, f"已写入：{run / 'report.html'}\n")
    chinese = (run / "report.html").read_text(encoding="utf-8")
    assert "停电" not in english.partition("<body")[0]
    assert 'lang="zh' in chinese
    assert "停电用户" in chinese


def test_report_writes_several_runs_to_a_folder(
    stormdesk: Stormdesk, stored: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(stored, other)
    outcome = stormdesk("report", stored, other, "--out", tmp_path / "pages", cwd=tmp_path)
    assert outcome.code == 0
    pages = {each.name for each in (tmp_path / "pages").iterdir()}
    assert pages == {f"{stored.name}.html", "other.html"}


@pytest.mark.parametrize(
    "verb", ["check", "schema", "new", "run", "compare", "explain", "report", ""]
)
def test_help_speaks_both_languages(stormdesk: Stormdesk, tmp_path: Path, verb: str) -> None:
    arguments = [verb, "--help"] if verb else ["--help"]
    english = stormdesk(*arguments, cwd=tmp_path)
    chinese = stormdesk(*arguments, "--lang", "zh", cwd=tmp_path)
    assert (english.code, chinese.code) == (0, 0)
    assert not re.search(r"[\u4e00-\u9fff]", english.out)
    assert re.search(r"[\u4e00-\u9fff]", chinese.out)


@pytest.mark.parametrize("verb", ["report", "explain"])
def test_an_altered_table_is_said_instead_of_shown(
    stormdesk: Stormdesk, stored: Path, tmp_path: Path, verb: str
) -> None:
    run = shutil.copytree(stored, tmp_path / "run")
    table = str(run / "incidents.parquet")
    duckdb.sql(
        f"COPY (SELECT * REPLACE (customers + 1 AS customers) FROM '{table}')"
        f" TO '{table}.new' (FORMAT parquet)"
    )
    (run / "incidents.parquet.new").replace(table)
    outcome = stormdesk(verb, run, cwd=tmp_path)
    assert outcome.code == 1
    assert "run: incidents changed since the run was written" in outcome.err
    told = stormdesk(verb, run, "--lang", "zh", cwd=tmp_path)
    assert "incidents" in told.err
    assert "changed" not in told.err
