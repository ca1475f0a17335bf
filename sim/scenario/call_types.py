"""Reasons to call: how long they take, who serves them, and what callers do who are not served."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Count, Duration, Section, Share, default
from sim.scenario.distributions import Distribution
from sim.scenario.lines import PHONE

__all__ = ["Balking", "CallType", "Callback", "Dialling", "Escalation", "QueueStep", "Redial",
           "Repeat", "Route"]  # fmt: skip


class Redial(Section):
    """What a caller does who was not served."""

    first: Share
    """Share who call again after their first attempt failed."""
    later: Share
    """Share who call again after each further attempt failed."""
    delay: Distribution
    """Time until the next attempt."""
    moves_to: str = ""
    """Call type in which some of them try again (another channel). Default: none."""
    moves: Share = default(0.0)
    """Share of those trying again who do so as `moves_to`. Assumption: nobody."""

    @model_validator(mode="after")
    def _moves_somewhere(self) -> Self:
        if self.moves > 0.0 and not self.moves_to:
            raise ValueError(say("moves needs moves_to: the call type of the other channel"))
        return self


class QueueStep(Section):
    """Balking from a queue length on."""

    from_: Annotated[Count, Field(alias="from")]
    """Calls of the same type waiting already, from which this share holds."""
    share: Share
    """Share who hang up at once."""


class Balking(Section):
    """Who hangs up at once instead of waiting; nobody balks while an agent is idle."""

    share: Share = default(0.0)
    """Share of all who would have to wait."""
    by_queue: tuple[QueueStep, ...] = ()
    """Share by the queue's length, steps rising; below the first step nobody."""
    tolerated_wait: Distribution | None = None
    """Announced wait from which a caller hangs up, drawn for each. Default: nobody does."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        steps = [step.from_ for step in self.by_queue]
        if steps != sorted(set(steps)):
            raise ValueError(say("the steps of by_queue must rise"))
        return self


class Callback(Section):
    """Virtual hold: the caller hangs up, keeps the place, and is called back."""

    to: str
    """Call type of the call back: an outbound one (`dials`)."""
    offered_from: Count = default(5)
    """Offered when at least this many calls of the type wait already. Assumption."""
    offered_from_wait: Duration = default("0 s")
    """And when the announced wait is at least this long. Assumption: any."""
    accepted: Share = default("40 %")
    """Share of those offered who accept. Assumption."""


class Dialling(Section):
    """How an outbound call begins; the call type is then outbound."""

    time: Distribution = default({"constant": "20 s"})
    """Time the agent needs until the customer answers or not; it holds a trunk. Assumption."""
    reached: Share = default("80 %")
    """Share of dialled calls that are answered. Assumption."""
    attempts: Annotated[int, Field(ge=1, le=100, strict=True)] = default(3)
    """Most times one customer is dialled. Assumption."""
    retry: Distribution = default({"constant": "10 min"})
    """Time until the next try. Assumption."""


class Escalation(Section):
    """Handing an answered call on: the next level is a call type with its own groups."""

    share: Share
    """Share of answered calls this level cannot settle and hands on."""
    to: str
    """Call type at the next level."""
    delay: Distribution = default({"constant": "0 s"})
    """Time between the levels: a warm transfer takes seconds, a back office days. Assumption."""
    keeps_line: bool = True
    """The caller stays on the line; otherwise the matter goes on without trunk and waiting."""
    distorted: Share = default(0.0)
    """Share of hand-overs that garble the matter: it then stays unsolved. Assumption: none."""


class Repeat(Section):
    """What a caller does whose matter was not settled."""

    share: Share
    """Share who call again."""
    delay: Distribution
    """Time until they do."""


class Route(Section):
    """An agent group that may take a call type, and from when on."""

    group: str
    """The group."""
    after: Duration | None = None
    """Time a call must have waited before this group takes it. Default: none, or with `above`
    never."""
    above: Count | None = None
    """With more calls of the type waiting than this, the group takes the oldest at once."""


class CallType(Section):
    """One reason to call, in one channel."""

    handle: Distribution = default({"exponential": "4 min"})
    """Time an agent needs, work after the call included. Mean 4 min: utilities' talk time (Day,
    power-grid.com 2002); the exponential shape is an assumption."""
    patience: Distribution = default({"exponential": "379 s"})
    """Time a caller is ready to wait for an agent. Mean 379 s: mean wait over share abandoned
    at a telephone company (Zeltyn, lecture 2005); the exponential shape is an assumption."""
    priority: Annotated[float, Field(ge=-1000, le=1000)] = default(0.0)
    """An agent takes the waiting call of the highest number first. Assumption: all alike."""
    priority_gain: Annotated[float, Field(ge=0, le=1000)] = default(0.0)
    """What the priority grows by in each minute of waiting. Assumption: nothing."""
    line: str = PHONE
    """Trunks, menu and hours it uses: `phone` or one of `lines`."""
    routes: tuple[Route, ...] = ()
    """Groups that take it, in order. Default: all that serve it, in the order of `groups`."""
    redial_after_blocked: Redial = default(
        {"first": "85 %", "later": "85 %", "delay": {"exponential": "1 min"}}
    )
    """Calling again after a busy tone. 0.85: NENA planning value (emergency calls); the delay is
    an assumption between at once (NENA) and 15 to 20 min (peers' examples)."""
    redial_after_abandoned: Redial = default(
        {"first": "50 %", "later": "50 %", "delay": {"exponential": "15 min"}}
    )
    """Calling again after hanging up in the menu or the queue. Assumption; peers' examples use
    0.25 to 0.75 after 15 to 20 min (Herzog; Arena, Montreal)."""
    redial_after_balked: Redial = default(
        {"first": "0 %", "later": "0 %", "delay": {"exponential": "15 min"}}
    )
    """Calling again after hanging up at once. Assumption: nobody."""
    max_attempts: Annotated[int, Field(ge=1, le=10_000, strict=True)] = default(10)
    """Most attempts of one caller. Up to 10 calls of one customer were seen in a snowstorm
    (electricenergyonline 2025)."""
    balks: Balking = Balking()
    """Who hangs up at once instead of waiting. Assumption: nobody."""
    announces: Literal["nothing", "position", "wait"] = "nothing"
    """What a waiting caller is told. Balking by `tolerated_wait` needs `wait`."""
    told_patience: Annotated[float, Field(ge=0, le=100)] = default(1.0)
    """Factor on the patience of those told their position or wait. Assumption: no effect."""
    leaves_when_restored: Share = default(0.0)
    """Share of those waiting in the queue who hang up when their lights return. Assumption."""
    callback: Callback | None = None
    """Offer to call back instead of waiting. Default: none."""
    dials: Dialling | None = None
    """Makes the type outbound: agents dial when they are free of calls before it. Default: none."""
    reports_outage: bool | None = None
    """Whether callers without supply report it to an agent. Default: only `outage` does."""
    solves: Share = default("100 %")
    """Share of calls finished at this level whose matter is settled. Assumption: all."""
    escalates: Escalation | None = None
    """What is handed on to the next level. Default: nothing."""
    repeats: Repeat | None = None
    """Calling again because the matter was not settled. Default: nobody."""

    @model_validator(mode="after")
    def _told_to_balk(self) -> Self:
        if self.balks.tolerated_wait is not None and self.announces != "wait":
            raise ValueError(say("balks.tolerated_wait needs announces: wait"))
        return self
