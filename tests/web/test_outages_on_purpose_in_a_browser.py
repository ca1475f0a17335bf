"""Planned work, cuts and mobile generators are ordered by row, told of and refused in a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_session import SEATS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "drill"))

from short_drills import B, short_drill
from small_drills import START_S

from sim.contact.centre import warm_up
from sim.drill.ledger import read_written
from sim.drill.session import Session
from sim.web.server import ConsoleServer

pytestmark = pytest.mark.browser

TITLES = {"en": ("On purpose", "Important users"), "zh": ("计划与限电", "重要用户")}


class Drill:
    """Hold a drill that is played, and the pages of its four seats."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.folder = folder / "run"
        self.session = Session.new(short_drill(folder), 1, self.folder)
        self.server = ConsoleServer(self.session)
        self.session.open()
        self.server.start()
        self.said: list[str] = []
        self._contexts = [browser.new_context(locale="en-US") for _ in SEATS]
        self.pages = {
            seat: self._open(context, seat, self.server.links()[seat])
            for seat, context in zip(SEATS, self._contexts, strict=True)
        }
        self.desk, self.press = self.pages["dispatcher"], self.pages["notification"]
        self._steps = 0

    def _open(self, context: Any, seat: str, link: str) -> Any:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.on("console", lambda message: self.said.append(f"{seat}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{seat}: {error}"))
        page.goto(link)
        page.wait_for_selector("html[data-shown]")
        return page

    def begin(self) -> None:
        self.pages["controller"].locator(".button.good:enabled").first.click()
        for page in self.pages.values():
            page.wait_for_selector(".clock .speed.running")

    def five_minutes(self) -> None:
        """Let five minutes pass, and all seats see it."""
        self._steps += 1
        self.pages["controller"].get_by_text("+5 min").click()
        for page in self.pages.values():
            page.wait_for_function(
                "t => Number(document.documentElement.dataset.seconds) >= t",
                arg=START_S + 300.0 * self._steps,
            )

    def turn(self, tab: str) -> None:
        self.desk.locator(".lower .tab", has_text=tab).click()

    def outage(self, name: str, state: str = "") -> Any:
        """Return the row of an outage once it is there, in a state if one is given."""
        wanted = f'[data-outage="{name}"]' + (f"[data-state={state}]" if state else "")
        self.desk.wait_for_selector(f".purpose-row{wanted}")
        return self.desk.locator(f".purpose-row{wanted}")

    def close(self) -> None:
        for each in self._contexts:
            each.close()
        self.server.stop()
        self.session.close()


@pytest.fixture
def drill(browser: Any, tmp_path: Path) -> Iterator[Drill]:
    warm_up()
    running = Drill(browser, tmp_path)
    yield running
    running.close()
    assert running.said == []


def test_orders_belong_to_rows_and_to_a_notice(drill: Drill) -> None:
    drill.begin()
    desk, press = drill.desk, drill.press
    drill.turn("On purpose")
    assert desk.locator(".shortage b").inner_text() == "red"
    mend = drill.outage("work/mend#1", "coming")
    assert mend.locator(".number").inner_text() == "90 customers"
    assert mend.locator("small").inner_text().startswith("12:00 – ")

    # cut the feeder whose turn it is: the other one feeds a protected hospital
    chosen = desk.locator(".shortage select").first
    assert chosen.input_value() == B
    assert "next: d b1@s · 170 cust. · 0.34 MW" in chosen.inner_text()
    desk.locator(".shortage .cut").click()
    cut = drill.outage(f"cut/{B}#1", "running")

    agreement = desk.locator("[data-agreement=smelter]")
    agreement.locator("button").click()
    desk.wait_for_selector("[data-agreement=smelter][data-state=running]")
    assert "0.10 MW less, 08:" in agreement.locator("small").inner_text()
    agreement.locator("button").click()
    desk.wait_for_selector("[data-agreement=smelter][data-state=coming]")

    paint = drill.outage("work/paint#1", "coming")
    paint.locator(".why").select_option("wind")
    paint.locator(".put-off").click()
    drill.outage("work/paint#2", "coming")
    assert desk.locator('[data-outage="work/paint#1"]').count() == 0

    drill.five_minutes()
    mend.locator(".begin").focus()
    desk.keyboard.press("Enter")
    # its feeder is off: it does not stand as built
    desk.wait_for_selector(".toast.bad")
    refused = desk.locator(".toast.bad").inner_text()
    assert "Begin mend" in refused
    assert "the feeder does not stand as built" in refused

    cut.locator(".restore").click()
    drill.five_minutes()
    desk.wait_for_selector(f'[data-outage="cut/{B}#1"]', state="detached")
    assert drill.outage("work/mend#1", "coming").locator(".begin").is_visible()
    desk.locator('[data-crew="d/a1"]').click()
    mend.locator(".begin").click()
    assert "d Crew A1" in drill.outage("work/mend#1", "running").locator("small").inner_text()

    drill.turn("Important users")
    desk.locator("[data-customer=hospital] .button").click()
    desk.wait_for_selector("[data-customer=hospital][data-state=coming]")
    desk.locator("[data-customer=waterworks] .button").click()
    desk.locator(".toast.bad", has_text="no mobile generator is free").wait_for()

    # the officer hears of it a minute later, and tells those who expect what was called off
    drill.five_minutes()
    off = press.locator('[data-incident="work/paint#1"][data-need=off]')
    off.click()
    assert not press.get_by_text("Everybody believed out").is_visible()
    assert "will not take place" in press.locator(".compose blockquote").inner_text()
    press.locator(".compose .send").click()
    press.wait_for_selector('[data-notice="work/paint#1/called_off#1"]')
    off.wait_for(state="detached")
    press.locator('[data-incident="work/paint#2"][data-need=none]').click()
    assert "Planned work in d: power will be off from" in press.locator("blockquote").inner_text()
    press.locator(".compose .send").click()
    press.wait_for_selector('[data-incident="work/paint#2"][data-need=told]')

    drill.turn("Alarms")
    said = desk.locator(".alarm-rows [data-kind=earth_fault] span").first.inner_text()
    assert said == "d buss: earth fault of one phase, feeder unknown"
    assert desk.locator(".alarm-rows [data-kind=earth_fault] .lamp").first.is_visible()

    given = [
        type(each.command).__name__
        for each in read_written(drill.folder).commands
        if each.seat != "controller"
    ]
    assert given == [
        "CutFeeder", "CallCurtailment", "CallCurtailment", "PutOffPlannedWork", "BeginPlannedWork",
        "RestoreFeeder", "BeginPlannedWork", "SendMobileSet", "SendMobileSet",
        "TellOutage", "TellOutage",
    ]  # fmt: skip


def test_the_rows_fit_a_small_laptop_in_both_languages(drill: Drill) -> None:
    drill.begin()
    desk, press = drill.desk, drill.press
    desk.wait_for_selector(".lower .tab")
    for lang, titles in TITLES.items():
        for page in (desk, press):
            if page.locator("html").get_attribute("lang")[:2] != lang:
                page.locator(".tool.language").click()
        for title in titles:
            drill.turn(title)
            assert desk.locator(".purpose-row:visible").count() >= 2
            for part in (".lower header", ".shortage", ".purpose-row", ".purpose-row .actions"):
                for each in desk.locator(f"{part}:visible").all():
                    wide, there = each.evaluate("one => [one.scrollWidth, one.clientWidth]")
                    assert wide <= there, (lang, title, part)
        press.locator('[data-incident="work/mend#1"]').click()
        for page in (desk, press):
            size = page.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            assert size == [1366, 768]


def test_a_drill_without_such_sections_shows_none_of_it(browser: Any, served: Any) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(served.links["dispatcher"])
    page.wait_for_selector("html[data-shown]")
    tabs = page.locator(".lower .tab:visible").all_inner_texts()
    context.close()
    assert tabs == ["Alarms", "Switches"]
