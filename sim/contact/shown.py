"""Which luck of which caller a run has shown, read from its finished calls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import (
    ABANDONED,
    ANSWERED,
    BALKED,
    BALKS,
    BLOCKED,
    CALLBACK,
    CALLBACK_ACCEPTED,
    DIAL_TIME,
    DISTORTED,
    DROPPED,
    ESCALATES,
    GIVES_UP,
    HANDLE,
    LEAVES_RESTORED,
    LEFT_IN_MENU,
    MENU_TIME,
    NONE,
    NOT_REACHED,
    PATIENCE,
    REACHED,
    REDIAL_ABANDONED,
    REDIAL_BALKED,
    REDIAL_BLOCKED,
    REDIAL_DELAY,
    REDIAL_MOVES,
    REPEATS,
    REPORTED,
    REPORTS_IN_MENU,
    SATISFIED,
    SELF_SERVED,
    SELF_SERVES,
    SOLVED,
    TOLERATED_WAIT,
    TRANSFER_TIME,
    TRANSFERRED,
    State,
)
from sim.engine.streams import CallerLuck

__all__ = ["known_luck", "shown_luck"]

_ALL_ATTEMPTS, _ALL_TRAITS = 2**31 - 1, -1

Ints = NDArray[np.int32]


def known_luck(shown: CallerLuck | None, keys: NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return attempts and traits that are known of callers, or one value that holds for all.

    Without `shown` everything is.
    """
    if shown is None:
        return np.array(_ALL_ATTEMPTS, dtype=np.int32), np.array(_ALL_TRAITS, dtype=np.int32)
    if not len(shown.keys):
        nothing = np.array(0, dtype=np.int32)
        return nothing, nothing
    place = np.minimum(np.searchsorted(shown.keys, keys), len(shown.keys) - 1)
    is_there = shown.keys[place] == keys
    return (
        np.where(is_there, shown.attempts[place], 0).astype(np.int32),
        np.where(is_there, shown.traits[place], 0).astype(np.int32),
    )


def shown_luck(s: State, n_callers: int) -> CallerLuck:
    """Return the luck of callers that showed in calls; what may have shown counts as shown."""
    calls = s.calls[: int(s.desk["n_calls"][0])]
    outcome, queued_s, left_s = calls["outcome"], calls["t_menu_end_s"], calls["t_end_wait_s"]

    def ended(*outcomes: int) -> NDArray[np.bool_]:
        return np.isin(outcome, outcomes)

    is_first = calls["leg"] == 0
    at_end, has_left = ~np.isnan(queued_s), ~np.isnan(left_s)
    in_menu = ended(SELF_SERVED, REPORTED, LEFT_IN_MENU)
    # a call that did not wait showed no patience; one cut off while waiting did
    waited = at_end & ~in_menu & (np.where(has_left, left_s, np.inf) > queued_s)
    talked = ended(ANSWERED, TRANSFERRED)
    taken = has_left & (calls["agent_ix"] != NONE)
    failed = ended(BLOCKED, ABANDONED, BALKED, LEFT_IN_MENU, DROPPED)
    bits = np.zeros(len(calls), dtype=np.int32)
    for trait, is_shown in (
        (MENU_TIME, is_first & ~ended(BLOCKED)),
        (SATISFIED, is_first & at_end),
        (REPORTS_IN_MENU, is_first & at_end),
        (SELF_SERVES, is_first & at_end),
        (GIVES_UP, is_first & at_end),
        (PATIENCE, waited),
        (HANDLE, taken),
        (DIAL_TIME, taken),
        (REACHED, taken),
        (BALKS, waited | ended(BALKED, CALLBACK)),
        (TOLERATED_WAIT, waited | ended(BALKED, CALLBACK)),
        (CALLBACK_ACCEPTED, waited | ended(CALLBACK)),
        (LEAVES_RESTORED, waited),
        (ESCALATES, talked),
        (TRANSFER_TIME, ended(TRANSFERRED)),
        (DISTORTED, ended(TRANSFERRED)),
        (SOLVED, ended(ANSWERED)),
        (REPEATS, ended(ANSWERED)),
        (REDIAL_BLOCKED, ended(BLOCKED, DROPPED)),
        (REDIAL_ABANDONED, ended(ABANDONED, LEFT_IN_MENU)),
        (REDIAL_BALKED, ended(BALKED)),
        (REDIAL_MOVES, failed),
        (REDIAL_DELAY, failed | ended(ANSWERED, NOT_REACHED)),
    ):
        bits |= np.where(is_shown, np.int32(1 << trait), np.int32(0))
    traits = np.zeros(n_callers, dtype=np.int32)
    np.bitwise_or.at(traits, calls["caller_ix"], bits)
    return _by_key(s.callers["key"][:n_callers], s.callers["attempt"][:n_callers], traits)


def _by_key(keys: NDArray[np.int64], attempts: Ints, traits: Ints) -> CallerLuck:
    """Return one row a key: two callers of one key share their luck."""
    unique, row = np.unique(keys, return_inverse=True)
    most = np.zeros(len(unique), dtype=np.int32)
    seen = np.zeros(len(unique), dtype=np.int32)
    np.maximum.at(most, row, attempts)
    np.bitwise_or.at(seen, row, traits)
    return CallerLuck(unique, most, seen)
