"""Contract the grid to switch-bounded zones, and answer questions about paths between them.

A zone is a largest connected part with no switch inside: it has supply as a whole or not at all.
In a SimBench grid each bus and each section is a zone of its own. Every question takes the switch
positions it is asked for (`closed`, one truth value a switch): those of `GridState`, those the
control room believes, or supposed ones; nothing here remembers a position.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sim.grid.assets import NONE, Grid
from sim.grid.building import without_collection
from sim.grid.elements import Elements
from sim.grid.forest import Forest

__all__ = ["DEAD", "Feed", "Positions", "Topology", "supposed"]

Positions = Sequence[bool] | bytearray | bytes
"""Position of each switch: true when closed."""

DEAD = -2
"""In a feeding tree: the zone has no supply (NONE: it is a source itself)."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def district_ix(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Feed:
    """Offer one way to feed dead zones: close this open switch between the two zones."""

    switch_ix: int
    from_zone_ix: int
    to_zone_ix: int


def supposed(closed: Positions, changes: Mapping[int, bool]) -> bytearray:
    """Return a copy of the positions with some switches changed."""
    positions = bytearray(closed)
    for switch_ix, is_closed in changes.items():
        positions[switch_ix] = is_closed
    return positions


class Topology:
    """Map assets to zones and back, and trace supply for any positions.

    Maps from assets: `zone_of_bus`, `zone_of_section`, `zone_of_substation_transformer`,
    `zone_of_transformer`. Maps from zones: `zone_sections`, `zone_transformers`,
    `zone_substation_transformers`, `zone_switches` (the switches around a zone), `zone_district_ix`
    and `zone_id` (the id of its first asset). `switch_zones[switch_ix]` are the two zones it joins;
    `neighbours[zone_ix]` lists (switch_ix, other zone_ix). `source_zones` have supply always.
    As built: `normal` positions, `normal_feed` tree, and `feeder_breaker_of_zone`, the nearest
    breaker of a line upstream (NONE in the station).
    """

    @without_collection()
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._contract()
        self._map_assets()
        self._map_switches()
        self._joined = self._join_districts()
        self.normal = bytes(device.is_closed for device in grid.switches)
        feed, self._outwards = self._traced(self.normal)
        self.normal_feed = tuple(feed)
        self.feeder_breaker_of_zone = self._feeder_breakers()

    @cached_property
    def elements(self) -> Elements:
        """Return the grid by its elements: ratings and voltage from bus to bus."""
        return Elements(self)

    # --- contraction

    def _contract(self) -> None:
        grid = self.grid
        n_buses, n_sections = len(grid.buses), len(grid.sections)
        parent = list(range(n_buses + n_sections + len(grid.substation_transformers)))

        def root(item: int) -> int:
            while parent[item] != item:
                parent[item] = parent[parent[item]]
                item = parent[item]
            return item

        def join(item: int, bus_ix: int) -> None:
            low, high = sorted((root(item), root(bus_ix)))
            parent[high] = low

        for line in grid.sections:
            if line.from_switch_ix == NONE:
                join(n_buses + line.ix, line.from_bus_ix)
            if line.to_switch_ix == NONE:
                join(n_buses + line.ix, line.to_bus_ix)
        for each in grid.substation_transformers:
            item = n_buses + n_sections + each.ix
            if each.high_switch_ix == NONE:
                join(item, each.high_bus_ix)
            if each.low_switch_ix == NONE:
                join(item, each.low_bus_ix)
        number: dict[int, int] = {}
        zones = [number.setdefault(root(item), len(number)) for item in range(len(parent))]
        self.n_zones = len(number)
        self.zone_of_bus = tuple(zones[:n_buses])
        self.zone_of_section = tuple(zones[n_buses : n_buses + n_sections])
        self.zone_of_substation_transformer = tuple(zones[n_buses + n_sections :])

    def _map_assets(self) -> None:
        grid = self.grid
        self.zone_of_transformer = tuple(self.zone_of_bus[dt.bus_ix] for dt in grid.transformers)
        self.zone_sections = self._grouped(self.zone_of_section)
        self.zone_transformers = self._grouped(self.zone_of_transformer)
        self.zone_substation_transformers = self._grouped(self.zone_of_substation_transformer)
        self.source_zones = tuple(sorted({self.zone_of_bus[ix] for ix in grid.source_bus_ix}))
        self._sources = frozenset(self.source_zones)
        # a bus names its zone before a section does, a section before a transformer
        ids, districts = [""] * self.n_zones, [NONE] * self.n_zones
        kinds: tuple[tuple[Sequence[int], Sequence[_Named]], ...] = (
            (self.zone_of_substation_transformer, grid.substation_transformers),
            (self.zone_of_section, grid.sections),
            (self.zone_of_bus, grid.buses),
        )
        for zones, assets in kinds:
            for zone_ix, asset in zip(reversed(zones), reversed(assets), strict=True):
                ids[zone_ix], districts[zone_ix] = asset.id, asset.district_ix
        self.zone_id = tuple(ids)
        self.zone_district_ix = tuple(districts)

    def _grouped(self, zones: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        groups: list[list[int]] = [[] for _ in range(self.n_zones)]
        for ix, zone_ix in enumerate(zones):
            groups[zone_ix].append(ix)
        return tuple(tuple(group) for group in groups)

    def _map_switches(self) -> None:
        pairs: list[tuple[int, int]] = []
        around: list[list[tuple[int, int]]] = [[] for _ in range(self.n_zones)]
        for device in self.grid.switches:
            zone_ix = self.zone_of_bus[device.bus_ix]
            if device.section_ix != NONE:
                other_ix = self.zone_of_section[device.section_ix]
            elif device.substation_transformer_ix != NONE:
                other_ix = self.zone_of_substation_transformer[device.substation_transformer_ix]
            else:
                other_ix = self.zone_of_bus[device.other_bus_ix]
            pairs.append((zone_ix, other_ix))
            if zone_ix != other_ix:
                around[zone_ix].append((device.ix, other_ix))
                around[other_ix].append((device.ix, zone_ix))
        self.switch_zones = tuple(pairs)
        self.neighbours = tuple(tuple(each) for each in around)
        self.zone_switches = tuple(tuple(switch for switch, _ in each) for each in around)

    def _join_districts(self) -> list[frozenset[int]]:
        """Return for each district those that switches between them lead to, itself included."""
        group = [{each.ix} for each in self.grid.districts]
        district = self.zone_district_ix
        between = {(district[one], district[other]) for one, other in self.switch_zones}
        for one, other in sorted(between):
            if group[one] is not group[other]:
                group[one] |= group[other]
                for each in group[other]:
                    group[each] = group[one]
        return [frozenset(each) for each in group]

    def _feeder_breakers(self) -> tuple[int, ...]:
        heads = bytes(each.is_feeder_breaker for each in self.grid.switches)
        breakers = [NONE] * self.n_zones
        for zone_ix in self._outwards:
            switch_ix = self.normal_feed[zone_ix]
            if switch_ix != NONE:
                is_head = heads[switch_ix]
                upper = self.beyond(switch_ix, zone_ix)
                breakers[zone_ix] = switch_ix if is_head else breakers[upper]
        return tuple(breakers)

    @cached_property
    def first_breaker_of_zone(self) -> tuple[int, ...]:
        """Return for each zone the line breaker nearest to its source as built, or NONE."""
        heads = bytes(each.is_feeder_breaker for each in self.grid.switches)
        first = [NONE] * self.n_zones
        for zone_ix in self._outwards:
            switch_ix = self.normal_feed[zone_ix]
            if switch_ix != NONE:
                above = first[self.beyond(switch_ix, zone_ix)]
                first[zone_ix] = switch_ix if above == NONE and heads[switch_ix] else above
        return tuple(first)

    @cached_property
    def forest(self) -> Forest:
        """Return the zones in the order in which they hang on each other as built."""
        feed, outwards = list(self.normal_feed), list(self._outwards)
        for zone_ix in range(self.n_zones):
            if feed[zone_ix] == DEAD:
                feed[zone_ix] = NONE
                more = [zone_ix]
                self._spread(self.normal, feed, more)
                outwards += more
        return Forest(self.grid, self.switch_zones, self.zone_transformers, feed, outwards)

    # --- tracing supply

    def feeding(self, closed: Positions, district_ix: int = NONE) -> list[int]:
        """Return for each zone the switch it is fed through, NONE for a source, or DEAD.

        Breadth first, so each zone is fed over the fewest switches. Limit it to one district, and
        those that ties join it to, to save time; zones elsewhere then read DEAD.
        """
        return self._traced(closed, district_ix)[0]

    def _traced(self, closed: Positions, district_ix: int = NONE) -> tuple[list[int], list[int]]:
        """Return what `feeding` does, and the zones with supply in the order they were reached."""
        feed = [DEAD] * self.n_zones
        within = None if district_ix == NONE else self.joined_districts(district_ix)
        waiting = [
            zone_ix
            for zone_ix in self.source_zones
            if within is None or self.zone_district_ix[zone_ix] in within
        ]
        for zone_ix in waiting:
            feed[zone_ix] = NONE
        self._spread(closed, feed, waiting)
        return feed, waiting

    def _spread(self, closed: Positions, feed: list[int], waiting: list[int]) -> None:
        neighbours = self.neighbours
        for zone_ix in waiting:  # grows while it is read: a queue
            for switch_ix, other_ix in neighbours[zone_ix]:
                if feed[other_ix] == DEAD and closed[switch_ix]:
                    feed[other_ix] = switch_ix
                    waiting.append(other_ix)

    def joined_districts(self, district_ix: int) -> frozenset[int]:
        """Return a district with all those that ties join it to, open or closed."""
        return self._joined[district_ix]

    def path_to_source(self, zone_ix: int, feed: Sequence[int]) -> list[int]:
        """Return the switches from a zone up to its source, nearest first; none for a dead zone."""
        path: list[int] = []
        while (switch_ix := feed[zone_ix]) >= 0:
            path.append(switch_ix)
            one_ix, other_ix = self.switch_zones[switch_ix]
            zone_ix = other_ix if zone_ix == one_ix else one_ix
        return path

    def upstream_breaker(self, zone_ix: int, closed: Positions) -> int:
        """Return the nearest breaker on the way from a zone to its source, or NONE."""
        came = {zone_ix: NONE}
        waiting = [zone_ix]
        for each in waiting:  # grows while it is read: a queue
            if each in self._sources:
                break
            for switch_ix, other_ix in self.neighbours[each]:
                if closed[switch_ix] and other_ix not in came:
                    came[other_ix] = switch_ix
                    waiting.append(other_ix)
        else:
            return NONE
        nearest = NONE
        while (switch_ix := came[each]) != NONE:
            if self.grid.switches[switch_ix].is_breaker:
                nearest = switch_ix
            each = self.beyond(switch_ix, each)
        return nearest

    def beyond(self, switch_ix: int, zone_ix: int) -> int:
        """Return the zone on the other side of a switch."""
        one_ix, other_ix = self.switch_zones[switch_ix]
        return other_ix if zone_ix == one_ix else one_ix

    def downstream(self, switch_ix: int, closed: Positions) -> list[int]:
        """Return the zones that would lose supply if a switch opened."""
        if not closed[switch_ix]:
            return []
        one_ix, other_ix = self.switch_zones[switch_ix]
        one, has_one = self._joined_to(one_ix, closed, {switch_ix})
        if other_ix in one:
            return []
        other, has_other = self._joined_to(other_ix, closed, {switch_ix})
        if has_one == has_other:
            return []
        return sorted(other if has_one else one)

    def _joined_to(
        self, zone_ix: int, closed: Positions, without: Collection[int]
    ) -> tuple[set[int], bool]:
        """Return zones joined to one without some switches, up to a source; say if any is."""
        reached, waiting = {zone_ix}, [zone_ix]
        for each in waiting:  # grows while it is read: a queue
            if each in self._sources:
                return reached, True
            for switch_ix, other_ix in self.neighbours[each]:
                if closed[switch_ix] and other_ix not in reached and switch_ix not in without:
                    reached.add(other_ix)
                    waiting.append(other_ix)
        return reached, False

    def _with_supply(
        self, zones: Iterable[int], closed: Positions, without: Collection[int] = ()
    ) -> set[int]:
        """Return those of some zones that a source is joined to without some switches."""
        known: dict[int, bool] = {}
        for zone_ix in zones:
            if zone_ix not in known:
                reached, has_source = self._joined_to(zone_ix, closed, without)
                known.update(dict.fromkeys(reached, has_source))
        return {zone_ix for zone_ix, has_source in known.items() if has_source}

    def normal_feeder(self, breaker_ix: int) -> list[int]:
        """Return the zones downstream of a breaker as built."""
        return self.downstream(breaker_ix, self.normal)

    def region(
        self,
        zone_ix: int,
        closed: Positions,
        *,
        past_interrupters: bool = True,
        failed: Collection[int] = (),
    ) -> set[int]:
        """Return the zones joined to a zone over closed switches.

        Or only those without a breaker or a section's fuse between, the failed ones not counted.
        """
        region, waiting = {zone_ix}, [zone_ix]
        for each in waiting:
            for switch_ix, other_ix in self.neighbours[each]:
                if (
                    other_ix not in region
                    and closed[switch_ix]
                    and (
                        past_interrupters
                        or switch_ix in failed
                        or not self.grid.switches[switch_ix].interrupts_faults
                    )
                ):
                    region.add(other_ix)
                    waiting.append(other_ix)
        return region

    def feeding_interrupters(
        self, zone_ix: int, closed: Positions, failed: Collection[int] = ()
    ) -> list[int]:
        """Return the closed breakers and section fuses that must open to kill a zone.

        They bound the part of the grid joined to the zone without one of them between, and have
        supply on their far side without that part: one on a radial feeder, two where it is fed
        from both sides (parallel transformers, a closed ring). Those `failed` do not open.
        """
        switches = self.grid.switches
        region = self.region(zone_ix, closed, past_interrupters=False, failed=failed)
        bounds = {
            switch_ix: other_ix
            for each in region
            for switch_ix, other_ix in self.neighbours[each]
            if other_ix not in region
            and closed[switch_ix]
            and switches[switch_ix].interrupts_faults
        }
        if len(bounds) <= 1:
            return list(bounds)
        live = self._with_supply(bounds.values(), closed, bounds)
        return sorted(ix for ix, other_ix in bounds.items() if other_ix in live)

    def alternative_feeds(self, zones: Iterable[int], closed: Positions) -> list[Feed]:
        """Return the open switches between these (dead, healthy) zones and zones with supply."""
        wanted = sorted(set(zones))
        around = {
            other_ix: None
            for zone_ix in wanted
            for switch_ix, other_ix in self.neighbours[zone_ix]
            if not closed[switch_ix]
        }
        if not around:
            return []
        live = self._with_supply((*wanted, *around), closed)
        return [
            Feed(switch_ix, other_ix, zone_ix)
            for zone_ix in wanted
            if zone_ix not in live
            for switch_ix, other_ix in self.neighbours[zone_ix]
            if not closed[switch_ix] and other_ix in live
        ]
