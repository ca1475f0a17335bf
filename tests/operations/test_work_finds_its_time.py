"""Windows of the day, the cheapest option, and jobs made one outage."""

from dataclasses import replace
from datetime import datetime

import pytest

from sim.operations.scheduling import Job, cheapest, coordinated, first_start, quote
from sim.scenario.planned import Planned, WorkOption
from sim.units import Calendar

HOUR = 3600.0
CALENDAR = Calendar(datetime(2026, 7, 20, 6), "Asia/Shanghai")
JOB = Job("j", ("j",), ("d/a2",), ("operation",), 3, 0.0, 2 * HOUR, "auto", "planned", None)


def option(start: str, end: str) -> WorkOption:
    return WorkOption.model_validate({"start": start, "end": end})


@pytest.mark.parametrize(
    ("window", "from_h", "length_h", "start_h"),
    [
        (("08:00", "18:00"), 0.0, 2.0, 2.0),  # before it opens
        (("08:00", "18:00"), 5.0, 2.0, 5.0),  # within
        (("08:00", "18:00"), 10.0, 2.0, 10.0),  # just fits: 16:00 to 18:00
        (("08:00", "18:00"), 10.1, 2.0, 26.0),  # the next day
        (("22:00", "06:00"), 0.0, 2.0, 16.0),  # over midnight
        (("22:00", "06:00"), 19.0, 2.0, 19.0),  # 01:00
        (("08:00", "10:00"), 0.0, 5.0, 2.0),  # too long: with the window
        (("08:00", "10:00"), 2.5, 5.0, 26.0),
    ],
)
def test_work_starts_when_it_fits_into_its_window(
    window: tuple[str, str], from_h: float, length_h: float, start_h: float
) -> None:
    found = first_start(option(*window), from_h * HOUR, length_h * HOUR, CALENDAR)
    assert found == pytest.approx(start_h * HOUR)


def test_jobs_on_one_feeder_and_near_in_time_share_an_outage() -> None:
    other = replace(JOB, id="k", members=("k",), assets=("d/a3",), departments=("marketing",),
                    earliest_s=HOUR, duration_s=HOUR)  # fmt: skip
    (one,) = coordinated([JOB, other], 2 * HOUR)
    assert one.members == ("j", "k")
    assert one.assets == ("d/a2", "d/a3")
    assert one.departments == ("operation", "marketing")
    assert (one.earliest_s, one.duration_s) == (HOUR, 2 * HOUR)


@pytest.mark.parametrize(
    "different",
    [
        {"feeder": 4},
        {"earliest_s": 3 * HOUR},
        {"option": "live_line"},
    ],
)
def test_other_jobs_stay_by_themselves(different: dict[str, object]) -> None:
    other = replace(JOB, id="k", members=("k",), **different)  # type: ignore[arg-type]
    assert [each.id for each in coordinated([JOB, other], 2 * HOUR)] == ["j", "k"]


def test_jobs_that_ask_for_different_options_are_not_merged() -> None:
    day, night = (replace(JOB, id=name, option=name) for name in ("day", "night"))
    assert len(coordinated([day, night], 2 * HOUR)) == 2


def test_the_option_weighs_customers_hours_crew_and_noise() -> None:
    section = Planned.model_validate({"customer_hour": 10, "complaint": 200})
    options = section.options

    def quotes(out: int, near: int) -> list[object]:
        return [
            quote(name, getattr(options, name), JOB, 0.0, (out, near), section, CALENDAR)  # type: ignore[arg-type]
            for name in ("day", "night", "live_line")
        ]

    day, night, live = quotes(100, 1000)
    assert day.weighed_yuan == pytest.approx(500 * 2 + 10 * 100 * 2)  # type: ignore[attr-defined]
    expected = 900 * 2.4 + 10 * 100 * 2.4 + 200 * 0.005 * 1000
    assert night.weighed_yuan == pytest.approx(expected)  # type: ignore[attr-defined]
    assert live.weighed_yuan == pytest.approx(2500 * 3)  # type: ignore[attr-defined]
    assert live.customers_out == 0  # type: ignore[attr-defined]

    def best(out: int, wanted: str = "auto", without: str = "") -> str:
        found = cheapest(quotes(out, 0), wanted, lambda each: each.option != without)  # type: ignore[arg-type]
        return found.option if found else ""

    assert best(10) == "day"
    assert best(1000) == "live_line"
    assert best(1000, without="live_line") == "day"
    assert best(10, wanted="night") == "night"
    assert best(10, wanted="live_line", without="live_line") == ""
