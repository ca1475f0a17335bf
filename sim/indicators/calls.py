"""Indicators of the contact centre: attempts of customers by population, and the agents."""

from __future__ import annotations

import numpy as np

from sim.indicators.attempts import Attempts
from sim.indicators.intervals import merged
from sim.indicators.measured import Measured, count, ratio
from sim.indicators.queue import Population, busy_intervals, duty_intervals, of_population
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["OTHERWISE", "POPULATIONS", "contact"]

POPULATIONS: tuple[Population, ...] = ("county", "province")

OTHERWISE = ("balked", "left_in_menu", "restored", "dropped", "not_reached")
"""Outcomes that are told together where there is little room."""


def contact(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    """Return the indicators of calls for each population, and those of the agents."""
    result: dict[str, Measured] = {}
    for population in POPULATIONS:
        attempts = Attempts(of_population(tables["calls"], population), manifest)
        for name, measured in _of_attempts(attempts, manifest).items():
            result[f"{population}_{name}"] = measured
        if population == "county":
            result["county_callers"] = count(attempts.is_first_of_caller.sum())
    return result | _of_agents(tables, manifest)


def _of_attempts(attempts: Attempts, manifest: Manifest) -> dict[str, Measured]:
    def ended(*outcomes: str) -> Measured:
        return count(attempts.ended(*outcomes).sum())

    answered, waits = attempts.is_answered_first, attempts.wait_s
    abandoned, in_queue = attempts.ended("abandoned"), attempts.is_queued
    asked = attempts.is_connected | abandoned
    return {
        "calls_offered": count(len(attempts)),
        "calls_blocked": ended("blocked"),
        "calls_self_served": ended("self_served", "reported"),
        "calls_reported": ended("reported"),
        "calls_answered": ended("answered"),
        "calls_abandoned": ended("abandoned"),
        "calls_ended_otherwise": ended(*OTHERWISE),
        "calls_cut_off": ended("cut_off"),
        "calls_redialled": count((attempts.number > 0).sum()),
        "abandoned_share": ratio(abandoned.sum(), asked.sum(), "no_queued_call"),
        "service_level_share": _service_level(attempts, manifest),
        "asa_s": ratio(waits[answered].sum(), answered.sum(), "no_answered_call"),
        "longest_wait_s": (
            Measured(float(waits[in_queue].max()))
            if in_queue.any()
            else Measured(None, "no_queued_call")
        ),
    }


def _service_level(attempts: Attempts, manifest: Manifest) -> Measured:
    """Return answered within T over (answered + not answered after more than T).

    Calls lost within T count neither as met nor as missed.
    """
    in_time = attempts.wait_s <= manifest.measures.service_level_within_s
    answered = attempts.is_answered_first
    missed = attempts.is_queued & ~answered & ~in_time
    met = answered & in_time
    return ratio(met.sum(), answered.sum() + missed.sum(), "no_queued_call")


def _of_agents(tables: RunTables, manifest: Manifest) -> dict[str, Measured]:
    # an agent with several contacts in hand works once
    _, busy_from, busy_to = merged(*busy_intervals(tables["calls"]))
    busy_s = float(np.sum(np.minimum(busy_to, manifest.end_s) - busy_from))
    _, duty_from, duty_to = duty_intervals(tables, manifest)
    duty_s = float(np.sum(duty_to - duty_from))
    return {"occupancy_share": ratio(busy_s, duty_s, "nobody_on_duty")}
