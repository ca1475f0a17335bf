"""How people read the indices of an outage list: their names and their numbers."""

from __future__ import annotations

import re

from sim.text.catalogue import Translator

__all__ = ["index_label", "index_number", "number"]

_DIGITS = {
    "1": 3,
    "min": 2,
    "h": 3,
    "h_per_user": 4,
    "user_h": 1,
    "kwh": 1,
    "kwh_per_customer": 3,
    "share": 6,
}
"""Digits behind the point by unit; others, counted per customer, have four."""
_WITH_LEVEL = re.compile(r"(cemi|cemsmi|celid_s|celid_t)_(.+?)h?")


def index_label(name: str, tr: Translator) -> str:
    """Return the name of an index; those with a level carry it in their name."""
    found = _WITH_LEVEL.fullmatch(name)
    if found is not None:
        return tr(f"indices.name.{found[1]}", level=found[2])
    return tr(f"indices.name.{name}")


def index_number(value: float | None, unit: str) -> str:
    """Return the value of an index, a dash for none."""
    return number(value, _DIGITS.get(unit, 4))


def number(value: float | None, digits: int = 1) -> str:
    """Return a number with separated thousands, a dash for none."""
    return "–" if value is None else f"{value:,.{digits}f}"
