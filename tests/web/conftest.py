"""A served session with made-up figures, raw sockets, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from fake_session import FakeSession
from raw_console import RawConsole

from sim.web.server import ConsoleServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
