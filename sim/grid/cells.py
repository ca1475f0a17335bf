"""Read the cells of a grid table as values, and collect what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from sim.errors import Problem, ScenarioError
from sim.messages import Message, joined, quoted, say
from sim.table_file import Row, TableFile

__all__ = ["YES_NO", "Cells", "Table"]

YES_NO = {"1": True, "0": False}
MOST_CUSTOMERS = 1_000_000
"""Customers behind one transformer; more is a slip of the keyboard. Assumption."""
_T = TypeVar("_T")


class Table:
    """Read one table on the project's reader; what makes it unreadable is one problem more."""

    def __init__(
        self, path: Path, columns: Sequence[str], needed: Collection[str], prefix: str
    ) -> None:
        """Take the columns, those that must be there, and what begins a column of a class."""
        self._file: TableFile | None = None
        self._unreadable: tuple[Problem, ...] = ()
        try:
            self._file = TableFile(path, {each: (each,) for each in columns}, needed, prefix)
        except ScenarioError as error:
            self._unreadable = error.problems

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the columns that count the customers of a class."""
        return () if self._file is None else self._file.prefixed

    def header_column(self, column: str) -> int:
        """Return where the heading of a column begins."""
        return 1 if self._file is None else self._file.header_column(column)

    @property
    def problems(self) -> list[Problem]:
        """Return what is wrong so far."""
        return [*self._unreadable, *(self._file.problems if self._file is not None else ())]

    def rows(self) -> Iterator[Cells]:
        """Yield the rows; the problems then tell whether they are whole."""
        if self._file is None or self._file.problems:
            return
        try:
            for row in self._file.rows():
                yield Cells(self._file, row)
        except ScenarioError as error:
            self._unreadable = error.problems


class Cells:
    """Give the cells of one row as values; note a problem for each that is wrong."""

    __slots__ = ("_file", "_row")

    def __init__(self, file: TableFile, row: Row) -> None:
        self._file = file
        self._row = row

    @property
    def line(self) -> int:
        """Return the line of the file, from 1."""
        return self._row.line

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the columns that count the customers of a class."""
        return self._file.prefixed

    def text(self, column: str) -> str:
        """Return a cell as it stands, '' where there is none."""
        return self._file.text(self._row, column)

    def wrong(self, column: str, wanted: Message) -> None:
        """Note that a cell should hold something else."""
        self._file.wrong(self._row, column, wanted)

    def number(
        self, column: str, low: float, high: float = math.inf, *, ceiling: float = math.inf
    ) -> float:
        """Return a number within bounds; above the ceiling it must be a slip, such as of units."""
        try:
            value = float(self.text(column))
        except ValueError:
            value = math.nan
        if value > ceiling:
            self.wrong(column, say("a number, {low:g} to {high:g}", low=low, high=ceiling))
            return low
        if not (low <= value <= high and math.isfinite(value)):
            wanted = say("a number, {low:g} or more", low=low)
            if math.isfinite(high):
                wanted = say("a number, {low:g} to {high:g}", low=low, high=high)
            self.wrong(column, wanted)
            return low
        return value

    def has(self, column: str) -> bool:
        """Say whether an optional column is there and filled in."""
        return bool(self.text(column))

    def optional(self, column: str, high: float = math.inf) -> float | None:
        """Return a number from 0, None where the cell is empty."""
        return self.number(column, 0.0, high) if self.has(column) else None

    def of_line(self, column: str, is_line: bool, high: float = math.inf) -> float | None:
        """Return an optional number that only a line may have."""
        if not is_line and self.has(column):
            self.wrong(column, say("nothing off a line"))
            return None
        return self.optional(column, high)

    def count(self, column: str) -> int:
        """Return a whole number."""
        if not self.text(column).isdecimal():
            self.wrong(column, say("a whole number, 0 or more"))
            return 0
        # as many digits as the most has: longer ones need not become a number to be too many
        digits = self.text(column).lstrip("0") or "0"
        if len(digits) > len(str(MOST_CUSTOMERS)) or int(digits) > MOST_CUSTOMERS:
            self.wrong(column, say("a whole number, 0 to {high}", high=MOST_CUSTOMERS))
            return 0
        return int(digits)

    def choice(self, column: str, choices: Mapping[str, _T]) -> _T:
        """Return what one of some words stands for."""
        value = self.text(column)
        if value not in choices:
            self.wrong(column, say("one of {words}", words=joined(", ", map(quoted, choices))))
            return next(iter(choices.values()))
        return choices[value]

    def yes_or_no(self, column: str) -> bool | None:
        """Return whether a cell says 1, None where it is empty."""
        return self.choice(column, YES_NO) if self.has(column) else None
