"""Luck inside the kernel: a function of (trait, caller, attempt), never of when it is asked.

Hashing and lookup are those of `sim.engine`, compiled; nothing is defined twice.
"""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import Records, State
from sim.engine import hashing, sampling

__all__ = ["chance", "length_s"]

_mix = compiled(hashing.mix)
_uniform = compiled(hashing.uniform)
_lookup = compiled(sampling.lookup)


@compiled
def _bits(s: State, trait: int, caller: Records) -> int:
    is_known = caller["attempt"] <= caller["known_attempts"]
    if not is_known or (caller["known_traits"] >> trait) & 1 == 0:
        key = s.unseen_keys[trait]
    else:
        key = s.trait_keys[trait]
    # int(): as plain Python, numpy's integers would warn of the overflow that the mask removes
    owner = _mix(int(key), int(caller["key"]))
    return _mix(owner, int(caller["attempt"]))


@compiled
def chance(s: State, trait: int, caller: Records) -> float:
    """Return the trait of the caller's present attempt as a number between 0 and 1."""
    return _uniform(_bits(s, trait, caller))


@compiled
def length_s(s: State, trait: int, caller: Records, table: int) -> float:
    """Return the trait of the caller's present attempt as a length of time from a table."""
    return _lookup(s.tables[table], _bits(s, trait, caller))
