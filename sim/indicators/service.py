"""The contact centre in detail: what became of attempts, callers, contacts and agents' time.

Everything is a sum over attempts (`ATTEMPTS`), over legs (`LEGS`) or over agents' time (`AGENTS`),
or a ratio of two such sums (`RATIOS`); so whatever is broken down adds up to the whole.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.attempts import Attempts
from sim.indicators.intervals import merged
from sim.indicators.measured import Measured, count, ratio
from sim.indicators.queue import (
    Bools,
    busy_intervals,
    duty_intervals,
    has_outcome,
    is_outbound,
    reached_agent,
)
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S

__all__ = ["ENDS", "LEG_RATIOS", "RATIOS", "Spans", "agent_spans", "attempt_sums", "leg_sums",
           "service"]  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Spans = tuple[Ints, Floats, Floats]
"""(Agent, from, to) of intervals, s."""

ENDS = ("blocked", "self_served", "reported", "left_in_menu", "balked", "abandoned", "restored",
        "answered", "not_reached", "dropped", "cut_off")  # fmt: skip
"""How an attempt can end at last; they add up to `offered`."""

RATIOS: Mapping[str, tuple[str, str, str]] = {
    "blocked_share": ("blocked", "offered", "no_call"),
    "balked_share": ("balked", "offered", "no_call"),
    "gone_share": ("gone", "accepted", "no_queued_call"),
    "self_service_share": ("settled_in_menu", "let_in", "no_call"),
    "containment_share": ("contained", "let_in", "no_call"),
    "connected_share": ("connected", "requests", "no_request"),
    "in_time_of_all_share": ("in_time", "accepted", "no_queued_call"),
    "in_time_of_answered_share": ("in_time", "taken", "no_answered_call"),
    "in_time_of_patient_share": ("in_time", "patient", "no_queued_call"),
    "in_time_or_gone_share": ("in_time_or_gone", "accepted", "no_queued_call"),
    "in_time_of_asked_share": ("in_time", "asked", "no_request"),
    "asa_s": ("taken_wait_s", "taken", "no_answered_call"),
    "callback_kept_share": ("callbacks_kept", "callbacks_known", "no_callback"),
    "callback_wait_s": ("callback_hold_s", "callbacks_kept", "no_callback"),
    "transfers_per_case": ("transfers", "cases", "no_talk"),
    "levels_per_case": ("talks", "cases", "no_talk"),
    "settled_share": ("settled", "answered", "no_talk"),
    "first_resolved_share": ("first_resolved", "first_contacts", "no_talk"),
    "first_unrepeated_share": ("first_unrepeated", "first_contacts", "no_talk"),
    "repeat_share": ("repeats", "offered", "no_call"),
    "handle_s": ("work_s", "handled_done", "no_talk"),
    "reached_share": ("reached", "dialled", "no_outbound"),
    "caller_served_share": ("callers_served", "callers_known", "no_call"),
    "attempts_per_caller": ("caller_attempts", "callers", "no_call"),
    "wait_per_caller_s": ("caller_wait_s", "callers", "no_call"),
    "occupancy_share": ("busy_h", "duty_h", "nobody_on_duty"),
    "planned_occupancy_share": ("busy_h", "planned_h", "nobody_on_duty"),
}
"""Name → (numerator, denominator, why it can be missing)."""

LEG_RATIOS: Mapping[str, tuple[str, str]] = {
    "mean_wait_s": ("handled_wait_s", "handled_inbound"),
    "handed_on_share": ("handed_on", "talks_ended"),
    "finished_settled_share": ("finished_settled", "finished"),
}
"""Further ratios of what is told of agent groups: name → (numerator, denominator)."""

_COUNTS = ("offered", *ENDS, "redials", "repeats", "callbacks", "callbacks_kept", "dialled",
           "reached", "handled", "callers", "overtime_h")  # fmt: skip
"""Sums that are indicators of their own."""


def service(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of the section `service`, over all customers and agents."""
    attempts = Attempts(tables["calls"], manifest)
    weights = {**attempt_sums(attempts, tables, manifest), **leg_sums(tables["calls"], manifest)}
    sums = {name: float(each.sum()) for name, each in weights.items()}
    for name, (_agent, from_s, to_s) in agent_spans(tables, manifest).items():
        sums[name] = float(np.sum(to_s - from_s)) / HOUR_S
    found = {f"contact_{name}": count(sums[name]) for name in _COUNTS}
    for name, (above, below, reason) in RATIOS.items():
        if name != "occupancy_share":  # section `contact` has it
            found[f"contact_{name}"] = ratio(sums[above], sums[below], reason)
    return found


def attempt_sums(attempts: Attempts, tables: RunTables, manifest: Manifest) -> dict[str, Floats]:
    """Return what each attempt adds to each sum, shape (attempts,) each."""
    ended, connected = attempts.ended, attempts.is_connected
    taken, gone = attempts.is_answered_first, attempts.first_ended("abandoned")
    accepted = taken | gone | attempts.first_ended("restored")
    is_in_time = attempts.wait_s <= manifest.measures.service_level_within_s
    let_in = np.isfinite(attempts.t_menu_end_s)
    in_menu = attempts.first_ended("self_served", "reported", "left_in_menu")
    settled_in_menu = attempts.first_ended("self_served", "reported")
    kept = attempts.has_callback & connected
    gone_in_time, in_time = gone & is_in_time, taken & is_in_time
    blocked, balked = attempts.first_ended("blocked"), attempts.first_ended("balked")
    sums: dict[str, Bools | Ints | Floats] = {
        "offered": np.ones(len(attempts)),
        **{name: ended(name) for name in ENDS},
        "let_in": let_in,
        "settled_in_menu": settled_in_menu,
        "contained": in_menu,
        "requests": let_in & ~in_menu & (connected | ~ended("cut_off")),
        "connected": connected,
        "accepted": accepted,
        "taken": taken,
        "gone": gone,
        "in_time": in_time,
        "in_time_or_gone": in_time | gone_in_time,
        "patient": accepted & ~gone_in_time,
        "asked": accepted | blocked | balked | attempts.has_callback,
        "taken_wait_s": np.where(taken, attempts.wait_s, 0.0),
        "callbacks": attempts.has_callback,
        "callbacks_kept": kept,
        "callbacks_known": kept | (attempts.has_callback & ~ended("cut_off")),
        "callback_hold_s": np.where(kept, attempts.t_connected_s - attempts.t_first_end_s, 0.0),
        "cases": attempts.n_talks > 0,
        "talks": attempts.n_talks,
        "transfers": attempts.n_transfers,
        "settled": ended("answered") & attempts.is_solved,
        **_repeats(attempts),
        **_first_contacts(attempts),
        **_callers(attempts, tables, manifest),
    }
    return {name: np.asarray(each, dtype=np.float64) for name, each in sums.items()}


def _repeats(attempts: Attempts) -> dict[str, Bools]:
    """Tell calls after a talk that settled nothing from calls after a failed attempt."""
    answered, again = attempts.ended("answered"), ~attempts.is_first_of_caller
    after_talk = np.append(False, answered[:-1])[: len(attempts)] & again
    return {"repeats": after_talk, "redials": (attempts.number > 0) & ~after_talk}


def _first_contacts(attempts: Attempts) -> dict[str, Bools]:
    """Tell which attempts hold their caller's first talk, and whether it was the only one needed.

    A talk cut by a fault is one that settled nothing; one sent back to the queue goes on.
    """
    has_talk = (attempts.n_talks > 0) | attempts.ended("dropped")
    rows = np.flatnonzero(has_talk)
    caller = attempts.caller[rows]
    is_first = np.append(True, caller[1:] != caller[:-1])[: len(rows)]
    first = np.zeros(len(attempts), dtype=bool)
    first[rows[is_first]] = True
    at_once = attempts.ended("answered") & (attempts.n_transfers == 0)
    unrepeated = first & at_once & attempts.is_last_of_caller
    return {
        "first_contacts": first,
        "first_unrepeated": unrepeated,
        "first_resolved": unrepeated & attempts.is_solved,
    }


def _callers(
    attempts: Attempts, tables: RunTables, manifest: Manifest
) -> dict[str, Bools | Ints | Floats]:
    """Return what each caller adds, at the first attempt."""
    firsts = np.flatnonzero(attempts.is_first_of_caller)
    served = attempts.ended("answered", "self_served", "reported")
    unknown = attempts.ended("cut_off") & attempts.is_last_of_caller
    codes = {name: code for code, name in enumerate(manifest.caller_states)}
    calls_again = tables["callers"]["state"] == codes["redialling"]
    unknown |= np.isin(attempts.caller, np.flatnonzero(calls_again))

    def at_first(each: Bools | Floats) -> Floats:
        found = np.zeros(len(attempts))
        if len(firsts):
            found[firsts] = np.add.reduceat(each.astype(np.float64), firsts)
        return found

    is_first, n_served = attempts.is_first_of_caller, at_first(served)
    is_known = (n_served > 0) | (at_first(unknown) == 0.0)
    return {
        "callers": is_first,
        "callers_served": is_first & (n_served > 0),
        "callers_known": is_first & is_known,
        "caller_attempts": at_first(np.ones(len(attempts))),
        "caller_wait_s": at_first(attempts.wait_s),
    }


def leg_sums(calls: Columns, manifest: Manifest) -> dict[str, Floats]:
    """Return what each leg adds to each sum, shape (rows of calls,) each."""
    handled, outbound = reached_agent(calls), is_outbound(calls, manifest)
    done = handled & ~has_outcome(calls, manifest, "cut_off")
    talked = has_outcome(calls, manifest, "answered", "transferred")
    answered = has_outcome(calls, manifest, "answered")
    work_s = np.where(done, calls["t_end_s"] - calls["t_wait_end_s"], 0.0)
    # what waits to be dialled does not wait on the line
    inbound = handled & ~outbound
    wait_s = np.where(inbound, calls["t_wait_end_s"] - calls["t_menu_end_s"], 0.0)
    sums = {
        "handled": handled,
        "handled_inbound": inbound,
        "handled_wait_s": wait_s,
        "handled_done": done,
        "work_s": work_s,
        "talks_ended": talked,
        "handed_on": has_outcome(calls, manifest, "transferred"),
        "finished": answered,
        "finished_settled": answered & (calls["solved"] == 1),
        "dialled": outbound & (talked | has_outcome(calls, manifest, "not_reached")),
        "reached": outbound & talked,
    }
    return {name: np.asarray(each, dtype=np.float64) for name, each in sums.items()}


def agent_spans(tables: RunTables, manifest: Manifest) -> dict[str, Spans]:
    """Return when agents are on duty, at work, on duty after the end of their shift, and planned.

    On duty is the ghost-corrected staff: who still has a contact in hand when the shift ends stays
    on duty until it is done. Planned is from coming to the planned end, whoever left early or late.
    """
    agent, from_s, to_s = merged(*busy_intervals(tables["calls"]))
    busy = agent, from_s, np.minimum(to_s, manifest.end_s)
    shifts = tables["agent_shifts"]
    t_off_s = np.minimum(shifts["t_off_s"], manifest.end_s)
    late = t_off_s > shifts["t_shift_end_s"]
    begins_s = np.maximum(shifts["t_shift_end_s"], shifts["t_on_s"])
    over = merged(shifts["agent"][late], begins_s[late], t_off_s[late])
    planned = merged(
        shifts["agent"], shifts["t_on_s"], np.minimum(shifts["t_shift_end_s"], manifest.end_s)
    )
    duty = duty_intervals(tables, manifest)
    return {"duty_h": duty, "busy_h": busy, "overtime_h": over, "planned_h": planned}
