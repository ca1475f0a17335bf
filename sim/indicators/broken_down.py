"""The contact centre broken down: by interval of arrival, call type, line, site and agent group.

One tidy table: a row is a part of the centre in an interval. Attempts count by the interval, type
and line in which they rang; legs (contacts of agents) by those in which they began; agents' time
in the interval in which it passes. Sums over the parts or the intervals are those of the whole.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.attempts import Attempts
from sim.indicators.calls import POPULATIONS
from sim.indicators.service import (
    ENDS,
    LEG_RATIOS,
    RATIOS,
    agent_spans,
    attempt_sums,
    leg_sums,
)
from sim.indicators.steady import Window
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S, MINUTE_S

__all__ = ["COLUMNS", "EVERY_MIN", "KEYS", "SUMS", "broken_down", "contact_csv", "dimensions"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EVERY_MIN = (15, 30, 60)
"""Lengths of the intervals."""

KEYS: Mapping[str, str] = {
    "every_min": "length of the interval, min; 0: the whole run",
    "t_s": "its start, s from the start of the run",
    "time": "the same in local time",
    "by": "what the part is one of: all, population, call_type, line, site or group",
    "name": "which one",
}
"""What a row is: column → meaning."""

COLUMNS: Mapping[str, str] = {
    "requests": "attempts that left the menu for an agent, known to their end",
    "connected": "of these, those that spoke with one",
    "accepted": "attempts that joined the queue they rang into or met an idle agent, known to"
    " their end",
    "taken": "of these, those an agent took",
    "in_time": "of these, within T",
    "gone": "of the accepted, those that hung up",
    "cases": "attempts with a talk that came to its end",
    "transfers": "talks of these that were handed on",
    "first_contacts": "attempts with the first talk of their caller",
    "first_resolved": "of these, settled without being handed on or calling again",
    "callers_served": "callers, at their first attempt, who were served in the end",
    "talks_ended": "legs whose talk came to its end: settled, not settled or handed on",
    "handed_on": "of these, handed on",
    "finished": "of these, finished",
    "finished_settled": "of these, settled",
    "duty_h": "agents on duty, h",
    "busy_h": "agents with a contact in hand, h",
    "planned_h": "agents from coming to the planned end of the shift, h",
    "mean_wait_s": "mean wait of the inbound legs an agent took, s",
    "handed_on_share": "handed_on / talks_ended",
    "finished_settled_share": "finished_settled / finished",
}
"""Columns that are no indicators → meaning; the others have the meaning of `contact_<column>`."""

_OF_ATTEMPTS = ("offered", *ENDS, "redials", "repeats", "requests", "connected", "accepted",
                "taken", "in_time", "gone", "callbacks", "callbacks_kept", "cases", "transfers",
                "first_contacts", "first_resolved", "callers", "callers_served")  # fmt: skip
_OF_LEGS = ("handled", "talks_ended", "handed_on", "finished", "finished_settled", "dialled",
            "reached")  # fmt: skip
_OF_AGENTS = ("duty_h", "busy_h", "overtime_h", "planned_h")
SUMS = (*_OF_ATTEMPTS, *_OF_LEGS, *_OF_AGENTS)
"""Columns that are sums; NaN where a part has no such thing (attempts of an agent group)."""


@dataclass(frozen=True)
class Dimension:
    """Hold one way to divide the centre: the part of each row, -1 for none, or None for no rows."""

    by: str
    names: tuple[str, ...]
    of_attempts: Ints | None
    of_legs: Ints | None
    of_agents: Ints | None
    """By number of agent."""


def dimensions(tables: RunTables, manifest: Manifest, attempts: Attempts) -> list[Dimension]:
    """Return the ways to divide a run; without a grid there is one population."""
    calls = tables["calls"]
    groups, group_of = _groups(tables["agent_shifts"], manifest)
    sites = tuple(dict.fromkeys(manifest.sites.get(group, "") for group in groups))
    site_of = np.array([sites.index(manifest.sites.get(group, "")) for group in groups] + [-1])
    lines_by_type = [manifest.line_of(name) for name in manifest.call_types]
    lines = tuple(dict.fromkeys(lines_by_type))
    line_of = np.array([lines.index(line) for line in lines_by_type], dtype=np.int64)
    of_leg = np.append(group_of, -1)[calls["agent"]]  # -1, no agent, is the last one

    def whole(n: int) -> Ints:
        return np.zeros(n, dtype=np.int64)

    n_rows = len(calls["agent"])
    found = [Dimension("all", ("",), whole(len(attempts)), whole(n_rows), whole(len(group_of)))]
    if manifest.has_grid:
        whose = (attempts.group_ix == 0).astype(np.int64), (calls["group_ix"] == 0).astype(np.int64)
        found.append(Dimension("population", POPULATIONS, *whose, None))
    types = manifest.call_types
    of_types = Dimension("call_type", types, attempts.type_ix, calls["call_type"], None)
    of_lines = line_of[attempts.type_ix], line_of[calls["call_type"]]
    return [
        *found,
        of_types,
        Dimension("line", lines, *of_lines, None),
        Dimension("site", sites, None, site_of[of_leg], site_of[group_of]),
        Dimension("group", groups, None, of_leg, group_of),
    ]


def _groups(shifts: Columns, manifest: Manifest) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the groups, and the position of its group for each agent."""
    present = shifts["agent_group"].astype(str).tolist()
    groups = tuple(dict.fromkeys((*manifest.sites, *sorted(set(present)))))
    group_of = np.full(int(shifts["agent"].max(initial=-1)) + 1, -1, dtype=np.int64)
    group_of[shifts["agent"]] = [groups.index(name) for name in present]
    return groups, group_of


def broken_down(
    tables: RunTables, manifest: Manifest, every_min: Sequence[int] = (0, *EVERY_MIN)
) -> Columns:
    """Return KEYS, SUMS, then the ratios; rows by length of interval, part, and start.

    every_min: lengths of the intervals, multiples of the shortest one; 0: the whole run.
    """
    attempts = Attempts(tables["calls"], manifest)
    # the weights of the widest set are summed once, in the finest intervals
    step_s = min((each for each in every_min if each), default=EVERY_MIN[0]) * MINUTE_S
    n = max(1, math.ceil(manifest.end_s / step_s - 1e-9))
    window = Window(np.minimum(np.arange(n + 1) * step_s, manifest.end_s))
    weights = (
        attempt_sums(attempts, tables, manifest),
        leg_sums(tables["calls"], manifest),
    )
    places = tuple(
        np.clip((t_s // step_s).astype(np.int64), 0, n - 1)
        for t_s in (attempts.t_offered_s, tables["calls"]["t_offered_s"])
    )
    spans = agent_spans(tables, manifest)

    def sums_of(part: Dimension) -> dict[str, Floats]:
        """Return each sum, shape (parts, intervals)."""
        k, found = len(part.names), {}
        for of_rows, place, of in zip(
            (part.of_attempts, part.of_legs), places, weights, strict=True
        ):
            for name, each in of.items():
                found[name] = _binned(of_rows, place, each, k, n)
        for name, (agent, from_s, to_s) in spans.items():
            found[name] = np.full((k, n), np.nan)
            if part.of_agents is None:
                continue
            part_of = np.append(part.of_agents, -1)[agent]
            for ix in range(k):
                rows = part_of == ix
                found[name][ix] = window.integral(from_s[rows], to_s[rows]) / HOUR_S
        return found

    blocks: list[Columns] = []
    parts = [(part, sums_of(part)) for part in dimensions(tables, manifest, attempts)]
    for minutes in every_min:
        every = n if minutes == 0 else round(minutes * MINUTE_S / step_s)
        for part, sums in parts:
            blocks.append(_block(part, sums, minutes, every, window.edges_s, manifest))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _binned(of_rows: Ints | None, place: Ints, weights: Floats, k: int, n: int) -> Floats:
    if of_rows is None:
        return np.full((k, n), np.nan)
    rows = of_rows >= 0
    binned = np.bincount(of_rows[rows] * n + place[rows], weights[rows], minlength=k * n)
    return binned.astype(np.float64).reshape(k, n)


def _block(
    part: Dimension,
    sums: dict[str, Floats],
    minutes: int,
    every: int,
    edges_s: Floats,
    manifest: Manifest,
) -> Columns:
    """Return the rows of one division in intervals of one length."""
    begins = np.arange(0, len(edges_s) - 1, every)
    coarse = {name: np.add.reduceat(each, begins, axis=1).ravel() for name, each in sums.items()}
    k, n = len(part.names), len(begins)
    start = datetime.fromisoformat(manifest.start)
    t_s = np.tile(edges_s[begins], k)
    times = [f"{start + timedelta(seconds=each):%Y-%m-%d %H:%M}" for each in edges_s[begins]]
    block: Columns = {
        "every_min": np.full(k * n, minutes, dtype=np.int64),
        "t_s": t_s,
        "time": np.array(times * k, dtype=object),
        "by": np.array([part.by] * (k * n), dtype=object),
        "name": np.repeat(np.array(part.names, dtype=object), n),
    }
    block |= {name: coarse[name] for name in SUMS}
    pairs = {name: (above, below) for name, (above, below, _) in RATIOS.items()}
    for name, (above, below) in {**pairs, **LEG_RATIOS}.items():
        there = coarse[below] > 0.0
        block[name] = np.full(k * n, np.nan)
        block[name][there] = coarse[above][there] / coarse[below][there]
    return block


def contact_csv(tables: RunTables, manifest: Manifest) -> str:
    """Return the table as comma-separated values; it begins with a mark by which Excel reads UTF-8.

    A number that is not there is an empty cell.
    """
    columns = broken_down(tables, manifest)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(_told(each) for each in columns.values()), strict=True))
    return "\ufeff" + text.getvalue()


def _told(column: NDArray[np.generic]) -> Iterator[str]:
    if column.dtype.kind == "f":
        return map(_number, column.tolist())
    return map(str, column.tolist())


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
