"""The hub: owner of the open consoles, of what each was last sent, and of who plays a seat.

What a seat sees is state, not a stream: a console that falls behind skips figures and is next sent
whatever differs from what it got last. Numbered entries (inbox, alarms) are kept and sent each
once, so none is lost however slow the browser. Acknowledgements wait in a line of their own.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sim.web.seats import DrillSession, Message

__all__ = ["CONTROLLER", "LOGS", "Console", "Hub", "encoded"]

CONTROLLER = "controller"
LOGS = ("inbox", "alarms")
"""Parts of a view that are lists of entries numbered `n`: merged, never replaced."""
_KEPT = 5000
"""Entries of a log kept for a console that was away."""
_LEAST_GAP_S = 0.08
"""Shortest time between two updates of one console: figures 12 times a second at most."""
_MOST_WAITING = 256
"""Acknowledgements a console may leave unread before it is taken for dead."""

Send = Callable[[str], Awaitable[None]]


def encoded(message: Message) -> str:
    """Return a message as JSON text."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class _Board:
    """Hold the present view of one seat, merged from what the session delivers."""

    def __init__(self) -> None:
        self.n = -1
        self.begun = 0
        """How often the whole began anew, as when a replay goes back in time."""
        self.view: dict[str, Any] = {}
        self.logs: dict[str, dict[int, Any]] = {name: {} for name in LOGS}

    @property
    def is_known(self) -> bool:
        return self.n >= 0

    def take(self, message: Message) -> None:
        """Merge a full view or a delta."""
        changed = message["view"]
        if message["type"] == "full":
            self.begun += 1
            self.view = {}
            self.logs = {name: {} for name in LOGS}
        for key, value in changed.items():
            if key in self.logs:
                self._log(self.logs[key], value)
            else:
                self.view[key] = value
        self.n = message["n"]

    @staticmethod
    def _log(log: dict[int, Any], entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            log[entry["n"]] = entry
        while len(log) > _KEPT:
            del log[next(iter(log))]


class Console:
    """One browser on one seat; `user` is the name its person gave."""

    def __init__(self, seat: str, send: Send) -> None:
        self.seat, self._send = seat, send
        self.user = ""
        self.is_active = False
        self.is_dead = asyncio.Event()
        self._wake = asyncio.Event()
        self._line: deque[Message] = deque()
        self._wants_full = True
        self._seen: dict[str, Any] = {}
        self._heard: dict[str, int] = dict.fromkeys(LOGS, 0)
        self._n = self._begun = -1

    def tell(self, message: Message) -> None:
        """Put a message in line; never dropped."""
        if len(self._line) >= _MOST_WAITING:
            self.is_dead.set()
            return
        self._line.append(message)
        self._wake.set()

    def wake(self) -> None:
        """Say that the seat's view has changed."""
        self._wake.set()

    def start_over(self) -> None:
        """Send the full view next."""
        self._wants_full = True
        self._wake.set()

    async def run(self, board: _Board) -> None:
        """Send what there is to send, for as long as the console is open."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._line:
                await self._send(encoded(self._line.popleft()))
            if board.is_known and (self._wants_full or board.n != self._n):
                await self._send(encoded(self._update(board)))
                await asyncio.sleep(_LEAST_GAP_S)

    def _update(self, board: _Board) -> dict[str, Any]:
        """Return the full view, or what differs from what this console was sent last."""
        if board.begun != self._begun:
            self._wants_full, self._begun = True, board.begun
        kind = "full" if self._wants_full else "delta"
        if self._wants_full:
            self._seen, self._heard = {}, dict.fromkeys(LOGS, 0)
        changed = {
            key: value
            for key, value in board.view.items()
            if key not in self._seen or (self._seen[key] is not value and self._seen[key] != value)
        }
        for name, log in board.logs.items():
            new = [entry for n, entry in log.items() if n > self._heard[name]]
            if new or (self._wants_full and log):
                changed[name] = new
                self._heard[name] = max((entry["n"] for entry in new), default=self._heard[name])
        self._wants_full = False
        self._seen = dict(board.view)
        self._n = board.n
        return {"type": kind, "n": board.n, "view": changed}


class Hub:
    """Own the open consoles of all seats. Everything here happens in the server's event loop."""

    def __init__(self, session: DrillSession, seats: Mapping[str, str]) -> None:
        self._session = session
        self._boards = {seat: _Board() for seat in seats}
        self._consoles: dict[str, list[Console]] = {seat: [] for seat in seats}
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        """Listen to the session, from inside the event loop."""
        loop = asyncio.get_running_loop()

        def listener(seat: str) -> Callable[[Message], None]:
            def deliver(message: Message) -> None:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(self._delivered, seat, message)

            return deliver

        for seat in self._boards:
            self._stops.append(self._session.subscribe(seat, listener(seat)))

    def stop(self) -> None:
        """Stop listening."""
        while self._stops:
            self._stops.pop()()

    def board(self, seat: str) -> _Board:
        """Return the present view of a seat."""
        return self._boards[seat]

    def _delivered(self, seat: str, message: Message) -> None:
        if message.get("type") not in ("full", "delta"):
            for console in self._consoles[seat]:
                console.tell(message)
            return
        self._boards[seat].take(message)
        for console in self._consoles[seat]:
            console.wake()

    # --- who plays a seat

    def enter(self, console: Console) -> None:
        """Let a browser in: it plays the seat, and who did so until now reads only."""
        self._consoles[console.seat].append(console)
        self.hand_to(console)
        console.start_over()

    def leave(self, console: Console) -> None:
        """Let a browser go; the latest of the others on the seat plays it then."""
        others = self._consoles[console.seat]
        others.remove(console)
        if console.is_active and others:
            self.hand_to(others[-1])
        elif not others:
            self._session.connected(console.seat, console.user, False)

    def hand_to(self, console: Console) -> None:
        """Let a browser play its seat, and tell all browsers of the seat."""
        for each in self._consoles[console.seat]:
            was = each.is_active
            each.is_active = each is console
            if each.is_active or was:
                each.tell({"type": "seat", "seat": console.seat, "active": each.is_active})
        self._session.connected(console.seat, console.user, True)
