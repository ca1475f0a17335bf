"""What the seats see of planned work, shortage and important users, and what they were told."""

from pathlib import Path
from typing import Any

from sim.commands import (
    CallCurtailment,
    CancelNotice,
    PutOffPlannedWork,
    SendMobileSet,
    TellOutage,
)
from sim.engine.journal import NO_CAUSE
from sim.world.seats import DISPATCHER, NOTIFICATION, SUPERVISOR
from sim.world.views import Views
from sim.world.world import World

from .town import HOUR, event, world

A, B = "d/a1@s", "d/b1@s"
SHORT: dict[str, Any] = {
    "supply": [{"at": "2 h", "available": "0.45 MW"}, {"at": "8 h", "lost_share": "0 %"}],
    "load_by_hour": [1.0] * 24,
    "forecast_error": 0,
    "reserve": 0,
    "longest_off": "1 h",
    "pause": 0,
    "curtailment": {"smelter": {"relief": "0.1 MW", "notice": "20 min", "at_most": "2 h"}},
}
PLANNED: dict[str, Any] = {
    "jobs": {"mend": {"assets": ["d/dt6"], "earliest": "4 h", "duration": "1 h", "option": "day"}}
}
RUN = {"at_least": "12 h", "at_most": "12 h"}


def town(folder: Path, **sections: Any) -> World:
    return world(folder, **{"run": RUN, **sections})


def give(some: World, command: Any, seat: str) -> bool:
    return some.handlers.give(command, seat, NO_CAUSE)


def test_a_town_without_such_sections_shows_none_of_it(tmp_path: Path) -> None:
    tested = town(tmp_path)
    views = Views(tested)
    tested.run_until(HOUR)
    desk = views.view(DISPATCHER)
    assert desk["on_purpose"] == {
        "outages": [], "works": [], "gap": "none", "planned": False, "shortage": None,
    }  # fmt: skip
    assert desk["in_need"] is None
    assert views.view(NOTIFICATION)["outages"] == []


def test_the_rotation_says_who_is_next(tmp_path: Path) -> None:
    """The one who is off is not in it; then whoever was off least comes first."""
    tested = town(tmp_path, shortage={**SHORT, "curtailment": {}})
    views = Views(tested)
    tested.run_until(0.5 * HOUR)
    view = views.view(DISPATCHER)["on_purpose"]["shortage"]
    assert (view["demand_mw"], view["available_mw"]) == (0.78, None)
    assert [(each["device"], each["customers"], each["mw"]) for each in view["rota"]] == [
        (A, 220, 0.44), (B, 170, 0.34),
    ]  # fmt: skip
    tested.run_until(2.4 * HOUR)
    view = views.view(DISPATCHER)["on_purpose"]
    assert [each["device"] for each in view["outages"] if each["is_running"]] == [A]
    assert [each["device"] for each in view["shortage"]["rota"]] == [B]
    assert view["shortage"]["available_mw"] == 0.45
    tested.run_until(8.4 * HOUR)
    view = views.view(DISPATCHER)["on_purpose"]["shortage"]
    assert {each["device"] for each in view["rota"]} == {A, B}
    # three turns of an hour each, and the minute it takes to swap
    assert all(3.0 <= each["hours_off"] <= 3.1 for each in view["rota"])


def test_an_agreement_shows_from_when_to_when_it_is_called(tmp_path: Path) -> None:
    tested = town(tmp_path, shortage=SHORT)
    views = Views(tested)
    tested.run_until(0.5 * HOUR)
    (quiet,) = views.view(DISPATCHER)["on_purpose"]["shortage"]["agreements"]
    assert quiet == {
        "agreement": "smelter", "relief_mw": 0.1, "is_on": False, "from_s": None, "until_s": None,
    }  # fmt: skip
    assert give(tested, CallCurtailment("smelter"), DISPATCHER)
    (called,) = views.view(DISPATCHER)["on_purpose"]["shortage"]["agreements"]
    assert called["is_on"]
    assert called["until_s"] - called["from_s"] == 2 * HOUR
    assert called["from_s"] == tested.clock.now + HOUR / 3


def test_work_shows_where_it_is_and_the_officer_hears_of_it_a_minute_later(tmp_path: Path) -> None:
    tested = town(tmp_path, planned=PLANNED)
    tested.seats.set_autopilot(NOTIFICATION, False)
    views = Views(tested)
    tested.run_until(30.0)
    (work,) = views.view(DISPATCHER)["on_purpose"]["works"]
    assert (work["work"], work["state"], work["place"]) == ("mend", "waiting", "d/dt6")
    assert views.view(DISPATCHER)["on_purpose"]["planned"]
    assert views.view(NOTIFICATION)["outages"] == []
    tested.run_until(90.0)
    (row,) = views.view(NOTIFICATION)["outages"]
    assert (row["id"], row["why"], row["district"]) == (work["outage"], "planned", "d")
    assert row["customers"] > 0
    assert row["told_restoration_s"] is None
    assert give(tested, TellOutage(row["id"], "planned", ("sms",)), NOTIFICATION)
    (row,) = views.view(NOTIFICATION)["outages"]
    assert (row["told_restoration_s"], row["told_channels"]) == (row["restoration_s"], ["sms"])


def test_an_outage_called_off_stays_until_its_customers_know(tmp_path: Path) -> None:
    tested = town(tmp_path, planned=PLANNED)
    views = Views(tested)
    tested.run_until(0.5 * HOUR)
    (before,) = views.view(NOTIFICATION)["outages"]
    assert before["told_restoration_s"] == before["restoration_s"]  # the written plan told them
    tested.seats.set_autopilot(NOTIFICATION, False)
    assert give(tested, PutOffPlannedWork("mend", "order"), DISPATCHER)
    tested.run_until(0.6 * HOUR)
    rows = {each["id"]: each for each in views.view(NOTIFICATION)["outages"]}
    assert rows[before["id"]]["is_off"]
    assert not rows["work/mend#2"]["is_off"]
    assert give(tested, TellOutage(before["id"], "called_off"), NOTIFICATION)
    assert [each["id"] for each in views.view(NOTIFICATION)["outages"]] == ["work/mend#2"]
    # who was told that it will not be has nothing to expect
    told = [each["incident"] for each in views.view(SUPERVISOR)["known_outages"]]
    assert before["id"] not in told
    (notice,) = [
        each["notice"]
        for each in views.view(NOTIFICATION)["notices"]
        if each["template"] == "called_off"
    ]
    assert give(tested, CancelNotice(notice), NOTIFICATION)
    shown = [each["id"] for each in views.view(NOTIFICATION)["outages"]]
    assert shown == [before["id"], "work/mend#2"]


def test_important_users_show_by_what_is_believed(tmp_path: Path) -> None:
    key = {
        "hospital": {
            "name": {"en": "Hospital", "zh": "医院"}, "transformer": "d/dt4", "grade": "first",
            "battery": "10 min", "generator": {"fuel": "3 h"},
        },
        "works": {"name": {"en": "Works", "zh": "水厂"}, "transformer": "d/dt5",
                  "grade": "second", "second_source": "d/dt1"},
    }  # fmt: skip
    tested = town(
        tmp_path,
        customers={"key": key, "mobile_sets": {"number": 1}},
        events=[event("1 h", "d/a4")],
    )
    tested.seats.set_autopilot(DISPATCHER, False)
    views = Views(tested)
    tested.run_until(HOUR + 1.0)  # the line is dead, and telecontrol has said nothing yet
    seen = views.view(DISPATCHER)["in_need"]
    assert [each["out_since_s"] for each in seen["users"]] == [None, None]
    tested.run_until(HOUR + 120.0)
    seen = views.view(DISPATCHER)["in_need"]
    hospital, works = seen["users"]
    assert HOUR < hospital["out_since_s"] < HOUR + 120.0
    assert (hospital["battery_s"], hospital["fuel_s"], hospital["has_second"]) == (600, 10800, 0)
    assert (works["out_since_s"], works["fuel_s"], works["has_second"]) == (None, 0, 1)
    assert (seen["sets_free"], hospital["has_set"]) == (1, False)
    assert give(tested, SendMobileSet("hospital"), DISPATCHER)
    seen = views.view(DISPATCHER)["in_need"]
    assert (seen["sets_free"], seen["users"][0]["has_set"]) == (0, True)
