"""From source files to the project's own grid file, and what was odd on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, Problem, ScenarioError
from sim.grid.imports.collapse import assign_voltages, collapse, join_phases, leave_out_islands
from sim.grid.imports.heads import add_head_breakers
from sim.grid.imports.inspect import fill_in, inspect, leave_out_short_circuits
from sim.grid.imports.network import Finding, Network
from sim.grid.imports.options import FORMATS, Format, Options
from sim.grid.imports.places import locate
from sim.grid.imports.write import new_folder, write_all
from sim.messages import joined, quoted, say, system_words

__all__ = ["Imported", "import_network", "read_network"]


@dataclass(frozen=True)
class Imported:
    """Hold where the result is, what the source holds, what the result holds, what was found."""

    files: Mapping[str, Path]
    source: Mapping[str, float]
    result: Mapping[str, float]
    findings: Sequence[Finding]


def import_network(
    sources: Sequence[Path],
    out: Path,
    wanted: Format,
    options: Options,
    tell: Callable[[Finding], Mapping[str, str]],
    remarks: Callable[[Network], Sequence[str]],
) -> Imported:
    """Import a network; raise ScenarioError or InputError where that is not possible."""
    new_folder(out)
    network = read_network(sources, wanted, options)
    if not network.sources:
        words = say("the source names no point of supply")
        raise ScenarioError([Problem(network.file, 1, 1, words)])
    _check_plausible(network)
    counts = _counts(network)
    leave_out_short_circuits(network)
    assign_voltages(network)
    leave_out_islands(network)
    collapse(network, options)
    join_phases(network)
    if not network.branches:
        words = say("nothing is left that a source feeds: no line, switch or transformer")
        raise ScenarioError([Problem(network.file, 1, 1, words)])
    inspect(network)
    _keep_supplied(network)
    fill_in(network, options)
    if options.head_breaker == "add":
        add_head_breakers(network)
    located = locate(network, options)
    network.findings.all.sort(key=lambda each: (each.place, each.subject))
    result = _result(network)
    files = write_all(out, network, located, options, tell, remarks(network))
    return Imported(files, counts, result, tuple(network.findings.all))


_LONGEST_KM = 1e4
_MOST_KW = 1e8
_MOST_CUSTOMERS = 10**8


def _check_plausible(network: Network) -> None:
    """Raise ScenarioError for lengths and loads beyond any network: a slip of a unit or a digit."""
    problems = [
        Problem(
            each.place.file,
            each.place.line,
            1,
            say("{element}: {km:g} km is no length of a line", element=each.id, km=each.length_km),
        )
        for each in network.branches.values()
        if each.length_km is not None and not 0.0 <= each.length_km <= _LONGEST_KM
    ]
    for load in network.loads:
        if not abs(load.kw) + load.backup_kw <= _MOST_KW:
            words = say("{element}: {kw:g} kW is no load", element=load.id, kw=load.kw)
            problems.append(Problem(load.place.file, load.place.line, 1, words))
        if load.customers is not None and not 0 <= load.customers <= _MOST_CUSTOMERS:
            words = say(
                "{element}: {n} is no number of customers", element=load.id, n=load.customers
            )
            problems.append(Problem(load.place.file, load.place.line, 1, words))
    if problems:
        raise ScenarioError(sorted(problems))


def _keep_supplied(network: Network) -> None:
    """Leave out distribution transformers that supply nobody, and generation behind them."""
    for bus, each in list(network.supplied.items()):
        if each.customers or each.kw:
            continue
        if each.backup_kw:
            words = say("generation of {kw:g} kW backs nobody up", kw=each.backup_kw)
            network.findings.leave_out(network.buses[bus].place, "generation", bus, words)
        del network.supplied[bus]


def read_network(sources: Sequence[Path], wanted: Format, options: Options) -> Network:
    """Read a network as its format has it, with nothing changed."""
    for source in sources:
        if not source.exists():
            reason = system_words(FileNotFoundError(2, "No such file or directory"))
            raise ScenarioError(
                [Problem(str(source), 1, 1, say("cannot be read: {reason}", reason=reason))]
            )
    kind = _format_of(sources) if wanted == "auto" else wanted
    if kind == "opendss":
        from sim.grid.imports.opendss import read_opendss

        return read_opendss(sources, options)
    if kind == "pandapower":
        from sim.grid.imports.pandapower import read_pandapower

        return read_pandapower(_one_file(sources), options)
    if kind == "simbench":
        from sim.grid.imports.simbench import read_simbench

        return read_simbench(_one_folder(sources), options)
    from sim.grid.imports.tables import read_tables

    return read_tables(sources, options)


def _format_of(sources: Sequence[Path]) -> Format:
    """Return the format by the names of files; raise InputError if they do not tell."""
    names = [path.name.lower() for each in sources for path in _files(each)]
    if any(each.endswith(".dss") for each in names):
        return "opendss"
    if any(each.endswith(".json") for each in names):
        return "pandapower"
    if {"node.csv", "line.csv"} <= set(names):
        return "simbench"
    if any(each.endswith(".csv") for each in names):
        return "tables"
    words = say(
        "no format is recognised; name one of {formats} with --format",
        formats=joined(", ", FORMATS[1:]),
    )
    raise InputError(words)


def _files(source: Path) -> list[Path]:
    return sorted(source.iterdir()) if source.is_dir() else [source]


def _one_file(sources: Sequence[Path]) -> Path:
    files = [path for each in sources for path in _files(each) if path.suffix.lower() == ".json"]
    given = [each for each in sources if each.is_file()] or files
    if len(given) != 1:
        names = joined(", ", [each.name for each in given])
        raise InputError(say("name the one JSON file to read, not {names}", names=quoted(names)))
    return given[0]


def _one_folder(sources: Sequence[Path]) -> Path:
    folders = {each if each.is_dir() else each.parent for each in sources}
    if len(folders) != 1:
        raise InputError(say("name the one folder that holds the tables"))
    return folders.pop()


def _counts(network: Network) -> dict[str, float]:
    """Return totals of the source as read."""
    branches = network.branches.values()
    switches = [each for each in branches if each.kind == "switch"]
    closed_ends = [device for each in branches for device in each.devices.values()]
    loads = [each for each in network.loads if not each.backup_kw]
    return {
        "buses": len(network.buses),
        "lines": sum(1 for each in branches if each.kind == "line"),
        "length_km": sum(each.length_km or 0.0 for each in branches if each.kind == "line"),
        "switches": len(switches) or len(closed_ends),
        "open_switches": sum(1 for each in closed_ends if not each.is_closed),
        "transformers": sum(1 for each in branches if each.kind == "transformer"),
        "loads": len(loads),
        "load_kw": sum(each.kw for each in loads),
        "customers": sum(each.customers or 0 for each in loads),
        "sources": len(network.sources),
    }


def _result(network: Network) -> dict[str, float]:
    """Return totals of what is written."""
    branches = network.branches.values()
    devices = [device for each in branches for device in each.devices.values()]
    return {
        "buses": len(network.buses),
        "lines": sum(1 for each in branches if each.kind == "line"),
        "length_km": sum(each.length_km or 0.0 for each in branches if each.kind == "line"),
        "switches": len(devices),
        "open_switches": sum(1 for each in devices if not each.is_closed),
        "transformers": sum(1 for each in branches if each.kind == "transformer"),
        "loads": len(network.supplied),
        "load_kw": sum(each.kw for each in network.supplied.values()),
        "customers": sum(each.customers for each in network.supplied.values()),
        "sources": len({each.bus for each in network.sources}),
    }
