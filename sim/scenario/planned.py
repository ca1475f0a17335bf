"""Section `planned`: planned work on the grid: jobs, options, coordination, notice."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import Between, Duration, Rate, Section, Share, Speed, TimeOfDay, default
from sim.scenario.distributions import Distribution, Lognormal, LognormalShape
from sim.scenario.emergency import Colour, Level
from sim.scenario.hazards import Moment
from sim.units import DURATION

__all__ = ["OPTIONS", "GeneratedJobs", "OptionName", "Planned", "PlannedJob", "WorkOption",
           "WorkOptions"]  # fmt: skip

OptionName = Literal["day", "off_peak", "night", "live_line"]
OPTIONS: tuple[OptionName, ...] = ("day", "off_peak", "night", "live_line")
JobId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class WorkOption(Section):
    """One way to do a job: when, how long it then takes, what it costs and risks."""

    start: TimeOfDay
    """Work starts from this local time on..."""
    end: TimeOfDay
    """...and is planned to be over by this one (after midnight where it is earlier). A job longer
    than that starts with the window."""
    duration_factor: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Factor on the duration of the job. Default: none; assumption."""
    cost_per_h: Annotated[float, Field(ge=0, le=1e6)] = 500.0
    """Cost of the crew, yuan an hour. Assumption."""
    overrun_p90: Annotated[float, Field(ge=1, le=10)] = 1.25
    """Nine of ten jobs take at most this many times their planned duration (lognormal factor with
    median 1). Assumption."""
    complaint_share: Share = 0.0
    """Share of the customers at the place of work who complain, of noise at night. Assumption."""


def _option(start: str, end: str, **more: object) -> WorkOption:
    return WorkOption.model_validate({"start": start, "end": end, **more})


class WorkOptions(Section):
    """The options there are."""

    day: WorkOption | None = _option("08:00", "18:00")
    """By day. Assumption."""
    off_peak: WorkOption | None = _option("13:00", "17:30", cost_per_h=550.0)
    """Between the midday and the evening peak. Assumption."""
    night: WorkOption | None = _option(
        "22:30",
        "06:00",
        duration_factor=1.2,
        overrun_p90=1.4,
        cost_per_h=900.0,
        complaint_share="0.5 %",
    )
    """At night: slower, dearer, noisy. Assumption."""
    live_line: WorkOption | None = _option(
        "08:00", "17:00", duration_factor=1.5, overrun_p90=1.3, cost_per_h=2500.0
    )
    """Under voltage by a live-line crew: nobody is switched off. Assumption."""


class PlannedJob(Section):
    """One job that needs parts of the grid dead, or a live-line crew."""

    assets: Annotated[tuple[str, ...], Field(min_length=1)]
    """Line sections and distribution transformers worked on (`d/a2`, `d/dt4`)."""
    department: str = "operation"
    """Whose job it is: operation, construction, marketing, or any other word."""
    earliest: Moment
    """From when it may be done."""
    duration: Annotated[Duration, Between(DURATION, "10 min", "72 h")]
    """Duration of the work by day, switching left out."""
    option: Literal["auto"] | OptionName = "auto"
    """How it is done; `auto` takes the cheapest, customers' hours counted. Default: auto."""
    kind: Literal["planned", "temporary"] = "planned"
    """Planned work, or temporary (unplanned) work, which has a shorter notice. Default: planned."""
    notice: Duration | None = None
    """How long before the start customers are told. Default: what the rule asks for its kind."""


class GeneratedJobs(Section):
    """Jobs that come by chance, beside those listed."""

    per_feeder: Rate
    """Jobs of one feeder."""
    duration: Distribution = Lognormal(
        lognormal=LognormalShape.model_validate({"median": "4 h", "p90": "8 h"})
    )
    """Duration of such a job by day. Assumption."""
    departments: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "operation", "construction", "marketing")  # fmt: skip
    """Whose jobs they are, equally often. Assumption."""


class Planned(Section):
    """Planned work on the grid."""

    jobs: dict[JobId, PlannedJob] = {}
    """Jobs by id. Default: none."""
    generated: GeneratedJobs | None = None
    """Jobs that come by chance. Default: none."""
    options: WorkOptions = WorkOptions()
    """The ways a job can be done; `null` takes one away."""
    customer_hour: Annotated[float, Field(ge=0, le=1e5)] = 10.0
    """What an hour without supply of one customer counts when `auto` compares options, yuan.
    Assumption."""
    complaint: Annotated[float, Field(ge=0, le=1e5)] = 200.0
    """What a complaint counts there, yuan. Assumption."""
    coordinate: bool = True
    """Jobs on one feeder become one outage when they are near in time (停电检修协调会)."""
    merge_within: Duration = default("7 d")
    """Near in time: their earliest starts are at most this far apart. Assumption."""
    transfer: bool = True
    """Supply customers beyond the place of work over ties, where ratings allow."""
    parallel: bool = True
    """Close the tie before opening (合环转供), so that those beyond lose no supply; otherwise they
    are off for the time of the switching. Assumption."""
    access: Duration = default("30 min")
    """From the order to the crew on site, in the time told to customers. Assumption."""
    margin: Share = default("25 %")
    """Added to the planned duration in the time told to customers. Assumption."""
    planned_notice: Duration = default("7 d")
    """Notice asked for planned work. Source: State Grid ten promises, 2023, item 2; Regulation on
    Electricity Supply and Use, art. 28."""
    temporary_notice: Duration = default("24 h")
    """Notice asked for temporary work. Source: the same."""
    notify: bool = True
    """Whether customers are told at all."""
    channels: tuple[str, ...] = ()
    """Channels of these notices. Default: the default channels."""
    informed_factor: Share = default("10 %")
    """Calls of those who were told, as a share of what they would call otherwise. Source: enquiries
    of a county's customers told of planned outages fell by 90 % (Luancheng, local press)."""
    put_off_from: Colour = "orange"
    """From this colour of the weather warning on, work not begun is put off and its customers are
    told. Assumption; the domain reference suspends planned work at orange."""
    put_off_level: Level = "III"
    """The same from this response level on: the emergency has the crews. Assumption."""
    put_off_within: Duration = default("24 h")
    """Work that would start within this time of the warning or the response is put off.
    Assumption."""
    live_line_crews: tuple[str, ...] = ()
    """Crews that can work under voltage (`d/a1`). Default: none, so nobody can."""
    live_line_gust: Speed = default("10.7 m/s")
    """No live-line work starts in higher gusts than this. Assumption: wind force 5 ends at
    10.7 m/s."""
    wait_for_crew: Duration = default("2 h")
    """A job no crew is free for so long after its start is put off. Assumption."""

    @model_validator(mode="after")
    def _an_option(self) -> Self:
        if all(value is None for _name, value in self.options):
            raise ValueError(say("no option of work is left"))
        return self

    @property
    def is_any(self) -> bool:
        """Say whether there is any planned work."""
        return bool(self.jobs) or self.generated is not None
