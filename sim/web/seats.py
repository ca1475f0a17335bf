"""What the server asks of a drill: who sits where, what they see, what they order."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any, Protocol

__all__ = ["Deliver", "DrillSession", "Keys", "Message"]

Message = Mapping[str, Any]
"""One JSON object."""
Deliver = Callable[[Message], None]
"""Take a full view or a delta of a seat; called from the thread of the simulation, returns soon."""


class DrillSession(Protocol):
    """A drill that is being played."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the secret of each seat."""

    def subscribe(self, seat: str, deliver: Deliver) -> Callable[[], None]:
        """Send a seat's full view now and its deltas from now on; return how to stop that."""

    def submit(self, seat: str, user: str, message: Message) -> Message:
        """Take a command or a control of a seat; return its acknowledgement.

        Blocks until it is written down. Knows the same id of the same seat again.
        """

    def connected(self, seat: str, user: str, is_connected: bool) -> None:
        """Hear that a browser came to a seat or left it."""


class Keys:
    """Find the seat of a secret in a time that tells nothing about any secret."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._digests = {seat: _digest(secret) for seat, secret in secrets.items()}

    def seat_of(self, secret: str) -> str | None:
        """Return the seat, or None; every secret is compared, whichever fits."""
        given, found = _digest(secret), None
        for seat, digest in self._digests.items():
            if hmac.compare_digest(given, digest):
                found = seat
        return found


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
