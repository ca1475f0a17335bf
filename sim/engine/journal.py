"""The journal: every fact once, in order, with simulated time and cause.

A reaction is a function of (fact, its sequence number), named in one static table that is frozen
before the run. Facts written by a reaction are reacted to after the reactions to the fact at hand
are through, so each fact meets a consistent world.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.facts import Fact
from sim.engine.tables import Columns

__all__ = ["NO_CAUSE", "Entry", "Journal", "Reaction"]

NO_CAUSE = -1
"""Cause of what came from outside the model: hazards, the start of the run."""

Reaction = Callable[[Any, int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one fact as written."""

    seq: int
    t_s: float
    cause: int
    fact: Fact


class Journal:
    """Own the facts of a run."""

    def __init__(self, now: Callable[[], float], *, keeps: bool = True) -> None:
        """Take the clock's time; without `keeps` facts are reacted to and forgotten."""
        self._now = now
        self._keeps = keeps
        self._written = 0
        self._entries: list[Entry] = []
        self._reactions: Mapping[type[Fact], Sequence[Reaction]] = {}
        self._frozen = False
        self._waiting: deque[Entry] = deque()
        self._busy = False

    def freeze(self, reactions: Mapping[type[Fact], Sequence[Reaction]]) -> None:
        """Set the one table of reactions; it cannot change afterwards."""
        if self._frozen:
            raise ValueError("the table of reactions is frozen")
        self._reactions = {fact: tuple(each) for fact, each in reactions.items()}
        self._frozen = True

    def write(self, fact: Fact, cause: int = NO_CAUSE) -> int:
        """Write a fact with the sequence number of what brought it about; return its own."""
        entry = Entry(self._written, self._now(), cause, fact)
        if cause >= entry.seq:
            raise ValueError(f"{type(fact).__name__} names a cause that has not happened: {cause}")
        self._written += 1
        if self._keeps:
            self._entries.append(entry)
        self._waiting.append(entry)
        if not self._busy:
            self._busy = True
            try:
                while self._waiting:
                    each = self._waiting.popleft()
                    for react in self._reactions.get(type(each.fact), ()):
                        react(each.fact, each.seq)
            finally:
                self._busy = False
        return entry.seq

    def __len__(self) -> int:
        return self._written

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def at(self, seq: int) -> Entry:
        """Return the fact with a sequence number."""
        return self._entries[seq]

    def since(self, seq: int) -> Sequence[Entry]:
        """Return the facts from a sequence number on."""
        return self._entries[seq:]

    def columns(self) -> Columns:
        """Return the facts as columns: seq, t_s, kind, cause, subject, fields (JSON text)."""
        entries = self._entries
        return {
            "seq": np.array([entry.seq for entry in entries], dtype=np.int64),
            "t_s": np.array([entry.t_s for entry in entries], dtype=np.float64),
            "kind": np.array([type(entry.fact).__name__ for entry in entries], dtype=object),
            "cause": np.array([entry.cause for entry in entries], dtype=np.int64),
            "subject": np.array([entry.fact.subject for entry in entries], dtype=object),
            "fields": np.array(
                [json.dumps(entry.fact.as_fields(), ensure_ascii=False) for entry in entries],
                dtype=object,
            ),
        }
