"""Recorded call histories: read the table of a background entry, and replay it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Trait
from sim.errors import InputError, Problem, ScenarioError
from sim.messages import Message, expected, joined, quoted, say, standing_at, system_words
from sim.scenario.background import Background, History
from sim.table_file import csv_words, decoded, unreadable
from sim.units import Calendar

__all__ = ["check_history", "recorded_rate", "recorded_times", "replayed"]

_HEADERS = {
    "time": ("time", "来电时间", "时间"),
    "call_type": ("call_type", "来电类型", "业务类型"),
    "count": ("count", "话务量", "数量"),
}
_MOST_PROBLEMS = 20
_MOST_CALLS = 1_000_000
_RATE_WINDOW_S = 3600.0

_Rows = tuple[tuple[datetime, str, int], ...]


def replayed(
    background: Background, trait: Trait, calendar: Calendar, horizon_s: float
) -> NDArray[np.float64]:
    """Return the times of the calls that fall into the run, sorted, s.

    Which rows have one call more for a fractional factor, and where calls spread to, are traits of
    the row's number: a longer run begins with the same calls.
    """
    assert background.history is not None
    times, counts = recorded_times(background, calendar)
    section = background.history
    rows = np.arange(len(times), dtype=np.uint64)
    wanted = counts * section.factor
    n_calls = np.floor(wanted).astype(np.int64)
    n_calls += trait.of_all(rows) < wanted - n_calls
    owners = np.repeat(rows, n_calls)
    firsts = np.repeat(np.cumsum(n_calls) - n_calls, n_calls)
    numbers = (np.arange(len(owners)) - firsts).astype(np.uint64) + np.uint64(1)
    made = np.repeat(times, n_calls)
    if section.spread_over > 0.0:
        made = made + section.spread_over * trait.of_all(owners, numbers)
    return np.sort(made[(made >= 0.0) & (made < horizon_s)], kind="stable")


def check_history(background: Background, where: str, calendar: Calendar, horizon_s: float) -> None:
    """Raise InputError if the table of an entry cannot be read or has no call within the run."""
    times, _counts = recorded_times(background, calendar)
    if not np.any((times >= 0.0) & (times < horizon_s)):
        starts = calendar.start.replace(tzinfo=None)
        if background.history is not None and background.history.starts is not None:
            starts = _local(background.history.starts, calendar)
        first, last = (starts + timedelta(seconds=float(each)) for each in _span(times))
        words = say(
            "no call of the history falls into the run: it holds {first} to {last}; give starts",
            first=first,
            last=last,
        )
        raise InputError(standing_at(where, words))


def _span(times: NDArray[np.float64]) -> tuple[float, float]:
    return float(times.min()), float(times.max())


def recorded_rate(background: Background, calendar: Calendar, t_s: float) -> float:
    """Return the calls an hour replayed around a moment: those of the hour centred on it."""
    assert background.history is not None
    times, counts = recorded_times(background, calendar)
    spread_s = background.history.spread_over
    low_s, high_s = t_s - 0.5 * _RATE_WINDOW_S, t_s + 0.5 * _RATE_WINDOW_S
    if spread_s > 0.0:
        inside = np.minimum(high_s, times + spread_s) - np.maximum(low_s, times)
        shares = np.clip(inside / spread_s, 0.0, 1.0)
    else:
        shares = ((times >= low_s) & (times < high_s)).astype(np.float64)
    return float((counts * shares).sum()) * background.history.factor


def recorded_times(
    background: Background, calendar: Calendar
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the rows of an entry: time, s from the start of the run, and number of calls.

    Raise ScenarioError with every row that cannot be read.
    """
    section = background.history
    assert section is not None
    rows = _rows(section, background.call_type)
    starts = _local(section.starts or calendar.start, calendar)
    seconds = [(_local(when, calendar) - starts).total_seconds() for when, _type, _count in rows]
    return np.array(seconds), np.array([count for *_, count in rows], dtype=np.int64)


def _local(when: datetime, calendar: Calendar) -> datetime:
    if when.tzinfo is None:
        return when
    return when.astimezone(calendar.start.tzinfo).replace(tzinfo=None)


def _rows(section: History, call_type: str) -> _Rows:
    """Return the rows with the entry's call type; all of them where the file names none."""
    try:
        status = section.file.stat()
    except OSError as error:
        reason = system_words(error)
        raise unreadable(section.file, say("cannot be read: {reason}", reason=reason)) from None
    has_types, rows = _table(section.file, status.st_mtime_ns, status.st_size)
    if not has_types:
        return rows
    wanted = section.rows or call_type
    found = tuple(row for row in rows if row[1] == wanted)
    if not found:
        names = joined(", ", dict.fromkeys(each for _when, each, _count in rows))
        words = say(
            "no row has the call type {name!r}; there are {names}", name=wanted, names=names
        )
        raise unreadable(section.file, words)
    return found


@lru_cache(maxsize=16)
def _table(path: Path, _changed_ns: int, _size: int) -> tuple[bool, _Rows]:
    """Return whether the table names call types, and its rows; read once while unchanged."""
    text = decoded(path)
    rows: list[tuple[datetime, str, int]] = []
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        places = {
            column: next((header.index(name) for name in names if name in header), -1)
            for column, names in _HEADERS.items()
        }
        if places["time"] < 0:
            raise unreadable(path, say("columns missing from the header: {names}", names="time"))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            if len(cells) != len(header):
                wanted = say("{n} cells", n=len(header))
                problems.append(Problem(str(path), line, 1, expected(wanted, quoted(len(cells)))))
            else:
                _read_row(path, line, cells, places, rows, problems)
            if len(problems) >= _MOST_PROBLEMS:
                break
    except csv.Error as error:
        words = say("not a table of comma-separated values: {reason}", reason=csv_words(error))
        raise unreadable(path, words, reader.line_num) from None
    if problems:
        raise ScenarioError(problems)
    if not rows:
        raise unreadable(path, say("the table has no row"))
    return places["call_type"] >= 0, tuple(rows)


def _read_row(
    path: Path,
    line: int,
    cells: list[str],
    places: Mapping[str, int],
    rows: list[tuple[datetime, str, int]],
    problems: list[Problem],
) -> None:
    """Add a row, or what is wrong with each of its cells."""

    def cell(column: str) -> str:
        return cells[places[column]].strip() if places[column] >= 0 else ""

    def wrong(column: str, wanted: Message) -> None:
        place = 1 + sum(len(each) + 1 for each in cells[: places[column]])
        words = standing_at(column, expected(wanted, quoted(cell(column))))
        problems.append(Problem(str(path), line, place, words))

    when = _when(cell("time"))
    if when is None:
        wrong("time", say("a calendar time such as '2019-08-09 14:00'"))
    count = 1
    if places["count"] >= 0:
        written = cell("count")
        if not written.isdecimal() or int(written) > _MOST_CALLS:
            wrong("count", say("a whole number, 0 to {most}", most=_MOST_CALLS))
        else:
            count = int(written)
    if when is not None:
        rows.append((when, cell("call_type"), count))


def _when(text: str) -> datetime | None:
    """Return a time written as ISO 8601 or with slashes, as spreadsheets write it; else None."""
    try:
        if "-" in text:
            return datetime.fromisoformat(text)
        form = "%Y/%m/%d %H:%M:%S" if text.count(":") == 2 else "%Y/%m/%d %H:%M"
        return datetime.strptime(text, form)
    except ValueError:
        return None
