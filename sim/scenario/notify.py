"""Section `notify`: notices to customers, their channels, and the rules that send them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from sim.scenario.base import Between, Duration, Rate, Section, Share, default
from sim.scenario.distributions import Distribution, Exponential
from sim.scenario.run import Title
from sim.units import RATE

__all__ = ["Channel", "Notify", "Rules"]

_NOTICING = Exponential.model_validate({"exponential": "10 min"})


class Channel(Section):
    """One way to reach customers; the defaults are those of text messages."""

    name: Title | None = None
    """How people call it. Default: its id."""
    throughput: Annotated[Rate, Between(RATE, "1 per h", "1000000 per s")] = default("50 per s")
    """Messages the channel's gateway sends, first come first served. Assumption."""
    at_once: bool = False
    """The whole area is served at once, as by a loudspeaker: no gateway, no queue; `throughput`
    does not matter then. Assumption."""
    approval: Duration = default("0 s")
    """From the order to the channel's taking the notice, such as for the consent of whoever runs
    it. Assumption."""
    registered_share: Share = default("70 %")
    """Share of customers the channel addresses: a mobile number on file, the app installed, within
    earshot. Assumption; about half have a mobile number on file in US utilities (2017), more where
    billing is by phone."""
    by_class: dict[str, Share] = {}
    """Other shares for some classes of customers. Default: `registered_share` for all."""
    unpowered_share: Share = default("100 %")
    """Share of the places without supply (transformers) in which the channel works: its own
    battery or generator. Which ones is drawn once a run. Assumption for messages to phones: base
    stations stay up, or a neighbouring one serves."""
    delivered_share: Share = default("93 %")
    """Share of messages that arrive: 0.85 / 0.93 / 0.97 low, base, high (vendors)."""
    noticed_share: Share = default("85 %")
    """Share of arrived messages that are ever noticed. Assumption."""
    noticing: Distribution = _NOTICING
    """From arrival to being noticed. Assumption."""
    transit: Duration = default("20 s")
    """From the gateway to the customer. Assumption."""
    receipts: bool = True
    """Whether the channel reports what has arrived. Assumption."""
    cost: Annotated[float, Field(ge=0, le=1000)] = 0.05
    """Cost of a message sent, yuan. Assumption: a bulk text message in China."""


_SMS = Channel.model_validate({"name": {"en": "text message", "zh": "短信"}})
_APP = Channel.model_validate(
    {
        "name": {"en": "app push", "zh": "APP推送（网上国网）"},
        "throughput": "2000 per s",
        "registered_share": "35 %",
        "delivered_share": "70 %",
        "noticed_share": "40 %",
        "transit": "3 s",
        "cost": 0.0,
    }
)
_LOUDSPEAKER = Channel.model_validate(
    {
        "name": {"en": "village loudspeaker", "zh": "村村响应急广播"},
        "at_once": True,
        "approval": "10 min",
        "registered_share": "80 %",
        "unpowered_share": "50 %",
        "delivered_share": "100 %",
        "noticed_share": "50 %",
        "noticing": {"exponential": "5 min"},
        "transit": "0 s",
        "receipts": False,
        "cost": 0.0,
    }
)


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
    channels: tuple[str, ...] = ()
    """Channels of these notices. Default: the default channels."""


class Notify(Section):
    """Notices to customers."""

    channels: Annotated[dict[str, Channel], Field(min_length=1)] = {
        "sms": _SMS,
        "app": _APP,
        "loudspeaker": _LOUDSPEAKER,
    }
    """The channels, by id. Shares, rates and times are the domain reference's (DRILLS 3.2) where
    it has them, the others are assumptions: text messages; push messages of the customers' app
    (35 % have it and let it notify them); village loudspeakers (8 of 10 customers in earshot, half
    of the villages have a battery or a generator)."""
    default: tuple[str, ...] = ()
    """Channels of a notice that names none. Default: the first of `channels`."""
    rules: Rules = Rules()
    """When notices are sent by rule."""

    def chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the channels a notice goes by: those named, each once, or else the default."""
        return tuple(dict.fromkeys(names)) or self.default or tuple(self.channels)[:1]
