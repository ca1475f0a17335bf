"""Chance: functions of who and when, the same one by one, in arrays and in tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sim.engine.hashing import MASK, mix, mix_arrays, uniform, uniforms
from sim.engine.sampling import lookup, lookup_all, mean_s, quantile, tabulate
from sim.engine.streams import Streams, owner_number
from sim.engine.tables import Table
from sim.scenario.distributions import Distribution

WORDS = st.integers(0, MASK)
QUIET = settings(deadline=None, derandomize=True, max_examples=150)
LENGTHS = [
    {"constant": "90 s"},
    {"exponential": "4 min"},
    {"uniform": {"low": "2 s", "high": "30 s"}},
    {"lognormal": {"median": "107 s", "p90": "387 s"}},
    {
        "mixture": [
            {"weight": 0.3, "of": {"constant": "10 s"}},
            {"weight": 0.7, "of": {"exponential": "2 min"}},
        ]
    },
]


def read(written: dict) -> Distribution:  # type: ignore[type-arg]
    return TypeAdapter(Distribution).validate_python(written)


@QUIET
@given(state=WORDS, value=WORDS)
def test_mixing_is_the_same_for_one_and_for_arrays(state: int, value: int) -> None:
    one = mix(state, value)
    many = mix_arrays(np.array([state], np.uint64), np.array([value], np.uint64))
    assert 0 <= one <= MASK
    assert many.tolist() == [one]
    assert uniforms(many).tolist() == [uniform(one)]
    assert 0.0 < uniform(one) < 1.0


@QUIET
@given(owners=st.lists(WORDS, min_size=1, max_size=5), episode=WORDS, seed=st.integers(0, 99))
def test_traits_are_the_same_for_one_and_for_many(
    owners: list[int], episode: int, seed: int
) -> None:
    trait = Streams(seed).trait("luck")
    many = trait.of_all(np.array(owners, np.uint64), episode)
    assert many.tolist() == [trait.of(owner, episode) for owner in owners]
    names = [f"d/dt{owner}" for owner in owners]
    assert trait.of_names(names, episode).tolist() == [trait.of(name, episode) for name in names]


def test_traits_are_even_and_owe_nothing_to_each_other() -> None:
    streams = Streams(7)
    one, other = streams.trait("one"), streams.trait("other")
    ids = np.arange(40_000, dtype=np.uint64)
    samples = [
        one.of_all(ids),
        one.of_all(ids, 1),
        other.of_all(ids),
        Streams(8).trait("one").of_all(ids),
    ]
    for sample in samples:
        counts, _ = np.histogram(sample, 20, (0, 1))
        assert ((counts - 2000) ** 2 / 2000).sum() < 45.0  # chi-square, 19 degrees, 1 in 1000
    for sample in samples[1:]:
        assert abs(np.corrcoef(samples[0], sample)[0, 1]) < 0.02


def test_a_stream_has_one_owner_and_depends_on_the_seed_only() -> None:
    streams = Streams(1)
    first = streams.generator("arrivals").random(3).tolist()
    streams.trait("more")
    with pytest.raises(ValueError, match="taken twice"):
        streams.trait("arrivals")
    again = Streams(1)
    again.trait("more")
    assert again.generator("arrivals").random(3).tolist() == first
    assert Streams(2).generator("arrivals").random(3).tolist() != first
    assert streams.trait("a").of("line12") == streams_value(1)
    assert owner_number("line12") != owner_number("line13")


def streams_value(seed: int) -> float:
    return Streams(seed).trait("a").of(owner_number("line12"))


@pytest.mark.parametrize("written", LENGTHS, ids=lambda each: next(iter(each)))
def test_tables_give_the_quantiles_and_the_mean(written: dict) -> None:  # type: ignore[type-arg]
    distribution = read(written)
    at, table = quantile(distribution), tabulate(distribution)
    u = (np.arange(20_000) + 0.5) / 20_000
    exact = np.array([at(each) for each in u])
    assert (np.diff(exact) >= 0).all()
    assert exact.mean() == pytest.approx(mean_s(distribution), rel=0.01)
    close = np.abs(lookup_all(table, u) - exact) <= 0.01 * exact + 0.05
    # mass at one point is exact but for one step at its edge
    assert close.mean() > 0.995
    bits = (u * 2.0**32 - 0.5).astype(np.uint64)
    one_by_one = [lookup(table, int(each)) for each in bits[::97]]
    assert one_by_one == pytest.approx(lookup_all(table, uniforms(bits[::97])).tolist())


@QUIET
@given(bits=WORDS)
def test_lookups_stay_within_the_table(bits: int) -> None:
    table = tabulate(read({"exponential": "4 min"}))
    value = lookup(table, bits)
    assert table.min() <= value <= table.max()
    assert value == pytest.approx(float(lookup_all(table, np.array([uniform(bits)]))[0]))


def test_a_row_needs_every_column() -> None:
    table = Table("trips", {"device": str, "t_s": float, "n": int, "is_open": bool})
    table.append(device="x", t_s=1, n=2, is_open=True)
    with pytest.raises(ValueError, match="trips has the columns device, t_s, n, is_open"):
        table.append(device="x", t_s=1.0)
    columns = table.columns()
    assert {name: column.dtype.kind for name, column in columns.items()} == {
        "device": "O",
        "t_s": "f",
        "n": "i",
        "is_open": "b",
    }
    assert len(table) == 1
