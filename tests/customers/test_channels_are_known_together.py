"""What customers know by several channels: more than by one, each until it is put right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.customers.knowledge import Knowledge

GROUP = np.array([0])
SHARES = st.floats(0, 1)


def told(knowledge: Knowledge, share: float, promise_s: float, channel: str, now_s: float) -> None:
    knowledge.tell(GROUP, np.array([share]), promise_s, now_s, channel)


def test_two_channels_reach_more_than_one_and_fewer_than_their_sum() -> None:
    knowledge = Knowledge(1)
    told(knowledge, 0.5, 100.0, "sms", 0.0)
    told(knowledge, 0.2, 100.0, "app", 0.0)
    assert knowledge.informed(GROUP, 1.0) == pytest.approx([0.6])
    told(knowledge, 0.2, 100.0, "sms", 1.0)  # the same ones again
    assert knowledge.informed(GROUP, 1.0) == pytest.approx([0.6])


def test_one_channel_alone_is_exact() -> None:
    knowledge = Knowledge(1)
    told(knowledge, 0.3, 100.0, "sms", 0.0)
    assert knowledge.informed(GROUP, 1.0).tolist() == [0.3]
    low, high = knowledge.expire(GROUP, 100.0, 100.0)
    assert (low.tolist(), high.tolist()) == ([0.0], [0.3])


def test_a_later_time_in_the_app_does_not_reach_who_has_the_text_message() -> None:
    knowledge = Knowledge(1)
    told(knowledge, 0.5, 100.0, "sms", 0.0)
    told(knowledge, 0.2, 900.0, "app", 50.0)
    low, high = knowledge.expire(GROUP, 100.0, 100.0)
    assert low == pytest.approx([0.2])  # these know better
    assert high - low == pytest.approx([0.5 * 0.8])
    assert knowledge.informed(GROUP, 100.0) == pytest.approx([0.2])
    assert knowledge.told(GROUP) == pytest.approx([0.6])


def test_a_time_told_twice_breaks_once() -> None:
    knowledge = Knowledge(1)
    told(knowledge, 0.5, 100.0, "sms", 0.0)
    told(knowledge, 0.2, 100.0, "app", 0.0)
    low, high = knowledge.expire(GROUP, 100.0, 100.0)
    assert high - low == pytest.approx([0.6])
    low, high = knowledge.expire(GROUP, 100.0, 100.0)
    assert (high - low).tolist() == [0.0]


@settings(derandomize=True, deadline=None)
@given(shares=st.lists(SHARES, min_size=1, max_size=4))
def test_the_order_of_channels_does_not_matter(shares: list[float]) -> None:
    reached = []
    for order in (shares, shares[::-1]):
        knowledge = Knowledge(1)
        for k, share in enumerate(order):
            told(knowledge, share, 100.0, f"{k}", 0.0)
        reached.append(float(knowledge.informed(GROUP, 0.0)[0]))
    assert reached[0] == pytest.approx(reached[1])
    assert reached[0] == pytest.approx(1.0 - np.prod(1.0 - np.array(shares)))
    assert max(shares) - 1e-12 <= reached[0] <= 1.0 + 1e-12


def test_the_end_of_the_outage_ends_it_all() -> None:
    knowledge = Knowledge(2)
    for channel in ("sms", "app"):
        told(knowledge, 0.5, 100.0, channel, 0.0)
    knowledge.forget(GROUP)
    assert knowledge.told(GROUP).tolist() == [0.0]
