"""What control would do next about an incident: pure functions of belief.

A feeder incident goes: find the damage (indicators, then patrol) → isolate it by the nearest
switches → supply the rest, first through the feeder's breaker, then over ties by a plan within what
the grid can carry at that hour → repair → close the switches and open the ties again. A trip on the
way leads back to the search. The plan is made anew after every step, from what is believed then.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sim.control.capacity import Capacity
from sim.control.earth_search import EarthSearch, next_test
from sim.control.incidents import Incident
from sim.control.picture import Picture
from sim.control.plans import Step
from sim.grid.assets import NONE
from sim.scenario.control import Control
from sim.scenario.control import EarthSearch as EarthSettings

__all__ = ["CrewTask", "Orders", "RemoteMove", "next_orders"]


@dataclass(frozen=True, slots=True)
class RemoteMove:
    """A switch to be moved over telecontrol."""

    device: str
    closed: bool


@dataclass(frozen=True, slots=True)
class CrewTask:
    """Something a crew must do; `targets` as in the command AssignCrew."""

    task: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do now. Remote moves come in order; `is_done` says that the incident can close."""

    moves: tuple[RemoteMove, ...] = ()
    task: CrewTask | None = None
    is_done: bool = False
    is_held: bool = False
    """Customers wait because no way could carry their load now: look again later."""


def next_orders(
    incident: Incident,
    picture: Picture,
    section: Control,
    now_s: float,
    capacity: Capacity | None = None,
) -> Orders:
    """Return the next orders for an incident from what control believes now."""
    if not incident.is_feeder:
        return _transformer_orders(incident)
    if incident.search is not None:
        return _earth_orders(incident, incident.search, picture, section.earth_search)
    if capacity is None:
        capacity = Capacity(picture, section.restoration)
    search = _Search(incident, picture, section, now_s, capacity)
    for step in search.steps():
        if step is not None:
            return replace(step, is_held=search.is_held)
    return Orders(is_done=search.is_normal(), is_held=search.is_held)


def _transformer_orders(incident: Incident) -> Orders:
    if incident.unrepaired:
        return Orders(task=CrewTask("repair", (incident.unrepaired[0],)))
    if incident.damage or incident.device in incident.walked:
        return Orders(is_done=True)
    return Orders(task=CrewTask("check", (incident.device,)))


def _earth_orders(
    incident: Incident, search: EarthSearch, picture: Picture, settings: EarthSettings
) -> Orders:
    """Return the next test of the search for an earth fault, or the end of the last one."""

    def move(switch_ix: int, closed: bool) -> Orders:
        device = picture.grid.switches[switch_ix]
        if device.is_remote or device.is_breaker:
            return Orders(moves=(RemoteMove(device.id, closed),))
        target = f"{device.id}:{'close' if closed else 'open'}"
        return Orders(task=CrewTask("switch", (target,)))

    if search.trying != NONE:
        return move(search.trying, True) if search.is_read else Orders()
    left_open = [ix for ix in sorted(incident.opened_switches) if not picture.is_closed(ix)]
    if left_open:
        return move(left_open[0], True)
    if not search.has_alarm and not search.is_settling:
        return Orders(is_done=True)
    if search.is_settling or search.located:
        return Orders()
    test = next_test(search, picture, by_hand=settings.by_hand)
    return move(test, False) if test != NONE else Orders()


class _Search:
    """Walk through the steps for a feeder; each returns orders, or None when it has nothing."""

    def __init__(
        self,
        incident: Incident,
        picture: Picture,
        section: Control,
        now_s: float,
        capacity: Capacity,
    ) -> None:
        self.incident, self.picture, self.section, self.now_s = incident, picture, section, now_s
        self.capacity = capacity
        self.is_held = False
        restoration_s = incident.restoration_s
        self.until_s = now_s if math.isnan(restoration_s) else max(restoration_s, now_s)
        # the device of a lost infeed is its bus
        self.breaker = picture.grid.switch_ix.get(incident.device, NONE)
        self.bad = {picture.zone_of(asset) for asset in incident.unrepaired}
        if self._to_walk(incident.located):
            self.bad |= incident.located
        zones = [*picture.topology.switch_zones[self.breaker]] if self.breaker != NONE else []
        for switch_ix in sorted(incident.opened_switches):
            zones += picture.topology.switch_zones[switch_ix]
        zones += [picture.topology.zone_of_transformer[ix] for ix in sorted(incident.transformers)]
        self.dead = picture.dead_around(zones)

    def steps(self) -> Iterator[Orders | None]:
        """Yield the outcome of each step, most urgent first."""
        if self.incident.is_supply:
            yield self._undo_suspect_tie()
            yield self._transfer()
            yield self._supply_repaired()
            yield self._close_isolation()
            yield self._open_ties()
            return
        yield self._undo_suspect_tie()
        yield self._isolate()
        yield self._close_breaker()
        yield self._transfer()
        yield self._supply_repaired()
        yield self._repair()
        yield self._close_isolation()
        yield self._patrol()
        yield self._open_ties()

    def is_normal(self) -> bool:
        """Say whether everybody is back and the switches stand as before."""
        incident, is_closed = self.incident, self.picture.is_closed
        return (
            (self.breaker == NONE or is_closed(self.breaker))
            and not incident.transformers
            and all(is_closed(ix) for ix in incident.opened_switches)
            and not any(is_closed(ix) for ix in incident.closed_ties)
        )

    # --- helpers of the steps

    def _move(self, switch_ix: int, closed: bool) -> Orders:
        device = self.picture.grid.switches[switch_ix]
        if device.is_remote or device.is_breaker:
            return Orders(moves=(RemoteMove(device.id, closed),))
        target = f"{device.id}:{'close' if closed else 'open'}"
        return Orders(task=CrewTask("switch", (target,)))

    def _unwalked(self, zones: list[int]) -> list[str]:
        walked = self.incident.walked
        return [
            name for zone in zones for name in self.picture.walkable(zone) if name not in walked
        ]

    def _to_walk(self, zones: Iterable[int]) -> list[str]:
        """Return what is left to walk of some zones, for a bus alone the lines beside it."""
        topology, picture = self.picture.topology, self.picture
        names: dict[str, None] = {}
        for zone in sorted(zones):
            beside = () if picture.walkable(zone) else topology.neighbours[zone]
            for each in (zone, *(other for _ix, other in beside)):
                names.update(dict.fromkeys(picture.walkable(each)))
        return [name for name in names if name not in self.incident.walked]

    def _is_inside(self, switch_ix: int) -> bool:
        """Say whether both sides of a switch lie in what the fault was narrowed down to."""
        zones = self.picture.topology.switch_zones[switch_ix]
        damaged = {self.picture.zone_of(asset) for asset in self.incident.unrepaired}
        return self.incident.located.issuperset(zones) and damaged.isdisjoint(zones)

    def _may_supply(self, zones: list[int]) -> bool:
        """Say whether dead zones may get supply: no known damage, and walked or worth a try."""
        if not zones or self.bad.intersection(zones):
            return False
        if self._to_walk(self.incident.suspected.intersection(zones)):
            return False
        if not self._unwalked(zones) or self.incident.is_supply:
            return True
        has_cause = bool(self.incident.damage) or bool(self.incident.opened_switches)
        return (
            self.section.supply_unpatrolled
            and has_cause
            and self.incident.tries < self.section.switching_tries
        )

    # --- the steps

    def _undo_suspect_tie(self) -> Orders | None:
        tie = self.incident.suspect_tie
        if tie < 0 or not self.picture.is_closed(tie):
            return None
        return self._move(tie, closed=False)

    def _isolate(self) -> Orders | None:
        """Open the closed switches around known damage; an indicated section only by remote."""
        bad = set(self.bad)
        suspected = self.picture.zone_of(self.incident.section) if self.incident.section else NONE
        if not bad and suspected != NONE and not self.picture.is_live(suspected):
            switches = self.picture.topology.zone_switches[suspected]
            devices = [self.picture.grid.switches[ix] for ix in switches]
            if all(device.is_remote or device.is_breaker for device in devices):
                self.bad.add(suspected)
                bad.add(suspected)
        boundary = sorted(
            {
                switch_ix
                for zone in bad
                for switch_ix in self.picture.topology.zone_switches[zone]
                if self.picture.is_closed(switch_ix) and not self._is_inside(switch_ix)
            }
        )
        if not boundary:
            return None
        devices = [self.picture.grid.switches[ix] for ix in boundary]
        moves = tuple(RemoteMove(d.id, False) for d in devices if d.is_remote or d.is_breaker)
        by_hand = tuple(f"{d.id}:open" for d in devices if not (d.is_remote or d.is_breaker))
        return Orders(moves, CrewTask("switch", by_hand) if by_hand else None)

    def _close_breaker(self) -> Orders | None:
        if self.picture.is_closed(self.breaker):
            return None
        gains = self.picture.gains(self.breaker)
        suspect_undone = self.incident.suspect_tie >= 0
        zones = self.picture.topology.switch_zones[self.breaker]
        if all(self.picture.is_live(zone) for zone in zones):
            # all of it is fed over ties
            return self._move(self.breaker, closed=True)
        if self._may_supply(gains) or (suspect_undone and not self.bad.intersection(gains)):
            if self.capacity.fits_as_built(self.breaker, gains, self.now_s):
                return self._move(self.breaker, closed=True)
            # cold load: section by section
            orders = self._planned(gains, [(self.breaker, 1.0)], self.now_s)
            if orders is None and self.capacity.waits_in_vain(self.breaker, gains, self.now_s):
                orders = self._move(self.breaker, closed=True)
            return orders
        return None

    def _transfer(self) -> Orders | None:
        """Move the next switch of the plan that supplies most over ties within the limits."""
        picture, incident = self.picture, self.incident
        normal = picture.topology.normal
        ways = [
            # what is closed as built was opened by a neighbour, or here: it is the last choice
            (switch_ix, zone)
            for switch_ix, zone in picture.open_ways(self.dead)
            if not normal[switch_ix] or switch_ix in incident.opened_switches
        ]
        if not ways:
            return None
        part_of = self._parts()
        # a part without a way in may hang on one that has: all that may be supplied are asked for
        usable = {id(part): part for part in part_of.values()}
        usable = {key: part for key, part in usable.items() if self._may_supply(part)}
        unwalked = {key: bool(self._unwalked(part)) for key, part in usable.items()}
        entries: list[tuple[int, float]] = []
        for switch_ix, zone in ways:
            key = id(part_of[zone])
            if key in usable and not (switch_ix in incident.refused_ties and unwalked[key]):
                device = picture.grid.switches[switch_ix]
                is_remote = device.is_remote or device.is_breaker
                entries.append((switch_ix, 1.0 + is_remote - 2.0 * normal[switch_ix]))
        zones = [zone for part in usable.values() for zone in part]
        if not entries or not picture.transformers_in(zones):
            return None
        return self._planned(zones, entries, self.until_s)

    def _parts(self) -> dict[int, list[int]]:
        """Return for each dead zone the part of those joined to it."""
        part_of: dict[int, list[int]] = {}
        for zone in self.dead:
            if zone not in part_of:
                part = self.picture.dead_around([zone])
                part_of.update(dict.fromkeys(part, part))
        return part_of

    def _planned(
        self, zones: list[int], entries: list[tuple[int, float]], until_s: float
    ) -> Orders | None:
        """Return the first move of a plan, or all its openings; note if customers stay dark."""
        incident, normal = self.incident, self.picture.topology.normal
        is_closed = self.picture.is_closed
        n_used = sum(map(is_closed, incident.closed_ties)) + sum(
            not is_closed(ix) and not self._is_around_damage(ix) for ix in incident.opened_switches
        )
        found = self.capacity.plan(
            zones,
            entries,
            lambda ix: not normal[ix] or ix in incident.opened_switches,
            self.section.restoration.steps_at_most - n_used,
            self.now_s,
            until_s,
        )
        if self.picture.transformers_in(zone for zone in zones if zone not in found.zones):
            self.is_held = True
        return self._begin(found.steps)

    def _begin(self, steps: tuple[Step, ...]) -> Orders | None:
        """Return the openings a plan begins with, or else its first closing."""
        openings = []
        for step in steps:
            if step.closed:
                break
            openings.append(self.picture.grid.switches[step.switch_ix])
        if openings:
            moves = [RemoteMove(d.id, False) for d in openings if d.is_remote or d.is_breaker]
            by_hand = [f"{d.id}:open" for d in openings if not (d.is_remote or d.is_breaker)]
            task = CrewTask("switch", tuple(by_hand)) if by_hand else None
            return Orders(tuple(moves), task)
        return self._move(steps[0].switch_ix, closed=True) if steps else None

    def _is_around_damage(self, switch_ix: int) -> bool:
        zones = self.picture.topology.switch_zones[switch_ix]
        return bool(self.bad.intersection(zones))

    def _repair(self) -> Orders | None:
        if not self.incident.unrepaired:
            return None
        return Orders(task=CrewTask("repair", (self.incident.unrepaired[0],)))

    def _supply_repaired(self) -> Orders | None:
        """Close what was opened when that brings customers back while other damage waits."""
        for ix, gains in self._closable():
            if gains and self._leads_to_customers(gains) and self._fits(ix, gains):
                return self._move(ix, closed=True)
        return None

    def _fits(self, switch_ix: int, gains: list[int]) -> bool:
        """Say whether dead zones may be supplied over a switch at their load; note if not."""
        fits = self.capacity.fits(switch_ix, gains, self.now_s, self.until_s)
        if not fits and self.picture.transformers_in(gains):
            self.is_held = True
        return fits

    def _leads_to_customers(self, zones: list[int]) -> bool:
        """Say whether customers come back with dead zones, or over switches opened to isolate."""
        topology, seen = self.picture.topology, set(zones)
        waiting = list(zones)
        for zone in waiting:  # grows while it is read: a queue
            for switch_ix, other in topology.neighbours[zone]:
                if (
                    switch_ix in self.incident.opened_switches
                    and other not in seen | self.bad
                    and not self.picture.is_live(other)
                ):
                    beyond = self.picture.dead_around([other])
                    waiting += [each for each in beyond if each not in seen]
                    seen.update(beyond)
        return bool(self.picture.transformers_in(seen))

    def _close_isolation(self) -> Orders | None:
        """Close what was opened, once the damage is repaired."""
        for ix, gains in self._closable():
            if not gains and not (self._ends_a_detour(ix) and self._may_return(ix)):
                continue
            if not gains or self._is_usual_way(ix, gains) or self._fits(ix, gains):
                return self._move(ix, closed=True)
        return None

    def _may_return(self, switch_ix: int) -> bool:
        """Say whether the usual way can take back what the ties carry; note if it must wait."""
        moves = {switch_ix: True, **dict.fromkeys(self.incident.closed_ties, False)}
        may = self.capacity.may_return(moves, self.now_s)
        self.is_held = self.is_held or not may
        return may

    def _ends_a_detour(self, switch_ix: int) -> bool:
        """Say whether a ring closed here can be opened at a tie: one side is fed as built."""
        zones = self.picture.topology.switch_zones[switch_ix]
        return any(self.picture.is_fed_as_built(zone) for zone in zones)

    def _is_usual_way(self, switch_ix: int, gains: list[int]) -> bool:
        """Say whether a switch supplies from the feeder's own breaker what it usually does."""
        picture = self.picture
        zones = picture.topology.switch_zones[switch_ix]
        live = next(zone for zone in zones if picture.is_live(zone))
        breaker = picture.topology.feeder_breaker_of_zone[gains[0]]
        if picture.upstream_breaker(live) != breaker:
            return False
        fits = self.capacity.fits_as_built(switch_ix, gains, self.now_s) or (
            self.capacity.waits_in_vain(switch_ix, gains, self.now_s)
        )
        self.is_held = self.is_held or not fits
        return fits

    def _closable(self) -> Iterator[tuple[int, list[int]]]:
        """Yield the opened switches that may go back now, with the zones each would supply."""
        for ix in sorted(self.incident.opened_switches):
            zones = self.picture.topology.switch_zones[ix]
            if (
                self.picture.is_closed(ix)
                or self.bad.intersection(zones)
                or not any(self.picture.is_live(zone) for zone in zones)
            ):
                continue
            gains = self.picture.gains(ix)
            if not gains or self._may_supply(gains):
                yield ix, gains

    def _patrol(self) -> Orders | None:
        """Walk what is dead, from the indicated section or from the breaker outwards."""
        names = self._unwalked(self.dead)
        pointed_at = self.incident.located | self.incident.suspected.intersection(self.dead)
        names += [each for each in self._to_walk(pointed_at) if each not in names]
        if not names:
            return None
        waits = self.now_s < self.incident.opened_s + self.section.locate_for
        if waits and not self.incident.has_reading and not self.incident.walked:
            return Orders()
        if self.incident.section in names:
            names.remove(self.incident.section)
            names.insert(0, self.incident.section)
        return Orders(task=CrewTask("patrol", tuple(names)))

    def _open_ties(self) -> Orders | None:
        """Return to the normal state of the feeder without switching anybody off."""
        for ix in sorted(self.incident.closed_ties):
            if self.picture.is_closed(ix) and not self.picture.downstream(ix):
                return self._move(ix, closed=False)
        return None
