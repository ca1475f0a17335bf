"""Whatever a drill does to the county, the written practice brings everybody back at last."""

import sys
from pathlib import Path

import pytest
from pools import ROOT

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))

import laws

from sim.drill.director import Director
from sim.scenario.loader import load_scenario
from sim.world.world import World

PATH = ROOT / "scenarios/drills/typhoon_evening.yaml"


def crowded() -> list[str]:
    """Return settings under which nearly every inject fires, and the run lasts to the end."""
    exercise = load_scenario(PATH).scenario.exercise
    assert exercise is not None
    rates = [
        f"exercise.injects.{name}.trigger.rate=20 per h"
        for name, each in exercise.injects.items()
        if each.trigger.rate is not None
    ]
    return [
        "run.at_least=140 h",
        "run.at_most=141 h",
        "exercise.spacing=30 s",
        "exercise.most_open_per_seat=20",
        *rates,
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_stays_broken_after_a_crowded_drill(seed: int) -> None:
    world = World(load_scenario(PATH, sets=crowded()).scenario, seed)
    director = Director(world)
    for minute in range(0, 91, 3):
        world.run_until(director.exercise.start_at + 60.0 * minute)
        laws.check_truth(world)
        laws.check_crews(world)
        laws.check_messages(world)
        assert world.centre.counters().is_balanced
    assert sum(each.status == "fired" for each in director.statuses()) >= 14
    world.run_until(float("inf"))
    laws.check(world)
    laws.check_end(world)
