from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from sim.engine.student import t_cdf, t_quantile
from sim.experiments.compare import compare, interval
from sim.experiments.replicate import Replication
from sim.experiments.thinned import SERIES, band

# Two-sided 95 % and 99 % points as printed in tables of Student's t (three decimals).
PUBLISHED = {
    1: (12.706, 63.657),
    2: (4.303, 9.925),
    3: (3.182, 5.841),
    4: (2.776, 4.604),
    5: (2.571, 4.032),
    9: (2.262, 3.250),
    10: (2.228, 3.169),
    19: (2.093, 2.861),
    29: (2.045, 2.756),
    60: (2.000, 2.660),
    120: (1.980, 2.617),
}


def replication(
    case: str, number: int, value: float | None, series: dict | None = None
) -> Replication:
    empty = {name: (0.0,) for name in SERIES}
    return Replication(
        case=case,
        number=number,
        seed=50 + number,
        input_hash="",
        code="",
        digest="",
        end_s=900.0,
        values={"saifi": value},
        reasons={},
        series=empty | (series or {}),
    )


@pytest.mark.parametrize("degrees", PUBLISHED)
def test_t_quantiles_are_those_of_the_published_tables(degrees: int) -> None:
    p95, p99 = PUBLISHED[degrees]
    assert round(t_quantile(0.975, degrees), 3) == p95
    assert round(t_quantile(0.995, degrees), 3) == p99


def test_t_has_its_closed_forms_for_one_and_two_degrees() -> None:
    for p in (0.01, 0.3, 0.6, 0.999):
        assert t_quantile(p, 1) == pytest.approx(math.tan(math.pi * (p - 0.5)), rel=1e-9)
        exact = (2 * p - 1) / math.sqrt(2 * p * (1 - p))
        assert t_quantile(p, 2) == pytest.approx(exact, rel=1e-9)
    assert t_quantile(0.975, 1e7) == pytest.approx(1.959964, abs=1e-5)
    assert t_quantile(0.5, 7) == pytest.approx(0.0, abs=1e-12)
    assert t_cdf(-1.5, 4) == pytest.approx(1.0 - t_cdf(1.5, 4))
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(1.0, 5)


def test_an_interval_is_as_worked_by_hand() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    half = 2.7764451 * math.sqrt(2.5 / 5)
    assert (found.mean, found.n) == (3.0, 5)
    assert (found.low, found.high) == pytest.approx((3.0 - half, 3.0 + half))


def test_differences_are_paired_and_so_sharper_than_the_means() -> None:
    luck = [10.0, 50.0, 30.0, 90.0]
    rows = [replication("base", k, x) for k, x in enumerate(luck)]
    rows += [replication("more", k, x - 2.0 - 0.1 * k) for k, x in enumerate(luck)]
    found = compare(rows)
    assert found.cases == ("base", "more")
    assert found.seeds == (50, 51, 52, 53)
    difference = found.differences["more"]["saifi"]
    assert difference.mean == pytest.approx(-2.15)
    assert difference.is_clear
    assert not interval([y - x for x in luck for y in luck]).is_clear
    assert found.means["base"]["saifi"].mean == pytest.approx(45.0)


def test_pairs_with_a_missing_number_are_left_out_and_counted() -> None:
    rows = [replication("a", 0, 1.0), replication("a", 1, None), replication("a", 2, 3.0)]
    rows += [replication("b", 0, 2.0), replication("b", 1, 5.0), replication("b", 2, None)]
    found = compare(rows)
    assert found.means["a"]["saifi"].n == 2
    assert found.differences["b"]["saifi"].n == 1
    assert found.differences["b"]["saifi"].mean == 1.0
    none = compare([replication("a", 0, None)]).means["a"]["saifi"]
    assert (none.mean, none.low, none.n) == (None, None, 0)


def test_one_replication_has_no_interval_and_says_so() -> None:
    found = compare([replication("a", 0, 1.0), replication("b", 0, 4.0)])
    assert not found.has_intervals
    difference = found.differences["b"]["saifi"]
    assert (difference.mean, difference.low, difference.high) == (3.0, None, None)
    assert not difference.is_clear
    written = json.loads(found.to_json())
    assert written["confidence"] is None
    assert written["differences"]["b"]["saifi"] == {"mean": 3.0, "low": None, "high": None, "n": 1}
    assert written["units"] == {"saifi": "1"}


def test_the_common_length_of_the_runs_is_stated_only_when_there_is_one() -> None:
    rows = [replication("a", 0, 1.0), replication("b", 0, 4.0)]
    assert compare(rows).span_s == 900.0
    assert json.loads(compare(rows).to_json())["span_s"] == 900.0
    assert compare([rows[0], replace(rows[1], end_s=1800.0)]).span_s is None


def test_cases_with_other_seeds_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same seeds"):
        compare([replication("a", 0, 1.0), replication("b", 1, 4.0)])


def test_bands_hold_the_last_customers_out_and_drop_ended_queues() -> None:
    runs = [
        {"customers_out": (0.0, 9.0, 4.0), "queue_length": (1.0, 3.0)},
        {"customers_out": (0.0, 5.0), "queue_length": (5.0,)},
    ]
    out = band("customers_out", runs)
    assert out.t_s.tolist() == [0.0, 900.0, 1800.0]
    assert out.p50.tolist() == [0.0, 7.0, 4.5]
    assert out.n.tolist() == [2, 2, 1]
    queue = band("queue_length", runs)
    assert queue.p50.tolist() == [3.0, 3.0]
    assert queue.p90.tolist() == pytest.approx([np.percentile([1, 5], 90), 3.0])
