"""Section `emergency`: warning colours, response levels, and the written plan."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Between, Count, Duration, Section, Speed, default
from sim.units import DURATION

__all__ = [
    "COLOURS",
    "LEVELS",
    "Action",
    "Colour",
    "Emergency",
    "Level",
    "Response",
    "Step",
    "Trigger",
    "WarningRule",
]

Colour = Literal["blue", "yellow", "orange", "red"]
Level = Literal["IV", "III", "II", "I"]
COLOURS: tuple[str, ...] = ("none", "blue", "yellow", "orange", "red")
"""From lowest to highest (Emergency Response Law of the PRC, 2024)."""
LEVELS: tuple[str, ...] = ("none", "IV", "III", "II", "I")
"""From lowest to highest."""


class WarningRule(Section):
    """A colour of warning and the forecast that calls for it."""

    colour: Colour
    """The colour."""
    gust: Speed
    """Issued when this gust is forecast at a station..."""
    within: Duration
    """...within this time."""


class Trigger(Section):
    """Conditions on what the utility knows; all that are given must hold."""

    warning: Colour | None = None
    """The warning has this colour or a higher one."""
    level: Level | None = None
    """The response has this level or a higher one."""
    customers_out: Count | None = None
    """At least so many customers are believed without supply."""
    incidents: Count | None = None
    """At least so many incidents are open."""
    queue: Count | None = None
    """At least so many callers wait."""
    supply_gap: Colour | None = None
    """The gap forecast between load and power (section `shortage`) has this colour or a higher
    one."""
    after: Duration | None = None
    """The clock has reached this time from the start."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(value is None for _name, value in self):
            raise ValueError(say("give at least one condition, such as warning or customers_out"))
        return self


class Response(Section):
    """A response level and what starts it."""

    level: Level
    """The level."""
    when: Trigger
    """What starts it."""


class Action(Section):
    """One order of a plan step: exactly one key, with its `text` or `channels`."""

    call_standby: str | None = None
    """Call up this standby tier of the contact centre."""
    announce: bool | None = None
    """Switch the outage announcement of the menu for areas believed out, or off."""
    text: str | None = None
    """With `announce: true`, the text to play, one of `contact.menu.announcements`. Default: the
    menu's default text."""
    send_notices: Literal[True] | None = None
    """Send the restoration time of every open incident to its believed area, without waiting for
    the notices' approval (`true`)."""
    overtime: Literal[True] | None = None
    """Ask agents whose shift ends soon to stay longer, by `contact.overtime` (`true`)."""
    relief: Literal[True] | None = None
    """Send the most tired agents to counselling, by `contact.relief` (`true`)."""
    major_service: Literal[True] | None = None
    """File the notice of a major service matter for all districts with an open incident, by
    `contact.work_orders.major_service` (`true`)."""
    channels: tuple[str, ...] = ()
    """With `send_notices`, the channels of these notices. Default: the default channels."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for name, value in self if name not in ("text", "channels")) != 1:
            orders = "call_standby, announce, send_notices, overtime, relief, major_service"
            raise ValueError(say("give exactly one of {orders}", orders=orders))
        if self.text is not None and not self.announce:
            raise ValueError(say("text belongs to announce: true"))
        if self.channels and self.send_notices is None:
            raise ValueError(say("channels belong to send_notices: true"))
        return self


class Step(Section):
    """A step of the written plan; taken once, when its trigger first holds."""

    step: str
    """Name of the step."""
    when: Trigger
    """What starts it."""
    delay: Duration = default("3 min")
    """Human delay from trigger to order. Assumption."""
    do: Annotated[tuple[Action, ...], Field(min_length=1)]
    """Orders, in this sequence."""


class Emergency(Section):
    """The closed loop of warning, response and plan."""

    warnings: tuple[WarningRule, ...] = ()
    """Colours by forecast gust, from the lowest."""
    responses: tuple[Response, ...] = ()
    """Response levels and what starts them."""
    plan: tuple[Step, ...] = ()
    """The written plan."""
    lower_after: Duration = default("1 h")
    """A response level is lowered only when a lower one has been enough for so long. Assumption."""
    review_every: Annotated[Duration, Between(DURATION, "10 s")] = default("1 min")
    """How often conditions that no single event changes are looked at. Assumption."""
