"""Check a composed tree against the schema and say all that is wrong, each at its place.

The tree is walked beside the schema first: unknown keys, file names and alternatives are settled
there, where keys and places are at hand. Then pydantic checks values, and its errors are worded for
people. An alternative (a union of sections) is checked by itself as the member its keys mean, so
one mistake in it gives one message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from sim.errors import Problem, ScenarioError
from sim.messages import NOTHING, Message, expected, joined, say, standing_at
from sim.scenario.base import Section
from sim.scenario.compose import RESERVED
from sim.scenario.folders import is_within_reach, seen_from
from sim.scenario.shape import child, choose, fields, holds_path, members, sections, tags
from sim.scenario.suggest import (
    closest,
    did_you_mean,
    hinted,
    listed,
    near_files,
    suggestion,
)
from sim.scenario.wording import word_error
from sim.scenario.yaml_source import Node, Place, plain

__all__ = ["KeyPath", "problem_at", "validate"]

KeyPath = tuple[str | int, ...]
"""Keys and positions from the top of a scenario to a value."""
Model = TypeVar("Model", bound=Section)
_WITH_OWN_PLACE = standing_at("", "").template
_EXPECTED = expected("", "").template


def validate(
    root: Node,
    model: type[Model],
    cross_checks: Callable[[Model], Iterable[tuple[KeyPath, Message]]] = lambda _scenario: (),
) -> tuple[Model, dict[str, Any]]:
    """Return the model and the resolved values, file names relative to the top folder.

    Raise ScenarioError with all problems.
    """
    check = _Check(root)
    values = check.values(root, model, ())
    built = check.build(model, values, ())
    if built is not None and not check.problems:
        for path, text in cross_checks(built):
            check.say(path, text)
    if built is None or check.problems:
        raise ScenarioError(check.sorted_problems())
    resolved = plain(root)
    for path, name in check.files.items():
        _put(resolved, path, name)
    return built, resolved


def problem_at(root: Node, path: KeyPath, text: Message) -> Problem:
    """Return a problem of the value at a path of keys, where it stands in the files."""
    check = _Check(root)
    check.say(path, text)
    return check.sorted_problems()[0]


class _Check:
    """Collect the problems of one tree."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._top = root.place.source.folder.resolve()
        self.problems: dict[tuple[KeyPath, str], Problem] = {}
        self._settled: set[KeyPath] = set()
        self.files: dict[KeyPath, str] = {}

    def say(self, path: KeyPath, text: Message, place: Place | None = None) -> None:
        """Add a problem of a value; nothing at or below it is reported again by pydantic."""
        dotted = ".".join(str(step) for step in path)
        words = standing_at(dotted, text) if dotted else text
        self.problems[path, text] = (place or self._place(path)).problem(words)

    def sorted_problems(self) -> list[Problem]:
        """Return the problems in the order of the files' lines."""
        return sorted(self.problems.values())

    def values(self, node: Node, annotation: Any, path: KeyPath) -> Any:
        """Return the bare value for pydantic; alternatives come back already built."""
        if not isinstance(node.value, dict | list):
            if isinstance(node.value, str) and holds_path(annotation):
                return self._file(node, path)
            kinds = members(annotation)
            if node.value is not None and len(kinds) == len(sections(annotation)) > 1:
                return self._no_member(node, annotation, path)
            return node.value
        member = choose(annotation, node)
        if member is None:
            return self._no_member(node, annotation, path)
        bare = self._content(node, member, annotation, path)
        if len(members(annotation)) > 1:
            return self.build(member, bare, path)
        return bare

    def build(self, member: Any, values: Any, path: KeyPath) -> Any:
        """Return values as the member they mean, or None after saying what is wrong."""
        try:
            return _adapter(member).validate_python(values)
        except ValidationError as error:
            self._digest(error, path)
            self._settled.add(path)
            return None

    def _content(self, node: Node, member: Any, annotation: Any, path: KeyPath) -> Any:
        if isinstance(node.value, list):
            return [
                self.values(item, child(member, position), (*path, position))
                for position, item in enumerate(node.items)
            ]
        section = next(iter(sections(member)), None)
        content = {}
        for key, value in node.mapping.items():
            if section is not None and key not in fields(section):
                self._unknown_key(key, node, section, annotation, path)
            else:
                content[key] = self.values(value, child(member, key), (*path, key))
        return content

    def _unknown_key(
        self, key: str, node: Node, section: type[Section], annotation: Any, path: KeyPath
    ) -> None:
        allowed = list(fields(section))
        place = node.keys[key]
        if not tags(annotation) and any(key in fields(each) for each in sections(annotation)):
            beside = next(name for name in node.mapping if name in fields(section))
            words = say("cannot stand beside {beside!r}: keep one of them", beside=beside)
            self.say((*path, key), words, place)
            return
        if not path and key in RESERVED:
            words = say("stands in scenario files only: name a scenario instead")
            self.say((key,), words, place)
            return
        if not path:
            allowed += RESERVED
        near = closest(key, allowed)
        if near is not None and near not in node.mapping:
            self._settled.add((*path, near))
        self.say((*path, key), say("unknown key{hint}", hint=suggestion(key, allowed)), place)

    def _no_member(self, node: Node, annotation: Any, path: KeyPath) -> Any:
        """Say that no alternative fits; leave other mismatches to pydantic's wording."""
        if not sections(annotation):
            return plain(node)
        for key, values in tags(annotation).items():
            if key in node.mapping:
                written = node.mapping[key]
                near = suggestion(written.value if isinstance(written.value, str) else "", values)
                words = expected(listed(values), written.shown)
                self.say((*path, key), hinted(words, near))
                self._settled.add(path)
                return None
        keys = list(dict.fromkeys(key for each in sections(annotation) for key in fields(each)))
        hint = next((closest(key, keys) for key in node.mapping if closest(key, keys)), None)
        words = expected(say("one of the keys {keys}", keys=listed(keys)), node.shown)
        self.say(path, hinted(words, NOTHING if hint is None else did_you_mean(hint)))
        self._settled.add(path)
        return None

    def _file(self, node: Node, path: KeyPath) -> Path:
        """Return a named file as an absolute path inside the folder trees allowed."""
        name = str(node.value)
        folder = node.place.source.folder
        trouble = None
        target = folder
        try:
            target = (folder / name).resolve()
            if not is_within_reach(target, self._top):
                trouble = say("the file {name!r} is outside the folder of the scenario", name=name)
            elif target.is_dir():
                trouble = say("{name!r} is a folder, not a file", name=name)
            elif not target.is_file():
                hint = near_files(name, target)
                trouble = say("no such file: {name!r}{hint}", name=name, hint=hint)
        except (OSError, ValueError, RuntimeError):
            trouble = say("{name!r} is not a usable file name", name=name)
        if trouble is not None:
            self.say(path, trouble)
            self._settled.add(path)
        else:
            self.files[path] = seen_from(target, self._top)
        return target

    def _digest(self, error: ValidationError, base: KeyPath) -> None:
        """Word pydantic's errors; those of the same value become one."""
        by_path: dict[KeyPath, list[Message]] = {}
        for detail in error.errors(include_url=False):
            if _is_echo(detail):
                continue
            path = self._path(base, detail["loc"], is_missing=detail["type"] == "missing")
            text = word_error(detail, self._node(path))
            if text.template == _WITH_OWN_PLACE:
                own = str(text.values["where"]).split(".")
                inner = self._path(path, tuple(own), is_missing=False)
                if len(inner) > len(path):
                    path, text = inner, text.part("what")
            if not any(path[: len(settled)] == settled for settled in self._settled):
                texts = by_path.setdefault(path, [])
                if text not in texts:
                    texts.append(text)
        for path, texts in by_path.items():
            self.say(path, texts[0] if len(texts) == 1 else _either(texts))

    def _path(self, base: KeyPath, loc: tuple[str | int, ...], *, is_missing: bool) -> KeyPath:
        """Return the steps of pydantic's location that stand in the tree; labels are left out."""
        path = base
        for position, step in enumerate(loc):
            inner = (*path, int(step) if isinstance(step, str) and step.isdecimal() else step)
            if self._node((*path, step)) is not None:
                path = (*path, step)
            elif self._node(inner) is not None:
                path = inner
            elif is_missing and position == len(loc) - 1:
                path = (*path, step)
        return path

    def _node(self, path: KeyPath) -> Node | None:
        node: Node | None = self._root
        for step in path:
            if node is None:
                return None
            if isinstance(node.value, dict):
                node = node.mapping.get(step) if isinstance(step, str) else None
            elif isinstance(node.value, list):
                node = (
                    node.items[step] if isinstance(step, int) and step < len(node.items) else None
                )
            else:
                node = None
        return node

    def _place(self, path: KeyPath) -> Place:
        """Return where a value stands: the value itself, or the key of a mapping, list or gap."""
        while path and self._node(path) is None:
            path = path[:-1]
        node = self._node(path)
        if not path or node is None:
            return Place(self._root.place.source, 1, 1)
        above, last = self._node(path[:-1]), path[-1]
        at_key = isinstance(node.value, dict | list) or node.value is None
        if at_key and above is not None and isinstance(last, str):
            return above.keys[last]
        return node.place


def _is_echo(detail: Any) -> bool:
    """Tell whether a list counts as too short only because its items are wrong themselves."""
    if detail["type"] != "too_short":
        return False
    return len(detail["input"]) >= int(detail["ctx"]["min_length"])


@cache
def _adapter(member: Any) -> TypeAdapter[Any]:
    return TypeAdapter(member)


def _either(texts: list[Message]) -> Message:
    """Join what the members of a union of plain values expected: "expected a or b, got c"."""
    if all(text.template == _EXPECTED for text in texts):
        wanted = joined(" or ", (text.part("wanted") for text in texts))
        return expected(wanted, texts[0].part("got"))
    return joined("; or ", texts)


def _put(values: Any, path: KeyPath, value: Any) -> None:
    for step in path[:-1]:
        values = values[step]
    values[path[-1]] = value
