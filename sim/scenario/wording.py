"""Say pydantic's errors in words a planner can act on: what was expected, and what came."""

from __future__ import annotations

import re
from typing import Any

from sim.messages import NOTHING, Message, expected, joined, message_of, quoted, say, verbatim
from sim.scenario.suggest import hinted, suggestion
from sim.scenario.yaml_source import Node

__all__ = ["word_error"]

_TEXT = say("text")
_TIME = say("a calendar time such as '2019-08-09 14:00'")
_LIST = say("a list")
_KEYS = say("keys, each with its content")
_KINDS = {
    "string": _TEXT,
    "int": say("a whole number"),
    "float": say("a number"),
    "finite": say("a finite number"),
    "decimal": say("a number"),
    "bool": say("true or false"),
    "datetime": _TIME,
    "timezone": _TIME,
    "date": say("a date such as '2019-08-09'"),
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "frozen": _LIST,
    "dict": _KEYS,
    "mapping": _KEYS,
    "model": _KEYS,
    "path": say("a file name"),
}


def word_error(detail: Any, node: Node | None) -> Message:
    """Return one error of pydantic in plain words; the node is the value it is about."""
    kind = str(detail["type"])
    context = detail.get("ctx", {})
    if kind == "missing":
        return say("missing key")
    if kind == "extra_forbidden":
        return say("unknown key{hint}", hint=NOTHING)
    if kind == "value_error":
        return message_of(context["error"])
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return _word_key(detail["msg"], context)
    if kind == "too_short":
        return _expected_items(say("at least {n}", n=context["min_length"]), context)
    if kind == "too_long":
        return _expected_items(say("at most {n}", n=context["max_length"]), context)
    if node is None or node.value is None:
        wanted = _kind(kind, context) or say("a value")
        return expected(wanted, say("nothing: give it a value or remove the key"))
    return _word_value(kind, context, node) or say(
        "{problem}, got {got}", problem=detail["msg"], got=node.shown
    )


def _word_key(problem: str, context: Any) -> Message:
    if "pattern" not in context:
        return say("this key is not allowed: {why}", why=problem)
    why = say("it must match {pattern}", pattern=context["pattern"])
    return say("this key is not allowed: {why}", why=why)


def _expected_items(wanted: Message, context: Any) -> Message:
    return expected(wanted, verbatim(str(context["actual_length"])))


def _word_value(kind: str, context: Any, node: Node) -> Message | None:
    """Return what is wrong with one written value, or None for a kind without own words."""
    limit = _word_limit(kind, context, node.shown)
    if limit is not None:
        return limit
    if kind in ("literal_error", "enum"):
        word = node.value if isinstance(node.value, str) else ""
        hint = suggestion(word, _allowed(context), most=0)
        return expected(_choice(context), hinted(node.shown, hint))
    if kind == "string_pattern_mismatch":
        return say(
            "{got} does not have the form {pattern}", got=node.shown, pattern=context["pattern"]
        )
    wanted = _kind(kind, context)
    if wanted is None:
        return None
    if wanted is _TEXT and not isinstance(node.value, dict | list):
        return expected(wanted, say("{got}: put it in quotes", got=node.shown))
    return expected(wanted, node.shown)


def _word_limit(kind: str, context: Any, got: Message) -> Message | None:
    if kind == "greater_than":
        return say("must be more than {limit}, got {got}", limit=_number(context["gt"]), got=got)
    if kind == "greater_than_equal":
        return say("must be at least {limit}, got {got}", limit=_number(context["ge"]), got=got)
    if kind == "less_than":
        return say("must be less than {limit}, got {got}", limit=_number(context["lt"]), got=got)
    if kind == "less_than_equal":
        return say("must be at most {limit}, got {got}", limit=_number(context["le"]), got=got)
    if kind == "multiple_of":
        step = context["multiple_of"]
        return say("must be a multiple of {step:g}, got {got}", step=step, got=got)
    return None


def _number(limit: float) -> str:
    """Return a limit as people write it: no 1e+07."""
    return f"{limit:.15g}"


def _kind(kind: str, context: Any) -> Message | None:
    if kind in ("literal_error", "enum"):
        return _choice(context)
    return _KINDS.get(kind.split("_", maxsplit=1)[0])


def _allowed(context: Any) -> list[str]:
    """Return the allowed words, which pydantic lists as "'a', 'b' or 'c'"."""
    return re.findall(r"'([^']*)'", str(context["expected"]))


def _choice(context: Any) -> Message:
    """Return the allowed values in the order of the schema."""
    listed = str(context["expected"])
    words = [quoted(word) for word in _allowed(context)]
    if len(words) == 1:
        return words[0]
    if not words or " or " not in listed:
        return verbatim(listed)
    first = joined(", ", words[:-1])
    return say("one of {first} or {last}", first=first, last=words[-1])
