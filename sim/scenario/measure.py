"""Section `measure`: which part of a run is measured, and in how many batches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Duration, Section, default

__all__ = ["Measure"]


class Measure(Section):
    """Measure the contact centre over a window of the run, with intervals from batch means.

    A window of equal batches gives each measure a 95 % interval: Student's t of the batch means.
    """

    warm_up: Duration = default("0 s")
    """First part of the run that is left out: calls that ring in it, and its time. Assumption:
    none; several times the mean handle time and patience where a centre starts empty."""
    cool_down: Duration = default("0 s")
    """Last part of the run that is left out, so that calls counted before it come to their end.
    Assumption: none; calls still waiting when the run ends are then not counted."""
    batches: Annotated[int, Field(ge=1, le=10_000, strict=True)] = default(20)
    """Batches of equal length between warm-up and cool-down; one batch gives no interval.
    20: the usual 10 to 30 (Schmeiser, Batch size effects, Operations Research 30, 1982)."""
    every: Duration = default("0 s")
    """Also write the course of the run, interval by interval of this length (`course.csv`).
    0: do not."""
