"""The worked sample of seven sustained and twenty momentary interruptions, and others by hand."""

from pathlib import Path

import pytest
from listed import WORKED, assessed, listed, value

from sim.indicators.outages.assessment import Assessment
from sim.indicators.outages.index import Served
from sim.indicators.outages.reading import read_outages

SAMPLE = {
    "saifi": 3215 / 2000,
    "saidi_min": 172219.5 / 2000,
    "caidi_min": 172219.5 / 3215,
    "ctaidi_min": 172219.5 / 1800,
    "caifi": 3215 / 1800,
    "asai": 1 - 172219.5 / 2000 / 525600,
    "asifi": 8475 / 4000,
    "maifi": (8 * 400 + 12 * 2000) / 2000,
}
ROUNDED = {
    "saifi": "1.6075", "saidi_min": "86.11", "caidi_min": "53.57", "ctaidi_min": "95.68",
    "caifi": "1.786", "asai": "0.999836", "asifi": "2.119", "maifi": "13.6",
}  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> Assessment:
    served = Served(2000.0, 4000.0, distinct_customers=1800.0)
    return assessed(read_outages(WORKED / "worked_sample.csv"), served)


@pytest.mark.parametrize("name", SAMPLE)
def test_sample_gives_the_published_value(sample: Assessment, name: str) -> None:
    found = value(sample, name)
    assert found == pytest.approx(SAMPLE[name], rel=1e-9)
    digits = len(ROUNDED[name].partition(".")[2])
    assert f"{found:.{digits}f}" == ROUNDED[name]


def test_sample_without_groups_says_why_customers_are_not_followed(sample: Assessment) -> None:
    for name in ("maifi_e", "cemi_3", "cemsmi_3"):
        assert sample.ieee[name].value is None
        assert "no customer group" in sample.ieee[name].why


GROUPS = """start,end,customers,kva,load_kw,group
2023-03-01 00:00,2023-03-01 10:00,100,300,50,north
2023-04-01 00:00,2023-04-01 05:00,100,300,50,north
2023-05-01 00:00,2023-05-01 00:02,100,300,50,north
2023-05-02 00:00,2023-05-02 20:00,40,100,10,north
2023-06-01 00:00,2023-06-01 01:00,60,80,20,south
"""


def test_customers_are_followed_through_their_groups(tmp_path: Path) -> None:
    """40 of north's 100 have three sustained interruptions (35 h), 60 two (15 h); south one."""
    found = assessed(
        listed(tmp_path, GROUPS),
        interruptions=(1, 2, 3, 4),
        single_h=(1.0, 10.0, 20.0),
        total_h=(15.0, 35.0, 36.0),
    )
    assert value(found, "saifi") == pytest.approx((100 + 100 + 40 + 60) / 1000)
    hours = 100 * 15 + 40 * 20 + 60
    assert value(found, "saidi_min") == pytest.approx(hours * 60 / 1000)
    assert value(found, "ctaidi_min") == pytest.approx(hours * 60 / 160)
    assert value(found, "caifi") == pytest.approx(300 / 160)
    shares = {
        "cemi_1": 160, "cemi_2": 100, "cemi_3": 40, "cemi_4": 0,
        "cemsmi_1": 160, "cemsmi_2": 100, "cemsmi_3": 100, "cemsmi_4": 40,
        "celid_s_1h": 160, "celid_s_10h": 100, "celid_s_20h": 40,
        "celid_t_15h": 100, "celid_t_35h": 40, "celid_t_36h": 0,
    }  # fmt: skip
    for name, customers in shares.items():
        assert value(found, name) == pytest.approx(customers / 1000), name
    ens = 50 * (15 + 2 / 60) + 10 * 20 + 20
    assert value(found, "ens_kwh") == pytest.approx(ens)
    assert value(found, "aens_kwh") == pytest.approx(ens / 1000)
    assert value(found, "asifi") == pytest.approx((300 + 300 + 100 + 80) / 2000)
    assert value(found, "asidi_min") == pytest.approx((300 * 15 + 100 * 20 + 80) * 60 / 2000)


def test_energy_follows_from_capacity_and_its_mean_load(tmp_path: Path) -> None:
    text = "start,end,kva\n2023-03-01 00:00,2023-03-01 10:00,300\n"
    found = assessed(listed(tmp_path, text), Served(100.0, kw_per_kva=0.4))
    assert value(found, "ens_kwh") == pytest.approx(0.4 * 300 * 10)
    assert found.ieee["saifi"].value is None
    assert found.ieee["saifi"].why == "the list has no column customers"
    assert found.ieee["asifi"].why == "the connected kVA served are not given: --kva"


EVENTS = """start,end,customers,group
2023-03-01 00:00:00,2023-03-01 00:00:30,10,a
2023-03-01 00:01:00,2023-03-01 00:01:30,10,a
2023-03-01 00:05:01,2023-03-01 00:05:30,10,a
2023-03-02 00:00:00,2023-03-02 00:00:30,20,b
2023-03-02 00:01:00,2023-03-02 09:00:00,20,b
2023-03-03 00:00:00,2023-03-03 00:00:30,20,b
2023-03-03 00:05:31,2023-03-03 09:00:00,20,b
"""


def test_operations_within_the_threshold_are_one_momentary_event(tmp_path: Path) -> None:
    """Group a: two events of three operations. Group b: a lockout, then one event on its own."""
    found = assessed(listed(tmp_path, EVENTS), threshold_min=5.0)
    assert value(found, "maifi") == pytest.approx((3 * 10 + 2 * 20) / 1000)
    assert value(found, "maifi_e") == pytest.approx((2 * 10 + 20) / 1000)


@pytest.mark.parametrize(("threshold_min", "sustained"), [(3.0, 2), (5.0, 1)])
def test_threshold_itself_is_momentary(
    threshold_min: float, sustained: int, tmp_path: Path
) -> None:
    text = "start,minutes,customers\n" + "".join(
        f"2023-03-0{k} 00:00:00.1,{minutes},10\n" for k, minutes in enumerate((3, 5, 5.1), 1)
    )
    found = assessed(listed(tmp_path, text), threshold_min=threshold_min)
    assert value(found, "saifi") == pytest.approx(10 * sustained / 1000)
    assert value(found, "maifi") == pytest.approx(10 * (3 - sustained) / 1000)


def test_distinct_customers_may_stand_in_the_list(tmp_path: Path) -> None:
    text = "start,minutes,customers,distinct\n2023-03-01 00:00,60,30,30\n2023-03-02 00:00,60,30,5\n"
    found = assessed(listed(tmp_path, text))
    assert value(found, "caifi") == pytest.approx(60 / 35)
    more = assessed(listed(tmp_path, text), Served(1000.0, distinct_customers=61.0))
    assert more.ieee["caifi"].why == "61 distinct customers are more than the 60 interrupted"


def test_what_is_not_given_is_said_and_the_rest_computed(tmp_path: Path) -> None:
    found = assessed(listed(tmp_path, GROUPS), Served())
    assert value(found, "caidi_min") == pytest.approx(60 * 2360 / 300)
    assert value(found, "caifi") == pytest.approx(300 / 160)
    assert "--customers" in found.ieee["saifi"].why
    assert "--customers" in found.threshold.why
    assert "--kva" in found.ieee["asifi"].why
    assert "users" in found.dlt["saidi_1_h"].why
