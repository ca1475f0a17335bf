"""The record of RSMC Tokyo is read as it is published, and every broken line is named."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.hazards.besttrack import NMI_KM, parse_best_track, read_best_track

TYPHOONS = Path(__file__).parents[2] / "scenarios" / "data" / "typhoons"
HEADER = "66666 1808  002 0010 1808 0 6                MARIA              20180829"
FIRST = "18071018 002 5 262 1223  950     085     20130 0090 20270 0180"
SECOND = "18071100 002 5 264 1200  950     085     20120 0070 20210 0150"


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("file", "name", "number", "n_fixes", "first", "last"),
    [
        ("lekima_2019", "LEKIMA", "1909", 56, utc(2019, 8, 2, 6), utc(2019, 8, 14, 18)),
        ("maria_2018", "MARIA", "1808", 46, utc(2018, 7, 3, 0), utc(2018, 7, 12, 18)),
    ],
)
def test_shipped_tracks_have_all_their_fixes(file, name, number, n_fixes, first, last):
    track = read_best_track(TYPHOONS / f"{file}.rsmc.txt")
    assert (track.name, track.number, len(track.utc_s)) == (name, number, n_fixes)
    assert (track.utc_s[0], track.utc_s[-1]) == (first, last)


def test_a_fix_keeps_the_published_numbers():
    track = read_best_track(TYPHOONS / "maria_2018.rsmc.txt")
    k = int(np.flatnonzero(track.utc_s == utc(2018, 7, 10, 18))[0])
    assert (track.lat[k], track.lon[k], track.pressure_hpa[k]) == (26.2, 122.3, 950.0)
    assert (track.wind_kt[k], track.grade[k]) == (85.0, 5)
    assert track.radius_50kt_km[k].tolist() == [130 * NMI_KM, 90 * NMI_KM]
    assert track.radius_30kt_km[k].tolist() == [270 * NMI_KM, 180 * NMI_KM]


def test_a_wind_of_zero_is_not_recorded():
    track = read_best_track(TYPHOONS / "maria_2018.rsmc.txt")
    assert np.isnan(track.wind_kt[0])
    assert np.isnan(track.radius_50kt_km[6]).all()
    assert track.radius_30kt_km[6].tolist() == [120 * NMI_KM, 90 * NMI_KM]


def test_a_mark_of_a_passage_over_japan_is_no_field():
    marked = parse_best_track("\n".join([HEADER, FIRST + "         #", SECOND]), "t")
    assert len(marked.utc_s) == 2


def test_two_digit_years_from_51_are_of_the_last_century():
    old = "\n".join([HEADER, "51" + FIRST[2:], "51" + SECOND[2:]])
    assert parse_best_track(old, "t").utc_s[0] == utc(1951, 7, 10, 18)


BROKEN = {
    "no header": ([FIRST, SECOND], "t:1:1: no header line: a best track begins with 66666"),
    "count": (
        [HEADER.replace("002 0010", "003 0010"), FIRST, SECOND],
        "t:1:13: the header announces 3 lines, 2 follow",
    ),
    "no count": (
        [HEADER.replace("002 0010", "xx2 0010"), FIRST, SECOND],
        "t:1:13: expected a number of lines, got 'xx2'",
    ),
    "two storms": (
        [HEADER, FIRST, SECOND, HEADER],
        "t:4:1: a second storm begins: keep one storm a file",
    ),
    "time": (
        [HEADER, FIRST.replace("18071018", "18071325"), SECOND],
        "t:2:1: time: expected yymmddhh in UTC, got '18071325'",
    ),
    "order": ([HEADER, SECOND, FIRST], "t:3:1: time: not later than the line before"),
    "latitude": (
        [HEADER, FIRST.replace("262", "962"), SECOND],
        "t:2:16: latitude: 96.2 is not between -90 and 90",
    ),
    "wind": (
        [HEADER, FIRST.replace("085", "8x5"), SECOND],
        "t:2:34: wind: expected a whole number, got '8x5'",
    ),
    "radius": (
        [HEADER, FIRST.replace("20130", "2013"), SECOND],
        "t:2:42: radius of 50-kt winds: expected DLLLL (5 digits), got '2013'",
    ),
    "fields": (
        [HEADER, FIRST[:30], SECOND],
        "t:2:1: expected 7 or 11 fields of a best-track line, got 6",
    ),
    "one fix": (
        [HEADER.replace("002 0010", "001 0010"), FIRST],
        "t:1:1: a track needs two fixes at least",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_line_is_named_with_its_place(case):
    lines, message = BROKEN[case]
    with pytest.raises(ScenarioError) as error:
        parse_best_track("\n".join(lines), "t")
    assert str(error.value) == message


def test_all_problems_of_a_file_come_at_once():
    text = "\n".join([HEADER, FIRST.replace("950", "95x"), SECOND.replace("1200", "4000")])
    with pytest.raises(ScenarioError) as error:
        parse_best_track(text, "t")
    assert [(problem.line, problem.column) for problem in error.value.problems] == [
        (2, 26),
        (3, 20),
    ]


def test_a_missing_file_is_a_problem_not_a_traceback(tmp_path):
    with pytest.raises(ScenarioError, match="the best track cannot be read"):
        read_best_track(tmp_path / "none.txt")
