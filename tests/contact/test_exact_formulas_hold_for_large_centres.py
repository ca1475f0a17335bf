"""Exact formulas up to 10,000 agents: limits, order, two methods, laws of patience, bad numbers."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict

import pytest

from sim.contact.arguments import EndlessQueueError
from sim.contact.day_factor import per_call_over_days
from sim.contact.erlang import (
    Patience,
    erlang_a,
    erlang_b,
    erlang_c,
    general_patience,
    patience_of,
)
from sim.contact.sizing import Goal, fewest_agents, fewest_lines, fewest_trunks
from sim.scenario.distributions import Constant, Lognormal, Mixture

SIZES = [1, 10, 1_000, 10_000]
LOADS = [0.01, 0.5, 0.95, 1.0, 1.05, 2.0]
GRID = list(itertools.product(SIZES, LOADS))


def exponential(rate):
    return Patience(lambda t: math.exp(-rate * t))


def at_zero(share, survival):
    return Patience(lambda t: (1.0 - share) * survival(t))


def is_share(value):
    return -1e-12 <= value <= 1.0 + 1e-12


@pytest.mark.parametrize(("agents", "load"), GRID)
def test_two_methods_agree(agents, load):
    """The chain of states against the integrals over the offered wait."""
    chain = asdict(erlang_a(load * agents, 1.0, agents, 0.4, within=0.1))
    offered = asdict(general_patience(load * agents, 1.0, agents, exponential(0.4), within=0.1))
    names = sorted(set(chain) & set(offered))
    assert [offered[each] for each in names] == pytest.approx(
        [chain[each] for each in names], rel=1e-9, abs=1e-12
    )
    assert all(is_share(chain[each]) for each in chain if each.startswith(("p_", "sl_", "occ")))


@pytest.mark.parametrize("rate", [1e-6, 1e-3, 1e3])
@pytest.mark.parametrize("agents", SIZES)
def test_two_methods_agree_where_callers_are_patient_or_not(agents, rate):
    """Queues of up to 10^10 calls, and patience far shorter than a talk."""
    chain = erlang_a(2.0 * agents, 1.0, agents, rate, within=30.0)
    offered = general_patience(2.0 * agents, 1.0, agents, exponential(rate), within=30.0)
    for name in ("p_abandon", "EW", "EW_served", "EW_abandoned", "sl_served_all", "EQ"):
        assert getattr(offered, name) == pytest.approx(getattr(chain, name), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("agents", "load"), GRID)
def test_no_patience_loses_every_call_that_would_wait(agents, load):
    lost = erlang_b(load * agents, agents)
    queue = erlang_a(load * agents, 1.0, agents, 1e14 * agents, within=0.1)
    assert queue.p_abandon == pytest.approx(lost.p_block, rel=1e-9, abs=1e-30)
    assert queue.occupancy == pytest.approx(lost.occupancy, rel=1e-9)
    immediate = general_patience(load * agents, 1.0, agents, Patience(lambda _: 0.0), within=0.1)
    assert immediate.p_abandon == pytest.approx(lost.p_block, rel=1e-9, abs=1e-30)
    no_places = erlang_a(load * agents, 1.0, agents, 0.4, within=0.1, trunks=agents)
    assert no_places.p_block == pytest.approx(lost.p_block, rel=1e-9, abs=1e-30)


@pytest.mark.parametrize("agents", SIZES)
@pytest.mark.parametrize("load", [0.01, 0.5, 0.95])
def test_endless_patience_is_erlang_c(agents, load):
    endless = erlang_c(load * agents, 1.0, agents, within=0.1)
    for queue in (
        erlang_a(load * agents, 1.0, agents, 0.0, within=0.1),
        general_patience(load * agents, 1.0, agents, Patience(lambda _: 1.0), within=0.1),
    ):
        assert (queue.p_wait, queue.EW, queue.EQ) == pytest.approx(
            (endless.p_wait, endless.EW, endless.EQ), rel=1e-9, abs=1e-30
        )
        assert queue.sl_served_all == pytest.approx(endless.sl, rel=1e-9)
        assert queue.p_abandon == 0.0


@pytest.mark.parametrize(("agents", "load"), GRID)
def test_many_trunks_are_as_good_as_endless_ones(agents, load):
    endless = asdict(erlang_a(load * agents, 1.0, agents, 0.5, within=0.1))
    many = asdict(erlang_a(load * agents, 1.0, agents, 0.5, within=0.1, trunks=8 * agents + 200))
    assert many == pytest.approx(endless, rel=1e-9, abs=1e-30, nan_ok=True)


@pytest.mark.parametrize("calls", [0.5, 95.0, 9_500.0])
def test_every_agent_helps(calls):
    around = range(max(1, int(0.98 * calls)), int(1.02 * calls) + 4)
    queues = [erlang_a(calls, 1.0, agents, 0.3, within=0.05) for agents in around]
    for fewer, more in itertools.pairwise(queues):
        assert more.sl_served_all > fewer.sl_served_all
        assert more.p_abandon < fewer.p_abandon
        assert more.EW < fewer.EW


@pytest.mark.parametrize("agents", [100, 10_000])
def test_ten_thousand_trunks_block_less_each(agents):
    trunks = sorted({agents, (agents + 10_000) // 2, 10_000})
    blocked = [
        erlang_a(1.5 * agents, 1.0, agents, 0.9, within=0.1, trunks=each).p_block for each in trunks
    ]
    assert blocked == sorted(blocked, reverse=True)
    assert all(is_share(each) for each in blocked)


def test_steps_bends_and_masses_of_patience_are_found():
    """Laws stated with and without their breaks give the same, and constant patience by hand."""
    step = Patience(lambda t: 1.0 if t < 2.0 else 0.0, (2.0,))
    found = general_patience(1.2, 1.0, 1, step, within=1.0)
    # one agent, everyone leaves at 2: V has density ~ exp(0.2 x) up to 2, exp(0.4 - (x - 2)) after
    before, after = math.expm1(0.4) / 0.2, math.exp(0.4)
    idle = 1.0 / (1.0 + 1.2 * (before + after))
    assert 1.0 - found.p_wait == pytest.approx(idle, rel=1e-12)
    assert found.p_abandon == pytest.approx(1.2 * after * idle, rel=1e-12)
    assert found.EW_abandoned == pytest.approx(2.0, rel=1e-12)
    assert found.p_abandon_within_T == 0.0
    unstated = general_patience(1.2, 1.0, 1, Patience(step.survival), within=1.0)
    assert asdict(unstated) == pytest.approx(asdict(found), rel=1e-9)


def test_patience_of_zero_by_chance_is_balking_that_counts_as_abandoning():
    mixed = general_patience(60.0, 0.25, 200, at_zero(0.3, exponential(1 / 3).survival), within=0.4)
    balking = erlang_a(60.0, 0.25, 200, 1 / 3, within=0.4, balk=0.3)
    assert mixed.occupancy == pytest.approx(balking.occupancy, rel=1e-9)
    assert pytest.approx(balking.EQ, rel=1e-9) == mixed.EQ
    lost = balking.p_balk + (1.0 - balking.p_balk) * balking.p_abandon
    assert mixed.p_abandon == pytest.approx(lost, rel=1e-9)


@pytest.mark.parametrize(
    "patience",
    [
        Patience(lambda t: math.exp(-((t / 3.0) ** 0.5))),
        patience_of(Lognormal(lognormal={"median": "2 s", "p90": "9 s"})),
        patience_of(
            Mixture(
                mixture=[
                    {"weight": 0.1, "of": {"constant": "0 s"}},
                    {"weight": 0.3, "of": {"constant": "2 s"}},
                    {"weight": 0.3, "of": {"uniform": {"low": "1 s", "high": "5 s"}}},
                    {"weight": 0.3, "of": {"exponential": "4 s"}},
                ]
            )
        ),
        patience_of(Constant(constant="1.5 s")),
    ],
    ids=["weibull below 1", "lognormal", "mixture", "constant"],
)
@pytest.mark.parametrize("agents", [1, 100, 10_000])
def test_calls_are_conserved_under_any_patience(patience, agents):
    """Busy agents, from the state of the system, answer as many calls as do not abandon.

    Whoever waits leaves by an answer or by hanging up, and idle agents are those of Erlang B cut
    at n - 1: both follow from other sums than the measures they are compared with.
    """
    load = 1.1 * agents
    queue = general_patience(load, 1.0, agents, patience, within=1.0)
    below = erlang_b(load, agents - 1)
    busy = (1.0 - queue.p_wait) * below.E_busy + queue.p_wait * agents
    assert load * (1.0 - queue.p_abandon) == pytest.approx(busy, rel=1e-9)
    assert (
        pytest.approx(
            (1.0 - queue.p_abandon) * queue.EW_served + queue.p_abandon * queue.EW_abandoned,
            rel=1e-9,
        )
        == queue.EW
    )
    assert queue.sl_served_all + queue.p_abandon_within_T + queue.p_wait_gt_T == pytest.approx(
        1.0, rel=1e-9
    )


LEVEL = Goal(service_level=0.8)


@pytest.mark.parametrize("patience", [0.0, 0.5, exponential(0.5)], ids=["C", "A", "G"])
@pytest.mark.parametrize("calls", [0.2, 95.0, 9_500.0])
def test_one_agent_less_misses_the_goal(calls, patience):
    agents = fewest_agents(calls, 1.0, LEVEL, within=0.1, patience=patience)

    def level(n):
        if patience == 0.0:
            return erlang_c(calls, 1.0, n, within=0.1).sl
        return erlang_a(calls, 1.0, n, 0.5, within=0.1).sl_served_all

    assert level(agents) >= 0.8
    assert agents == 1 or level(agents - 1) < 0.8


@pytest.mark.parametrize(
    ("goal", "is_met"),
    [
        (Goal(p_abandon=0.03), lambda queue: queue.p_abandon <= 0.03),
        (Goal(p_wait=0.2), lambda queue: queue.p_wait <= 0.2),
        (Goal(EW=0.02), lambda queue: queue.EW <= 0.02),
        (
            Goal(EW=0.02, p_abandon=0.001),
            lambda queue: queue.EW <= 0.02 and queue.p_abandon <= 0.001,
        ),
    ],
)
def test_each_goal_is_met_by_the_fewest(goal, is_met):
    agents = fewest_agents(300.0, 1.0, goal, patience=0.7)
    assert is_met(erlang_a(300.0, 1.0, agents, 0.7, within=0.0))
    assert not is_met(erlang_a(300.0, 1.0, agents - 1, 0.7, within=0.0))


def test_one_line_less_blocks_too_many():
    lines = fewest_lines(9_000.0, p_block=0.01)
    assert erlang_b(9_000.0, lines).p_block <= 0.01 < erlang_b(9_000.0, lines - 1).p_block
    trunks = fewest_trunks(1_000.0, 1.0, 900, 0.3, p_block=0.001)

    def blocked(n):
        return erlang_a(1_000.0, 1.0, 900, 0.3, within=0.0, trunks=n).p_block

    assert blocked(trunks) <= 0.001 < blocked(trunks - 1)


def test_days_alike_are_one_day():
    """A constant keeps its value, and the rate itself has mean square over mean."""
    assert per_call_over_days(lambda _: 0.25, 50.0, 10.0) == pytest.approx(0.25, rel=1e-12)
    assert per_call_over_days(lambda rate: rate, 50.0, 10.0) == pytest.approx(55.0, rel=1e-9)


def test_more_calls_than_agents_can_answer_have_no_steady_state():
    assert math.inf == erlang_c(10.0, 1.0, 10, within=0.1).EW
    with pytest.raises(EndlessQueueError, match="the queue grows without end"):
        erlang_a(10.0, 1.0, 10, 0.0, within=0.1)
    with pytest.raises(EndlessQueueError, match="the queue grows without end"):
        general_patience(20.0, 1.0, 10, Patience(lambda t: max(0.6, 1.0 - t)), within=0.1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: erlang_b(0.0, 3), "offered_load: expected a number above 0, got 0.0"),
        (lambda: erlang_b(1.0, 2.5), "agents: expected a whole number, got 2.5"),
        (lambda: erlang_b(math.nan, 3), "offered_load: expected a finite number, got nan"),
        (lambda: erlang_c(1.0, 1.0, 0, within=1.0), "agents: expected 1 or more, got 0"),
        (lambda: erlang_c(1.0, 1.0, 2, within=-1.0), "within: expected 0 or more, got -1.0"),
        (lambda: erlang_a(1.0, -1.0, 2, 1.0, within=0.0), "service_rate: expected a number above"),
        (lambda: erlang_a(1.0, 1.0, 2, -1.0, within=0.0), "patience_rate: expected 0 or more"),
        (lambda: erlang_a(1.0, 1.0, 4, 1.0, within=0.0, trunks=3), "trunks: expected 4 or more"),
        (
            lambda: erlang_a(1.0, 1.0, 4, 1.0, within=0.0, balk=1.2),
            "balk: expected a share from 0 to 1, got 1.2",
        ),
        (
            lambda: erlang_a(9.0, 1.0, 4, 1.0, within=0.0, balk=lambda q: 0.5 / (1 + q)),
            "balk: expected a share that does not fall",
        ),
        (
            lambda: general_patience(1.0, 1.0, 2, Patience(lambda _: 1.5), within=0.0),
            "patience: expected a share from 0 to 1 at 0, got 1.5",
        ),
        (Goal, "goal: expected at least one of"),
        (lambda: Goal(service_level=1.0), "goal.service_level: expected a share above 0 and below"),
        (lambda: fewest_trunks(9.0, 1.0, 4, 0.0, p_block=0.1), "p_block: 4 agents block more than"),
    ],
)
def test_wrong_numbers_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words.replace(".", r"\.")):
        wrong()
