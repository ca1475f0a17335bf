"""Seats: who may decide what, and which of them are left to the autopilot.

The written plan is the autopilot: a seat's automatic policy gives exactly the commands a person in
that seat could give. A seat can be handed over at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.commands import (
    AskOvertime,
    AssignCrew,
    BeginPlannedWork,
    CallCurtailment,
    CallStandby,
    CancelNotice,
    ChangeResponse,
    ChangeWarning,
    CloseIncident,
    Command,
    CutFeeder,
    FileMajorService,
    FireInject,
    HandOver,
    HoldInject,
    JudgeIncident,
    OperateSwitch,
    PutOffPlannedWork,
    RelieveAgents,
    Report,
    RestoreFeeder,
    SendMobileSet,
    SendNotice,
    SetRestorationTime,
    SwitchAnnouncement,
    TellOutage,
)

__all__ = ["CONTROLLER", "DISPATCHER", "NOTIFICATION", "OFFICE", "PLAYERS", "SEATS", "SUPERVISOR",
           "Seats", "may_give"]  # fmt: skip

CONTROLLER = "controller"
"""导演."""
SUPERVISOR = "supervisor"
"""话务班长: contact-centre shift supervisor."""
DISPATCHER = "dispatcher"
"""配网调度与抢修指挥: dispatcher and crew commander."""
NOTIFICATION = "notification"
"""信息发布: notification officer."""
OFFICE = "office"
"""应急办: warnings and response levels; always on autopilot so far."""

PLAYERS = (SUPERVISOR, DISPATCHER, NOTIFICATION)
"""Seats that play."""
SEATS = (CONTROLLER, *PLAYERS)
"""Seats that have a console."""

_RIGHTS: Mapping[type[Command], tuple[str, ...]] = {
    AssignCrew: (DISPATCHER,),
    OperateSwitch: (DISPATCHER,),
    SetRestorationTime: (DISPATCHER,),
    CloseIncident: (DISPATCHER,),
    JudgeIncident: (DISPATCHER,),
    SendMobileSet: (DISPATCHER,),
    CutFeeder: (DISPATCHER,),
    RestoreFeeder: (DISPATCHER,),
    CallCurtailment: (DISPATCHER,),
    BeginPlannedWork: (DISPATCHER,),
    PutOffPlannedWork: (DISPATCHER,),
    TellOutage: (NOTIFICATION,),
    CallStandby: (SUPERVISOR,),
    SwitchAnnouncement: (SUPERVISOR,),
    AskOvertime: (SUPERVISOR,),
    RelieveAgents: (SUPERVISOR,),
    FileMajorService: (SUPERVISOR,),
    SendNotice: (NOTIFICATION,),
    CancelNotice: (NOTIFICATION,),
    ChangeWarning: (OFFICE,),
    ChangeResponse: (OFFICE,),
    HandOver: (CONTROLLER,),
    FireInject: (CONTROLLER,),
    HoldInject: (CONTROLLER,),
    Report: PLAYERS,
}


def may_give(seat: str, command: Command) -> bool:
    """Say whether a seat has the right to a command; a type without a row is nobody's."""
    return seat in _RIGHTS.get(type(command), ())


class Seats:
    """Own which seats are on autopilot."""

    def __init__(self) -> None:
        self._autopilot = dict.fromkeys((*PLAYERS, OFFICE), True)
        self.delay_s = 0.0
        """What people would need more for each decision of a player's automatic policy."""

    def is_autopilot(self, seat: str) -> bool:
        """Say whether a seat is left to its automatic policy."""
        return self._autopilot[seat]

    def set_autopilot(self, seat: str, on: bool) -> None:
        """Hand a seat to its automatic policy, or to a person."""
        self._autopilot[seat] = on
