"""Read tables that people keep in CSV, with the line and column of every cell.

UTF-8, or GB18030 as Chinese spreadsheets save it; columns in any order, under any of their
headings. What is wrong is collected, so that all of it is said at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from sim.errors import Problem, ScenarioError
from sim.messages import Message, expected, joined, quoted, say, standing_at, system_words, verbatim

__all__ = ["MOST_PROBLEMS", "Row", "TableFile", "calendar_time", "decoded", "read_rows",
           "unreadable"]  # fmt: skip

T = TypeVar("T")

MOST_PROBLEMS = 20
"""Problems after which reading stops: a list of the wrong kind has one in every cell."""

_CSV_WORDS = {
    str(each): each for each in (say("unexpected end of data"), say("',' expected after '\"'"))
}
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(\.\d{1,9})?)?)?"
    r"\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row: its line, its cells without outer blanks, and where each cell begins."""

    line: int
    cells: list[str]
    columns: list[int]


class TableFile:
    """Give the cells of a table by column name, and collect what is wrong with them."""

    def __init__(
        self,
        path: Path,
        headings: Mapping[str, Sequence[str]],
        needed: Collection[str],
        prefix: str = "",
    ) -> None:
        """Take the columns by their headings, and any whose heading begins with the prefix.

        `prefixed` are the latter, by their headings.
        """
        self._file = str(path)
        self.problems: list[Problem] = []
        self._rows = read_rows(path)
        header = next(self._rows, None)
        names = [_plain(each) for each in header.cells] if header is not None else []
        self._width = len(names)
        self._place: dict[str, int] = {}
        for column, known in headings.items():
            found = [names.index(_plain(each)) for each in known if _plain(each) in names]
            if found:
                self._place[column] = found[0]
        self._starts = header.columns if header is not None else []
        self.prefixed = tuple(
            each
            for each in (header.cells if header is not None and prefix else ())
            if each.startswith(prefix) and each != prefix and each not in self._place
        )
        for column in self.prefixed:
            self._place[column] = names.index(_plain(column))
        missing = [each for each in headings if each in needed and each not in self._place]
        if missing:
            words = say("columns missing from the header: {names}", names=joined(", ", missing))
            self.problems.append(Problem(self._file, 1, 1, words))

    def __contains__(self, column: object) -> bool:
        """Tell whether the header names a column."""
        return column in self._place

    def header_column(self, column: str) -> int:
        """Return where the heading of a column begins."""
        return self._starts[self._place[column]]

    def rows(self) -> Iterator[Row]:
        """Yield rows that are as wide as the header, until there are too many problems."""
        while len(self.problems) < MOST_PROBLEMS:
            row = next(self._rows, None)
            if row is None:
                return
            if not any(row.cells):
                continue
            if len(row.cells) != self._width:
                words = expected(say("{n} cells", n=self._width), quoted(len(row.cells)))
                self.problems.append(Problem(self._file, row.line, 1, words))
                continue
            yield row

    def text(self, row: Row, column: str) -> str:
        """Return a cell, '' where there is no such column."""
        place = self._place.get(column)
        return "" if place is None else row.cells[place]

    def wrong(self, row: Row, column: str, wanted: Message) -> None:
        """Note that a cell should hold something else."""
        words = standing_at(column, expected(wanted, quoted(self.text(row, column))))
        at = row.columns[self._place.get(column, 0)]
        self.problems.append(Problem(self._file, row.line, at, words))

    def say_at_header(self, words: Message) -> None:
        """Note a problem of the whole table."""
        self.problems.append(Problem(self._file, 1, 1, words))

    def read(
        self, row: Row, column: str, parse: Callable[[str], T | None], wanted: Message
    ) -> T | None:
        """Return a cell as `parse` reads it; where that gives None, note what was wanted."""
        value = parse(self.text(row, column))
        if value is None:
            self.wrong(row, column, wanted)
        return value

    def raise_problems(self) -> None:
        """Raise ScenarioError with all problems, if there are any."""
        if self.problems:
            raise ScenarioError(sorted(self.problems))


def csv_words(error: csv.Error) -> Message:
    """Return what the reader of CSV says as a message; words we do not know stay its own."""
    return _CSV_WORDS.get(str(error)) or verbatim(str(error))


def read_rows(path: Path, delimiters: str = ",;\t") -> Iterator[Row]:
    """Yield the rows of a CSV file, the header first; raise ScenarioError if it is none.

    Cells are parted by the delimiter of which the header has most: commas, semicolons (as
    spreadsheets write where the comma is for decimals) or tabs.
    """
    text = decoded(path)
    header = text.partition("\n")[0]
    delimiter = max(delimiters, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            starts, at = [], 1
            for each in cells:
                starts.append(at)
                at += len(each) + 1
            yield Row(line, [each.strip() for each in cells], starts)
            line = reader.line_num + 1
    except csv.Error as error:
        words = say("not a table of comma-separated values: {reason}", reason=csv_words(error))
        raise unreadable(path, words, line) from error


def calendar_time(text: str) -> datetime | None:
    """Return a time written as ISO 8601, with slashes or in Chinese; None for anything else.

    Seconds, an offset and the time of day itself may be left out; 24:00 is the next midnight.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[k]) for k in (1, 2, 3))
    hour, minute, second = (int(found[k] or 0) for k in (4, 5, 6))
    if minute > 59 or second > 59 or hour * 3600 + minute * 60 + second > 86400:
        return None
    zone = None
    if found[8]:
        zone = UTC
    elif found[9]:
        if int(found[10]) > 14 or int(found[11]) > 59:
            return None
        offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
        zone = timezone(-offset if found[9] == "-" else offset)
    length = timedelta(hours=hour, minutes=minute, seconds=second + float(found[7] or 0))
    try:
        return datetime(year, month, day, tzinfo=zone) + length
    except (ValueError, OverflowError):
        return None


def _plain(heading: str) -> str:
    """Return a heading without the differences spreadsheets make: case, blanks, brackets."""
    return re.sub(r"[\s_（）()\-]+", "", heading).casefold()


def decoded(path: Path) -> str:
    """Return the text of a file in UTF-8, or in GB18030 as Chinese spreadsheets save it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        words = say("cannot be read: {reason}", reason=system_words(error))
        raise unreadable(path, words) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(path, say("expected text in UTF-8 or GB18030"))


def unreadable(path: Path, words: Message, line: int = 1) -> ScenarioError:
    """Return the error of a file that cannot be read, or not from a line on."""
    return ScenarioError([Problem(str(path), line, 1, words)])
