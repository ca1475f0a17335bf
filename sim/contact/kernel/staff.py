"""Shifts: agents come, leave by the stated rule, are away and back, and look for work."""

from __future__ import annotations

from sim.contact.compiled import compiled, compiled_apart
from sim.contact.kernel.bench import enter_bench, leave_bench
from sim.contact.kernel.endings import cut, cut_all
from sim.contact.kernel.events import push
from sim.contact.kernel.queues import leave_queue, next_for
from sim.contact.kernel.talks import answer
from sim.contact.state import (
    AGENT_COMES,
    AGENT_LEAVES,
    ENDING,
    FINISH_CALL,
    HANG_UP,
    NONE,
    OFF_DUTY,
    ON_DUTY,
    POOL_COUNTER,
    State,
    int64,
)

__all__ = ["agent_comes", "come_back", "cut_away", "go_away", "settle", "shift_ends"]


@compiled
def settle(s: State, t_s: float, agent_ix: int) -> None:
    """Let an agent whose hands have changed leave, take waiting calls, or wait for some."""
    agent = s.agents[agent_ix]
    team = s.teams[agent["team_ix"]]
    if agent["load"] == 0:
        is_over = agent["state"] == ENDING
        owes = agent["state"] == ON_DUTY and team["first_owed_ix"] != NONE
        if is_over or (owes and _pays(s, agent_ix)):
            _leave(s, t_s, agent_ix)
            return
    if agent["state"] != ON_DUTY or agent["away"] > 0:
        return
    while agent["load"] < team["n_at_once"]:
        row = next_for(s, t_s, agent["team_ix"])
        if row == NONE:
            enter_bench(s, agent_ix)
            return
        leave_queue(s, row)
        answer(s, t_s, row, agent_ix)


@compiled_apart
def _settle_apart(s: State, t_s: float, agent_ix: int) -> None:
    settle(s, t_s, agent_ix)


@compiled_apart
def agent_comes(s: State, t_s: float, duty_ix: int) -> int:
    """Begin a duty; return the agent, who looks for work, or NONE."""
    duty = s.duties[duty_ix]
    agent_ix = int(duty["agent_ix"])
    agent = s.agents[agent_ix]
    team = s.teams[agent["team_ix"]]
    if duty["has_next"] == 1:
        push(s, s.duties[duty_ix + 1]["t_on_s"], AGENT_COMES, duty_ix + 1)
    if duty["t_off_s"] < duty["t_on_s"]:  # taken off the roster since
        duty["t_left_s"] = duty["t_on_s"]
        return NONE
    if agent["state"] == OFF_DUTY and agent["away"] == 0 and team["first_owed_ix"] != NONE:
        duty["t_left_s"] = t_s
        _take_over(s, _next_owed(s, agent["team_ix"]), duty_ix)
        push(s, duty["t_off_s"], AGENT_LEAVES, duty_ix)
        return NONE
    looks = agent["state"] != ON_DUTY
    if agent["state"] == OFF_DUTY:
        team["n_on_duty"] += 1
        if agent["away"] > 0:
            team["n_away"] += 1
    else:
        # the last contact of the shift before, or that shift itself, lasted until this one
        _forget_owed(s, agent_ix)
        s.duties[agent["duty_ix"]]["t_left_s"] = t_s
    agent["state"] = ON_DUTY
    agent["duty_ix"] = duty_ix
    _take_over(s, agent_ix, duty_ix)
    push(s, duty["t_off_s"], AGENT_LEAVES, duty_ix)
    return agent_ix if looks else NONE


@compiled_apart
def shift_ends(s: State, t_s: float, duty_ix: int) -> None:
    """End a duty by the rule: an idle agent leaves at once, a busy one as `leaving` says."""
    duty = s.duties[duty_ix]
    agent_ix = duty["holder_ix"]
    if agent_ix == NONE:
        return  # its end was given up, or paid
    if duty["t_off_s"] > t_s:
        push(s, duty["t_off_s"], AGENT_LEAVES, duty_ix)  # works overtime
        return
    agent = s.agents[agent_ix]
    if agent["state"] != ON_DUTY:
        return
    rule = FINISH_CALL if duty["is_pause"] == 1 else s.desk[0]["leaving"]
    idle_ix = s.benches[agent["team_ix"], 0]["first_ix"]
    swaps = agent["away"] == 0 and rule != FINISH_CALL
    if agent["load"] == 0:
        _leave(s, t_s, agent_ix)
    elif rule == HANG_UP:
        leave_bench(s, agent_ix)
        agent["state"] = ENDING
        cut_all(s, t_s, agent_ix)
        _leave(s, t_s, agent_ix)
    elif swaps and idle_ix != NONE:
        _take_over(s, agent_ix, s.agents[idle_ix]["end_ix"])
        _leave(s, t_s, idle_ix)
    elif swaps and rule == POOL_COUNTER:
        _owe(s, agent_ix)
    else:
        leave_bench(s, agent_ix)
        agent["state"] = ENDING


@compiled_apart
def _leave(s: State, t_s: float, agent_ix: int) -> None:
    leave_bench(s, agent_ix)
    agent = s.agents[agent_ix]
    team = s.teams[agent["team_ix"]]
    agent["state"] = OFF_DUTY
    team["n_on_duty"] -= 1
    if agent["away"] > 0:
        team["n_away"] -= 1
    s.duties[agent["duty_ix"]]["t_left_s"] = t_s
    _take_over(s, agent_ix, NONE)


@compiled
def _take_over(s: State, agent_ix: int, duty_ix: int) -> None:
    """Let an agent leave with the end of a duty, and with no other; NONE: with none."""
    agent = s.agents[agent_ix]
    held_ix = agent["end_ix"]
    if held_ix != NONE and s.duties[held_ix]["holder_ix"] == agent_ix:
        s.duties[held_ix]["holder_ix"] = NONE
    agent["end_ix"] = duty_ix
    if duty_ix != NONE:
        s.duties[duty_ix]["holder_ix"] = agent_ix


# --- pool_counter: the group owes a leaving, and whoever is free first pays it


@compiled
def _owe(s: State, agent_ix: int) -> None:
    """Put an agent at the end of those who work on."""
    _take_over(s, agent_ix, NONE)
    team = s.teams[s.agents[agent_ix]["team_ix"]]
    s.agents[agent_ix]["owed_ix"] = NONE
    if team["first_owed_ix"] == NONE:
        team["first_owed_ix"] = agent_ix
        return
    last = team["first_owed_ix"]
    while s.agents[last]["owed_ix"] != NONE:
        last = s.agents[last]["owed_ix"]
    s.agents[last]["owed_ix"] = agent_ix


@compiled
def _next_owed(s: State, team_ix: int) -> int:
    """Take the first of those who work on off the list."""
    team = s.teams[team_ix]
    agent_ix = int(team["first_owed_ix"])
    team["first_owed_ix"] = s.agents[agent_ix]["owed_ix"]
    return agent_ix


@compiled
def _is_owed(s: State, agent_ix: int) -> bool:
    each = s.teams[s.agents[agent_ix]["team_ix"]]["first_owed_ix"]
    while each != NONE and each != agent_ix:  # noqa: PLR1714 - numba has no sets of these
        each = s.agents[each]["owed_ix"]
    return bool(each == agent_ix)


@compiled
def _forget_owed(s: State, agent_ix: int) -> None:
    """Strike an agent off the list of those who work on, if on it."""
    team = s.teams[s.agents[agent_ix]["team_ix"]]
    if team["first_owed_ix"] == agent_ix:
        _next_owed(s, s.agents[agent_ix]["team_ix"])
        return
    before = team["first_owed_ix"]
    while before != NONE and s.agents[before]["owed_ix"] != agent_ix:
        before = s.agents[before]["owed_ix"]
    if before != NONE:
        s.agents[before]["owed_ix"] = s.agents[agent_ix]["owed_ix"]


@compiled_apart
def _pays(s: State, agent_ix: int) -> bool:
    """Let an agent pay a leaving that is owed, and say so: the own, or that of the first owed.

    The first owed then works on to the end of this agent's shift. Who is away pays only the own.
    """
    if _is_owed(s, agent_ix):
        _forget_owed(s, agent_ix)
        return True
    agent = s.agents[agent_ix]
    if agent["away"] > 0:
        return False
    _take_over(s, _next_owed(s, agent["team_ix"]), agent["end_ix"])
    return True


# --- away from the seat


@compiled_apart
def go_away(s: State, agent_ix: int) -> None:
    """Take an agent from the seat; contacts in hand stay in hand."""
    agent = s.agents[agent_ix]
    agent["away"] += 1
    if agent["away"] == 1 and agent["state"] != OFF_DUTY:
        s.teams[agent["team_ix"]]["n_away"] += 1
        leave_bench(s, agent_ix)


@compiled_apart
def cut_away(s: State, t_s: float, row: int, drops: bool) -> None:
    """Cut a contact of an agent who is away, who then leaves if the shift is over."""
    agent_ix = int64(s.callers[row]["agent_ix"])
    cut(s, t_s, row, drops)
    _settle_apart(s, t_s, agent_ix)


@compiled_apart
def come_back(s: State, t_s: float, agent_ix: int) -> None:
    """Bring an agent back to the seat, once no other reason to be away is left."""
    agent = s.agents[agent_ix]
    if agent["away"] == 0:
        return
    agent["away"] -= 1
    if agent["away"] == 0 and agent["state"] != OFF_DUTY:
        s.teams[agent["team_ix"]]["n_away"] -= 1
        if agent["state"] == ON_DUTY:
            _settle_apart(s, t_s, agent_ix)
