"""The verb reliability: what each failure of a grid does, and the indices that follow."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.folders import result_folder
from sim.cli.output import note
from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from sim.reliability.indices import Assessment

__all__ = ["assess_grid"]

_WORST = 10


def assess_grid(
    file: Path,
    scenario: str,
    sets: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    tr: Translator,
) -> None:
    """Enumerate the failures of a grid, store indices and page, and print the indices."""
    from sim.grid.importers import build_grid
    from sim.reliability.assess import assess
    from sim.report.document import write_page
    from sim.report.reliability_page import write_reliability
    from sim.scenario.study import load_study
    from sim.store.writer import probe_folder

    study = load_study(file, scenario, sets)
    folder = result_folder(out, f"{file.stem}-{scenario}-reliability", sets)
    probe_folder(folder)
    found = assess(
        build_grid(study.grid),
        study.hazards.steady,
        study.reliability,
        study.momentary_threshold_s,
    )
    content = _content(found)
    write_page(folder / "reliability.json", json.dumps(content, ensure_ascii=False, indent=1))
    write_page(folder / "load_points.csv", _load_points(content["load_points"]))
    title = study.title.zh if tr.lang == "zh" else study.title.en
    if scenario != "base":
        title = f"{title} · {scenario}"
    write_reliability(folder / "reliability.html", found, title, tr.lang)
    if as_json:
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    _print(found, tr)
    note(tr("cli.stored", path=folder))
    note(tr("cli.open_report", path=folder / "reliability.html"))


def _content(found: Assessment) -> dict[str, Any]:
    """Return everything for machines: indices, load points and components."""
    points = [
        {**asdict(each), "outage_h": each.outage_h, "ens_mwh": each.ens_mwh}
        for each in found.load_points
    ]
    return {
        "system": asdict(found.system),
        "feeders": {name: asdict(each) for name, each in found.feeders.items()},
        "load_points": points,
        "components": [asdict(each) for each in found.components],
    }


def _load_points(points: list[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    if points:
        writer = csv.DictWriter(stream, list(points[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(points)
    return stream.getvalue()


def _print(found: Assessment, tr: Translator) -> None:
    from rich.console import Console
    from rich.table import Table

    from sim.report.reliability_page import INDICES, index_text
    from sim.report.words import Words

    words = Words(tr.lang)
    console = Console(file=sys.stdout, highlight=False)
    system = Table(show_edge=False, pad_edge=False)
    system.add_column(words("summary.indicator"))
    system.add_column(words("summary.value"), justify="right")
    system.add_column(words("summary.unit"))
    for name in INDICES:
        system.add_row(
            words(f"reliability.index.{name}"),
            index_text(found.system, name, words),
            words(f"reliability.unit.{name}"),
        )
    console.print(system)
    worst = Table(show_edge=False, pad_edge=False, title=words("reliability.components"))
    worst.add_column(words("reliability.head.id"), overflow="fold")
    for name in ("rate", "repair", "tripped", "hours"):
        worst.add_column(words(f"reliability.head.{name}"), justify="right")
    for each in found.worst(_WORST):
        worst.add_row(
            each.id,
            words.number(each.failures_per_year, 5),
            words.number(each.repair_h, 1),
            words.number(each.customers_tripped),
            words.number(each.customer_h_per_year, 1),
        )
    console.print()
    console.print(worst)
