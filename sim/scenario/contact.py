"""What a scenario may say of the contact centre: lines, menu, call types, seats and rosters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import Message, joined, say, standing_at
from sim.scenario.announcements import USUAL_TEXTS, Announcement
from sim.scenario.base import Duration, Section, Share, Staff, TimeOfDay, default
from sim.scenario.distributions import Distribution

__all__ = ["Background", "CallType", "Contact", "Group", "Menu", "Redial", "Shift", "StandbyTier"]

HOURS = 24

# Outages by hour of start, Western Massachusetts 2013-2023 (26,328 outages; PARAMETERS b).
_OUTAGE_PROFILE = (661, 584, 648, 609, 615, 737, 987, 1050, 1196, 1217, 1189, 1257,
                   1301, 1429, 1445, 1595, 1916, 1801, 1297, 1130, 975, 1017, 851, 821)  # fmt: skip
_OFFICE_PROFILE = (1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 7, 8, 8, 8, 7, 6, 6, 5, 4, 3, 2)

Weight = Annotated[float, Field(ge=0)]


class Menu(Section):
    """The menu every call enters before an agent may hear it."""

    time: Distribution = default({"constant": "30 s"})
    """Time a caller spends in the menu; a long announcement adds its own. Assumption."""
    announcements: Annotated[dict[str, Announcement], Field(min_length=1)] = default(USUAL_TEXTS)
    """Texts of the outage announcement, by name. Assumptions: `area` satisfies 35 %; a restoration
    time raises satisfaction by up to 30 % (Chartwell), so 45 % with `area_and_time`; a time missed
    brings it from 729 to 576 of 1000 (J.D. Power, business customers), so 28 % where there is none
    to tell; the cause adds 3 points. Extra times are those of reading the words aloud."""
    default_announcement: str | None = None
    """The text that plays when none is named. Default: the first of `announcements`."""
    report_share: Share = default("15 %")
    """Share of outage callers without supply who report through the menu and are done.
    Assumption; self-service raises the contained share by 5 to 20 points (McKinsey)."""

    @model_validator(mode="after")
    def _default_known(self) -> Self:
        if self.default_announcement is not None:
            what, where = say("announcement text"), "default_announcement"
            _known(self.default_announcement, self.announcements, where, what)
        return self

    def text_or_default(self, name: str | None) -> str:
        """Return a text's name, or that of the text to play when none is named."""
        if name is not None:
            return name
        return self.default_announcement or next(iter(self.announcements))


class Redial(Section):
    """What a caller does who was not served."""

    first: Share
    """Share who call again after their first attempt failed."""
    later: Share
    """Share who call again after each further attempt failed."""
    delay: Distribution
    """Time until the next attempt."""


class CallType(Section):
    """One reason to call."""

    handle: Distribution = default({"exponential": "4 min"})
    """Time an agent needs, work after the call included. Mean 4 min: utilities' talk time (Day,
    power-grid.com 2002); the exponential shape is an assumption."""
    patience: Distribution = default({"exponential": "379 s"})
    """Time a caller is ready to wait for an agent. Mean 379 s: mean wait over share abandoned
    at a telephone company (Zeltyn, lecture 2005); the exponential shape is an assumption."""
    priority: int = default(0)
    """An agent takes the waiting call of the highest number first. Assumption: all alike."""
    redial_after_blocked: Redial = default(
        {"first": "85 %", "later": "85 %", "delay": {"exponential": "1 min"}}
    )
    """Calling again after a busy tone. 0.85: NENA planning value (emergency calls); the delay is
    an assumption between at once (NENA) and 15 to 20 min (peers' examples)."""
    redial_after_abandoned: Redial = default(
        {"first": "50 %", "later": "50 %", "delay": {"exponential": "15 min"}}
    )
    """Calling again after hanging up in the queue. Assumption; peers' examples use 0.25 to 0.75
    after 15 to 20 min (Herzog; Arena, Montreal)."""
    max_attempts: Annotated[int, Field(ge=1, le=10_000, strict=True)] = default(10)
    """Most attempts of one caller. Up to 10 calls of one customer were seen in a snowstorm
    (electricenergyonline 2025)."""


class Shift(Section):
    """Agents on duty every day between two times of day."""

    from_: Annotated[TimeOfDay, Field(alias="from")]
    """Start, local time."""
    to: TimeOfDay
    """End, local time; up to the start means the next day. An idle agent leaves then, a busy one
    after the call in hand."""
    agents: Staff
    """Agents on duty. They are the same people every day."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(say("a shift needs two times; write 00:00 to 24:00 for the whole day"))
        return self


class Group(Section):
    """Agents with the same skills."""

    serves: Annotated[tuple[str, ...], Field(min_length=1)]
    """Call types in order of preference; priority goes first."""
    roster: tuple[Shift, ...] = default(())
    """Daily shifts."""


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


class Background(Section):
    """Calls of the rest of the province that reach the same seats."""

    call_type: str
    """Their type."""
    per_day: Annotated[float, Field(ge=0, le=10_000_000)]
    """Mean number of callers a day."""
    profile: Annotated[tuple[Weight, ...], Field(min_length=HOURS, max_length=HOURS)] = default(
        _OFFICE_PROFILE
    )
    """Weights of the 24 local hours. Assumption: office hours with an evening."""
    day_spread: Annotated[float, Field(ge=0, le=3)] = default(0.0)
    """Standard deviation of the factor by which whole days differ (Gamma with mean 1).
    Assumption: 0, all days alike."""

    @model_validator(mode="after")
    def _has_weight(self) -> Self:
        if sum(self.profile) <= 0:
            raise ValueError(say("the profile has no weight at any hour"))
        return self


class Contact(Section):
    """The seats that serve this area in a provincial centre."""

    trunks: Staff = default(120)
    """Lines into the centre: each call in the menu, in the queue or with an agent holds one.
    Assumption."""
    menu: Menu = default({})
    """The menu."""
    call_types: dict[str, CallType] = default(
        {
            "outage": {"handle": {"lognormal": {"median": "107 s", "p90": "387 s"}}},
            "enquiry": {},
        }
    )
    """Reasons to call, by name; `outage` must be one of them. Its handle time has mean 177 s and
    median 107 s (33,344 calls of a bank), within the 2 to 3 min assumed for outage calls."""
    groups: dict[str, Group] = default(
        {
            "general": {
                "serves": ("outage", "enquiry"),
                "roster": (
                    {"from": "00:00", "to": "08:00", "agents": 12},
                    {"from": "08:00", "to": "20:00", "agents": 36},
                    {"from": "20:00", "to": "24:00", "agents": 18},
                ),
            }
        }
    )
    """Agent groups, by name; a call goes to the first in this order with an idle agent.
    Assumption: sized for an occupancy of 75 % in the background's busy hour (Day 2002)."""
    agent_spread: Annotated[float, Field(ge=0, le=1)] = default(0.0)
    """Standard deviation of the logarithm of the factor by which agents differ in handle time
    (mean 1). Assumption: 0, all alike."""
    standby: dict[str, StandbyTier] = default({})
    """Tiers that can be called up, by name."""
    background: tuple[Background, ...] = default(
        (
            {"call_type": "enquiry", "per_day": 4200},
            {"call_type": "outage", "per_day": 1000, "profile": _OUTAGE_PROFILE},
        )
    )
    """Calls of the rest of the province, one entry a call type. Together 5,200 a day: 136,900 calls
    a day at 95598 in October 2021, over 26 provinces; the split is an assumption. Outages follow
    the hours of 26,328 outages in Western Massachusetts, 2013 to 2023."""
    service_level_within: Duration = default("20 s")
    """Waiting time that counts as answered in time. 80 % in 20 s is a usual goal (Day 2002)."""

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        if "outage" not in self.call_types:
            raise ValueError(say("call_types must have one named 'outage'"))
        served: set[str] = set()
        for name, group in self.groups.items():
            for call_type in group.serves:
                _known(call_type, self.call_types, f"groups.{name}.serves", say("call type"))
            if len(set(group.serves)) < len(group.serves):
                raise ValueError(say("groups.{name}.serves names a call type twice", name=name))
            served.update(group.serves)
        for call_type in self.call_types:
            if call_type not in served:
                raise ValueError(say("no group serves the call type {name!r}", name=call_type))
        for name, tier in self.standby.items():
            _known(tier.group, self.groups, f"standby.{name}.group", say("group"))
        types = [each.call_type for each in self.background]
        for call_type in types:
            _known(call_type, self.call_types, "background", say("call type"))
        if len(set(types)) < len(types):
            raise ValueError(say("background has two entries of one call type"))
        return self


def _known(name: str, names: Collection[str], where: str, what: Message) -> None:
    if name not in names:
        words = say(
            "unknown {what} {name!r}; there are {names}",
            what=what,
            name=name,
            names=joined(", ", names),
        )
        raise ValueError(standing_at(where, words))
