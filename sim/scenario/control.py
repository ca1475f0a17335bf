"""Section `control`: what the control room learns, when, how reliably, and how it estimates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.base import Between, Duration, Section, Share, default
from sim.scenario.distributions import Distribution, Lognormal, Uniform
from sim.units import DURATION

__all__ = [
    "Control",
    "EarthSearch",
    "Indicators",
    "LastGasp",
    "Restoration",
    "RestorationTimes",
    "Telecontrol",
    "TroubleCalls",
]

_DELAY_SCADA = Uniform.model_validate({"uniform": {"low": "2 s", "high": "30 s"}})
_DELAY_INDICATOR = Uniform.model_validate({"uniform": {"low": "1 min", "high": "5 min"}})
_DELAY_GASP = Uniform.model_validate({"uniform": {"low": "1 min", "high": "15 min"}})
_FIRST = Lognormal.model_validate({"lognormal": {"median": "4 h", "p90": "8 h"}})


class Telecontrol(Section):
    """SCADA of the breakers."""

    delay: Distribution = _DELAY_SCADA
    """From a breaker's move to the screen. Assumption: 2 to 30 s."""
    stale_share: Share = default("3 %")
    """Share of trips a frozen station never reports. Assumption."""
    operating_time: Duration = default("1 min")
    """From the order to a remote-controlled switch's move. Assumption: 1 min each."""


class Indicators(Section):
    """Fault indicators along the feeders."""

    feeder_share: Share = default("50 %")
    """Share of feeders equipped. Assumption."""
    delay: Distribution = _DELAY_INDICATOR
    """From the trip to the reading. Assumption: 1 to 5 min."""
    miss_share: Share = default("10 %")
    """Share of faults no indicator answers to. Assumption."""
    false_share: Share = default("5 %")
    """Share of faults for which a neighbouring section is shown. Assumption."""


class LastGasp(Section):
    """Meters that report the loss of supply."""

    reported_share: Share = default("60 %")
    """Share of distribution transformers whose meters get through. Assumption: 60 to 90 %."""
    delay: Distribution = _DELAY_GASP
    """From the loss of supply to the control room. Assumption: 1 to 15 min."""


class TroubleCalls(Section):
    """Reports of customers, answered by agents or left in the menu."""

    delay: Duration = default("3 min")
    """From the end of the call to the control room: the work order is passed on. Assumption:
    2 to 3 min."""
    reports_needed: Annotated[int, Field(ge=1)] = 1
    """Reports from one transformer before control takes notice. Assumption."""
    group_transformers: Annotated[int, Field(ge=2)] = 3
    """So many unexplained transformers of one feeder are grouped to its breaker. Assumption."""
    wrong_place_share: Share = default("5 %")
    """Share of first reports entered for a neighbouring transformer. Assumption."""


class RestorationTimes(Section):
    """How restoration times are estimated."""

    first: Distribution = _FIRST
    """First estimate from the incident's opening, by rule of thumb. Assumption: median 4 h, the
    rural commitment."""
    first_counts: tuple[Literal["stand_down", "queue"], ...] = ()
    """What the rule of thumb is put off by: hours in which the forecast wind keeps crews down, and
    incidents of the district that wait for a crew already. Default: neither. Assumption."""
    queue_each: Duration = default("90 min")
    """With `queue`: crew time each waiting incident takes, shared by the crews of the district on
    duty. Assumption."""
    margin: Share = default("20 %")
    """Added to a crew's own estimate. Assumption; first estimates are padded in practice."""
    error_sigma: Annotated[float, Field(ge=0)] = 0.25
    """Spread (sigma of the logarithm) of a crew's estimate after assessment. Assumption."""
    extend_by: Annotated[Duration, Between(DURATION, "5 min")] = default("4 h")
    """Added when a restoration time has passed and the incident is still open. Assumption."""
    finish_in: Annotated[Duration, Between(DURATION, "5 min")] = default("1 h")
    """Added instead once all damage found is repaired and only switching is left. Assumption."""
    review_before: Duration = default("1 h")
    """A restoration time is reviewed this long before it passes: longer than a notice's approval,
    or the new time is told after the old one has passed. Assumption."""


class Restoration(Section):
    """Supplying healthy parts over ties, within what the grid can carry at that hour."""

    steps_at_most: Annotated[int, Field(ge=1, le=200, strict=True)] = 20
    """Switches moved at most for one incident to supply parts another way: ties closed, and
    switches opened to shed or to divide. Assumption."""
    loading_at_most: Annotated[float, Field(gt=0, le=2)] = 1.0
    """Load over the rating that sections and substation transformers may be brought to. Assumption:
    the rating; a little more for some hours where emergency ratings exist."""
    voltage_at_least: Annotated[Share, Field(gt=0)] = default("93 %")
    """Least voltage at any bus, by a linear estimate: nominal less 7 % (GB/T 12325, 20 kV and
    below)."""
    source_voltage: Annotated[float, Field(ge=0.8, le=1.2)] = 1.03
    """Voltage of the stations' busbars over the nominal one. Assumption: kept a little high by
    tap changers."""
    priority_classes: dict[str, Annotated[float, Field(ge=0, le=1e6)]] = {}
    """Class of customers → how many ordinary customers one of them counts for when not everybody
    can be supplied. Default: 1 each."""
    priority_transformers: dict[str, Annotated[float, Field(ge=0, le=1e9)]] = {}
    """Distribution transformer → customers it counts for beyond its own (a hospital). Default:
    none."""
    look_again: Annotated[Duration, Between(DURATION, "1 min")] = default("15 min")
    """What no load limit allowed is tried again so often. Assumption."""


class EarthSearch(Section):
    """Search for an earth fault on an isolated or compensated neutral (`protection.neutral`).

    Telecontrol tells the busbar only; control opens feeders and switches one after another.
    """

    wait: Annotated[Duration, Between(DURATION, "1 s")] = default("40 s")
    """From the move of a switch to the reading of the alarm; longer than `telecontrol.delay`, or
    the reading may be wrong. Assumption."""
    run_for: Duration = default("2 h")
    """Time an earth fault may run on; then what is left of its feeder is switched off. Default: the
    usual rule for isolated and compensated neutrals in China, at most 2 h."""
    by_hand: bool = True
    """Whether switches without remote control are opened for the search too, by a crew.
    Assumption."""
    selection_share: Share = 0.0
    """Share of busbars with a line selection device, which points at a feeder. Default: none."""
    selection_hit_share: Share = default("70 %")
    """Share of earth faults for which it points at the right feeder. Assumption; field reports
    differ widely."""


class Control(Section):
    """The control room: its evidence and its estimates."""

    telecontrol: Telecontrol = Telecontrol()
    """SCADA of the breakers."""
    indicators: Indicators = Indicators()
    """Fault indicators along the feeders."""
    last_gasp: LastGasp = LastGasp()
    """Meters that report the loss of supply."""
    trouble_calls: TroubleCalls = TroubleCalls()
    """Reports of customers."""
    restoration_times: RestorationTimes = RestorationTimes()
    """How restoration times are estimated."""
    restoration: Restoration = Restoration()
    """Supplying healthy parts over ties."""
    earth_search: EarthSearch = EarthSearch()
    """Search for earth faults."""
    automation_delay: Duration = default("30 s")
    """From the terminals' flags to the first switching of centralised feeder automation
    (`protection.automation`). Assumption."""
    locate_for: Duration = default("6 min")
    """Wait this long for indicators before a patrol of the whole feeder is ordered. Assumption."""
    decision_time: Duration = default("2 min")
    """From news to the dispatcher's next orders. Assumption."""
    supply_unpatrolled: bool = True
    """Whether healthy-looking parts nobody has walked yet are supplied again. Assumption."""
    switching_tries: Annotated[int, Field(ge=0, le=100, strict=True)] = 2
    """Times a breaker may be closed onto one feeder before its remaining sections are walked.
    Assumption."""
