"""What gusts break: spans, poles and towers, trees that fall onto lines, whole stations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams
from sim.hazards.assets import Assets, Failure, Hazard, owners
from sim.hazards.courses import sampled
from sim.hazards.fragility import (
    CURVES,
    Curve,
    Parts,
    draw_thresholds,
    tree_curve,
    wood_pole_of_age,
)
from sim.hazards.loaded import Broken, Later, Lines, breaking, moments
from sim.hazards.wind import WindField
from sim.scenario.hazards import Fragility, Hazards
from sim.scenario.trees import Trees

__all__ = ["STEP_S", "by_gusts", "stations_lost"]

Floats = NDArray[np.float64]

STEP_S = 300.0
"""Step at which the wind is sampled; between steps it is linear."""


class _Luck:
    """Claim all traits, used or not, so that a changed curve changes nobody's luck."""

    def __init__(self, streams: Streams) -> None:
        self.span = (streams.trait("hazards.span_strength"), streams.trait("hazards.span_touch"))
        self.pole = (streams.trait("hazards.pole_strength"), streams.trait("hazards.pole_touch"))
        self.tree = (streams.trait("hazards.tree_strength"), streams.trait("hazards.tree_touch"))


def by_gusts(
    hazards: Hazards,
    lines: Lines,
    wind: WindField,
    streams: Streams,
    after: Later | None,
    until_s: float,
) -> list[Failure]:
    """Return what breaks in the wind; a gust is that of the place times its district's terrain."""
    luck = _Luck(streams)
    times_s = _times(wind, until_s)
    failures: list[Failure] = []
    if not times_s.size:
        return failures
    for block in lines.blocks(len(times_s)):
        gusts = wind.gusts_ms(times_s, *block.lat_lon())
        if hazards.terrain:
            gusts *= block.factors(hazards.terrain)
        for parts, n_parts in _parts(hazards.fragility, block, luck):
            for each in breaking(parts, block, n_parts, times_s, gusts, after):
                failures.append(_failure(each, f"{parts.name}{each.number}", block.assets, wind))
        if hazards.trees is not None:
            failures += _by_trees(hazards.trees, block, luck, times_s, gusts)
    return failures


def _times(wind: WindField, until_s: float) -> Floats:
    times_s = sampled(until_s, STEP_S, wind.span_s)
    if wind.cells is None:
        return times_s
    often_s = wind.cells.times_s
    return np.union1d(times_s, often_s[(often_s > 0.0) & (often_s < until_s)])


def _parts(
    fragility: Fragility, block: Lines, luck: _Luck
) -> Iterator[tuple[Parts, NDArray[np.int64]]]:
    """Yield the kinds of part with how many each section has: each part has one curve."""
    n_spans, touching = block.assets.n_spans[block.at], fragility.temporary_share
    if fragility.spans != "none":
        yield Parts("span", 0, CURVES[fragility.spans], *luck.span, touching), n_spans
    supports = _supports(fragility, block)
    first = next((each for each in supports if each is not None), None)
    if first is not None:
        stands = np.array([each is not None for each in supports])
        # any curve will do where nothing stands
        curves = tuple(each or first for each in supports)
        same = all(each is first for each in curves)
        parts = Parts("pole", 1, first, *luck.pole, 0.0, () if same else curves)
        yield parts, np.where(stands, n_spans + 1, 0)


def _supports(fragility: Fragility, block: Lines) -> list[Curve | None]:
    """Return the curve of the poles or towers of each section; None where none can fail."""
    if fragility.poles == "wood_pole_by_age":
        ages = block.column(block.assets.section_age_years, fragility.wood_age_years)
        poles: list[Curve | None] = [wood_pole_of_age(age) for age in ages.tolist()]
    else:
        poles = [_named(fragility.poles)] * len(block.at)
    if fragility.towers == "as_poles":
        return poles
    tower = _named(fragility.towers)
    kv = block.column(block.assets.section_kv, 0.0)
    return [
        tower if each >= fragility.tower_from_kv else pole
        for each, pole in zip(kv, poles, strict=True)
    ]


def _named(name: str) -> Curve | None:
    return {str(known): curve for known, curve in CURVES.items()}.get(name)


def _by_trees(
    trees: Trees, block: Lines, luck: _Luck, times_s: Floats, gusts: Floats
) -> list[Failure]:
    """Return the trees that fall onto lines: each hits one span, evenly along the section."""
    assets = block.assets
    share = block.column(assets.section_trees, trees.share)
    length_km, n_spans = assets.length_km[block.at], assets.n_spans[block.at]
    n_trees = np.rint(share * length_km * trees.per_km * trees.hits_share).astype(np.int64)
    if not n_trees.any():
        return []
    heights = block.column(assets.section_tree_height_m, trees.height_m).tolist()
    curves = tuple(tree_curve(height) for height in heights)
    parts = Parts("tree", 0, curves[0], *luck.tree, trees.temporary_share, curves)
    trees_of = dict(zip(block.at.tolist(), n_trees.tolist(), strict=True))
    spans_of = dict(zip(block.at.tolist(), n_spans.tolist(), strict=True))
    found = []
    for each in breaking(parts, block, n_trees, times_s, gusts):
        ix = each.section_ix
        span = each.number * spans_of[ix] // trees_of[ix]
        found.append(
            Failure(each.t_s, assets.sections[ix], f"span{span}", each.kind, "tree", each.load)
        )
    return found


def _usual(wind: WindField, t_s: float, lat: float, lon: float) -> Hazard:
    of_cell = wind.cells is not None and wind.is_of_a_cell(t_s, lat, lon)
    return "thunderstorm" if of_cell else "wind"


def _failure(each: Broken, part: str, assets: Assets, wind: WindField) -> Failure:
    ix = each.section_ix
    usual = _usual(wind, each.t_s, float(assets.lat[ix]), float(assets.lon[ix]))
    return Failure(each.t_s, assets.sections[ix], part, each.kind, each.hazard(usual), each.load)


def stations_lost(
    hazards: Hazards, assets: Assets, wind: WindField, streams: Streams, until_s: float
) -> list[Failure]:
    """Return stations damaged severely: all their transformers fail at one moment."""
    strength = streams.trait("hazards.station_strength")
    touch = streams.trait("hazards.station_touch")
    curve = hazards.fragility.substations
    if curve == "none" or not assets.stations:
        return []
    first = {each.station: each for each in reversed(assets.stations)}
    stations = list(first.values())
    lat, lon = (np.array([getattr(each, name) for each in stations]) for name in ("lat", "lon"))
    factors = np.array([hazards.terrain.get(each.district, 1.0) for each in stations])
    times_s = _times(wind, until_s)
    if not times_s.size:
        return []
    gusts = wind.gusts_ms(times_s, lat, lon) * factors
    parts = Parts("station", 0, CURVES[curve], strength, touch, 0.0)
    one_each = np.ones(len(stations), dtype=np.int64)
    drawn = draw_thresholds(parts, owners(first), one_each, gusts.max(axis=0))
    failures = []
    for ix, t_s, gust_ms in zip(
        drawn.section_ix, moments(drawn, times_s, gusts), drawn.gust_ms, strict=True
    ):
        if t_s <= 0.0:
            continue
        usual = _usual(wind, float(t_s), float(lat[ix]), float(lon[ix]))
        failures += [
            Failure(float(t_s), each.transformer, "", "permanent", usual, float(gust_ms))
            for each in assets.stations
            if each.station == stations[ix].station
        ]
    return failures
