"""Put a scenario together: imported parts, then named overrides, then `--set`.

Mappings merge key by key, lists are replaced as a whole, and every value keeps the place it came
from. Where the schema offers alternatives (`{exponential: …}` or `{lognormal: …}`), choosing
another one replaces the first instead of mixing both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.messages import Message, expected, say, standing_at
from sim.scenario.base import Section
from sim.scenario.folders import is_within_reach
from sim.scenario.shape import child, choose, sections
from sim.scenario.suggest import near_files, suggestion
from sim.scenario.yaml_source import Node, Place, Source, read_file, read_text

__all__ = ["BASE", "RESERVED", "Composed", "Parts", "merge", "read_parts"]

BASE = "base"
"""Name of the scenario without overrides."""
RESERVED = ("import", "description", "overrides", "scenarios")
"""Keys that say how a scenario is put together; they never reach the model."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Hold one scenario put together: its tree, and the name it was asked for by."""

    root: Node
    name: str


def merge(under: Node | None, over: Node, annotation: Any = None) -> Node:
    """Return one value laid over another; an annotation tells alternatives apart."""
    if under is None or not isinstance(under.value, dict) or not isinstance(over.value, dict):
        return over
    member = choose(annotation, over)
    if len(sections(annotation)) > 1 and member is not choose(annotation, under):
        return over
    entries = dict(under.value)
    keys = dict(under.keys)
    for key, value in over.value.items():
        entries[key] = merge(entries.get(key), value, child(member, key))
        if entries[key] is value or key not in keys:
            keys[key] = over.keys[key]
    return Node(entries, under.place, keys, under.size + over.size)


class Parts:
    """Hold all that the files of one scenario say, before a name is chosen."""

    def __init__(self, root: Node, model: type[Section], files: Sequence[Path]) -> None:
        """Take the tree with all imports merged in."""
        self._root = root
        self._model = model
        self.files = tuple(files)
        self.description = _described(root)
        self._overrides = _entry(root, "overrides")
        self._scenarios = _entry(root, "scenarios")

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names one can ask for: base, the scenarios, then the single overrides."""
        return tuple(dict.fromkeys((BASE, *self._scenarios.mapping, *self._overrides.mapping)))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Return base and the named scenarios."""
        return (BASE, *self._scenarios.mapping)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the overrides and scenarios themselves."""
        found: list[Problem] = []
        words = self._root.mapping.get("description")
        if words is not None and isinstance(words.value, dict | list):
            text = standing_at("description", expected(say("text"), words.shown))
            found.append(words.place.problem(text))
        for key, node in (("overrides", self._overrides), ("scenarios", self._scenarios)):
            if node.value is not None and not isinstance(node.value, dict):
                text = standing_at(key, say("expected names, each with its content"))
                found.append(node.place.problem(text))
            if BASE in node.mapping:
                words_of_base = say("{name!r} means no override: choose another name", name=BASE)
                text = standing_at(f"{key}.{BASE}", words_of_base)
                found.append(node.keys[BASE].problem(text))
        for name, node in self._overrides.mapping.items():
            found += self._override_problems(name, node)
        for name, node in self._scenarios.mapping.items():
            found += self._scenario_problems(name, node)
        return found

    def compose(self, name: str, sets: Sequence[str] = ()) -> Composed:
        """Return the scenario of a name with `key.path=value` settings on top."""
        root = _without(self._root, RESERVED)
        for override in self._chosen(name):
            root = merge(root, self._overrides.mapping[override], self._model)
        problems: list[Problem] = []
        folder = self._root.place.source.folder
        for text in sets:
            try:
                root = _set(root, text, self._model, folder)
            except ScenarioError as error:
                problems += error.problems
        if problems:
            raise ScenarioError(problems)
        return Composed(root, name)

    def _chosen(self, name: str) -> list[str]:
        if name == BASE:
            return []
        if name in self._scenarios.mapping:
            return [str(item.value) for item in self._scenarios.mapping[name].items]
        if name in self._overrides.mapping:
            return [name]
        place = self._root.keys.get("scenarios", Place(self._root.place.source, 1, 1))
        hint = suggestion(name, self.names)
        text = say("no scenario or override is named {name!r}{hint}", name=name, hint=hint)
        raise ScenarioError([place.problem(text)])

    def _override_problems(self, name: str, node: Node) -> list[Problem]:
        if not isinstance(node.value, dict):
            text = standing_at(f"overrides.{name}", say("expected the keys that differ"))
            return [node.place.problem(text)]
        refusal = say("not allowed inside an override")
        return [
            node.keys[key].problem(standing_at(f"overrides.{name}.{key}", refusal))
            for key in RESERVED
            if key in node.mapping
        ]

    def _scenario_problems(self, name: str, node: Node) -> list[Problem]:
        if not isinstance(node.value, list):
            words = say("expected a list of override names, such as [more_agents]")
            return [node.place.problem(standing_at(f"scenarios.{name}", words))]
        found = []
        for position, item in enumerate(node.items):
            if not isinstance(item.value, str) or item.value not in self._overrides.mapping:
                word = item.value if isinstance(item.value, str) else ""
                hint = suggestion(word, self._overrides.mapping)
                words = say("no override is named {name}{hint}", name=item.shown, hint=hint)
                text = standing_at(f"scenarios.{name}.{position}", words)
                found.append(item.place.problem(text))
        return found


def read_parts(path: Path, model: type[Section]) -> Parts:
    """Read a scenario file and all it imports; raise ScenarioError with all that cannot be read."""
    importer = _Importer(path, model)
    root = importer.read(path, Source(str(path), path.parent), ())
    parts = Parts(root, model, importer.files)
    problems = importer.problems + parts.problems()
    if problems:
        raise ScenarioError(problems)
    return parts


class _Importer:
    """Follow imports inside the folder trees of the file the user named and of the work."""

    def __init__(self, top: Path, model: type[Section]) -> None:
        self._top = top.parent.resolve()
        self._model = model
        self._read: dict[Path, Node] = {}
        self.files: list[Path] = []
        self.problems: list[Problem] = []

    def read(self, path: Path, source: Source, above: tuple[Path, ...]) -> Node:
        """Return a file's tree with its imports merged under it."""
        root = read_file(path, source)
        self.files.append(path.resolve())
        if not isinstance(root.value, dict):
            text = say("a scenario is made of keys such as 'run:', each with its content")
            raise ScenarioError([root.place.problem(text)])
        below: Node | None = None
        for item in self._imports(root):
            part = self._part(item, source, (*above, path.resolve()))
            if part is not None:
                below = part if below is None else self._merge(below, part)
        return root if below is None else self._merge(_without(below, ("description",)), root)

    def _imports(self, root: Node) -> list[Node]:
        node = root.mapping.get("import")
        if node is None:
            return []
        items = node.items if isinstance(node.value, list) else [node]
        good = [item for item in items if isinstance(item.value, str) and item.value]
        if len(good) < len(items) or not items:
            text = say("expected a list of file names, such as [grid.yaml]")
            self.problems.append(node.place.problem(standing_at("import", text)))
        return good

    def _part(self, item: Node, source: Source, above: tuple[Path, ...]) -> Node | None:
        name = str(item.value)
        try:
            target = self._target(item, source.folder, above)
            if target not in self._read:
                shown = (Path(source.shown).parent / name).as_posix()
                self._read[target] = self.read(target, Source(shown, target.parent), above)
        except ScenarioError as error:
            self.problems += error.problems
            return None
        return self._read[target]

    def _target(self, item: Node, folder: Path, above: tuple[Path, ...]) -> Path:
        """Return the file an import names; raise ScenarioError when it may not be read."""
        name = str(item.value)
        try:
            target = (folder / name).resolve()
        except (OSError, ValueError, RuntimeError):
            raise _refused(item, say("{name!r} is not a usable file name", name=name)) from None
        if not is_within_reach(target, self._top):
            words = say("{name!r} is outside the folder of the scenario", name=name)
            raise _refused(item, words)
        if target in above:
            circle = " → ".join(file.name for file in (*above[above.index(target) :], target))
            words = say("the files import each other in a circle: {circle}", circle=circle)
            raise _refused(item, words)
        if not target.is_file():
            hint = near_files(name, target)
            raise _refused(item, say("no such file: {name!r}{hint}", name=name, hint=hint))
        return target

    def _merge(self, under: Node, over: Node) -> Node:
        """Merge two files: bodies by the schema, overrides one by one."""
        merged = merge(_without(under, RESERVED), _without(over, RESERVED), self._model)
        entries, keys = dict(merged.mapping), dict(merged.keys)
        for key in RESERVED:
            if key in under.mapping or key in over.mapping:
                entries[key] = _merge_reserved(key, under, over, self._model)
                keys[key] = (over if key in over.mapping else under).keys[key]
        return Node(entries, over.place, keys, merged.size)


def _merge_reserved(key: str, under: Node, over: Node, model: type[Section]) -> Node:
    if key not in over.mapping or key not in under.mapping:
        return (over if key in over.mapping else under).mapping[key]
    annotation = dict[str, model] if key == "overrides" else None  # type: ignore[valid-type]
    return merge(under.mapping[key], over.mapping[key], annotation)


def _refused(item: Node, text: Message) -> ScenarioError:
    return ScenarioError([item.place.problem(standing_at("import", text))])


def _described(root: Node) -> str:
    node = root.mapping.get("description")
    return "" if node is None or node.value is None else str(node.value).strip()


def _entry(root: Node, key: str) -> Node:
    return root.mapping.get(key, Node(None, root.place))


def _without(node: Node, names: Sequence[str]) -> Node:
    entries = {key: value for key, value in node.mapping.items() if key not in names}
    return Node(entries, node.place, {key: node.keys[key] for key in entries}, node.size)


def _set(root: Node, text: str, model: type[Section], folder: Path) -> Node:
    """Return the tree with one `key.path=value` laid over it."""
    source = Source("--set", folder)
    at = Place(source, 1, 1)
    path, sign, value = text.partition("=")
    steps = path.strip().split(".")
    if not sign or not all(steps):
        words = say("expected key.path=value, such as run.seed=2, got {text!r}", text=text)
        raise ScenarioError([at.problem(words)])
    column = len(path) + 2 + len(value) - len(value.lstrip())
    nothing = Node(None, Place(source, 1, column))
    node = read_text(value.strip(), source, column) if value.strip() else nothing
    return _Setting(path.strip(), at, node).put(root, steps, model)


@dataclass(frozen=True, slots=True)
class _Setting:
    """Lay one value over a tree, at the end of its steps."""

    path: str
    at: Place
    value: Node

    def put(self, under: Node | None, steps: list[str], annotation: Any) -> Node:
        """Return a value with the setting somewhere within."""
        if not steps:
            return merge(under, self.value, annotation)
        step, rest = steps[0], steps[1:]
        if under is not None and isinstance(under.value, list):
            return self._put_in_list(under, step, rest, annotation)
        wrapped = Node({step: self.value}, self.value.place, {step: self.at})
        below = under.mapping.get(step) if under is not None else None
        entry = self.put(below, rest, child(choose(annotation, wrapped), step))
        return merge(under, Node({step: entry}, self.value.place, {step: self.at}), annotation)

    def _put_in_list(self, under: Node, step: str, rest: list[str], annotation: Any) -> Node:
        if not step.isdecimal() or int(step) >= len(under.items):
            words = say(
                "no item {step!r} in this list of {n}, from 0", step=step, n=len(under.items)
            )
            raise ScenarioError([self.at.problem(standing_at(self.path, words))])
        position = int(step)
        items = list(under.items)
        inner = child(choose(annotation, under), position)
        items[position] = self.put(items[position], rest, inner)
        return Node(items, under.place, size=under.size)
