"""A real browser opens the pages: no request, no error, the slider moves, paper keeps it all."""

from pathlib import Path
from typing import Any

import pytest
from opened import OpenedPage
from synthetic_run import SyntheticRun, synthetic_comparison

from sim.report.comparison import write_comparison
from sim.report.page import write_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["en", "zh"])
def report(
    request: pytest.FixtureRequest,
    browser: Any,
    synthetic: SyntheticRun,
    tmp_path_factory: pytest.TempPathFactory,
) -> OpenedPage:
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    write_report(path, synthetic.tables, synthetic.manifest, request.param)
    return OpenedPage(browser, path)


def test_the_page_asks_nobody_and_reports_no_error(report: OpenedPage) -> None:
    assert report.page.locator(".chart svg.main-svg").count() >= 7
    assert report.said == []
    assert len(report.asked) == 1
    assert report.asked[0].startswith("file:")


def test_nothing_is_wider_than_a_small_laptop(report: OpenedPage) -> None:
    width = report.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1366


def test_the_slider_moves_the_map_through_time(report: OpenedPage) -> None:
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


def test_pictures_can_be_saved_without_a_request(report: OpenedPage) -> None:
    with report.page.expect_download() as download:
        report.page.locator("#supply .chart").hover()
        report.page.locator("#supply .modebar-btn").first.click()
    assert download.value.suggested_filename.endswith(".png")
    assert all(url.startswith(("file:", "data:", "blob:")) for url in report.asked)


def test_paper_hides_controls_and_keeps_charts_inside(report: OpenedPage) -> None:
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
    opened = OpenedPage(browser, path)
    assert opened.said == []
    assert len(opened.asked) == 1
    assert opened.page.locator(".chart svg.main-svg").count() >= 5
