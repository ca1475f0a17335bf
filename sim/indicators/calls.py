"""Indicators of the contact centre."""

from __future__ import annotations

import numpy as np

from sim.engine.tables import Columns
from sim.indicators.measured import Measured, count, ratio
from sim.indicators.queue import (
    Population,
    busy_intervals,
    duty_intervals,
    has_outcome,
    of_population,
    queued,
    reached_agent,
    waited_s,
)
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["POPULATIONS", "contact"]

POPULATIONS: tuple[Population, ...] = ("county", "province")


def contact(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of calls for each population, and those of the agents."""
    result: dict[str, Measured] = {}
    for population in POPULATIONS:
        calls = of_population(tables["calls"], population)
        for name, measured in _of_calls(calls, manifest).items():
            result[f"{population}_{name}"] = measured
    callers = tables["callers"]
    called = (callers["attempts"] > 0) & (callers["group_ix"] != 0)
    return result | {"county_callers": count(called.sum()), **_of_agents(tables, manifest)}


def _of_calls(calls: Columns, manifest: Manifest) -> dict[str, Measured]:
    def ended(*outcomes: str) -> int:
        return int(has_outcome(calls, manifest, *outcomes).sum())

    answered = reached_agent(calls)
    in_queue = queued(calls, manifest)
    abandoned = has_outcome(calls, manifest, "abandoned")
    waits = waited_s(calls)
    return {
        "calls_offered": count(len(calls["outcome"])),
        "calls_blocked": count(ended("blocked")),
        "calls_self_served": count(ended("self_served", "reported")),
        "calls_reported": count(ended("reported")),
        "calls_answered": count(ended("answered")),
        "calls_abandoned": count(ended("abandoned")),
        "calls_cut_off": count(ended("cut_off")),
        "calls_redialled": count((calls["attempt"] > 0).sum()),
        "abandoned_share": ratio(abandoned.sum(), (answered | abandoned).sum(), "no_queued_call"),
        "service_level_share": _service_level(calls, manifest),
        "asa_s": ratio(waits[answered].sum(), answered.sum(), "no_answered_call"),
        "longest_wait_s": (
            Measured(float(waits[in_queue].max()))
            if in_queue.any()
            else Measured(None, "no_queued_call")
        ),
    }


def _service_level(calls: Columns, manifest: Manifest) -> Measured:
    """Return answered within T over (answered + not answered after more than T).

    Calls lost within T count neither as met nor as missed.
    """
    within_s = manifest.measures.service_level_within_s
    waits, answered = waited_s(calls), reached_agent(calls)
    met = answered & (waits <= within_s)
    missed = queued(calls, manifest) & ~answered & (waits > within_s)
    return ratio(met.sum(), answered.sum() + missed.sum(), "no_queued_call")


def _of_agents(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    _, busy_from, busy_to = busy_intervals(tables["calls"])
    busy_s = float(np.sum(np.minimum(busy_to, manifest.end_s) - busy_from))
    _, duty_from, duty_to = duty_intervals(tables, manifest)
    duty_s = float(np.sum(duty_to - duty_from))
    return {"occupancy_share": ratio(busy_s, duty_s, "nobody_on_duty")}
