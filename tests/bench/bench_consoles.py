"""How soon twenty browsers show what the session shows: the county drill at 30 times the time.

`pytest tests/bench/bench_consoles.py -m bench -s`. Browsers and server share this machine, so a
busy one shows larger figures than a room of laptops would.
"""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sim.drill.session import Session
from sim.scenario.loader import load_scenario
from sim.web.server import ConsoleServer

pytestmark = [pytest.mark.bench, pytest.mark.browser]

DRILL = Path(__file__).parents[2] / "scenarios" / "drills" / "typhoon_evening.yaml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
N_BROWSERS = 20
FOR_S = 20.0
NOTE = """() => {
  window.shownAt = {};
  new MutationObserver(() => {
    window.shownAt[document.documentElement.dataset.shown] ??= Date.now();
  }).observe(document.documentElement, {attributes: true, attributeFilter: ["data-shown"]});
}"""


class Told:
    """Remember when each numbered view of a seat left the session, in wall milliseconds."""

    def __init__(self) -> None:
        self.at_ms: dict[int, float] = {}

    def take(self, message: Any) -> None:
        self.at_ms[message["n"]] = 1000.0 * time.time()


def test_twenty_browsers_follow_at_thirty_times(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    session = Session.new(load_scenario(DRILL), 13, tmp_path / "drill")
    server = ConsoleServer(session)
    session.open()
    server.start()
    assert session.wait_prepared(120)
    told = {seat: Told() for seat in session.secrets}
    for seat, each in told.items():
        session.subscribe(seat, each.take)
    links = list(server.links().items())
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        pages = []
        for k in range(N_BROWSERS):
            seat, link = links[k % len(links)]
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            page.goto(link)
            page.wait_for_selector("html[data-shown]", timeout=120_000)
            pages.append((seat, page))
        for k, (action, more) in enumerate((("start", {}), ("speed", {"speed": 30}))):
            message = {"type": "control", "id": f"b{k}", "action": action, **more}
            assert session.submit("controller", "bench", message)["accepted"]
        for _seat, page in pages:
            page.evaluate(NOTE)
        threading.Event().wait(FOR_S)
        shown = [(seat, page.evaluate("window.shownAt")) for seat, page in pages]
        browser.close()
    server.stop()
    session.close()
    late_ms = sorted(
        at_ms - told[seat].at_ms[int(n)]
        for seat, times in shown
        for n, at_ms in times.items()
        if int(n) in told[seat].at_ms
    )
    p95_ms = late_ms[int(0.95 * len(late_ms))]
    per_s = len(late_ms) / N_BROWSERS / FOR_S
    print(
        f"\n{N_BROWSERS} browsers, {per_s:.1f} updates/s each: median"
        f" {statistics.median(late_ms):.0f} ms, 95 % {p95_ms:.0f} ms, most {late_ms[-1]:.0f} ms"
    )
    assert p95_ms < 250.0
