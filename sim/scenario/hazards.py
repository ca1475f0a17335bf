"""Section `hazards`: what makes assets fail: a typhoon, steady failure rates, given events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sim.errors import UnitError
from sim.messages import expected, quoted, say
from sim.scenario.base import DataPath, Section, Share, When
from sim.units import DISTANCE, DURATION, parse_quantity

__all__ = [
    "Fragility",
    "GivenEvent",
    "Hazards",
    "Moment",
    "PoleCurve",
    "ProfileName",
    "Shift",
    "SignedDistance",
    "SignedDuration",
    "SpanCurve",
    "Steady",
    "Typhoon",
]


def _read_signed_distance(value: object) -> float:
    return parse_quantity(value, DISTANCE)


def _read_signed_duration(value: object) -> float:
    return parse_quantity(value, DURATION)


def _read_moment(value: object) -> float | datetime:
    if isinstance(value, datetime):
        return value
    try:
        seconds = parse_quantity(value, DURATION)
    except UnitError as error:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            wanted = say(
                "a time such as '2019-08-10 02:00' or a duration after the start such as '6 h'"
            )
            raise UnitError(expected(wanted, quoted(value))) from error
    if seconds < 0:
        raise UnitError(say("{moment!r} is before the start of the run", moment=value))
    return seconds


SignedDistance = Annotated[
    float,
    BeforeValidator(_read_signed_distance),
    WithJsonSchema({"type": ["string", "number"], "examples": ["-100 km"]}),
]
"""A distance with a sign, kept in km."""
SignedDuration = Annotated[
    float,
    BeforeValidator(_read_signed_duration),
    WithJsonSchema({"type": ["string", "number"], "examples": ["-6 h"]}),
]
"""A length of time with a sign, kept in seconds."""
Moment = Annotated[
    float | datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema({"type": ["string", "number"], "examples": ["6 h", "2019-08-10 02:00"]}),
]
"""A moment of the run: seconds after the start, or a calendar time."""

ProfileName = Literal["willoughby_2006", "holland_1980"]
SpanCurve = Literal["quanta_conductor", "none"]
PoleCurve = Literal["quanta_pole", "wood_pole_20", "wood_pole_40", "wood_pole_60", "none"]


class Shift(Section):
    """Move a recorded track: "what if it had landed 100 km further south, at 19:00"."""

    north: SignedDistance = 0.0
    """Distance the whole track is moved north (negative: south), km. Default: none."""
    east: SignedDistance = 0.0
    """Distance the whole track is moved east (negative: west), km. Default: none."""
    time: SignedDuration = 0.0
    """Time by which the storm comes later (negative: earlier). Default: none."""
    landfall_at: When | None = None
    """Time at which the moved track first meets the coast, instead of `time`. Default: none."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if self.landfall_at is not None and self.time != 0.0:
            raise ValueError(say("give either time or landfall_at, not both"))
        return self


class Typhoon(Section):
    """A typhoon from its best track, and how its wind is brought down to a line on land."""

    track: DataPath
    """Best track in the format of RSMC Tokyo, one storm a file: UTC, 10-minute mean winds."""
    shift: Shift = Shift()
    """Move of the track in space and time. Default: as recorded."""
    profile: ProfileName = "holland_1980"
    """Radial profile fitted to the recorded maximum wind: holland_1980 (B from maximum wind and
    pressure) or willoughby_2006 (two exponentials, falling off faster). Default: holland_1980,
    which comes closer to the recorded 50-kt and 30-kt radii of both Lekima and Maria."""
    land_share: Annotated[Share, Field(gt=0)] = 0.8
    """10-minute mean wind over land as a share of that over the sea, everywhere. Default: open
    country, a fall by about a fifth at the coast (Vickery, Wadhera, Powell & Chen 2009, J. Appl.
    Meteor. Climatol. 48:381); forest and mountains need a lower value of your own: ridges speed
    the wind up and valleys shelter, which is not modelled."""
    gust_factor: Annotated[float, Field(ge=1)] = 1.66
    """3-second gust over the 10-minute mean. Default: 1.66, in-land, roughly open terrain
    (Harper, Kepert & Ginger 2010, WMO/TD-No. 1555, table 1.1)."""


class Steady(Section):
    """Failure rates outside storms."""

    cable_per_km_year: Annotated[float, Field(ge=0, le=1000)] = 0.04
    """Failures per km and year of underground cable, all permanent. Default: RBTS, 33 kV cable."""
    overhead_per_km_year: Annotated[float, Field(ge=0, le=1000)] = 0.1
    """Faults per km and year of overhead line, temporary ones included. Default: OpenDSS's line
    default, its unit length taken as a km (assumption); RBTS has 0.065 permanent ones at 11 kV."""
    transformer_per_year: Annotated[float, Field(ge=0, le=1000)] = 0.015
    """Failures per year of a distribution transformer, all permanent. Default: RBTS."""
    temporary_share: Share = 0.8
    """Share of steady overhead faults that clear when the line is dead. Default: OpenDSS
    (20 % permanent)."""


class Fragility(Section):
    """How the parts of overhead lines fail in wind, one curve a part."""

    spans: SpanCurve = "quanta_conductor"
    """Failure probability of one span of conductor at a 3-second gust. Default: Quanta Technology
    2009 (for the Public Utility Commission of Texas), 8e-12 V^5.1731, V in mph."""
    poles: PoleCurve = "quanta_pole"
    """Failure probability of one pole at a 3-second gust: quanta_pole (Quanta 2009, 1e-4
    exp(0.0421 V), less its value without wind) or wood poles of 20, 40 or 60 years (Salman, Li &
    Stewart 2015, lognormal fits). Default: quanta_pole, for concrete poles too: assumption."""
    temporary_share: Share = 0.3
    """Share of the spans counted by the curve that only touch (branches, conductors clashing) and
    clear when the line is dead; broken poles never do. Default: assumption."""


class GivenEvent(Section):
    """One failure at a stated time."""

    at: Moment
    """Time of the failure: a calendar time, or a duration after the start of the run."""
    asset: str
    """Id of what fails: a line section (`luoyang/line12`), one of its spans or poles
    (`luoyang/line12/span3`), or a distribution transformer (`luoyang/dt4`)."""
    kind: Literal["permanent", "temporary"] = "permanent"
    """Permanent: stays until repaired. Temporary: clears when the line is dead. Default:
    permanent, assumption."""


class Hazards(Section):
    """What makes assets fail."""

    typhoon: Typhoon | None = None
    """Typhoon that passes. Default: none."""
    fragility: Fragility = Fragility()
    """How overhead lines fail in its wind."""
    steady: Steady = Steady()
    """Failure rates outside storms."""
    events: tuple[GivenEvent, ...] = ()
    """Failures at stated times. Default: none."""
