"""A text of the menu satisfies by what it can tell, and costs the time that reading it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.commands import SetRestorationTime, SwitchAnnouncement
from sim.engine.facts import AnnouncementSwitched, RestorationTimeSet
from sim.scenario.contact import Menu
from sim.world.world import World
from tests.world.laws import check_announcement
from tests.world.town import HOUR, constant, event, facts, world

MINUTE = 60.0
FEEDER = "d/a1@s#1"


def text(satisfied: float, **more: Any) -> dict[str, Any]:
    return {"name": {"en": "x", "zh": "x"}, "words": {"en": "x", "zh": "x"},
            "satisfied": satisfied, **more}  # fmt: skip


TEXTS = {
    "plain": text(0.3),
    "better": text(0.8),
    "long": text(0.3, extra_time="45 s"),
    "time": text(0.6, tells_time=True, satisfied_without_time=0.1),
}


def told(folder: Path, name: str | None, **more: Any) -> World:
    """Return a town in which everybody calls, with a text that plays from the beginning."""
    folder.mkdir(exist_ok=True)
    menu = {"time": constant("30 s"), "announcements": TEXTS, "report_share": 0}
    town = world(
        folder,
        events=[event("1 h", "d/a2")],
        contact={"menu": menu, "background": []},
        customers={"classes": {"all": {"share": 1, "call_share": 1}}},
        **more,
    )
    town.seats.set_autopilot("dispatcher", False)
    town.give(SwitchAnnouncement(True, name), "supervisor")
    return town


def shares(town: World) -> set[float]:
    """Return the shares set for whoever is believed out because of the feeder's incident."""
    incident = town.room.incidents.all[FEEDER]
    groups = town.groups.of(sorted(incident.transformers))
    return set(town.centre._s.customers["satisfied_share"][groups].tolist())


def served_first(town: World) -> set[int]:
    """Return the keys of callers whom the menu satisfied at their first attempt."""
    calls = town.centre.calls()
    is_served = (calls["outcome"] == "self_served") & (calls["attempt"] == 1)
    return set(town.centre._s.callers["key"][calls["caller"][is_served]].tolist())


def test_a_better_text_satisfies_more_calls_with_the_same_luck(tmp_path: Path) -> None:
    plain, better = (told(tmp_path / name, name) for name in ("plain", "better"))
    for town in (plain, better):
        town.run_until(2 * HOUR)
    assert served_first(plain) < served_first(better)
    assert len(served_first(plain)) > 3


def test_a_long_text_keeps_callers_of_announced_areas_on_the_line(tmp_path: Path) -> None:
    plain, long = (told(tmp_path / name, name) for name in ("plain", "long"))
    for town in (plain, long):
        town.run_until(2 * HOUR)
    lengths = [
        each.centre.calls()["t_menu_end_s"] - each.centre.calls()["t_offered_s"]
        for each in (plain, long)
    ]
    assert np.nanmax(lengths[0]) == pytest.approx(30.0)
    assert np.nanmax(lengths[1]) == pytest.approx(75.0)
    assert long.centre.counters().blocked > plain.centre.counters().blocked


def test_a_text_that_tells_the_time_satisfies_fewer_without_one(tmp_path: Path) -> None:
    towns = {name: told(tmp_path / name, name) for name in ("plain", "time")}
    for town in towns.values():
        town.run_until(2 * HOUR)
        assert facts(town, RestorationTimeSet) == []
    assert served_first(towns["time"]) < served_first(towns["plain"])


def test_the_share_follows_the_restoration_time(tmp_path: Path) -> None:
    town = told(tmp_path, "time")
    town.run_until(75 * MINUTE)
    assert shares(town) == {0.1}
    town.give(SetRestorationTime(FEEDER, 100 * MINUTE, "first"), "dispatcher")
    town.run_until(80 * MINUTE)
    assert shares(town) == {0.6}
    town.run_until(100 * MINUTE)
    assert shares(town) == {0.1}
    town.give(SetRestorationTime(FEEDER, 120 * MINUTE, "review"), "dispatcher")
    town.run_until(101 * MINUTE)
    assert shares(town) == {0.6}
    town.give(SwitchAnnouncement(True, "better"), "supervisor")
    town.run_until(102 * MINUTE)
    assert shares(town) == {0.8}
    town.give(SwitchAnnouncement(True, "time"), "supervisor")
    town.give(SetRestorationTime(FEEDER, 200 * MINUTE, "review"), "dispatcher")
    town.run_until(121 * MINUTE)  # the time told before has passed, the one that holds has not
    assert shares(town) == {0.6}
    check_announcement(town)


def test_the_first_text_plays_when_none_is_named(tmp_path: Path) -> None:
    town = told(tmp_path, None)
    town.give(SwitchAnnouncement(False), "supervisor")
    town.run_until(0.0)
    switched = [(each.fact.on, each.fact.text) for each in facts(town, AnnouncementSwitched)]
    assert switched == [(True, "plain"), (False, "")]
    named = Menu.model_validate({"announcements": TEXTS, "default_announcement": "long"})
    assert named.text_or_default(None) == "long"


def test_a_step_of_the_plan_names_the_text(tmp_path: Path) -> None:
    step = {"step": "tell", "when": {"after": "30 min"}, "delay": 0,
            "do": [{"announce": True, "text": "area_and_time"}]}  # fmt: skip
    town = world(tmp_path, emergency={"plan": [step]})
    town.run_until(HOUR)
    assert [each.fact.text for each in facts(town, AnnouncementSwitched)] == ["area_and_time"]
    assert town.announcing.text == "area_and_time"
