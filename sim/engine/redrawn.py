"""Luck that a run has shown, and runs in which only the rest is drawn again.

`WatchedStreams` notes which trait was asked for which owner and episode; `RedrawnStreams` answers
those as before, and everything else anew. What was asked counts as shown, although somebody may
have seen less of it: so a run repeated with its own decisions is the same run, whatever is redrawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import CallerLuck, Streams, Trait, owner_number, stream_key

__all__ = ["RedrawnStreams", "Shown", "WatchedStreams"]

_Codes = NDArray[np.uint64]


@dataclass
class Shown:
    """Hold the luck that a run has shown."""

    traits: dict[str, set[int]] = field(default_factory=dict)
    """Name of a trait → owner and episode, packed, of each time it was asked for."""
    callers: CallerLuck | None = None
    _codes: dict[str, _Codes] = field(default_factory=dict, repr=False)

    def codes(self, name: str) -> _Codes:
        """Return the same of one trait as a sorted array."""
        if name not in self._codes:
            known = self.traits.get(name, set())
            self._codes[name] = np.sort(np.fromiter(known, dtype=np.uint64, count=len(known)))
        return self._codes[name]


def _packed(owner: int, episode: int) -> int:
    return owner << 32 | episode


def _all_packed(owners: _Codes, episode: _Codes | int) -> _Codes:
    packed: _Codes = owners.astype(np.uint64) << np.uint64(32) | np.asarray(episode, np.uint64)
    return packed


class _WatchedTrait(Trait):
    """Give a trait, and note whose it was."""

    __slots__ = ("_asked",)

    def __init__(self, key: int, asked: set[int]) -> None:
        super().__init__(key)
        self._asked = asked

    def of(self, owner: str | int, episode: int = 0) -> float:
        """Return the trait of one owner."""
        ident = owner_number(owner) if isinstance(owner, str) else owner
        self._asked.add(_packed(ident, episode))
        return super().of(ident, episode)

    def of_all(self, owners: _Codes, episode: _Codes | int = 0) -> NDArray[np.float64]:
        """Return the traits of many numbered owners."""
        self._asked.update(np.broadcast_to(_all_packed(owners, episode), owners.shape).tolist())
        return super().of_all(owners, episode)


class WatchedStreams(Streams):
    """Hand out the luck of a seed, and note what is shown of it."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.shown = Shown()

    def trait(self, name: str) -> Trait:
        """Claim a keyed trait."""
        return _WatchedTrait(self.key(name), self.shown.traits.setdefault(name, set()))


class _RedrawnTrait(Trait):
    """Give a trait as it was shown, and a new one where it was not."""

    __slots__ = ("_known", "_known_codes", "_new")

    def __init__(self, key: int, new_key: int, known: set[int], codes: _Codes) -> None:
        super().__init__(key)
        self._new = Trait(new_key)
        self._known, self._known_codes = known, codes

    def of(self, owner: str | int, episode: int = 0) -> float:
        """Return the trait of one owner."""
        ident = owner_number(owner) if isinstance(owner, str) else owner
        is_known = _packed(ident, episode) in self._known
        return super().of(ident, episode) if is_known else self._new.of(ident, episode)

    def of_all(self, owners: _Codes, episode: _Codes | int = 0) -> NDArray[np.float64]:
        """Return the traits of many numbered owners."""
        codes = _all_packed(owners, episode)
        is_known = np.zeros(len(owners), dtype=np.bool_)
        if len(self._known_codes):
            place = np.searchsorted(self._known_codes, codes)
            is_known = self._known_codes[np.minimum(place, len(self._known_codes) - 1)] == codes
        old, new = super().of_all(owners, episode), self._new.of_all(owners, episode)
        return np.where(is_known, old, new)


class RedrawnStreams(Streams):
    """Hand out the luck of a seed as far as it was shown, and other luck beyond."""

    def __init__(self, seed: int, shown: Shown, number: int) -> None:
        """Take the number of the re-draw: each has other luck."""
        super().__init__(seed)
        self._shown, self._number = shown, number
        self.shown_callers = shown.callers

    def trait(self, name: str) -> Trait:
        """Claim a keyed trait."""
        known = self._shown.traits.get(name, set())
        new_key = self.unseen_key(name)
        return _RedrawnTrait(self.key(name), new_key, known, self._shown.codes(name))

    def unseen_key(self, name: str) -> int:
        """Return the key of a trait where it was not shown."""
        return stream_key(self.seed, f"{name}/again{self._number}")
