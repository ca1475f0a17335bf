"""What the notification officer has seen: reported incidents, notices, receipts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.engine.facts import (
    IncidentClosed,
    NoticeCancelled,
    NoticeSubmitted,
    OutageCalledOff,
    OutageEnded,
    OutageOrdered,
)
from sim.engine.journal import Entry
from sim.notify.campaigns import Campaigns, Notice
from sim.notify.carrier import Mailing
from sim.scenario.notify import Notify
from sim.units import HOUR_S, MINUTE_S
from sim.world.deliberate import CALLED_OFF
from sim.world.seen.belief import known_time
from sim.world.seen.reportline import Report

__all__ = ["Press"]


class Press:
    """Own what has been told to customers, as far as the officer knows."""

    def __init__(self, section: Notify, campaigns: Campaigns) -> None:
        self._section, self._campaigns = section, campaigns
        self._cancelled: set[str] = set()
        self._told: dict[str, NoticeSubmitted] = {}
        self._of_outage: dict[str, list[NoticeSubmitted]] = {}
        """The standing notices of each outage on purpose, whatever became of the outage."""
        self._rows: dict[str, dict[str, Any]] = {}

    def read(self, entry: Entry) -> None:
        """Take one fact."""
        fact = entry.fact
        if isinstance(fact, OutageOrdered):
            self._of_outage[fact.outage] = []
        elif isinstance(fact, NoticeSubmitted):
            if fact.incident in self._of_outage:
                self._of_outage[fact.incident].append(fact)
            if fact.template != CALLED_OFF:  # that an outage will not be is no known outage
                self._told[fact.incident] = fact
        elif isinstance(fact, NoticeCancelled):
            self._cancelled.add(fact.notice)
            self._rows.pop(fact.notice, None)
            self._told = {
                incident: told
                for incident, told in self._told.items()
                if told.notice != fact.notice
            }
            for notices in self._of_outage.values():
                notices[:] = [each for each in notices if each.notice != fact.notice]
        elif isinstance(fact, IncidentClosed):
            self._told.pop(fact.incident, None)
        elif isinstance(fact, OutageEnded | OutageCalledOff):
            self._told.pop(fact.outage, None)

    def known_outages(self, district_of: dict[str, str]) -> list[dict[str, Any]]:
        """Return what standing notices say: the knowledge base of the contact centre."""
        return [
            {
                "incident": incident,
                "district": district_of[incident],
                "restoration_s": told.restoration_s,
            }
            for incident, told in self._told.items()
            if incident in district_of
        ]

    def incidents(self, report: Report) -> list[dict[str, Any]]:
        """Return the incidents as reported, with what was told of each."""
        rows = []
        for each in report.incidents:
            told = self._told.get(each["id"])
            rows.append(
                {
                    **each,
                    "told_restoration_s": told.restoration_s if told else None,
                    "notice": told.notice if told else None,
                    "told_channels": list(told.channels) if told else [],
                }
            )
        return rows

    def outages(self, report: Report) -> list[dict[str, Any]]:
        """Return the outages on purpose as reported, with what was told of each.

        One that was called off is there while the last its customers heard is that it will be.
        """
        rows = []
        for each in report.outages:
            told = next(reversed(self._of_outage[each["id"]]), None)
            is_told_off = told is None or told.template == CALLED_OFF
            if each["is_off"] and is_told_off:
                continue
            rows.append(
                {
                    **each,
                    "told_restoration_s": told.restoration_s if told else None,
                    "notice": told.notice if told else None,
                    "told_channels": list(told.channels) if told else [],
                }
            )
        return rows

    def notices(self, now_s: float) -> list[dict[str, Any]]:
        """Return a row a notice: what has left each channel and what was received."""
        rows = []
        for notice in self._campaigns.notices.values():
            row = self._rows.get(notice.notice)
            if row is None:
                row = self._row(notice, now_s)
                if row["status"] in ("sent", "cancelled"):
                    self._rows[notice.notice] = row  # nothing of it changes any more
            rows.append(row)
        return rows

    def _row(self, notice: Notice, now_s: float) -> dict[str, Any]:
        by = [self._on_channel(each, now_s) for each in notice.mailings.values()]
        is_received = all(self._is_received(each, now_s) for each in notice.mailings.values())
        n_sent = sum(each["sent"] for each in by)
        if notice.notice in self._cancelled:
            status = "cancelled" if is_received else "cancelling"
        elif is_received:
            status = "sent"
        else:
            status = "sending" if n_sent else "queued"
        receipts = [each["delivered"] for each in by if each["delivered"] is not None]
        return {
            "notice": notice.notice,
            "incident": notice.incident,
            "template": notice.template,
            "restoration_s": known_time(notice.restoration_s),
            "customers": int(notice.customers.sum()),
            "messages": sum(each["messages"] for each in by),
            "sent": n_sent,
            "delivered": sum(receipts) if receipts else None,
            "channels": by,
            "submitted_s": round(notice.t_submitted_s, 1),
            "status": status,
        }

    def _is_received(self, mailing: Mailing, now_s: float) -> bool:
        transit_s = self._section.channels[mailing.channel].transit
        counted = mailing.sent > 0 if mailing.notice in self._cancelled else slice(None)
        return bool((mailing.t_sent_s + transit_s <= now_s)[counted].all())

    def _on_channel(self, mailing: Mailing, now_s: float) -> dict[str, Any]:
        """Return how a notice fares on one channel; `delivered` is None without receipts."""
        channel = self._section.channels[mailing.channel]
        has_left = mailing.t_sent_s <= now_s
        is_received = mailing.t_sent_s + channel.transit <= now_s
        n_sent = int(mailing.sent[has_left].sum())
        return {
            "channel": mailing.channel,
            "messages": int(mailing.sent.sum()),
            "sent": n_sent,
            "delivered": int(mailing.delivered[is_received].sum()) if channel.receipts else None,
            "cost_yuan": round(n_sent * channel.cost, 2),
        }

    def channels(self, now_s: float) -> list[dict[str, Any]]:
        """Return a row a channel: its queue, and the rate over the last minute of sending."""
        usual = self._section.chosen(())
        return [
            {
                "channel": name,
                "name": None if each.name is None else {"en": each.name.en, "zh": each.name.zh},
                "is_default": name in usual,
                "at_once": each.at_once,
                "approval_s": each.approval,
                "receipts": each.receipts,
                "cost_yuan": each.cost,
                **self._queue(name, now_s),
            }
            for name, each in self._section.channels.items()
        ]

    def _queue(self, name: str, now_s: float) -> dict[str, Any]:
        waiting, sent_lately, last_s = 0, 0, now_s
        for mailing in self._campaigns.carriers[name].mailings:
            if mailing.t_sent_s.max(initial=0.0) <= now_s - MINUTE_S:
                continue
            if not mailing.is_taken:
                waiting += int(mailing.sent.sum())
                continue
            times_s = mailing.t_sent_s[mailing.sent > 0]
            messages = mailing.sent[mailing.sent > 0]
            waiting += int(messages[times_s > now_s].sum())
            is_late = (times_s > now_s - MINUTE_S) & (times_s <= now_s)
            sent_lately += int(messages[is_late].sum())
            last_s = max(last_s, float(np.max(times_s, initial=-math.inf)))
        per_h = self._section.channels[name].throughput
        return {
            "backlog_s": round(last_s - now_s, 1),
            "waiting": waiting,
            "per_s": round(per_h / HOUR_S, 2),
            "measured_per_s": round(sent_lately / MINUTE_S, 2),
        }
