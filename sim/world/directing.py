"""What the world needs of the director of an exercise, who stands above it."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Director"]


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
