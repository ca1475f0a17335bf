"""Ids of crews: district, a letter for the shift, a number within it (`luoyang/a1`)."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["crew_ids", "names_of_shift"]


def crew_ids(district: str, crews: Sequence[int]) -> list[str]:
    """Return the ids of a depot's crews, given how many each of its shifts has."""
    return [name for number, n in enumerate(crews) for name in names_of_shift(district, number, n)]


def names_of_shift(district: str, shift: int, crews: int) -> list[str]:
    """Return the ids of the crews of one shift, counted from 0."""
    return [f"{district}/{_letters(shift)}{place + 1}" for place in range(crews)]


def _letters(number: int) -> str:
    """Return a, b, ..., z, aa, ab, ... for 0, 1, ..."""
    ahead = _letters(number // 26 - 1) if number >= 26 else ""
    return ahead + chr(ord("a") + number % 26)
