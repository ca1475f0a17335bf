"""The verb run: one scenario, one seed, one folder of results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.folders import result_folder
from sim.cli.output import bar, compile_if_needed, note, summary_table
from sim.text.catalogue import Translator

if TYPE_CHECKING:
    from sim.indicators.measured import Measured

__all__ = ["run_once"]


def run_once(
    file: Path,
    scenario: str,
    sets: tuple[str, ...],
    seed: int | None,
    out: Path | None,
    as_json: bool,
    tr: Translator,
) -> None:
    """Run a scenario once, store it with its report, and print the summary."""
    from sim.scenario.loader import load_scenario
    from sim.store.writer import check_writable

    loaded = load_scenario(file, scenario, sets)
    seed = loaded.scenario.run.seed if seed is None else seed
    target = result_folder(out, f"{file.stem}-{scenario}-seed{seed}", sets)
    check_writable(target)
    compile_if_needed(tr)

    from sim.api import Result
    from sim.world.run import run_scenario

    with bar(tr("cli.running")) as progress:

        def tell(t_s: float, latest_s: float, customers_out: int) -> None:
            detail = tr("cli.progress", hours=f"{t_s / 3600.0:.0f}", customers=customers_out)
            progress.update(progress.task_ids[0], completed=t_s / latest_s, detail=detail)

        output = run_scenario(loaded, seed, tell)
        progress.update(progress.task_ids[0], completed=1.0)
    result = Result(output.tables, output.manifest)
    result.save(target, tr.lang, overwrite=True)
    if as_json:
        values = {name: each.value for name, each in result.indicators.items()}
        content: dict[str, Any] = {"run": str(target), "seed": seed, "indicators": values}
        if halves := half_widths(result.indicators):
            content["half_widths"] = halves
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    summary_table(result.indicators, tr.lang, result.steady_parts)
    note(tr("cli.stored", path=target))
    note(tr("cli.open_report", path=target / "report.html"))


def half_widths(measured: Mapping[str, Measured]) -> dict[str, float]:
    """Return the half-widths of the intervals there are."""
    return {name: each.half_width for name, each in measured.items() if each.half_width is not None}
