"""A page is one file that asks nobody for anything, small, escaped, and the same every time."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs
from synthetic_run import SyntheticRun, county_run, synthetic_comparison

from sim.report.comparison import compare_page
from sim.report.document import chart_config, write_page
from sim.report.page import report_page, write_report
from sim.report.words import Words

START = "2019-08-09T12:00:00+08:00"


class Seen(HTMLParser):
    """Collect what an HTML page refers to, and its text outside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.text: list[str] = []
        self.lang = ""
        self._stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._stack.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "data") and value:
                self.links.append(value)
            if tag == "html" and name == "lang":
                self.lang = value or ""

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._stack):
            self.text.append(data)


def seen(page: str) -> Seen:
    parser = Seen()
    parser.feed(page)
    return parser


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, synthetic: SyntheticRun) -> str:
    return report_page(synthetic.tables, synthetic.manifest, request.param)


def test_a_page_refers_to_nothing_but_itself(page: str) -> None:
    assert all(link.startswith("#") or link == "data:," for link in seen(page).links)


def test_beside_plotly_no_address_of_the_web_stands_in_the_page(page: str) -> None:
    assert page.count(get_plotlyjs()) == 1
    ours = page.replace(get_plotlyjs(), "")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", ours) == []


def test_the_browser_is_told_to_forbid_requests(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")


def test_no_chart_offers_a_service() -> None:
    config = chart_config(Words("en"))
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    assert config["displaylogo"] is False


def test_a_county_fits_in_eight_megabytes() -> None:
    run = county_run()
    assert len(report_page(run.tables, run.manifest, "zh").encode()) < 8_000_000


def test_the_same_run_gives_the_same_page(synthetic: SyntheticRun) -> None:
    first = report_page(synthetic.tables, synthetic.manifest, "en")
    assert first == report_page(synthetic.tables, synthetic.manifest, "en")


def test_names_of_a_scenario_cannot_become_markup(synthetic: SyntheticRun) -> None:
    evil = "</script><img src=x onerror=alert(1)>&"
    districts = {name: column.copy() for name, column in synthetic["districts"].items()}
    districts["name_en"][0] = evil
    tables = {**synthetic.tables, "districts": districts}
    page = report_page(
        tables, replace(synthetic.manifest, title={"en": evil}, notes=({"en": evil},)), "en"
    )
    assert "<img" not in page.replace(get_plotlyjs(), "")


def test_the_page_says_what_was_run(synthetic: SyntheticRun, page: str) -> None:
    text = " ".join(seen(page).text)
    assert synthetic.manifest.scenario in text
    assert synthetic.manifest.digest in text
    assert str(synthetic.manifest.seed) in text


def test_the_notes_of_the_scenario_stand_on_the_page(synthetic: SyntheticRun) -> None:
    tables, manifest = synthetic.tables, synthetic.manifest
    assert "Coordinates are approximate." in report_page(tables, manifest, "en")
    assert "坐标为近似值。" in report_page(tables, manifest, "zh")


def test_the_page_names_its_language(synthetic: SyntheticRun) -> None:
    tables, manifest = synthetic.tables, synthetic.manifest
    assert seen(report_page(tables, manifest, "en")).lang == "en"
    assert seen(report_page(tables, manifest, "zh")).lang == "zh-CN"


def test_a_page_is_written_whole_or_not_at_all(
    tmp_path: Path, synthetic: SyntheticRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    write_report(path, synthetic.tables, synthetic.manifest, "en")
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_page(path, "half")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_comparison_page_is_silent_too(lang: str) -> None:
    page = compare_page(synthetic_comparison(2), START, "", lang)
    assert all(link.startswith("#") or link == "data:," for link in seen(page).links)
    assert len(page.encode()) < 8_000_000


CHINESE_PAGE_MAY_SAY = re.compile(
    # names and ids the scenario gives, words of the trade, units and formats
    r"^(?:Stormdesk|county_typhoon|billing|contact\.csv|UTC|SAIFI|SAIDI|CAIDI|MAIFI|IEEE|JavaScript|m/s|km|min|h|s|N|E"
    r"|P\d+|\w+\.\w[\w.#!]*|br|b|extra|fullData|name|x|y|customdata|text|H|M|m|d|f)$"
)


def test_no_english_is_left_in_the_chinese_page(synthetic: SyntheticRun) -> None:
    page = report_page(synthetic.tables, synthetic.manifest, "zh")
    text = " ".join(seen(page).text)
    for given in (synthetic.manifest.digest, synthetic.manifest.code[:8]):
        text = text.replace(given, "")
    words = {word for word in re.findall(r"[A-Za-z][\w.#!/]*", text)}
    assert {word for word in words if not CHINESE_PAGE_MAY_SAY.match(word)} == set()


def test_no_text_of_the_english_catalogue_is_left_in_chinese_charts(
    synthetic: SyntheticRun,
) -> None:
    page = report_page(synthetic.tables, synthetic.manifest, "zh").replace(get_plotlyjs(), "")
    charts = re.findall(r'<script type="application/json" id="[\w-]+-figure">(.*?)</script>', page)
    labels = {text for chart in charts for text in re.findall(r'"(?:name|text)":"([^"]*)"', chart)}
    latin = {
        word
        for label in labels
        for word in re.findall(r"[A-Za-z][\w.#!/]*", label.replace("\\u003c", " "))
    }
    left = {
        word
        for word in latin
        if not CHINESE_PAGE_MAY_SAY.match(word) and not word.startswith("u003e")
    }
    assert left == set()
