"""Notices: one gateway first come first served; customers >= sent >= delivered >= noticed."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.clock import Clock
from sim.engine.facts import NoticeCancelled, NoticeFinished, NoticeSubmitted, RunStarted
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.notify.campaigns import Audience, Campaigns
from sim.notify.carrier import Mailing
from sim.notify.delivery import Gateway
from sim.scenario.notify import Notify

QUIET = settings(deadline=None, derandomize=True, max_examples=60)


def audience(customers: Sequence[int]) -> Audience:
    """Return groups of one class with supply, each at a place of its own."""
    n = len(customers)
    return Audience(
        np.array(customers, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        np.arange(n, dtype=np.int64),
        ("all",),
        lambda groups: np.ones(len(groups), dtype=bool),
    )


class Office:
    """Own campaigns to groups of customers on a clock of their own."""

    def __init__(self, *customers: int, seed: int = 1, **sms: Any) -> None:
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.cause = self.journal.write(RunStarted("office", 1, sum(customers)))
        self.heard: list[tuple[float, str, list[int], list[float]]] = []
        self.campaigns = Campaigns(
            Notify.model_validate({"channels": {"sms": sms}}),
            audience(customers),
            self.clock,
            self.journal,
            Streams(seed),
            lambda notice, _channel, groups, shares: self.heard.append(
                (self.clock.now, notice.notice, groups.tolist(), shares.tolist())
            ),
        )

    def send(self, t_s: float, groups: list[int], incident: str = "i") -> None:
        self.clock.call_at(
            t_s,
            lambda: self.campaigns.submit(
                incident, "estimate", 9000.0, np.array(groups, dtype=np.int64), self.cause
            ),
        )

    def mailing(self, notice: str = "i/estimate#1") -> Mailing:
        return self.campaigns.notices[notice].mailings["sms"]

    def run(self, until_s: float = 1e6) -> "Office":
        self.clock.run(until=until_s)
        return self


@QUIET
@given(
    batches=st.lists(
        st.tuples(st.floats(0, 100), st.lists(st.integers(0, 50), max_size=5)), max_size=6
    ),
    per_h=st.floats(60.0, 1e6),
)
def test_the_gateway_serves_in_order_and_never_faster_than_its_rate(
    batches: list[tuple[float, list[int]]], per_h: float
) -> None:
    gateway = Gateway(per_h)
    now_s, free_s = 0.0, 0.0
    for wait_s, messages in batches:
        now_s += wait_s
        begin_s = max(now_s, free_s)
        assert gateway.backlog_s(now_s) == pytest.approx(begin_s - now_s, abs=1e-6)
        out_s = gateway.send(now_s, np.array(messages, dtype=np.int64))
        expected = begin_s + np.cumsum(messages) * 3600.0 / per_h
        assert out_s == pytest.approx(expected)
        free_s = float(out_s[-1]) if len(out_s) else free_s


def test_a_second_notice_waits_for_the_first() -> None:
    office = Office(100, 60, throughput="1 per s", registered_share=1)
    office.send(10.0, [0])
    office.send(20.0, [1])
    office.run()
    first, second = office.campaigns.carriers["sms"].mailings
    assert first.t_sent_s.tolist() == [110.0]
    assert second.t_sent_s.tolist() == [170.0]


@QUIET
@given(
    customers=st.lists(st.integers(0, 400), min_size=1, max_size=6),
    shares=st.tuples(*[st.floats(0, 1)] * 3),
    seed=st.integers(0, 50),
)
def test_every_step_loses_messages_and_gains_none(
    customers: list[int], shares: tuple[float, float, float], seed: int
) -> None:
    registered, delivered, noticed = shares
    office = Office(
        *customers,
        seed=seed,
        registered_share=registered,
        delivered_share=delivered,
        noticed_share=noticed,
    )
    office.send(0.0, list(range(len(customers))))
    office.run()
    notice = office.mailing()
    assert (notice.customers == customers).all()
    for less, more, share in (
        (notice.sent, notice.customers, registered),
        (notice.delivered, notice.sent, delivered),
        (notice.noticed, notice.delivered, noticed),
    ):
        assert (less <= more).all()
        assert (np.abs(less - more * share) < 1.0 + 1e-9).all()
    # the reached share of a group only grows, up to all who notice
    for k in range(len(customers)):
        mine = [s[g.index(k)] for _t, _n, g, s in office.heard if k in g]
        assert mine == sorted(mine)
        assert mine[-1] == notice.noticed[k] / max(customers[k], 1)


def test_rounding_is_fair_over_many_small_groups() -> None:
    office = Office(*[3] * 2000, registered_share=0.7, delivered_share=1, noticed_share=1)
    office.send(0.0, list(range(2000)))
    office.run()
    sent = office.mailing().sent
    assert set(sent.tolist()) == {2, 3}
    assert sent.mean() == pytest.approx(2.1, abs=4 * 0.3 / math.sqrt(2000))


def test_messages_are_noticed_after_transit_and_over_time() -> None:
    office = Office(
        1000,
        throughput="1000000 per s",
        registered_share=1,
        delivered_share=1,
        noticed_share=1,
        transit="20 s",
        noticing={"exponential": "10 min"},
    )
    office.send(100.0, [0])
    office.run()
    times = [t_s - 120.0 for t_s, *_rest in office.heard]
    assert times == pytest.approx([-600.0 * math.log(1 - q) for q in (0.1, 0.3, 0.5, 0.7, 0.9)],
                                  abs=0.01)  # fmt: skip
    assert [share for *_rest, (share,) in office.heard] == pytest.approx(
        [0.2, 0.4, 0.6, 0.8, 1.0], abs=0.001
    )


def test_the_end_of_a_notice_is_written_once_with_its_cause() -> None:
    office = Office(500, 500, 500, throughput="5 per s")
    office.send(0.0, [0, 1, 2])
    office.run()
    submitted, finished = [e for e in office.journal if not isinstance(e.fact, RunStarted)]
    assert isinstance(submitted.fact, NoticeSubmitted)
    assert isinstance(finished.fact, NoticeFinished)
    assert finished.cause == submitted.seq
    rows = office.campaigns.message_rows()
    assert finished.fact.sent == sum(row["sent"] for row in rows)
    assert finished.fact.delivered == sum(row["delivered"] for row in rows)
    assert submitted.fact.customers == 1500


def test_a_notice_to_nobody_ends_at_once() -> None:
    office = Office(10)
    office.send(5.0, [])
    office.run()
    kinds = [type(e.fact) for e in office.journal]
    assert kinds == [RunStarted, NoticeSubmitted, NoticeFinished]


def test_one_notice_meets_the_same_luck_whatever_else_is_sent() -> None:
    alone, among = Office(77, 78), Office(77, 78)
    alone.send(50.0, [0, 1])
    among.send(0.0, [1], incident="other")
    among.send(50.0, [0, 1])
    one = alone.run().mailing()
    two = among.run().mailing()
    assert one.sent.tolist() == two.sent.tolist()
    assert one.delivered.tolist() == two.delivered.tolist()
    assert one.noticed.tolist() == two.noticed.tolist()


def test_what_is_cancelled_is_not_noticed() -> None:
    office = Office(600, 600, 600, throughput="10 per s", registered_share=1, delivered_share=1)
    office.send(0.0, [0, 1, 2])
    office.clock.call_at(90.0, lambda: office.campaigns.cancel("i/estimate#1", office.cause))
    office.run()
    notice = office.mailing()
    assert notice.sent.tolist() == [600, 300, 0]
    assert (notice.delivered <= notice.sent).all()
    assert (notice.noticed <= notice.delivered).all()
    cancelled = next(e.fact for e in office.journal if isinstance(e.fact, NoticeCancelled))
    assert cancelled.unsent == 900


def test_what_is_cancelled_holds_up_nobody() -> None:
    office = Office(600, 60, throughput="1 per s", registered_share=1)
    office.send(0.0, [0])
    office.clock.call_at(100.0, lambda: office.campaigns.cancel("i/estimate#1", office.cause))
    office.send(200.0, [1], incident="other")
    office.run()
    assert office.mailing("other/estimate#1").t_sent_s.tolist() == [260.0]


def test_a_notice_that_is_out_cannot_be_cancelled_any_more() -> None:
    office = Office(60, throughput="1 per s", registered_share=1)
    office.send(0.0, [0])
    office.clock.call_at(100.0, lambda: office.campaigns.cancel("i/estimate#1", office.cause))
    office.run()
    assert office.mailing().sent.tolist() == [60]
