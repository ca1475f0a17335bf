"""Failures of any day: steady rates by age and area, switches and bus bars, other people, growth.

All are Poisson streams keyed by asset. A stream of its own is laid on top for each hazard, so that
switching one on moves no failure of another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, Trait
from sim.hazards.assets import Assets, Failure, Hazard, Kind, owners
from sim.hazards.courses import arrivals
from sim.hazards.loaded import Lines
from sim.scenario.condition import AgeCurve, WeibullAge
from sim.scenario.hazards import Hazards, Steady
from sim.scenario.third_party import ThirdParty
from sim.scenario.trees import Trees
from sim.units import DAY_S, HOUR_S, YEAR_H, Calendar

__all__ = [
    "age_factors",
    "by_devices",
    "by_growth",
    "by_third_parties",
    "steady_failures",
    "steady_rates",
]

Floats = NDArray[np.float64]
_WEEK_H = 168.0


def age_factors(curve: AgeCurve | None, ages: Sequence[float], n: int) -> Floats:
    """Return the factor on the rates of n assets by age in years; 1 without curve or age."""
    if curve is None or not len(ages):
        return np.ones(n)
    age = np.asarray(ages, dtype=np.float64)
    known = np.nan_to_num(age)
    if isinstance(curve, WeibullAge):
        factor = (known / curve.reference_years) ** (curve.shape - 1.0)
    else:
        factor = 1.0 + (curve.early - 1.0) * np.exp(-known / curve.early_years)
        factor += np.expm1(curve.wear_per_year * np.maximum(known - curve.wear_from_years, 0.0))
    return np.where(np.isnan(age), 1.0, factor)


def steady_rates(hazards: Hazards, assets: Assets) -> tuple[Floats, Floats, Floats]:
    """Return failures a year of sections then transformers, with the factors of age and of area.

    A rate of the grid's own tables is of lasting failures; temporary ones of an overhead line come
    on top by the share of the settings. The rates contain both factors.
    """
    steady = hazards.steady
    n_sections, n_transformers = len(assets.sections), len(assets.transformers)
    per_km = np.where(assets.is_overhead, steady.overhead_per_km_year, steady.cable_per_km_year)
    # where nothing lasts, the table's rate is that of what passes
    lasting = 1.0 - steady.temporary_share if steady.temporary_share < 1.0 else 1.0
    lasting_share = np.where(assets.is_overhead, lasting, 1.0)
    sections = _with_own(per_km * assets.length_km, assets.section_per_year, lasting_share)
    usual = np.full(n_transformers, steady.transformer_per_year)
    transformers = _with_own(usual, assets.transformer_per_year, 1.0)
    ageing = hazards.ageing
    by_age = np.concatenate(
        [
            age_factors(ageing.sections, assets.section_age_years, n_sections),
            age_factors(ageing.transformers, assets.transformer_age_years, n_transformers),
        ]
    )
    by_area = np.ones(n_sections + n_transformers)
    if hazards.areas and assets.transformer_area:
        by_area[n_sections:] = [hazards.areas.get(word, 1.0) for word in assets.transformer_area]
    return np.concatenate([sections, transformers]) * by_age * by_area, by_age, by_area


def _with_own(usual: Floats, own: Sequence[float], lasting_share: Floats | float) -> Floats:
    """Return the rates of the settings, or an asset's own over the share of lasting failures."""
    if not len(own):
        return usual
    return np.where(np.isnan(own), usual, np.array(own) / lasting_share)


def steady_failures(
    hazards: Hazards, assets: Assets, streams: Streams, until_s: float
) -> list[Failure]:
    """Return failures at constant rates: exponential times between an asset's failures.

    Of the failures in an area with factor a, the share (a - 1)/a is put down to the area; of the
    rest with an age factor g above 1, the share (g - 1)/g to age.
    """
    wait, lasting_luck = streams.trait("hazards.steady_wait"), streams.trait("hazards.steady_kind")
    cause_luck = streams.trait("hazards.steady_cause")
    ids = [*assets.sections, *assets.transformers]
    per_year, by_age, by_area = steady_rates(hazards, assets)
    of_area = np.maximum(1.0 - 1.0 / np.maximum(by_area, 1.0), 0.0)
    of_age = (1.0 - of_area) * np.maximum(1.0 - 1.0 / np.maximum(by_age, 1.0), 0.0)
    n_sections = len(assets.sections)
    numbers = owners(ids)
    alive = np.flatnonzero(per_year > 0)
    t_s = np.zeros(len(ids))
    failures: list[Failure] = []
    episode = 0
    while alive.size:
        waits_h = -np.log(wait.of_all(numbers[alive], episode)) / per_year[alive] * YEAR_H
        t_s[alive] += waits_h * HOUR_S
        alive = alive[t_s[alive] <= until_s]
        for ix in alive:
            overhead = ix < n_sections and bool(assets.is_overhead[ix])
            temporary = (
                overhead and lasting_luck.of(ids[ix], episode) < hazards.steady.temporary_share
            )
            kind: Kind = "temporary" if temporary else "permanent"
            hazard: Hazard = "steady"
            if of_area[ix] + of_age[ix] > 0.0:
                luck = cause_luck.of(ids[ix], episode)
                if luck < of_area[ix] + of_age[ix]:
                    hazard = "area" if luck < of_area[ix] else "ageing"
            failures.append(Failure(float(t_s[ix]), ids[ix], "", kind, hazard))
        episode += 1
    return failures


def by_devices(steady: Steady, assets: Assets, streams: Streams, until_s: float) -> list[Failure]:
    """Return the failures of breakers, switches, bus bars and transformers of stations.

    The latter fail only at the rates of the grid's own tables.
    """
    wait = streams.trait("hazards.device_wait")
    rates = {
        "breaker": steady.breaker_per_year,
        "switch": steady.switch_per_year,
        "busbar": steady.busbar_per_year,
    }
    found = [(each.id, rates[each.kind]) for each in assets.devices]
    found += [(each.transformer, each.failures_per_year) for each in assets.stations]
    expected = np.array([per_year for _id, per_year in found]) * _years(until_s)
    if not expected.any():
        return []
    ids = [each for each, _per_year in found]
    return [
        Failure(float(level / expected[ix] * until_s), ids[ix], "", "permanent", "steady")
        for who, levels, _episode in arrivals(owners(ids), expected, wait)
        for ix, level in zip(who, levels, strict=True)
    ]


def by_growth(trees: Trees | None, lines: Lines, streams: Streams, until_s: float) -> list[Failure]:
    """Return contacts of trees that have grown into the line."""
    wait, passing = streams.trait("hazards.growth_wait"), streams.trait("hazards.growth_kind")
    if trees is None or trees.contact_per_km_year == 0.0:
        return []
    assets = lines.assets
    lined_km = lines.column(assets.section_trees, trees.share) * assets.length_km[lines.at]
    expected = lined_km * trees.contact_per_km_year * _years(until_s)
    ids = [assets.sections[ix] for ix in lines.at]
    shares = np.full(len(ids), trees.contact_temporary_share)
    return _along(ids, expected, wait, passing, shares, lambda share: share * until_s, "tree")


def by_third_parties(
    section: ThirdParty | None,
    assets: Assets,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
) -> list[Failure]:
    """Return hits by diggers, cranes and vehicles, by the hour of working days and weekends."""
    wait = streams.trait("hazards.third_party_wait")
    passing = streams.trait("hazards.third_party_kind")
    if section is None:
        return []
    edges_s, weights = _hours(section, calendar, until_s)
    worked = np.concatenate([[0.0], np.cumsum(np.diff(edges_s) * weights)])
    per_km = np.where(assets.is_overhead, section.overhead_per_km_year, section.cable_per_km_year)
    expected = per_km * assets.length_km * worked[-1] / (YEAR_H * HOUR_S)
    shares = np.where(assets.is_overhead, section.temporary_share, 0.0)

    def moment(share: float) -> float:
        return float(np.interp(share * worked[-1], worked, edges_s))

    return _along(list(assets.sections), expected, wait, passing, shares, moment, "third_party")


def _hours(section: ThirdParty, calendar: Calendar, until_s: float) -> tuple[Floats, Floats]:
    """Return the edges of the local hours of the run, and the weight between, on average 1."""
    day = sum(section.hours)
    week = day * (5.0 + 2.0 * section.weekend_share)
    first_s = -(calendar.time_of_day_s(0.0) % HOUR_S)
    starts_s = np.arange(first_s, until_s, HOUR_S)
    weights = np.zeros(len(starts_s))
    if week > 0.0:
        for k, start_s in enumerate(starts_s.tolist()):
            local = calendar.at(start_s + 0.5 * HOUR_S)
            part = 1.0 if local.weekday() < 5 else section.weekend_share
            weights[k] = section.hours[local.hour] * part * _WEEK_H / week
    edges_s = np.append(np.maximum(starts_s, 0.0), until_s)
    return edges_s, weights


def _along(
    ids: Sequence[str],
    expected: Floats,
    wait: Trait,
    passing: Trait,
    temporary_share: Floats,
    moment: Callable[[float], float],
    hazard: Hazard,
) -> list[Failure]:
    """Return a Poisson stream for each asset; `moment` gives the time of a share of its course."""
    failures = []
    for who, levels, episode in arrivals(owners(ids), expected, wait):
        for ix, level in zip(who, levels, strict=True):
            share = temporary_share[ix]
            temporary = share > 0.0 and passing.of(ids[ix], episode) < share
            kind: Kind = "temporary" if temporary else "permanent"
            t_s = moment(float(level / expected[ix]))
            failures.append(Failure(t_s, ids[ix], "", kind, hazard))
    return failures


def _years(until_s: float) -> float:
    return until_s / (365.0 * DAY_S)
