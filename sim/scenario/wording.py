"""Say pydantic's errors in words a planner can act on: what was expected, and what came."""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.suggest import suggestion
from sim.scenario.yaml_source import Node

__all__ = ["word_error"]

_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "decimal": "a number",
    "bool": "true or false",
    "datetime": "a calendar time such as '2019-08-09 14:00'",
    "timezone": "a calendar time such as '2019-08-09 14:00'",
    "date": "a date such as '2019-08-09'",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen": "a list",
    "dict": "keys, each with its content",
    "mapping": "keys, each with its content",
    "model": "keys, each with its content",
    "path": "a file name",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}


def word_error(detail: Any, node: Node | None) -> str:
    """Return one error of pydantic in plain words; the node is the value it is about."""
    kind = str(detail["type"])
    context = detail.get("ctx", {})
    if kind == "missing":
        return "missing key"
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "value_error":
        return str(context["error"])
    if detail["loc"] and detail["loc"][-1] == "[key]":
        why = f"it must match {context['pattern']}" if "pattern" in context else detail["msg"]
        return f"this key is not allowed: {why}"
    if kind == "too_short":
        return f"expected at least {context['min_length']}, got {context['actual_length']}"
    if kind == "too_long":
        return f"expected at most {context['max_length']}, got {context['actual_length']}"
    if node is None or node.value is None:
        wanted = _kind(kind, context) or "a value"
        return f"expected {wanted}, got nothing: give it a value or remove the key"
    return _word_value(kind, context, node) or f"{detail['msg']}, got {node.shown}"


def _word_value(kind: str, context: Any, node: Node) -> str | None:
    """Return what is wrong with one written value, or None for a kind without own words."""
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return f"must be {words} {context[key]:g}, got {node.shown}"
    if kind in ("literal_error", "enum"):
        word = node.value if isinstance(node.value, str) else ""
        allowed = re.findall(r"'([^']*)'", context["expected"])
        hint = suggestion(word, allowed, most=0)
        return f"expected {_choice(context)}, got {node.shown}{hint}"
    if kind == "string_pattern_mismatch":
        return f"{node.shown} does not have the form {context['pattern']}"
    wanted = _kind(kind, context)
    if wanted is None:
        return None
    hint = (
        ": put it in quotes" if wanted == "text" and not isinstance(node.value, dict | list) else ""
    )
    return f"expected {wanted}, got {node.shown}{hint}"


def _kind(kind: str, context: Any) -> str | None:
    if kind in ("literal_error", "enum"):
        return _choice(context)
    return _KINDS.get(kind.split("_", maxsplit=1)[0])


def _choice(context: Any) -> str:
    """Return the allowed values as pydantic lists them: "'a', 'b' or 'c'"."""
    expected = str(context["expected"])
    return f"one of {expected}" if " or " in expected else expected
