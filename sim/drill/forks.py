"""Forks: the recorded orders of a drill played again with one of them moved, dropped or added.

A fork is named in a line: `CallStandby first -20min`, `#12 +5min`, `AssignCrew d/a1 drop`,
`add CallStandby tier=first at 35min` (time after StartEx). Effects are told on the drill's own
luck, with their spread over re-draws of the luck it never revealed (see `redraws`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NoReturn

import yaml

from sim.commands import FireInject, HandOver, HoldInject
from sim.drill.baselines import Played, Redraw, run_again, shown_by
from sim.drill.debrief import entries_of
from sim.drill.folder import Drill
from sim.drill.ledger import Given, read_written
from sim.drill.wire import COMMANDS, command_of
from sim.engine.redrawn import Shown
from sim.errors import InputError
from sim.experiments.executor import Executor
from sim.messages import say
from sim.report.debriefed import MEASURES, Effect, Fork
from sim.store.reader import open_run
from sim.units import DURATION, parse_quantity
from sim.world.seats import SEATS, may_give

__all__ = [
    "MOST_FORKS",
    "REDRAWS",
    "Change",
    "changed",
    "forks",
    "played_of",
    "read_fork",
]

MOST_FORKS = 3
"""Key moments a controller names."""
REDRAWS = 20

_BY_HAND = (FireInject, HoldInject)
_SHIFT = re.compile(r"[+-]\s*[\d.]")
_NUMBER = re.compile(r"#(\d+)")

Task = tuple[str, str, int]
"""Folder, fork as written ('' for the drill as it was), and which re-draw (0: the own luck)."""


@dataclass(frozen=True)
class Change:
    """Say what differs from the recorded orders."""

    name: str
    what: Literal["shift", "drop", "add"]
    given: Given
    """The order concerned: as recorded, or as added."""
    to_s: float | None = None


def forks(
    folder: Path,
    names: Sequence[str],
    n_redraws: int = REDRAWS,
    workers: int = 0,
    on_done: Callable[[int, int], None] | None = None,
) -> tuple[Fork, ...]:
    """Play a finished drill again for each fork named, and on re-drawn luck; return the effects.

    `on_done` hears (runs done, runs in all). Raise InputError for a name that fits no order.
    """
    if len(names) > MOST_FORKS:
        raise InputError(say("name at most {n} forks", n=MOST_FORKS))
    drill = played_of(folder)
    changes = [read_fork(name, drill) for name in names]
    # the drill itself is the same in every re-draw: it has shown all of its luck
    tasks = [(str(folder), "", 0)]
    tasks += [(str(folder), name, n) for n in range(n_redraws + 1) for name in dict.fromkeys(names)]
    found: dict[Task, _Measured] = {}

    def keep(task: Task, measured: _Measured) -> None:
        found[task] = measured
        if on_done is not None:
            on_done(len(found), len(tasks))

    if names:
        Executor(_measure, workers, keep).run(tasks)
    return tuple(_told(each, str(folder), found, n_redraws) for each in changes)


def played_of(folder: Path) -> Played:
    """Return the drill of a folder; raise StoreError when it has not ended."""
    drill, run = Drill.read(folder), open_run(folder)
    written = read_written(folder)
    entries = entries_of(run["facts"])
    end_s = run.manifest.end_s
    return Played.of(drill.loaded, drill.seed, drill.terms, written.commands, end_s, entries)


def changed(commands: Sequence[Given], change: Change) -> list[Given]:
    """Return the orders with the change, in the order of time; of equal times the moved is last."""
    others = [each for each in commands if each.k != change.given.k]
    if change.what == "drop":
        return others
    t_s = change.given.t_s if change.to_s is None else change.to_s
    return sorted([*others, replace(change.given, t_s=t_s)], key=lambda each: each.t_s)


# --- reading a fork


def read_fork(name: str, drill: Played) -> Change:
    """Return the change a line asks for; raise InputError when it fits no order of the drill."""
    try:
        words = shlex.split(name)
    except ValueError:
        words = []
    if len(words) < 2:
        _unreadable(name)
    if words[0] == "add":
        return Change(name, "add", _added(name, words[1:], drill))
    if words[-1] == "drop":
        return Change(name, "drop", _found(name, words[:-1], drill))
    first = next((i for i, word in enumerate(words) if _SHIFT.match(word)), 0)
    if first == 0:
        _unreadable(name)
    given = _found(name, words[:first], drill)
    text = "".join(words[first:])
    shift_s = _duration(name, text[1:].strip()) * (-1.0 if text[0] == "-" else 1.0)
    return Change(name, "shift", given, _inside(name, given.t_s + shift_s, drill))


def _found(name: str, words: Sequence[str], drill: Played) -> Given:
    """Return the first recorded order that has this number, or this name and these values."""
    if not words:
        _unreadable(name)
    number = _NUMBER.fullmatch(words[0])
    for each in drill.commands:
        if isinstance(each.command, _BY_HAND):
            continue
        if number is not None and each.k == int(number[1]):
            return each
        fields = {
            value for _name, text in each.command.as_pairs() for value in (text, *text.split(","))
        }
        if type(each.command).__name__ == words[0] and fields >= set(words[1:]):
            return each
    orders = dict.fromkeys(
        type(each.command).__name__
        for each in drill.commands
        if not isinstance(each.command, (*_BY_HAND, HandOver))
    )
    raise InputError(
        say(
            "'{fork}': no such order was recorded. The people at the seats gave: {orders}",
            fork=name,
            orders=", ".join(orders) or "-",
        )
    )


def _added(name: str, words: Sequence[str], drill: Played) -> Given:
    if "at" not in words or words[0] not in COMMANDS:
        _unreadable(name)
    place = words.index("at")
    after_s = _duration(name, "".join(words[place + 1 :]))
    values = dict(_pair(name, word) for word in words[1:place])
    try:
        command = command_of(words[0], values)
    except ValueError:
        _unreadable(name)
    seat = next((each for each in SEATS if may_give(each, command)), "")
    if not seat or isinstance(command, _BY_HAND):
        _unreadable(name)
    t_s = _inside(name, drill.terms.startex_s + after_s, drill)
    return Given(-1, t_s, seat, command)


def _pair(name: str, word: str) -> tuple[str, Any]:
    key, sign, text = word.partition("=")
    if not sign:
        _unreadable(name)
    value = yaml.safe_load(text)
    return key, value.split(",") if key in ("targets", "districts") else value


def _duration(name: str, text: str) -> float:
    try:
        return float(parse_quantity(text, DURATION))
    except (InputError, ValueError):
        _unreadable(name)


def _inside(name: str, t_s: float, drill: Played) -> float:
    if not drill.terms.startex_s <= t_s <= drill.end_s:
        words = say("'{fork}': the order would come before StartEx or after the end", fork=name)
        raise InputError(words)
    return t_s


def _unreadable(name: str) -> NoReturn:
    raise InputError(
        say(
            "'{fork}': name a fork such as {example}",
            fork=name,
            example="'CallStandby first -20min', '#12 drop', 'add CallStandby tier=first at 35min'",
        )
    )


# --- playing it


@dataclass(frozen=True)
class _Measured:
    amounts: Mapping[str, float]
    n_refused: int


@lru_cache(maxsize=2)
def _prepared(folder: str) -> tuple[Played, Shown]:
    """Return the drill and the luck that it showed, once a process."""
    drill = played_of(Path(folder))
    return drill, shown_by(drill)


def _measure(task: Task) -> _Measured:
    folder, name, n = task
    drill, shown = _prepared(folder)
    commands = changed(drill.commands, read_fork(name, drill)) if name else drill.commands
    run = run_again(drill, commands, redraw=Redraw(shown, n) if n else None)
    amounts = {**run.outcome.amounts, "loss": run.outcome.loss}
    return _Measured(amounts, run.n_refused)


def _told(change: Change, folder: str, found: Mapping[Task, _Measured], n_redraws: int) -> Fork:
    def change_of(measure: str, n: int) -> float:
        with_it, without = found[folder, change.name, n], found[folder, "", 0]
        return with_it.amounts[measure] - without.amounts[measure]

    effects = []
    for measure in MEASURES:
        again = [change_of(measure, n) for n in range(1, n_redraws + 1)]
        low, high = min(again, default=None), max(again, default=None)
        effects.append(Effect(measure, change_of(measure, 0), low, high))
    given = change.given
    refused = found[folder, change.name, 0].n_refused - found[folder, "", 0].n_refused
    return Fork(
        name=change.name,
        what=change.what,
        seat=given.seat,
        command=type(given.command).__name__,
        fields=dict(given.command.as_pairs()),
        t_s=given.t_s,
        to_s=change.to_s,
        effects=tuple(effects),
        n_refused=max(0, refused),
        n_redraws=n_redraws,
    )
