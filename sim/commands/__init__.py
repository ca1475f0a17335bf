"""Every choice as plain data: what may be ordered, with its fields.

Who issues a command (the written plan, an automatic policy, a person at a console) does not
matter: same type, same check, same log entry. The handlers live in `world`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = [
    "AskOvertime",
    "AssignCrew",
    "BeginPlannedWork",
    "CallCurtailment",
    "CallStandby",
    "CancelNotice",
    "ChangeResponse",
    "ChangeWarning",
    "CloseIncident",
    "Command",
    "CutFeeder",
    "FileMajorService",
    "FireInject",
    "HandOver",
    "HoldInject",
    "JudgeIncident",
    "OperateSwitch",
    "PutOffPlannedWork",
    "RelieveAgents",
    "Report",
    "RestoreFeeder",
    "SendMobileSet",
    "SendNotice",
    "SetRestorationTime",
    "SwitchAnnouncement",
    "TellOutage",
]


@dataclass(frozen=True, slots=True)
class Command:
    """Stand at the root of all commands."""

    def as_pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the fields as (name, value) pairs of text, for the log."""
        return tuple((each.name, _text(getattr(self, each.name))) for each in fields(self))


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(_text(each) for each in value)
    return repr(value) if isinstance(value, float) else str(value)


# --- dispatch and crews


@dataclass(frozen=True, slots=True)
class AssignCrew(Command):
    """Send a crew to a task of an incident.

    patrol: walk `targets` (sections, in order) until damage is found. check: look at the one
    target. switch: move `targets` by hand, each written `device:open` or `device:close`.
    repair: repair the one target.
    """

    crew: str
    incident: str
    task: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperateSwitch(Command):
    """Move a remote-controlled switch for an incident."""

    device: str
    closed: bool
    incident: str


@dataclass(frozen=True, slots=True)
class SetRestorationTime(Command):
    """Set when the customers of an incident are expected back (seconds from the start)."""

    incident: str
    restoration_s: float
    stage: str


@dataclass(frozen=True, slots=True)
class CloseIncident(Command):
    """Close an incident."""

    incident: str
    why: str


@dataclass(frozen=True, slots=True)
class JudgeIncident(Command):
    """Accept the predicted device of an incident, or reject it: nobody there is believed out."""

    incident: str
    accepted: bool


# --- those in need


@dataclass(frozen=True, slots=True)
class SendMobileSet(Command):
    """Send a mobile generator to an important user."""

    customer: str


# --- outages on purpose


@dataclass(frozen=True, slots=True)
class CutFeeder(Command):
    """Cut a feeder by its breaker for want of power, until about a time (s from the start)."""

    device: str
    until_s: float


@dataclass(frozen=True, slots=True)
class RestoreFeeder(Command):
    """Give a feeder that was cut for want of power its supply back."""

    device: str


@dataclass(frozen=True, slots=True)
class CallCurtailment(Command):
    """Ask the customers of an agreement to take less, or tell them that it is over."""

    agreement: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class BeginPlannedWork(Command):
    """Begin planned work now, with a crew (empty: the nearest free one)."""

    work: str
    crew: str = ""


@dataclass(frozen=True, slots=True)
class PutOffPlannedWork(Command):
    """Put off planned work that has not begun, to the next time its notice allows."""

    work: str
    why: str


@dataclass(frozen=True, slots=True)
class TellOutage(Command):
    """Tell the customers of an ordered outage of it: `template` planned, shortage or called_off.

    Without channels, by those of its section.
    """

    outage: str
    template: str
    channels: tuple[str, ...] = ()


# --- contact centre


@dataclass(frozen=True, slots=True)
class CallStandby(Command):
    """Call up a standby tier."""

    tier: str


@dataclass(frozen=True, slots=True)
class SwitchAnnouncement(Command):
    """Switch the outage announcement of the menu for areas believed out.

    Without a text's name the menu plays its default text.
    """

    on: bool
    text: str | None = None


@dataclass(frozen=True, slots=True)
class AskOvertime(Command):
    """Ask the agents whose shift ends within a time to stay longer by another.

    Empty fields mean the times of the scenario.
    """

    within_s: float | None = None
    stay_s: float | None = None


@dataclass(frozen=True, slots=True)
class RelieveAgents(Command):
    """Send the most tired agents, a share of those on duty, to counselling for a while.

    Empty fields mean the share and the time of the scenario.
    """

    share: float | None = None
    lasts_s: float | None = None


@dataclass(frozen=True, slots=True)
class FileMajorService(Command):
    """File the notice of a major service matter: some reports become no work orders any more.

    It covers who is believed out because of the incidents, and all of the districts; where neither
    is named, all districts with an open incident.
    """

    incidents: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


# --- notices


@dataclass(frozen=True, slots=True)
class SendNotice(Command):
    """Send a notice about an incident.

    Empty fields mean the default: everybody believed out because of it (else `districts`, ids),
    the restoration time that control set (else seconds from the start), and the scenario's default
    channels; a correction goes by the channels of the notice before it.
    """

    incident: str
    template: str
    districts: tuple[str, ...] = ()
    restoration_s: float | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelNotice(Command):
    """Stop the messages of a notice that have not been sent yet, on all its channels."""

    notice: str


# --- the exercise itself


@dataclass(frozen=True, slots=True)
class HandOver(Command):
    """Hand a seat to the autopilot, or to a person."""

    seat: str
    autopilot: bool


@dataclass(frozen=True, slots=True)
class FireInject(Command):
    """Fire an inject now, whatever its trigger says."""

    inject: str


@dataclass(frozen=True, slots=True)
class HoldInject(Command):
    """Hold an inject, or let go of it: a held inject does not fire."""

    inject: str
    held: bool = True


@dataclass(frozen=True, slots=True)
class Report(Command):
    """Report something to the office above.

    `about` is the id of an incident, crew, notice or transformer, or one of menu, trunks, gateway,
    agents, calls and figures.
    """

    about: str


# --- emergency


@dataclass(frozen=True, slots=True)
class ChangeWarning(Command):
    """Issue or lift a warning colour."""

    colour: str


@dataclass(frozen=True, slots=True)
class ChangeResponse(Command):
    """Start, raise, lower or end the response."""

    level: str
