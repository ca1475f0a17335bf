"""The exception tree of Stormdesk.

    StormdeskError
    ├── InputError          what a person wrote cannot be used (exit code 2)
    │   ├── UnitError       a quantity without a usable unit
    │   └── ScenarioError   all problems of a scenario, each with file:line:column
    └── RunError            a run or a stored result failed (exit code 1)
        ├── StoreError      a result folder is missing, incomplete or of another version
        └── StoppedError    a person stopped a long job; what is finished is kept

What they say is a `sim.messages.Message`, so that it can be said in other languages too.
Bugs of the model are never caught: they end as ordinary Python exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.messages import Message

__all__ = [
    "InputError",
    "Problem",
    "RunError",
    "ScenarioError",
    "StoppedError",
    "StoreError",
    "StormdeskError",
    "UnitError",
]


class StormdeskError(Exception):
    """Stand at the root of everything Stormdesk raises on purpose."""


class InputError(StormdeskError, ValueError):
    """Say that something a person wrote cannot be used."""


class UnitError(InputError):
    """Say that a quantity has no unit, or one of another dimension."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Hold one problem of a scenario file: where it stands, and what would be right."""

    file: str
    line: int
    column: int
    text: Message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class ScenarioError(InputError):
    """Carry all problems of a scenario at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return ScenarioError, (self.problems,)


class RunError(StormdeskError):
    """Say that a run failed although its input was good."""


class StoreError(RunError):
    """Say that a stored result is missing, incomplete or of another version."""


class StoppedError(RunError):
    """Say that a person stopped a long job: what is finished is kept, and how to continue."""
