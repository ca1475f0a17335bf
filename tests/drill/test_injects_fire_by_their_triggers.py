"""Injects fire at their time, by the state, or when the hazard reaches luck drawn in advance."""

import math
from pathlib import Path

import pytest
from pools import END_S, START_S, directed, fired, inject, run_to, town

from sim.commands import FireInject, HoldInject
from sim.drill.director import Played, Script, script_of
from sim.drill.injects import threshold_of
from sim.engine.facts import CommandRefused, CrewArrived, InjectFired, InjectHeld, MessageShown

MENU = {"kind": "menu_failure", "lasts": "5 min"}
TRUNKS = {"kind": "trunk_congestion", "capacity": 0.5, "lasts": "5 min"}
AGENTS = {"kind": "agents_leave", "share": 0.4}
TRIP = {"kind": "feeder_trip", "customers": 10}


def test_an_inject_with_a_time_fires_exactly_then(tmp_path: Path) -> None:
    world, _ = directed(tmp_path, {"a": inject(MENU, {"at": "7 min"})})
    run_to(world, END_S)
    assert fired(world) == {"a": 420.0}


def test_a_time_between_two_looks_is_kept_exactly(tmp_path: Path) -> None:
    world, _ = directed(tmp_path, {"a": inject(MENU, {"at": "100 s"})})
    run_to(world, END_S)
    assert fired(world) == {"a": 100.0}


def test_nothing_fires_before_startex_or_after_endex(tmp_path: Path) -> None:
    pool = {"a": inject(MENU, {"at": 0}), "b": inject(AGENTS, {"rate": "1 per day"})}
    world, director = directed(tmp_path, pool)
    run_to(world, START_S - 1)
    assert fired(world) == {}
    run_to(world, END_S + 3600)
    assert fired(world) == {"a": 0.0}
    assert {each.id: each.status for each in director.statuses()} == {"a": "fired", "b": "expired"}


def test_a_constant_hazard_is_added_up_exactly(tmp_path: Path) -> None:
    """At a constant rate the time to the inject is the number drawn over the rate."""
    for seed in range(1, 6):
        world, director = directed(tmp_path, {"a": inject(MENU, {"rate": "4 per h"})}, seed=seed)
        expected_s = threshold_of(director._trait, "a") / 4.0 * 3600.0
        run_to(world, END_S)
        if expected_s < 5400.0:
            assert fired(world)["a"] == pytest.approx(expected_s, abs=1e-6)
        else:
            assert fired(world) == {}


def test_thresholds_are_exponential_with_mean_one(tmp_path: Path) -> None:
    _, director = directed(tmp_path, {"a": inject(MENU, {"at": 0})})
    draws = sorted(threshold_of(director._trait, f"inject {k}") for k in range(4000))
    assert sum(draws) / len(draws) == pytest.approx(1.0, abs=0.05)
    assert draws[2000] == pytest.approx(math.log(2.0), abs=0.05)


def test_a_hazard_grows_only_while_its_condition_holds(tmp_path: Path) -> None:
    """The clock of the hazard starts when customers go out, at the first look after it."""
    pool = {"a": inject(MENU, {"rate": "30 per h", "while": {"customers_out": 1}})}
    events = [town.event("40 min", "d/a3")]
    world, director = directed(tmp_path, pool, events)
    from_s = 20 * 60.0  # out from 40 min on, 20 min after StartEx; the trip takes half a second
    expected_s = from_s + 15.0 + threshold_of(director._trait, "a") / 30.0 * 3600.0
    run_to(world, END_S)
    assert fired(world)["a"] == pytest.approx(expected_s, abs=1e-6)


def test_a_state_fires_its_inject_at_the_first_look(tmp_path: Path) -> None:
    pool = {"a": inject(MENU, {"when": {"customers_out": 1}})}
    world, _ = directed(tmp_path, pool, [town.event("40 min", "d/a3")])
    run_to(world, END_S)
    assert fired(world) == {"a": 20 * 60.0 + 15.0}


def test_an_inject_can_wait_for_another(tmp_path: Path) -> None:
    pool = {
        "a": inject(MENU, {"at": "10 min"}),
        "b": inject(AGENTS, {"when": {"fired": "a", "fired_before": "6 min"}}),
    }
    world, _ = directed(tmp_path, pool)
    run_to(world, END_S)
    assert fired(world) == {"a": 600.0, "b": 960.0}


def test_a_due_inject_waits_until_it_has_something_to_hit(tmp_path: Path) -> None:
    pool = {"a": inject({"kind": "repair_prolonged"}, {"at": "1 min"})}
    world, _ = directed(tmp_path, pool, [town.event("15 min", "d/a3")], {"length": "6 h"})
    run_to(world, END_S + 4 * 3600.0)
    begun = town.first(world, CrewArrived, task="repair")
    assert fired(world)["a"] == begun.t_s + 15.0 - (begun.t_s - START_S) % 15.0 - START_S


def test_a_held_inject_never_fires_and_a_released_one_may(tmp_path: Path) -> None:
    pool = {name: inject(MENU, {"at": "10 min"}) for name in ("kept", "freed")}
    pool["freed"] = inject(AGENTS, {"at": "10 min"})
    world, _ = directed(tmp_path, pool, rules={"cover_from": "80 min"})
    run_to(world, START_S + 60)
    for name in ("kept", "freed"):
        world.give(HoldInject(name), "controller")
    run_to(world, START_S + 1200)
    assert fired(world) == {}
    world.give(HoldInject("freed", held=False), "controller")
    world.give(FireInject("kept"), "controller")
    run_to(world, END_S)
    assert set(fired(world)) == {"freed"}
    refused = [entry.fact.why for entry in town.facts(world, CommandRefused)]
    assert refused == ["inject_held"]
    assert len(town.facts(world, InjectHeld)) == 2


def test_the_controller_fires_an_inject_out_of_turn_once(tmp_path: Path) -> None:
    text = {"en": "Look at {system}", "zh": "查看{system}"}
    pool = {"a": inject(MENU, {"at": "80 min"}, text=text, seat="supervisor")}
    world, _ = directed(tmp_path, pool)
    run_to(world, START_S - 60)
    world.give(FireInject("a"), "controller")  # too early
    run_to(world, START_S + 300)
    for name in ("a", "a", "b"):
        world.give(FireInject(name), "controller")
    run_to(world, END_S)
    assert fired(world) == {"a": 300.0}
    entry = town.first(world, InjectFired)
    assert entry.fact.by == "controller"
    assert type(list(world.journal)[entry.cause].fact).__name__ == "CommandGiven"
    shown = town.first(world, MessageShown)
    assert (shown.fact.seat, shown.fact.inject, shown.cause) == ("supervisor", "a", entry.seq)
    why = [each.fact.why for each in town.facts(world, CommandRefused)]
    assert why == ["not_playing", "inject_fired", "unknown_inject"]


def test_a_world_without_director_refuses_the_controller(tmp_path: Path) -> None:
    world = town.world(tmp_path)
    world.give(FireInject("a"), "controller")
    run_to(world, 1.0)
    assert town.first(world, CommandRefused).fact.why == "no_exercise"


def test_director_leaves_the_log_before_startex_as_it_is(tmp_path: Path) -> None:
    events = [town.event("5 min", "d/a3")]
    world, _ = directed(tmp_path, {"a": inject(MENU, {"at": 0})}, events)
    plain = town.world(
        tmp_path, None, events, contact={"standby": {"first": {"group": "general", "agents": 4}}}
    )
    for each in (world, plain):
        run_to(each, START_S - 1)
    assert town.story(world) == town.story(plain)


def test_a_rerun_keeps_what_people_and_load_decided(tmp_path: Path) -> None:
    pool = {
        "hand": inject(MENU, {"at": "80 min"}),
        "held": inject(AGENTS, {"at": "30 min"}),
        "own": inject(TRUNKS, {"rate": "6 per h"}),
    }
    world, _ = directed(tmp_path, pool)
    run_to(world, START_S + 300)
    world.give(FireInject("hand"), "controller")
    world.give(HoldInject("held"), "controller")
    run_to(world, END_S)
    script = script_of(world.journal)
    assert script == Script((Played("hand", START_S + 300),), frozenset({"held"}))
    again, _ = directed(tmp_path, pool, script=script)
    run_to(again, END_S)
    assert fired(again) == fired(world)
    assert town.first(again, InjectFired, inject="hand").fact.by == "script"
