"""Rows of the tables of interruptions and of outages on purpose."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from sim.engine.facts import OutageOrdered, SupplyLost
from sim.units import HOUR_S, MINUTE_S
from sim.world.world import World

__all__ = ["interruption_rows", "outage_rows"]

_STEP_S = 5 * MINUTE_S
"""Step by which a load is summed up to an energy."""


def interruption_rows(world: World) -> list[dict[str, Any]]:
    """Return a row an interruption, with why supply was lost."""
    rows = world.interruptions.rows(world.clock.now)
    for row in rows:
        cause = row["cause"]
        is_supply = cause >= 0 and isinstance(world.journal.at(cause).fact, SupplyLost)
        outage = world.deliberate.behind(cause) if is_supply else None
        row["why"] = outage.why if outage else "fault"
        row["outage"] = outage.id if outage else ""
    return rows


def outage_rows(world: World) -> list[dict[str, Any]]:
    """Return a row an outage on purpose."""
    ordered = world.room.ordered.all
    if not ordered:
        return []
    ordered_s = {e.fact.outage: e.t_s for e in world.journal if isinstance(e.fact, OutageOrdered)}
    spans: dict[str, list[tuple[int, int, float, float]]] = defaultdict(list)
    for row in interruption_rows(world):
        if row["outage"]:
            span = (row["transformer_ix"], row["customers"], row["t_off_s"], row["t_on_s"])
            spans[row["outage"]].append(span)
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
