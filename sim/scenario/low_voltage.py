"""Section `low_voltage`: what fails behind the distribution transformers, and how it is found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Count, Duration, Section, Share, Speed, default
from sim.scenario.distributions import Distribution, Lognormal, Uniform
from sim.scenario.moments import Moment

__all__ = [
    "AreaFactors",
    "LowVoltage",
    "LowVoltageCalls",
    "LowVoltageEvent",
    "LowVoltageRates",
    "LowVoltageRepair",
    "LowVoltageReports",
    "LowVoltageStorm",
    "Meters",
    "PartName",
    "Triage",
]

PartName = Literal["branch", "service", "customer"]
PerYear = Annotated[float, Field(ge=0, le=1000)]
Factor = Annotated[float, Field(ge=0, le=1000)]


def _lognormal(median: str, p90: str) -> Lognormal:
    return Lognormal.model_validate({"lognormal": {"median": median, "p90": p90}})


class LowVoltageRates(Section):
    """Steady failures a year of each kind of part, all lasting."""

    branch_per_year: PerYear = 0.05
    """Failures a year of one low-voltage main or branch line. Assumption: 0.5 km of line at the
    0.1 faults per km and year of OpenDSS's line default; low-voltage fuses do not reclose, so that
    passing faults count too."""
    service_per_year: PerYear = 0.003
    """Failures a year of one service drop. Assumption: 30 m at the same rate."""
    customer_per_year: PerYear = 0.02
    """Failures a year of the wiring of one customer (its main switch, its fuses) that look like an
    outage to it. Assumption."""


class LowVoltageStorm(Section):
    """How rates grow with the gust: (gust / from) ** exponent above `from`, 1 below."""

    above: Annotated[Speed, Field(gt=0)] = default("15 m/s")
    """Gust from which branches and service drops fail more often. Assumption."""
    exponent: Annotated[float, Field(ge=0, le=10)] = 5.17
    """Exponent of the growth. Default: that of the fragility of a span of conductor (Quanta 2009,
    8e-12 V^5.1731), taken over for low-voltage lines: assumption. The customers' own wiring does
    not feel the wind."""


class AreaFactors(Section):
    """Factors on the rates in one kind of area."""

    branch: Factor = 1.0
    """Factor for branches. Assumption: none."""
    service: Factor = 1.0
    """Factor for service drops. Assumption: none."""
    customer: Factor = 1.0
    """Factor for the customers' own wiring: above 1 where wiring is illegal or old. Assumption:
    none."""


class LowVoltageCalls(Section):
    """How readily customers call when only they, or few around them, are dark.

    Nobody else calls for them, so these shares take the place of those of their class.
    """

    branch: Share = default("30 %")
    """Share of the customers of a dead branch who call by day. Assumption: twice the share in an
    outage of the whole area (15 %)."""
    service: Share = default("80 %")
    """Share of the customers of a dead service drop who call. Assumption."""
    customer: Share = default("60 %")
    """Share of the customers with a fault of their own who take it for an outage and call.
    Assumption."""


class LowVoltageRepair(Section):
    """Work on site behind the transformer, and what customers do about their own faults."""

    branch: Distribution = _lognormal("90 min", "3 h")
    """Repair of a low-voltage line, from the start of repair. Assumption: shorter than a
    medium-voltage line's 2.5 h."""
    service: Distribution = _lognormal("45 min", "90 min")
    """Repair of a service drop. Assumption."""
    customer: Distribution = _lognormal("4 h", "24 h")
    """From being told that the fault is the customer's own to the end of it, by an electrician of
    the customer's choice. Assumption."""
    finds_out_after: Duration = default("8 h")
    """A customer nobody told that the fault is its own finds out after this long. Assumption."""


class LowVoltageReports(Section):
    """What control makes of single reports from behind a transformer it believes supplied."""

    needed_for_transformer: Annotated[int, Field(ge=2, strict=True)] = 6
    """Reports of so many different customers make control suspect the transformer itself; fewer
    are one work order behind it. Assumption."""
    branches_known: bool = False
    """Whether the records say which branch feeds which customer: reports from one branch of
    several then never make the transformer suspect. Assumption: they do not."""


class Meters(Section):
    """Customers' meters that talk to the control room."""

    share: Share = default("50 %")
    """Share of customers with a meter that can be asked and can send a last gasp. Assumption."""
    last_gasp: Share = default("30 %")
    """Share of these meters whose last gasp gets through when a branch or service drop fails.
    Assumption: lower than for whole transformers, where one of many is enough."""
    gasp_delay: Distribution = Uniform.model_validate(
        {"uniform": {"low": "1 min", "high": "15 min"}}
    )
    """From the loss of supply to the control room. Assumption: as for transformers."""
    answers: Share = default("80 %")
    """Share of questions (pings) a meter answers. Assumption."""
    wrong_answers: Share = default("2 %")
    """Share of answers that are wrong: voltage where there is none, or none where there is.
    Assumption."""
    neighbours: Annotated[int, Field(ge=0, le=100, strict=True)] = 3
    """Meters of other customers of the same transformer that are asked together with the
    caller's: one that answers with voltage clears the transformer. 0: only the caller's.
    Assumption."""


class Triage(Section):
    """Finding out on the phone or in an app whether a fault is the customer's own (诊断)."""

    agent: Share = default("50 %")
    """Share of faults of the customer's own that an agent recognises, so that no crew is sent.
    Assumption."""
    menu: Share = default("10 %")
    """The same for reports without an agent: menu, app, web. Assumption."""
    by_call_type: dict[str, Share] = {}
    """The same for single call types, instead of the two above. Default: none."""
    by_group: dict[str, Share] = {}
    """The same for single agent groups, before that of the call type. Default: none."""
    wrong: Share = default("2 %")
    """Share of customers with a fault of the utility's who are told that it is their own. They
    call again, and are believed then. Assumption."""
    calls_again: Distribution = _lognormal("1 h", "4 h")
    """From the wrong advice to the second call. Assumption."""


class LowVoltageEvent(Section):
    """One failure behind a transformer at a stated time."""

    at: Moment
    """Time of the failure: a calendar time, or a duration after the start of the run."""
    transformer: str
    """Id of the distribution transformer (`luoyang/dt4`)."""
    part: PartName
    """What fails: a low-voltage line (branch), a service drop, or a customer's own wiring."""
    number: Count = 0
    """Which one, counted from 0."""


class LowVoltage(Section):
    """Faults between the distribution transformer and the customer."""

    customers_per_branch: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 40
    """Customers on one low-voltage line; a transformer has as many lines as this needs.
    Assumption."""
    customers_per_service: Annotated[int, Field(ge=1, le=1000, strict=True)] = 4
    """Customers on one service drop (one meter box). Assumption."""
    rates: LowVoltageRates = LowVoltageRates()
    """Steady failure rates."""
    storm: LowVoltageStorm = LowVoltageStorm()
    """How the rates grow in wind."""
    areas: dict[str, AreaFactors] = {}
    """Word of a transformer's column `area` (old, illegal_wiring ...) → factors on its rates.
    Default: none."""
    events: tuple[LowVoltageEvent, ...] = ()
    """Failures at stated times. Default: none."""
    calls: LowVoltageCalls = LowVoltageCalls()
    """How readily the customers concerned call."""
    reports: LowVoltageReports = LowVoltageReports()
    """What control makes of their reports."""
    meters: Meters = Meters()
    """What their meters tell."""
    triage: Triage = Triage()
    """What is settled without a crew."""
    repair: LowVoltageRepair = LowVoltageRepair()
    """How long repairs take."""
