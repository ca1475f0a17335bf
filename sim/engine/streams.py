"""Named random streams and keyed traits, all from one seed.

A *trait* is a function of (seed, name, owner, episode): a changed decision elsewhere cannot change
it, so two policies meet the same luck. A *generator* is an ordinary numpy generator for things
drawn once while the world is built, in a stated order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from sim.engine.hashing import mix, mix_arrays, uniform, uniforms
from sim.errors import InputError
from sim.messages import say

__all__ = ["CallerLuck", "Streams", "Trait", "owner_number", "stream_key"]


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def stream_key(seed: int, name: str) -> int:
    """Return the 32-bit key of a named stream of a seed."""
    return _digest(f"{seed}/{name}") & 0xFFFFFFFF


def owner_number(owner: str) -> int:
    """Return the 32-bit number that stands for an owner's text id in every trait."""
    return _digest(owner) & 0xFFFFFFFF


@dataclass(frozen=True)
class CallerLuck:
    """Which luck of callers a run has shown: one row a caller, sorted by key.

    Attempts after `attempts` are new; up to it, the traits whose bit is set in `traits` are known.
    """

    keys: NDArray[np.int64]
    attempts: NDArray[np.int32]
    traits: NDArray[np.int32]


class Streams:
    """Hand out keys, traits and generators by name, each name to one owner only."""

    def __init__(self, seed: int) -> None:
        """Take a seed; raise InputError below 0, where numpy has no generator."""
        if seed < 0:
            raise InputError(say("a seed is a whole number from 0 up, got {seed}", seed=seed))
        self.seed = seed
        self.shown_callers: CallerLuck | None = None
        """Luck of callers that is known; without it all is as the seed has it."""
        self._taken: set[str] = set()

    def key(self, name: str) -> int:
        """Return the 32-bit key of a trait; the same name may be claimed once only."""
        if name in self._taken:
            raise ValueError(f"random stream {name!r} is taken twice")
        self._taken.add(name)
        return stream_key(self.seed, name)

    def unseen_key(self, name: str) -> int:
        """Return the key of a trait where it was not shown yet: the same, unless it is redrawn."""
        return stream_key(self.seed, name)

    def trait(self, name: str) -> Trait:
        """Claim a keyed trait."""
        return Trait(self.key(name))

    def generator(self, name: str) -> np.random.Generator:
        """Claim a numpy generator of its own."""
        self.key(name)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(entropy=self.seed, spawn_key=(_digest(name),)))
        )


class Trait:
    """Give one keyed random trait: uniform in (0, 1) by owner and episode."""

    __slots__ = ("key",)

    def __init__(self, key: int) -> None:
        self.key = key

    def of(self, owner: str | int, episode: int = 0) -> float:
        """Return the trait of one owner (a text id, or a whole number below 2**32)."""
        ident = owner_number(owner) if isinstance(owner, str) else owner
        return uniform(mix(mix(self.key, ident), episode))

    def of_names(self, owners: Iterable[str], episode: int = 0) -> NDArray[np.float64]:
        """Return the traits of many owners with a text id: the same numbers as `of`."""
        return self.of_all(np.array([owner_number(each) for each in owners], np.uint64), episode)

    def of_all(
        self, owners: NDArray[np.uint64], episode: NDArray[np.uint64] | int = 0
    ) -> NDArray[np.float64]:
        """Return the traits of many numbered owners: the same numbers as `of`, one each."""
        states = mix_arrays(self.key, owners.astype(np.uint64))
        return uniforms(mix_arrays(states, np.asarray(episode, dtype=np.uint64)))
