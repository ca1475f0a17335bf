"""Section `hazards`: what makes assets fail. Further hazards have files of their own."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.messages import say
from sim.scenario.base import DataPath, Duration, Section, Share, When, default
from sim.scenario.condition import Ageing, Dependence, Latent
from sim.scenario.flood import Flood
from sim.scenario.heat import Heat
from sim.scenario.ice import Ice
from sim.scenario.moments import Moment, SignedDistance, SignedDuration
from sim.scenario.recorded import Recorded
from sim.scenario.third_party import ThirdParty
from sim.scenario.thunderstorms import Thunderstorms
from sim.scenario.trees import Trees

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
    "SubstationCurve",
    "TowerCurve",
    "Typhoon",
]


ProfileName = Literal["willoughby_2006", "holland_1980"]
SpanCurve = Literal["quanta_conductor", "none"]
PoleCurve = Literal[
    "quanta_pole", "wood_pole_20", "wood_pole_40", "wood_pole_60", "wood_pole_by_age", "none"
]
TowerCurve = Literal["as_poles", "quanta_tower", "uk_tower_base", "uk_tower_robust", "none"]
SubstationCurve = Literal["hazus_k1", "hazus_k3", "hazus_k5", "none"]


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
    breaker_per_year: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Failures per year of a breaker or recloser, all permanent. Default: none; RBTS has 0.006 at
    11 kV."""
    switch_per_year: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Failures per year of a load-break switch or sectionaliser, all permanent. Default: none."""
    busbar_per_year: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Failures per year of a bus bar (a bus at a substation transformer), all permanent. Default:
    none; RBTS has 0.001."""


class Fragility(Section):
    """How the parts of overhead lines fail in wind, one curve a part."""

    spans: SpanCurve = "quanta_conductor"
    """Failure probability of one span of conductor at a 3-second gust. Default: Quanta Technology
    2009 (for the Public Utility Commission of Texas), 8e-12 V^5.1731, V in mph."""
    poles: PoleCurve = "quanta_pole"
    """Failure probability of one pole at a 3-second gust: quanta_pole (Quanta 2009, 1e-4
    exp(0.0421 V), less its value without wind) or wood poles of 20, 40 or 60 years (Salman, Li &
    Stewart 2015, Reliab. Eng. Syst. Saf. 144:319, lognormal fits); wood_pole_by_age interpolates
    these by the tables' `age_years`, straight in median and spread. Default: quanta_pole, for
    concrete poles too: assumption."""
    wood_age_years: Annotated[float, Field(ge=0, le=200)] = 40.0
    """Age for wood_pole_by_age where the tables give none; below 20 and above 60 the curve stays.
    Default: assumption."""
    towers: TowerCurve = "as_poles"
    """Supports of lines from `tower_from_kv` up, one to a span as poles are: quanta_tower (Quanta
    2009, used by Ouyang & Dueñas-Osorio 2014: 2e-7 exp(0.0834 V), V in mph, less its value without
    wind), uk_tower_base or uk_tower_robust (Panteli et al. 2017, IEEE Trans. Power Syst. 32:3747,
    lognormal fits). Default: as_poles, no line has towers."""
    tower_from_kv: Annotated[float, Field(gt=0)] = 35.0
    """Voltage from which lines stand on towers, kV. Default: assumption."""
    substations: SubstationCurve = "none"
    """Severe damage to a station, which fails all its transformers: HAZUS hurricane curves by
    terrain from open (k1) to forest (k5), as given by Watson 2018. Default: none."""
    temporary_share: Share = 0.3
    """Share of the spans counted by the curve that only touch (branches, conductors clashing) and
    clear when the line is dead; broken poles never do. Default: assumption."""


class GivenEvent(Section):
    """One failure at a stated time."""

    at: Moment
    """Time of the failure: a calendar time, or a duration after the start of the run."""
    asset: str
    """Id of what fails: a line section (`luoyang/line12`), one of its spans or poles
    (`luoyang/line12/span3`), a distribution transformer (`luoyang/dt4`), a switch or a bus bar; or
    the source bus that loses its supply (`luoyang/bus1`), or the district all of whose source
    buses do (`luoyang`)."""
    kind: Literal["permanent", "temporary", "supply"] = "permanent"
    """Permanent: stays until repaired. Temporary: clears when the line is dead. Supply: the source
    bus loses its 110 or 35 kV supply from outside for `lasts`. Default: permanent, assumption."""
    lasts: Duration = default("2 h")
    """With `kind: supply`: time until the supply from outside is back. Assumption."""


class Hazards(Section):
    """What makes assets fail. All but the steady rates is off unless it is given."""

    typhoon: Typhoon | None = None
    """Typhoon that passes. Default: none."""
    thunderstorms: Thunderstorms | None = None
    """Thunderstorm cells. Default: none."""
    terrain: dict[str, Annotated[float, Field(ge=0.2, le=3)]] = default({})
    """Factor on all gusts by district: ridges speed wind up, valleys shelter. Default: 1."""
    fragility: Fragility = Fragility()
    """How lines and stations fail in wind."""
    trees: Trees | None = None
    """Trees that fall or grow onto overhead lines. Default: none."""
    ice: Ice | None = None
    """Ice on overhead lines. Default: none."""
    heat: Heat | None = None
    """More failures when it is hot, by `loads.temperature`. Default: none."""
    flood: Flood | None = None
    """Water over low-lying cabinets. Default: none."""
    third_party: ThirdParty | None = None
    """Diggers, cranes, vehicles. Default: none."""
    areas: dict[str, Annotated[float, Field(ge=0, le=1000)]] = default({})
    """Factor on the steady rates of distribution transformers by the word in the node column
    `area`, such as `old: 2, illegal_wiring: 3`; what lies behind them has `low_voltage.areas`.
    Default: 1 for all."""
    ageing: Ageing = Ageing()
    """Factor on the steady rates by age."""
    dependence: Dependence = Dependence()
    """What neighbours share of their strength against wind and ice."""
    latent: Latent | None = None
    """Damage that shows later. Default: none."""
    steady: Steady = Steady()
    """Failure rates outside storms."""
    recorded: tuple[Recorded, ...] = ()
    """Lists of real outages that are replayed. Default: none."""
    events: tuple[GivenEvent, ...] = ()
    """Failures at stated times. Default: none."""
