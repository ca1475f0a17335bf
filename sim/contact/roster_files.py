"""Read dated duties from a table, as rosters of real centres come: CSV or an XLSX sheet.

Columns, in any order: agent, from, to, and optionally skill. Every wrong row is one problem with
file, line and column; all are raised at once.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import BadZipFile

from sim.errors import Problem, ScenarioError
from sim.messages import Message, expected, joined, quoted, say, standing_at, system_words
from sim.table_file import Row, read_rows, unreadable

__all__ = ["Person", "read_roster"]

_HEADINGS = {
    "agent": ("agent", "工号", "姓名"),
    "from": ("from", "上班", "上班时间", "开始", "开始时间"),
    "to": ("to", "下班", "下班时间", "结束", "结束时间"),
    "skill": ("skill", "技能", "技能等级"),
}
"""Headings of each column, the one that counts where several are there first."""
_OPTIONAL = ("skill",)
_SHEETS = (".xlsx", ".xlsm")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]\s*(\d{1,2})[:：](\d{2})(?:[:：]00)?"
)
LONGEST_H = 36.0
"""Longest duty, h: longer ones are slips of the pen."""


@dataclass
class Person:
    """Hold one agent of a roster file: name, skill ('' for full) and duties in local time."""

    name: str
    skill: str
    line: int
    duties: list[tuple[datetime, datetime]] = field(default_factory=list)


def read_roster(path: Path, skills: Collection[str]) -> list[Person]:
    """Return the agents of a roster file in the order of their first rows, duties by time.

    Raise ScenarioError with all problems of the file.
    """
    reader = _Reader(str(path), skills)
    rows = _rows(path)
    header = next(rows, None)
    if header is not None and reader.takes(header):
        for row in rows:
            reader.read(row)
    return reader.finish()


class _Reader:
    """Collect agents and problems of one file."""

    def __init__(self, file: str, skills: Collection[str]) -> None:
        self._file, self._skills = file, skills
        self._place: dict[str, int] = {}
        self._people: dict[str, Person] = {}
        self._problems: list[Problem] = []

    def takes(self, header: Row) -> bool:
        """Find the columns; say which are missing."""
        names = [each.strip().casefold() for each in header.cells]
        for column, headings in _HEADINGS.items():
            found = [names.index(each) for each in headings if each in names]
            if found:
                self._place[column] = found[0]
        missing = [each for each in _HEADINGS if each not in (*self._place, *_OPTIONAL)]
        if missing:
            words = say("columns missing from the header: {names}", names=joined(", ", missing))
            self._problems.append(Problem(self._file, header.line, 1, words))
        return not missing

    def read(self, row: Row) -> None:
        """Read one duty."""
        if not any(each.strip() for each in row.cells):
            return
        before = len(self._problems)
        name = self._text(row, "agent")
        if not name or "/" in name:
            self._wrong(row, "agent", say("a name or number without '/'"))
        skill = self._text(row, "skill")
        if skill and skill not in self._skills:
            names = joined(", ", map(quoted, self._skills) if self._skills else [say("none")])
            self._wrong(row, "skill", say("one of {words}", words=names))
        starts, ends = self._moment(row, "from"), self._moment(row, "to")
        if starts is not None and ends is not None:
            self._check_length(row, starts, ends)
        if len(self._problems) == before and starts is not None and ends is not None:
            self._add(row, Person(name, skill, row.line), starts, ends)

    def _check_length(self, row: Row, starts: datetime, ends: datetime) -> None:
        longest = timedelta(hours=LONGEST_H)
        if not timedelta(0) < ends - starts <= longest:
            wanted = say("a time after 'from', by {hours:g} h at most", hours=LONGEST_H)
            self._wrong(row, "to", wanted)

    def _add(self, row: Row, new: Person, starts: datetime, ends: datetime) -> None:
        person = self._people.setdefault(new.name, new)
        if person.skill != new.skill:
            words = say("the skill that line {line} gives this agent", line=person.line)
            self._wrong(row, "skill", words)
        elif any(starts < other_ends and ends > other for other, other_ends in person.duties):
            words = say("{name!r} is on duty already at this time", name=new.name)
            self._problem(row, "from", words)
        else:
            person.duties.append((starts, ends))

    def finish(self) -> list[Person]:
        """Return the agents, or raise all problems."""
        if not self._people and not self._problems:
            self._problems.append(Problem(self._file, 1, 1, say("the roster has no duties")))
        if self._problems:
            raise ScenarioError(sorted(self._problems))
        for person in self._people.values():
            person.duties.sort()
        return list(self._people.values())

    def _text(self, row: Row, column: str) -> str:
        place = self._place.get(column, len(row.cells))
        return row.cells[place].strip() if place < len(row.cells) else ""

    def _moment(self, row: Row, column: str) -> datetime | None:
        found = _MOMENT.fullmatch(self._text(row, column))
        if found is not None:
            year, month, day, hour, minute = map(int, found.groups())
            try:
                midnight = datetime(year, month, day)
            except ValueError:
                midnight = None
            if midnight is not None and (hour < 24 or (hour, minute) == (24, 0)) and minute < 60:
                return midnight + timedelta(hours=hour, minutes=minute)
        self._wrong(row, column, say("a local time such as '2021-07-25 08:00'"))
        return None

    def _wrong(self, row: Row, column: str, wanted: Message) -> None:
        words = expected(wanted, quoted(self._text(row, column)))
        self._problem(row, column, standing_at(column, words))

    def _problem(self, row: Row, column: str, words: Message) -> None:
        place = self._place.get(column, 0)
        at = row.columns[place] if place < len(row.columns) else 1
        self._problems.append(Problem(self._file, row.line, at, words))


def _rows(path: Path) -> Iterator[Row]:
    suffix = path.suffix.lower()
    if suffix in _SHEETS:
        yield from _sheet_rows(path)
    elif suffix == ".xls":
        raise unreadable(path, say("save it as .xlsx or as CSV; .xls is not read"))
    else:
        yield from read_rows(path, ",")


def _sheet_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of the sheet that was open when the workbook was saved."""
    try:
        import openpyxl  # optional: only rosters in this format need it
    except ImportError as error:
        words = say("reading .xlsx needs openpyxl: pip install 'stormdesk[xlsx]', or save as CSV")
        raise unreadable(path, words) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and the like that it does not know
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
            values = list(book.active.iter_rows(values_only=True)) if book.active else []
    except OSError as error:
        words = say("cannot be read: {reason}", reason=system_words(error))
        raise unreadable(path, words) from error
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise unreadable(path, say("not a workbook in the .xlsx format")) from error
    for line, row in enumerate(values, start=1):
        yield Row(line, [_cell(each) for each in row], list(range(1, len(row) + 1)))


def _cell(value: object) -> str:
    """Return a cell as it would stand in CSV."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        rounded = value + timedelta(seconds=0.5)  # spreadsheets count in fractions of a day
        return rounded.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
