"""Endings: what follows a talk (settled, handed on, dialled again, unsolved), and a transfer."""

from __future__ import annotations

from sim.contact.compiled import compiled, compiled_apart
from sim.contact.kernel.attempts import redial, report
from sim.contact.kernel.events import push
from sim.contact.kernel.joining import wait_again
from sim.contact.kernel.lines import free_place, is_on_line
from sim.contact.kernel.queues import leave_queue
from sim.contact.kernel.rows import write
from sim.contact.kernel.talks import is_reached, learn, release
from sim.contact.kernel.traits import chance, length_s
from sim.contact.state import (
    AFTER_BLOCKED,
    ANSWERED,
    CALL_MADE,
    DISTORTED,
    DONE,
    DROPPED,
    ESCALATES,
    IN_SERVICE,
    IN_TRANSFER,
    LEAVES_RESTORED,
    LOST,
    NONE,
    NOT_REACHED,
    REDIAL_DELAY,
    REDIALLING,
    REPEATS,
    REQUEUED,
    RESTORED,
    SOLVED,
    TRANSFER_ENDS,
    TRANSFER_TIME,
    TRANSFERRED,
    Record,
    State,
    int64,
)

__all__ = ["answer_ends", "cut", "cut_all", "hang_up_restored", "transfer_ends"]


@compiled
def answer_ends(s: State, t_s: float, row: int) -> int:
    """End a talk and return the agent, or NONE if the event is void: the end has moved."""
    caller = s.callers[row]
    if caller["state"] != IN_SERVICE or caller["t_ends_s"] != t_s:
        return NONE
    agent_ix: int = int64(caller["agent_ix"])
    release(s, t_s, row, agent_ix)
    if not is_reached(s, caller):
        _not_reached(s, t_s, row)
        return agent_ix
    call_type = s.types[caller["type_ix"]]
    leg = int(caller["leg"])
    escalates = call_type["escalates"]
    hears = caller["tier"] == 1  # the first talk of the attempt that comes to its end
    goes_on = escalates > 0.0 and caller["tier"] < s.desk[0]["levels_at_most"]
    if goes_on and chance(s, ESCALATES, caller) < escalates:
        _hand_on(s, t_s, row, hears)
    else:
        is_solved = _is_solved(s, caller, agent_ix)
        caller["state"] = DONE
        _write_talk(s, t_s, row, ANSWERED, int(is_solved))
        free_place(s, caller)
        if hears:
            report(s, caller)
        if not is_solved:
            _repeat(s, t_s, row, leg)
    learn(s, s.agents[agent_ix])
    return agent_ix


@compiled
def _write_talk(s: State, t_s: float, row: int, outcome: int, solved: int) -> None:
    caller = s.callers[row]
    write(s, caller, row, caller["t_menu_end_s"], caller["t_wait_end_s"], t_s, outcome, solved)


@compiled
def _is_solved(s: State, caller: Record, agent_ix: int) -> bool:
    if caller["is_distorted"] == 1:
        return False
    share = s.types[caller["type_ix"]]["solves"] * s.agents[agent_ix]["solves"]
    return bool(share >= 1.0 or chance(s, SOLVED, caller) < share)


@compiled_apart
def _repeat(s: State, t_s: float, row: int, leg: int) -> None:
    """Plan another attempt of some whose matter was not settled."""
    caller = s.callers[row]
    own = s.types[caller["own_type_ix"]]
    if own["repeat_table"] == NONE or caller["attempt"] >= own["max_attempts"]:
        return
    if chance(s, REPEATS, caller) < own["repeats"]:
        s.desk[0]["redialling"] += 1
        caller["state"] = REDIALLING
        delay_s = length_s(s, REDIAL_DELAY, caller, own["repeat_table"])
        push(s, t_s + delay_s, CALL_MADE, row)


@compiled_apart
def _hand_on(s: State, t_s: float, row: int, hears: bool) -> None:
    """Let the matter go on to the next level."""
    caller = s.callers[row]
    call_type = s.types[caller["type_ix"]]
    _write_talk(s, t_s, row, TRANSFERRED, NONE)
    to_ix = call_type["escalates_to_ix"]
    if caller["tier"] == s.desk[0]["levels_at_most"] - 1:
        to_ix = call_type["last_level_ix"]
    if call_type["keeps_line"] == 0 or s.types[to_ix]["is_outbound"] == 1:
        free_place(s, caller)
    if hears:
        report(s, caller)
    distorted = call_type["distorted"]
    if distorted > 0.0 and chance(s, DISTORTED, caller) < distorted:
        caller["is_distorted"] = 1
    delay_s = length_s(s, TRANSFER_TIME, caller, call_type["transfer_table"])
    caller["type_ix"] = to_ix
    caller["tier"] += 1
    caller["tries"] = 0
    _next_leg(s, t_s + delay_s, row)


@compiled
def _next_leg(s: State, t_s: float, row: int) -> None:
    """Let the next leg of an attempt begin at a later time."""
    caller = s.callers[row]
    caller["leg"] += 1
    caller["state"] = IN_TRANSFER
    caller["t_ends_s"] = t_s
    s.desk[0]["in_transfer"] += 1
    push(s, t_s, TRANSFER_ENDS, row)


@compiled
def transfer_ends(s: State, t_s: float, row: int) -> None:
    """Begin the next leg; the caller then joins its queue."""
    caller = s.callers[row]
    s.desk[0]["in_transfer"] -= 1
    caller["agent_ix"] = NONE
    caller["t_offered_s"] = t_s


@compiled_apart
def _not_reached(s: State, t_s: float, row: int) -> None:
    """Dial again later, or give up the customer."""
    caller = s.callers[row]
    call_type = s.types[caller["type_ix"]]
    caller["tries"] += 1
    _write_talk(s, t_s, row, NOT_REACHED, NONE)
    free_place(s, caller)
    if caller["tries"] < call_type["most_tries"]:
        s.desk[0]["retried"] += 1
        delay_s = length_s(s, REDIAL_DELAY, caller, call_type["retry_table"])
        _next_leg(s, t_s + delay_s, row)
    else:
        caller["state"] = LOST


# --- cut by orders


@compiled_apart
def cut(s: State, t_s: float, row: int, drops: bool) -> None:
    """Take a contact out of an agent's hands: cut off, or back to the head of its queue."""
    caller = s.callers[row]
    release(s, t_s, row, int64(caller["agent_ix"]))
    if drops:
        _write_talk(s, t_s, row, DROPPED, NONE)
        free_place(s, caller)
        redial(s, t_s, row, AFTER_BLOCKED)
        return
    _write_talk(s, t_s, row, REQUEUED, NONE)
    if s.types[caller["type_ix"]]["is_outbound"] == 1:
        free_place(s, caller)
    caller["leg"] += 1
    caller["agent_ix"] = NONE
    caller["t_offered_s"] = t_s
    caller["t_menu_end_s"] = t_s
    wait_again(s, t_s, row)


@compiled_apart
def cut_all(s: State, t_s: float, agent_ix: int) -> None:
    """Send all contacts of an agent back; the highest row first, so the lowest stands first."""
    agent = s.agents[agent_ix]
    while agent["load"] > 0:
        row = agent["contact_ix"]
        other = int64(s.callers[row]["behind_ix"])
        while other != NONE:
            row = max(row, other)
            other = int64(s.callers[other]["behind_ix"])
        cut(s, t_s, row, False)


@compiled_apart
def hang_up_restored(s: State, t_s: float) -> None:
    """Let waiting callers of the groups whose supply is just back hang up, some of them."""
    for type_ix in range(len(s.types)):
        share = s.types[type_ix]["leaves_restored"]
        row = s.types[type_ix]["first_ix"]
        while share > 0.0 and row != NONE:
            caller = s.callers[row]
            behind = int64(caller["behind_ix"])
            is_back = s.customers[caller["group_ix"]]["is_back"] == 1
            hears = is_back and is_on_line(s, caller)
            if hears and chance(s, LEAVES_RESTORED, caller) < share:
                _hang_up(s, t_s, row)
            row = behind


@compiled
def _hang_up(s: State, t_s: float, row: int) -> None:
    caller = s.callers[row]
    leave_queue(s, row)
    caller["state"] = DONE
    write(s, caller, row, caller["t_menu_end_s"], t_s, t_s, RESTORED, NONE)
    free_place(s, caller)
