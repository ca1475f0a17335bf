"""Work orders (工单): what becomes of a reported fault, stage by stage, and by when it should."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Duration, Section, Share, default
from sim.scenario.distributions import Distribution

__all__ = ["FollowUp", "MajorService", "RestoredWithin", "WorkOrders"]


class FollowUp(Section):
    """Calling those back who reported, once their supply has returned (回访)."""

    call_type: str
    """The outbound call type (`dials`) in which agents call them."""
    share: Share = default("100 %")
    """Share of the customers with a work order who are called back. Assumption."""
    delay: Distribution = default({"uniform": {"low": "10 min", "high": "60 min"}})
    """Time from the return of supply until the call-back is due. Assumption."""


class MajorService(Section):
    """What the notice of a major service matter (重要服务事项报备) does while it stands."""

    spared: Share = default("20 %")
    """Share of the reports it covers that become no work order. 0.2: what Qinghai expected of
    filing one (PARAMETERS, Xining). Talks stay as long: no source says otherwise."""
    lasts: Annotated[Duration, Field(gt=0)] = default("24 h")
    """It stands for this time. Assumption."""


class RestoredWithin(Section):
    """Promised mean time from the arrival of a crew until supply is back."""

    urban: Duration = default("3 h")
    """In towns. State Grid ten promises, 2023."""
    rural: Duration = default("4 h")
    """In the countryside. State Grid ten promises, 2023."""
    remote: Duration = default("4 h")
    """In specially remote areas. Assumption: as in the countryside."""


class WorkOrders(Section):
    """The chain accepted, dispatched, taken over, arrived, restored, followed up, with its times.

    The clocks describe: control hears of reports by `control.trouble_calls`, crews go by dispatch.
    """

    dispatch: Distribution = default({"lognormal": {"median": "90 s", "p90": "3 min"}})
    """From the end of the report to the dispatch of its order. Assumption, after the rule that
    repairs are dispatched within 2 to 3 min."""
    dispatched_within: Duration = default("3 min")
    """Promise for that. 2 to 3 min, from memory (PARAMETERS)."""
    taken_within: Duration = default("15 min")
    """Promise from dispatch until a crew is sent to the incident. Assumption."""
    restored_within: RestoredWithin = RestoredWithin()
    """Promise from arrival until supply is back; that of the arrival is `run.arrival_commitment`,
    counted from the report."""
    followed_up_within: Duration = default("24 h")
    """Promise from the return of supply to the answered call-back. Assumption."""
    major_service: MajorService = MajorService()
    """The notice of a major service matter."""
