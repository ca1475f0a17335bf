"""The centre as it stood at a moment that has passed, read from its tables.

Nothing is sampled: a board asked for twice, or never, is the same board. The moment must lie at or
before what the kernel has handled.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import (
    ABANDONED,
    ANSWER_ENDS,
    ANSWERED,
    BLOCKED,
    CUT_OFF,
    IN_MENU,
    IN_SERVICE,
    KIND_SHIFT,
    MENU_ENDS,
    PATIENCE_ENDS,
    REPORTED,
    ROW_MASK,
    SELF_SERVED,
    WAITING,
    State,
)

__all__ = ["Board", "Curves", "board", "curves"]

Floats = NDArray[np.float64]
_INSIDE = (MENU_ENDS, PATIENCE_ENDS, ANSWER_ENDS)
"""Each call inside has one event of these kinds to come."""


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
    """Hold the attempts that ended after a time or have not ended: when each stage began.

    A stage that a call never reached, or has not reached yet, is at infinity.
    """

    offered_s: Floats
    blocked_s: Floats
    menu_served_s: Floats
    queued_s: Floats
    queue_left_s: Floats
    answered_s: Floats
    abandoned_s: Floats
    ended_s: Floats


def board(
    s: State, n_duties: int, at_s: float, window_s: float, service_level_within_s: float
) -> Board:
    """Return the centre as it stood at a time, all events at that very time handled."""
    since_s = at_s - window_s
    calls = _calls_since(s, since_s)

    def within(times_s: Floats) -> int:
        return int(np.count_nonzero((times_s > since_s) & (times_s <= at_s)))

    is_waiting = (calls.queued_s <= at_s) & (calls.queue_left_s > at_s)
    holds_trunk = np.isinf(calls.blocked_s) & (calls.offered_s <= at_s) & (calls.ended_s > at_s)
    is_busy = (calls.answered_s <= at_s) & (calls.ended_s > at_s)
    in_time = calls.queue_left_s <= calls.queued_s + service_level_within_s
    n_in_time = within(calls.answered_s[in_time])
    n_answered = within(calls.answered_s)
    n_counted = n_answered + within(calls.abandoned_s[~in_time])
    return Board(
        waiting=int(np.count_nonzero(is_waiting)),
        longest_wait_s=float(at_s - calls.queued_s[is_waiting].min(initial=at_s)),
        on_duty=int(_on_duty(s, n_duties, np.array([at_s]))[0]),
        busy=int(np.count_nonzero(is_busy)),
        trunks_in_use=int(np.count_nonzero(holds_trunk)),
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
    calls = _calls_since(s, float(edges_s[0]))

    def so_far(of: Floats) -> NDArray[np.int64]:
        return np.searchsorted(np.sort(of), edges_s, side="right")

    return Curves(
        t_s=times_s,
        waiting=(so_far(calls.queued_s) - so_far(calls.queue_left_s))[1:],
        on_duty=_on_duty(s, n_duties, times_s),
        offered=np.diff(so_far(calls.offered_s)),
        abandoned=np.diff(so_far(calls.abandoned_s)),
    )


def _calls_since(s: State, since_s: float) -> _Calls:
    """Return the attempts that ended after a time, and those still inside."""
    n_calls = int(s.desk["n_calls"][0])
    ends_s = s.calls["t_end_s"]
    first = bisect_left(range(n_calls), since_s, key=lambda row: float(ends_s[row]))
    done, here = s.calls[first:n_calls], _inside(s)
    outcome, state = done["outcome"], here["state"]
    never = np.inf

    def of_done(which: Any, column: str) -> Floats:
        return np.where(which & ~np.isnan(done[column]), done[column], never)

    def of_here(which: Any, column: str) -> Floats:
        return np.where(which, here[column], never)

    def both(one: Floats, other: Floats) -> Floats:
        return np.concatenate([one, other])

    nowhere = np.full(len(here), never)
    has_queued = np.isin(outcome, (ANSWERED, ABANDONED, CUT_OFF))
    was_answered = np.isin(outcome, (ANSWERED, CUT_OFF))
    was_cut_waiting = (outcome == CUT_OFF) & np.isnan(done["t_end_wait_s"])
    answered_s = both(
        of_done(was_answered, "t_end_wait_s"), of_here(state == IN_SERVICE, "t_wait_end_s")
    )
    abandoned_s = both(of_done(outcome == ABANDONED, "t_end_s"), nowhere)
    cut_s = both(of_done(was_cut_waiting, "t_end_s"), nowhere)
    served_by_menu = np.isin(outcome, (SELF_SERVED, REPORTED))
    return _Calls(
        offered_s=both(done["t_offered_s"], here["t_offered_s"]),
        blocked_s=both(of_done(outcome == BLOCKED, "t_end_s"), nowhere),
        menu_served_s=both(of_done(served_by_menu, "t_end_s"), nowhere),
        queued_s=both(
            of_done(has_queued, "t_menu_end_s"), of_here(state != IN_MENU, "t_menu_end_s")
        ),
        queue_left_s=np.minimum(np.minimum(answered_s, abandoned_s), cut_s),
        answered_s=answered_s,
        abandoned_s=abandoned_s,
        ended_s=both(done["t_end_s"], nowhere),
    )


def _inside(s: State) -> NDArray[Any]:
    """Return the rows of the callers in menu, queue or service.

    NOTE: speed: the heap of coming events is short, the table of callers is not.
    """
    events = s.event[: int(s.desk["n_events"][0])]
    events = events[np.isin(events >> KIND_SHIFT, _INSIDE)]
    here: NDArray[Any] = s.callers[np.unique(events & ROW_MASK)]
    return here[np.isin(here["state"], (IN_MENU, WAITING, IN_SERVICE))]


def _on_duty(s: State, n_duties: int, times_s: Floats) -> NDArray[np.int64]:
    duties = s.duties[:n_duties]
    came_s = np.sort(duties["t_on_s"])
    left_s = np.sort(duties["t_left_s"])  # nan, not left yet, comes last
    came = np.searchsorted(came_s, times_s, side="right")
    return came - np.searchsorted(left_s, times_s, side="right")
