"""Seats of the contact centre: groups of agents, their rosters, skills, breaks and standby."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import DataPath, Duration, Section, Share, Staff, TimeOfDay, default
from sim.scenario.distributions import Distribution
from sim.units import DAY_S

__all__ = ["Break", "Fatigue", "Group", "Leaving", "Shift", "Skill", "StandbyTier"]

Leaving = Literal["finish_call", "idle_first", "pool_counter", "hang_up"]

ANY_SKILL = ""


class Break(Section):
    """A daily break of everybody on a shift."""

    at: TimeOfDay
    """Start, local time; who is busy then goes after the call in hand."""
    lasts: Annotated[Duration, Field(gt=0)]
    """Length; the end does not move when it begins late."""


class Shift(Section):
    """Agents on duty every day between two times of day."""

    from_: Annotated[TimeOfDay, Field(alias="from")]
    """Start, local time."""
    to: TimeOfDay
    """End, local time; up to the start means the next day. An idle agent leaves then, a busy one
    after the call in hand."""
    agents: Staff
    """Agents on duty. They are the same people every day."""
    skill: str = ANY_SKILL
    """Their level, one of `skills`. Default: full skill."""
    breaks: tuple[Break, ...] = ()
    """Daily breaks, the same for all of them; stagger them by splitting the shift."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(say("a shift needs two times; write 00:00 to 24:00 for the whole day"))
        ends = self.to if self.to > self.from_ else self.to + DAY_S
        for each in self.breaks:
            at = each.at if each.at >= self.from_ else each.at + DAY_S
            if at + each.lasts > ends:
                raise ValueError(say("a break must lie within the shift"))
        return self


class Group(Section):
    """Agents with the same skills."""

    serves: Annotated[tuple[str, ...], Field(min_length=1)]
    """Call types in order of preference; priority goes first."""
    roster: tuple[Shift, ...] = default(())
    """Daily shifts."""
    roster_file: DataPath | None = None
    """Dated duties from a table (CSV or XLSX) with the columns agent, from, to and optionally
    skill; they join the daily shifts."""
    site: str = ""
    """Where they sit; a site can be lost as a whole. Default: the only one."""
    takes: Literal["preferred", "oldest"] = "preferred"
    """Among calls of equal priority: the first of `serves`, or the one that has waited longest."""
    at_once: tuple[Annotated[float, Field(gt=0, le=100)], ...] = default((1.0,))
    """Joint pace with 1, 2, … contacts in hand, relative to one; as many numbers as contacts an
    agent holds at most. One: a telephone; (1, 1.4, 1.6): chat with up to three."""
    absence: Share = default(0.0)
    """Share of rostered agents who miss a duty, each by her own luck. Assumption: nobody."""
    shrinkage: Share = default(0.0)
    """Share of a duty spent away from the seat in unplanned pauses. Assumption: none."""
    pause: Annotated[Duration, Field(gt=0)] = default("10 min")
    """Length of one such pause. Assumption."""

    @model_validator(mode="after")
    def _paced(self) -> Self:
        if not 1 <= len(self.at_once) <= 16:
            raise ValueError(say("at_once needs 1 to 16 numbers"))
        return self


class StandbyTier(Section):
    """Agents who can be called up."""

    group: str
    """Group they join."""
    agents: Staff
    """Agents called up together."""
    delay: Distribution = default({"lognormal": {"median": "60 min", "p90": "120 min"}})
    """Time from the call-up to the seat, each agent her own. Assumption."""
    show_up: Share = default("90 %")
    """Share who come. Assumption."""
    duration: Duration = default("8 h")
    """Time each stays on duty. Assumption: one shift."""
    skill: str = ANY_SKILL
    """Their level, one of `skills`. Default: full skill."""


class Skill(Section):
    """A level of skill: new agents are slower, wrong more often, and learn with each call."""

    factor: Annotated[float, Field(gt=0, le=10)] = default(1.3)
    """Factor on handle times at the first call. Assumption."""
    learned: Annotated[float, Field(gt=0, le=10)] = default(1.0)
    """Factor on handle times after very many calls. Assumption."""
    learning: Share = default("0.2 %")
    """Share of the distance to `learned` made good by each call. Assumption."""
    solves: Share = default("90 %")
    """Factor on the share of matters settled. Assumption."""


class Fatigue(Section):
    """Long work without rest lengthens calls, linear in time: a stated assumption."""

    slows: Annotated[float, Field(ge=0, le=2)] = default(0.0)
    """Handle times are longer by this share at full fatigue. Assumption: no effect."""
    builds_over: Annotated[Duration, Field(gt=0)] = default("4 h")
    """Time in calls that brings a rested agent to full fatigue. Assumption."""
    rests_over: Annotated[Duration, Field(gt=0)] = default("1 h")
    """Idle time or break that brings full fatigue back to none. Assumption."""
