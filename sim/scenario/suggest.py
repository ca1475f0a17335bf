"""Guess what a person meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from sim.messages import NOTHING, Message, joined, quoted, say

__all__ = ["closest", "did_you_mean", "hinted", "listed", "near_files", "suggestion"]


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word nearest to a written one, or None when none is near."""
    by_fold = {name.casefold().replace("-", "_"): name for name in allowed}
    folded = word.casefold().replace("-", "_")
    near = difflib.get_close_matches(folded, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def listed(words: Iterable[str]) -> Message:
    """Return words in quotes, separated by commas."""
    return joined(", ", map(quoted, words))


def hinted(text: Message, hint: Message) -> Message:
    """Return a text with a hint after it."""
    return say("{text}{hint}", text=text, hint=hint) if hint else text


def suggestion(word: str, allowed: Iterable[str], most: int = 12) -> Message:
    """Return ". Did you mean …?", or the allowed words when they are few, or nothing."""
    words = list(allowed)
    near = closest(word, words)
    if near is not None:
        return did_you_mean(near)
    if words and len(words) <= most:
        return say(". Allowed here: {words}", words=listed(words))
    return NOTHING


def near_files(name: str, missing: Path) -> Message:
    """Return ". Did you mean …?" with a file beside the missing one, named as it was written."""
    try:
        beside = [each.stem for each in missing.parent.iterdir() if each.suffix == missing.suffix]
    except OSError:
        return NOTHING
    near = difflib.get_close_matches(missing.stem, sorted(beside), n=1, cutoff=0.7)
    if not near:
        return NOTHING
    return did_you_mean(Path(name).with_name(near[0] + missing.suffix).as_posix())


def did_you_mean(near: str) -> Message:
    """Return ". Did you mean …?"."""
    return say(". Did you mean {near!r}?", near=near)
