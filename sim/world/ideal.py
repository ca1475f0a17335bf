"""Ideal operation: what is known at once is switched and repaired in given hours.

Perfect belief, as many crews as faults, no travel: a lasting fault is known when it strikes.
Counted from then, `reliability.remote_switching_time` later all is moved that is quick, and
`reliability.switching_time` later what must be moved by hand; the repair ends in the hours of the
component. Faults, trips, fuses and switches are those of the engine: `protection` owns them, and
every move is an order to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.engine.clock import Clock
from sim.engine.facts import (
    BreakerFailed,
    BreakerLockedOut,
    FaultStruck,
    FuseBlown,
    SectionFuseBlown,
)
from sim.engine.streams import Trait
from sim.grid.assets import NONE
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.faults import Fault
from sim.protection.relays import Protection
from sim.reliability.components import repair_hours
from sim.reliability.positions import IdealPositions, Now, Stage
from sim.scenario.protection import Protection as Practice
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S

__all__ = ["BY", "IdealOperation"]

BY = "ideal"
"""Who switches, in the journal."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Hold what is known of a standing fault.

    Ties can or cannot help its customers; it may be that a device failed at its trip.
    """

    zone_ix: int
    stage: Stage
    can_transfer: bool
    struck_s: float
    by_hand: bool = False


class IdealOperation:
    """Own what is known of each standing fault: its zone, and how far the switching has come."""

    def __init__(
        self,
        clock: Clock,
        protection: Protection,
        state: GridState,
        settings: Reliability,
        practice: Practice,
        areas: Sequence[int],
        transfer: Trait,
        repaired: Callable[[str], None] = lambda _asset: None,
    ) -> None:
        """Take the luck of ties that can or cannot take over load; tell which asset is repaired.

        areas: by zone_ix; faults in different ones have nothing to do with each other.
        """
        self._clock, self._protection, self._state = clock, protection, state
        self._settings = settings
        self._transfer, self._repaired = transfer, repaired
        self._positions = IdealPositions(state.topology, settings, practice)
        self._area_of_zone = areas
        self._standing: dict[int, dict[str, _Known]] = {area: {} for area in areas}
        self._overlapped: set[int] = set()
        self._normal = np.frombuffer(state.topology.normal, np.bool_)
        self._switches = _switches_by_area(state.topology, areas)

    def struck(self, fact: FaultStruck, seq: int) -> None:
        """Plan what is done about a fault. A reaction to `FaultStruck`."""
        if fact.kind != "permanent":
            return
        fault = next(
            each for each in reversed(self._protection.faults.live) if each.id == fact.fault
        )
        call_in = self._clock.call_in
        if fault.transformer_ix == NONE:
            standing = self._standing_beside(fault)
            if standing:
                self._overlapped.add(self._area_of_zone[fault.zone_ix])
            can_transfer = (
                self._transfer.of(fault.asset, fault.episode) < self._settings.transfer_share
            )
            standing[fault.id] = _Known(fault.zone_ix, Stage.TRIPPED, can_transfer, self._clock.now)
            settings = self._settings
            if settings.remote_switching_time < settings.switching_time:
                call_in(settings.remote_switching_time, partial(self._at, fault, Stage.QUICK, seq))
            call_in(settings.switching_time, partial(self._at, fault, Stage.DONE, seq))
        call_in(self._repair_s(fault, by_hand=False), partial(self._end, fault, seq))

    def _repair_s(self, fault: Fault, *, by_hand: bool) -> float:
        """Return the time from a fault to the end of its repair."""
        repair_s = repair_hours(self._state.grid, self._settings, fault.asset) * HOUR_S
        if fault.transformer_ix != NONE or self._settings.repair_starts == "fault":
            return repair_s
        topology = self._state.topology
        around = [ix for ix in topology.zone_switches[fault.zone_ix] if topology.normal[ix]]
        taken_s = self._settings.switching_time
        if not by_hand and all(map(self._positions.is_quick, around)):
            taken_s = min(self._settings.remote_switching_time, taken_s)
        return repair_s + (taken_s if around else 0.0)

    def device_failed(self, fact: BreakerFailed, _seq: int) -> None:
        """Send somebody, whatever is under remote control. A reaction to `BreakerFailed`."""
        for standing in self._standing.values():
            if fact.fault in standing:
                standing[fact.fault] = replace(standing[fact.fault], by_hand=True)

    def locked_out(self, fact: BreakerLockedOut, seq: int) -> None:
        """Close again what a passing fault opened. A reaction to `BreakerLockedOut`."""
        self._later(fact.device, self._settings.remote_switching_time, seq)

    def fuse_blown(self, fact: SectionFuseBlown, seq: int) -> None:
        """Renew what a passing fault blew. A reaction to `SectionFuseBlown`."""
        self._later(fact.device, self._settings.switching_time, seq)

    def transformer_fuse_blown(self, fact: FuseBlown, seq: int) -> None:
        """Renew the fuse of a transformer that has not failed. A reaction to `FuseBlown`."""

        def renew() -> None:
            ix = self._state.grid.transformer_ix[fact.transformer]
            lasting = (each.kind for each in self._protection.faults.in_transformer(ix))
            if "permanent" not in lasting:
                self._protection.repaired(fact.transformer, seq)

        self._clock.call_in(self._settings.switching_time, renew)

    def _later(self, device: str, delay_s: float, cause: int) -> None:
        grid, topology = self._state.grid, self._state.topology
        one, other = topology.switch_zones[grid.switch_ix[device]]
        for area in sorted({self._area_of_zone[one], self._area_of_zone[other]}):
            self._clock.call_in(delay_s, partial(self._switch, area, cause))

    def _standing_beside(self, fault: Fault) -> dict[str, _Known]:
        return self._standing[self._area_of_zone[fault.zone_ix]]

    def _at(self, fault: Fault, stage: Stage, cause: int) -> None:
        standing = self._standing_beside(fault)
        known = standing.get(fault.id)
        if known is not None and (stage == Stage.DONE or not known.by_hand):
            standing[fault.id] = replace(known, stage=stage)
            self._switch(self._area_of_zone[fault.zone_ix], cause)

    def _end(self, fault: Fault, cause: int) -> None:
        """End a repair: the fault is gone, and what it kept open is closed."""
        if not fault.is_live:
            return
        if fault.transformer_ix != NONE:
            self._protection.repaired(fault.asset, cause)
        elif self._is_late(fault, cause):
            return
        else:
            # not `repaired`: it would renew fuses although another fault may stand behind them
            cleared = self._protection.faults.clear(fault, "repaired", cause)
            self._protection.infeeds.cleared(cleared)
            del self._standing_beside(fault)[fault.id]
            self._switch(self._area_of_zone[fault.zone_ix], cleared)
        self._repaired(fault.asset)

    def _is_late(self, fault: Fault, cause: int) -> bool:
        """Say whether the repair goes on, as a device failed and isolation took longer."""
        known = self._standing_beside(fault)[fault.id]
        end_s = known.struck_s + self._repair_s(fault, by_hand=known.by_hand)
        if end_s <= self._clock.now + 1e-3:
            return False
        self._clock.call_at(end_s, partial(self._end, fault, cause))
        return True

    def _switch(self, area: int, cause: int) -> None:
        """Bring the switches of an area to where they stand under ideal operation.

        What is dead is opened first, so that nothing is closed onto a fault; what has another way
        is opened last, so that nobody is interrupted.
        """
        stages: dict[int, Stage] = {}
        known = self._standing[area].values()
        for each in known:
            stages[each.zone_ix] = max(each.stage, stages.get(each.zone_ix, each.stage))
        if not stages:
            self._overlapped.discard(area)
        now = None
        if area in self._overlapped:
            now = Now(self._state.positions(), self._state.zone_supplied)
        wanted = self._positions.moved(
            stages,
            now,
            with_ties=all(each.can_transfer for each in known),
        )
        here = self._switches[area]
        stand = here[self._state.closed[here] != self._normal[here]]
        moves = sorted(wanted.symmetric_difference(stand.tolist()))
        opened = [ix for ix in moves if self._state.is_closed(ix)]
        self._order([ix for ix in opened if not self._joins_live_parts(ix)], False, cause)
        self._order([ix for ix in moves if ix not in opened], True, cause)
        self._order(opened, False, cause)

    def _joins_live_parts(self, switch_ix: int) -> bool:
        one, other = self._state.topology.switch_zones[switch_ix]
        return self._state.is_zone_supplied(one) and self._state.is_zone_supplied(other)

    def _order(self, switches: Sequence[int], closed: bool, cause: int) -> None:
        for switch_ix in switches:
            if self._state.is_closed(switch_ix) != closed:
                self._protection.operate(self._state.grid.switches[switch_ix].id, closed, BY, cause)


def _switches_by_area(topology: Topology, areas: Sequence[int]) -> dict[int, NDArray[np.int64]]:
    """Return the switches that touch a zone of each area."""
    found: dict[int, set[int]] = {area: set() for area in areas}
    for switch_ix, pair in enumerate(topology.switch_zones):
        for zone_ix in pair:
            found[areas[zone_ix]].add(switch_ix)
    return {area: np.array(sorted(each), np.int64) for area, each in found.items()}
