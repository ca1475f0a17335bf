"""When a duty begins and ends: daily shifts and dated duties on the clock, breaks, pauses.

Spans are pairs (start, end) in seconds from the scenario's start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sim.scenario.seats import Break, Shift
from sim.units import DAY_S, Calendar

__all__ = ["DayOfDuty", "Span", "daily", "dated", "joined_spans", "parts_of", "pauses"]

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DayOfDuty:
    """Hold one duty of one agent: its day, its whole span, and the breaks within it."""

    day: date
    whole: Span
    breaks: tuple[Span, ...] = ()


def daily(shift: Shift, calendar: Calendar, horizon_s: float) -> Iterator[DayOfDuty]:
    """Yield the duties of a daily shift that touch the run, from before its start on."""
    end_s = shift.to if shift.to > shift.from_ else shift.to + DAY_S
    first = calendar.start.date()
    for number in range(-1, math.ceil(horizon_s / DAY_S) + 2):
        day = first + timedelta(days=number)
        whole = _span(calendar, day, shift.from_, end_s)
        if _touches(whole, horizon_s):
            breaks = (_break(calendar, day, shift, each) for each in shift.breaks)
            yield DayOfDuty(day, whole, tuple(sorted(breaks)))


def dated(
    duties: Iterable[tuple[datetime, datetime]], calendar: Calendar, horizon_s: float
) -> Iterator[DayOfDuty]:
    """Yield the duties in local time that touch the run."""
    for starts, ends in duties:
        whole = (calendar.seconds(starts), calendar.seconds(ends))
        if _touches(whole, horizon_s):
            yield DayOfDuty(starts.date(), whole)


def _span(calendar: Calendar, day: date, from_s: float, to_s: float) -> Span:
    midnight = datetime.combine(day, time.min)
    return (
        calendar.seconds(midnight + timedelta(seconds=from_s)),
        calendar.seconds(midnight + timedelta(seconds=to_s)),
    )


def _break(calendar: Calendar, day: date, shift: Shift, each: Break) -> Span:
    at_s = each.at if each.at >= shift.from_ else each.at + DAY_S
    return _span(calendar, day, at_s, at_s + each.lasts)


def _touches(span: Span, horizon_s: float) -> bool:
    return span[1] > 0 and span[0] < horizon_s


def joined_spans(spans: Iterable[Span], *, meeting: bool = True) -> list[Span]:
    """Return spans sorted by start, joined where they overlap (`meeting`: or meet)."""
    joined: list[Span] = []
    for start_s, end_s in spans:
        if joined and (start_s < joined[-1][1] or (meeting and start_s == joined[-1][1])):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return joined


def parts_of(whole: Span, away: Sequence[Span]) -> list[Span]:
    """Return what is left of a span without the spans away, which are sorted by start."""
    parts: list[Span] = []
    from_s = whole[0]
    for start_s, end_s in away:
        if start_s > from_s:
            parts.append((from_s, min(start_s, whole[1])))
        from_s = max(from_s, end_s)
    if from_s < whole[1]:
        parts.append((from_s, whole[1]))
    return parts


def pauses(part: Span, share: float, pause_s: float, luck: Callable[[int], float]) -> list[Span]:
    """Return unplanned pauses that together take a share of a span in the mean.

    The span is cut into as many equal slots as there are pauses, and each pause lies anywhere in
    its slot. Luck is asked by number: 0 rounds the number of pauses, the others place them.
    """
    length_s = part[1] - part[0]
    wanted = share * length_s / pause_s
    number = math.floor(wanted) + (luck(0) < wanted % 1.0)
    if math.ceil(wanted) * pause_s > length_s:  # no room for one more: fewer and longer ones
        number = max(1, math.floor(wanted))
        pause_s = share * length_s / number
    slot_s = length_s / max(number, 1)
    starts = (
        part[0] + place * slot_s + luck(place + 1) * (slot_s - pause_s) for place in range(number)
    )
    return [(start_s, start_s + pause_s) for start_s in starts]
