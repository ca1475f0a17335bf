"""Overlapping outages of the same customers are one interruption, however the list is written."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listed import assessed, listed, value

from sim.indicators.outages.outage_list import OutageList

NAMES = ("saifi", "saidi_min", "caifi", "maifi", "maifi_e", "cemi_2", "cemsmi_2", "celid_t_1h")
Row = tuple[int, int, int, int]
"""Start and length, min; customers; group."""

rows = st.lists(
    st.tuples(
        st.integers(0, 12) | st.integers(0, 300),
        st.integers(0, 4) | st.integers(0, 120),
        st.integers(0, 4),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)


def table(outages: list[Row]) -> OutageList:
    starts = np.array([60.0 * start for start, *_ in outages]) + 1.6e9
    n = len(outages)
    customers = np.array([float(each[2]) for each in outages])
    nothing = np.full(n, np.nan)
    return OutageList(
        starts,
        starts + [60.0 * each[1] for each in outages],
        np.full(n, 737_680),
        {"customers": customers, "kva": nothing, "users": nothing, "load_kw": nothing},
        np.full(n, -1, dtype=np.int8),
        np.full(n, "", dtype=np.str_),
        np.array([each[3] for each in outages]),
        nothing,
    )


def followed(outages: list[Row], limit_min: int) -> dict[str, float]:
    """Follow each customer minute by minute; minutes at which supply only touches 0 count too."""
    per_customer: list[list[tuple[int, int]]] = []
    for group in range(3):
        mine = [each for each in outages if each[3] == group]
        for customer in range(1, max((each[2] for each in mine), default=0) + 1):
            hit = sorted((s, s + d) for s, d, n, _ in mine if n >= customer)
            spans: list[tuple[int, int]] = []
            for start, end in hit:
                if spans and start <= spans[-1][1]:
                    spans[-1] = (spans[-1][0], max(spans[-1][1], end))
                else:
                    spans.append((start, end))
            per_customer.append(spans)
    long = [[e - s for s, e in each if e - s > limit_min] for each in per_customer]
    n_distinct = sum(bool(each) for each in long)
    n_long, minutes = sum(map(len, long)), sum(map(sum, long))
    found = {
        "saifi": n_long / 1000,
        "saidi_min": minutes / 1000,
        "maifi": (sum(map(len, per_customer)) - n_long) / 1000,
        "cemi_2": sum(len(each) >= 2 for each in long) / 1000,
        "maifi_e": sum(momentary_events(each, limit_min) for each in per_customer) / 1000,
        "cemsmi_2": sum(
            len(lasting) + momentary_events(each, limit_min) >= 2
            for lasting, each in zip(long, per_customer, strict=True)
        )
        / 1000,
        "celid_t_1h": sum(sum(each) >= 60 for each in long) / 1000,
    }
    return found | ({"caifi": n_long / n_distinct} if n_distinct else {})


def momentary_events(spans: list[tuple[int, int]], limit_min: int) -> int:
    """Count the events of one customer: what begins within the limit of the first is one.

    There is none where a sustained interruption begins within it too (the device locked out).
    """
    events, k = 0, 0
    while k < len(spans):
        first, end = spans[k]
        k += 1
        if end - first > limit_min:
            continue
        holds = True
        while holds and k < len(spans) and spans[k][0] <= first + limit_min:
            holds = spans[k][1] - spans[k][0] <= limit_min
            k += 1
        events += holds
    return events


def found(outages: OutageList, names: tuple[str, ...] = NAMES) -> dict[str, float | None]:
    assessment = assessed(outages, threshold_min=5.0, interruptions=(2,), total_h=(1.0,))
    return {name: assessment.ieee[name].value for name in names}


@given(rows)
@settings(max_examples=200, deadline=None)
def test_indices_are_those_of_customers_followed_one_by_one(outages: list[Row]) -> None:
    expected = followed(outages, 5)
    assert found(table(outages), tuple(expected)) == pytest.approx(expected)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_the_list_does_not_matter(outages: list[Row], random: object) -> None:
    shuffled = list(outages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(table(shuffled)) == pytest.approx(found(table(outages)))


@given(rows, st.integers(0, 11), st.integers(0, 120))
@settings(max_examples=40, deadline=None)
def test_an_outage_written_in_two_parts_is_one(outages: list[Row], k: int, at: int) -> None:
    start, length, customers, group = outages[k % len(outages)]
    at = min(at, length)
    parts = [(start, at, customers, group), (start + at, length - at, customers, group)]
    cut = [*outages[: k % len(outages)], *parts, *outages[k % len(outages) + 1 :]]
    assert found(table(cut)) == pytest.approx(found(table(outages)))


@given(rows)
@settings(max_examples=40, deadline=None)
def test_the_same_row_twice_changes_nothing(outages: list[Row]) -> None:
    assert found(table(outages + outages)) == pytest.approx(found(table(outages)))


@given(rows, st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_lists_of_different_customers_add_up(outages: list[Row], k: int) -> None:
    """Groups kept whole, the sums over customers of two lists are those of both together."""
    names = ("saifi", "saidi_min", "maifi", "maifi_e", "cemi_2", "celid_t_1h")
    first = [each for each in outages if each[3] <= k % 3]
    second = [each for each in outages if each[3] > k % 3]
    parts = [found(table(each), names) for each in (first, second) if each]
    sums = {name: sum(each[name] or 0.0 for each in parts) for name in names}
    assert found(table(outages), names) == pytest.approx(sums)


def test_smaller_outage_of_a_group_is_part_of_the_larger(tmp_path: Path) -> None:
    """100 out for 2 h; 40 of them an hour longer: 60 have 2 h, 40 have 3 h, each once."""
    text = (
        "start,end,customers,group\n"
        "2023-03-01 08:00,2023-03-01 10:00,100,line 3\n"
        "2023-03-01 09:00,2023-03-01 11:00,40,line 3\n"
    )
    outages = listed(tmp_path, text)
    assert value(assessed(outages), "saifi") == pytest.approx(0.1)
    assert value(assessed(outages), "saidi_min") == pytest.approx((60 * 120 + 40 * 180) / 1000)
    alone = listed(tmp_path, text.replace(",line 3", ","))
    assert value(assessed(alone), "saifi") == pytest.approx(0.14)
    assert value(assessed(alone), "saidi_min") == pytest.approx((100 * 120 + 40 * 120) / 1000)


def test_interruption_over_the_edge_of_a_period_is_one(tmp_path: Path) -> None:
    """It belongs to the year it began in, with its whole length."""
    text = (
        "start,end,customers,group\n"
        "2022-12-31 23:00,2023-01-01 02:00,100,a\n"
        "2023-01-01 01:00,2023-01-01 03:00,100,a\n"
    )
    years = assessed(listed(tmp_path, text)).years
    assert [each.indices["saifi"].value for each in years] == [pytest.approx(0.1), 0.0]
    assert [each.indices["saidi_min"].value for each in years] == [pytest.approx(24.0), 0.0]
