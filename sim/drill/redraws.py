"""Luck that a drill never revealed, drawn again, so that an effect can be told from chance.

Two kinds of luck were never revealed: what nobody met (the repair time of a job never begun, the
delay of a report never made), and what no seat can see although it was met (how long each caller
would have waited and talked). A re-draw keeps every other number of the drill as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import Streams, Trait, owner_number

__all__ = ["HIDDEN", "UNMET", "Redrawn", "Used", "Watched"]

HIDDEN = (
    "contact.patience",
    "contact.handle",
    "contact.redial_blocked",
    "contact.redial_abandoned",
    "contact.redial_delay",
)
"""Luck of callers that no seat can see: patience, talk, calling again."""
UNMET = "unmet"
"""Code for all luck that nobody met in the drill."""

Used = Mapping[str, NDArray[np.uint64]]
"""Name of a trait → what was asked of it, sorted: owner in the upper half, episode in the lower."""


class Watched(Streams):
    """Hand out the seed's own luck, and remember which of it was met."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._traits: dict[str, _WatchedTrait] = {}

    def trait(self, name: str) -> Trait:
        """Claim a keyed trait."""
        self._traits[name] = _WatchedTrait(self.key(name))
        return self._traits[name]

    def used(self) -> dict[str, NDArray[np.uint64]]:
        """Return what has been asked of every trait."""
        return {name: trait.used() for name, trait in self._traits.items()}


class Redrawn(Streams):
    """Hand out the seed's luck where it was met in sight, and the n-th re-draw of all other."""

    def __init__(self, seed: int, used: Used, n: int) -> None:
        super().__init__(seed)
        self._used, self._n = used, n

    def key(self, name: str) -> int:
        """Return the key of a trait: another one for luck that no seat can see."""
        own = super().key(name)
        return self._other(name) if name in HIDDEN else own

    def trait(self, name: str) -> Trait:
        """Claim a keyed trait."""
        met = self._used.get(name, np.empty(0, dtype=np.uint64))
        return _RedrawnTrait(self.key(name), self._other(name), met)

    def _other(self, name: str) -> int:
        return super().key(f"{name}/redraw {self._n}")


class _WatchedTrait(Trait):
    """Remember what was asked."""

    __slots__ = ("_asked", "_single")

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self._single: set[int] = set()
        self._asked: list[NDArray[np.uint64]] = []

    def of(self, owner: str | int, episode: int = 0) -> float:
        """Return the trait of one owner."""
        self._single.add(_packed(owner, episode))
        return super().of(owner, episode)

    def of_all(
        self, owners: NDArray[np.uint64], episode: NDArray[np.uint64] | int = 0
    ) -> NDArray[np.float64]:
        """Return the traits of many numbered owners."""
        self._asked.append(np.unique(_all_packed(owners, episode)))
        return super().of_all(owners, episode)

    def used(self) -> NDArray[np.uint64]:
        """Return what was asked, sorted."""
        single = np.array(sorted(self._single), dtype=np.uint64)
        return np.unique(np.concatenate([single, *self._asked]))


class _RedrawnTrait(Trait):
    """Give the own number where it was met, another one elsewhere."""

    __slots__ = ("_again", "_known", "_met")

    def __init__(self, key: int, other: int, met: NDArray[np.uint64]) -> None:
        super().__init__(key)
        self._again, self._met = Trait(other), met
        self._known: frozenset[int] | None = None

    def of(self, owner: str | int, episode: int = 0) -> float:
        """Return the trait of one owner."""
        if self._known is None:
            self._known = frozenset(self._met.tolist())
        if _packed(owner, episode) in self._known:
            return super().of(owner, episode)
        return self._again.of(owner, episode)

    def of_all(
        self, owners: NDArray[np.uint64], episode: NDArray[np.uint64] | int = 0
    ) -> NDArray[np.float64]:
        """Return the traits of many numbered owners."""
        is_met = np.isin(_all_packed(owners, episode), self._met)
        own, again = super().of_all(owners, episode), self._again.of_all(owners, episode)
        return np.where(is_met, own, again)


def _packed(owner: str | int, episode: int) -> int:
    number = owner_number(owner) if isinstance(owner, str) else owner
    return int(number) << 32 | int(episode)


def _all_packed(
    owners: NDArray[np.uint64], episode: NDArray[np.uint64] | int
) -> NDArray[np.uint64]:
    shift = np.uint64(32)
    return (owners.astype(np.uint64) << shift) | np.asarray(episode, dtype=np.uint64)
