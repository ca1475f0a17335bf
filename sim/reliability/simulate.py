"""The same indices from many simulated years, with overlapping faults.

From event to event, without a step: each component runs for an exponential time at its rate, is
repaired in its hours, and runs again. A fault that stands alone in its area does what the
enumeration says it does; where faults overlap, the supply of every load point is traced again at
each fault, switching and repair (`reliability.joint`), all switching for a fault being done at the
time of its slowest part. An interruption belongs to the year it
begins in, with its whole length: the end of a year cuts nothing off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, Trait, owner_number
from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.reliability.areas import areas_of
from sim.reliability.assess import Failing, Spans, failing_components, load_points
from sim.reliability.effects import Effects
from sim.reliability.indices import Estimate, SimulatedYears
from sim.reliability.joint import Joint
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S, MINUTE_S, YEAR_H

__all__ = ["simulate"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Faults:
    """Hold all faults in order of area and time: component, start and end in hours, area."""

    component: Ints
    start_h: Floats
    end_h: Floats
    area: Ints


def simulate(
    grid: Grid,
    steady: Steady,
    settings: Reliability,
    years: int,
    seed: int,
    momentary_s: float = 3 * MINUTE_S,
) -> SimulatedYears:
    """Return the indices of many simulated years; the same seed gives the same years."""
    topology = Topology(grid)
    effects = Effects(topology, settings)
    spans = Spans(effects, settings, momentary_s / HOUR_S)
    components = tuple(failing_components(topology, steady, settings))
    luck = Streams(seed).trait("reliability.running_time")
    faults = _drawn(components, spans, areas_of(topology, components), luck, years)
    counting = _Counting(effects, years, momentary_s / HOUR_S)
    alone = _alone(faults)
    counting.add_alone(components, spans, faults, alone)
    joint = Joint(topology, settings)
    for cluster in _clusters(faults, alone):
        counting.add_cluster(cluster, components, spans, faults, joint)
    return counting.result(len(faults.start_h), int((~alone).sum()))


def _drawn(
    components: Sequence[Failing], spans: Spans, areas: Sequence[int], luck: Trait, years: int
) -> _Faults:
    """Draw all faults that begin within the years."""
    numbers, starts, ends = [], [], []
    for number, each in enumerate(components):
        start_h = _starts_h(each, spans.repair_h(each), luck, years * YEAR_H)
        numbers.append(np.full(len(start_h), number))
        starts.append(start_h)
        ends.append(start_h + spans.repair_h(each))
    component = np.concatenate([*numbers, np.zeros(0, np.int64)]).astype(np.int64)
    start_h, end_h = (np.concatenate([*each, np.zeros(0)]) for each in (starts, ends))
    area = np.asarray(areas, np.int64)[component]
    order = np.lexsort((component, start_h, area))
    return _Faults(component[order], start_h[order], end_h[order], area[order])


def _starts_h(each: Failing, repair_h: float, luck: Trait, until_h: float) -> Floats:
    """Return the times a component fails: running times and repairs in turn."""
    expected = each.failures_per_year * until_h / YEAR_H
    at_once = int(expected + 6.0 * math.sqrt(expected) + 10.0)
    owner = np.array([owner_number(each.id)], dtype=np.uint64)
    found: list[Floats] = []
    t_h, episode = 0.0, 0
    while t_h < until_h:
        episodes = np.arange(episode, episode + at_once, dtype=np.uint64)
        running_h = -np.log(luck.of_all(owner, episodes)) / each.failures_per_year * YEAR_H
        start_h = t_h + np.cumsum(running_h) + repair_h * np.arange(at_once)
        found.append(start_h[start_h < until_h])
        t_h, episode = float(start_h[-1]) + repair_h, episode + at_once
    return np.concatenate(found)


def _alone(faults: _Faults) -> NDArray[np.bool_]:
    """Return which faults stand alone in their area from beginning to end."""
    n = len(faults.start_h)
    if n == 0:
        return np.zeros(0, bool)
    # areas one after another on one time line, so that one running maximum does for all
    shift = faults.area * (float(faults.end_h.max()) + 1.0)
    latest = np.maximum.accumulate(faults.end_h + shift)
    begins = np.append(True, (faults.start_h + shift)[1:] >= latest[:-1])
    ends = np.append(begins[1:], True)
    return np.asarray(begins & ends)


def _clusters(faults: _Faults, alone: NDArray[np.bool_]) -> Iterator[list[int]]:
    """Yield the faults that overlap, directly or through others, in order of time."""
    cluster: list[int] = []
    area, latest_h = NONE, -math.inf
    for ix in np.flatnonzero(~alone).tolist():
        if cluster and (faults.area[ix] != area or faults.start_h[ix] >= latest_h):
            yield cluster
            cluster, latest_h = [], -math.inf
        cluster.append(ix)
        area, latest_h = int(faults.area[ix]), max(latest_h, float(faults.end_h[ix]))
    if cluster:
        yield cluster


class _Counting:
    """Count interruptions by year and by load point."""

    def __init__(self, effects: Effects, years: int, momentary_h: float) -> None:
        grid = effects.topology.grid
        self._tree = effects.tree
        self._points = np.asarray(effects.tree.points, np.int64)
        self._known_points = set(effects.tree.points)
        self._customers = grid.transformer_customers.astype(float)
        self._load_mw = grid.transformer_load_mw
        self._years, self._momentary_h = years, momentary_h
        self._by_year = np.zeros((3, years))
        self._count = np.zeros(len(grid.transformers))
        self._hours = np.zeros(len(grid.transformers))

    def add_alone(
        self,
        components: Sequence[Failing],
        spans: Spans,
        faults: _Faults,
        alone: NDArray[np.bool_],
    ) -> None:
        """Count faults that stand alone: each does the same every time."""
        component, year = faults.component[alone], (faults.start_h[alone] // YEAR_H).astype(int)
        often = np.bincount(component, minlength=len(components))
        each_time = np.zeros((3, len(components)))
        for number, each in enumerate(components):
            for run, h in spans.of(each):
                members = self._points[run.start : run.end]
                self._count[members] += often[number]
                self._hours[members] += often[number] * h
                customers = self._customers[members].sum()
                each_time[:, number] += (customers, customers * h, self._load_mw[members].sum() * h)
        for row in range(3):
            weights = each_time[row][component]
            self._by_year[row] += np.bincount(year, weights, minlength=self._years)

    def add_cluster(
        self,
        cluster: Sequence[int],
        components: Sequence[Failing],
        spans: Spans,
        faults: _Faults,
        joint: Joint,
    ) -> None:
        """Follow overlapping faults from one change to the next."""
        standing = [
            (
                components[faults.component[ix]],
                float(faults.start_h[ix]),
                float(faults.end_h[ix]),
            )
            for ix in cluster
        ]
        switched_h = [start_h + spans.switching_h(each) for each, start_h, _end_h in standing]
        changes = {t_h for _each, *times in standing for t_h in times}
        changes.update(
            t_h for t_h, (_each, _start_h, end_h) in zip(switched_h, standing, strict=True)
            if t_h < end_h
        )  # fmt: skip
        out_since: dict[int, float] = {}
        for t_h in sorted(changes):
            tripped: set[int] = set()
            switched: set[int] = set()
            own: set[int] = set()
            for ready_h, (each, start_h, end_h) in zip(switched_h, standing, strict=True):
                if start_h <= t_h < end_h:
                    if each.transformer_ix != NONE:
                        own.update(self._supplied_as_built(each.transformer_ix))
                    else:
                        (switched if ready_h <= t_h else tripped).add(each.zone_ix)
            out = joint.out(frozenset(tripped), frozenset(switched)) | own
            for ix in out_since.keys() - out:
                self._add(ix, out_since.pop(ix), t_h)
            for ix in out - out_since.keys():
                out_since[ix] = t_h

    def _supplied_as_built(self, transformer_ix: int) -> set[int]:
        return {transformer_ix} & self._known_points

    def _add(self, transformer_ix: int, start_h: float, end_h: float) -> None:
        h = end_h - start_h
        if h <= self._momentary_h:
            return
        self._count[transformer_ix] += 1
        self._hours[transformer_ix] += h
        customers = self._customers[transformer_ix]
        values = (customers, customers * h, self._load_mw[transformer_ix] * h)
        # what began before the end of the years may go on after it
        self._by_year[:, min(int(start_h // YEAR_H), self._years - 1)] += values

    def result(self, n_faults: int, n_overlapping: int) -> SimulatedYears:
        """Return what was counted."""
        customers = self._customers[self._points].sum() or 1.0
        return SimulatedYears(
            years=self._years,
            faults=n_faults,
            overlapping=n_overlapping,
            saifi=_estimate(self._by_year[0] / customers),
            saidi_h=_estimate(self._by_year[1] / customers),
            ens_mwh=_estimate(self._by_year[2]),
            load_points=load_points(
                self._tree, self._count / self._years, self._hours / self._years
            ),
        )


def _estimate(yearly: Floats) -> Estimate:
    """Return mean, standard error and spread of independent years; one year has no spread."""
    spread = float(yearly.std(ddof=1)) if len(yearly) > 1 else None
    error = None if spread is None else spread / math.sqrt(len(yearly))
    return Estimate(float(yearly.mean()), error, spread)
