"""Replay: make a drill again from its ledger, look at any moment of it, fork it from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.drill.folder import Drill, new_folder
from sim.drill.ledger import (
    COMMANDS_FILE,
    SESSION_FILE,
    Given,
    Ledger,
    Written,
    read_lines,
    read_written,
    write_later,
)
from sim.drill.play import Play, Progress, play_through
from sim.drill.wallclock import wall_time
from sim.errors import InputError, RunError, StoreError
from sim.messages import say, standing_at
from sim.store.fingerprint import code_fingerprint
from sim.store.reader import open_run
from sim.world.run import RunOutput

__all__ = ["check_code", "fork", "rebuilt", "replayed_to", "verified", "world_at"]


def replayed_to(
    drill: Drill, commands: Sequence[Given], until_s: float, progress: Progress | None = None
) -> Play:
    """Return a play of a drill with these commands, as it stands at a time.

    Commands up to and including that time are given, the others are not.
    """
    play = Play(drill.loaded, drill.seed, drill.terms)
    play_through(play, [each for each in commands if each.t_s <= until_s], until_s, progress)
    return play


def world_at(folder: Path, t_s: float, progress: Progress | None = None) -> Play:
    """Return the play of a stored drill as it stood at a time from the scenario's start."""
    return replayed_to(Drill.read(folder), read_written(folder).commands, t_s, progress)


def rebuilt(folder: Path, progress: Progress | None = None) -> RunOutput:
    """Make the run of a finished drill again; raise StoreError when it has not ended."""
    written = read_written(folder)
    end_s = _end_of(folder, written)
    play = replayed_to(Drill.read(folder), written.commands, end_s, progress)
    play.end(written.ended)
    return play.output()


def verified(folder: Path, progress: Progress | None = None) -> RunOutput:
    """Make the run of a finished drill again and compare; raise RunError when it differs."""
    stored = open_run(folder)
    output = rebuilt(folder, progress)
    again = output.manifest.sealed(output.tables)
    if again.digest == stored.manifest.digest:
        return output
    tables = [
        name
        for name, entry in again.tables.items()
        if stored.manifest.tables.get(name) is None
        or stored.manifest.tables[name].digest != entry.digest
    ]
    if Drill.read(folder).code != code_fingerprint():
        words = say(
            "replay differs from the stored run in: {tables}. Another version of Stormdesk played"
            " it: replay it with that one",
            tables=", ".join(tables),
        )
    else:
        words = say(
            "replay differs from the stored run in: {tables}. The ledger or the stored tables"
            " were changed since",
            tables=", ".join(tables),
        )
    raise RunError(standing_at(folder, words))


def fork(folder: Path, at_s: float, out: Path, *, keep_later: bool = False) -> Path:
    """Make a new drill whose history is that of another up to a time; return its folder.

    It waits there, paused, to be played on from that moment. Later commands are dropped, or kept
    to be given when their time comes; those that no longer apply are then logged as refused.
    """
    drill, written = Drill.read(folder), read_written(folder)
    terms = drill.terms
    last_s = written.last_s
    if last_s is None or not terms.startex_s <= at_s <= last_s:
        words = say(
            "a fork must lie between {first} s and {last} s from the scenario's start",
            first=round(terms.startex_s),
            last=round(terms.startex_s if last_s is None else last_s),
        )
        raise InputError(standing_at(folder, words))
    # the same code must play what comes before the fork
    check_code(folder, drill)
    earlier = [each for each in written.commands if each.t_s <= at_s]
    later = [each for each in written.commands if each.t_s > at_s] if keep_later else []
    notes, _ = read_lines(folder / SESSION_FILE)
    new_folder(out)
    replace(drill, forked={"run": folder.name, "at_s": at_s}).write(out)
    if later:
        write_later(out, later)
    with Ledger(out, wall_time) as ledger:
        ledger.copy_notes([row for row in notes if row["t_s"] is not None and row["t_s"] <= at_s])
        ledger.started(terms.startex_s)
        for each in earlier:
            ledger.command(each)
        ledger.heartbeat(at_s)
    return out


def check_code(folder: Path, drill: Drill) -> None:
    """Raise RunError when another version of the code has played a drill that is to go on."""
    if drill.code != code_fingerprint():
        words = say(
            "another version of Stormdesk began this drill; it can be played on with that one only"
        )
        raise RunError(standing_at(folder / COMMANDS_FILE, words))


def _end_of(folder: Path, written: Written) -> float:
    if not written.ended or written.last_s is None:
        words = say("the drill has not ended: resume it first")
        raise StoreError(standing_at(folder, words))
    return written.last_s
