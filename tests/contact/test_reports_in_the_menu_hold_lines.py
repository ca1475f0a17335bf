"""Outage reports that end in the menu hold lines as an exact solution says.

The reference queues themselves are met as scenario files (`reference`); here half of the calls are
of customers without supply who report through the menu, case ivr_l3_S6_N16 of the set. Means over
replications lie within 4 standard errors, which are at most 5 % of the value. Seeds are fixed.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from centres import centre_of, simple

REPLICATIONS = 24
DAY_S = 86400.0
SET = Path(__file__).parents[1] / "data" / "queues.json"


def check(values, exact):
    mean, error = np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))
    assert error < 0.05 * exact
    assert abs(mean - exact) < 4 * error


def test_reports_through_the_menu_hold_trunks_and_reach_no_agent():
    cases = json.loads(SET.read_text(encoding="utf-8"))["cases"]
    exact = next(case for case in cases if case["id"] == "ivr_l3_S6_N16")["expected"]
    menu = {"time": {"exponential": "2 min"}, "report_share": 0.5}
    section = simple(6, {"exponential": "4 min"}, trunks=16, menu=menu)
    runs = []
    for seed in range(REPLICATIONS):
        rng = np.random.default_rng([seed, 7])
        centre = centre_of(section, seed=seed, transformers=np.array([-1, 0]))
        centre.set_out([1], True)
        n = rng.poisson(3.0 * 1440)
        times = np.sort(rng.random(n)) * DAY_S
        centre.plan(times, 1, 0.0, 0.0, rng.integers(0, 2**32, n), "outage")
        centre.finish(DAY_S)
        calls = centre.calls()
        routed = calls["outcome"] == "answered"
        waits_s = (calls["t_end_wait_s"] - calls["t_menu_end_s"])[routed]
        blocked = np.mean(calls["outcome"] == "blocked")
        runs.append((blocked, np.mean(waits_s > 0), np.mean(waits_s) / 60.0))
    for values, name in zip(
        zip(*runs, strict=True), ("p_block", "p_wait_at_agents", "EW_agent_queue"), strict=True
    ):
        check(values, exact[name])
