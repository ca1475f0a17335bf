"""What the centre's state says to others: counts of the moment, and the tables of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.contact.rosters import Agent
from sim.contact.state import (
    CALL,
    CALLER_CUT_OFF,
    CALLER_STATES,
    CUT_OFF,
    IN_MENU,
    IN_SERVICE,
    IN_TRANSFER,
    NONE,
    OUTCOMES,
    PHONE,
    WAITING,
    Records,
    State,
    blocks,
)
from sim.engine.tables import Columns

__all__ = ["INSIDE", "Counters", "Snapshot", "agent_shift_columns", "call_columns",
           "caller_columns", "counters", "cut_off", "inside_rows", "snapshot"]  # fmt: skip

_CALL_COLUMNS = {
    "caller": "caller_ix", "attempt": "attempt", "call_type": "type_ix", "group": "group_ix",
    "cause": "cause", "leg": "leg", "t_offered_s": "t_offered_s", "t_menu_end_s": "t_menu_end_s",
    "t_end_wait_s": "t_end_wait_s", "t_end_s": "t_end_s", "outcome": "outcome",
    "agent": "agent_ix", "solved": "solved",
}  # fmt: skip
"""Columns of the call table others see, and of CALL."""

INSIDE = (IN_MENU, WAITING, IN_SERVICE, IN_TRANSFER)


@dataclass(frozen=True, slots=True)
class Counters:
    """Count callers and attempts so far."""

    planned: int
    pending: int
    suppressed: int
    first_offered: int
    redialling: int
    gave_up: int
    offered: int
    blocked: int
    self_served: int
    reported: int
    abandoned: int
    answered: int
    cut_off: int
    balked: int
    left_in_menu: int
    not_reached: int
    dropped: int
    restored: int
    in_menu: int
    in_queue: int
    in_service: int
    in_transfer: int

    @property
    def is_balanced(self) -> bool:
        """Say whether no caller and no attempt is lost or counted twice."""
        finished = (
            self.blocked + self.self_served + self.reported + self.abandoned + self.answered
            + self.cut_off + self.balked + self.left_in_menu + self.not_reached + self.dropped
            + self.restored
        )  # fmt: skip
        inside = self.in_menu + self.in_queue + self.in_service + self.in_transfer
        return (
            self.planned == self.pending + self.suppressed + self.first_offered
            and self.offered == finished + inside
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Show the centre at one moment; waiting by call type, agents by group."""

    waiting: dict[str, int]
    on_duty: dict[str, int]
    busy: dict[str, int]
    in_menu: int
    trunks_in_use: int
    trunks: int

    @property
    def idle(self) -> dict[str, int]:
        """Return the idle agents by group."""
        return {group: n - self.busy[group] for group, n in self.on_duty.items()}


def counters(s: State) -> Counters:
    """Read the counts from the state."""
    desk = s.desk[0]
    ended = dict(zip(OUTCOMES, desk["ended"].tolist(), strict=True))
    ended["not_reached"] -= int(desk["retried"])
    return Counters(**{
        name: ended[name] if name in ended else int(desk[name]) for name in Counters.__slots__
    })  # fmt: skip


def snapshot(s: State, call_types: Sequence[str], groups: Sequence[str]) -> Snapshot:
    """Read the moment from the state."""
    desk = s.desk[0]
    return Snapshot(
        waiting=dict(zip(call_types, s.types["n_waiting"].tolist(), strict=True)),
        on_duty=dict(zip(groups, s.teams["n_on_duty"].tolist(), strict=True)),
        busy=dict(zip(groups, s.teams["n_busy"].tolist(), strict=True)),
        in_menu=int(desk["in_menu"]),
        trunks_in_use=int(s.lines["in_use"][PHONE]),
        trunks=int(s.lines["trunks"][PHONE]),
    )


def inside_rows(s: State, inside: NDArray[np.int64], t_end_s: float) -> Records:
    """Return a row of the call table for each caller still inside, as if it ended at t_end_s.

    inside: rows of callers in menu, queue, service or between two legs. A leg that has not begun
    begins with its end.
    """
    here = s.callers[inside]
    state = here["state"]
    rows = np.zeros(len(inside), dtype=CALL)
    rows["caller_ix"] = inside
    for column in ("cause", "attempt", "leg", "type_ix", "group_ix"):
        rows[column] = here[column]
    rows["t_offered_s"] = np.where(state == IN_TRANSFER, t_end_s, here["t_offered_s"])
    rows["agent_ix"] = np.where(state == IN_SERVICE, here["agent_ix"], NONE)
    has_queued = (state == WAITING) | (state == IN_SERVICE)
    rows["t_menu_end_s"] = np.where(has_queued, here["t_menu_end_s"], np.nan)
    rows["t_end_wait_s"] = np.where(state == IN_SERVICE, here["t_wait_end_s"], np.nan)
    rows["t_end_s"] = t_end_s
    rows["outcome"] = CUT_OFF
    rows["solved"] = NONE
    return rows


def cut_off(s: State, n_callers: int, t_s: float) -> None:
    """Write the calls still inside as cut off at t_s, by row of caller.

    The call table has room for them.
    """
    (inside,) = np.nonzero(np.isin(s.callers["state"][:n_callers], INSIDE))
    rows = inside_rows(s, inside, t_s)
    desk = s.desk[0]
    first = int(desk["n_calls"])
    s.calls[first : first + len(rows)] = rows
    desk["n_calls"] += len(rows)
    desk["ended"][CUT_OFF] += len(rows)
    for place in ("in_menu", "in_queue", "in_service", "in_transfer"):
        desk[place] = 0
    s.lines["in_use"] = 0
    s.types["n_waiting"] = 0
    s.teams["n_busy"] = 0
    s.callers["state"][inside] = CALLER_CUT_OFF


def call_columns(s: State, call_types: Sequence[str], named: bool = True) -> Columns:
    """Return the call table: one row a leg of an attempt that ended, times in s.

    Types and outcomes are names, or with `named` off their positions in the lists of names.

    t_menu_end_s is nan for a call that never reached the menu's end, t_end_wait_s for one that
    neither was answered nor abandoned; agent is a row of `agent_shifts`' agents, -1 for none;
    solved is 1 or 0 for answered calls, else -1.
    """
    calls = s.calls[: int(s.desk["n_calls"][0])]
    columns = {
        name: np.empty(len(calls), dtype=float if of.startswith("t_") else np.int64)
        for name, of in _CALL_COLUMNS.items()
    }
    for part in blocks(len(calls)):
        rows = calls[part]
        for name, of in _CALL_COLUMNS.items():
            columns[name][part] = rows[of]
    columns["call_type"] = _named(call_types, columns["call_type"], named)
    columns["outcome"] = _named(OUTCOMES, columns["outcome"], named)
    return columns


def caller_columns(
    s: State, n_callers: int, call_types: Sequence[str], named: bool = True
) -> Columns:
    """Return the caller table: one row a planned caller; `named` as for calls."""
    callers = s.callers[:n_callers]
    return {
        "caller": np.arange(n_callers, dtype=np.int64),
        "t_planned_s": callers["t_planned_s"].copy(),
        "group": callers["group_ix"].astype(np.int64),
        "call_type": _named(call_types, callers["own_type_ix"], named),
        "cause": callers["cause"].copy(),
        "state": _named(CALLER_STATES, callers["state"], named),
        "attempts": callers["attempt"].astype(np.int64),
    }


def agent_shift_columns(
    s: State, n_duties: int, agents: Sequence[Agent], ended_s: float | None
) -> Columns:
    """Return one row for each time an agent was on duty; `agent` is the calls' agent."""
    duties = s.duties[:n_duties]
    duties = duties[duties["t_on_s"] <= (s.desk["now_s"][0] if ended_s is None else ended_s)]
    who = [agents[agent_ix] for agent_ix in duties["agent_ix"]]
    t_off_s = duties["t_left_s"].copy()
    if ended_s is not None:
        t_off_s[np.isnan(t_off_s)] = ended_s
    return {
        "agent": duties["agent_ix"].astype(np.int64),
        "agent_id": np.array([each.agent for each in who], dtype=object),
        "group": np.array([each.group for each in who], dtype=object),
        "tier": np.array([each.tier for each in who], dtype=object),
        "t_on_s": duties["t_on_s"].copy(),
        "t_off_s": t_off_s,
        "t_shift_end_s": duties["t_off_s"].copy(),
    }


def _named(names: Sequence[str], codes: NDArray[Any], named: bool) -> NDArray[Any]:
    if not named:
        return codes.astype(np.int64, copy=False)
    return np.asarray(np.array(names, dtype=object)[codes])
