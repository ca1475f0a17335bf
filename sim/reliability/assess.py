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
from sim.reliability.supply_tree import Run, SupplyTree
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S, MINUTE_S

__all__ = ["Failing", "Spans", "assess", "failing_components", "load_points"]


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
    effects = Effects(topology, settings)
    spans = Spans(effects, settings, momentary_s / HOUR_S, by_flooding=by_flooding)
    adding = _Adding(effects, spans)
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


class Spans:
    """Say how long a component's failure interrupts which load points, when it stands alone."""

    def __init__(
        self,
        effects: Effects,
        settings: Reliability,
        momentary_h: float,
        *,
        by_flooding: bool = False,
    ) -> None:
        self._effects, self._settings = effects, settings
        self._momentary_h, self._by_flooding = momentary_h, by_flooding
        self._place = {ix: place for place, ix in enumerate(effects.tree.points)}
        self._known: dict[int, Effect] = {}

    def of(self, failing: Failing) -> list[tuple[Run, float]]:
        """Return the sustained interruptions: runs of places in `SupplyTree.points`, and hours."""
        return [(run, h) for run, h in self.all_of(failing) if h > self._momentary_h]

    def all_of(self, failing: Failing) -> list[tuple[Run, float]]:
        """Return the same with momentary interruptions."""
        effect, repair_h = self.effect(failing), self.repair_h(failing)
        spans = [(run, min(h, repair_h)) for run, h in effect.back]
        return spans + [(run, repair_h) for run in effect.out]

    def repair_h(self, failing: Failing) -> float:
        """Return the hours from the failure to the end of its repair."""
        if self._settings.repair_starts == "isolation":
            return failing.repair_h + self.effect(failing).isolated_h
        return failing.repair_h

    def switching_h(self, failing: Failing) -> float:
        """Return the hours until all switching for a failure is done."""
        effect = self.effect(failing)
        return max((effect.isolated_h, *(h for _run, h in effect.back)))

    def effect(self, failing: Failing) -> Effect:
        """Return what a failure does; failures in one zone do the same."""
        if failing.transformer_ix != NONE:
            place = self._place.get(failing.transformer_ix)
            return Effect((), (), () if place is None else (Run(place, place + 1),), 0.0)
        known = self._known.get(failing.zone_ix)
        if known is None:
            known = self._effects.of_zone(failing.zone_ix, by_flooding=self._by_flooding)
            self._known[failing.zone_ix] = known
        return known


class _Adding:
    """Add up rates and hours by load point, in the order of the supply tree."""

    def __init__(self, effects: Effects, spans: Spans) -> None:
        self._effects, self._spans = effects, spans
        self._grid = effects.topology.grid
        self._points = effects.tree.points
        self._rate = np.zeros(len(self._points))
        self._hours = np.zeros(len(self._points))
        self._load_mw = _before(self._grid.transformer_load_mw[self._points])

    def add(self, failing: Failing) -> Component:
        """Add one component and return its own part."""
        rate = failing.failures_per_year
        interruptions = customer_h = ens_mwh = 0.0
        for run, h in self._spans.of(failing):
            self._rate[run.start : run.end] += rate
            self._hours[run.start : run.end] += rate * h
            customers = self._effects.customers_in(run)
            interruptions += rate * customers
            customer_h += rate * h * customers
            ens_mwh += rate * h * float(self._load_mw[run.end] - self._load_mw[run.start])
        switches = self._grid.switches
        names = [switches[ix].id for ix in self._spans.effect(failing).devices]
        tripped = [run for run, _h in self._spans.all_of(failing)]
        return Component(
            id=failing.id,
            kind=failing.kind,
            device=" + ".join(names) or failing.id,
            failures_per_year=rate,
            repair_h=failing.repair_h,
            customers_tripped=sum(self._effects.customers_in(run) for run in tripped),
            interruptions_per_year=interruptions,
            customer_h_per_year=customer_h,
            ens_mwh=ens_mwh,
        )

    def load_points(self) -> tuple[LoadPoint, ...]:
        """Return the load points with what was added up."""
        rates, hours = np.zeros((2, len(self._grid.transformers)))
        rates[self._points], hours[self._points] = self._rate, self._hours
        return load_points(self._effects.tree, rates, hours)


def load_points(
    tree: SupplyTree, rates: NDArray[np.float64], hours: NDArray[np.float64]
) -> tuple[LoadPoint, ...]:
    """Return the load points that have supply as built, as the grid numbers them.

    rates, hours: (T,) interruptions and hours a year by transformer_ix.
    """
    grid = tree.topology.grid
    found = []
    for each in grid.transformers:
        zone_ix = tree.topology.zone_of_transformer[each.ix]
        if tree.position[zone_ix] == NONE:
            continue
        breaker = tree.feeder[zone_ix]
        found.append(
            LoadPoint(
                id=each.id,
                district=grid.districts[each.district_ix].id,
                feeder="" if breaker == NONE else grid.switches[breaker].id,
                customers=each.customers,
                load_mw=float(grid.transformer_load_mw[each.ix]),
                interruptions_per_year=float(rates[each.ix]),
                unavailable_h_per_year=float(hours[each.ix]),
            )
        )
    return tuple(found)


def _before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of all values before each place, and of all."""
    return np.concatenate([[0.0], np.cumsum(values)])
