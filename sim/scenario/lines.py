"""Lines and channels of the contact centre: what a contact holds, and what serves it by itself."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Section, Share, Staff, TimeOfDay, default
from sim.scenario.distributions import Distribution

__all__ = ["PHONE", "Hours", "Line", "MenuLevel"]

PHONE = "phone"
"""The line whose trunks and menu stand at the head of section `contact`."""


class MenuLevel(Section):
    """One level of a menu, or one step at a kiosk: time spent, and who is done or leaves there."""

    time: Distribution = default({"constant": "20 s"})
    """Time spent at this level. Assumption."""
    self_served: dict[str, Share] = default({})
    """Share whose matter is settled at the end of this level, by call type; 0 for others."""
    gives_up: Share = default(0.0)
    """Share of the rest who hang up at the end of this level. Assumption: nobody."""


class Hours(Section):
    """Daily opening hours."""

    from_: Annotated[TimeOfDay, Field(alias="from")]
    """Opening, local time."""
    to: TimeOfDay
    """Closing, local time, after the opening. Contacts inside are still served."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.to <= self.from_:
            raise ValueError(say("opening hours must end after they begin"))
        return self


class Line(Section):
    """A group of trunks, a text channel or a hall: the places a contact holds until it ends."""

    trunks: Staff | None = None
    """Places; a contact that finds all taken is blocked. Default: without limit, as for text."""
    open: tuple[Hours, ...] = ()
    """Daily opening hours; outside them contacts are blocked. Default: always open."""
    menu: tuple[MenuLevel, ...] = ()
    """What serves by itself before an agent does (a menu, kiosks), level by level."""
    needs_supply: bool = False
    """The menu is dead where the customer's own feeder is dead, as the kiosks of a local hall."""
