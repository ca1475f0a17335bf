"""The period indices are for, in whole days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.messages import expected, quoted, say, standing_at
from sim.units import DAY_S

__all__ = ["Period", "calendar_years", "parse_period", "whole_years"]

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Hold the days from the first until before the end, ordinals of dates."""

    first_day: int
    end_day: int

    @property
    def length_s(self) -> float:
        """Return its length, s."""
        return (self.end_day - self.first_day) * DAY_S

    def holds(self, days: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which days are in it."""
        return (days >= self.first_day) & (days < self.end_day)


def parse_period(text: str, option: str) -> Period:
    """Return a period written 2021, 2021-07 or 2021-01-01/2021-06-30 (last day included)."""
    try:
        found = _FORM.fullmatch(text)
        if found is not None:
            year, month = int(found[1]), int(found[2] or 0)
            if not month:
                return _years(year, year + 1)
            end = date(year + month // 12, month % 12 + 1, 1)
            return Period(date(year, month, 1).toordinal(), end.toordinal())
        first, _, last = (each.strip() for each in text.partition("/"))
        period = Period(
            date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal() + 1
        )
        if period.first_day < period.end_day:
            return period
    except ValueError:
        pass
    wanted = say("a year, a month such as 2021-07 or days such as 2021-01-01/2021-06-30")
    raise InputError(standing_at(option, expected(wanted, quoted(text))))


def whole_years(days: NDArray[np.int64]) -> Period:
    """Return the calendar years that hold all of the days."""
    first, last = (date.fromordinal(int(each)).year for each in (days.min(), days.max()))
    return _years(first, last + 1)


def calendar_years(period: Period) -> list[Period]:
    """Return the calendar years that lie in a period as a whole."""
    first = date.fromordinal(period.first_day)
    starts = first.year if (first.month, first.day) == (1, 1) else first.year + 1
    ends = date.fromordinal(period.end_day).year
    return [_years(year, year + 1) for year in range(starts, ends)]


def _years(first: int, end: int) -> Period:
    return Period(date(first, 1, 1).toordinal(), date(end, 1, 1).toordinal())
