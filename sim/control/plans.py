"""Plans of restoration: which switches to move, in which order, to supply most of what is dead.

A plan opens switches in the dead part first, where it must be divided, and then closes ways in, so
that every state on the way is radial, no section and no transformer carries more than its rating,
and no bus lies below the least voltage. What nothing can carry stays dead (it is shed).

The search grows trees from the ways in, block by block, and goes back where a branch cannot be
better than the best so far. It is exact where it ends before `_LOOKS_AT_MOST` looks and the region
had few enough blocks to be searched whole; else the plan is the best of those looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sim.control.headroom import Headroom, Limits, Part, part_of
from sim.control.region import Edge, Entry, Region
from sim.grid.assets import NONE
from sim.grid.flows import LiveTree
from sim.grid.topology import Positions, Topology

__all__ = ["NOTHING", "Plan", "Request", "Step", "plan"]

_BLOCKS = (1, 12, 40)
"""The region is looked at in so many blocks at most, finer as long as something is left dead."""
_LOOKS_AT_MOST = 2000
_WORTH = 1e-9
"""Differences of worth below this are none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One switching: a switch, and whether it is closed or opened."""

    switch_ix: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Ordered steps, and what they would supply: zones and their worth."""

    steps: tuple[Step, ...] = ()
    zones: frozenset[int] = frozenset()
    worth: float = 0.0
    is_best: bool = True
    """The search ended: no plan of these blocks is worth more."""


NOTHING = Plan()


@dataclass(frozen=True)
class Request:
    """What a plan is asked for.

    `zones`: dead zones that may get supply. `entries`: open switches to what is live, as (switch,
    rank), higher ranks first. `worth(zone)` is what supplying it is worth; `may_close(switch)`
    whether an open switch inside may be closed; `is_remote(switch)` breaks ties. `bus_mw` are the
    loads to be carried.
    """

    topology: Topology
    closed: Positions
    live: LiveTree
    zones: tuple[int, ...]
    entries: tuple[tuple[int, float], ...]
    bus_mw: Sequence[float]
    worth: Callable[[int], float]
    may_close: Callable[[int], bool]
    limits: Limits
    steps_at_most: int


def plan(request: Request) -> Plan:
    """Return the plan that supplies most; of equals the one with fewer steps."""
    best = NOTHING
    n_before = 0
    for blocks_at_most in _BLOCKS:
        region = Region(
            request.topology,
            request.closed,
            request.zones,
            request.entries,
            bus_mw=request.bus_mw,
            weight_of=request.worth,
            may_close=request.may_close,
            blocks_at_most=blocks_at_most,
        )
        if len(region.blocks) == n_before:
            continue
        n_before = len(region.blocks)
        found = _Search(request, region, best).run()
        if found.worth > best.worth + _WORTH or len(found.steps) < len(best.steps):
            best = found
        in_reach = sum(region.blocks[each].weight for each in region.in_reach())
        if best.worth >= in_reach - _WORTH and all(step.closed for step in best.steps):
            break
    return best


@dataclass(slots=True)
class _Tree:
    """One way in and what was hung on it: the closings in order, and the blocks."""

    entry: Entry
    closings: list[int]
    blocks: list[int]


class _Search:
    """Search the trees that can be grown into a region."""

    def __init__(self, request: Request, region: Region, best: Plan) -> None:
        self._request, self._region = request, region
        self._most_mw = request.limits.most_mw(region.elements)
        self._room = Headroom(request.live, request.limits, self._most_mw)
        self._parts: dict[tuple[int, int], Part] = {}
        self._around: list[list[int]] = [[] for _ in region.blocks]
        self._locked = [False] * len(region.blocks)
        for k, edge in enumerate(region.edges):
            self._around[edge.one].append(k)
            if edge.other != NONE:
                self._around[edge.other].append(k)
            elif not edge.may_move:
                self._locked[edge.one] = True
        n = len(region.blocks)
        self._tree_of, self._place_of = [NONE] * n, [NONE] * n
        self._trees: list[_Tree] = []
        self._kept = [False] * len(region.edges)
        self._settled = [False] * len(region.edges)
        self._passed = [False] * len(region.entries)
        self._worth = 0.0
        self._in_reach = sorted(region.in_reach())
        self._looks = 0
        self._best = best
        self._best_key = (best.worth, -len(best.steps))

    def run(self) -> Plan:
        """Return the best plan found."""
        self._look()
        best = self._best
        return Plan(best.steps, best.zones, best.worth, self._looks < _LOOKS_AT_MOST)

    # --- the search

    def _look(self) -> None:
        """Note the present state as a plan, then try the next choice both ways."""
        self._looks += 1
        n_least = self._n_steps(settled_only=True)
        if self._looks >= _LOOKS_AT_MOST or n_least > self._request.steps_at_most:
            return
        self._note()
        blocks, tree_of = self._region.blocks, self._tree_of
        most = self._worth + sum(
            blocks[each].weight for each in self._in_reach if tree_of[each] == NONE
        )
        edge = self._next_edge()
        # beyond the rim anything more takes a step more
        n_more = n_least + (edge is None)
        if most < self._best_key[0] - _WORTH or (
            most <= self._best_key[0] + _WORTH and n_more >= -self._best_key[1]
        ):
            return
        if edge is not None:
            self._try_edge(edge)
        elif (entry := self._next_entry()) is not None:
            self._try_entry(entry)

    def _try_edge(self, k: int) -> None:
        edge = self._region.edges[k]
        self._settled[k] = True
        outwards = self._tree_of[edge.one] != NONE
        on, to = edge.one_element, edge.other_element
        block = edge.other if outwards else edge.one
        of = edge.one if outwards else edge.other
        number = self._tree_of[of]
        if not outwards:
            on, to = to, on
        is_backward = self._region.elements.is_backward(on, to)
        if not is_backward and self._hang(block, to, on, number, self._place_of[of]):
            self._kept[k] = True
            if not edge.is_closed:
                self._trees[number].closings.append(edge.switch_ix)
            self._look()
            if not edge.is_closed:
                self._trees[number].closings.pop()
            self._kept[k] = False
            self._take_off(block)
        if edge.may_move or not edge.is_closed:
            self._look()
        self._settled[k] = False

    def _try_entry(self, k: int) -> None:
        entry = self._region.entries[k]
        self._passed[k] = True
        self._trees.append(_Tree(entry, [], []))
        if self._hang(entry.block, entry.element, entry.live_element, len(self._trees) - 1):
            self._look()
            self._take_off(entry.block)
        self._trees.pop()
        self._look()
        self._passed[k] = False

    def _next_edge(self) -> int | None:
        """Return an open question at the rim of what is supplied: closed switches first."""
        best: tuple[bool, float, int] | None = None
        for k, edge in enumerate(self._region.edges):
            if self._settled[k] or edge.other == NONE:
                continue
            one, other = self._tree_of[edge.one] != NONE, self._tree_of[edge.other] != NONE
            if one == other:
                continue
            block = self._region.blocks[edge.other if one else edge.one]
            rank = (edge.is_closed, block.weight / (block.mw + 1e-6), -k)
            best = rank if best is None else max(best, rank)
        return None if best is None else -best[2]

    def _next_entry(self) -> int | None:
        for k, entry in enumerate(self._region.entries):
            if not self._passed[k] and self._tree_of[entry.block] == NONE:
                return k
        return None

    # --- blocks on trees

    def _hang(self, block: int, at: int, on: int, number: int, of: int = NONE) -> bool:
        """Hang a block on a live element, or on one of a block hung before (its place)."""
        if self._locked[block]:
            return False
        part = self._parts.get((block, at))
        if part is None:
            request = self._request
            part = self._parts[block, at] = part_of(
                self._region.elements,
                at,
                self._region.blocks[block].elements,
                request.closed,
                request.bus_mw,
                self._most_mw,
            )
        if not self._room.hang(part, on, of):
            return False
        self._place_of[block] = sum(len(tree.blocks) for tree in self._trees)
        self._tree_of[block] = number
        self._trees[number].blocks.append(block)
        self._worth += self._region.blocks[block].weight
        return True

    def _take_off(self, block: int) -> None:
        self._room.take_off()
        self._trees[self._tree_of[block]].blocks.pop()
        self._tree_of[block] = NONE
        self._worth -= self._region.blocks[block].weight

    # --- plans

    def _cuts(self, *, settled_only: bool = False) -> Iterable[Edge]:
        """Yield the closed switches that must open if nothing more is supplied."""
        for k, edge in enumerate(self._region.edges):
            if not edge.is_closed or self._kept[k]:
                continue
            one = self._tree_of[edge.one] != NONE
            other = edge.other != NONE and self._tree_of[edge.other] != NONE
            is_sure = self._settled[k] or edge.other == NONE or (one and other)
            if (one or other) and (is_sure or not settled_only):
                yield edge

    def _n_steps(self, *, settled_only: bool = False) -> int:
        n_closings = sum(1 + len(tree.closings) for tree in self._trees)
        return n_closings + sum(1 for _ in self._cuts(settled_only=settled_only))

    def _note(self) -> None:
        """Keep the present state if it is the best so far."""
        key = (self._worth, -self._n_steps())
        if -key[1] > self._request.steps_at_most:
            return
        if key[0] < self._best_key[0] - _WORTH or (
            key[0] <= self._best_key[0] + _WORTH and key[1] <= self._best_key[1]
        ):
            return
        cuts = list(self._cuts())
        if not all(edge.may_move for edge in cuts):
            return
        self._best_key = key
        self._best = Plan(tuple(self._steps(cuts)), self._supplied(), self._worth)

    def _supplied(self) -> frozenset[int]:
        return frozenset(
            zone
            for block, tree in zip(self._region.blocks, self._tree_of, strict=True)
            if tree != NONE
            for zone in block.zones
        )

    def _steps(self, cuts: Sequence[Edge]) -> Iterable[Step]:
        """Yield the steps: the most worthy tree first, each after the cuts around it."""
        blocks = self._region.blocks

        def urgency(tree: _Tree) -> tuple[float, int]:
            worth = sum(blocks[each].weight for each in tree.blocks)
            device = self._request.topology.grid.switches[tree.entry.switch_ix]
            return (-worth * (2.0 if device.is_remote else 1.0), tree.entry.switch_ix)

        opened: set[int] = set()
        for tree in sorted((each for each in self._trees if each.blocks), key=urgency):
            inside = set(tree.blocks)
            for edge in cuts:
                if edge.switch_ix not in opened and (edge.one in inside or edge.other in inside):
                    opened.add(edge.switch_ix)
                    yield Step(edge.switch_ix, False)
            yield Step(tree.entry.switch_ix, True)
            for switch_ix in tree.closings:
                yield Step(switch_ix, True)
