"""The comparison page shows paired differences with intervals, and bands over time."""

from dataclasses import replace

import numpy as np
import pytest
from synthetic_run import synthetic_comparison

from sim.experiments.compare import Comparison
from sim.indicators.catalogue import BY_NAME, INDICATORS
from sim.report.comparison import compare_page
from sim.report.figures.comparison import (
    PANELS,
    band_figure,
    difference_figure,
    is_unchanged,
    scaled,
)
from sim.report.words import Words

START = "2019-08-09T12:00:00+08:00"
EN = Words("en")


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return synthetic_comparison(4)


def test_a_mark_is_the_mean_difference_and_its_bar_the_interval(comparison: Comparison) -> None:
    figure = difference_figure(comparison, "contact", "relative", EN)
    assert figure is not None
    name = "county_calls_abandoned"
    base = comparison.means["base"][name].mean
    each = comparison.differences["few_agents"][name]
    (trace,) = [one for one in figure.data if one.name == "few_agents"]
    at = [row[0] for row in trace.customdata].index(EN(f"indicator.{name}"))
    assert trace.x[at] == pytest.approx(100.0 * each.mean / base)
    assert trace.x[at] + trace.error_x.array[at] == pytest.approx(100.0 * each.high / base)
    assert trace.x[at] - trace.error_x.arrayminus[at] == pytest.approx(100.0 * each.low / base)


def test_marks_whose_interval_holds_zero_are_hollow(comparison: Comparison) -> None:
    labels = {EN(one.text_key): one.name for one in INDICATORS}
    symbols = []
    for panel in PANELS:
        figure = difference_figure(comparison, "contact", panel, EN)
        for trace in figure.data if figure else ():
            for symbol, row in zip(trace.marker.symbol, trace.customdata, strict=True):
                clear = comparison.differences[trace.name][labels[row[0]]].is_clear
                assert symbol.endswith("-open") is not clear
                symbols.append(clear)
    assert set(symbols) == {True, False}


def test_what_never_differs_is_named_and_not_drawn(comparison: Comparison) -> None:
    assert is_unchanged(comparison, BY_NAME["saidi_min"])
    assert difference_figure(comparison, "reliability", "relative", EN) is None
    page = compare_page(comparison, START, "", "en")
    assert "Unchanged in every replication: Customers served; SAIFI; SAIDI" in page


@pytest.mark.parametrize(
    ("name", "value", "base", "shown"),
    [
        ("county_calls_offered", 5.0, 50.0, 10.0),
        ("county_calls_offered", 5.0, 0.0, None),
        ("county_abandoned_share", 0.12, 0.5, 12.0),
        ("first_estimate_error_p50_h", -1.5, 3.0, -1.5),
        ("county_calls_offered", None, 50.0, None),
    ],
)
def test_differences_share_an_axis_of_one_meaning(
    name: str, value: float | None, base: float, shown: float | None
) -> None:
    found = scaled(BY_NAME[name], value, base)
    assert found == (shown if shown is None else pytest.approx(shown))


def test_a_ribbon_holds_the_median_of_every_case(comparison: Comparison) -> None:
    figure = band_figure(comparison, "queue_length", START, EN)
    assert len(figure.data) == 3 * len(comparison.cases)
    for i, case in enumerate(comparison.cases):
        top, bottom, middle = figure.data[3 * i : 3 * i + 3]
        band = comparison.bands[case]["queue_length"]
        assert list(middle.y) == band.p50.tolist()
        assert bottom.fill == "tonexty"
        assert np.all(np.array(bottom.y) <= np.array(middle.y))
        assert np.all(np.array(middle.y) <= np.array(top.y))


def test_one_replication_has_marks_without_bars() -> None:
    alone = synthetic_comparison(1)
    figure = difference_figure(alone, "contact", "relative", EN)
    assert figure is not None
    assert all(value == 0.0 for trace in figure.data for value in trace.error_x.array)
    assert EN("compare.no_intervals") in compare_page(alone, START, "", "en")


def test_the_table_gives_units_and_intervals_in_both_languages(comparison: Comparison) -> None:
    each = comparison.differences["few_agents"]["county_asa_s"]
    english, chinese = (compare_page(comparison, START, "", lang) for lang in ("en", "zh"))
    assert f"{each.mean:,.0f} ({each.low:,.0f} to {each.high:,.0f})" in english
    assert f"{each.mean:,.0f}（{each.low:,.0f} 至 {each.high:,.0f}）" in chinese


def test_the_page_says_which_time_the_runs_cover(comparison: Comparison) -> None:
    same = compare_page(replace(comparison, span_s=96 * 3600.0), START, "", "en")
    assert EN("compare.span_note") in same
    assert EN.duration(96 * 3600.0) in same
    other = compare_page(replace(comparison, span_s=None), START, "", "en")
    assert EN("compare.spans_differ") in other
    assert EN("compare.header_span") not in other
