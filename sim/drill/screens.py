"""Screens: what each seat's consoles are shown, as numbered views and what changes in them."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

__all__ = ["Deliver", "Screen", "encoded"]

Deliver = Callable[[Mapping[str, Any]], None]
"""Take a message for a seat's consoles; called from the session's thread, returns at once."""
_REMEMBERED = 20_000
"""Views a browser may refer to: half an hour of ten a second."""


def encoded(value: Any) -> bytes:
    """Return a JSON value as the bytes that count as the same when they are the same."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


class Screen:
    """Own what one seat was shown: the latest view, its number, and when each number was shown."""

    def __init__(self) -> None:
        self.n = 0
        self._view: dict[str, Any] = {}
        self._digests: dict[str, bytes] = {}
        self._shown: OrderedDict[int, tuple[float, str]] = OrderedDict()
        self._listeners: dict[int, Deliver] = {}
        self._n_listeners = 0

    def subscribe(self, deliver: Deliver) -> Callable[[], None]:
        """Send the full view now, and every change from now on; return how to stop that."""
        number = self._n_listeners
        self._n_listeners += 1
        self._listeners[number] = deliver
        if self._view:
            deliver({"type": "full", "n": self.n, "view": dict(self._view)})

        def stop() -> None:
            self._listeners.pop(number, None)

        return stop

    def show(self, t_s: float, changed: Mapping[str, Any]) -> None:
        """Take parts of the view as they are at a simulated time, and send what differs."""
        digests = {key: blake2b(encoded(value), digest_size=8).digest()
                   for key, value in changed.items()}  # fmt: skip
        delta = {
            key: changed[key] for key, digest in digests.items() if self._digests.get(key) != digest
        }
        if not delta:
            return
        is_first = not self._view
        self.n += 1
        self._view.update(delta)
        self._digests.update({key: digests[key] for key in delta})
        self._shown[self.n] = (t_s, self._digest())
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        self.tell({"type": "full" if is_first else "delta", "n": self.n, "view": delta})

    def begin_again(self, t_s: float, view: Mapping[str, Any]) -> None:
        """Forget what was shown and send a full view; numbers go on."""
        self._view, self._digests = {}, {}
        self.show(t_s, view)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send a message to all consoles of the seat."""
        for deliver in list(self._listeners.values()):
            deliver(message)

    def shown(self, n: int) -> tuple[float, str] | None:
        """Return when a view was shown (simulated s) and its digest; None when it never was."""
        return self._shown.get(n)

    def _digest(self) -> str:
        """Return the digest of the view but for the clock, which differs in every one."""
        hasher = blake2b(digest_size=8)
        for key in sorted(self._digests):
            if key != "clock":
                hasher.update(key.encode() + self._digests[key])
        return hasher.hexdigest()
