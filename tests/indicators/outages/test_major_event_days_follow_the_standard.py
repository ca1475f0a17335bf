"""T_MED = exp(alpha + 2.5 beta) over five years of days with interruptions; worked by hand."""

import math
from pathlib import Path
from statistics import fmean, stdev

import pytest
from listed import listed, value

from sim.indicators.outages.assessment import Assessment, Question, assess
from sim.indicators.outages.index import Served
from sim.indicators.outages.period import parse_period

HEADER = "start,minutes,customers\n"


def day(date: str, saidi_min: float) -> str:
    """Return a row that gives a day this SAIDI with 1,000 customers."""
    return f"{date} 12:00,{1000 * saidi_min / 100},100\n"


def question(period: str | None) -> Question:
    chosen = None if period is None else parse_period(period, "--period")
    return Question(Served(1000.0), period=chosen)


HISTORY = {"2016-02-01": 1.0, "2017-03-01": math.e, "2018-07-07": math.e**2, "2020-12-31": math.e}
"""Logarithms 0, 1, 2, 1: alpha 1, beta sqrt(2/3)."""
T_MED = math.exp(1 + 2.5 * math.sqrt(2 / 3))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    rows = [day(*each) for each in HISTORY.items()]
    older = day("2015-12-31", 500.0)
    year = day("2021-01-05", 5.0) + day("2021-06-01", 1.01 * T_MED) + day("2021-08-01", T_MED / 2)
    text = HEADER + older + "".join(rows) + year
    folder = tmp_path_factory.mktemp("history")
    return assess(listed(folder, text), question("2021"))


def test_threshold_rests_on_the_five_years_before(found: Assessment) -> None:
    assert found.threshold.n_days == 4
    assert not found.threshold.is_own_period
    assert found.threshold.alpha == pytest.approx(1.0)
    assert found.threshold.beta == pytest.approx(math.sqrt(2 / 3))
    assert found.threshold.t_med_min == pytest.approx(T_MED)


def test_days_above_it_are_left_out_of_the_second_results(found: Assessment) -> None:
    (major,) = found.major_days
    assert major.saidi_min == pytest.approx(1.01 * T_MED)
    assert value(found, "saidi_min") == pytest.approx(5.0 + 1.51 * T_MED)
    without = found.ieee_without_major["saidi_min"].value
    assert without == pytest.approx(5.0 + T_MED / 2)
    assert found.ieee_without_major["saifi"].value == pytest.approx(0.2)


def test_threshold_of_the_next_year_takes_the_year_in(found: Assessment) -> None:
    logs = [1.0, 2.0, 1.0, *map(math.log, (5.0, 1.01 * T_MED, T_MED / 2))]
    expected = math.exp(fmean(logs) + 2.5 * stdev(logs))
    assert found.next_threshold.t_med_min == pytest.approx(expected)


def test_several_outages_make_one_day_and_a_night_counts_where_it_began(tmp_path: Path) -> None:
    """Two days: 2 min of SAIDI in two outages, and 4 min from 23:00 until the next day."""
    text = (
        HEADER
        + day("2021-01-05", 0.5)
        + day("2021-01-05", 1.5)
        + "2021-02-01 23:00,120,33\n2021-02-01 23:30,40,1\n"
    )
    logs = [math.log(2.0), math.log((120 * 33 + 40) / 1000)]
    found = assess(listed(tmp_path, text), question(None))
    assert found.threshold.is_own_period
    assert found.threshold.n_days == 2
    assert found.threshold.t_med_min == pytest.approx(math.exp(fmean(logs) + 2.5 * stdev(logs)))


def test_days_without_sustained_interruptions_are_dropped(tmp_path: Path) -> None:
    quiet = "2021-03-01 12:00,2,900\n2021-03-02 12:00,60,0\n"
    text = HEADER + day("2021-01-05", 2.0) + day("2021-01-07", 3.0)
    first, second = (
        assess(listed(tmp_path, each), question(None)).threshold for each in (text, text + quiet)
    )
    assert first.n_days == second.n_days == 2
    assert first.t_med_min == second.t_med_min


def test_one_day_is_not_enough(tmp_path: Path) -> None:
    found = assess(listed(tmp_path, HEADER + day("2021-01-05", 2.0)), question(None))
    assert found.threshold.t_med_min is None
    assert found.threshold.why == "fewer than two days have sustained interruptions"
    assert found.ieee_without_major["saifi"].why == found.threshold.why
    assert value(found, "saidi_min") == pytest.approx(2.0)


def test_every_year_has_the_threshold_of_its_own_history(found: Assessment, tmp_path: Path) -> None:
    rows = [day(*each) for each in HISTORY.items()]
    text = HEADER + "".join(rows) + day("2021-06-01", 1.01 * T_MED)
    years = assess(listed(tmp_path, text), question(None)).years
    assert [each.major_days for each in years] == [0, 0, 0, 0, 0, 1]
    assert years[-1].t_med_min == pytest.approx(T_MED)
    assert years[-1].without_major["saidi_min"].value == 0.0
    assert found.years == []  # one year was asked for


def test_distinct_count_of_all_days_is_not_used_without_major_days(tmp_path: Path) -> None:
    rows = "".join(day(*each) for each in HISTORY.items())
    text = HEADER + rows + day("2021-06-01", 1.01 * T_MED) + day("2021-08-01", 1.0)
    asked = Question(
        Served(1000.0, distinct_customers=150.0), period=parse_period("2021", "--period")
    )
    found = assess(listed(tmp_path, text), asked)
    assert value(found, "caifi") == pytest.approx(200 / 150)
    assert "major event days too" in found.ieee_without_major["caifi"].why
