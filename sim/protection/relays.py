"""What protection does by itself: trip, reclose, lock out, blow fuses; and switching by order.

A fault in a zone with voltage is seen after the trip delay by the nearest breakers that feed it;
they open. Feeder breakers reclose while they have shots left; a temporary fault may be gone by
then. A fault that meets voltage because something was switched by order trips without reclosing.
A fault without voltage waits until it gets some. A fault in a distribution transformer blows its
fuse and is seen by nobody else. One behind the fuse of a section blows that, lasting or not, and
the fuse stays open until a crew that repairs its section renews it. Every question is asked again
at the moment of acting, so delays never act on an old state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.engine.clock import Clock
from sim.engine.facts import (
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    FuseBlown,
    FuseReplaced,
    SectionFuseBlown,
    SectionFuseReplaced,
    SupplyLost,
    SupplyRestored,
    SwitchOperated,
)
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState, SupplyChange
from sim.grid.topology import Topology
from sim.protection.faults import Fault, FaultKind, Faults
from sim.protection.findings import Findings, is_part
from sim.scenario.protection import Protection as Settings

__all__ = ["Protection"]


@dataclass(slots=True)
class _Cycle:
    """Where a breaker stands in its reclosing.

    Shots since it last held, and the number of the timer that may reclose it: an order counts it
    up, so that an older timer does nothing.
    """

    shots: int = 0
    reclosed_s: float = -math.inf
    timer: int = 0


class Protection:
    """React to faults and carry out switching; the only caller of `GridState`'s operations."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        grid: Grid,
        state: GridState,
        section: Settings,
        streams: Streams,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._grid = grid
        self._state = state
        self._topology: Topology = state.topology
        self._settings = section
        self._clearing_s = quantile(section.temporary_clearing)
        self._clearing = streams.trait("protection.temporary_clearing")
        self._cycles: dict[int, _Cycle] = {}
        self.faults = Faults(journal, state.topology)
        self._findings = Findings(grid, state, self.faults)

    # --- what others call

    def strike(
        self, asset_id: str, kind: FaultKind, hazard: str, cause: int = NO_CAUSE
    ) -> str | None:
        """Fail an asset and let protection react; return the fault's id.

        Return None when the asset has failed already. Raise KeyError for an unknown asset.
        """
        fault = self.faults.strike(asset_id, kind, hazard, cause)
        if fault is None:
            return None
        if self._has_voltage(fault):
            self._see(fault, fault.seq, may_reclose=True)
        else:
            self._let_clear(fault, fault.seq)
        return fault.id

    def operate(self, device_id: str, closed: bool, by: str, cause: int = NO_CAUSE) -> int | None:
        """Move a switch by order and return the sequence number of SwitchOperated.

        Reclosing under way on that breaker is given up. A reaction to a fact of protection must
        not switch at once but by way of the clock, or SupplyLost would come after what undid it.
        Return None, with nothing done, for a
        load-break switch told to open while fault current flows through it.
        """
        device = self._grid.switches[self._grid.switch_ix[device_id]]
        if not closed and not self.may_open(device_id):
            return None
        if device.ix in self._cycles:
            self._cycles[device.ix].timer += 1
        change = self._state.set_switch(device.ix, closed)
        seq = self._journal.write(SwitchOperated(device_id, closed, by), cause)
        self._follow(change, device_id, seq, may_reclose=False)
        return seq

    def may_open(self, device_id: str) -> bool:
        """Say whether a switch can be opened now: no load-break switch opens on fault current."""
        device = self._grid.switches[self._grid.switch_ix[device_id]]
        return device.is_breaker or not self._carries_fault(device.ix)

    def repaired(self, asset_id: str, cause: int = NO_CAUSE) -> None:
        """Clear the permanent faults of an asset; a distribution transformer gets its fuse back.

        A section stands for its spans, poles and fuses too, a transformer without a fuse of its
        own for the line fuses beside it.
        """
        place = self._grid.locate(asset_id)
        for fault in self.faults.live:
            if fault.kind == "permanent" and is_part(fault.asset, asset_id):
                self.faults.clear(fault, "repaired", cause)
        if place.kind == "transformer" and self._state.fuse_blown[place.ix]:
            change = self._state.replace_fuse(place.ix)
            seq = self._journal.write(FuseReplaced(asset_id), cause)
            self._follow(change, asset_id, seq, may_reclose=False)
        for switch_ix in self._findings.fuses_renewed_with(place):
            device = self._grid.switches[switch_ix]
            change = self._state.set_switch(switch_ix, True)
            seq = self._journal.write(SectionFuseReplaced(device.id), cause)
            self._follow(change, device.id, seq, may_reclose=False)

    def damage_in(self, place: int | str) -> list[str]:
        """Return the damaged assets a crew finds on site, oldest fault first."""
        return self._findings.damage_in(place)

    # --- seeing faults

    def _has_voltage(self, fault: Fault) -> bool:
        if fault.transformer_ix != NONE:
            return self._state.is_transformer_supplied(fault.transformer_ix)
        return self._state.is_zone_supplied(fault.zone_ix)

    def _see(self, fault: Fault, cause: int, *, may_reclose: bool) -> None:
        is_fused = fault.transformer_ix != NONE
        delay_s = self._settings.fuse_delay if is_fused else self._settings.trip_delay
        self._clock.call_in(delay_s, lambda: self._act(fault, cause, may_reclose))

    def _act(self, fault: Fault, cause: int, may_reclose: bool) -> None:
        if not fault.is_live or not self._has_voltage(fault):
            return
        if fault.transformer_ix != NONE:
            self._blow(fault, cause)
            return
        for switch_ix in self._topology.feeding_interrupters(
            fault.zone_ix, self._state.positions()
        ):
            self._trip(switch_ix, fault, cause, may_reclose)

    def _blow(self, fault: Fault, cause: int) -> None:
        transformer = self._grid.transformers[fault.transformer_ix]
        change = self._state.blow_fuse(transformer.ix)
        seq = self._journal.write(FuseBlown(transformer.id, fault.id), cause)
        self._follow(change, transformer.id, seq, may_reclose=False)

    # --- breakers

    def _trip(self, switch_ix: int, fault: Fault, cause: int, may_reclose: bool) -> None:
        device = self._grid.switches[switch_ix]
        district = self._grid.districts[device.district_ix].id
        if device.is_fuse:
            change = self._state.set_switch(switch_ix, False)
            seq = self._journal.write(SectionFuseBlown(device.id, fault.id), cause)
            self._follow(change, device.id, seq, may_reclose=False)
            return
        cycle = self._cycles.setdefault(switch_ix, _Cycle())
        if self._clock.now - cycle.reclosed_s > self._settings.reclaim_time:
            cycle.shots = 0
        has_shot = (
            may_reclose
            and device.is_feeder_breaker
            and cycle.shots < len(self._settings.dead_times)
        )
        timer = cycle.timer
        change = self._state.set_switch(switch_ix, False)
        seq = self._journal.write(BreakerTripped(device.id, fault.id, district), cause)
        if has_shot:
            dead_s = self._settings.dead_times[cycle.shots]
            self._clock.call_in(dead_s, lambda: self._reclose(switch_ix, timer, seq))
        self._follow(change, device.id, seq, may_reclose=may_reclose)
        if not has_shot:
            self._journal.write(BreakerLockedOut(device.id, district), seq)

    def _reclose(self, switch_ix: int, timer: int, cause: int) -> None:
        cycle = self._cycles[switch_ix]
        if cycle.timer != timer:
            return
        cycle.shots += 1
        cycle.reclosed_s = self._clock.now
        device = self._grid.switches[switch_ix]
        change = self._state.set_switch(switch_ix, True)
        seq = self._journal.write(BreakerReclosed(device.id, cycle.shots), cause)
        self._follow(change, device.id, seq, may_reclose=True)

    def _carries_fault(self, switch_ix: int) -> bool:
        """Say whether current to a live fault flows through a switch at this moment."""
        live = [ix for ix in self.faults.faulted_zones() if self._state.is_zone_supplied(ix)]
        if not live:
            return False
        beyond = self._topology.downstream(switch_ix, self._state.positions())
        return any(zone_ix in beyond for zone_ix in live)

    # --- what follows a change of supply

    def _follow(
        self, change: SupplyChange, device_id: str, cause: int, *, may_reclose: bool
    ) -> None:
        """Write who lost or got supply; faults that lost voltage may clear, others are met."""
        for fault in self._faults_of(change.lost_zones, change.lost_transformers):
            self._let_clear(fault, cause)
        for fault in self._faults_of(change.restored_zones, change.restored_transformers):
            fault.dark_spell += 1
            self._see(fault, cause, may_reclose=may_reclose)
        stations = self._grid.transformers
        if change.lost_transformers:
            ids = tuple(stations[ix].id for ix in change.lost_transformers)
            self._journal.write(SupplyLost(device_id, ids, change.customers_lost), cause)
        if change.restored_transformers:
            ids = tuple(stations[ix].id for ix in change.restored_transformers)
            self._journal.write(SupplyRestored(device_id, ids, change.customers_restored), cause)

    def _faults_of(self, zones: tuple[int, ...], transformers: tuple[int, ...]) -> list[Fault]:
        faults = [fault for ix in zones for fault in self.faults.in_zone(ix)]
        return faults + [fault for ix in transformers for fault in self.faults.in_transformer(ix)]

    def _let_clear(self, fault: Fault, cause: int) -> None:
        """Let a temporary fault without voltage clear itself if none comes back before."""
        if fault.kind != "temporary":
            return
        fault.dark_spell += 1
        spell = fault.dark_spell
        wait_s = self._clearing_s(self._clearing.of(fault.asset, fault.episode))

        def gone() -> None:
            if fault.is_live and fault.dark_spell == spell:
                self.faults.clear(fault, "self", cause)

        self._clock.call_in(wait_s, gone)
