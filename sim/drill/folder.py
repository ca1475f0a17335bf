"""The folder of a drill: what is played, by whom, and in the end the ordinary run beside it.

`drill.json` holds what is played; it is written once. The run's own files come last, its manifest
at the very end, so that a folder with a manifest holds a whole run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from sim.api import Result
from sim.drill.commitment import Commitment, commit, new_salt, opened
from sim.drill.play import Terms, terms_of
from sim.drill.wallclock import new_secret
from sim.errors import StoreError
from sim.messages import say, standing_at
from sim.scenario.base import Section
from sim.scenario.exercise import Exercise
from sim.scenario.loader import LoadedScenario, load_resolved
from sim.scenario.yaml_text import yaml_text
from sim.store.fingerprint import code_fingerprint
from sim.store.writer import MANIFEST
from sim.world.run import RunOutput
from sim.world.seats import SEATS

__all__ = [
    "COMMITMENT_FILE",
    "DRILL_FILE",
    "SEATS_FILE",
    "Drill",
    "commitment_of",
    "new_folder",
    "save_run_beside",
    "secrets_of",
    "write_secrets",
]

DRILL_FILE = "drill.json"
COMMITMENT_FILE = "commitment.json"
"""Opens the commitment: for nobody's eyes before EndEx."""
SEATS_FILE = "seats.json"
"""The seats' secrets, readable by their owner only; gone when the drill has ended."""
_VERSION = 1


@dataclass(frozen=True)
class Drill:
    """Hold what is played."""

    file: str
    """The scenario file, for people."""
    scenario: str
    """The name asked for: base, a scenario or an override."""
    description: str
    resolved: str
    """The resolved scenario, YAML."""
    folder: str
    """Where file names in it start."""
    seed: int
    terms: Terms
    code: str
    """Hash of the code that plays; another code may play differently."""
    forked: Mapping[str, Any] | None = None
    """Where it was forked from: run and simulated time."""

    @classmethod
    def of(cls, loaded: LoadedScenario, seed: int, terms: Terms | None = None) -> Drill:
        """Return the drill of a loaded scenario."""
        resolved, top = _rooted(loaded)
        return cls(
            str(loaded.files[0]),
            loaded.name,
            loaded.description,
            yaml_text(resolved),
            str(top),
            seed,
            terms or terms_of(loaded),
            code_fingerprint(),
        )

    @property
    def loaded(self) -> LoadedScenario:
        """Return the scenario as it was loaded."""
        folder = Path(self.folder)
        scenario = load_resolved(self.resolved, folder)
        resolved = yaml.safe_load(self.resolved)
        return LoadedScenario(
            scenario, self.scenario, self.description, resolved, (Path(self.file),), folder
        )

    @cached_property
    def exercise(self) -> Exercise:
        """Return the exercise of the scenario."""
        exercise = self.loaded.scenario.exercise
        assert exercise is not None
        return exercise

    def write(self, folder: Path) -> None:
        """Write it to the folder of a drill, with what opens its commitment."""
        committed = commit(self.exercise, self.seed, new_salt()).as_text() + "\n"
        (folder / COMMITMENT_FILE).write_text(committed, encoding="utf-8", newline="\n")
        content = {"drill": _VERSION, **asdict(self)}
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (folder / DRILL_FILE).write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, folder: Path) -> Drill:
        """Read it from the folder of a drill; raise StoreError when there is none."""
        path = folder / DRILL_FILE
        if not path.is_file():
            raise StoreError(standing_at(folder, say("there is no such drill")))
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values.pop("drill") != _VERSION:
                raise ValueError("another version")
            values["terms"] = Terms(**values["terms"])
            return cls(**values)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            words = say("the file is damaged, or another version of Stormdesk wrote it")
            raise StoreError(standing_at(path, words)) from error


def _rooted(loaded: LoadedScenario) -> tuple[dict[str, Any], Path]:
    """Return the resolved values with file names from one folder that holds all files of it.

    What a scenario may reach depends on the working directory; a drill must be found again from
    anywhere.
    """
    named = dict(_files(loaded.scenario, ()))
    top = loaded.folder
    for file in named.values():
        top = Path(os.path.commonpath([top, file.parent]))
    resolved = deepcopy(loaded.resolved)
    for path, file in named.items():
        place: Any = resolved
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = file.relative_to(top).as_posix()
    return resolved, top


def _files(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Path]]:
    """Yield every file a scenario names, with the keys under which it stands."""
    if isinstance(value, Path):
        yield path, value
    elif isinstance(value, Section):
        for name in value.model_fields_set:
            yield from _files(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _files(each, (*path, name))
    elif isinstance(value, list | tuple):
        for k, each in enumerate(value):
            yield from _files(each, (*path, k))


def commitment_of(folder: Path) -> Commitment:
    """Return the commitment of a drill; raise StoreError when it is missing or damaged."""
    path = folder / COMMITMENT_FILE
    try:
        return opened(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        words = say("the file is damaged, or another version of Stormdesk wrote it")
        raise StoreError(standing_at(path, words)) from error


def write_secrets(folder: Path) -> None:
    """Draw a secret for each seat, for the eyes of whoever runs the drill only."""
    text = json.dumps({seat: new_secret() for seat in SEATS})
    descriptor = os.open(folder / SEATS_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def secrets_of(folder: Path) -> dict[str, str]:
    """Return the secret of each seat."""
    secrets: dict[str, str] = json.loads((folder / SEATS_FILE).read_text(encoding="utf-8"))
    return secrets


def new_folder(folder: Path) -> Path:
    """Make the folder of a new drill; raise StoreError when something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        words = say("something is there already: name another folder")
        raise StoreError(standing_at(folder, words))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def save_run_beside(folder: Path, output: RunOutput, lang: str) -> Result:
    """Put the run's own files, with indicators and report, into the folder of its drill."""
    (folder / MANIFEST).unlink(missing_ok=True)
    with TemporaryDirectory(prefix=f"{folder.name}.tmp-", dir=folder.parent) as scratch:
        whole = Result(output.tables, output.manifest).save(Path(scratch) / "run", lang)
        for path in sorted(whole.iterdir(), key=lambda path: path.name == MANIFEST):
            os.replace(path, folder / path.name)
        shutil.rmtree(whole, ignore_errors=True)
    return Result.open(folder)
