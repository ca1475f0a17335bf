"""What the after-action page shows of a drill: plain data, which `sim.drill.debrief` fills.

Reports stand below drills, so the page knows no ledger and no world. Times are seconds from the
scenario's start; texts that people or scenarios gave come in both languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.indicators.intervals import StepSeries

__all__ = [
    "MEASURES",
    "PARTS",
    "Contribution",
    "Debrief",
    "Effect",
    "Event",
    "Expected",
    "Finding",
    "Fork",
    "Lane",
    "Objective",
    "Opened",
    "Outcome",
    "Screen",
    "Seat",
    "Text",
]

Text = Mapping[str, str]
"""Language → text."""
Lane = Literal["truth", "known", "done"]

PARTS = ("customer_hours", "lost_callers", "wrong_hours")
"""What the loss is made of."""
MEASURES = ("loss", *PARTS, "abandoned_calls")
"""What the effect of a fork is told in."""


@dataclass(frozen=True)
class Seat:
    """Say who sat at a seat, and for how long it was in a person's hands, s of the exercise."""

    seat: str
    users: tuple[str, ...]
    person_s: float
    autopilot_s: float


@dataclass(frozen=True)
class Opened:
    """Hold a commitment: what was shown before StartEx, and what opens it."""

    shown: str
    salt: str
    recomputed: str
    is_kept: bool
    content: str


@dataclass(frozen=True)
class Screen:
    """Say what a person's screen had last shown when an order was given."""

    t_s: float
    waiting: int | None = None
    """Callers on the queue board; None on the screens of other seats."""
    believed_out: int | None = None
    """Customers that control believed out; None on the screens of other seats."""


@dataclass(frozen=True)
class Event:
    """Hold one thing that happened, as logged."""

    t_s: float
    lane: Lane
    seat: str
    """Who knew or did it; '' in the lane of truth."""
    kind: str
    """Kind of fact, or `command`, `refused`, `inject`, `message`, `hint`, `control`."""
    fields: Mapping[str, Any]
    seq: int = -1
    """Number of the fact, -1 for what stands in the session's log."""
    text: Text | None = None
    """Title of the inject, or what was said in it."""
    is_person: bool = False
    """Whether a person did it, not the autopilot."""
    screen: Screen | None = None
    """What the person's screen had shown."""

    @property
    def place(self) -> tuple[float, float]:
        """Return what sorts it: time, then log entry; the session's log comes after the facts."""
        return self.t_s, float(self.seq) if self.seq >= 0 else math.inf


@dataclass(frozen=True)
class Expected:
    """Hold one expectation with what became of it; marks are shares from 0 to 1."""

    inject: str
    title: Text
    is_decoy: bool
    seat: str
    action: str
    is_wanted: bool
    fired_s: float
    target_s: float
    limit_s: float
    status: str
    answered_s: float | None
    success: bool | None
    timeliness: float | None
    correctness: float | None
    communication: float | None
    score: float | None
    seqs: tuple[int, ...]
    """Log entries behind it."""
    is_autopilot: bool = False
    """Whether the seat was left to the written plan when the inject fired."""


@dataclass(frozen=True)
class Objective:
    """Hold an objective with the rating its expectations suggest: P, S, M, U, or '' for none."""

    name: str
    title: Text
    rating: str
    score: float | None
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Outcome:
    """Hold the loss of one run on the same luck."""

    case: str
    """team, nothing or plan."""
    amounts: Mapping[str, float]
    """Customer-hours, lost callers and wrong hours."""
    weights: Mapping[str, float]
    behind: Mapping[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    """Part → log entries it comes from with their amounts, the heaviest first; the team's only."""

    @property
    def parts(self) -> dict[str, float]:
        """Return each part of the loss: its amount times its weight."""
        return {name: self.amounts[name] * self.weights[name] for name in PARTS}

    @property
    def loss(self) -> float:
        """Return the weighted sum."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Contribution:
    """Hold what a seat's decisions changed: the team's loss less that with the plan there."""

    seat: str
    change: float
    amounts: Mapping[str, float]


@dataclass(frozen=True)
class Effect:
    """Hold a fork's change of one measure on the luck of the drill, and over re-drawn luck."""

    measure: str
    change: float
    low: float | None = None
    """Smallest value over the re-draws; None without any."""
    high: float | None = None
    """Largest value over the re-draws."""

    @property
    def spread(self) -> float | None:
        """Return the largest less the smallest value over the re-draws."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def is_shown(self) -> bool:
        """Say whether the change exceeds the spread and no re-draw points the other way."""
        if self.low is None or self.high is None:
            return False
        is_one_way = min(self.low, self.change) > 0.0 or max(self.high, self.change) < 0.0
        return is_one_way and abs(self.change) > self.high - self.low


@dataclass(frozen=True)
class Fork:
    """Hold a run of the recorded commands with one shifted, dropped or added."""

    name: str
    """As the controller wrote it."""
    what: Literal["shift", "drop", "add"]
    seat: str
    command: str
    fields: Mapping[str, Any]
    t_s: float
    """When the command was given; of an added one, when it is."""
    to_s: float | None
    """When a shifted one is given instead."""
    effects: tuple[Effect, ...]
    n_refused: int
    """Recorded commands that no longer applied, beyond those refused in the drill."""
    n_redraws: int


@dataclass(frozen=True)
class Finding:
    """Hold something worth a line, from the log alone."""

    kind: str
    """before, in_time, late, in_vain, missed, mistaken, restrained, promises, notice, no_notice or
    refused."""
    is_good: bool
    values: Mapping[str, Any]
    """Times end in `_s`; `inject` is a Text; seat, action and the like are codes."""
    seqs: tuple[int, ...]
    is_autopilot: bool = False
    """Whether it is about a seat that was left to the written plan."""


@dataclass(frozen=True)
class Debrief:
    """Hold all the page says."""

    title: Text
    start: str
    """Calendar start of the scenario, ISO 8601 with offset."""
    startex_s: float
    endex_s: float
    end_s: float
    ended: str
    """Why: endex or stopped."""
    is_timely: bool
    """Whether play was slow enough for timeliness to be judged."""
    run: str
    seed: int
    digest: str
    districts: Mapping[str, Text]
    injects: Mapping[str, Text]
    """Titles of the whole pool."""
    seats: tuple[Seat, ...]
    commitment: Opened | None
    customers_out: StepSeries
    believed_out: StepSeries
    events: tuple[Event, ...]
    objectives: tuple[Objective, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    forks: tuple[Fork, ...] = ()
    redrawn: tuple[str, ...] = ()
    """Names of the luck that was drawn again for forks."""
    findings: tuple[Finding, ...] = field(default_factory=tuple)
