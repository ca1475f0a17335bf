"""Load flows of radial states, so that a switching can be refused for rings or for overload.

The load is summed from the ends towards the station; the current of a section is
I = P / (sqrt(3) U cos phi), with all loads at one power factor and losses left out. Transformers
in parallel on one busbar share its load by their ratings. Blown fuses are not considered.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sim.grid.assets import NONE
from sim.grid.elements import Elements
from sim.grid.topology import Positions, Topology, supposed

__all__ = [
    "Busbar",
    "Flows",
    "LiveTree",
    "Overload",
    "SwitchingCheck",
    "check_switching",
    "flows",
    "live_tree",
]


@dataclass(frozen=True, slots=True)
class Flows:
    """Hold the flows of one district; both empty when the state is meshed.

    `ring_switch_ix` closes a ring over lines, NONE when the state is radial.
    `section_ka`: kA by section_ix. `transformer_mva`: MVA by substation_transformer_ix.
    Only energised assets with a flow are listed.
    """

    ring_switch_ix: int
    section_ka: dict[int, float]
    transformer_mva: dict[int, float]


@dataclass(frozen=True, slots=True)
class Overload:
    """Name a section or substation transformer above its rating: load over rating, 1 is full."""

    asset_id: str
    loading: float
    loading_before: float


@dataclass(frozen=True, slots=True)
class SwitchingCheck:
    """Say what a supposed switching would do; a ring makes the flows unknown."""

    ring_switch_ix: int
    overloads: tuple[Overload, ...]

    @property
    def is_meshed(self) -> bool:
        """Say whether the switching would close a ring over lines."""
        return self.ring_switch_ix != NONE

    @property
    def is_allowed(self) -> bool:
        """Say whether it leaves a radial state and overloads nothing more than before."""
        return not self.is_meshed and all(
            each.loading <= each.loading_before for each in self.overloads
        )


@dataclass(slots=True)
class Busbar:
    """Buses of a station joined without a transformer, and what feeds them.

    `feeds`: (substation transformer, busbar it hangs on), in service; none where it is a source.
    """

    mw: float = 0.0
    feeds: list[tuple[int, int]] = field(default_factory=list)
    limit_mw: float = math.inf
    """What its transformers may carry together."""


class LiveTree:
    """The energised part of one district in a radial state, from the station outwards.

    By element: `order` beyond the station, `parent` (NONE in the station), `mw` through it,
    `voltage` per unit at its far end, and `lowest` voltage of what hangs on it, itself included.
    `busbar_of` leads from the buses of the station to `busbars`. A `ring_switch_ix` that is not
    NONE closes a ring over lines; nothing else is known then.
    """

    def __init__(
        self,
        elements: Elements,
        closed: Positions,
        source_buses: Sequence[int],
        bus_mw: Sequence[float],
        source_voltage: float = 1.0,
    ) -> None:
        self.elements = elements
        self.ring_switch_ix = NONE
        self.order: list[int] = []
        self.mw: dict[int, float] = {}
        self.voltage: dict[int, float] = {}
        self.busbars: list[Busbar] = []
        self.busbar_of: dict[int, int] = {}
        station = self._station(closed, source_buses)
        self.parent = dict.fromkeys(station, NONE)
        self._reach(closed, station)
        if self.ring_switch_ix != NONE:
            return
        self.mw = {each: 0.0 for each in self.parent}
        for each in self.parent:
            if each < elements.first_section:
                self.mw[each] = bus_mw[each]
        for each in reversed(self.order):
            self.mw[self.parent[each]] += self.mw[each]
        self.voltage = dict.fromkeys(station, source_voltage)
        for each in self.order:
            drop = elements.drop_per_mw[each] * self.mw[each]
            self.voltage[each] = self.voltage[self.parent[each]] - drop
        self.lowest = dict(self.voltage)
        for each in reversed(self.order):
            above = self.parent[each]
            self.lowest[above] = min(self.lowest[above], self.lowest[each])
        self._find_busbars(closed, station)
        self._feed_busbars(closed, station, {self.busbar_of[each] for each in source_buses})

    def _station(self, closed: Positions, source_buses: Sequence[int]) -> list[int]:
        """Return the elements with supply that no line lies between: rings there are allowed."""
        elements = self.elements
        found = list(source_buses)
        seen = set(found)
        for each in found:  # grows while it is read: a queue
            for other, switch_ix in elements.around[each]:
                if (
                    (switch_ix == NONE or closed[switch_ix])
                    and other not in seen
                    and not elements.is_section(other)
                ):
                    seen.add(other)
                    found.append(other)
        return found

    def _reach(self, closed: Positions, station: list[int]) -> None:
        """Follow the lines outwards; stop at the first ring that a switch could open."""
        elements, parent = self.elements, self.parent
        inside = set(station)
        waiting = list(station)
        for each in waiting:  # grows while it is read: a queue
            for other, switch_ix in elements.around[each]:
                if switch_ix != NONE and not closed[switch_ix]:
                    continue
                if other not in parent:
                    parent[other] = each
                    waiting.append(other)
                elif other != parent[each] and parent[other] != each:
                    # a ring; inside the station or inside one zone no switch tells it apart
                    if each in inside and other in inside:
                        continue
                    if elements.zone[each] != elements.zone[other]:
                        self.ring_switch_ix = switch_ix
                        return
        self.order = waiting[len(station) :]

    def _find_busbars(self, closed: Positions, station: list[int]) -> None:
        """Join the buses of the station that no transformer lies between."""
        elements, busbar_of = self.elements, self.busbar_of
        inside = set(station)
        for first in station:
            if first in busbar_of or elements.is_transformer(first):
                continue
            bar, number = Busbar(), len(self.busbars)
            self.busbars.append(bar)
            busbar_of[first] = number
            waiting = [first]
            for each in waiting:  # grows while it is read: a queue
                bar.mw += self.mw[each]
                for other, switch_ix in elements.around[each]:
                    if (
                        (switch_ix == NONE or closed[switch_ix])
                        and other in inside
                        and other not in busbar_of
                        and not elements.is_transformer(other)
                    ):
                        busbar_of[other] = number
                        waiting.append(other)

    def _feed_busbars(self, closed: Positions, station: list[int], sources: set[int]) -> None:
        """Hang busbars on each other by their transformers, and sum the load upwards."""
        elements, busbar_of = self.elements, self.busbar_of
        for each in station:
            if not elements.is_transformer(each):
                continue
            high, low = elements.high_side(each), elements.low_side(each)
            is_on = all(s == NONE or closed[s] for _other, s in elements.around[each])
            if is_on and high in busbar_of and busbar_of[low] not in sources:
                self.busbars[busbar_of[low]].feeds.append((each, busbar_of[high]))
        # a busbar comes after the one it hangs on
        for number in reversed(range(len(self.busbars))):
            bar = self.busbars[number]
            if bar.feeds:
                bar.limit_mw = sum(elements.limit_mw[each] for each, _high in bar.feeds)
            for each, high in bar.feeds:
                if high != number:
                    self.busbars[high].mw += bar.mw * self.share(number, each)

    @property
    def least_voltage(self) -> float:
        """Return the least voltage of all."""
        return min(self.voltage.values(), default=math.inf)

    def share(self, busbar: int, transformer: int) -> float:
        """Return the share of a busbar's load that one of its transformers carries."""
        bar = self.busbars[busbar]
        whole = bar.limit_mw
        return self.elements.limit_mw[transformer] / whole if whole else 1.0 / len(bar.feeds)


def live_tree(
    topology: Topology,
    closed: Positions,
    district_ix: int,
    bus_mw: Sequence[float],
    source_voltage: float = 1.0,
    dark_sources: Collection[int] = (),
) -> LiveTree:
    """Return the energised part of one district, and of those ties join it to.

    Zones in `dark_sources` have no supply from outside.
    """
    grid = topology.grid
    joined = topology.joined_districts(district_ix)
    sources = [
        ix
        for ix in grid.source_bus_ix
        if grid.buses[ix].district_ix in joined and topology.zone_of_bus[ix] not in dark_sources
    ]
    return LiveTree(topology.elements, closed, sources, bus_mw, source_voltage)


def flows(
    topology: Topology, closed: Positions, district_ix: int, load_scale: float = 1.0
) -> Flows:
    """Return the flows of one district for any positions; `load_scale` multiplies all loads."""
    elements, grid = topology.elements, topology.grid
    bus_mw = elements.bus_mw((grid.transformer_load_mw * load_scale).tolist())
    tree = live_tree(topology, closed, district_ix, bus_mw)
    if tree.ring_switch_ix != NONE:
        return Flows(tree.ring_switch_ix, {}, {})
    section_ka: dict[int, float] = {}
    transformer_mva: dict[int, float] = {}
    for each in tree.order:
        if elements.is_section(each):
            line = grid.sections[each - elements.first_section]
            ka = tree.mw[each] / (math.sqrt(3.0) * line.kv * grid.power_factor)
            section_ka[line.ix] = ka
        elif elements.is_transformer(each):
            mva = tree.mw[each] / grid.power_factor
            transformer_mva[each - elements.first_transformer] = mva
    for number, bar in enumerate(tree.busbars):
        for each, _high in bar.feeds:
            mva = bar.mw * tree.share(number, each) / grid.power_factor
            transformer_mva[each - elements.first_transformer] = mva
    return Flows(NONE, section_ka, transformer_mva)


def check_switching(
    topology: Topology,
    closed: Positions,
    changes: Mapping[int, bool],
    load_scale: float = 1.0,
) -> SwitchingCheck:
    """Say which assets of the districts concerned would be above rating after these changes."""
    after_positions = supposed(closed, changes)
    overloads: list[Overload] = []
    for district_ix in sorted({topology.grid.switches[ix].district_ix for ix in changes}):
        after = flows(topology, after_positions, district_ix, load_scale)
        if after.ring_switch_ix != NONE:
            return SwitchingCheck(after.ring_switch_ix, ())
        loading = _loadings(topology, after)
        if any(share > 1.0 for share in loading.values()):
            before = _loadings(topology, flows(topology, closed, district_ix, load_scale))
            overloads += [
                Overload(asset_id, share, before.get(asset_id, 0.0))
                for asset_id, share in loading.items()
                if share > 1.0
            ]
    return SwitchingCheck(NONE, tuple(overloads))


def _loadings(topology: Topology, of: Flows) -> dict[str, float]:
    grid = topology.grid
    loading: dict[str, float] = {}
    for ix, ka in of.section_ka.items():
        line = grid.sections[ix]
        loading[line.id] = ka / line.max_i_ka if line.max_i_ka else math.inf
    for ix, mva in of.transformer_mva.items():
        each = grid.substation_transformers[ix]
        loading[each.id] = mva / each.rated_mva if each.rated_mva else math.inf
    return loading
