"""Enumerate the failures of a grid, one at a time, and add up what they do.

Each component fails alone at its rate λ_j; a load point interrupted by it for h_j hours gets
λ = Σ λ_j, U = Σ λ_j h_j and r = U / λ. Overlapping failures are left out, which is exact to first
order in rate times repair time (Billinton and Allan 1996, chapter 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.reliability.effects import Effect, Effects
from sim.reliability.indices import Assessment, Component, LoadPoint, indices_of
from sim.reliability.supply_tree import Run
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S, MINUTE_S

__all__ = ["Failing", "assess", "failing_components"]


@dataclass(frozen=True, slots=True)
class Failing:
    """Name a component that fails: in a zone, or behind the fuse of a distribution transformer."""

    id: str
    kind: str
    zone_ix: int
    transformer_ix: int
    failures_per_year: float
    repair_h: float


def failing_components(
    topology: Topology, steady: Steady, settings: Reliability
) -> Iterator[Failing]:
    """Yield the components with a failure rate: sections, then transformers of both kinds."""
    yield from _sections(topology, steady, settings)
    yield from _transformers(topology, steady, settings)
    for station in topology.grid.substation_transformers:
        if station.failures_per_year:
            yield Failing(
                station.id,
                "substation_transformer",
                topology.zone_of_substation_transformer[station.ix],
                NONE,
                station.failures_per_year,
                _first(station.repair_h, settings.substation_transformer_repair),
            )


def _sections(topology: Topology, steady: Steady, settings: Reliability) -> Iterator[Failing]:
    lasting = steady.overhead_per_km_year * (1.0 - steady.temporary_share)
    for line in topology.grid.sections:
        overhead = line.construction == "overhead"
        rate = line.failures_per_year
        if rate is None:
            rate = line.length_km * (lasting if overhead else steady.cable_per_km_year)
        if rate:
            usual = settings.overhead_repair if overhead else settings.cable_repair
            zone_ix = topology.zone_of_section[line.ix]
            repair_h = _first(line.repair_h, usual)
            yield Failing(line.id, line.construction, zone_ix, NONE, rate, repair_h)


def _transformers(topology: Topology, steady: Steady, settings: Reliability) -> Iterator[Failing]:
    for each in topology.grid.transformers:
        rate = each.failures_per_year
        rate = steady.transformer_per_year if rate is None else rate
        if rate:
            if settings.transformers == "repaired":
                repair_h = _first(each.repair_h, settings.transformer_repair)
            else:
                repair_h = _first(each.replace_h, settings.transformer_replacement)
            zone_ix = topology.zone_of_transformer[each.ix]
            behind = each.ix if each.has_fuse else NONE
            yield Failing(each.id, "transformer", zone_ix, behind, rate, repair_h)


def _first(own_h: float | None, usual_s: float) -> float:
    return usual_s / HOUR_S if own_h is None else own_h


def assess(
    grid: Grid,
    steady: Steady,
    settings: Reliability,
    momentary_s: float = 3 * MINUTE_S,
    *,
    by_flooding: bool = False,
) -> Assessment:
    """Return the indices of a grid and what each component has part in them.

    Interruptions up to `momentary_s` are not counted. `by_flooding`: see `Effects.of_zone`.
    """
    topology = Topology(grid)
    adding = _Adding(Effects(topology, settings), settings, momentary_s / HOUR_S, by_flooding)
    components = [adding.add(each) for each in failing_components(topology, steady, settings)]
    components.sort(key=lambda each: (-each.customer_h_per_year, -each.ens_mwh, each.id))
    points = adding.load_points()
    feeders: dict[str, list[LoadPoint]] = {}
    for point in points:
        feeders.setdefault(point.feeder, []).append(point)
    return Assessment(
        indices_of(points),
        {name: indices_of(members) for name, members in feeders.items()},
        points,
        tuple(components),
    )


class _Adding:
    """Add up rates and hours by load point, in the order of the supply tree."""

    def __init__(
        self, effects: Effects, settings: Reliability, momentary_h: float, by_flooding: bool
    ) -> None:
        self._effects, self._settings = effects, settings
        self._momentary_h, self._by_flooding = momentary_h, by_flooding
        self._grid = effects.topology.grid
        self._points = effects.tree.points
        self._place = {ix: place for place, ix in enumerate(self._points)}
        self._rate = np.zeros(len(self._points))
        self._hours = np.zeros(len(self._points))
        self._load_mw = _before(self._grid.transformer_load_mw[self._points])
        self._known: dict[int, Effect] = {}

    def add(self, failing: Failing) -> Component:
        """Add one component and return its own part."""
        effect = self._effect(failing)
        repair_h = failing.repair_h
        if self._settings.repair_starts == "isolation":
            repair_h += effect.isolated_h
        spans = [(run, min(h, repair_h)) for run, h in effect.back]
        spans += [(run, repair_h) for run in effect.out]
        rate = failing.failures_per_year
        interruptions = customer_h = ens_mwh = 0.0
        for run, h in spans:
            if h <= self._momentary_h:
                continue
            self._rate[run.start : run.end] += rate
            self._hours[run.start : run.end] += rate * h
            customers = self._effects.customers_in(run)
            interruptions += rate * customers
            customer_h += rate * h * customers
            ens_mwh += rate * h * float(self._load_mw[run.end] - self._load_mw[run.start])
        switches = self._grid.switches
        names = [switches[ix].id for ix in effect.devices]
        return Component(
            id=failing.id,
            kind=failing.kind,
            device=" + ".join(names) or failing.id,
            failures_per_year=rate,
            repair_h=failing.repair_h,
            customers_tripped=sum(self._effects.customers_in(run) for run, _h in spans),
            interruptions_per_year=interruptions,
            customer_h_per_year=customer_h,
            ens_mwh=ens_mwh,
        )

    def _effect(self, failing: Failing) -> Effect:
        if failing.transformer_ix != NONE:
            place = self._place.get(failing.transformer_ix)
            out = () if place is None else (Run(place, place + 1),)
            return Effect((), (), out, 0.0)
        known = self._known.get(failing.zone_ix)
        if known is None:
            known = self._effects.of_zone(failing.zone_ix, by_flooding=self._by_flooding)
            self._known[failing.zone_ix] = known
        return known

    def load_points(self) -> tuple[LoadPoint, ...]:
        """Return the load points as the grid numbers them; one never supplied has no indices."""
        grid, topology = self._grid, self._effects.topology
        found = []
        for ix in sorted(self._points):
            each, place = grid.transformers[ix], self._place[ix]
            breaker = topology.feeder_breaker_of_zone[topology.zone_of_transformer[ix]]
            found.append(
                LoadPoint(
                    id=each.id,
                    district=grid.districts[each.district_ix].id,
                    feeder="" if breaker == NONE else grid.switches[breaker].id,
                    customers=each.customers,
                    load_mw=float(grid.transformer_load_mw[ix]),
                    interruptions_per_year=float(self._rate[place]),
                    unavailable_h_per_year=float(self._hours[place]),
                )
            )
        return tuple(found)


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of all values before each place, and of all."""
    return np.concatenate([[0.0], np.cumsum(values)])
