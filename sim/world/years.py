"""Many years of a grid under ideal operation, on the engine's clock, grid state and protection.

From event to event: each component runs for an exponential time at its rate, fails, is repaired
and runs again; a quiet decade is no event. Faults that overlap stand at once in the same grid.
Running times are keyed by component, so another component or setting does not change them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from sim.engine.clock import Clock
from sim.engine.facts import BreakerFailed, FaultStruck, SupplyLost, SupplyRestored
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.relays import Protection
from sim.reliability.areas import areas_of
from sim.reliability.components import Failing, failing_components
from sim.reliability.counting import Counting
from sim.reliability.effects import Effects
from sim.reliability.indices import SimulatedYears
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection as Practice
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S, MINUTE_S, YEAR_H
from sim.world.ideal import IdealOperation

__all__ = ["BLINK_S", "simulate"]

YEAR_S = YEAR_H * HOUR_S
BLINK_S = 5.0
"""Supply that comes back for less than this was only tried, as in reclosing onto a lasting fault:
the interruption goes on. Assumption."""


def simulate(
    grid: Grid,
    steady: Steady,
    settings: Reliability,
    years: int,
    seed: int,
    momentary_s: float = 3 * MINUTE_S,
    practice: Practice | None = None,
    progress: Callable[[int], None] = lambda _years: None,
) -> SimulatedYears:
    """Return the indices of many simulated years; the same seed gives the same years.

    practice: what protection does by itself; without one, the defaults. progress hears now and then
    how many years are through.
    """
    run = _Years(grid, steady, settings, years, seed, momentary_s, practice or Practice())
    for through in range(0, years, max(1, years // 100)):
        run.until(through)
        progress(through)
    return run.result()


class _Years:
    """Own the components' running times and the interruptions of one study."""

    def __init__(
        self,
        grid: Grid,
        steady: Steady,
        settings: Reliability,
        years: int,
        seed: int,
        momentary_s: float,
        practice: Practice,
    ) -> None:
        streams = Streams(seed)
        topology = Topology(grid)
        effects = Effects(topology, settings, practice)
        self._luck = streams.trait("reliability.running_time")
        self._components = {
            each.id: each for each in failing_components(topology, steady, settings)
        }
        self._until_s = years * YEAR_S
        self._areas = areas_of(topology, (each.zone_ix for each in self._components.values()))
        self._counting = Counting(effects.tree, years, momentary_s / HOUR_S)
        self._transformer_ix = grid.transformer_ix
        self._out: dict[int, list[float]] = {}
        self._beside: dict[int, set[tuple[str, int]]] = {}
        self._overlapping: set[tuple[str, int]] = set()
        self._faults = 0

        self._clock = Clock()
        journal = Journal(lambda: self._clock.now, keeps=False)
        self._protection = Protection(
            self._clock, journal, grid, state := GridState(topology), practice, streams
        )
        operation = IdealOperation(
            self._clock,
            self._protection,
            state,
            settings,
            practice,
            self._areas,
            streams.trait("reliability.transfer"),
            self._repaired,
        )
        journal.freeze(
            {
                BreakerFailed: [operation.device_failed],
                FaultStruck: [operation.struck],
                SupplyLost: [self._lost],
                SupplyRestored: [self._restored],
            }
        )
        self._episodes = dict.fromkeys(self._components, 0)
        for each in self._components.values():
            self._run(each)

    def until(self, years: int) -> None:
        """Run until so many years are through."""
        if years:
            self._clock.run(until=years * YEAR_S)

    def result(self) -> SimulatedYears:
        """Run until all that began within the years is over, and return what was counted."""
        self._clock.run()
        for transformer_ix, (start_s, end_s) in self._out.items():
            self._counting.add(transformer_ix, start_s / HOUR_S, end_s / HOUR_S)
        return self._counting.result(self._faults, len(self._overlapping))

    # --- components

    def _run(self, each: Failing) -> None:
        """Let a component run until its next failure, if that comes within the years."""
        luck = self._luck.of(each.id, self._episodes[each.id])
        fails_s = self._clock.now - math.log(luck) / each.failures_per_year * YEAR_S
        if fails_s < self._until_s:
            self._clock.call_at(fails_s, partial(self._fail, each))

    def _fail(self, each: Failing) -> None:
        self._faults += 1
        beside = self._beside.setdefault(self._areas[each.zone_ix], set())
        beside.add((each.id, self._episodes[each.id]))
        if len(beside) > 1:
            self._overlapping |= beside
        self._protection.strike(each.id, "permanent", "steady")

    def _repaired(self, asset: str) -> None:
        each = self._components[asset]
        self._beside[self._areas[each.zone_ix]].discard((asset, self._episodes[asset]))
        self._episodes[asset] += 1
        self._run(each)

    # --- interruptions

    def _lost(self, fact: SupplyLost, _seq: int) -> None:
        now_s = self._clock.now
        for name in fact.transformers:
            ix = self._transformer_ix[name]
            span = self._out.get(ix)
            if span is not None:
                if now_s - span[1] <= BLINK_S:
                    span[1] = math.inf
                    continue
                self._counting.add(ix, span[0] / HOUR_S, span[1] / HOUR_S)
            self._out[ix] = [now_s, math.inf]

    def _restored(self, fact: SupplyRestored, _seq: int) -> None:
        for name in fact.transformers:
            self._out[self._transformer_ix[name]][1] = self._clock.now
