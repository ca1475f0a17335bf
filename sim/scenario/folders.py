"""Which files a scenario may read: its own folder tree, and that of the working directory.

A drill in a subfolder so reaches the county it builds on; anything else stays out of reach.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["is_within_reach", "seen_from"]


def is_within_reach(target: Path, top: Path) -> bool:
    """Say whether a resolved file lies in the tree of `top` or of the working directory.

    A working directory that is the root of a file system opens nothing.
    """
    here = Path.cwd().resolve()
    return target.is_relative_to(top) or (here.parent != here and target.is_relative_to(here))


def seen_from(target: Path, top: Path) -> str:
    """Return a file's name relative to a folder, with `..` where it lies beside it."""
    return Path(os.path.relpath(target, top)).as_posix()
