"""The centre as it stood at a moment that has passed, read from its tables.

Nothing is sampled: a board asked for twice, or never, is the same board. The moment must lie at or
before what the kernel has handled.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.contact.ledger import INSIDE, inside_rows
from sim.contact.state import (
    ABANDONED,
    ANSWER_ENDS,
    BLOCKED,
    KIND_SHIFT,
    LEFT_IN_MENU,
    MENU_ENDS,
    NONE,
    PATIENCE_ENDS,
    PHONE,
    REPORTED,
    ROW_MASK,
    SELF_SERVED,
    TRANSFER_ENDS,
    Records,
    State,
)

__all__ = ["Board", "Curves", "board", "curves"]

Floats = NDArray[np.float64]
_OF_CALLERS = (MENU_ENDS, PATIENCE_ENDS, ANSWER_ENDS, TRANSFER_ENDS)
"""Each call inside has an event of these kinds to come, unless it waits without end."""


@dataclass(frozen=True, slots=True)
class Board:
    """Show one past moment, and the counts of a window that ends with it."""

    waiting: int
    longest_wait_s: float
    on_duty: int
    busy: int
    trunks_in_use: int
    offered: int
    answered: int
    abandoned: int
    blocked: int
    self_served: int
    service_level: float | None
    """Reached an agent within T of leaving the menu / (reached one + abandoned after T)."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Show moments in a row; counts are of the step that ends with each."""

    t_s: Floats
    waiting: NDArray[np.int64]
    on_duty: NDArray[np.int64]
    offered: NDArray[np.int64]
    abandoned: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Calls:
    """Hold the inbound legs that ended after a time or have not ended: when each stage began.

    A stage that a leg never reached, or has not reached yet, is at infinity.
    """

    offered_s: Floats  # of attempts: first legs only
    blocked_s: Floats
    menu_served_s: Floats
    queued_s: Floats
    queue_left_s: Floats
    answered_s: Floats
    abandoned_s: Floats


def board(
    s: State, n_duties: int, at_s: float, window_s: float, service_level_within_s: float
) -> Board:
    """Return the centre as it stood at a time, all events at that very time handled."""
    since_s = at_s - window_s
    rows = _rows_since(s, since_s)
    calls = _inbound(s, rows)

    def within(times_s: Floats) -> int:
        return int(np.count_nonzero((times_s > since_s) & (times_s <= at_s)))

    is_waiting = (calls.queued_s <= at_s) & (calls.queue_left_s > at_s)
    in_time = calls.queue_left_s <= calls.queued_s + service_level_within_s
    n_in_time = within(calls.answered_s[in_time])
    n_answered = within(calls.answered_s)
    n_counted = n_answered + within(calls.abandoned_s[~in_time])
    return Board(
        waiting=int(np.count_nonzero(is_waiting)),
        longest_wait_s=float(at_s - calls.queued_s[is_waiting].min(initial=at_s)),
        on_duty=int(_on_duty(s, n_duties, np.array([at_s]))[0]),
        busy=_busy(rows, at_s),
        trunks_in_use=_on_the_phone(s, rows, at_s),
        offered=within(calls.offered_s),
        answered=n_answered,
        abandoned=within(calls.abandoned_s),
        blocked=within(calls.blocked_s),
        self_served=within(calls.menu_served_s),
        service_level=n_in_time / n_counted if n_counted else None,
    )


def curves(s: State, n_duties: int, times_s: Floats) -> Curves:
    """Return the centre at equally spaced past times, all events at each handled."""
    step_s = times_s[1] - times_s[0] if len(times_s) > 1 else 0.0
    edges_s = np.concatenate([times_s[:1] - step_s, times_s])
    calls = _inbound(s, _rows_since(s, float(edges_s[0])))

    def so_far(of: Floats) -> NDArray[np.int64]:
        return np.searchsorted(np.sort(of), edges_s, side="right")

    return Curves(
        t_s=times_s,
        waiting=(so_far(calls.queued_s) - so_far(calls.queue_left_s))[1:],
        on_duty=_on_duty(s, n_duties, times_s),
        offered=np.diff(so_far(calls.offered_s)),
        abandoned=np.diff(so_far(calls.abandoned_s)),
    )


def _rows_since(s: State, since_s: float) -> Records:
    """Return the legs that ended after a time, and those still inside, which end at infinity."""
    n_calls = int(s.desk["n_calls"][0])
    ends_s = s.calls["t_end_s"]
    first = bisect_left(range(n_calls), since_s, key=lambda row: float(ends_s[row]))
    return np.concatenate([s.calls[first:n_calls], inside_rows(s, _inside(s), np.inf)])


def _inbound(s: State, rows: Records) -> _Calls:
    rows = rows[s.types["is_outbound"][rows["type_ix"]] == 0]
    outcome = rows["outcome"]

    def at(which: Any, column: str) -> Floats:
        return np.where(which & ~np.isnan(rows[column]), rows[column], np.inf)

    in_menu = np.isin(outcome, (SELF_SERVED, REPORTED, LEFT_IN_MENU))
    queued_s = at(~in_menu, "t_menu_end_s")
    has_left = ~np.isnan(rows["t_end_wait_s"])
    return _Calls(
        offered_s=at(rows["leg"] == 0, "t_offered_s"),
        blocked_s=at(outcome == BLOCKED, "t_end_s"),
        menu_served_s=at(np.isin(outcome, (SELF_SERVED, REPORTED)), "t_end_s"),
        queued_s=queued_s,
        queue_left_s=np.where(has_left, rows["t_end_wait_s"], at(np.isfinite(queued_s), "t_end_s")),
        answered_s=at(rows["agent_ix"] != NONE, "t_end_wait_s"),
        abandoned_s=at(outcome == ABANDONED, "t_end_s"),
    )


def _busy(rows: Records, at_s: float) -> int:
    """Return how many agents had contacts in hand."""
    in_hand = (rows["agent_ix"] != NONE) & (rows["t_end_wait_s"] <= at_s) & (rows["t_end_s"] > at_s)
    return len(np.unique(rows["agent_ix"][in_hand]))


def _on_the_phone(s: State, rows: Records, at_s: float) -> int:
    """Return the trunks of the phone in use, those of calls between two levels left out."""
    rows = rows[s.types["line_ix"][rows["type_ix"]] == PHONE]
    is_outbound = s.types["is_outbound"][rows["type_ix"]] == 1
    began_s = np.where(is_outbound, rows["t_end_wait_s"], rows["t_offered_s"])
    holds = (rows["outcome"] != BLOCKED) & ~_off_line(s)[rows["type_ix"]]
    return int(np.count_nonzero(holds & (began_s <= at_s) & (rows["t_end_s"] > at_s)))


def _off_line(s: State) -> NDArray[np.bool_]:
    """Return the call types of matters that go on without the caller on the line."""
    to = s.types["escalates_to_ix"]
    gone, kept = (
        np.isin(np.arange(len(to)), to[(to != NONE) & (s.types["keeps_line"] == keeps)])
        for keeps in (0, 1)
    )
    return np.asarray(gone & ~kept & (s.types["is_outbound"] == 0))


def _inside(s: State) -> NDArray[np.int64]:
    """Return the rows of the callers in menu, queue, service, or between two legs.

    NOTE: speed: the heap of coming events and the queues are short, the table of callers is not.
    """
    events = s.event[: int(s.desk["n_events"][0])]
    rows = (events & ROW_MASK)[np.isin(events >> KIND_SHIFT, _OF_CALLERS)]
    found = np.unique(np.concatenate([rows, np.array(list(_patient(s)), dtype=np.int64)]))
    return found[np.isin(s.callers["state"][found], INSIDE)]


def _patient(s: State) -> Iterator[int]:
    """Yield the callers who wait without an end of patience, those before them included."""
    for queue in s.types:
        row = int(queue["first_ix"])
        while row != NONE:
            yield row
            row = int(s.callers["behind_ix"][row])


def _on_duty(s: State, n_duties: int, times_s: Floats) -> NDArray[np.int64]:
    duties = s.duties[:n_duties]
    came_s = np.sort(duties["t_on_s"])
    left_s = np.sort(duties["t_left_s"])  # nan, not left yet, comes last
    came = np.searchsorted(came_s, times_s, side="right")
    return came - np.searchsorted(left_s, times_s, side="right")
