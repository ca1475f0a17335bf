"""Planned work and cuts by turns, against figures worked by hand."""

import numpy as np
import pytest

from sim.indicators.operations import gini, hours_off, jain, operations
from tests.indicators.tiny import manifest, run_of, table

HOUR = 3600.0
NEVER = float("nan")


@pytest.mark.parametrize(
    ("hours", "fair", "uneven"),
    [
        ([2.0, 2.0, 2.0], 1.0, 0.0),
        ([3.0, 0.0, 0.0], 1.0 / 3.0, 2.0 / 3.0),  # one bears it all: 1 / n, 1 - 1 / n
        ([1.0, 2.0, 3.0], 36.0 / (3 * 14), 2.0 / 9.0),  # mean difference 8/9 over twice the mean
        ([1.0, 3.0], 16.0 / 20.0, 0.25),
    ],
)
def test_fairness_of_hours_off(hours: list[float], fair: float, uneven: float) -> None:
    values = np.array(hours)
    assert jain(values) == pytest.approx(fair)
    assert gini(values) == pytest.approx(uneven)
    brute = np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())
    assert gini(values) == pytest.approx(brute)


def test_nobody_off_has_no_fairness() -> None:
    assert np.isnan(jain(np.zeros(3)))
    assert np.isnan(gini(np.zeros(3)))


def off(
    name: str, why: str, from_h: float, to_h: float, customers: int, ix: int, cause: int = 0
) -> dict[str, object]:
    return {
        "t_off_s": from_h * HOUR, "t_on_s": to_h * HOUR, "customers": customers, "why": why,
        "outage": name, "transformer_ix": ix, "cause": cause,
    }  # fmt: skip


RUN = run_of(
    table("facts", {"seq": 0, "kind": "SupplyLost"}, {"seq": 1, "kind": "CustomersLost"}),
    table("transformers", {"customers": 60}, {"customers": 40}),
    table(
        "interruptions",
        off("cut/f1#1", "shortage", 1, 2, 60, 0),
        off("cut/f1#2", "shortage", 4, 5, 60, 0),
        off("cut/f2#1", "shortage", 2, 4, 40, 1),
        off("work/j#1", "planned", 6, 8, 40, 1),
        off("", "fault", 9, 10, 50, 0),
        off("", "fault", 9, 10.0, 50, 0),  # of the same transformer: one user
        off("", "fault", 20, 30, 1, 1, cause=1),  # behind a transformer that has supply
        off("work/j#1", "planned", 8, 8.02, 60, 0),  # 72 s: momentary
    ),
    table(
        "outages",
        {"outage": "cut/f1#1", "why": "shortage", "t_told_s": 0.5 * HOUR, "t_began_s": HOUR,
         "t_ended_s": 2 * HOUR, "energy_mwh": 1.5, "customers": 60},
        {"outage": "cut/f1#2", "why": "shortage", "t_told_s": NEVER, "t_began_s": 4 * HOUR,
         "t_ended_s": 5 * HOUR, "energy_mwh": 1.0, "customers": 60},
        {"outage": "cut/f2#1", "why": "shortage", "t_told_s": 2 * HOUR, "t_began_s": 2 * HOUR,
         "t_ended_s": 4 * HOUR, "energy_mwh": 2.0, "protected": 7, "customers": 40},
        {"outage": "cut/f2#2", "why": "shortage", "t_told_s": 4 * HOUR, "t_began_s": NEVER,
         "t_ended_s": 5 * HOUR, "energy_mwh": 0.0, "customers": 40},
        {"outage": "work/j#1", "why": "planned", "t_told_s": 0.0, "t_began_s": 6 * HOUR,
         "t_ended_s": 8 * HOUR, "customer_h": 81.2, "customers": 40},
        {"outage": "work/k#2", "why": "planned", "t_told_s": 0.0, "t_began_s": NEVER,
         "t_ended_s": NEVER, "customers": 40},
    ),
    table("rota", {"device": "f1", "place": 0}, {"device": "f2", "place": 1},
          {"device": "f3", "place": -1, "is_protected": True}),
    table(
        "balance",
        {"t_s": 0.0, "demand_mw": 10.0, "available_mw": 12.0, "curtailed_mw": 0.0},
        {"t_s": HOUR, "demand_mw": 11.0, "available_mw": 8.0, "curtailed_mw": 2.0},
    ),
    table(
        "works",
        {"work": "j", "jobs": "j,i", "outage": "work/j#1", "state": "done", "put_off": 1,
         "planned_s": HOUR, "worked_s": 1.5 * HOUR, "alone_customer_h": 200.0, "notice_s": 9e5,
         "required_notice_s": 6e5, "is_told": True, "cost_yuan": 700.0, "complaints": 2},
        {"work": "k", "jobs": "k", "outage": "work/k#2", "state": "waiting", "put_off": 2,
         "planned_s": HOUR, "worked_s": NEVER, "alone_customer_h": 50.0, "is_told": True},
    ),
)  # fmt: skip
"""100 customers; the run ends as the tiny manifest says."""


def value(name: str) -> float | None:
    return operations(RUN, manifest())[name].value


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fault_saidi_min", 60.0 + 6.0),  # all for an hour, one for ten
        ("dlt_saidi_f_h", 1 / 2),
        ("dlt_saidi_s_h", (1 + 1 + 2 + 2 + 0.02) / 2),
        ("planned_saidi_min", 40 * 120 / 100),
        ("shortage_saidi_min", (60 * 60 + 60 * 60 + 40 * 120) / 100),
        ("planned_jobs", 3),
        ("planned_merged_jobs", 1),
        ("planned_done_jobs", 2),
        ("planned_put_off", 3),
        ("planned_customer_hours", 81.2),
        ("planned_avoided_customer_hours", 200 - 81.2),
        ("planned_notice_kept_share", 1.0),
        ("planned_overtime_h", 0.5),
        ("planned_cost_yuan", 700),
        ("planned_complaints", 2),
        ("shortage_peak_gap_mw", 3),
        ("shortage_cuts", 3),
        ("shortage_called_off", 1),
        ("shortage_customer_hours", 60 + 60 + 80),
        ("shortage_energy_mwh", 4.5),
        ("shortage_told_share", 1 / 3),
        ("shortage_most_off_h", 2),
        ("shortage_least_off_h", 2),
        ("shortage_jain", 1.0),
        ("shortage_gini", 0.0),
        ("shortage_protected_cut", 7),
    ],
)
def test_each_number_is_as_worked_by_hand(name: str, expected: float) -> None:
    assert value(name) == pytest.approx(expected)


def test_relief_counts_until_the_run_ends() -> None:
    end_h = manifest().end_s / HOUR
    assert value("shortage_curtailed_mwh") == pytest.approx(2.0 * max(0.0, end_h - 1.0))


def test_hours_off_go_by_the_list() -> None:
    assert hours_off(RUN).tolist() == [2.0, 2.0]


def test_a_run_with_neither_has_none_of_them() -> None:
    assert operations(run_of(), manifest()) == {}
