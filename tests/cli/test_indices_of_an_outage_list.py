"""The verb indices end to end: numbers, both languages, JSON, and what is refused."""

from pathlib import Path

import pytest
from calling import ROOT, Stormdesk

SAMPLE = ROOT / "scenarios" / "data" / "outages" / "worked_sample.csv"
SERVED = ("--customers", "2000", "--kva", "4000", "--distinct", "1800")


def test_sample_for_machines(stormdesk: Stormdesk, tmp_path: Path) -> None:
    found = stormdesk("indices", SAMPLE, *SERVED, "--json", cwd=tmp_path).json
    assert found["period"] == {
        "first_day": "2021-01-01", "last_day": "2021-12-31", "hours": 8760.0,
    }  # fmt: skip
    saifi = found["ieee1366"]["saifi"]
    assert saifi["value"] == pytest.approx(1.6075)
    assert saifi["without_major_event_days"] == pytest.approx(1.6075)
    assert found["ieee1366"]["maifi"]["value"] == pytest.approx(13.6)
    assert found["ieee1366"]["cemi_3"]["value"] is None
    assert "no customer group" in found["ieee1366"]["cemi_3"]["why"]
    assert found["dlt836"]["saidi_f_h"]["why"] == "the list has no column users"
    assert sum(each["outages"] for each in found["by_cause"]) == found["outages"] == 27


def test_threshold_period_and_levels_reach_the_numbers(
    stormdesk: Stormdesk, tmp_path: Path
) -> None:
    options = ("--threshold", "20 min", "--period", "2021-07-01/2021-12-31", "--cemi", "2")
    found = stormdesk("indices", SAMPLE, *SERVED, *options, "--json", cwd=tmp_path).json
    assert found["threshold_min"] == 20.0
    assert found["outages_in_period"] == 15
    assert found["ieee1366"]["saifi"]["value"] == pytest.approx(800 / 2000)
    assert found["ieee1366"]["maifi"]["value"] == pytest.approx((1500 + 12 * 2000) / 2000)
    assert "cemi_2" in found["ieee1366"]
    assert any("outside" in each for each in found["notes"])


def test_chinese_list_in_chinese(stormdesk: Stormdesk, tmp_path: Path) -> None:
    text = (
        "停电开始时间,复电时间,停电用户数,停电性质,停电原因\n"
        "2023/3/1 08:00,2023/3/1 12:00,10,预安排停电,检修\n"
        "2023/5/1 10:00,2023/5/1 11:00,20,故障,雷击\n"
    )
    (tmp_path / "清单.csv").write_bytes(text.encode("gb18030"))
    done = stormdesk("indices", "清单.csv", "--users", "50", cwd=tmp_path, lang="zh")
    assert done.code == 0, done.err
    lines = [each.split("│") for each in done.out.splitlines()]
    cells = {each[0].strip(): each[1].strip() for each in lines if len(each) == 3}
    assert cells["SAIDI-F 系统平均停电时间（故障）"] == "0.4000"
    assert cells["SAIDI-S 系统平均停电时间（预安排）"] == "0.8000"
    assert cells["停电时户数"] == "60.0"
    assert "清单没有 customers 列" in done.out


def test_more_interrupted_at_once_than_are_served_is_said(
    stormdesk: Stormdesk, tmp_path: Path
) -> None:
    text = "start,end,customers,users\n" + "2023-03-01 08:00,2023-03-01 09:00,{},4\n" * 2
    (tmp_path / "list.csv").write_text(text.format(100, 101), encoding="utf-8")
    served = ("--customers", "100", "--users", "5")
    done = stormdesk("indices", "list.csv", *served, cwd=tmp_path)
    assert "Note: outage rows with more than --customers 100: 1." in done.out
    assert "--users 5" not in done.out
    told = stormdesk("indices", "list.csv", *served, cwd=tmp_path, lang="zh").out
    assert "说明：清单中有 1 条的数值大于 --customers 100：" in told


def test_every_problem_of_a_list_is_said(stormdesk: Stormdesk, tmp_path: Path) -> None:
    text = "start,end,customers\n2023-03-01,x,1\n2023-03-02,2023-03-01,few\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = stormdesk("indices", "list.csv", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "list.csv:2:12: end: expected a calendar time such as '2019-08-09 14:00', got 'x'",
        "list.csv:3:12: end: expected a time not before 'start', got '2023-03-01'",
        "list.csv:3:23: customers: expected a whole number, 0 or more, got 'few'",
        "Problems found: 3.",
    ]


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--threshold", "soon", "--threshold: expected a duration such as '30 min', got 'soon'"),
        ("--threshold", "-3 min", "--threshold: expected a number, 0 or more, got '-3 min'"),
        ("--customers", "0", "--customers: expected a number above 0, got 0.0"),
        ("--zone", "Moon", "--zone: expected a time zone such as 'Asia/Shanghai', got 'Moon'"),
        ("--until", "now", "--until: expected a calendar time such as '2019-08-09 14:00'"),
        ("--column", "begin=x", "--column: expected column=heading, with a column of start, end"),
        ("--external", "flood", "--external: expected a cause of the list: equipment, maint"),
        ("--period", "21", "--period: expected a year, a month such as 2021-07"),
    ],
)
def test_option_that_cannot_be_used_is_refused(
    option: str, given: str, said: str, stormdesk: Stormdesk, tmp_path: Path
) -> None:
    done = stormdesk("indices", SAMPLE, option, given, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
