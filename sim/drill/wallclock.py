"""What a drill takes from outside the model: wall time and secrets. It never reaches a run."""

from __future__ import annotations

import secrets
import time
from datetime import datetime

__all__ = ["hidden_seed", "monotonic_s", "new_secret", "stamp", "wall_time"]


def monotonic_s() -> float:
    """Return wall seconds from some moment on, never going back."""
    return time.monotonic()


def wall_time() -> str:
    """Return the local wall time with its offset, to the millisecond."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def stamp() -> str:
    """Return the local wall time for names of folders."""
    return datetime.now().strftime("%Y%m%d-%H%M%S")


def new_secret() -> str:
    """Return a secret that nobody guesses and that may stand in an address."""
    return secrets.token_urlsafe(24)


def hidden_seed() -> int:
    """Return a seed nobody knows beforehand."""
    return secrets.randbelow(2**31)
