"""Lists as utilities write them are read; what is wrong is said with its place, all at once."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from listed import listed

from sim.errors import InputError, ScenarioError
from sim.indicators.outages.period import parse_period
from sim.indicators.outages.reading import read_outages
from sim.table_file import calendar_time

CHINESE = "停电开始时间,送电时间,停电客户数,停电容量（kVA）,是否计划,台区\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_and_encodings(encoding: str, tmp_path: Path) -> None:
    text = CHINESE + '2023/3/1 8:00,2023/3/1 9:30:30,"1,200",315.5,否,东门台区\n'
    outages = listed(tmp_path, text, encoding)
    assert outages.sizes["customers"].tolist() == [1200.0]
    assert outages.sizes["kva"].tolist() == [315.5]
    assert np.isnan(outages.sizes["users"]).all()
    assert (outages.end_s - outages.start_s).tolist() == [5430.0]
    assert outages.planned.tolist() == [0]
    assert outages.group.tolist() == [0]
    assert date.fromordinal(int(outages.day[0])) == date(2023, 3, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-07-25", "2021-07-25 00:00:00"),
        ("2021-07-25T08:05", "2021-07-25 08:05:00"),
        ("2021/7/5 8:05:09", "2021-07-05 08:05:09"),
        ("2021.7.5 08:05", "2021-07-05 08:05:00"),
        ("2021年7月5日 8:05", "2021-07-05 08:05:00"),
        ("2021-07-25 24:00", "2021-07-26 00:00:00"),
        ("2021-07-25 08:05:09.25", "2021-07-25 08:05:09.250000"),
        ("2021-07-25T08:05:00Z", "2021-07-25 08:05:00+00:00"),
        ("2021-07-25T08:05:00-07:30", "2021-07-25 08:05:00-07:30"),
        ("25/07/2021 08:05", None),
        ("2021-02-29 08:00", None),
        ("2021-07-25 24:01", None),
        ("2021-07-25 08:60", None),
        ("2021-07-25T08:05+99:00", None),
        ("9999-12-31 24:00", None),
        ("", None),
    ],
)
def test_times_are_read_as_written(text: str, expected: str | None) -> None:
    when = calendar_time(text)
    assert (None if when is None else str(when)) == expected


def test_days_are_those_of_the_zone_and_lengths_survive_its_clock_change(tmp_path: Path) -> None:
    text = "start,end,customers\n2021-03-14T07:30Z,2021-03-14T11:30Z,5\n"
    outages = listed(tmp_path, text)
    assert date.fromordinal(int(outages.day[0])) == date(2021, 3, 14)
    there = read_outages(tmp_path / "events.csv", ZoneInfo("America/Los_Angeles"))
    assert date.fromordinal(int(there.day[0])) == date(2021, 3, 13)
    assert (there.end_s - there.start_s).tolist() == [4 * 3600.0]


def test_open_outages_last_until_the_time_given(tmp_path: Path) -> None:
    text = "start,end,customers\n2021-03-14 07:00,,5\n2021-03-14 07:00,2021-03-14 08:00,5\n"
    with pytest.raises(ScenarioError, match=r":2:18: end: expected .* --until, got ''"):
        listed(tmp_path, text)
    open_until = datetime(2021, 3, 14, 10)
    outages = read_outages(tmp_path / "events.csv", open_until=open_until)
    assert (outages.end_s - outages.start_s).tolist() == [3 * 3600.0, 3600.0]


@pytest.mark.parametrize("parted", [";", "\t"])
def test_cells_may_be_parted_as_spreadsheets_do(parted: str, tmp_path: Path) -> None:
    text = "start,minutes,customers\n2021-03-14 07:00,90,x\n"
    with pytest.raises(ScenarioError, match=r":2:21: customers: expected a whole number"):
        listed(tmp_path, text.replace(",", parted))
    outages = listed(tmp_path, text.replace("x", "5").replace(",", parted))
    assert outages.sizes["customers"].tolist() == [5.0]


def test_headings_of_a_file_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Beginn,Dauer,Kunden\n2021-03-14 07:00,90,5\n", encoding="utf-8")
    named = {"start": "Beginn", "minutes": "Dauer", "customers": "Kunden"}
    assert read_outages(path, named=named).sizes["customers"].tolist() == [5.0]
    with pytest.raises(ScenarioError, match="columns missing from the header: end"):
        read_outages(path, named=named | {"end": "Ende"})


BROKEN = [
    ("", "1:1: columns missing from the header: start"),
    ("start,customers\n", "1:1: columns missing from the header: end"),
    (
        "start,end\n",
        "1:1: the header needs at least one of customers, kva, users, load_kw",
    ),
    ("start,end,customers\n", "1:1: the table has no row"),
    ("start,end,users\n2021-01-01,2021-01-02\n", "2:1: expected 3 cells, got 2"),
    (
        "start,end,users\n2021-01-02,2021-01-01,3\n",
        "2:12: end: expected a time not before 'start', got '2021-01-01'",
    ),
    (
        "start,minutes,users\n0021-01-02,5,3\n",
        "2:1: start: expected a calendar time such as '2019-08-09 14:00', got '0021-01-02'",
    ),
    (
        "start,minutes,users\n2021-01-02,-5,3\n",
        "2:12: minutes: expected a number, 0 or more, got '-5'",
    ),
    (
        "start,minutes,users\n2021-01-02,5,2.5\n",
        "2:14: users: expected a whole number, 0 or more, got '2.5'",
    ),
    (
        "start,minutes,kva\n2021-01-02,5,nan\n",
        "2:14: kva: expected a number, 0 or more, got 'nan'",
    ),
    (
        "start,minutes,users,planned\n2021-01-02,5,2,perhaps\n",
        "2:16: planned: expected yes or no, planned or fault, 预安排 or 故障, got 'perhaps'",
    ),
    (
        "start,end,users\n2021-01-02 08:00Z,2021-01-03 08:00,2\n",
        "2:19: end: expected an offset from UTC on all times or on none, got '2021-01-03 08:00'",
    ),
    ('start,end,users\n"2021-01-02,2021-01-03,2\n', "2:1: not a table of comma-separated values"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_broken_list_is_refused_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        listed(tmp_path, text)
    (problem,) = error.value.problems
    assert str(problem).startswith(f"{tmp_path / 'events.csv'}:{message}")


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    text = "start,end,customers\nx,2021-01-02,-1\n2021-01-01 08:00,2021-01-01 07:00,1\n"
    with pytest.raises(ScenarioError) as error:
        listed(tmp_path, text)
    places = [(each.line, each.column) for each in error.value.problems]
    assert places == [(2, 1), (2, 14), (3, 18)]


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read: No such file"):
        read_outages(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-01-05/2024-01-05", "2024-01-05", "2024-01-05"),
    ],
)
def test_periods_are_whole_days(text: str, first: str, last: str) -> None:
    period = parse_period(text, "--period")
    assert date.fromordinal(period.first_day).isoformat() == first
    assert date.fromordinal(period.end_day - 1).isoformat() == last


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-01-05/2024-01-04", "0000", "2024-1-5"])
def test_other_periods_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--period: expected a year, a month"):
        parse_period(text, "--period")
