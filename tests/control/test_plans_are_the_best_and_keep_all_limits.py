"""Plans on small random feeders: the best there is, and within all limits at every step."""

import pytest

from sim.control.plans import plan
from tests.control import feeders


def cases(first: int, n: int, n_buses: int = 6) -> list[feeders.Case]:
    found = (feeders.random_case(seed, n_buses) for seed in range(first, first + n))
    return [case for case in found if case is not None]


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_no_set_of_moves_supplies_more_than_the_plan(first: int) -> None:
    tried = 0
    for case in cases(first, 50):
        found = plan(case.request)
        assert found.is_best
        after = feeders.moved(case.closed, found.steps)
        assert feeders.live_weight(case, after) == pytest.approx(feeders.most_by_trying(case))
        tried += 1
    assert tried > 3


@pytest.mark.parametrize("first", range(1000, 1400, 100))
def test_every_state_on_the_way_keeps_every_limit(first: int) -> None:
    n_steps = n_openings = 0
    for case in cases(first, 100, n_buses=14):
        found = plan(case.request)
        assert len(found.steps) <= case.request.steps_at_most
        weights = [feeders.live_weight(case, case.closed)]
        for k in range(len(found.steps)):
            state = feeders.moved(case.closed, found.steps[: k + 1])
            assert feeders.violations(case.grid, state, case.limits) == []
            weights.append(feeders.live_weight(case, state))
        assert weights == sorted(weights)
        assert weights[-1] - weights[0] == pytest.approx(found.worth)
        n_steps += len(found.steps)
        n_openings += sum(not step.closed for step in found.steps)
    assert n_steps > n_openings > 0
