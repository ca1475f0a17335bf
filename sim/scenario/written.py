"""Write values of the model back as people write them: 5400.0 s becomes '1.5 h'."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import WithJsonSchema

from sim.scenario.base import Section, TimeOfDay
from sim.scenario.shape import bare, child, members
from sim.units import DISTANCE, DURATION, HOUR_S, MINUTE_S, POWER, RATE, SHARE, SPEED, Dimension

__all__ = ["dimension", "written"]

_DIMENSIONS = {str(each.name): each for each in (DISTANCE, DURATION, POWER, RATE, SHARE, SPEED)}
_UNITS = {
    "distance": ("km", "m"),
    "duration": ("h", "min", "s"),
    "power": ("MW", "kW"),
    "rate": ("per h", "per min", "per s"),
    "share": ("%",),
    "speed": ("m/s", "km/h"),
}


def dimension(annotation: Any) -> Dimension | None:
    """Return the dimension of a quantity of `base`, or None for any other type."""
    if get_origin(annotation) is not Annotated:
        return None
    inner, *metadata = get_args(annotation)
    for item in metadata:
        if isinstance(item, WithJsonSchema) and item.json_schema is not None:
            name = str(item.json_schema.get("description", "")).split(",", maxsplit=1)[0]
            return _DIMENSIONS.get(name)
    return dimension(inner)


def written(value: Any, annotation: Any = None) -> Any:
    """Return a value in the form a scenario file holds; sections show only what was set."""
    if isinstance(value, Section):
        return {
            info.alias or name: written(getattr(value, name), annotated(info))
            for name, info in type(value).model_fields.items()
            if name in value.model_fields_set
        }
    if isinstance(value, dict):
        inner = _inner(annotation, dict)
        return {key: written(item, inner) for key, item in value.items()}
    if isinstance(value, list | tuple):
        inner = _inner(annotation, tuple)
        return [written(item, inner) for item in value]
    if isinstance(value, float):
        if any(member == TimeOfDay for member in members(annotation)):
            return f"{int(value // HOUR_S):02d}:{int(value % HOUR_S // MINUTE_S):02d}"
        found = next((d for d in map(dimension, members(annotation)) if d is not None), None)
        return value if found is None else _quantity(value, found)
    return value.as_posix() if isinstance(value, Path) else value


def annotated(info: Any) -> Any:
    """Return a field's type with the metadata pydantic took out of it."""
    if not info.metadata:
        return info.annotation
    return Annotated[(info.annotation, *info.metadata)]


def _inner(annotation: Any, kind: type) -> Any:
    """Return what the dict or tuple among the members holds."""
    found = (child(each, 0) for each in members(annotation) if get_origin(bare(each)) is kind)
    return next(found, None)


def _quantity(value: float, of: Dimension) -> str:
    """Return a quantity in the largest unit that leaves a short number of at least 1."""
    choices = [(value / of.factors[unit], unit) for unit in _UNITS[of.name]]
    short = [choice for choice in choices if _is_short(choice[0])]
    number, unit = next((each for each in short if each[0] >= 1), (short or choices)[-1])
    return f"{round(number, 9):.10g} {unit}"


def _is_short(number: float) -> bool:
    return abs(number * 10 - round(number * 10)) < 1e-6
