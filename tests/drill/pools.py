"""A town with an exercise whose pool of injects a test writes, and a director in its world."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))

import town

from sim.drill.director import Director, Script
from sim.engine.facts import InjectFired
from sim.world.world import World

START_S, END_S = 1200.0, 1200.0 + 5400.0
ROOT = Path(__file__).resolve().parents[2]


def inject(effect: Mapping[str, Any], trigger: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return one inject of objective `o`; its text is empty unless given."""
    return {
        "title": {"en": "It happens", "zh": "发生"},
        "objective": "o",
        "seat": "dispatcher",
        "trigger": dict(trigger),
        "effect": dict(effect),
        **more,
    }


def exercise(injects: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": {"en": "Small drill", "zh": "小演练"},
        "objectives": {"o": {"en": "Cope", "zh": "应对"}},
        "start_at": "20 min",
        "length": "90 min",
        "spacing": 0,
        "cover_from": 0,
        "injects": dict(injects),
        **more,
    }


def directed(
    folder: Path,
    injects: Mapping[str, Any],
    events: Any = (),
    rules: Mapping[str, Any] | None = None,
    seed: int = 1,
    script: Script | None = None,
    **sections: Any,
) -> tuple[World, Director]:
    """Return a world of the town of two feeders with a director, not yet run."""
    if injects and all(each.get("is_decoy") for each in injects.values()):
        # an objective must be tried by more than decoys
        never = inject({"kind": "agents_leave"}, {"rate": "1 per year"})
        injects = {**injects, "never": never}
    sections.setdefault("contact", {"standby": {"first": {"group": "general", "agents": 4}}})
    loaded = town.load(
        folder, None, events, exercise=exercise(injects, **(rules or {})), **sections
    )
    world = World(loaded.scenario, seed)
    return world, Director(world, script)


def run_to(world: World, t_s: float) -> None:
    """Run to a time and let the clock stand there, even if nothing happens then."""
    world.clock.call_at(t_s, lambda: None)
    world.run_until(t_s)


def fired(world: World) -> dict[str, float]:
    """Return when each inject fired, s after StartEx."""
    return {
        entry.fact.inject: entry.t_s - START_S
        for entry in world.journal
        if isinstance(entry.fact, InjectFired)
    }


__all__ = ["END_S", "ROOT", "START_S", "directed", "exercise", "fired", "inject", "run_to", "town"]
