"""A process that plays one run after another holds one world at a time."""

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.loader import load_scenario
from sim.world import run as runs
from sim.world.world import World

DAY = Path(__file__).resolve().parents[2] / "scenarios" / "call_centre_day.yaml"


def test_a_world_is_gone_when_the_next_one_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[World]] = []
    left: list[int] = []

    class Watched(World):
        def __init__(self, *given: Any) -> None:
            left.append(sum(each() is not None for each in made))
            super().__init__(*given)
            made.append(weakref.ref(self))

    monkeypatch.setattr(runs, "World", Watched)
    loaded = load_scenario(DAY)
    gc.disable()  # nobody but the run itself tidies up
    try:
        for seed in (1, 2, 3):
            runs.run_scenario(loaded, seed)
    finally:
        gc.enable()
    assert left == [0, 0, 0]
