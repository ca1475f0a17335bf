"""A real browser opens the pages: no request, no error, the slider moves, paper keeps it all."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from synthetic_run import SyntheticRun, synthetic_comparison

from sim.report.comparison import write_comparison
from sim.report.page import write_report

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Opened:
    """Hold an open page with what it said and asked for."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.page = browser.new_page(viewport={"width": 1366, "height": 768})
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-ready=yes]")


@pytest.fixture(scope="module", params=["en", "zh"])
def report(
    request: pytest.FixtureRequest,
    browser: Any,
    synthetic: SyntheticRun,
    tmp_path_factory: pytest.TempPathFactory,
) -> Opened:
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    write_report(path, synthetic.tables, synthetic.manifest, request.param)
    return Opened(browser, path)


def test_the_page_asks_nobody_and_reports_no_error(report: Opened) -> None:
    assert report.page.locator(".chart svg.main-svg").count() >= 7
    assert report.said == []
    assert len(report.asked) == 1
    assert report.asked[0].startswith("file:")


def test_nothing_is_wider_than_a_small_laptop(report: Opened) -> None:
    width = report.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1366


def test_the_slider_moves_the_map_through_time(report: Opened) -> None:
    caption = report.page.locator("#map .annotation-text").first
    before = caption.text_content()
    rail = report.page.locator("#map .slider-rail-touch-rect")
    rail.scroll_into_view_if_needed()
    track = rail.bounding_box()
    report.page.mouse.click(track["x"] + 0.85 * track["width"], track["y"] + 0.5 * track["height"])
    report.page.wait_for_function(
        "before => document.querySelector('#map .annotation-text').textContent !== before",
        arg=before,
    )
    assert caption.text_content() != before
    assert report.said == []


def test_pictures_can_be_saved_without_a_request(report: Opened) -> None:
    with report.page.expect_download() as download:
        report.page.locator("#supply .chart").hover()
        report.page.locator("#supply .modebar-btn").first.click()
    assert download.value.suggested_filename.endswith(".png")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in report.asked)


def test_paper_hides_controls_and_keeps_charts_inside(report: Opened) -> None:
    report.page.emulate_media(media="print")
    try:
        assert not report.page.locator("nav").is_visible()
        assert not report.page.locator("#map .slider-container").is_visible()
        boxes = report.page.evaluate(
            "Array.from(document.querySelectorAll('.chart'), c => {"
            "  const s = c.querySelector('svg.main-svg').getBoundingClientRect();"
            "  const p = c.parentElement.getBoundingClientRect();"
            "  return [s.left - p.left, p.right - s.right, s.height]; })"
        )
        assert all(left >= -1 and right >= -1 and height > 100 for left, right, height in boxes)
    finally:
        report.page.emulate_media(media="screen")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_comparison_opens_as_quietly(browser: Any, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "comparison.html"
    write_comparison(
        path, synthetic_comparison(2), "2019-08-09T12:00:00+08:00", "county_typhoon", lang
    )
    opened = Opened(browser, path)
    assert opened.said == []
    assert len(opened.asked) == 1
    assert opened.page.locator(".chart svg.main-svg").count() >= 5
