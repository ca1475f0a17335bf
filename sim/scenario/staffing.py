"""Staff while the run goes on: overtime, relief, and sites that are lost for a while."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Duration, Section, Share, default
from sim.scenario.hazards import Moment

__all__ = ["Overtime", "Relief", "SiteLoss"]


class Overtime(Section):
    """What an order to stay longer means when it names no times, and who agrees."""

    within: Annotated[Duration, Field(gt=0)] = default("2 h")
    """Those whose shift ends within this time are asked. Assumption."""
    stays: Annotated[Duration, Field(gt=0)] = default("2 h")
    """Who agrees stays so much longer; whoever is on duty again before that is not asked.
    Assumption; the overtime of a day is 3 h at most (Labour Law of the PRC, art. 41)."""
    consent: Share = default("70 %")
    """Share who agree, each by her own luck and once a shift. Assumption."""


class Relief(Section):
    """Psychological counselling (心理疏导): the most tired go for a while and come back rested."""

    share: Share = default("10 %")
    """Share of the agents on duty who may go at once. Assumption."""
    lasts: Annotated[Duration, Field(gt=0)] = default("30 min")
    """Time away from the seat; the call in hand is finished. Assumption."""
    tired_from: Share = default("50 %")
    """Only who is at least so tired goes, see `fatigue`. Assumption."""


class SiteLoss(Section):
    """A site where agents sit is lost as a whole, and comes back."""

    site: str
    """One of the `site` of the groups; '' for those that name none."""
    at: Moment
    """When: a calendar time, or a duration after the start of the run."""
    lasts: Annotated[Duration, Field(gt=0)]
    """Time until it can be used again."""
    calls: Literal["requeue", "drop"] = "drop"
    """Calls in hand go back to the head of their queue, or are cut. Default: cut; assumption."""
