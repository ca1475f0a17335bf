"""The end of a drill: its run and its reports, in its folder."""

from __future__ import annotations

import traceback
from pathlib import Path

from sim.drill.debriefing import debrief_drill
from sim.drill.folder import save_run_beside
from sim.world.run import RunOutput

__all__ = ["FAILED_FILE", "store"]

FAILED_FILE = "debrief_failed.txt"
"""Why there is no after-action report; `drill debrief` tries again."""


def store(folder: Path, output: RunOutput, lang: str) -> dict[str, str]:
    """Store the finished run with its report and the after-action report; return the files.

    The run is whole and the players keep their consoles even if the second report fails.
    """
    save_run_beside(folder, output, lang)
    files = {"folder": folder.name, "report": "report.html"}
    try:
        return files | {"debrief": debrief_drill(folder, lang).name}
    except Exception:  # whatever is wrong with a report must not end the drill for everybody
        (folder / FAILED_FILE).write_text(traceback.format_exc(), encoding="utf-8")
        return files
