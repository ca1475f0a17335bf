"""The contact centre in its measured window: ratios of sums over batches of equal length.

The window goes from the end of the warm-up to the beginning of the cool-down. Calls are counted in
the batch in which they ring (a leg after the first: in which it begins), with all that comes of
them; calls whose wait is still open when the run ends are not counted, of which a cool-down leaves
none. Means over time are integrals over the window divided by its length, whoever is in.

Who is counted: over all, what callers meet who ring, so the first leg of each attempt; by call
type, every leg in that type, so escalated matters and calls back count in theirs. Means over time
count everybody. Which group answers is told of every leg, by group and, where there are several
call types, by both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.intervals import merged
from sim.indicators.measured import Batches, Measured
from sim.indicators.queue import Bools, busy_intervals, duty_intervals, reached_agent
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import HOUR_S

__all__ = ["Calls", "Key", "Window", "batched", "steady", "steady_parts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Key(NamedTuple):
    """Name a measure, and whose it is: of all, of a call type, of an agent group, or of both."""

    name: str
    call_type: str = ""
    group: str = ""


def steady(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return every steady measure over all calls and agents."""
    return {key.name: one for key, one in _measured(tables, manifest) if key == Key(key.name)}


def steady_parts(tables: RunTables, manifest: Manifest) -> dict[Key, Measured]:
    """Return the steady measures by call type and by agent group."""
    return {key: one for key, one in _measured(tables, manifest) if key != Key(key.name)}


def _measured(tables: RunTables, manifest: Manifest) -> Iterator[tuple[Key, Measured]]:
    for key, batches in batched(tables, manifest).items():
        yield key, batches.measured()


def batched(tables: RunTables, manifest: Manifest) -> dict[Key, Batches]:
    """Return every steady measure batch by batch: over all, by call type, by agent group."""
    window = Window.of(manifest)
    calls = Calls(tables["calls"], manifest)
    found = {Key(name): one for name, one in _shares(calls, calls.is_first_leg, window).items()}
    everyone = np.ones(len(calls.outcome), dtype=bool)
    found |= {Key(name): one for name, one in _levels(calls, everyone, window).items()}
    found |= {Key(name): one for name, one in _callers(tables, calls, window).items()}
    found |= _agents(tables, manifest, window)
    present = np.unique(calls.type_ix)
    if len(present) > 1:
        for type_ix in present:
            chosen = calls.type_ix == type_ix
            of_type = _shares(calls, chosen, window) | _levels(calls, chosen, window)
            name = manifest.call_types[type_ix]
            found |= {Key(each, call_type=name): one for each, one in of_type.items()}
    return found | _answered_by(tables["agent_shifts"], calls, manifest, window)


class Window:
    """Hold batches of time, edge to edge, and sort events and intervals into them."""

    def __init__(self, edges_s: Floats) -> None:
        self.n = len(edges_s) - 1
        self.edges_s = edges_s
        self.lengths_s = np.diff(edges_s)

    @classmethod
    def of(cls, manifest: Manifest) -> Window:
        """Return the batches of equal length of a run's measured window."""
        measures = manifest.measures
        end_s = manifest.end_s - measures.cool_down_s
        return cls(np.linspace(measures.warm_up_s, end_s, measures.batches + 1))

    def batch_of(self, times_s: Floats) -> Ints:
        """Return the batch of each time; the number of batches for those outside the window."""
        place = np.searchsorted(self.edges_s, times_s, side="right") - 1
        return np.where((place < 0) | (place >= self.n), self.n, place)

    def sums(self, batch: Ints, weights: Floats | None = None) -> Floats:
        """Return the sum of the weights (or the count) of each batch."""
        found = np.bincount(batch, weights=weights, minlength=self.n + 1)
        return found[: self.n].astype(np.float64)

    def integral(self, from_s: Floats, to_s: Floats) -> Floats:
        """Return the integral over each batch of the number of intervals that hold."""
        return np.diff(self._begun(from_s) - self._begun(to_s))

    def held_at(self, from_s: Floats, to_s: Floats) -> Floats:
        """Return how many intervals hold at each edge, just after all that happens at it."""
        begun, ended = (
            np.cumsum(self._counts(np.searchsorted(self.edges_s, times_s)))[: self.n + 1]
            for times_s in (from_s, to_s)
        )
        return np.asarray(begun - ended, dtype=np.float64)

    def _counts(self, place: Ints, weights: Floats | None = None) -> Floats:
        return np.bincount(place, weights=weights, minlength=self.n + 2).astype(np.float64)

    def _begun(self, times_s: Floats) -> Floats:
        """Return for each edge the sum over the times before it of edge - time."""
        place = np.searchsorted(self.edges_s, times_s, side="right")
        n = np.cumsum(self._counts(place))[: self.n + 1]
        # measured from the first edge, so that long runs lose no digits
        since = times_s - self.edges_s[0]
        sums = np.cumsum(self._counts(place, since))[: self.n + 1]
        return np.asarray(n * (self.edges_s - self.edges_s[0]) - sums)


class Calls:
    """Hold what is asked of the rows of `calls`, shape (rows,) each."""

    def __init__(self, calls: Columns, manifest: Manifest) -> None:
        self._codes = {name: code for code, name in enumerate(manifest.outcomes)}
        self.state_codes = {name: code for code, name in enumerate(manifest.caller_states)}
        self.outcome = calls["outcome"]
        self.type_ix = calls["call_type"]
        self.caller = calls["caller"]
        self.attempt = calls["attempt"]
        self.agent = calls["agent"]
        self.leg = calls.get("leg", np.zeros(len(self.outcome), dtype=np.int64))
        self.is_first_leg: Bools = self.leg == 0
        self.t_offered_s = calls["t_offered_s"]
        self.t_end_s = calls["t_end_s"]
        self.has_menu_end: Bools = np.isfinite(calls["t_menu_end_s"])
        # a leg that goes on after another one keeps the time its first one joined the queue
        self.t_queued_s = np.where(self.has_menu_end, calls["t_menu_end_s"], self.t_end_s)
        self.t_joined_s = np.maximum(self.t_queued_s, self.t_offered_s)
        waited_out = np.isfinite(calls["t_wait_end_s"])
        self.t_left_s = np.where(waited_out, calls["t_wait_end_s"], self.t_end_s)
        self.answered: Bools = reached_agent(calls)
        self.abandoned = self.has("abandoned")
        self.accepted: Bools = self.answered | self.abandoned | self.has("restored")
        still = self.has("cut_off") & self.has_menu_end & ~self.answered
        self.in_queue: Bools = self.accepted | still
        self.wait_s = np.where(self.accepted, self.t_left_s - self.t_queued_s, 0.0)
        # who leaves at once has met no idle agent either
        self.waited: Bools = self.accepted & ~(self.answered & (self.wait_s <= 0.0))
        self.in_time: Bools = self.wait_s <= manifest.measures.service_level_within_s

    def has(self, *names: str) -> Bools:
        """Return which rows ended in one of the outcomes named; outcomes a run lacks have none."""
        return np.isin(self.outcome, [self._codes[name] for name in names if name in self._codes])


def _shares(calls: Calls, chosen: Bools, window: Window) -> dict[str, Batches]:
    """Return what is counted by arrival of the calls chosen."""
    batch = window.batch_of(calls.t_offered_s)
    batch = np.where(chosen, batch, window.n)
    answered, abandoned, accepted = calls.answered, calls.abandoned, calls.accepted

    def n(rows: Bools) -> Floats:
        return window.sums(batch[rows])

    def wait_s(rows: Bools) -> Floats:
        return window.sums(batch[rows], calls.wait_s[rows])

    everyone = np.ones(len(batch), dtype=bool)
    fresh = (calls.attempt == 0) & calls.is_first_leg
    blocked, called_back = calls.has("blocked"), calls.has("callback")
    talk_s = np.where(answered, calls.t_end_s - calls.t_left_s, 0.0)
    done = answered & ~calls.has("cut_off")
    gone_in_time = n(abandoned & calls.in_time)
    served_in_time = n(answered & calls.in_time)
    hours = window.lengths_s / HOUR_S
    return {
        "steady_calls_per_h": Batches(n(everyone), hours),
        "steady_requests_per_h": Batches(n(accepted), hours),
        "steady_blocked_share": Batches(n(blocked), n(everyone)),
        "steady_first_blocked_share": Batches(n(blocked & fresh), n(fresh)),
        "steady_balked_share": Batches(n(calls.has("balked")), n(everyone)),
        "steady_callback_share": Batches(n(called_back), n(everyone)),
        "steady_waited_share": Batches(n(calls.waited | called_back), n(accepted | called_back)),
        "steady_abandoned_share": Batches(n(abandoned), n(accepted)),
        "steady_abandoned_in_time_share": Batches(gone_in_time, n(accepted)),
        "steady_wait_s": Batches(wait_s(accepted), n(accepted)),
        "steady_wait_answered_s": Batches(wait_s(answered), n(answered)),
        "steady_wait_abandoned_s": Batches(wait_s(abandoned), n(abandoned)),
        "steady_in_time_of_all_share": Batches(served_in_time, n(accepted)),
        "steady_in_time_of_answered_share": Batches(served_in_time, n(answered)),
        "steady_in_time_of_patient_share": Batches(served_in_time, n(accepted) - gone_in_time),
        "steady_in_time_or_gone_share": Batches(served_in_time + gone_in_time, n(accepted)),
        "steady_handle_s": Batches(window.sums(batch[done], talk_s[done]), n(done)),
        "steady_attempts_per_caller": Batches(n(calls.is_first_leg), n(fresh)),
    }


def _levels(calls: Calls, chosen: Bools, window: Window) -> dict[str, Batches]:
    """Return the means over time of the calls chosen."""
    held = {
        "steady_queue_calls": (calls.in_queue, calls.t_joined_s, calls.t_left_s),
        "steady_busy_calls": (calls.answered, calls.t_left_s, calls.t_end_s),
        "steady_menu_calls": (
            ~calls.has("blocked") & calls.is_first_leg, calls.t_offered_s, calls.t_queued_s
        ),
    }  # fmt: skip
    found = {}
    for name, (within, from_s, to_s) in held.items():
        rows = within & chosen
        found[name] = Batches(window.integral(from_s[rows], to_s[rows]), window.lengths_s)
    return found


def _callers(tables: RunTables, calls: Calls, window: Window) -> dict[str, Batches]:
    """Return what becomes of callers: between two attempts, and lost after the last."""
    order = np.lexsort((calls.leg, calls.attempt, calls.caller))
    caller, attempt = calls.caller[order], calls.attempt[order]
    t_offered_s, t_end_s = calls.t_offered_s[order], calls.t_end_s[order]
    is_last = np.append(caller[1:] != caller[:-1], True)[: len(caller)]
    again = np.flatnonzero(~is_last[:-1] & (attempt[1:] != attempt[:-1]))
    state = tables["callers"]["state"][caller]
    between = is_last & (state == calls.state_codes["redialling"])
    from_s = np.concatenate((t_end_s[again], t_end_s[between]))
    to_s = np.concatenate((t_offered_s[again + 1], np.full(between.sum(), window.edges_s[-1])))
    # a caller who failed after the window's end has not begun to wait within it
    to_s = np.maximum(from_s, to_s)
    fresh = window.sums(window.batch_of(t_offered_s[(attempt == 0) & (calls.leg[order] == 0)]))
    lost = is_last & (state == calls.state_codes["lost"])
    return {
        "steady_redialling_callers": Batches(window.integral(from_s, to_s), window.lengths_s),
        "steady_lost_share": Batches(window.sums(window.batch_of(t_offered_s[lost])), fresh),
    }


def _agents(tables: RunTables, manifest: Manifest, window: Window) -> dict[Key, Batches]:
    """Return agents at work, over all and by group."""
    busy = merged(*busy_intervals(tables["calls"]))
    duty = duty_intervals(tables, manifest)
    groups, group_of = _groups(tables["agent_shifts"])

    def within(intervals: tuple[Ints, Floats, Floats], group: int) -> Floats:
        agent, from_s, to_s = intervals
        rows = slice(None) if group < 0 else group_of[agent] == group
        return window.integral(from_s[rows], to_s[rows])

    found: dict[Key, Batches] = {}
    for group in range(-1, len(groups)):
        name = "" if group < 0 else str(groups[group])
        at_work = within(busy, group)
        found[Key("steady_busy_agents", group=name)] = Batches(at_work, window.lengths_s)
        found[Key("steady_occupancy_share", group=name)] = Batches(at_work, within(duty, group))
    return found


def _answered_by(
    shifts: Columns, calls: Calls, manifest: Manifest, window: Window
) -> dict[Key, Batches]:
    """Return the share of each group in the answered calls, and in those of each call type.

    Pairs of a type and a group that meet in no call are left out; one group alone has no shares.
    """
    groups, group_of = _groups(shifts)
    if len(groups) < 2:
        return {}
    rows = calls.answered
    batch = window.batch_of(calls.t_offered_s[rows])
    type_ix, group_ix = calls.type_ix[rows], group_of[calls.agent[rows]]
    types = np.unique(calls.type_ix)
    found: dict[Key, Batches] = {}
    for type_or_all in (-1, *types) if len(types) > 1 else (-1,):
        of_type = np.ones(len(batch), dtype=bool) if type_or_all < 0 else type_ix == type_or_all
        call_type = "" if type_or_all < 0 else manifest.call_types[type_or_all]
        answered = window.sums(batch[of_type])
        for number, group in enumerate(groups):
            taken = of_type & (group_ix == number)
            if not call_type or taken.any():
                key = Key("steady_group_share", call_type, str(group))
                found[key] = Batches(window.sums(batch[taken]), answered)
    return found


def _groups(shifts: Columns) -> tuple[NDArray[np.str_], Ints]:
    """Return the names of the groups, and the position of its group for each agent."""
    groups, group_ix = np.unique(shifts["agent_group"].astype(str), return_inverse=True)
    group_of = np.zeros(int(shifts["agent"].max(initial=-1)) + 1, dtype=np.int64)
    group_of[shifts["agent"]] = group_ix
    return groups, group_of
