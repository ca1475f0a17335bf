"""Background calls: Poisson with rates of local time and random busyness, or replayed as recorded.

Outage calls of this area are planned by `customers`; everything else is drawn here, once, while
the world is built.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.contact.busyness import day_factors, interval_factors
from sim.contact.day_rates import Piece, pieces_of, rate_at
from sim.contact.history import recorded_rate, replayed
from sim.engine.hashing import mix_arrays
from sim.engine.streams import Streams
from sim.scenario.background import Background
from sim.scenario.hazards import Moment
from sim.units import DAY_S, HOUR_S, Calendar

__all__ = ["background_keys", "background_rate", "background_times"]


def background_times(
    background: Background, streams: Streams, calendar: Calendar, horizon_s: float
) -> NDArray[np.float64]:
    """Return the times of one entry's calls, sorted, s, shape (calls,).

    Piece by piece of the local day: a Poisson number, then times spread as the rate; the last piece
    is drawn whole and cut, so a longer run begins with the same calls.
    """
    from_s, until_s = _window(background, calendar, horizon_s)
    if background.history is not None:
        trait = streams.trait(f"contact.background_history.{background.own_name}")
        times = replayed(background, trait, calendar, horizon_s)
        return times[(times >= from_s) & (times < until_s)]
    draws = streams.generator(f"contact.background.{background.own_name}")
    into_day_s = calendar.time_of_day_s(0.0)
    n_days = math.ceil((into_day_s + horizon_s) / DAY_S) + 1
    by_day = day_factors(background, streams, n_days)
    if background.weekdays is not None:
        first = calendar.start.weekday()
        by_day = by_day * np.resize(np.roll(background.weekdays, -first), n_days)
    every_s, by_interval = interval_factors(background, streams, n_days)
    pieces = pieces_of(background)
    drawn = []
    for day in range(n_days):
        for piece in _cut(pieces, every_s):
            busyness = by_interval[int((day * DAY_S + piece.start_s + 1e-6) // every_s)]
            began_s = day * DAY_S - into_day_s
            start_s = max(0.0, from_s, began_s + piece.start_s)
            end_s = min(until_s, began_s + piece.end_s)
            if start_s >= min(end_s, horizon_s):
                continue
            part = piece.between(start_s - began_s, end_s - began_s)
            mean_per_h = by_day[day] * busyness * 0.5 * (part.start_per_h + part.end_per_h)
            n_calls = draws.poisson(mean_per_h * (end_s - start_s) / HOUR_S)
            places = _spread(part, np.sort(draws.random(n_calls)))
            drawn.append(start_s + (end_s - start_s) * places)
    times = np.concatenate(drawn) if drawn else np.empty(0)
    return times[times < horizon_s]


def background_rate(background: Background, calendar: Calendar, t_s: float) -> float:
    """Return the usual calls an hour of one entry at a moment, random busyness apart."""
    from_s, until_s = _window(background, calendar, math.inf)
    if not from_s <= t_s < until_s:
        return 0.0
    if background.history is not None:
        return recorded_rate(background, calendar, t_s)
    day, time_of_day_s = divmod(calendar.time_of_day_s(0.0) + t_s, DAY_S)
    rate = rate_at(pieces_of(background), time_of_day_s)
    if background.weekdays is None:
        return rate
    return rate * background.weekdays[(calendar.start.weekday() + int(day)) % 7]


def background_keys(name: str, streams: Streams, n_calls: int) -> NDArray[np.int64]:
    """Return the 32-bit ids of the callers of one entry, by its own name."""
    key = streams.key(f"contact.background_caller.{name}")
    return mix_arrays(key, np.arange(n_calls, dtype=np.uint64)).astype(np.int64)


def _window(background: Background, calendar: Calendar, end_s: float) -> tuple[float, float]:
    """Return between which times there are calls of an entry, s."""

    def seconds(moment: Moment) -> float:
        return moment if isinstance(moment, int | float) else calendar.seconds(moment)

    from_s = -math.inf if background.from_ is None else seconds(background.from_)
    return from_s, math.inf if background.until is None else seconds(background.until)


def _cut(pieces: tuple[Piece, ...], every_s: float) -> Iterator[Piece]:
    """Yield the pieces of a day, cut where an interval of busyness ends."""
    for piece in pieces:
        start_s = piece.start_s
        while start_s < piece.end_s:
            end_s = min(piece.end_s, (math.floor(start_s / every_s + 1e-9) + 1) * every_s)
            yield piece.between(start_s, end_s)
            start_s = end_s


def _spread(piece: Piece, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where numbers in (0, 1) lie within a piece whose rate runs straight from a to b.

    The inverse of (a x + (b - a) x^2 / 2) / ((a + b) / 2).
    """
    a, b = piece.start_per_h, piece.end_per_h
    if a == b:
        return u
    return np.asarray((a + b) * u / (a + np.sqrt(a * a + (b * b - a * a) * u)))
