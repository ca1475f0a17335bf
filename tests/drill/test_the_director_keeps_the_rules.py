"""Spacing, load of the seats, cool-down, weights and coverage; and the same luck for everybody."""

from itertools import pairwise
from pathlib import Path

import pytest
from pools import END_S, ROOT, START_S, directed, fired, inject, run_to, town

from sim.commands import CallStandby, HandOver, Report, SwitchAnnouncement
from sim.drill.director import Director
from sim.engine.facts import InjectFired
from sim.scenario.loader import load_scenario
from sim.world.world import World

ALWAYS = {"rate": "3000 per h"}
SEATS = ("supervisor", "dispatcher", "notification")


def surge(number: int) -> dict[str, object]:
    return {"kind": "agents_leave", "share": 0.01 * number}


def asks(seat: str, about: str = "menu", limit: str = "30 min") -> dict[str, object]:
    return {
        "seat": seat, "action": "Report", "match": {"about": about}, "target": "5 min",
        "limit": limit,
    }  # fmt: skip


def test_injects_of_choice_keep_their_spacing(tmp_path: Path) -> None:
    pool = {f"i{k}": inject(surge(k), ALWAYS, cool_down=0) for k in range(1, 7)}
    pool["planned"] = inject(surge(9), {"at": "10 min"}, cool_down=0)
    world, _ = directed(tmp_path, pool, rules={"spacing": "4 min"})
    run_to(world, END_S)
    times = sorted(t_s for name, t_s in fired(world).items() if name != "planned")
    assert len(times) == 6
    assert all(later - sooner >= 240.0 for sooner, later in pairwise(times))
    assert fired(world)["planned"] == 600.0
    late = {each.fact.inject: each.fact.delayed_s for each in town.facts(world, InjectFired)}
    assert late.pop("planned") == 0.0
    assert sorted(value > 0 for value in late.values()) == [False] + [True] * 5


def test_the_heaviest_of_the_due_goes_first(tmp_path: Path) -> None:
    pool = {
        f"i{k}": inject(surge(k), {"when": {"after": "1 min"}}, weight=k, cool_down=0)
        for k in range(1, 5)
    }
    world, _ = directed(tmp_path, pool, rules={"spacing": "2 min"})
    run_to(world, END_S)
    assert list(fired(world)) == ["i4", "i3", "i2", "i1"]


def test_a_seat_with_its_hands_full_gets_no_further_inject(tmp_path: Path) -> None:
    pool = {
        f"i{k}": inject(
            surge(k), ALWAYS, cool_down=0, seat="supervisor", expect=[asks("supervisor")]
        )
        for k in range(1, 5)
    }  # fmt: skip
    pool["other"] = inject(surge(5), {"when": {"after": "5 min"}}, seat="notification", cool_down=0)
    world, director = directed(tmp_path, pool, rules={"most_open_per_seat": 2})
    run_to(world, START_S + 1200)
    now = fired(world)
    assert len(now) == 3
    assert now["other"] == 300.0
    world.give(Report("menu"), "supervisor")  # answers both
    run_to(world, START_S + 1260)
    assert len(fired(world)) == 5
    open_ones = [each for each in director.standings() if each.status == "open"]
    assert len(open_ones) == 2


def test_a_limit_that_passes_frees_the_seat(tmp_path: Path) -> None:
    pool = {
        f"i{k}": inject(surge(k), ALWAYS, cool_down=0, expect=[asks("dispatcher", limit="10 min")])
        for k in range(1, 3)
    }
    world, _ = directed(tmp_path, pool, rules={"most_open_per_seat": 1})
    run_to(world, END_S)
    sooner, later = sorted(fired(world).values())
    assert 600.0 <= later - sooner <= 615.0


def test_the_same_kind_waits_for_its_cool_down(tmp_path: Path) -> None:
    pool = {f"i{k}": inject(surge(k), ALWAYS, cool_down="25 min") for k in range(1, 3)}
    pool["other"] = inject({"kind": "menu_failure"}, {"when": {"after": "2 min"}})
    world, _ = directed(tmp_path, pool)
    run_to(world, END_S)
    now = fired(world)
    sooner, later = sorted((now["i1"], now["i2"]))
    assert 1500.0 <= later - sooner <= 1515.0
    assert now["other"] == 120.0


def test_every_objective_is_tried_before_endex_by_its_easiest_inject(tmp_path: Path) -> None:
    never = {"rate": "1 per year"}
    pool = {
        "hard": inject(surge(1), never, difficulty=4),
        "easy": inject(surge(2), never, difficulty=1),
        "held_back": inject(surge(3), never, difficulty=1, objective="p", is_decoy=True),
        "needs_repair": inject({"kind": "repair_prolonged"}, never, difficulty=1, objective="p"),
        "possible": inject({"kind": "menu_failure"}, never, difficulty=5, objective="p"),
    }
    text = {"en": "x", "zh": "x"}
    rules = {"cover_from": "20 min", "spacing": "3 min", "objectives": {"o": text, "p": text}}
    world, _ = directed(tmp_path, pool, rules=rules)
    run_to(world, END_S)
    assert fired(world) == {"easy": 4200.0, "possible": 4380.0}
    assert {each.fact.by for each in town.facts(world, InjectFired)} == {"coverage"}


def test_luck_is_the_same_under_different_decisions(tmp_path: Path) -> None:
    """Injects by time and by pure luck come at the same moments whatever is decided."""
    pool = {
        "time": inject({"kind": "menu_failure"}, {"at": "11 min"}, seat="supervisor"),
        "luck": inject({"kind": "trunk_congestion"}, {"rate": "3 per h"}, seat="supervisor"),
        "more": inject(surge(20), {"rate": "4 per h"}, seat="notification"),
    }
    events = [town.event("25 min", "d/a3")]
    runs = []
    for commands in ((), (CallStandby("first"), SwitchAnnouncement(True), Report("menu"))):
        world, _ = directed(tmp_path, pool, events, seed=4)
        if commands:
            run_to(world, START_S + 30)
            world.give(HandOver("dispatcher", False), "controller")
            for command in commands:
                world.give(command, "supervisor")
        run_to(world, END_S)
        runs.append(world)
    assert len(fired(runs[0])) == 3
    assert fired(runs[0]) == fired(runs[1])
    assert town.story(runs[0]) != town.story(runs[1])


def shipped() -> World:
    loaded = load_scenario(ROOT / "scenarios/drills/typhoon_evening.yaml")
    return World(loaded.scenario, loaded.scenario.run.seed)


@pytest.fixture(scope="module")
def played() -> tuple[World, Director]:
    world = shipped()
    director = Director(world)
    run_to(world, world.scenario.exercise.end_at)  # type: ignore[union-attr]
    return world, director


def test_the_shipped_drill_tries_every_objective(played: tuple[World, Director]) -> None:
    world, director = played
    exercise = director.exercise
    tried = {each.objective for each in director.statuses() if each.status == "fired"}
    assert tried == set(exercise.objectives)
    assert exercise.start_at <= town.first(world, InjectFired).t_s


def test_the_shipped_drill_is_deterministic_in_slices(played: tuple[World, Director]) -> None:
    world = shipped()
    Director(world)
    t_s = end_s = world.scenario.exercise.end_at  # type: ignore[union-attr]
    t_s -= 5400.0
    while t_s < end_s:
        run_to(world, t_s := min(t_s + 7.3, end_s))
    assert town.story(world) == town.story(played[0])


def test_the_evening_begins_calm_and_ends_with_thousands_out() -> None:
    world = shipped()
    exercise = world.scenario.exercise
    assert exercise is not None
    run_to(world, exercise.start_at)
    assert world.state.customers_out < 1500
    assert sum(world.centre.snapshot().on_duty.values()) == 34  # no standby called yet
    run_to(world, exercise.end_at)
    assert world.state.customers_out > 6000
