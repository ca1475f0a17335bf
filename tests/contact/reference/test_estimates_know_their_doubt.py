"""The statistics behind the comparison with the reference set, against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.contact.reference import random_days
from tests.contact.reference.estimated import Estimate, holm_rejects, ratio
from tests.contact.reference.written import rate_pieces, staffing


def test_holm_steps_down_until_one_holds() -> None:
    """By hand at 5 %: 0.01 <= 0.05 / 4, 0.013 <= 0.05 / 3, but 0.03 > 0.05 / 2."""
    p_values = {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.013}
    assert holm_rejects(p_values, 0.05) == ["a", "d"]
    assert holm_rejects({"a": 0.9}, 0.05) == []


def test_an_interval_covers_as_often_as_it_says() -> None:
    """2,000 intervals of ratios with a control: 95 % within three standard errors."""
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(2000):
        n = 1000.0 + 40.0 * rng.standard_normal(30)
        luck = rng.standard_normal(30)
        above = 0.3 * n + 5.0 * luck + 1.5 * rng.standard_normal(30)
        each = ratio(above, n, luck[:, None])
        covered += abs(each.value - 0.3) <= each.half_width
    assert abs(covered / 2000 - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 2000)


def test_a_control_takes_out_the_luck_it_explains() -> None:
    rng = np.random.default_rng(6)
    n, luck = np.full(100, 1000.0), rng.standard_normal(100)
    above = 300.0 + 10.0 * luck + rng.standard_normal(100)
    plain, better = ratio(above, n, np.empty((100, 0))), ratio(above, n, luck[:, None])
    assert better.error < 0.2 * plain.error
    assert better.degrees == plain.degrees - 1


def test_a_control_that_is_the_measure_itself_is_left_out() -> None:
    """Else the number of calls would be estimated as what it is expected to be."""
    rng = np.random.default_rng(8)
    calls = rng.poisson(100.0, 50).astype(float)
    each = ratio(calls, np.ones(50), (calls - 90.0)[:, None])
    assert each.value == pytest.approx(calls.mean())
    assert each.error == pytest.approx(calls.std(ddof=1) / math.sqrt(50))


def test_small_values_are_met_from_one_side_only() -> None:
    each = Estimate(0.0002, 0.0001, 50)
    assert each.p_at_most(0.001) > 0.999
    assert each.p_equal(0.001) < 0.001


def test_counts_of_random_days_are_negative_binomial() -> None:
    """Mean m and variance m + m^2 / shape of a Poisson number with a gamma mean."""
    weights = random_days.weights_of_counts(10.0, 500.0)
    k = np.arange(len(weights))
    mean = float(weights @ k)
    assert weights.sum() == pytest.approx(1.0, abs=1e-9)
    assert mean == pytest.approx(500.0, rel=1e-6)
    assert float(weights @ k**2) - mean**2 == pytest.approx(500.0 + 25_000.0, rel=1e-4)


def test_strata_give_each_day_its_due() -> None:
    """What waits is a known function of the calls, so its mean is known; few days find it."""
    case = {"params": {"arrival_per_min_mean": 2.0, "gamma_shape": 10.0}}
    minutes = (random_days.MEASURED_S[1] - random_days.MEASURED_S[0]) / 60.0
    mean = 2.0 * minutes
    rng = np.random.default_rng(7)
    calls = rng.poisson(mean * rng.gamma(10.0, 0.1, 600)).astype(float)
    waiting = calls * (calls > mean)
    weights = random_days.weights_of_counts(10.0, mean)
    k = np.arange(len(weights))
    exact = float(weights @ (k * (k > mean))) / mean
    each = random_days.estimate(case, waiting, calls)
    assert abs(each.value - exact) < 4.0 * each.error
    assert each.error < 0.2 * math.sqrt(np.var(waiting) / 600) / mean


def test_rates_and_staff_are_read_as_the_set_states_them() -> None:
    pieces = rate_pieces("20/min for t<480; 400/min for 480<=t<600; 20+380*exp(-(t-600)/60) after")
    assert [(low, high) for low, high, _ in pieces] == [(0, 480), (480, 600), (600, math.inf)]
    assert [rate(600.0) for _, _, rate in pieces] == [20.0, 400.0, 400.0]
    assert pieces[2][2](660.0) == pytest.approx(20.0 + 380.0 / math.e)
    assert staffing("12 for t<60, 8 for 60<=t<=120") == (12, 60.0, 8)
    assert staffing("8 for t<60, 12 after") == (8, 60.0, 12)
