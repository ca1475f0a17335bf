"""Indicators of work orders against tables written by hand."""

import pytest

from sim.indicators.orders import orders
from tests.indicators.tiny import manifest, run_of, table

MINUTE = 60.0


def order(kind: str, accepted_min: float, **more: object) -> dict[str, object]:
    return {"kind": kind, "t_accepted_s": accepted_min * MINUTE, "merged_into": -1, **more}


RUN = run_of(
    table(
        "work_orders",
        order("order", 0, chasers=2, t_dispatched_s=120.0, t_taken_s=600.0, t_arrived_s=3600.0,
              t_restored_s=7200.0, t_followed_up_s=9000.0, late_arrival=True, late_take_over=True),
        order("merged", 10, chasers=1, t_dispatched_s=840.0, t_restored_s=7800.0),
        order("merged", 20, late_dispatch=True),
        order("spared", 30, t_restored_s=1801.0),
    )
)  # fmt: skip


def test_reports_are_what_became_of_them() -> None:
    found = orders(RUN, manifest())
    counts = {name: found[f"orders_{name}"].value
              for name in ("reports", "opened", "merged", "chasers", "spared")}  # fmt: skip
    assert counts == {"reports": 7, "opened": 1, "merged": 2, "chasers": 3, "spared": 1}


def test_stages_are_timed_over_the_orders_that_reached_them() -> None:
    found = orders(RUN, manifest())
    assert found["orders_dispatch_p50_min"].value == pytest.approx(3.0)  # of 2 and 4
    assert found["orders_dispatch_p90_min"].value == pytest.approx(3.8)
    assert found["orders_take_over_p50_min"].value == pytest.approx(8.0)
    assert found["orders_arrival_p50_min"].value == pytest.approx(60.0)
    assert found["orders_restoration_p50_min"].value == pytest.approx(120.0)
    assert found["orders_follow_up_p90_min"].value == pytest.approx(30.0)


def test_late_shares_are_of_all_orders() -> None:
    found = orders(RUN, manifest())
    assert found["orders_late_dispatch_share"].value == pytest.approx(1 / 3)
    assert found["orders_late_arrival_share"].value == pytest.approx(1 / 3)
    assert found["orders_late_restoration_share"].value == 0.0
    assert found["orders_late_share"].value == pytest.approx(2 / 3)


def test_without_orders_times_are_missing_and_say_why() -> None:
    found = orders(run_of(), manifest())
    assert found["orders_reports"].value == 0
    assert found["orders_dispatch_p50_min"].reason == "no_such_order"
    assert found["orders_late_share"].reason == "no_such_order"
