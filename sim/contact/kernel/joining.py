"""Joining the queue: served at once, hanging up, taking a call back, or waiting."""

from __future__ import annotations

import numpy as np

from sim.contact.compiled import compiled, compiled_apart
from sim.contact.kernel.bench import free_agent
from sim.contact.kernel.events import push
from sim.contact.kernel.lines import free_place, is_full, is_on_line
from sim.contact.kernel.queues import announced_wait_s, enter_head, enter_tail, leave_queue
from sim.contact.kernel.rows import write
from sim.contact.kernel.talks import give, give_apart
from sim.contact.kernel.traits import chance, length_s
from sim.contact.state import (
    AFTER_BALKED,
    BALKED,
    BALKS,
    CALLBACK,
    CALLBACK_ACCEPTED,
    NONE,
    PATIENCE,
    PATIENCE_ENDS,
    ROUTE_OPENS,
    TOLERATED_WAIT,
    WAITING,
    Record,
    State,
)

__all__ = ["dial", "join", "route_opens", "wait_again"]


@compiled
def join(s: State, t_s: float, row: int) -> int:
    """Answer a call at once, or let it hang up, be called back, or wait.

    Return why the caller was not served (AFTER_BALKED), or NONE.
    """
    caller = s.callers[row]
    caller["t_menu_end_s"] = t_s
    caller["t_queued_s"] = t_s
    agent_ix = _agent_for(s, row)
    if agent_ix != NONE:
        give(s, t_s, row, agent_ix)
        return NONE
    if caller["leg"] == 0 and s.types[caller["type_ix"]]["decides"] == 1:
        outcome = _decide(s, caller)
        if outcome != NONE:
            write(s, caller, row, t_s, t_s, t_s, outcome, NONE)
            free_place(s, caller)
        if outcome == BALKED:
            return AFTER_BALKED
        if outcome == CALLBACK:
            caller["leg"] += 1
            caller["tries"] = 0
            caller["t_offered_s"] = t_s
            caller["type_ix"] = s.types[caller["type_ix"]]["callback_to_ix"]
            agent_ix = _agent_for(s, row)
            if agent_ix != NONE:
                give_apart(s, t_s, row, agent_ix)
                return NONE
    caller["state"] = WAITING
    enter_tail(s, row)
    _be_patient(s, t_s, row)
    caller["place"] = 0
    if s.types[caller["type_ix"]]["n_late"] > 0:
        _await_route(s, row)
    if s.types[caller["type_ix"]]["n_above"] > 0:
        _overflow(s, t_s, int(caller["type_ix"]))
    return NONE


@compiled
def _agent_for(s: State, row: int) -> int:
    """Return an agent of the groups that take this call type at once, or NONE."""
    type_ix = int(s.callers[row]["type_ix"])
    call_type = s.types[type_ix]
    if call_type["is_outbound"] == 1 and is_full(s, call_type["line_ix"]):
        return NONE
    for place in range(call_type["n_routes"]):
        agent_ix = free_agent(s, s.routes[type_ix, place])
        if agent_ix != NONE:
            return agent_ix
    return NONE


@compiled_apart
def _decide(s: State, caller: Record) -> int:
    """Return BALKED, CALLBACK, or NONE for a caller who waits on the line."""
    type_ix = int(caller["type_ix"])
    call_type = s.types[type_ix]
    step_share = 0.0
    for place in range(call_type["n_balk_steps"]):
        if call_type["n_waiting"] >= s.steps[type_ix, place]["from"]:
            step_share = s.steps[type_ix, place]["share"]
    share = call_type["balk_share"]
    share = share + step_share - share * step_share
    if share > 0.0 and chance(s, BALKS, caller) < share:
        return BALKED
    wait_s = announced_wait_s(s, type_ix)
    table_ix = call_type["tolerated_table"]
    if table_ix != NONE and length_s(s, TOLERATED_WAIT, caller, table_ix) <= wait_s:
        return BALKED
    if (
        call_type["callback_to_ix"] != NONE
        and call_type["n_waiting"] >= call_type["callback_from"]
        and wait_s >= call_type["callback_wait_s"]
        and chance(s, CALLBACK_ACCEPTED, caller) < call_type["callback_share"]
    ):
        return CALLBACK
    return NONE


@compiled
def _be_patient(s: State, t_s: float, row: int) -> None:
    """Plan when a caller who waits on the line hangs up."""
    caller = s.callers[row]
    call_type = s.types[caller["type_ix"]]
    if not is_on_line(s, caller):
        caller["t_wait_end_s"] = np.inf
        return
    patience_s = length_s(s, PATIENCE, caller, call_type["patience_table"])
    caller["t_wait_end_s"] = t_s + patience_s * call_type["told_factor"]
    push(s, caller["t_wait_end_s"], PATIENCE_ENDS, row)


# --- groups that help after a wait, or above a length


@compiled
def _await_route(s: State, row: int) -> None:
    """Plan when the next group begins to take this call."""
    caller = s.callers[row]
    if caller["place"] < s.types[caller["type_ix"]]["n_late"]:
        delay_s = s.late[caller["type_ix"], caller["place"]]["delay_s"]
        if delay_s < np.inf:
            push(s, caller["t_queued_s"] + delay_s, ROUTE_OPENS, row)


@compiled
def route_opens(s: State, t_s: float, row: int) -> None:
    """Give a call that still waits to the group that takes it from now on."""
    caller = s.callers[row]
    if caller["state"] != WAITING or caller["place"] >= s.types[caller["type_ix"]]["n_late"]:
        return
    route = s.late[caller["type_ix"], caller["place"]]
    if caller["t_queued_s"] + route["delay_s"] != t_s:
        return  # of an earlier wait
    if not _leave_for(s, t_s, row, route["team_ix"]):
        caller["place"] += 1
        _await_route(s, row)


@compiled
def _leave_for(s: State, t_s: float, row: int, team_ix: int) -> bool:
    """Give a waiting call to an agent of a group, if one has room."""
    call_type = s.types[s.callers[row]["type_ix"]]
    if call_type["is_outbound"] == 1 and is_full(s, call_type["line_ix"]):
        return False
    agent_ix = free_agent(s, team_ix)
    if agent_ix == NONE:
        return False
    _leave_with(s, t_s, row, agent_ix)
    return True


@compiled_apart
def _leave_with(s: State, t_s: float, row: int, agent_ix: int) -> None:
    leave_queue(s, row)
    give(s, t_s, row, agent_ix)


@compiled
def _overflow(s: State, t_s: float, type_ix: int) -> None:
    """Let groups take the oldest calls of a queue that has grown above their lengths."""
    queue = s.types[type_ix]
    for place in range(queue["n_above"]):
        route = s.above[type_ix, place]
        if queue["n_waiting"] > route["above"]:
            _leave_for(s, t_s, queue["first_ix"], route["team_ix"])


# --- places and outbound calls


@compiled_apart
def dial(s: State, t_s: float) -> None:
    """Let idle agents dial while there are places, call type by call type."""
    s.desk[0]["has_freed"] = 0
    for type_ix in range(len(s.types)):
        queue = s.types[type_ix]
        if queue["is_outbound"] == 1 and s.lines[queue["line_ix"]]["has_freed"] == 1:
            while queue["first_ix"] != NONE and _dial_first(s, t_s, queue["first_ix"]):
                pass
    for line_ix in range(len(s.lines)):
        s.lines[line_ix]["has_freed"] = 0


@compiled
def _dial_first(s: State, t_s: float, row: int) -> bool:
    caller = s.callers[row]
    for place in range(s.types[caller["type_ix"]]["n_routes"]):
        if _leave_for(s, t_s, row, s.routes[caller["type_ix"], place]):
            return True
    for place in range(s.types[caller["type_ix"]]["n_late"]):
        route = s.late[caller["type_ix"], place]
        is_long = s.types[caller["type_ix"]]["n_waiting"] > route["above"]
        if t_s < caller["t_queued_s"] + route["delay_s"] and not is_long:
            continue
        if _leave_for(s, t_s, row, route["team_ix"]):
            return True
    return False


# --- back to the queue


@compiled_apart
def wait_again(s: State, t_s: float, row: int) -> None:
    """Give a call that was cut to another agent, or let it wait at the head of its queue.

    Groups open to it are those that take its type at once, and those for which it has waited
    long enough. The place of a call to be dialled has become free: it may go to another call.
    """
    caller = s.callers[row]
    caller["state"] = WAITING
    caller["place"] = 0
    enter_head(s, row)
    if s.desk[0]["has_freed"] == 1:
        dial(s, t_s)
    for place in range(s.types[caller["type_ix"]]["n_routes"]):
        if caller["state"] == WAITING:
            _leave_for(s, t_s, row, s.routes[caller["type_ix"], place])
    n_late = s.types[caller["type_ix"]]["n_late"]
    while caller["state"] == WAITING and caller["place"] < n_late:
        route = s.late[caller["type_ix"], caller["place"]]
        if caller["t_queued_s"] + route["delay_s"] > t_s:
            break
        _leave_for(s, t_s, row, route["team_ix"])
        caller["place"] += 1
    if caller["state"] == WAITING:
        _be_patient(s, t_s, row)
        _await_route(s, row)
