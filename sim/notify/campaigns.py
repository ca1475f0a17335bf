"""Campaigns: owner of notices; each goes by one or several channels.

The channels of a notice are independent of each other: whether a customer has the app says nothing
about a mobile number on file (assumption). What becomes of the readers, the customers' part knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.clock import Clock
from sim.engine.facts import NoticeCancelled, NoticeFinished, NoticeSubmitted
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.engine.tables import Columns
from sim.notify.carrier import Carrier, Mailing
from sim.scenario.notify import Notify

__all__ = ["Audience", "Campaigns", "Notice"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_MESSAGE = (
    "notice", "channel", "group_ix", "customers", "sent", "delivered", "noticed", "cost_yuan",
    "t_sent_s", "t_delivered_s",
)  # fmt: skip
"""Columns of the table of messages."""


@dataclass(frozen=True)
class Audience:
    """Who can be told: an entry a customer group."""

    customers: Ints
    class_ix: Ints
    place_ix: Ints
    """Transformer of the group."""
    classes: tuple[str, ...]
    has_supply: Callable[[Ints], Bools]
    """Return for some groups whether they have supply at this moment."""


@dataclass
class Notice:
    """One notice: whom it addresses, what it says, and how it fares on each channel."""

    notice: str
    incident: str
    template: str
    restoration_s: float
    groups: Ints
    customers: Ints
    t_submitted_s: float
    mailings: dict[str, Mailing] = field(default_factory=dict)
    """By channel."""
    seq: int = -1
    cancelled: bool = False


class Campaigns:
    """Own all notices of a run."""

    def __init__(
        self,
        section: Notify,
        audience: Audience,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        on_noticed: Callable[[Notice, str, Ints, Floats], None],
    ) -> None:
        """Take the audience; on_noticed hears (notice, channel, groups, shares reached)."""
        self._section, self._audience = section, audience
        self._clock, self._journal = clock, journal
        self._rounding = streams.trait("notify.rounding")
        self._powered = streams.trait("notify.powered")
        self._on_noticed = on_noticed
        self._count: dict[str, int] = {}
        self.notices: dict[str, Notice] = {}
        self.carriers = {
            name: Carrier(
                name,
                channel,
                np.array([channel.by_class.get(each, channel.registered_share)
                          for each in audience.classes])[audience.class_ix],
                self._works,
                clock,
                self._heard,
                self._finished,
            )
            for name, channel in section.channels.items()
        }  # fmt: skip

    def submit(
        self,
        incident: str,
        template: str,
        restoration_s: float,
        groups: Ints,
        cause: int,
        channels: Sequence[str] = (),
    ) -> Notice:
        """Hand a notice to its channels (none named: the default ones) and follow its messages."""
        name = f"{incident or 'all'}/{template}"
        self._count[name] = self._count.get(name, 0) + 1
        name = f"{name}#{self._count[name]}"
        customers = self._audience.customers[groups]
        notice = Notice(name, incident, template, restoration_s, groups, customers, self._clock.now)
        self.notices[name] = notice
        chosen = self._section.chosen(channels)
        notice.seq = self._journal.write(
            NoticeSubmitted(
                name,
                incident,
                template,
                chosen,
                int(customers.sum()),
                None if math.isnan(restoration_s) else restoration_s,
            ),
            cause,
        )
        rounding = self._rounding.of_names(f"{name}/{group}" for group in groups.tolist())
        for channel in chosen:
            carrier = self.carriers[channel]
            mailing = carrier.mail(name, groups, customers, rounding)
            notice.mailings[channel] = mailing
            if carrier.channel.approval == 0.0:
                carrier.take(mailing)
        return notice

    def cancel(self, name: str, cause: int) -> None:
        """Stop a notice on all its channels: what has not been sent by now never leaves."""
        notice = self.notices[name]
        waiting = [each for each in notice.mailings.values() if not each.is_taken]
        taken = [each for each in notice.mailings.values() if each.is_taken]
        # a channel that has not taken it is out of it at once, and says so after this fact
        unsent = sum(int(each.sent.sum()) for each in waiting)
        unsent += sum(self.carriers[each.channel].cancel(each) for each in taken)
        notice.cancelled = True
        self._journal.write(NoticeCancelled(name, tuple(notice.mailings), unsent), cause)
        for each in waiting:
            self.carriers[each.channel].cancel(each)

    def set_throughput(self, per_h: float | None, channel: str) -> float:
        """Let a channel's gateway send at another rate, or its own again; return it an hour."""
        return self.carriers[channel].set_throughput(per_h)

    def last_channels(self, incident: str) -> tuple[str, ...]:
        """Return the channels of the last standing notice of an incident, none if there is none."""
        for notice in reversed(self.notices.values()):
            if notice.incident == incident and not notice.cancelled:
                return tuple(notice.mailings)
        return ()

    def _works(self, channel: str, groups: Ints) -> Bools:
        """Return at which groups a channel works now: with supply, or by its own battery."""
        share = self._section.channels[channel].unpowered_share
        if share >= 1.0:
            return np.ones(len(groups), dtype=np.bool_)
        places = self._audience.place_ix[groups].tolist()
        battery = {ix: self._powered.of(f"{channel}/{ix}") < share for ix in sorted(set(places))}
        return np.array([battery[ix] for ix in places], dtype=np.bool_) | (
            self._audience.has_supply(groups)
        )

    def _heard(self, mailing: Mailing, groups: Ints, shares: Floats) -> None:
        self._on_noticed(self.notices[mailing.notice], mailing.channel, groups, shares)

    def _finished(self, mailing: Mailing) -> None:
        sent, delivered = int(mailing.sent.sum()), int(mailing.delivered.sum())
        fact = NoticeFinished(mailing.notice, mailing.channel, sent, delivered)
        self._journal.write(fact, self.notices[mailing.notice].seq)

    def notice_rows(self) -> list[dict[str, Any]]:
        """Return a row a notice."""
        return [
            {
                "notice": each.notice,
                "incident": each.incident,
                "template": each.template,
                "channels": ",".join(each.mailings),
                "restoration_s": each.restoration_s,
                "t_submitted_s": each.t_submitted_s,
                "customers": int(each.customers.sum()),
                "seq": each.seq,
            }
            for each in self.notices.values()
        ]

    def message_columns(self) -> Columns:
        """Return the table of messages: a row a notice, channel and customer group.

        What a channel has not taken by now has not been sent.
        """
        parts: list[list[NDArray[Any]]] = [
            [*self._messages_of(each)]
            for notice in self.notices.values()
            for each in notice.mailings.values()
        ]
        kinds = (object, object, np.int64, np.int64, np.int64, np.int64, np.int64, *[float] * 3)
        return {
            name: np.concatenate([np.empty(0, kind), *(part[k] for part in parts)]).astype(kind)
            for k, (name, kind) in enumerate(zip(_MESSAGE, kinds, strict=True))
        }

    def _messages_of(self, mailing: Mailing) -> Iterator[NDArray[Any]]:
        """Yield the columns of one notice on one channel."""
        n, channel = len(mailing.groups), self._section.channels[mailing.channel]
        sent = mailing.sent if mailing.is_taken else np.zeros(n)
        sent_s = mailing.t_sent_s if mailing.is_taken else np.full(n, math.nan)
        yield np.full(n, mailing.notice, object)
        yield np.full(n, mailing.channel, object)
        for each in (mailing.groups, mailing.customers, sent, mailing.delivered, mailing.noticed):
            yield np.asarray(each).astype(np.int64)
        yield np.asarray(sent, float) * channel.cost
        yield np.asarray(sent_s, float)
        yield np.where(mailing.delivered, mailing.t_sent_s + channel.transit, math.nan)

    def message_rows(self) -> list[dict[str, Any]]:
        """Return the table of messages by rows."""
        columns = self.message_columns()
        rows = zip(*(each.tolist() for each in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]
