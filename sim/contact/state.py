"""The state of the contact centre while it runs: every table, its columns, units and codes.

Each table is one numpy array of records, so that a compiled step costs one argument a table
(NOTE: speed: 60 separate columns cost 12 us a call of the kernel, these cost 2 us) and a caller's
fields share a cache line. Columns read as usual: `state.callers["attempt"]`. Positions end
in _ix; -1 means none. Only `kernel` changes these tables while time runs; `centre` owns them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AGENT",
    "BENCH",
    "CALL",
    "CALLER",
    "CALLER_STATES",
    "CALL_TYPE",
    "CUSTOMERS",
    "DESK",
    "DUTY",
    "LATE_ROUTE",
    "LEVEL",
    "LINE",
    "LINE_HOURS",
    "MOST_AT_ONCE",
    "NONE",
    "NOT_WATCHED",
    "OUTCOMES",
    "REDIALS",
    "STEP",
    "TEAM",
    "TRAITS",
    "TRANSFORMER",
    "UNLIMITED",
    "Record",
    "Records",
    "State",
    "blocks",
    "codes",
    "grown",
    "int64",
]


def codes(n: int, first: int = 0) -> tuple[int, ...]:
    """Return numpy's integers from first on.

    NOTE: speed: for each plain number it is called with, numba compiles a function anew.
    """
    return tuple(cast(int, code) for code in np.arange(first, first + n, dtype=np.int64))


(NONE,) = codes(1, first=-1)
NOT_WATCHED = 2**62
UNLIMITED = 2**62
PHONE = 0  # the phone stands first among the lines
MOST_AT_ONCE = 16  # contacts one agent can hold
_BLOCK = 4096
PLACE_SHIFT = 16  # luck is indexed by attempt + place * 2**16; the place is a menu level or a leg

# Kinds of event. At equal times the smaller kind goes first, then the smaller row of its table.
(ANSWER_ENDS, PATIENCE_ENDS, MENU_ENDS, TRANSFER_ENDS, ROUTE_OPENS,
 LINE_CHANGES, AGENT_COMES, AGENT_LEAVES, CALL_MADE) = codes(9)  # fmt: skip
KIND_SHIFT = 40  # an event is one whole number: kind * 2**40 + row
ROW_MASK = (1 << KIND_SHIFT) - 1

CALLER_STATES = ("pending", "suppressed", "in_menu", "waiting", "in_service", "in_transfer",
                 "redialling", "gave_up", "lost", "done", "cut_off")  # fmt: skip
(PENDING, SUPPRESSED, IN_MENU, WAITING, IN_SERVICE, IN_TRANSFER,
 REDIALLING, GAVE_UP, LOST, DONE, CALLER_CUT_OFF) = codes(11)  # fmt: skip
"""suppressed: never called; gave_up: believed differently when about to call again;
in_transfer: between two levels, or between two tries to reach the customer; lost: not served, for
good; done: answered, self-served, reported, or no longer without supply."""

OUTCOMES = ("blocked", "self_served", "reported", "abandoned", "answered", "cut_off", "balked",
            "left_in_menu", "transferred", "callback", "not_reached", "requeued", "dropped",
            "restored")  # fmt: skip
(BLOCKED, SELF_SERVED, REPORTED, ABANDONED, ANSWERED, CUT_OFF, BALKED,
 LEFT_IN_MENU, TRANSFERRED, CALLBACK, NOT_REACHED, REQUEUED, DROPPED,
 RESTORED) = codes(14)  # fmt: skip
"""How a leg of an attempt ended; after transferred, callback and requeued, and after not_reached
with tries left, the attempt goes on. dropped: cut by a fault; restored: the lights came back."""

OFF_DUTY, ON_DUTY, ENDING = codes(3)
"""States of an agent; ENDING: the shift is over, the contacts in hand are not."""

FINISH_CALL, IDLE_FIRST, POOL_COUNTER, HANG_UP = codes(4)
"""Rules for leaving (`contact.leaving`)."""

REDIALS = ("blocked", "abandoned", "balked")
AFTER_BLOCKED, AFTER_ABANDONED, AFTER_BALKED = codes(3)
"""Why a caller may call again; columns of CALL_TYPE["redial"] go in this order."""

TRAITS = ("menu_time", "announcement_satisfied", "report_in_menu", "patience", "handle",
          "redial_blocked", "redial_abandoned", "redial_delay", "self_served", "gives_up", "balks",
          "tolerated_wait", "leaves_restored", "callback_accepted", "dial_time", "reached",
          "escalates", "transfer_time", "distorted", "solved", "repeats", "redial_balked",
          "redial_moves")  # fmt: skip
(MENU_TIME, SATISFIED, REPORTS_IN_MENU, PATIENCE, HANDLE,
 REDIAL_BLOCKED, REDIAL_ABANDONED, REDIAL_DELAY, SELF_SERVES, GIVES_UP, BALKS,
 TOLERATED_WAIT, LEAVES_RESTORED, CALLBACK_ACCEPTED, DIAL_TIME, REACHED,
 ESCALATES, TRANSFER_TIME, DISTORTED, SOLVED, REPEATS, REDIAL_BALKED,
 REDIAL_MOVES) = codes(23)  # fmt: skip
"""Luck of one attempt of one caller, each keyed by (trait, caller, attempt, place)."""


def _record(*columns: tuple[str, Any] | tuple[str, Any, tuple[int, ...]]) -> np.dtype[np.void]:
    return np.dtype(list(columns), align=True)


CALLER = _record(
    ("t_planned_s", np.float64),  # first attempt, if it is made
    ("number", np.float64),  # uniform 0..1: calls if below the propensity
    ("rank", np.float64),  # uniform 0..1: place of the customer in its group
    ("key", np.int64),  # 32-bit id that keys the traits
    ("cause", np.int64),  # sequence number of the fact that planned the call
    ("t_offered_s", np.float64),  # this leg's start
    ("t_menu_end_s", np.float64),  # this leg's end of menu (ahead of time while in it)
    ("t_queued_s", np.float64),  # since when it waits; kept when a fault sends it back
    ("t_wait_end_s", np.float64),  # while waiting the end of patience, then the answer
    ("t_ends_s", np.float64),  # end of the talk or of the transfer, as it stands now
    ("work_left_s", np.float64),  # chat: work left, at the pace of a single contact
    ("known_attempts", np.int32),  # luck of later attempts is drawn with the unseen keys
    ("known_traits", np.int32),  # and of these the traits whose bit is not set
    ("group_ix", np.int32),  # customer group
    ("attempt", np.int32),  # attempts made so far
    ("agent_ix", np.int32),  # agent of this leg
    ("ahead_ix", np.int32),  # in a queue or with an agent: the caller in front
    ("behind_ix", np.int32),  # and the one behind
    ("own_type_ix", np.int16),  # call type of its attempts
    ("type_ix", np.int16),  # call type of this leg
    ("leg", np.int16),  # 0, then a callback, a level of escalation, a return to the queue
    ("tries", np.int16),  # outbound: times dialled in vain
    ("line_ix", np.int16),  # line on which it holds a place
    ("place", np.int16),  # waiting: the late route to open next
    ("level", np.int8),  # of the menu
    ("state", np.int8),  # one of CALLER_STATES
    ("has_next", np.int8),  # 1: the next row belongs to the same run, sorted by time
    ("is_distorted", np.int8),  # a hand-over garbled the matter
    ("tier", np.int8),  # levels of escalation passed by this attempt, from 1
)

CALL_TYPE = _record(
    ("handle_table", np.int64),  # positions in State.tables, NONE if there is none
    ("patience_table", np.int64),
    ("tolerated_table", np.int64),
    ("dial_table", np.int64),
    ("retry_table", np.int64),
    ("transfer_table", np.int64),
    ("repeat_table", np.int64),
    ("line_ix", np.int64),
    ("is_outbound", np.int64),
    ("reports_outage", np.int64),
    # redial, by AFTER_BLOCKED, AFTER_ABANDONED, AFTER_BALKED
    ("redial_table", np.int64, (3,)),  # delay of the next attempt
    ("redial_first", np.float64, (3,)),  # share who call again after the first attempt
    ("redial_later", np.float64, (3,)),
    ("moves", np.float64, (3,)),  # share of these who do so as another call type
    ("moves_to_ix", np.int64, (3,)),
    ("max_attempts", np.int64),
    # the queue
    ("priority", np.float64),
    ("gain_per_s", np.float64),  # priority grows with the wait
    ("mean_handle_s", np.float64),  # for the announced wait
    ("told_factor", np.float64),  # on patience
    ("decides", np.int64),  # 1: some balk or are offered a callback
    ("balk_share", np.float64),
    ("n_balk_steps", np.int64),
    ("leaves_restored", np.float64),
    ("callback_to_ix", np.int64),
    ("callback_from", np.int64),  # calls waiting
    ("callback_wait_s", np.float64),
    ("callback_share", np.float64),
    ("n_routes", np.int64),  # open at once
    ("n_late", np.int64),  # open after a wait
    ("n_above", np.int64),  # open above a length
    # what follows the talk
    ("reached", np.float64),
    ("most_tries", np.int64),
    ("solves", np.float64),
    ("escalates", np.float64),
    ("escalates_to_ix", np.int64),
    ("last_level_ix", np.int64),  # where the chain of escalation ends
    ("keeps_line", np.int64),
    ("distorted", np.float64),
    ("repeats", np.float64),
    # now
    ("first_ix", np.int64),  # the queue: first and last waiting caller
    ("last_ix", np.int64),
    ("n_waiting", np.int64),
)

STEP = _record(("from", np.int64), ("share", np.float64))  # balking by queue length
LATE_ROUTE = _record(
    ("team_ix", np.int64),
    ("delay_s", np.float64),  # opens after this wait
    ("above", np.int64),  # opens above this length
)

LINE = _record(
    ("trunks", np.int64),
    ("in_use", np.int64),
    ("is_closed", np.int64),
    ("n_levels", np.int64),  # of its menu
    ("needs_supply", np.int64),  # the menu is dead where the customer has no supply
    ("has_outbound", np.int64),  # 1: call types dial through it
    ("has_freed", np.int64),  # 1: places have become free for them
)
LEVEL = _record(
    ("time_table", np.int64),  # NONE: ends at once
    ("gives_up", np.float64),
)
LINE_HOURS = _record(
    ("t_s", np.float64),
    ("line_ix", np.int64),
    ("is_closed", np.int64),  # from then on
    ("has_next", np.int64),
)

TEAM = _record(
    ("n_at_once", np.int64),  # contacts an agent can hold
    ("takes_oldest", np.int64),
    ("n_types", np.int64),  # it serves
    ("n_on_duty", np.int64),  # with those in their last call, and those away
    ("n_away", np.int64),  # of these, not at the seat
    ("n_busy", np.int64),
    ("first_owed_ix", np.int64),  # pool_counter: agents who work on beyond their shift
)

BENCH = _record(  # agents of one group with room, by the contacts in hand
    ("first_ix", np.int64),  # the longest there first
    ("last_ix", np.int64),
)

AGENT = _record(
    ("team_ix", np.int64),
    ("state", np.int64),
    ("load", np.int64),  # contacts in hand
    ("away", np.int64),  # reasons to be away from the seat
    ("is_on_bench", np.int64),
    ("factor", np.float64),  # on handle times
    ("learned", np.float64),  # the factor it tends to
    ("learning", np.float64),  # and the share of the way made by each call
    ("solves", np.float64),  # factor on the share solved
    ("tired", np.float64),  # 0..1
    ("t_tired_s", np.float64),  # as it was at this time
    ("t_work_s", np.float64),  # chat: time up to which the work in hand is counted
    ("duty_ix", np.int64),  # the duty at hand
    ("end_ix", np.int64),  # the duty with whose end this agent leaves; NONE: owed
    ("contact_ix", np.int64),  # first of the contacts in hand
    ("ahead_ix", np.int64),  # bench: longer there
    ("behind_ix", np.int64),
    ("owed_ix", np.int64),  # the next agent who works on beyond the shift
)

DUTY = _record(
    ("agent_ix", np.int64),
    ("holder_ix", np.int64),  # who leaves with its end: this agent, or one who took it over
    ("is_pause", np.int64),  # 1: the shift goes on after it
    ("has_next", np.int64),  # 1: the next row belongs to the same run, sorted by time
    ("t_on_s", np.float64),
    ("t_off_s", np.float64),  # end of shift
    ("t_left_s", np.float64),  # when the agent left; nan before
)

CUSTOMERS = _record(
    ("transformer_ix", np.int64),
    ("p_uninformed", np.float64),  # propensity to call of those no notice has reached
    ("p_informed", np.float64),  # and of those it has
    ("reached_share", np.float64),  # customers of rank below it are informed
    ("is_out", np.int64),
    ("is_back", np.int64),  # supply is just coming back
    ("satisfied_share", np.float64),  # of its callers, by the text that plays; 0: none plays
    ("announce_s", np.float64),  # that text keeps each of them in the menu for so much longer
    ("dropped_before", np.int64),  # callers planned before this row no longer call
)

TRANSFORMER = _record(
    ("reports", np.int64),  # reports that customers are out, answered or through the menu
    ("threshold", np.int64),  # control wants to hear when reports reach it
)

CALL = _record(
    ("t_offered_s", np.float64),
    ("t_menu_end_s", np.float64),  # nan: never reached the menu's end
    ("t_end_wait_s", np.float64),  # answer or abandonment; nan: neither
    ("t_end_s", np.float64),
    ("cause", np.int64),
    ("caller_ix", np.int32),
    ("attempt", np.int32),
    ("group_ix", np.int32),
    ("agent_ix", np.int32),
    ("type_ix", np.int16),
    ("leg", np.int16),
    ("outcome", np.int8),  # one of OUTCOMES
    ("solved", np.int8),  # answered: 1 settled, 0 not; -1 otherwise
)

DESK = _record(
    ("now_s", np.float64),  # time of the last event
    ("n_events", np.int64),  # in the event heap
    ("n_calls", np.int64),  # rows of the call table
    ("spare", np.int64),  # room one event may need in these
    ("has_freed", np.int64),  # 1: some line has freed places for calls that wait to dial
    ("heard_ix", np.int64),  # transformer whose watched count was just reached
    ("levels_at_most", np.int64),  # of escalation
    ("leaving", np.int64),  # rule: FINISH_CALL, ...
    ("menu_works", np.int64),
    ("report_share", np.float64),
    ("slows", np.float64),  # by full fatigue
    ("builds_over_s", np.float64),
    ("rests_over_s", np.float64),
    # callers
    ("planned", np.int64),
    ("pending", np.int64),
    ("suppressed", np.int64),
    ("first_offered", np.int64),
    ("redialling", np.int64),
    ("gave_up", np.int64),
    # attempts that have ended, by how
    ("offered", np.int64),
    ("ended", np.int64, (14,)),  # by OUTCOMES; of legs after which the attempt goes on too
    ("retried", np.int64),  # of those not reached, the ones to be dialled again
    # attempts inside
    ("in_menu", np.int64),
    ("in_queue", np.int64),
    ("in_service", np.int64),
    ("in_transfer", np.int64),
)

Records = NDArray[Any]
Record = Any  # one row of Records
int64: Any = np.int64  # a row's number, whatever the width of its column


class State(NamedTuple):
    """Hold all tables the kernel works on."""

    desk: Records  # DESK, shape (1,)
    callers: Records  # CALLER, grows
    calls: Records  # CALL, grows
    event_t_s: NDArray[np.float64]  # heap of coming events, grows
    event: NDArray[np.int64]  # the same heap: kind and row of each
    types: Records  # CALL_TYPE
    lines: Records  # LINE
    levels: Records  # LEVEL, shape (lines, levels)
    hours: Records  # LINE_HOURS
    teams: Records  # TEAM: agent groups
    benches: Records  # BENCH, shape (agent groups, MOST_AT_ONCE)
    agents: Records  # AGENT
    duties: Records  # DUTY, grows
    customers: Records  # CUSTOMERS: customer groups; 0 is the rest of the province
    transformers: Records  # TRANSFORMER
    tables: NDArray[np.float64]  # quantiles of sampling.tabulate, s
    self_served: NDArray[np.float64]  # (call type, menu level) -> share
    steps: Records  # STEP, (call type, place): balking by queue length
    routes: NDArray[np.int64]  # (call type, place) -> agent group open at once
    late: Records  # LATE_ROUTE, (call type, place): by delay
    above: Records  # LATE_ROUTE, (call type, place): with a length, in stated order
    opens: Records  # LATE_ROUTE, (agent group, call type): when it may take waiting calls
    picks: NDArray[np.int64]  # (agent group, place) -> call type, in order of preference
    is_ahead: NDArray[np.int64]  # (call type, other) -> 1: its waiting calls are served before
    paces: NDArray[np.float64]  # (agent group, contacts - 1): joint pace, one contact = 1
    trait_keys: NDArray[np.int64]  # 32-bit key of each of TRAITS
    unseen_keys: NDArray[np.int64]  # the same for luck that is drawn again


def grown(column: NDArray[Any], n_needed: int) -> NDArray[Any]:
    """Return the column with room for at least n_needed rows; the rest is zero.

    NOTE: speed: growing by half, each row is copied twice or so in all, and at most a third of the
    memory lies idle. Copied as bytes: numpy copies records field by field, five times
    as slowly.
    """
    if n_needed <= len(column):
        return column
    bigger = np.zeros(max(n_needed, len(column) + len(column) // 2), dtype=column.dtype)
    bigger.view(np.uint8)[: column.nbytes] = column.view(np.uint8)
    return bigger


def blocks(n_rows: int) -> Iterator[slice]:
    """Yield slices that cover a table in order.

    NOTE: speed: each fits the processor's cache, so that going through it column by column reads
    memory once, not once a column: three times as fast.
    """
    for first in range(0, n_rows, _BLOCK):
        yield slice(first, min(first + _BLOCK, n_rows))
