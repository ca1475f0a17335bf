"""What protection does by itself: trip, reclose, lock out, blow fuses; and switching by order.

A fault in a zone with voltage is seen by the nearest breakers, reclosers or line fuses that feed
it; they open, and what stands further upstream resets. Feeder breakers and reclosers reclose while
they have shots left; a temporary fault may be gone by then. A fault that meets voltage because
something was switched by order trips without reclosing. A fault without voltage waits until it
gets some. A fault in a distribution transformer blows its fuse and is seen by nobody else. One
behind the fuse of a section blows that, lasting or not (unless fuses are saved), and the fuse
stays open until a crew that repairs its section renews it. A breaker that fails to open leaves the
fault to the next upstream. Every question is asked again at the moment of acting, so delays never
act on an old state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from sim.engine.clock import Clock
from sim.engine.facts import (
    BreakerFailed,
    BreakerLockedOut,
    BreakerReclosed,
    BreakerTripped,
    FuseBlown,
    FuseReplaced,
    SectionFuseBlown,
    SectionFuseReplaced,
    SupplyLost,
    SupplyRestored,
    SwitchLocked,
    SwitchMoved,
    SwitchOperated,
)
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState, SupplyChange
from sim.grid.topology import Topology
from sim.protection.earth import EarthFaults
from sim.protection.faults import Fault, FaultKind, Faults
from sim.protection.findings import Findings
from sim.protection.infeeds import Infeeds
from sim.protection.sectionalisers import Sectionalisers
from sim.protection.sequences import Cycle, Sequence, sequence_of
from sim.protection.voltage_time import VoltageTime
from sim.scenario.protection import Protection as Settings

__all__ = ["Protection"]


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
        self._fails = streams.trait("protection.breaker_fails")
        self._overreaches = streams.trait("protection.overreach")
        self._cycles: dict[int, Cycle] = {}
        self._sequences: dict[int, Sequence] = {}
        self.faults = Faults(journal, state.topology)
        self._findings = Findings(grid, state, self.faults)
        self._earth = EarthFaults(
            clock, journal, grid, state, section, streams, self.faults, self._evolved
        )
        self.infeeds = Infeeds(clock, journal, grid, state, self.faults, self._follow_infeed)
        self._sectionalisers = Sectionalisers(clock, grid, state, section, self._sectionalise)
        self._automatic = VoltageTime(clock, grid, state, section, self._move_by_itself, self._lock)

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
        self._earth.struck(fault)
        if self._has_voltage(fault):
            self._see(fault, fault.seq, may_reclose=True)
        else:
            self._let_clear(fault, fault.seq)
        self._earth.look(fault.seq)
        return fault.id

    @property
    def has_earth_fault(self) -> bool:
        """Say whether an earth fault burns somewhere."""
        return self._earth.is_sensed

    def lose_infeed(self, bus_id: str, lasts_s: float, cause: int = NO_CAUSE) -> None:
        """Take the supply of a source bus away for a time; raise KeyError for another bus."""
        self.infeeds.lose(bus_id, lasts_s, cause)

    def operate(self, device_id: str, closed: bool, by: str, cause: int = NO_CAUSE) -> int | None:
        """Move a switch by order and return the sequence number of SwitchOperated.

        Reclosing under way on that breaker is given up. A reaction to a fact of protection must
        not switch at once but by way of the clock, or SupplyLost would come after what undid it.
        Return None, with nothing done, for a load-break switch told to open while fault current
        flows through it.
        """
        device = self._grid.switches[self._grid.switch_ix[device_id]]
        if not closed and not self.may_open(device_id):
            return None
        if device.ix in self._cycles:
            self._cycles[device.ix].timer += 1
        self._sectionalisers.ordered(device.ix)
        self._automatic.ordered(device.ix, closed)
        change = self._state.set_switch(device.ix, closed)
        seq = self._journal.write(SwitchOperated(device_id, closed, by), cause)
        self._follow(change, device_id, seq, may_reclose=False, by_order=True)
        return seq

    def may_open(self, device_id: str) -> bool:
        """Say whether a switch can be opened now: no load-break switch opens on fault current."""
        device = self._grid.switches[self._grid.switch_ix[device_id]]
        return device.is_breaker or not self._carries_fault(device.ix)

    def repaired(self, asset_id: str, cause: int = NO_CAUSE) -> None:
        """Clear the permanent faults of an asset; a distribution transformer gets its fuse back.

        A section stands for its spans, poles and fuses too; a bus, a switch or a transformer
        without a fuse of its own for the line fuses beside it.
        """
        place = self._grid.locate(asset_id)
        for fault in self.faults.of_whole(asset_id):
            if fault.kind == "permanent":
                self._earth.look(self.faults.clear(fault, "repaired", cause))
        if place.kind == "transformer" and self._state.fuse_blown[place.ix]:
            change = self._state.replace_fuse(place.ix)
            seq = self._journal.write(FuseReplaced(asset_id), cause)
            self._follow(change, asset_id, seq, may_reclose=False)
        for switch_ix in self._findings.fuses_renewed_with(place):
            device = self._grid.switches[switch_ix]
            change = self._state.set_switch(switch_ix, True)
            seq = self._journal.write(SectionFuseReplaced(device.id), cause)
            self._follow(change, device.id, seq, may_reclose=False)
        self.infeeds.cleared(cause)

    def damage_in(self, place: int | str) -> list[str]:
        """Return the damaged assets a crew finds on site, oldest fault first."""
        return self._findings.damage_in(place)

    # --- seeing faults

    def _has_voltage(self, fault: Fault) -> bool:
        if fault.transformer_ix != NONE:
            return self._state.is_transformer_supplied(fault.transformer_ix)
        return self._state.is_zone_supplied(fault.zone_ix)

    def _see(self, fault: Fault, cause: int, *, may_reclose: bool) -> None:
        if fault.is_earth:
            self._earth.met(fault, cause)
            return
        if fault.transformer_ix != NONE:
            delay_s = self._settings.fuse_delay
        else:
            _switches, delay_s = self._reaction(fault, may_reclose=may_reclose)
        self._clock.call_in(delay_s, lambda: self._act(fault, cause, may_reclose))

    def _evolved(self, fault: Fault, cause: int) -> None:
        if self._has_voltage(fault):
            self._see(fault, cause, may_reclose=True)

    def _act(self, fault: Fault, cause: int, may_reclose: bool) -> None:
        if not fault.is_live or fault.is_earth or not self._has_voltage(fault):
            return
        if fault.transformer_ix != NONE:
            self._blow(fault, cause)
            return
        switches, _delay_s = self._reaction(fault, may_reclose=may_reclose)
        if not switches:
            self._lose_source(fault, (), cause)
            return
        self._open_all(switches, fault, cause, may_reclose)

    def _reaction(self, fault: Fault, *, may_reclose: bool) -> tuple[list[int], float]:
        """Return the devices that open for a fault now, and how long they take."""
        nearest = self._interrupters(fault.zone_ix)
        if may_reclose:
            saving = self._saving(fault, nearest)
            if saving != NONE:
                return [saving], self._sequence(saving).fast_s
        times_s = [self._trip_s(ix, may_reclose=may_reclose) for ix in nearest]
        return nearest, max(times_s, default=self._settings.trip_delay)

    def _interrupters(self, zone_ix: int, failed: Collection[int] = ()) -> list[int]:
        """Return what opens for a fault; nothing where a source feeds it with no device between."""
        switches = self._grid.switches
        way = self._state.path_to_source(zone_ix)
        if not any(switches[ix].interrupts_faults and ix not in failed for ix in way):
            return []
        if failed:
            positions = self._state.positions()
            found = self._topology.feeding_interrupters(zone_ix, positions, failed)
        else:
            found = self._state.feeding_interrupters(zone_ix)
        return self.infeeds.without_dark(found) if len(found) > 1 else found

    def _trip_s(self, switch_ix: int, *, may_reclose: bool) -> float:
        if self._grid.switches[switch_ix].is_fuse:
            return self._settings.trip_delay
        sequence = self._sequence(switch_ix)
        is_fast = may_reclose and self._shots(switch_ix) < sequence.fast_trips
        return sequence.fast_s if is_fast else sequence.trip_s

    def _saving(self, fault: Fault, nearest: list[int]) -> int:
        """Return the device that trips to save the fuse nearest to a fault, or NONE."""
        is_fused = len(nearest) == 1 and self._grid.switches[nearest[0]].is_fuse
        if self._settings.fuses != "saving" or not is_fused:
            return NONE
        upstream = self._state.upstream_breaker(fault.zone_ix)
        if upstream == NONE or self._shots(upstream) >= self._sequence(upstream).saving_trips:
            return NONE
        return upstream

    def _sequence(self, switch_ix: int) -> Sequence:
        if switch_ix not in self._sequences:
            self._sequences[switch_ix] = sequence_of(self._grid.switches[switch_ix], self._settings)
        return self._sequences[switch_ix]

    def _shots(self, switch_ix: int) -> int:
        cycle = self._cycles.get(switch_ix)
        reset_s = self._sequence(switch_ix).reset_s
        return cycle.shots_at(self._clock.now, reset_s) if cycle is not None else 0

    def _blow(self, fault: Fault, cause: int) -> None:
        transformer = self._grid.transformers[fault.transformer_ix]
        change = self._state.blow_fuse(transformer.ix)
        seq = self._journal.write(FuseBlown(transformer.id, fault.id), cause)
        self._follow(change, transformer.id, seq, may_reclose=False)

    # --- breakers

    def _open_all(
        self, switches: Collection[int], fault: Fault, cause: int, may_reclose: bool
    ) -> None:
        """Open what reacts to a fault; what fails to leaves it to the next devices upstream."""
        failed = [ix for ix in switches if self._fails_to_open(ix)]
        carrying = {ix: self._sectionalisers.carrying(fault.zone_ix, ix) for ix in switches}
        also = self._overreaching(fault, switches)
        for switch_ix in (*switches, *also):
            if switch_ix in failed:
                continue
            seq = self._trip(switch_ix, fault, cause, may_reclose)
            self._sectionalisers.count(carrying.get(switch_ix, []), seq)
        for switch_ix in failed:
            device = self._grid.switches[switch_ix]
            seq = self._journal.write(BreakerFailed(device.id, fault.id), cause)
            back_up = partial(self._back_up, fault, tuple(failed), seq)
            self._clock.call_in(self._settings.failure.backup_delay, back_up)

    def _fails_to_open(self, switch_ix: int) -> bool:
        device = self._grid.switches[switch_ix]
        failure = self._settings.failure
        share = failure.fuse_share if device.is_fuse else failure.share
        if share == 0.0:
            return False
        cycle = self._cycles.setdefault(switch_ix, Cycle())
        cycle.trips += 1
        return self._fails.of(device.id, cycle.trips) < share

    def _overreaching(self, fault: Fault, switches: Collection[int]) -> list[int]:
        """Return the devices upstream whose relays trip although it is not their turn."""
        share = self._settings.failure.overreach_share
        if share == 0.0 or self._overreaches.of(fault.asset, fault.episode) >= share:
            return []
        beyond = self._interrupters(fault.zone_ix, switches)
        return [ix for ix in beyond if ix not in switches and not self._grid.switches[ix].is_fuse]

    def _back_up(self, fault: Fault, failed: tuple[int, ...], cause: int) -> None:
        """Trip the next devices upstream of those that failed, without reclosing."""
        if not fault.is_live or not self._has_voltage(fault):
            return
        switches = self._interrupters(fault.zone_ix, failed)
        if not switches:
            self._lose_source(fault, failed, cause)
        for switch_ix in switches:
            self._trip(switch_ix, fault, cause, may_reclose=False)

    def _lose_source(self, fault: Fault, failed: Collection[int], cause: int) -> None:
        """Trip the source itself, and look again: another may feed the fault as well."""
        self.infeeds.tripped(fault, failed, cause)
        if self._has_voltage(fault):
            self._see(fault, cause, may_reclose=False)

    def _trip(self, switch_ix: int, fault: Fault, cause: int, may_reclose: bool) -> int:
        device = self._grid.switches[switch_ix]
        district = self._grid.districts[device.district_ix].id
        if device.is_fuse:
            change = self._state.set_switch(switch_ix, False)
            seq = self._journal.write(SectionFuseBlown(device.id, fault.id), cause)
            self._follow(change, device.id, seq, may_reclose=False)
            return seq
        cycle = self._cycles.setdefault(switch_ix, Cycle())
        cycle.shots = self._shots(switch_ix)
        dead_times_s = self._sequence(switch_ix).dead_s
        has_shot = may_reclose and cycle.shots < len(dead_times_s)
        timer = cycle.timer
        change = self._state.set_switch(switch_ix, False)
        seq = self._journal.write(BreakerTripped(device.id, fault.id, district), cause)
        if has_shot:
            dead_s = dead_times_s[cycle.shots]
            self._clock.call_in(dead_s, lambda: self._reclose(switch_ix, timer, seq))
        self._follow(change, device.id, seq, may_reclose=may_reclose)
        if not has_shot:
            self._journal.write(BreakerLockedOut(device.id, district), seq)
        return seq

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
        live = [
            ix
            for ix in self.faults.faulted_zones()
            if self._state.is_zone_supplied(ix)
            and not all(each.is_earth for each in self.faults.in_zone(ix))
        ]
        return bool(live and self._state.hanging_on(switch_ix, live))

    # --- switches that move by themselves

    def _move_by_itself(
        self, switch_ix: int, closed: bool, cause: int, by: str = "voltage_time"
    ) -> None:
        device = self._grid.switches[switch_ix]
        change = self._state.set_switch(switch_ix, closed)
        seq = self._journal.write(SwitchMoved(device.id, closed, by), cause)
        self._follow(change, device.id, seq, may_reclose=True)

    def _sectionalise(self, switch_ix: int, cause: int) -> None:
        zones = self._topology.switch_zones[switch_ix]
        feed = self._topology.normal_feed
        beyond = [zone for zone in zones if feed[zone] == switch_ix]
        self._move_by_itself(switch_ix, False, cause, "sectionaliser")
        if beyond:
            self._lock(switch_ix, beyond[0], cause)

    def _lock(self, switch_ix: int, zone_ix: int, cause: int) -> None:
        sections = self._topology.zone_sections[zone_ix]
        section = self._grid.sections[sections[0]].id if sections else ""
        self._journal.write(SwitchLocked(self._grid.switches[switch_ix].id, section), cause)

    # --- what follows a change of supply

    def _follow_infeed(self, change: SupplyChange, bus_id: str, cause: int) -> None:
        self._follow(change, bus_id, cause, may_reclose=False)

    def _follow(
        self,
        change: SupplyChange,
        device_id: str,
        cause: int,
        *,
        may_reclose: bool,
        by_order: bool = False,
    ) -> None:
        """Write who lost or got supply; faults that lost voltage may clear, others are met."""
        # NOTE: speed: a change of hundreds of zones is asked about the few that have a fault
        zones, stations = (
            sorted(self.faults.faulted_zones()),
            sorted(self.faults.faulted_transformers()),
        )
        lost = self._faults_of(change.lost_of(zones), change.lost_transformers_of(stations))
        back = self._faults_of(change.restored_of(zones), change.restored_transformers_of(stations))
        for fault in lost:
            self._let_clear(fault, cause)
        for fault in back:
            fault.dark_spell += 1
            self._see(fault, cause, may_reclose=may_reclose)
        if ids := change.lost_transformer_ids:
            self._journal.write(SupplyLost(device_id, ids, change.customers_lost), cause)
        if ids := change.restored_transformer_ids:
            self._journal.write(SupplyRestored(device_id, ids, change.customers_restored), cause)
        if self._automatic.is_used:
            zones_changed = (*change.lost_zones, *change.restored_zones)
            self._automatic.followed(zones_changed, cause, by_order=by_order)
        self._earth.look(cause)

    def _faults_of(self, zones: Iterable[int], transformers: Iterable[int]) -> list[Fault]:
        faults = [fault for ix in zones for fault in self.faults.in_zone(ix)]
        return faults + [fault for ix in transformers for fault in self.faults.in_transformer(ix)]

    def _let_clear(self, fault: Fault, cause: int) -> None:
        """Let a temporary fault without voltage clear itself if none comes back before."""
        if fault.kind != "temporary":
            if fault.is_earth:
                fault.dark_spell += 1
            return
        fault.dark_spell += 1
        spell = fault.dark_spell
        wait_s = self._clearing_s(self._clearing.of(fault.asset, fault.episode))

        def gone() -> None:
            if fault.is_live and fault.dark_spell == spell:
                seq = self.faults.clear(fault, "self", cause)
                self.infeeds.cleared(seq)

        self._clock.call_in(wait_s, gone)
