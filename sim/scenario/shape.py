"""Ask the schema what may stand at a place: the walk along pydantic annotations.

Merging and validation share it, so both agree on which member of a union a mapping means.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from sim.scenario.base import Section
from sim.scenario.yaml_source import Node

__all__ = [
    "bare",
    "child",
    "choose",
    "fields",
    "holds_path",
    "literals",
    "members",
    "nested_members",
    "sections",
    "tags",
]

_SEQUENCES = (list, tuple, set, frozenset, Sequence)
_MAPPINGS = (dict, Mapping)


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union, flat and without None; any other type alone."""
    alone = bare(annotation)
    if get_origin(alone) in (Union, types.UnionType):
        return tuple(member for part in get_args(alone) for member in members(part))
    return () if alone in (None, type(None)) else (annotation,)


def sections(annotation: Any) -> tuple[type[Section], ...]:
    """Return the sections among the members."""
    bares = (bare(member) for member in members(annotation))
    return tuple(each for each in bares if isinstance(each, type) and issubclass(each, Section))


def nested_members(annotation: Any, node: Node) -> tuple[Any, ...]:
    """Return the members a mapping or list at this place could be."""
    wanted = _MAPPINGS if isinstance(node.value, dict) else _SEQUENCES
    found = (member for member in members(annotation) if get_origin(bare(member)) in wanted)
    return (*sections(annotation), *found) if isinstance(node.value, dict) else tuple(found)


def fields(section: type[Section]) -> dict[str, Any]:
    """Return the keys of a section and what each may hold."""
    return {info.alias or name: info.annotation for name, info in section.model_fields.items()}


def child(member: Any, key: str | int) -> Any:
    """Return what may stand at a key or position of one member, or None when that is unknown."""
    alone = bare(member)
    if isinstance(alone, type) and issubclass(alone, Section):
        return fields(alone).get(str(key))
    arguments = get_args(alone)
    if get_origin(alone) in _MAPPINGS:
        return arguments[1]
    if get_origin(alone) in _SEQUENCES and arguments:
        if get_origin(alone) is not tuple or arguments[-1] is Ellipsis:
            return arguments[0]
        return arguments[key] if isinstance(key, int) and key < len(arguments) else None
    return None


def choose(annotation: Any, node: Node) -> Any:
    """Return the member a mapping or list means, judged by its keys; None when none fits."""
    candidates = nested_members(annotation, node)
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    if not isinstance(node.value, dict):
        return candidates[0]
    chosen = max(sections(annotation), key=lambda section: _fit(section, node), default=None)
    if chosen is not None and _fit(chosen, node) > (0, 0):
        return chosen
    others = [member for member in candidates if get_origin(bare(member)) in _MAPPINGS]
    return others[0] if others else None


def literals(annotation: Any) -> tuple[Any, ...]:
    """Return the values of a Literal, or nothing."""
    alone = bare(annotation)
    return get_args(alone) if get_origin(alone) is Literal else ()


def tags(annotation: Any) -> dict[str, tuple[str, ...]]:
    """Return the key that tells alternatives apart, with its values; nothing where none does."""
    found = sections(annotation)
    if len(found) < 2:
        return {}
    keys = [
        {key: literals(held)[0] for key, held in fields(each).items() if len(literals(held)) == 1}
        for each in found
    ]
    return {
        key: tuple(each[key] for each in keys) for key in keys[0] if all(key in k for k in keys)
    }


def holds_path(annotation: Any) -> bool:
    """Tell whether a file name may stand here."""
    return any(bare(member) is Path for member in members(annotation))


def bare(annotation: Any) -> Any:
    """Return a type without what is annotated around it."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _fit(section: type[Section], node: Node) -> tuple[int, int]:
    """Return how well the keys fit: those known, and minus those missing; (0, 0) is not at all."""
    known = fields(section)
    present = [key for key in node.mapping if key in known]
    for key in present:
        tags = literals(known[key])
        if len(tags) == 1 and node.mapping[key].value not in tags:
            return (0, 0)
    if not present:
        return (0, 0)
    infos = section.model_fields.items()
    required = (info.alias or name for name, info in infos if info.is_required())
    missing = sum(name not in node.mapping for name in required)
    return (len(present), -missing)
