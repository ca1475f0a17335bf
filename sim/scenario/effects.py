"""What an inject does to the model: one section a kind of effect.

Whom an effect hits is chosen by luck keyed to the inject and the candidate, so that two decision
paths with the same candidates meet the same choice.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Between, Count, Duration, Rate, Section, Share, default
from sim.units import RATE

__all__ = [
    "AgentsLeave",
    "CallSurge",
    "ConflictingFigures",
    "CrewInjured",
    "Effect",
    "FalseIndication",
    "FalseRestoration",
    "FeederTrip",
    "GatewayThrottled",
    "MenuFailure",
    "NeighbourTrip",
    "PrankReports",
    "RepairProlonged",
    "RetripAfterRestoration",
    "SiteLost",
    "TrunkCongestion",
    "VehicleBroken",
    "WrongBoundary",
]


class FeederTrip(Section):
    """I02: a section of a live feeder fails for good; protection does the rest."""

    kind: Literal["feeder_trip"]
    """Kind of effect."""
    district: str | None = None
    """District of the feeder. Default: any."""
    customers: Count = default(200)
    """The feeder supplies at least so many customers. Assumption."""


class NeighbourTrip(Section):
    """I03: a second feeder fails near the first: the same gust front, the same ridge."""

    kind: Literal["neighbour_trip"]
    """Kind of effect."""
    near: str
    """The inject whose place it is near."""
    customers: Count = default(100)
    """The feeder supplies at least so many customers. Assumption."""
    nearest: Annotated[int, Field(ge=1)] = 3
    """Chosen among so many of the nearest live feeders. Default: assumption."""


class RepairProlonged(Section):
    """I07: what is left of a repair takes longer than the crew told."""

    kind: Literal["repair_prolonged"]
    """Kind of effect."""
    factor: Annotated[float, Field(gt=1)] = 2.5
    """Factor on the work left; on all of it when the repair has not begun. Default: assumption;
    DRILLS I07 gives 1.5 to 4."""


class WrongBoundary(Section):
    """I08: the outage boundary of an incident is wrong in the control room's books.

    Until it is judged or found out, phantom transformers are believed out and missed ones in.
    """

    kind: Literal["wrong_boundary"]
    """Kind of effect."""
    phantom: Count = default(6)
    """Transformers with supply that are believed out. Assumption."""
    missed: Count = default(4)
    """Transformers without supply that are believed supplied, at most half of the incident's.
    Assumption."""
    lasts: Duration = default("45 min")
    """The books are put right by themselves after this. Assumption."""


class RetripAfterRestoration(Section):
    """I10: a feeder that just got supply back fails again."""

    kind: Literal["retrip"]
    """Kind of effect."""
    within: Duration = default("45 min")
    """Supply came back within this time. Assumption."""


class CrewInjured(Section):
    """I12: a crew at work is out of action; its job is broken off."""

    kind: Literal["crew_injured"]
    """Kind of effect."""
    out_for: Duration = default("12 h")
    """Time until the crew can work again. Assumption: beyond the drill."""


class VehicleBroken(Section):
    """I13: the vehicle of a travelling crew breaks down; it goes on afterwards."""

    kind: Literal["vehicle_broken"]
    """Kind of effect."""
    lasts: Duration = default("50 min")
    """Time until the vehicle runs again. Assumption."""


class MenuFailure(Section):
    """I18: the menu serves nobody: no announcement, no report; every caller goes to an agent."""

    kind: Literal["menu_failure"]
    """Kind of effect."""
    lasts: Duration = default("30 min")
    """Time until it works again. Assumption."""


class TrunkCongestion(Section):
    """I20: only a part of the lines into the centre can be used."""

    kind: Literal["trunk_congestion"]
    """Kind of effect."""
    capacity: Share = default("40 %")
    """Share of the lines left. Assumption. Calls on the others are not cut."""
    lasts: Duration = default("25 min")
    """Time until all work again. Assumption."""


class GatewayThrottled(Section):
    """I22: the gateway of one channel of notices is slowed down, for what waits in it too."""

    kind: Literal["gateway_throttled"]
    """Kind of effect."""
    throughput: Annotated[Rate, Between(RATE, "1 per h", "1000000 per s")] = default("1 per s")
    """Messages it still sends. Assumption."""
    channel: str = "sms"
    """The channel; the others send as before. Default: text messages."""
    lasts: Duration = default("40 min")
    """Time until it is as fast as before. Assumption."""


class CallSurge(Section):
    """I29: callers from other cities reach the same seats."""

    kind: Literal["call_surge"]
    """Kind of effect."""
    factor: Annotated[float, Field(gt=1, le=20)] = 5.0
    """Calls as a multiple of all the usual ones of the rest of the province at this hour. Default:
    assumption; the peak of a Shandong city on 2013-07-25 was 12 times the usual."""
    call_type: str = "outage"
    """Their type."""
    lasts: Duration = default("20 min")
    """Time over which they come. Assumption."""


class AgentsLeave(Section):
    """I30: some of the agents on duty leave, the busy ones after the call in hand."""

    kind: Literal["agents_leave"]
    """Kind of effect."""
    share: Share = default("35 %")
    """Share of those on duty. Assumption."""


class SiteLost(Section):
    """I21: one of several sites of the contact centre is lost as a whole for a while."""

    kind: Literal["site_lost"]
    """Kind of effect."""
    site: str | None = None
    """The site. Default: one of those with agents on duty, as long as another has some too."""
    calls: Literal["requeue", "drop"] = "drop"
    """Calls in hand go back to the head of their queue, or are cut. Default: cut; assumption."""
    lasts: Duration = default("30 min")
    """Time until it can be used again. Assumption."""


class ConflictingFigures(Section):
    """I48: the figures of an incident that reach the notification officer are not control's.

    Until the dispatcher judges the incident or sets its restoration time, or the officer reports
    the figures or sends a correction.
    """

    kind: Literal["conflicting_figures"]
    """Kind of effect."""
    factor: Annotated[float, Field(ge=0, le=5)] = 0.3
    """Factor on the customers of the incident as the officer sees them. Default: assumption."""


class FalseRestoration(Section):
    """I49: a crew reports its repair done; the damage is still there."""

    kind: Literal["false_restoration"]
    """Kind of effect."""


class FalseIndication(Section):
    """Decoy: the fault indicators of a healthy feeder point at one of its sections."""

    kind: Literal["false_indication"]
    """Kind of effect."""


class PrankReports(Section):
    """Decoy: reports of trouble behind a transformer that is fine."""

    kind: Literal["prank_reports"]
    """Kind of effect."""
    reports: Annotated[int, Field(ge=1, le=1000)] = 3
    """Reports that reach the control room. Default: assumption."""


Effect = (
    FeederTrip
    | NeighbourTrip
    | RepairProlonged
    | WrongBoundary
    | RetripAfterRestoration
    | CrewInjured
    | VehicleBroken
    | MenuFailure
    | TrunkCongestion
    | GatewayThrottled
    | CallSurge
    | AgentsLeave
    | SiteLost
    | ConflictingFigures
    | FalseRestoration
    | FalseIndication
    | PrankReports
)
"""Every kind of effect."""
