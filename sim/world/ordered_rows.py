"""Rows of the tables of interruptions and of outages on purpose."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from sim.control.ordered import OrderedOutage
from sim.engine.facts import OutageOrdered, SupplyLost
from sim.engine.tables import Columns
from sim.units import HOUR_S, MINUTE_S
from sim.world.world import World

__all__ = ["interruption_columns", "outage_rows"]

_STEP_S = 5 * MINUTE_S
"""Step by which a load is summed up to an energy."""


def interruption_columns(world: World) -> Columns:
    """Return the table of interruptions, with why supply was lost."""
    spans = list(world.interruptions.spans(world.clock.now))
    columns = list(zip(*spans, strict=True)) if spans else [()] * 6
    outages = {cause: _outage_behind(world, cause) for cause in set(columns[5])}
    behind = [outages[cause] for cause in columns[5]]
    return {
        "transformer_ix": np.array(columns[0], np.int64),
        "customers": np.array(columns[1], np.int64),
        "t_off_s": np.array(columns[2], np.float64),
        "t_on_s": np.array(columns[3], np.float64),
        "is_open": np.array(columns[4], np.bool_),
        "why": np.array([each.why if each else "fault" for each in behind], object),
        "outage": np.array([each.id if each else "" for each in behind], object),
        "cause": np.array(columns[5], np.int64),
    }


def _outage_behind(world: World, cause: int) -> OrderedOutage | None:
    """Return the outage on purpose that a loss of supply belongs to, if any."""
    is_supply = cause >= 0 and isinstance(world.journal.at(cause).fact, SupplyLost)
    return world.deliberate.behind(cause) if is_supply else None


def outage_rows(world: World) -> list[dict[str, Any]]:
    """Return a row an outage on purpose."""
    ordered = world.room.ordered.all
    if not ordered:
        return []
    ordered_s = {e.fact.outage: e.t_s for e in world.journal if isinstance(e.fact, OutageOrdered)}
    spans: dict[str, list[tuple[int, int, float, float]]] = defaultdict(list)
    for ix, n, off_s, on_s, _is_open, cause in world.interruptions.spans(world.clock.now):
        if (outage := _outage_behind(world, cause)) is not None:
            spans[outage.id].append((ix, n, off_s, on_s))
    customers = world.grid.transformer_customers
    protected = world.shortage.protected
    rows = []
    for each in ordered.values():
        mine = spans[each.id]
        hit = {ix for ix, _n, _from, _to in mine} & protected
        rows.append(
            {
                "outage": each.id,
                "why": each.why,
                "customers": int(customers[list(each.members)].sum()),
                "protected": int(customers[sorted(hit)].sum()),
                "t_ordered_s": ordered_s[each.id],
                "t_told_s": world.deliberate.first_told_s.get(each.id, math.nan),
                "t_start_s": each.start_s,
                "t_began_s": each.began_s,
                "t_ended_s": each.ended_s,
                "restoration_s": each.restoration_s,
                "customer_h": sum(n * (to - from_) for _ix, n, from_, to in mine) / HOUR_S,
                "energy_mwh": _energy_mwh(world, mine),
            }
        )
    return rows


def _energy_mwh(world: World, spans: list[tuple[int, int, float, float]]) -> float:
    """Return what transformers would have used in their spans: midpoint rule, MWh."""
    together: dict[tuple[float, float], list[int]] = defaultdict(list)
    for ix, _customers, from_s, to_s in spans:
        together[from_s, to_s].append(ix)
    total = 0.0
    for (from_s, to_s), members in together.items():
        n = max(1, math.ceil((to_s - from_s) / _STEP_S))
        step_s = (to_s - from_s) / n
        middles = from_s + (np.arange(n) + 0.5) * step_s
        load = sum(float(world.shortage.demand(float(t))[members].sum()) for t in middles)
        total += load * step_s / HOUR_S
    return total
