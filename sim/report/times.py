"""Put seconds of the run on the calendar of the place, for axes and for sentences.

The offset from UTC is the one at the start: an axis must not jump when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from sim.report.words import Words
from sim.units import MINUTE_S

__all__ = ["LocalTime"]


class LocalTime:
    """Convert seconds from the start to local time as text."""

    def __init__(self, start: str) -> None:
        """Begin at an ISO 8601 time with offset."""
        self.start = datetime.fromisoformat(start)

    @property
    def offset(self) -> str:
        """Return the offset of the axis, such as UTC+08:00."""
        text = self.start.strftime("%z") or "+0000"
        return f"UTC{text[:3]}:{text[3:5]}"

    def axis(self, t_s: Iterable[float]) -> list[str]:
        """Return times as plotly reads them, to the second; NaN becomes an empty text."""
        naive = np.datetime64(self.start.replace(tzinfo=None), "s")
        seconds = np.asarray(list(t_s), dtype=np.float64)
        known = np.isfinite(seconds)
        whole = np.where(known, np.round(seconds), 0.0).astype("timedelta64[s]")
        texts: list[str] = np.datetime_as_string(naive + whole).tolist()
        return [text.replace("T", " ") if ok else "" for text, ok in zip(texts, known, strict=True)]

    def say(self, t_s: float, words: Words) -> str:
        """Return day, month and time to the minute, as the language writes it."""
        when = self.at(t_s + MINUTE_S / 2.0)
        return words("time.moment", **_parts(when, words))

    def say_exactly(self, t_s: float, words: Words) -> str:
        """Return day, month and time to the second."""
        when = self.at(t_s + 0.5)
        return words("time.second", second=f"{when.second:02d}", **_parts(when, words))

    def say_start(self, words: Words) -> str:
        """Return the start with its year and the offset of all times."""
        parts = _parts(self.start, words)
        return words("page.start", year=str(self.start.year), offset=self.offset, **parts)

    def at(self, t_s: float) -> datetime:
        """Return the local time."""
        return self.start + timedelta(seconds=float(t_s))


def _parts(when: datetime, words: Words) -> dict[str, str]:
    return {
        "day": str(when.day),
        "month": words(f"month.{when.month}"),
        "hour": f"{when.hour:02d}",
        "minute": f"{when.minute:02d}",
    }
