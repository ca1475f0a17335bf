"""Stages of work orders: which incident an order is of, when crews came, and what is overdue.

Pure: what is known of the incidents in, rows out. An order is of the incident that explains why
its transformer is out; when one incident turns out to be part of another, of the last. The first
order of an incident is its main order, and the others are merged into it (合并). An order settled
by advice, without a crew, is of no incident.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.contact.work_orders import Order
from sim.scenario.work_orders import WorkOrders

__all__ = ["Promises", "Span", "order_rows"]


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which an incident explained why a transformer is out, or some behind it."""

    incident: str
    from_s: float
    to_s: float
    whose: frozenset[int] | None = None
    """Numbers of the customers concerned; None: all of the transformer."""


@dataclass(frozen=True, slots=True)
class Promises:
    """What is promised for one transformer: arrival after the report, supply after arrival."""

    arrival_s: float
    restoration_s: float


def order_rows(
    orders: Sequence[Order],
    section: WorkOrders,
    explained: Mapping[int, Sequence[Span]],
    crews: Mapping[str, tuple[float, float]],
    promises: Sequence[Promises],
    now_s: float,
) -> list[dict[str, Any]]:
    """Return a row an order, in their order.

    explained: by transformer. crews: when a crew was first sent to an incident, and first arrived
    (inf: never). promises: by transformer. A stage that did not come before supply returned, or
    before the end of the run, is nan.
    """
    main_of: dict[str, int] = {}
    rows = []
    for number, order in enumerate(orders):
        gone_s = now_s if math.isnan(order.restored_s) else order.restored_s
        spans = [
            each
            for each in explained.get(order.transformer_ix, ())
            if each.from_s <= gone_s
            and each.to_s >= order.accepted_s
            and (each.whose is None or order.customer in each.whose)
            and not order.is_settled
        ]
        incident = max(spans, key=lambda each: each.from_s).incident if spans else ""
        row = _stages(order, spans, crews, gone_s)
        row["incident"] = incident
        row["merged_into"] = -1
        row["kind"] = "spared" if order.is_spared else "settled" if order.is_settled else "order"
        if not order.is_spared and incident:
            main = main_of.setdefault(incident, number)
            if main != number:
                row["merged_into"], row["kind"] = main, "merged"
        row |= _overdue(row, order, section, promises[order.transformer_ix], gone_s, now_s)
        rows.append(row)
    return rows


def _stages(
    order: Order, spans: Sequence[Span], crews: Mapping[str, tuple[float, float]], gone_s: float
) -> dict[str, Any]:
    """Return who reported, and when each stage came."""
    sent_s = [times[0] for each in spans if (times := crews.get(each.incident))]
    there_s = [times[1] for each in spans if (times := crews.get(each.incident))]
    dispatched_s = taken_s = arrived_s = math.nan
    if not (order.is_spared or order.is_settled):
        dispatched_s = _before(gone_s, order.dispatch_s)
        taken_s = _before(gone_s, max(dispatched_s, _first(sent_s)))
        arrived_s = _before(gone_s, max(taken_s, _first(there_s)))
    return {
        "caller": order.caller,
        "customer": max(order.customer, -1),
        "group_ix": order.group_ix,
        "transformer_ix": order.transformer_ix,
        "t_accepted_s": order.accepted_s,
        "t_dispatched_s": dispatched_s,
        "t_taken_s": taken_s,
        "t_arrived_s": arrived_s,
        "t_restored_s": order.restored_s,
        "t_followed_up_s": order.followed_up_s,
        "chasers": order.chasers,
    }


def _first(times_s: Sequence[float]) -> float:
    return min(times_s, default=math.inf)


def _before(end_s: float, t_s: float) -> float:
    """Return a time if it came before an end, else nan; nan stays nan."""
    return t_s if t_s <= end_s else math.nan


def _overdue(
    row: Mapping[str, Any],
    order: Order,
    section: WorkOrders,
    promises: Promises,
    gone_s: float,
    now_s: float,
) -> dict[str, bool]:
    """Return which stages took longer than promised, those still awaited included."""

    def is_late(since_s: float, until_s: float, promised_s: float, end_s: float = gone_s) -> bool:
        # a stage that was never begun is not late: since_s is nan
        return (end_s if math.isnan(until_s) else until_s) - since_s > promised_s

    accepted_s = math.nan if order.is_spared or order.is_settled else row["t_accepted_s"]
    back_s = row["t_restored_s"] if order.follow_up >= 0 else math.nan
    return {
        "late_dispatch": is_late(accepted_s, row["t_dispatched_s"], section.dispatched_within),
        "late_take_over": is_late(row["t_dispatched_s"], row["t_taken_s"], section.taken_within),
        "late_arrival": is_late(accepted_s, row["t_arrived_s"], promises.arrival_s),
        "late_restoration": is_late(
            row["t_arrived_s"], row["t_restored_s"], promises.restoration_s
        ),
        "late_follow_up": is_late(
            back_s, row["t_followed_up_s"], section.followed_up_within, now_s
        ),
    }
