"""The event loop of the contact centre, exact to the event and compiled.

A call is made; it is blocked, or passes the menu, and is served there or joins a queue; an agent
takes it, or it is abandoned; the talk ends, and the matter is settled, handed on, or brings
another call. Where to read on: attempts (calls, menu, redial), joining (routes, balking,
callbacks), queues (who is next), talks and endings (the work of agents), staff (their time), lines.

At equal times events go in the order of their kinds (state.py), then of their rows: agents finish
before patience ends, agents come before others leave, and new calls come last. Only whole numbers,
additions, multiplications, divisions and comparisons: compiled or not, same outcome.
"""

from __future__ import annotations

from sim.contact.compiled import compiled, compiled_entry
from sim.contact.kernel.attempts import (
    JOINS,
    PASSES,
    call_made,
    menu_ends,
    patience_ends,
    redial,
    take_call,
)
from sim.contact.kernel.endings import answer_ends, transfer_ends
from sim.contact.kernel.events import pop, push
from sim.contact.kernel.joining import dial, join, route_opens
from sim.contact.kernel.lines import note_free
from sim.contact.kernel.staff import agent_comes, settle, shift_ends
from sim.contact.state import (
    AGENT_COMES,
    AGENT_LEAVES,
    ANSWER_ENDS,
    CALL_MADE,
    KIND_SHIFT,
    LINE_CHANGES,
    MENU_ENDS,
    NONE,
    PATIENCE_ENDS,
    ROUTE_OPENS,
    ROW_MASK,
    TRANSFER_ENDS,
    State,
)

__all__ = ["ALL_HANDLED", "HEARD", "NEEDS_ROOM", "run"]

ALL_HANDLED, HEARD, NEEDS_ROOM = range(3)


@compiled_entry
def run(s: State, until_s: float) -> int:  # noqa: C901 - all kinds of event on one screen
    """Handle all events up to and including until_s.

    Return ALL_HANDLED, or earlier HEARD right after the event that brought a watched count to its
    threshold, or NEEDS_ROOM before an event that the tables might not hold; go on by calling again.
    """
    desk = s.desk[0]
    spare = desk["spare"]
    while desk["n_events"] > 0 and s.event_t_s[0] <= until_s:
        if desk["n_events"] + spare > len(s.event) or desk["n_calls"] + spare > len(s.calls):
            return NEEDS_ROOM
        t_s = s.event_t_s[0]
        kind = s.event[0] >> KIND_SHIFT
        row = s.event[0] & ROW_MASK
        if kind == CALL_MADE:
            take_call(s, row)
        else:
            pop(s)
        desk["now_s"] = t_s
        follows = NONE  # for the caller: JOINS, PASSES, or why it was not served
        agent_ix = NONE  # an agent whose hands have changed
        if kind == ANSWER_ENDS:
            agent_ix = answer_ends(s, t_s, row)
        elif kind == PATIENCE_ENDS:
            follows = patience_ends(s, t_s, row)
        elif kind == MENU_ENDS:
            follows = PASSES
        elif kind == CALL_MADE:
            follows = call_made(s, t_s, row)
        elif kind == TRANSFER_ENDS:
            transfer_ends(s, t_s, row)
            follows = JOINS
        elif kind == ROUTE_OPENS:
            route_opens(s, t_s, row)
        elif kind == AGENT_COMES:
            agent_ix = agent_comes(s, t_s, row)
        elif kind == AGENT_LEAVES:
            shift_ends(s, t_s, row)
        elif kind == LINE_CHANGES:
            _line_changes(s, row)
        while follows == PASSES:
            follows = menu_ends(s, t_s, row)
        if follows == JOINS:
            follows = join(s, t_s, row)
        if desk["has_freed"] == 1:
            dial(s, t_s)
        if follows != NONE:
            redial(s, t_s, row, follows)
        if agent_ix != NONE:
            settle(s, t_s, agent_ix)
        if desk["heard_ix"] != NONE:
            return HEARD
    return ALL_HANDLED


@compiled
def _line_changes(s: State, row: int) -> None:
    """Open or close a line; agents may dial through one that opens."""
    hours = s.hours[row]
    line = s.lines[hours["line_ix"]]
    line["is_closed"] = hours["is_closed"]
    if hours["has_next"] == 1:
        push(s, s.hours[row + 1]["t_s"], LINE_CHANGES, row + 1)
    note_free(s, hours["line_ix"])
