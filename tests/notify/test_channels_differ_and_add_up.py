"""Several channels: each with its own rate, reach, loss and receipts; none gains a message."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.clock import Clock
from sim.engine.facts import NoticeCancelled, NoticeFinished, NoticeSubmitted, RunStarted
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.notify.campaigns import Audience, Campaigns, Notice
from sim.scenario.notify import Notify

QUIET = settings(deadline=None, derandomize=True, max_examples=40)
SURE = {"registered_share": 1, "delivered_share": 1, "noticed_share": 1}
SPEAKER = {"at_once": True, "receipts": False, "transit": "0 s", **SURE}


class Office:
    """Own campaigns to groups of two classes, some of them in the dark."""

    def __init__(
        self,
        channels: Mapping[str, Mapping[str, Any]],
        customers: list[int],
        dark: list[int] | None = None,
        seed: int = 1,
        **more: Any,
    ) -> None:
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.cause = self.journal.write(RunStarted("office", 1, sum(customers)))
        self.heard: list[tuple[float, str, list[int], list[float]]] = []
        n = len(customers)
        self.campaigns = Campaigns(
            Notify.model_validate({"channels": channels, **more}),
            Audience(
                np.array(customers, dtype=np.int64),
                np.arange(n, dtype=np.int64) % 2,
                np.arange(n, dtype=np.int64),
                ("residential", "business"),
                lambda groups: ~np.isin(groups, dark or []),
            ),
            self.clock,
            self.journal,
            Streams(seed),
            lambda _notice, channel, groups, shares: self.heard.append(
                (self.clock.now, channel, groups.tolist(), shares.tolist())
            ),
        )
        self._all = np.arange(n, dtype=np.int64)

    def send(self, t_s: float, *channels: str) -> None:
        self.clock.call_at(
            t_s,
            lambda: self.campaigns.submit(
                "i", "estimate", 9e5, self._all, self.cause, channels
            ),
        )  # fmt: skip

    def run(self) -> Notice:
        self.clock.run(until=1e6)
        return next(iter(self.campaigns.notices.values()))

    def facts(self, kind: type) -> list[Any]:
        return [each.fact for each in self.journal if isinstance(each.fact, kind)]


SHARES = st.floats(0, 1)
CHANNELS = st.fixed_dictionaries(
    {
        "registered_share": SHARES,
        "delivered_share": SHARES,
        "noticed_share": SHARES,
        "unpowered_share": SHARES,
        "at_once": st.booleans(),
        "throughput": st.sampled_from(["1 per min", "1 per s", "500 per s"]),
        "approval": st.sampled_from(["0 s", "10 min"]),
        "cost": st.floats(0, 10),
        "by_class": st.dictionaries(st.sampled_from(["residential", "business"]), SHARES),
    }
)


@QUIET
@given(
    channels=st.dictionaries(st.sampled_from(["a", "b", "c"]), CHANNELS, min_size=1),
    customers=st.lists(st.integers(0, 200), min_size=1, max_size=5),
    dark=st.lists(st.integers(0, 4), max_size=3),
    stop_s=st.none() | st.floats(0, 2000),
    seed=st.integers(0, 20),
)
def test_every_channel_conserves_its_messages(
    channels: dict[str, dict[str, Any]],
    customers: list[int],
    dark: list[int],
    stop_s: float | None,
    seed: int,
) -> None:
    office = Office(channels, customers, dark, seed)
    office.send(0.0, *channels)
    if stop_s is not None:
        office.clock.call_at(
            stop_s, lambda: office.campaigns.cancel("i/estimate#1", office.cause)
        )  # fmt: skip
    office.run()
    rows = office.campaigns.message_rows()
    assert len(rows) == len(channels) * len(customers)
    for row in rows:
        k, channel = row["group_ix"], channels[row["channel"]]
        assert customers[k] >= row["sent"] >= row["delivered"] >= row["noticed"] >= 0
        reachable = channel["by_class"].get(
            ("residential", "business")[k % 2], channel["registered_share"]
        )
        assert row["sent"] < customers[k] * reachable + 1
        assert row["cost_yuan"] == pytest.approx(row["sent"] * channel["cost"])
    finished = office.facts(NoticeFinished)
    assert sorted(each.channel for each in finished) == sorted(channels)
    for fact in finished:
        mine = [row for row in rows if row["channel"] == fact.channel]
        assert fact.sent == sum(row["sent"] for row in mine)
        assert fact.delivered == sum(row["delivered"] for row in mine)
    (submitted,) = office.facts(NoticeSubmitted)
    assert submitted.channels == tuple(channels)
    full = Office(channels, customers, dark, seed)
    full.send(0.0, *channels)
    full.run()
    meant = sum(row["sent"] for row in full.campaigns.message_rows())
    unsent = sum(each.unsent for each in office.facts(NoticeCancelled))
    assert sum(row["sent"] for row in rows) + unsent == meant


def test_a_class_has_its_own_share() -> None:
    office = Office({"app": {**SURE, "registered_share": 0.3, "by_class": {"business": 0.6}}},
                    [1000, 1000])  # fmt: skip
    office.send(0.0, "app")
    assert office.run().mailings["app"].sent.tolist() == [300, 600]


def test_a_channel_for_the_whole_area_has_no_queue() -> None:
    office = Office({"sms": {**SURE, "throughput": "1 per s"}, "speaker": SPEAKER}, [600, 600])
    office.send(10.0, "sms", "speaker")
    notice = office.run()
    assert notice.mailings["speaker"].t_sent_s.tolist() == [10.0, 10.0]
    assert notice.mailings["sms"].t_sent_s.tolist() == [610.0, 1210.0]


def test_a_channel_is_taken_after_its_approval_and_until_then_reaches_nobody() -> None:
    office = Office({"speaker": {**SPEAKER, "approval": "10 min"}}, [50])
    office.send(100.0, "speaker")
    office.clock.run(until=650.0)
    (row,) = office.campaigns.message_rows()
    assert (row["sent"], row["delivered"]) == (0, 0)
    assert math.isnan(row["t_sent_s"])
    assert office.run().mailings["speaker"].t_sent_s.tolist() == [700.0]
    assert min(t_s for t_s, *_rest in office.heard) > 700.0


def test_a_notice_stopped_before_its_approval_never_goes_out() -> None:
    office = Office({"speaker": {**SPEAKER, "approval": "10 min"}}, [50])
    office.send(100.0, "speaker")
    office.clock.call_at(200.0, lambda: office.campaigns.cancel("i/estimate#1", office.cause))
    office.run()
    assert office.heard == []
    assert [each.unsent for each in office.facts(NoticeCancelled)] == [50]


def test_a_loudspeaker_is_silent_in_the_dark_unless_it_has_a_battery() -> None:
    n = 400
    speaker = {**SPEAKER, "unpowered_share": 0.4}
    office = Office({"speaker": speaker}, [10] * n, dark=list(range(n // 2)))
    office.send(0.0, "speaker")
    office.send(50.0, "speaker")
    first = office.run().mailings["speaker"]
    again = office.campaigns.notices["i/estimate#2"].mailings["speaker"]
    assert (first.sent == 10).all()
    assert (first.delivered[n // 2 :] == 10).all()
    heard = (first.delivered[: n // 2] > 0).mean()
    assert heard == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / (n // 2)))
    # which villages have a battery stays so
    assert (again.delivered == first.delivered).all()


def test_a_throttled_gateway_slows_its_own_channel_only() -> None:
    channels = {"sms": {**SURE, "throughput": "1 per s"}, "app": {**SURE, "throughput": "1 per s"}}
    office = Office(channels, [600])
    office.send(10.0, "sms", "app")
    office.clock.call_at(310.0, lambda: office.campaigns.set_throughput(360.0, "sms"))
    notice = office.run()
    assert notice.mailings["app"].t_sent_s.tolist() == [610.0]
    assert notice.mailings["sms"].t_sent_s.tolist() == [3310.0]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ({}, ("sms",)),
        ({"default": ["app"]}, ("app",)),
        ({"default": ["app", "sms"]}, ("app", "sms")),
    ],
)
def test_a_notice_that_names_no_channel_goes_by_the_default(
    more: dict[str, Any], wanted: tuple[str, ...]
) -> None:
    office = Office({"sms": SURE, "app": SURE}, [10], **more)
    office.send(0.0)
    assert tuple(office.run().mailings) == wanted


def test_another_channel_changes_no_luck_of_this_one() -> None:
    channels = {"sms": {"delivered_share": 0.5}, "app": {"delivered_share": 0.5}}
    alone, together = Office(channels, [77, 78, 3]), Office(channels, [77, 78, 3])
    alone.send(50.0, "sms")
    together.send(50.0, "app", "sms")
    one, two = alone.run().mailings["sms"], together.run().mailings["sms"]
    assert one.sent.tolist() == two.sent.tolist()
    assert one.delivered.tolist() == two.delivered.tolist()
    assert one.noticed.tolist() == two.noticed.tolist()
