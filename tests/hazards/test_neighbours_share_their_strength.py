"""A Gaussian copula: the mean stays, failures clump as the settings say, 0 is as without it."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from exposed import Gusts, failures, lines
from pydantic import ValidationError

from sim.engine.streams import Streams
from sim.hazards.assets import Assets
from sim.hazards.shared import Shared, shared_scores
from sim.hazards.wind import DEGREE_KM
from sim.scenario.condition import Dependence

NORMAL = NormalDist()


def scores(of: Assets, seed: int, **section: object) -> Shared:
    found = shared_scores(Dependence.model_validate(section), of, Streams(seed))
    assert found is not None
    return found


def test_without_dependence_nothing_is_shared() -> None:
    assert shared_scores(Dependence(), lines(3), Streams(1)) is None


def test_shared_numbers_are_uniform_again_and_correlated_as_set() -> None:
    of = lines(4, section_feeder=("f1", "f1", "f2", ""))
    own = np.random.default_rng(1).random((3000, 4))
    numbers = np.array(
        [
            scores(of, seed, district="30 %", feeder="20 %").together(np.arange(4), own[seed])
            for seed in range(3000)
        ]
    )
    assert numbers.mean(axis=0) == pytest.approx(0.5, abs=4 / math.sqrt(12 * 3000))
    assert np.quantile(numbers, 0.1) == pytest.approx(0.1, abs=0.012)
    normal = np.vectorize(NORMAL.inv_cdf)(numbers)
    assert normal.std(axis=0) == pytest.approx(1.0, abs=0.06)
    measured = np.corrcoef(normal.T)
    # one feeder and district: 0.3 + 0.2; one district: 0.3
    for a, b, expected in ((0, 1, 0.5), (0, 2, 0.3), (1, 3, 0.3), (2, 3, 0.3)):
        assert measured[a, b] == pytest.approx(
            expected, abs=4 * (1 - expected**2) / math.sqrt(3000)
        )


def test_nearby_strength_falls_with_distance_as_a_gaussian() -> None:
    distances = np.array([0.0, 1.0, 2.0, 4.0, 20.0])
    of = lines(5, lat=27.5 + distances / DEGREE_KM, lon=np.full(5, 119.9))
    drawn = np.array([scores(of, seed, nearby="50 %", length="2 km").score for seed in range(800)])
    fields = drawn / math.sqrt(0.5)
    assert fields.mean(axis=0) == pytest.approx(0.0, abs=4 / math.sqrt(800))
    assert fields.std(axis=0) == pytest.approx(1.0, abs=4 / math.sqrt(1600))
    expected = np.exp(-(distances**2) / 8.0)
    assert np.corrcoef(fields.T)[0] == pytest.approx(expected, abs=4 / math.sqrt(800))


def counts(n_seeds: int, **dependence: object) -> np.ndarray:
    of = lines(40, n_spans=np.full(40, 20))
    chosen = {"spans": "quanta_conductor", "poles": "none"}
    return np.array(
        [
            len(failures(of, seed, wind=Gusts(35.8), fragility=chosen, dependence=dependence))
            for seed in range(n_seeds)
        ]
    )


def test_the_mean_stays_and_the_spread_is_that_of_the_copula() -> None:
    n, share = 40 * 20, 8e-12 * 80.0**5.1731
    alone, together = counts(150), counts(400, district="20 %")
    assert alone.mean() == pytest.approx(n * share, abs=4 * math.sqrt(n * share / 150))
    assert alone.var() == pytest.approx(n * share * (1 - share), rel=0.5)
    # P(both fail) of a pair: integral over the shared score of the conditional share squared
    z = np.linspace(-8.0, 8.0, 4001)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    limit = NORMAL.inv_cdf(share)
    given = np.array([NORMAL.cdf((limit - math.sqrt(0.2) * each) / math.sqrt(0.8)) for each in z])
    pair = float((weight * given**2).sum())
    variance = n * share * (1 - share) + n * (n - 1) * (pair - share**2)
    assert together.mean() == pytest.approx(n * share, abs=4 * math.sqrt(variance / 400))
    # kurtosis of the mixture makes the estimate of the variance wide
    assert together.var() == pytest.approx(variance, rel=0.35)
    assert together.var() > 5 * alone.var()


def test_a_part_more_changes_nobody_elses_strength() -> None:
    dependence = {"district": "20 %", "feeder": "20 %", "nearby": "20 %"}
    few, many = (failures(lines(n), wind=Gusts(38.0), dependence=dependence) for n in (10, 15))
    names = {f"hills/line{k}" for k in range(10)}
    assert tuple(f for f in many if f.asset in names) == few
    assert few


def test_a_stronger_wind_breaks_all_that_a_weaker_one_breaks() -> None:
    dependence = {"district": "30 %", "nearby": "30 %"}
    weak, strong = (
        {f.failed_id for f in failures(lines(30), wind=Gusts(peak), dependence=dependence)}
        for peak in (30.0, 36.0)
    )
    assert weak < strong


def test_shares_of_all_strength_leave_none_of_its_own_and_are_refused() -> None:
    with pytest.raises(ValidationError, match="less than 100 % together"):
        Dependence.model_validate({"district": "60 %", "feeder": "40 %"})
