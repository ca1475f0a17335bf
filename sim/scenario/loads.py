"""Section `loads`: how much the customers draw, by class, hour, season, temperature and outage."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say, standing_at
from sim.scenario.base import Between, Duration, Section, Share, When, default
from sim.units import DURATION

__all__ = ["ClassLoad", "ColdLoad", "Loads", "TemperaturePoint"]

Factor = Annotated[float, Field(ge=0, le=100)]
Hours = Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)]
Months = Annotated[tuple[Factor, ...], Field(min_length=12, max_length=12)]
Celsius = Annotated[float, Field(ge=-60, le=60)]

_ALIKE = (1.0,) * 24
_ALL_YEAR = (1.0,) * 12


class ClassLoad(Section):
    """How one class of customers draws power. Curves are relative: only their shape counts."""

    weekday: Hours = _ALIKE
    """Relative load at each full local hour, Monday to Friday; in between it is linear.
    Assumption: all hours alike."""
    weekend: Hours | None = None
    """The same on Saturday and Sunday. Default: as on weekdays."""
    by_month: Months = _ALL_YEAR
    """Factor for each month from January. Assumption: all months alike."""
    peak_kw: Annotated[float, Field(gt=0, le=100_000)] = 2.0
    """Peak of one customer in kW: it says only how the load of a transformer is shared among its
    classes. Assumption: a household of 2 kW at the time of the peak."""
    demand_factor: Annotated[float, Field(gt=0, le=5)] = 1.0
    """Highest demand over the value in the grid's tables. Assumption: 1, the tables hold peak
    demand; less where they hold connected load."""
    per_degree_hot: Share = default(0.0)
    """Growth for each degree above `hot_above` (cooling). Assumption: none."""
    per_degree_cold: Share = default(0.0)
    """Growth for each degree below `cold_below` (heating). Assumption: none."""


def _curve(text: str) -> tuple[float, ...]:
    return tuple(float(each) for each in text.split())


def _classes() -> dict[str, ClassLoad]:
    """Return the usual classes; all curves are assumptions (the usual shapes, no measurement)."""
    offices = _curve("3 3 3 3 3 3 4 6 8 10 10 10 9 9 10 10 10 9 8 7 6 5 4 3")
    closed = _curve("3 3 3 3 3 3 3 4 5 6 6 6 6 6 6 6 6 6 5 5 4 4 3 3")
    return {
        "residential": ClassLoad(
            weekday=_curve("4 3 3 3 3 4 5 7 6 5 5 6 7 6 5 5 5 6 8 10 10 9 7 5"),
            weekend=_curve("5 4 3 3 3 3 4 5 7 8 8 8 8 7 7 7 7 7 8 10 10 9 7 6"),
            per_degree_hot=0.04,
            per_degree_cold=0.02,
        ),
        "business": ClassLoad(
            weekday=offices, weekend=closed, peak_kw=8.0, per_degree_hot=0.03, per_degree_cold=0.01
        ),
        "commercial": ClassLoad(
            weekday=offices, weekend=offices, peak_kw=8.0, per_degree_hot=0.03, per_degree_cold=0.01
        ),
        "industrial": ClassLoad(
            weekday=_curve("6 6 6 6 6 6 7 8 10 10 10 10 9 10 10 10 10 9 8 8 7 7 6 6"),
            weekend=_curve("6 6 6 6 6 6 6 6 7 7 7 7 6 7 7 7 7 6 6 6 6 6 6 6"),
            peak_kw=60.0,
        ),
        "agricultural": ClassLoad(
            weekday=_curve("4 4 4 4 6 8 10 10 10 10 9 7 6 6 7 9 10 10 8 6 5 4 4 4"),
            by_month=_curve("2 2 5 7 10 10 10 10 6 4 3 2"),
            peak_kw=10.0,
        ),
    }


class TemperaturePoint(Section):
    """Temperature of the area at one time."""

    at: When | Duration
    """Calendar time, or time from the start."""
    celsius: Celsius
    """Air temperature in °C; linear between points, constant outside."""


class ColdLoad(Section):
    """Cold-load pick-up: after an outage thermostats call all at once, diversity is lost.

    Delayed exponential form (Lang, Anderson and Fouad 1982; Ucak and Pahwa 1995). The load begins
    at 1 + (`factor` - 1)(1 - exp(-outage / `grows_over`)) times the usual, stays there for
    `holds_for`, and falls back to it with exp(-t / `decays_over`).
    """

    factor: Annotated[float, Field(ge=1, le=10)] = 2.0
    """Load on return from a very long outage over the usual. Assumption: 2; more than twice is
    reported for winter feeders (IEEE PES working group D1, Cold Load Pickup Issues)."""
    grows_over: Annotated[Duration, Between(DURATION, "1 min")] = default("1 h")
    """Time constant of its growth with the length of the outage. Assumption."""
    holds_for: Duration = default("15 min")
    """How long it stays before it falls. Assumption."""
    decays_over: Annotated[Duration, Between(DURATION, "1 min")] = default("45 min")
    """Time constant of its fall. Assumption."""


class Loads(Section):
    """Load of the distribution transformers over time."""

    follow: Literal["constant", "profiles"] = "constant"
    """`constant`: the grid's table times `load_factor` of the district, at all hours; `profiles`:
    the table's value is the peak of the year, followed by the curves of the classes behind each
    transformer. Assumption: constant."""
    classes: dict[str, ClassLoad] = _classes()
    """Classes of customers and how they draw power; a class without an entry draws evenly.
    Assumption: all curves."""
    temperature: tuple[TemperaturePoint, ...] = ()
    """Course of the temperature, for the growth by degrees (only with `profiles`). Default: none,
    no growth."""
    hot_above: Celsius = 26.0
    """Cooling grows above this, in °C. Assumption: the usual setting of air conditioners."""
    cold_below: Celsius = 10.0
    """Heating grows below this, in °C. Assumption."""
    cold_load: ColdLoad | None = None
    """Cold-load pick-up. Default: none."""

    @model_validator(mode="after")
    def _something_is_drawn(self) -> Self:
        for name, each in self.classes.items():
            days = each.weekday if each.weekend is None else each.weekday + each.weekend
            if not any(days) or not any(each.by_month):
                words = say("all factors are 0: nothing would ever be drawn")
                raise ValueError(standing_at(f"classes.{name}", words))
        return self

    @model_validator(mode="after")
    def _points_in_order(self) -> Self:
        times = [point.at for point in self.temperature]
        if len({isinstance(at, datetime) for at in times}) > 1:
            words = say("write all times as calendar times, or all from the start")
            raise ValueError(standing_at("temperature", words))
        aware = {at.tzinfo is None for at in times if isinstance(at, datetime)}
        if len(aware) > 1 or any(b <= a for a, b in pairwise(times)):  # type: ignore[operator]
            raise ValueError(standing_at("temperature", say("the times must increase")))
        return self
