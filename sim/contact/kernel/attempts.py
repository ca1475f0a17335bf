"""Attempts: whether a call is made, what the menu does with it, and who calls again."""

from __future__ import annotations

import numpy as np

from sim.contact.compiled import compiled
from sim.contact.kernel.events import pop, push, replace
from sim.contact.kernel.lines import free_place, is_full, take_place
from sim.contact.kernel.queues import leave_queue
from sim.contact.kernel.rows import write
from sim.contact.kernel.traits import chance, length_s, menu_chance, menu_length_s
from sim.contact.state import (
    ABANDONED,
    AFTER_ABANDONED,
    AFTER_BALKED,
    AFTER_BLOCKED,
    BLOCKED,
    CALL_MADE,
    DONE,
    GAVE_UP,
    GIVES_UP,
    IN_MENU,
    LEFT_IN_MENU,
    LOST,
    MENU_ENDS,
    MENU_TIME,
    NONE,
    NOT_WATCHED,
    PENDING,
    PHONE,
    REDIAL_ABANDONED,
    REDIAL_BALKED,
    REDIAL_BLOCKED,
    REDIAL_DELAY,
    REDIAL_MOVES,
    REDIALLING,
    REPORTED,
    REPORTS_IN_MENU,
    SATISFIED,
    SELF_SERVED,
    SELF_SERVES,
    SUPPRESSED,
    WAITING,
    Record,
    State,
    codes,
)

__all__ = ["JOINS", "PASSES", "call_made", "menu_ends", "patience_ends", "redial", "report",
           "take_call"]  # fmt: skip

JOINS, PASSES = codes(2, first=3)
"""What follows for a caller: JOINS the queue, PASSES a level of the menu at once, or why not
served (AFTER_BLOCKED, ...), or NONE."""


@compiled
def call_made(s: State, t_s: float, row: int) -> int:
    """Decide whether the planned call or redial is made; if so take a place, or be blocked."""
    desk = s.desk[0]
    caller = s.callers[row]
    is_first = caller["state"] == PENDING
    is_dropped = row < s.customers[caller["group_ix"]]["dropped_before"]
    calls = not is_dropped and caller["number"] < _propensity(s, caller)
    if is_first:
        desk["pending"] -= 1
    else:
        desk["redialling"] -= 1
    if not calls:
        _not_made(s, caller, is_first)
        return NONE
    if is_first:
        desk["first_offered"] += 1
    desk["offered"] += 1
    caller["attempt"] += 1
    caller["type_ix"] = caller["own_type_ix"]
    caller["leg"] = 0
    caller["is_distorted"] = 0
    caller["tries"] = 0
    caller["tier"] = 1
    caller["agent_ix"] = NONE
    caller["t_offered_s"] = t_s
    call_type = s.types[caller["type_ix"]]
    if call_type["is_outbound"] == 1:
        return JOINS
    line_ix = call_type["line_ix"]
    if is_full(s, line_ix):
        write(s, caller, row, np.nan, np.nan, t_s, BLOCKED, NONE)
        return AFTER_BLOCKED
    take_place(s, caller, line_ix)
    line = s.lines[line_ix]
    is_dead = line["needs_supply"] == 1 and s.customers[caller["group_ix"]]["is_out"] == 1
    if line["n_levels"] == 0 or is_dead:
        return JOINS
    caller["state"] = IN_MENU
    desk["in_menu"] += 1
    caller["level"] = 0
    return _enter_level(s, t_s, row)


@compiled
def take_call(s: State, row: int) -> None:
    """Take the event of a call off the heap.

    Of each run of planned callers, sorted by time, only the next one is in the heap.
    """
    caller = s.callers[row]
    if caller["has_next"] == 1 and caller["state"] == PENDING:
        replace(s, s.callers[row + 1]["t_planned_s"], CALL_MADE, row + 1)
    else:
        pop(s)


@compiled
def _not_made(s: State, caller: Record, is_first: bool) -> None:
    desk = s.desk[0]
    if is_first:
        caller["state"] = SUPPRESSED
        desk["suppressed"] += 1
    else:
        caller["state"] = GAVE_UP
        desk["gave_up"] += 1


@compiled
def _propensity(s: State, caller: Record) -> float:
    """Return the probability to call of what this customer believes now."""
    group = s.customers[caller["group_ix"]]
    is_informed = caller["rank"] < group["reached_share"]
    return float(group["p_informed"] if is_informed else group["p_uninformed"])


# --- the menu


@compiled
def _enter_level(s: State, t_s: float, row: int) -> int:
    """Plan the end of this level; return PASSES if it ends at once, else NONE."""
    caller = s.callers[row]
    level = int(caller["level"])
    table_ix = s.levels[caller["line_ix"], level]["time_table"]
    caller["t_menu_end_s"] = t_s
    if table_ix != NONE:
        caller["t_menu_end_s"] += menu_length_s(s, MENU_TIME, caller, table_ix)
    if caller["line_ix"] == PHONE and level == 0:
        caller["t_menu_end_s"] += s.customers[caller["group_ix"]]["announce_s"]
    if caller["t_menu_end_s"] == t_s:
        return PASSES  # as if it were the first event of all: no other menu ends before it
    push(s, caller["t_menu_end_s"], MENU_ENDS, row)
    return NONE


@compiled
def menu_ends(s: State, t_s: float, row: int) -> int:
    """End a level of the menu: served by it, left, on to the next level, or to the queue."""
    desk = s.desk[0]
    caller = s.callers[row]
    level = int(caller["level"])
    line_ix = int(caller["line_ix"])
    group = s.customers[caller["group_ix"]]
    is_last = level + 1 == s.lines[line_ix]["n_levels"]
    works = line_ix != PHONE or desk["menu_works"] == 1
    self_served = s.self_served[caller["type_ix"], level] if works else 0.0
    gives_up = s.levels[line_ix, level]["gives_up"]
    outcome = NONE
    is_told = line_ix == PHONE and level == 0 and _is_satisfied(s, caller, group)
    if is_told or (self_served > 0.0 and menu_chance(s, SELF_SERVES, caller) < self_served):
        outcome = SELF_SERVED
    elif gives_up > 0.0 and menu_chance(s, GIVES_UP, caller) < gives_up:
        outcome = LEFT_IN_MENU
    elif not is_last:
        caller["level"] += 1
        return _enter_level(s, t_s, row)
    elif line_ix == PHONE and works and _reports_in_menu(s, caller):
        outcome = REPORTED
        report(s, caller)
    desk["in_menu"] -= 1
    if outcome == NONE:
        return JOINS
    caller["state"] = DONE
    write(s, caller, row, t_s, np.nan, t_s, outcome, NONE)
    free_place(s, caller)
    return AFTER_ABANDONED if outcome == LEFT_IN_MENU else NONE


@compiled
def _is_satisfied(s: State, caller: Record, group: Record) -> bool:
    share = group["satisfied_share"]
    return bool(share > 0.0 and chance(s, SATISFIED, caller) < share)


@compiled
def _reports_in_menu(s: State, caller: Record) -> bool:
    if not _may_report(s, caller):
        return False
    return bool(chance(s, REPORTS_IN_MENU, caller) < s.desk[0]["report_share"])


# --- reports of customers without supply


@compiled
def _may_report(s: State, caller: Record) -> bool:
    """Say whether the caller calls about an outage and is without supply now."""
    is_out = s.customers[caller["group_ix"]]["is_out"] == 1
    return bool(is_out and s.types[caller["own_type_ix"]]["reports_outage"] == 1)


@compiled
def report(s: State, caller: Record) -> None:
    """Count a report at the caller's transformer; stop the loop when a watched count is reached."""
    transformer_ix = s.customers[caller["group_ix"]]["transformer_ix"]
    if transformer_ix == NONE or not _may_report(s, caller):
        return
    transformer = s.transformers[transformer_ix]
    transformer["reports"] += 1
    if transformer["reports"] >= transformer["threshold"]:
        transformer["threshold"] = NOT_WATCHED
        s.desk[0]["heard_ix"] = transformer_ix


# --- not served


@compiled
def patience_ends(s: State, t_s: float, row: int) -> int:
    """Let a caller who still waits hang up; the event of one answered meanwhile is void."""
    caller = s.callers[row]
    # the same caller may wait again by now: only the end of that patience counts
    if caller["state"] != WAITING or caller["t_wait_end_s"] != t_s:
        return NONE
    leave_queue(s, row)
    write(s, caller, row, caller["t_menu_end_s"], t_s, t_s, ABANDONED, NONE)
    free_place(s, caller)
    return AFTER_ABANDONED


@compiled
def redial(s: State, t_s: float, row: int, why: int) -> None:
    """Plan the next attempt of a caller who was not served, or lose the caller."""
    caller = s.callers[row]
    call_type = s.types[caller["own_type_ix"]]
    is_first = caller["attempt"] == 1
    share = call_type["redial_first"][why] if is_first else call_type["redial_later"][why]
    trait = REDIAL_BLOCKED
    if why == AFTER_ABANDONED:
        trait = REDIAL_ABANDONED
    elif why == AFTER_BALKED:
        trait = REDIAL_BALKED
    may_call = share > 0.0 and caller["attempt"] < call_type["max_attempts"]
    if not may_call or chance(s, trait, caller) >= share:
        caller["state"] = LOST
        return
    s.desk[0]["redialling"] += 1
    caller["state"] = REDIALLING
    delay_s = length_s(s, REDIAL_DELAY, caller, call_type["redial_table"][why])
    moves = call_type["moves"][why]
    if moves > 0.0 and chance(s, REDIAL_MOVES, caller) < moves:
        caller["own_type_ix"] = call_type["moves_to_ix"][why]
    push(s, t_s + delay_s, CALL_MADE, row)
