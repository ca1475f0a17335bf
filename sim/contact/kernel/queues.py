"""The queues: one for each call type, in the order of waiting; who is next for an agent."""

from __future__ import annotations

import numpy as np

from sim.contact.compiled import compiled
from sim.contact.kernel.lines import is_full
from sim.contact.state import NONE, State

__all__ = ["announced_wait_s", "enter_head", "enter_tail", "leave_queue", "next_for"]


@compiled
def enter_tail(s: State, row: int) -> None:
    """Let a call wait behind all others of its type."""
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
    s.desk[0]["in_queue"] += 1


@compiled
def enter_head(s: State, row: int) -> None:
    """Let a call wait before all others of its type."""
    caller = s.callers[row]
    queue = s.types[caller["type_ix"]]
    caller["ahead_ix"] = NONE
    caller["behind_ix"] = queue["first_ix"]
    if queue["first_ix"] == NONE:
        queue["last_ix"] = row
    else:
        s.callers[queue["first_ix"]]["ahead_ix"] = row
    queue["first_ix"] = row
    queue["n_waiting"] += 1
    s.desk[0]["in_queue"] += 1


@compiled
def leave_queue(s: State, row: int) -> None:
    """Take a call out of its queue."""
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
    s.desk[0]["in_queue"] -= 1


@compiled
def next_for(s: State, t_s: float, team_ix: int) -> int:
    """Return the waiting call an agent of a group takes, or NONE.

    Of each call type the group serves, the call that has waited longest stands for the others: its
    priority is the highest and its routes opened first.
    """
    team = s.teams[team_ix]
    best, best_priority, best_queued_s = NONE, 0.0, 0.0
    for place in range(team["n_types"]):
        type_ix = s.picks[team_ix, place]
        queue = s.types[type_ix]
        row = queue["first_ix"]
        if row == NONE:
            continue
        queued_s = s.callers[row]["t_queued_s"]
        opens = s.opens[team_ix, type_ix]
        if t_s < queued_s + opens["delay_s"] and queue["n_waiting"] <= opens["above"]:
            continue
        if queue["is_outbound"] == 1 and is_full(s, queue["line_ix"]):
            continue
        priority = queue["priority"] + queue["gain_per_s"] * (t_s - queued_s)
        is_older = team["takes_oldest"] == 1 and queued_s < best_queued_s
        if best == NONE or priority > best_priority or (priority == best_priority and is_older):
            best, best_priority, best_queued_s = row, priority, queued_s
    return int(best)


@compiled
def announced_wait_s(s: State, type_ix: int) -> float:
    """Return the wait told to a new caller: (calls before it + 1) mean talks, shared by agents.

    Calls before it are those of its type and of types of higher priority that its groups serve;
    agents are those on duty in its groups and not away. Infinite without agents.
    """
    n_ahead = 0
    for other in range(len(s.types)):
        if s.is_ahead[type_ix, other] == 1:
            n_ahead += s.types[other]["n_waiting"]
    n_agents = 0
    for team_ix in range(len(s.teams)):
        if s.opens[team_ix, type_ix]["team_ix"] != NONE:
            n_agents += s.teams[team_ix]["n_on_duty"] - s.teams[team_ix]["n_away"]
    if n_agents == 0:
        return np.inf
    return float(((n_ahead + 1) * s.types[type_ix]["mean_handle_s"]) / n_agents)
