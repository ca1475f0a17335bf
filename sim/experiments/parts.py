"""Keep each finished replication as a small file of its own, and find it again.

A part is taken up only when scenario, data, seed, number and code are those of the task.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict
from pathlib import Path

from sim.experiments.replicate import Replication, Task, simulate
from sim.store.fingerprint import text_hash
from sim.store.writer import rename_whole

__all__ = ["find_part", "keep_part", "part_path", "simulate_and_keep"]


def part_path(folder: Path, task: Task) -> Path:
    """Return where the part of a task stands; another scenario or code has another name."""
    slug = re.sub(r"[^\w.-]+", "_", task.case.name)[:60]
    key = text_hash(f"{task.case.name}\n{task.input_hash}\n{task.code}")[:12]
    return folder / "parts" / f"{slug}-{key}-{task.number:05d}-{task.seed}.json"


def find_part(folder: Path, task: Task) -> Replication | None:
    """Return the finished replication of a task, or None when it must be run."""
    try:
        values = json.loads(part_path(folder, task).read_text(encoding="utf-8"))
        series = {name: tuple(each) for name, each in values.pop("series").items()}
        found = Replication(**values, series=series)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # missing or damaged: it is run again
    wanted = (task.case.name, task.number, task.seed, task.input_hash, task.code)
    given = (found.case, found.number, found.seed, found.input_hash, found.code)
    return found if given == wanted else None


def keep_part(folder: Path, task: Task, replication: Replication) -> None:
    """Write a finished replication under a temporary name and rename it."""
    path = part_path(folder, task)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.tmp-{secrets.token_hex(4)}")
    try:
        text = json.dumps(asdict(replication), ensure_ascii=False, allow_nan=False)
        temporary.write_text(text, encoding="utf-8", newline="\n")
        rename_whole(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def simulate_and_keep(folder: Path, task: Task) -> Replication:
    """Run one replication and write its part at once; take up a part that is there."""
    found = find_part(folder, task)
    if found is None:
        found = simulate(task)
        keep_part(folder, task, found)
    return found
