"""Lines: the places that calls hold, and who may dial when one becomes free."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import NONE, Record, State

__all__ = ["free_place", "is_full", "is_on_line", "note_free", "take_place"]


@compiled
def is_full(s: State, line_ix: int) -> bool:
    """Say whether a line takes no further call: closed, or all places taken."""
    line = s.lines[line_ix]
    return bool(line["is_closed"] == 1 or line["in_use"] >= line["trunks"])


@compiled
def is_on_line(s: State, caller: Record) -> bool:
    """Say whether the customer hangs on: holds a place, and is not to be dialled."""
    is_outbound = s.types[caller["type_ix"]]["is_outbound"] == 1
    return bool(caller["line_ix"] != NONE and not is_outbound)


@compiled
def take_place(s: State, caller: Record, line_ix: int) -> None:
    """Let a call hold a place on a line that is not full."""
    s.lines[line_ix]["in_use"] += 1
    caller["line_ix"] = line_ix


@compiled
def free_place(s: State, caller: Record) -> None:
    """Free the place a call holds, if any; calls that wait to dial are then looked at."""
    line_ix = caller["line_ix"]
    if line_ix != NONE:
        caller["line_ix"] = NONE
        s.lines[line_ix]["in_use"] -= 1
        note_free(s, line_ix)


@compiled
def note_free(s: State, line_ix: int) -> None:
    """Remember that a line has free places, if calls wait to dial through it."""
    line = s.lines[line_ix]
    if line["has_outbound"] == 1:
        line["has_freed"] = 1
        s.desk[0]["has_freed"] = 1
