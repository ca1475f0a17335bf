"""Planned work, cuts by turns and faults at once: nobody is lost, and all stands as built after."""

import random
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.facts import RunEnded
from sim.engine.journal import NO_CAUSE
from sim.world.collect import collect
from sim.world.world import World

from . import laws
from .town import event, first, world

LINES = ("d/a1", "d/a2", "d/a3", "d/a4", "d/b1", "d/b2", "d/t")
STATIONS = tuple(f"d/dt{k}" for k in range(1, 7))
RUN = {"at_least": "60 h", "at_most": "60 h"}
FROM_OUTSIDE = {
    "RunStarted", "RunEnded", "FaultStruck", "CrewShiftStarted", "CrewShiftEnded",
    "GapColourChanged", "WorkScheduled", "WorksMerged", "WorkPutOff",
}  # fmt: skip


def a_day(luck: random.Random) -> dict[str, Any]:
    """Return the sections of a bad day in the town of two feeders."""
    events = [
        event(f"{luck.randint(10, 1100)} min", luck.choice(LINES),
              luck.choice(["permanent", "permanent", "temporary"]))
        for _ in range(luck.randint(0, 4))
    ] + [
        event(f"{luck.randint(10, 1100)} min", luck.choice(STATIONS))
        for _ in range(luck.randint(0, 1))
    ]  # fmt: skip
    jobs = {
        f"j{k}": {
            "assets": [luck.choice(LINES + STATIONS)],
            "earliest": f"{luck.randint(0, 900)} min",
            "duration": f"{luck.randint(20, 240)} min",
            "option": luck.choice(["auto", "day", "night"]),
        }
        for k in range(luck.randint(0, 3))
    }
    supply = [
        {"at": f"{luck.randint(0, 300)} min", "available": f"{luck.choice([0.2, 0.4, 0.7])} MW",
         "known": luck.choice(["0 s", "2 h"])},
        {"at": f"{luck.randint(301, 900)} min", "available": f"{luck.choice([0.3, 0.6])} MW"},
        {"at": "17 h", "lost_share": "0 %"},
    ]  # fmt: skip
    return {
        "events": events,
        "planned": {"jobs": jobs, "parallel": luck.random() < 0.6},
        "shortage": {
            "supply": supply,
            "longest_off": luck.choice(["30 min", "2 h"]),
            "pause": luck.choice(["0 s", "1 h"]),
            "forecast_error": luck.choice(["0 %", "8 %"]),
            "lead": luck.choice(["0 s", "30 min"]),
        },
        "district": {"remote_switch_share": luck.choice([0, 0.5, 1])},
        "control": {"last_gasp": {"reported_share": luck.choice([0, 0.5])}},
    }


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(number=st.integers(0, 2**20))
def test_nobody_is_lost_and_all_stands_as_built_in_the_end(tmp_path: Path, number: int) -> None:
    tested: World = world(tmp_path, **a_day(random.Random(number)), run=RUN)
    while not tested.is_over:
        tested.clock.step()
        laws.check(tested)
    laws.check_end(tested)
    assert first(tested, RunEnded).fact.customers_out == 0
    for entry in tested.journal:
        assert entry.cause != NO_CAUSE or type(entry.fact).__name__ in FROM_OUTSIDE, entry
    rows = collect(tested)["interruptions"]
    assert set(rows["why"].tolist()) <= {"fault", "planned", "shortage"}
    assert ((rows["why"] == "fault") == (rows["outage"] == "")).all()


def test_slicing_the_day_changes_nothing(tmp_path: Path) -> None:
    whole, sliced = (world(tmp_path, **a_day(random.Random(5)), run=RUN) for _ in range(2))
    whole.run_until(float("inf"))
    for k in range(1, 400):
        sliced.run_until(613.0 * k)
    sliced.run_until(float("inf"))
    one, other = whole.journal.columns(), sliced.journal.columns()
    assert all((one[name] == other[name]).all() for name in one)
