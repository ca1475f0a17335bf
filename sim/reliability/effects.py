"""What a fault in a zone does: who is tripped, who waits for switching, who for the repair.

The order is that of protection and control: the nearest breakers or fuses that feed the zone open;
the switches around the zone are opened; what opened closes again, if it does not bound the zone;
then normally open switches are closed onto what is still dead, the most customers first. What is
left waits for the repair. `control.switching` takes the same steps on belief, with crews.

Healthy parts are what hangs together without the zone. A part is back when the switches between
it and the zone are open and one way to a live part is closed: after `remote_switching_time` if all
of these are under remote control, else after `switching_time`, and never before the part it is fed
through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sim.grid.assets import NONE, Switch
from sim.grid.flows import check_switching
from sim.grid.topology import DEAD, Topology, supposed
from sim.reliability.headroom import Headroom
from sim.reliability.supply_tree import Run, SupplyTree
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S

__all__ = ["Effect", "Effects"]

LIVE = -1
"""The part of everything that keeps its supply."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Say who loses supply, as runs of places in `SupplyTree.points`.

    `back`: (run, hours until switching brings it back). `out`: runs that wait for the repair.
    `isolated_h`: hours until the zone is isolated.
    """

    devices: tuple[int, ...]
    back: tuple[tuple[Run, float], ...]
    out: tuple[Run, ...]
    isolated_h: float


@dataclass(slots=True)
class _Part:
    """Healthy zones that hang together, as runs of positions, and the switches to the zone."""

    runs: tuple[Run, ...]
    isolators: tuple[int, ...] = ()
    h: float | None = None


@dataclass(slots=True)
class _Broken:
    """The parts a fault leaves, and the ways to join them: (switch_ix, part, part or LIVE)."""

    zone_ix: int
    devices: tuple[int, ...]
    parts: list[_Part] = field(default_factory=list)
    reclosing: list[tuple[int, int, int]] = field(default_factory=list)
    ties: list[tuple[int, int, int]] = field(default_factory=list)
    by_hand: bool = False
    reclosed: set[int] = field(default_factory=set)
    """Parts that are fed as built again."""
    trip: Run | None = None
    """What lost supply, where that follows the tree."""


class Effects:
    """Answer what a fault in any zone does, with the grid as built before it."""

    def __init__(
        self, topology: Topology, settings: Reliability, practice: Protection | None = None
    ) -> None:
        """Take the settings; practice: how devices reclose, without one the defaults."""
        self.topology = topology
        self.tree = SupplyTree(topology, practice or Protection())
        self._settings = settings
        self._switches: Sequence[Switch] = topology.grid.switches
        customers = topology.grid.transformer_customers
        self._customers = [0]
        for ix in self.tree.points:
            self._customers.append(self._customers[-1] + int(customers[ix]))

    def customers_in(self, points: Run) -> int:
        """Return the customers of a run of places in `SupplyTree.points`."""
        return self._customers[points.end] - self._customers[points.start]

    def of_zone(
        self,
        zone_ix: int,
        *,
        device_fails: bool = False,
        with_ties: bool = True,
        by_flooding: bool = False,
    ) -> Effect:
        """Return the effect of a fault in a zone; nothing for a zone without supply.

        `device_fails`: the nearest device stays closed, and the next one upstream opens; then
        somebody must go there whatever is under remote control.
        `by_flooding` traces all of the district instead of the tree, which meshed parts need
        anyway; the answer is the same.
        """
        if self.tree.position[zone_ix] == NONE:
            return Effect((), (), (), 0.0)
        seen_from = self.tree.above_device(zone_ix) if device_fails else zone_ix
        if seen_from == NONE:
            return Effect((), (), (), 0.0)
        if by_flooding or self.tree.is_meshed[zone_ix] or self.tree.is_meshed[seen_from]:
            broken = self._by_flooding(zone_ix, device_fails)
        else:
            broken = self._by_tree(zone_ix, seen_from)
        broken.by_hand = device_fails
        if not with_ties:
            broken.ties.clear()
        self._resupply(broken)
        own = Run(self.tree.position[zone_ix], self.tree.position[zone_ix] + 1)
        dead = [own, *(run for part in broken.parts if part.h is None for run in part.runs)]
        around = self.topology.zone_switches[zone_ix]
        return Effect(
            broken.devices,
            tuple(
                (points, part.h)
                for part in broken.parts
                if part.h is not None
                for points in self._points(part.runs)
            ),
            tuple(self._points(dead)),
            self._hours((ix for ix in around if self.topology.normal[ix]), broken.by_hand),
        )

    def _points(self, runs: Iterable[Run]) -> list[Run]:
        found = [self.tree.points_of(run) for run in runs]
        return [run for run in found if run.end > run.start]

    def _hours(self, switches: Iterable[int], by_hand: bool) -> float:
        """Return the hours to move some switches; none to move none."""
        moved = [self._switches[ix] for ix in switches]
        if not moved:
            return 0.0
        remote = not by_hand and all(each.is_remote or each.is_breaker for each in moved)
        taken_s = self._settings.switching_time
        if remote:  # and by hand too, should that be sooner
            taken_s = min(self._settings.remote_switching_time, taken_s)
        return taken_s / HOUR_S

    # --- parts

    def _by_tree(self, zone_ix: int, seen_from: int) -> _Broken:
        """Cut the tree at the zone: what hangs below it on each switch, and the rest of the trip.

        Takes as long as the zone has neighbours and normally open switches below it.
        """
        tree, zones = self.tree, self.topology.switch_zones
        device = tree.device[seen_from]
        trip, below = tree.tripped_by(seen_from), tree.run_of(zone_ix)
        broken = _Broken(zone_ix, (device,) if device != NONE else (), trip=trip)
        parts = broken.parts
        parts += [_Part((tree.run_of(c),), (s,)) for s, c in tree.children(zone_ix)]
        rest = tuple(
            run
            for run in (Run(trip.start, below.start), Run(below.end, trip.end))
            if run.end > run.start
        )
        upstream = LIVE
        if rest:
            upstream = len(parts)
            parts.append(_Part(rest, (self.topology.normal_feed[zone_ix],)))
            broken.reclosing.append((device, upstream, LIVE))

        def part_of(position: int) -> int:
            if position in below:
                return _place(parts, position)
            return upstream if position in trip else LIVE

        for position, switch_ix in tree.open_ends_in(trip):
            one, other = (tree.position[each] for each in zones[switch_ix])
            # one with both ends in the trip is met twice, one that leads nowhere never
            if NONE in (one, other) or tree.position[zone_ix] in (one, other):
                continue
            if position == max(one, other) and min(one, other) in trip:
                continue
            broken.ties.append((switch_ix, part_of(one), part_of(other)))
        return broken

    def _by_flooding(self, zone_ix: int, device_fails: bool) -> _Broken:
        """Trace the supply of the whole district after the trip and after the isolation."""
        topology = self.topology
        district_ix = topology.zone_district_ix[zone_ix]
        devices = tuple(topology.feeding_interrupters(zone_ix, topology.normal))
        device = self.tree.device[zone_ix]
        is_alone = device != NONE and not self.tree.is_meshed[zone_ix]
        if is_alone and self._switches[device].is_sectionaliser and not device_fails:
            devices = (device,)
        if device_fails:
            devices = tuple(topology.feeding_interrupters(zone_ix, topology.normal, devices))
        bounds = [ix for ix in topology.zone_switches[zone_ix] if topology.normal[ix]]
        tripped = supposed(topology.normal, dict.fromkeys(devices or bounds, False))
        after_trip = topology.feeding(tripped, district_ix)
        isolated = supposed(tripped, dict.fromkeys(bounds, False))
        joined = topology.joined_districts(district_ix)
        lost = [
            each
            for each in self.tree.zone_at
            if topology.zone_district_ix[each] in joined
            and each != zone_ix
            and after_trip[each] == DEAD
        ]
        broken = _Broken(zone_ix, devices)
        part_of = self._flooded_parts(broken, lost, isolated, bounds)
        for switch_ix in {ix for each in lost for ix in topology.zone_switches[each]}:
            one, other = topology.switch_zones[switch_ix]
            fed = NONE not in (self.tree.position[one], self.tree.position[other])
            if zone_ix in (one, other) or not fed or isolated[switch_ix]:
                continue
            way = (switch_ix, part_of.get(one, LIVE), part_of.get(other, LIVE))
            (broken.reclosing if topology.normal[switch_ix] else broken.ties).append(way)
        broken.reclosing.sort()
        broken.ties.sort()
        return broken

    def _flooded_parts(
        self, broken: _Broken, lost: Iterable[int], isolated: bytearray, bounds: Iterable[int]
    ) -> dict[int, int]:
        """Gather the lost zones that hang together, and return the part of each zone."""
        part_of: dict[int, int] = {}
        for first in lost:
            if first in part_of:
                continue
            number = len(broken.parts)
            zones = sorted(self.topology.region(first, isolated))
            part_of.update(dict.fromkeys(zones, number))
            places = [self.tree.position[each] for each in zones]
            broken.parts.append(_Part(tuple(Run(each, each + 1) for each in places)))
        for switch_ix in bounds:
            one, other = self.topology.switch_zones[switch_ix]
            number = part_of.get(other if one == broken.zone_ix else one, LIVE)
            if number != LIVE:
                broken.parts[number].isolators += (switch_ix,)
        return part_of

    # --- supplying the parts again

    def _resupply(self, broken: _Broken) -> None:
        """Close what opened, then ties, until no way is left; set the hours of each part."""
        if not broken.parts:
            return
        allowed = self._within_ratings(broken)
        refused: set[int] = set()
        while True:
            best = min(self._ranked(broken, refused), default=None)
            if best is None:
                break
            h, is_tie, _customers, switch_ix, number = best
            if not is_tie or allowed is None or allowed(switch_ix, number):
                broken.parts[number].h = h
                if not is_tie:
                    broken.reclosed.add(number)
            else:
                refused.add(switch_ix)

    def _ranked(
        self, broken: _Broken, refused: set[int]
    ) -> list[tuple[float, bool, int, int, int]]:
        """Return the ways from a live part to a dead one.

        Soonest first, then what was closed as built, then most customers: (hours, whether it is a
        tie, customers less than none, switch_ix, part).
        """
        ranked = []
        ways = [(*way, False) for way in broken.reclosing] + [(*way, True) for way in broken.ties]
        for switch_ix, one, other, is_tie in ways:
            for dead, live in ((one, other), (other, one)):
                if dead == LIVE or broken.parts[dead].h is not None or switch_ix in refused:
                    continue
                since = 0.0 if live == LIVE else broken.parts[live].h
                if since is None:
                    continue
                part = broken.parts[dead]
                h = max(since, self._hours((*part.isolators, switch_ix), broken.by_hand))
                customers = sum(self.customers_in(self.tree.points_of(run)) for run in part.runs)
                ranked.append((h, is_tie, -customers, switch_ix, dead))
        return ranked

    def _within_ratings(self, broken: _Broken) -> Callable[[int, int], bool] | None:
        """Return the check of each closing onto a part, in turn; None where ratings are ignored."""
        if self._settings.ratings == "ignored":
            return None
        around = self.topology.zone_switches[broken.zone_ix]
        closed = supposed(self.topology.normal, dict.fromkeys(around, False))

        taken_over_mw = 0.0

        def check(switch_ix: int, number: int) -> bool:
            nonlocal taken_over_mw
            runs = broken.parts[number].runs
            load_mw = self._headroom.load_mw(runs)
            live = self._live_end(broken, switch_ix, number)
            # NOTE: speed: 100 times a load flow's on thousands of buses, and mostly enough
            surely = live != NONE and self._headroom.fits(live, runs, load_mw, taken_over_mw)
            # what could close onto the part again stays open when the tie takes it over
            left_open = [ix for ix, *ends in broken.reclosing if number in ends]
            moves = {switch_ix: True, **dict.fromkeys(left_open, False)}
            if not surely and not check_switching(self.topology, closed, moves).is_allowed:
                return False
            for ix, is_closed in moves.items():
                closed[ix] = is_closed
            taken_over_mw += load_mw
            return True

        return check

    @cached_property
    def _headroom(self) -> Headroom:
        return Headroom(self.tree)

    def _live_end(self, broken: _Broken, switch_ix: int, number: int) -> int:
        """Return the zone before a tie to a part, where it is fed as built; else NONE."""
        _switch_ix, one, other = next(way for way in broken.ties if way[0] == switch_ix)
        if broken.trip is None or (other if one == number else one) not in (
            LIVE,
            *broken.reclosed,
        ):
            return NONE
        position, runs = self.tree.position, broken.parts[number].runs
        ends = self.topology.switch_zones[switch_ix]
        return next(each for each in ends if not any(position[each] in run for run in runs))


def _place(parts: Sequence[_Part], position: int) -> int:
    """Return the part a position below the zone lies in."""
    return next(i for i, part in enumerate(parts) if any(position in run for run in part.runs))
