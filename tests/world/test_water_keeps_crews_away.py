"""A cabinet under water waits for the water to go; a record may say how long the work takes."""

import csv
from pathlib import Path
from typing import Any

import pytest

from sim.commands import AssignCrew
from sim.engine.facts import CommandRefused, FaultStruck, RepairEnded, RepairStarted
from tests.world.laws import check_end
from tests.world.town import HOUR, Source, at, constant, facts, finish, two_feeders, world

EVERYBODY_CALLS: dict[str, Any] = {
    "classes": {"all": {"share": 1, "call_share": 1}},
    "calling": {"again_factor": 1},
}
CALM: dict[str, Any] = {
    "steady": {"cable_per_km_year": 0, "overhead_per_km_year": 0, "transformer_per_year": 0},
    "fragility": {"spans": "none", "poles": "none"},
}


class LowTown(Source):
    """Two feeders with cabinets, half a metre high, at some buses: bus 2 if nothing is said."""

    low = ("2",)

    def save(self, folder: Path, name: str) -> dict[str, str]:
        files = super().save(folder, name)
        path = folder / files["nodes"]
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*rows[0], "flood_level_m"])
            writer.writeheader()
            for row in rows:
                writer.writerow({**row, "flood_level_m": "0.5" if row["id"] in self.low else ""})
        return files


def low_town() -> LowTown:
    made = two_feeders()
    return LowTown(made.nodes, made.edges)


def flood(*course: tuple[float, float]) -> dict[str, Any]:
    points = [{"at": f"{hour} h", "depth_m": depth} for hour, depth in course]
    return {**CALM, "flood": {"areas": [{"districts": ["d"], "course": points}]}}


def test_the_repair_begins_when_the_water_has_gone(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            low_town(),
            hazards=flood((1, 0), (2, 1), (9, 1), (11, 0)),
            customers=EVERYBODY_CALLS,
        )
    )
    (struck,) = facts(town, FaultStruck)
    assert (struck.fact.asset, struck.fact.hazard) == ("d/dt2", "flood")  # type: ignore[attr-defined]
    assert struck.t_s == 1.5 * HOUR
    (began,) = facts(town, RepairStarted)
    # decision, turn-out, the way and half an hour of assessment follow
    assert 11 * HOUR < began.t_s < 13 * HOUR
    (ended,) = facts(town, RepairEnded)
    assert ended.t_s - began.t_s == pytest.approx(3 * HOUR)
    check_end(town)


def test_a_console_is_told_that_it_stands_in_water(tmp_path: Path) -> None:
    town = world(
        tmp_path,
        low_town(),
        hazards=flood((1, 0), (2, 1), (30, 1), (31, 0)),
        customers=EVERYBODY_CALLS,
    )

    def send() -> None:
        (incident,) = town.room.incidents.open()
        town.give(AssignCrew("d/a1", incident.id, "repair", ("d/dt2",)), "console")

    at(town, 6 * HOUR, send)
    town.run_until(7 * HOUR)
    (refused,) = facts(town, CommandRefused)
    assert refused.fact.why == "under_water"  # type: ignore[attr-defined]


def test_a_second_wave_sends_the_crew_away_again(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            low_town(),
            hazards=flood((1, 0), (2, 1), (5, 0), (5.2, 0), (5.3, 1), (11, 1), (12, 0)),
            customers=EVERYBODY_CALLS,
        )
    )
    assert {job.outcome for job in town.crews.jobs} >= {"under_water", "done"}
    started = facts(town, RepairStarted)
    assert all(entry.t_s > 12 * HOUR for entry in started)
    check_end(town)


def test_recorded_work_takes_as_long_as_the_record_says(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("start,asset,minutes\n2021-03-01 09:00,d/a3,100\n", "utf-8")
    recorded = {"file": "list.csv", "repair": "recorded", "work_share": "40 %"}
    town = finish(world(tmp_path, hazards={**CALM, "recorded": [recorded]}))
    (struck,) = facts(town, FaultStruck)
    assert (struck.t_s, struck.fact.hazard) == (HOUR, "recorded")  # type: ignore[attr-defined]
    (began,), (ended,) = facts(town, RepairStarted), facts(town, RepairEnded)
    assert ended.t_s - began.t_s == pytest.approx(40 * 60.0)
    check_end(town)


def test_drawn_work_is_as_the_crews_have_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("start,asset,minutes\n2021-03-01 09:00,d/a3,100\n", "utf-8")
    town = finish(
        world(
            tmp_path,
            hazards={**CALM, "recorded": [{"file": "list.csv"}]},
            crews={"repair": {"overhead": constant("2 h")}},
        )
    )
    (began,), (ended,) = facts(town, RepairStarted), facts(town, RepairEnded)
    assert ended.t_s - began.t_s == pytest.approx(2 * HOUR)


def test_a_switching_cabinet_fails_with_its_bus_and_waits_too(tmp_path: Path) -> None:
    made = low_town()
    made.low = ("s",)
    town = finish(world(tmp_path, made, hazards=flood((1, 0), (2, 1), (5, 1), (6, 0))))
    (struck,) = facts(town, FaultStruck)
    assert struck.fact.asset == "d/buss"  # type: ignore[attr-defined]
    (began,) = facts(town, RepairStarted)
    assert began.t_s > 6 * HOUR
    assert town.state.customers_out == 0
