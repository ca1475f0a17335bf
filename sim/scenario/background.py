"""What a scenario may say of calls that reach the centre whatever happens in this area."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import DataPath, Duration, Section, TimeOfDay, When, default
from sim.scenario.hazards import Moment
from sim.units import DAY_S

__all__ = ["Background", "DayFactor", "History", "IntervalFactor", "Rates"]

HOURS, QUARTERS, WEEKDAYS = 24, 96, 7
MOST_PER_HOUR = 1_000_000

_OFFICE_PROFILE = (1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 7, 8, 8, 8, 7, 6, 6, 5, 4, 3, 2)

Weight = Annotated[float, Field(ge=0)]
PerHour = Annotated[float, Field(ge=0, le=MOST_PER_HOUR)]
GammaShape = Annotated[float, Field(ge=0.1, le=1_000_000)]


class Rates(Section):
    """Rates of a local day by interval, the same every day; none outside the intervals."""

    from_: Annotated[TimeOfDay, Field(alias="from")] = default("00:00")
    """Start of the first interval, local time. Default: midnight."""
    every: Annotated[Duration, Field(ge=1, le=DAY_S)] = default("1 h")
    """Length of an interval. Default: an hour."""
    per_hour: Annotated[tuple[PerHour, ...], Field(min_length=1)]
    """Calls per hour in each interval, or at each of its ends when `between` is straight; together
    no longer than a day, past midnight if need be."""
    between: Literal["steps", "straight"] = "steps"
    """steps: the rate stays the same within an interval. straight: it runs straight from each
    number to the next, and the last one ends the table. Default: steps, as plans are published."""

    @model_validator(mode="after")
    def _within_a_day(self) -> Self:
        if self.between == "straight" and len(self.per_hour) < 2:
            raise ValueError(say("a straight line needs two numbers"))
        if self.n_intervals * self.every > DAY_S + 1e-6:
            raise ValueError(say("the intervals are longer than a day"))
        return self

    @property
    def n_intervals(self) -> int:
        """Return the number of intervals."""
        return len(self.per_hour) - (self.between == "straight")


class History(Section):
    """Calls of a recorded table, replayed at their times.

    CSV in UTF-8 or GB18030 with the columns time (ISO or 2019/8/9 14:00, local unless it carries an
    offset) and, if wanted, call_type and count; others are left alone. The headers may be
    来电时间 or 时间, 来电类型 or 业务类型, 话务量 or 数量.
    """

    file: DataPath
    """The table."""
    rows: str | None = None
    """What stands in column call_type of the rows to take, where the file has that column. Default:
    the name of the entry's call type."""
    starts: When | None = None
    """Moment of the record that becomes the start of the run. Default: the start of the run, so
    calls come at the recorded calendar times."""
    factor: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """Calls for each recorded one; the fraction is drawn by row. Default: 1, as recorded."""
    spread_over: Duration = default("0 s")
    """Length over which a row's calls spread evenly from its time, for tables that count calls by
    interval. Default: 0, all exactly at the recorded time."""


class DayFactor(Section):
    """Busyness of whole days: a gamma factor with mean 1, drawn for each local day."""

    gamma_shape: GammaShape
    """Shape; the standard deviation is 1 over its root: 10 gives 0.316, 100 gives 0.1."""


class IntervalFactor(Section):
    """Busyness of intervals: gamma factors with mean 1, neighbours alike.

    Factor k is G(N(z_k)): G the gamma quantile, N the normal distribution, and the normal scores
    z_k = correlation z_(k-1) + root(1 - correlation^2) e_k with e_k standard normal. That is a
    normal copula of autoregressive scores (Channouf & L'Ecuyer 2012, Int. Trans. Oper. Res. 19:771)
    on gamma factors (Oreshkin, Regnard & L'Ecuyer 2016, Oper. Res. 64:510).
    """

    gamma_shape: GammaShape
    """Shape; the standard deviation is 1 over its root: 25 gives 0.2."""
    every: Annotated[Duration, Field(ge=60, le=DAY_S)] = default("30 min")
    """Length of an interval, counted from midnight; whole intervals must make a day. Default:
    30 min, the periods of the source."""
    correlation: Annotated[float, Field(ge=0, lt=1)]
    """Correlation of the normal scores of neighbouring intervals; that of the factors themselves is
    slightly smaller. 0: independent."""

    @model_validator(mode="after")
    def _makes_a_day(self) -> Self:
        n_intervals = DAY_S / self.every
        if abs(n_intervals - round(n_intervals)) > 1e-9:
            raise ValueError(say("every must divide a day into whole intervals"))
        return self


class Background(Section):
    """Calls of the rest of the province that reach the same seats, or a flood of nuisance calls."""

    name: str | None = None
    """Its name, of its own among the entries; it also keys the luck of its callers. Default: the
    name of the call type."""
    call_type: str
    """Their type."""
    per_day: Annotated[float, Field(ge=0, le=10_000_000)] | None = None
    """Mean number of callers a day, over the hours by `profile`. Exactly one of per_day, per_hour,
    rates and history says how many there are. Default: none."""
    profile: tuple[Weight, ...] = default(_OFFICE_PROFILE)
    """Weights of the 24 hours or 96 quarters of an hour of a local day, for per_day. Assumption:
    office hours with an evening."""
    per_hour: PerHour | None = None
    """Calls per hour, the same at all times. Default: none."""
    rates: Rates | None = None
    """Calls per hour by interval of the day. Default: none."""
    history: History | None = None
    """A recorded call history. Default: none."""
    weekdays: (
        Annotated[tuple[Weight, ...], Field(min_length=WEEKDAYS, max_length=WEEKDAYS)] | None
    ) = None
    """Factors of the days of the week, Monday first, on the numbers above. Default: none, all days
    alike."""
    day_factor: DayFactor | None = None
    """Factor by which whole days differ. Default: none, all days alike."""
    interval_factor: IntervalFactor | None = None
    """Factor by which intervals differ, on top of the day's. Default: none."""
    from_: Annotated[Moment | None, Field(alias="from")] = None
    """First moment with calls of this entry: after the start of the run, or a calendar time.
    Default: from the start."""
    until: Moment | None = None
    """Last moment with calls of this entry. Default: to the end."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = (self.per_day, self.per_hour, self.rates, self.history)
        if sum(each is not None for each in given) != 1:
            raise ValueError(say("give exactly one of per_day, per_hour, rates, history"))
        if "profile" in self.model_fields_set and self.per_day is None:
            raise ValueError(say("profile belongs to per_day"))
        factors = (self.weekdays, self.day_factor, self.interval_factor)
        if self.history is not None and any(each is not None for each in factors):
            raise ValueError(
                say("history is replayed as it was: no weekdays, day_factor or interval_factor")
            )
        return self

    @model_validator(mode="after")
    def _has_weight(self) -> Self:
        if len(self.profile) not in (HOURS, QUARTERS):
            raise ValueError(say("profile needs 24 or 96 weights, got {n}", n=len(self.profile)))
        if sum(self.profile) <= 0:
            raise ValueError(say("the profile has no weight at any hour"))
        return self

    @property
    def own_name(self) -> str:
        """Return the name, or that of the call type where none is given."""
        return self.name or self.call_type
