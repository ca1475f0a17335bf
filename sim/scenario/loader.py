"""Load a scenario: read, put together, check. The one door between YAML and the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.messages import Message
from sim.scenario.checks import cross_checks
from sim.scenario.compose import BASE, Parts, read_parts
from sim.scenario.scenario import Scenario
from sim.scenario.validate import KeyPath, problem_at, validate
from sim.scenario.yaml_source import Source, read_text
from sim.scenario.yaml_text import yaml_text

Found = Problem | tuple[KeyPath, Message]
"""A problem with a place of its own, or one of the value at a path of keys."""

__all__ = [
    "Found",
    "LoadedScenario",
    "check_scenario",
    "load_resolved",
    "load_scenario",
    "scenario_names",
]


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """Hold a checked scenario and where it came from."""

    scenario: Scenario
    name: str
    """The name asked for: base, a scenario, or a single override."""
    description: str
    """What the file says about itself."""
    resolved: dict[str, Any]
    """All values as written, after imports, overrides and settings; file names relative to
    `folder`."""
    files: tuple[Path, ...]
    """The scenario files read, the named one first; absolute."""
    folder: Path
    """Folder of the named file; absolute."""

    @property
    def resolved_yaml(self) -> str:
        """Return the resolved values as YAML, to be stored with a run."""
        return yaml_text(self.resolved)


def load_scenario(
    path: str | Path, scenario: str = BASE, sets: Sequence[str] = ()
) -> LoadedScenario:
    """Return the named scenario of a file with `key.path=value` settings on top.

    Raise ScenarioError with all problems found.
    """
    named = Path(path)
    return _load(read_parts(named, Scenario), named, scenario, sets)


def load_resolved(text: str, folder: str | Path, shown: str = "resolved scenario") -> Scenario:
    """Return the scenario of a stored text; its file names start from a folder."""
    root = read_text(text, Source(shown, Path(folder)))
    return validate(root, Scenario, cross_checks)[0]


def scenario_names(path: str | Path) -> tuple[str, ...]:
    """Return base and the named scenarios of a file."""
    return read_parts(Path(path), Scenario).scenarios


def check_scenario(
    path: str | Path,
    sets: Sequence[str] = (),
    further: Callable[[Scenario], Iterable[Found]] = lambda _scenario: (),
) -> list[Problem]:
    """Return all problems of a file: of base, of every scenario, and of every single override.

    further: called with each scenario the schema has nothing against.
    """
    named = Path(path)
    try:
        parts = read_parts(named, Scenario)
    except ScenarioError as error:
        return list(error.problems)
    found: dict[Problem, None] = {}
    for name in parts.names:
        try:
            root = parts.compose(name, sets).root
            built, _resolved = validate(root, Scenario, cross_checks)
        except ScenarioError as error:
            found.update(dict.fromkeys(error.problems))
        else:
            for each in further(built):
                found[each if isinstance(each, Problem) else problem_at(root, *each)] = None
    return sorted(found)


def _load(parts: Parts, path: Path, name: str, sets: Sequence[str]) -> LoadedScenario:
    composed = parts.compose(name, sets)
    built, resolved = validate(composed.root, Scenario, cross_checks)
    folder = path.parent.resolve()
    return LoadedScenario(built, name, parts.description, resolved, parts.files, folder)
