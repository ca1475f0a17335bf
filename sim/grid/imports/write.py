"""Write an imported network: grid file, tables, list of oddities; all of it or nothing."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, ScenarioError
from sim.grid.importers import EDGE_COLUMNS, NODE_COLUMNS, read_source
from sim.grid.imports.names import district_id, safe_ids
from sim.grid.imports.network import Branch, Finding, Network, Supplied
from sim.grid.imports.options import Options
from sim.grid.imports.places import Located
from sim.messages import quoted, say

__all__ = ["FINDING_COLUMNS", "new_folder", "prepare", "write_all"]

FINDING_COLUMNS = ("file", "line", "sort", "subject", "element", "text")
_NODE_COLUMNS = (
    *NODE_COLUMNS,
    "supply",
    "transformer_fuse",
    "transformer_failures_per_year",
    "transformer_repair_h",
    "backup_mw",
)
_EDGE_COLUMNS = (
    *EDGE_COLUMNS,
    "switch_u_remote",
    "switch_v_remote",
    "failures_per_year",
    "repair_h",
    "r_ohm_per_km",
    "x_ohm_per_km",
    "phases",
)
Rows = list[dict[str, str]]


def new_folder(out: Path) -> None:
    """Raise InputError where a result cannot go to a folder: it holds something already."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        words = say("{folder} exists and is not empty: name another --out", folder=str(out))
        raise InputError(words)


def prepare(network: Network, located: Located) -> tuple[Rows, Rows]:
    """Return the rows of the node table and the edge table; note ids that had to change."""
    ids = {"node": safe_ids(network.buses), "edge": safe_ids(network.branches)}
    for kind, things in (("node", network.buses), ("edge", network.branches)):
        for old, new in ids[kind].items():
            if old != new:
                words = say("its id became {new}: letters that ids cannot have", new=quoted(new))
                network.findings.assume(things[old].place, "renamed", old, words)
    supply = {each.bus for each in network.sources}
    nodes = [
        _node_row(
            ids["node"][bus.id],
            bus.kv or 0.0,
            located.places[bus.id],
            network.supplied.get(bus.id),
            is_supply=bus.id in supply,
        )
        for bus in network.buses.values()
    ]
    edges = [
        _edge_row(ids["edge"][each.id], ids["node"][each.u], ids["node"][each.v], each)
        for each in network.branches.values()
    ]
    return nodes, edges


def _node_row(
    node: str, kv: float, place: tuple[float, float], supplied: Supplied | None, *, is_supply: bool
) -> dict[str, str]:
    row = {
        "id": node,
        "kv": _text(kv),
        "lon": _text(place[0], 10),
        "lat": _text(place[1], 10),
        "load_mw": "0",
        "customers": "0",
        "supply": "1" if is_supply else "",
    }
    if supplied is not None:
        row["load_mw"] = _text(supplied.kw / 1000.0, 9)
        row["customers"] = str(supplied.customers)
        row["transformer_fuse"] = {None: "", True: "1", False: "0"}[supplied.has_fuse]
        row["transformer_failures_per_year"] = _text(supplied.failures_per_year)
        row["transformer_repair_h"] = _text(supplied.repair_h)
        row["backup_mw"] = _text(supplied.backup_kw / 1000.0 or None)
        row.update(supplied.further)
    return row


def _edge_row(edge: str, u: str, v: str, branch: Branch) -> dict[str, str]:
    is_line = branch.kind != "transformer"
    row = {
        "id": edge,
        "u": u,
        "v": v,
        # a switch is a line without length: so it has a rating and may be a fuse
        "kind": "line" if is_line else "transformer",
        "length_km": _text(branch.length_km, 9) if is_line else "",
        "construction": (branch.construction or "") if is_line else "",
        "max_i_ka": _text(branch.max_i_ka) if is_line else "",
        "rated_mva": "" if is_line else _text(branch.rated_mva),
        "failures_per_year": _text(branch.failures_per_year),
        "repair_h": _text(branch.repair_h),
        "r_ohm_per_km": _text(branch.r_ohm_per_km) if branch.kind == "line" else "",
        "x_ohm_per_km": _text(branch.x_ohm_per_km) if branch.kind == "line" else "",
        "phases": branch.phases[0],
    }
    for end, letter in enumerate("uv"):
        if (device := branch.devices.get(end)) is not None:
            row[f"switch_{letter}"] = device.kind
            row[f"switch_{letter}_closed"] = "1" if device.is_closed else "0"
            remote = device.is_remote
            row[f"switch_{letter}_remote"] = "" if remote is None else str(int(remote))
    row.update(branch.further)
    return row


def _text(value: float | None, digits: int = 7) -> str:
    # adding 0 makes nothing of the sign of zero
    return "" if value is None else f"{value + 0.0:.{digits}g}"


def write_all(
    out: Path,
    network: Network,
    located: Located,
    options: Options,
    tell: Callable[[Finding], Mapping[str, str]],
    remarks: Sequence[str],
) -> dict[str, Path]:
    """Write all files and return them by what they are; raise ScenarioError if they do not hold.

    `tell` gives a finding as a row in the reader's language; remarks stand above the grid file.
    """
    nodes, edges = prepare(network, located)
    name = district_id(options.name or network.name)
    files = {
        "grid": f"{name}.yaml",
        "nodes": "nodes.csv",
        "edges": "edges.csv",
        "oddities": "oddities.csv",
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _table(folder / files["nodes"], _NODE_COLUMNS, nodes)
        _table(folder / files["edges"], _EDGE_COLUMNS, edges)
        rows = [tell(each) for each in network.findings.all]
        _table(folder / files["oddities"], FINDING_COLUMNS, rows)
        text = _grid_file(name, options.name or network.name, located, nodes, options, remarks)
        (folder / files["grid"]).write_text(text, encoding="utf-8", newline="\n")
        _hold(folder / files["nodes"], folder / files["edges"], out)
        folder.chmod(0o777 & ~_umask())
        if out.exists():
            out.rmdir()
        os.replace(folder, out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return {what: out / file for what, file in files.items()}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _hold(nodes: Path, edges: Path, out: Path) -> None:
    """Raise ScenarioError where the tables would not be read: better none than half of it."""
    problems: list[Problem] = []
    read_source(nodes, edges, problems)
    if problems:
        moved = [
            Problem(str(out / Path(each.file).name), each.line, each.column, each.text)
            for each in problems
        ]
        raise ScenarioError(moved)


def _table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    given = list(rows)
    further = sorted({each for row in given for each in row} - set(columns))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*columns, *further], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(given)


def _grid_file(
    name: str,
    title: str,
    located: Located,
    nodes: Rows,
    options: Options,
    remarks: Sequence[str],
) -> str:
    """Return the grid file: a scenario small enough to be read, to be checked and run as it is."""
    station = max(nodes, key=lambda row: (row["supply"] == "1", float(row["kv"])))
    latitude, longitude = options.station or (float(station["lat"]), float(station["lon"]))
    has_place = options.station is not None or located.on_earth
    lines = [
        *(f"# {each}" for each in remarks),
        "run:",
        f"  name: {{en: {_quoted(title)}, zh: {_quoted(title)}}}",
        "  start: 2026-01-01 00:00",
        "",
        "grid:",
        "  sources:",
        f"    {name}: {{nodes: nodes.csv, edges: edges.csv}}",
        "  districts:",
        f"    {name}:",
        f"      name: {{en: {_quoted(title)}, zh: {_quoted(title)}}}",
        f"      source: {name}",
        f"      latitude: {latitude + 0.0:.10g}",
        f"      longitude: {longitude + 0.0:.10g}",
        *([] if has_place else ["      approximate: true"]),
        "      load_factor: 0.6  # load of the day over the loads of the source: assumption",
        f"      scale: {1.0 if located.is_true else 'auto'}",
        "",
        "crews:  # assumption",
        "  depots:",
        f"    {name}:",
        "      shifts:",
        '        - {start: "07:00", end: "19:00", crews: 3}',
        '        - {start: "19:00", end: "07:00", crews: 1}',
    ]
    return "\n".join(lines) + "\n"


def _quoted(value: Any) -> str:
    return json.dumps(str(value), ensure_ascii=False)
