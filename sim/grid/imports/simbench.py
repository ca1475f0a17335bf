"""Import SimBench sets: tables parted by semicolons, as published at www.simbench.net."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sim.errors import InputError, Problem, ScenarioError
from sim.grid.imports.cells import Cells, Table
from sim.grid.imports.folding import fold
from sim.grid.imports.network import Branch, Bus, Construction, Device, Load, Network, Source
from sim.grid.imports.options import Options
from sim.grid.imports.simbench_types import customers_behind
from sim.grid.source import SwitchKind
from sim.messages import quoted, say

__all__ = ["read_simbench"]

_TABLES: Mapping[str, Sequence[str]] = {
    "Node": ("id", "type", "vmR", "coordID"),
    "Coordinates": ("id", "x", "y"),
    "Line": ("id", "nodeA", "nodeB", "type", "length"),
    "LineType": ("id", "r", "x", "iMax", "type"),
    "Switch": ("id", "nodeA", "nodeB", "type", "cond"),
    "Transformer": ("id", "nodeHV", "nodeLV", "type"),
    "Transformer3W": ("id", "nodeHV", "nodeMV", "nodeLV", "type"),
    "TransformerType": ("id", "sR", "vmHV", "vmLV"),
    "Load": ("id", "node", "profile", "pLoad"),
    "ExternalNet": ("id", "node", "calc_type"),
    "PowerPlant": ("id", "node", "calc_type"),
    "RES": ("id", "node"),
    "Storage": ("id", "node", "pStor"),
    "Shunt": ("id", "node"),
}
"""Columns needed of each table; a missing table has no rows, but for `Node` and `Line`."""
_SWITCHES: dict[str, SwitchKind] = {"CB": "CB", "LBS": "LBS", "LS": "LBS", "DS": "LBS"}
_CONSTRUCTIONS: dict[str, Construction] = {"cable": "cable", "ohl": "overhead"}
_EQUIVALENT = re.compile(r".+_([^_]+)_eq")
"""`subnet` of what stands in for another grid."""
_BALANCING = "vavm"
"""`calc_type` of what holds voltage and angle: the point of supply."""


def read_simbench(folder: Path, options: Options) -> Network:
    """Read a set of tables; raise ScenarioError with every problem found."""
    reading = _Set(folder, options)
    reading.read()
    if reading.problems:
        raise ScenarioError(sorted(reading.problems))
    return reading.network


class _Set:
    """Turn the tables into the neutral network; auxiliary nodes are folded away."""

    def __init__(self, folder: Path, options: Options) -> None:
        self._files = {each.name.lower(): each for each in sorted(folder.iterdir())}
        for name in ("Node", "Line"):
            if f"{name.lower()}.csv" not in self._files:
                words = say("{folder} has no {file}", folder=str(folder), file=f"{name}.csv")
                raise InputError(words)
        self._options = options
        self.problems: list[Problem] = []
        self._grids: set[str] = set()
        self.network = Network(folder.resolve().name, str(self._files["node.csv"]))

    def _rows(self, name: str) -> Iterator[Cells]:
        path = self._files.get(f"{name.lower()}.csv")
        if path is None:
            return
        needed = _TABLES[name]
        headings = {each: (each,) for each in (*needed, "subnet", "customers")}
        table = Table(path, headings, needed)
        for row in table:
            if not self._stands_in(row):
                yield row
        self.problems += table.source.problems

    def _stands_in(self, row: Cells) -> bool:
        """Say whether a row stands in for a grid that is there itself: `MV1.101_LV4.110_eq`."""
        found = _EQUIVALENT.fullmatch(row.text("subnet"))
        if found is None or found[1] not in self._grids:
            return False
        words = say("it stands in for {grid}, which is here itself", grid=quoted(found[1]))
        self.network.findings.leave_out(row.place, "equivalent", row.text("id"), words)
        return True

    def read(self) -> None:
        self._grids = {row.text("subnet").partition("_")[0] for row in self._rows("Line")}
        auxiliary = self._nodes()
        self._lines()
        self._switches()
        self._transformers()
        self._loads()
        self._sources()
        if not self.problems:
            fold(self.network, auxiliary)

    def _nodes(self) -> set[str]:
        places: dict[str, tuple[float, float]] = {}
        for row in self._rows("Coordinates"):
            x, y = row.number("x"), row.number("y")
            if x is not None and y is not None:
                places[row.text("id")] = (x, y)
        auxiliary = set()
        for row in self._rows("Node"):
            name = row.name("id")
            if name in self.network.buses:
                words = say("a second element of this name")
                self.problems.append(Problem(row.place.file, row.place.line, 1, words))
            kv = row.number("vmR", 0.0) or None
            self.network.buses[name] = Bus(name, row.place, kv, places.get(row.text("coordID")))
            if row.text("type").lower() == "auxiliary":
                auxiliary.add(name)
        return auxiliary

    def _add(self, branch: Branch) -> None:
        if branch.id in self.network.branches:
            words = say("a second element of this name")
            self.problems.append(Problem(branch.place.file, branch.place.line, 1, words))
        self.network.branches[branch.id] = branch

    def _ends(self, row: Cells, one: str = "nodeA", two: str = "nodeB") -> tuple[str, str]:
        known = self.network.buses
        return row.known(one, known), row.known(two, known)

    def _unknown_type(self, row: Cells, name: str) -> None:
        words = say("no type {type}", type=quoted(row.text("type")))
        self.network.findings.odd(row.place, "no_rating", name, words)

    def _lines(self) -> None:
        types = {row.text("id"): row for row in self._rows("LineType")}
        for row in self._rows("Line"):
            name, (u, v) = row.name("id"), self._ends(row)
            of = types.get(row.text("type"))
            if of is None:
                self._unknown_type(row, name)
            amps = of.number("iMax", 0.0) if of is not None else None
            kind = _CONSTRUCTIONS.get(of.text("type").lower()) if of is not None else None
            self._add(
                Branch(
                    id=name,
                    place=row.place,
                    kind="line",
                    u=u,
                    v=v,
                    length_km=row.number("length", 0.0),
                    construction=kind,
                    max_i_ka=amps / 1000.0 if amps else None,
                    r_ohm_per_km=of.number("r") if of is not None else None,
                    x_ohm_per_km=of.number("x") if of is not None else None,
                )
            )

    def _switches(self) -> None:
        for row in self._rows("Switch"):
            name, (u, v) = row.name("id"), self._ends(row)
            word = row.text("type").upper()
            if word not in _SWITCHES:
                words = say(
                    "a switch of kind {kind}: taken as a load-break switch", kind=quoted(word)
                )
                self.network.findings.assume(row.place, "device", name, words)
            device = Device(_SWITCHES.get(word, "LBS"), row.flag("cond", default=True))
            self._add(
                Branch(
                    id=name if name not in self.network.branches else f"switch.{name}",
                    place=row.place,
                    kind="switch",
                    u=u,
                    v=v,
                    length_km=0.0,
                    construction="cable",
                    devices={0: device},
                )
            )

    def _transformers(self) -> None:
        types = {row.text("id"): row for row in self._rows("TransformerType")}
        for row in self._rows("Transformer"):
            name, (u, v) = row.name("id"), self._ends(row, "nodeHV", "nodeLV")
            of = types.get(row.text("type"))
            if of is None:
                self._unknown_type(row, name)
            kv = (None, None) if of is None else (of.number("vmHV", 0.0), of.number("vmLV", 0.0))
            mva = None if of is None else of.number("sR", 0.0)
            self._add(Branch(name, row.place, "transformer", u, v, rated_mva=mva, kv=kv))
        for row in self._rows("Transformer3W"):
            name = row.name("id")
            for low in ("nodeMV", "nodeLV"):
                u, v = self._ends(row, "nodeHV", low)
                self._add(Branch(f"{name}.{low[4:]}", row.place, "transformer", u, v))

    def _loads(self) -> None:
        for row in self._rows("Load"):
            name, mw = row.name("id"), row.number("pLoad") or 0.0
            bus = row.known("node", self.network.buses)
            customers = row.count("customers")
            if customers is None:
                profile = row.text("profile")
                customers = customers_behind(profile)
                if customers is not None:
                    words = say(
                        "no customer count: {n} by its profile {word}",
                        n=customers,
                        word=quoted(profile),
                    )
                    self.network.findings.assume(row.place, "customers", name, words)
            self.network.loads.append(Load(name, row.place, bus, 1000.0 * mw, customers))

    def _sources(self) -> None:
        for table in ("ExternalNet", "PowerPlant"):
            for row in self._rows(table):
                name, bus = row.name("id"), row.known("node", self.network.buses)
                if row.text("calc_type").lower() == _BALANCING:
                    self.network.sources.append(Source(name, row.place, bus))
                else:
                    self._left_out(row, name)
        for row in self._rows("RES"):
            self._left_out(row, row.name("id"))
        for row in self._rows("Storage"):
            name, mw = row.name("id"), row.number("pStor")
            if self._options.backup == "none" or not mw or mw < 0:
                self._left_out(row, name)
                continue
            bus = row.known("node", self.network.buses)
            load = Load(name, row.place, bus, 0.0, 0, backup_kw=1000.0 * mw)
            self.network.loads.append(load)
            words = say("generation is taken as back-up of the transformer it stands behind only")
            self.network.findings.assume(row.place, "generation", name, words)

    def _left_out(self, row: Cells, name: str) -> None:
        words = say("generation is left out: it cannot feed an island alone")
        self.network.findings.leave_out(row.place, "generation", name, words)
