"""DL/T 836: users and user-hours, by plan, by cause, with short interruptions; by hand."""

from pathlib import Path

import pytest
from listed import assessed, listed, value

from sim.indicators.outages.assessment import Assessment, Question, assess
from sim.indicators.outages.dlt836 import Natures
from sim.indicators.outages.index import Served

LIST = """停电开始时间,复电时间,停电用户数,停电性质,停电原因
2023/3/1 08:00,2023/3/1 12:00,10,预安排停电,检修
2023/5/1 10:00,2023/5/1 11:00,20,故障,设备老化
2023年7月9日 00:00,2023年7月9日 02:00,5,故障,外力破坏
2023-08-01 18:00,2023-08-01 21:00,4,限电,拉闸限电
2023-09-01 00:00,2023-09-01 00:03,30,故障,雷击
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    outages = listed(tmp_path_factory.mktemp("dlt"), LIST, "gb18030")
    natures = Natures(("外力破坏",), ("拉闸限电",))
    return assess(outages, Question(Served(users=50.0), natures=natures))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user_hours", 40 + 20 + 10 + 12 + 1.5),
        ("user_hours_f", 20 + 10 + 1.5),
        ("user_hours_s", 40 + 12),
        ("saidi_1_h", 83.5 / 50),
        ("saidi_2_h", 73.5 / 50),
        ("saidi_3_h", 71.5 / 50),
        ("saidi_4_h", 82 / 50),
        ("saidi_f_h", 31.5 / 50),
        ("saidi_s_h", 52 / 50),
        ("saifi_1", 69 / 50),
        ("saifi_4", 39 / 50),
        ("saifi_f", 55 / 50),
        ("saifi_s", 14 / 50),
        ("asai_1", 1 - 83.5 / 50 / 8760),
        ("asai_3", 1 - 71.5 / 50 / 8760),
        ("caidi_1_h", 83.5 / 69),
        ("caidi_4_h", 82 / 39),
        ("dlt_maifi", 30 / 50),
        ("dlt_maifi_f", 30 / 50),
        ("dlt_maifi_s", 0.0),
    ],
)
def test_value_is_as_worked_by_hand(found: Assessment, name: str, expected: float) -> None:
    assert value(found, name) == pytest.approx(expected)


def test_causes_share_out_all_user_hours(found: Assessment) -> None:
    assert found.causes[0].cause == "检修"
    assert sum(each.user_h or 0.0 for each in found.causes) == pytest.approx(83.5)
    assert sum(each.users or 0.0 for each in found.causes) == 69
    assert {each.customers for each in found.causes} == {None}


def test_customers_of_ieee_are_not_made_of_users(found: Assessment) -> None:
    assert found.ieee["saifi"].why == "the list has no column customers"


def test_plan_not_said_leaves_faults_and_plans_unknown(tmp_path: Path) -> None:
    found = assessed(listed(tmp_path, LIST.replace("限电,拉", ",拉")))
    assert value(found, "saidi_1_h") == pytest.approx(83.5 / 50)
    assert found.dlt["saidi_f_h"].why == "1 interruptions do not say whether they were planned"
    assert found.dlt["saidi_2_h"].why == "no cause is named by --external"


def test_overlap_counts_to_the_outage_that_began_it(tmp_path: Path) -> None:
    """A fault during planned work on the same transformer adds its last hour to the work."""
    text = (
        "start,end,users,planned,cause,group\n"
        "2023-03-01 08:00,2023-03-01 12:00,1,yes,work,T1\n"
        "2023-03-01 11:00,2023-03-01 13:00,1,no,fault,T1\n"
    )
    found = assessed(listed(tmp_path, text))
    assert value(found, "user_hours_s") == pytest.approx(5.0)
    assert value(found, "user_hours_f") == 0.0
    assert value(found, "saifi_1") == pytest.approx(1 / 50)


def test_planned_outages_may_be_left_out_of_ieee(tmp_path: Path) -> None:
    text = (
        "start,minutes,customers,planned\n"
        "2023-03-01 08:00,60,10,计划停电\n2023-03-02 08:00,60,25,非计划\n"
    )
    outages = listed(tmp_path, text)
    found = assess(outages, Question(Served(1000.0), only_unplanned=True))
    assert value(found, "saifi") == pytest.approx(0.025)
    assert value(assessed(outages), "saifi") == pytest.approx(0.035)
