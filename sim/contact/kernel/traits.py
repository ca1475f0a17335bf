"""Luck inside the kernel: a function of (trait, caller, attempt, place), never of when it is asked.

The place is a menu level or a leg of the attempt. Hashing and lookup are those of `sim.engine`,
compiled; nothing is defined twice.
"""

from __future__ import annotations

from sim.contact.compiled import compiled
from sim.contact.state import PLACE_SHIFT, Record, State
from sim.engine import hashing, sampling

__all__ = ["chance", "length_s", "menu_chance", "menu_length_s"]

_mix = compiled(hashing.mix)
_uniform = compiled(hashing.uniform)
_lookup = compiled(sampling.lookup)


@compiled
def _bits(s: State, trait: int, caller: Record, place: int) -> int:
    is_known = caller["attempt"] <= caller["known_attempts"]
    if not is_known or (caller["known_traits"] >> trait) & 1 == 0:
        key = s.unseen_keys[trait]
    else:
        key = s.trait_keys[trait]
    # int(): as plain Python, numpy's integers would warn of the overflow that the mask removes
    owner = _mix(int(key), int(caller["key"]))
    return _mix(owner, int(caller["attempt"]) + (int(place) << PLACE_SHIFT))


@compiled
def chance(s: State, trait: int, caller: Record) -> float:
    """Return the trait of this leg of the attempt, uniform 0..1."""
    return _uniform(_bits(s, trait, caller, caller["leg"]))


@compiled
def length_s(s: State, trait: int, caller: Record, table_ix: int) -> float:
    """Return the trait of this leg of the attempt as a length from a quantile table, s."""
    return _lookup(s.tables[table_ix], _bits(s, trait, caller, caller["leg"]))


@compiled
def menu_chance(s: State, trait: int, caller: Record) -> float:
    """Return the trait of this level of the menu, uniform 0..1."""
    return _uniform(_bits(s, trait, caller, caller["level"]))


@compiled
def menu_length_s(s: State, trait: int, caller: Record, table_ix: int) -> float:
    """Return the trait of this level of the menu as a length from a quantile table, s."""
    return _lookup(s.tables[table_ix], _bits(s, trait, caller, caller["level"]))
