"""Mean rates of a background entry over a local day, piece by piece."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from sim.scenario.background import Background, Rates
from sim.units import DAY_S, HOUR_S

__all__ = ["Piece", "pieces_of", "rate_at"]

_PLAIN_PIECES = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a piece of a local day, s after midnight, and the calls per hour at its two ends."""

    start_s: float
    end_s: float
    start_per_h: float
    end_per_h: float

    def between(self, start_s: float, end_s: float) -> Piece:
        """Return the part of the piece between two times of day."""
        return Piece(start_s, end_s, self.per_h(start_s), self.per_h(end_s))

    def per_h(self, at_s: float) -> float:
        """Return the calls per hour at a time of day within the piece."""
        part = (at_s - self.start_s) / (self.end_s - self.start_s)
        return self.start_per_h + part * (self.end_per_h - self.start_per_h)


@lru_cache(maxsize=64)
def pieces_of(background: Background) -> tuple[Piece, ...]:
    """Return the pieces of a usual day in order; between them there are no calls."""
    if background.rates is not None:
        return tuple(sorted(_stated(background.rates), key=lambda piece: piece.start_s))
    if background.per_hour is not None:
        levels = [background.per_hour] * _PLAIN_PIECES
    else:
        length_h = DAY_S / HOUR_S / len(background.profile)
        whole = sum(background.profile) * length_h
        levels = [(background.per_day or 0.0) * each / whole for each in background.profile]
    length_s = DAY_S / len(levels)
    return tuple(
        Piece(ix * length_s, (ix + 1) * length_s, level, level) for ix, level in enumerate(levels)
    )


def rate_at(pieces: tuple[Piece, ...], time_of_day_s: float) -> float:
    """Return the calls per hour at a time of day."""
    after = bisect_right(pieces, time_of_day_s, key=lambda piece: piece.start_s)
    if after == 0 or time_of_day_s >= pieces[after - 1].end_s:
        return 0.0
    return pieces[after - 1].per_h(time_of_day_s)


def _stated(rates: Rates) -> list[Piece]:
    """Return the intervals of a stated table; what passes midnight stands at the day's start."""
    found = []
    for ix in range(rates.n_intervals):
        start_s = rates.from_ + ix * rates.every
        last = ix + 1 if rates.between == "straight" else ix
        whole = Piece(start_s, start_s + rates.every, rates.per_hour[ix], rates.per_hour[last])
        for day_s in (0.0, DAY_S):
            low, high = max(whole.start_s, day_s), min(whole.end_s, day_s + DAY_S)
            if low < high:
                part = whole.between(low, high)
                found.append(Piece(low - day_s, high - day_s, part.start_per_h, part.end_per_h))
    return found
