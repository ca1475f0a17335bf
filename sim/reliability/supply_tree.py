"""The grid as built as a forest: each zone hangs on the switch it is fed through.

Zones are numbered in preorder, so that what hangs on a switch is one run of positions `[start,
end)`, and the load points on it are one run too. A failure's effect is then told by a few runs,
whatever their length.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from sim.grid.assets import NONE
from sim.grid.topology import DEAD, Topology
from sim.reliability.practice import opened_on
from sim.scenario.protection import Protection

__all__ = ["Run", "SupplyTree"]


@dataclass(frozen=True, slots=True)
class Run:
    """Name consecutive preorder positions, the end not included."""

    start: int
    end: int

    def __contains__(self, position: int) -> bool:
        """Say whether a position lies in it."""
        return self.start <= position < self.end


class SupplyTree:
    """Number the zones with supply as built, and answer what hangs on what.

    By zone: `position` (NONE without supply), `device` (the switch upstream that stands open after
    a lasting fault, see `reliability.practice`; NONE for none), `feeder` (the breaker at the head
    of its feeder, NONE in the station), `is_meshed` (a closed switch that feeds nobody touches what
    hangs on that device: its failures do not follow the tree). By position: `zone_at`.
    `points` are the transformer_ix in preorder, `open_ends` the normally open switches as
    (position, switch_ix), in order.
    """

    def __init__(self, topology: Topology, practice: Protection) -> None:
        self.topology = topology
        self._practice = practice
        n_zones = topology.n_zones
        self.position = [NONE] * n_zones
        self._end = [0] * n_zones
        self.device = [NONE] * n_zones
        self.feeder = [NONE] * n_zones
        self.zone_at: list[int] = []
        self.points: list[int] = []
        self._first_point: list[int] = []
        self._walk()
        self._first_point.append(len(self.points))
        self.is_meshed = self._meshed()
        self.open_ends = self._open_ends()

    def _walk(self) -> None:
        topology, feed = self.topology, self.topology.normal_feed
        switches = topology.grid.switches
        for root in topology.source_zones:
            waiting: list[tuple[int, int]] = [(root, NONE)]
            open_zones: list[int] = []
            while waiting:
                zone_ix, parent = waiting.pop()
                while open_zones and open_zones[-1] != parent:
                    self._end[open_zones.pop()] = len(self.zone_at)
                open_zones.append(zone_ix)
                self.position[zone_ix] = len(self.zone_at)
                self.zone_at.append(zone_ix)
                self._first_point.append(len(self.points))
                self.points += topology.zone_transformers[zone_ix]
                if parent != NONE:
                    over = feed[zone_ix]
                    self.device[zone_ix] = self._device_over(over, parent)
                    is_head = self.feeder[parent] == NONE and switches[over].is_feeder_breaker
                    self.feeder[zone_ix] = over if is_head else self.feeder[parent]
                waiting += [(other, zone_ix) for _ix, other in reversed(self.children(zone_ix))]
            for zone_ix in open_zones:
                self._end[zone_ix] = len(self.zone_at)

    def _device_over(self, switch_ix: int, parent: int) -> int:
        """Return the device of a zone by the switch it hangs on and the zone before that."""
        switch = self.topology.grid.switches[switch_ix]
        if switch.interrupts_faults:
            return switch_ix
        if switch.is_sectionaliser:
            switches = self.topology.grid.switches
            path = self.topology.path_to_source(parent, self.topology.normal_feed)
            found = opened_on([switch_ix, *path], switches, self._practice)
            return NONE if found is None else found
        return self.device[parent]

    def children(self, zone_ix: int) -> list[tuple[int, int]]:
        """Return (switch_ix, zone_ix) of what is fed from a zone."""
        feed = self.topology.normal_feed
        return [each for each in self.topology.neighbours[zone_ix] if feed[each[1]] == each[0]]

    def run_of(self, zone_ix: int) -> Run:
        """Return a zone with all that is fed through it."""
        return Run(self.position[zone_ix], self._end[zone_ix])

    def tripped_by(self, zone_ix: int) -> Run:
        """Return what loses supply when the device of a zone opens; without one, its own run."""
        device_ix = self.device[zone_ix]
        if device_ix == NONE:
            return self.run_of(zone_ix)
        one_ix, other_ix = self.topology.switch_zones[device_ix]
        below = one_ix if self.topology.normal_feed[one_ix] == device_ix else other_ix
        return self.run_of(below)

    def above_device(self, zone_ix: int) -> int:
        """Return the zone before the device of a zone; NONE where no other device is upstream."""
        above, switches = zone_ix, self.topology.grid.switches
        while (device_ix := self.device[above]) != NONE:
            if above != zone_ix and not switches[device_ix].is_sectionaliser:
                return above
            one_ix, other_ix = self.topology.switch_zones[device_ix]
            above = other_ix if self.topology.normal_feed[one_ix] == device_ix else one_ix
        return NONE

    def points_of(self, run: Run) -> Run:
        """Return the places in `points` of the load points in a run of positions."""
        return Run(self._first_point[run.start], self._first_point[run.end])

    def open_ends_in(self, run: Run) -> Iterator[tuple[int, int]]:
        """Yield the normally open switches with an end in a run."""
        at = bisect_left(self.open_ends, (run.start, NONE))
        while at < len(self.open_ends) and self.open_ends[at][0] < run.end:
            yield self.open_ends[at]
            at += 1

    def _open_ends(self) -> list[tuple[int, int]]:
        ends = [
            (self.position[zone_ix], switch_ix)
            for switch_ix, (one_ix, other_ix) in enumerate(self.topology.switch_zones)
            if not self.topology.normal[switch_ix] and one_ix != other_ix
            for zone_ix in (one_ix, other_ix)
            if self.position[zone_ix] != NONE
        ]
        return sorted(ends)

    def _meshed(self) -> list[bool]:
        """Mark the zones whose device does not alone hold the supply of what hangs on it."""
        feed = self.topology.normal_feed
        ends = sorted(
            self.position[zone_ix]
            for switch_ix, pair in enumerate(self.topology.switch_zones)
            if self.topology.normal[switch_ix]
            and pair[0] != pair[1]
            and switch_ix not in (feed[pair[0]], feed[pair[1]])
            for zone_ix in pair
            if feed[zone_ix] != DEAD
        )
        marks = []
        for zone_ix in range(self.topology.n_zones):
            if self.position[zone_ix] == NONE:
                marks.append(False)
                continue
            run = self.tripped_by(zone_ix)
            at = bisect_left(ends, run.start)
            marks.append(at < len(ends) and ends[at] in run)
        return marks
