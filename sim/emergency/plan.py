"""The written plan: conditions on what the utility knows, and the steps they start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.engine.journal import NO_CAUSE
from sim.scenario.emergency import COLOURS, LEVELS, Step, Trigger

__all__ = ["Plan", "Situation", "cause_of", "holds"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Hold what the emergency office knows at a moment."""

    t_s: float
    colour: str
    level: str
    customers_out: int
    """Customers believed without supply."""
    incidents: int
    """Open incidents."""
    queue: int
    """Callers waiting for an agent."""
    belief_seq: int = NO_CAUSE
    """The fact that changed belief last."""
    levels_seq: int = NO_CAUSE
    """The fact that changed the warning or the response last."""
    gap_colour: str = COLOURS[0]
    """Colour of the supply gap forecast."""
    gap_seq: int = NO_CAUSE
    """The fact that changed it last."""


def holds(trigger: Trigger, now: Situation) -> bool:
    """Say whether every condition given is met."""
    checks = (
        trigger.warning is None or COLOURS.index(now.colour) >= COLOURS.index(trigger.warning),
        trigger.level is None or LEVELS.index(now.level) >= LEVELS.index(trigger.level),
        trigger.customers_out is None or now.customers_out >= trigger.customers_out,
        trigger.incidents is None or now.incidents >= trigger.incidents,
        trigger.queue is None or now.queue >= trigger.queue,
        trigger.supply_gap is None
        or COLOURS.index(now.gap_colour) >= COLOURS.index(trigger.supply_gap),
        trigger.after is None or now.t_s >= trigger.after,
    )
    return all(checks)


def cause_of(trigger: Trigger, now: Situation) -> int:
    """Return the latest fact that a trigger which holds rests on; queues and times have none."""
    seqs = [NO_CAUSE]
    if trigger.warning is not None or trigger.level is not None:
        seqs.append(now.levels_seq)
    if trigger.customers_out is not None or trigger.incidents is not None:
        seqs.append(now.belief_seq)
    if trigger.supply_gap is not None:
        seqs.append(now.gap_seq)
    return max(seqs)


class Plan:
    """Own which steps of the written plan have been taken."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._waiting = list(steps)

    def due(self, now: Situation) -> list[Step]:
        """Return the steps whose trigger holds for the first time; each is returned once."""
        due = [step for step in self._waiting if holds(step.when, now)]
        self._waiting = [step for step in self._waiting if step not in due]
        return due
