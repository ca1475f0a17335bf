"""Read source grids from node and edge tables, and build the grid of a scenario.

Every malformed row is one problem with file, line and column; all are raised at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from sim.errors import Problem, ScenarioError
from sim.grid.assets import Grid
from sim.grid.building import without_collection
from sim.grid.cells import YES_NO, Cells, Table
from sim.grid.placing import assemble
from sim.grid.source import EdgeKind, SourceEdge, SourceGrid, SourceNode, SwitchKind, defects
from sim.messages import say, standing_at
from sim.scenario.grid import Grid as GridSection
from sim.scenario.suggest import hinted, suggestion

__all__ = [
    "EDGE_COLUMNS",
    "EDGE_OPTIONS",
    "NODE_COLUMNS",
    "NODE_OPTIONS",
    "build_grid",
    "read_source",
]

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
NODE_OPTIONS = (
    "supply",
    "transformer_fuse",
    "transformer_failures_per_year",
    "transformer_repair_h",
    "transformer_replace_h",
    "age_years",
    "flood_level_m",
    "area",
    "backup_mw",
)
"""Beside them any `customers_<class>`."""
EDGE_OPTIONS = (
    "failures_per_year",
    "failures_per_km_year",
    "repair_h",
    "age_years",
    "trees",
    "tree_height_m",
    "flood_level_m",
    "r_ohm_per_km",
    "x_ohm_per_km",
    "switch_u_remote",
    "switch_v_remote",
)
CLASS_PREFIX = "customers_"
"""Begins the column of a class of customers."""


@without_collection()
def build_grid(section: GridSection, classes: Collection[str] | None = None) -> Grid:
    """Read all source grids and place them; raise ScenarioError with every problem found.

    Where the classes of customers are given, a table may count those only.
    """
    problems: list[Problem] = []
    sources: dict[str, SourceGrid] = {}
    for name, source in section.sources.items():
        read = read_source(source.nodes, source.edges, problems, classes)
        if read is not None:
            sources[name] = read
    if problems:
        raise ScenarioError(problems)
    return assemble(section, sources)


def read_source(
    nodes: Path, edges: Path, problems: list[Problem], classes: Collection[str] | None = None
) -> SourceGrid | None:
    """Read one source grid; add what is wrong to the problems and then return None."""
    before = len(problems)
    node_table = Table(nodes, (*NODE_COLUMNS, *NODE_OPTIONS), NODE_COLUMNS, CLASS_PREFIX)
    problems += _unknown_classes(node_table, nodes, classes)
    read_nodes = _unique(node_table, _node)
    problems += sorted(node_table.problems)
    # what refers to a malformed row would only repeat its problem
    kv = {row.id: row.kv for row, _ in read_nodes} if len(problems) == before else None
    edge_table = Table(edges, (*EDGE_COLUMNS, *EDGE_OPTIONS), EDGE_COLUMNS, CLASS_PREFIX)
    read_edges = _unique(edge_table, lambda cells: _edge(cells, kv))
    problems += sorted(edge_table.problems)
    if len(problems) > before:
        return None
    grid = SourceGrid(tuple(row for row, _ in read_nodes), tuple(row for row, _ in read_edges))
    lines = {row.id: line for row, line in read_nodes}
    for node, text in defects(grid):
        problems.append(Problem(str(nodes), lines.get(node, 1), 1, text))
    return grid if len(problems) == before else None


_R = TypeVar("_R", SourceNode, SourceEdge)


def _unique(table: Table, read: Callable[[Cells], _R]) -> list[tuple[_R, int]]:
    seen: dict[str, int] = {}
    result: list[tuple[_R, int]] = []
    for cells in table.rows():
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


def _unknown_classes(
    table: Table, nodes: Path, classes: Collection[str] | None
) -> Iterator[Problem]:
    """Yield a problem for each column of a class that the scenario does not have."""
    if classes is None:
        return
    for column in table.classes:
        name = column.removeprefix(CLASS_PREFIX)
        if name not in classes:
            words = say("no class {name!r} in customers.classes", name=name)
            words = hinted(words, suggestion(name, classes))
            yield Problem(str(nodes), 1, table.header_column(column), standing_at(column, words))


def _node(cells: Cells) -> SourceNode:
    by_class = _customers_by_class(cells)
    counted = sum(count for _, count in by_class)
    customers = counted if by_class and not cells.has("customers") else cells.count("customers")
    if by_class and customers != counted:
        cells.wrong("customers", say("the sum of the classes, {n}", n=counted))
    load_mw = cells.number("load_mw", 0.0, ceiling=_MOST_MW)
    backup_mw = cells.optional("backup_mw")
    if backup_mw and not (customers or load_mw):
        cells.wrong("backup_mw", say("nothing where there are neither customers nor load"))
    has_fuse = cells.yes_or_no("transformer_fuse")
    return SourceNode(
        id=cells.text("id"),
        kv=cells.number("kv", 0.001),
        latitude=cells.number("lat", -90.0, 90.0),
        longitude=cells.number("lon", -180.0, 180.0),
        load_mw=load_mw,
        customers=customers,
        has_fuse=has_fuse is not False,
        failures_per_year=cells.optional("transformer_failures_per_year"),
        repair_h=cells.optional("transformer_repair_h"),
        replace_h=cells.optional("transformer_replace_h"),
        is_supply=bool(cells.yes_or_no("supply")),
        customers_by_class=by_class,
        age_years=cells.optional("age_years"),
        flood_level_m=cells.optional("flood_level_m"),
        area=cells.text("area") or None,
        backup_mw=backup_mw,
    )


def _customers_by_class(cells: Cells) -> tuple[tuple[str, int], ...]:
    """Return the customers of each class that the row counts; none leaves them to the shares."""
    return tuple(
        (column.removeprefix(CLASS_PREFIX), cells.count(column))
        for column in cells.classes
        if cells.has(column)
    )


_MOST_MW, _MOST_KM = 100_000.0, 10_000.0
"""Load of one node and length of one line that no grid has: slips of units. Assumptions."""
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


def _edge(cells: Cells, kv: Mapping[str, float] | None) -> SourceEdge:
    if kv is not None:
        _check_ends(cells, kv)
        _check_id(cells, kv)
    if cells.text("u") == cells.text("v"):
        cells.wrong("v", say("another node than u"))
    kind = cells.choice("kind", _KINDS)
    is_line = kind == "line"
    kinds = _LINE_SWITCHES if is_line else _SWITCHES
    switches = [cells.choice(f"switch_{end}", kinds) for end in "uv"]
    closed = [
        cells.choice(f"switch_{end}_closed", YES_NO) if switch else True
        for end, switch in zip("uv", switches, strict=True)
    ]
    if kind == "switch" and not any(switches):
        cells.wrong("switch_u", say("'CB', 'LBS', 'RECLOSER' or 'SECTIONALISER'"))
    length_km = cells.number("length_km", 0.0, ceiling=_MOST_KM) if is_line else 0.0
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
        age_years=cells.optional("age_years"),
        trees=cells.of_line("trees", is_line, 1.0),
        tree_height_m=cells.of_line("tree_height_m", is_line),
        flood_level_m=cells.optional("flood_level_m"),
        r_ohm_per_km=cells.of_line("r_ohm_per_km", is_line),
        x_ohm_per_km=cells.of_line("x_ohm_per_km", is_line),
        switch_u_remote=cells.yes_or_no("switch_u_remote"),
        switch_v_remote=cells.yes_or_no("switch_v_remote"),
    )


def _check_ends(cells: Cells, kv: Mapping[str, float]) -> None:
    """Hold that both ends are nodes, of one voltage where no transformer lies between."""
    ends = [kv.get(cells.text(end)) for end in ("u", "v")]
    for end, found in zip(("u", "v"), ends, strict=True):
        if found is None:
            cells.wrong(end, say("the id of a node"))
    if None not in ends and ends[0] != ends[1] and cells.text("kind") != "transformer":
        cells.wrong("v", say("a node of {kv:g} kV, as u has", kv=ends[0]))


def _check_id(cells: Cells, kv: Mapping[str, float]) -> None:
    """Hold that no edge has the id that a node gives its bus or its transformer."""
    for prefix in ("bus", "dt"):
        node = cells.text("id").removeprefix(prefix)
        if node != cells.text("id") and node in kv:
            cells.wrong("id", say("another id: node {id} gives it to what stands there", id=node))


def _failures_per_year(cells: Cells, length_km: float | None) -> float | None:
    """Return the failures a year of a whole edge: as given, or for each km of a line."""
    per_year, per_km = (cells.optional(f"failures_per_{each}year") for each in ("", "km_"))
    if per_km is None:
        return per_year
    if per_year is not None or length_km is None:
        cells.wrong("failures_per_km_year", say("nothing beside failures_per_year, or off a line"))
        return None
    return per_km * length_km
