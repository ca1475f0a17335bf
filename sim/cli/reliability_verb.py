"""The verb reliability: what each failure of a grid does, and the indices that follow."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.folders import result_folder
from sim.cli.output import bar, note
from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from sim.reliability.indices import Assessment, SimulatedYears

__all__ = ["Request", "assess_grid"]

_WORST = 10


@dataclass(frozen=True)
class Request:
    """Hold what is to be assessed, and how many years are to be simulated beside it."""

    file: Path
    scenario: str
    sets: tuple[str, ...]
    years: int
    seed: int


def assess_grid(request: Request, out: Path | None, as_json: bool, tr: Translator) -> None:
    """Enumerate the failures of a grid, store indices and page, and print the indices."""
    from sim.grid.importers import build_grid
    from sim.reliability.assess import assess
    from sim.report.document import write_page
    from sim.report.reliability_page import write_reliability
    from sim.scenario.study import load_study
    from sim.store.writer import probe_folder

    file, scenario = request.file, request.scenario
    study = load_study(file, scenario, request.sets)
    folder = result_folder(out, f"{file.stem}-{scenario}-reliability", request.sets)
    probe_folder(folder)
    grid, steady, settings = build_grid(study.grid), study.hazards.steady, study.reliability
    momentary_s = study.momentary_threshold_s
    found = assess(grid, steady, settings, momentary_s, study.protection)
    years = None
    if request.years:
        from sim.world.years import simulate

        with bar(tr("reliability.simulating")) as progress:

            def tell(through: int) -> None:
                progress.update(progress.task_ids[0], completed=through / request.years)

            years = simulate(
                grid,
                steady,
                settings,
                request.years,
                request.seed,
                momentary_s,
                study.protection,
                tell,
            )
            progress.update(progress.task_ids[0], completed=1.0)
    content = _content(found, years)
    write_page(folder / "reliability.json", json.dumps(content, ensure_ascii=False, indent=1))
    write_page(folder / "load_points.csv", _load_points(content["load_points"]))
    title = study.title.zh if tr.lang == "zh" else study.title.en
    if scenario != "base":
        title = f"{title} · {scenario}"
    write_reliability(folder / "reliability.html", found, title, tr.lang, years)
    if as_json:
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    _print(found, years, tr)
    note(tr("cli.stored", path=folder))
    note(tr("cli.open_report", path=folder / "reliability.html"))


def _content(found: Assessment, years: SimulatedYears | None) -> dict[str, Any]:
    """Return everything for machines: indices, load points and components."""
    points = [
        {**asdict(each), "outage_h": each.outage_h, "ens_mwh": each.ens_mwh}
        for each in found.load_points
    ]
    if years is not None:
        for point, simulated in zip(points, years.load_points, strict=True):
            point["simulated_interruptions_per_year"] = simulated.interruptions_per_year
            point["simulated_unavailable_h_per_year"] = simulated.unavailable_h_per_year
    simulated_system = {} if years is None else {"simulated": years.plain()}
    return {
        "system": asdict(found.system),
        **simulated_system,
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


def _print(found: Assessment, years: SimulatedYears | None, tr: Translator) -> None:
    from rich.console import Console
    from rich.table import Table

    from sim.report.reliability_page import INDICES, index_text, simulated_text
    from sim.report.words import Words

    words = Words(tr.lang)
    console = Console(file=sys.stdout, highlight=False)
    system = Table(show_edge=False, pad_edge=False)
    system.add_column(words("summary.indicator"))
    system.add_column(words("summary.value"), justify="right")
    if years is not None:
        system.add_column(words("reliability.head.simulated"), justify="right")
    system.add_column(words("summary.unit"))
    for name in INDICES:
        system.add_row(
            words(f"reliability.index.{name}"),
            index_text(found.system, name, words),
            *([] if years is None else [simulated_text(years, name, words)]),
            words(f"reliability.unit.{name}"),
        )
    console.print(system)
    if years is not None:
        told = (words.number(each) for each in (years.years, years.faults, years.overlapping))
        names = ("years", "faults", "overlapping")
        console.print(words("reliability.simulated", **dict(zip(names, told, strict=True))))
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
