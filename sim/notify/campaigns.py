"""Campaigns: owner of notices and their messages.

Each message is sent, delivered or lost, and noticed or not; counts per customer group, with keyed
rounding so that the same notice meets the same luck in every run. Readers come in the order of
their rank within the group (the customers with a number on file are always the same ones).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.clock import Clock
from sim.engine.facts import NoticeCancelled, NoticeFinished, NoticeSubmitted
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.notify.delivery import Gateway
from sim.scenario.notify import Notify
from sim.units import MINUTE_S

__all__ = ["Campaigns", "Notice"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Noticing is followed at these quantiles; each stands for a fifth of the readers."""


@dataclass
class Notice:
    """One notice: whom it addresses, what it says, and how its messages fare."""

    notice: str
    incident: str
    template: str
    restoration_s: float
    groups: Ints
    customers: Ints
    sent: Ints
    delivered: Ints
    noticed: Ints
    t_submitted_s: float
    t_sent_s: Floats
    seq: int = -1
    steps: dict[int, Ints] = field(default_factory=dict)
    """Steps of noticing still to come, by number: the groups each is about."""
    n_steps: int = 0
    rounding: Floats = field(default_factory=lambda: np.empty(0))


class Campaigns:
    """Own all notices of a run."""

    def __init__(
        self,
        section: Notify,
        customers: Ints,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        on_noticed: Callable[[Notice, Ints, Floats], None],
    ) -> None:
        """Take the customers of each group; on_noticed hears (notice, groups, shares reached)."""
        self._sms = section.sms
        self._customers = customers
        self._clock, self._journal = clock, journal
        self._gateway = Gateway(section.sms.throughput)
        self._rounding = streams.trait("notify.rounding")
        self._noticing = quantile(section.sms.noticing)
        self._on_noticed = on_noticed
        self._count: dict[str, int] = {}
        self.notices: dict[str, Notice] = {}

    def submit(
        self, incident: str, template: str, restoration_s: float, groups: Ints, cause: int
    ) -> Notice:
        """Hand a notice to the gateway and follow its messages."""
        name = f"{incident or 'all'}/{template}"
        self._count[name] = self._count.get(name, 0) + 1
        notice = self._draw(f"{name}#{self._count[name]}", incident, template, groups)
        notice.restoration_s = restoration_s
        self.notices[notice.notice] = notice
        notice.seq = self._journal.write(
            NoticeSubmitted(
                notice.notice,
                incident,
                template,
                int(notice.customers.sum()),
                None if math.isnan(restoration_s) else restoration_s,
            ),
            cause,
        )
        self._follow(notice, np.arange(len(groups), dtype=np.int64))
        if not len(groups):
            self._journal.write(NoticeFinished(notice.notice, 0, 0), notice.seq)
        return notice

    def cancel(self, name: str, cause: int) -> None:
        """Stop a notice: what the gateway has not sent by now never leaves it."""
        notice, now_s = self.notices[name], self._clock.now
        late = notice.t_sent_s > now_s
        left = self._gateway.messages_after(now_s, notice.t_sent_s[late], notice.sent[late])
        unsent = int(left.sum())
        if unsent:
            self._gateway.withdraw(now_s, float(notice.t_sent_s[-1]), unsent)
            arrived = np.floor((notice.sent[late] - left) * self._sms.delivered_share
                               + notice.rounding[late]).astype(np.int64)  # fmt: skip
            notice.sent[late] -= left
            notice.delivered[late] = np.minimum(arrived, notice.sent[late])
            notice.t_sent_s[late] = now_s
        self._journal.write(NoticeCancelled(name, unsent), cause)

    def _draw(self, name: str, incident: str, template: str, groups: Ints) -> Notice:
        """Fix how many messages are sent and arrive, group by group."""
        customers = self._customers[groups]
        round_up = np.array([self._rounding.of(f"{name}/{int(group)}") for group in groups])
        sent = np.floor(customers * self._sms.registered_share + round_up).astype(np.int64)
        sent = np.minimum(sent, customers)
        delivered = np.floor(sent * self._sms.delivered_share + round_up).astype(np.int64)
        nobody = np.zeros(len(groups), dtype=np.int64)
        return Notice(
            notice=name,
            incident=incident,
            template=template,
            restoration_s=math.nan,
            groups=groups,
            customers=customers,
            sent=sent,
            delivered=np.minimum(delivered, sent),
            noticed=nobody,
            t_submitted_s=self._clock.now,
            t_sent_s=self._gateway.send(self._clock.now, sent),
            rounding=round_up,
        )

    def set_throughput(self, per_h: float | None) -> float:
        """Let the gateway send at another rate, or at its own again; return the rate an hour.

        What waits in it is sent at the new rate too.
        """
        rate = self._sms.throughput if per_h is None else per_h
        now_s = self._clock.now
        factor = self._gateway.change(now_s, rate)
        for notice in self.notices.values():
            late = np.flatnonzero(notice.t_sent_s > now_s)
            if len(late):
                self._send_anew(notice, late, now_s + (notice.t_sent_s[late] - now_s) * factor)
        return rate

    def _send_anew(self, notice: Notice, late: Ints, t_sent_s: Floats) -> None:
        """Send the messages of some groups at other times: forget their steps, plan new ones."""
        notice.t_sent_s[late] = t_sent_s
        waiting = set(late.tolist())
        for number, members in list(notice.steps.items()):
            left = [each for each in members.tolist() if each not in waiting]
            notice.steps[number] = np.array(left, dtype=np.int64)
        self._follow(notice, late)

    def _follow(self, notice: Notice, members: Ints) -> None:
        """Plan the steps at which readers notice, batch by batch of a minute of sending."""
        if not len(members):
            return
        times_s = notice.t_sent_s[members]
        batch = np.floor((times_s - times_s[0]) / MINUTE_S).astype(np.int64)
        for number in np.unique(batch):
            chosen = members[np.flatnonzero(batch == number)]
            arrived_s = float(notice.t_sent_s[chosen[-1]]) + self._sms.transit
            for step in _STEPS:
                name = notice.n_steps
                notice.n_steps += 1
                notice.steps[name] = chosen
                self._clock.call_at(
                    arrived_s + self._noticing(step),
                    partial(self._noticed, notice, name, step),
                )

    def _noticed(self, notice: Notice, name: int, step: float) -> None:
        members = notice.steps.pop(name)
        if len(members):
            readers = self._sms.noticed_share * min(1.0, step + 0.1)
            count = np.floor(notice.delivered[members] * readers + notice.rounding[members])
            notice.noticed[members] = np.minimum(count.astype(np.int64), notice.delivered[members])
            shares = notice.noticed[members] / np.maximum(notice.customers[members], 1)
            self._on_noticed(notice, notice.groups[members], shares)
        if not notice.steps:
            self._journal.write(
                NoticeFinished(notice.notice, int(notice.sent.sum()), int(notice.delivered.sum())),
                notice.seq,
            )

    def notice_rows(self) -> list[dict[str, Any]]:
        """Return a row a notice."""
        return [
            {
                "notice": each.notice,
                "incident": each.incident,
                "template": each.template,
                "restoration_s": each.restoration_s,
                "t_submitted_s": each.t_submitted_s,
                "customers": int(each.customers.sum()),
                "seq": each.seq,
            }
            for each in self.notices.values()
        ]

    def message_rows(self) -> list[dict[str, Any]]:
        """Return a row a notice and customer group."""
        return [
            {
                "notice": each.notice,
                "group_ix": int(group),
                "customers": int(each.customers[k]),
                "sent": int(each.sent[k]),
                "delivered": int(each.delivered[k]),
                "noticed": int(each.noticed[k]),
                "t_sent_s": float(each.t_sent_s[k]),
                "t_delivered_s": float(each.t_sent_s[k]) + self._sms.transit
                if each.delivered[k]
                else math.nan,
            }
            for each in self.notices.values()
            for k, group in enumerate(each.groups)
        ]
