"""The grid at this moment: fragments of the forest as built, joined by what is closed besides.

Each open switch of the forest cuts a fragment off: a run of positions less the runs cut off it in
turn. A closed switch that is no part of the forest (a tie in use, a ring, a parallel transformer)
joins two fragments. A fragment has supply as a whole, if its top is a source or such switches lead
it to one that has. So one switching looks at a handful of fragments, not at their zones; the more
switches stand other than as built, the more there are, and a grid that is all rings is searched
ring by ring.

A fragment is named by the position of its top zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence

from sim.grid.assets import NONE
from sim.grid.forest import Forest, Run

__all__ = ["Fragments"]


class Fragments:
    """Own how the grid hangs together now; who keeps switch positions tells of every move."""

    def __init__(self, forest: Forest, normal: Sequence[int], source_zones: Iterable[int]) -> None:
        self._forest = forest
        self._sources = {forest.position[zone_ix] for zone_ix in source_zones}
        roots = (ix for ix, switch_ix in enumerate(forest.above) if switch_ix == NONE)
        self._tops = sorted(forest.position[zone_ix] for zone_ix in roots)
        self._parent: dict[int, int] = {}
        self._children: dict[int, list[int]] = {}
        self._ends: dict[int, list[tuple[int, int]]] = {}
        """By fragment: (position, switch) of closed switches besides the forest, sorted."""
        self._live = {top: top in self._sources for top in self._tops}
        for switch_ix, is_closed in enumerate(normal):
            if is_closed and forest.below[switch_ix] == NONE:
                self._add_ends(switch_ix)

    # --- moves

    def open(self, switch_ix: int) -> list[Run]:
        """Open a closed switch; return the runs that lose supply by it."""
        top = self._forest.below[switch_ix]
        if top != NONE:
            sides = (self._split(top), top)
        elif (ends := self._remove_ends(switch_ix)) is not None:
            sides = ends
        else:
            return []
        if not self._live[sides[0]]:
            return []
        dark: list[int] = []
        for side in sides:
            if side not in self._sources and side not in dark:
                reached, has_source = self._reach(side)
                if not has_source:
                    dark += reached
        return self._turn(dark, is_live=False)

    def close(self, switch_ix: int) -> list[Run]:
        """Close an open switch; return the runs that get supply by it."""
        forest, top = self._forest, self._forest.below[switch_ix]
        if top != NONE:
            sides = (self._parent[top], top)
        else:
            one, other = (forest.position[ix] for ix in forest.switch_zones[switch_ix])
            sides = (self.fragment(one), self.fragment(other))
        back: list[Run] = []
        if self._live[sides[0]] != self._live[sides[1]]:
            dark = sides[self._live[sides[0]]]
            back = self._turn(self._reach(dark)[0], is_live=True)
        if top != NONE:
            self._merge(top)
        else:
            self._add_ends(switch_ix)
        return back

    def set_source(self, zone_ix: int, is_live: bool) -> list[Run]:
        """Take the supply of a source zone from outside away or give it back; return the runs."""
        top = self._forest.position[zone_ix]
        if is_live == (top in self._sources):
            return []
        if is_live:
            joined = [] if self._live[top] else self._reach(top)[0]
            self._sources.add(top)
            return self._turn(joined, is_live=True)
        self._sources.discard(top)
        joined, has_source = self._reach(top)
        return [] if has_source else self._turn(joined, is_live=False)

    # --- questions

    def fragment(self, position: int) -> int:
        """Return the fragment of a position."""
        end, tops = self._forest.end, self._tops
        top = tops[bisect_right(tops, position) - 1]
        while position >= end[top]:
            top = self._parent[top]
        return top

    def is_source(self, top: int) -> bool:
        """Say whether the top of a fragment is fed from outside."""
        return top in self._sources

    def way_to_source(self, zone_ix: int) -> list[tuple[int, int, int]] | None:
        """Return legs (from zone, to zone, switch to the next leg) from a zone to a source's top.

        The last leg has no switch (NONE). Return None for a zone without supply.
        """
        forest = self._forest
        first = self.fragment(forest.position[zone_ix])
        came: dict[int, tuple[int, int, int]] = {}
        waiting, seen = [first], {first}
        for top in waiting:  # grows while it is read: a queue
            if top in self._sources:
                break
            for position, switch_ix in self._ends.get(top, ()):
                other = self._other(position, switch_ix)
                if (beyond := self.fragment(other)) not in seen:
                    seen.add(beyond)
                    waiting.append(beyond)
                    came[beyond] = (top, position, switch_ix)
        else:
            return None
        order = forest.order
        legs: list[tuple[int, int, int]] = []
        leave, over = int(order[top]), NONE
        while top != first:
            upper, position, switch_ix = came[top]
            enter = int(order[self._other(position, switch_ix)])
            legs.append((enter, leave, over))
            leave, over, top = int(order[position]), switch_ix, upper
        legs.append((zone_ix, leave, over))
        return legs[::-1]

    # --- the structure

    def _split(self, top: int) -> int:
        """Cut a fragment off another and return the latter."""
        upper, end = self.fragment(top), self._forest.end[top]
        insort(self._tops, top)
        self._parent[top] = upper
        self._live[top] = self._live[upper]
        children = self._children.setdefault(upper, [])
        start, stop = bisect_left(children, top), bisect_left(children, end)
        if start < stop:
            self._children[top] = mine = children[start:stop]
            for each in mine:
                self._parent[each] = top
        children[start:stop] = [top]
        ends = self._ends.get(upper)
        if ends:
            start, stop = bisect_left(ends, (top, NONE)), bisect_left(ends, (end, NONE))
            if start < stop:
                self._ends[top] = ends[start:stop]
                del ends[start:stop]
        return upper

    def _merge(self, top: int) -> None:
        """Put a fragment back into the one it was cut off."""
        upper = self._parent.pop(top)
        del self._tops[bisect_left(self._tops, top)]
        del self._live[top]
        mine = self._children.pop(top, [])
        for each in mine:
            self._parent[each] = upper
        children = self._children[upper]
        at = bisect_left(children, top)
        children[at : at + 1] = mine
        if ends := self._ends.pop(top, None):
            self._ends[upper] = sorted(self._ends.get(upper, []) + ends)

    def _positions(self, switch_ix: int) -> tuple[int, int]:
        one_ix, other_ix = self._forest.switch_zones[switch_ix]
        return self._forest.position[one_ix], self._forest.position[other_ix]

    def _other(self, position: int, switch_ix: int) -> int:
        one, other = self._positions(switch_ix)
        return other if position == one else one

    def _add_ends(self, switch_ix: int) -> None:
        one, other = self._positions(switch_ix)
        if one != other:
            for position in (one, other):
                ends = self._ends.setdefault(self.fragment(position), [])
                insort(ends, (position, switch_ix))

    def _remove_ends(self, switch_ix: int) -> tuple[int, int] | None:
        one, other = self._positions(switch_ix)
        if one == other:
            return None
        sides = self.fragment(one), self.fragment(other)
        for top, position in zip(sides, (one, other), strict=True):
            ends = self._ends[top]
            del ends[bisect_left(ends, (position, switch_ix))]
        return sides

    def _reach(self, first: int) -> tuple[list[int], bool]:
        """Return the fragments joined to one, up to a source, and whether there is one."""
        reached, seen = [first], {first}
        for top in reached:  # grows while it is read: a queue
            if top in self._sources:
                return reached, True
            for position, switch_ix in self._ends.get(top, ()):
                beyond = self.fragment(self._other(position, switch_ix))
                if beyond not in seen:
                    seen.add(beyond)
                    reached.append(beyond)
        return reached, False

    def _turn(self, tops: list[int], *, is_live: bool) -> list[Run]:
        """Give or take supply, and return the runs this concerns."""
        runs: list[Run] = []
        for top in tops:
            self._live[top] = is_live
            start = top
            for child in self._children.get(top, ()):
                if start < child:
                    runs.append((start, child))
                start = self._forest.end[child]
            if start < self._forest.end[top]:
                runs.append((start, self._forest.end[top]))
        return runs
