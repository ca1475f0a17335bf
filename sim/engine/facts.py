"""Everything the journal can say happened: typed, past tense, simulated time only.

Ids derive from what they belong to (`line12#2` is the second fault of line12), never from counters
shared by unrelated things, so two runs of one scenario can be compared fact by fact.
The first field of each fact is its subject. Truth and belief are different facts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

__all__ = [
    "AgentsArrived",
    "AgentsLeft",
    "AgentsRelieved",
    "AgentsRested",
    "AnnouncementSwitched",
    "BackupEnded",
    "BackupStarted",
    "BlockIndicated",
    "BoundaryCorrected",
    "BoundaryMistaken",
    "BreakerFailed",
    "BreakerLockedOut",
    "BreakerReclosed",
    "BreakerStateReported",
    "BreakerTripped",
    "CallersPlanned",
    "CommandGiven",
    "CommandRefused",
    "CrewArrived",
    "CrewAssigned",
    "CrewHalted",
    "CrewReleased",
    "CrewResumed",
    "CrewShiftEnded",
    "CrewShiftStarted",
    "CrewStoodDown",
    "CurtailmentCalled",
    "CurtailmentEnded",
    "CustomerReported",
    "CustomersLost",
    "CustomersRestored",
    "DisturbanceEnded",
    "EarthFaultEvolved",
    "EarthFaultGone",
    "EarthFaultLocated",
    "EarthFaultReported",
    "EarthFaultSensed",
    "EarthTestRead",
    "Fact",
    "FaultCleared",
    "FaultIndicated",
    "FaultStruck",
    "FiguresSettled",
    "FiguresSplit",
    "FuelRanOut",
    "FuseBlown",
    "FuseReplaced",
    "GapColourChanged",
    "GatewayLimited",
    "GeneratorFailed",
    "GeneratorRefuelled",
    "GeneratorStarted",
    "IncidentClosed",
    "IncidentJudged",
    "IncidentOpened",
    "IncidentRevised",
    "InfeedLost",
    "InfeedReported",
    "InfeedRestored",
    "InjectFired",
    "InjectHeld",
    "InjectReleased",
    "KeyCustomerLostSupply",
    "KeyCustomerResumed",
    "KeyCustomerStopped",
    "KeyCustomerTransferred",
    "LastGaspReceived",
    "LifeSupportRanOut",
    "LiftsStopped",
    "LineSelected",
    "LowVoltageFaultCleared",
    "LowVoltageFaultStruck",
    "MajorServiceFiled",
    "MenuSwitched",
    "MessageShown",
    "MeterHeard",
    "MobileSetSent",
    "NoticeCancelled",
    "NoticeFinished",
    "NoticeSubmitted",
    "OutageBegan",
    "OutageCalledOff",
    "OutageEnded",
    "OutageOrdered",
    "OvertimeAgreed",
    "PatrolEnded",
    "PlanStepTaken",
    "PlatformFailed",
    "PlatformRestored",
    "PromiseExpired",
    "RepairEnded",
    "RepairFeigned",
    "RepairProlonged",
    "RepairStarted",
    "ReportMade",
    "ReportTriaged",
    "ResponseLevelChanged",
    "RestorationTimeSet",
    "RunEnded",
    "RunStarted",
    "SeatFailed",
    "SeatHandedOver",
    "SeatRepaired",
    "SectionFuseBlown",
    "SectionFuseReplaced",
    "SiteLost",
    "SiteRestored",
    "StandbyCalled",
    "SupplyLost",
    "SupplyRestored",
    "SwitchLockReported",
    "SwitchLocked",
    "SwitchMoved",
    "SwitchOperated",
    "SwitchStateReported",
    "TroubleReported",
    "TrunksLimited",
    "WarningChanged",
    "WorkBegan",
    "WorkEnded",
    "WorkPutOff",
    "WorkScheduled",
    "WorksMerged",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """Stand at the root of all facts."""

    @property
    def subject(self) -> str:
        """Return the id of what the fact is about: its first field."""
        return str(getattr(self, fields(self)[0].name))

    def as_fields(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


# --- the run itself


@dataclass(frozen=True, slots=True)
class RunStarted(Fact):
    """The clock was started."""

    scenario: str
    seed: int
    customers: int


@dataclass(frozen=True, slots=True)
class RunEnded(Fact):
    """The run ended: all restored, or at the horizon."""

    why: str
    customers_out: int


# --- truth: what the grid does


@dataclass(frozen=True, slots=True)
class FaultStruck(Fact):
    """An asset failed. `kind` is permanent or temporary; `hazard` is wind, flood, steady, …."""

    fault: str
    asset: str
    kind: str
    hazard: str
    district: str


@dataclass(frozen=True, slots=True)
class FaultCleared(Fact):
    """A fault is gone. `how` is self (arc extinguished), repaired, or replaced (by damage)."""

    fault: str
    how: str


@dataclass(frozen=True, slots=True)
class BreakerTripped(Fact):
    """A breaker opened on fault current; `fault` is what it saw first."""

    device: str
    fault: str
    district: str


@dataclass(frozen=True, slots=True)
class BreakerReclosed(Fact):
    """A breaker closed by itself after its dead time; shots count from 1."""

    device: str
    shot: int


@dataclass(frozen=True, slots=True)
class BreakerLockedOut(Fact):
    """A breaker stays open after its last shot."""

    device: str
    district: str


@dataclass(frozen=True, slots=True)
class BreakerFailed(Fact):
    """A breaker did not open on fault current; the next one upstream has to."""

    device: str
    fault: str


@dataclass(frozen=True, slots=True)
class SwitchMoved(Fact):
    """A switch moved by itself; `by` is sectionaliser or voltage_time."""

    device: str
    closed: bool
    by: str


@dataclass(frozen=True, slots=True)
class SwitchLocked(Fact):
    """A switch locked itself open: the fault lies in the zone of a section ('' for a bus)."""

    device: str
    section: str


@dataclass(frozen=True, slots=True)
class EarthFaultSensed(Fact):
    """The voltage of the neutral rose at a busbar: one phase has a fault to earth."""

    bus: str
    fault: str


@dataclass(frozen=True, slots=True)
class EarthFaultGone(Fact):
    """A busbar senses no earth fault any more."""

    bus: str


@dataclass(frozen=True, slots=True)
class EarthFaultEvolved(Fact):
    """A fault to earth became one between phases."""

    fault: str


@dataclass(frozen=True, slots=True)
class InfeedLost(Fact):
    """A source bus lost its supply from outside."""

    bus: str


@dataclass(frozen=True, slots=True)
class InfeedRestored(Fact):
    """A source bus has its supply from outside again."""

    bus: str


@dataclass(frozen=True, slots=True)
class FuseBlown(Fact):
    """The fuse of a distribution transformer blew."""

    transformer: str
    fault: str


@dataclass(frozen=True, slots=True)
class FuseReplaced(Fact):
    """The fuse of a distribution transformer was renewed."""

    transformer: str


@dataclass(frozen=True, slots=True)
class SectionFuseBlown(Fact):
    """The fuse of a line section blew; it stays open until a crew renews it."""

    device: str
    fault: str


@dataclass(frozen=True, slots=True)
class SectionFuseReplaced(Fact):
    """The fuse of a line section was renewed."""

    device: str


@dataclass(frozen=True, slots=True)
class SwitchOperated(Fact):
    """A switch changed position by order; `by` is remote or the id of a crew."""

    device: str
    closed: bool
    by: str


@dataclass(frozen=True, slots=True)
class SupplyLost(Fact):
    """Distribution transformers lost supply at one moment."""

    device: str
    transformers: tuple[str, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class SupplyRestored(Fact):
    """Distribution transformers got supply back at one moment."""

    device: str
    transformers: tuple[str, ...]
    customers: int


# --- truth: behind the distribution transformers


@dataclass(frozen=True, slots=True)
class LowVoltageFaultStruck(Fact):
    """A part behind a transformer failed: a branch, a service drop, or a customer's own wiring."""

    fault: str
    asset: str
    part: str
    transformer: str
    hazard: str
    customers: int


@dataclass(frozen=True, slots=True)
class LowVoltageFaultCleared(Fact):
    """A fault behind a transformer is gone. `how` is repaired (by a crew) or own (by its owner)."""

    fault: str
    how: str


@dataclass(frozen=True, slots=True)
class CustomersLost(Fact):
    """Customers lost light behind their transformer: those of a part who had it."""

    asset: str
    transformer: str
    customers: int


@dataclass(frozen=True, slots=True)
class CustomersRestored(Fact):
    """Customers of a part behind a transformer have light again."""

    asset: str
    transformer: str
    customers: int


# --- truth: those who cannot do without supply


@dataclass(frozen=True, slots=True)
class KeyCustomerLostSupply(Fact):
    """The transformer that feeds an important user lost supply."""

    customer: str
    transformer: str
    grade: str


@dataclass(frozen=True, slots=True)
class KeyCustomerTransferred(Fact):
    """An important user is fed from its second source."""

    customer: str
    transformer: str


@dataclass(frozen=True, slots=True)
class GeneratorStarted(Fact):
    """The generator of an important user took over, with fuel for some time."""

    customer: str
    fuel_s: float


@dataclass(frozen=True, slots=True)
class GeneratorFailed(Fact):
    """The generator of an important user did not start."""

    customer: str


@dataclass(frozen=True, slots=True)
class GeneratorRefuelled(Fact):
    """The tanks of a generator are full again."""

    customer: str
    fuel_s: float


@dataclass(frozen=True, slots=True)
class FuelRanOut(Fact):
    """The generator of an important user stopped for want of fuel."""

    customer: str


@dataclass(frozen=True, slots=True)
class MobileSetSent(Fact):
    """A mobile generator is on its way to an important user, ready after some time."""

    customer: str
    ready_s: float


@dataclass(frozen=True, slots=True)
class KeyCustomerStopped(Fact):
    """An important user has nothing left to go on with: its function is lost."""

    customer: str
    grade: str


@dataclass(frozen=True, slots=True)
class KeyCustomerResumed(Fact):
    """An important user works again; `by` is grid, second_source, generator or mobile_set."""

    customer: str
    by: str


@dataclass(frozen=True, slots=True)
class BackupStarted(Fact):
    """Distributed generation feeds its own transformer, cut off from the grid."""

    transformer: str
    lasts_s: float


@dataclass(frozen=True, slots=True)
class BackupEnded(Fact):
    """Distributed generation feeds its transformer no longer: supply is back, or it is spent."""

    transformer: str


@dataclass(frozen=True, slots=True)
class LifeSupportRanOut(Fact):
    """The battery of a device a customer's life depends on ran out before supply returned."""

    place: str
    transformer: str


@dataclass(frozen=True, slots=True)
class LiftsStopped(Fact):
    """People are trapped in lifts behind a transformer."""

    transformer: str
    trapped: int


# --- belief: what the control room learns and thinks


@dataclass(frozen=True, slots=True)
class BreakerStateReported(Fact):
    """Telecontrol reported a breaker's position to the control room."""

    device: str
    closed: bool


@dataclass(frozen=True, slots=True)
class SwitchStateReported(Fact):
    """Telecontrol reported that a switch moved by itself."""

    device: str
    closed: bool


@dataclass(frozen=True, slots=True)
class SwitchLockReported(Fact):
    """Telecontrol reported that a switch locked itself open towards a section ('' for a bus)."""

    device: str
    section: str


@dataclass(frozen=True, slots=True)
class BlockIndicated(Fact):
    """The terminals of a feeder saw fault current up to these sections, and not beyond."""

    device: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InfeedReported(Fact):
    """Telecontrol reported whether a source bus has voltage."""

    bus: str
    live: bool


@dataclass(frozen=True, slots=True)
class EarthFaultReported(Fact):
    """Telecontrol reported an earth fault somewhere on a busbar, or that it is gone."""

    bus: str
    on: bool


@dataclass(frozen=True, slots=True)
class LineSelected(Fact):
    """The line selection device of a busbar points at the feeder of a breaker."""

    bus: str
    device: str


@dataclass(frozen=True, slots=True)
class EarthTestRead(Fact):
    """Control opened a switch to find an earth fault; `on` is whether the alarm stayed."""

    device: str
    incident: str
    on: bool


@dataclass(frozen=True, slots=True)
class EarthFaultLocated(Fact):
    """The search for an earth fault ended at these sections ('' where none are left)."""

    incident: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaultIndicated(Fact):
    """Fault indicators of a feeder point at a section ('' when none answered)."""

    device: str
    section: str


@dataclass(frozen=True, slots=True)
class TroubleReported(Fact):
    """Reports of customers of one transformer reached the control room's threshold."""

    transformer: str
    reports: int


@dataclass(frozen=True, slots=True)
class LastGaspReceived(Fact):
    """Meters behind a transformer sent a last gasp."""

    transformer: str


@dataclass(frozen=True, slots=True)
class CustomerReported(Fact):
    """A customer behind a transformer believed supplied reported an outage."""

    place: str
    transformer: str
    reports: int


@dataclass(frozen=True, slots=True)
class MeterHeard(Fact):
    """A customer's meter was heard: its last gasp, or its answer whether it has voltage."""

    place: str
    transformer: str
    has_voltage: bool


@dataclass(frozen=True, slots=True)
class ReportTriaged(Fact):
    """A report was settled without a crew: `by` agent, menu or meter, as the customer's own."""

    place: str
    transformer: str
    by: str


@dataclass(frozen=True, slots=True)
class IncidentOpened(Fact):
    """Control grouped evidence to a predicted device."""

    incident: str
    device: str
    district: str
    customers: int


@dataclass(frozen=True, slots=True)
class IncidentRevised(Fact):
    """Control changed its mind: predicted device, believed section, customers believed out."""

    incident: str
    device: str
    section: str
    customers: int


@dataclass(frozen=True, slots=True)
class RestorationTimeSet(Fact):
    """A restoration time was set for an incident; `stage` is first, arrival, assessment or plan."""

    incident: str
    restoration_s: float
    stage: str


@dataclass(frozen=True, slots=True)
class IncidentJudged(Fact):
    """A dispatcher accepted or rejected the predicted device of an incident."""

    incident: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class IncidentClosed(Fact):
    """Control believes that everybody of the incident has supply again."""

    incident: str
    why: str


# --- crews


@dataclass(frozen=True, slots=True)
class CrewShiftStarted(Fact):
    """A crew came on duty."""

    crew: str


@dataclass(frozen=True, slots=True)
class CrewShiftEnded(Fact):
    """A crew went off duty."""

    crew: str


@dataclass(frozen=True, slots=True)
class CrewAssigned(Fact):
    """A crew took a task of an incident: patrol, repair, switch or check."""

    crew: str
    incident: str
    task: str
    place: str
    travel_s: float


@dataclass(frozen=True, slots=True)
class CrewArrived(Fact):
    """A crew reached the place of its task."""

    crew: str
    incident: str
    task: str
    place: str


@dataclass(frozen=True, slots=True)
class PatrolEnded(Fact):
    """A crew walked its sections; `found` is the first damaged asset ('' when none was)."""

    crew: str
    incident: str
    found: str


@dataclass(frozen=True, slots=True)
class RepairStarted(Fact):
    """A crew began to repair an asset; `estimate_s` is when it thinks to be through."""

    crew: str
    incident: str
    asset: str
    estimate_s: float


@dataclass(frozen=True, slots=True)
class RepairEnded(Fact):
    """A crew finished the repair of an asset."""

    crew: str
    incident: str
    asset: str


@dataclass(frozen=True, slots=True)
class CrewStoodDown(Fact):
    """A crew stopped because the wind is above its limit."""

    crew: str
    gust_ms: float


@dataclass(frozen=True, slots=True)
class CrewResumed(Fact):
    """A crew took up work again after the wind fell."""

    crew: str


@dataclass(frozen=True, slots=True)
class CrewReleased(Fact):
    """A crew is free again."""

    crew: str
    incident: str


# --- callers and the contact centre


@dataclass(frozen=True, slots=True)
class CallersPlanned(Fact):
    """Callers were planned; `why` is outage, still_out, broken_promise, surge or follow_up."""

    why: str
    callers: int


@dataclass(frozen=True, slots=True)
class StandbyCalled(Fact):
    """A standby tier was called up."""

    tier: str
    agents: int


@dataclass(frozen=True, slots=True)
class AgentsArrived(Fact):
    """Agents of a standby tier took their seats."""

    tier: str
    agents: int


@dataclass(frozen=True, slots=True)
class OvertimeAgreed(Fact):
    """Of the agents asked to stay longer by some time, so many agreed."""

    asked: int
    agents: int
    stay_s: float


@dataclass(frozen=True, slots=True)
class AgentsRelieved(Fact):
    """Tired agents went to counselling for a while, the busy ones after the call in hand."""

    agents: int
    lasts_s: float


@dataclass(frozen=True, slots=True)
class AgentsRested(Fact):
    """Agents are back from counselling, rested."""

    agents: int


@dataclass(frozen=True, slots=True)
class SiteLost(Fact):
    """A site of the contact centre was lost, with so many agents on duty there."""

    site: str
    agents: int
    calls: str


@dataclass(frozen=True, slots=True)
class SiteRestored(Fact):
    """A site of the contact centre can be used again."""

    site: str
    agents: int


@dataclass(frozen=True, slots=True)
class SeatFailed(Fact):
    """The seat of an agent on duty failed."""

    agent: str


@dataclass(frozen=True, slots=True)
class SeatRepaired(Fact):
    """The seat of an agent works again; `lost_s` of her duty was lost."""

    agent: str
    lost_s: float


@dataclass(frozen=True, slots=True)
class PlatformFailed(Fact):
    """The platform failed: so many agents on duty can take no call."""

    agents: int


@dataclass(frozen=True, slots=True)
class PlatformRestored(Fact):
    """The platform works again; `lost_s` of all duties together was lost."""

    lost_s: float


@dataclass(frozen=True, slots=True)
class MajorServiceFiled(Fact):
    """The notice of a major service matter was filed for places, and stands for a while."""

    places: str
    customers: int
    lasts_s: float


@dataclass(frozen=True, slots=True)
class AnnouncementSwitched(Fact):
    """The outage announcement of the menu was switched for an area; `text` names what plays."""

    area: str
    on: bool
    text: str = ""


# --- notices


@dataclass(frozen=True, slots=True)
class NoticeSubmitted(Fact):
    """A notice was handed to its channels."""

    notice: str
    incident: str
    template: str
    channels: tuple[str, ...]
    customers: int
    restoration_s: float | None


@dataclass(frozen=True, slots=True)
class NoticeFinished(Fact):
    """The last message of a notice on a channel was delivered or lost."""

    notice: str
    channel: str
    sent: int
    delivered: int


@dataclass(frozen=True, slots=True)
class NoticeCancelled(Fact):
    """A notice was stopped on its channels; `unsent` messages never left them."""

    notice: str
    channels: tuple[str, ...]
    unsent: int


@dataclass(frozen=True, slots=True)
class PromiseExpired(Fact):
    """A restoration time that customers had been told passed without supply."""

    notice: str
    incident: str
    customers: int


# --- outages on purpose


@dataclass(frozen=True, slots=True)
class OutageOrdered(Fact):
    """An outage is to begin at a time; `why` is planned or shortage."""

    outage: str
    why: str
    begins_s: float
    restoration_s: float
    customers: int


@dataclass(frozen=True, slots=True)
class OutageBegan(Fact):
    """The switching of an ordered outage began."""

    outage: str
    why: str


@dataclass(frozen=True, slots=True)
class OutageEnded(Fact):
    """The switching of an ordered outage was undone."""

    outage: str
    why: str


@dataclass(frozen=True, slots=True)
class OutageCalledOff(Fact):
    """An ordered outage will not take place then; `why` is enough_power or put_off."""

    outage: str
    why: str


@dataclass(frozen=True, slots=True)
class GapColourChanged(Fact):
    """The largest gap forecast between load and supply changed colour."""

    colour: str
    gap_mw: float
    share: float


@dataclass(frozen=True, slots=True)
class CurtailmentCalled(Fact):
    """Customers under an agreement were asked to take less from a time on."""

    agreement: str
    relief_mw: float
    begins_s: float


@dataclass(frozen=True, slots=True)
class CurtailmentEnded(Fact):
    """Customers under an agreement may take what they like again."""

    agreement: str


@dataclass(frozen=True, slots=True)
class WorksMerged(Fact):
    """Jobs on one feeder were made one outage."""

    work: str
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkScheduled(Fact):
    """Planned work got a way to be done and a time."""

    work: str
    option: str
    begins_s: float
    ends_s: float
    customers: int


@dataclass(frozen=True, slots=True)
class WorkPutOff(Fact):
    """Planned work is put off; `why`: warning, response, no_crew, wind, not_normal, order."""

    work: str
    why: str


@dataclass(frozen=True, slots=True)
class WorkBegan(Fact):
    """The work itself began: its place is dead, or the live-line crew is there."""

    work: str
    crew: str


@dataclass(frozen=True, slots=True)
class WorkEnded(Fact):
    """Planned work is over; `late_s` is how much longer it took than planned."""

    work: str
    late_s: float


# --- emergency


@dataclass(frozen=True, slots=True)
class WarningChanged(Fact):
    """The weather warning changed colour: none, blue, yellow, orange or red."""

    colour: str


@dataclass(frozen=True, slots=True)
class ResponseLevelChanged(Fact):
    """The response level changed: none, IV, III, II or I."""

    level: str


@dataclass(frozen=True, slots=True)
class PlanStepTaken(Fact):
    """A step of the written plan met its trigger and issued its commands."""

    step: str


# --- the exercise


@dataclass(frozen=True, slots=True)
class InjectFired(Fact):
    """The director fired an inject.

    `kind` is its kind of effect, `place` what it hit, `about` (name, value) pairs of text that
    fill its messages and expectations; `by` is time, state, rate, coverage or controller, and
    `delayed_s` how long spacing and load held it back.
    """

    inject: str
    kind: str
    place: str
    about: tuple[tuple[str, str], ...]
    by: str
    delayed_s: float


@dataclass(frozen=True, slots=True)
class InjectHeld(Fact):
    """The controller holds an inject: it does not fire while held."""

    inject: str


@dataclass(frozen=True, slots=True)
class InjectReleased(Fact):
    """The controller no longer holds an inject."""

    inject: str


@dataclass(frozen=True, slots=True)
class DisturbanceEnded(Fact):
    """What an inject did to a system is over."""

    inject: str
    kind: str


@dataclass(frozen=True, slots=True)
class MessageShown(Fact):
    """A seat was shown the text of an inject."""

    seat: str
    inject: str


@dataclass(frozen=True, slots=True)
class ReportMade(Fact):
    """A seat reported something to the office above it."""

    seat: str
    about: str


# --- what injects do


@dataclass(frozen=True, slots=True)
class RepairProlonged(Fact):
    """What is left of a repair will take longer by a factor; the crew does not know yet."""

    crew: str
    incident: str
    factor: float


@dataclass(frozen=True, slots=True)
class RepairFeigned(Fact):
    """A crew is about to report a repair it did not make."""

    crew: str
    incident: str
    asset: str


@dataclass(frozen=True, slots=True)
class CrewHalted(Fact):
    """A crew cannot go on; `why` is injured or vehicle."""

    crew: str
    why: str
    lasts_s: float


@dataclass(frozen=True, slots=True)
class BoundaryMistaken(Fact):
    """Control's books of an incident went wrong: phantom transformers in, missed ones out."""

    incident: str
    phantom: tuple[str, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoundaryCorrected(Fact):
    """Control's books of an incident were put right."""

    incident: str


@dataclass(frozen=True, slots=True)
class FiguresSplit(Fact):
    """The figures of an incident that reach the notification officer differ from control's."""

    incident: str
    customers: int


@dataclass(frozen=True, slots=True)
class FiguresSettled(Fact):
    """The figures of an incident are the same everywhere again."""

    incident: str


@dataclass(frozen=True, slots=True)
class MenuSwitched(Fact):
    """The menu stopped serving callers, or serves them again."""

    menu: str
    works: bool


@dataclass(frozen=True, slots=True)
class TrunksLimited(Fact):
    """So many lines into the centre can be used now."""

    system: str
    trunks: int


@dataclass(frozen=True, slots=True)
class GatewayLimited(Fact):
    """The gateway of a channel sends so many messages an hour now."""

    system: str
    channel: str
    per_h: float


@dataclass(frozen=True, slots=True)
class AgentsLeft(Fact):
    """Agents on duty were told to leave, or left."""

    why: str
    agents: int


@dataclass(frozen=True, slots=True)
class SeatHandedOver(Fact):
    """A seat was handed to the autopilot, or to a person."""

    seat: str
    autopilot: bool


# --- commands


@dataclass(frozen=True, slots=True)
class CommandGiven(Fact):
    """A command was accepted. `fields` are its fields as (name, value) text pairs."""

    command: str
    by: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CommandRefused(Fact):
    """A command could not be carried out; `why` is a code of the message catalogue."""

    command: str
    by: str
    fields: tuple[tuple[str, str], ...]
    why: str
