"""The tree of causes of one incident, from the facts of a run.

Upwards it follows the cause of everything that names the incident, to the fault or the outside
world, and stops at what belongs to another incident. Downwards it takes what those faults and this
incident brought about, and leaves out the branches of other incidents.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.journal import NO_CAUSE
from sim.report.run import Run

__all__ = ["Tree", "tree_of"]


@dataclass(frozen=True)
class Tree:
    """Hold the chosen facts: roots, and the effects of each in order; sequence numbers."""

    roots: list[int]
    effects: dict[int, list[int]]
    size: dict[int, int]
    """How many facts each brought about, itself included."""


def tree_of(run: Run, incident: str) -> Tree:
    """Return the tree of causes of an incident."""
    facts = run["facts"]
    cause = facts["cause"].tolist()
    owner = _owners(run)
    named = [seq for seq, name in enumerate(owner) if name == incident]
    chosen = set(named)
    for seq in named:
        chosen |= _upwards(seq, cause, owner, incident)
    chosen |= _downwards(chosen, cause, owner, facts["kind"].tolist(), incident)
    effects: dict[int, list[int]] = defaultdict(list)
    roots = []
    for seq in sorted(chosen):
        if cause[seq] in chosen:
            effects[cause[seq]].append(seq)
        else:
            roots.append(seq)
    size = dict.fromkeys(chosen, 1)
    for seq in sorted(chosen, reverse=True):
        if cause[seq] in chosen:
            size[cause[seq]] += size[seq]
    return Tree(roots, effects, size)


def _owners(run: Run) -> list[str]:
    """Return the incident, or outage on purpose, that each fact names, '' for none."""
    texts = run["facts"]["fields"]
    owner = [""] * len(texts)
    for seq in np.flatnonzero(["incident" in text or '"outage"' in text for text in texts]):
        owner[seq] = _named(json.loads(texts[seq]))
    return owner


def _named(fields: dict[str, Any]) -> str:
    """Return the incident named by a fact's fields, or by those of the command it logs."""
    pairs = fields.get("fields")
    named = dict(pairs) if isinstance(pairs, list) else fields
    return str(named.get("incident", named.get("outage", "")))


def _upwards(seq: int, cause: list[int], owner: list[str], incident: str) -> set[int]:
    path = set()
    while cause[seq] != NO_CAUSE and owner[seq] in ("", incident):
        seq = cause[seq]
        path.add(seq)
    return path


def _downwards(
    chosen: set[int], cause: list[int], owner: list[str], kinds: list[str], incident: str
) -> set[int]:
    """Return what follows from the incident's own facts and from the faults behind it."""
    grown = {seq for seq in chosen if owner[seq] == incident or kinds[seq] == "FaultStruck"}
    found = set()
    # an effect always stands after its cause, so one pass in order reaches everything
    for seq in range(len(cause)):
        if cause[seq] in grown and owner[seq] in ("", incident):
            grown.add(seq)
            found.add(seq)
    return found
