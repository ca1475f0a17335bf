"""The clock stops at the very report that makes a watched count reach its threshold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from centres import centre_of, simple

from sim.engine.clock import Clock


def on_a_clock(watches):
    clock = Clock()
    centre = centre_of(simple(10, {"constant": "1 min"}), transformers=np.array([-1, 0, 1]))
    clock.take_along(centre)
    heard = []
    centre.on_reports = lambda reports: heard.append((clock.now, reports))
    centre.set_out([1, 2], True)
    for transformer, threshold in watches.items():
        centre.watch(transformer, threshold)
    centre.plan([100, 200, 300, 400], 1, 0.0, 0.5, range(4), "outage")
    centre.plan([250], 2, 0.0, 0.5, [9], "outage")
    return clock, centre, heard


def test_a_threshold_is_heard_at_its_time_and_once():
    clock, _centre, heard = on_a_clock({0: 3, 1: 1})
    clock.run(until=10000)
    assert heard == [(310.0, [(1, 1)]), (360.0, [(0, 3)])]


def test_the_clock_stands_at_the_very_time_of_the_report():
    """Not the last bit beside it: the world may plan calls from that time on."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        clock, centre, heard = on_a_clock({1: 2})
        t_s = 300.0 + 100.0 * rng.random()
        clock.call_at(50.0 * rng.random(), lambda: None)
        centre.on_reports = lambda _reports, centre=centre, clock=clock, heard=heard: (
            heard.append(clock.now),
            centre.plan([clock.now], 1, 0.0, 0.5, [8], "outage"),
        )
        centre.plan([t_s], 2, 0.0, 0.5, [7], "outage")
        clock.run(until=10000)
        assert heard == [t_s + 60.0]


def test_what_is_heard_can_change_what_comes_next():
    clock, centre, heard = on_a_clock({0: 2})
    centre.on_reports = lambda reports: (
        heard.append((clock.now, reports)),
        centre.set_belief([1], 0.0, 0.0, 0.0),
    )
    clock.run(until=10000)
    assert heard == [(260.0, [(0, 2)])]
    # the call of 300 s comes after the report of 260 s
    assert centre.counters().suppressed == 2


def test_a_watch_can_be_set_again_and_taken_away():
    clock, centre, heard = on_a_clock({0: 1, 1: 1})
    centre.watch(1, None)
    centre.on_reports = lambda reports: (
        heard.append((clock.now, reports)),
        centre.watch(0, reports[0][1] + 2),
    )
    clock.run(until=10000)
    assert heard == [(160.0, [(0, 1)]), (360.0, [(0, 3)])]


def test_reports_of_one_moment_are_heard_together():
    clock, centre, heard = on_a_clock({0: 2, 1: 2})
    centre.plan([200], 2, 0.0, 0.5, [7], "outage")
    centre.plan([250], 1, 0.0, 0.5, [8], "outage")
    clock.run(until=10000)
    assert heard == [(260.0, [(0, 2)]), (310.0, [(1, 2)])]
    clock, centre, heard = on_a_clock({0: 2, 1: 1})
    centre.plan([200], 2, 0.0, 0.5, [7], "outage")
    clock.run(until=10000)
    assert heard == [(260.0, [(0, 2), (1, 1)])]


def test_nothing_is_heard_when_nothing_is_watched():
    _clock, centre, _heard = on_a_clock({})
    assert centre.advance(10000.0) is None
    assert centre.reports.tolist() == [4, 1]


def test_an_endless_advance_stops_at_the_report():
    _clock, centre, _heard = on_a_clock({0: 4})
    assert centre.advance(math.inf) == 460.0
    assert centre.heard_transformers() == [(0, 4)]
    assert centre.heard_transformers() == []


def test_reports_are_read_only():
    _clock, centre, _heard = on_a_clock({})
    with pytest.raises(ValueError, match="read-only"):
        centre.reports[0] = 5
