"""Background calls: hourly rates of local time, day factors, and independence of the rest."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from sim.contact.arrivals import background_times
from sim.engine.streams import Streams
from sim.scenario.background import Background
from sim.scenario.contact import Contact
from sim.units import DAY_S, Calendar

AT_SIX = Calendar(datetime(2020, 3, 1, 6, 0), "Asia/Shanghai")


def times(days=20, seed=3, **settings):
    background = Background(call_type="enquiry", per_day=5000, **settings)
    return background_times(background, Streams(seed), AT_SIX, days * DAY_S)


def test_hours_have_their_weights_in_local_time():
    profile = (0,) * 9 + (3, 1) + (0,) * 13
    hours = (np.floor(times(profile=profile) / 3600.0).astype(int) + 6) % 24
    assert set(hours) == {9, 10}
    assert np.mean(hours == 9) == pytest.approx(0.75, abs=0.01)
    assert len(hours) / 20 == pytest.approx(5000, rel=0.02)


def test_times_are_sorted_and_within_the_run():
    drawn = times(days=1.3)
    assert np.all(np.diff(drawn) >= 0)
    assert drawn[0] >= 0
    assert drawn[-1] < 1.3 * DAY_S


def test_a_longer_run_begins_with_the_same_calls():
    short, long = times(days=2), times(days=5)
    assert np.array_equal(short, long[: len(short)])


def test_days_differ_by_their_spread():
    drawn = times(days=400, profile=(1,) * 24, day_factor={"gamma_shape": 16})
    daily = np.bincount(((drawn + 6 * 3600.0) // DAY_S).astype(int))[1:-1]
    assert np.mean(daily) == pytest.approx(5000, rel=0.05)
    assert np.std(daily) / np.mean(daily) == pytest.approx(0.25, rel=0.12)


def test_default_seats_carry_the_default_background():
    """The default day is worked at an occupancy the source calls usual, with few abandoned."""
    from sim.contact.centre import Centre

    section = Contact()
    centre = Centre(section, Streams(1), AT_SIX, np.array([-1]), 2 * DAY_S)
    centre.finish(2 * DAY_S)
    calls, counts = centre.calls(), centre.counters()
    answered = calls["outcome"] == "answered"
    shifts = centre.agent_shifts()
    on_duty_s = np.sum(shifts["t_off_s"] - shifts["t_on_s"])
    busy_s = np.sum((calls["t_end_s"] - calls["t_end_wait_s"])[answered])
    assert 0.35 < busy_s / on_duty_s < 0.75
    assert counts.abandoned / counts.offered < 0.02
    assert counts.blocked == 0
