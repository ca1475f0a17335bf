"""Units of the model, and the reading of quantities people write with a unit.

Inside the model every quantity is a plain float in one unit a dimension:
time s, speed m/s, distance km, power MW, rate per hour, share 0–1.
Foreign units die here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sim.errors import InputError, UnitError
from sim.messages import Message, expected, joined, quoted, say

__all__ = [
    "DAY_S",
    "DISTANCE",
    "DURATION",
    "HOUR_S",
    "MINUTE_S",
    "POWER",
    "RATE",
    "SHARE",
    "SPEED",
    "YEAR_H",
    "Calendar",
    "Dimension",
    "parse_quantity",
    "parse_time_of_day",
]

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0
YEAR_H = 8760.0


@dataclass(frozen=True, slots=True)
class Dimension:
    """Name one kind of quantity: its units as factors to the model's unit, and an example."""

    name: Message
    model_unit: str
    factors: dict[str, float]
    example: str


DURATION = Dimension(
    say("duration"),
    "s",
    {"s": 1.0, "min": MINUTE_S, "h": HOUR_S, "d": DAY_S, "day": DAY_S, "days": DAY_S},
    "30 min",
)
SPEED = Dimension(
    say("speed"),
    "m/s",
    {"m/s": 1.0, "km/h": 1.0 / 3.6, "kt": 1852.0 / 3600.0, "mph": 0.44704},
    "45 km/h",
)
DISTANCE = Dimension(say("distance"), "km", {"m": 0.001, "km": 1.0, "nmi": 1.852}, "50 m")
POWER = Dimension(say("power"), "MW", {"W": 1e-6, "kW": 0.001, "MW": 1.0}, "25 MW")
RATE = Dimension(
    say("rate"),
    "per hour",
    {
        "per s": HOUR_S,
        "/s": HOUR_S,
        "per min": 60.0,
        "/min": 60.0,
        "per h": 1.0,
        "/h": 1.0,
        "per hour": 1.0,
        "per day": 1.0 / 24.0,
        "/day": 1.0 / 24.0,
        "per year": 1.0 / YEAR_H,
        "/year": 1.0 / YEAR_H,
    },
    "20 per min",
)
SHARE = Dimension(say("share"), "0 to 1", {"%": 0.01, "": 1.0}, "15 % or 0.15")

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*")


def parse_quantity(value: object, dimension: Dimension) -> float:
    """Return a written quantity in the model's unit of its dimension.

    A bare 0 needs no unit. Raise UnitError naming the units that would be right.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnitError(_expected(dimension, value))
    match = _QUANTITY.fullmatch(str(value))
    if match is None:
        raise UnitError(_expected(dimension, value))
    number, unit = float(match[1]), match[2]
    if unit in dimension.factors:
        return number * dimension.factors[unit]
    if number == 0.0 and not unit:
        return 0.0
    units = joined(", ", (unit for unit in dimension.factors if unit))
    if not unit:
        raise UnitError(
            say(
                "{value!r} has no unit: write a {dimension} with one of {units},"
                " for example '{example}'",
                value=value,
                dimension=dimension.name,
                units=units,
                example=dimension.example,
            )
        )
    raise UnitError(
        say(
            "{unit!r} is not a unit of {dimension}: use one of {units}",
            unit=unit,
            dimension=dimension.name,
            units=units,
        )
    )


def _expected(dimension: Dimension, value: object) -> Message:
    wanted = say(
        "a {dimension} such as '{example}'", dimension=dimension.name, example=dimension.example
    )
    return expected(wanted, quoted(value))


def parse_time_of_day(value: object) -> float:
    """Return a written time of day ('07:30') in seconds after midnight; '24:00' is allowed."""
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)", value) if isinstance(value, str) else None
    if match is not None:
        seconds = int(match[1]) * HOUR_S + int(match[2]) * MINUTE_S
        if seconds <= DAY_S:
            return seconds
    raise UnitError(expected(say("a time of day such as '07:30'"), quoted(value)))


class Calendar:
    """Convert between seconds from the scenario's start and calendar time at one place."""

    def __init__(self, start: datetime, zone: str) -> None:
        """Start at a wall-clock time of the zone; an aware start is converted to it."""
        try:
            tz = ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise InputError(say("unknown time zone {zone!r}", zone=zone)) from error
        self.zone = zone
        self.start = start.replace(tzinfo=tz) if start.tzinfo is None else start.astimezone(tz)

    def at(self, t_s: float) -> datetime:
        """Return the local time t_s seconds after the start."""
        return datetime.fromtimestamp(self.start.timestamp() + t_s, self.start.tzinfo)

    def seconds(self, when: datetime) -> float:
        """Return the seconds from the start to a time; a naive time is local."""
        aware = when.replace(tzinfo=self.start.tzinfo) if when.tzinfo is None else when
        return (aware - self.start) / timedelta(seconds=1)

    def time_of_day_s(self, t_s: float) -> float:
        """Return the local time of day at t_s, in seconds after midnight."""
        local = self.at(t_s)
        return (
            local.hour * HOUR_S + local.minute * MINUTE_S + local.second + local.microsecond / 1e6
        )
