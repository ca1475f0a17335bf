"""The verb compare: scenarios side by side over many replications with common luck."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.folders import result_folder
from sim.cli.output import bar, compile_if_needed, note
from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from sim.experiments.compare import Comparison
    from sim.experiments.experiment import Progress
    from sim.experiments.replicate import Case

__all__ = ["Request", "compare_cases"]


@dataclass(frozen=True)
class Request:
    """Hold what is to be compared, and how often."""

    files: tuple[Path, ...]
    scenarios: tuple[str, ...]
    sets: tuple[str, ...]
    replications: int
    seed: int | None
    workers: int | None


def compare_cases(request: Request, out: Path | None, as_json: bool, tr: Translator) -> None:
    """Run what is missing, compare, and write a page."""
    from sim.experiments.compare import compare
    from sim.experiments.experiment import run_experiment
    from sim.report.comparison import write_comparison
    from sim.scenario.loader import load_scenario
    from sim.store.writer import probe_folder, rename_whole
    from sim.units import Calendar

    cases = _cases(request)
    first = load_scenario(request.files[0], request.scenarios[0], request.sets).scenario.run
    calendar = Calendar(first.start, first.zone)
    title = first.name.zh if tr.lang == "zh" else first.name.en
    folder = result_folder(out, f"{request.files[0].stem}-compare", request.sets)

    def prepare() -> None:
        probe_folder(folder)
        compile_if_needed(tr)

    with bar(tr("cli.replicating")) as progress:

        def tell(at: Progress) -> None:
            eta = "" if at.eta_s is None else tr("cli.eta", seconds=f"{at.eta_s:.0f}")
            detail = tr("cli.replications", done=at.done, total=at.total, eta=eta)
            progress.update(progress.task_ids[0], completed=at.done / at.total, detail=detail)

        replications = run_experiment(
            folder,
            cases,
            request.replications,
            seed=request.seed,
            workers=request.workers,
            on_progress=tell,
            prepare=prepare,
        )
    comparison = compare(replications)
    partial = folder / "comparison.json.tmp"
    partial.write_text(comparison.to_json(), encoding="utf-8", newline="\n")
    rename_whole(partial, folder / "comparison.json")
    start = calendar.start.isoformat()
    write_comparison(folder / "comparison.html", comparison, start, title, tr.lang)
    if as_json:
        print(json.dumps(json.loads(comparison.to_json()), ensure_ascii=False, indent=1))
        return
    _print_differences(comparison, tr)
    note(tr("cli.stored", path=folder))
    note(tr("cli.open_report", path=folder / "comparison.html"))


def _cases(request: Request) -> list[Case]:
    from sim.experiments.replicate import Case
    from sim.experiments.span import with_one_span

    many = len(request.files) > 1
    cases = [
        Case(str(file), name, request.sets, f"{file.stem}: {name}" if many else "")
        for file in request.files
        for name in request.scenarios
    ]
    return with_one_span(cases)


def _print_differences(comparison: Comparison, tr: Translator) -> None:
    """Print every indicator: its mean in the first case, and the differences of the others."""
    import sys

    from rich.console import Console
    from rich.table import Table

    from sim.report.figures.comparison import compared
    from sim.report.summary import number_text, unit_text
    from sim.report.words import Words

    words = Words(tr.lang)
    base, *others = comparison.cases
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(words("summary.indicator"))
    table.add_column(base, justify="right")
    for case in others:
        table.add_column(f"{case} − {base}", justify="right")
    table.add_column(words("summary.unit"))
    for indicator in compared(comparison):
        cells = [number_text(indicator, comparison.means[base][indicator.name].mean, words)]
        for case in others:
            each = comparison.differences[case][indicator.name]
            mean = number_text(indicator, each.mean, words)
            if each.low is None or each.high is None:
                cells.append(mean)
            else:
                low, high = (number_text(indicator, end, words) for end in (each.low, each.high))
                cells.append(f"{mean} [{low}, {high}]{' *' if each.is_clear else ''}")
        table.add_row(words(indicator.text_key), *cells, unit_text(indicator, words))
    Console(file=sys.stdout, highlight=False).print(table)
    print(tr("cli.clear") if comparison.has_intervals else tr("cli.no_intervals"))
