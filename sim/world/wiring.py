"""The one table "fact → reactions": what sets off what.

Reactions to one fact run in the order written here. Each is a thin line between two parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.engine.facts import (
    BreakerFailed,
    BreakerLockedOut,
    BreakerReclosed,
    BreakerStateReported,
    BreakerTripped,
    CrewArrived,
    CrewReleased,
    CrewResumed,
    CrewShiftStarted,
    Fact,
    FaultCleared,
    FaultIndicated,
    FaultStruck,
    FuseBlown,
    IncidentOpened,
    LastGaspReceived,
    NoticeSubmitted,
    PatrolEnded,
    RepairEnded,
    RepairStarted,
    ResponseLevelChanged,
    RestorationTimeSet,
    SectionFuseBlown,
    SupplyLost,
    SupplyRestored,
    TroubleReported,
    WarningChanged,
)
from sim.engine.journal import Reaction
from sim.grid.assets import NONE
from sim.world.feeders import Feeders

if TYPE_CHECKING:
    from sim.control.incidents import Incident
    from sim.world.ideal import IdealOperation
    from sim.world.world import World

__all__ = ["reactions"]


def reactions(world: World) -> Mapping[type[Fact], Sequence[Reaction]]:
    """Return the frozen table of reactions for one world."""
    w = _Wires(world)
    if world.ideal is not None:
        return _under_ideal_operation(w, world.ideal)
    table: dict[type[Fact], Sequence[Reaction]] = {
        # truth → customers and sensors
        FaultStruck: [w.fault_noted],
        FaultCleared: [w.fault_noted],
        SupplyLost: [w.supply_lost],
        SupplyRestored: [w.supply_restored],
        BreakerTripped: [w.breaker_tripped],
        BreakerReclosed: [w.breaker_reclosed],
        BreakerLockedOut: [w.breaker_locked_out],
        # evidence → belief
        BreakerStateReported: [w.breaker_reported],
        FaultIndicated: [w.fault_indicated],
        TroubleReported: [w.trouble_reported],
        LastGaspReceived: [w.gasp_received],
        # belief → decisions and notices
        IncidentOpened: [w.incident_opened],
        RestorationTimeSet: [
            w.restoration_set_menu,
            w.restoration_set_review,
            w.restoration_set_notice,
        ],
        NoticeSubmitted: [w.notice_submitted],
        # crews → belief and decisions
        CrewArrived: [w.crew_arrived],
        PatrolEnded: [w.patrol_ended],
        RepairStarted: [w.repair_started],
        RepairEnded: [w.repair_ended],
        CrewReleased: [w.crew_released],
        CrewResumed: [w.crew_ready],
        CrewShiftStarted: [w.crew_ready],
        # warnings → planned work
        WarningChanged: [world.planned.warned],
        ResponseLevelChanged: [world.planned.warned],
    }
    for reactions_of in (Feeders(world).reactions(), world.in_need.reactions()):
        for kind, more in reactions_of.items():
            table[kind] = [*table.get(kind, ()), *more]
    return table


def _under_ideal_operation(
    w: _Wires, ideal: IdealOperation
) -> Mapping[type[Fact], Sequence[Reaction]]:
    """Return the table without belief, crews and customers' reactions."""
    return {
        FaultStruck: [w.fault_noted, ideal.struck],
        FaultCleared: [w.fault_noted],
        SupplyLost: [w.interrupted],
        SupplyRestored: [w.supplied_again],
        BreakerFailed: [ideal.device_failed],
        BreakerLockedOut: [ideal.locked_out],
        SectionFuseBlown: [ideal.fuse_blown],
        FuseBlown: [ideal.transformer_fuse_blown],
    }


class _Wires:
    """Hold the lines between the parts of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grid = world.grid
        self._fault_seen: dict[str, str] = {}

    def _ixs(self, names: Sequence[str]) -> list[int]:
        return [self._grid.transformer_ix[name] for name in names]

    def _incident(self, name: str) -> Incident:
        return self._world.room.incidents.all[name]

    # --- truth

    def fault_noted(self, fact: Any, _seq: int) -> None:
        self._world.note_fault(fact)

    def interrupted(self, fact: SupplyLost, seq: int) -> None:
        lost = self._ixs(fact.transformers)
        self._world.interruptions.began(lost, self._world.clock.now, seq)
        self._world.loads.cold.lost(lost, self._world.clock.now)

    def supplied_again(self, fact: SupplyRestored, _seq: int) -> None:
        back = self._ixs(fact.transformers)
        self._world.interruptions.ended(back, self._world.clock.now)
        self._world.loads.cold.restored(back, self._world.clock.now)

    def supply_lost(self, fact: SupplyLost, seq: int) -> None:
        self.interrupted(fact, seq)
        lost = self._ixs(fact.transformers)
        self._world.deliberate.supply_lost(lost, seq)
        self._world.behaviour.supply_lost(lost, seq)
        self._world.deliberate.recall(lost, seq)
        self._world.evidence.supply_lost(lost, seq)

    def supply_restored(self, fact: SupplyRestored, seq: int) -> None:
        self.supplied_again(fact, seq)
        back = self._ixs(fact.transformers)
        groups = self._world.behaviour.supply_restored(back, seq)
        self._world.orders.restored(groups, seq)
        self._world.deliberate.supply_restored(back)

    def breaker_tripped(self, fact: BreakerTripped, seq: int) -> None:
        self._fault_seen[fact.device] = fact.fault
        self._world.evidence.breaker_moved(fact.device, True, seq)

    def breaker_reclosed(self, fact: BreakerReclosed, seq: int) -> None:
        self._world.evidence.breaker_moved(fact.device, True, seq)

    def breaker_locked_out(self, fact: BreakerLockedOut, seq: int) -> None:
        fault = self._fault_seen[fact.device]
        where = self._grid.locate(fault.rpartition("#")[0])
        if where.kind == "section":
            section = self._grid.sections[where.ix].id
            self._world.evidence.locked_out(fact.device, section, fault, seq)

    # --- evidence

    def breaker_reported(self, fact: BreakerStateReported, seq: int) -> None:
        self._world.room.breaker_reported(fact.device, fact.closed, seq)

    def fault_indicated(self, fact: FaultIndicated, seq: int) -> None:
        self._world.room.indicated(fact.device, fact.section, seq)

    def trouble_reported(self, fact: TroubleReported, seq: int) -> None:
        room, ix = self._world.room, self._grid.transformer_ix[fact.transformer]
        delay_s = room.section.trouble_calls.delay
        self._world.clock.call_in(delay_s, lambda: room.reported(ix, seq))

    def gasp_received(self, fact: LastGaspReceived, seq: int) -> None:
        self._world.room.suspected(self._grid.transformer_ix[fact.transformer], seq)

    # --- belief

    def incident_opened(self, fact: IncidentOpened, seq: int) -> None:
        self._world.dispatcher.incident_opened(self._incident(fact.incident), seq)

    def restoration_set_menu(self, fact: RestorationTimeSet, _seq: int) -> None:
        self._world.announcing.restoration_set(self._incident(fact.incident))

    def restoration_set_review(self, fact: RestorationTimeSet, seq: int) -> None:
        incident = self._incident(fact.incident)
        self._world.dispatcher.restoration_set(incident, fact.restoration_s, seq)

    def restoration_set_notice(self, fact: RestorationTimeSet, seq: int) -> None:
        self._world.informer.restoration_set(self._incident(fact.incident), seq)

    def notice_submitted(self, fact: NoticeSubmitted, seq: int) -> None:
        if fact.restoration_s is not None:
            notice = self._world.campaigns.notices[fact.notice]
            passed = partial(
                self._world.behaviour.promise_passed,
                notice.groups,
                fact.restoration_s,
                fact.notice,
                fact.incident,
                seq,
            )
            self._world.clock.call_at(fact.restoration_s, passed)

    # --- crews

    def crew_arrived(self, fact: CrewArrived, seq: int) -> None:
        if (outage := self._world.room.ordered.all.get(fact.incident)) is not None:
            self._world.deliberate.intend(seq, outage)
            return
        self._world.room.crew_arrived(self._incident(fact.incident))

    def patrol_ended(self, fact: PatrolEnded, seq: int) -> None:
        """Take in what a crew saw: every damage at the place where it stopped."""
        world = self._world
        job = world.crews.crews[fact.crew].last_job
        incident = self._incident(fact.incident)
        assert job is not None
        if world.behind is not None and world.behind.looked(job, incident, seq):
            return
        damage = [asset for asset, _fault in world.site.damage_on(job.walked[-1])]
        if not incident.is_open and not damage:
            return
        incident = world.room.taken_up(incident, seq)
        if job.task == "check" and not damage:
            ix = self._grid.transformer_ix.get(job.place.id, NONE)
            if ix != NONE and not world.site.has_voltage(ix):
                world.room.no_voltage_found(incident, ix, seq)
                return
        world.room.patrolled(incident, job.walked, damage, seq)

    def repair_started(self, fact: RepairStarted, seq: int) -> None:
        self._world.dispatcher.assessed(self._incident(fact.incident), fact.estimate_s, seq)

    def repair_ended(self, fact: RepairEnded, seq: int) -> None:
        self._world.room.repaired(self._incident(fact.incident), fact.asset, seq)

    def crew_released(self, fact: CrewReleased, seq: int) -> None:
        if fact.incident in self._world.room.ordered.all:
            self._world.planned.crew_released(fact, seq)
            self._world.dispatcher.wake()
            return
        incident = self._incident(fact.incident)
        if incident.crew == fact.crew:
            # a person may have sent several
            crews = self._world.crews.crews.values()
            still = (each.id for each in crews if each.job and each.job.incident == incident.id)
            incident.crew = next(still, "")
        self._world.dispatcher.wake()

    def crew_ready(self, _fact: Any, _seq: int) -> None:
        self._world.dispatcher.wake()
