"""One replication: a pure function of a case (file, scenario, settings) and a seed.

Replication k of every case has the seed `first seed + k`, so all cases meet the same luck (common
random numbers), and `run --seed` with the settings of the case repeats any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from sim.errors import RunError
from sim.experiments.thinned import Series, thinned
from sim.indicators.catalogue import measure
from sim.messages import Message, say, standing_at
from sim.scenario.base import Section
from sim.scenario.loader import LoadedScenario
from sim.store.columns import RunTables
from sim.store.fingerprint import code_fingerprint
from sim.store.manifest import Manifest

__all__ = [
    "LOADER",
    "RUNNER",
    "Case",
    "Replication",
    "RunOutput",
    "Task",
    "input_hash",
    "load_case",
    "simulate",
]

LOADER = "sim.scenario.loader:load_scenario"
"""Where `(file, scenario, sets) -> LoadedScenario` stands."""
RUNNER = "sim.world.run:run_scenario"
"""Where `(loaded, seed) -> RunOutput` stands."""


class RunOutput(Protocol):
    """What a runner returns."""

    @property
    def tables(self) -> RunTables:
        """All tables of the run."""

    @property
    def manifest(self) -> Manifest:
        """What was run."""


@dataclass(frozen=True)
class Case:
    """Name one scenario to be compared, and how it is loaded and run."""

    file: str
    scenario: str = "base"
    sets: tuple[str, ...] = ()
    label: str = ""
    """What tables and charts call it; the scenario's name when empty."""
    loader: str = LOADER
    runner: str = RUNNER

    @property
    def name(self) -> str:
        """Return what tables and charts call it."""
        return self.label or self.scenario


@dataclass(frozen=True)
class Task:
    """Name one replication of one case, and the inputs it belongs to."""

    case: Case
    number: int
    seed: int
    input_hash: str
    """Hash of the resolved scenario and the contents of its data files."""
    code: str
    """Hash of the sources of the model."""

    def __str__(self) -> Message:
        return say(
            "replication {number} (seed {seed}) of {case}",
            number=self.number,
            seed=self.seed,
            case=self.case.name,
        )


@dataclass(frozen=True)
class Replication:
    """Hold what is kept of one replication."""

    case: str
    number: int
    seed: int
    input_hash: str
    code: str
    """Hash of the sources that made it."""
    digest: str
    """Digest of all its tables."""
    end_s: float
    values: Mapping[str, float | None]
    """Indicator → value, None where it is missing."""
    reasons: Mapping[str, str]
    """Indicator → code of the reason it is missing."""
    series: Series


def simulate(task: Task) -> Replication:
    """Run one replication in this process."""
    loaded, found_hash = load_case(task.case)
    if found_hash != task.input_hash:
        words = say("the scenario or its data changed during the experiment")
        raise RunError(standing_at(task.case.file, words))
    if code_fingerprint() != task.code:
        raise RunError(
            say("the sources of the model changed during the experiment: start it again")
        )
    output: RunOutput = _named(task.case.runner)(loaded, task.seed)
    measured = measure(output.tables, output.manifest)
    sealed = output.manifest if output.manifest.digest else output.manifest.sealed(output.tables)
    return Replication(
        case=task.case.name,
        number=task.number,
        seed=task.seed,
        input_hash=task.input_hash,
        code=task.code,
        digest=sealed.digest,
        end_s=sealed.end_s,
        values={name: each.value for name, each in measured.items()},
        reasons={name: each.reason for name, each in measured.items() if each.value is None},
        series=thinned(output.tables, output.manifest),
    )


@lru_cache(maxsize=64)
def load_case(case: Case) -> tuple[LoadedScenario, str]:
    """Return the scenario of a case and the hash of its inputs; once a process."""
    loaded: LoadedScenario = _named(case.loader)(case.file, case.scenario, case.sets)
    return loaded, input_hash(loaded)


def input_hash(loaded: LoadedScenario) -> str:
    """Return one hash of the resolved scenario and of every data file it names."""
    hasher = blake2b(loaded.resolved_yaml.encode(), digest_size=16)
    for path in sorted(_data_files(loaded.scenario)):
        content = path.read_bytes()
        hasher.update(f"\n{path.name}:{len(content)}\n".encode())
        hasher.update(content)
    return hasher.hexdigest()


def _data_files(value: object) -> set[Path]:
    """Return the files that stand as paths anywhere in a section."""
    if isinstance(value, Path):
        return {value}
    if isinstance(value, Section):
        value = [each for _, each in value]
    elif isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return {path for each in value for path in _data_files(each)}
    return set()


def _named(place: str) -> Callable[..., Any]:
    """Return the function at `module:name`; a worker process imports it afresh."""
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
