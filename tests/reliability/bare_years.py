"""Simulated years written without the engine: no clock, no protection, no positions kept.

The same running times of components (the luck is keyed), the same hours; but who is out at a moment
is traced anew for the faults that stand (`bare_joint`), each only tripped at first and wholly
switched at the time of its slowest part.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from sim.engine.streams import Streams
from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.reliability.areas import areas_of
from sim.reliability.components import Failing, failing_components
from sim.reliability.effects import Effects
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.units import YEAR_H
from tests.reliability.bare_joint import Joint

__all__ = ["Interruption", "interruptions"]

Interruption = tuple[int, float, float]
"""transformer_ix, start and end in hours."""
_Fault = tuple[float, float, Failing]


class Hours:
    """Say when the slowest switching for a fault is done, and when its repair."""

    def __init__(self, effects: Effects, settings: Reliability) -> None:
        self._effects, self._settings = effects, settings

    def repair_h(self, failing: Failing) -> float:
        if self._settings.repair_starts == "isolation" and failing.transformer_ix == NONE:
            return failing.repair_h + self._effects.of_zone(failing.zone_ix).isolated_h
        return failing.repair_h

    def switching_h(self, failing: Failing) -> float:
        if failing.transformer_ix != NONE:
            return 0.0
        effect = self._effects.of_zone(failing.zone_ix)
        return max((effect.isolated_h, *(h for _run, h in effect.back)))


def interruptions(
    grid: Grid,
    steady: Steady,
    settings: Reliability,
    years: int,
    seed: int,
    left_out: list[tuple[float, float]],
) -> Iterator[Interruption]:
    """Yield all interruptions that begin with a fault of the years, those left out excepted.

    Left out are the hours in which a repair ends while another fault is only tripped: what is open
    then depends on what was done before, and nothing is remembered here.
    """
    topology = Topology(grid)
    effects = Effects(topology, settings)
    spans, joint = Hours(effects, settings), Joint(topology, settings)
    luck = Streams(seed).trait("reliability.running_time")
    components = list(failing_components(topology, steady, settings))
    areas = areas_of(topology, (each.zone_ix for each in components))
    by_area: dict[int, list[_Fault]] = defaultdict(list)
    for each in components:
        faults = by_area[areas[each.zone_ix]]
        t_h, episode = 0.0, 0
        while True:
            t_h -= math.log(luck.of(each.id, episode)) / each.failures_per_year * YEAR_H
            if t_h >= years * YEAR_H:
                break
            faults.append((t_h, t_h + spans.repair_h(each), each))
            t_h, episode = faults[-1][1], episode + 1
    known = frozenset(effects.tree.points)
    for faults in by_area.values():
        cluster: list[_Fault] = []
        for fault in sorted(faults, key=lambda fault: fault[0]):
            if cluster and fault[0] >= max(end_h for _start_h, end_h, _each in cluster):
                yield from _followed(cluster, spans, joint, known, left_out)
                cluster = []
            cluster.append(fault)
        yield from _followed(cluster, spans, joint, known, left_out)


def _followed(
    cluster: list[_Fault],
    spans: Hours,
    joint: Joint,
    known: frozenset[int],
    left_out: list[tuple[float, float]],
) -> Iterator[Interruption]:
    """Follow overlapping faults from one change to the next."""
    switched_h = [start_h + spans.switching_h(each) for start_h, _end_h, each in cluster]
    changes = {t_h for start_h, end_h, _each in cluster for t_h in (start_h, end_h)}
    changes.update(
        at_h for at_h, (_start, end_h, _each) in zip(switched_h, cluster, strict=True)
        if at_h < end_h
    )  # fmt: skip
    for end_h in (end_h for _start_h, end_h, _each in cluster):
        if any(
            fault[0] < end_h < ready_h for ready_h, fault in zip(switched_h, cluster, strict=True)
        ):
            left_out.append((cluster[0][0], max(end_h for _start, end_h, _each in cluster)))
    out_since: dict[int, float] = {}
    for t_h in sorted(changes):
        own: set[int] = set()
        here: list[set[int]] = [set(), set(), set()]
        switchings = [at_h for at_h in switched_h if at_h <= t_h]
        for ready_h, (start_h, end_h, each) in zip(switched_h, cluster, strict=True):
            if not start_h <= t_h < end_h:
                continue
            if each.transformer_ix != NONE:
                own |= {each.transformer_ix} & known
            else:
                here[ready_h <= t_h].add(each.zone_ix)
                if ready_h > t_h and switchings and start_h < max(switchings):
                    here[2].add(each.zone_ix)
        out = own | joint.out(*map(frozenset, here))
        for ix in out_since.keys() - out:
            yield ix, out_since.pop(ix), t_h
        for ix in out - out_since.keys():
            out_since[ix] = t_h
