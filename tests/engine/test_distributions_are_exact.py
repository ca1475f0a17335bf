"""Distributions: shares, quantiles and means against independent integration, tables against both.

Integration is Simpson's rule over the density; the bounds on tables are those their docstring says.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.engine.hashing import MASK, uniform
from sim.engine.incomplete_gamma import gamma_quantile, gamma_share
from sim.engine.sampling import (
    EDGES,
    lookup,
    lookup_all,
    mean_s,
    quantile,
    share_below,
    tabulate,
)
from sim.scenario.distributions import Distribution

QUIET = settings(deadline=None, derandomize=True, max_examples=60)
READER = TypeAdapter(Distribution)
SMOOTH = [
    {"exponential": "4 min"},
    {"lognormal": {"median": "107 s", "p90": "387 s"}},
    {"uniform": {"low": "2 s", "high": "30 s"}},
    {"weibull": {"shape": 0.5, "scale": "5 min"}},
    {"weibull": {"shape": 2, "scale": "3 min"}},
    {"erlang": {"stages": 2, "mean": "3 min"}},
    {"erlang": {"stages": 60, "mean": "3 min"}},
    {"gamma": {"shape": 0.3, "mean": "3 min"}},
    {"gamma": {"shape": 10, "mean": "1 s"}},
    {"empirical": {"quantiles": ["0 s", "20 s", "50 s", "5 min"]}},
    {"empirical": {"values": [f"{(7 * n) % 41 + 3} s" for n in range(41)]}},
    {
        "mixture": [
            {"weight": 0.4, "of": {"uniform": {"low": "0 s", "high": "10 s"}}},
            {"weight": 0.6, "of": {"uniform": {"low": "50 s", "high": "60 s"}}},
        ]
    },
    {
        "mixture": [
            {"weight": 0.2, "of": {"exponential": "10 s"}},
            {"weight": 0.8, "of": {"erlang": {"stages": 3, "mean": "20 min"}}},
        ]
    },
]
IMPATIENT = {
    "mixture": [
        {"weight": 0.1, "of": {"constant": 0}},
        {"weight": 0.9, "of": {"exponential": "1000 s"}},
    ]
}
TWO_POINTS = {
    "mixture": [
        {"weight": 0.25, "of": {"constant": "10 s"}},
        {"weight": 0.33, "of": {"constant": "60 s"}},
        {"weight": 0.42, "of": {"weibull": {"shape": 2, "scale": "1 min"}}},
    ]
}


def read(written):
    return READER.validate_python(written)


def named(written):
    kind = next(iter(written))
    return f"{kind} {written[kind]}"[:60]


def simpson(density, low, high, n=20_000):
    x = np.linspace(low, high, n + 1)
    weights = np.full(n + 1, 2.0)
    weights[1::2] = 4.0
    weights[0] = weights[-1] = 1.0
    return float((density(x) * weights).sum() * (high - low) / n / 3.0)


def even(n=2**18):
    """Return numbers in the middle of n equal cells of (0, 1)."""
    return (np.arange(n) + 0.5) / n


@pytest.mark.parametrize("shape", [0.05, 0.3, 1.0, 2.5, 10.0, 200.0])
@pytest.mark.parametrize("of_mean", [0.01, 0.3, 1.0, 1.4, 3.0])
def test_the_incomplete_gamma_function_is_the_integral_of_its_density(shape, of_mean):
    x = shape * of_mean

    def density(y):
        # of y = t ** shape: no pole at 0
        t = y ** (1.0 / shape)
        return np.exp(-t) / shape / math.gamma(shape)

    def density_of_log(y):
        return np.exp(shape * y - np.exp(y) - math.lgamma(shape))

    if shape < 1.0:
        exact = simpson(density, 0.0, x**shape, 400_000)
    else:
        exact = simpson(density_of_log, math.log(x) - 60.0, math.log(x), 40_000)
    assert gamma_share(shape, x) == pytest.approx(exact, rel=1e-8, abs=1e-15)


def test_a_gamma_length_of_whole_shape_is_a_sum_of_exponential_stages():
    # 1 - sum of the Poisson probabilities below the number of stages
    for stages, x in ((1, 0.2), (2, 3.0), (5, 4.0), (40, 55.0)):
        terms = [math.exp(n * math.log(x) - x - math.lgamma(n + 1)) for n in range(stages)]
        assert gamma_share(stages, x) == pytest.approx(1.0 - math.fsum(terms), rel=1e-12)


@QUIET
@given(shape=st.floats(0.05, 1000), bits=st.integers(0, MASK))
def test_the_gamma_quantile_inverts_the_share(shape, bits):
    u = uniform(bits)
    x = gamma_quantile(shape, u)
    if x > 1e-290:
        assert gamma_share(shape, x) == pytest.approx(u, rel=1e-9)


@pytest.mark.parametrize("written", SMOOTH, ids=named)
def test_quantiles_and_shares_are_inverse(written):
    distribution = read(written)
    at = quantile(distribution)
    u = [2.0**-33, 1e-6, 0.01, 0.2, 0.399, 0.5, 0.7, 0.93, 1.0 - 1e-6]
    lengths = [at(each) for each in u]
    assert lengths == sorted(lengths)
    assert [share_below(distribution, each) for each in lengths] == pytest.approx(u, rel=1e-8)
    assert share_below(distribution, -1.0) == 0.0


@pytest.mark.parametrize("written", [*SMOOTH, IMPATIENT, TWO_POINTS], ids=named)
def test_the_mean_is_the_integral_of_what_is_longer(written):
    distribution = read(written)
    longest = quantile(distribution)(1.0 - 2.0**-40)
    # in the cube of t: dense where shares change fast, up to the last of 10^12
    cube = np.linspace(0.0, longest ** (1.0 / 3.0), 40_001)
    longer = [3.0 * y * y * (1.0 - share_below(distribution, y**3)) for y in cube]
    assert np.trapezoid(longer, cube) == pytest.approx(mean_s(distribution), rel=1e-3)


@pytest.mark.parametrize("written", SMOOTH, ids=named)
def test_tables_keep_mean_and_shares(written):
    distribution = read(written)
    u = even()
    drawn = lookup_all(tabulate(distribution), u)
    assert (np.diff(drawn) >= 0.0).all()
    at = quantile(distribution)
    tail = np.array([at(each) for each in u[-64:]])
    # the mean of all but the last 64 of 262,144, which even numbers do not resolve
    exact = mean_s(distribution) - _above(distribution, u[-64] - 0.5 / len(u))
    assert drawn[:-64].sum() / len(u) == pytest.approx(exact, rel=3e-5)
    assert drawn[-64:] == pytest.approx(tail, rel=1e-4)
    shares = np.array([share_below(distribution, each) for each in drawn[::101]])
    assert np.abs(shares - u[::101]).max() < 5e-5


def _above(distribution, u, n=4000):
    """Return the part of the mean from share u up: steps of equal ratio of 1 - u."""
    at = quantile(distribution)
    rest = (1.0 - u) * np.exp(-np.linspace(0.0, 23.0, n + 1))
    lengths = np.array([at(1.0 - each) for each in rest])
    return float(-np.trapezoid(lengths, rest)) + float(lengths[-1] * rest[-1])


def test_patience_of_nobody_is_exact_in_its_share():
    table = tabulate(read(IMPATIENT))
    limit = int(0.1 * 2**32)
    assert lookup(table, 0) == 0.0
    assert lookup(table, limit - 2) == 0.0
    assert 0.0 < lookup(table, limit + 2) < 1e-4
    u = even(2**20)
    drawn = lookup_all(table, u)
    assert np.mean(drawn == 0.0) == pytest.approx(0.1, abs=1e-6)
    rest = [share_below(read(IMPATIENT), each) for each in drawn[drawn > 0.0][::997]]
    assert np.abs(np.array(rest) - u[drawn > 0.0][::997]).max() < 5e-5
    assert drawn.mean() == pytest.approx(900.0, rel=5e-5)


def test_mass_inside_a_mixture_is_exact():
    distribution = read(TWO_POINTS)
    u = even(2**20)
    drawn = lookup_all(tabulate(distribution), u)
    assert np.mean(drawn == 10.0) == pytest.approx(0.25, abs=2e-6)
    assert np.mean(drawn == 60.0) == pytest.approx(0.33, abs=2e-6)
    assert drawn.mean() == pytest.approx(mean_s(distribution), rel=2e-5)
    smooth = (drawn != 10.0) & (drawn != 60.0)
    shares = np.array([share_below(distribution, each) for each in drawn[smooth][::499]])
    assert np.abs(shares - u[smooth][::499]).max() < 5e-5


@pytest.mark.parametrize("written", [*SMOOTH[:3], SMOOTH[-2], IMPATIENT, TWO_POINTS], ids=named)
def test_one_lookup_is_the_same_as_many(written):
    table = tabulate(read(written))
    edges = table[-3, 1 : int(table[-3, 0]) + 1]
    bits = [0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**30, 2**30 - 1, *range(12345, 2**32, 2**32 // 777)]
    bits += [int(edge * 2**32) + step for edge in edges for step in (-1, 0, 1)]
    one_by_one = [lookup(table, each) for each in bits]
    many = lookup_all(table, np.array([uniform(each) for each in bits]))
    assert one_by_one == pytest.approx(many.tolist(), rel=1e-6, abs=1e-6)


def test_a_long_recorded_table_keeps_its_places_nearly():
    values = [f"{(n * 7919) % 5000 / 10.0} s" for n in range(5000)]
    distribution = read({"empirical": {"values": values}})
    assert len(values) > EDGES
    u = even()
    drawn = lookup_all(tabulate(distribution), u)
    assert drawn.mean() == pytest.approx(mean_s(distribution), rel=1e-4)
    shares = np.array([share_below(distribution, each) for each in drawn[::101]])
    assert np.abs(shares - u[::101]).max() < 0.004


def test_a_recorded_table_repeats_what_was_recorded():
    distribution = read({"empirical": {"quantiles": ["5 s", "5 s", "5 s", "9 s", "9 s"]}})
    assert share_below(distribution, 5.0) == 0.5
    assert share_below(distribution, 4.99) == 0.0
    assert share_below(distribution, 7.0) == pytest.approx(0.625)
    assert share_below(distribution, 9.0) == 1.0
    drawn = lookup_all(tabulate(distribution), even())
    assert np.mean(drawn == 5.0) == pytest.approx(0.5, abs=1e-5)
    assert np.mean(drawn == 9.0) == pytest.approx(0.25, abs=1e-5)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"empirical": {}}, "give exactly one of quantiles, values"),
        ({"empirical": {"quantiles": ["2 s", "1 s"]}}, "quantiles must be in rising order"),
        ({"erlang": {"stages": 0, "mean": "1 s"}}, "greater than or equal to 1"),
        ({"weibull": {"shape": 0, "scale": "1 s"}}, "greater than or equal to 0.1"),
    ],
)
def test_a_distribution_without_sense_is_refused(written, message):
    with pytest.raises(ValidationError, match=message):
        read(written)
