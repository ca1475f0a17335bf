"""The kinds of value a scenario may hold, and the base of every section.

A section is a frozen pydantic model; its attribute docstrings are the reference:
meaning, unit, and the source of the default or the word "assumption".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from sim.messages import expected, quoted, say
from sim.units import (
    DISTANCE,
    DURATION,
    POWER,
    RATE,
    SHARE,
    SPEED,
    Dimension,
    parse_quantity,
    parse_time_of_day,
)

__all__ = [
    "Between",
    "Count",
    "DataPath",
    "Distance",
    "Duration",
    "Power",
    "Rate",
    "Section",
    "Share",
    "Speed",
    "Staff",
    "TimeOfDay",
    "When",
    "default",
]


class Section(BaseModel):
    """Refuse unknown keys and stay as loaded: the base of every part of a scenario."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


def default(value: Any) -> Any:
    """Give a field a default written as a person would write it ('30 min')."""
    return Field(default=value, validate_default=True)


@dataclass(frozen=True)
class Between:
    """Bound a quantity by values as people write them, so that the message has their units."""

    dimension: Dimension
    low: str = ""
    high: str = ""

    def check(self, value: float) -> float:
        """Return the value; raise ValueError outside the bounds."""
        if self.low and value < parse_quantity(self.low, self.dimension):
            raise ValueError(say("must be at least {limit}", limit=self.low))
        if self.high and value > parse_quantity(self.high, self.dimension):
            raise ValueError(say("must be at most {limit}", limit=self.high))
        return value

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check after whatever else is annotated."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))


def _reader(dimension: Dimension) -> Callable[[Any], float]:
    return lambda value: parse_quantity(value, dimension)


def _schema(dimension: Dimension) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": f"{dimension.name}, for example {dimension.example}",
            "examples": [dimension.example],
        }
    )


Duration = Annotated[float, BeforeValidator(_reader(DURATION)), Field(ge=0), _schema(DURATION)]
"""A length of time, kept in seconds."""
Speed = Annotated[float, BeforeValidator(_reader(SPEED)), Field(ge=0), _schema(SPEED)]
"""A speed, kept in m/s."""
Distance = Annotated[float, BeforeValidator(_reader(DISTANCE)), Field(ge=0), _schema(DISTANCE)]
"""A distance, kept in km."""
Power = Annotated[float, BeforeValidator(_reader(POWER)), Field(ge=0), _schema(POWER)]
"""A power, kept in MW."""
Rate = Annotated[float, BeforeValidator(_reader(RATE)), Field(ge=0), _schema(RATE)]
"""A rate of events, kept per hour."""
Share = Annotated[float, BeforeValidator(_reader(SHARE)), Field(ge=0, le=1), _schema(SHARE)]
"""A share, kept from 0 to 1."""
TimeOfDay = Annotated[
    float,
    BeforeValidator(parse_time_of_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$", "examples": ["07:30"]}),
]
"""A local time of day, kept in seconds after midnight."""


def _calendar_time(value: Any) -> Any:
    """Refuse bare numbers, which pydantic would take for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value):
        return value
    raise ValueError(expected(say("a calendar time such as '2019-08-09 14:00'"), quoted(value)))


def _within_reach(value: datetime) -> datetime:
    """Refuse years from which the calendar ends within a run."""
    if not 1900 <= value.year < 2200:
        raise ValueError(say("must be of the years 1900 to 2199"))
    return value


When = Annotated[datetime, BeforeValidator(_calendar_time), AfterValidator(_within_reach)]
"""A calendar time; without an offset it is local to the scenario."""
Count = Annotated[int, Field(ge=0, strict=True)]
"""A whole number from 0 up."""
Staff = Annotated[int, Field(ge=0, le=100_000, strict=True)]
"""A number of people, crews or lines: more would only fill the memory."""
DataPath = Path
"""A file named relative to the scenario file; the loader makes it absolute and keeps it inside
the folder tree of the scenario or of the working directory."""
