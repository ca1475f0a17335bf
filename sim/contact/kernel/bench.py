"""Agents with room: for each group and load a bench of them, the longest there first."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import NONE, ON_DUTY, State

__all__ = ["enter_bench", "free_agent", "leave_bench"]


@compiled
def enter_bench(s: State, agent_ix: int) -> None:
    """Let an agent on duty, at the seat and with room wait for work, at the tail of the bench."""
    agent = s.agents[agent_ix]
    if agent["state"] != ON_DUTY or agent["away"] > 0:
        return
    if agent["load"] >= s.teams[agent["team_ix"]]["n_at_once"]:
        return
    bench = s.benches[agent["team_ix"], agent["load"]]
    agent["is_on_bench"] = 1
    agent["ahead_ix"] = bench["last_ix"]
    agent["behind_ix"] = NONE
    if bench["last_ix"] == NONE:
        bench["first_ix"] = agent_ix
    else:
        s.agents[bench["last_ix"]]["behind_ix"] = agent_ix
    bench["last_ix"] = agent_ix


@compiled
def leave_bench(s: State, agent_ix: int) -> None:
    """Take an agent off the bench, if on it; the load has not changed since."""
    agent = s.agents[agent_ix]
    if agent["is_on_bench"] == 0:
        return
    bench = s.benches[agent["team_ix"], agent["load"]]
    agent["is_on_bench"] = 0
    if agent["ahead_ix"] == NONE:
        bench["first_ix"] = agent["behind_ix"]
    else:
        s.agents[agent["ahead_ix"]]["behind_ix"] = agent["behind_ix"]
    if agent["behind_ix"] == NONE:
        bench["last_ix"] = agent["ahead_ix"]
    else:
        s.agents[agent["behind_ix"]]["ahead_ix"] = agent["ahead_ix"]


@compiled
def free_agent(s: State, team_ix: int) -> int:
    """Return the agent of a group to give work to: of least load, then longest there; or NONE."""
    for load in range(s.teams[team_ix]["n_at_once"]):
        agent_ix = s.benches[team_ix, load]["first_ix"]
        if agent_ix != NONE:
            return int(agent_ix)
    return NONE
