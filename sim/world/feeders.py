"""Where feeder automation, infeeds and earth faults meet control: sensors, reports, first moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.commands import OperateSwitch
from sim.control.feeder_alarms import FeederAlarms
from sim.control.feeder_evidence import FeederEvidence
from sim.control.incidents import Incident
from sim.control.switching import next_orders
from sim.engine.clock import LAST
from sim.engine.facts import (
    BlockIndicated,
    BreakerLockedOut,
    BreakerTripped,
    EarthFaultGone,
    EarthFaultReported,
    EarthFaultSensed,
    Fact,
    InfeedLost,
    InfeedReported,
    InfeedRestored,
    LineSelected,
    PatrolEnded,
    SwitchLocked,
    SwitchLockReported,
    SwitchMoved,
    SwitchOperated,
    SwitchStateReported,
)
from sim.engine.journal import Reaction
from sim.grid.assets import NONE

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["AUTOMATION", "Feeders"]

AUTOMATION = "automation"
"""Who gives the orders of centralised feeder automation."""
_STEPS = 40
"""Steps of centralised automation at most for one fault. Assumption."""


class Feeders:
    """Join protection's automatic devices, their reports and the control room's belief."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grid, self._topology = world.grid, world.topology
        self._evidence = FeederEvidence(
            world.scenario.control,
            world.grid,
            world.clock,
            world.journal,
            world.streams,
            world.state.is_closed,
        )
        self._alarms = FeederAlarms(world.room)
        self._fault_seen: dict[str, str] = {}
        world.room.earth.on_read = world.dispatcher.look_now

    def reactions(self) -> Mapping[type[Fact], Sequence[Reaction]]:
        """Return the reactions to what happens on feeders and busbars."""
        return {
            # truth → sensors
            SwitchMoved: [self._switch_moved],
            SwitchOperated: [self._switch_ordered],
            SwitchLocked: [self._switch_locked],
            InfeedLost: [lambda fact, seq: self._evidence.infeed(fact.bus, False, seq)],
            InfeedRestored: [lambda fact, seq: self._evidence.infeed(fact.bus, True, seq)],
            EarthFaultSensed: [self._earth_sensed],
            EarthFaultGone: [lambda fact, seq: self._evidence.earth(fact.bus, False, seq)],
            BreakerTripped: [self._breaker_tripped],
            BreakerLockedOut: [self._breaker_locked_out],
            # evidence → belief
            SwitchStateReported: [self._switch_reported],
            SwitchLockReported: [
                lambda fact, seq: self._alarms.lock_reported(fact.device, fact.section, seq)
            ],
            InfeedReported: [
                lambda fact, seq: self._alarms.infeed_reported(fact.bus, fact.live, seq)
            ],
            EarthFaultReported: [
                lambda fact, seq: self._world.room.earth.alarm(fact.bus, fact.on, seq)
            ],
            LineSelected: [
                lambda fact, seq: self._world.room.earth.selected(fact.bus, fact.device, seq)
            ],
            BlockIndicated: [self._block_indicated],
            PatrolEnded: [self._seen_on_patrol],
        }

    # --- truth

    def _switch_moved(self, fact: SwitchMoved, seq: int) -> None:
        self._evidence.switch_moved(fact.device, seq)

    def _switch_ordered(self, fact: SwitchOperated, _seq: int) -> None:
        self._evidence.switch_ordered(fact.device, fact.closed)

    def _switch_locked(self, fact: SwitchLocked, seq: int) -> None:
        self._evidence.switch_locked(fact.device, fact.section, seq)

    def _earth_sensed(self, fact: EarthFaultSensed, seq: int) -> None:
        """Raise the alarm of the busbar; its line selection device compares the feeders."""
        self._evidence.earth(fact.bus, True, seq)
        busbar = self._topology.zone_of_bus[self._grid.bus_ix[fact.bus]]
        faults = self._world.protection.faults.live
        zone = next((each.zone_ix for each in faults if each.id == fact.fault), busbar)
        feeder = ""
        for switch_ix in self._world.state.path_to_source(zone):
            if zone == busbar:
                break
            zone = self._topology.beyond(switch_ix, zone)
            feeder = self._grid.switches[switch_ix].id
        heads = [
            self._grid.switches[switch_ix].id
            for switch_ix, other in self._topology.neighbours[busbar]
            if not self._topology.zone_substation_transformers[other]
            and self._world.state.is_closed(switch_ix)
        ]
        self._evidence.earth_selected(fact.bus, feeder if feeder in heads else "", heads, seq)

    def _breaker_tripped(self, fact: BreakerTripped, _seq: int) -> None:
        self._fault_seen[fact.device] = fact.fault

    def _breaker_locked_out(self, fact: BreakerLockedOut, seq: int) -> None:
        """Let the terminals of a feeder with centralised automation send their flags."""
        settings = self._world.scenario.protection
        if settings.automation_at(fact.district, fact.device) != "centralised":
            return
        fault = self._fault_seen[fact.device]
        zone = self._world.room.picture.zone_of(fault.rpartition("#")[0])
        sections = [
            self._grid.sections[ix].id
            for each in sorted(self._block(zone))
            for ix in self._topology.zone_sections[each]
        ]
        self._evidence.block(fact.device, sections, fault, seq)

    def _block(self, zone: int) -> set[int]:
        """Return the zones joined to a zone with no terminal between."""
        block, waiting = {zone}, [zone]
        for each in waiting:  # grows while it is read: a queue
            for switch_ix, other in self._topology.neighbours[each]:
                device = self._grid.switches[switch_ix]
                has_terminal = device.is_remote or device.is_breaker
                if (
                    not has_terminal
                    and other not in block
                    and self._world.state.is_closed(switch_ix)
                ):
                    block.add(other)
                    waiting.append(other)
        return block

    # --- belief

    def _switch_reported(self, fact: SwitchStateReported, seq: int) -> None:
        """Take the report; the master station then asks the breakers of the feeders concerned."""
        self._alarms.switch_reported(fact.device, fact.closed, seq)
        for zone in self._topology.switch_zones[self._grid.switch_ix[fact.device]]:
            breaker = self._topology.feeder_breaker_of_zone[zone]
            if breaker != NONE:
                self._world.evidence.ask(self._grid.switches[breaker].id, seq)

    def _block_indicated(self, fact: BlockIndicated, seq: int) -> None:
        incident = self._alarms.block_indicated(fact.device, fact.sections, seq)
        if incident is not None:
            delay_s = self._world.scenario.control.automation_delay
            self._world.clock.call_in(delay_s, lambda: self._step(incident, _STEPS), LAST)

    def _step(self, incident: Incident, left: int) -> None:
        """Order the next remote moves of an incident, if it needs any, and look again."""
        world = self._world
        if not incident.is_open or incident.crew or left == 0:
            return
        operating_s = world.scenario.control.telecontrol.operating_time
        if not incident.moving:
            room = world.room
            now_s = world.clock.now
            orders = next_orders(incident, room.picture, room.section, now_s, room.capacity)
            if not orders.moves:
                return
            for move in orders.moves:
                command = OperateSwitch(move.device, move.closed, incident.id)
                world.handlers.give(command, AUTOMATION, incident.seq)
        wait_s = max(1, incident.moving) * operating_s + 1.0
        world.clock.call_in(wait_s, lambda: self._step(incident, left - 1), LAST)

    def _seen_on_patrol(self, fact: PatrolEnded, seq: int) -> None:
        """Let a crew report the switches at the ends of what it walked, where it is news."""
        job = self._world.crews.crews[fact.crew].last_job
        for name in job.walked if job is not None else ():
            ix = self._grid.section_ix.get(name, NONE)
            if ix == NONE:
                continue
            line = self._grid.sections[ix]
            for switch_ix in (line.from_switch_ix, line.to_switch_ix):
                if switch_ix == NONE or self._grid.switches[switch_ix].interrupts_faults:
                    continue
                closed = self._world.state.is_closed(switch_ix)
                self._alarms.switch_reported(self._grid.switches[switch_ix].id, closed, seq)
