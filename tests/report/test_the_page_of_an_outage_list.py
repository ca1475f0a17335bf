"""The page of an outage list: charts hold the days and causes, text is escaped, the file whole."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from opened import OpenedPage

from sim.indicators.outages.assessment import Assessment, Question, assess
from sim.indicators.outages.index import Served
from sim.indicators.outages.reading import read_outages
from sim.report.figures.outages import causes_figure, daily_figure
from sim.report.outages_page import outages_page, write_outages
from sim.report.words import Words

ROWS = """start,minutes,customers,users,planned,cause
2021-01-05 08:00,60,100,2,no,<b>wind</b>
2021-02-05 08:00,66,100,2,no,tree
2021-03-05 08:00,54,100,2,yes,
2022-04-05 08:00,60,900,9,no,tree
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    path = tmp_path_factory.mktemp("list") / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    return assess(read_outages(path), Question(Served(1000.0, users=50.0)))


def test_days_are_drawn_with_their_threshold(found: Assessment) -> None:
    figure = daily_figure(found, Words("en"))
    assert figure is not None
    drawn = [(x, y) for trace in figure.data if trace.mode == "markers"
             for x, y in zip(trace.x, trace.y, strict=True)]  # fmt: skip
    expected = [(date.fromordinal(each.day).isoformat(), each.saidi_min) for each in found.daily]
    assert sorted(drawn) == expected
    assert [y for _x, y in expected] == pytest.approx([6.0, 6.6, 5.4, 54.0])
    (line,) = (trace for trace in figure.data if trace.mode == "lines")
    assert set(line.y) == {found.threshold.t_med_min}


def test_causes_are_drawn_the_worst_on_top(found: Assessment) -> None:
    figure = causes_figure(found, Words("en"))
    assert figure is not None
    assert figure.layout.yaxis.categoryarray[-1] == "tree"
    assert dict(zip(figure.data[0].y, figure.data[0].x, strict=True)) == pytest.approx(
        {"tree": 1010.0, "<b>wind</b>": 100.0, "(not given)": 90.0}
    )


def test_list_without_customers_draws_user_hours(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROWS.replace("customers", "ignored"), encoding="utf-8")
    users = assess(read_outages(path), Question(Served(users=50.0)))
    figure = causes_figure(users, Words("en"))
    assert figure is not None
    assert max(figure.data[0].x) == pytest.approx(11.2)
    assert daily_figure(users, Words("en")) is None
    page = outages_page(users, "list.csv", [])
    assert 'id="dlt"' in page
    assert 'id="ieee"' not in page


@pytest.mark.parametrize(("lang", "said"), [("en", "user-hours"), ("zh", "停电时户数")])
def test_page_tells_values_and_reasons(found: Assessment, lang: str, said: str) -> None:
    page = outages_page(found, "<list>.csv", ["a <note>"], lang)
    shown = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "&lt;list&gt;.csv" in shown
    assert "a &lt;note&gt;" in shown
    assert "<b>" not in shown
    assert said in shown
    assert ">1.2000<" in shown
    assert page == outages_page(found, "<list>.csv", ["a <note>"], lang)


@pytest.mark.browser
def test_browser_shows_it_and_asks_nobody(browser: Any, found: Assessment, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_outages(path, found, "list.csv", [], "zh")
    opened = OpenedPage(browser, path)
    assert opened.page.locator(".chart svg.main-svg").count() >= 2
    assert opened.said == []
    assert len(opened.asked) == 1
