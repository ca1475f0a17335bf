"""Read source grids from SimBench-style node and edge tables, and build the grid of a scenario.

Every malformed row is one problem with file, line and column; all are raised at once.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from sim.errors import Problem, ScenarioError
from sim.grid.assets import Grid
from sim.grid.placing import assemble
from sim.grid.source import EdgeKind, SourceEdge, SourceGrid, SourceNode, SwitchKind, defects
from sim.messages import Message, expected, joined, quoted, say, standing_at, system_words
from sim.scenario.grid import Grid as GridSection

__all__ = ["build_grid", "read_source"]

NODE_COLUMNS = ("id", "kv", "lon", "lat", "load_mw", "customers")
EDGE_COLUMNS = (
    "id",
    "u",
    "v",
    "kind",
    "length_km",
    "construction",
    "max_i_ka",
    "rated_mva",
    "switch_u",
    "switch_u_closed",
    "switch_v",
    "switch_v_closed",
)
_T = TypeVar("_T")


def build_grid(section: GridSection) -> Grid:
    """Read all source grids and place them; raise ScenarioError with every problem found."""
    problems: list[Problem] = []
    sources: dict[str, SourceGrid] = {}
    for name, source in section.sources.items():
        read = read_source(source.nodes, source.edges, problems)
        if read is not None:
            sources[name] = read
    if problems:
        raise ScenarioError(problems)
    return assemble(section, sources)


def read_source(nodes: Path, edges: Path, problems: list[Problem]) -> SourceGrid | None:
    """Read one source grid; add what is wrong to the problems and then return None."""
    before = len(problems)
    node_rows = _Rows(nodes, NODE_COLUMNS, problems)
    read_nodes = _unique(node_rows, _node)
    # what refers to a malformed row would only repeat its problem
    ids = {row.id for row, _ in read_nodes} if len(problems) == before else None
    edge_rows = _Rows(edges, EDGE_COLUMNS, problems)
    read_edges = _unique(edge_rows, lambda cells: _edge(cells, ids))
    if len(problems) > before:
        return None
    grid = SourceGrid(tuple(row for row, _ in read_nodes), tuple(row for row, _ in read_edges))
    lines = {row.id: line for row, line in read_nodes}
    for node, text in defects(grid):
        problems.append(Problem(str(nodes), lines.get(node, 1), 1, text))
    return grid if len(problems) == before else None


class _Cells:
    """Give the cells of one row as values; note a problem for each that is wrong."""

    def __init__(self, rows: _Rows, line: int, cells: Mapping[str, str]) -> None:
        self._rows = rows
        self.line = line
        self._cells = cells

    def text(self, column: str) -> str:
        return self._cells[column].strip()

    def wrong(self, column: str, wanted: Message) -> None:
        self._rows.problem(
            self.line,
            self._rows.column_of(column, self._cells),
            standing_at(column, expected(wanted, quoted(self.text(column)))),
        )

    def number(self, column: str, low: float, high: float = math.inf) -> float:
        try:
            value = float(self.text(column))
        except ValueError:
            value = math.nan
        if not (low <= value <= high and math.isfinite(value)):
            wanted = say("a number, {low:g} or more", low=low)
            if math.isfinite(high):
                wanted = say("a number, {low:g} to {high:g}", low=low, high=high)
            self.wrong(column, wanted)
            return low
        return value

    def has(self, column: str) -> bool:
        """Say whether an optional column is there and filled in."""
        return bool(self._cells.get(column, "").strip())

    def optional(self, column: str) -> float | None:
        return self.number(column, 0.0) if self.has(column) else None

    def count(self, column: str) -> int:
        if not self.text(column).isdecimal():
            self.wrong(column, say("a whole number, 0 or more"))
            return 0
        return int(self.text(column))

    def choice(self, column: str, choices: Mapping[str, _T]) -> _T:
        value = self.text(column)
        if value not in choices:
            self.wrong(column, say("one of {words}", words=joined(", ", map(quoted, choices))))
            return next(iter(choices.values()))
        return choices[value]


class _Rows:
    """Read a table row by row; note what is wrong with the file, its header or a row's length."""

    def __init__(self, path: Path, columns: tuple[str, ...], problems: list[Problem]) -> None:
        self.path = path
        self._columns = columns
        self._problems = problems
        self.header: list[str] = []

    def problem(self, line: int, column: int, text: Message) -> None:
        self._problems.append(Problem(str(self.path), line, column, text))

    def column_of(self, column: str, cells: Mapping[str, str]) -> int:
        place = self.header.index(column)
        return 1 + sum(len(cells[each]) + 1 for each in self.header[:place])

    def __iter__(self) -> Iterator[_Cells]:
        try:
            # utf-8-sig: spreadsheets put a mark before the header
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                yield from self._read(csv.reader(stream, strict=True))
        except OSError as error:
            self.problem(1, 1, say("cannot be read: {reason}", reason=system_words(error)))
        except UnicodeDecodeError:
            self.problem(1, 1, say("expected text in UTF-8"))

    def _read(self, reader: Iterator[list[str]]) -> Iterator[_Cells]:
        try:
            self.header = next(reader, [])
            missing = [column for column in self._columns if column not in self.header]
            if missing:
                names = joined(", ", missing)
                self.problem(1, 1, say("columns missing from the header: {names}", names=names))
                return
            for line, cells in enumerate(reader, start=2):
                if len(cells) == len(self.header):
                    yield _Cells(self, line, dict(zip(self.header, cells, strict=True)))
                elif cells:
                    wanted = say("{n} cells", n=len(self.header))
                    self.problem(line, 1, expected(wanted, quoted(len(cells))))
        except csv.Error as error:
            words = say("not a table of comma-separated values: {reason}", reason=error)
            self.problem(1, 1, words)


_R = TypeVar("_R", SourceNode, SourceEdge)


def _unique(rows: _Rows, read: Callable[[_Cells], _R]) -> list[tuple[_R, int]]:
    seen: dict[str, int] = {}
    result: list[tuple[_R, int]] = []
    for cells in rows:
        row = read(cells)
        if not row.id:
            cells.wrong("id", say("an id"))
        elif row.id in seen:
            wanted = say("an id of its own (line {line} has the same)", line=seen[row.id])
            cells.wrong("id", wanted)
        else:
            seen[row.id] = cells.line
            result.append((row, cells.line))
    return result


def _node(cells: _Cells) -> SourceNode:
    return SourceNode(
        id=cells.text("id"),
        kv=cells.number("kv", 0.001),
        latitude=cells.number("lat", -90.0, 90.0),
        longitude=cells.number("lon", -180.0, 180.0),
        load_mw=cells.number("load_mw", 0.0),
        customers=cells.count("customers"),
        has_fuse=cells.choice("transformer_fuse", _YES_NO)
        if cells.has("transformer_fuse")
        else True,
        failures_per_year=cells.optional("transformer_failures_per_year"),
        repair_h=cells.optional("transformer_repair_h"),
        replace_h=cells.optional("transformer_replace_h"),
        is_supply=cells.choice("supply", _YES_NO) if cells.has("supply") else False,
    )


_KINDS: dict[str, EdgeKind] = {each: each for each in ("line", "transformer", "switch")}
_CONSTRUCTIONS: dict[str, Literal["cable", "overhead"]] = {"cable": "cable", "overhead": "overhead"}
_SWITCHES: dict[str, SwitchKind] = {
    "": "",
    "CB": "CB",
    "LBS": "LBS",
    "RECLOSER": "RECLOSER",
    "SECTIONALISER": "SECTIONALISER",
}
_LINE_SWITCHES: dict[str, SwitchKind] = {**_SWITCHES, "FUSE": "FUSE"}
_POSITIONS = {"1": True, "0": False}
_YES_NO = {"1": True, "0": False}


def _edge(cells: _Cells, nodes: set[str] | None) -> SourceEdge:
    for end in ("u", "v"):
        if nodes is not None and cells.text(end) not in nodes:
            cells.wrong(end, say("the id of a node"))
    if cells.text("u") == cells.text("v"):
        cells.wrong("v", say("another node than u"))
    kind = cells.choice("kind", _KINDS)
    is_line = kind == "line"
    kinds = _LINE_SWITCHES if is_line else _SWITCHES
    switches = [cells.choice(f"switch_{end}", kinds) for end in "uv"]
    closed = [
        cells.choice(f"switch_{end}_closed", _POSITIONS) if switch else True
        for end, switch in zip("uv", switches, strict=True)
    ]
    if kind == "switch" and not any(switches):
        cells.wrong("switch_u", say("'CB', 'LBS', 'RECLOSER' or 'SECTIONALISER'"))
    length_km = cells.number("length_km", 0.0) if is_line else 0.0
    return SourceEdge(
        id=cells.text("id"),
        u=cells.text("u"),
        v=cells.text("v"),
        kind=kind,
        length_km=length_km,
        construction=cells.choice("construction", _CONSTRUCTIONS) if is_line else "cable",
        max_i_ka=cells.number("max_i_ka", 0.0) if is_line else 0.0,
        rated_mva=cells.number("rated_mva", 0.0) if kind == "transformer" else 0.0,
        switch_u=switches[0],
        switch_u_closed=closed[0],
        switch_v=switches[1],
        switch_v_closed=closed[1],
        failures_per_year=_failures_per_year(cells, length_km if is_line else None),
        repair_h=cells.optional("repair_h"),
    )


def _failures_per_year(cells: _Cells, length_km: float | None) -> float | None:
    """Return the failures a year of a whole edge: as given, or for each km of a line."""
    per_year, per_km = (cells.optional(f"failures_per_{each}year") for each in ("", "km_"))
    if per_km is None:
        return per_year
    if per_year is not None or length_km is None:
        cells.wrong("failures_per_km_year", say("nothing beside failures_per_year, or off a line"))
        return None
    return per_km * length_km
