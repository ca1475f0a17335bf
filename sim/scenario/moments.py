"""Moments of a run, and quantities with a sign, as a scenario writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from sim.errors import UnitError
from sim.messages import expected, quoted, say
from sim.units import DISTANCE, DURATION, parse_quantity

__all__ = ["Moment", "SignedDistance", "SignedDuration"]


def _read_signed_distance(value: object) -> float:
    return parse_quantity(value, DISTANCE)


def _read_signed_duration(value: object) -> float:
    return parse_quantity(value, DURATION)


def _read_moment(value: object) -> float | datetime:
    if isinstance(value, datetime):
        return value
    try:
        seconds = parse_quantity(value, DURATION)
    except UnitError as error:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            wanted = say(
                "a time such as '2019-08-10 02:00' or a duration after the start such as '6 h'"
            )
            raise UnitError(expected(wanted, quoted(value))) from error
    if seconds < 0:
        raise UnitError(say("{moment!r} is before the start of the run", moment=value))
    return seconds


SignedDistance = Annotated[
    float,
    BeforeValidator(_read_signed_distance),
    WithJsonSchema({"type": ["string", "number"], "examples": ["-100 km"]}),
]
"""A distance with a sign, kept in km."""
SignedDuration = Annotated[
    float,
    BeforeValidator(_read_signed_duration),
    WithJsonSchema({"type": ["string", "number"], "examples": ["-6 h"]}),
]
"""A length of time with a sign, kept in seconds."""
Moment = Annotated[
    float | datetime,
    BeforeValidator(_read_moment),
    WithJsonSchema({"type": ["string", "number"], "examples": ["6 h", "2019-08-10 02:00"]}),
]
"""A moment of the run: seconds after the start, or a calendar time."""
