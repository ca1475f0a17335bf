"""The order book (工单): owner of every work order, from the report to the call-back.

A report of a customer becomes a work order; another one while it is open is a chaser (催办). While
a notice of a major service matter stands, some reports of its area become none. Which orders are
merged, and when crews came to them, is told when the run is over: see `order_stages`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.contact.centre import Centre
from sim.engine.clock import Clock
from sim.engine.facts import CallersPlanned
from sim.engine.hashing import mix
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.scenario.contact import Contact

__all__ = ["Order", "OrderBook"]

Ints = NDArray[np.int64]
_ALWAYS = -1.0
"""Number of a call-back: it is made whatever its group believes."""


@dataclass(slots=True)
class Order:
    """One work order, or one report that became none (`is_spared`)."""

    caller: int
    customer: int
    group_ix: int
    transformer_ix: int
    accepted_s: float
    dispatch_s: float
    """When it is dispatched unless supply returns before."""
    is_spared: bool = False
    is_settled: bool = False
    """Settled by advice, without a crew."""
    chasers: int = 0
    restored_s: float = math.nan
    follow_up: int = -1
    """Caller of its call-back."""
    followed_up_s: float = math.nan


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice of a major service matter."""

    transformers: frozenset[int]
    until_s: float


class OrderBook:
    """Own the work orders and the notices of major service matters."""

    def __init__(
        self,
        section: Contact,
        centre: Centre,
        transformer_of_group: Ints,
        customers_of: Callable[[Ints], Ints],
        episodes_of: Callable[[Ints], Ints],
        clock: Clock,
        journal: Journal,
        streams: Streams,
    ) -> None:
        """Take the customers (-1: unknown) behind callers, and the outage groups are in."""
        self._section, self._centre = section, centre
        self._transformer_of_group = transformer_of_group
        self._customers_of, self._episodes_of = customers_of, episodes_of
        self._clock, self._journal = clock, journal
        self._dispatch_s = quantile(section.work_orders.dispatch)
        self._dispatch = streams.trait("contact.order_dispatch")
        self._spared = streams.trait("contact.order_spared")
        self._called_back = streams.trait("contact.follow_up")
        self._call_back_delay = streams.trait("contact.follow_up_delay")
        self._call_back_key = streams.key("contact.follow_up_caller")
        self.orders: list[Order] = []
        """All orders and spared reports, as they were accepted."""
        self.n_reports = 0
        self._open: dict[int, dict[int, Order]] = {}
        """By customer group: open orders by customer."""
        self._notices: list[_Notice] = []
        self._known_dark: set[int] = set()
        """Transformers dark on purpose: who reports them is told why, and no order is made."""

    # --- reports

    def catch_up(self) -> None:
        """Take the reports made since the last time."""
        rows = self._centre.reports_since(self.n_reports)
        if not len(rows["caller"]):
            return
        self.n_reports += len(rows["caller"])
        columns = (
            rows["caller"],
            self._customers_of(rows["caller"]),
            rows["group"],
            self._episodes_of(rows["group"]),
            rows["t_end_s"],
        )
        for caller, customer, group, episode, t_s in zip(
            *(each.tolist() for each in columns), strict=True
        ):
            # an unknown customer is nobody but this caller
            self._take(caller, customer if customer >= 0 else -2 - caller, group, episode, t_s)

    def _take(self, caller: int, customer: int, group: int, episode: int, t_s: float) -> None:
        known = self._open.setdefault(group, {})
        if customer in known:
            known[customer].chasers += 1
            return
        owner = customer & 0xFFFFFFFF
        transformer = int(self._transformer_of_group[group])
        dispatch_s = t_s + self._dispatch_s(self._dispatch.of(owner, episode))
        order = Order(caller, customer, group, transformer, t_s, dispatch_s)
        self.orders.append(order)
        if self._is_covered(transformer, t_s):
            order.is_spared = (
                self._spared.of(owner, episode) < self._section.work_orders.major_service.spared
            )
        if transformer in self._known_dark:
            order.is_spared = True
        if not order.is_spared:
            known[customer] = order

    def settle(self, group: int, customer: int) -> None:
        """Close the order of a customer without a crew, if one is open."""
        self.catch_up()
        order = self._open.get(group, {}).pop(customer, None)
        if order is not None:
            order.is_settled = True

    # --- supply returns

    def restored(self, groups: Ints, cause: int) -> None:
        """Close the orders of customer groups whose supply returned, and call some back.

        The centre must know already that they are supplied.
        """
        self.catch_up()
        closed: list[Order] = []
        for group in groups.tolist():
            closed += self._open.pop(group, {}).values()
        for order in closed:
            order.restored_s = self._clock.now
        if closed and self._section.follow_up is not None:
            self._call_back(closed, cause)

    def _call_back(self, closed: list[Order], cause: int) -> None:
        settings = self._section.follow_up
        assert settings is not None
        episodes = self._episodes_of(np.array([each.group_ix for each in closed])).tolist()
        chosen = [
            (order, order.customer & 0xFFFFFFFF, episode)
            for order, episode in zip(closed, episodes, strict=True)
            if self._called_back.of(order.customer & 0xFFFFFFFF, episode) < settings.share
        ]
        if not chosen:
            return
        delay_s = quantile(settings.delay)
        seq = self._journal.write(CallersPlanned("follow_up", len(chosen)), cause)
        callers = self._centre.plan(
            [self._clock.now + delay_s(self._call_back_delay.of(*who)) for _order, *who in chosen],
            [order.group_ix for order, *_who in chosen],
            _ALWAYS,
            0.0,
            [mix(mix(self._call_back_key, owner), episode) for _order, owner, episode in chosen],
            settings.call_type,
            seq,
        )
        for (order, *_who), caller in zip(chosen, callers.tolist(), strict=True):
            order.follow_up = caller

    # --- notices of major service matters

    def file_notice(self, transformers: Collection[int]) -> float:
        """Let a notice cover transformers from now on; return for how long, s."""
        self.catch_up()
        lasts_s = self._section.work_orders.major_service.lasts
        self._notices.append(_Notice(frozenset(transformers), self._clock.now + lasts_s))
        return lasts_s

    def explain(self, transformers: Collection[int], is_known: bool) -> None:
        """Let reports of transformers make no orders from now on, or make them again."""
        self.catch_up()
        change = self._known_dark.update if is_known else self._known_dark.difference_update
        change(transformers)

    def _is_covered(self, transformer_ix: int, t_s: float) -> bool:
        return any(t_s < each.until_s and transformer_ix in each.transformers
                   for each in self._notices)  # fmt: skip

    # --- at the end

    def finish(self) -> None:
        """Take the last reports, and when call-backs were answered; the centre has ended."""
        self.catch_up()
        calls = self._centre.calls()
        answered = calls["outcome"] == "answered"
        talked_s = dict(zip(calls["caller"][answered].tolist(),
                            calls["t_end_s"][answered].tolist(), strict=True))  # fmt: skip
        for order in self.orders:
            order.followed_up_s = talked_s.get(order.follow_up, math.nan)
