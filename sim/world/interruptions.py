"""Interruptions: owner of who lost supply when, and of the facts behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.engine.journal import NO_CAUSE
from sim.grid.assets import Grid

__all__ = ["Interruptions"]


class Interruptions:
    """Own the interruptions of every distribution transformer."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._open: dict[int, tuple[float, int]] = {}
        self._ended: list[tuple[int, float, float, bool, int]] = []

    def began(self, transformers: Iterable[int], t_s: float, cause: int) -> None:
        """Begin interruptions."""
        for ix in transformers:
            self._open[ix] = (t_s, cause)

    def ended(self, transformers: Iterable[int], t_s: float) -> None:
        """End interruptions."""
        for ix in transformers:
            off_s, cause = self._open.pop(ix)
            self._ended.append((ix, off_s, t_s, False, cause))

    def cause_of(self, transformer_ix: int) -> int:
        """Return the sequence number of the fact that took a transformer's supply, if any did."""
        entry = self._open.get(transformer_ix)
        return entry[1] if entry else NO_CAUSE

    def rows(self, now_s: float) -> list[dict[str, Any]]:
        """Return a row an interruption; those still open count up to now."""
        still = [(ix, off_s, now_s, True, cause) for ix, (off_s, cause) in self._open.items()]
        return [
            {
                "transformer_ix": ix,
                "customers": self._grid.transformers[ix].customers,
                "t_off_s": off_s,
                "t_on_s": on_s,
                "is_open": is_open,
                "cause": cause,
            }
            for ix, off_s, on_s, is_open, cause in (*self._ended, *still)
        ]
