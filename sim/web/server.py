"""The server of a drill: one secret link and one socket per seat, on loopback unless told."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from sim.web.assets import Asset, assets, console_page
from sim.web.guard import LOOPBACK, Guard, is_own_origin
from sim.web.hub import Console, Hub
from sim.web.seats import DrillSession, Keys
from sim.web.talk import Answers, RulesBrokenError, Talk

__all__ = ["ConsoleServer", "application"]

MOST_BYTES = 16 * 1024
"""Longest message a browser may send."""
_MOST_CONSOLES = 64
"""Sockets open at once."""
_READY_S = 20.0


def application(session: DrillSession, names: tuple[str, ...] = LOOPBACK) -> Starlette:
    """Return the web application of a drill; `names` are the host names it answers to."""
    return _Site(session, names).app


class _Site:
    """Answer requests and hold sockets."""

    def __init__(self, session: DrillSession, names: tuple[str, ...]) -> None:
        secrets = session.secrets
        self._session, self._keys = session, Keys(secrets)
        self._assets: Mapping[str, Asset] = assets()
        self._pages = {seat: console_page(seat) for seat in secrets}
        self._hub = Hub(session, secrets)
        self._answers: dict[str, Answers] = {}
        self._n_open = 0
        self.app = Starlette(
            routes=[
                Route("/seat/{secret}", self._seat, methods=["GET"]),
                Route("/static/{name}", self._static, methods=["GET"]),
                WebSocketRoute("/ws/{secret}", self._socket),
            ],
            middleware=[Middleware(Guard, names=names)],
            lifespan=self._life,
        )

    @asynccontextmanager
    async def _life(self, _app: Starlette) -> AsyncIterator[None]:
        self._answers = {seat: Answers() for seat in self._pages}
        self._hub.start()
        yield
        self._hub.stop()

    async def _seat(self, request: Request) -> Response:
        seat = self._keys.seat_of(request.path_params["secret"])
        if seat is None:
            return _nothing()
        return Response(self._pages[seat], media_type="text/html")

    async def _static(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return _nothing()
        headers = {"ETag": asset.tag, "Cache-Control": asset.caching}
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers=headers)
        return Response(asset.body, headers={**headers, "Content-Type": asset.kind})

    async def _socket(self, socket: WebSocket) -> None:
        seat = self._keys.seat_of(socket.path_params["secret"])
        if seat is None:
            await socket.send_denial_response(_nothing())
            return
        if not is_own_origin(socket.headers) or self._n_open >= _MOST_CONSOLES:
            await socket.send_denial_response(PlainTextResponse("forbidden", 403))
            return
        self._n_open += 1
        try:
            await socket.accept()
            await self._serve(socket, Console(seat, socket.send_text))
        finally:
            self._n_open -= 1

    async def _serve(self, socket: WebSocket, console: Console) -> None:
        """Let a console talk and listen until either side has enough."""
        self._hub.enter(console)
        talk = Talk(console, self._hub, self._session, self._answers[console.seat])
        tasks = [
            asyncio.create_task(console.run(self._hub.board(console.seat))),
            asyncio.create_task(_listen(socket, talk)),
            asyncio.create_task(console.is_dead.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(console)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, RulesBrokenError) or console.is_dead.is_set():
                with suppress(RuntimeError, WebSocketDisconnect):
                    await socket.close(1008)
                return
            if isinstance(result, Exception) and not isinstance(
                result, (WebSocketDisconnect, OSError)
            ):
                raise result


async def _listen(socket: WebSocket, talk: Talk) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        await talk.hear(message.get("text"))


def _nothing() -> Response:
    """Return the one answer to everything that is not there."""
    return PlainTextResponse("not found", 404)


class ConsoleServer:
    """Serve the consoles of a drill from a thread of its own.

    `host` other than loopback opens the drill to the network: whoever knows a link plays its seat.
    Port 0 takes a free one.
    """

    def __init__(self, session: DrillSession, host: str = "127.0.0.1", port: int = 0) -> None:
        self._session, self._host = session, host
        is_six = ":" in host
        self._socket = socket.socket(socket.AF_INET6 if is_six else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self.port: int = self._socket.getsockname()[1]
        names = tuple(dict.fromkeys((*LOOPBACK, *(_shown(each) for each in _addresses(host)))))
        config = uvicorn.Config(
            application(session, names),
            ws="websockets-sansio",
            ws_max_size=MOST_BYTES,
            ws_max_queue=16,
            ws_per_message_deflate=False,
            http="h11",
            lifespan="on",
            log_config=None,
            access_log=False,  # links hold secrets
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="consoles", daemon=True)

    @property
    def is_shared(self) -> bool:
        """Say whether other machines can reach the server."""
        try:
            return not ipaddress.ip_address(self._host).is_loopback
        except ValueError:
            return self._host != "localhost"

    def links(self) -> dict[str, str]:
        """Return the link of each seat; where all addresses are served, with this machine's own."""
        name = _shown(_addresses(self._host)[-1])
        return {
            seat: f"http://{name}:{self.port}/seat/{secret}"
            for seat, secret in self._session.secrets.items()
        }

    def start(self) -> None:
        """Begin to serve; return when browsers are heard. Raise RuntimeError when that fails."""
        self._thread.start()
        pause = threading.Event()
        waited_s = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or waited_s > _READY_S:
                raise RuntimeError("the server of the consoles did not start")
            pause.wait(0.01)
            waited_s += 0.01

    def stop(self) -> None:
        """Close all sockets and end."""
        self._server.should_exit = True
        self._thread.join(10.0)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _addresses(host: str) -> list[str]:
    """Return the addresses a browser may call; the last one is for links."""
    if host not in ("0.0.0.0", "::"):
        return [host]
    found = [each[4][0] for each in socket.getaddrinfo(socket.gethostname(), None)]
    return ["127.0.0.1", socket.gethostname().lower(), *sorted({str(each) for each in found})]


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address
