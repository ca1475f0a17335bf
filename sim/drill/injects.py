"""The pool of injects: conditions, hazards against pre-drawn luck, and where each stands.

Luck is keyed by the inject and its firing, so that another decision path meets the same numbers.
The first draw of a firing is the hazard to be reached; the others choose whom the effect hits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim.drill.targets import Luck
from sim.engine.facts import NoticeSubmitted, SupplyRestored
from sim.engine.streams import Trait
from sim.scenario.exercise import Condition, Inject
from sim.units import HOUR_S
from sim.world.world import World

__all__ = ["Armed", "InjectStatus", "Scene", "Status", "holds", "luck_of", "threshold_of"]

Status = Literal["planned", "armed", "held", "fired", "expired"]
_AT_WORK = ("patrolling", "switching", "repairing")


@dataclass(frozen=True, slots=True)
class Scene:
    """Hold what conditions look at, at one moment of the exercise."""

    since_startex_s: float
    customers_out: int
    incidents: int
    queue: int
    on_duty: int
    at_work: int
    on_the_road: int
    repairs: int
    restorations: int
    notices: int
    fired_s: Mapping[str, float]
    """Inject → when it fired last, s after StartEx."""

    @classmethod
    def of(
        cls, world: World, startex_s: float, startex_seq: int, fired_s: Mapping[str, float]
    ) -> Scene:
        """Look at the world now; `startex_seq` is the first fact from StartEx on."""
        centre, crews = world.centre.snapshot(), world.crews.count_by_state()
        facts = [entry.fact for entry in world.journal.since(startex_seq)]
        return cls(
            since_startex_s=world.clock.now - startex_s,
            customers_out=world.state.customers_out,
            incidents=len(world.room.incidents.open()),
            queue=sum(centre.waiting.values()),
            on_duty=sum(centre.on_duty.values()),
            at_work=sum(crews.get(state, 0) for state in _AT_WORK),
            on_the_road=crews.get("travelling", 0),
            repairs=crews.get("repairing", 0),
            restorations=sum(isinstance(fact, SupplyRestored) for fact in facts),
            notices=sum(isinstance(fact, NoticeSubmitted) for fact in facts),
            fired_s=fired_s,
        )


def holds(condition: Condition | None, scene: Scene) -> bool:
    """Say whether every condition given is met; nothing given always holds."""
    if condition is None:
        return True
    counted = (
        (condition.customers_out, scene.customers_out),
        (condition.incidents, scene.incidents),
        (condition.queue, scene.queue),
        (condition.on_duty, scene.on_duty),
        (condition.at_work, scene.at_work),
        (condition.on_the_road, scene.on_the_road),
        (condition.repairs, scene.repairs),
        (condition.restorations, scene.restorations),
        (condition.notices, scene.notices),
        (condition.after, scene.since_startex_s),
    )
    if any(wanted is not None and there < wanted for wanted, there in counted):
        return False
    if condition.fired is None:
        return True
    fired_s = scene.fired_s.get(condition.fired, math.inf)
    return scene.since_startex_s - fired_s >= condition.fired_before


def threshold_of(trait: Trait, inject: str) -> float:
    """Return the hazard at which an inject fires: exponential with mean 1, drawn in advance."""
    return -math.log(trait.of(inject))


def luck_of(trait: Trait, inject: str) -> Luck:
    """Return the luck by which an inject chooses among candidates."""
    return lambda candidate: trait.of(f"{inject}/{candidate}", 1)


@dataclass
class Armed:
    """Follow one inject from plan to firing."""

    id: str
    inject: Inject
    threshold: float
    hazard: float = 0.0
    due_s: float | None = None
    """When its trigger fired; None before."""
    fired_s: float | None = None
    is_held: bool = False
    is_growing: bool = False
    """Whether its hazard grows now."""
    by: str = ""
    """Kind of trigger: time, state or rate."""
    was_held_back: bool = False
    """Whether spacing, cool-down or load kept it from firing when it was due."""

    @property
    def is_waiting(self) -> bool:
        """Say whether it can still fire."""
        return self.fired_s is None and not self.is_held

    def look(self, scene: Scene, startex_s: float, tick_s: float) -> float | None:
        """Look at the trigger; return when it fires if that is before the next look.

        The state seen now is taken to last until then. Hazards add up exactly: at a constant
        rate an inject fires when the rate times the time reaches its threshold.
        """
        trigger, now_s = self.inject.trigger, startex_s + scene.since_startex_s
        if trigger.at is not None:
            self.by = "time"
            at_s = startex_s + trigger.at
            return max(at_s, now_s) if at_s < now_s + tick_s else None
        if trigger.when is not None:
            self.by = "state"
            return now_s if holds(trigger.when, scene) else None
        assert trigger.rate is not None
        self.by = "rate"
        self.is_growing = trigger.rate > 0 and holds(trigger.while_, scene)
        if not self.is_growing:
            return None
        left_s = (self.threshold - self.hazard) / trigger.rate * HOUR_S
        if left_s < tick_s:
            return now_s + left_s
        self.hazard += trigger.rate * tick_s / HOUR_S
        return None


@dataclass(frozen=True, slots=True)
class InjectStatus:
    """Say where one inject stands."""

    id: str
    status: Status
    t_s: float | None
    """When it fired, s from the scenario's start."""
    seat: str
    objective: str
