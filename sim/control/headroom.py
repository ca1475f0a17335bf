"""What a live grid can still carry: dead parts hung on it, one after the other, within limits.

Loads are those control expects; currents and voltages as in `sim.grid.flows` and
`sim.grid.elements`. Everything grows with what is hung on, so what does not fit now never will.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE
from sim.grid.elements import Elements
from sim.grid.flows import LiveTree
from sim.grid.topology import Positions

__all__ = ["Headroom", "Limits", "Part", "part_of"]

_TINY_MW = 1e-9


@dataclass(frozen=True, slots=True)
class Limits:
    """Say what every state must keep: voltages per unit, loading as a share of the rating.

    What is worse as built, at the same loads, is no reason against a switching: `as_built` is the
    grid in that state, and nothing is asked to be better than there.
    """

    voltage_at_least: float = 0.93
    source_voltage: float = 1.03
    loading_at_most: float = 1.0
    as_built: LiveTree | None = None

    def least_voltage(self) -> float:
        """Return the least voltage a bus may have."""
        if self.as_built is None or not self.as_built.voltage:
            return self.voltage_at_least
        return min(self.voltage_at_least, self.as_built.least_voltage)

    def most_mw(self, elements: Elements) -> NDArray[np.float64]:
        """Return what every element may carry."""
        most: NDArray[np.float64] = elements.limits * self.loading_at_most
        if self.as_built is not None:
            known = self.as_built.mw
            ixs = np.fromiter(known, dtype=np.int64, count=len(known))
            most[ixs] = np.maximum(most[ixs], np.fromiter(known.values(), dtype=float))
        return most

    def most_mw_of(self, live: LiveTree, busbar: int) -> float:
        """Return what the transformers of a busbar may carry together."""
        rated = live.busbars[busbar].limit_mw * self.loading_at_most
        if self.as_built is None:
            return rated
        known = self.as_built.busbar_of
        usual = (
            self.as_built.busbars[known[bus]].mw
            for bus, number in live.busbar_of.items()
            if number == busbar and bus in known
        )
        return max(rated, *usual, 0.0)


@dataclass(frozen=True, slots=True)
class Way:
    """Elements from one upwards, (k,): what flows through each, and the voltage a MW costs."""

    ids: NDArray[np.int64]
    mw: NDArray[np.float64]
    drop_per_mw: NDArray[np.float64]
    slope: float

    @classmethod
    def over(cls, ids: Sequence[int], mw: NDArray[np.float64], elements: Elements) -> Way:
        """Return the way over some elements."""
        drops = np.array([elements.drop_per_mw[each] for each in ids])
        return cls(np.array(ids, dtype=np.int64), mw, drops, float(drops.sum()))


@dataclass(frozen=True)
class Part:
    """A dead part as seen from the element it would be fed at: a tree of its own, in preorder.

    `elements` (n,) begins with that element; `mw` (n,) is what its own load sends through each.
    `is_whole` is False when it holds a ring, when supply would pass a transformer backwards, or
    when something of it is above its rating from its own load alone.
    """

    elements: NDArray[np.int64]
    parent: dict[int, int]
    mw: NDArray[np.float64]
    begin: NDArray[np.int64]
    """(n,) where each element stands in a walk around the tree, going down and"""
    end: NDArray[np.int64]
    """(n,) where coming up again."""
    drop_per_mw: NDArray[np.float64]
    is_whole: bool
    ways: dict[int, Way] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {each: k for k, each in enumerate(self.elements.tolist())}

    def place(self, element: int) -> int:
        """Return where an element stands in the arrays."""
        return self._places[element]

    @property
    def root(self) -> int:
        """Return the element it is fed at."""
        return int(self.elements[0])

    @property
    def total_mw(self) -> float:
        """Return its whole load."""
        return float(self.mw[0])

    def falls(self, mw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far the voltage falls from before the first element to each, (n,)."""
        steps = np.zeros(2 * len(self.elements))
        drops = self.drop_per_mw * mw
        steps[self.begin], steps[self.end] = drops, -drops
        return np.asarray(np.cumsum(steps)[self.begin])

    def way(self, element: int, elements: Elements) -> Way:
        """Return the way from one of its elements up to the first."""
        known = self.ways.get(element)
        if known is None:
            ids = _up(element, self.parent)
            own = self.mw[[self._places[each] for each in ids]]
            known = self.ways[element] = Way.over(ids, own, elements)
        return known


def _up(element: int, parent: Mapping[int, int]) -> list[int]:
    found = []
    while element != NONE:
        found.append(element)
        element = parent[element]
    return found


def part_of(
    elements: Elements,
    root: int,
    within: Collection[int],
    closed: Positions,
    bus_mw: Sequence[float],
    most_mw: NDArray[np.float64],
) -> Part:
    """Return a part fed at an element: what it reaches `within` over closed switches."""
    parent = {root: NONE}
    is_whole = True
    order, begin, end, waiting = [], {}, {}, [root]
    n_walked = 0
    while waiting:
        each = waiting.pop()
        if each < 0:
            end[~each] = n_walked
            n_walked += 1
            continue
        order.append(each)
        begin[each] = n_walked
        n_walked += 1
        waiting.append(~each)
        for other, switch_ix in elements.around[each]:
            if other not in within or (switch_ix != NONE and not closed[switch_ix]):
                continue
            if other not in parent:
                parent[other] = each
                waiting.append(other)
                if switch_ix != NONE and elements.is_backward(each, other):
                    is_whole = False
            elif other != parent[each] and parent[other] != each:
                is_whole = is_whole and elements.zone[each] == elements.zone[other]
    n = elements.first_section
    mw = {each: bus_mw[each] if each < n else 0.0 for each in order}
    for each in reversed(order[1:]):
        mw[parent[each]] += mw[each]
    ids = np.array(order, dtype=np.int64)
    loads = np.array([mw[each] for each in order])
    return Part(
        elements=ids,
        parent=parent,
        mw=loads,
        begin=np.array([begin[each] for each in order], dtype=np.int64),
        end=np.array([end[each] for each in order], dtype=np.int64),
        drop_per_mw=np.array([elements.drop_per_mw[each] for each in order]),
        is_whole=is_whole and bool(np.all(loads <= most_mw[ids] + _TINY_MW)),
    )


class Headroom:
    """Own the load hung on a live tree in thought; parts come off in the reverse order.

    Parts are known by the number of those hung before them.
    """

    def __init__(self, live: LiveTree, limits: Limits, most_mw: NDArray[np.float64]) -> None:
        self.live, self.limits = live, limits
        self._elements = live.elements
        self._most = most_mw
        self._extra = np.zeros(len(most_mw))
        self._ways: dict[int, Way] = {}
        self._bars = [0.0] * len(live.busbars)
        self._bar_limits = [limits.most_mw_of(live, k) for k in range(len(live.busbars))]
        self._least_allowed = limits.least_voltage()
        self._hung: list[tuple[Part, int, int, float]] = []
        """Part, the element it hangs on, of which part (NONE: live), the least voltage before."""
        self._least = math.inf

    def hang(self, part: Part, on: int, of: int = NONE) -> bool:
        """Hang a part on a live element or on one of another part; return whether it fits.

        One that does not fit is not there afterwards.
        """
        if not part.is_whole:
            return False
        before = self._least
        self._hung.append((part, on, of, before))
        fits, slope, lowest = self._load(on, of, part.total_mw)
        if fits:
            own = float(part.falls(part.mw).max())
            self._least = min(before, lowest) - part.total_mw * slope - own
            if self._least < self._least_allowed:
                # the bound is rough: look at every bus
                self._least = self._least_voltage()
                fits = self._least >= self._least_allowed
        if not fits:
            self.take_off()
        return fits

    def take_off(self) -> None:
        """Take the last part off again."""
        part, on, of, self._least = self._hung.pop()
        self._load(on, of, -part.total_mw)
        self._extra[part.elements] = 0.0

    # --- currents

    def _ways_up(self, on: int, of: int) -> Iterator[Way]:
        """Yield the ways from an element up to the station, part by part, the live one last."""
        while of != NONE:
            part, above, of_above, _before = self._hung[of]
            yield part.way(on, self._elements)
            on, of = above, of_above
        yield self._live_way(on)

    def _live_way(self, on: int) -> Way:
        known = self._ways.get(on)
        if known is None:
            ids = _up(on, self.live.parent)
            mw = np.array([self.live.mw[each] for each in ids])
            known = self._ways[on] = Way.over(ids, mw, self._elements)
        return known

    def _load(self, on: int, of: int, mw: float) -> tuple[bool, float, float]:
        """Add load at an element; return whether all above fits, its drop a MW, and the lowest."""
        fits, slope, way = True, 0.0, None
        for way in self._ways_up(on, of):
            self._extra[way.ids] += mw
            slope += way.slope
            if (way.mw + self._extra[way.ids] > self._most[way.ids] + _TINY_MW).any():
                fits = False
        assert way is not None
        lowest = self.limits.source_voltage
        if len(way.ids) > 1:
            lowest = min(lowest, self.live.lowest[int(way.ids[-2])])
        bar = self.live.busbar_of.get(int(way.ids[-1]))
        # a station transformer with nothing on it yet stands on no busbar
        return (bar is None or self._load_bar(bar, mw)) and fits, slope, lowest

    def _load_bar(self, number: int, mw: float) -> bool:
        bar = self.live.busbars[number]
        self._bars[number] += mw
        fits = bar.mw + self._bars[number] <= self._bar_limits[number] + _TINY_MW
        for each, high in bar.feeds:
            if high != number:
                fits = self._load_bar(high, mw * self.live.share(number, each)) and fits
        return fits

    # --- voltages

    def _least_voltage(self) -> float:
        """Return the least voltage of all that feels what was hung on."""
        least = math.inf
        voltages: list[NDArray[np.float64]] = []
        for part, on, of, _before in self._hung:
            if of == NONE:
                way = self._live_way(on)
                falls = np.cumsum((way.drop_per_mw * self._extra[way.ids])[::-1])[::-1]
                # the station itself is held by its transformers
                lowest = np.array([self.live.lowest[each] for each in way.ids[:-1].tolist()])
                felt = falls[:-1] > _TINY_MW
                if felt.any():
                    least = min(least, float((lowest - falls[:-1])[felt].min()))
                above = self.live.voltage[on] - float(falls[0])
            else:
                above = float(voltages[of][self._hung[of][0].place(on)])
            found = above - part.falls(part.mw + self._extra[part.elements])
            voltages.append(found)
            least = min(least, float(found.min()))
        return least
