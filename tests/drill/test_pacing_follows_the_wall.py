"""Pacing: wall time to simulated time, never back, never a jump, never past EndEx."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drill.pacing import FASTEST, MOST_STEP_S, Pacing


class Wall:
    def __init__(self) -> None:
        self.s = 50.0

    def __call__(self) -> float:
        return self.s


def paced(end_s: float = 10_000.0, t_s: float = 1000.0) -> tuple[Pacing, Wall]:
    wall = Wall()
    return Pacing(wall, t_s, end_s), wall


def go(pacing: Pacing, wall: Wall, wall_s: float) -> float:
    wall.s += wall_s
    pacing.reached(pacing.due_s())
    return pacing.t_s


def test_time_stands_until_it_is_let_go() -> None:
    pacing, wall = paced()
    assert go(pacing, wall, 3.0) == 1000.0
    pacing.resume()
    assert go(pacing, wall, 0.1) == pytest.approx(1000.1)


def test_a_pause_is_not_made_up_for() -> None:
    pacing, wall = paced()
    pacing.resume()
    go(pacing, wall, 0.1)
    pacing.pause()
    wall.s += 1000.0
    pacing.resume()
    assert go(pacing, wall, 0.1) == pytest.approx(1000.2)


def test_speed_counts_from_when_it_was_set() -> None:
    pacing, wall = paced()
    pacing.resume()
    go(pacing, wall, 0.2)
    pacing.set_speed(30.0)
    assert go(pacing, wall, 0.1) == pytest.approx(1003.2)


def test_a_slow_machine_catches_up_slice_by_slice() -> None:
    pacing, wall = paced()
    pacing.resume()
    pacing.set_speed(10.0)
    assert go(pacing, wall, 2.0) == pytest.approx(1002.0)
    reached = [go(pacing, wall, 0.0) for _ in range(12)]
    assert max(b - a for a, b in pairwise(reached)) <= 2.0 + 1e-9
    assert reached[-1] == pytest.approx(1020.0)


def test_a_long_sleep_of_the_machine_is_forgiven() -> None:
    pacing, wall = paced()
    pacing.resume()
    wall.s += 3600.0
    for _ in range(100):
        go(pacing, wall, 0.0)
    assert pacing.t_s == pytest.approx(1000.2)


def test_a_step_goes_so_far_and_stays() -> None:
    pacing, wall = paced()
    pacing.resume()
    pacing.step(30.0)
    for _ in range(10):
        go(pacing, wall, 0.05)
    assert (pacing.t_s, pacing.is_stepping, pacing.is_running) == (1030.0, False, False)


def test_a_step_stops_at_endex() -> None:
    pacing, wall = paced(end_s=1010.0)
    pacing.step(30.0)
    for _ in range(10):
        go(pacing, wall, 0.05)
    assert (pacing.t_s, pacing.is_through) == (1010.0, True)


@pytest.mark.parametrize("speed", [0.0, 0.24, -1.0, 60.1, float("nan"), float("inf")])
def test_speeds_out_of_bounds_are_refused(speed: float) -> None:
    pacing, _ = paced()
    with pytest.raises(ValueError, match="speed"):
        pacing.set_speed(speed)
    assert pacing.speed == 1.0


@pytest.mark.parametrize("length_s", [0.0, -5.0, MOST_STEP_S + 1, float("nan")])
def test_steps_out_of_bounds_are_refused(length_s: float) -> None:
    pacing, _ = paced()
    with pytest.raises(ValueError, match="step"):
        pacing.step(length_s)


ACTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.0, 20.0)),
    st.tuples(st.just("speed"), st.floats(0.25, FASTEST)),
    st.tuples(st.just("step"), st.floats(0.1, MOST_STEP_S)),
    st.tuples(st.sampled_from(["pause", "resume"]), st.just(0.0)),
)


@given(st.lists(ACTS, max_size=60))
def test_time_never_goes_back_nor_jumps_nor_passes_endex(acts: list[tuple[str, float]]) -> None:
    pacing, wall = paced(end_s=3000.0)
    for act, value in acts:
        before = pacing.t_s
        if act == "speed":
            pacing.set_speed(value)
        elif act == "step":
            pacing.step(value)
        elif act == "pause":
            pacing.pause()
        elif act == "resume":
            pacing.resume()
        else:
            wall.s += value
        due = pacing.due_s()
        assert before <= due <= 3000.0
        assert due - before <= 0.2 * max(FASTEST, pacing.speed) + 1e-9
        pacing.reached(due)


@given(st.lists(st.floats(0.001, 0.19), min_size=1, max_size=200), st.floats(0.25, FASTEST))
def test_played_time_is_wall_time_times_speed_when_the_machine_keeps_up(
    waits: list[float], speed: float
) -> None:
    pacing, wall = paced(end_s=1e9)
    pacing.set_speed(speed)
    pacing.resume()
    for wait in waits:
        go(pacing, wall, wait)
    assert pacing.t_s - 1000.0 == pytest.approx(sum(waits) * speed, rel=1e-6, abs=1e-6)
