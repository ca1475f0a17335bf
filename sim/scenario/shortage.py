"""Section `shortage`: less power than load, and who is switched off when."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Between, Duration, Power, Section, Share, default
from sim.scenario.hazards import Moment
from sim.scenario.key_customers import Grade
from sim.units import DURATION

__all__ = ["Curtailment", "GapColours", "Shortage", "SupplyStep"]

_SUMMER_DAY = (
    0.82, 0.78, 0.75, 0.73, 0.73, 0.76, 0.82, 0.90, 1.00, 1.08, 1.14, 1.16,
    1.10, 1.10, 1.14, 1.16, 1.16, 1.14, 1.12, 1.16, 1.20, 1.14, 1.02, 0.90,
)  # fmt: skip


class SupplyStep(Section):
    """How much power there is from a moment on: exactly one of `available` and `lost_share`."""

    at: Moment
    """From when: a calendar time, or a duration after the start of the run."""
    available: Power | None = None
    """Power available to the area, MW."""
    lost_share: Share | None = None
    """Or the share of the area's highest demand of the run that is missing: 0 % ends a shortage."""

    known: Duration | None = None
    """How long before the control room knows of it (0 s: when it happens). Default: all along."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.available is None) == (self.lost_share is None):
            raise ValueError(say("give exactly one of {orders}", orders="available, lost_share"))
        return self


class GapColours(Section):
    """Colours by supply gap, as shares of the highest demand; any smaller gap is blue."""

    yellow: Share = default("5 %")
    """From this gap on, yellow. Source: orderly use of electricity (有序用电), 5 / 10 / 20 %."""
    orange: Share = default("10 %")
    """From this gap on, orange. Source: the same."""
    red: Share = default("20 %")
    """From this gap on, red. Source: the same."""

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.yellow <= self.orange <= self.red:
            raise ValueError(say("must not fall from yellow to red"))
        return self


class Curtailment(Section):
    """An agreement with large customers to take less on request."""

    relief: Power
    """Load they take off, MW."""
    notice: Duration = default("30 min")
    """From the call to the relief. Assumption."""
    at_most: Annotated[Duration, Between(DURATION, "15 min")] = default("4 h")
    """Longest time of one call. Assumption."""
    pause: Duration = default("4 h")
    """Shortest time between two calls. Assumption."""
    delivers: Share = default("90 %")
    """Share of the relief that comes. Assumption."""


class Shortage(Section):
    """Less power than load: agreed curtailment first, then cuts by turns."""

    supply: Annotated[tuple[SupplyStep, ...], Field(min_length=1)]
    """Power available by time, each until the next; before the first there is no limit."""
    districts: tuple[str, ...] = ()
    """Districts concerned. Default: all."""
    load_by_hour: Annotated[tuple[float, ...], Field(min_length=24, max_length=24)] = _SUMMER_DAY
    """Factor on the load of the day for each hour from midnight; straight lines between.
    Assumption: a summer day with its peak in the evening. Not read where `loads` gives the
    load by customer class."""
    forecast_error: Annotated[Share, Field(le=0.5)] = default("2 %")
    """Spread (one sigma) of the load forecast by which cuts are planned; the error of an hour runs
    straight into that of the next. Assumption."""
    reserve: Share = default("1 %")
    """Kept free of the power available. Assumption."""
    review_every: Annotated[Duration, Between(DURATION, "1 min")] = default("15 min")
    """How often cuts are planned and the gap is looked at. Assumption: the quarter-hour of
    metering."""
    lead: Duration = default("30 min")
    """From the plan of a cut to the cut: its customers are told meanwhile. Source: a second notice
    30 min before the cut (Henan regulation, 2012)."""
    warn_ahead: Duration = default("24 h")
    """The colour is that of the largest gap forecast within this time. Assumption."""
    lower_after: Duration = default("1 h")
    """A colour is lowered only when a lower one has been enough for so long. Assumption."""
    colours: GapColours = GapColours()
    """Colours by gap."""
    curtailment: dict[str, Curtailment] = {}
    """Agreements by name, called in this order before anybody is cut. Default: none."""
    order: tuple[str, ...] = ()
    """The approved list (序位表): feeder breakers that may be cut, the first first. Default: all
    feeders of the districts that protect nobody, in the order of the grid."""
    protected: tuple[str, ...] = ()
    """Feeder breakers and distribution transformers that are never cut, nor the feeders of these
    transformers. Default: none."""
    protected_classes: tuple[str, ...] = ()
    """Classes of customers whose transformers are protected. Default: none."""
    protected_grades: tuple[Grade, ...] = ("special", "first", "second")
    """Grades of important users (`customers.key`) whose transformers are protected. Default: all
    lasting ones; orderly use of electricity spares important users."""
    longest_off: Annotated[Duration, Between(DURATION, "5 min")] = default("2 h")
    """Longest turn of a feeder, while others can take the next one. Assumption."""
    pause: Duration = default("4 h")
    """Shortest time with supply between two turns, while others can be cut. Assumption."""
    extend_by: Annotated[Duration, Between(DURATION, "5 min")] = default("1 h")
    """Added to the time told when a feeder stays off for longer, before that time passes.
    Assumption."""
    tolerance: Share = default("1 %")
    """Load may be this much above the power available before feeders are cut without notice.
    Assumption."""
    pick_up: Annotated[float, Field(ge=1, le=5)] = 1.3
    """A feeder is restored early only when its load times this factor fits. Assumption (cold-load
    pick-up after an hour or two)."""
    notify: bool = True
    """Tell the customers of a feeder before its cut, by `channels`."""
    channels: tuple[str, ...] = ()
    """Channels of these notices. Default: the default channels."""
    informed_factor: Share = default("10 %")
    """Calls of those who were told, as a share of what they would call otherwise. Source: enquiries
    of a county's customers told of planned outages fell by 90 % (Luancheng, local press)."""
