"""Outages control ordered itself: owner of which transformers are dark on purpose, and why.

They are no incidents: nobody searches for a fault, sends a crew or opens a file. Whoever reports
one of these transformers is told the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.engine.clock import Clock

__all__ = ["OrderedOutage", "OrderedOutages"]


@dataclass
class OrderedOutage:
    """Hold one outage that was ordered."""

    id: str
    why: str
    """planned or shortage."""
    start_s: float
    restoration_s: float
    """When customers are told that they will be back."""
    members: tuple[int, ...] = ()
    """Transformers expected to be without supply, or briefly so while switching."""
    switches: set[int] = field(default_factory=set)
    """Opened for it, not closed again."""
    transformers: set[int] = field(default_factory=set)
    """Believed out because of it, now."""
    began_s: float = math.nan
    ended_s: float = math.nan
    seq: int = -1
    """The last fact about it."""

    @property
    def is_over(self) -> bool:
        """Say whether it is history: ended, or called off."""
        return not math.isnan(self.ended_s)


class OrderedOutages:
    """Own all ordered outages and the belief who is out because of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: dict[str, OrderedOutage] = {}
        self._explained: dict[int, tuple[OrderedOutage, float]] = {}
        self._beliefs: list[tuple[int, str, float, float]] = []

    def add(self, outage: OrderedOutage) -> OrderedOutage:
        """Take an outage that is to come."""
        self.all[outage.id] = outage
        return outage

    def running(self) -> list[OrderedOutage]:
        """Return the outages that have begun and are not over."""
        return [
            each for each in self.all.values() if not each.is_over and not math.isnan(each.began_s)
        ]

    def explaining(self, transformer_ix: int) -> OrderedOutage | None:
        """Return the outage that explains why a transformer is believed out."""
        entry = self._explained.get(transformer_ix)
        return entry[0] if entry else None

    def explained(self) -> list[int]:
        """Return all transformers believed out on purpose."""
        return sorted(self._explained)

    def holds_open(self, switch_ix: int) -> bool:
        """Say whether a switch is open for a running outage."""
        return any(switch_ix in each.switches for each in self.all.values() if not each.is_over)

    def believe_out(self, outage: OrderedOutage, transformers: Iterable[int]) -> None:
        """Believe transformers out because of an outage."""
        for ix in transformers:
            self.believe_back([ix])
            self._explained[ix] = (outage, self._clock.now)
            outage.transformers.add(ix)

    def believe_back(self, transformers: Iterable[int]) -> list[int]:
        """Believe transformers out on purpose no more; return those that were."""
        back = []
        for ix in transformers:
            entry = self._explained.pop(ix, None)
            if entry is None:
                continue
            outage, since_s = entry
            outage.transformers.discard(ix)
            back.append(ix)
            if self._clock.now > since_s:
                self._beliefs.append((ix, outage.id, since_s, self._clock.now))
        return back

    def spans(self) -> list[tuple[int, str, float, float]]:
        """Return (transformer, outage, from, to): when each was believed out on purpose."""
        return self._beliefs + [
            (ix, outage.id, since_s, self._clock.now)
            for ix, (outage, since_s) in self._explained.items()
        ]
