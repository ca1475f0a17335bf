"""A dead region as control sees it: blocks between switches, and the switches that may be moved.

Blocks are zones, put together where no switch may be opened between them, and further where the
region would have more blocks than a search can go through: then the switches of the smallest loads
are left alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sim.grid.assets import NONE
from sim.grid.topology import Positions, Topology

__all__ = ["Block", "Edge", "Entry", "Region"]


@dataclass(frozen=True, slots=True)
class Block:
    """Zones that are supplied together or not at all."""

    zones: tuple[int, ...]
    elements: frozenset[int]
    mw: float
    weight: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A switch between two blocks, or between a block (`one`) and what must stay dead (NONE)."""

    switch_ix: int
    one: int
    other: int
    one_element: int
    other_element: int
    is_closed: bool
    may_move: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An open switch between a live element and a block."""

    switch_ix: int
    live_element: int
    block: int
    element: int
    rank: float
    """Entries of a higher rank are tried first."""


class Region:
    """Hold the blocks of some dead zones, the switches between them and the ways in."""

    def __init__(
        self,
        topology: Topology,
        closed: Positions,
        zones: Iterable[int],
        entries: Iterable[tuple[int, float]],
        *,
        bus_mw: Sequence[float],
        weight_of: Callable[[int], float],
        may_close: Callable[[int], bool],
        blocks_at_most: int,
    ) -> None:
        """Take the dead zones that may get supply, and the ways in as (switch, rank).

        `weight_of(zone)` is what supplying a zone is worth, `may_close(switch)` says which open
        switches inside may be closed.
        """
        self.topology, self.closed = topology, closed
        self.elements = topology.elements
        self._bus_mw = bus_mw
        self._zones = sorted(set(zones))
        self._owner = {zone: zone for zone in self._zones}
        self._join(blocks_at_most)
        self._number(weight_of)
        self.edges = self._edges(may_close)
        found = (self._entry(switch_ix, rank) for switch_ix, rank in entries)
        self.entries = sorted(
            (each for each in found if each is not None),
            key=lambda each: (-each.rank, each.switch_ix),
        )

    def in_reach(self) -> set[int]:
        """Return the blocks that some way in leads to, over whatever switches."""
        around: dict[int, list[int]] = {}
        for edge in self.edges:
            if edge.other != NONE:
                around.setdefault(edge.one, []).append(edge.other)
                around.setdefault(edge.other, []).append(edge.one)
        found = list(dict.fromkeys(entry.block for entry in self.entries))
        seen = set(found)
        for block in found:  # grows while it is read: a queue
            for other in around.get(block, ()):
                if other not in seen:
                    seen.add(other)
                    found.append(other)
        return seen

    # --- blocks

    def _root(self, zone: int) -> int:
        owner = self._owner
        while owner[zone] != zone:
            owner[zone] = owner[owner[zone]]
            zone = owner[zone]
        return zone

    def _mw(self, zone: int) -> float:
        n = self.elements.first_section
        return sum(self._bus_mw[each] for each in self.elements.of_zone[zone] if each < n)

    def _join(self, blocks_at_most: int) -> None:
        """Put zones together: over fuses, over what carries nothing, then the smallest loads."""
        switches, neighbours = self.topology.grid.switches, self.topology.neighbours
        joined: list[tuple[int, int, int]] = []
        for zone in self._zones:
            for switch_ix, other in neighbours[zone]:
                if other in self._owner and zone < other and self.closed[switch_ix]:
                    if switches[switch_ix].is_fuse:
                        self._owner[self._root(other)] = self._root(zone)
                    else:
                        joined.append((switch_ix, zone, other))
        if blocks_at_most == 1:
            # whole parts: rings inside show when they are fed
            for switch_ix, zone, other in joined:
                if not self._feeds_back(switch_ix):
                    self._owner[self._root(other)] = self._root(zone)
        else:
            self._skip_idle(joined)
            self._shrink(joined, blocks_at_most)

    def _skip_idle(self, joined: Sequence[tuple[int, int, int]]) -> None:
        """Let a zone without load between two switches go with one: one cut is enough there."""
        switches, topology = self.topology.grid.switches, self.topology
        ways: dict[int, list[tuple[int, int]]] = {}
        for switch_ix, zone, other in joined:
            ways.setdefault(zone, []).append((switch_ix, other))
            ways.setdefault(other, []).append((switch_ix, zone))
        taken: set[int] = set()
        for zone, around in ways.items():
            is_idle = not topology.zone_transformers[zone] and not any(
                self.elements.is_transformer(each) for each in self.elements.of_zone[zone]
            )
            if not is_idle or len(topology.neighbours[zone]) != 2 or len(around) != 2:
                continue
            (switch_ix, other), (last_ix, last) = sorted(
                around, key=lambda way: (switches[way[0]].is_remote, way[0])
            )
            if not taken & {switch_ix, last_ix} and self._root(other) != self._root(last):
                taken |= {switch_ix, last_ix}
                self._owner[self._root(zone)] = self._root(other)

    def _shrink(self, joined: Sequence[tuple[int, int, int]], blocks_at_most: int) -> None:
        mw: dict[int, float] = {}
        near: dict[int, dict[int, int]] = {}
        """Blocks joined to each, and over how many switches: two would make a ring inside."""
        for zone in self._zones:
            root = self._root(zone)
            mw[root] = mw.get(root, 0.0) + self._mw(zone)
            near.setdefault(root, {})
        for switch_ix, zone, other in joined:
            one, two = self._root(zone), self._root(other)
            if one != two and not self._feeds_back(switch_ix):
                near[one][two] = near[two][one] = near[one].get(two, 0) + 1
        waiting = [(load, root) for root, load in mw.items() if near[root]]
        heapq.heapify(waiting)
        n_blocks = len(mw)
        while n_blocks > blocks_at_most and waiting:
            load, root = heapq.heappop(waiting)
            if root not in mw or mw[root] != load:
                continue
            choices = [each for each, n in near[root].items() if n == 1]
            if not choices:
                continue
            into = min(choices, key=lambda each: (mw[each], each))
            self._owner[root] = into
            mw[into] += mw.pop(root)
            for each, n in near.pop(root).items():
                del near[each][root]
                if each != into:
                    near[each][into] = near[into][each] = near[into].get(each, 0) + n
            n_blocks -= 1
            heapq.heappush(waiting, (mw[into], into))

    def _feeds_back(self, switch_ix: int) -> bool:
        """Say whether a switch is the low side's of a substation transformer."""
        return self.elements.is_backward(*self.elements.joint(switch_ix))

    def _number(self, weight_of: Callable[[int], float]) -> None:
        groups: dict[int, list[int]] = {}
        for zone in self._zones:
            groups.setdefault(self._root(zone), []).append(zone)
        of_zone = self.elements.of_zone
        self.blocks = [
            Block(
                tuple(zones),
                frozenset(element for zone in zones for element in of_zone[zone]),
                sum(self._mw(zone) for zone in zones),
                sum(weight_of(zone) for zone in zones),
            )
            for zones in groups.values()
        ]
        self.block_of = {zone: k for k, each in enumerate(self.blocks) for zone in each.zones}

    # --- switches

    def _edges(self, may_close: Callable[[int], bool]) -> list[Edge]:
        """Return the switches between blocks, and those closed towards what must stay dead."""
        found: list[Edge] = []
        switches = self.topology.grid.switches
        for zone in self._zones:
            for switch_ix, next_zone in self.topology.neighbours[zone]:
                one, other = self.block_of[zone], self.block_of.get(next_zone, NONE)
                is_closed = bool(self.closed[switch_ix])
                if one == other or (other != NONE and next_zone < zone):
                    continue
                if other == NONE and not is_closed:
                    continue
                if not is_closed and not may_close(switch_ix):
                    continue
                ends = self.elements.joint(switch_ix)
                if self.elements.zone[ends[0]] != zone:
                    ends = ends[1], ends[0]
                may_move = not switches[switch_ix].is_fuse
                found.append(Edge(switch_ix, one, other, *ends, is_closed, may_move))
        return found

    def _entry(self, switch_ix: int, rank: float) -> Entry | None:
        ends = self.elements.joint(switch_ix)
        zones = [self.elements.zone[each] for each in ends]
        for live, dead in ((0, 1), (1, 0)):
            block = self.block_of.get(zones[dead], NONE)
            if block != NONE and zones[live] not in self.block_of:
                if self.elements.is_backward(ends[live], ends[dead]):
                    return None
                return Entry(switch_ix, ends[live], block, ends[dead], rank)
        return None
