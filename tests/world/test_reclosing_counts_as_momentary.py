"""Interruptions by reclosing are momentary, longer ones sustained: worked by hand."""

from pathlib import Path
from typing import Any

import pytest

from sim.api import run
from tests.world.town import event, load

TOTAL = 40 + 50 + 60 + 70 + 80 + 90
FEEDER_A = 40 + 50 + 60 + 70


def indices(tmp_path: Path, **more: Any) -> tuple[float | None, float | None]:
    result = run(load(tmp_path, **more), 1)
    return result["maifi"], result["saifi"]


def test_each_interruption_of_a_sequence_counts_in_maifi(tmp_path: Path) -> None:
    # gone 4 s into the second dead time: the feeder is out twice, for 2 s and for 10 s
    maifi, saifi = indices(
        tmp_path,
        events=[event("1 h", "d/a3", "temporary")],
        protection={
            "dead_times": ["2 s", "10 s"],
            "temporary_clearing": {"constant": "4 s"},
        },
    )
    assert maifi == pytest.approx(2 * FEEDER_A / TOTAL)
    assert saifi == 0.0


@pytest.mark.parametrize(("threshold", "momentary"), [("3 min", False), ("5 min", True)])
def test_the_threshold_is_three_minutes_unless_ieee_is_asked_for(
    tmp_path: Path, threshold: str, momentary: bool
) -> None:
    maifi, saifi = indices(
        tmp_path,
        events=[event("1 h", "d/a3", "temporary")],
        protection={"dead_times": ["4 min"]},
        run={"momentary_threshold": threshold},
    )
    once = pytest.approx(FEEDER_A / TOTAL)
    assert (maifi, saifi) == ((once, 0.0) if momentary else (0.0, once))


def test_an_earth_fault_search_interrupts_healthy_feeders_for_moments_only(tmp_path: Path) -> None:
    maifi, saifi = indices(
        tmp_path,
        events=[event("1 h", "d/a3")],
        district={"remote_switch_share": 1},
        protection={
            "neutral": "isolated",
            "earth": {"share": 1, "evolves_per_h": 0, "extinguished_share": 0},
        },
    )
    assert maifi is not None
    assert maifi > 1.0
    assert saifi == 0.0
