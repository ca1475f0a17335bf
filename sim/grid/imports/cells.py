"""Cells of imported tables: numbers, positions and names, with what is wrong noted by cell."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from sim.grid.imports.network import Place
from sim.messages import say
from sim.table_file import Row, TableFile

__all__ = ["Cells", "Table"]

_EMPTY = ("", "null", "nan", "none", "n/a")
_YES = {"1": True, "true": True, "yes": True, "closed": True, "是": True, "合": True}
_NO = {"0": False, "false": False, "no": False, "open": False, "否": False, "分": False}


class Cells:
    """Give the cells of one row."""

    def __init__(self, table: Table, row: Row) -> None:
        self._table = table
        self._row = row
        self.place = Place(table.file, row.line)

    def text(self, column: str) -> str:
        """Return a cell, '' where it is empty or there is no such column."""
        text = self._table.source.text(self._row, column)
        return "" if text.lower() in _EMPTY else text

    def name(self, column: str) -> str:
        """Return a cell that must not be empty."""
        text = self.text(column)
        if not text:
            self._table.source.wrong(self._row, column, say("an id"))
        return text

    def known(self, column: str, among: Collection[str]) -> str:
        """Return the id of a node there is."""
        text = self.text(column)
        if text not in among:
            self._table.source.wrong(self._row, column, say("the id of a node"))
        return text

    def number(self, column: str, low: float = -math.inf) -> float | None:
        """Return a number, None where the cell is empty."""
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= low):
            wanted = (
                say("a number") if low == -math.inf else say("a number, {low:g} or more", low=low)
            )
            self._table.source.wrong(self._row, column, wanted)
            return None
        return value

    def count(self, column: str) -> int | None:
        """Return a whole number, None where the cell is empty."""
        value = self.number(column, 0.0)
        if value is not None and value != int(value):
            self._table.source.wrong(self._row, column, say("a whole number, 0 or more"))
            return None
        return None if value is None else int(value)

    def flag(self, column: str, default: bool) -> bool:
        """Return a truth value, the default where the cell is empty."""
        text = self.text(column).lower()
        if not text:
            return default
        found = (_YES | _NO).get(text)
        if found is None:
            self._table.source.wrong(self._row, column, say("1 or 0"))
            return default
        return found


class Table:
    """Read one table under any of its headings; `problems` collects what is wrong."""

    def __init__(
        self, path: Path, headings: Mapping[str, Sequence[str]], needed: Collection[str]
    ) -> None:
        self.file = str(path)
        self.source = TableFile(path, headings, needed)

    def __iter__(self) -> Iterator[Cells]:
        if not self.source.problems:
            for row in self.source.rows():
                yield Cells(self, row)
