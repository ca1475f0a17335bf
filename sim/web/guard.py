"""What every request must pass, and what every answer must carry.

The names a browser may call this server by are listed, so that a page elsewhere cannot reach it
through a name of its own; a socket must come from a page of this server.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LOOPBACK", "Guard", "TokenBucket", "is_own_origin"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine for itself."""


def _policy(host: str) -> str:
    # some browsers do not count sockets of the same place as 'self'
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:;"
        f" connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


class Guard:
    """Refuse calls by unknown names; add the headers that keep a page to itself."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app, self._names = app, frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if _name_of(host) not in self._names:
            await self._refuse(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _policy(host)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Frame-Options"] = "DENY"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_guarded)

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("misdirected", 421)(scope, receive, send)


def _name_of(host: str) -> str:
    """Return a Host header without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def is_own_origin(headers: Headers) -> bool:
    """Say whether a socket was opened by a page of this very server."""
    return headers.get("origin", "").lower() == f"http://{headers.get('host', '').lower()}"


class TokenBucket:
    """Allow `per_s` messages a second over time and `burst` at once."""

    def __init__(self, per_s: float, burst: int, now_s: float) -> None:
        self._per_s, self._burst = per_s, float(burst)
        self._left, self._at_s = float(burst), now_s

    def take(self, now_s: float) -> bool:
        """Take one; return False when none is left."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
