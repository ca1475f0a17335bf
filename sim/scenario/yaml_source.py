"""Read YAML into a tree whose every value knows the file, line and column it stands at.

Scalars follow the YAML 1.2 core schema, not YAML 1.1: `22:30` and `NO` stay text, `1e3` is a
number. Duplicate keys are refused. Built on parser events, so depth and aliases stay under control
and the C parser and the Python one give the same tree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Problem, ScenarioError
from sim.messages import Message, joined, quoted, say, system_words, verbatim
from sim.scenario.yaml_words import yaml_words

__all__ = ["Node", "Place", "Scalar", "Source", "plain", "read_file", "read_text", "resolve_scalar"]

Scalar = str | int | float | bool | None

MAX_BYTES = 20_000_000
MAX_DEPTH = 60
MAX_VALUES = 1_000_000
MAX_DIGITS = 40

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COLON_SLIP = re.compile(r"\s*(?:- )?[\w.-]+\s*(：|:(?=[^\s:/]))")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TAG = "tag:yaml.org,2002:"
_TAG_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Name where values come from: how messages show it, and the folder its paths start from."""

    shown: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Point at one character of a source; line and column count from 1."""

    source: Source
    line: int
    column: int

    def problem(self, text: Message) -> Problem:
        """Return a problem that stands here."""
        return Problem(self.source.shown, self.line, self.column, text)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Hold one value, the place it stands at, and for a mapping the places of its keys."""

    value: Scalar | dict[str, Node] | list[Node]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    """Values within, aliases expanded."""

    @property
    def mapping(self) -> dict[str, Node]:
        """Return the entries of a mapping; nothing for any other value."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """Return the items of a list; nothing for any other value."""
        return self.value if isinstance(self.value, list) else []

    @property
    def shown(self) -> Message:
        """Return the value as messages quote it: short, and without the content of containers."""
        if isinstance(self.value, dict):
            keys = joined(", ", self.value)
            short = keys if len(keys) <= 50 else f"{keys[:47]}..."
            return say("the keys {keys}", keys=short) if self.value else verbatim("{}")
        if isinstance(self.value, list):
            return say("a list")
        if isinstance(self.value, bool):
            return verbatim(str(self.value).lower())
        if self.value is None:
            return say("nothing")
        text = repr(self.value)
        return quoted(self.value) if len(text) <= 60 else verbatim(f"{text[:57]}...")


def plain(node: Node) -> Any:
    """Return the bare value of a tree: dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def read_file(path: Path, source: Source) -> Node:
    """Return the tree of a YAML file; raise ScenarioError when it cannot be read."""
    start = Place(source, 1, 1)
    try:
        is_folder = path.is_dir()
        is_large = path.stat().st_size > MAX_BYTES
        raw = b"" if is_folder or is_large else path.read_bytes()
    except FileNotFoundError:
        raise ScenarioError([start.problem(say("no such file"))]) from None
    except (OSError, ValueError) as error:
        reason = say("not a usable file name")
        if isinstance(error, OSError) and error.strerror:
            reason = system_words(error)
        words = say("cannot be read: {reason}", reason=reason)
        raise ScenarioError([start.problem(words)]) from None
    if is_folder:
        raise ScenarioError([start.problem(say("is a folder, not a scenario file"))])
    if is_large:
        words = say("larger than 20 MB: keep large tables in CSV files")
        raise ScenarioError([start.problem(words)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        before = raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8-sig")) + 1
        message = say("not UTF-8 text: save the file as UTF-8")
        raise ScenarioError([Place(source, line, column).problem(message)]) from None
    return read_text(text, source)


def read_text(text: str, source: Source, column: int = 1) -> Node:
    """Return the tree of a YAML text whose first line starts at a column of its source."""
    bad = _UNREADABLE.search(text)
    if bad is not None:
        line = text.count("\n", 0, bad.start()) + 1
        at = bad.start() - (text.rfind("\n", 0, bad.start()) + 1) + (column if line == 1 else 1)
        message = say("character U+{code:04X} is not allowed in YAML", code=ord(bad[0]))
        raise ScenarioError([Place(source, line, at).problem(message)])
    return _Reader(text, source, column).document()


def resolve_scalar(text: str) -> Scalar:
    """Return a plain scalar's value by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) or _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", "", 1) if _NOT_FINITE.fullmatch(text) else text)
    return text


class _Reader:
    """Build the tree from parser events and collect what is wrong on the way."""

    def __init__(self, text: str, source: Source, column: int) -> None:
        self._source = source
        self._shift = column - 1
        self._lines = text.split("\n")
        self._anchors: dict[str, Node | None] = {}
        self._problems: list[Problem] = []
        self._events = self._parse(text)

    def document(self) -> Node:
        """Return the tree of the only document."""
        next(self._events)
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise ScenarioError([Place(self._source, 1, 1).problem(say("the file is empty"))])
        root = self._node(next(self._events), 0)
        next(self._events)
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            self._say(more, say("a second YAML document starts here: keep one a file"))
        if self._problems:
            raise ScenarioError(self._problems)
        return root

    def _parse(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=_LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self._at(mark) if mark is not None else Place(self._source, 1, 1)
            words = yaml_words(error.context, error.problem)
            if mark is not None and self._is_tab(mark, error.problem or ""):
                words = say("a tab cannot indent a line: use spaces")
            elif mark is not None and (slip := self._slip_of_colon(mark.line)) is not None:
                place, words = slip
            raise self._failed(place, say("not valid YAML: {words}", words=words)) from None
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            place = Place(self._source, 1, 1)
            raise self._failed(place, say("not valid YAML: {words}", words=error)) from None

    def _is_tab(self, mark: Any, problem: str) -> bool:
        """Tell whether the parser stumbled over a tab in front of a line, whatever it says."""
        if mark.line >= len(self._lines):
            return False
        line = self._lines[mark.line]
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if "\t" not in indent:
            return False
        return mark.column <= len(indent) or "tab" in problem or problem.startswith("mapping")

    def _slip_of_colon(self, last: int) -> tuple[Place, Message] | None:
        """Return where a key ends in a colon that is none to the parser, which stops later."""
        for line in range(min(last, len(self._lines) - 1), max(last - 3, -1), -1):
            found = _COLON_SLIP.match(self._lines[line])
            if found is None:
                continue
            shift = self._shift if line == 0 else 0
            words = say("a space must follow the colon")
            if found[1] == "：":
                words = say("this colon is a full-width one: write ':' and a space")
            return Place(self._source, line + 1, found.start(1) + 1 + shift), words
        return None

    def _at(self, mark: Any) -> Place:
        line, column = mark.line, mark.column
        if line >= len(self._lines):  # the parser puts an end that came too early on a line after
            line, column = len(self._lines) - 1, len(self._lines[-1])
        shift = self._shift if line == 0 else 0
        return Place(self._source, line + 1, column + 1 + shift)

    def _say(self, event: Any, text: Message) -> None:
        self._problems.append(self._at(event.start_mark).problem(text))

    def _failed(self, place: Place, text: Message) -> ScenarioError:
        return ScenarioError([*self._problems, place.problem(text)])

    def _node(self, event: Any, depth: int) -> Node:
        place = self._at(event.start_mark)
        if depth > MAX_DEPTH:
            raise self._failed(place, say("nested more than {n} levels deep", n=MAX_DEPTH))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = Node(self._scalar(event), place)
        else:
            if event.tag not in (None, "!", _TAG + "map", _TAG + "seq"):
                self._say(event, say("the tag {tag!r} has no meaning here", tag=event.tag))
            is_list = isinstance(event, yaml.SequenceStartEvent)
            node = self._list(place, depth) if is_list else self._mapping(place, depth)
            if node.size > MAX_VALUES:
                words = say("more than {n:,} values once aliases are expanded", n=MAX_VALUES)
                raise self._failed(place, words)
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _alias(self, event: Any, place: Place) -> Node:
        if event.anchor not in self._anchors:
            anchor = f"&{event.anchor}"
            self._say(event, say("no anchor {anchor!r} stands before this alias", anchor=anchor))
            return Node(None, place)
        node = self._anchors[event.anchor]
        if node is None:
            alias = f"*{event.anchor}"
            self._say(event, say("{alias!r} stands inside its own anchor", alias=alias))
            return Node(None, place)
        return node

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        if event.tag is None and event.implicit[0]:
            return self._number_or_text(event, text)
        if event.tag in (None, "!", _TAG + "str"):
            return text
        kinds = _TAG_KINDS.get(event.tag.removeprefix(_TAG))
        if kinds is None:
            self._say(event, say("the tag {tag!r} has no meaning here", tag=event.tag))
            return text
        value = self._number_or_text(event, text)
        if type(value) not in kinds:
            words = say("{text!r} does not fit its tag {tag!r}", text=text, tag=event.tag)
            self._say(event, words)
        return value

    def _number_or_text(self, event: Any, text: str) -> Scalar:
        if len(text) > MAX_DIGITS and (_INT.fullmatch(text) or _OCTAL_OR_HEX.fullmatch(text)):
            self._say(event, say("this number is too long"))
            return 0
        value = resolve_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._say(event, say("{text} is not a finite number", text=text))
            return 0.0
        return value

    def _list(self, place: Place, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Node(items, place, size=1 + sum(item.size for item in items))

    def _mapping(self, place: Place, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            value = self._node(next(self._events), depth + 1)
            if key is None:
                continue
            if key == "<<" and event.implicit[0]:
                merged += self._merged(event, value)
            elif key in entries:
                words = say(
                    "the key {key!r} stands twice in this mapping (first in line {line})",
                    key=key,
                    line=keys[key].line,
                )
                self._say(event, words)
            else:
                entries[key] = value
                keys[key] = self._at(event.start_mark)
        for other in merged:
            for key, value in other.mapping.items():
                if key not in entries:
                    entries[key] = value
                    keys[key] = other.keys[key]
        size = 1 + sum(value.size for value in entries.values())
        return Node(entries, place, keys, size)

    def _key(self, event: Any, depth: int) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            self._say(event, say("a key must be plain text"))
            self._node(event, depth + 1)
            return None
        if not event.value:
            self._say(event, say("a key is empty"))
            return None
        if event.anchor is not None:
            self._anchors[event.anchor] = Node(event.value, self._at(event.start_mark))
        return str(event.value)

    def _merged(self, event: Any, value: Node) -> list[Node]:
        parts = value.items if isinstance(value.value, list) else [value]
        good = [part for part in parts if isinstance(part.value, dict)]
        if len(good) < len(parts):
            words = say("'<<' merges mappings: give it an alias of one, or a list of them")
            self._say(event, words)
        return good
