"""Major event days by the 2.5 β method of IEEE Std 1366.

T_MED = exp(α + 2.5 β), with α the mean and β the standard deviation (of a sample) of the natural
logarithms of daily SAIDI over five years; days without any are left out. An interruption counts
on the day on which it began. Where the list has less than five years, all there is serves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.indicators.outages.index import Sized
from sim.messages import NOTHING, Message, say
from sim.units import MINUTE_S

__all__ = ["YEARS", "Threshold", "daily_saidi", "threshold", "years_before"]

YEARS = 5
_BETAS = 2.5

Days = NDArray[np.int64]


@dataclass(frozen=True)
class Threshold:
    """Hold the threshold and what it was found from; None where it cannot be."""

    t_med_min: float | None
    alpha: float | None = None
    beta: float | None = None
    n_days: int = 0
    """Days with interruptions it rests on."""
    first_day: int = 0
    end_day: int = 0
    """The span it rests on, ordinals of dates; the end is not in it."""
    is_own_period: bool = False
    """Whether it rests on the very period it judges, as the list has nothing earlier."""
    why: Message = NOTHING


def daily_saidi(
    customers: Sized, day: Days, served: float | None
) -> tuple[Days, NDArray[np.float64]] | Message:
    """Return the days with sustained interruptions and the SAIDI of each, min; or why not.

    `customers` are the sustained interruptions, `day` the day of each row of the list.
    """
    found = customers.found
    if found is None:
        return customers.why
    if not served:
        return say("the number of customers served is not given: --customers")
    days, place = np.unique(day[found.row], return_inverse=True)
    minutes = np.bincount(place, weights=found.size * found.length_s, minlength=len(days))
    return days, minutes / MINUTE_S / served


def threshold(
    daily: tuple[Days, NDArray[np.float64]] | Message, first_day: int, end_day: int
) -> Threshold:
    """Return T_MED for the period from first_day until before end_day, from the years before it.

    Where the list has no two days with interruptions before, from the period itself, its last five
    years at most.
    """
    if isinstance(daily, Message):
        return Threshold(None, why=daily)
    before = years_before(first_day)
    found = _from_span(daily, max(before, _first(daily)), first_day, is_own=False)
    if found.t_med_min is not None:
        return found
    return _from_span(daily, max(years_before(end_day), first_day), end_day, is_own=True)


def years_before(day: int, years: int = YEARS) -> int:
    """Return the day five years earlier, as an ordinal."""
    then = date.fromordinal(day)
    year = max(then.year - years, 1)
    is_leap_day = (then.month, then.day) == (2, 29)
    return (date(year, 3, 1) if is_leap_day else date(year, then.month, then.day)).toordinal()


def _first(daily: tuple[Days, NDArray[np.float64]]) -> int:
    return int(daily[0][0]) if len(daily[0]) else 0


def _from_span(
    daily: tuple[Days, NDArray[np.float64]], first_day: int, end_day: int, is_own: bool
) -> Threshold:
    days, saidi = daily
    used = saidi[(days >= first_day) & (days < end_day) & (saidi > 0.0)]
    if len(used) < 2:
        words = say("fewer than two days have sustained interruptions")
        return Threshold(None, n_days=len(used), why=words)
    logs = np.log(used)
    alpha, beta = float(logs.mean()), float(logs.std(ddof=1))
    t_med = math.exp(alpha + _BETAS * beta)
    return Threshold(t_med, alpha, beta, len(used), first_day, end_day, is_own)
