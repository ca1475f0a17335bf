"""Small tables written by hand: rows as dicts, all other columns empty or neutral."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sim.engine.tables import Columns
from sim.store.columns import empty_tables, laid_out
from sim.store.layout import OUTCOMES, TABLES
from sim.store.manifest import Manifest, Measures

NEUTRAL = {int: 0, float: float("nan"), bool: False, str: ""}


def table(name: str, *rows: dict[str, Any]) -> dict[str, Columns]:
    layout = TABLES[name]
    assert all(row.keys() <= layout.keys() for row in rows), name
    dtypes = {int: np.int64, float: np.float64, bool: np.bool_, str: object}
    columns = {
        column: np.array([row.get(column, NEUTRAL[kind]) for row in rows], dtype=dtypes[kind])
        for column, (kind, _) in layout.items()
    }
    return {name: columns}


def run_of(*parts: dict[str, Columns]) -> dict[str, Columns]:
    tables = empty_tables()
    for part in parts:
        tables |= part
    return laid_out(tables)


def manifest(end_s: float = 3600.0, **measures: Any) -> Manifest:
    return Manifest(
        scenario="base",
        seed=1,
        resolved="",
        start="2019-08-09T00:00:00+08:00",
        zone="Asia/Shanghai",
        horizon_s=end_s,
        end_s=end_s,
        call_types=("outage",),
        customer_classes=("residential",),
        measures=Measures(**measures),
    )


def call(outcome: str, rang: float, menu: float, wait: float, end: float, **more: Any) -> Any:
    answered = more.pop("agent", 1 if outcome == "answered" else -1)
    return {
        "outcome": OUTCOMES.index(outcome),
        "t_offered_s": rang,
        "t_menu_end_s": menu,
        "t_wait_end_s": wait,
        "t_end_s": end,
        "agent": answered,
        "group_ix": 1,
    } | more


def fact(seq: int, kind: str, cause: int, subject: str, t_s: float = 0.0, **fields: Any) -> Any:
    return {
        "seq": seq,
        "t_s": t_s,
        "kind": kind,
        "cause": cause,
        "subject": subject,
        "fields": json.dumps(fields),
    }
