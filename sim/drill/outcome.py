"""The outcome of a drill: what customers lost while it was played, from the tables of the run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import (
    ABANDONED,
    BALKED,
    BLOCKED,
    CALLBACK,
    CALLER_STATES,
    DROPPED,
    LEFT_IN_MENU,
    NOT_REACHED,
)
from sim.engine.tables import Columns
from sim.scenario.exercise import LossWeights
from sim.units import HOUR_S

__all__ = ["PARTS", "Outcome", "outcome"]

PARTS = ("customer_hours", "lost_callers", "wrong_hours")
"""What the loss is made of."""
_LOST = CALLER_STATES.index("lost")
_UNSERVED = (ABANDONED, BALKED, BLOCKED, DROPPED, LEFT_IN_MENU)
_MOST_BEHIND = 20
"""Log entries kept behind each part, the heaviest first."""

Floats = NDArray[np.float64]
Behind = tuple[tuple[int, float], ...]
"""(Sequence number, amount) of the log entries an amount comes from, the largest first."""


@dataclass(frozen=True)
class Outcome:
    """Hold the amounts of one run, their weights, and the log entries behind them."""

    amounts: Mapping[str, float]
    """Those of `PARTS`, and abandoned_calls for telling."""
    weights: Mapping[str, float]
    behind: Mapping[str, Behind] = field(default_factory=dict)
    """Supply lost, callers planned, notices submitted: by part."""

    @property
    def loss(self) -> float:
        """Return the weighted sum."""
        return sum(self.amounts[name] * self.weights[name] for name in PARTS)


def outcome(
    tables: Mapping[str, Columns], weights: LossWeights, from_s: float, to_s: float
) -> Outcome:
    """Measure a run between two times, s from the scenario's start."""
    hours, of_outages = _customer_hours(tables["interruptions"], from_s, to_s)
    lost, of_callers = _lost_callers(tables["callers"], tables["calls"], from_s, to_s)
    wrong, of_notices = _wrong_hours(tables, from_s, to_s)
    calls = tables["calls"]
    is_abandoned = (calls["outcome"] == ABANDONED) & _inside(calls["t_end_s"], from_s, to_s)
    return Outcome(
        {
            "customer_hours": hours,
            "lost_callers": float(lost),
            "wrong_hours": wrong,
            "abandoned_calls": float(np.count_nonzero(is_abandoned)),
        },
        {
            "customer_hours": weights.customer_hour,
            "lost_callers": weights.lost_caller,
            "wrong_hours": weights.wrong_hour,
        },
        {"customer_hours": of_outages, "lost_callers": of_callers, "wrong_hours": of_notices},
    )


def _inside(t_s: Floats, from_s: float, to_s: float) -> NDArray[np.bool_]:
    return (t_s > from_s) & (t_s <= to_s)


def _heaviest(amounts: Iterable[tuple[int, float]]) -> Behind:
    total: dict[int, float] = {}
    for seq, amount in amounts:
        if seq >= 0 and amount > 0:
            total[seq] = total.get(seq, 0.0) + amount
    return tuple(sorted(total.items(), key=lambda each: (-each[1], each[0]))[:_MOST_BEHIND])


def _customer_hours(rows: Columns, from_s: float, to_s: float) -> tuple[float, Behind]:
    """Return the hours of customers without supply, and the losses of supply behind them."""
    length_s = np.minimum(rows["t_on_s"], to_s) - np.maximum(rows["t_off_s"], from_s)
    hours = np.maximum(length_s, 0.0) * rows["customers"] / HOUR_S
    causes: list[int] = rows["cause"].tolist()
    return float(hours.sum()), _heaviest(zip(causes, hours.tolist(), strict=True))


def _lost_callers(
    callers: Columns, calls: Columns, from_s: float, to_s: float
) -> tuple[int, Behind]:
    """Return the callers whose last attempt failed, and what made them call.

    Who was promised a call back and not reached by it is lost too; who is dialled without having
    called is not.
    """
    of = calls["caller"]
    is_last = calls["attempt"] == callers["attempts"][of] - 1
    promised = np.isin(of, of[is_last & (calls["outcome"] == CALLBACK)])
    is_broken = promised & (calls["outcome"] == NOT_REACHED) & _is_last_leg(calls)
    is_lost = (
        (np.isin(calls["outcome"], _UNSERVED) | is_broken)
        & _inside(calls["t_end_s"], from_s, to_s)
        & is_last
        & (callers["state"][of] == _LOST)
    )
    causes, counts = np.unique(calls["cause"][is_lost], return_counts=True)
    pairs = zip(causes.tolist(), counts.astype(float).tolist(), strict=True)
    return int(np.count_nonzero(is_lost)), _heaviest(pairs)


def _is_last_leg(calls: Columns) -> NDArray[np.bool_]:
    """Return which rows are the last leg of their attempt."""
    order = np.lexsort((calls["leg"], calls["attempt"], calls["caller"]))
    caller, attempt = calls["caller"][order], calls["attempt"][order]
    found = np.ones(len(order), dtype=bool)
    found[order[:-1]] = (caller[1:] != caller[:-1]) | (attempt[1:] != attempt[:-1])
    return found


@dataclass(frozen=True, slots=True)
class _Promise:
    """What one notice told a share of a customer group on one channel, while it was the last one.

    Shape of a group's promises: a list, by channel and then by time.
    """

    from_s: float
    to_s: float
    restoration_s: float
    share: float
    seq: int


def _wrong_hours(tables: Mapping[str, Columns], from_s: float, to_s: float) -> tuple[float, Behind]:
    """Return the hours of customers still out under a restoration time that had passed.

    A notice counts with its readers, from its arrival until the next one arrives on its channel;
    only outages that had begun before the time told count. Channels are independent of each other,
    as in the model: whoever knows a time that still stands by another channel is not misled.
    """
    outages = _outages(tables["interruptions"])
    transformer_of, customers_of = tables["groups"]["transformer_ix"], _customers(tables)
    amounts: list[tuple[int, float]] = []
    for group, promises in _promises(tables, to_s).items():
        for off_s, on_s in outages.get(int(transformer_of[group]), ()):
            told = [each for each in promises if off_s < each.restoration_s]
            first_s, last_s = max(from_s, off_s), min(on_s, to_s)
            moments = {first_s, last_s}
            moments.update(t for p in told for t in (p.from_s, p.to_s, p.restoration_s))
            cuts = sorted(t for t in moments if first_s <= t <= last_s)
            for begin_s, end_s in pairwise(cuts):
                hours = (end_s - begin_s) * customers_of[group] / HOUR_S
                now = [each for each in told if each.from_s <= begin_s < each.to_s]
                amounts += [(seq, share * hours) for seq, share in _misled(now, begin_s)]
    return sum(hours for _seq, hours in amounts), _heaviest(amounts)


def _misled(promises: list[_Promise], now_s: float) -> list[tuple[int, float]]:
    """Return the shares of a group that believe in a time that has passed, by whose notice."""
    knows = 1.0 - math.prod(1.0 - each.share for each in promises if each.restoration_s > now_s)
    left = 1.0 - knows
    found = []
    for each in promises:
        if each.restoration_s <= now_s:
            found.append((each.seq, left * each.share))
            left *= 1.0 - each.share
    return found


def _customers(tables: Mapping[str, Columns]) -> dict[int, int]:
    """Return how many customers the groups that were told something have."""
    messages = tables["messages"]
    pairs = zip(messages["group_ix"].tolist(), messages["customers"].tolist(), strict=True)
    return dict(pairs)


def _outages(rows: Columns) -> dict[int, list[tuple[float, float]]]:
    found: dict[int, list[tuple[float, float]]] = {}
    spans = zip(
        rows["transformer_ix"].tolist(), rows["t_off_s"].tolist(), rows["t_on_s"].tolist(),
        strict=True,
    )  # fmt: skip
    for transformer, off_s, on_s in spans:
        found.setdefault(transformer, []).append((off_s, on_s))
    return found


def _promises(tables: Mapping[str, Columns], to_s: float) -> dict[int, list[_Promise]]:
    """Return what each customer group was told on each channel, in the order it arrived."""
    notices, messages = tables["notices"], tables["messages"]
    said = {
        name: (restoration_s, seq)
        for name, restoration_s, seq in zip(
            notices["notice"], notices["restoration_s"].tolist(), notices["seq"].tolist(),
            strict=True,
        )
    }  # fmt: skip
    arrived: dict[tuple[int, str], list[tuple[float, int, float, float]]] = {}
    columns = ("notice", "channel", "group_ix", "customers", "noticed", "t_delivered_s")
    for name, channel, group, customers, readers, delivered_s in zip(
        *(messages[each].tolist() for each in columns), strict=True
    ):
        restoration_s, seq = said[name]
        if readers > 0 and math.isfinite(delivered_s) and math.isfinite(restoration_s):
            row = (delivered_s, seq, restoration_s, readers / customers)
            arrived.setdefault((group, channel), []).append(row)
    found: dict[int, list[_Promise]] = {}
    for (group, _channel), rows in sorted(arrived.items()):
        rows.sort()
        ends_s = [row[0] for row in rows[1:]] + [to_s]
        found.setdefault(group, []).extend(
            _Promise(from_s, end_s, restoration_s, share, seq)
            for (from_s, seq, restoration_s, share), end_s in zip(rows, ends_s, strict=True)
        )
    return found
