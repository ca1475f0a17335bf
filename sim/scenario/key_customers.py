"""Parts of section `customers`: those who cannot do without supply, and what they have instead."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.messages import say
from sim.scenario.base import Duration, Section, Share, default
from sim.scenario.distributions import Distribution, Exponential, Lognormal, Uniform
from sim.scenario.run import Title

__all__ = [
    "GRADES",
    "Backup",
    "Generator",
    "Grade",
    "KeyCustomer",
    "LifeSupport",
    "Lifts",
    "MobileSets",
    "Season",
]

Grade = Literal["special", "first", "second", "temporary"]
GRADES: tuple[Grade, ...] = ("special", "first", "second", "temporary")
"""Grades of important users (特级、一级、二级、临时性重要用户), the most important first."""


def _lognormal(median: str, p90: str) -> Lognormal:
    return Lognormal.model_validate({"lognormal": {"median": median, "p90": p90}})


class Generator(Section):
    """A key customer's own generator."""

    starts_in: Duration = default("30 s")
    """From the loss of supply to its taking over. GB/T 29328 asks for 30 s where lives are at
    stake (from memory: assumption)."""
    start_probability: Share = default("97 %")
    """Share of attempts that succeed. Assumption."""
    fuel: Duration = default("8 h")
    """Time it runs on what is in the tank. Assumption."""


class KeyCustomer(Section):
    """One important user."""

    name: Title
    """What people call it."""
    transformer: str
    """Id of the distribution transformer that feeds it."""
    grade: Grade
    """Grade: special, first, second or temporary."""
    second_source: str = ""
    """Id of another distribution transformer it can be fed from. Default: none."""
    transfer_in: Duration = default("10 s")
    """From the loss of the first to the second source. Assumption: by hand-over switch."""
    battery: Duration = default("0 s")
    """Time its important functions go on without any supply. Default: none."""
    generator: Generator | None = None
    """Its own generator. Default: none."""
    refuel_below: Duration = default("2 h")
    """Fuel is ordered when what is left runs this long, from the start if less. Assumption."""
    refuel_in: Distribution | None = None
    """From the order to full tanks again. Default: nobody refuels it."""


class MobileSets(Section):
    """Mobile generators of the utility (应急发电车)."""

    number: Annotated[int, Field(ge=0, le=1000, strict=True)] = 0
    """Sets there are. Default: none."""
    ready_in: Distribution = Uniform.model_validate({"uniform": {"low": "45 min", "high": "2 h"}})
    """From the order to supply: drive, connection, start. Assumption."""
    least_grade: Grade = "second"
    """Key customers of this grade or above get one without being asked for, the most important
    first, when they are without function or will be within `sent_before`. Assumption."""
    sent_before: Duration = default("2 h")
    """How long before a known end of fuel or battery a set is sent. Assumption."""


class LifeSupport(Section):
    """Customers at home on devices their life depends on (居家生命支持设备)."""

    per_thousand: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Such customers among a thousand. Default: none counted."""
    battery: Distribution = _lognormal("4 h", "10 h")
    """Time the battery lasts from the loss of supply. Assumption."""
    calls_after: Distribution = Exponential.model_validate({"exponential": "5 min"})
    """From the loss of supply to the call for help; all call. Assumption."""
    call_type: str = "outage"
    """Call type they call in. Default: as about any outage."""
    counts_for: Annotated[float, Field(ge=0, le=1e6)] = 50.0
    """Ordinary customers one of them counts for in the order of crews and in restoration.
    Assumption."""


class Lifts(Section):
    """Buildings with lifts in which people are trapped when supply fails."""

    share: Share = default("0 %")
    """Share of customers who live or work in such buildings. Default: none."""
    trapped_per_thousand: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """People trapped at one loss of supply, calls for a thousand of these customers. Assumption."""
    calls_after: Distribution = Exponential.model_validate({"exponential": "2 min"})
    """From the loss of supply to the call for help, which everybody trapped makes. Assumption."""
    call_type: str = "outage"
    """Call type they call in. Default: as about any outage."""
    freed_in: Distribution = _lognormal("35 min", "70 min")
    """From the loss to their rescue by others, unless supply returns before. Assumption."""


class Backup(Section):
    """Distributed generation that can back up its own transformer only (column `backup_mw`)."""

    starts_in: Duration = default("10 min")
    """From the loss of supply to its taking over, load disconnected from the grid. Assumption."""
    start_probability: Share = default("90 %")
    """Share of attempts that succeed. Assumption."""
    lasts: Duration = default("12 h")
    """Time it runs. Assumption."""


def _a_day(value: str) -> str:
    try:
        date.fromisoformat(f"2000-{value}")
    except ValueError:
        words = say("expected a day of the year such as '06-15', got {found!r}", found=value)
        raise ValueError(words) from None
    return value


DayOfYear = Annotated[str, AfterValidator(_a_day)]


class Season(Section):
    """Part of the year in which a class of customers is in greater need (irrigation, frost)."""

    first_day: DayOfYear
    """First day, as month and day ('06-01')."""
    last_day: DayOfYear
    """Last day; before the first means the next year."""
    call_factor: Annotated[float, Field(ge=0, le=100)] = 2.0
    """Factor on the share who call, never above 1. Assumption."""
    counts_for: Annotated[float, Field(ge=0, le=1e6)] = 1.0
    """Ordinary customers one of them counts for in the order of crews and in restoration.
    Assumption: one."""

    def holds(self, day: date) -> bool:
        """Say whether a day lies in the season."""
        now = day.strftime("%m-%d")
        if self.first_day <= self.last_day:
            return self.first_day <= now <= self.last_day
        return now >= self.first_day or now <= self.last_day
