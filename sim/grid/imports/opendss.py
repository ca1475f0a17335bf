"""Import OpenDSS circuits: the engine resolves them, `dss_text` says what it is given and where."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, ScenarioError
from sim.grid.imports import dss_phases
from sim.grid.imports.dss_run import build
from sim.grid.imports.dss_text import Element, Script, read_script, text_of
from sim.grid.imports.network import Branch, Bus, Device, Load, Network, Place, Source
from sim.grid.imports.options import LENGTH_UNITS_KM, Options
from sim.grid.source import SwitchKind
from sim.messages import Message, joined, quoted, say, verbatim

__all__ = ["find_main", "read_opendss"]

_PROTECTION: tuple[tuple[str, SwitchKind], ...] = (
    ("swtcontrol", "LBS"),
    ("relay", "CB"),
    ("recloser", "RECLOSER"),
    ("fuse", "FUSE"),
)
"""Controls that make a device of a branch's end, and of which kind; the later one wins."""
_REMARKS: dict[str, SwitchKind] = {
    "loadbreakswitch": "LBS",
    "breaker": "CB",
    "recloser": "RECLOSER",
    "sectionaliser": "SECTIONALISER",
    "fuse": "FUSE",
    "disconnector": "LBS",
}
"""Classes of the Common Information Model that exporters note behind a switch: `// CIM Breaker`."""


def find_main(sources: Sequence[Path]) -> Path:
    """Return the script to begin with; raise InputError if that is not clear."""
    files = [each for each in sources if each.is_file()]
    if files:
        return files[0]
    found = []
    for folder in sources:
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() == ".dss" and path.is_file():
                words = " ".join(text_of(path).lower().split())
                if "new circuit." in words or "new object=circuit." in words:
                    found.append(path)
    if len(found) == 1:
        return found[0]
    if not found:
        words = say("no .dss file in {folder} begins a circuit", folder=str(sources[0]))
        raise InputError(words)
    names = joined(", ", [each.name for each in found])
    raise InputError(say("several circuits: name one of {names}", names=names))


def read_opendss(sources: Sequence[Path], options: Options) -> Network:
    """Read a circuit; raise ScenarioError where that is not possible.

    Files it redirects to are read where they lie in the folders of the sources.
    """
    if importlib.util.find_spec("opendssdirect") is None:
        raise InputError(
            say(
                "OpenDSS files need the package opendssdirect.py: {command}",
                command="python -m pip install opendssdirect.py",
            )
        )
    main = find_main(sources)
    roots = [each if each.is_dir() else each.parent for each in sources]
    further = [each for each in sources if each.is_file() and each != main]
    network = Network(name=main.stem, file=str(main))
    script = read_script(main, further, roots, network.findings)
    built = build(script.commands, network.start)
    if not built["name"]:
        raise ScenarioError([Problem(str(main), 1, 1, say("no circuit begins here"))])
    network.name = built["name"]
    _Circuit(network, script, built, options).read()
    return network


class _Circuit:
    """Turn what the engine built into the neutral network."""

    def __init__(
        self, network: Network, script: Script, built: Mapping[str, Any], options: Options
    ) -> None:
        self._network = network
        self._script = script
        self._options = options
        self._findings = network.findings
        self._errors = [
            (script.commands[number] if 0 <= number < len(script.commands) else None, str(text))
            for number, text in built["errors"]
        ]
        self._classes: Mapping[str, list[dict[str, Any]]] = built["classes"]
        network.voltage_bases = tuple(built["voltage_bases"])

    def read(self) -> None:
        for command, text in self._errors:
            place = self._network.start if command is None else command.place
            element = "" if command is None else " ".join(command.text.split()[:2])
            words = say("OpenDSS: {reason}", reason=verbatim(" ".join(text.split())))
            self._findings.odd(place, "refused", element, words)
        codes = {each["Name"].lower(): each for each in self._classes["linecode"]}
        sources = [each for each in self._classes["vsource"] if each["Enabled"]]
        for each in sources:
            self._source(each)
        for each in self._enabled("line"):
            self._line(each, codes)
        for kind in ("transformer", "autotrans"):
            for each in self._enabled(kind):
                self._transformer(each, kind)
        for each in self._enabled("reactor"):
            self._reactor(each)
        for each in self._enabled("load"):
            self._load(each)
        self._generation()
        for kind, device in _PROTECTION:
            for each in self._enabled(kind):
                self._protection(each, kind, device)
        self._places()
        dss_phases.check(self._network)

    def _enabled(self, kind: str) -> list[dict[str, Any]]:
        found = []
        for each in self._classes[kind]:
            if each["Enabled"]:
                found.append(each)
            else:
                words = say("it is disabled in the source")
                self._findings.leave_out(self._place(kind, each), "disabled", each["Name"], words)
        return found

    def _place(self, kind: str, record: Mapping[str, Any]) -> Place:
        element = self._element(kind, record)
        return self._network.start if element is None else element.place

    def _element(self, kind: str, record: Mapping[str, Any]) -> Element | None:
        return self._script.elements.get((kind, record["Name"].lower()))

    def _bus(self, spec: str, place: Place) -> str:
        name = spec.partition(".")[0].strip().lower()
        self._network.buses.setdefault(name, Bus(name, place))
        return name

    def _id(self, kind: str, name: str) -> str:
        taken = self._network.branches
        return name if name not in taken else f"{kind}.{name}"

    # --- elements

    def _source(self, record: Mapping[str, Any]) -> None:
        place = self._place("vsource", record)
        bus = self._bus(record["Bus1"], place)
        self._network.sources.append(Source(record["Name"].lower(), place, bus, record["BasekV"]))

    def _line(self, record: Mapping[str, Any], codes: Mapping[str, Mapping[str, Any]]) -> None:
        place, name = self._place("line", record), record["Name"].lower()
        code = codes.get((record["LineCode"] or "").lower())
        is_switch = bool(record["Switch"])
        unit = record["Units"]
        if unit == "none" and code is not None:
            unit = code["Units"]
        if unit == "none" and (element := self._element("line", record)) is not None:
            # the engine drops the unit of a line whose impedances follow it
            unit = element.properties.get("units", "none").lower()
        if unit not in LENGTH_UNITS_KM:
            unit = self._options.length_unit
            if not is_switch:
                words = say("length without a unit: taken as {unit}", unit=unit)
                self._findings.assume(place, "length_unit", name, words)
        to_km = LENGTH_UNITS_KM[unit]
        given = record["given"]
        if not is_switch and "length" not in given:
            words = say("no length given: OpenDSS takes {length:g} {unit}", length=1.0, unit=unit)
            self._findings.assume(place, "no_length", name, words)
        if not self._has_rating(record, code):
            words = say("no rating given: OpenDSS takes {amps:g} A", amps=record["NormAmps"])
            self._findings.assume(place, "no_rating", name, words)
        r, x = (_positive(record[each]) / to_km for each in ("RMatrix", "XMatrix"))
        branch = Branch(
            id=self._id("line", name),
            place=place,
            kind="switch" if is_switch else "line",
            u=self._bus(record["Bus1"], place),
            v=self._bus(record["Bus2"], place),
            length_km=0.0 if is_switch else record["Length"] * to_km,
            construction="overhead" if record["LineType"] == "oh" else "cable",
            max_i_ka=record["NormAmps"] / 1000.0,
            r_ohm_per_km=None if is_switch else r,
            x_ohm_per_km=None if is_switch else x,
            phases=self._phases(record, place, name),
        )
        if self._is_cable(record):
            branch.construction = "cable"
        self._rates(branch, record, code)
        self._positions(branch, record)
        self._network.branches[branch.id] = branch

    def _is_cable(self, record: Mapping[str, Any]) -> bool:
        """Say whether any conductor of a line, or of its geometry, is a cable."""
        named = (record["Geometry"] or "").lower()
        conductors = list(record["Conductors"])
        for each in self._classes["linegeometry"]:
            if named and each["Name"].lower() == named:
                conductors += each["Conductors"]
        return any(each.lower().startswith(("cndata.", "tsdata.")) for each in conductors if each)

    def _has_rating(self, record: Mapping[str, Any], code: Mapping[str, Any] | None) -> bool:
        """Say whether somebody gave the rating of a line, or it is the engine's own default."""
        if code is not None and "normamps" in code["given"]:
            return True
        element = self._element("line", record)
        if element is not None and any(each.startswith("normam") for each in element.properties):
            return True
        return code is None and "normamps" in record["given"]

    def _rates(
        self, branch: Branch, record: Mapping[str, Any], code: Mapping[str, Any] | None
    ) -> None:
        """Take failure rates and repair times where element or line code give them themselves."""

        def given(name: str) -> float | None:
            for each in (record, code):
                if each is not None and name.lower() in each["given"]:
                    # line codes spell one of them in another case
                    return float(each[name] if name in each else each[name[0].upper() + name[1:]])
            return None

        faults, lasting = given("FaultRate"), given("pctPerm")
        if faults is not None:
            if lasting is None:
                # the engine has 20 % for lines, and for transformers 0 where it means all of them
                lasting = 100.0 if branch.kind == "transformer" else record["pctPerm"]
            # faults of a line are those a year and unit of its own length
            length = record["Length"] if branch.kind == "line" else 1.0
            branch.failures_per_year = faults * length * lasting / 100.0
        branch.repair_h = given("Repair")

    def _phases(self, record: Mapping[str, Any], place: Place, name: str) -> tuple[str, str]:
        n = record["Phases"]
        one, two = (dss_phases.of_spec(record[each], n) for each in ("Bus1", "Bus2"))
        for each in (one, two):
            if dss_phases.is_odd(each, n):
                words = say("phases {nodes} on {n} conductors", nodes=quoted(each), n=n)
                self._findings.odd(place, "phases", name, words)
        return one, two

    def _positions(self, branch: Branch, record: Mapping[str, Any]) -> None:
        """Take what `Open` and `Close` left: an opened end, or phases of it."""
        element = self._element("line", record)
        kind: SwitchKind = "LBS"
        if branch.kind == "switch" and element is not None:
            word = element.remark.removeprefix("CIM ").strip().lower()
            kind = _REMARKS.get(word, "LBS")
        for end, phases in enumerate(record["open"][:2]):
            if any(phases) and not all(phases):
                words = say("only some phases are open: taken as open")
                self._findings.odd(branch.place, "phases", branch.id, words)
            if any(phases) and branch.kind != "switch":
                branch.devices[end] = Device("LBS", is_closed=False)
                words = say("opened without a switch: a load-break switch is assumed there")
                self._findings.assume(branch.place, "device", branch.id, words)
        if branch.kind == "switch":
            is_open = any(any(each) for each in record["open"])
            branch.devices[0] = Device(kind, is_closed=not is_open)

    def _transformer(self, record: Mapping[str, Any], kind: str) -> None:
        """Take one branch from the highest winding to each other bus."""
        place, name = self._place(kind, record), record["Name"].lower()
        specs = [str(each) for each in record.get("Buses") or record["Bus"]]
        conns = [str(each).lower() for each in record["Conns"]]
        n = record["Phases"]
        high = max(range(len(specs)), key=lambda k: float(record["kVs"][k]))
        of_bus: dict[str, list[int]] = {}
        for k, spec in enumerate(specs):
            of_bus.setdefault(self._bus(spec, place), []).append(k)

        def phases(windings: Sequence[int]) -> str:
            found = (
                dss_phases.of_spec(specs[k], n + (n == 1 and conns[k] == "delta")) for k in windings
            )
            return "".join(sorted(set("".join(found))))

        first = self._bus(specs[high], place)
        others = [each for each in of_bus if each != first]
        for other in others:
            low = of_bus[other][0]
            branch = Branch(
                id=self._id(kind, name if other == others[0] else f"{name}.{other}"),
                place=place,
                kind="transformer",
                u=first,
                v=other,
                rated_mva=float(record["kVAs"][high]) / 1000.0 or None,
                kv=(
                    _between_lines(record["kVs"][high], n, conns[high]),
                    _between_lines(record["kVs"][low], n, conns[low]),
                ),
                phases=(phases(of_bus[first]), phases(of_bus[other])),
                bank=(record.get("Bank") or "").lower(),
            )
            self._rates(branch, record, None)
            if any(any(each) for each in record["open"]):
                branch.devices[0] = Device("LBS", is_closed=False)
                words = say("opened without a switch: a load-break switch is assumed there")
                self._findings.assume(place, "device", name, words)
            self._network.branches[branch.id] = branch

    def _reactor(self, record: Mapping[str, Any]) -> None:
        """Take a reactor in series as a line without length; one to earth is no branch."""
        place, name = self._place("reactor", record), record["Name"].lower()
        one, two = (str(record[each]).split(".")[0].lower() for each in ("Bus1", "Bus2"))
        if one == two or not two:
            return
        branch = Branch(
            id=self._id("reactor", name),
            place=place,
            kind="line",
            u=self._bus(one, place),
            v=self._bus(two, place),
            length_km=0.0,
            construction="cable",
            max_i_ka=record["NormAmps"] / 1000.0 if "normamps" in record["given"] else None,
            phases=self._phases(record, place, name),
        )
        words = say("a reactor in series: taken as a line without length")
        self._findings.assume(place, "reactor", name, words)
        self._positions(branch, record)
        self._network.branches[branch.id] = branch

    def _load(self, record: Mapping[str, Any]) -> None:
        place, name = self._place("load", record), record["Name"].lower()
        bus = self._bus(record["Bus1"], place)
        customers = record["NumCust"] if "numcust" in record["given"] else None
        phases = dss_phases.of_spec(record["Bus1"], record["Phases"])
        self._network.loads.append(Load(name, place, bus, record["kW"], customers, phases))

    def _generation(self) -> None:
        for (kind, name), element in self._script.elements.items():
            if kind not in ("generator", "storage", "pvsystem"):
                continue
            words: Message | None = None
            given = element.properties
            kw = _number(given.get("kwrated") or given.get("kw") or given.get("kva") or "")
            bus = (given.get("bus1") or given.get("bus") or "").split(".")[0].lower()
            if given.get("enabled", "y").lower()[:1] in ("n", "f"):
                words = say("it is disabled in the source")
            elif kind == "pvsystem":
                words = say("photovoltaics cannot feed an island alone")
            elif self._options.backup == "none":
                words = say("generation is left out (--backup none)")
            elif bus not in self._network.buses or not kw or kw <= 0:
                words = say("its bus or its rating is not understood")
            if words is not None:
                self._findings.leave_out(element.place, "generation", f"{kind}.{name}", words)
                continue
            load = Load(name, element.place, bus, 0.0, 0, backup_kw=kw or 0.0)
            self._network.loads.append(load)
            words = say("generation is taken as back-up of the transformer it stands behind only")
            self._findings.assume(element.place, "generation", f"{kind}.{name}", words)

    def _protection(self, record: Mapping[str, Any], kind: str, device: SwitchKind) -> None:
        place, name = self._place(kind, record), f"{kind}.{record['Name'].lower()}"
        target = str(record.get("SwitchedObj") or record.get("MonitoredObj") or "").lower()
        of, _, what = target.partition(".")
        branch = self._network.branches.get(what) or self._network.branches.get(target)
        if branch is None or of not in ("line", "transformer", "reactor", "autotrans"):
            words = say("the element it switches is not there: {target}", target=quoted(target))
            self._findings.leave_out(place, "device", name, words)
            return
        end = min(max(int(record.get("SwitchedTerm") or 1) - 1, 0), 1)
        if branch.kind == "switch":
            end = 0
        state = record["State"]
        first = state[0] if isinstance(state, list) and state else state
        before = branch.devices.get(end)
        is_closed = str(first).lower() != "open" and (before is None or before.is_closed)
        if before is not None and before.kind not in ("LBS", device):
            words = say(
                "{element} has a {old} at this end already: the {new} takes its place",
                element=quoted(branch.id),
                old=before.kind,
                new=device,
            )
            self._findings.odd(place, "device", name, words)
        branch.devices[end] = Device(device, is_closed)

    def _places(self) -> None:
        known = self._script.coordinates
        for bus in self._network.buses.values():
            bus.xy = known.get(bus.id)


def _between_lines(kv: float, n_phases: int, connection: str) -> float:
    """Return the voltage between lines: a single wye winding is rated to earth."""
    return float(kv) * (math.sqrt(3.0) if n_phases == 1 and connection != "delta" else 1.0)


def _positive(matrix: Sequence[float]) -> float:
    """Return the positive-sequence value of a matrix: mean of diagonal less mean of the others."""
    n = math.isqrt(len(matrix))
    if n == 0:
        return 0.0
    own = sum(matrix[k * n + k] for k in range(n)) / n
    mutual = (sum(matrix) - own * n) / (n * (n - 1)) if n > 1 else 0.0
    return own - mutual


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
