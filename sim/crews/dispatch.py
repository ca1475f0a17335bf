"""The queue of work: which incident a free crew takes, and which crew takes an incident.

Pure functions: what control believes and where crews stand in, an order out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.crews.travel import Place, distance_km
from sim.scenario.crews import Crews

__all__ = ["Candidate", "OpenTask", "best_crew", "help_within_km", "in_order"]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One task waiting for a crew."""

    incident: str
    place: Place
    customers: int
    opened_s: float
    expected_h: float
    """Expected crew hours until the customers are back."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One free crew."""

    crew: str
    district_ix: int
    place: Place


def in_order(tasks: Iterable[OpenTask], rule: str) -> list[OpenTask]:
    """Return the tasks by a priority rule of the scenario; ties by age, then id."""

    def urgency(task: OpenTask) -> float:
        if rule == "most_customers":
            return -float(task.customers)
        if rule == "oldest":
            return task.opened_s
        return -task.customers / max(task.expected_h, 0.1)

    return sorted(tasks, key=lambda task: (urgency(task), task.opened_s, task.incident))


def help_within_km(section: Crews) -> float:
    """Return how far help may come from as the crow flies: the road is longer."""
    if section.help_at_most is None:
        return math.inf
    return section.help_at_most / section.travel.road_factor


def best_crew(
    task: OpenTask,
    crews: Sequence[Candidate],
    help_neighbours: bool,
    within_km: float = math.inf,
) -> Candidate | None:
    """Return the nearest free crew of the task's district, else of any other if allowed.

    Help comes from no farther than `within_km`, as the crow flies.
    """
    own = [crew for crew in crews if crew.district_ix == task.place.district_ix]
    pool = own
    if not own and help_neighbours:
        pool = [crew for crew in crews if distance_km(crew.place, task.place) <= within_km]
    if not pool:
        return None
    return min(pool, key=lambda crew: (distance_km(crew.place, task.place), crew.crew))
