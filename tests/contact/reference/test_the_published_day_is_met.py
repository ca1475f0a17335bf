"""The whole-day example of the library SSJ as `scenarios/call_centre_day.yaml`.

Published: 1,000 days; sums a day over 1,660, the mean number of calls. A day's intervals overlap
with the published ones when the difference is within the interval of the difference.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from sim.indicators.steady import Calls, Window
from sim.scenario.loader import load_scenario
from sim.world.run import run_scenario
from tests.contact.reference.compared import FIRST_SEED
from tests.contact.reference.estimated import ratio

FILE = Path(__file__).parents[3] / "scenarios" / "call_centre_day.yaml"
DAYS, DAY_S = 60, 86400.0
CALLS_A_DAY = 1660.0
PUBLISHED = {
    "wait_s": (11.83, 10.06, 13.61),
    "met_share": (0.853, 0.844, 0.862),
    "lost_share": (0.0342, 0.0311, 0.0374),
}
ARRIVALS = 1639.5
"""Its interval was not published; it is that of 1,000 Poisson numbers with a Gamma(10, 10) mean."""
ARRIVALS_HALF = 1.96 * math.sqrt((CALLS_A_DAY + CALLS_A_DAY**2 / 10.0) / 1000.0)


def days(n_runs: int) -> dict[str, np.ndarray]:
    """Return sums by day: calls, their waits in s, those met or gone in time, those lost."""
    sets = [f"run.{key}={DAYS} d" for key in ("at_least", "at_most")]
    loaded = load_scenario(FILE, sets=sets)
    found: dict[str, list[np.ndarray]] = {}
    for number in range(n_runs):
        output = run_scenario(loaded, FIRST_SEED + number)
        calls = Calls(output.tables["calls"], output.manifest)
        window = Window(DAY_S * np.arange(DAYS + 1))  # from 08:00 to 08:00
        day = window.batch_of(calls.t_offered_s)
        sums = {
            "calls": window.sums(day),
            "wait_s": window.sums(day, calls.wait_s),
            "met_share": window.sums(day[calls.accepted & calls.in_time]),
            "lost_share": window.sums(day[calls.abandoned]),
        }
        for name, values in sums.items():
            found.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in found.items()}


def overlaps(estimate, value: float, half: float) -> bool:
    return abs(estimate.value - value) <= math.hypot(estimate.half_width, half)


def agrees(found: dict[str, np.ndarray]) -> None:
    none = np.empty((len(found["calls"]), 0))
    day = np.full(len(found["calls"]), CALLS_A_DAY)
    arrivals = ratio(found["calls"], np.ones(len(day)), none)
    assert overlaps(arrivals, ARRIVALS, ARRIVALS_HALF), arrivals
    for name, (value, low, high) in PUBLISHED.items():
        estimate = ratio(found[name], day, none)
        assert overlaps(estimate, value, (high - low) / 2.0), (name, estimate)


def test_some_days_agree_with_the_published_ones() -> None:
    agrees(days(3))


@pytest.mark.slow
def test_many_days_agree_with_the_published_ones() -> None:
    """Six thousand days: our own intervals are then less than half as wide as the published."""
    agrees(days(100))
