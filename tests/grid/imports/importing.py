"""Import a network written in a test, and look at what came out."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from sim.grid.imports.network import Finding
from sim.grid.imports.options import Format, Options
from sim.grid.imports.run import Imported, import_network

ROOT = Path(__file__).resolve().parents[3]
IEEE123 = ROOT / "scenarios" / "data" / "grids" / "ieee123"

CIRCUIT = """\
clear
new circuit.small basekv=12.47 bus1=station
new linecode.main nphases=3 units=kft r1=0.1 x1=0.2 normamps=300
"""
"""Head of a circuit in line 1 to 3."""


def told(finding: Finding) -> dict[str, str]:
    place = finding.place
    return {
        "file": place.file,
        "line": str(place.line),
        "sort": finding.sort,
        "subject": finding.subject,
        "element": finding.element,
        "text": str(finding.text),
    }


class Result:
    """Hold the tables that were written, by id, and the findings."""

    def __init__(self, imported: Imported) -> None:
        self.imported = imported
        self.nodes = _rows(imported.files["nodes"])
        self.edges = _rows(imported.files["edges"])

    def findings(self, subject: str) -> list[Finding]:
        return [each for each in self.imported.findings if each.subject == subject]

    def found(self, subject: str) -> list[tuple[str, int]]:
        """Return (element, line) of all findings of a subject."""
        return [(each.element, each.place.line) for each in self.findings(subject)]

    @property
    def subjects(self) -> set[str]:
        return {each.subject for each in self.imported.findings}


def _rows(path: Path) -> dict[str, Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def imported(
    *sources: Path, out: Path, kind: Format = "auto", options: Options | None = None
) -> Result:
    taken = options or Options()
    return Result(import_network(sources, out, kind, taken, told, lambda network: ["imported"]))


def opendss(folder: Path, text: str, options: Options | None = None) -> Result:
    """Import a circuit whose lines follow the head of a circuit: the first is line 4."""
    path = folder / "master.dss"
    path.write_text(CIRCUIT + text, encoding="utf-8")
    return imported(path, out=folder / "out", options=options)
