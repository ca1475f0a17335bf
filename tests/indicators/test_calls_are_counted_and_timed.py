from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from sim.indicators.calls import contact
from sim.indicators.series import (
    agents_on_duty,
    calls_per_interval,
    queue_length,
    waits_per_interval,
)
from sim.store.layout import OUTCOMES
from sim.store.writer import save_run
from tests.indicators.tiny import call, manifest, run_of, table

NAN = float("nan")

# One agent of number 1 on duty 0–1000 s; T = 20 s. By hand:
CALLS = (
    call("blocked", 0, NAN, NAN, 0, caller=0),
    call("reported", 5, 35, NAN, 35, caller=1),
    call("self_served", 6, 26, NAN, 26, caller=2),
    call("answered", 10, 40, 50, 250, caller=3),  # waits 10: met
    call("answered", 20, 50, 250, 450, caller=4),  # waits 200: missed
    call("abandoned", 30, 60, 75, 75, caller=5),  # waits 15: neither way
    call("abandoned", 40, 70, 370, 370, caller=0, attempt=1),  # waits 300: missed
    call("answered", 400, 430, 450, 1200, caller=6),  # waits 20: met; agent stays 200 s longer
    call("cut_off", 3000, 3030, NAN, 3600, caller=7),  # waiting 570 at the end: missed
    call("cut_off", 3590, NAN, NAN, 3600, caller=8),  # still in the menu
)
PROVINCE = (call("answered", 500, 510, 511, 600, caller=9, group_ix=0, agent=2),)


def tables() -> dict:
    return run_of(
        table("calls", *CALLS, *PROVINCE),
        table(
            "agent_shifts",
            {"agent": 1, "t_on_s": 0.0, "t_off_s": 1000.0},
            {"agent": 2, "t_on_s": 500.0, "t_off_s": 700.0},
            {"agent": 3, "t_on_s": 3500.0, "t_off_s": 9000.0},
        ),
        table("callers", {"attempts": 2}, *({"attempts": 1} for _ in range(9)), {"attempts": 0}),
    )


def test_every_number_of_the_small_centre_is_as_worked_by_hand() -> None:
    found = {name: each.value for name, each in contact(tables(), manifest()).items()}
    county = {
        "calls_offered": 10,
        "calls_blocked": 1,
        "calls_self_served": 2,
        "calls_reported": 1,
        "calls_answered": 3,
        "calls_abandoned": 2,
        "calls_cut_off": 2,
        "calls_redialled": 1,
        "abandoned_share": 2 / 5,
        "service_level_share": 2 / (3 + 2),
        "asa_s": (10 + 200 + 20) / 3,
        "longest_wait_s": 570,
    }
    assert {name: found[f"county_{name}"] for name in county} == pytest.approx(county)
    assert found["province_calls_offered"] == 1
    assert found["province_service_level_share"] == 1.0
    assert found["county_callers"] == 9
    # on duty: agent 1 to 1200, agent 2 200 s, agent 3 100 s within the run
    assert found["occupancy_share"] == pytest.approx((200 + 200 + 750 + 89) / (1200 + 200 + 100))


def test_sql_over_the_stored_tables_gives_the_same_service(tmp_path: Path) -> None:
    save_run(tmp_path / "run", tables(), manifest())
    found = contact(tables(), manifest())
    answered, abandoned = OUTCOMES.index("answered"), OUTCOMES.index("abandoned")
    with duckdb.connect() as connection:
        asa_s, level = connection.execute(f"""
            WITH c AS (SELECT *, coalesce(t_wait_end_s, t_end_s) - t_menu_end_s AS wait
                       FROM '{tmp_path / "run"}/calls.parquet' WHERE group_ix > 0)
            SELECT avg(wait) FILTER (outcome = {answered}),
                   count(*) FILTER (outcome = {answered} AND wait <= 20)
                   / count(*) FILTER (outcome = {answered} OR (wait > 20 AND
                     (outcome = {abandoned} OR (outcome = 5 AND t_menu_end_s IS NOT NULL))))
            FROM c
        """).fetchone() or (None, None)
    assert asa_s == pytest.approx(found["county_asa_s"].value)
    assert level == pytest.approx(found["county_service_level_share"].value)


def test_calls_offered_are_conserved() -> None:
    found = {name: each.value or 0.0 for name, each in contact(tables(), manifest()).items()}
    ended = ("blocked", "self_served", "answered", "abandoned", "ended_otherwise", "cut_off")
    assert found["county_calls_offered"] == sum(found[f"county_calls_{end}"] for end in ended)


def test_a_centre_without_calls_or_agents_gives_reasons() -> None:
    found = contact(run_of(), manifest())
    assert found["county_calls_offered"].value == 0
    assert found["county_service_level_share"].reason == "no_queued_call"
    assert found["county_asa_s"].reason == "no_answered_call"
    assert found["occupancy_share"].reason == "nobody_on_duty"


def test_the_queue_counts_those_who_wait() -> None:
    queue = queue_length(tables(), manifest(), "county")
    assert queue.at(np.array([39.0, 45.0, 55.0, 62.0, 80.0, 300.0, 400.0, 3599.0])).tolist() == [
        0, 1, 1, 2, 2, 1, 0, 1,
    ]  # fmt: skip


def test_agents_on_duty_include_the_one_who_finishes_a_call_after_the_shift() -> None:
    duty = agents_on_duty(tables(), manifest())
    assert duty.at(np.array([0.0, 600.0, 800.0, 1100.0, 1200.0, 3550.0])).tolist() == [
        1, 2, 1, 1, 0, 1,
    ]  # fmt: skip
    assert duty.values[-1] == 1


def test_calls_are_counted_in_the_quarter_in_which_they_rang() -> None:
    counts = calls_per_interval(tables(), manifest(), "county")
    assert counts.t_s.tolist() == [0.0, 900.0, 1800.0, 2700.0]
    assert counts.offered.tolist() == [8, 0, 0, 2]
    assert counts.abandoned.tolist() == [2, 0, 0, 0]
    assert (
        counts.offered
        == counts.blocked + counts.self_served + counts.abandoned + counts.answered + counts.cut_off
    ).all()


def test_waits_are_of_answered_calls_and_missing_where_there_were_none() -> None:
    waits = waits_per_interval(tables(), manifest(), "county")
    assert waits.mean_s[0] == pytest.approx(230 / 3)
    assert waits.p90_s[0] == pytest.approx(np.percentile([10, 200, 20], 90))
    assert np.isnan(waits.mean_s[1:]).all()
