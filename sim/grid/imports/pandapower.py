"""Import pandapower nets saved as JSON."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.grid.imports.folding import put
from sim.grid.imports.frames import Frames, Record
from sim.grid.imports.network import Branch, Bus, Construction, Device, Load, Network, Source
from sim.grid.imports.options import Options
from sim.grid.imports.simbench_types import customers_behind
from sim.grid.source import SwitchKind
from sim.messages import quoted, say

__all__ = ["read_pandapower"]

_SWITCHES: dict[str, SwitchKind] = {"CB": "CB", "LBS": "LBS", "LS": "LBS", "DS": "LBS"}
_CONSTRUCTIONS: dict[str, Construction] = {"cs": "cable", "ol": "overhead"}
_NOT_IMPORTED = (
    "motor",
    "asymmetric_sgen",
    "impedance",
    "dcline",
    "tcsc",
    "line_dc",
    "vsc",
    "bus_dc",
    "xward",
    "ward",
)


def read_pandapower(path: Path, options: Options) -> Network:
    """Read a net; raise ScenarioError where that is not possible."""
    frames = Frames(path)
    network = Network(name=frames.name or path.stem, file=str(path))
    _Net(network, frames, options).read()
    return network


class _Net:
    """Turn tables into the neutral network; ids are names where these are unique."""

    def __init__(self, network: Network, frames: Frames, options: Options) -> None:
        self._network = network
        self._frames = frames
        self._options = options
        self._bus: dict[int, str] = {}
        self._names: dict[str, Counter[str]] = {}
        self._lines: dict[int, Branch] = {}
        self._transformers: dict[tuple[str, int], Branch] = {}

    def read(self) -> None:
        self._buses()
        for row in self._in_service("line"):
            self._line(row)
        for row in self._in_service("trafo"):
            self._transformer(row, "hv", "lv", "")
        for row in self._in_service("trafo3w"):
            self._transformer(row, "hv", "mv", ".mv")
            self._transformer(row, "hv", "lv", ".lv")
        for row in self._frames.rows("switch"):
            self._switch(row)
        for row in self._in_service("load", "asymmetric_load"):
            self._load(row)
        for row in self._in_service("ext_grid", "gen"):
            self._feed(row)
        for row in self._in_service("sgen", "storage"):
            self._generation(row)
        self._others()

    def _others(self) -> None:
        for table in _NOT_IMPORTED:
            for row in self._frames.rows(table):
                words = say("elements of this class are not imported: {kind}", kind=quoted(table))
                name = f"{table} {row.index}"
                self._network.findings.leave_out(row.place, "unknown_class", name, words)

    def _in_service(self, *tables: str) -> list[Record]:
        found = []
        for row in (each for table in tables for each in self._frames.rows(table)):
            if row.flag("in_service"):
                found.append(row)
            else:
                words = say("it is disabled in the source")
                name = row.text("name") or f"{row.table} {row.index}"
                self._network.findings.leave_out(row.place, "disabled", name, words)
        return found

    def _is_unique(self, row: Record) -> bool:
        """Say whether a row has a name that no other of its table has."""
        names = self._names.get(row.table)
        if names is None:
            names = Counter(each.text("name") for each in self._frames.rows(row.table))
            self._names[row.table] = names
        return names[row.text("name")] == 1 and bool(row.text("name"))

    def _id(self, row: Record) -> str:
        own = row.text("name") if self._is_unique(row) else f"{row.table}{row.index}"
        taken = self._network.branches
        return own if own not in taken else f"{row.table}{row.index}"

    # --- elements

    def _buses(self) -> None:
        drawn = {
            row.index: (row.number("x"), row.number("y"))
            for row in self._frames.rows("bus_geodata")
        }
        for row in self._frames.rows("bus"):
            own = row.text("name") if self._is_unique(row) else str(row.index)
            if own in self._network.buses:
                own = f"bus{row.index}"
            kv = row.number("vn_kv")
            x, y = drawn.get(row.index) or _point(row.text("geo"))
            bus = Bus(own, row.place, kv if kv and kv > 0 else None)
            bus.xy = None if x is None or y is None else (x, y)
            self._network.buses[own] = bus
            self._bus[row.index] = own

    def _at(self, row: Record, column: str) -> str:
        index = row.whole(column)
        if index not in self._bus:
            words = say(
                "{table} {row}: there is no bus {bus}", table=row.table, row=row.index, bus=index
            )
            raise ScenarioError([Problem(row.place.file, row.place.line, 1, words)])
        return self._bus[index]

    def _line(self, row: Record) -> None:
        parallel = row.number("parallel") or 1.0
        amps = row.number("max_i_ka")
        kind = _CONSTRUCTIONS.get(row.text("type"))
        r, x = row.number("r_ohm_per_km"), row.number("x_ohm_per_km")
        branch = Branch(
            id=self._id(row),
            place=row.place,
            kind="line",
            u=self._at(row, "from_bus"),
            v=self._at(row, "to_bus"),
            length_km=_positive(row.number("length_km")),
            construction=kind,
            max_i_ka=amps * parallel if amps and 0 < amps < 100 else None,
            r_ohm_per_km=None if r is None else r / parallel,
            x_ohm_per_km=None if x is None else x / parallel,
        )
        self._network.branches[branch.id] = branch
        self._lines[row.index] = branch

    def _transformer(self, row: Record, high: str, low: str, suffix: str) -> None:
        mva = row.number("sn_mva") or row.number(f"sn_{low}_mva")
        branch = Branch(
            id=self._id(row) + suffix,
            place=row.place,
            kind="transformer",
            u=self._at(row, f"{high}_bus"),
            v=self._at(row, f"{low}_bus"),
            rated_mva=mva * (row.number("parallel") or 1.0) if mva else None,
            kv=(row.number(f"vn_{high}_kv"), row.number(f"vn_{low}_kv")),
        )
        self._network.branches[branch.id] = branch
        self._transformers[row.table, row.index] = branch

    def _switch(self, row: Record) -> None:
        word, what = row.text("type"), row.text("et")
        name = row.text("name") or f"switch {row.index}"
        kind = _SWITCHES.get(word)
        if kind is None:
            kind = "LBS"
            words = say("a switch of kind {kind}: taken as a load-break switch", kind=quoted(word))
            self._network.findings.assume(row.place, "device", name, words)
        device = Device(kind, row.flag("closed"))
        bus = self._at(row, "bus")
        if what == "b":
            branch = Branch(
                id=self._id(row),
                place=row.place,
                kind="switch",
                u=bus,
                v=self._at(row, "element"),
                length_km=0.0,
                construction="cable",
                max_i_ka=row.number("in_ka"),
                devices={0: device},
            )
            self._network.branches[branch.id] = branch
            return
        index = row.whole("element")
        table = "trafo3w" if what == "t3" else "trafo"
        of = self._lines.get(index) if what == "l" else self._transformers.get((table, index))
        if of is None or bus not in (of.u, of.v):
            words = say("the element it switches is not there: {target}", target=quoted(what))
            self._network.findings.leave_out(row.place, "device", name, words)
            return
        put(of, 0 if of.u == bus else 1, device)

    def _load(self, row: Record) -> None:
        # an asymmetric load is written phase by phase
        parts = ("p_mw", "p_a_mw", "p_b_mw", "p_c_mw")
        mw = sum(row.number(each) or 0.0 for each in parts)
        scaling = row.number("scaling")
        customers = row.number("customers")
        count = int(customers) if customers is not None else customers_behind(row.text("profile"))
        name = row.text("name") or f"load {row.index}"
        if count == 1 and customers is None:
            words = say(
                "no customer count: its profile {word} is that of one customer",
                word=quoted(row.text("profile")),
            )
            self._network.findings.assume(row.place, "customers", name, words)
        kw = 1000.0 * mw * (1.0 if scaling is None else scaling)
        self._network.loads.append(Load(name, row.place, self._at(row, "bus"), kw, count))

    def _feed(self, row: Record) -> None:
        """Take external grids, and generators that hold the balance."""
        name = row.text("name") or f"{row.table} {row.index}"
        if row.table == "gen" and not row.flag("slack", default=False):
            self._generation(row)
            return
        self._network.sources.append(Source(name, row.place, self._at(row, "bus")))

    def _generation(self, row: Record) -> None:
        name = row.text("name") or f"{row.table} {row.index}"
        kw = 1000.0 * (row.number("sn_mva") or row.number("p_mw") or 0.0)
        if row.table == "sgen" or self._options.backup == "none" or kw <= 0:
            words = say("generation is left out: it cannot feed an island alone")
            self._network.findings.leave_out(row.place, "generation", name, words)
            return
        bus = self._at(row, "bus")
        self._network.loads.append(Load(name, row.place, bus, 0.0, 0, backup_kw=kw))
        words = say("generation is taken as back-up of the transformer it stands behind only")
        self._network.findings.assume(row.place, "generation", name, words)


def _positive(value: float | None) -> float | None:
    return value if value is not None and value >= 0 else None


def _point(geo: str) -> tuple[float | None, float | None]:
    """Return the coordinates of a bus from its GeoJSON."""
    try:
        x, y = json.loads(geo)["coordinates"][:2]
        return float(x), float(y)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None, None
