"""Section `customers`: who is behind the transformers, and when they call."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say, standing_at
from sim.scenario.base import Between, Duration, Section, Share, TimeOfDay, default
from sim.scenario.distributions import Distribution, Exponential, Lognormal
from sim.scenario.key_customers import (
    Backup,
    Grade,
    KeyCustomer,
    LifeSupport,
    Lifts,
    MobileSets,
    Season,
)
from sim.units import DURATION

__all__ = ["Calling", "CustomerClass", "Customers", "Experience", "Night"]

HourFactor = Annotated[float, Field(ge=0, le=100)]

_DELAY = Lognormal.model_validate({"lognormal": {"median": "4 min", "p90": "40 min"}})
_ANGER = Exponential.model_validate({"exponential": "20 min"})


class CustomerClass(Section):
    """One class of customers."""

    share: Share
    """Share of the customers behind each transformer."""
    call_share: Share = default("15 %")
    """Share of uninformed customers who call about an outage by day. 0.15, band 0.05 to 0.7
    (PARAMETERS: US utilities 1 to 1.5 calls a customer and year, 95598 about a tenth)."""
    calls_as: dict[str, Share] = default({"outage": "100 %"})
    """Call types in which they report, with shares that add up to 1: another line, channel or
    language has a call type of its own. A customer keeps the same one. Assumption: all `outage`."""
    season: Season | None = None
    """Part of the year in which they are in greater need. Default: none."""

    @model_validator(mode="after")
    def _calls_somehow(self) -> Self:
        total = sum(self.calls_as.values())
        if abs(total - 1.0) > 1e-9:
            words = say("the shares add up to {total:g}, not 1", total=total)
            raise ValueError(standing_at("calls_as", words))
        return self


class Night(Section):
    """When people sleep through an outage."""

    start: TimeOfDay = default("23:00")
    """Sleep from. Assumption."""
    end: TimeOfDay = default("06:30")
    """Sleep until. Assumption."""
    asleep_share: Share = default("80 %")
    """Share of those who would have called but are asleep. Assumption."""
    wake_over: Duration = default("2 h")
    """Sleepers notice the outage spread evenly over this time after the night. Assumption: the
    morning wave of 07 to 09 h."""


class Calling(Section):
    """When and how often affected customers call."""

    delay: Distribution = _DELAY
    """From the loss of supply to the first call. Assumption: lognormal, median 4 min."""
    not_before: Duration = default("1 min")
    """Nobody calls about an outage shorter than this. Assumption."""
    same_outage_within: Duration = default("30 min")
    """Supply that comes back for less than this does not make a new outage in people's minds: the
    same customers call again. Assumption."""
    informed_factor: Share = default("45 %")
    """Share of the calls left when the customer knows a restoration time that has not passed.
    0.45, band 0.24 to 0.6 (PARAMETERS, from published cases)."""
    again_every: Annotated[Duration, Between(DURATION, "10 min")] = default("4 h")
    """While the outage lasts, a further round of calls starts every so often. Assumption."""
    again_factor: Share = default("40 %")
    """Size of each further round beside the first. Assumption."""
    by_hour: Annotated[tuple[HourFactor, ...], Field(min_length=24, max_length=24)] = default(
        (1.0,) * 24
    )
    """Factors on the number of callers by the local hour in which an outage, or a further round of
    calls, begins. Assumption: all hours alike; sleep has keys of its own."""
    broken_promise_share: Share = default("30 %")
    """Share of informed customers who call when the restoration time they were told has passed.
    Assumption: twice the first share; only the loss of satisfaction is published."""
    broken_promise_delay: Distribution = _ANGER
    """From the passing of the restoration time to the call. Assumption."""


class Experience(Section):
    """How past outages and broken promises of the same run change what customers do."""

    outage_adds: Annotated[float, Field(ge=0, le=10)] = default(0.0)
    """Each earlier outage adds this share of callers: 0.25 makes a quarter more of them in the
    second outage. Assumption: no effect."""
    outages_remembered: Annotated[int, Field(ge=0, le=100, strict=True)] = default(4)
    """Most earlier outages that count. Assumption."""
    promise_costs: Share = default(0.0)
    """Share of their trust that customers lose with each restoration time that passes in the dark;
    without trust the next time told keeps nobody from calling. Assumption: none."""


class Customers(Section):
    """Customers and their calling behaviour."""

    classes: dict[str, CustomerClass] = {
        "residential": CustomerClass.model_validate({"share": "92 %"}),
        "business": CustomerClass.model_validate({"share": "8 %", "call_share": "25 %"}),
    }
    """Classes behind each transformer; the shares add up to 1. Assumption: 92 % residential."""
    calling: Calling = Calling()
    """When and how often affected customers call."""
    night: Night = Night()
    """When people sleep through an outage."""
    experience: Experience = Experience()
    """How past outages and broken promises change what customers do."""
    key: dict[str, KeyCustomer] = {}
    """Important users by id, with what they have instead of supply. Default: none."""
    grade_counts_for: dict[Grade, Annotated[float, Field(ge=0, le=1e9)]] = {
        "special": 5000.0,
        "first": 1000.0,
        "second": 300.0,
        "temporary": 300.0,
    }
    """Ordinary customers an important user of a grade counts for, in the order of crews and in
    restoration. Assumption."""
    mobile_sets: MobileSets = MobileSets()
    """Mobile generators of the utility."""
    backup: Backup = Backup()
    """Distributed generation that backs up its own transformer."""
    life_support: LifeSupport = LifeSupport()
    """Customers whose life depends on a device at home."""
    lifts: Lifts = Lifts()
    """Buildings with lifts."""

    @property
    def has_needs(self) -> bool:
        """Say whether anybody is named who cannot do without supply."""
        return bool(self.key or self.life_support.per_thousand or self.lifts.share)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(each.share for each in self.classes.values())
        if abs(total - 1.0) > 1e-9:
            raise ValueError(
                say("the shares of the classes add up to {total:g}, not 1", total=total)
            )
        return self
