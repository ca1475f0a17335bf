"""Ids for the project's tables: the source's names in letters that ids may have, one to one."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["district_id", "safe_ids"]

_UNSAFE = re.compile(r"[^\w.+\-]+")


def safe_ids(names: Iterable[str]) -> dict[str, str]:
    """Return an id for each name: the name itself where it can be, never one id for two names."""
    wanted = list(names)
    fine = {each for each in wanted if each and not _UNSAFE.search(each)}
    taken = set(fine)
    found = {}
    for name in wanted:
        new = name
        if name not in fine:
            base = _UNSAFE.sub("_", name) or "_"
            new, k = base, 2
            while new in taken:
                new, k = f"{base}_{k}", k + 1
            taken.add(new)
        found[name] = new
    return found


def district_id(name: str) -> str:
    """Return a district id: small letters, digits and underscores, a letter first."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not plain:
        return "grid"
    return plain if plain[0].isalpha() else f"grid_{plain}"
