"""Time series of a run, for charts: pure functions of the stored tables.

Times are seconds from the start. Step series reach from 0 to the end of the run; interval series
have one value an interval, the last of which the end of the run may cut short.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.indicators.attempts import Attempts
from sim.indicators.calls import OTHERWISE
from sim.indicators.intervals import StepSeries, merged, open_ended, stacked
from sim.indicators.queue import (
    Population,
    duty_intervals,
    is_outbound,
    of_population,
    queued,
    waited_s,
)
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import MINUTE_S

__all__ = [
    "CREW_STATES",
    "QUARTER_S",
    "CallCounts",
    "Waits",
    "agents_on_duty",
    "calls_per_interval",
    "crews_by_state",
    "customers_believed_out",
    "customers_out",
    "queue_length",
    "waits_per_interval",
]

QUARTER_S = 15 * MINUTE_S
CREW_STATES = ("idle", "travelling", "patrolling", "switching", "repairing", "stood_down",
               "out_of_action")  # fmt: skip

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CallCounts:
    """Count attempts of customers by the interval in which they rang; shape (n,) each.

    `t_s` is the start of each interval. offered = blocked + self_served + abandoned + answered +
    otherwise + cut_off, by how they ended at last; self_served includes outages reported through
    the menu; otherwise: balked, left in the menu, hung up because supply was back, cut by a fault,
    or not reached when called back.
    """

    t_s: Floats
    offered: Floats
    blocked: Floats
    self_served: Floats
    abandoned: Floats
    answered: Floats
    otherwise: Floats
    cut_off: Floats


@dataclass(frozen=True)
class Waits:
    """Hold waits per interval; shape (n,) each, by the interval in which the call left the menu.

    `t_s` is the start of each interval. Mean and 90th percentile are of the calls that an agent
    took as they rang (levels after it wait anew and are not in them), NaN in an interval without
    any.
    """

    t_s: Floats
    mean_s: Floats
    p90_s: Floats


def customers_out(tables: RunTables, manifest: Manifest) -> StepSeries:
    """Return the customers truly without supply over time, momentary interruptions included."""
    rows = tables["interruptions"]
    until = np.where(rows["is_open"], np.inf, rows["t_on_s"])
    return stacked(rows["t_off_s"], until, rows["customers"], manifest.end_s)


def customers_believed_out(tables: RunTables, manifest: Manifest) -> StepSeries:
    """Return the customers the control room believes without supply over time.

    A transformer that two incidents explain at once is counted once.
    """
    rows = tables["beliefs"]
    transformers, from_s, to_s = merged(rows["transformer_ix"], rows["t_from_s"], rows["t_to_s"])
    customers = tables["transformers"]["customers"][transformers]
    return stacked(from_s, open_ended(to_s, manifest.end_s), customers, manifest.end_s)


def agents_on_duty(tables: RunTables, manifest: Manifest) -> StepSeries:
    """Return the agents on duty over time, busy or not."""
    agents, from_s, to_s = duty_intervals(tables, manifest)
    return stacked(from_s, open_ended(to_s, manifest.end_s), np.ones(len(agents)), manifest.end_s)


def queue_length(
    tables: RunTables, manifest: Manifest, population: Population = "all"
) -> StepSeries:
    """Return the calls and matters waiting for an agent over time, those to be dialled left out."""
    calls = of_population(tables["calls"], population)
    waiting = queued(calls, manifest) & (waited_s(calls) > 0) & ~is_outbound(calls, manifest)
    from_s = calls["t_menu_end_s"][waiting]
    to_s = np.minimum(from_s + waited_s(calls)[waiting], manifest.end_s)
    return stacked(from_s, open_ended(to_s, manifest.end_s), np.ones(len(from_s)), manifest.end_s)


def crews_by_state(tables: RunTables, manifest: Manifest) -> dict[str, StepSeries]:
    """Return the crews on duty over time for each state, in the order of CREW_STATES."""
    rows = tables["crew_states"]
    result = {}
    for state in CREW_STATES:
        chosen = rows["state"] == state
        from_s, to_s = rows["t_from_s"][chosen], rows["t_to_s"][chosen]
        result[state] = stacked(
            from_s, open_ended(to_s, manifest.end_s), np.ones(len(from_s)), manifest.end_s
        )
    return result


def calls_per_interval(
    tables: RunTables,
    manifest: Manifest,
    population: Population = "all",
    every_s: float = QUARTER_S,
) -> CallCounts:
    """Return the calls that rang in each interval, by how they ended."""
    attempts = Attempts(of_population(tables["calls"], population), manifest)
    starts = _starts(manifest.end_s, every_s)
    place = _places(attempts.t_offered_s, starts, every_s)

    def counted(*outcomes: str) -> Floats:
        chosen = place[attempts.ended(*outcomes)]
        return np.bincount(chosen, minlength=len(starts)).astype(float)

    return CallCounts(
        t_s=starts,
        offered=np.bincount(place, minlength=len(starts)).astype(float),
        blocked=counted("blocked"),
        self_served=counted("self_served", "reported"),
        abandoned=counted("abandoned"),
        answered=counted("answered"),
        otherwise=counted(*OTHERWISE),
        cut_off=counted("cut_off"),
    )


def waits_per_interval(
    tables: RunTables,
    manifest: Manifest,
    population: Population = "all",
    every_s: float = QUARTER_S,
) -> Waits:
    """Return mean and 90th percentile of the wait of answered calls in each interval."""
    attempts = Attempts(of_population(tables["calls"], population), manifest)
    answered = attempts.is_answered_first
    starts = _starts(manifest.end_s, every_s)
    place = _places(attempts.t_menu_end_s[answered], starts, every_s)
    waits = attempts.wait_s[answered]
    order = np.lexsort((waits, place))
    cuts = np.searchsorted(place[order], np.arange(len(starts) + 1))
    mean_s, p90_s = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
    for interval, (first, last) in enumerate(pairwise(cuts)):
        if last > first:
            mean_s[interval] = waits[order[first:last]].mean()
            p90_s[interval] = np.percentile(waits[order[first:last]], 90.0)
    return Waits(starts, mean_s, p90_s)


def _starts(end_s: float, every_s: float) -> Floats:
    return np.arange(max(1, math.ceil(end_s / every_s)), dtype=np.float64) * every_s


def _places(times_s: Floats, starts: Floats, every_s: float) -> NDArray[np.int64]:
    """Return the interval of each time; what happens at the very end belongs to the last."""
    return np.clip((times_s // every_s).astype(np.int64), 0, len(starts) - 1)
