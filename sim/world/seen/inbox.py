"""Inboxes: what each seat was told, numbered as that seat received it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.engine.facts import CommandRefused, InjectFired, MessageShown, SeatHandedOver
from sim.engine.journal import Entry
from sim.grid.assets import Grid
from sim.scenario.exercise import Exercise, filled
from sim.world.seats import SEATS

__all__ = ["LAST_MESSAGES", "Inboxes"]

LAST_MESSAGES = 100
"""Messages shown at once."""


class Inboxes:
    """Own the messages of every seat."""

    def __init__(self, exercise: Exercise | None, grid: Grid) -> None:
        self._injects = exercise.injects if exercise else {}
        self._names = {
            "en": {each.id: each.name_en for each in grid.districts},
            "zh": {each.id: each.name_zh for each in grid.districts},
        }
        self._about: dict[str, Mapping[str, str]] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {seat: [] for seat in SEATS}

    def read(self, entry: Entry) -> None:
        """Take one fact."""
        fact = entry.fact
        if isinstance(fact, InjectFired):
            self._about[fact.inject] = dict(fact.about)
        elif isinstance(fact, MessageShown):
            # its id would tell what kind of trouble it is
            self._tell(fact.seat, entry, "inject", {}, text=self._text(fact.inject), is_alarm=True)
        elif isinstance(fact, CommandRefused):
            why = {"command": fact.command, "why": fact.why, "fields": dict(fact.fields)}
            self._tell(fact.by, entry, "refused", why, is_alarm=False)
        elif isinstance(fact, SeatHandedOver):
            what = {"key": "handed_over", "autopilot": fact.autopilot}
            self._tell(fact.seat, entry, "info", what, is_alarm=True)

    def latest(self, seat: str) -> list[dict[str, Any]]:
        """Return the latest messages of a seat."""
        return self._rows[seat][-LAST_MESSAGES:]

    def _text(self, inject: str) -> dict[str, str]:
        """Return what an inject says, with what it was about, in both languages."""
        text, about = self._injects[inject].text, self._about[inject]
        return {
            "en": filled(text.en, about, self._names["en"]),
            "zh": filled(text.zh, about, self._names["zh"]),
        }

    def _tell(
        self,
        seat: str,
        entry: Entry,
        kind: str,
        values: dict[str, Any],
        *,
        text: dict[str, str] | None = None,
        is_alarm: bool,
    ) -> None:
        """Add a message; one without text of its own is put into words from its values."""
        rows = self._rows.get(seat)
        if rows is None:
            return  # the written plan has no console
        rows.append(
            {
                "n": len(rows) + 1,
                "t_s": round(entry.t_s, 1),
                "kind": kind,
                "text": text,
                "values": values,
                "is_alarm": is_alarm,
            }
        )
