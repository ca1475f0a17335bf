"""What goes wrong is said in a line, with exit code 1 (the run failed) or 2 (bad input)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from calling import ROOT, Stormdesk

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_broken_scenario_lists_all_problems_with_places(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    broken = county / "broken.yaml"
    text = (county / "county.yaml").read_text(encoding="utf-8")
    text = text.replace("at_least: 12 h ", "at_least: 12   ").replace("crews:\n", "krews:\n", 1)
    broken.write_text(text, encoding="utf-8")
    for verb in (["check"], ["run", "--out", str(tmp_path)], ["compare", "--out", str(tmp_path)]):
        outcome = stormdesk(*verb, "broken.yaml", cwd=county)
        said = outcome.out + outcome.err
        assert outcome.code == 2
        assert "broken.yaml:16:13: run.at_least: " in said
        assert "Did you mean 'crews'?" in said
        assert "Problems found: " in said
    assert not list(tmp_path.iterdir())
    listed = stormdesk("check", "broken.yaml", "--json", cwd=county)
    assert listed.code == 2
    places = [(each["line"], each["column"]) for each in listed.json["broken.yaml"]]
    assert (16, 13) in places


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "none.yaml"], 2, "none.yaml:1:1: no such file"),
        (["run", "county.yaml", "--scenario", "mor_crews"], 2, "Did you mean 'more_crews'?"),
        (["compare", "county.yaml", "--scenario", "bas"], 2, "Did you mean 'base'?"),
        (["run", "county.yaml", "--set", "crews"], 2, "expected key.path=value"),
        (["run", "county.yaml", "--set", "krews.x=1"], 2, "Did you mean 'crews'?"),
        (["run", "county.yaml", "--seed", "one"], 2, "--seed"),
        (["run", "county.yaml", "--seed", "-1"], 2, "--seed"),
        (["compare", "county.yaml", "--seed", "-1"], 2, "--seed"),
        (["compare", "county.yaml", "--workers", "-1"], 2, "--workers"),
        (["run", "county.yaml", "--replications", "0"], 2, "at least one"),
        (["run", "county.yaml", "--lang", "fr"], 2, "--lang: 'fr': en | zh"),
        (["run", "county.yaml", "--out", "county.yaml"], 1, "county.yaml"),
        (["new", "county"], 2, "county.yaml exists already"),
        (["new", "other", "--kind", "counti"], 2, "Did you mean 'county'?"),
        (["explain", "none"], 1, "none: there is no such run"),
        (["report", "none"], 1, "none: there is no such run"),
        (["schema", "--out", "none/schema.json"], 1, "schema.json: No such file"),
        (["chek", "county.yaml"], 2, "Did you mean 'check'"),
        (["run"], 2, "Missing argument"),
        ([], 2, "Usage"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_failure_is_said_in_a_line(
    stormdesk: Stormdesk, county: Path, arguments: list[str], code: int, said: str
) -> None:
    before = {each: each.stat().st_mtime_ns for each in county.iterdir()}
    outcome = stormdesk(*arguments, cwd=county)
    assert outcome.code == code
    assert said in outcome.err
    assert before == {each: each.stat().st_mtime_ns for each in county.iterdir()}


def test_debug_shows_the_trace(county: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_sim.py"), "run", "none.yaml", "--debug"],
        cwd=county,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" in done.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    ],
    ids=["ascii", "cp1252"],
)
def test_chinese_is_written_as_utf8_whatever_the_terminal_says(
    stormdesk: Stormdesk, county: Path, stored: Path, env: dict[str, str]
) -> None:
    checked = stormdesk("check", "county.yaml", "--lang", "zh", cwd=county, env=env)
    assert checked.out == "county.yaml：未发现问题。\n"
    name = stormdesk("explain", stored, "--json", cwd=county).json[0]
    told = stormdesk("explain", stored, name, "--lang", "zh", cwd=county, env=env)
    assert told.out.startswith(f"停电事件 {name}：")


@pytest.mark.parametrize(
    ("env", "is_chinese"),
    [
        ({"STORMDESK_LANG": "zh"}, True),
        ({"STORMDESK_LANG": "", "LC_ALL": "zh_CN.UTF-8"}, True),
        ({"STORMDESK_LANG": "", "LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
        ({"STORMDESK_LANG": "en", "LANG": "zh_CN.UTF-8"}, False),
        ({"STORMDESK_LANG": "", "LC_ALL": "C"}, False),
    ],
)
def test_language_is_taken_from_the_surroundings(
    stormdesk: Stormdesk, county: Path, env: dict[str, str], is_chinese: bool
) -> None:
    outcome = stormdesk("check", "county.yaml", cwd=county, env=env)
    assert ("未发现问题" in outcome.out) is is_chinese


def interrupted_run(county: Path, out: Path, how: str) -> "subprocess.CompletedProcess[bytes]":
    """Run the starter in another process that is stopped while the results are half written."""
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # CI may ignore it
        "import sim.report.page as page\n"
        f"page.report_page = lambda *_: os.kill(os.getpid(), signal.{how})\n"
        "from sim.cli import main\n"
        "main()\n"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "run", "county.yaml", "--out", str(out)],
        cwd=county,
        env={**os.environ, "PYTHONPATH": str(ROOT), "STORMDESK_LANG": "en"},
        capture_output=True,
        check=False,
    )


@posix
def test_interrupted_run_leaves_nothing(county: Path, tmp_path: Path) -> None:
    done = interrupted_run(county, tmp_path, "SIGINT")
    assert done.returncode == 1
    assert done.stderr.decode().splitlines()[-1] == "Interrupted."
    assert not list(tmp_path.iterdir())


@posix
def test_killed_run_leaves_no_folder_that_looks_whole(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    done = interrupted_run(county, tmp_path, "SIGKILL")
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith("county-base-seed1.tmp-")
    again = stormdesk("run", "county.yaml", "--out", tmp_path, cwd=county)
    assert again.code == 0
    assert (tmp_path / "county-base-seed1" / "report.html").is_file()


@posix
def test_failed_rewrite_keeps_the_old_run(
    stormdesk: Stormdesk, county: Path, tmp_path: Path
) -> None:
    assert stormdesk("run", "county.yaml", "--out", tmp_path, cwd=county).code == 0
    run = tmp_path / "county-base-seed1"
    before = {each.name: each.read_bytes() for each in run.iterdir()}
    assert interrupted_run(county, tmp_path, "SIGINT").returncode == 1
    assert [each.name for each in tmp_path.iterdir()] == [run.name]
    assert before == {each.name: each.read_bytes() for each in run.iterdir()}
