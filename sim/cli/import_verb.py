"""The verb import: networks of other programs into the project's own grid file."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.output import note
from sim.messages import joined, quoted, say
from sim.text.catalogue import Translator
from sim.text.translation import translated

if TYPE_CHECKING:
    from sim.grid.imports.network import Finding, Network
    from sim.grid.imports.options import Options
    from sim.grid.imports.run import Imported

__all__ = ["Asked", "import_grid"]

_SHOWN = 10
"""Findings of one subject on the screen; all of them are in the list beside the result."""
_TOTALS = (
    "buses",
    "lines",
    "length_km",
    "switches",
    "open_switches",
    "transformers",
    "loads",
    "load_kw",
    "customers",
    "sources",
)


@dataclass(frozen=True)
class Asked:
    """Hold the options as they were written; None leaves the default."""

    sources: tuple[Path, ...]
    format: str
    given: Mapping[str, Any]


def import_grid(asked: Asked, out: Path, show_all: bool, as_json: bool, tr: Translator) -> None:
    """Import a network, write it, and print what was odd; InputError where it cannot be used."""
    from sim.grid.imports.options import FORMATS
    from sim.grid.imports.run import import_network

    options = _options(asked)
    kind = _one_of("--format", asked.format, FORMATS)
    found = import_network(
        asked.sources,
        out,
        kind,  # type: ignore[arg-type]
        options,
        lambda each: _row(each, tr),
        lambda network: _remarks(network, options.name or network.name, out, tr),
    )
    if as_json:
        print(json.dumps(_plain(found, tr), ensure_ascii=False, indent=1))
        return
    _print(found, show_all, tr)
    for path in found.files.values():
        note(tr("cli.written", path=path))
    note(tr("cli.new_next", path=found.files["grid"]))


def _options(asked: Asked) -> Options:
    """Return the options; raise InputError for one that cannot be used."""
    from sim.errors import InputError
    from sim.grid.imports.options import LENGTH_UNITS_KM, XY_UNITS, Options

    given = {name: value for name, value in asked.given.items() if value not in (None, (), [])}
    _one_of("--length-unit", given.get("length_unit", "km"), tuple(LENGTH_UNITS_KM))
    _one_of("--xy", given.get("xy_unit", "auto"), XY_UNITS)
    _one_of("--head-breaker", given.get("head_breaker", "add"), ("add", "none"))
    _one_of("--construction", given.get("construction", "cable"), ("overhead", "cable"))
    _one_of("--backup", given.get("backup", "none"), ("generators", "none"))
    for name in ("kw_per_customer", "max_i_ka", "substation_mva"):
        if given.get(name, 1.0) <= 0:
            option = f"--{name.replace('_', '-')}"
            raise InputError(say("{option}: expected a number above 0", option=option))
    if "station" in given:
        given["station"] = _station(given["station"])
    if "columns" in given:
        given["columns"] = tuple(_column(each) for each in given["columns"])
    return Options(**given)


def _one_of(option: str, value: str, words: Sequence[str]) -> str:
    from sim.errors import InputError

    if value not in words:
        told = say("one of {words}", words=joined(", ", map(quoted, words)))
        raise InputError(
            say("{option}: expected {wanted}, got {got}", option=option, wanted=told, got=value)
        )
    return value


def _station(text: str) -> tuple[float, float]:
    from sim.errors import InputError

    latitude, _, longitude = text.partition(",")
    try:
        place = float(latitude), float(longitude)
    except ValueError:
        place = (100.0, 0.0)
    if not (abs(place[0]) <= 89.0 and abs(place[1]) <= 180.0):
        words = say("--at: expected LATITUDE,LONGITUDE in degrees, got {text!r}", text=text)
        raise InputError(words)
    return place


def _column(text: str) -> tuple[str, str]:
    from sim.errors import InputError
    from sim.grid.imports.tables import EDGE_HEADINGS, NODE_HEADINGS

    column, _, heading = (part.strip() for part in text.partition("="))
    _one_of("--column", column, tuple(dict.fromkeys((*NODE_HEADINGS, *EDGE_HEADINGS))))
    if not heading:
        raise InputError(say("--column: expected COLUMN=HEADING, got {text!r}", text=text))
    return column, heading


def _remarks(network: Network, name: str, out: Path, tr: Translator) -> list[str]:
    """Return the lines above the grid file."""
    from sim.grid.imports.names import district_id

    return [
        *tr("import.remark", file=Path(network.file).name).splitlines(),
        tr("import.remark_run", path=out / f"{district_id(name)}.yaml"),
    ]


def _row(finding: Finding, tr: Translator) -> dict[str, str]:
    return {
        "file": finding.place.file,
        "line": str(finding.place.line),
        "sort": tr(f"import.sort.{finding.sort}"),
        "subject": tr(f"import.subject.{finding.subject}"),
        "element": finding.element,
        "text": translated(finding.text, tr.lang),
    }


def _plain(found: Imported, tr: Translator) -> dict[str, Any]:
    return {
        "files": {name: str(path) for name, path in found.files.items()},
        "source": dict(found.source),
        "result": dict(found.result),
        "findings": [
            {
                "file": each.place.file,
                "line": each.place.line,
                "sort": each.sort,
                "subject": each.subject,
                "element": each.element,
                "text": translated(each.text, tr.lang),
            }
            for each in found.findings
        ],
    }


def _print(found: Imported, show_all: bool, tr: Translator) -> None:
    from rich.console import Console
    from rich.table import Table

    from sim.report.words import Words

    words = Words(tr.lang)
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    totals = Table(show_edge=False, pad_edge=False)
    totals.add_column(tr("import.total"))
    for name in ("source", "result"):
        totals.add_column(tr(f"import.head.{name}"), justify="right")
    for name in _TOTALS:
        digits = 3 if name in ("length_km", "load_kw") else 0
        told = [words.number(each[name], digits) for each in (found.source, found.result)]
        totals.add_row(tr(f"import.total.{name}"), *told)
    console.print(totals)
    counts = Counter((each.sort, each.subject) for each in found.findings)
    told_already: Counter[tuple[str, str]] = Counter()
    for sort in ("oddity", "left_out", "assumption"):
        for key in sorted(each for each in counts if each[0] == sort):
            head = tr(f"import.sort.{sort}"), tr(f"import.subject.{key[1]}"), counts[key]
            console.print(
                tr("import.group", sort=head[0], subject=head[1], n=head[2]), markup=False
            )
            for each in found.findings:
                if (each.sort, each.subject) != key:
                    continue
                told_already[key] += 1
                if not show_all and told_already[key] > _SHOWN:
                    continue
                text = translated(each.text, tr.lang)
                place = f"{each.place.file}:{each.place.line}"
                console.print(f"  {place}: {each.element}: {text}", markup=False)
            more = counts[key] - _SHOWN
            if more > 0 and not show_all:
                console.print(tr("import.more", n=more, path=found.files["oddities"]), markup=False)
