"""Run a written case until its intervals are narrow, and compare it with its exact values.

By hand, for some cases or families: `python -m tests.contact.reference.compared erlang_c ...`.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.loader import LoadedScenario, load_scenario
from sim.world.run import run_scenario
from tests.contact.reference import random_days
from tests.contact.reference.estimated import Estimate, ratio
from tests.contact.reference.sampled import Samples, exact, is_share, sampled, shown
from tests.contact.reference.written import CALLS, Case, Written, written

CASES: list[Case] = json.loads(
    (Path(__file__).parents[2] / "data" / "queues.json").read_text(encoding="utf-8")
)["cases"]
FIRST_SEED = 20_261_122
"""Fixed before the first run and not changed after it; run k of every case has FIRST_SEED + k."""
FIRST_RUNS, MOST_RUNS = 24, 2_000
NARROW, NARROW_SHARE = 0.02, 0.002
"""Half-widths of 95 % intervals: of the value, and absolute for probabilities."""
SMALL = 1e-3
"""Exact values below it are met by an upper bound alone."""


@dataclass(frozen=True)
class Verdict:
    """Hold what a case says of one measure."""

    name: str
    exact: float
    estimate: Estimate
    wanted: float
    """Half-width that is narrow enough."""

    @property
    def p(self) -> float:
        if self.exact < SMALL:
            return self.estimate.p_at_most(SMALL)
        return self.estimate.p_equal(self.exact)

    @property
    def is_narrow(self) -> bool:
        return self.estimate.half_width <= self.wanted

    def __str__(self) -> str:
        each = self.estimate
        return (
            f"{self.name:45} exact {self.exact:<12.6g} found {each.value:<12.6g}"
            f" ± {each.half_width:<10.3g} ({self.wanted:.3g}) p {self.p:.4f}"
        )


def runs(case: Case, first: int, last: int, calls: int = CALLS) -> Samples:
    """Return the samples of runs first to last - 1 of a case, each through the ordinary loader."""
    as_scenario = written(case, calls)
    loaded = _loaded(as_scenario)
    parts = []
    for number in range(first, last):
        output = run_scenario(loaded, FIRST_SEED + number)
        parts.append(sampled(case, as_scenario, output.tables, output.manifest))
    return Samples.joined(parts)


def _loaded(as_scenario: Written) -> LoadedScenario:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case.yaml"
        file.write_text(as_scenario.text, encoding="utf-8")
        return load_scenario(file)


def verdicts(case: Case, samples: Samples) -> list[Verdict]:
    """Return what the samples say of each measure of a case."""
    found = []
    for name in shown(case):
        value = exact(case, name)
        if case["family"] == "doubly_stochastic":
            estimate = random_days.estimate(case, *samples.sums[name])
        else:
            estimate = ratio(*samples.sums[name], samples.controls)
        wanted = NARROW_SHARE if is_share(case, name) or value < SMALL else NARROW * value
        found.append(Verdict(f"{case['id']} {name}", value, estimate, wanted))
    return found


def compared(case: Case, n_first: int = FIRST_RUNS, most: int = MOST_RUNS) -> list[Verdict]:
    """Run a case until all its intervals are narrow, or as often as allowed."""
    samples, n = runs(case, 0, n_first), n_first
    while True:
        found = verdicts(case, samples)
        short = max(each.estimate.half_width / each.wanted for each in found)
        if short <= 1.0 or n >= most:
            return found
        more = min(most, max(n + 2, math.ceil(1.05 * n * short**2)))
        samples = Samples.joined([samples, runs(case, n, more)])
        n = more


def chosen(words: list[str]) -> Iterator[Case]:
    return (c for c in CASES if not words or c["id"] in words or c["family"] in words)


if __name__ == "__main__":
    for one in chosen(sys.argv[1:]):
        began = time.perf_counter()
        for verdict in compared(one):
            print(verdict, "" if verdict.is_narrow else "WIDE", flush=True)
        print(f"  {time.perf_counter() - began:.0f} s", flush=True)
