"""Damage that shows later: the weakest of those left standing, after a delay."""

import math

import numpy as np
import pytest
from exposed import DAY_S, Gusts, failures, lines

from sim.hazards.fragility import CURVES

LATENT = {"share": 0.5, "delay": {"exponential": "6 h"}}
CHOSEN = {"spans": "quanta_conductor", "poles": "none"}


def test_what_breaks_at_once_is_as_without_and_as_many_more_come_as_set() -> None:
    of = lines(200)
    plain = failures(of, wind=Gusts(32.0), fragility=CHOSEN, until_s=10 * DAY_S)
    found = failures(of, wind=Gusts(32.0), fragility=CHOSEN, latent=LATENT, until_s=10 * DAY_S)
    assert tuple(f for f in found if f.hazard != "latent") == plain
    later = [f for f in found if f.hazard == "latent"]
    share = CURVES["quanta_conductor"].probability(32.0)
    n = 200 * 50 * share * 0.5
    assert len(later) == pytest.approx(n, abs=4 * math.sqrt(n))
    assert {f.kind for f in later} == {"permanent"}
    # weaker than the rest, stronger than what broke
    assert all(f.gust_ms >= 32.0 for f in later)
    delays_h = (np.array([f.t_s for f in later]) - DAY_S / 2) / 3600.0
    assert delays_h.min() > 0.0
    assert delays_h.mean() == pytest.approx(6.0, abs=4 * 6.0 / math.sqrt(len(later)))


def test_what_would_fail_after_the_run_is_left_out() -> None:
    found = failures(
        lines(200), wind=Gusts(32.0), fragility=CHOSEN, latent=LATENT, until_s=DAY_S / 2 + 3600.0
    )
    assert max(f.t_s for f in found) <= DAY_S / 2 + 3600.0
    assert any(f.hazard == "latent" for f in found)


def test_ice_weakens_too() -> None:
    course = [{"at": "0 h", "thickness_mm": 0}, {"at": "12 h", "thickness_mm": 15}]
    found = failures(lines(60), ice={"course": course}, latent=LATENT)
    now, later = ([f for f in found if f.hazard == name] for name in ("ice", "latent"))
    assert len(later) == pytest.approx(0.5 * len(now), rel=0.3)
    assert min(f.t_s for f in later) > 12 * 3600.0
