"""What a scenario may say of the contact centre: lines, menu, call types, seats and rosters."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.announcements import USUAL_TEXTS, Announcement
from sim.scenario.background import Background
from sim.scenario.base import Duration, Section, Share, Staff, default
from sim.scenario.call_types import CallType, Redial
from sim.scenario.contact_names import check_names, known
from sim.scenario.distributions import Distribution
from sim.scenario.lines import Line, MenuLevel
from sim.scenario.seats import Fatigue, Group, Leaving, Shift, Skill, StandbyTier
from sim.scenario.staffing import Overtime, Relief, SiteLoss
from sim.scenario.technical import Technical
from sim.scenario.work_orders import FollowUp, WorkOrders

__all__ = ["Background", "CallType", "Contact", "Group", "Menu", "Redial", "Shift", "StandbyTier"]

# Outages by hour of start, Western Massachusetts 2013-2023 (26,328 outages; PARAMETERS b).
_OUTAGE_PROFILE = (661, 584, 648, 609, 615, 737, 987, 1050, 1196, 1217, 1189, 1257,
                   1301, 1429, 1445, 1595, 1916, 1801, 1297, 1130, 975, 1017, 851, 821)  # fmt: skip


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

    self_served: dict[str, Share] = default({})
    """Share of the rest whose matter the menu settles, by call type; 0 for others."""
    gives_up: Share = default(0.0)
    """Share of the rest who hang up at the end of the first level. Assumption: nobody."""
    levels: tuple[MenuLevel, ...] = ()
    """Further levels, in order; reports are taken at the end of the last one."""

    @model_validator(mode="after")
    def _default_known(self) -> Self:
        if self.default_announcement is not None:
            what, where = say("announcement text"), "default_announcement"
            known(self.default_announcement, self.announcements, where, what)
        return self

    def text_or_default(self, name: str | None) -> str:
        """Return a text's name, or that of the text to play when none is named."""
        if name is not None:
            return name
        return self.default_announcement or next(iter(self.announcements))


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
    """Reasons to call, by name; customers without supply call as `customers.classes` says: as
    `outage` unless told otherwise. Its handle time has mean 177 s and median 107 s (33,344 calls of
    a bank), within the 2 to 3 min assumed for outage calls."""
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
    """Calls of the rest of the province; an entry without a name is the only one of its call type
    that has none. Together 5,200 a day: 136,900 calls
    a day at 95598 in October 2021, over 26 provinces; the split is an assumption. Outages follow
    the hours of 26,328 outages in Western Massachusetts, 2013 to 2023."""
    lines: dict[str, Line] = default({})
    """Further trunk groups and channels, by name: a key-customer line, chat, SMS, web forms, the
    hall of a district. `phone` has the trunks and the menu above."""
    skills: dict[str, Skill] = default({})
    """Levels of skill below the full one, by name."""
    leaving: Leaving = "finish_call"
    """What happens when staff goes down while all are busy. finish_call: each agent of the ending
    shift leaves after the call in hand. idle_first: idle colleagues leave in their place.
    pool_counter: as many as must go leave, whoever is free first. hang_up: the call in hand is
    cut and goes back to the head of its queue."""
    fatigue: Fatigue = Fatigue()
    """How long work without rest lengthens calls."""
    levels_at_most: Annotated[int, Field(ge=1, le=5, strict=True)] = default(5)
    """Most levels a matter passes; 2 flattens every chain of `escalates` to its first and last
    level. Five levels: employee, squad or station head, specialist, director, responsible."""
    overtime: Overtime = Overtime()
    """Staying longer when asked."""
    relief: Relief = Relief()
    """Counselling for the most tired."""
    site_losses: tuple[SiteLoss, ...] = ()
    """Sites that are lost for a while."""
    technical: Technical = Technical()
    """Faults of seats, menu and platform, and their repair."""
    work_orders: WorkOrders = WorkOrders()
    """What becomes of reports of outages."""
    follow_up: FollowUp | None = None
    """Calling customers back after the repair. Default: nobody."""
    service_level_within: Duration = default("20 s")
    """Waiting time that counts as answered in time. 80 % in 20 s is a usual goal (Day 2002)."""

    @model_validator(mode="after")
    def _names_known(self) -> Self:
        check_names(self)
        names: set[str] = set()
        for each in self.background:
            known(each.call_type, self.call_types, "background", say("call type"))
            if each.own_name in names:
                raise ValueError(
                    say("background has two entries named {name!r}", name=each.own_name)
                )
            names.add(each.own_name)
        return self
