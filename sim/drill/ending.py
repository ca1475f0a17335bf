"""The end of a drill: its run and its reports, in its folder."""

from __future__ import annotations

from pathlib import Path

from sim.drill.debriefing import debrief_drill
from sim.drill.folder import save_run_beside
from sim.world.run import RunOutput

__all__ = ["store"]


def store(folder: Path, output: RunOutput, lang: str) -> dict[str, str]:
    """Store the finished run with its report and the after-action report; return the files."""
    save_run_beside(folder, output, lang)
    written = debrief_drill(folder, lang)
    return {"folder": folder.name, "report": "report.html", "debrief": written.name}
