"""Guess what a person meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

__all__ = ["closest", "listed", "near_files", "suggestion"]


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word nearest to a written one, or None when none is near."""
    by_fold = {name.casefold().replace("-", "_"): name for name in allowed}
    folded = word.casefold().replace("-", "_")
    near = difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def listed(words: Iterable[str]) -> str:
    """Return words in quotes, separated by commas."""
    return ", ".join(f"'{word}'" for word in words)


def suggestion(word: str, allowed: Iterable[str], most: int = 12) -> str:
    """Return ". Did you mean …?", or the allowed words when they are few, or nothing."""
    words = list(allowed)
    near = closest(word, words)
    if near is not None:
        return f". Did you mean '{near}'?"
    if words and len(words) <= most:
        return f". Allowed here: {listed(words)}"
    return ""


def near_files(name: str, missing: Path) -> str:
    """Return ". Did you mean …?" with a file beside the missing one, named as it was written."""
    try:
        beside = [each.stem for each in missing.parent.iterdir() if each.suffix == missing.suffix]
    except OSError:
        return ""
    near = difflib.get_close_matches(missing.stem, sorted(beside), n=1, cutoff=0.7)
    if not near:
        return ""
    return f". Did you mean '{Path(name).with_name(near[0] + missing.suffix).as_posix()}'?"
