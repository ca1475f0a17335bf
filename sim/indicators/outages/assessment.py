"""All indices of an outage list for one period, with and without major event days."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.indicators.outages.dlt836 import Natures, dlt836, of_plan
from sim.indicators.outages.ieee1366 import Levels, ieee1366, only_sustained
from sim.indicators.outages.index import Index, Served, Sized, sized
from sim.indicators.outages.interruptions import Interruptions
from sim.indicators.outages.major_days import Threshold, daily_saidi, threshold
from sim.indicators.outages.outage_list import SIZES, OutageList
from sim.indicators.outages.period import Period, calendar_years, whole_years
from sim.messages import Message, say
from sim.units import HOUR_S

__all__ = ["Assessment", "CauseRow", "DayRow", "Question", "YearRow", "assess"]


@dataclass(frozen=True, slots=True)
class Question:
    """Hold what is asked of a list."""

    served: Served = field(default_factory=Served)
    levels: Levels = field(default_factory=Levels)
    natures: Natures = field(default_factory=Natures)
    period: Period | None = None
    """Without one: the calendar years the list covers."""
    only_unplanned: bool = False
    """Whether the indices of IEEE 1366 leave planned outages out."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """Hold the SAIDI of one day."""

    day: int
    saidi_min: float


@dataclass(frozen=True, slots=True)
class CauseRow:
    """Hold what one cause did in the period; None where the list does not give it."""

    cause: str
    outages: int
    customers: float | None
    """Customers of sustained interruptions."""
    customer_h: float | None
    users: float | None
    """Users interrupted, short interruptions too."""
    user_h: float | None


@dataclass(frozen=True, slots=True)
class YearRow:
    """Hold the main indices of one calendar year, with and without its major event days."""

    year: Period
    t_med_min: float | None
    major_days: int
    indices: dict[str, Index]
    without_major: dict[str, Index]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Hold everything found for one period."""

    period: Period
    n_rows: int
    n_rows_in_period: int
    n_momentary: int
    """Interruptions of the period not longer than the threshold; -1 without customers."""
    ieee: dict[str, Index]
    ieee_without_major: dict[str, Index]
    dlt: dict[str, Index]
    threshold: Threshold
    next_threshold: Threshold
    """For the time after the period, from the five years that end with it."""
    major_days: list[DayRow]
    causes: list[CauseRow]
    years: list[YearRow]
    daily: list[DayRow]
    """SAIDI of every day of the period with a sustained interruption, as IEEE 1366 has it."""
    beyond_served: dict[str, int]
    """Rows of the period that interrupt more customers, kVA or users than are served, by which."""


def assess(outages: OutageList, question: Question) -> Assessment:
    """Return all indices of a list."""
    period = question.period or whole_years(outages.day)
    case = _Case(outages, question)
    every, without, limit, days = case.ieee(period)
    in_period = case.within(period)
    users, customers = in_period["users"], in_period["customers"]
    limit_s = question.levels.threshold_s
    found = customers.found
    years = calendar_years(period)
    return Assessment(
        period,
        len(outages),
        int(period.holds(outages.day).sum()),
        -1 if found is None else int((found.length_s <= limit_s).sum()),
        every,
        without,
        dlt836(users, outages, question.served.users, limit_s, question.natures, period.length_s),
        limit,
        threshold(case.daily, period.end_day, period.end_day + 1),
        days,
        _by_cause(outages, period, only_sustained(customers, limit_s), users),
        [case.year(each) for each in years] if len(years) > 1 else [],
        case.days(period),
        _beyond_served(outages, period, question.served),
    )


def _beyond_served(outages: OutageList, period: Period, served: Served) -> dict[str, int]:
    inside = period.holds(outages.day)
    of = {"customers": served.customers, "kva": served.kva, "users": served.users}
    found = {
        name: int((outages.sizes[name][inside] > most).sum())
        for name, most in of.items()
        if most is not None
    }
    return {name: n for name, n in found.items() if n}


class _Case:
    """Hold the interruptions of a list in every measure, for all periods asked about."""

    def __init__(self, outages: OutageList, question: Question) -> None:
        self._outages, self._question = outages, question
        # of the whole list, so that a period's edge cuts no interruption in two
        self._all = {name: sized(outages, name) for name in SIZES}
        self._ieee = {
            name: of_plan(each, outages, 0) if question.only_unplanned else each
            for name, each in self._all.items()
        }
        lasting = only_sustained(self._ieee["customers"], question.levels.threshold_s)
        self.daily = daily_saidi(lasting, outages.day, question.served.customers)

    def within(self, period: Period) -> dict[str, Sized]:
        """Return the interruptions that began in a period, planned or not."""
        return {name: self._begun(each, period) for name, each in self._all.items()}

    def _begun(self, each: Sized, period: Period) -> Sized:
        day = self._outages.day
        return each.only(lambda found: period.holds(day[found.row]))

    def ieee(
        self, period: Period
    ) -> tuple[dict[str, Index], dict[str, Index], Threshold, list[DayRow]]:
        """Return the indices with and without major event days, the threshold and these days."""
        begun = {name: self._begun(each, period) for name, each in self._ieee.items()}
        every = self._indices(begun, period, is_whole=True)
        limit = threshold(self.daily, period.first_day, period.end_day)
        if limit.t_med_min is None or isinstance(self.daily, Message):
            without = {
                name: Index(None, each.unit, each.why or limit.why) for name, each in every.items()
            }
            return every, without, limit, []
        days, saidi = self.daily
        is_major = period.holds(days) & (saidi > limit.t_med_min)
        major = days[is_major]
        day = self._outages.day

        def ordinary(found: Interruptions) -> object:
            return ~np.isin(day[found.row], major)

        left = {name: each.only(ordinary) for name, each in begun.items()}
        without = self._indices(left, period, is_whole=not len(major))
        pairs = zip(major.tolist(), saidi[is_major].tolist(), strict=True)
        return every, without, limit, [DayRow(*each) for each in pairs]

    def _indices(self, begun: dict[str, Sized], period: Period, is_whole: bool) -> dict[str, Index]:
        asked = self._question
        distinct = self._distinct(begun["customers"], is_whole)
        return ieee1366(
            begun["customers"],
            begun["kva"],
            begun["load_kw"],
            distinct,
            asked.served,
            asked.levels,
            period.length_s,
        )

    def _distinct(self, customers: Sized, is_whole: bool) -> float | Message:
        """Return how many customers are known to be distinct, where not by groups."""
        given = self._question.served.distinct_customers
        found = only_sustained(customers, self._question.levels.threshold_s).found
        counted = None
        if given is None and found is not None and len(found.row):
            rows = np.unique(found.row)
            counted = float(self._outages.distinct[rows].sum())
        known = given if given is not None else counted
        if known is None or np.isnan(known):
            return say(
                "who is interrupted again is not known: give a customer group or a distinct count"
            )
        if not is_whole:
            return say("the distinct count is for all days, major event days too")
        return known

    def days(self, period: Period) -> list[DayRow]:
        """Return the SAIDI of the days of a period."""
        if isinstance(self.daily, Message):
            return []
        days, saidi = self.daily
        inside = period.holds(days)
        return [
            DayRow(*each)
            for each in zip(days[inside].tolist(), saidi[inside].tolist(), strict=True)
        ]

    def year(self, year: Period) -> YearRow:
        """Return the main indices of a calendar year."""
        every, without, limit, days = self.ieee(year)
        main = ("saifi", "saidi_min", "caidi_min", "asai")
        return YearRow(
            year,
            limit.t_med_min,
            len(days),
            {name: every[name] for name in main},
            {name: without[name] for name in main},
        )


def _by_cause(
    outages: OutageList, period: Period, customers: Sized, users: Sized
) -> list[CauseRow]:
    """Return the causes by what they did, the worst first; none where no cause is written."""
    inside = outages.cause[period.holds(outages.day)]
    if not np.any(inside != ""):
        return []
    rows = []
    for cause in np.unique(inside).tolist():

        def caused(found: Interruptions, cause: str = cause) -> object:
            return outages.cause[found.row] == cause

        c, u = customers.only(caused).found, users.only(caused).found
        rows.append(
            CauseRow(
                cause,
                int((inside == cause).sum()),
                None if c is None else c.total,
                None if c is None else c.total_s / HOUR_S,
                None if u is None else u.total,
                None if u is None else u.total_s / HOUR_S,
            )
        )
    return sorted(rows, key=lambda row: (-(row.customer_h or row.user_h or 0.0), row.cause))
