"""Which of the waiting calls an agent takes."""

from __future__ import annotations

import pytest
from by_hand import a_centre, a_group, a_type, by_both, calls_of


def order_of(by, enquiry, takes="preferred"):
    """Return who is served in which order: an agent is busy until 180 s."""
    types = {"outage": a_type(180, priority=2), "enquiry": a_type(60, **enquiry)}
    section = a_centre(types, a_group(1, *types, takes=takes))
    planned = [(0, "outage"), (10, "enquiry"), (150, "outage")]
    return [caller for (caller,) in calls_of(by, section, planned, "caller")]


@by_both
@pytest.mark.parametrize(("gain", "order"), [(0, [0, 2, 1]), (0.5, [0, 2, 1]), (1, [0, 1, 2])])
def test_priority_grows_with_the_wait(by, gain, order):
    # after 170 s the enquiry has gained 0, 1.4 or 2.8 over the outage's 2
    assert order_of(by, {"priority_gain": gain}) == order


@by_both
@pytest.mark.parametrize(("takes", "order"), [("preferred", [0, 2, 1]), ("oldest", [0, 1, 2])])
def test_among_equals_the_preferred_type_or_the_oldest_goes_first(by, takes, order):
    assert order_of(by, {"priority": 2}, takes) == order
