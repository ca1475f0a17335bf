"""The ledger of a drill: commands on disk before they are given, heartbeats, and the session log.

`commands.jsonl` alone, with `drill.json`, makes the run again: one line a command, heartbeats of
simulated time in between, and how it ended. `session.jsonl` holds what is outside the model: wall
time, users, what a seat's screen showed, controls, hints.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from sim.commands import Command
from sim.drill.wire import command_of, fields_of
from sim.errors import StoreError
from sim.messages import say, standing_at

__all__ = [
    "COMMANDS_FILE",
    "SESSION_FILE",
    "Given",
    "Ledger",
    "Written",
    "read_later",
    "read_lines",
    "read_written",
    "write_later",
]

COMMANDS_FILE = "commands.jsonl"
SESSION_FILE = "session.jsonl"
LATER_FILE = "later.jsonl"
"""Commands of the drill a fork was made from, later than the fork."""


@dataclass(frozen=True, slots=True)
class Given:
    """Hold one command as given."""

    k: int
    t_s: float
    seat: str
    command: Command
    id: str = ""
    """Id of the browser's message; '' when the session itself gave it."""
    seen: int = -1
    """Number of the last view the seat's browser showed; -1 when it did not say."""
    seen_t_s: float | None = None
    """Simulated time of that view."""

    def as_row(self) -> dict[str, Any]:
        """Return the line of the ledger."""
        return {
            "k": self.k,
            "t_s": self.t_s,
            "seat": self.seat,
            "command": type(self.command).__name__,
            "fields": fields_of(self.command),
            "id": self.id,
            "seen": self.seen,
            "seen_t_s": self.seen_t_s,
        }

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Given:
        """Read a line of the ledger; raise ValueError or KeyError when it is none."""
        command = command_of(row["command"], row["fields"])
        return cls(row["k"], float(row["t_s"]), row["seat"], command, row["id"], row["seen"],
                   row["seen_t_s"])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """Hold what a ledger says."""

    commands: tuple[Given, ...]
    started: bool
    """Whether StartEx has been."""
    last_s: float | None
    """Simulated time of the last line; None when there is none."""
    ended: str
    """Why the drill ended: endex, stopped, or '' while it goes on."""
    n_bytes: int
    """Length of the whole lines; what follows was torn and never acknowledged."""


def read_written(folder: Path) -> Written:
    """Read the ledger of a drill; a torn last line is left out. Raise StoreError when damaged."""
    path = folder / COMMANDS_FILE
    lines, n_bytes = read_lines(path)
    commands: list[Given] = []
    last_s: float | None = None
    started, ended = False, ""
    for number, row in enumerate(lines, start=1):
        try:
            if "command" in row:
                commands.append(Given.of_row(row))
                if commands[-1].k != len(commands) - 1:
                    raise ValueError("a command is missing")
            started = started or "start" in row
            ended = row.get("end", ended)
            t_s = float(row["t_s"])
            if last_s is not None and t_s < last_s:
                raise ValueError("time goes back")
            last_s = t_s
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _damaged(path, number) from error
    return Written(tuple(commands), started, last_s, ended, n_bytes)


def read_later(folder: Path) -> tuple[Given, ...]:
    """Return the commands a fork kept for when their time comes."""
    path = folder / LATER_FILE
    if not path.is_file():
        return ()
    try:
        return tuple(Given.of_row(row) for row in read_lines(path)[0])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(standing_at(path, say("the file is damaged"))) from error


def write_later(folder: Path, commands: Sequence[Given]) -> None:
    """Keep commands for when their time comes."""
    with (folder / LATER_FILE).open("wb") as file:
        for each in commands:
            _write(file, each.as_row())


def read_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the objects of a file of lines and the length of the whole lines in bytes."""
    if not path.is_file():
        raise StoreError(standing_at(path, say("there is no such drill")))
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(whole.splitlines(), start=1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _damaged(path, number) from error
        if not isinstance(row, dict):
            raise _damaged(path, number)
        rows.append(row)
    return rows, len(whole)


def _damaged(path: Path, number: int) -> StoreError:
    return StoreError(standing_at(path, say("line {number} is damaged", number=number)))


class Ledger:
    """Own the two open files of a drill that is being played."""

    def __init__(
        self, folder: Path, wall_time: Callable[[], str], written: Written | None = None
    ) -> None:
        """Open the files anew, or to go on with what is written; torn last lines are cut off."""
        self._wall_time = wall_time
        self._commands = _opened(folder / COMMANDS_FILE, written.n_bytes if written else 0)
        session = folder / SESSION_FILE
        kept = read_lines(session)[1] if written and session.is_file() else 0
        self._session = _opened(session, kept)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._commands.close()
        self._session.close()

    def command(self, given: Given) -> None:
        """Write a command down; it is on disk when this returns."""
        _write(self._commands, given.as_row())

    def started(self, t_s: float) -> None:
        """Write down that the exercise began here: StartEx."""
        _write(self._commands, {"t_s": t_s, "start": True})

    def heartbeat(self, t_s: float) -> None:
        """Write down that play has come to here."""
        _write(self._commands, {"t_s": t_s})

    def ended(self, t_s: float, why: str) -> None:
        """Write down that the exercise ended here."""
        _write(self._commands, {"t_s": t_s, "end": why})

    def note(self, kind: str, t_s: float | None, **values: Any) -> None:
        """Write to the session log, with the wall time."""
        _write(self._session, {"wall": self._wall_time(), "t_s": t_s, "kind": kind, **values})

    def copy_notes(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take over lines of another session log as they are."""
        for row in rows:
            _write(self._session, row)


def _opened(path: Path, n_bytes: int) -> BinaryIO:
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(n_bytes)
    file.seek(n_bytes)
    return file


def _write(file: BinaryIO, row: Mapping[str, Any]) -> None:
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    file.write(line.encode("utf-8") + b"\n")
    file.flush()
    os.fsync(file.fileno())
