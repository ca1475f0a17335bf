"""Run a loaded scenario once and return its tables."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass

from sim.engine.tables import Columns
from sim.grid.building import set_aside
from sim.scenario.loader import LoadedScenario
from sim.store.manifest import Manifest
from sim.units import HOUR_S
from sim.world.collect import collect
from sim.world.world import World

__all__ = ["RunOutput", "run_scenario"]

Progress = Callable[[float, float, int], None]
"""Hears (simulated s, latest end s, customers out)."""


@dataclass(frozen=True)
class RunOutput:
    """Hold the tables of a run and its manifest (not sealed: see `sim.store`)."""

    tables: dict[str, Columns]
    manifest: Manifest


def run_scenario(loaded: LoadedScenario, seed: int, progress: Progress | None = None) -> RunOutput:
    """Run one scenario with one seed to its end."""
    # the world of the run before hangs together in circles: gigabytes that nobody else gives back
    gc.collect()
    world = World(loaded.scenario, seed)
    horizon_s = loaded.scenario.run.at_most
    t_s = 0.0
    with set_aside():
        while not world.is_over:
            t_s = min(t_s + HOUR_S, horizon_s)
            world.run_until(t_s)
            if progress is not None:
                progress(world.clock.now, horizon_s, world.state.customers_out)
    tables = collect(world)
    manifest = Manifest.of_run(
        loaded, seed, world.clock.now, world.centre.call_types, world.groups.classes
    )
    return RunOutput(tables, manifest)
