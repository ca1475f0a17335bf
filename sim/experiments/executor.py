"""Spread pure work over processes: batches, interrupts, and workers that die.

Processes are always spawned (threads of DuckDB and of servers do not survive a fork). When one
worker is killed, Python's pool breaks and forgets the rest; then the work that was under way is
repeated alone in a process, so that the death of a worker can be laid at the right door.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Generic, TypeVar

from sim.errors import RunError
from sim.messages import joined, say

__all__ = ["MAX_DEATHS", "Executor", "default_workers"]

T = TypeVar("T", bound=Hashable)
R = TypeVar("R")

MAX_DEATHS = 3
"""So many workers may die of one task before it is given up."""
_GRACE_S = 10.0
"""How long a worker may take to leave once its work is done, wall s."""
BATCH_S = 1.0
"""Wanted length of a batch: long against its overhead, short against a person's patience."""


def default_workers() -> int:
    """Return the number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Executor(Generic[T, R]):
    """Run tasks in worker processes (workers = 0: in this process) and report each result."""

    def __init__(
        self, work: Callable[[T], R], workers: int, on_done: Callable[[T, R], None]
    ) -> None:
        """Take a picklable function and what to do, in this process, with each result."""
        self._work = work
        self._workers = workers
        self._on_done = on_done
        self._n_done = 0
        self._work_s = 0.0

    def run(self, tasks: Sequence[T]) -> None:
        """Run all tasks, in any order.

        An error of the work itself is raised at once. KeyboardInterrupt is raised after the batches
        under way are finished and reported; a second one ends them. Raise RunError at the end when
        a task killed its worker MAX_DEATHS times.
        """
        if self._workers == 0:
            self._run_here(tasks)
            return
        deaths: Counter[T] = Counter()
        lost: list[T] = []
        waiting = deque(tasks)
        while waiting:
            suspects = deque(self._drain(waiting, self._workers))
            if len(suspects) == 1:
                deaths[suspects[0]] += 1
            while suspects:
                for task in self._drain(suspects, 1, batch=1):
                    deaths[task] += 1
                    if deaths[task] < MAX_DEATHS:
                        suspects.appendleft(task)
                    else:
                        lost.append(task)
        if lost:
            raise RunError(
                say(
                    "given up, each after killing its worker process {n} times: {tasks}",
                    n=MAX_DEATHS,
                    tasks=joined(", ", map(str, lost)),
                )
            )

    def _run_here(self, tasks: Sequence[T]) -> None:
        for task in tasks:
            self._on_done(task, self._work(task))

    def _drain(self, waiting: deque[T], workers: int, batch: int | None = None) -> list[T]:
        """Work off the queue; when the pool breaks, return the tasks that were under way."""
        under_way: dict[Future[list[tuple[T, R, float]]], list[T]] = {}
        bystanders = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_ignore_interrupts) as pool:
            try:
                while waiting or under_way:
                    while waiting and len(under_way) < workers:
                        tasks = self._next_batch(waiting, workers, batch)
                        try:
                            # noted before an interrupt can come between: no batch is lost
                            with _interrupts_held_back():
                                under_way[pool.submit(_run_batch, self._work, tasks)] = tasks
                        except BrokenProcessPool:
                            waiting.extendleft(reversed(tasks))
                            raise
                    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in finished:
                        self._report(future)
                        del under_way[future]
            except BrokenProcessPool:
                return self._unfinished(under_way)
            except KeyboardInterrupt:
                self._wind_up(pool, under_way, bystanders)
                raise
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return []

    def _next_batch(self, waiting: deque[T], workers: int, size: int | None) -> list[T]:
        if size is None:
            mean_s = self._work_s / self._n_done if self._n_done else BATCH_S
            fair = -(-len(waiting) // workers)
            size = max(1, min(fair, int(BATCH_S / max(mean_s, 1e-6))))
        return [waiting.popleft() for _ in range(min(size, len(waiting)))]

    def _report(self, future: Future[list[tuple[T, R, float]]]) -> None:
        for task, result, took_s in future.result():
            self._n_done += 1
            self._work_s += took_s
            self._on_done(task, result)

    def _unfinished(self, under_way: dict[Future[list[tuple[T, R, float]]], list[T]]) -> list[T]:
        unfinished: list[T] = []
        for future, tasks in under_way.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self._report(future)
            else:
                unfinished += tasks
        return unfinished

    def _wind_up(
        self,
        pool: ProcessPoolExecutor,
        under_way: dict[Future[list[tuple[T, R, float]]], list[T]],
        bystanders: set[multiprocessing.process.BaseProcess],
    ) -> None:
        """Let the batches under way finish and report them; end them when interrupted again."""
        workers = set(multiprocessing.active_children()) - bystanders
        try:
            wait(under_way)
            # not waiting here: a pool interrupted at the wrong moment may never shut down
            pool.shutdown(wait=False, cancel_futures=True)
            for process in workers:
                process.join(_GRACE_S)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
        for process in workers:
            if process.is_alive():
                process.kill()
        self._unfinished(under_way)


def _run_batch(work: Callable[[T], R], tasks: Sequence[T]) -> list[tuple[T, R, float]]:
    """Do a batch in a worker; an error names its task."""
    results = []
    for task in tasks:
        began = time.perf_counter()
        try:
            result = work(task)
        except Exception as error:
            error.add_note(f"in {task}")
            raise
        results.append((task, result, time.perf_counter() - began))
    return results


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent: a terminal sends it to every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Start processes with Ctrl-C blocked, so that none dies of it before it can ignore it."""
    if os.name == "nt":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it would unblock Ctrl-C when started within
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
