"""What a live grid can still carry: dead parts hung on it, one after the other, within limits.

Loads are those control expects; currents and voltages as in `sim.grid.flows` and
`sim.grid.elements`. Everything grows with what is hung on, so what does not fit now never will.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

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

    def most_mw(self, elements: Elements, element: int) -> float:
        """Return what an element may carry."""
        rated = elements.limit_mw[element] * self.loading_at_most
        return rated if self.as_built is None else max(rated, self.as_built.mw.get(element, 0.0))

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
class Part:
    """A dead part as seen from the element it would be fed at: a tree of its own.

    `order` begins with that element; `parent` and `mw` (through it) by element. `drop` is the
    largest drop inside from its own load, per unit. `is_whole` is False when it holds a ring, or
    something of it is above its rating from its own load alone.
    """

    order: tuple[int, ...]
    parent: dict[int, int]
    mw: dict[int, float]
    drop: float
    is_whole: bool

    @property
    def root(self) -> int:
        """Return the element it is fed at."""
        return self.order[0]

    @property
    def total_mw(self) -> float:
        """Return its whole load."""
        return self.mw[self.order[0]]


def part_of(
    elements: Elements,
    root: int,
    within: Collection[int],
    closed: Positions,
    bus_mw: Sequence[float],
    limits: Limits,
) -> Part:
    """Return a part fed at an element: what it reaches `within` over closed switches."""
    parent = {root: NONE}
    order = [root]
    is_whole = True
    for each in order:  # grows while it is read: a queue
        for other, switch_ix in elements.around[each]:
            if other not in within or (switch_ix != NONE and not closed[switch_ix]):
                continue
            if switch_ix != NONE and elements.is_backward(each, other):
                is_whole = False
            if other not in parent:
                parent[other] = each
                order.append(other)
            elif other != parent[each] and parent[other] != each:
                is_whole = is_whole and elements.zone[each] == elements.zone[other]
    mw = {each: bus_mw[each] if each < elements.first_section else 0.0 for each in order}
    for each in reversed(order[1:]):
        mw[parent[each]] += mw[each]
    fall = {NONE: 0.0}
    for each in order:
        fall[each] = fall[parent[each]] + elements.drop_per_mw[each] * mw[each]
        if mw[each] > limits.most_mw(elements, each) + _TINY_MW:
            is_whole = False
    return Part(tuple(order), parent, mw, max(fall.values()), is_whole)


class Headroom:
    """Own the load hung on a live tree in thought; parts come off in the reverse order."""

    def __init__(self, live: LiveTree, limits: Limits) -> None:
        self.live, self.limits = live, limits
        self._elements = live.elements
        self._up: dict[int, int] = {}
        self._extra: dict[int, float] = {}
        self._bars = [0.0] * len(live.busbars)
        self._bar_limits = [limits.most_mw_of(live, k) for k in range(len(live.busbars))]
        self._least_allowed = limits.least_voltage()
        self._hung: list[tuple[Part, int, float]] = []
        """Part, the element it hangs on, and the least voltage known before it came."""
        self._least = math.inf

    def hang(self, part: Part, on: int) -> bool:
        """Hang a part on an energised element; return False, changing nothing, if it cannot."""
        if not part.is_whole:
            return False
        before = self._least
        self._up[part.root] = on
        self._up.update({each: above for each, above in part.parent.items() if above != NONE})
        self._extra.update(part.mw)
        self._hung.append((part, on, before))
        fits, slope = self._load(on, part.total_mw)
        if fits:
            self._least = min(before, self._lowest(on)) - part.total_mw * slope - part.drop
            if self._least < self._least_allowed:
                # the bound is rough: look at every bus
                self._least = self._least_voltage()
                fits = self._least >= self._least_allowed
        if not fits:
            self.take_off()
        return fits

    def take_off(self) -> None:
        """Take the last part off again."""
        part, on, self._least = self._hung.pop()
        self._load(on, -part.total_mw)
        for each in part.order:
            del self._up[each], self._extra[each]

    # --- currents

    def _path(self, element: int) -> Iterator[int]:
        """Yield an energised element and what lies above it, up to the station."""
        while element != NONE:
            yield element
            element = self._up[element] if element in self._up else self.live.parent[element]

    def _load(self, on: int, mw: float) -> tuple[bool, float]:
        """Add load at an element; return whether all above it fits, and the drop it costs a MW."""
        live, elements, extra = self.live, self._elements, self._extra
        fits, slope, top = True, 0.0, on
        for each in self._path(on):
            extra[each] = extra.get(each, 0.0) + mw
            top = each
            slope += elements.drop_per_mw[each]
            base = 0.0 if each in self._up else live.mw[each]
            if base + extra[each] > self.limits.most_mw(elements, each) + _TINY_MW:
                fits = False
        return self._load_bar(live.busbar_of[top], mw) and fits, slope

    def _load_bar(self, number: int, mw: float) -> bool:
        bar = self.live.busbars[number]
        self._bars[number] += mw
        fits = bar.mw + self._bars[number] <= self._bar_limits[number] + _TINY_MW
        for each, high in bar.feeds:
            if high != number:
                fits = self._load_bar(high, mw * self.live.share(number, each)) and fits
        return fits

    # --- voltages

    def _lowest(self, on: int) -> float:
        """Return the least voltage before anything was hung on, of all that may feel it."""
        lowest = math.inf
        for each in self._path(on):
            if each not in self._up and self.live.parent[each] != NONE:
                lowest = self.live.lowest[each]
        return min(lowest, self.limits.source_voltage)

    def _least_voltage(self) -> float:
        """Return the least voltage of all that feels what was hung on."""
        live, elements, extra = self.live, self._elements, self._extra
        fall: dict[int, float] = {}
        least = math.inf
        for _part, on, _before in self._hung:
            if on in self._up:
                continue
            way = [each for each in self._path(on) if each not in fall]
            above = 0.0
            if way and live.parent[way[-1]] != NONE:
                above = fall[live.parent[way[-1]]]
            for each in reversed(way):
                above += elements.drop_per_mw[each] * extra.get(each, 0.0)
                fall[each] = above
                if live.parent[each] != NONE and above > _TINY_MW:
                    least = min(least, live.lowest[each] - above)
        voltage: dict[int, float] = {}
        for part, on, _before in self._hung:
            for each in part.order:
                above = voltage.get(self._up[each], math.nan)
                if math.isnan(above):
                    above = live.voltage[on] - fall[on]
                voltage[each] = above - elements.drop_per_mw[each] * extra[each]
                least = min(least, voltage[each])
        return least
