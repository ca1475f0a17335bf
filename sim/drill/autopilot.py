"""A drill with nobody at the consoles: every seat on autopilot, as fast as the machine goes."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.api import Result
from sim.drill.ending import store
from sim.drill.folder import DRILL_FILE, Drill
from sim.drill.ledger import Ledger, read_written
from sim.drill.play import ENDEX, Play, Progress, play_through
from sim.drill.wallclock import wall_time
from sim.errors import StoreError
from sim.messages import say, standing_at
from sim.scenario.loader import LoadedScenario
from sim.store.writer import MANIFEST, rename_whole

__all__ = ["play_alone"]


def play_alone(
    loaded: LoadedScenario,
    seed: int,
    folder: Path,
    lang: str = "en",
    progress: Progress | None = None,
) -> Result:
    """Play a drill on autopilot and store it, whole or not at all.

    An earlier drill on autopilot in that folder is replaced; raise StoreError for anything else.
    """
    _check(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    drill = Drill.of(loaded, seed)
    with TemporaryDirectory(prefix=f"{folder.name}.tmp-", dir=folder.parent) as scratch:
        place = Path(scratch) / folder.name
        place.mkdir()
        drill.write(place)
        with Ledger(place, wall_time) as ledger:
            play = Play(drill.loaded, seed, drill.terms)
            ledger.started(drill.terms.startex_s)
            play_through(play, progress=progress)
            play.end(ENDEX)
            ledger.ended(play.now_s, ENDEX)
            ledger.note("ended", play.now_s, why=ENDEX, is_timely=True)
        store(place, play.output(), lang)
        if folder.exists():
            shutil.rmtree(folder)
        rename_whole(place, folder)
    return Result.open(folder)


def _check(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    is_drill = (folder / DRILL_FILE).is_file() and (folder / MANIFEST).is_file()
    if not is_drill or read_written(folder).commands:
        words = say("something is there already: name another folder")
        raise StoreError(standing_at(folder, words))
