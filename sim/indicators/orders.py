"""Indicators of work orders: what became of reports, how long each stage took, what was late."""

from __future__ import annotations

import numpy as np

from sim.engine.tables import Columns
from sim.indicators.measured import Measured, count, percentile, ratio
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import MINUTE_S

__all__ = ["ORDER_ROWS", "orders"]

_COUNT = "count of rows"
_OWN = "own definition"

_STAGES = {
    "dispatch": ("accepted", "dispatched", "report to dispatch"),
    "take_over": ("dispatched", "taken", "dispatch until a crew is on the incident"),
    "arrival": ("accepted", "arrived", "report until a crew of the incident is on site"),
    "restoration": ("accepted", "restored", "report until supply is back at the transformer"),
    "follow_up": ("restored", "followed_up", "supply until the answered call-back"),
}
"""Stage → the times it begins and ends with, and its name in words."""

ORDER_ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("orders_reports", "count", "Reports of outages by customers, to an agent or in the menu, in"
     " any channel: work orders + merged + chasers + spared + settled by advice.", _COUNT),
    ("orders_opened", "count", "Work orders that stand for themselves: the first of an incident,"
     " and those of no incident.", _COUNT),
    ("orders_merged", "count", "Work orders merged into the first of the same incident.", _COUNT),
    ("orders_chasers", "count", "Reports of customers whose work order was open.", _COUNT),
    ("orders_spared", "count", "Reports that became no work order under the notice of a major"
     " service matter.", _COUNT),
    *(
        (f"orders_{stage}_p{percent}_min", "min", f"{percent}th percentile of the time from"
         f" {words}, of work orders that came so far, merged ones included.", _OWN)
        for stage, (_begin, _end, words) in _STAGES.items()
        for percent in (50, 90)
    ),
    *(
        (f"orders_late_{stage}_share", "share", f"Work orders, merged ones included, in which the"
         f" stage {stage.replace('_', '-')} took longer than promised, still awaited or not / work"
         " orders. Supply that returns ends every wait but that for the call-back.", _OWN)
        for stage in _STAGES
    ),
    ("orders_late_share", "share", "Work orders with at least one stage late / work orders.",
     _OWN),
)  # fmt: skip
"""Rows (name, unit, definition, source) of the catalogue."""


def orders(tables: RunTables, _manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of work orders."""
    table = tables["work_orders"]
    kind = table["kind"].astype(str)
    is_order = ~np.isin(kind, ("spared", "settled"))
    chasers = int(table["chasers"].sum())
    result = {
        "orders_reports": count(len(kind) + chasers),
        "orders_opened": count((kind == "order").sum()),
        "orders_merged": count((kind == "merged").sum()),
        "orders_chasers": count(chasers),
        "orders_spared": count((kind == "spared").sum()),
    }
    for stage, (begin, end, _words) in _STAGES.items():
        lengths_s = (table[f"t_{end}_s"] - table[f"t_{begin}_s"])[is_order]
        lengths_min = lengths_s[np.isfinite(lengths_s)] / MINUTE_S
        for percent in (50, 90):
            result[f"orders_{stage}_p{percent}_min"] = percentile(
                lengths_min, percent, "no_such_order"
            )
    return result | _late(table, int(is_order.sum()))


def _late(table: Columns, n_orders: int) -> dict[str, Measured]:
    late = {stage: table[f"late_{stage}"] for stage in _STAGES}
    result = {
        f"orders_late_{stage}_share": ratio(is_late.sum(), n_orders, "no_such_order")
        for stage, is_late in late.items()
    }
    any_late = np.logical_or.reduce(list(late.values()))
    return result | {"orders_late_share": ratio(any_late.sum(), n_orders, "no_such_order")}
