"""The exact formulas give every value of the reference set to 1e-9 (see tests/data/README.md)."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import pytest

from sim.contact.day_factor import per_call_over_days
from sim.contact.erlang import (
    Patience,
    erlang_a,
    erlang_b,
    erlang_c,
    general_patience,
    patience_of,
)
from sim.scenario.distributions import Exponential, Uniform

FILE = Path(__file__).parent.parent / "data" / "queues.json"
CASES = {case["id"]: case for case in json.loads(FILE.read_text(encoding="utf-8"))["cases"]}


def announced(waiting):
    """Balk as the notes of erlanga_balk_announced say."""
    return -math.expm1(-(waiting + 1) / 20)


BALKING = {"mmnkm_balk_const30": 0.3, "erlanga_balk_announced": announced}


def law(patience):
    """Return survival as written in the case, in plain formulas."""
    match patience:
        case {"dist": "exponential", "mean": mean}:
            return Patience(lambda t: math.exp(-t / mean))
        case {"dist": "uniform", "low": low, "high": high}:
            return Patience(lambda t: min(1.0, max(0.0, (high - t) / (high - low))), (low, high))
        case {"dist": "weibull", "shape": shape, "scale": scale}:
            return Patience(lambda t: math.exp(-((t / scale) ** shape)))
        case {"dist": "erlang", "k": k, "mean": mean}:
            return Patience(
                lambda t: sum(
                    math.exp(-k * t / mean) * (k * t / mean) ** i / math.factorial(i)
                    for i in range(k)
                )
            )
    raise AssertionError(patience)


def chain(case):
    p = case["params"]
    return erlang_a(
        p["arrival_per_min"],
        p["service_per_min"],
        p["agents"],
        p["patience_rate_per_min"],
        within=p["sl_threshold_min"],
        trunks=p["trunks_K"],
        balk=BALKING[case["id"]] if case["family"] == "balking" else 0.0,
    )


def over_days(case):
    p = case["params"]
    return {
        name: per_call_over_days(
            lambda rate, name=name: getattr(
                erlang_a(
                    rate, p["service_per_min"], p["agents"], p["patience_rate_per_min"], within=0.0
                ),
                name,
            ),
            p["arrival_per_min_mean"],
            p["gamma_shape"],
        )
        for name in case["expected"]
    }


SOLVERS = {
    "erlang_b": lambda case: erlang_b(
        case["params"]["offered_load_erlangs"], case["params"]["agents"]
    ),
    "erlang_c": lambda case: erlang_c(
        case["params"]["arrival_per_min"],
        case["params"]["service_per_min"],
        case["params"]["agents"],
        within=case["params"]["sl_threshold_min"],
    ),
    "erlang_a": chain,
    "mmnkm": chain,
    "balking": chain,
    "literature": chain,
    "mmn_general_patience": lambda case: general_patience(
        case["params"]["arrival_per_min"],
        case["params"]["service_per_min"],
        case["params"]["agents"],
        law(case["params"]["patience"]),
        within=case["params"]["sl_threshold_min"],
    ),
    "doubly_stochastic": over_days,
}


def is_transient(case):
    """The published whole days begin empty: they are not steady states."""
    return "day_min" in case["params"]


STEADY = [
    name for name, case in CASES.items() if case["family"] in SOLVERS and not is_transient(case)
]


@pytest.mark.parametrize("name", STEADY)
def test_every_measure_is_exact(name):
    case = CASES[name]
    solved = SOLVERS[case["family"]](case)
    found = solved if isinstance(solved, dict) else asdict(solved)
    tolerance = max(1e-9, case["max_abs_diff"])
    assert {key: found[key] for key in case["expected"]} == pytest.approx(
        case["expected"], rel=tolerance, abs=0.0
    )


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case["family"] in {"erlang_a", "mmnkm"}]
)
def test_calls_and_time_are_accounted_for(name):
    queue, p = chain(CASES[name]), CASES[name]["params"]
    accepted = p["arrival_per_min"] * (1.0 - queue.p_block - queue.p_balk)
    assert pytest.approx(accepted * queue.EW, rel=1e-9) == queue.EQ
    assert queue.E_busy * p["service_per_min"] == pytest.approx(
        accepted * (1.0 - queue.p_abandon), rel=1e-9
    )
    assert (
        pytest.approx(
            (1.0 - queue.p_abandon) * queue.EW_served + queue.p_abandon * queue.EW_abandoned,
            rel=1e-9,
        )
        == queue.EW
    )


@pytest.mark.parametrize(
    ("distribution", "name"),
    [
        (Exponential(exponential="3 min"), "mmn_g_exp_check"),
        (Uniform(uniform={"low": "0 s", "high": "6 min"}), "mmn_g_unif6"),
    ],
)
def test_a_scenario_s_distribution_is_the_same_law(distribution, name):
    p, expected = CASES[name]["params"], CASES[name]["expected"]
    found = general_patience(
        p["arrival_per_min"] / 60.0,
        p["service_per_min"] / 60.0,
        p["agents"],
        patience_of(distribution),
        within=p["sl_threshold_min"] * 60.0,
    )
    assert found.p_abandon == pytest.approx(expected["p_abandon"], rel=1e-9)
    assert pytest.approx(expected["EW"] * 60.0, rel=1e-9) == found.EW
    assert found.sl_served_all == pytest.approx(expected["sl_served_all"], rel=1e-9)
