"""All failures of a run before it starts: each hazard's, and those given.

A pure function of scenario, assets and seed. Every failure is keyed by its asset: adding an asset
changes no other's fate, and adding a hazard moves no failure of another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.engine.streams import Streams
from sim.errors import InputError
from sim.hazards.assets import EVERYDAY, Assets, Failure, assets_of
from sim.hazards.courses import seconds_of
from sim.hazards.everyday import by_devices, by_growth, by_third_parties, steady_failures
from sim.hazards.flooding import Waters, by_flood
from sim.hazards.gusts import STEP_S, by_gusts, stations_lost
from sim.hazards.hot import by_heat
from sim.hazards.icing import by_ice
from sim.hazards.lightning import by_lightning
from sim.hazards.loaded import Lines, later
from sim.hazards.names import NamedAssets, lost_sources, unknown_assets
from sim.hazards.replayed import replay
from sim.hazards.shared import shared_scores
from sim.hazards.wind import WindField
from sim.messages import say, standing_at
from sim.scenario.hazards import GivenEvent, Hazards
from sim.scenario.loads import TemperaturePoint
from sim.units import Calendar

__all__ = [
    "EVERYDAY",
    "STEP_S",
    "Assets",
    "Failure",
    "assets_of",
    "failure_schedule",
    "unknown_assets",
]


def failure_schedule(
    hazards: Hazards,
    *,
    assets: Assets,
    wind: WindField,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
    temperature: Sequence[TemperaturePoint] = (),
) -> tuple[Failure, ...]:
    """Return all failures from the start up to a time, in order of time, asset and part.

    What the wind at the start would break counts as broken and repaired before. Raise InputError
    for a given event that names no asset or lies before the start, ScenarioError for a recorded
    list that cannot be read.
    """
    overhead = np.flatnonzero(assets.is_overhead & (assets.n_spans > 0))
    lines = Lines(assets, overhead, shared_scores(hazards.dependence, assets, streams))
    after = later(hazards.latent, streams)
    failures = by_gusts(hazards, lines, wind, streams, after, until_s)
    failures += stations_lost(hazards, assets, wind, streams, until_s)
    failures += by_lightning(hazards.thunderstorms, lines, wind.cells, streams, until_s)
    failures += by_ice(hazards.ice, lines, streams, calendar, after, until_s)
    failures += by_flood(Waters(hazards.flood, calendar), assets, until_s)
    failures += steady_failures(hazards, assets, streams, until_s)
    failures += by_devices(hazards.steady, assets, streams, until_s)
    failures += by_heat(hazards, temperature, assets, streams, calendar, until_s)
    failures += by_growth(hazards.trees, lines, streams, until_s)
    failures += by_third_parties(hazards.third_party, assets, streams, calendar, until_s)
    failures += replay(hazards, assets, streams, calendar, until_s)
    failures += _given(hazards.events, assets, calendar, until_s)
    return tuple(sorted(each for each in failures if each.t_s <= until_s))


def _given(
    events: Sequence[GivenEvent], assets: Assets, calendar: Calendar, until_s: float
) -> list[Failure]:
    for number, words in unknown_assets(events, assets):
        raise InputError(standing_at(f"hazards.events.{number}.asset", words))
    names = NamedAssets(assets)
    failures = []
    for number, event in enumerate(events):
        asset, part = names.split(event.asset)
        t_s = seconds_of(event.at, calendar)
        if t_s < 0:
            words = say("{moment} is before the start of the run", moment=event.at)
            raise InputError(standing_at(f"hazards.events.{number}.at", words))
        if t_s <= until_s and event.kind == "supply":
            failures += [
                Failure(t_s, bus, "", "supply", "given", repair_s=event.lasts)
                for bus in lost_sources(event.asset, assets)
            ]
        elif t_s <= until_s:
            failures.append(Failure(t_s, asset, part, event.kind, "given"))
    return failures
