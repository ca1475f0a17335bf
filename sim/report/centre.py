"""The contact centre by call type, line, site and agent group: tables, where there are several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np

from sim.engine.tables import Columns
from sim.report.run import Run
from sim.report.summary import table
from sim.report.words import Words

__all__ = ["centre_tables"]

Row = Mapping[str, Any]

_CALLS = ("offered", "blocked_share", "self_service_share", "connected_share",
          "in_time_of_all_share", "asa_s", "gone_share", "first_resolved_share")  # fmt: skip
_DIALLED = ("dialled", "reached_share", "handle_s")
_AGENTS = ("handled", "mean_wait_s", "handle_s", "handed_on_share", "occupancy_share", "duty_h",
           "overtime_h")  # fmt: skip
_TABLES: tuple[tuple[str, str, tuple[str, ...], Callable[[Row], bool]], ...] = (
    ("call_type", "call_type", _CALLS, lambda row: row["offered"] > 0),
    ("line", "line", _CALLS, lambda row: row["offered"] > 0),
    ("dialled", "call_type", _DIALLED, lambda row: row["dialled"] > 0),
    ("group", "group", _AGENTS, lambda row: row["duty_h"] > 0),
    ("site", "site", _AGENTS, lambda row: row["duty_h"] > 0),
)
"""Name of the table, what divides it, its columns, and the rows worth showing."""


def centre_tables(run: Run, words: Words) -> str:
    """Return the tables that have more than one row (what is dialled: any), or nothing."""
    chosen = run.centre["every_min"] == 0
    whole = _rows({name: column[chosen] for name, column in run.centre.items()})
    html = []
    for name, by, columns, is_shown in _TABLES:
        rows = [row for row in whole if row["by"] == by and is_shown(row)]
        if len(rows) < (1 if name == "dialled" else 2):
            continue
        heads = [words(f"centre.{name}"), *(words(f"centre.column.{each}") for each in columns)]
        body = "".join(_row(row, by, columns, words) for row in rows)
        numbers = tuple(range(1, len(heads)))
        html.append(f"<h3>{escape(words(f'centre.by_{name}'))}</h3>")
        html.append(table(heads, body, numbers))
    return "\n".join(html)


def _rows(columns: Columns) -> list[dict[str, Any]]:
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def _row(row: Row, by: str, columns: tuple[str, ...], words: Words) -> str:
    name = words.code(by, row["name"]) or words("centre.unnamed")
    cells = "".join(
        f'<td class="number">{escape(_told(each, row[each], words))}</td>' for each in columns
    )
    return f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>'


def _told(column: str, value: float, words: Words) -> str:
    if np.isnan(value):
        return words("summary.none")
    if column.endswith("_share"):
        return words.number(100.0 * value, 1)
    return words.number(value, 1 if column.endswith("_h") else 0)
