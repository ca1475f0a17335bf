from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sim.errors import InputError, RunError
from sim.experiments.experiment import Progress, run_experiment, tasks_of
from sim.experiments.parts import find_part, keep_part, part_path
from sim.experiments.replicate import Case, load_case, simulate
from tests.experiments import interruptible
from tests.experiments.fakes import HERE, LOADER

ROOT = Path(__file__).parents[2]


def case(folder: Path, name: str = "base", runner: str = "run", **more: object) -> Case:
    given = Case(str(folder / "x.yaml"), name, loader=LOADER, runner=f"{HERE}:{runner}")
    return replace(given, **more)  # type: ignore[arg-type]


def test_replication_k_has_the_same_seed_in_every_case(tmp_path: Path) -> None:
    tasks = tasks_of([case(tmp_path), case(tmp_path, "other")], 3)
    assert [(t.case.name, t.number, t.seed) for t in tasks] == [
        ("base", 0, 100), ("other", 0, 100),
        ("base", 1, 101), ("other", 1, 101),
        ("base", 2, 102), ("other", 2, 102),
    ]  # fmt: skip


def test_experiments_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="different names: base"):
        tasks_of([case(tmp_path), case(tmp_path)], 3)
    with pytest.raises(InputError, match="at least one"):
        tasks_of([case(tmp_path)], 0)


def test_processes_give_what_one_process_gives(tmp_path: Path) -> None:
    cases = [case(tmp_path), case(tmp_path, "worse", sets=("factor=2",))]
    here = run_experiment(tmp_path / "here", cases, 3, workers=0)
    there = run_experiment(tmp_path / "there", cases, 3, workers=2)
    assert here == there
    assert [(r.case, r.number) for r in here] == [
        ("base", 0), ("base", 1), ("base", 2), ("worse", 0), ("worse", 1), ("worse", 2),
    ]  # fmt: skip
    assert here[0].values["saidi_min"] != here[1].values["saidi_min"]


def test_a_finished_experiment_is_read_and_more_replications_are_added(tmp_path: Path) -> None:
    first = run_experiment(tmp_path, [case(tmp_path)], 2, workers=0)
    said: list[Progress] = []
    broken = replace(case(tmp_path), runner=f"{HERE}:no_such_function")
    again = run_experiment(tmp_path, [broken], 2, workers=0, on_progress=said.append)
    assert again == first
    assert said == [Progress(2, 2, 2, 0.0)]
    more = run_experiment(tmp_path, [case(tmp_path)], 3, workers=0, on_progress=said.append)
    assert more[:2] == first
    assert (said[-1].done, said[-1].resumed, said[-1].eta_s) == (3, 2, 0.0)


def test_parts_of_other_inputs_or_code_are_not_taken_up(tmp_path: Path) -> None:
    task = tasks_of([case(tmp_path)], 1)[0]
    keep_part(tmp_path, task, simulate(task))
    assert find_part(tmp_path, task) is not None
    for other in (
        replace(task, seed=task.seed + 1),
        replace(task, number=1),
        replace(task, code="other"),
        tasks_of([case(tmp_path, sets=("factor=2",))], 1)[0],
    ):
        assert find_part(tmp_path, other) is None
    stale = json.loads(part_path(tmp_path, task).read_text()) | {"code": "older"}
    part_path(tmp_path, task).write_text(json.dumps(stale))
    assert find_part(tmp_path, task) is None
    part_path(tmp_path, task).write_text('{"case": "ba')
    assert find_part(tmp_path, task) is None


def test_a_data_file_the_scenario_names_belongs_to_its_inputs(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("a")
    named = case(tmp_path, sets=("nodes=nodes.csv",))
    before = tasks_of([named], 1)[0]
    keep_part(tmp_path, before, simulate(before))
    (tmp_path / "nodes.csv").write_text("b")
    load_case.cache_clear()
    after = tasks_of([named], 1)[0]
    assert find_part(tmp_path, before) is not None
    assert find_part(tmp_path, after) is None
    with pytest.raises(RunError, match="changed during the experiment"):
        simulate(before)
    with pytest.raises(RunError, match="sources of the model changed"):
        simulate(replace(after, code="other"))


def test_a_worker_that_dies_is_replaced_and_its_replication_repeated(tmp_path: Path) -> None:
    dying = case(tmp_path, runner="run_or_die_twice")
    found = run_experiment(tmp_path / "a", [dying], 4, workers=2)
    assert (tmp_path / "deaths").read_text() == "xx"
    steady = run_experiment(tmp_path / "b", [case(tmp_path)], 4, workers=0)
    assert [r.values for r in found] == [r.values for r in steady]


def test_a_replication_that_kills_three_workers_is_given_up_and_the_rest_kept(
    tmp_path: Path,
) -> None:
    deadly = case(tmp_path, runner="run_or_always_die")
    with pytest.raises(RunError, match=r"replication 2 \(seed 102\) of base"):
        run_experiment(tmp_path, [deadly], 4, workers=2)
    assert len(list((tmp_path / "parts").iterdir())) == 3


def test_a_bug_of_the_model_is_raised_with_its_replication(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError, match="a bug") as caught:
        run_experiment(tmp_path, [case(tmp_path, runner="run_with_a_bug")], 4, workers=1)
    assert any("replication 2 (seed 102)" in note for note in caught.value.__notes__)


@pytest.mark.skipif(os.name == "nt", reason="POSIX process groups")
def test_ctrl_c_keeps_what_is_finished_and_the_next_call_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.experiments.interruptible", str(tmp_path)]
    total = 2 * interruptible.REPLICATIONS
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if int(line.split()[0]) >= 3:
                break
        os.killpg(program.pid, signal.SIGINT)  # as a terminal does: parent and workers
        _, complaint = program.communicate(timeout=60)
    kept = len(list((tmp_path / "parts").glob("*.json")))
    assert program.returncode == 1
    assert 3 <= kept < total
    assert complaint.strip() == (
        f"interrupted: {kept} of {total} replications are kept in {tmp_path / 'parts'};"
        " give the same command again to continue"
    )
    said: list[Progress] = []
    cases = interruptible.cases(tmp_path)
    resumed = run_experiment(tmp_path, cases, 8, workers=2, on_progress=said.append)
    assert said[0].resumed == kept
    assert said[-1].done == total
    quick = [replace(each, runner=f"{HERE}:run") for each in cases]
    uninterrupted = run_experiment(tmp_path / "other", quick, 8, workers=0)
    assert resumed == uninterrupted
    assert [path for path in tmp_path.rglob("*") if ".tmp-" in path.name] == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX process groups")
def test_a_second_ctrl_c_ends_replications_that_take_too_long(tmp_path: Path) -> None:
    module = "tests.experiments.interruptible"
    command = [sys.executable, "-m", module, str(tmp_path), "run_without_end"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        while not list(tmp_path.glob("began-*")):
            assert program.poll() is None
        os.killpg(program.pid, signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(timeout=0.5)  # the first waits for the work under way
        os.killpg(program.pid, signal.SIGINT)
        _, complaint = program.communicate(timeout=60)
    assert program.returncode == 1
    assert complaint.startswith("interrupted: 0 of 16")
