"""One index of an outage list: a number with a unit, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.indicators.outages.interruptions import Interruptions, interruptions
from sim.indicators.outages.outage_list import OutageList
from sim.messages import NOTHING, Message, say

__all__ = ["Index", "Served", "Sized", "divided", "missing", "sized"]


@dataclass(frozen=True, slots=True)
class Index:
    """Hold a value, or None and why it cannot be computed."""

    value: float | None
    unit: str
    """A code: the text catalogue has it under `indices.unit.<code>`."""
    why: Message = NOTHING


@dataclass(frozen=True, slots=True)
class Served:
    """Hold what the utility serves; None where nobody said."""

    customers: float | None = None
    kva: float | None = None
    users: float | None = None
    """Public transformers and medium-voltage customers."""
    distinct_customers: float | None = None
    """Customers with at least one sustained interruption in the period, as the utility knows."""
    kw_per_kva: float | None = None
    """Mean load of a connected kVA (载容比), kW/kVA."""


@dataclass(frozen=True, slots=True)
class Sized:
    """Hold the interruptions in one measure, or why the list does not give them."""

    found: Interruptions | None
    why: Message = NOTHING

    def only(self, which: Callable[[Interruptions], object]) -> Sized:
        """Return those a rule picks."""
        if self.found is None:
            return self
        picked = np.asarray(which(self.found), dtype=np.bool_)
        return Sized(self.found.take(picked))

    def of(self, number: Callable[[Interruptions], float]) -> float | Message:
        """Return a number of the interruptions, or why there is none."""
        return self.why if self.found is None else number(self.found)


def sized(outages: OutageList, measure: str) -> Sized:
    """Return the interruptions of a list in a measure of SIZES."""
    n_blank = int(np.isnan(outages.sizes[measure]).sum())
    if n_blank == len(outages) and n_blank:
        return Sized(None, say("the list has no column {name}", name=measure))
    if n_blank:
        words = say("{n} outages of the list have no {name}", n=n_blank, name=measure)
        return Sized(None, words)
    return Sized(interruptions(outages, measure))


def missing(unit: str, why: Message) -> Index:
    """Return an index that cannot be computed."""
    return Index(None, unit, why)


def divided(
    unit: str,
    above: float | Message,
    below: float | Message | None,
    no_below: Message,
) -> Index:
    """Return a ratio; a message in place of a number says why there is none."""
    if isinstance(above, Message):
        return missing(unit, above)
    if isinstance(below, Message):
        return missing(unit, below)
    if below is None or below == 0:
        return missing(unit, no_below)
    value = above / below
    return Index(value, unit) if math.isfinite(value) else missing(unit, no_below)
