"""What control would do next about an incident: pure functions of belief.

A feeder incident goes: find the damage (indicators, then patrol) → isolate it by the nearest
switches → supply the rest, first through the feeder's breaker, then through ties within ampacity →
repair → close the switches and open the ties again. A trip on the way leads back to the search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.control.incidents import Incident
from sim.control.picture import Picture
from sim.grid.assets import NONE
from sim.grid.flows import check_switching
from sim.scenario.control import Control

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


def next_orders(incident: Incident, picture: Picture, section: Control, now_s: float) -> Orders:
    """Return the next orders for an incident from what control believes now."""
    if not incident.is_feeder:
        return _transformer_orders(incident)
    search = _Search(incident, picture, section, now_s)
    for step in search.steps():
        if step is not None:
            return step
    return Orders(is_done=search.is_normal())


def _transformer_orders(incident: Incident) -> Orders:
    if incident.unrepaired:
        return Orders(task=CrewTask("repair", (incident.unrepaired[0],)))
    if incident.damage or incident.device in incident.walked:
        return Orders(is_done=True)
    return Orders(task=CrewTask("check", (incident.device,)))


class _Search:
    """Walk through the steps for a feeder; each returns orders, or None when it has nothing."""

    def __init__(
        self, incident: Incident, picture: Picture, section: Control, now_s: float
    ) -> None:
        self.incident, self.picture, self.section, self.now_s = incident, picture, section, now_s
        self.breaker = picture.grid.switch_ix[incident.device]
        self.bad = {picture.zone_of(asset) for asset in incident.unrepaired}
        zones = [*picture.topology.switch_zones[self.breaker]]
        for switch_ix in sorted(incident.opened_switches):
            zones += picture.topology.switch_zones[switch_ix]
        zones += [picture.topology.zone_of_transformer[ix] for ix in sorted(incident.transformers)]
        self.dead = picture.dead_around(zones)

    def steps(self) -> Iterator[Orders | None]:
        """Yield the outcome of each step, most urgent first."""
        yield self._undo_suspect_tie()
        yield self._isolate()
        yield self._close_breaker()
        yield self._close_tie()
        yield self._supply_repaired()
        yield self._repair()
        yield self._close_isolation()
        yield self._patrol()
        yield self._open_ties()

    def is_normal(self) -> bool:
        """Say whether everybody is back and the switches stand as before."""
        incident, is_closed = self.incident, self.picture.is_closed
        return (
            is_closed(self.breaker)
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

    def _may_supply(self, zones: list[int]) -> bool:
        """Say whether dead zones may get supply: no known damage, and walked or worth a try."""
        if not zones or self.bad.intersection(zones):
            return False
        if not self._unwalked(zones):
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
            switch_ix
            for zone in bad
            for switch_ix in self.picture.topology.zone_switches[zone]
            if self.picture.is_closed(switch_ix)
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
            return self._move(self.breaker, closed=True)
        return None

    def _close_tie(self) -> Orders | None:
        """Close the tie that brings back the most customers within the ratings."""
        positions = self.picture.positions()
        best: tuple[float, int] | None = None
        for switch_ix in self.picture.open_ways(self.dead):
            # what is closed as built was opened to isolate, here or by a neighbour
            if self.picture.topology.normal[switch_ix]:
                continue
            gains = self.picture.gains(switch_ix)
            if switch_ix in self.incident.refused_ties and self._unwalked(gains):
                continue
            if not self._may_supply(gains) or not self.picture.transformers_in(gains):
                continue
            if not check_switching(self.picture.topology, positions, {switch_ix: True}).is_allowed:
                continue
            device = self.picture.grid.switches[switch_ix]
            customers = sum(
                self.picture.grid.transformer_customers[ix]
                for ix in self.picture.transformers_in(gains)
            )
            rank = (customers * (2.0 if device.is_remote else 1.0), -switch_ix)
            best = max(best, rank) if best else rank
        return self._move(-best[1], closed=True) if best else None

    def _repair(self) -> Orders | None:
        if not self.incident.unrepaired:
            return None
        return Orders(task=CrewTask("repair", (self.incident.unrepaired[0],)))

    def _supply_repaired(self) -> Orders | None:
        """Close what was opened when that brings customers back while other damage waits."""
        positions = self.picture.positions()
        for ix, gains in self._closable():
            check = check_switching(self.picture.topology, positions, {ix: True})
            if self._leads_to_customers(gains) and check.is_allowed:
                return self._move(ix, closed=True)
        return None

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
        for ix, _gains in self._closable():
            return self._move(ix, closed=True)
        return None

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
            if self.picture.is_closed(ix) and not self.picture.topology.downstream(
                ix, self.picture.positions()
            ):
                return self._move(ix, closed=False)
        return None
