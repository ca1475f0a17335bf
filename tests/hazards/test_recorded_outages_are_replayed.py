"""A list of real outages comes again: at its times, where it says, or where it could have been."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from exposed import CALENDAR, DAY_S, both, failures, lines

from sim.errors import InputError, ScenarioError
from sim.hazards.assets import Assets, Failure
from sim.hazards.replayed import read_recorded
from sim.scenario.recorded import Recorded
from sim.units import Calendar

CALIFORNIA = (
    Path(__file__).parents[2] / "scenarios" / "data" / "outages" / "california_january_2021.csv"
)


def replay(of: Assets, seed: int = 1, **section: object) -> list[Failure]:
    calendar = section.pop("calendar", CALENDAR)
    until_s = section.pop("until_s", 40 * DAY_S)
    return list(
        failures(of, seed, recorded=[section], calendar=calendar, until_s=until_s)  # type: ignore[arg-type]
    )


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "outages.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_january_2021_in_california_comes_again_row_by_row() -> None:
    towns = {"Santa Cruz": "coast", "Woodland": "plain", "Arnold": "hills"}
    of = lines(5, "coast")
    for name in ("plain", "hills"):
        of = both(of, lines(5, name))
    found = replay(
        of,
        file=CALIFORNIA,
        columns={"end": "gone"},
        districts=towns,
        causes={"WEATHER": {"hazard": "wind"}, "CAR THAT HIT A POLE": {"hazard": "third_party"}},
        skip=["PLANNED", "PSPS"],
        repair="recorded",
        work_share="40 %",
        calendar=Calendar(datetime(2021, 1, 1), "America/Los_Angeles"),
    )
    # the same again with nothing of ours
    rows = [
        row
        for row in csv.DictReader(CALIFORNIA.read_text(encoding="utf-8").splitlines())
        if row["cause"] not in ("PLANNED", "PSPS")
    ]
    began = [datetime.fromisoformat(row["start"].replace("Z", "+00:00")) for row in rows]
    midnight = datetime.fromisoformat("2021-01-01T00:00:00-08:00")
    expected = sorted((each - midnight).total_seconds() for each in began)
    assert [f.t_s for f in found] == expected
    assert len(found) == 140
    words = {"WEATHER": "wind", "CAR THAT HIT A POLE": "third_party"}
    causes = Counter(words.get(row["cause"], "recorded") for row in rows)
    assert Counter(f.hazard for f in found) == causes
    places = Counter(towns[row["region"]] for row in rows if row["region"] in towns)
    # the three other towns are drawn over all districts
    for name, n in places.items():
        assert sum(f.asset.startswith(f"{name}/") for f in found) >= n
    gone = [datetime.fromisoformat(row["gone"].replace("Z", "+00:00")) for row in rows]
    lengths = sorted((b - a).total_seconds() * 0.4 for a, b in zip(began, gone, strict=True))
    assert sorted(f.repair_s for f in found) == pytest.approx(lengths)
    assert {f.asset.split("/")[1][:4] for f in found if f.hazard == "wind"} == {"line"}


def test_chinese_lists_in_gb18030_name_their_assets(tmp_path: Path) -> None:
    text = (
        "停电开始时间,停电原因,停电户数,设备,停电时长(分钟)\n"
        "2018/7/9 08:00,外力破坏,120,hills/line1,90\n"
        "2018年7月9日 09:30,雷击,40,hills/line2/span3,2\n"
        "2018-07-09 10:00,设备老化,1,hills/dt0,\n"
    )
    found = replay(
        lines(3),
        file=table(tmp_path, text, "gb18030"),
        columns={"asset": "设备"},
        causes={"外力破坏": {"hazard": "third_party"}, "雷击": {"hazard": "lightning"}},
        repair="recorded",
        temporary_below=3,
    )
    assert found == [
        Failure(28800.0, "hills/line1", "", "permanent", "third_party", repair_s=5400.0),
        Failure(34200.0, "hills/line2", "span3", "temporary", "lightning", repair_s=120.0),
        Failure(36000.0, "hills/dt0", "", "permanent", "recorded"),
    ]


def test_a_moment_of_the_record_becomes_the_start_of_the_run(tmp_path: Path) -> None:
    file = table(tmp_path, "start,asset\n2001-02-03 04:30,hills/dt0\n2001-02-02 23:00,hills/dt0\n")
    found = replay(lines(1), file=file, starts="2001-02-03 04:00")
    assert [f.t_s for f in found] == [1800.0]


def test_a_feeder_of_the_record_draws_within_it_by_exposure(tmp_path: Path) -> None:
    rows = "\n".join(f"2018-07-09 0{k % 10}:{k // 10:02d},wind,River St" for k in range(400))
    of = lines(
        4,
        length_km=np.array([5.0, 1.0, 2.0, 6.0]),
        is_overhead=np.array([True, True, True, False]),
        section_feeder=("f1", "f2", "f2", "f2"),
        transformer_feeder=("f1", "f2", "f2", "f2"),
    )
    found = replay(
        of,
        file=table(tmp_path, f"start,cause,feeder\n{rows}\n"),
        causes={"wind": {"hazard": "wind"}},
        feeders={"River St": "f2"},
    )
    count = Counter(f.asset for f in found)
    # overhead length decides: 1 km against 2 km, and no cable
    assert set(count) == {"hills/line1", "hills/line2"}
    assert count["hills/line2"] / 400 == pytest.approx(2 / 3, abs=4 * (2 / 9 / 400) ** 0.5)


def test_what_interrupts_about_as_many_customers_is_drawn_more_often(tmp_path: Path) -> None:
    rows = "\n".join(f"2018-07-09 0{k % 10}:{k // 10:02d},99" for k in range(400))
    of = lines(
        2,
        section_customers=(99.0, 999.0),
        transformer_customers=(0.0, 0.0),
        transformer_per_year=(0.0, 0.0),
    )
    count = Counter(
        f.asset
        for f in failures(
            of,
            steady={"overhead_per_km_year": 1e-9, "transformer_per_year": 0},
            recorded=[{"file": table(tmp_path, f"start,customers\n{rows}\n")}],
        )
    )
    # weights 1 and 100 / 1000
    assert count["hills/line1"] / 400 == pytest.approx(1 / 11, abs=4 * (10 / 121 / 400) ** 0.5)


def test_an_asset_more_takes_rows_but_moves_no_other(tmp_path: Path) -> None:
    rows = "\n".join(f"2018-07-09 0{k % 10}:{k // 10:02d}" for k in range(100))
    file = table(tmp_path, f"start\n{rows}\n")
    few, many = (replay(lines(n), file=file) for n in (5, 6))
    moved = [(a, b) for a, b in zip(few, many, strict=True) if a.asset != b.asset]
    assert moved
    assert {b.asset for _a, b in moved} <= {"hills/line5", "hills/dt5"}


def test_every_wrong_cell_is_named_with_its_place(tmp_path: Path) -> None:
    text = (
        "start,end,customers,asset\n"
        "soon,2018-07-09 09:00,5,hills/line1\n"
        "2018-07-09 08:00,2018-07-09 07:00,many,hills/line1\n"
        "2018-07-09 08:00,,5,hills/line9\n"
    )
    path = table(tmp_path, text)
    with pytest.raises(ScenarioError) as error:
        read_recorded(Recorded(file=path), lines(3), CALENDAR)
    assert str(error.value).splitlines() == [
        f"{path}:2:1: start: expected a time such as '2021-01-19 14:05', got 'soon'",
        f"{path}:3:18: end: expected a time after the start, got '2018-07-09 07:00'",
        f"{path}:3:35: customers: expected a number from 0 up, got 'many'",
        f"{path}:4:21: asset: expected the id of a section, span, pole or transformer,"
        " got 'hills/line9'",
    ]


def test_a_feeder_that_is_not_ours_is_named_with_its_place(tmp_path: Path) -> None:
    of = lines(2, section_feeder=("f1", "f2"), transformer_feeder=("f1", "f2"))
    path = table(tmp_path, "start,feeder\n2018-07-09 08:00,f3\n")
    with pytest.raises(ScenarioError) as error:
        read_recorded(Recorded(file=path), of, CALENDAR)
    wanted = "feeder: expected the id of the breaker at the head of a feeder, got 'f3'"
    assert str(error.value) == f"{path}:2:18: {wanted}"


def test_names_of_equipment_are_left_alone_unless_they_are_ids(tmp_path: Path) -> None:
    file = table(tmp_path, "停电时间,设备,线路\n2018-07-09 08:00,公变,城关一线\n")
    (found,) = replay(lines(2), file=file)
    assert found.t_s == 28800.0


def test_a_heading_that_is_named_must_be_there(tmp_path: Path) -> None:
    path = table(tmp_path, "start\n2018-07-09 08:00\n")
    with pytest.raises(ScenarioError, match="columns missing from the header: cause"):
        read_recorded(Recorded(file=path, columns={"cause": "why"}), lines(1), CALENDAR)


def test_a_list_of_another_year_is_refused(tmp_path: Path) -> None:
    file = table(tmp_path, "start\n2011-07-09 08:00\n")
    with pytest.raises(InputError, match=r"^hazards\.recorded\.0: no row of the list falls"):
        replay(lines(1), file=file)
