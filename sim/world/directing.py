"""What the world needs of the director of an exercise, who stands above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Director", "InjectState"]


class InjectState(Protocol):
    """Where one inject stands."""

    @property
    def id(self) -> str:
        """Return its id in the pool."""

    @property
    def status(self) -> str:
        """Return planned, armed, held, fired or expired."""

    @property
    def t_s(self) -> float | None:
        """Return when it fired, s from the scenario's start."""

    @property
    def seat(self) -> str:
        """Return the seat that meets it first."""

    @property
    def objective(self) -> str:
        """Return the objective it tries."""


class Director(Protocol):
    """Fire and hold injects on the controller's word."""

    def may_fire(self, inject: str) -> str:
        """Return '' when an inject can be fired now, else the code that says why not."""

    def fire(self, inject: str, cause: int) -> None:
        """Fire an inject on the controller's word."""

    def may_hold(self, inject: str) -> str:
        """Return '' when an inject can be held or released, else the code that says why not."""

    def hold(self, inject: str, held: bool, cause: int) -> None:
        """Hold an inject, or let go of it."""

    def statuses(self) -> Sequence[InjectState]:
        """Return where every inject stands now, in the order of the pool."""
