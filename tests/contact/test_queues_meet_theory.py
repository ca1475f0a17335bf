"""Queues with an exact solution: means over replications lie within 4 standard errors of it.

The exact values are from the project's reference set (ids beside them), each solved there in two
independent ways that agree to better than 5e-7. Seeds are fixed. `tight` is the most the standard
error may be, so that a band cannot pass by being wide.
"""

from __future__ import annotations

import numpy as np
import pytest
from centres import (
    SURGE_ABANDONED_SHARE,
    centre_of,
    plan_poisson,
    simple,
    surge_day_section,
    surge_day_times,
)

REPLICATIONS = 24


def check(values, exact, tight=0.02):
    mean, error = np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))
    assert error < tight * exact
    assert abs(mean - exact) < 4 * error


def measure(section, per_min, hours, seed, others=None):
    """Run one replication; return the shares and means over the attempts after an hour."""
    rng = np.random.default_rng([seed, 7])
    centre = centre_of(section, seed=seed, horizon_s=hours * 3600.0)
    plan_poisson(centre, rng, per_min, hours * 60)
    for call_type, rate in (others or {}).items():
        n = rng.poisson(rate * hours * 60)
        times = np.sort(rng.random(n)) * hours * 3600.0
        centre.plan(times, 0, 0.0, 0.0, rng.integers(0, 2**32, n), call_type)
    centre.finish(hours * 3600.0)
    calls = centre.calls()
    keep = (calls["t_offered_s"] > 3600.0) & (calls["outcome"] != "cut_off")
    return {name: column[keep] for name, column in calls.items()}


def shares(calls, within_s=20.0):
    outcome = calls["outcome"]
    accepted = outcome != "blocked"
    wait_s = (calls["t_end_wait_s"] - calls["t_menu_end_s"])[accepted]
    answered = (outcome == "answered")[accepted]
    first = calls["attempt"] == 1
    return {
        "p_block": np.mean(~accepted),
        "p_block_fresh": np.mean(~accepted[first]),
        "p_wait": np.mean(wait_s > 0),
        "p_abandon": np.mean(outcome[accepted] == "abandoned"),
        "EW": np.mean(wait_s) / 60.0,
        "sl_served_all": np.mean(answered & (wait_s <= within_s)),
        "attempts_per_fresh_call": len(first) / first.sum(),
    }


AHT_4, AHT_1, PATIENCE_3 = (
    {"exponential": "4 min"}, {"exponential": "1 min"}, {"exponential": "3 min"},
)  # fmt: skip
PERSISTENT = {"first": 1, "later": 1, "delay": {"exponential": "2 min"}}
LESS_SO = {"first": 0.8, "later": 0.8, "delay": {"exponential": "1 min"}}
CASES = {
    "erlang_b_a10_n10": (
        simple(10, AHT_4, trunks=10), 2.5, 60, {"p_block": 0.214582343},
    ),
    "erlang_c_l10_n45": (
        simple(45, AHT_4), 10.0, 60, {"p_wait": 0.340706111, "EW": 0.272564889},
    ),
    "erlang_a_aht4_pat3_l20_n76": (
        simple(76, AHT_4, PATIENCE_3), 20.0, 30,
        {"p_wait": 0.643651335, "p_abandon": 0.076929655, "EW": 0.230788965,
         "sl_served_all": 0.652315822},
    ),
    "mmnkm_l20.0_n76_K80": (
        simple(76, AHT_4, PATIENCE_3, trunks=80), 20.0, 30,
        {"p_block": 0.081230301, "p_wait": 0.353599850, "p_abandon": 0.014857725,
         "sl_served_all": 0.971728003},
    ),
    "mmn_g_unif6": (
        simple(190, AHT_4, {"uniform": {"low": "0 s", "high": "6 min"}}), 50.0, 20,
        {"p_wait": 0.824936616, "p_abandon": 0.057433751, "EW": 0.327738075,
         "sl_served_all": 0.517541436},
    ),
    "retrial_mm1010_l8.0_g0.5": (
        simple(10, AHT_1, trunks=10, redial=PERSISTENT, attempts=10_000), 8.0, 40,
        {"p_block": 0.300159545, "p_block_fresh": 0.262007229,
         "attempts_per_fresh_call": 1.428897106},
    ),
    "retrial_np_mm55": (
        simple(5, AHT_1, trunks=5, redial=LESS_SO, attempts=10_000), 4.0, 60,
        {"p_block": 0.359430851, "p_block_fresh": 0.308964115,
         "attempts_per_fresh_call": 1.403596792},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_exact_queue(case):
    section, per_min, hours, exact = CASES[case]
    runs = [shares(measure(section, per_min, hours, seed)) for seed in range(REPLICATIONS)]
    for name, value in exact.items():
        check([run[name] for run in runs], value, tight=0.05)


def test_menu_holds_trunks_and_contains_calls():
    """ivr_l3_S6_N16: half of the calls end in the menu, 16 trunks for menu, queue and talk."""
    section = simple(6, AHT_4, trunks=16,
                     menu={"time": {"exponential": "2 min"}, "report_share": 0.5})  # fmt: skip
    runs = []
    for seed in range(REPLICATIONS):
        rng = np.random.default_rng([seed, 7])
        centre = centre_of(section, seed=seed, transformers=np.array([-1, 0]))
        centre.set_out([1], True)
        n = rng.poisson(3.0 * 1440)
        times = np.sort(rng.random(n)) * 86400.0
        centre.plan(times, 1, 0.0, 0.0, rng.integers(0, 2**32, n), "outage")
        centre.finish(86400.0)
        calls = centre.calls()
        routed = calls["outcome"] == "answered"
        waits = (calls["t_end_wait_s"] - calls["t_menu_end_s"])[routed]
        runs.append((np.mean(calls["outcome"] == "blocked"), np.mean(waits > 0), np.mean(waits)))
    blocked, waited, wait_s = zip(*runs, strict=True)
    check(blocked, 0.127628990, tight=0.05)
    check(waited, 0.600790884, tight=0.05)
    check(wait_s, 1.271283751 * 60.0, tight=0.05)


def two_types(groups, outage, enquiry):
    once = {"handle": AHT_4, "max_attempts": 1}
    types = {"outage": once | outage, "enquiry": once | enquiry}
    return simple(1, AHT_4, call_types=types, groups=groups)


def everyday(agents):
    return ({"from": "00:00", "to": "24:00", "agents": agents},)


def test_higher_priority_is_taken_first():
    """priority_ab_n12: the high class 1 a minute, patience 5 min; the low 2.5, patience 3 min."""
    section = two_types(
        {"all": {"serves": ("enquiry", "outage"), "roster": everyday(12)}},
        {"priority": 1, "patience": {"exponential": "5 min"}},
        {"priority": 0, "patience": {"exponential": "3 min"}},
    )
    high, low, wait = [], [], []
    for seed in range(REPLICATIONS):
        calls = measure(section, 1.0, 50, seed, {"enquiry": 2.5})
        gone, is_high = calls["outcome"] == "abandoned", calls["call_type"] == "outage"
        high.append(np.mean(gone[is_high]))
        low.append(np.mean(gone[~is_high]))
        wait.append(np.mean(calls["t_end_wait_s"] > calls["t_menu_end_s"]))
    check(high, 0.060074694, tight=0.05)
    check(low, 0.250478096, tight=0.05)
    check(wait, 0.706857106)


def test_calls_go_to_the_first_group_and_groups_follow_their_preference():
    """nmodel_unequal_aht: A to pool 1, then pool 2; pool 2 takes B before A."""
    section = two_types(
        {
            "pool1": {"serves": ("outage",), "roster": everyday(3)},
            "pool2": {"serves": ("enquiry", "outage"), "roster": everyday(3)},
        },
        {"handle": {"exponential": "4 min"}, "patience": {"exponential": "200 s"}},
        {"handle": {"exponential": "150 s"}, "patience": {"exponential": "5 min"}},
    )
    gone_a, gone_b, in_pool2 = [], [], []
    for seed in range(REPLICATIONS):
        calls = measure(section, 0.9, 100, seed, {"enquiry": 0.7})
        is_a, gone = calls["call_type"] == "outage", calls["outcome"] == "abandoned"
        gone_a.append(np.mean(gone[is_a]))
        gone_b.append(np.mean(gone[~is_a]))
        in_pool2.append(np.mean(calls["agent"][is_a & ~gone] >= 3))
    check(gone_a, 0.120548156, tight=0.05)
    check(gone_b, 0.150178645, tight=0.05)
    check(in_pool2, 0.274220658, tight=0.05)


def test_waiting_calls_start_at_once_when_agents_come():
    """shift_rise: 8 agents, 12 from minute 60 on; agent-minutes busy up to minute 120."""
    section = simple(
        ({"from": "00:00", "to": "24:00", "agents": 8},
         {"from": "01:00", "to": "24:00", "agents": 4}),
        AHT_4, {"exponential": "5 min"},
    )  # fmt: skip
    busy, queue = [], []
    for seed in range(500):
        centre = centre_of(section, seed=seed)
        plan_poisson(centre, np.random.default_rng([seed, 3]), 2.6, 120)
        centre.finish(7200.0)
        calls = centre.calls()
        served = calls["agent"] >= 0
        busy.append(np.sum((calls["t_end_s"] - calls["t_end_wait_s"])[served]) / 60.0)
        waited_s = np.fmin(calls["t_end_wait_s"], calls["t_end_s"]) - calls["t_menu_end_s"]
        queue.append(np.nansum(waited_s) / 60.0)
    check(busy, 1028.893725)
    check(queue, 221.122298, tight=0.05)


def test_surge_day_abandonment_is_the_exact_share():
    """surge_24h_n200: 97,200 calls expected, 60.008 % abandoned (issue 2)."""
    offered, abandoned, waited = [], [], []
    for seed in range(REPLICATIONS):
        centre = centre_of(surge_day_section(), seed=seed)
        rng = np.random.default_rng([seed, 5])
        times = surge_day_times(rng)
        centre.plan(times, 0, 0.0, 0.0, rng.integers(0, 2**32, len(times)), "outage")
        centre.finish(200000.0)
        counts, calls = centre.counters(), centre.calls()
        offered.append(counts.offered)
        abandoned.append(counts.abandoned)
        wait_s = calls["t_end_wait_s"] - calls["t_menu_end_s"]
        waited.append(np.mean(wait_s > 0))
    check(offered, 97199.981, tight=0.002)
    check(np.array(abandoned) / np.mean(offered), SURGE_ABANDONED_SHARE, tight=0.002)
    check(waited, 0.741289, tight=0.002)
