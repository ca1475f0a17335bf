"""Run an experiment: cases times replications, kept as they finish, resumed where they stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sim.errors import InputError, StoppedError
from sim.experiments.executor import Executor, default_workers
from sim.experiments.parts import find_part, simulate_and_keep
from sim.experiments.replicate import Case, Replication, Task, load_case
from sim.messages import joined, say
from sim.store.fingerprint import code_fingerprint

__all__ = ["Progress", "run_experiment", "tasks_of"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Say how far an experiment is."""

    done: int
    total: int
    resumed: int
    """How many of the done were finished by an earlier call."""
    eta_s: float | None
    """Expected wall seconds to the end; None while unknown."""


def tasks_of(cases: Sequence[Case], replications: int, seed: int | None = None) -> list[Task]:
    """Return all replications in the order in which they are run: number by number, all cases.

    Without a seed the first case's `run.seed` is the first. Raise InputError for doubled names.
    """
    names = [case.name for case in cases]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if not cases or replications < 1:
        raise InputError(say("an experiment needs at least one scenario and one replication"))
    if doubled:
        names_twice = joined(", ", doubled)
        raise InputError(
            say("scenarios of one experiment need different names: {names}", names=names_twice)
        )
    loaded = [load_case(case) for case in cases]
    first = loaded[0][0].scenario.run.seed if seed is None else seed
    return [
        Task(case, number, first + number, input_hash, code_fingerprint())
        for number in range(replications)
        for case, (_, input_hash) in zip(cases, loaded, strict=True)
    ]


def run_experiment(
    folder: Path,
    cases: Sequence[Case],
    replications: int,
    *,
    seed: int | None = None,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    prepare: Callable[[], None] = lambda: None,
) -> list[Replication]:
    """Run what is not finished yet and return all replications, case by case, by number.

    folder: holds `parts/`, one file a finished replication. workers: processes, by default one a
    processor; 0 runs in this process. prepare: called once before workers start, for example to
    compile the kernel; not at all when everything is finished. Raise StoppedError on Ctrl-C: the
    next call continues.
    """
    tasks = tasks_of(cases, replications, seed)
    found = {task: part for task in tasks if (part := find_part(folder, task)) is not None}
    resumed, began = len(found), time.perf_counter()

    def tell() -> None:
        fresh, left = len(found) - resumed, len(tasks) - len(found)
        eta_s = (time.perf_counter() - began) / fresh * left if fresh else None
        on_progress(Progress(len(found), len(tasks), resumed, eta_s if left else 0.0))

    def keep(task: Task, replication: Replication) -> None:
        found[task] = replication
        tell()

    missing = [task for task in tasks if task not in found]
    wanted = default_workers() if workers is None else workers
    executor = Executor(partial(simulate_and_keep, folder), min(wanted, len(missing)), keep)
    tell()
    try:
        if missing:
            prepare()
        executor.run(missing)
    except KeyboardInterrupt:
        raise StoppedError(
            say(
                "interrupted: {done} of {total} replications are kept in {folder};"
                " give the same command again to continue",
                done=len(found),
                total=len(tasks),
                folder=folder / "parts",
            )
        ) from None
    order = {case: position for position, case in enumerate(cases)}
    return [found[task] for task in sorted(tasks, key=lambda t: (order[t.case], t.number))]
