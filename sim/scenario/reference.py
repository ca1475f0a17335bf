"""Describe the scenario file from its models: JSON Schema for editors, a page for people."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
import yaml
from pydantic import WithJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from sim.scenario.base import Between, Section
from sim.scenario.scenario import Scenario
from sim.scenario.shape import bare, literals, members, sections
from sim.scenario.written import annotated, dimension, written

__all__ = ["json_schema", "reference_page", "sections_by_path"]

_COMPOSITION: dict[str, tuple[dict[str, Any], str]] = {
    "import": (
        {"type": "array", "items": {"type": "string"}},
        "Files whose content lies under this file's, later ones over earlier ones; named from"
        " this file's folder, and inside the folder of the scenario that is run or the working"
        " directory.",
    ),
    "description": ({"type": "string"}, "What this file is about, for people."),
    "overrides": (
        {"type": "object", "additionalProperties": {"$ref": "#"}},
        "Named changes: each holds the keys that differ.",
    ),
    "scenarios": (
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "Named scenarios: each lists overrides, applied in the written order. `base` is the file"
        " without any.",
    ),
}
_SIMPLE = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
    Path: "file name",
    datetime: "calendar time",
}
_HEAD = """# Scenario reference

Generated from `sim/scenario` by `python -m sim.scenario.reference docs/scenario-reference.md`; do
not edit by hand.

Durations, speeds, distances, powers, rates and shares are written with their unit: `30 min`,
`45 km/h`, `50 m`, `25 MW`, `20 per min`, `15 %`. A bare 0 needs no unit, a share may be a number
from 0 to 1. Times of day are `'07:30'`; calendar times `2019-08-09 14:00`, local unless they carry
an offset. YAML is read by its version 1.2: `22:30` and `no` are text, and a key stands only once.

## How a file is put together

Mappings merge key by key, lists are replaced as a whole, and naming another distribution replaces
the first. Order, from below: imports, the file, overrides, `--set key.path=value`.

| key | meaning |
|---|---|
"""
_DISTRIBUTIONS = """
## Distributions

Where a length of time varies, one of:

| written | meaning |
|---|---|
| `{constant: 5 min}` | always the same |
| `{exponential: 4 min}` | exponential with this mean |
| `{lognormal: {median: 2 h, p90: 6 h}}` | lognormal by median and 90th percentile |
| `{uniform: {low: 1 min, high: 5 min}}` | uniform between two bounds |
| `{weibull: {shape: 0.5, scale: 5 min}}` | Weibull by shape and the length 63.2 % stay below |
| `{erlang: {stages: 2, mean: 4 min}}` | Erlang: the sum of equal exponential stages |
| `{gamma: {shape: 1.5, mean: 4 min}}` | gamma by shape and mean |
| `{empirical: {quantiles: [0 s, 90 s, 3 min, 10 min]}}` | recorded: quantiles at equal shares \
from 0 to 100 %, straight between; or `values`: recorded lengths in any order |
| `{mixture: [{weight: 20 %, of: {constant: 0}}, {weight: 80 %, of: {exponential: 1 h}}]}` \
| one of several, by weight; weights add up to 1 |
"""


class _Schema(GenerateJsonSchema):
    """Give defaults as people write them, not in the model's units."""

    def encode_default(self, dft: Any) -> Any:
        return written(dft)


def json_schema(*, is_partial: bool = True) -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    A partial one demands no key, since imports and overrides may bring it: that is for editors.
    """
    schema = Scenario.model_json_schema(schema_generator=_Schema, by_alias=True)
    for key, (kind, meaning) in _COMPOSITION.items():
        schema["properties"][key] = {**kind, "description": meaning.replace("`", "")}
    if is_partial:
        _drop_required(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def reference_page() -> str:
    """Return the Markdown page of every key: what it may hold, its default, its meaning."""
    rows = [f"| `{key}` | {meaning} |" for key, (_kind, meaning) in _COMPOSITION.items()]
    parts = [_HEAD + "\n".join(rows), _DISTRIBUTIONS.rstrip()]
    for path, section in sections_by_path(Scenario):
        parts.append(_table(path, section))
    return "\n".join(parts) + "\n"


def sections_by_path(section: type[Section], path: str = "") -> Iterator[tuple[str, type[Section]]]:
    """Yield each section and those inside it, with the path of keys that leads there."""
    if path:
        yield path, section
    for name, info in section.model_fields.items():
        key = f"{path}.{info.alias or name}" if path else info.alias or name
        yield from _inside(info.annotation, key)


def _inside(annotation: Any, path: str) -> Iterator[tuple[str, type[Section]]]:
    found = sections(annotation)
    if len(found) == 1:
        yield from sections_by_path(found[0], path)
    elif found and not _are_distributions(found):
        for each in found:
            yield from sections_by_path(each, f"{path} ({_kind(each)})")
    for member in members(annotation):
        alone = bare(member)
        if get_origin(alone) is dict:
            yield from _inside(get_args(alone)[1], f"{path}.<name>")
        elif get_origin(alone) in (tuple, list):
            yield from _inside(get_args(alone)[0], f"{path}.<number>")


def _table(path: str, section: type[Section]) -> str:
    level = "##" if "." not in path else "###"
    lines = [
        "",
        f"{level} {path.replace('<', '‹').replace('>', '›')}",
        "",
        " ".join((section.__doc__ or "").split()),
        "",
        "| key | holds | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, info in section.model_fields.items():
        meaning = " ".join((info.description or "").split())
        cells = (
            f"`{info.alias or name}`",
            _holds(annotated(info)),
            "**required**" if info.is_required() else _default(info),
            meaning,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _default(info: Any) -> str:
    value = written(info.get_default(call_default_factory=True), annotated(info))
    if value is None or value in ([], {}):
        return "none" if value in (None, []) else "as below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict | list):
        flow = yaml.safe_dump(
            value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000
        )
        return f"`{flow.strip()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _holds(annotation: Any) -> str:
    """Return in words what may stand at a key."""
    alone = bare(annotation)
    quantity = dimension(annotation)
    if quantity is not None:
        return quantity.name + _limits(annotation, is_quantity=True)
    examples = _examples(annotation)
    if examples:
        return f"such as {' or '.join(f'`{example}`' for example in examples)}"
    if get_origin(alone) in (Union, types.UnionType):
        return _union(alone)
    if literals(alone):
        return ", ".join(f"`{value}`" for value in literals(alone))
    if isinstance(alone, type) and issubclass(alone, Section):
        return "keys below"
    if get_origin(alone) is dict:
        return f"names, each with: {_holds(get_args(alone)[1])}"
    if get_origin(alone) in (tuple, list):
        return f"list of: {_holds(get_args(alone)[0])}"
    return _SIMPLE.get(alone, str(alone)) + _limits(annotation, is_quantity=False)


def _are_distributions(found: Sequence[type[Section]]) -> bool:
    return all(each.__module__ == "sim.scenario.distributions" for each in found)


def _kind(section: type[Section]) -> str:
    """Return the value of the key that tells a section from its alternatives."""
    tags = (literals(info.annotation) for info in section.model_fields.values())
    return next((str(tag[0]) for tag in tags if len(tag) == 1), section.__name__)


def _union(alone: Any) -> str:
    found = sections(alone)
    if len(found) > 1:
        if _are_distributions(found):
            return "[distribution](#distributions)"
        return f"one of {', '.join(f'`{_kind(each)}`' for each in found)}, by its keys below"
    return " or ".join(_holds(member) for member in members(alone))


def _limits(annotation: Any, *, is_quantity: bool) -> str:
    words = []
    for item in _metadata(annotation):
        if isinstance(item, annotated_types.Gt):
            words.append(f"more than {item.gt:g}")
        elif isinstance(item, annotated_types.Ge) and not is_quantity:
            words.append(f"from {item.ge:g}")
        elif isinstance(item, annotated_types.Le) and not is_quantity:
            words.append(f"up to {item.le:g}")
        elif isinstance(item, Between):
            words += [f"from {item.low}"] if item.low else []
            words += [f"up to {item.high}"] if item.high else []
    return ", " + " ".join(words) if words else ""


def _examples(annotation: Any) -> list[Any]:
    for item in _metadata(annotation):
        if isinstance(item, WithJsonSchema) and isinstance(item.json_schema, Mapping):
            return list(item.json_schema.get("examples", []))
    return []


def _metadata(annotation: Any) -> Iterator[Any]:
    """Yield what is annotated, with the constraints inside pydantic's Field spelled out."""
    if get_origin(annotation) is not Annotated:
        return
    inner, *items = get_args(annotation)
    yield from _metadata(inner)
    for item in items:
        yield from getattr(item, "metadata", None) or [item]


def _drop_required(schema: Any) -> None:
    if isinstance(schema, dict):
        if isinstance(schema.get("required"), list):
            del schema["required"]
        for value in schema.values():
            _drop_required(value)
    elif isinstance(schema, list):
        for value in schema:
            _drop_required(value)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference_page(), encoding="utf-8", newline="\n")
