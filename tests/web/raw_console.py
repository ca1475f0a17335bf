"""A console without a browser: says what it likes and waits for what it wants to hear."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

__all__ = ["PATIENCE_S", "RawConsole"]

PATIENCE_S = 20.0


class RawConsole:
    """Talk over one socket."""

    def __init__(
        self, port: int, secret: str, origin: str | None = "", host: str = "127.0.0.1"
    ) -> None:
        """Come from a page of the server, unless another origin is given (None: none at all)."""
        own = f"http://{host}:{port}"
        self._stack = ExitStack()
        opening = connect(
            f"ws://{host}:{port}/ws/{secret}",
            origin=own if origin == "" else origin,  # type: ignore[arg-type]
            compression=None,
            proxy=None,
            close_timeout=1.0,
        )
        self._socket = self._stack.enter_context(opening)
        self._n = 0

    def say(self, message: Any) -> None:
        """Send a message, or any text or bytes as they are."""
        self._socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    def hear(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the next message that is wanted."""
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if wanted(message):
                return message

    def full(self) -> dict[str, Any]:
        """Return the next full view."""
        view: dict[str, Any] = self.hear(lambda message: message["type"] == "full")["view"]
        return view

    def order(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a command or control and return its acknowledgement."""
        self._n += 1
        message = {"type": kind, "id": f"raw-{id(self)}-{self._n}", "seen": 1, **fields}
        self.say(message)
        return self.hear(lambda each: each["type"] == "ack" and each["id"] == message["id"])

    def command(self, name: str, **fields: Any) -> dict[str, Any]:
        """Give a command."""
        return self.order("command", command=name, fields=fields)

    def code_of_end(self) -> int:
        """Wait until the server closes the socket; return its code."""
        try:
            while True:
                self._socket.recv(timeout=PATIENCE_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self) -> None:
        self._stack.close()
