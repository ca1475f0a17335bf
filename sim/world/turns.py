"""Turns of feeders at being cut, and agreements called: the records of a shortage of supply."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.control.ordered import OrderedOutage
from sim.scenario.shortage import Curtailment
from sim.units import HOUR_S

__all__ = ["AgreementCall", "Feeder", "FeederTurn"]


@dataclass
class FeederTurn:
    """One turn of a feeder: off from a time to another one (nan: not planned yet)."""

    outage: OrderedOutage
    from_s: float
    to_s: float = math.nan

    def length_s(self, at_s: float) -> float:
        """Return how long it has lasted by a time."""
        to_s = at_s if math.isnan(self.to_s) else min(self.to_s, at_s)
        return max(0.0, to_s - self.from_s)

    @property
    def is_waiting(self) -> bool:
        """Say whether it was planned and has not begun."""
        return math.isnan(self.outage.began_s) and not self.outage.is_over

    @property
    def is_changing(self) -> bool:
        """Say whether the cut was ordered and telecontrol is at it."""
        outage = self.outage
        has_begun = not math.isnan(outage.began_s) and not outage.is_over
        return has_begun and not outage.switches

    @property
    def is_cut(self) -> bool:
        """Say whether the breaker is open for it."""
        return bool(self.outage.switches) and not self.outage.is_over


@dataclass
class Feeder:
    """Hold a feeder that could be cut, and its turns: past, under way and planned."""

    device: str
    switch_ix: int
    members: tuple[int, ...]
    """Its transformers as built."""
    place: int
    """Position on the list; NONE: not on it."""
    is_protected: bool
    turns: list[FeederTurn] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        """Say whether, as planned, it is off and no end of that is planned."""
        return bool(self.turns) and math.isnan(self.turns[-1].to_s)

    @property
    def since_s(self) -> float:
        """Return since when it is, as planned, off or on again; -inf: never cut."""
        if not self.turns:
            return -math.inf
        last = self.turns[-1]
        return last.from_s if math.isnan(last.to_s) else last.to_s

    @property
    def last(self) -> FeederTurn | None:
        """Return the turn planned, under way or over that came last."""
        return self.turns[-1] if self.turns else None

    def hours_off(self, at_s: float) -> float:
        """Return the hours off up to a time, as planned."""
        return sum(each.length_s(at_s) for each in self.turns) / HOUR_S


@dataclass
class AgreementCall:
    """Hold where an agreement stands."""

    agreement: Curtailment
    from_s: float = math.nan
    ended_s: float = -math.inf

    @property
    def is_on(self) -> bool:
        """Say whether it was called and is not over."""
        return not math.isnan(self.from_s)
