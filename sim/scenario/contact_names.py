"""Names that the parts of section `contact` use of one another: all must be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from sim.messages import Message, joined, say, standing_at
from sim.scenario.call_types import CallType
from sim.scenario.lines import PHONE, Line
from sim.scenario.seats import ANY_SKILL, Group, Skill, StandbyTier

__all__ = ["Names", "check_names", "known"]

MOST_LEVELS = 5


class Names(Protocol):
    """What is looked at of section `contact`."""

    call_types: dict[str, CallType]
    groups: dict[str, Group]
    lines: dict[str, Line]
    skills: dict[str, Skill]
    standby: dict[str, StandbyTier]


def check_names(contact: Names) -> None:
    """Raise ValueError for the first name that is used and not there, or used wrongly."""
    types = contact.call_types
    _check_seats(contact)  # a misspelt type there would read as a type nobody serves
    for name, each in types.items():
        _check_type(name, each, contact)
        _check_chain(name, types)
    _check_lines(contact)


def _check_lines(contact: Names) -> None:
    if PHONE in contact.lines:
        raise ValueError(say("lines must not have one named 'phone': its trunks stand above"))
    for name, line in contact.lines.items():
        for number, level in enumerate(line.menu):
            for call_type in level.self_served:
                place = f"lines.{name}.menu[{number}].self_served"
                known(call_type, contact.call_types, place, say("call type"))


def _check_seats(contact: Names) -> None:
    for name, group in contact.groups.items():
        for call_type in group.serves:
            known(call_type, contact.call_types, f"groups.{name}.serves", say("call type"))
        if len(set(group.serves)) < len(group.serves):
            raise ValueError(say("groups.{name}.serves names a call type twice", name=name))
        for number, shift in enumerate(group.roster):
            _known_skill(shift.skill, contact.skills, f"groups.{name}.roster[{number}].skill")
    for name, tier in contact.standby.items():
        known(tier.group, contact.groups, f"standby.{name}.group", say("group"))
        _known_skill(tier.skill, contact.skills, f"standby.{name}.skill")


def _check_type(name: str, call_type: CallType, contact: Names) -> None:
    where = f"call_types.{name}"
    known(call_type.line, (PHONE, *contact.lines), f"{where}.line", say("line"))
    serving = [group for group, each in contact.groups.items() if name in each.serves]
    if not serving:
        raise ValueError(say("no group serves the call type {name!r}", name=name))
    for number, route in enumerate(call_type.routes):
        place = f"{where}.routes[{number}].group"
        known(route.group, contact.groups, place, say("group"))
        if route.group not in serving:
            words = say("{group!r} does not serve {name!r}", group=route.group, name=name)
            raise ValueError(standing_at(place, words))
    for key, other in _others(call_type):
        known(other, contact.call_types, f"{where}.{key}", say("call type"))
    if call_type.callback is not None:
        other = call_type.callback.to
        if contact.call_types[other].dials is None:
            words = say("{name!r} is not outbound: it has no dials", name=other)
            raise ValueError(standing_at(f"{where}.callback.to", words))


def _others(call_type: CallType) -> Iterator[tuple[str, str]]:
    """Yield the other call types a call type names, each with its key."""
    for key in ("redial_after_blocked", "redial_after_abandoned", "redial_after_balked"):
        moves_to = getattr(call_type, key).moves_to
        if moves_to:
            yield f"{key}.moves_to", moves_to
    if call_type.callback is not None:
        yield "callback.to", call_type.callback.to
    if call_type.escalates is not None:
        yield "escalates.to", call_type.escalates.to


def _check_chain(name: str, types: Mapping[str, CallType]) -> None:
    """Refuse escalation in a circle or over more levels than there are."""
    passed = [name]
    while (escalates := types[passed[-1]].escalates) is not None:
        if escalates.to in passed:
            words = say("escalation runs in a circle: {names}", names=joined(", ", passed))
            raise ValueError(standing_at(f"call_types.{name}.escalates", words))
        passed.append(escalates.to)
        if len(passed) > MOST_LEVELS:
            words = say("more than {most} levels of escalation", most=MOST_LEVELS)
            raise ValueError(standing_at(f"call_types.{name}.escalates", words))


def _known_skill(name: str, skills: Collection[str], where: str) -> None:
    if name != ANY_SKILL:
        known(name, skills, where, say("skill"))


def known(name: str, names: Collection[str], where: str, what: Message) -> None:
    """Raise ValueError if a name is not among the names there are."""
    if name not in names:
        words = say(
            "unknown {what} {name!r}; there are {names}",
            what=what,
            name=name,
            names=joined(", ", names),
        )
        raise ValueError(standing_at(where, words))
