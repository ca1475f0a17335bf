"""Two batches of 100 s after a warm-up of 100 s, worked out by hand; T is 20 s.

Agent 1 is on duty throughout. The run ends at 350 s, of which the last 50 s are cool-down.

    rang  menu  wait  end   what
      50    50    50  140   answered, rang in the warm-up; 40 s of its time are in the first batch
     110   120   140  200   answered after 20 s
     150   150   160  160   hung up after 10 s
     160     -     -  160   blocked; this caller rings again at 250
     210   210   210  250   answered at once
     250   250   280  320   answered after 30 s, second attempt of the blocked one
     260   260   340  340   hung up after 80 s
     310   310     -  350   still waiting at the end, rang in the cool-down
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.student import t_quantile
from sim.indicators.course import course, course_csv
from sim.indicators.measured import Batches
from sim.indicators.steady import Key, batched, steady, steady_parts
from sim.store.layout import CALLER_STATES
from tests.indicators.tiny import call, manifest, run_of, table

NAN = math.nan
WINDOW = {"warm_up_s": 100.0, "cool_down_s": 50.0, "batches": 2}


def left(state):
    """Return a caller in a state."""
    return {"state": CALLER_STATES.index(state)}


def tables(**more):
    return run_of(
        table(
            "calls",
            call("answered", 50.0, 50.0, 50.0, 140.0, caller=0),
            call("blocked", 160.0, NAN, NAN, 160.0, caller=3),
            call("abandoned", 150.0, 150.0, 160.0, 160.0, caller=2),
            call("answered", 110.0, 120.0, 140.0, 200.0, caller=1, **more),
            call("answered", 210.0, 210.0, 210.0, 250.0, caller=4),
            call("answered", 250.0, 250.0, 280.0, 320.0, caller=3, attempt=1),
            call("abandoned", 260.0, 260.0, 340.0, 340.0, caller=5),
            call("cut_off", 310.0, 310.0, NAN, 350.0, caller=6),
        ),
        table("callers", *map(left, ("done", "done", "lost", "done", "done", "lost", "cut_off"))),
        table("agent_shifts", {"agent": 1, "agent_group": "all", "t_on_s": 0.0, "t_off_s": 350.0}),
    )


@pytest.fixture(name="measured")
def _measured():
    return steady(tables(), manifest(350.0, **WINDOW))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("calls_per_h", 6 / (200 / 3600)),
        ("requests_per_h", 5 / (200 / 3600)),
        ("blocked_share", 1 / 6),
        ("first_blocked_share", 1 / 5),
        ("balked_share", 0.0),
        ("callback_share", 0.0),
        ("waited_share", 4 / 5),
        ("abandoned_share", 2 / 5),
        ("abandoned_in_time_share", 1 / 5),
        ("wait_s", (20 + 10 + 0 + 30 + 80) / 5),
        ("wait_answered_s", (20 + 0 + 30) / 3),
        ("wait_abandoned_s", (10 + 80) / 2),
        ("in_time_of_all_share", 2 / 5),
        ("in_time_of_answered_share", 2 / 3),
        ("in_time_of_patient_share", 2 / 4),
        ("in_time_or_gone_share", 3 / 5),
        ("handle_s", (60 + 40 + 40) / 3),
        ("attempts_per_caller", 6 / 5),
        ("queue_calls", (20 + 10 + 30 + 40) / 200),
        ("busy_calls", (40 + 60 + 40 + 20) / 200),
        ("menu_calls", 10 / 200),
        ("redialling_callers", (250 - 160) / 200),
        ("lost_share", 2 / 5),
        ("busy_agents", 160 / 200),
        ("occupancy_share", 160 / 200),
    ],
)
def test_each_measure_is_the_ratio_of_the_window(measured, name, value) -> None:
    assert measured[f"steady_{name}"].value == pytest.approx(value, abs=1e-12)


def test_a_half_width_is_that_of_the_two_batch_means(measured) -> None:
    """Time means 0.3 and 0.7 of equal batches: half their distance is the standard error."""
    found = batched(tables(), manifest(350.0, **WINDOW))[Key("steady_queue_calls")]
    means = found.numerator / found.denominator
    assert means == pytest.approx([0.3, 0.7])
    half = t_quantile(0.975, 1) * (0.7 - 0.3) / 2
    assert measured["steady_queue_calls"].half_width == pytest.approx(half)


def test_one_batch_has_no_interval() -> None:
    measured = steady(tables(), manifest(350.0, **WINDOW | {"batches": 1}))
    assert all(each.half_width is None for each in measured.values())
    assert measured["steady_wait_s"].value == pytest.approx(28.0)


def test_a_window_without_calls_says_so() -> None:
    empty = run_of(table("callers", {}))
    measured = steady(empty, manifest(350.0, **WINDOW))
    assert measured["steady_wait_s"].reason == "no_such_call"
    assert measured["steady_calls_per_h"].value == 0.0


def test_types_are_told_apart_and_groups_named() -> None:
    said = manifest(350.0, **WINDOW)
    object.__setattr__(said, "call_types", ("outage", "enquiry"))
    parts = steady_parts(tables(call_type=1), said)
    assert parts[Key("steady_wait_s", call_type="enquiry")].value == pytest.approx(20.0)
    assert parts[Key("steady_wait_s", call_type="outage")].value == pytest.approx(30.0)
    assert parts[Key("steady_menu_calls", call_type="outage")].value == 0.0
    assert parts[Key("steady_occupancy_share", group="all")].value == pytest.approx(0.8)


def test_groups_share_the_answered_calls_of_each_type() -> None:
    """Of three outage calls two go to group east; the enquiry goes west. One group shares none."""
    calls = table(
        "calls",
        call("answered", 110.0, 110.0, 110.0, 120.0, caller=0, agent=1),
        call("answered", 150.0, 150.0, 150.0, 160.0, caller=1, agent=2),
        call("answered", 210.0, 210.0, 210.0, 220.0, caller=2, agent=1),
        call("answered", 250.0, 250.0, 250.0, 260.0, caller=3, agent=2, call_type=1),
        call("abandoned", 250.0, 250.0, 260.0, 260.0, caller=4, call_type=1),
    )
    callers = table("callers", *(left("done") for _ in range(5)))
    shifts = [
        {"agent": agent, "agent_group": name, "t_on_s": 0.0, "t_off_s": 350.0}
        for agent, name in ((1, "east"), (2, "west"))
    ]
    said = manifest(350.0, **WINDOW)
    object.__setattr__(said, "call_types", ("outage", "enquiry"))
    parts = steady_parts(run_of(calls, callers, table("agent_shifts", *shifts)), said)
    found = {key[1:]: each.value for key, each in parts.items() if key.name == "steady_group_share"}
    assert found == {
        ("", "east"): 0.5,
        ("", "west"): 0.5,
        ("outage", "east"): pytest.approx(2 / 3),
        ("outage", "west"): pytest.approx(1 / 3),
        ("enquiry", "west"): 1.0,
    }
    alone = steady_parts(tables(), said)
    assert not [key for key in alone if key.name == "steady_group_share"]


def test_contacts_held_at_once_are_one_busy_agent() -> None:
    chats = run_of(
        table(
            "calls",
            call("answered", 100.0, 100.0, 100.0, 200.0, caller=0),
            call("answered", 150.0, 150.0, 150.0, 250.0, caller=1),
        ),
        table("callers", left("done"), left("done")),
        table("agent_shifts", {"agent": 1, "agent_group": "all", "t_on_s": 0.0, "t_off_s": 350.0}),
    )
    measured = steady(chats, manifest(350.0, **WINDOW))
    assert measured["steady_busy_calls"].value == pytest.approx(1.0)
    assert measured["steady_busy_agents"].value == pytest.approx(0.75)


def test_the_course_counts_arrivals_and_shows_levels_at_each_start() -> None:
    found = course(tables(), manifest(350.0), 100.0)
    assert found["t_s"].tolist() == [0.0, 100.0, 200.0, 300.0]
    assert found["calls"].tolist() == [1, 3, 3, 1]
    assert found["accepted"].tolist() == [1, 2, 3, 0]
    assert found["in_time"].tolist() == [1, 1, 1, 0]
    assert found["gave_up"].tolist() == [0, 1, 0, 1]
    assert found["wait_s"].tolist() == [0, 30, 110, 0]
    assert found["busy_at"].tolist() == [0, 1, 0, 1]
    assert found["queue_at"].tolist() == [0, 0, 0, 1]
    assert found["mean_queue"] == pytest.approx([0.0, 0.3, 0.7, 80 / 50])
    lines = course_csv(tables(), manifest(350.0, every_s=100.0)).splitlines()
    assert len(lines) == 5
    assert lines[2].startswith("100,3,1,0,2,2,1,1,1,30,20,1,0.3,")


def test_the_error_of_a_ratio_counts_how_numerator_and_denominator_vary_together() -> None:
    """With a numerator in proportion to its denominator there is nothing to doubt."""
    n = np.array([10.0, 20.0, 60.0])
    assert Batches(0.25 * n, n).error == pytest.approx(0.0, abs=1e-15)
    assert math.isnan(Batches(n[:1], n[:1]).error)
