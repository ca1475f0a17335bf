"""Customers report in the call types their class gives, each in the same one every time."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from sim.customers.callers import NOBODY, Callers
from sim.customers.channels import Channels
from sim.engine.streams import Streams
from sim.scenario.customers import Customers

SHARES = {"outage": 0.7, "outage_chat": 0.1, "outage_app": 0.2}
SECTION = Customers.model_validate(
    {
        "classes": {
            "home": {"share": 0.9, "calls_as": SHARES},
            "key": {"share": 0.1, "calls_as": {"outage_key": 1}},
        }
    }
)


def chosen(n: int, class_ix: int, **section: Any) -> dict[str, set[int]]:
    channels = Channels(SECTION, tuple(SECTION.classes), Streams(3))
    ident = np.arange(n, dtype=np.uint64)
    rows = channels.chosen(ident, np.full(n, class_ix))
    return {name: set(each.tolist()) for name, each in rows}


def test_every_customer_has_one_channel_by_the_shares_of_the_class() -> None:
    n = 20_000
    found = chosen(n, 0)
    assert sorted(row for rows in found.values() for row in rows) == list(range(n))
    for name, share in SHARES.items():
        assert len(found[name]) / n == pytest.approx(share, abs=4 * (share / n) ** 0.5)


def test_a_customer_keeps_the_channel_whoever_else_calls() -> None:
    all_of_them, few = chosen(1000, 0), chosen(50, 0)
    assert all(rows <= all_of_them[name] for name, rows in few.items())


def test_a_class_has_a_line_of_its_own() -> None:
    assert chosen(300, 1) == {"outage_key": set(range(300))}


def test_shares_that_end_below_one_by_rounding_lose_nobody() -> None:
    thirds = Customers.model_validate(
        {"classes": {"all": {"share": 1, "calls_as": {"a": 0.1, "b": 0.2, "c": 0.7}}}}
    )
    channels = Channels(thirds, ("all",), Streams(1))
    found: dict[str, int] = defaultdict(int)
    for name, rows in channels.chosen(np.arange(5000, dtype=np.uint64), np.zeros(5000, np.int64)):
        found[name] += len(rows)
    assert sum(found.values()) == 5000


def test_callers_are_remembered_by_their_row() -> None:
    callers = Callers()
    callers.note(np.array([5, 5000]), np.array([17, 18]))
    assert callers.of(np.array([5, 6, 5000, 10**6])).tolist() == [17, NOBODY, 18, NOBODY]
