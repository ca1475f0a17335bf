"""Background calls: stated rates, windows, weekdays, busyness; bands of four standard errors."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from sim.contact.arrivals import background_rate, background_times
from sim.engine.streams import Streams
from sim.scenario.background import Background
from sim.scenario.contact import Contact
from sim.units import DAY_S, HOUR_S, Calendar

MONDAY = Calendar(datetime(2024, 7, 1), "Asia/Shanghai")
SSJ = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)


def entry(**settings):
    return Background.model_validate({"call_type": "enquiry", **settings})


def times(settings, days=20.0, seed=3, calendar=MONDAY):
    return background_times(entry(**settings), Streams(seed), calendar, days * DAY_S)


def assert_poisson(counts, means):
    """Check counts against Poisson means: each within 4 standard deviations of its own."""
    counts, means = np.asarray(counts), np.asarray(means)
    assert np.all(np.abs(counts - means) <= 4.0 * np.sqrt(means) + 1e-9)


def by_hour(drawn, days):
    return np.bincount((drawn // HOUR_S).astype(int) % 24, minlength=24)[:24]


def test_a_published_day_has_its_rates():
    rates = {"from": "08:00", "every": "1 h", "per_hour": SSJ}
    counts = by_hour(times({"rates": rates}, days=50), 50)
    means = np.zeros(24)
    means[8:21] = SSJ
    assert_poisson(counts, 50 * means)


def test_intervals_past_midnight_stand_in_the_morning():
    rates = {"from": "23:30", "every": "1 h", "per_hour": (60, 30)}
    counts = by_hour(times({"rates": rates}, days=100), 100)
    means = np.zeros(24)
    means[[23, 0, 1]] = 30, 30 + 15, 15
    assert_poisson(counts, 100 * means)


def test_a_constant_rate_is_a_poisson_process():
    drawn = times({"per_hour": 3000}, days=4)
    gaps = np.diff(drawn)
    n = len(gaps)
    assert gaps.mean() == pytest.approx(1.2, abs=4 * 1.2 / math.sqrt(n))
    # the variance of an exponential time has standard error mean^2 root(8 / n)
    assert gaps.var() == pytest.approx(1.44, abs=4 * 1.44 * math.sqrt(8 / n))


def surge():
    """Return entries for 20 calls a minute, 400 from 08:00 to 10:00, then decaying by the hour."""
    decay = [1200 + 22800 * math.exp(-n / 60) for n in range(14 * 60 + 1)]
    straight = {"from": "10:00", "every": "1 min", "between": "straight", "per_hour": decay}
    return [
        {"per_hour": 1200, "until": "8 h"},
        {"per_hour": 24000, "from": "8 h", "until": "10 h"},
        {"rates": straight, "from": "10 h", "until": "24 h"},
    ]


def test_a_surge_follows_its_formula():
    drawn = [times({"name": f"{n}", **each}, days=1) for n, each in enumerate(surge())]
    t_min = np.sort(np.concatenate(drawn)) / 60.0
    counts, edges = np.histogram(t_min, np.arange(0.0, 1441.0, 10.0))

    def whole(t):
        late = np.maximum(t - 600.0, 0.0)
        high = 20.0 * t + 380.0 * np.clip(t - 480.0, 0.0, 120.0)
        return high + 380.0 * 60.0 * (1.0 - np.exp(-late / 60.0))

    assert_poisson(counts, np.diff(whole(edges)))
    for t_s in (100.0, 9 * HOUR_S, 11 * HOUR_S + 30.0):
        usual = sum(background_rate(entry(**each), MONDAY, t_s) for each in surge())
        late = max(t_s / 60.0 - 600.0, 0.0)
        exact = 1200.0 if t_s < 8 * HOUR_S else 1200.0 + 22800.0 * math.exp(-late / 60.0)
        assert usual == pytest.approx(exact, rel=1e-4)


def test_a_straight_rate_fills_its_interval_as_it_rises():
    rates = {"from": "00:00", "every": "24 h", "between": "straight", "per_hour": (0, 200)}
    drawn = times({"rates": rates}, days=30) % DAY_S / DAY_S
    assert np.mean(drawn) == pytest.approx(2 / 3, abs=4 * math.sqrt(1 / 18 / len(drawn)))
    counts, edges = np.histogram(drawn, 12, (0.0, 1.0))
    assert_poisson(counts, 30 * 2400 * np.diff(edges**2))


def test_quarters_of_an_hour_have_their_weights():
    profile = [0.0] * 96
    profile[33], profile[70] = 3.0, 1.0
    drawn = times({"per_day": 1000, "profile": profile})
    quarters = (drawn // 900).astype(int) % 96
    assert set(quarters) == {33, 70}
    assert_poisson([np.sum(quarters == 33), np.sum(quarters == 70)], [15000, 5000])


def test_days_of_the_week_have_their_factors():
    factors = (1, 1, 1, 1, 0.5, 0, 0.25)
    wednesday = Calendar(datetime(2024, 7, 3, 12), "Asia/Shanghai")
    settings = {"per_hour": 50, "weekdays": factors}
    drawn = times(settings, days=70, calendar=wednesday)
    weekday = (((drawn + 12 * HOUR_S) // DAY_S).astype(int) + 2) % 7
    assert_poisson(np.bincount(weekday, minlength=7), np.array(factors) * 50 * 24 * 10)
    assert background_rate(entry(**settings), wednesday, 2.6 * DAY_S) == 0.0
    assert background_rate(entry(**settings), wednesday, 2.4 * DAY_S) == 25.0


def test_a_nuisance_flood_has_a_window():
    settings = {"name": "flood", "per_hour": 6000, "from": "2024-07-02 09:20", "until": "34 h"}
    drawn = times(settings, days=3)
    assert drawn.min() >= 33 * HOUR_S + 1200
    assert drawn.max() < 34 * HOUR_S
    assert_poisson([len(drawn)], [4000])
    assert background_rate(entry(**settings), MONDAY, 33.5 * HOUR_S) == 6000.0
    assert background_rate(entry(**settings), MONDAY, 34 * HOUR_S) == 0.0


ALL_KINDS = [
    {"per_day": 3000},
    {"per_hour": 90, "from": "5 h", "interval_factor": {"gamma_shape": 9, "correlation": 0.7}},
    {"rates": {"per_hour": SSJ}, "day_factor": {"gamma_shape": 10}, "weekdays": (1, 2) * 3 + (0,)},
    {"rates": {"every": "90 min", "between": "straight", "per_hour": SSJ}},
]


@pytest.mark.parametrize("settings", ALL_KINDS, ids=lambda each: next(iter(each)))
@pytest.mark.parametrize("horizon_s", [0.0, 100.0, 7.4 * HOUR_S, 1.3 * DAY_S])
def test_a_longer_run_begins_with_the_same_calls(settings, horizon_s):
    calendar = Calendar(datetime(2024, 7, 1, 6, 17), "Asia/Shanghai")
    short = times(settings, horizon_s / DAY_S, calendar=calendar)
    long = times(settings, 4.0, calendar=calendar)
    assert np.all(np.diff(long) >= 0.0)
    assert np.array_equal(short, long[: len(short)])
    assert len(long) == len(short) or long[len(short)] >= horizon_s


def interval_counts(correlation, days=1000, shape=4.0):
    settings = {
        "per_hour": 1200,
        "interval_factor": {"gamma_shape": shape, "every": "6 h", "correlation": correlation},
    }
    drawn = times(settings, days=days)
    return np.bincount((drawn // (6 * HOUR_S)).astype(int), minlength=4 * days) / 7200.0


def test_independent_intervals_differ_by_a_gamma_factor():
    """Counts have mean m and variance m + m^2 / shape; their 4000 factors Gamma(4, 1/4)."""
    factors = interval_counts(0.0)
    n = len(factors)
    assert factors.mean() == pytest.approx(1.0, abs=4 * 0.5 / math.sqrt(n))
    # kurtosis of a gamma factor: 3 + 6 / shape, so the variance has standard error root(3.5 / n)
    variance = 0.25 + 1 / 7200
    assert factors.var() == pytest.approx(variance, abs=4 * 0.25 * math.sqrt(3.5 / n))
    assert abs(np.corrcoef(factors[:-1], factors[1:])[0, 1]) < 4 / math.sqrt(n)
    # skewness of Gamma(4): 1
    skew = ((factors - 1.0) ** 3).mean() / factors.var() ** 1.5
    assert skew == pytest.approx(1.0, abs=0.25)


def test_neighbouring_intervals_are_alike_as_stated():
    """Normal scores of the factors correlate by 0.8 ^ lag (counts blur them by 1 in 1000)."""
    from statistics import NormalDist

    factors = interval_counts(0.8)
    ranks = np.argsort(np.argsort(factors))
    scores = np.array([NormalDist().inv_cdf((rank + 0.5) / len(ranks)) for rank in ranks])
    for lag in (1, 2, 3):
        found = np.corrcoef(scores[:-lag], scores[lag:])[0, 1]
        # Bartlett: root((1 + 0.64) / (1 - 0.64) / n) is above each lag's standard error
        assert found == pytest.approx(0.8**lag, abs=4 * math.sqrt(4.56 / len(scores)))


def test_busyness_of_days_multiplies_that_of_intervals():
    settings = {
        "per_hour": 500,
        "day_factor": {"gamma_shape": 16},
        "interval_factor": {"gamma_shape": 25, "every": "12 h", "correlation": 0},
    }
    drawn = times(settings, days=1500)
    halves = np.bincount((drawn // (12 * HOUR_S)).astype(int), minlength=3000).reshape(1500, 2)
    found = np.cov(halves.T / 6000.0)
    # two halves of a day share the day's factor only: covariance 1/16
    assert found[0, 1] == pytest.approx(1 / 16, abs=4 * 0.11 / math.sqrt(1500))
    exact = (1 + 1 / 16) * (1 + 1 / 25) - 1 + 1 / 6000
    assert found[0, 0] == pytest.approx(exact, abs=4 * exact * math.sqrt(3 / 1500))


def test_entries_of_one_type_have_names_and_luck_of_their_own():
    two = ({"call_type": "enquiry", "per_hour": 60},
           {"call_type": "enquiry", "name": "bills", "per_hour": 60})  # fmt: skip
    section = Contact.model_validate({"background": two})
    streams = Streams(1)
    first, second = (background_times(each, streams, MONDAY, DAY_S) for each in section.background)
    assert len(np.intersect1d(first, second)) == 0
    alone = background_times(section.background[0], Streams(1), MONDAY, DAY_S)
    assert np.array_equal(first, alone)


def test_rates_are_what_is_drawn():
    for settings in ALL_KINDS:
        each = entry(**{k: v for k, v in settings.items() if not k.endswith("factor")})
        drawn = background_times(each, Streams(5), MONDAY, 7 * DAY_S)
        middles = (np.arange(7 * 24 * 12) + 0.5) * 300.0
        usual = sum(background_rate(each, MONDAY, float(t)) for t in middles) / 12
        assert_poisson([len(drawn)], [usual])


WRONG = {
    "give exactly one of per_day, per_hour, rates, history": {},
    "profile belongs to per_day": {"per_hour": 3, "profile": (1,) * 24},
    "profile needs 24 or 96 weights, got 25": {"per_day": 3, "profile": (1,) * 25},
    "the intervals are longer than a day": {"rates": {"per_hour": (1,) * 25}},
    "a straight line needs two numbers": {"rates": {"per_hour": (1,), "between": "straight"}},
    "every must divide a day into whole intervals": {
        "per_hour": 3, "interval_factor": {"gamma_shape": 3, "correlation": 0, "every": "7 h"},
    },
    "history is replayed as it was": {
        "history": {"file": "calls.csv"}, "day_factor": {"gamma_shape": 3},
    },
}  # fmt: skip


@pytest.mark.parametrize("message", WRONG)
def test_an_entry_without_sense_is_refused(message):
    with pytest.raises(ValidationError, match=message):
        entry(**WRONG[message])


def test_summer_time_changes_no_hour_of_the_run():
    """Hours are counted from the start of the run, as rosters count them."""
    berlin = Calendar(datetime(2024, 3, 30), "Europe/Berlin")
    drawn = times({"rates": {"from": "08:00", "per_hour": (500,)}}, days=3, calendar=berlin)
    for day in range(3):
        today = drawn[(drawn >= day * DAY_S) & (drawn < (day + 1) * DAY_S)]
        eight = berlin.start.replace(tzinfo=None) + timedelta(days=day, hours=8)
        assert today.min() >= berlin.seconds(eight)
        assert today.max() < berlin.seconds(eight) + HOUR_S
