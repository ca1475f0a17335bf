"""The event loop of the contact centre, exact to the event and compiled.

A call: made → blocked, or menu → self-served, reported, or routed → answered, or waiting →
answered or abandoned. Whoever was blocked or abandoned may call again. At equal times events go
in the order of their kinds (state.py), then of their rows: agents finish before patience ends,
agents come before others leave, and new calls come last.

Only whole numbers, additions, multiplications and comparisons: compiled or not, same outcome.
"""

from __future__ import annotations

import numpy as np

from sim.contact.compiled import compiled
from sim.contact.events import pop, push
from sim.contact.state import (
    ABANDONED,
    AGENT_COMES,
    AGENT_LEAVES,
    ANSWER_ENDS,
    ANSWERED,
    BLOCKED,
    BUSY,
    CALL_MADE,
    DONE,
    GAVE_UP,
    HANDLE,
    IDLE,
    IN_MENU,
    IN_SERVICE,
    KIND_SHIFT,
    LAST_CALL,
    LOST,
    MENU_ENDS,
    MENU_TABLE,
    MENU_TIME,
    NONE,
    NOT_WATCHED,
    OFF_DUTY,
    OUTAGE,
    PATIENCE,
    PATIENCE_ENDS,
    REDIAL_ABANDONED,
    REDIAL_BLOCKED,
    REDIAL_DELAY,
    REDIALLING,
    REPORTED,
    REPORTS_IN_MENU,
    ROW_MASK,
    SATISFIED,
    SELF_SERVED,
    SUPPRESSED,
    WAITING,
    Records,
    State,
)
from sim.contact.traits import chance, length_s

__all__ = ["ALL_HANDLED", "HEARD", "NEEDS_ROOM", "ROOM", "push", "run"]

ALL_HANDLED, HEARD, NEEDS_ROOM = range(3)
ROOM = 4  # no event adds more events or calls than this


@compiled
def run(s: State, until_s: float) -> int:
    """Handle all events up to and including until_s.

    Return ALL_HANDLED, or earlier HEARD right after the event that brought a watched count to its
    threshold, or NEEDS_ROOM before an event that the tables might not hold; go on by calling again.
    """
    desk = s.desk[0]
    while desk["n_events"] > 0 and s.event_t_s[0] <= until_s:
        if desk["n_events"] + ROOM > len(s.event) or desk["n_calls"] + ROOM > len(s.calls):
            return NEEDS_ROOM
        t_s = s.event_t_s[0]
        kind = s.event[0] >> KIND_SHIFT
        row = s.event[0] & ROW_MASK
        pop(s)
        desk["now_s"] = t_s
        if kind == ANSWER_ENDS:
            _answer_ends(s, t_s, row)
        elif kind == PATIENCE_ENDS:
            _patience_ends(s, t_s, row)
        elif kind == MENU_ENDS:
            _menu_ends(s, t_s, row)
        elif kind == AGENT_COMES:
            _agent_comes(s, t_s, row)
        elif kind == AGENT_LEAVES:
            _shift_ends(s, t_s, row)
        else:
            _call_made(s, t_s, row)
        if desk["heard_ix"] != NONE:
            return HEARD
    return ALL_HANDLED


# --- the call


@compiled
def _call_made(s: State, t_s: float, row: int) -> None:
    """Decide whether the planned call or redial is made; if so take a trunk, or be blocked."""
    desk = s.desk[0]
    caller = s.callers[row]
    is_first = caller["attempt"] == 0
    if is_first and caller["has_next"] == 1:
        # of each run of planned callers, sorted by time, only the next one is in the heap
        push(s, s.callers[row + 1]["t_planned_s"], CALL_MADE, row + 1)
    is_dropped = row < s.customers[caller["group_ix"]]["dropped_before"]
    calls = not is_dropped and caller["number"] < _propensity(s, caller)
    if is_first:
        desk["pending"] -= 1
    else:
        desk["redialling"] -= 1
    if not calls:
        _not_made(s, caller, is_first)
        return
    if is_first:
        desk["first_offered"] += 1
    caller["attempt"] += 1
    caller["t_offered_s"] = t_s
    caller["agent_ix"] = NONE
    desk["offered"] += 1
    if desk["trunks_in_use"] >= desk["trunks"]:
        desk["blocked"] += 1
        _write(s, caller, row, np.nan, np.nan, t_s, BLOCKED)
        _maybe_redial(s, t_s, row, BLOCKED)
        return
    desk["trunks_in_use"] += 1
    desk["in_menu"] += 1
    caller["state"] = IN_MENU
    menu_s = length_s(s, MENU_TIME, caller, MENU_TABLE)
    caller["t_menu_end_s"] = t_s + menu_s + s.customers[caller["group_ix"]]["announce_s"]
    push(s, caller["t_menu_end_s"], MENU_ENDS, row)


@compiled
def _not_made(s: State, caller: Records, is_first: bool) -> None:
    desk = s.desk[0]
    if is_first:
        caller["state"] = SUPPRESSED
        desk["suppressed"] += 1
    else:
        caller["state"] = GAVE_UP
        desk["gave_up"] += 1


@compiled
def _propensity(s: State, caller: Records) -> float:
    """Return the probability to call of what this customer believes now."""
    group = s.customers[caller["group_ix"]]
    is_informed = caller["rank"] < group["reached_share"]
    return float(group["p_informed"] if is_informed else group["p_uninformed"])


@compiled
def _menu_ends(s: State, t_s: float, row: int) -> None:
    """Serve the call by announcement or by a report in the menu, or else route it."""
    desk = s.desk[0]
    caller = s.callers[row]
    group = s.customers[caller["group_ix"]]
    desk["in_menu"] -= 1
    if chance(s, SATISFIED, caller) < group["satisfied_share"]:
        desk["self_served"] += 1
        _served_by_menu(s, t_s, row, SELF_SERVED)
    elif _may_report(s, caller) and chance(s, REPORTS_IN_MENU, caller) < desk["report_share"]:
        desk["reported"] += 1
        _report(s, caller)
        _served_by_menu(s, t_s, row, REPORTED)
    else:
        _route(s, t_s, row)


@compiled
def _served_by_menu(s: State, t_s: float, row: int, outcome: int) -> None:
    caller = s.callers[row]
    s.desk[0]["trunks_in_use"] -= 1
    caller["state"] = DONE
    _write(s, caller, row, t_s, np.nan, t_s, outcome)


@compiled
def _route(s: State, t_s: float, row: int) -> None:
    """Give the call to the longest idle agent of the first group that has one, or let it wait."""
    caller = s.callers[row]
    for place in range(s.routes.shape[1]):
        team_ix = s.routes[caller["type_ix"], place]
        if team_ix == NONE:
            break
        agent_ix = s.teams[team_ix]["first_idle_ix"]
        if agent_ix != NONE:
            _leave_idle(s, agent_ix)
            _answer(s, t_s, row, agent_ix)
            return
    s.desk[0]["in_queue"] += 1
    caller["state"] = WAITING
    caller["t_wait_end_s"] = t_s + length_s(
        s, PATIENCE, caller, s.types[caller["type_ix"]]["patience_table"]
    )
    _enter_queue(s, row)
    push(s, caller["t_wait_end_s"], PATIENCE_ENDS, row)


@compiled
def _answer(s: State, t_s: float, row: int, agent_ix: int) -> None:
    """Start the talk of a caller and an agent, both free for it."""
    caller = s.callers[row]
    agent = s.agents[agent_ix]
    s.desk[0]["in_service"] += 1
    s.teams[agent["team_ix"]]["n_busy"] += 1
    agent["state"] = BUSY
    caller["state"] = IN_SERVICE
    caller["agent_ix"] = agent_ix
    caller["t_wait_end_s"] = t_s
    handle_s = length_s(s, HANDLE, caller, s.types[caller["type_ix"]]["handle_table"])
    push(s, t_s + handle_s * agent["factor"], ANSWER_ENDS, row)


@compiled
def _answer_ends(s: State, t_s: float, row: int) -> None:
    """Free trunk and agent; a caller without supply has reported it."""
    desk = s.desk[0]
    caller = s.callers[row]
    agent_ix = caller["agent_ix"]
    desk["in_service"] -= 1
    desk["trunks_in_use"] -= 1
    desk["answered"] += 1
    caller["state"] = DONE
    _write(s, caller, row, caller["t_menu_end_s"], caller["t_wait_end_s"], t_s, ANSWERED)
    if _may_report(s, caller):
        _report(s, caller)
    agent = s.agents[agent_ix]
    s.teams[agent["team_ix"]]["n_busy"] -= 1
    if agent["state"] == LAST_CALL:
        _leave(s, t_s, agent_ix)
    else:
        _take_next(s, t_s, agent_ix)


@compiled
def _patience_ends(s: State, t_s: float, row: int) -> None:
    """Let a caller who still waits hang up; the event of one answered meanwhile is void."""
    desk = s.desk[0]
    caller = s.callers[row]
    # a later attempt of the same caller may be waiting: only its own end of patience counts
    if caller["state"] != WAITING or caller["t_wait_end_s"] != t_s:
        return
    _leave_queue(s, row)
    desk["in_queue"] -= 1
    desk["trunks_in_use"] -= 1
    desk["abandoned"] += 1
    _write(s, caller, row, caller["t_menu_end_s"], t_s, t_s, ABANDONED)
    _maybe_redial(s, t_s, row, ABANDONED)


@compiled
def _maybe_redial(s: State, t_s: float, row: int, outcome: int) -> None:
    """Plan the next attempt of a caller who was not served, or lose the caller."""
    caller = s.callers[row]
    call_type = s.types[caller["type_ix"]]
    is_first = caller["attempt"] == 1
    if outcome == BLOCKED:
        share = call_type["blocked_first"] if is_first else call_type["blocked_later"]
        trait = REDIAL_BLOCKED
        table = call_type["blocked_table"]
    else:
        share = call_type["abandoned_first"] if is_first else call_type["abandoned_later"]
        trait = REDIAL_ABANDONED
        table = call_type["abandoned_table"]
    if caller["attempt"] < call_type["max_attempts"] and chance(s, trait, caller) < share:
        s.desk[0]["redialling"] += 1
        caller["state"] = REDIALLING
        push(s, t_s + length_s(s, REDIAL_DELAY, caller, table), CALL_MADE, row)
    else:
        caller["state"] = LOST


# --- reports of customers without supply


@compiled
def _may_report(s: State, caller: Records) -> bool:
    """Say whether the caller calls about an outage and is without supply now."""
    is_out = s.customers[caller["group_ix"]]["is_out"] == 1
    return bool(caller["type_ix"] == OUTAGE and is_out)


@compiled
def _report(s: State, caller: Records) -> None:
    """Count a report at the caller's transformer; stop the loop when a watched count is reached."""
    transformer_ix = s.customers[caller["group_ix"]]["transformer_ix"]
    if transformer_ix == NONE:
        return
    transformer = s.transformers[transformer_ix]
    transformer["reports"] += 1
    if transformer["reports"] >= transformer["threshold"]:
        transformer["threshold"] = NOT_WATCHED
        s.desk[0]["heard_ix"] = transformer_ix


# --- agents


@compiled
def _agent_comes(s: State, t_s: float, duty_ix: int) -> None:
    """Begin a duty: take a waiting call, or be idle."""
    duty = s.duties[duty_ix]
    agent_ix = duty["agent_ix"]
    agent = s.agents[agent_ix]
    if duty["has_next"] == 1:
        push(s, s.duties[duty_ix + 1]["t_on_s"], AGENT_COMES, duty_ix + 1)
    push(s, duty["t_off_s"], AGENT_LEAVES, duty_ix)
    if agent["state"] == LAST_CALL:
        # the last call of the shift before lasted until this one
        s.duties[agent["duty_ix"]]["t_left_s"] = t_s
        agent["duty_ix"] = duty_ix
        agent["state"] = BUSY
        return
    agent["duty_ix"] = duty_ix
    s.teams[agent["team_ix"]]["n_on_duty"] += 1
    _take_next(s, t_s, agent_ix)


@compiled
def _shift_ends(s: State, t_s: float, duty_ix: int) -> None:
    """Let the idle agent leave at once, the busy one after the call in hand."""
    if not np.isnan(s.duties[duty_ix]["t_left_s"]):
        return  # sent home before
    agent_ix = s.duties[duty_ix]["agent_ix"]
    agent = s.agents[agent_ix]
    if agent["state"] == IDLE:
        _leave_idle(s, agent_ix)
        _leave(s, t_s, agent_ix)
    else:
        agent["state"] = LAST_CALL


@compiled
def _leave(s: State, t_s: float, agent_ix: int) -> None:
    agent = s.agents[agent_ix]
    agent["state"] = OFF_DUTY
    s.teams[agent["team_ix"]]["n_on_duty"] -= 1
    s.duties[agent["duty_ix"]]["t_left_s"] = t_s


@compiled
def _take_next(s: State, t_s: float, agent_ix: int) -> None:
    """Answer the first caller of the queue this agent's group looks at first, or be idle."""
    team_ix = s.agents[agent_ix]["team_ix"]
    for place in range(s.picks.shape[1]):
        type_ix = s.picks[team_ix, place]
        if type_ix == NONE:
            break
        row = s.types[type_ix]["first_ix"]
        if row != NONE:
            _leave_queue(s, row)
            s.desk[0]["in_queue"] -= 1
            _answer(s, t_s, row, agent_ix)
            return
    _enter_idle(s, agent_ix)


# --- first come, first served: queues of callers and of idle agents as linked rows


@compiled
def _enter_queue(s: State, row: int) -> None:
    caller = s.callers[row]
    queue = s.types[caller["type_ix"]]
    caller["ahead_ix"] = queue["last_ix"]
    caller["behind_ix"] = NONE
    if queue["last_ix"] == NONE:
        queue["first_ix"] = row
    else:
        s.callers[queue["last_ix"]]["behind_ix"] = row
    queue["last_ix"] = row
    queue["n_waiting"] += 1


@compiled
def _leave_queue(s: State, row: int) -> None:
    caller = s.callers[row]
    queue = s.types[caller["type_ix"]]
    if caller["ahead_ix"] == NONE:
        queue["first_ix"] = caller["behind_ix"]
    else:
        s.callers[caller["ahead_ix"]]["behind_ix"] = caller["behind_ix"]
    if caller["behind_ix"] == NONE:
        queue["last_ix"] = caller["ahead_ix"]
    else:
        s.callers[caller["behind_ix"]]["ahead_ix"] = caller["ahead_ix"]
    queue["n_waiting"] -= 1


@compiled
def _enter_idle(s: State, agent_ix: int) -> None:
    agent = s.agents[agent_ix]
    team = s.teams[agent["team_ix"]]
    agent["state"] = IDLE
    agent["ahead_ix"] = team["last_idle_ix"]
    agent["behind_ix"] = NONE
    if team["last_idle_ix"] == NONE:
        team["first_idle_ix"] = agent_ix
    else:
        s.agents[team["last_idle_ix"]]["behind_ix"] = agent_ix
    team["last_idle_ix"] = agent_ix


@compiled
def _leave_idle(s: State, agent_ix: int) -> None:
    agent = s.agents[agent_ix]
    team = s.teams[agent["team_ix"]]
    if agent["ahead_ix"] == NONE:
        team["first_idle_ix"] = agent["behind_ix"]
    else:
        s.agents[agent["ahead_ix"]]["behind_ix"] = agent["behind_ix"]
    if agent["behind_ix"] == NONE:
        team["last_idle_ix"] = agent["ahead_ix"]
    else:
        s.agents[agent["behind_ix"]]["ahead_ix"] = agent["ahead_ix"]


# --- the call table


@compiled
def _write(
    s: State,
    caller: Records,
    row: int,
    t_menu_end_s: float,
    t_end_wait_s: float,
    t_end_s: float,
    outcome: int,
) -> None:
    """Add the finished attempt to the call table."""
    desk = s.desk[0]
    call = s.calls[desk["n_calls"]]
    desk["n_calls"] += 1
    call["caller_ix"] = row
    call["cause"] = caller["cause"]
    call["t_offered_s"] = caller["t_offered_s"]
    call["t_menu_end_s"] = t_menu_end_s
    call["t_end_wait_s"] = t_end_wait_s
    call["t_end_s"] = t_end_s
    call["attempt"] = caller["attempt"]
    call["type_ix"] = caller["type_ix"]
    call["group_ix"] = caller["group_ix"]
    call["agent_ix"] = caller["agent_ix"]
    call["outcome"] = outcome
