"""Talks: an agent takes a contact; several at once share the agent's pace; how agents change."""

from __future__ import annotations

from sim.contact.compiled import compiled, compiled_apart
from sim.contact.kernel.bench import enter_bench, leave_bench
from sim.contact.kernel.events import push
from sim.contact.kernel.lines import take_place
from sim.contact.kernel.traits import chance, length_s
from sim.contact.state import (
    ANSWER_ENDS,
    DIAL_TIME,
    HANDLE,
    IN_SERVICE,
    NONE,
    REACHED,
    Record,
    State,
    int64,
)

__all__ = ["answer", "give", "give_apart", "is_reached", "learn", "release"]


@compiled
def give(s: State, t_s: float, row: int, agent_ix: int) -> None:
    """Give a call that waits in no queue to an agent on the bench."""
    leave_bench(s, agent_ix)
    answer(s, t_s, row, agent_ix)
    enter_bench(s, agent_ix)


@compiled_apart
def give_apart(s: State, t_s: float, row: int, agent_ix: int) -> None:
    """Do the same where it is seldom done."""
    give(s, t_s, row, agent_ix)


@compiled
def answer(s: State, t_s: float, row: int, agent_ix: int) -> None:
    """Start the talk of a caller and an agent who is on no bench, both free for it."""
    caller = s.callers[row]
    agent = s.agents[agent_ix]
    call_type = s.types[caller["type_ix"]]
    caller["state"] = IN_SERVICE
    caller["agent_ix"] = agent_ix
    caller["t_wait_end_s"] = t_s
    s.desk[0]["in_service"] += 1
    if agent["load"] == 0:
        _tire(s, t_s, agent)
        s.teams[agent["team_ix"]]["n_busy"] += 1
    t_starts_s, dial_s, handle_s = t_s, 0.0, 0.0
    if call_type["is_outbound"] == 1:
        take_place(s, caller, call_type["line_ix"])
        dial_s = length_s(s, DIAL_TIME, caller, call_type["dial_table"])
        t_starts_s = t_s + dial_s
    if is_reached(s, caller):
        handle_s = length_s(s, HANDLE, caller, call_type["handle_table"])
        handle_s *= agent["factor"]
        if s.desk[0]["slows"] > 0.0:
            handle_s *= 1.0 + s.desk[0]["slows"] * agent["tired"]
    if s.teams[agent["team_ix"]]["n_at_once"] == 1:
        agent["contact_ix"] = row
        agent["load"] = 1
        caller["ahead_ix"] = NONE
        caller["behind_ix"] = NONE
        caller["t_ends_s"] = t_starts_s + handle_s
        push(s, caller["t_ends_s"], ANSWER_ENDS, row)
    else:
        caller["work_left_s"] = dial_s + handle_s
        _take_in_hand(s, t_s, row, agent_ix)


@compiled
def is_reached(s: State, caller: Record) -> bool:
    """Say whether the customer is on the line: always if the customer called."""
    call_type = s.types[caller["type_ix"]]
    if call_type["is_outbound"] == 0:
        return True
    return bool(chance(s, REACHED, caller) < call_type["reached"])


@compiled
def release(s: State, t_s: float, row: int, agent_ix: int) -> None:
    """Take a contact out of an agent's hands; the agent is then on no bench."""
    agent = s.agents[agent_ix]
    s.desk[0]["in_service"] -= 1
    if s.teams[agent["team_ix"]]["n_at_once"] == 1:
        agent["contact_ix"] = NONE
        agent["load"] = 0
    else:
        _let_go(s, t_s, row, agent_ix)
    if agent["load"] == 0:
        _work(s, t_s, agent)
        s.teams[agent["team_ix"]]["n_busy"] -= 1


@compiled
def learn(s: State, agent: Record) -> None:
    """Bring an agent nearer to the speed of long practice, after a talk."""
    if agent["learning"] > 0.0:
        way = agent["factor"] - agent["learned"]
        agent["factor"] = agent["learned"] + way * (1.0 - agent["learning"])


@compiled
def _tire(s: State, t_s: float, agent: Record) -> None:
    """Count the rest up to now, before work begins."""
    desk = s.desk[0]
    if desk["slows"] > 0.0:
        rested = (t_s - agent["t_tired_s"]) / desk["rests_over_s"]
        agent["tired"] = max(0.0, agent["tired"] - rested)
        agent["t_tired_s"] = t_s


@compiled
def _work(s: State, t_s: float, agent: Record) -> None:
    """Count the work up to now, when it ends."""
    desk = s.desk[0]
    if desk["slows"] > 0.0:
        worked = (t_s - agent["t_tired_s"]) / desk["builds_over_s"]
        agent["tired"] = min(1.0, agent["tired"] + worked)
        agent["t_tired_s"] = t_s


# --- several contacts at once: each of k goes on at the k-th part of the joint pace


@compiled_apart
def _take_in_hand(s: State, t_s: float, row: int, agent_ix: int) -> None:
    agent = s.agents[agent_ix]
    caller = s.callers[row]
    _count_work(s, t_s, agent)
    caller["ahead_ix"] = NONE
    caller["behind_ix"] = agent["contact_ix"]
    if agent["contact_ix"] != NONE:
        s.callers[agent["contact_ix"]]["ahead_ix"] = row
    agent["contact_ix"] = row
    agent["load"] += 1
    _plan_ends(s, t_s, agent)


@compiled_apart
def _let_go(s: State, t_s: float, row: int, agent_ix: int) -> None:
    agent = s.agents[agent_ix]
    caller = s.callers[row]
    leave_bench(s, agent_ix)
    _count_work(s, t_s, agent)
    if caller["ahead_ix"] == NONE:
        agent["contact_ix"] = caller["behind_ix"]
    else:
        s.callers[caller["ahead_ix"]]["behind_ix"] = caller["behind_ix"]
    if caller["behind_ix"] != NONE:
        s.callers[caller["behind_ix"]]["ahead_ix"] = caller["ahead_ix"]
    agent["load"] -= 1
    _plan_ends(s, t_s, agent)


@compiled
def _count_work(s: State, t_s: float, agent: Record) -> None:
    """Take what was done since the last change of the load off the work of each contact."""
    load = agent["load"]
    if load > 0:
        done_s = (t_s - agent["t_work_s"]) * (s.paces[agent["team_ix"], load - 1] / load)
        row = agent["contact_ix"]
        while row != NONE:
            # rounding must not leave less than nothing to do
            s.callers[row]["work_left_s"] = max(0.0, s.callers[row]["work_left_s"] - done_s)
            row = int64(s.callers[row]["behind_ix"])
    agent["t_work_s"] = t_s


@compiled
def _plan_ends(s: State, t_s: float, agent: Record) -> None:
    """Plan the end of each contact at the present load; ends planned before are void."""
    load = agent["load"]
    if load == 0:
        return
    stretch = load / s.paces[agent["team_ix"], load - 1]
    row = agent["contact_ix"]
    while row != NONE:
        caller = s.callers[row]
        caller["t_ends_s"] = t_s + caller["work_left_s"] * stretch
        push(s, caller["t_ends_s"], ANSWER_ENDS, row)
        row = int64(caller["behind_ix"])
