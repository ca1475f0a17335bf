"""What a console may say: messages from a browser, read strictly or refused with a code.

A browser is never trusted. A message is an object of known keys with values of exactly the right
kind; whole numbers pass for fractions, nothing else is converted. Reading never raises.
"""

from __future__ import annotations

import json
import math
import types
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from sim import commands
from sim.commands import Command

__all__ = [
    "COMMANDS",
    "CONTROLS",
    "MOST_BYTES",
    "CommandMessage",
    "Control",
    "ControlMessage",
    "Fire",
    "ForkHere",
    "HandSeat",
    "Hint",
    "Hold",
    "Malformed",
    "Pause",
    "Resume",
    "Seek",
    "SetSpeed",
    "Start",
    "Step",
    "Stop",
    "command_of",
    "decoded",
    "fields_of",
    "id_of",
    "read",
]

MOST_BYTES = 16_384
"""Longest message, bytes."""
_MOST_CHARACTERS = 120
"""Longest id or code."""
_MOST_TEXT = 500
"""Longest text a person wrote."""
_MOST_ITEMS = 400
"""Longest list."""
_MOST_NUMBER = 1e9
_MOST_WHOLE = 2**53
_TEXTS = ("Hint.text",)
"""Fields that hold what a person wrote; all other texts are ids and codes."""
_MAY_BE_EMPTY = ("BeginPlannedWork.crew", "OperateSwitch.incident")
"""Ids that may be left out with an empty text: the nearest crew, no incident."""

COMMANDS: Mapping[str, type[Command]] = {
    name: each
    for name in commands.__all__
    if isinstance(each := getattr(commands, name), type)
    and issubclass(each, Command)
    and each is not Command
}
"""Every command by name; who may give it is asked elsewhere."""
_CODES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("SetRestorationTime", "stage"): ("first", "arrival", "assessment", "plan", "review"),
    ("CloseIncident", "why"): ("restored", "nothing_found", "false_alarm", "merged"),
    ("PutOffPlannedWork", "why"): ("order", "warning", "response", "wind", "no_crew"),
}
"""Fields that hold one of a few codes."""


@dataclass(frozen=True, slots=True)
class Control:
    """Stand at the root of what a controller does to the exercise itself."""


@dataclass(frozen=True, slots=True)
class Start(Control):
    """Begin: StartEx."""


@dataclass(frozen=True, slots=True)
class Pause(Control):
    """Stop the time."""


@dataclass(frozen=True, slots=True)
class Resume(Control):
    """Let the time go on."""


@dataclass(frozen=True, slots=True)
class SetSpeed(Control):
    """Play at another speed."""

    speed: float


@dataclass(frozen=True, slots=True)
class Step(Control):
    """Go ahead by some seconds, then stay paused."""

    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Fire(Control):
    """Let an inject happen now."""

    inject: str


@dataclass(frozen=True, slots=True)
class Hold(Control):
    """Keep an inject from happening, or let go of it."""

    inject: str
    held: bool = True


@dataclass(frozen=True, slots=True)
class Hint(Control):
    """Write to a seat."""

    seat: str
    text: str


@dataclass(frozen=True, slots=True)
class HandSeat(Control):
    """Hand a seat to the autopilot, or to a person."""

    seat: str
    autopilot: bool


@dataclass(frozen=True, slots=True)
class Stop(Control):
    """End the exercise before its time."""


@dataclass(frozen=True, slots=True)
class Seek(Control):
    """Show another moment (seconds from the scenario's start); in a replay only."""

    t_s: float


@dataclass(frozen=True, slots=True)
class ForkHere(Control):
    """Make a new drill that goes on from the moment shown; in a replay only."""


CONTROLS: Mapping[str, type[Control]] = {
    "start": Start,
    "pause": Pause,
    "resume": Resume,
    "speed": SetSpeed,
    "step": Step,
    "fire": Fire,
    "hold": Hold,
    "hint": Hint,
    "hand_over": HandSeat,
    "stop": Stop,
    "seek": Seek,
    "fork": ForkHere,
}
"""Every control by its action."""


@dataclass(frozen=True, slots=True)
class CommandMessage:
    """Hold a command and the number of the view its browser showed (-1: it did not say)."""

    id: str
    seen: int
    command: Command


@dataclass(frozen=True, slots=True)
class ControlMessage:
    """Hold a control."""

    id: str
    control: Control


@dataclass(frozen=True, slots=True)
class Malformed:
    """Say why a message cannot be read, with its id where it has one."""

    id: str
    why: str


class _RefusedError(Exception):
    """Carry the code of a refusal up to `read`."""


def decoded(text: str | bytes) -> Any:
    """Return the JSON value of a text, or Malformed; NaN, infinity and twin keys are refused."""
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    if len(text) > MOST_BYTES:
        return Malformed("", "too_long")
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError, _RefusedError):
        return Malformed("", "not_json")


def read(message: object) -> CommandMessage | ControlMessage | Malformed:
    """Return what a message says."""
    if isinstance(message, Malformed):
        return message
    if not isinstance(message, Mapping):
        return Malformed("", "not_an_object")
    name = id_of(message)
    try:
        if not name:
            raise _RefusedError("bad_id")
        kind = message.get("type")
        if kind == "command":
            return _command_message(name, message)
        if kind == "control":
            return _control_message(name, message)
        raise _RefusedError("unknown_type")
    except _RefusedError as refusal:
        return Malformed(name, str(refusal))


def id_of(message: object) -> str:
    """Return the id of a message as text, or '' when it has none that can be used."""
    given = message.get("id") if isinstance(message, Mapping) else None
    if type(given) is int and 0 <= given < _MOST_WHOLE:
        return str(given)
    if isinstance(given, str) and _is_plain(given, 64):
        return given
    return ""


def command_of(name: str, values: Mapping[str, Any]) -> Command:
    """Return a command from its name and fields as logged; raise ValueError when it is none."""
    try:
        if name not in COMMANDS:
            raise _RefusedError("unknown_command")
        return _built(COMMANDS[name], values)
    except _RefusedError as refusal:
        raise ValueError(f"{name}: {refusal}") from None


def fields_of(command: Command) -> dict[str, Any]:
    """Return the fields of a command as JSON values."""
    values = ((each.name, getattr(command, each.name)) for each in fields(command))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def _command_message(name: str, message: Mapping[Any, Any]) -> CommandMessage:
    _known_keys(message, {"type", "id", "seen", "command", "fields"})
    seen = message.get("seen", -1)
    if type(seen) is not int or not -1 <= seen < _MOST_WHOLE:
        raise _RefusedError("bad_seen")
    command, values = message.get("command"), message.get("fields", {})
    if not isinstance(command, str) or command not in COMMANDS:
        raise _RefusedError("unknown_command")
    if not isinstance(values, Mapping):
        raise _RefusedError("bad_fields")
    return CommandMessage(name, seen, _built(COMMANDS[command], values))


def _control_message(name: str, message: Mapping[Any, Any]) -> ControlMessage:
    action = message.get("action")
    if not isinstance(action, str) or action not in CONTROLS:
        raise _RefusedError("unknown_action")
    # a console says with everything which view it showed
    own = {"type", "id", "action", "seen"}
    values = {key: value for key, value in message.items() if key not in own}
    return ControlMessage(name, _built(CONTROLS[action], values))


Record = TypeVar("Record", bound=Command | Control)


def _built(kind: type[Record], values: Mapping[Any, Any]) -> Record:
    """Return a record of a kind from values that fit its fields exactly."""
    hints = get_type_hints(kind)
    _known_keys(values, set(hints))
    read_values: dict[str, Any] = {}
    for each in fields(kind):
        if each.name in values:
            place = f"{kind.__name__}.{each.name}"
            read_values[each.name] = _value(place, values[each.name], hints[each.name])
            codes = _CODES.get((kind.__name__, each.name))
            if codes is not None and read_values[each.name] not in codes:
                raise _RefusedError("unknown_code")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise _RefusedError("missing_field")
    return kind(**read_values)


def _known_keys(given: Mapping[Any, Any], known: set[str]) -> None:
    if not all(isinstance(key, str) and key in known for key in given):
        raise _RefusedError("unknown_key")


def _value(name: str, value: Any, hint: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _either(name, value, get_args(hint))
    if origin is tuple:
        item, *rest = get_args(hint)
        if rest != [Ellipsis] or not isinstance(value, list | tuple) or len(value) > _MOST_ITEMS:
            raise _RefusedError("bad_value")
        return tuple(_value(name, each, item) for each in value)
    reader = _READERS.get(hint)
    if reader is None:
        raise _RefusedError("bad_value")
    return reader(name, value)


def _either(name: str, value: Any, hints: tuple[Any, ...]) -> Any:
    if value is None and type(None) in hints:
        return None
    for hint in hints:
        if hint is not type(None):
            return _value(name, value, hint)
    raise _RefusedError("bad_value")


def _text(name: str, value: Any) -> str:
    most, besides = (_MOST_TEXT, "\n\u200d") if name in _TEXTS else (_MOST_CHARACTERS, "")
    if value == "" and name in _MAY_BE_EMPTY:
        return ""
    if not isinstance(value, str) or not _is_plain(value, most, besides):
        raise _RefusedError("bad_value")
    return value


def _flag(_name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _RefusedError("bad_value")
    return value


def _whole(_name: str, value: Any) -> int:
    if type(value) is not int or abs(value) > _MOST_NUMBER:
        raise _RefusedError("bad_value")
    return value


def _number(_name: str, value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) <= _MOST_NUMBER:
        raise _RefusedError("bad_value")
    number = float(value)
    if not math.isfinite(number):
        raise _RefusedError("bad_value")
    return number


_READERS: Mapping[type, Callable[[str, Any], Any]] = {
    str: _text,
    bool: _flag,
    int: _whole,
    float: _number,
}


def _is_plain(text: str, most: int, besides: str = "") -> bool:
    """Say whether a text is not empty, not too long, and free of what does not show as written.

    That is control characters (but for those in `besides`), halves of characters, marks that turn
    the direction of writing, and separators of lines.
    """
    if not 0 < len(text) <= most:
        return False
    return all(each in besides or _shows(each) for each in text)


def _shows(character: str) -> bool:
    kind = unicodedata.category(character)
    return not (kind.startswith("C") or kind in ("Zl", "Zp"))


def _no_constant(name: str) -> float:
    raise _RefusedError(name)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError("twin_key")
    return found
