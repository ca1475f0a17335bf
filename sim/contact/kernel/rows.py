"""The call table: one row for each leg that ended."""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import Record, State

__all__ = ["write"]


@compiled
def write(
    s: State,
    caller: Record,
    row: int,
    t_menu_end_s: float,
    t_end_wait_s: float,
    t_end_s: float,
    outcome: int,
    solved: int,
) -> None:
    """Add the finished leg to the call table, and count it."""
    desk = s.desk[0]
    call = s.calls[desk["n_calls"]]
    desk["n_calls"] += 1
    desk["ended"][outcome] += 1
    call["caller_ix"] = row
    call["cause"] = caller["cause"]
    call["t_offered_s"] = caller["t_offered_s"]
    call["t_menu_end_s"] = t_menu_end_s
    call["t_end_wait_s"] = t_end_wait_s
    call["t_end_s"] = t_end_s
    call["attempt"] = caller["attempt"]
    call["leg"] = caller["leg"]
    call["type_ix"] = caller["type_ix"]
    call["group_ix"] = caller["group_ix"]
    call["agent_ix"] = caller["agent_ix"]
    call["outcome"] = outcome
    call["solved"] = solved
