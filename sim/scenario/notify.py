"""Section `notify`: notices to customers, and the rules that send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Between, Duration, Rate, Section, Share, default
from sim.scenario.distributions import Distribution, Exponential
from sim.units import RATE

__all__ = ["Notify", "Rules", "Sms"]

_NOTICING = Exponential.model_validate({"exponential": "10 min"})


class Sms(Section):
    """Text messages through one gateway, first come first served."""

    throughput: Annotated[Rate, Between(RATE, "1 per h", "1000000 per s")] = default("50 per s")
    """Messages the gateway sends. Assumption."""
    registered_share: Share = default("70 %")
    """Share of customers with a mobile number on file. Assumption; about half in US utilities
    (2017), more where billing is by phone."""
    delivered_share: Share = default("93 %")
    """Share of messages that arrive: 0.85 / 0.93 / 0.97 low, base, high (vendors)."""
    noticed_share: Share = default("85 %")
    """Share of arrived messages that are ever noticed. Assumption."""
    noticing: Distribution = _NOTICING
    """From arrival to being noticed. Assumption."""
    transit: Duration = default("20 s")
    """From the gateway to the phone. Assumption."""


class Rules(Section):
    """When the notification officer sends something by rule."""

    estimate: bool = True
    """Send the restoration time to the believed outage area once the first is set."""
    approval: Duration = default("30 min")
    """From a restoration time to the release of its notice. Assumption; customers expect an
    estimate within 15 min (Chartwell)."""
    update: bool = True
    """Send a new restoration time when it moved."""
    update_from: Duration = default("30 min")
    """Only moves longer than this are sent. Assumption."""
    smallest: Annotated[int, Field(ge=1)] = 20
    """Incidents with fewer customers believed out get no notice. Assumption."""


class Notify(Section):
    """Notices to customers."""

    sms: Sms = Sms()
    """Text messages."""
    rules: Rules = Rules()
    """When notices are sent by rule."""
