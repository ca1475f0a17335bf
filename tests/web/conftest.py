"""A served session with made-up figures, and raw sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fake_session import FakeSession
from raw_console import RawConsole

from sim.web.server import ConsoleServer


class Served:
    """Hold a session and its server."""

    def __init__(self) -> None:
        self.session = FakeSession()
        self.server = ConsoleServer(self.session)
        self.server.start()
        self.links = self.server.links()
        self._open: list[RawConsole] = []

    def console(self, seat: str, **more: Any) -> RawConsole:
        """Open a raw socket on a seat."""
        console = RawConsole(self.server.port, self.session.secrets[seat], **more)
        self._open.append(console)
        return console

    def close(self) -> None:
        for each in self._open:
            each.close()
        self.server.stop()


@pytest.fixture
def served() -> Iterator[Served]:
    running = Served()
    yield running
    running.close()
