"""The verb drill, called as a person calls it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_drills import small_drill

ROOT = Path(__file__).resolve().parents[2]


def environment(lang: str = "en") -> dict[str, str]:
    return {**os.environ, "STORMDESK_LANG": lang, "PYTHONUTF8": "1"}


def drill(*arguments: Any, cwd: Path, lang: str = "en") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run_sim.py"), "drill", *map(str, arguments)],
        cwd=cwd,
        env=environment(lang),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with town.yaml and a drill played on autopilot."""
    made = tmp_path_factory.mktemp("verb")
    small_drill(made)
    code, out, err = drill("town.yaml", "--autopilot", "--json", cwd=made)
    assert code == 0, err
    assert json.loads(out)["run"] == str(Path("results/town-autopilot-seed1"))
    return made


RUN = Path("results/town-autopilot-seed1")


def test_autopilot_leaves_an_ordinary_run_with_its_reports(folder: Path) -> None:
    names = {each.name for each in (folder / RUN).iterdir()}
    assert {"manifest.json", "facts.parquet", "report.html", "debrief.html", "commands.jsonl",
            "session.jsonl", "drill.json", "commitment.json"} <= names  # fmt: skip


def test_replay_says_that_it_is_the_same(folder: Path) -> None:
    code, out, _ = drill("replay", RUN, cwd=folder)
    assert code == 0
    assert out.startswith("The same to the last bit: ")
    code, out, _ = drill("replay", RUN, "--json", cwd=folder)
    assert json.loads(out)["is_same"] is True


def test_fork_makes_a_drill_that_can_be_replayed_only_after_its_end(folder: Path) -> None:
    code, out, _ = drill("fork", RUN, "--at", "30 min", "--json", cwd=folder)
    assert code == 0
    fork = json.loads(out)["run"]
    assert fork == str(RUN.with_name(f"{RUN.name}-fork-1800s"))
    code, _, err = drill("replay", fork, cwd=folder)
    assert code == 1
    assert "it is not a run" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("replay",), 2, "replay: name the folder of a drill"),
        (("replay", "nowhere"), 1, "nowhere"),
        (("resume", "nowhere"), 1, "there is no such drill"),
        (("resume", RUN), 1, "the drill has ended"),
        (("fork", RUN), 2, "--at '35 min'"),
        (("fork", RUN, "--at", "3 h"), 2, "a fork must lie between 1200 s and 4800 s"),
        (("fork", RUN, "--at", "soon"), 2, "soon"),
        (("nowhere.yaml",), 2, "nowhere.yaml"),
        (("town.yaml", "more"), 2, "replay | resume | fork"),
    ],
)
def test_what_cannot_be_done_is_said(
    folder: Path, arguments: tuple[Any, ...], code: int, message: str
) -> None:
    got, out, err = drill(*arguments, cwd=folder)
    assert (got, out) == (code, "")
    assert message in " ".join(err.replace("│", " ").split())


def test_scenario_without_an_exercise_is_told(folder: Path, tmp_path: Path) -> None:
    text = (folder / "town.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("exercise:\n")
    kept = after.splitlines(keepends=True)
    while kept and kept[0].startswith(" "):
        kept.pop(0)
    for each in folder.glob("*.csv"):
        (tmp_path / each.name).write_bytes(each.read_bytes())
    (tmp_path / "plain.yaml").write_text(before + "".join(kept), encoding="utf-8")
    code, _, err = drill("plain.yaml", "--autopilot", cwd=tmp_path)
    assert (code, "the scenario has no section 'exercise'" in err) == (2, True)


def test_server_prints_a_link_for_each_seat_and_can_be_resumed(folder: Path) -> None:
    def serve(*arguments: Any) -> tuple[dict[str, Any], str]:
        server = subprocess.Popen(
            [sys.executable, str(ROOT / "run_sim.py"), "drill", *map(str, arguments), "--json"],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert server.stdout is not None
        assert server.stderr is not None
        said = json.loads(server.stdout.readline())
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=60)
        assert server.returncode == 1
        return said, err

    said, err = serve("town.yaml")
    assert list(said["links"]) == ["controller", "supervisor", "dispatcher", "notification"]
    assert all(link.startswith("http://127.0.0.1:") for link in said["links"].values())
    assert f"drill resume {said['run']}" in err
    again, _ = serve("resume", said["run"])
    ends = [{link.rpartition("/")[2] for link in each["links"].values()} for each in (said, again)]
    assert ends[0] == ends[1]


def test_drill_built_on_a_file_beside_its_folder_is_replayed_from_anywhere(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "scenarios"
    (place / "drills").mkdir(parents=True)
    for each in (*folder.glob("*.csv"), folder / "town.yaml"):
        (place / each.name).write_bytes(each.read_bytes())
    (place / "drills" / "night.yaml").write_text("import: [../town.yaml]\n", encoding="utf-8")
    code, _, err = drill("scenarios/drills/night.yaml", "--autopilot", cwd=tmp_path)
    assert code == 0, err
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = tmp_path / "results" / "night-autopilot-seed1"
    code, out, err = drill("replay", run, cwd=elsewhere)
    assert (code, out.startswith("The same to the last bit")) == (0, True), err
