"""An earth fault on an isolated neutral: alarm, search by opening, isolation, repair."""

from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import (
    BreakerTripped,
    EarthFaultEvolved,
    EarthFaultGone,
    EarthFaultLocated,
    EarthFaultReported,
    EarthTestRead,
    IncidentOpened,
    LineSelected,
    SupplyLost,
    SupplyRestored,
    SwitchOperated,
)
from sim.world.world import World
from tests.world.laws import check, check_end
from tests.world.town import event, facts, finish, first, world

ISOLATED: dict[str, Any] = {
    "neutral": "isolated",
    "earth": {"share": 1, "evolves_per_h": 0, "extinguished_share": 0},
}


def town(tmp_path: Path, *events: dict[str, str], remote: float = 1.0, **more: Any) -> World:
    protection = {**ISOLATED, **more.pop("protection", {})}
    return world(
        tmp_path,
        events=events,
        district={"remote_switch_share": remote},
        protection=protection,
        **more,
    )


def devices_opened(of: World) -> list[str]:
    return [e.fact.device for e in facts(of, SwitchOperated) if not e.fact.closed]


def test_the_room_knows_only_the_busbar_and_finds_the_section_by_opening(tmp_path: Path) -> None:
    town_ = town(tmp_path, event("1 h", "d/a3"))
    finish(town_)
    alarm = first(town_, EarthFaultReported, on=True)
    assert alarm.fact.bus == "d/buss"
    assert alarm.t_s == 3605.0
    tests = [entry.fact for entry in facts(town_, EarthTestRead)]
    # feeder b has the fewest customers and is tried first; the alarm stays
    assert [(each.device, each.on) for each in tests[:2]] == [("d/b1@s", True), ("d/a1@s", False)]
    (located,) = facts(town_, EarthFaultLocated)
    assert "d/a3" in located.fact.sections
    assert located.fact.sections == ("d/a3",)
    assert not facts(town_, BreakerTripped)
    check_end(town_)


def test_healthy_feeders_are_out_for_minutes_only(tmp_path: Path) -> None:
    town_ = town(tmp_path, event("1 h", "d/a3"))
    finish(town_)
    out: dict[str, float] = {}
    for entry in facts(town_, SupplyLost, SupplyRestored):
        sign = -1.0 if isinstance(entry.fact, SupplyLost) else 1.0
        for name in entry.fact.transformers:
            out[name] = out.get(name, 0.0) + sign * entry.t_s
    # opened, read after the wait of 40 s, closed over telecontrol within its minute
    assert out["d/dt5"] == pytest.approx(100.0)
    assert out["d/dt6"] == pytest.approx(100.0)


def test_laws_hold_at_every_event_of_a_search(tmp_path: Path) -> None:
    town_ = town(tmp_path, event("1 h", "d/a3"), event("2 h", "d/b2"), event("9 h", "d/t"))
    while not town_.is_over:
        town_.clock.step()
        check(town_)
    check_end(town_)


@pytest.mark.parametrize("section", ["d/a1", "d/a2", "d/a4", "d/b1", "d/b2", "d/buss", "d/a2@1"])
def test_wherever_it_lies_it_is_found_and_repaired(tmp_path: Path, section: str) -> None:
    town_ = finish(town(tmp_path, event("1 h", section)))
    check_end(town_)
    assert not facts(town_, BreakerTripped)


def test_switches_without_remote_control_are_opened_by_a_crew(tmp_path: Path) -> None:
    town_ = finish(town(tmp_path, event("1 h", "d/a3"), remote=0.0))
    by_crew = [e.fact for e in facts(town_, SwitchOperated) if e.fact.by == "d/a1"]
    assert by_crew
    check_end(town_)


def test_an_arc_that_went_out_ends_the_search(tmp_path: Path) -> None:
    town_ = finish(
        town(
            tmp_path,
            event("1 h", "d/a3", "temporary"),
            protection={**ISOLATED, "earth": {**ISOLATED["earth"], "extinguished_share": 1}},
        )
    )
    assert not facts(town_, SupplyLost)
    check_end(town_)


def test_one_that_opening_put_out_is_not_looked_for_any_more(tmp_path: Path) -> None:
    town_ = finish(town(tmp_path, event("1 h", "d/a3", "temporary")))
    assert not facts(town_, EarthFaultLocated)
    assert len(facts(town_, EarthFaultGone)) == 1
    check_end(town_)


def test_one_that_evolves_trips_and_is_handled_as_a_fault(tmp_path: Path) -> None:
    town_ = town(
        tmp_path,
        event("1 h", "d/a3"),
        protection={**ISOLATED, "earth": {**ISOLATED["earth"], "evolves_per_h": 60}},
    )
    finish(town_)
    assert facts(town_, EarthFaultEvolved)
    assert facts(town_, BreakerTripped)
    check_end(town_)


def test_a_selection_device_that_is_right_spares_the_other_feeder(tmp_path: Path) -> None:
    search = {"selection_share": 1, "selection_hit_share": 1}
    town_ = finish(town(tmp_path, event("1 h", "d/a3"), control={"earth_search": search}))
    assert first(town_, LineSelected).fact.device == "d/a1@s"
    assert "d/b1@s" not in devices_opened(town_)
    check_end(town_)


def test_after_two_hours_what_is_left_of_the_feeder_is_switched_off(tmp_path: Path) -> None:
    # crews take long to drive from switch to switch: the time is up before the search is
    town_ = town(
        tmp_path,
        event("1 h", "d/a3"),
        remote=0.0,
        control={"earth_search": {"run_for": "20 min"}},
    )
    finish(town_)
    located = facts(town_, EarthFaultLocated)[0]
    # no test was under way at that moment: the first switch was still being driven to
    assert located.t_s == first(town_, EarthFaultReported).t_s + 1200.0
    assert len(located.fact.sections) > 1
    check_end(town_)


def test_without_the_practice_the_same_fault_trips(tmp_path: Path) -> None:
    town_ = finish(town(tmp_path, event("1 h", "d/a3"), protection={"neutral": "low_resistance"}))
    assert facts(town_, BreakerTripped)
    assert not facts(town_, EarthFaultReported)


def test_the_dispatchers_screen_shows_the_alarm_and_no_feeder(tmp_path: Path) -> None:
    from sim.world.views import Views

    town_ = town(tmp_path, event("1 h", "d/a3"))
    views = Views(town_)
    town_.run_until(3700.0)
    rows = views.view("dispatcher")["alarms"]
    assert [(row["kind"], row["values"]) for row in rows] == [("earth_fault", {"bus": "d/buss"})]


@pytest.mark.parametrize("section", ["d/a2", "d/a3", "d/b2"])
def test_switches_that_open_with_a_feeder_under_test_are_no_outage_of_their_own(
    tmp_path: Path, section: str
) -> None:
    automatic = {"automation": "voltage_time", "dead_times": ["2 s", "5 s"]}
    town_ = finish(town(tmp_path, event("1 h", section), protection=automatic))
    (located,) = facts(town_, EarthFaultLocated)
    assert section in located.fact.sections
    before = [e.fact.device for e in facts(town_, IncidentOpened) if e.t_s < located.t_s]
    assert before == ["d/buss"]
    check_end(town_)
