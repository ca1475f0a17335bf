"""Handlers of commands: the one place where a choice becomes an effect.

A handler returns '' when the command was carried out, or the code that says why it was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.commands import (
    AskOvertime,
    AssignCrew,
    CallStandby,
    CancelNotice,
    ChangeResponse,
    ChangeWarning,
    CloseIncident,
    Command,
    FileMajorService,
    FireInject,
    HandOver,
    HoldInject,
    JudgeIncident,
    OperateSwitch,
    RelieveAgents,
    Report,
    SendNotice,
    SetRestorationTime,
    SwitchAnnouncement,
)
from sim.control.incidents import Incident
from sim.crews.crews import Stretch
from sim.engine.clock import LAST
from sim.engine.facts import (
    AgentsArrived,
    AnnouncementSwitched,
    CommandGiven,
    CommandRefused,
    IncidentJudged,
    MajorServiceFiled,
    ReportMade,
    ResponseLevelChanged,
    SeatHandedOver,
    StandbyCalled,
    WarningChanged,
)
from sim.engine.journal import NO_CAUSE
from sim.scenario.emergency import COLOURS, LEVELS
from sim.units import DAY_S
from sim.world.behind_places import may_go_behind
from sim.world.seats import PLAYERS
from sim.world.site import place_of

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["Handlers"]

_TASKS = ("patrol", "check", "switch", "repair")
_SYSTEMS = ("menu", "trunks", "gateway", "agents", "calls", "figures")
"""What can be reported besides incidents, crews, notices and transformers."""
_TEMPLATES = ("estimate", "update", "correction")


class Handlers:
    """Check commands, log them, and carry them out."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by = ""
        self._handlers: dict[
            type[Command], tuple[Callable[[Any], str], Callable[[Any, int], None]]
        ] = {
            AssignCrew: (self._check_assign, self._assign),
            OperateSwitch: (self._check_operate, self._operate),
            SetRestorationTime: (self._check_restoration, self._set_restoration),
            CloseIncident: (self._check_close, self._close),
            CallStandby: (self._check_standby, self._call_standby),
            SwitchAnnouncement: (self._check_announcement, self._announce),
            AskOvertime: (self._check_overtime, self._ask_overtime),
            RelieveAgents: (self._check_relief, self._relieve),
            FileMajorService: (self._check_major, self._file_major),
            SendNotice: (self._check_notice, self._notice),
            CancelNotice: (self._check_cancel, self._cancel),
            JudgeIncident: (self._check_judge, self._judge),
            HandOver: (self._check_seat, self._hand_over),
            FireInject: (self._check_fire, self._fire),
            HoldInject: (self._check_hold, self._hold),
            Report: (self._check_report, self._report),
            ChangeWarning: (self._check_colour, self._warn),
            ChangeResponse: (self._check_level, self._respond),
            **world.deliberate.handlers(),
            **world.planned.handlers(),
            **world.shortage.handlers(),
            **world.in_need.handlers(),
        }

    def give(self, command: Command, by: str, cause: int = NO_CAUSE) -> bool:
        """Carry out a command at this moment; return whether it was accepted."""
        journal = self._world.journal
        name, pairs = type(command).__name__, command.as_pairs()
        check, carry_out = self._handlers[type(command)]
        why = check(command)
        if why:
            journal.write(CommandRefused(name, by, pairs, why), cause)
            return False
        self._by = by
        carry_out(command, journal.write(CommandGiven(name, by, pairs), cause))
        return True

    def _incident(self, name: str) -> Incident | None:
        incident = self._world.room.incidents.all.get(name)
        return incident if incident is not None and incident.is_open else None

    def _check_close(self, command: CloseIncident) -> str:
        incident = self._incident(command.incident)
        if incident is None:
            return "incident_not_open"
        if incident.crew:
            return "crew_at_work"
        return "" if self._world.room.may_close(incident) else "customers_out"

    def _check_judge(self, command: JudgeIncident) -> str:
        incident = self._incident(command.incident)
        if incident is None:
            return "incident_not_open"
        may_go = command.accepted or self._world.room.may_close(incident)
        return "" if may_go else "customers_out"

    # --- crews

    def _check_assign(self, command: AssignCrew) -> str:
        incident = self._incident(command.incident)
        if incident is None:
            return "incident_not_open"
        if command.task not in _TASKS or not command.targets:
            return "unknown_task"
        grid = self._world.grid
        try:
            places = [place_of(grid, each.partition(":")[0]) for each in command.targets]
        except KeyError:
            return "unknown_place"
        if not may_go_behind(self._world, incident, command):
            return "unknown_place"
        on_foot = command.task in ("patrol", "check")
        if on_foot and any(each in grid.switch_ix for each in command.targets):
            return "unknown_place"
        if command.task == "switch" and any(
            each.partition(":")[0] not in grid.switch_ix
            or each.partition(":")[2] not in ("open", "close")
            for each in command.targets
        ):
            return "unknown_switch"
        if command.task == "repair" and self._world.crews.is_under_water(command.targets[0]):
            return "under_water"
        return self._world.crews.can_start(command.crew, places[0])

    def _assign(self, command: AssignCrew, seq: int) -> None:
        world, grid = self._world, self._world.grid
        incident = self._incident(command.incident)
        assert incident is not None
        incident.crew = command.crew
        places = [place_of(grid, each.partition(":")[0]) for each in command.targets]
        if command.task == "patrol":
            stretches = [
                Stretch(
                    place,
                    grid.sections[grid.section_ix[place.id]].length_km
                    if place.id in grid.section_ix
                    else 0.0,
                )
                for place in places
            ]
            world.crews.patrol(command.crew, incident.id, stretches, seq)
        elif command.task == "check":
            world.crews.check(command.crew, incident.id, places[0], seq)
        elif command.task == "switch":
            moves = [(each.partition(":")[0], each.endswith(":close")) for each in command.targets]
            world.crews.switch(command.crew, incident.id, moves, places[0], seq)
        else:
            world.crews.repair(command.crew, incident.id, places[0].id, places[0], seq)

    # --- switching and incidents

    def _check_operate(self, command: OperateSwitch) -> str:
        grid = self._world.grid
        if command.device not in grid.switch_ix:
            return "unknown_switch"
        device = grid.switches[grid.switch_ix[command.device]]
        if not (device.is_remote or device.is_breaker):
            return "not_remote"
        if command.incident and self._incident(command.incident) is None:
            return "incident_not_open"
        if not command.closed and not self._world.protection.may_open(command.device):
            return "carries_fault"
        return ""

    def _operate(self, command: OperateSwitch, seq: int) -> None:
        """Let telecontrol move the switch after a while, one move of an incident at a time."""
        incident = self._incident(command.incident)
        ahead = 0
        if incident is not None:
            ahead = incident.moving
            incident.moving += 1
        delay_s = (ahead + 1) * self._world.scenario.control.telecontrol.operating_time
        self._world.clock.call_in(delay_s, partial(self._moved, command, incident, seq), LAST)

    def _moved(self, command: OperateSwitch, incident: Incident | None, seq: int) -> None:
        world = self._world
        if incident is not None:
            incident.moving -= 1
            world.dispatcher.wake()
        device = world.grid.switches[world.grid.switch_ix[command.device]]
        stood_so = world.state.is_closed(device.ix) == command.closed
        done = world.protection.operate(command.device, command.closed, "remote", seq)
        if done is None:
            return
        world.room.switched(command.device, command.closed, incident, done)
        if device.is_breaker:
            world.evidence.answer(command.device, done)
            if stood_so and command.closed:
                world.room.found_closed(command.device, done)

    def _check_restoration(self, command: SetRestorationTime) -> str:
        if self._incident(command.incident) is None:
            return "incident_not_open"
        return "" if command.restoration_s >= self._world.clock.now else "in_the_past"

    def _set_restoration(self, command: SetRestorationTime, seq: int) -> None:
        incident = self._incident(command.incident)
        assert incident is not None
        self._world.room.incidents.set_restoration(
            incident, command.restoration_s, command.stage, seq
        )
        self._world.room.figures.settle(incident, seq)

    def _judge(self, command: JudgeIncident, seq: int) -> None:
        incident = self._incident(command.incident)
        assert incident is not None
        self._world.journal.write(IncidentJudged(incident.id, command.accepted), seq)
        self._world.room.figures.settle(incident, seq)
        if command.accepted:
            incident.is_confirmed = True
            self._world.room.correct(incident, seq)
        else:
            self._world.room.close(incident, "rejected", seq)

    def _close(self, command: CloseIncident, seq: int) -> None:
        incident = self._incident(command.incident)
        assert incident is not None
        self._world.room.close(incident, command.why, seq)

    # --- contact centre

    def _check_standby(self, command: CallStandby) -> str:
        return "" if command.tier in self._world.scenario.contact.standby else "unknown_tier"

    def _call_standby(self, command: CallStandby, seq: int) -> None:
        world = self._world
        times = world.centre.call_standby(command.tier, world.clock.now)
        called = world.journal.write(StandbyCalled(command.tier, len(times)), seq)
        for t_s in sorted(set(times)):
            agents = times.count(t_s)
            fact = AgentsArrived(command.tier, agents)
            world.clock.call_at(t_s, partial(world.journal.write, fact, called))

    def _check_announcement(self, command: SwitchAnnouncement) -> str:
        texts = self._world.scenario.contact.menu.announcements
        return "" if command.text is None or command.text in texts else "unknown_text"

    def _announce(self, command: SwitchAnnouncement, seq: int) -> None:
        world = self._world
        text = ""
        if command.on:
            text = world.scenario.contact.menu.text_or_default(command.text)
        world.announcing.switch(text)
        world.journal.write(AnnouncementSwitched("believed_out", command.on, text), seq)

    def _check_overtime(self, command: AskOvertime) -> str:
        times_s = (command.within_s, command.stay_s)
        if not all(each is None or 0.0 < each <= DAY_S for each in times_s):
            return "unknown_time"
        return "" if self._world.staff.could_stay(*times_s) else "no_shift_ends"

    def _ask_overtime(self, command: AskOvertime, seq: int) -> None:
        self._world.staff.ask_overtime(command.within_s, command.stay_s, seq)

    def _check_relief(self, command: RelieveAgents) -> str:
        if command.share is not None and not 0.0 < command.share <= 1.0:
            return "unknown_share"
        if command.lasts_s is not None and not 0.0 < command.lasts_s <= DAY_S:
            return "unknown_time"
        return "" if self._world.staff.tired(command.share) else "nobody_tired"

    def _relieve(self, command: RelieveAgents, seq: int) -> None:
        self._world.staff.relieve(command.share, command.lasts_s, seq)

    def _check_major(self, command: FileMajorService) -> str:
        if any(self._incident(each) is None for each in command.incidents):
            return "incident_not_open"
        known = {each.id for each in self._world.grid.districts}
        if not known.issuperset(command.districts):
            return "unknown_district"
        return "" if self._covered(command)[1] else "nobody_believed_out"

    def _covered(self, command: FileMajorService) -> tuple[list[str], set[int]]:
        """Return the places a notice names, and the transformers it covers."""
        world = self._world
        districts, incidents = set(command.districts), list(command.incidents)
        if not districts and not incidents:
            concerned = {each.district_ix for each in world.room.incidents.open()}
            districts = {each.id for each in world.grid.districts if each.ix in concerned}
        chosen = {each.ix for each in world.grid.districts if each.id in districts}
        covered = {t.ix for t in world.grid.transformers if t.district_ix in chosen}
        for name in incidents:
            covered |= world.room.incidents.all[name].transformers
        return [*sorted(districts), *incidents], covered

    def _file_major(self, command: FileMajorService, seq: int) -> None:
        world = self._world
        places, covered = self._covered(command)
        lasts_s = world.orders.file_notice(covered)
        customers = int(world.grid.transformer_customers[sorted(covered)].sum())
        world.journal.write(MajorServiceFiled(",".join(places), customers, lasts_s), seq)

    # --- notices

    def _check_notice(self, command: SendNotice) -> str:
        incident = self._incident(command.incident)
        if incident is None:
            return "incident_not_open"
        if command.template not in _TEMPLATES:
            return "unknown_template"
        known = {each.id for each in self._world.grid.districts}
        if not known.issuperset(command.districts):
            return "unknown_district"
        if not self._world.campaigns.carriers.keys() >= set(command.channels):
            return "unknown_channel"
        if not command.districts and not incident.transformers:
            return "nobody_believed_out"
        at_s = command.restoration_s
        if at_s is None:
            at_s = incident.restoration_s
        return "" if at_s > self._world.clock.now else "no_restoration_time"

    def _notice(self, command: SendNotice, seq: int) -> None:
        world = self._world
        incident = self._incident(command.incident)
        assert incident is not None
        transformers = sorted(incident.transformers)
        if command.districts:
            chosen = {each.ix for each in world.grid.districts if each.id in command.districts}
            transformers = [t.ix for t in world.grid.transformers if t.district_ix in chosen]
        if command.template == "correction":
            world.room.figures.settle(incident, seq)
        channels = command.channels
        if command.template == "correction" and not channels:
            channels = world.campaigns.last_channels(incident.id)  # who read the mistake
        at_s = command.restoration_s
        world.campaigns.submit(
            incident.id,
            command.template,
            incident.restoration_s if at_s is None else at_s,
            world.groups.of(transformers),
            seq,
            channels,
        )

    def _check_cancel(self, command: CancelNotice) -> str:
        return "" if command.notice in self._world.campaigns.notices else "unknown_notice"

    def _cancel(self, command: CancelNotice, seq: int) -> None:
        self._world.campaigns.cancel(command.notice, seq)

    # --- seats

    def _check_seat(self, command: HandOver) -> str:
        return "" if command.seat in PLAYERS else "unknown_seat"

    def _hand_over(self, command: HandOver, seq: int) -> None:
        self._world.seats.set_autopilot(command.seat, command.autopilot)
        self._world.journal.write(SeatHandedOver(command.seat, command.autopilot), seq)
        self._world.dispatcher.wake()

    # --- the exercise

    def _check_fire(self, command: FireInject) -> str:
        director = self._world.director
        return director.may_fire(command.inject) if director is not None else "no_exercise"

    def _fire(self, command: FireInject, seq: int) -> None:
        director = self._world.director
        assert director is not None
        director.fire(command.inject, seq)

    def _check_hold(self, command: HoldInject) -> str:
        director = self._world.director
        return director.may_hold(command.inject) if director is not None else "no_exercise"

    def _hold(self, command: HoldInject, seq: int) -> None:
        director = self._world.director
        assert director is not None
        director.hold(command.inject, command.held, seq)

    def _check_report(self, command: Report) -> str:
        world = self._world
        known: tuple[Collection[str], ...] = (
            _SYSTEMS,
            world.room.incidents.all,
            world.crews.crews,
            world.campaigns.notices,
            world.grid.transformer_ix,
        )
        return "" if any(command.about in each for each in known) else "unknown_subject"

    def _report(self, command: Report, seq: int) -> None:
        room = self._world.room
        reported = self._world.journal.write(ReportMade(self._by, command.about), seq)
        if command.about == "figures":
            room.figures.settle_all(reported)
        elif command.about in room.incidents.all:
            room.figures.settle(room.incidents.all[command.about], reported)

    # --- emergency

    def _check_colour(self, command: ChangeWarning) -> str:
        return "" if command.colour in COLOURS else "unknown_colour"

    def _warn(self, command: ChangeWarning, seq: int) -> None:
        self._world.levels.colour = command.colour
        self._world.levels.seq = self._world.journal.write(WarningChanged(command.colour), seq)

    def _check_level(self, command: ChangeResponse) -> str:
        return "" if command.level in LEVELS else "unknown_level"

    def _respond(self, command: ChangeResponse, seq: int) -> None:
        self._world.levels.level = command.level
        self._world.levels.seq = self._world.journal.write(ResponseLevelChanged(command.level), seq)
