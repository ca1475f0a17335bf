"""Read the tables of a pandapower JSON file, which are data frames written as text.

No pandapower and no pandas: 230 MB less to install, and nothing in the file is turned into an
object of any class it names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.grid.imports.network import Place
from sim.messages import Message, quoted, say, system_words, verbatim

__all__ = ["Frames", "Record"]


def _refused(path: Path, line: int, text: Message) -> ScenarioError:
    return ScenarioError([Problem(str(path), line, 1, text)])


class Record:
    """Give the cells of one row by column name, each None where it is empty or missing."""

    def __init__(self, table: str, index: int, place: Place, cells: Mapping[str, Any]) -> None:
        self.table = table
        self.index = index
        self.place = place
        self._cells = cells

    def text(self, column: str) -> str:
        """Return a cell as text, '' where it is empty."""
        value = self._cells.get(column)
        return "" if value is None else str(value).strip()

    def number(self, column: str) -> float | None:
        """Return a finite number, or None."""
        value = self._cells.get(column)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if math.isfinite(value) else None

    def whole(self, column: str) -> int:
        """Return a bus or element index; raise ScenarioError where there is none."""
        value = self.number(column)
        if value is None or value != int(value):
            words = say(
                "{table} {index}: {column} should be a whole number, got {value}",
                table=self.table,
                index=self.index,
                column=column,
                value=quoted(self._cells.get(column)),
            )
            raise ScenarioError([Problem(self.place.file, self.place.line, 1, words)])
        return int(value)

    def flag(self, column: str, default: bool = True) -> bool:
        """Return a truth value, or the default where there is none."""
        value = self._cells.get(column)
        return default if value is None else bool(value)


_JSON_WORDS = {
    str(each): each
    for each in (
        say("Expecting ',' delimiter"),
        say("Expecting ':' delimiter"),
        say("Expecting value"),
        say("Expecting property name enclosed in double quotes"),
        say("Extra data"),
        say("Unterminated string starting at"),
    )
}


def _json_words(text: str) -> Message:
    """Return what Python's reader says as a message; words we do not know stay its own."""
    return _JSON_WORDS.get(text) or verbatim(text)


class Frames:
    """Hold the tables of one file."""

    def __init__(self, path: Path) -> None:
        """Read a file; raise ScenarioError where it holds no net."""
        self._path = path
        try:
            text = path.read_bytes().decode("utf-8-sig")
            self._net = json.loads(text)
        except OSError as error:
            words = say("cannot be read: {reason}", reason=system_words(error))
            raise _refused(path, 1, words) from error
        except UnicodeDecodeError as error:
            raise _refused(path, 1, say("not UTF-8 text: save the file as UTF-8")) from error
        except json.JSONDecodeError as error:
            raise _refused(
                path, error.lineno, say("this is not JSON: {reason}", reason=_json_words(error.msg))
            ) from error
        except RecursionError as error:
            raise _refused(path, 1, say("this is nested too deeply")) from error
        self._lines: dict[str, int] = {}
        for line, written in enumerate(text.splitlines(), start=1):
            name, quote, rest = written.strip().removeprefix('"').partition('"')
            if quote and rest.lstrip().startswith(":"):
                self._lines.setdefault(name, line)
        inner = self._net.get("_object", self._net) if isinstance(self._net, dict) else None
        if not isinstance(inner, dict) or "bus" not in inner:
            raise _refused(path, 1, say("this is not a pandapower net: it has no table of buses"))
        self._tables = inner

    @property
    def name(self) -> str:
        """Return the net's own name, '' where it has none."""
        name = self._tables.get("name")
        return name.strip() if isinstance(name, str) else ""

    def place(self, table: str) -> Place:
        """Return where a table begins: its rows stand in one line."""
        return Place(str(self._path), self._lines.get(table, 1))

    def rows(self, table: str) -> Iterator[Record]:
        """Yield the rows of a table, none where there is no such table.

        What a row leaves empty is that of its standard type, where the file holds it.
        """
        columns, index, data = self._frame(table)
        types = self._types(table)
        for number, cells in zip(index, data, strict=True):
            row = {
                name: each for name, each in zip(columns, cells, strict=True) if each is not None
            }
            of_type = types.get(str(row.get("std_type")))
            known = of_type if isinstance(of_type, dict) else {}
            yield Record(table, number, self.place(table), {**known, **row})

    def _types(self, table: str) -> Mapping[str, Any]:
        types = self._tables.get("std_types")
        found = types.get(table) if isinstance(types, dict) else None
        return found if isinstance(found, dict) else {}

    def _frame(self, table: str) -> tuple[list[str], list[int], list[list[Any]]]:
        written = self._tables.get(table)
        if isinstance(written, dict) and "_object" in written:
            written = written["_object"]
        if written is None or written == "":
            return [], [], []
        wrong = _refused(
            self._path,
            self.place(table).line,
            say("the table {table} is not written as pandapower writes it", table=quoted(table)),
        )
        try:
            frame = json.loads(written) if isinstance(written, str) else written
            columns = [str(each) for each in frame["columns"]]
            index = [int(each) for each in frame["index"]]
            data = [list(each) for each in frame["data"]]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise wrong from error
        if len(index) != len(data) or any(len(each) != len(columns) for each in data):
            raise wrong
        return columns, index, data
