"""Say each kind of fact as one sentence of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.report.times import LocalTime
from sim.report.words import Words

__all__ = ["Teller", "variants"]

_CODES = {
    "area": "area",
    "by": "by",
    "channel": "channel",
    "colour": "colour",
    "command": "command",
    "hazard": "hazard",
    "how": "how",
    "kind": "kind",
    "seat": "seat",
    "level": "level",
    "option": "option",
    "part": "part",
    "grade": "grade",
    "stage": "stage",
    "task": "task",
    "template": "template",
    "text": "text",
    "why": "why",
}
"""Fields that hold codes, and the kind of code."""
_MOMENTS = ("begins_s", "ends_s", "restoration_s", "estimate_s")
_SWITCHED = {
    "SwitchOperated": ("closed", (".opened", ".closed")),
    "BreakerStateReported": ("closed", (".opened", ".closed")),
    "SwitchMoved": ("closed", (".opened", ".closed")),
    "SwitchStateReported": ("closed", (".opened", ".closed")),
    "InfeedReported": ("live", (".dead", ".live")),
    "EarthFaultReported": ("on", (".off", ".on")),
    "EarthTestRead": ("on", (".goes", ".stays")),
    "AnnouncementSwitched": ("on", (".off", ".on")),
    "IncidentJudged": ("accepted", (".rejected", ".accepted")),
    "SeatHandedOver": ("autopilot", (".person", ".autopilot")),
    "MenuSwitched": ("works", (".failed", ".works")),
    "MeterHeard": ("has_voltage", (".dead", ".live")),
}
"""Kinds whose sentence depends on a yes or no: field, keys for no and yes."""
_OPTIONAL = {
    "FaultIndicated": "section",
    "IncidentRevised": "section",
    "NoticeSubmitted": "restoration_s",
    "PatrolEnded": "found",
    "SiteLost": "site",
    "SwitchLockReported": "section",
    "SwitchLocked": "section",
    "SiteRestored": "site",
}
"""Kinds with another sentence when a field is empty."""


def variants(kind: str) -> tuple[str, ...]:
    """Return the keys of all sentences for a kind of fact."""
    if kind in _SWITCHED:
        return tuple(f"fact.{kind}{ending}" for ending in _SWITCHED[kind][1])
    if kind in _OPTIONAL:
        return f"fact.{kind}", f"fact.{kind}.none"
    return (f"fact.{kind}",)


class Teller:
    """Turn facts into sentences of one language, with local times and names of districts."""

    def __init__(self, words: Words, time: LocalTime, districts: Mapping[str, str]) -> None:
        self._words, self._time, self._districts = words, time, districts

    def sentence(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Return the sentence for a fact with its fields as logged."""
        values = {name: self._value(name, value) for name, value in fields.items()}
        return self._words(_key(kind, fields), **values)

    def _value(self, name: str, value: Any) -> str:
        words = self._words
        if value is None:
            return words("summary.none")
        if name == "district":
            return self._districts.get(value, value)
        if name == "channels":
            return words("list.separator").join(words.code("channel", each) for each in value)
        if name in _CODES:
            return words.code(_CODES[name], value)
        if name in _MOMENTS:
            return self._time.say(value, words)
        if name.endswith("_s"):
            return words.duration(value)
        if isinstance(value, list | tuple):
            return words.number(len(value))
        if name == "seed" or isinstance(value, bool | str):
            return str(value)
        return words.number(value, 0 if isinstance(value, int) else 1)


def _key(kind: str, fields: Mapping[str, Any]) -> str:
    if kind in _SWITCHED:
        field, endings = _SWITCHED[kind]
        return f"fact.{kind}{endings[bool(fields[field])]}"
    if kind in _OPTIONAL and _is_empty(fields[_OPTIONAL[kind]]):
        return f"fact.{kind}.none"
    return f"fact.{kind}"


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
