"""Interruptions: owner of who lost supply when, and of the facts behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sim.engine.journal import NO_CAUSE
from sim.grid.assets import Grid

__all__ = ["Interruptions"]


@dataclass(slots=True)
class _Spell:
    """Some customers of one transformer, without supply since a time."""

    off_s: float
    cause: int
    customers: int


class Interruptions:
    """Own the interruptions of every distribution transformer, and of parts of its customers.

    Customers held dark from behind their transformer are counted apart from the rest, so that
    nobody is counted twice: their interruption begins with the first reason and ends with the last.
    """

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._open: dict[int, _Spell] = {}
        self._behind: dict[int, dict[int, _Spell]] = {}
        """By transformer and customer group: spells apart from the rest of the transformer."""
        self._held: dict[int, dict[int, int]] = {}
        """By transformer: customers of the groups held dark from behind it, now."""
        self._ended: list[tuple[int, _Spell, float]] = []

    def began(self, transformers: Iterable[int], t_s: float, cause: int) -> None:
        """Begin interruptions of whole transformers."""
        for ix in transformers:
            held = sum(self._held[ix].values()) if ix in self._held else 0
            self._open[ix] = _Spell(t_s, cause, self._grid.transformers[ix].customers - held)

    def ended(self, transformers: Iterable[int], t_s: float) -> None:
        """End interruptions of whole transformers; who is held dark from behind stays out."""
        for ix in transformers:
            if ix not in self._open:
                continue  # its own backup had ended it before
            rest = self._open.pop(ix)
            if rest.customers or not self._grid.transformers[ix].customers:
                self._ended.append((ix, rest, t_s))
            held = self._held.get(ix, {})
            for group in [each for each in self._behind.get(ix, {}) if each not in held]:
                self._ended.append((ix, self._behind[ix].pop(group), t_s))

    def held(self, ix: int, group: int, customers: int, t_s: float, cause: int) -> None:
        """Hold a group of a transformer's customers dark from behind it."""
        self._held.setdefault(ix, {})[group] = customers
        apart = self._behind.setdefault(ix, {})
        if group in apart:
            return
        rest = self._open.get(ix)
        if rest is None:
            apart[group] = _Spell(t_s, cause, customers)
        else:
            rest.customers -= customers
            apart[group] = _Spell(rest.off_s, rest.cause, customers)

    def released(self, ix: int, group: int, t_s: float) -> None:
        """Hold a group no longer; it has supply again unless its transformer has none."""
        del self._held[ix][group]
        if ix not in self._open:
            self._ended.append((ix, self._behind[ix].pop(group), t_s))

    def cause_of(self, transformer_ix: int) -> int:
        """Return the sequence number of the fact that took a transformer's supply, if any did."""
        entry = self._open.get(transformer_ix)
        return entry.cause if entry else NO_CAUSE

    def customers_out(self) -> int:
        """Return the customers without supply now, each counted once."""
        return sum(spell.customers for _ix, spell in self._now())

    def _now(self) -> Iterator[tuple[int, _Spell]]:
        for ix, rest in self._open.items():
            if rest.customers or not self._grid.transformers[ix].customers:
                yield ix, rest
        for ix, apart in self._behind.items():
            for spell in apart.values():
                yield ix, spell

    def spans(self, now_s: float) -> Iterator[tuple[int, int, float, float, bool, int]]:
        """Yield an interruption after the other, as `rows` tells them; those open up to now.

        Customers of one transformer who went out and came back together share one.
        """
        still = [(ix, spell, now_s, True) for ix, spell in self._now()]
        together: dict[tuple[int, float, float, bool, int], int] = {}
        for ix, spell, on_s, is_open in chain(((*each, False) for each in self._ended), still):
            key = (ix, spell.off_s, on_s, is_open, spell.cause)
            together[key] = together.get(key, 0) + spell.customers
        for (ix, off_s, on_s, is_open, cause), customers in together.items():
            yield ix, customers, off_s, on_s, is_open, cause

    def rows(self, now_s: float) -> list[dict[str, Any]]:
        """Return a row an interruption; those still open count up to now."""
        names = ("transformer_ix", "customers", "t_off_s", "t_on_s", "is_open", "cause")
        return [dict(zip(names, each, strict=True)) for each in self.spans(now_s)]
