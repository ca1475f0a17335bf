"""Sectionalisers: count the trips they carried fault current for, and open in a dead time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.clock import Clock
from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.sequences import sequence_of
from sim.scenario.protection import Protection as Settings

__all__ = ["Sectionalisers"]


@dataclass(slots=True)
class _Counter:
    counts: int = 0
    last_s: float = -math.inf


class Sectionalisers:
    """Own the counters of all sectionalisers."""

    def __init__(
        self,
        clock: Clock,
        grid: Grid,
        state: GridState,
        settings: Settings,
        move: Callable[[int, int], None],
    ) -> None:
        """Call `move(switch_ix, cause)` to open one without voltage."""
        self._clock, self._grid, self._state = clock, grid, state
        self._settings, self._move = settings, move
        self.counts_needed = {
            each.ix: _needed(each.ix, state.topology, settings)
            for each in grid.switches
            if each.is_sectionaliser
        }
        """Counts after which each opens, by switch_ix."""
        self._counters = {ix: _Counter() for ix in self.counts_needed}

    def carrying(self, zone_ix: int, tripped_ix: int) -> list[int]:
        """Return those that carry current to a fault in a zone until a device trips."""
        if not self._counters:
            return []
        path = self._state.path_to_source(zone_ix)
        if tripped_ix not in path:
            return []
        return [ix for ix in path[: path.index(tripped_ix)] if ix in self._counters]

    def count(self, carrying: list[int], cause: int) -> None:
        """Count one trip for those that carried its current; the full ones open soon."""
        now_s = self._clock.now
        for ix in carrying:
            counter = self._counters[ix]
            if now_s - counter.last_s > self._settings.sectionaliser.memory:
                counter.counts = 0
            counter.counts += 1
            counter.last_s = now_s
            if counter.counts >= self.counts_needed[ix]:
                self._open_soon(ix, cause)

    def ordered(self, switch_ix: int) -> None:
        """Forget the counts of one that was moved by order."""
        if switch_ix in self._counters:
            self._counters[switch_ix].counts = 0

    def _open_soon(self, ix: int, cause: int) -> None:
        def open_dead() -> None:
            zones = self._state.topology.switch_zones[ix]
            has_voltage = any(self._state.is_zone_supplied(zone) for zone in zones)
            if self._state.is_closed(ix) and not has_voltage:
                self._counters[ix].counts = 0
                self._move(ix, cause)

        self._clock.call_in(self._settings.sectionaliser.open_delay, open_dead)


def _needed(switch_ix: int, topology: Topology, settings: Settings) -> int:
    """Return the counts of a sectionaliser by its place in the grid as built."""
    switches, feed = topology.grid.switches, topology.normal_feed
    one_ix, other_ix = topology.switch_zones[switch_ix]
    below = one_ix if feed[one_ix] == switch_ix else other_ix
    most, nearer = NONE, 0
    for above in topology.path_to_source(below, feed)[1:]:
        if switches[above].is_breaker:
            most = len(sequence_of(switches[above], settings).dead_s)
            break
        nearer += switches[above].is_sectionaliser
    count = settings.sectionaliser.count
    return max(1, (count if most == NONE else min(count, most)) - nearer)
