"""Section `run`: what is simulated, from when, for how long."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Between, Count, Duration, Section, When, default
from sim.units import DURATION

__all__ = ["ArrivalCommitment", "Run", "Title"]


class Title(Section):
    """A text people see, in both languages."""

    en: str
    """English text."""
    zh: str
    """Simplified Chinese text."""


class ArrivalCommitment(Section):
    """Promised mean time from first report to crew arrival (State Grid ten promises, 2023)."""

    urban: Duration = default("45 min")
    """In towns. State Grid ten promises, 2023, item 3."""
    rural: Duration = default("90 min")
    """In the countryside. State Grid ten promises, 2023, item 3."""
    remote: Duration = default("2 h")
    """In specially remote areas. State Grid ten promises, 2023, item 3."""


class Run(Section):
    """What is simulated, from when, for how long."""

    name: Title
    """Name of the scenario on reports."""
    notes: tuple[Title, ...] = ()
    """What a reader must know: shifted tracks, approximate places, assumptions."""
    start: When
    """Calendar time of the clock's zero, local unless it carries an offset."""
    zone: str = "Asia/Shanghai"
    """Time zone (IANA name) of all local times."""
    seed: Count = 1
    """Seed of all luck; the same seed gives the same log."""
    at_least: Duration = default("48 h")
    """The run goes on at least this long. Assumption: a storm day and the day after."""
    at_most: Annotated[Duration, Field(gt=0), Between(DURATION, high="60 d")] = default("96 h")
    """The run ends here even if customers are still without supply (the issue's own horizon)."""
    operations: Literal["real", "ideal"] = "real"
    """How faults are dealt with. real: on belief, with crews that drive. ideal: every fault is
    known at once, switched and repaired in the hours of `reliability`, with as many crews as it
    takes; nobody calls, and planned work, rotating cuts and faults behind transformers are left
    out: for studies of the medium-voltage grid. Default: real."""
    momentary_threshold: Duration = default("3 min")
    """Shorter interruptions are momentary: 3 min in DL/T 836, 5 min in IEEE 1366."""
    arrival_commitment: ArrivalCommitment = ArrivalCommitment()
    """Promised mean time from first report to crew arrival, by kind of area."""
