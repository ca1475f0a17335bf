"""Let all replications of a comparison cover the same length of time.

A run ends when everybody has supply again, so a better scenario would also be a shorter one: its
totals would hold fewer calls of an ordinary day, and its bands would stop before those of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.experiments.replicate import Case, load_case

__all__ = ["with_one_span"]


def with_one_span(cases: Sequence[Case]) -> list[Case]:
    """Return the cases with settings that let each run for the longest `run.at_most` of them.

    Raise ScenarioError when a case cannot be loaded.
    """
    longest_s = max((load_case(case)[0].scenario.run.at_most for case in cases), default=0.0)
    span = tuple(f"run.{key}={longest_s:.15g} s" for key in ("at_least", "at_most"))
    return [replace(case, sets=(*case.sets, *span)) for case in cases]
