"""All failures of a run before it starts: by wind, at steady rates, and as given.

A pure function of scenario, assets and seed. Every failure is keyed by its asset: adding an asset
changes no other's fate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, owner_number
from sim.errors import InputError
from sim.grid.assets import Grid
from sim.hazards.fragility import CURVES, Parts, Thresholds, draw_thresholds
from sim.hazards.wind import WindField
from sim.messages import NOTHING, Message, say, standing_at
from sim.scenario.hazards import Fragility, GivenEvent, Hazards, Steady
from sim.units import HOUR_S, YEAR_H, Calendar

__all__ = [
    "STEP_S",
    "Assets",
    "Failure",
    "assets_of",
    "failure_schedule",
    "unknown_assets",
]

Floats = NDArray[np.float64]
Hazard = Literal["wind", "steady", "given"]
Kind = Literal["permanent", "temporary"]

_PART = re.compile(r"(?P<section>.+)/(?P<kind>span|pole)(?P<number>0|[1-9]\d*)")

STEP_S = 300.0
"""Step at which the wind is sampled; between steps it is linear."""


@dataclass(frozen=True, slots=True)
class Assets:
    """Hold what can fail: line sections (arrays of one length) and distribution transformers."""

    sections: tuple[str, ...]
    lat: Floats
    """Latitude of the middle of each section, degrees."""
    lon: Floats
    length_km: Floats
    is_overhead: NDArray[np.bool_]
    n_spans: NDArray[np.int64]
    """Spans between poles, 0 for cables; a section has one pole more than spans."""
    transformers: tuple[str, ...]
    section_per_year: tuple[float, ...] = ()
    """Lasting failures a year of each section, NaN: by the settings. Empty: all by the settings."""
    transformer_per_year: tuple[float, ...] = ()


def assets_of(grid: Grid) -> Assets:
    """Return what can fail in a grid."""
    return Assets(
        tuple(section.id for section in grid.sections),
        grid.section_latitude,
        grid.section_longitude,
        grid.section_length_km,
        grid.section_is_overhead,
        grid.section_n_spans,
        tuple(transformer.id for transformer in grid.transformers),
        _own_rates([each.failures_per_year for each in grid.sections]),
        _own_rates([each.failures_per_year for each in grid.transformers]),
    )


def _own_rates(rates: Sequence[float | None]) -> tuple[float, ...]:
    return tuple(math.nan if each is None else each for each in rates)


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One failure of a section or transformer; `part` is its `span17` or `pole3`, or empty."""

    t_s: float
    asset: str
    part: str
    kind: Kind
    hazard: Hazard
    gust_ms: float = 0.0
    """Gust at which the part failed; 0 for other hazards."""

    @property
    def failed_id(self) -> str:
        """Return the id of what failed: the part's when there is one, as `grid.assets` names it."""
        return f"{self.asset}/{self.part}" if self.part else self.asset


def failure_schedule(
    hazards: Hazards,
    *,
    assets: Assets,
    wind: WindField,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
) -> tuple[Failure, ...]:
    """Return all failures from the start up to a time, in order of time, asset and part.

    What the wind at the start would break counts as broken and repaired before. Raise InputError
    for a given event that names no asset or lies before the start.
    """
    failures = _by_wind(hazards.fragility, assets, wind, streams, until_s)
    failures += _steady(hazards.steady, assets, streams, until_s)
    failures += _given(hazards.events, assets, calendar, until_s)
    return tuple(sorted(failures))


def _owners(ids: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([owner_number(owner) for owner in ids], dtype=np.uint64)


def _by_wind(
    fragility: Fragility, assets: Assets, wind: WindField, streams: Streams, until_s: float
) -> list[Failure]:
    kinds = _parts(fragility, streams)
    at = np.flatnonzero(assets.is_overhead & (assets.n_spans > 0))
    if not at.size or not kinds:
        return []
    times_s = np.append(np.arange(0.0, until_s, STEP_S), until_s)
    gusts = wind.gusts_ms(times_s, assets.lat[at], assets.lon[at])
    ids = [assets.sections[ix] for ix in at]
    owners, peaks = _owners(ids), gusts.max(axis=0)
    failures: list[Failure] = []
    for parts in kinds:
        drawn = draw_thresholds(parts, owners, assets.n_spans[at] + parts.extra, peaks)
        moments_s = _moments(drawn, times_s, gusts)
        failures += [
            Failure(
                float(moments_s[k]),
                ids[drawn.section_ix[k]],
                f"{parts.name}{drawn.number[k]}",
                "temporary" if drawn.is_temporary[k] else "permanent",
                "wind",
                float(drawn.gust_ms[k]),
            )
            for k in np.flatnonzero(moments_s > 0.0)
        ]
    return failures


def _parts(fragility: Fragility, streams: Streams) -> list[Parts]:
    """Claim all traits, used or not, so that a changed curve changes nobody's luck."""
    span = (streams.trait("hazards.span_strength"), streams.trait("hazards.span_touch"))
    pole = (streams.trait("hazards.pole_strength"), streams.trait("hazards.pole_touch"))
    kinds = []
    if fragility.spans != "none":
        curve = CURVES[fragility.spans]
        kinds.append(Parts("span", 0, curve, *span, fragility.temporary_share))
    if fragility.poles != "none":
        kinds.append(Parts("pole", 1, CURVES[fragility.poles], *pole, 0.0))
    return kinds


def _moments(drawn: Thresholds, times_s: Floats, gusts: Floats) -> Floats:
    """Return when the gust first reaches each threshold; 0 when it has at the start."""
    moments_s = np.empty(len(drawn.section_ix))
    for k, (ix, threshold) in enumerate(zip(drawn.section_ix, drawn.gust_ms, strict=True)):
        series = gusts[:, ix]
        # rounding may leave a threshold a hair above the peak that chose it
        step = int(np.argmax(series >= min(threshold, series.max())))
        if step == 0:
            moments_s[k] = times_s[0]
            continue
        before, after = series[step - 1], series[step]
        part = min(1.0, (threshold - before) / (after - before))
        moments_s[k] = times_s[step - 1] + part * (times_s[step] - times_s[step - 1])
    return moments_s


def _steady(steady: Steady, assets: Assets, streams: Streams, until_s: float) -> list[Failure]:
    """Return failures at constant rates: exponential times between an asset's failures.

    A rate of the grid's own tables is of lasting failures; temporary ones of an overhead line come
    on top by the share of the settings.
    """
    wait, lasting_luck = streams.trait("hazards.steady_wait"), streams.trait("hazards.steady_kind")
    per_km = np.where(assets.is_overhead, steady.overhead_per_km_year, steady.cable_per_km_year)
    n_sections, n_transformers = len(assets.sections), len(assets.transformers)
    ids = [*assets.sections, *assets.transformers]
    # where nothing lasts, the table's rate is that of what passes
    lasting = 1.0 - steady.temporary_share if steady.temporary_share < 1.0 else 1.0
    lasting_share = np.where(assets.is_overhead, lasting, 1.0)
    section_per_year = _with_own(per_km * assets.length_km, assets.section_per_year, lasting_share)
    transformer_per_year = _with_own(
        np.full(n_transformers, steady.transformer_per_year), assets.transformer_per_year, 1.0
    )
    per_year = np.concatenate([section_per_year, transformer_per_year])
    owners = _owners(ids)
    alive = np.flatnonzero(per_year > 0)
    t_s = np.zeros(len(ids))
    failures: list[Failure] = []
    episode = 0
    while alive.size:
        waits_h = -np.log(wait.of_all(owners[alive], episode)) / per_year[alive] * YEAR_H
        t_s[alive] += waits_h * HOUR_S
        alive = alive[t_s[alive] <= until_s]
        for ix in alive:
            overhead = ix < n_sections and bool(assets.is_overhead[ix])
            temporary = overhead and lasting_luck.of(ids[ix], episode) < steady.temporary_share
            kind: Kind = "temporary" if temporary else "permanent"
            failures.append(Failure(float(t_s[ix]), ids[ix], "", kind, "steady"))
        episode += 1
    return failures


def _with_own(usual: Floats, own: Sequence[float], lasting_share: Floats | float) -> Floats:
    """Return the rates of the settings, or an asset's own over the share of lasting failures."""
    if not len(own):
        return usual
    return np.where(np.isnan(own), usual, np.array(own) / lasting_share)


def unknown_assets(events: Sequence[GivenEvent], assets: Assets) -> Iterator[tuple[int, Message]]:
    """Yield the number of each given event whose asset is not in the grid, and what is wrong."""
    n_spans = _spans(assets)
    known = [*n_spans, *assets.transformers]
    for number, event in enumerate(events):
        asset, _part = _split(event.asset, n_spans)
        if asset not in n_spans and asset not in assets.transformers:
            near = get_close_matches(event.asset, known, n=1)
            hint = say(" Did you mean {near!r}?", near=near[0]) if near else NOTHING
            words = say(
                "no section, span, pole or distribution transformer is called {name!r}.{hint}",
                name=event.asset,
                hint=hint,
            )
            yield number, words


def _spans(assets: Assets) -> dict[str, int]:
    return dict(zip(assets.sections, assets.n_spans.tolist(), strict=True))


def _given(
    events: Sequence[GivenEvent], assets: Assets, calendar: Calendar, until_s: float
) -> list[Failure]:
    for number, words in unknown_assets(events, assets):
        raise InputError(standing_at(f"hazards.events.{number}.asset", words))
    n_spans = _spans(assets)
    failures = []
    for number, event in enumerate(events):
        asset, part = _split(event.asset, n_spans)
        at = event.at
        t_s = calendar.seconds(at) if isinstance(at, datetime) else at
        if t_s < 0:
            words = say("{moment} is before the start of the run", moment=at)
            raise InputError(standing_at(f"hazards.events.{number}.at", words))
        if t_s <= until_s:
            failures.append(Failure(t_s, asset, part, event.kind, "given"))
    return failures


def _split(asset: str, n_spans: Mapping[str, int]) -> tuple[str, str]:
    """Return section and part of the id of a span or pole that exists; else the id as it is."""
    found = _PART.fullmatch(asset)
    if found is not None and (spans := n_spans.get(found["section"], 0)) > 0:
        last = spans if found["kind"] == "pole" else spans - 1
        if int(found["number"]) <= last:
            return found["section"], f"{found['kind']}{int(found['number'])}"
    return asset, ""
