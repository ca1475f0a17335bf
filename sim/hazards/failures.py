"""All failures of a run before it starts: by wind, at steady rates, and as given.

A pure function of scenario, assets and seed. Every failure is keyed by its asset: adding an asset
changes no other's fate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, owner_number
from sim.errors import InputError
from sim.hazards.fragility import CURVES, Parts, Thresholds, draw_thresholds, n_spans
from sim.hazards.wind import WindField
from sim.scenario.hazards import Fragility, GivenEvent, Hazards, Steady
from sim.units import HOUR_S, YEAR_H, Calendar

__all__ = ["STEP_S", "Failure", "Sections", "failure_schedule"]

Floats = NDArray[np.float64]
Hazard = Literal["wind", "steady", "given"]
Kind = Literal["permanent", "temporary"]

STEP_S = 300.0
"""Step at which the wind is sampled; between steps it is linear."""


@dataclass(frozen=True, slots=True)
class Sections:
    """Hold the line sections that can fail: arrays of one length."""

    ids: tuple[str, ...]
    lat: Floats
    """Latitude of the middle, degrees."""
    lon: Floats
    length_km: Floats
    is_overhead: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One failure of an asset. `part` is `span17` or `pole3` for wind, else empty."""

    t_s: float
    asset: str
    part: str
    kind: Kind
    hazard: Hazard
    gust_ms: float = 0.0
    """Gust at which the part failed; 0 for other hazards."""


def failure_schedule(
    hazards: Hazards,
    *,
    sections: Sections,
    transformers: Sequence[str],
    wind: WindField,
    streams: Streams,
    calendar: Calendar,
    until_s: float,
) -> tuple[Failure, ...]:
    """Return all failures from the start up to a time, in order of time, asset and part."""
    failures = _by_wind(hazards.fragility, sections, wind, streams, until_s)
    failures += _steady(hazards.steady, sections, transformers, streams, until_s)
    failures += _given(hazards.events, {*sections.ids, *transformers}, calendar, until_s)
    return tuple(sorted(failures))


def _owners(ids: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([owner_number(owner) for owner in ids], dtype=np.uint64)


def _by_wind(
    fragility: Fragility, sections: Sections, wind: WindField, streams: Streams, until_s: float
) -> list[Failure]:
    kinds = _parts(fragility, streams)
    at = np.flatnonzero(sections.is_overhead)
    if not at.size or not kinds:
        return []
    times_s = np.append(np.arange(0.0, until_s, STEP_S), until_s)
    gusts = wind.gusts_ms(times_s, sections.lat[at], sections.lon[at])
    ids = [sections.ids[ix] for ix in at]
    owners, counts = _owners(ids), n_spans(sections.length_km[at], fragility.span_length)
    peaks = gusts.max(axis=0)
    failures: list[Failure] = []
    for parts in kinds:
        drawn = draw_thresholds(parts, owners, counts, peaks)
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
            for k in range(len(moments_s))
        ]
    return failures


def _parts(fragility: Fragility, streams: Streams) -> list[Parts]:
    """Claim all traits, used or not, so that a changed curve changes nobody's luck."""
    span = (streams.trait("hazards.span_strength"), streams.trait("hazards.span_touch"))
    pole = (streams.trait("hazards.pole_strength"), streams.trait("hazards.pole_touch"))
    kinds = []
    if fragility.spans != "none":
        curve = CURVES[fragility.spans]
        kinds.append(Parts("span", curve, *span, fragility.temporary_share))
    if fragility.poles != "none":
        kinds.append(Parts("pole", CURVES[fragility.poles], *pole, 0.0))
    return kinds


def _moments(drawn: Thresholds, times_s: Floats, gusts: Floats) -> Floats:
    """Return when the gust first reaches each threshold."""
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


def _steady(
    steady: Steady,
    sections: Sections,
    transformers: Sequence[str],
    streams: Streams,
    until_s: float,
) -> list[Failure]:
    """Return failures at constant rates: exponential times between an asset's failures."""
    wait, lasting = streams.trait("hazards.steady_wait"), streams.trait("hazards.steady_kind")
    per_km = np.where(sections.is_overhead, steady.overhead_per_km_year, steady.cable_per_km_year)
    ids = [*sections.ids, *transformers]
    per_year = np.concatenate(
        [per_km * sections.length_km, np.full(len(transformers), steady.transformer_per_year)]
    )
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
            overhead = ix < len(sections.ids) and bool(sections.is_overhead[ix])
            temporary = overhead and lasting.of(ids[ix], episode) < steady.temporary_share
            kind: Kind = "temporary" if temporary else "permanent"
            failures.append(Failure(float(t_s[ix]), ids[ix], "", kind, "steady"))
        episode += 1
    return failures


def _given(
    events: Sequence[GivenEvent], known: set[str], calendar: Calendar, until_s: float
) -> list[Failure]:
    failures = []
    for number, event in enumerate(events):
        if event.asset not in known:
            near = get_close_matches(event.asset, sorted(known), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"hazards.events.{number}.asset: no line section or transformer is called"
                f" {event.asset!r}.{hint}"
            )
        at = event.at
        t_s = calendar.seconds(at) if isinstance(at, datetime) else at
        if t_s < 0:
            raise InputError(f"hazards.events.{number}.at: {at} is before the start of the run")
        if t_s <= until_s:
            failures.append(Failure(t_s, event.asset, "", event.kind, "given"))
    return failures
