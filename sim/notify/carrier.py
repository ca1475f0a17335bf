"""A carrier: owner of one channel's queue and of the messages it carries.

Each message is sent, delivered or lost, and noticed or not; counts per customer group, with keyed
rounding so that the same notice meets the same luck in every run, on every channel. Readers come
in the order of their rank within the group (a channel always reaches the same ones).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.clock import Clock
from sim.engine.sampling import quantile
from sim.notify.delivery import Gateway
from sim.scenario.notify import Channel
from sim.units import MINUTE_S

__all__ = ["Carrier", "Mailing"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_STEPS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Noticing is followed at these quantiles; each stands for a fifth of the readers."""


@dataclass
class Mailing:
    """The messages of one notice on one channel; arrays have an entry a customer group."""

    notice: str
    channel: str
    groups: Ints
    customers: Ints
    sent: Ints
    delivered: Ints
    noticed: Ints
    t_sent_s: Floats
    """When the last of a group's messages leaves; endless while the channel has not taken it."""
    rounding: Floats
    steps: dict[int, Ints] = field(default_factory=dict)
    """Steps of noticing still to come, by number: the groups each is about."""
    n_steps: int = 0
    is_taken: bool = False
    arrives: Bools = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    """Whether the channel worked at a group's place when it took the notice."""


class Carrier:
    """Own one channel."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        reachable: Floats,
        works: Callable[[str, Ints], Bools],
        clock: Clock,
        on_noticed: Callable[[Mailing, Ints, Floats], None],
        on_finished: Callable[[Mailing], None],
    ) -> None:
        """Take the share of each group's customers that the channel addresses.

        `works(channel, groups)` says where it can be heard at this moment; `on_noticed` hears
        (mailing, groups, shares of their customers reached so far).
        """
        self.name, self.channel = name, channel
        self._reachable, self._works, self._clock = reachable, works, clock
        self._gateway = Gateway(math.inf if channel.at_once else channel.throughput)
        self._noticing = quantile(channel.noticing)
        self._on_noticed, self._on_finished = on_noticed, on_finished
        self.mailings: list[Mailing] = []

    def mail(self, notice: str, groups: Ints, customers: Ints, rounding: Floats) -> Mailing:
        """Carry a notice to some groups; the channel takes it after its approval."""
        sent = np.floor(customers * self._reachable[groups] + rounding).astype(np.int64)
        nobody = np.zeros(len(groups), dtype=np.int64)
        mailing = Mailing(
            notice=notice,
            channel=self.name,
            groups=groups,
            customers=customers,
            sent=np.minimum(sent, customers),
            delivered=nobody,
            noticed=nobody.copy(),
            t_sent_s=np.full(len(groups), math.inf),
            rounding=rounding,
        )
        self.mailings.append(mailing)
        if self.channel.approval > 0.0:
            self._clock.call_in(self.channel.approval, partial(self.take, mailing))
        return mailing

    def take(self, mailing: Mailing) -> None:
        """Hand the messages to the gateway, and follow them."""
        if mailing.is_taken:
            return  # cancelled before
        mailing.is_taken = True
        mailing.t_sent_s = self._gateway.send(self._clock.now, mailing.sent)
        mailing.arrives = self._works(self.name, mailing.groups)
        mailing.delivered = self._arriving(mailing, mailing.sent)
        self._follow(mailing, np.arange(len(mailing.groups), dtype=np.int64))
        if not len(mailing.groups):
            self._on_finished(mailing)

    def cancel(self, mailing: Mailing) -> int:
        """Stop a mailing; return how many messages never leave.

        What the gateway has sent by now arrives.
        """
        now_s = self._clock.now
        if not mailing.is_taken:
            unsent = int(mailing.sent.sum())
            mailing.is_taken = True
            mailing.sent[:] = 0
            mailing.t_sent_s[:] = now_s
            self._on_finished(mailing)
            return unsent
        late = mailing.t_sent_s > now_s
        left = self._gateway.messages_after(now_s, mailing.t_sent_s[late], mailing.sent[late])
        unsent = int(left.sum())
        if unsent:
            self._gateway.withdraw(now_s, float(mailing.t_sent_s[-1]), unsent)
            mailing.sent[late] -= left
            mailing.delivered[late] = self._arriving(mailing, mailing.sent)[late]
            mailing.t_sent_s[late] = now_s
        return unsent

    def set_throughput(self, per_h: float | None) -> float:
        """Let the gateway send at another rate, or at its own again; return the rate an hour.

        What waits in it is sent at the new rate too.
        """
        rate = self.channel.throughput if per_h is None else per_h
        now_s = self._clock.now
        factor = self._gateway.change(now_s, rate)
        for mailing in self.mailings:
            late = np.flatnonzero((mailing.t_sent_s > now_s) & np.isfinite(mailing.t_sent_s))
            if len(late):
                self._send_anew(mailing, late, now_s + (mailing.t_sent_s[late] - now_s) * factor)
        return rate

    def _arriving(self, mailing: Mailing, sent: Ints) -> Ints:
        arrived = np.floor(sent * self.channel.delivered_share + mailing.rounding)
        arrived = np.minimum(arrived.astype(np.int64), sent)
        return np.where(mailing.arrives, arrived, 0)

    def _send_anew(self, mailing: Mailing, late: Ints, t_sent_s: Floats) -> None:
        """Send the messages of some groups at other times: forget their steps, plan new ones."""
        mailing.t_sent_s[late] = t_sent_s
        waiting = set(late.tolist())
        for number, members in list(mailing.steps.items()):
            left = [each for each in members.tolist() if each not in waiting]
            mailing.steps[number] = np.array(left, dtype=np.int64)
        self._follow(mailing, late)

    def _follow(self, mailing: Mailing, members: Ints) -> None:
        """Plan the steps at which readers notice, batch by batch of a minute of sending."""
        if not len(members):
            return
        times_s = mailing.t_sent_s[members]
        batch = np.floor((times_s - times_s[0]) / MINUTE_S).astype(np.int64)
        for number in np.unique(batch):
            chosen = members[np.flatnonzero(batch == number)]
            arrived_s = float(mailing.t_sent_s[chosen[-1]]) + self.channel.transit
            for step in _STEPS:
                name = mailing.n_steps
                mailing.n_steps += 1
                mailing.steps[name] = chosen
                self._clock.call_at(
                    arrived_s + self._noticing(step),
                    partial(self._noticed, mailing, name, step),
                )

    def _noticed(self, mailing: Mailing, name: int, step: float) -> None:
        members = mailing.steps.pop(name)
        if len(members):
            readers = self.channel.noticed_share * min(1.0, step + 0.1)
            delivered = mailing.delivered[members]
            count = np.floor(delivered * readers + mailing.rounding[members])
            mailing.noticed[members] = np.minimum(count.astype(np.int64), delivered)
            shares = mailing.noticed[members] / np.maximum(mailing.customers[members], 1)
            self._on_noticed(mailing, mailing.groups[members], shares)
        if not mailing.steps:
            self._on_finished(mailing)
