"""A real drill of a small town, played from start to report and shown again, in a real browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from fake_session import SEATS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "drill"))

from small_drills import START_S, small_drill

from sim.contact.centre import warm_up
from sim.drill.ledger import read_written
from sim.drill.replay import verified
from sim.drill.rerun import Rerun
from sim.drill.session import Session
from sim.web.server import ConsoleServer

pytestmark = pytest.mark.browser


class Table:
    """Hold the pages of the four seats and what they said and asked."""

    def __init__(self, browser: Any, links: dict[str, str]) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self._contexts = [browser.new_context(locale="en-US") for _ in SEATS]
        self.pages = {
            seat: self._open(context, seat, links[seat])
            for seat, context in zip(SEATS, self._contexts, strict=True)
        }

    def _open(self, context: Any, seat: str, link: str) -> Any:
        page = context.new_page()
        page.set_viewport_size({"width": 1366, "height": 768})
        page.on("console", lambda message: self.said.append(f"{seat}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{seat}: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(link)
        page.wait_for_selector("html[data-shown]")
        return page

    def close(self) -> None:
        for each in self._contexts:
            each.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warm_up()
    return tmp_path_factory.mktemp("drill")


@pytest.fixture(scope="module")
def played(browser: Any, folder: Path) -> Path:
    """Play the drill: each seat orders something, then time is stepped through to the end."""
    session = Session.new(small_drill(folder), 1, folder / "run")
    server = ConsoleServer(session)
    session.open()
    server.start()
    table = Table(browser, server.links())
    pages = table.pages
    boss = pages["controller"]
    boss.locator(".button.good:enabled").first.click()
    boss.wait_for_selector(".clock .speed.running")
    pages["supervisor"].locator("[data-tier=first] button").click()
    pages["notification"].locator(".report button").click()
    for seat in ("supervisor", "notification"):
        pages[seat].wait_for_selector(".toast.good")
    is_told = False
    for step in range(1, 12):
        boss.get_by_text("+5 min").click()
        for page in pages.values():
            page.wait_for_function(
                "t => Number(document.documentElement.dataset.seconds) >= t",
                arg=START_S + 300.0 * step,
            )
        suggested = pages["dispatcher"].locator(".row.suggested")
        if suggested.count() and not is_told:
            suggested.first.click()
            pages["dispatcher"].locator(".follow").click()
            pages["dispatcher"].wait_for_selector(".toast.good")
            is_told = True
    boss.get_by_text("+5 min").click()
    for seat in SEATS[1:]:
        pages[seat].wait_for_selector(".cover[data-kind=ended]")
    boss.wait_for_function(
        "() => document.querySelector('.exercise').textContent.includes('report.html')",
        timeout=120_000,
    )
    assert table.said == []
    assert {url for url in table.asked if f"//127.0.0.1:{server.port}/" not in url} <= {"data:,"}
    table.close()
    server.stop()
    session.close()
    return folder / "run"


def test_every_seat_left_its_orders_and_the_run_is_stored(played: Path) -> None:
    given = read_written(played).commands
    by_seat = {seat: [each for each in given if each.seat == seat] for seat in SEATS}
    assert all(by_seat.values())
    assert type(by_seat["supervisor"][0].command).__name__ == "CallStandby"
    assert type(by_seat["notification"][0].command).__name__ == "Report"
    assert all(each.seen > 0 for seat in SEATS[1:] for each in by_seat[seat])
    assert (played / "report.html").is_file()
    verified(played)


def test_the_drill_is_shown_again_at_any_moment(played: Path, browser: Any) -> None:
    rerun = Rerun(played)
    server = ConsoleServer(rerun)
    rerun.open()
    server.start()
    table = Table(browser, server.links())
    boss, hall = table.pages["controller"], table.pages["supervisor"]
    try:
        assert hall.locator(".auto.again").is_visible()
        for t_s in (START_S + 1800, START_S):
            boss.locator(".replay input").evaluate(
                "(slider, t) => { slider.value = t; slider.dispatchEvent(new Event('change')); }",
                t_s,
            )
            hall.wait_for_function(
                "t => Math.abs(document.documentElement.dataset.seconds - t) <= 10", arg=t_s
            )
        hall.locator(".announcement button").click()
        hall.wait_for_selector(".toast.bad")
        assert table.said == []
    finally:
        table.close()
        server.stop()
        rerun.close()
