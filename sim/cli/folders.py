"""Where results go when nobody says where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

__all__ = ["RESULTS", "result_folder"]

RESULTS = Path("results")
_LONGEST = 40


def result_folder(out: Path | None, name: str, sets: Sequence[str]) -> Path:
    """Return the folder of a result: settings have part in its name unless `out` is given.

    Else a run with one value changed would take the place of the run it is to be held against.
    """
    if out is not None:
        return out / name
    if not sets:
        return RESULTS / name
    words = "-".join(_word(each) for each in sets)[:_LONGEST].strip("-.")
    key = blake2b("\n".join(sets).encode(), digest_size=3).hexdigest()
    return RESULTS / "-".join(part for part in (name, words, key) if part)


def _word(setting: str) -> str:
    """Return the last key of a setting and its value in letters that suit a file name."""
    path, _, value = setting.partition("=")
    return re.sub(r"[^\w.]+", "-", f"{path.rsplit('.', 1)[-1]}-{value}", flags=re.ASCII).strip("-")
