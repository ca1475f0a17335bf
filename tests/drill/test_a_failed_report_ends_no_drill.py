"""The run is stored, and the consoles stay, even if the after-action report cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small_drills import small_drill

from sim.drill import ending
from sim.drill.autopilot import play_alone
from sim.drill.debriefing import debrief_drill


def test_the_reason_is_kept_and_the_report_can_be_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Path:
        raise ZeroDivisionError("no such sentence")

    monkeypatch.setattr(ending, "debrief_drill", fails)
    folder = tmp_path / "run"
    play_alone(small_drill(tmp_path), 1, folder)
    assert (folder / "report.html").is_file()
    assert "no such sentence" in (folder / ending.FAILED_FILE).read_text(encoding="utf-8")
    assert debrief_drill(folder, "en").is_file()
