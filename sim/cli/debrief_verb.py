"""The verb `drill debrief`: the after-action report of a finished drill, with named forks."""

from __future__ import annotations

import json
from pathlib import Path

from sim.cli.output import bar, compile_if_needed, note
from sim.text.catalogue import Translator

__all__ = ["debrief"]


def debrief(run: Path, forks: tuple[str, ...], redraws: int, as_json: bool, tr: Translator) -> None:
    """Play what the report compares the drill with, write the report and say where."""
    compile_if_needed(tr)

    from sim.drill.debriefing import debrief_drill
    from sim.experiments.executor import default_workers

    with bar(tr("cli.drill.debriefing")) as progress:

        def tell(done: int, total: int) -> None:
            progress.update(progress.task_ids[0], completed=done / total)

        workers = default_workers() if forks and redraws else 0
        page = debrief_drill(run, tr.lang, forks, redraws, workers, tell)
    if as_json:
        print(json.dumps({"run": str(run), "debrief": str(page)}, ensure_ascii=False))
        return
    note(tr("cli.open_report", path=page))
