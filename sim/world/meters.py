"""Meters behind the transformers: which customers have one that talks, and what it says.

Every trait is keyed by the customer's number, so that a meter is the same whoever asks.
"""

from __future__ import annotations

from sim.engine.sampling import quantile
from sim.engine.streams import Streams, owner_number
from sim.scenario.low_voltage import Meters as Settings

__all__ = ["Meters"]


class Meters:
    """Answer for the meters of all customers."""

    def __init__(self, section: Settings, streams: Streams) -> None:
        self._section = section
        self._gasp_delay_s = quantile(section.gasp_delay)
        self._has = streams.trait("meters.has")
        self._gasps = streams.trait("meters.gasps")
        self._delay = streams.trait("meters.gasp_delay")
        self._answers = streams.trait("meters.answers")
        self._errs = streams.trait("meters.errs")
        self._near = streams.trait("meters.near")

    def has(self, customer: int) -> bool:
        """Say whether a customer's meter talks at all."""
        return self._has.of(_owner(customer)) < self._section.share

    def answer(self, customer: int, asked_for: int, has_voltage: bool) -> bool | None:
        """Return what a meter says of its voltage; None when it does not answer."""
        if not self.has(customer):
            return None
        owner, episode = _owner(customer), _owner(asked_for)
        if self._answers.of(owner, episode) >= self._section.answers:
            return None
        is_wrong = self._errs.of(owner, episode) < self._section.wrong_answers
        return has_voltage != is_wrong

    def neighbours(self, customer: int, first: int, n_customers: int) -> list[int]:
        """Return customers of the same transformer (numbers from `first`) asked with one."""
        found: list[int] = []
        for k in range(self._section.neighbours * 4):
            other = first + int(self._near.of(_owner(customer), k) * n_customers)
            if other != customer and other not in found and self.has(other):
                found.append(other)
            if len(found) == self._section.neighbours:
                break
        return found

    def gasp_after_s(self, customer: int, fault: str) -> float | None:
        """Return after what time the last gasp of a meter arrives, None when it does not."""
        if not self.has(customer):
            return None
        owner, episode = _owner(customer), owner_number(fault)
        if self._gasps.of(owner, episode) >= self._section.last_gasp:
            return None
        return self._gasp_delay_s(self._delay.of(owner, episode))


def _owner(customer: int) -> int:
    return customer & 0xFFFFFFFF
