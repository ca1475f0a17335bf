"""Section `exercise`: an unscripted drill upon the scenario, its injects and how it is judged.

Times of an exercise count from StartEx unless stated otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Between, Count, Duration, Rate, Section, Share, default
from sim.scenario.effects import Effect
from sim.scenario.run import Title
from sim.units import DURATION

__all__ = [
    "ACTIONS",
    "Condition",
    "Exercise",
    "Expectation",
    "Inject",
    "LossWeights",
    "RubricWeights",
    "Success",
    "Trigger",
    "filled",
]

PlayerSeat = Literal["supervisor", "dispatcher", "notification"]
Action = Literal[
    "AskOvertime",
    "AssignCrew",
    "BeginPlannedWork",
    "CallCurtailment",
    "CallStandby",
    "CancelNotice",
    "CloseIncident",
    "CutFeeder",
    "FileMajorService",
    "JudgeIncident",
    "OperateSwitch",
    "PutOffPlannedWork",
    "RelieveAgents",
    "Report",
    "RestoreFeeder",
    "SendMobileSet",
    "SendNotice",
    "SetRestorationTime",
    "SwitchAnnouncement",
    "TellOutage",
]
ACTIONS: tuple[str, ...] = Action.__args__  # type: ignore[attr-defined]
"""Commands of the seats that play."""
Event = Literal[
    "AgentsArrived",
    "AgentsRelieved",
    "AnnouncementSwitched",
    "BreakerTripped",
    "CrewArrived",
    "CrewAssigned",
    "IncidentClosed",
    "IncidentJudged",
    "MajorServiceFiled",
    "NoticeFinished",
    "NoticeSubmitted",
    "OvertimeAgreed",
    "RepairEnded",
    "RepairStarted",
    "ReportMade",
    "RestorationTimeSet",
    "StandbyCalled",
    "SupplyRestored",
    "SwitchOperated",
]


class Condition(Section):
    """Conditions on the state of the world; all that are given must hold."""

    customers_out: Count | None = None
    """At least so many customers are without supply."""
    incidents: Count | None = None
    """At least so many incidents are open."""
    queue: Count | None = None
    """At least so many callers wait for an agent."""
    on_duty: Count | None = None
    """At least so many agents are on duty."""
    at_work: Count | None = None
    """At least so many crews patrol, switch or repair."""
    on_the_road: Count | None = None
    """At least so many crews travel to a task."""
    repairs: Count | None = None
    """At least so many crews repair."""
    restorations: Count | None = None
    """At least so many times supply came back to somebody since StartEx."""
    notices: Count | None = None
    """At least so many notices have been sent since StartEx."""
    after: Duration | None = None
    """So long after StartEx."""
    fired: str | None = None
    """This other inject has fired..."""
    fired_before: Duration = default(0)
    """...so long ago or longer. Default: just now; assumption."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set - {"fired_before"}:
            raise ValueError(say("give at least one condition, such as after or customers_out"))
        return self


class Trigger(Section):
    """What fires an inject: exactly one of at, when, and rate (with while)."""

    at: Duration | None = None
    """Fires so long after StartEx, whatever happens."""
    when: Condition | None = None
    """Fires when this holds for the first time."""
    rate: Rate | None = None
    """Fires when the hazard at this rate, added up over time, reaches a number drawn in advance
    (exponential with mean 1): a different decision path meets the same luck."""
    while_: Annotated[Condition | None, Field(alias="while")] = None
    """The hazard adds up only while this holds. Default: always."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.at, self.when, self.rate)) != 1:
            raise ValueError(say("give exactly one of at, when, rate"))
        if self.while_ is not None and self.rate is None:
            raise ValueError(say("while belongs to rate: give both or neither"))
        return self


class Success(Section):
    """What must follow in the log for an answer to count as a success."""

    fact: Event
    """Kind of fact that must follow the inject (or must not)."""
    match: dict[str, str] = {}
    """Fields the fact must have, as text; `{crew}` and the like stand for what the inject was
    about. Default: any."""
    within: Annotated[Duration, Field(gt=0)]
    """So long after the inject."""
    is_wanted: bool = True
    """Whether the fact is wanted; false: it must not happen. Default: wanted; assumption."""


class Expectation(Section):
    """What a seat is expected to do about an inject."""

    seat: PlayerSeat
    """The seat."""
    action: Action
    """The command it gives."""
    match: dict[str, str] = {}
    """Fields the command must have, as text; `{incident}` and the like stand for what the inject
    was about, and words apart with `|` are alternatives. Default: any."""
    is_wanted: bool = True
    """Whether the command is wanted; false: giving it within the limit is the mistake a decoy
    invites. Default: wanted; assumption."""
    before: Duration = default(0)
    """One given up to this long before the inject, but after StartEx, answers it too. Default: it
    must come after; assumption."""
    target: Duration
    """In time when given within this, from the inject."""
    limit: Annotated[Duration, Field(gt=0)]
    """Too late after this; in between the mark for timeliness falls in a straight line."""
    success: Success | None = None
    """What must come of it. Default: an accepted command is enough."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.target > self.limit:
            raise ValueError(say("target must not be longer than limit"))
        return self


class Inject(Section):
    """Something that goes wrong, or seems to, and what is expected of the seats."""

    title: Title
    """Name for the controller and the report."""
    objective: str
    """Objective of the exercise that it tries."""
    seat: PlayerSeat
    """Seat that meets it first."""
    text: Title = Title(en="", zh="")
    """What that seat is told; `{district}`, `{crew}` and the like stand for what it is about.
    Default: nothing, it must be noticed."""
    trigger: Trigger
    """What fires it."""
    weight: Annotated[float, Field(gt=0)] = 1.0
    """Of several that are due, the one of the highest weight goes first. Default: assumption."""
    difficulty: Annotated[int, Field(ge=1, le=5)] = 2
    """From 1 to 5; the easiest one is chosen when an objective has not been tried. Default:
    assumption."""
    cool_down: Duration = default("30 min")
    """No other inject with the same kind of effect fires within this time after it. Assumption."""
    effect: Effect
    """What it does to the model."""
    is_decoy: bool = False
    """Whether it only looks like trouble: it enters the evidence and changes no truth."""
    expect: tuple[Expectation, ...] = ()
    """What the seats are expected to do. Default: nothing is judged."""

    @property
    def limit_s(self) -> float:
        """Return how long it stays open at most, s."""
        return max((each.limit for each in self.expect), default=0.0)


class LossWeights(Section):
    """What one unit of each loss counts in the outcome; all are assumptions."""

    customer_hour: Annotated[float, Field(ge=0)] = 1.0
    """An hour of one customer without supply. Assumption: the unit of the others."""
    lost_caller: Annotated[float, Field(ge=0)] = 2.0
    """A caller who was never served. Assumption."""
    wrong_hour: Annotated[float, Field(ge=0)] = 0.5
    """An hour of one customer who was told a restoration time that had passed. Assumption."""


class RubricWeights(Section):
    """Shares of the mark of one expectation (DRILLS 1.6); all are assumptions."""

    timeliness: Share = default("35 %")
    """In time. Assumption."""
    correctness: Share = default("45 %")
    """Right, and with the wanted outcome. Assumption."""
    communication: Share = default("20 %")
    """The right seat did it and said so. Assumption."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(self.timeliness + self.correctness + self.communication - 1.0) > 1e-9:
            raise ValueError(say("the three shares must add up to 100 %"))
        return self


class Exercise(Section):
    """A drill: when it starts and ends, its objectives, and the pool of injects."""

    title: Title
    """Name of the drill."""
    objectives: Annotated[dict[str, Title], Field(min_length=1)]
    """What the drill tries, by id; each is tried at least once."""
    start_at: Duration
    """StartEx: so long after the scenario's start; the time before runs by the written plan."""
    length: Annotated[Duration, Field(gt=0)] = default("90 min")
    """From StartEx to EndEx. Assumption."""
    graded_speed: Annotated[float, Field(gt=0, le=2)] = 2.0
    """Highest speed, simulated over real time, at which timeliness is judged. Default: assumption
    of the domain reference (DRILLS, principle 4)."""
    human_delay: Duration = default("3 min")
    """Delay of the written plan's seats in the baseline it gives. Assumption."""
    tick: Annotated[Duration, Between(DURATION, "1 s")] = default("15 s")
    """How often the director looks at the state. Assumption."""
    spacing: Duration = default("4 min")
    """Shortest time between two injects the director chooses; those at a stated time or fired by
    hand are exempt. Assumption."""
    most_open_per_seat: Annotated[int, Field(ge=1)] = 3
    """A seat with so many unanswered injects gets no further one from the director. Assumption."""
    cover_from: Duration = default("25 min")
    """So long before EndEx the director begins to fire injects for objectives not tried yet.
    Assumption."""
    weights: LossWeights = LossWeights()
    """What counts in the outcome."""
    rubric: RubricWeights = RubricWeights()
    """What counts in an expectation."""
    injects: dict[str, Inject] = {}
    """The pool, by id. Default: none."""

    @property
    def end_at(self) -> float:
        """Return EndEx, s from the scenario's start."""
        return self.start_at + self.length


_PLACE = re.compile(r"\{(\w+)\}")


def filled(text: str, about: Mapping[str, str], names: Mapping[str, str] | None = None) -> str:
    """Return a text with `{word}` replaced by what an inject was about.

    `names` says how an id is shown (a district by its name); unknown words stay as they are.
    """

    def shown(found: re.Match[str]) -> str:
        value = about.get(found[1], found[0])
        return (names or {}).get(value, value)

    return _PLACE.sub(shown, text)
