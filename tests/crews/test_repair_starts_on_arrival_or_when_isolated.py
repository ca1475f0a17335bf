"""When a repair starts, how far help drives, and what the first restoration time counts."""

import math
from pathlib import Path
from typing import Any

import pytest

from sim.commands import AssignCrew
from sim.control.incidents import Incident
from sim.control.restoration import Estimator
from sim.crews.dispatch import Candidate, OpenTask, best_crew, help_within_km
from sim.crews.travel import Place
from sim.engine.facts import CrewArrived, RepairStarted, SwitchOperated
from sim.engine.streams import Streams
from sim.scenario.control import RestorationTimes
from sim.scenario.crews import Crews
from sim.units import HOUR_S, MINUTE_S
from sim.world.world import World
from tests.world.town import at, event, facts, finish, two_feeders, world


def sent_at_once(folder: Path, starts: str) -> World:
    """Return a finished town in which a person sends a crew to a2 before anything is isolated."""
    town = world(
        folder,
        two_feeders(),
        events=[event("1 min", "d/a2")],
        crews={
            "depots": {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 1}]}},
            "repair": {"starts": starts, "assessment": "10 min"},
        },
    )

    def send() -> None:
        (incident,) = town.room.incidents.open()
        crew = next(iter(town.crews.free()))
        town.give(AssignCrew(crew.id, incident.id, "repair", ("d/a2",)), "dispatcher")

    at(town, 3 * MINUTE_S, send)
    return finish(town)


def test_on_arrival_the_repair_waits_for_the_assessment_only(tmp_path: Path) -> None:
    town = sent_at_once(tmp_path, "arrival")
    (started,) = facts(town, RepairStarted)
    arrived = facts(town, CrewArrived)[0]
    assert started.t_s == pytest.approx(arrived.t_s + 10 * MINUTE_S)


def test_a_crew_that_comes_before_the_switching_sees_to_it_first(tmp_path: Path) -> None:
    town = sent_at_once(tmp_path, "isolation")
    (started,) = facts(town, RepairStarted)
    opened = [
        each.t_s
        for each in facts(town, SwitchOperated)
        if each.fact.device in ("d/a2@1", "d/a2@2") and not each.fact.closed
    ]
    assert len(opened) == 2
    assert started.t_s > max(opened)
    # it has assessed the damage already: work begins when it is back
    arrived = [each.t_s for each in facts(town, CrewArrived) if each.fact.task == "repair"]
    assert len(arrived) == 2
    assert started.t_s == arrived[1]
    assert town.state.customers_out == 0


# --- help


def test_help_drives_no_farther_than_it_may() -> None:
    task = OpenTask("i", Place("x", 0, 27.0, 119.0), 10, 0.0, 1.0)
    far = Candidate("far", 1, Place("f", 1, 27.3, 119.0))  # 33.4 km
    section = Crews.model_validate(
        {"depots": {}, "help_at_most": "45 km", "travel": {"road_factor": 1.5}}
    )
    assert help_within_km(section) == pytest.approx(30.0)
    assert best_crew(task, [far], True, help_within_km(section)) is None
    assert best_crew(task, [far], True, 34.0) == far
    assert best_crew(task, [far], True) == far
    own = Candidate("own", 0, Place("o", 0, 28.0, 119.0))
    assert best_crew(task, [far, own], True, 1.0) == own


# --- first restoration times


def first_s(**section: Any) -> float:
    estimator = Estimator(RestorationTimes.model_validate(section), Streams(1))
    incident = Incident("d/x#1", "d/x", 0, 0.0)

    def end_of(start_s: float, work_s: float) -> float:
        return start_s + work_s + 6 * HOUR_S

    return estimator.first_s(incident, n_ahead=4, n_crews=2, end_of=end_of)


def test_the_first_time_counts_the_wind_and_the_work_ahead_where_it_is_told_to() -> None:
    plain_s = first_s()
    both = ["stand_down", "queue"]
    assert first_s(first_counts=["stand_down"]) == pytest.approx(plain_s + 6 * HOUR_S)
    assert first_s(first_counts=["queue"]) == pytest.approx(plain_s + 3 * HOUR_S)
    assert first_s(first_counts=both, queue_each="1 h") == pytest.approx(plain_s + 8 * HOUR_S)


def test_a_wind_without_end_puts_no_time_off_for_ever() -> None:
    estimator = Estimator(
        RestorationTimes.model_validate({"first_counts": ["stand_down"]}), Streams(1)
    )
    incident = Incident("d/x#1", "d/x", 0, 0.0)
    assert estimator.first_s(incident, end_of=lambda _start, _work: math.inf) == estimator.first_s(
        incident
    )
