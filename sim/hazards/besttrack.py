"""Read typhoon best tracks in the format of RSMC Tokyo, as published.

A header line (`66666 ...`) is followed by one line a fix:
`yymmddhh 002 grade lat×10 lon×10 pressure_hPa wind_kt [DLLLL SSSS DLLLL SSSS] [#]`. Times are UTC,
the wind is the 10-minute mean (000: not recorded); the groups are the radii of 50-kt and of 30-kt
winds: direction code, longest and shortest radius in nautical miles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.messages import Message, expected, message_of, quoted, say, standing_at, system_words

__all__ = ["NMI_KM", "Track", "parse_best_track", "read_best_track"]

NMI_KM = 1.852
_HEADER = "66666"
_FIRST_YEAR = 51
"""The record begins in 1951: two-digit years from 51 up are of the 20th century."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Track:
    """Hold the fixes of one storm, in time order; NaN where nothing is recorded.

    Radii have the shape (fixes, 2): longest and shortest, in km.
    """

    name: str
    number: str
    utc_s: Floats
    """Seconds since 1970-01-01 00:00 UTC."""
    grade: NDArray[np.int64]
    """2 depression, 3 to 5 tropical storm to typhoon, 6 extratropical, 9 storm."""
    lat: Floats
    lon: Floats
    pressure_hpa: Floats
    wind_kt: Floats
    radius_50kt_km: Floats
    radius_30kt_km: Floats


class _Word(NamedTuple):
    text: str
    column: int


class _Fix(NamedTuple):
    utc_s: float
    grade: int
    lat: float
    lon: float
    pressure_hpa: float
    wind_kt: float
    radius_50kt_km: tuple[float, float]
    radius_30kt_km: tuple[float, float]


_NONE = (float("nan"), float("nan"))


class _Reader:
    """Collect fixes and problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.fixes: list[_Fix] = []
        self.header: tuple[int, list[_Word]] | None = None

    def complain(self, line: int, column: int, text: Message) -> None:
        self.problems.append(Problem(self.file, line, column, text))

    def number(
        self, line: int, word: _Word, name: Message, *, low: float, high: float, scale: float = 1.0
    ) -> float:
        """Return a whole number of the file divided by its scale, or complain."""
        if not re.fullmatch(r"-?\d+", word.text):
            words = expected(say("a whole number"), quoted(word.text))
            self.complain(line, word.column, standing_at(name, words))
            return float("nan")
        value = int(word.text) / scale
        if not low <= value <= high:
            words = say(
                "{value:g} is not between {low:g} and {high:g}", value=value, low=low, high=high
            )
            self.complain(line, word.column, standing_at(name, words))
        return value

    def time(self, line: int, word: _Word) -> float:
        """Return the POSIX time of `yymmddhh`, or complain."""
        if re.fullmatch(r"\d{8}", word.text):
            year, month, day, hour = (int(word.text[i : i + 2]) for i in range(0, 8, 2))
            year += 1900 if year >= _FIRST_YEAR else 2000
            try:
                return datetime(year, month, day, hour, tzinfo=UTC).timestamp()
            except ValueError:
                pass
        words = expected(say("yymmddhh in UTC"), quoted(word.text))
        self.complain(line, word.column, standing_at(say("time"), words))
        return float("nan")

    def radii(
        self, line: int, longest: _Word, shortest: _Word, name: Message
    ) -> tuple[float, float]:
        """Return longest and shortest radius in km; NaN where the group is empty."""
        if not re.fullmatch(r"\d{5}", longest.text):
            words = expected(say("DLLLL (5 digits)"), quoted(longest.text))
            self.complain(line, longest.column, standing_at(name, words))
            return _NONE
        long_nmi = int(longest.text[1:])
        short_nmi = self.number(line, shortest, name, low=0, high=2000)
        return (long_nmi * NMI_KM, short_nmi * NMI_KM) if long_nmi else _NONE

    def fix(self, line: int, words: list[_Word]) -> None:
        """Read one data line."""
        words = [word for word in words if word.text != "#"]  # marks a passage over Japan
        if len(words) not in (7, 11):
            wanted = say("7 or 11 fields of a best-track line")
            self.complain(line, 1, expected(wanted, quoted(len(words))))
            return
        if words[1].text != "002":
            wrong = expected(say("the mark 002"), quoted(words[1].text))
            self.complain(line, words[1].column, wrong)
        wind_kt = self.number(line, words[6], say("wind"), low=0, high=200)
        wide = len(words) == 11
        fix = _Fix(
            self.time(line, words[0]),
            int(np.nan_to_num(self.number(line, words[2], say("grade"), low=1, high=9))),
            self.number(line, words[3], say("latitude"), low=-90, high=90, scale=10.0),
            self.number(line, words[4], say("longitude"), low=0, high=360, scale=10.0),
            self.number(line, words[5], say("pressure"), low=850, high=1050),
            wind_kt if wind_kt > 0 else float("nan"),
            self.radii(line, words[7], words[8], say("radius of 50-kt winds")) if wide else _NONE,
            self.radii(line, words[9], words[10], say("radius of 30-kt winds")) if wide else _NONE,
        )
        if self.fixes and fix.utc_s <= self.fixes[-1].utc_s:
            wrong = standing_at(say("time"), say("not later than the line before"))
            self.complain(line, words[0].column, wrong)
        self.fixes.append(fix)

    def head(self, line: int, words: list[_Word]) -> None:
        """Read a header line."""
        if self.header is not None:
            self.complain(line, 1, say("a second storm begins: keep one storm a file"))
        elif len(words) < 7:
            wanted = say("at least 7 fields of a header")
            self.complain(line, 1, expected(wanted, quoted(len(words))))
        elif not words[2].text.isdigit():
            wrong = expected(say("a number of lines"), quoted(words[2].text))
            self.complain(line, words[2].column, wrong)
        self.header = self.header or (line, words)

    def finish(self) -> Track:
        """Return the track, or raise all problems."""
        if self.header is None:
            self.complain(1, 1, say("no header line: a best track begins with 66666"))
        elif not self.problems:
            line, words = self.header
            if int(words[2].text) != len(self.fixes):
                text = say(
                    "the header announces {announced} lines, {n} follow",
                    announced=int(words[2].text),
                    n=len(self.fixes),
                )
                self.complain(line, words[2].column, text)
        if len(self.fixes) < 2 and not self.problems:
            self.complain(1, 1, say("a track needs two fixes at least"))
        if self.problems or self.header is None:
            raise ScenarioError(sorted(self.problems))
        return _track(self.header[1], self.fixes)


def _track(header: list[_Word], fixes: list[_Fix]) -> Track:
    def column(of: Callable[[_Fix], object]) -> Floats:
        return np.array([of(fix) for fix in fixes], dtype=np.float64)

    named = len(header) > 8
    return Track(
        name=header[7].text if named else "",
        number=header[1].text,
        utc_s=column(lambda fix: fix.utc_s),
        grade=np.array([fix.grade for fix in fixes], dtype=np.int64),
        lat=column(lambda fix: fix.lat),
        lon=column(lambda fix: fix.lon),
        pressure_hpa=column(lambda fix: fix.pressure_hpa),
        wind_kt=column(lambda fix: fix.wind_kt),
        radius_50kt_km=column(lambda fix: fix.radius_50kt_km),
        radius_30kt_km=column(lambda fix: fix.radius_30kt_km),
    )


def parse_best_track(text: str, file: str) -> Track:
    """Return the storm of a best-track text; raise ScenarioError with all its problems."""
    reader = _Reader(file)
    for line, written in enumerate(text.splitlines(), start=1):
        words = [_Word(found[0], found.start() + 1) for found in re.finditer(r"\S+", written)]
        if not words:
            continue
        if words[0].text == _HEADER:
            reader.head(line, words)
        else:
            reader.fix(line, words)
    return reader.finish()


def read_best_track(path: Path) -> Track:
    """Return the storm of a best-track file; raise ScenarioError with all its problems."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = system_words(error) if isinstance(error, OSError) else message_of(error)
        words = say("the best track cannot be read: {reason}", reason=reason)
        raise ScenarioError([Problem(str(path), 1, 1, words)]) from error
    return parse_best_track(text, str(path))
