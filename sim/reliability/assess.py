"""Enumerate the failures of a grid, one at a time, and add up what they do.

Each component fails alone at its rate λ_j; a load point interrupted by it for h_j hours gets
λ = Σ λ_j, U = Σ λ_j h_j and r = U / λ. Overlapping failures are left out, which is exact to first
order in rate times repair time (Billinton and Allan 1996, chapter 7).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.reliability.components import Failing, failing_components
from sim.reliability.effects import Effect, Effects
from sim.reliability.indices import Assessment, Component, LoadPoint, indices_of
from sim.reliability.practice import reclosings
from sim.reliability.supply_tree import Run, SupplyTree
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S, MINUTE_S

__all__ = ["Spans", "assess", "load_points"]


def assess(
    grid: Grid,
    steady: Steady,
    settings: Reliability,
    momentary_s: float = 3 * MINUTE_S,
    practice: Protection | None = None,
    *,
    by_flooding: bool = False,
) -> Assessment:
    """Return the indices of a grid and what each component has part in them.

    Interruptions up to `momentary_s` are not counted. practice: how often devices fail to open;
    without one, never. `by_flooding`: see `Effects.of_zone`.
    """
    topology = Topology(grid)
    effects = Effects(topology, settings, practice)
    spans = Spans(effects, settings, momentary_s / HOUR_S, practice, by_flooding=by_flooding)
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
        practice: Protection | None = None,
        *,
        by_flooding: bool = False,
    ) -> None:
        self._effects, self._settings = effects, settings
        self._momentary_h, self._by_flooding = momentary_h, by_flooding
        self._practice = practice or Protection()
        self._place = {ix: place for place, ix in enumerate(effects.tree.points)}
        self._known: dict[int, tuple[tuple[float, Effect], ...]] = {}

    def of(self, failing: Failing) -> list[tuple[float, Run, float]]:
        """Return the sustained interruptions: share of failures, run of places, and hours.

        The places are those of `SupplyTree.points`.
        """
        return [each for each in self.all_of(failing) if each[2] > self._momentary_h]

    def all_of(self, failing: Failing) -> list[tuple[float, Run, float]]:
        """Return the same with momentary interruptions."""
        found = []
        for share, effect in self.cases(failing):
            repair_h = self._repair_h(failing, effect)
            found += [(share, run, min(h, repair_h)) for run, h in effect.back]
            found += [(share, run, repair_h) for run in effect.out]
        return found

    def _repair_h(self, failing: Failing, effect: Effect) -> float:
        """Return the hours from the failure to the end of its repair."""
        later = self._settings.repair_starts == "isolation"
        return failing.repair_h + (effect.isolated_h if later else 0.0)

    def cases(self, failing: Failing) -> tuple[tuple[float, Effect], ...]:
        """Return what a failure may do, and in which share; what usually happens comes first.

        Failures in one zone do the same.
        """
        if failing.transformer_ix != NONE:
            place = self._place.get(failing.transformer_ix)
            out = () if place is None else (Run(place, place + 1),)
            return ((1.0, Effect((), (), out, 0.0)),)
        known = self._known.get(failing.zone_ix)
        if known is None:
            known = self._known[failing.zone_ix] = tuple(self._cases(failing.zone_ix))
        return known

    def _cases(self, zone_ix: int) -> Iterator[tuple[float, Effect]]:
        of_zone = partial(self._effects.of_zone, zone_ix, by_flooding=self._by_flooding)
        usual, transfer = of_zone(), self._settings.transfer_share
        fails = self._fails(usual.devices)
        backed_up = of_zone(device_fails=True) if fails else usual
        if not backed_up.devices:  # nothing upstream could open instead
            fails = 0.0
        yield (1.0 - fails) * transfer, usual
        if fails:
            yield fails * transfer, backed_up
        if transfer < 1.0:
            yield (1.0 - fails) * (1.0 - transfer), of_zone(with_ties=False)
            if fails:
                alone = of_zone(device_fails=True, with_ties=False)
                yield fails * (1.0 - transfer), alone

    def _fails(self, devices: tuple[int, ...]) -> float:
        """Return how probable it is that the one device does not open at one of its trips."""
        if len(devices) != 1:
            return 0.0
        device = self._effects.topology.grid.switches[devices[0]]
        if device.is_fuse:
            return self._practice.failure.fuse_share
        if not device.is_breaker:
            return 0.0
        trips = reclosings(device, self._practice) + 1
        return 1.0 - (1.0 - self._practice.failure.share) ** trips


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
        for share, run, h in self._spans.of(failing):
            often = rate * share
            self._rate[run.start : run.end] += often
            self._hours[run.start : run.end] += often * h
            customers = self._effects.customers_in(run)
            interruptions += often * customers
            customer_h += often * h * customers
            ens_mwh += often * h * float(self._load_mw[run.end] - self._load_mw[run.start])
        switches = self._grid.switches
        _share, usual = self._spans.cases(failing)[0]
        names = [switches[ix].id for ix in usual.devices]
        tripped = (*(run for run, _h in usual.back), *usual.out)
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
