"""Import plain node and edge tables in CSV, under the project's headings or obvious other ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.errors import InputError, Problem, ScenarioError
from sim.grid.importers import EDGE_OPTIONS, NODE_OPTIONS
from sim.grid.imports.cells import Cells, Table
from sim.grid.imports.network import (
    Branch,
    BranchKind,
    Bus,
    Construction,
    Device,
    Load,
    Network,
    Place,
    Source,
)
from sim.grid.imports.options import Options
from sim.grid.source import SwitchKind
from sim.messages import joined, quoted, say
from sim.table_file import TableFile

__all__ = ["EDGE_HEADINGS", "NODE_HEADINGS", "read_tables"]

_LEVELS = ("电压等级", "电压等级kV", "额定电压", "额定电压kV")
NODE_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "node", "node_id", "bus", "bus_id", "name", "节点", "节点编号", "编号"),
    "kv": ("kv", "vn_kv", "base_kv", "voltage_kv", "voltage", "电压kV", "电压", *_LEVELS),
    "lon": ("lon", "longitude", "lng", "long", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "load_mw": ("load_mw", "p_mw", "mw", "负荷MW"),
    "load_kw": ("load_kw", "p_kw", "kw", "负荷kW", "负荷"),
    "customers": ("customers", "n_customers", "numcust", "customer_count", "户数", "用户数"),
    "supply": ("supply", "is_source", "source", "slack", "电源"),
}
EDGE_HEADINGS: dict[str, tuple[str, ...]] = {
    "id": ("id", "edge", "edge_id", "line_id", "name", "编号", "名称"),
    "u": ("u", "from", "from_node", "from_bus", "bus0", "node_a", "nodeA", "start", "起点", "首端"),
    "v": ("v", "to", "to_node", "to_bus", "bus1", "node_b", "nodeB", "end", "终点", "末端"),
    "kind": ("kind", "type", "element", "类型"),
    "length_km": ("length_km", "length", "km", "长度km", "长度"),
    "length_m": ("length_m", "长度m"),
    "construction": ("construction", "laying", "敷设方式", "架设方式", "型式"),
    "max_i_ka": ("max_i_ka", "ampacity_ka", "imax_ka"),
    "max_i_a": ("max_i_a", "ampacity", "ampacity_a", "imax", "normamps", "载流量", "载流量A"),
    "rated_mva": ("rated_mva", "sn_mva", "mva", "容量MVA", "额定容量MVA"),
    "rated_kva": ("rated_kva", "kva", "容量", "容量kVA", "额定容量kVA"),
    "switch_u": ("switch_u", "switch_from"),
    "switch_u_closed": ("switch_u_closed", "switch_from_closed"),
    "switch_v": ("switch_v", "switch_to"),
    "switch_v_closed": ("switch_v_closed", "switch_to_closed"),
    "switch_u_remote": ("switch_u_remote",),
    "switch_v_remote": ("switch_v_remote",),
    "closed": ("closed", "is_closed", "state", "status", "状态"),
}
_NODE_FURTHER = tuple(each for each in NODE_OPTIONS if each != "supply")
_EDGE_FURTHER = tuple(each for each in EDGE_OPTIONS if not each.startswith("switch_"))
_KINDS: dict[str, BranchKind] = {
    "": "line",
    "line": "line",
    "cable": "line",
    "overhead": "line",
    "线路": "line",
    "transformer": "transformer",
    "trafo": "transformer",
    "变压器": "transformer",
    "switch": "switch",
    "开关": "switch",
}
_CONSTRUCTIONS: dict[str, Construction] = {
    "cable": "cable",
    "cs": "cable",
    "underground": "cable",
    "电缆": "cable",
    "overhead": "overhead",
    "ol": "overhead",
    "ohl": "overhead",
    "架空": "overhead",
}
_DEVICES: dict[str, SwitchKind] = {
    "cb": "CB",
    "breaker": "CB",
    "断路器": "CB",
    "lbs": "LBS",
    "ls": "LBS",
    "ds": "LBS",
    "switch": "LBS",
    "负荷开关": "LBS",
    "fuse": "FUSE",
    "熔断器": "FUSE",
    "recloser": "RECLOSER",
    "重合器": "RECLOSER",
    "sectionaliser": "SECTIONALISER",
    "sectionalizer": "SECTIONALISER",
    "分段器": "SECTIONALISER",
}


def read_tables(sources: Sequence[Path], options: Options) -> Network:
    """Read a node table and an edge table; raise ScenarioError with every problem found."""
    nodes, edges = _two_tables(sources, dict(options.columns))
    reading = _Tables(nodes, edges, dict(options.columns))
    reading.read()
    if reading.problems:
        raise ScenarioError(sorted(reading.problems))
    return reading.network


def _headings(
    known: Mapping[str, Sequence[str]], further: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    found = {each: (each,) for each in further} | {each: tuple(of) for each, of in known.items()}
    return {each: (chosen[each],) if each in chosen else of for each, of in found.items()}


def _two_tables(sources: Sequence[Path], chosen: Mapping[str, str]) -> tuple[Path, Path]:
    """Return the node table and the edge table: the latter has two ends a row."""
    files = [
        path
        for source in sources
        for path in (sorted(source.iterdir()) if source.is_dir() else [source])
        if path.suffix.lower() == ".csv" and path.name != "oddities.csv"
    ]
    known = _headings(EDGE_HEADINGS, (), chosen)
    edges = [each for each in files if {"u", "v"} <= _columns(each, known)]
    nodes = [each for each in files if each not in edges]
    if len(edges) != 1 or len(nodes) != 1:
        names = joined(", ", [each.name for each in files] or [say("none")])
        words = say(
            "name one node table and one edge table (columns u and v), not {names}", names=names
        )
        raise InputError(words)
    return nodes[0], edges[0]


def _columns(path: Path, headings: Mapping[str, Sequence[str]]) -> set[str]:
    table = TableFile(path, headings, ())
    return {each for each in headings if each in table}


class _Tables:
    def __init__(self, nodes: Path, edges: Path, chosen: Mapping[str, str]) -> None:
        further = [*_NODE_FURTHER, *_class_columns(nodes)]
        self._further = further
        self._nodes = Table(nodes, _headings(NODE_HEADINGS, further, chosen), ("id", "kv"))
        self._edges = Table(edges, _headings(EDGE_HEADINGS, _EDGE_FURTHER, chosen), ("u", "v"))
        self.network = Network(nodes.resolve().parent.name, str(nodes))
        self.problems: list[Problem] = []

    def read(self) -> None:
        for row in self._nodes:
            self._node(row)
        if self._nodes.source.problems and not self.network.buses:
            self.problems += self._nodes.source.problems
            return  # each edge would only repeat that there are no nodes
        for row in self._edges:
            self._edge(row)
        self.problems += self._nodes.source.problems + self._edges.source.problems
        if not self.network.sources and self.network.buses:
            self._assume_sources()

    def _twice(self, place: Place) -> None:
        words = say("a second element of this name")
        self.problems.append(Problem(place.file, place.line, 1, words))

    def _node(self, row: Cells) -> None:
        name = row.name("id")
        if name in self.network.buses:
            self._twice(row.place)
        x, y = row.number("lon"), row.number("lat")
        bus = Bus(name, row.place, row.number("kv", 0.0) or None)
        bus.xy = None if x is None or y is None else (x, y)
        self.network.buses[name] = bus
        mw, kw = row.number("load_mw", 0.0), row.number("load_kw", 0.0)
        further = {each: row.text(each) for each in self._further if row.text(each)}
        customers = row.count("customers")
        classes = [
            int(text)
            for each, text in further.items()
            if each.startswith("customers_") and text.isdecimal()
        ]
        if customers is None and classes:
            customers = sum(classes)
        load_kw = (mw or 0.0) * 1000.0 + (kw or 0.0)
        if load_kw or customers or further:
            self.network.loads.append(
                Load(name, row.place, name, load_kw, customers, further=further)
            )
        if row.flag("supply", default=False):
            self.network.sources.append(Source(name, row.place, name, bus.kv))

    def _assume_sources(self) -> None:
        """Take the highest voltage as supplied, as the project's own tables do."""
        highest = max(each.kv or 0.0 for each in self.network.buses.values())
        if all(each.kv == highest for each in self.network.buses.values()):
            return  # one voltage tells nothing
        for bus in self.network.buses.values():
            if bus.kv == highest:
                self.network.sources.append(Source(bus.id, bus.place, bus.id, bus.kv))
                words = say("no row says where supply comes from: taken as the highest voltage")
                self.network.findings.assume(bus.place, "source", bus.id, words)

    def _edge(self, row: Cells) -> None:
        known = self.network.buses
        u, v = row.known("u", known), row.known("v", known)
        name = row.text("id") or f"{u}-{v}"
        if name in self.network.branches:
            self._twice(row.place)
        word = row.text("kind").lower()
        kind = _KINDS.get(word)
        if kind is None:
            kind = "switch" if word in _DEVICES else "line"
            if word not in _DEVICES:
                words = say("kind {kind} is not known: taken as a line", kind=quoted(word))
                self.network.findings.assume(row.place, "unknown_class", name, words)
        metres, amps, kva = (
            row.number("length_m", 0),
            row.number("max_i_a", 0),
            row.number("rated_kva", 0),
        )
        further = {each: row.text(each) for each in _EDGE_FURTHER if row.text(each)}
        branch = Branch(
            id=name,
            place=row.place,
            kind=kind,
            u=u,
            v=v,
            length_km=row.number("length_km", 0) if metres is None else metres / 1000.0,
            construction=_CONSTRUCTIONS.get(row.text("construction").lower() or word),
            max_i_ka=row.number("max_i_ka", 0) if amps is None else amps / 1000.0,
            rated_mva=row.number("rated_mva", 0) if kva is None else kva / 1000.0,
            further=further,
        )
        for end, letter in enumerate("uv"):
            self._device(row, branch, end, letter)
        if not branch.devices and (kind == "switch" or not row.flag("closed", default=True)):
            branch.devices[0] = Device(_DEVICES.get(word, "LBS"), row.flag("closed", default=True))
        self.network.branches[name] = branch

    def _device(self, row: Cells, branch: Branch, end: int, letter: str) -> None:
        word = row.text(f"switch_{letter}")
        if not word:
            return
        kind = _DEVICES.get(word.lower())
        if kind is None:
            kind = "LBS"
            words = say("a switch of kind {kind}: taken as a load-break switch", kind=quoted(word))
            self.network.findings.assume(row.place, "device", branch.id, words)
        column = f"switch_{letter}_remote"
        remote = row.flag(column, default=False) if row.text(column) else None
        closed = row.flag(f"switch_{letter}_closed", row.flag("closed", default=True))
        branch.devices[end] = Device(kind, closed, remote)


def _class_columns(path: Path) -> list[str]:
    """Return the columns that count customers of a class, such as `customers_residential`."""
    table = TableFile(path, {}, (), prefix="customers_")
    return list(table.prefixed)
