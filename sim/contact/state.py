"""The state of the contact centre while it runs: every table, its columns, units and codes.

Each table is one numpy array of records, so that a compiled step costs one argument a table
(NOTE: speed: 60 separate columns cost 12 us a call of the kernel, these cost 2 us) and a caller's
fields share a cache line. Columns read as usual: `state.callers["attempt"]`. Positions end
in _ix; -1 means none. Only `kernel` changes these tables while time runs; `centre` owns them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AGENT",
    "CALL",
    "CALLER",
    "CALLER_STATES",
    "CALL_TYPE",
    "CUSTOMERS",
    "DESK",
    "DUTY",
    "NONE",
    "NOT_WATCHED",
    "OUTCOMES",
    "TEAM",
    "TRAITS",
    "TRANSFORMER",
    "State",
    "grown",
]

NONE = -1
NOT_WATCHED = 2**62
OUTAGE = 0  # call type "outage" stands first
MENU_TABLE = 0  # the menu's time stands first in State.tables

# Kinds of event. At equal times the smaller kind goes first, then the smaller row of its table.
ANSWER_ENDS, PATIENCE_ENDS, MENU_ENDS, AGENT_COMES, AGENT_LEAVES, CALL_MADE = range(6)
KIND_SHIFT = 40  # an event is one whole number: kind * 2**40 + row
ROW_MASK = (1 << KIND_SHIFT) - 1

CALLER_STATES = ("pending", "suppressed", "in_menu", "waiting", "in_service",
                 "redialling", "gave_up", "lost", "done", "cut_off")  # fmt: skip
(PENDING, SUPPRESSED, IN_MENU, WAITING, IN_SERVICE,
 REDIALLING, GAVE_UP, LOST, DONE, CALLER_CUT_OFF) = range(10)  # fmt: skip
"""suppressed: never called; gave_up: believed differently when about to call again;
lost: blocked or abandoned for good; done: answered, self-served or reported."""

OUTCOMES = ("blocked", "self_served", "reported", "abandoned", "answered", "cut_off")
BLOCKED, SELF_SERVED, REPORTED, ABANDONED, ANSWERED, CUT_OFF = range(6)

OFF_DUTY, IDLE, BUSY, LAST_CALL = range(4)
"""States of an agent; LAST_CALL: the shift is over, the call in hand is not."""

TRAITS = ("menu_time", "announcement_satisfied", "report_in_menu", "patience", "handle",
          "redial_blocked", "redial_abandoned", "redial_delay")  # fmt: skip
(MENU_TIME, SATISFIED, REPORTS_IN_MENU, PATIENCE, HANDLE,
 REDIAL_BLOCKED, REDIAL_ABANDONED, REDIAL_DELAY) = range(8)  # fmt: skip
"""Luck of one attempt of one caller, each keyed by (trait, caller, attempt)."""


def _record(*columns: tuple[str, Any]) -> np.dtype[np.void]:
    return np.dtype(list(columns), align=True)


CALLER = _record(
    ("t_planned_s", np.float64),  # first attempt, if it is made
    ("number", np.float64),  # uniform 0..1: calls if below the propensity
    ("rank", np.float64),  # uniform 0..1: place of the customer in its group
    ("key", np.int64),  # 32-bit id that keys the traits
    ("known_attempts", np.int32),  # luck of later attempts is drawn with the unseen keys
    ("known_traits", np.int32),  # and of these the traits whose bit is not set
    ("cause", np.int64),  # sequence number of the fact that planned the call
    ("group_ix", np.int32),  # customer group
    ("type_ix", np.int32),  # call type
    ("has_next", np.int32),  # 1: the next row belongs to the same run, sorted by time
    ("state", np.int32),  # one of CALLER_STATES
    ("attempt", np.int32),  # attempts made so far
    ("agent_ix", np.int32),  # agent of this attempt
    ("t_offered_s", np.float64),  # this attempt's start
    ("t_menu_end_s", np.float64),  # this attempt's end of menu (ahead of time while in it)
    ("t_wait_end_s", np.float64),  # while waiting the end of patience, then the answer
    ("ahead_ix", np.int64),  # waiting callers: the one in front in the queue
    ("behind_ix", np.int64),  # and the one behind
)

CALL_TYPE = _record(
    ("handle_table", np.int32),  # positions in State.tables
    ("patience_table", np.int32),
    ("blocked_table", np.int32),  # delay of the next attempt
    ("abandoned_table", np.int32),
    ("blocked_first", np.float64),  # share who call again, 0..1
    ("blocked_later", np.float64),
    ("abandoned_first", np.float64),
    ("abandoned_later", np.float64),
    ("max_attempts", np.int32),
    ("first_ix", np.int64),  # the queue: first and last waiting caller
    ("last_ix", np.int64),
    ("n_waiting", np.int64),
)

TEAM = _record(
    ("first_idle_ix", np.int64),  # idle agents, the longest idle first
    ("last_idle_ix", np.int64),
    ("n_on_duty", np.int64),  # with those in their last call
    ("n_busy", np.int64),
)

AGENT = _record(
    ("team_ix", np.int32),
    ("state", np.int32),
    ("factor", np.float64),  # on handle times
    ("duty_ix", np.int64),  # the duty at hand
    ("ahead_ix", np.int64),  # idle agents: idle for longer
    ("behind_ix", np.int64),
)

DUTY = _record(
    ("agent_ix", np.int32),
    ("has_next", np.int32),  # 1: the next row belongs to the same run, sorted by time
    ("t_on_s", np.float64),
    ("t_off_s", np.float64),  # end of shift
    ("t_left_s", np.float64),  # when the agent left; nan before
)

CUSTOMERS = _record(
    ("transformer_ix", np.int64),
    ("p_uninformed", np.float64),  # propensity to call of those no notice has reached
    ("p_informed", np.float64),  # and of those it has
    ("reached_share", np.float64),  # customers of rank below it are informed
    ("is_out", np.int32),
    ("satisfied_share", np.float64),  # of its callers, by the text that plays; 0: none
    ("announce_s", np.float64),  # that text keeps each of them in the menu for so much longer
    ("dropped_before", np.int64),  # callers planned before this row no longer call
)

TRANSFORMER = _record(
    ("reports", np.int64),  # reports that customers are out, answered or through the menu
    ("threshold", np.int64),  # control wants to hear when reports reach it
)

CALL = _record(
    ("caller_ix", np.int64),
    ("cause", np.int64),
    ("t_offered_s", np.float64),
    ("t_menu_end_s", np.float64),  # nan: never reached the menu's end
    ("t_end_wait_s", np.float64),  # answer or abandonment; nan: neither
    ("t_end_s", np.float64),
    ("attempt", np.int32),
    ("type_ix", np.int32),
    ("group_ix", np.int32),
    ("agent_ix", np.int32),
    ("outcome", np.int32),  # one of OUTCOMES
)

DESK = _record(
    ("now_s", np.float64),  # time of the last event
    ("n_events", np.int64),  # in the event heap
    ("n_calls", np.int64),  # rows of the call table
    ("heard_ix", np.int64),  # transformer whose watched count was just reached
    ("trunks", np.int64),
    ("trunks_in_use", np.int64),
    ("report_share", np.float64),
    # callers
    ("planned", np.int64),
    ("pending", np.int64),
    ("suppressed", np.int64),
    ("first_offered", np.int64),
    ("redialling", np.int64),
    ("gave_up", np.int64),
    # attempts
    ("offered", np.int64),
    ("blocked", np.int64),
    ("self_served", np.int64),
    ("reported", np.int64),
    ("abandoned", np.int64),
    ("answered", np.int64),
    ("cut_off", np.int64),
    ("in_menu", np.int64),
    ("in_queue", np.int64),
    ("in_service", np.int64),
)

Records = NDArray[Any]


class State(NamedTuple):
    """Hold all tables the kernel works on."""

    desk: Records  # DESK, shape (1,)
    callers: Records  # CALLER, grows
    calls: Records  # CALL, grows
    event_t_s: NDArray[np.float64]  # heap of coming events, grows
    event: NDArray[np.int64]  # the same heap: kind and row of each
    types: Records  # CALL_TYPE
    teams: Records  # TEAM: agent groups
    agents: Records  # AGENT
    duties: Records  # DUTY, grows
    customers: Records  # CUSTOMERS: customer groups; 0 is the rest of the province
    transformers: Records  # TRANSFORMER
    tables: NDArray[np.float64]  # sampling.tabulate of each, s; 0 is the menu's time
    routes: NDArray[np.int64]  # (call type, place) -> agent group to try, then -1
    picks: NDArray[np.int64]  # (agent group, place) -> call type to look for, then -1
    trait_keys: NDArray[np.int64]  # 32-bit key of each of TRAITS
    unseen_keys: NDArray[np.int64]  # the same for luck that is drawn again


def grown(column: NDArray[Any], n_needed: int) -> NDArray[Any]:
    """Return the column with room for at least n_needed rows, doubling; the rest is zero."""
    if n_needed <= len(column):
        return column
    bigger = np.zeros(max(n_needed, 2 * len(column)), dtype=column.dtype)
    bigger[: len(column)] = column
    return bigger
