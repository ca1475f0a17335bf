"""The course of a run, interval by interval: what arrives, waits, is served and gives up.

Calls count in the interval in which they ring, those that give up also in the one in which they
do; levels stand for the first moment of the interval, after all that happens at it.
"""

from __future__ import annotations

import csv
import io

import numpy as np

from sim.engine.tables import Columns
from sim.indicators.steady import Calls, Window
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["COURSE", "course", "course_csv"]

COURSE = {
    "t_s": "start of the interval, s from the start of the run",
    "calls": "attempts that ring in it",
    "blocked": "of these, without a free place",
    "balked": "of these, hung up at once",
    "accepted": "of these, joined a queue or met an idle agent, known to their end",
    "waited": "of the accepted, found no agent idle who may take them",
    "answered": "of the accepted, by an agent, now or later",
    "in_time": "of the answered, within T",
    "gone_in_time": "of the accepted, hung up within T",
    "wait_s": "sum of the waits of the accepted, s",
    "wait_answered_s": "sum of the waits of the answered, s",
    "gave_up": "calls that hang up in it, whenever they rang",
    "mean_queue": "calls waiting, mean over it",
    "mean_busy": "calls with an agent, mean over it",
    "queue_at": "calls waiting at its start",
    "busy_at": "calls with an agent at its start",
    "menu_at": "calls in a menu at its start",
}
"""Column → meaning."""


def course(tables: RunTables, manifest: Manifest, every_s: float = 0.0) -> Columns:
    """Return the columns of COURSE, one row an interval; the end of the run cuts the last.

    every_s: length of an interval; by default the one the scenario asked for.
    """
    every_s = every_s or manifest.measures.every_s
    n = int(np.ceil(manifest.end_s / every_s - 1e-9))
    edges_s = np.minimum(np.arange(n + 1) * every_s, manifest.end_s)
    window, calls = Window(edges_s), Calls(tables["calls"], manifest)
    batch = window.batch_of(calls.t_offered_s)
    rows = {
        "calls": calls.is_first_leg,
        "blocked": calls.has("blocked"),
        "balked": calls.has("balked"),
        "accepted": calls.accepted,
        "waited": calls.waited,
        "answered": calls.answered,
        "in_time": calls.answered & calls.in_time,
        "gone_in_time": calls.abandoned & calls.in_time,
    }
    levels = {
        "queue": (calls.in_queue, calls.t_joined_s, calls.t_left_s),
        "busy": (calls.answered, calls.t_left_s, calls.t_end_s),
        "menu": (~calls.has("blocked") & calls.is_first_leg, calls.t_offered_s, calls.t_queued_s),
    }
    found: Columns = {"t_s": edges_s[:-1]}
    found |= {name: window.sums(batch[chosen]) for name, chosen in rows.items()}
    found["wait_s"] = window.sums(batch, calls.wait_s)
    answered = calls.answered
    found["wait_answered_s"] = window.sums(batch[answered], calls.wait_s[answered])
    found["gave_up"] = window.sums(window.batch_of(calls.t_end_s[calls.abandoned]))
    for name, (within, from_s, to_s) in levels.items():
        held_s = window.integral(from_s[within], to_s[within])
        found[f"mean_{name}"] = held_s / window.lengths_s
        found[f"{name}_at"] = window.held_at(from_s[within], to_s[within])[:-1]
    return {name: found[name] for name in COURSE}


def course_csv(tables: RunTables, manifest: Manifest) -> str:
    """Return the course as a table of comma-separated values."""
    columns = course(tables, manifest)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    writer.writerows([f"{value:.10g}" for value in row] for row in rows)
    return text.getvalue()
