"""A real browser opens the after-action page: nothing asked for, nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from opened import OpenedPage

from sim.indicators.intervals import StepSeries
from sim.report.debrief_page import write_debrief
from sim.report.debriefed import (
    Contribution,
    Debrief,
    Effect,
    Event,
    Expected,
    Finding,
    Fork,
    Objective,
    Opened,
    Outcome,
    Seat,
)

pytestmark = pytest.mark.browser

NAUGHTY = '<img src=x onerror="document.title=1"><b>粗</b>{x}'
BOTH = {"en": NAUGHTY, "zh": NAUGHTY}
START_S, END_S = 3600.0, 7200.0


def debrief() -> Debrief:
    """Return a drill made up by hand, with text of people everywhere people can put some."""
    t_s = np.array([0.0, 4000.0, 6000.0, END_S])
    order = {"command": "CallStandby", "fields": {"tier": NAUGHTY}}
    about = {"inject": "i", "place": NAUGHTY, "by": "time"}
    expected = Expected("i", BOTH, True, "supervisor", "CallStandby", True, 4000.0, 4300.0, 4900.0,
                        "answered", 4600.0, None, 0.5, 1.0, 0.5, 0.725, (1, 2), True)  # fmt: skip
    amounts = {"customer_hours": 100.0, "lost_callers": 20.0, "wrong_hours": 4.0}
    weights = {"customer_hours": 1.0, "lost_callers": 2.0, "wrong_hours": 0.5}
    effects = (Effect("loss", -40.0, -45.0, -38.0), Effect("abandoned_calls", -1.0, -9.0, 9.0))
    return Debrief(
        title=BOTH,
        start="2021-03-01T08:00:00+08:00",
        startex_s=START_S,
        endex_s=END_S,
        end_s=END_S,
        ended="stopped",
        is_timely=False,
        run=NAUGHTY,
        seed=1,
        digest="d",
        districts={"d": BOTH},
        injects={"i": BOTH},
        seats=(Seat("supervisor", (NAUGHTY,), 1800.0, 1800.0),),
        commitment=Opened("a", "s", "b", False, NAUGHTY),
        customers_out=StepSeries(t_s, np.array([0.0, 50.0, 0.0, 0.0])),
        believed_out=StepSeries(t_s, np.array([0.0, 0.0, 40.0, 40.0])),
        events=(
            Event(4000.0, "truth", "", "inject", about, 1, BOTH),
            Event(4000.0, "known", "supervisor", "message", {}, 2, BOTH),
            Event(4500.0, "done", "controller", "hint", {"seat": "supervisor"}, -1, BOTH, True),
            Event(4600.0, "done", "supervisor", "command", order, 3, None, True),
            Event(4700.0, "done", "supervisor", "refused", {**order, "why": NAUGHTY}, 4),
        ),
        objectives=(Objective("o", BOTH, "S", 0.725, (expected,)),),
        outcomes=tuple(Outcome(case, amounts, weights) for case in ("team", "plan", "nothing")),
        contributions=(Contribution("supervisor", -5.0, amounts),),
        forks=(
            Fork(NAUGHTY, "shift", "supervisor", "CallStandby", {"tier": NAUGHTY}, 4600.0, 4000.0,
                 effects, 1, 20),
        ),
        redrawn=("calls",),
        findings=(
            Finding("missed", False, {"inject": BOTH, "seat": "supervisor", "action": "Report",
                                      "moment_s": 4000.0, "limit_s": 900.0}, (1,)),
        ),
    )  # fmt: skip


@pytest.fixture(params=["en", "zh"])
def opened(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Iterator[OpenedPage]:
    path = tmp_path / f"{request.param}.html"
    write_debrief(path, debrief(), request.param)
    made = OpenedPage(browser, path)
    yield made
    made.page.close()


def filled(opened: OpenedPage, folder: Path) -> Path:
    """Press the button that saves, and return the file."""
    with opened.page.expect_download() as download:
        opened.page.click("#save")
    assert download.value.suggested_filename.endswith("-filled.html")
    path = folder / "filled.html"
    download.value.save_as(path)
    return path


def test_the_page_asks_nobody_and_reports_no_error(opened: OpenedPage) -> None:
    assert opened.page.locator(".chart svg.main-svg").count() >= 2
    assert opened.said == []
    assert [url.split(":")[0] for url in opened.asked] == ["file"]
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_text_of_people_stays_text(opened: OpenedPage) -> None:
    assert opened.page.locator("img, section b b, section b:text('粗')").count() == 0
    assert "<b>粗</b>" in opened.page.locator("#events").inner_text()
    assert "【演练】" in opened.page.title()
    assert "document.title=1" in opened.page.title()


def test_only_effects_beyond_their_spread_have_a_number(opened: OpenedPage) -> None:
    rows = opened.page.locator("#forks table tbody tr")
    assert rows.count() == 1
    assert "−40" in rows.first.inner_text()


def test_what_was_typed_is_in_the_file_and_can_be_gone_on_with(
    opened: OpenedPage, browser: Any, tmp_path: Path
) -> None:
    page = opened.page
    assert not page.locator("#unsaved").is_visible()
    cells = page.locator("#plan tbody tr").first.locator("td")
    cells.nth(1).click()
    page.keyboard.type("值班表 <b>& late")
    page.click("#add")
    page.keyboard.type("A new row")
    page.locator("#objectives td.fill").first.click()
    page.keyboard.type("M")
    assert page.locator("#unsaved").is_visible()
    again = OpenedPage(browser, filled(opened, tmp_path))
    assert not page.locator("#unsaved").is_visible()
    cells = again.page.locator("#plan tbody tr").first.locator("td")
    assert cells.nth(1).inner_text() == "值班表 <b>& late"
    assert again.page.locator("#plan tbody tr").last.locator("td").first.inner_text() == "A new row"
    assert again.page.locator("#objectives td.fill").first.inner_text() == "M"
    drawn = page.locator(".chart svg.main-svg").count()
    assert again.page.locator(".chart svg.main-svg").count() == drawn
    assert again.said == opened.said == []
    assert len(again.asked) == 1
    cells.nth(3).click()
    again.page.keyboard.type("Zhao")
    third = OpenedPage(browser, filled(again, tmp_path))
    owner = third.page.locator("#plan tbody tr").first.locator("td").nth(3)
    assert owner.inner_text() == "Zhao"
    for each in (again, third):
        each.page.close()


def test_what_is_pasted_brings_no_markup(opened: OpenedPage) -> None:
    page = opened.page
    cell = page.locator("#plan tbody tr").first.locator("td").nth(2)
    cell.click()
    page.evaluate(
        "() => { const d = new DataTransfer(); d.setData('text/html', '<b id=bad>x</b>');"
        " d.setData('text/plain', 'only <text>');"
        " document.activeElement.dispatchEvent(new ClipboardEvent('paste',"
        " {clipboardData: d, bubbles: true, cancelable: true})); }"
    )
    assert cell.inner_text() == "only <text>"
    assert page.locator("#bad").count() == 0


def test_leaving_with_unsaved_text_asks_first(opened: OpenedPage) -> None:
    page, asked = opened.page, []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#plan tbody tr").first.locator("td").nth(2).click()
    page.keyboard.type("x")
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_paper_shows_what_was_written_and_no_buttons(opened: OpenedPage) -> None:
    page = opened.page
    cell = page.locator("#plan tbody tr").first.locator("td").nth(2)
    cell.click()
    page.keyboard.type("on paper")
    page.emulate_media(media="print")
    assert not page.locator("#save").is_visible()
    assert not page.locator("#add").is_visible()
    assert cell.is_visible()
    long = page.locator(".scroll.long")
    assert long.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
