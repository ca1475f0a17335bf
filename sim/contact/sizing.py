"""How many agents and trunks are needed: exact answers by search. Words of `sim.contact.erlang`.

Only goals that more agents always bring nearer are offered: the wait that callers are offered
falls with every agent, so p_wait, p_abandon, EW fall and sl_served_all rises. (The service level
among answered calls need not: few agents and short patience can answer few calls quickly.)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.contact.arguments import EndlessQueueError, at_least, positive, whole
from sim.contact.erlang import (
    DelayedQueue,
    Patience,
    PatientQueue,
    Queue,
    erlang_a,
    erlang_b,
    erlang_c,
    general_patience,
)

__all__ = ["Goal", "fewest_agents", "fewest_lines", "fewest_trunks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Hold what is wanted; all that is stated must hold."""

    service_level: float | None = None
    """The least sl_served_all."""
    p_wait: float | None = None
    """The most."""
    p_abandon: float | None = None
    """The most."""
    EW: float | None = None
    """The longest, in the unit of time of the rates."""

    def __post_init__(self) -> None:
        for name in ("service_level", "p_wait", "p_abandon"):
            if (value := getattr(self, name)) is not None:
                _inside(f"goal.{name}", value)
        if self.EW is not None:
            positive("goal.EW", self.EW)
        if (self.service_level, self.p_wait, self.p_abandon, self.EW) == (None,) * 4:
            raise ValueError("goal: expected at least one of service_level, p_wait, p_abandon, EW")

    def is_met_by(self, queue: Queue | PatientQueue | DelayedQueue) -> bool:
        """Return whether a queue is as good as wanted."""
        if isinstance(queue, DelayedQueue):
            level, p_abandon = queue.sl, 0.0
        else:
            level, p_abandon = queue.sl_served_all, queue.p_abandon
        return (
            (self.service_level is None or level >= self.service_level)
            and (self.p_wait is None or queue.p_wait <= self.p_wait)
            and (self.p_abandon is None or p_abandon <= self.p_abandon)
            and (self.EW is None or queue.EW <= self.EW)
        )


def _inside(name: str, value: float) -> float:
    if not 0 < value < 1:
        raise ValueError(f"{name}: expected a share above 0 and below 1, got {value!r}")
    return value


def fewest_agents(
    arrival_rate: float,
    service_rate: float,
    goal: Goal,
    *,
    within: float = 0.0,
    patience: float | Patience = 0.0,
) -> int:
    """Return the fewest agents that meet a goal, with trunks enough for everyone.

    `patience` is the rate of exponential patience (0: nobody hangs up) or any law of patience.
    """
    load = positive("arrival_rate", arrival_rate) / positive("service_rate", service_rate)
    at_least("within", within)
    if not isinstance(patience, Patience):
        patience = at_least("patience", patience)

    def is_met(agents: int) -> bool:
        if isinstance(patience, Patience):
            try:
                return goal.is_met_by(
                    general_patience(arrival_rate, service_rate, agents, patience, within=within)
                )
            except EndlessQueueError:
                return False
        if patience > 0:
            return goal.is_met_by(
                erlang_a(arrival_rate, service_rate, agents, patience, within=within)
            )
        # nobody abandons an endless queue, but nobody would want it
        calm = erlang_c(arrival_rate, service_rate, agents, within=within)
        return agents > load and goal.is_met_by(calm)

    return _fewest(is_met, 1, math.ceil(load))


def fewest_lines(offered_load: float, *, p_block: float) -> int:
    """Return the fewest lines on which at most a share of calls finds all taken (Erlang B)."""
    positive("offered_load", offered_load)
    _inside("p_block", p_block)
    return _fewest(
        lambda lines: erlang_b(offered_load, lines).p_block <= p_block, 1, math.ceil(offered_load)
    )


def fewest_trunks(
    arrival_rate: float,
    service_rate: float,
    agents: int,
    patience_rate: float,
    *,
    p_block: float,
) -> int:
    """Return the fewest trunks, for queue and talk, that block at most a share of all calls.

    Raise ValueError where the agents are too few for any number of trunks.
    """
    load = positive("arrival_rate", arrival_rate) / positive("service_rate", service_rate)
    agents = whole("agents", agents, 1)
    at_least("patience_rate", patience_rate)
    _inside("p_block", p_block)
    if patience_rate == 0 and 1.0 - agents / load >= p_block:
        raise ValueError(f"p_block: {agents} agents block more than {p_block:g} of these calls")

    def is_met(trunks: int) -> bool:
        queue = erlang_a(
            arrival_rate, service_rate, agents, patience_rate, within=0.0, trunks=trunks
        )
        return queue.p_block <= p_block

    return _fewest(is_met, agents, agents + 1)


def _fewest(is_met: Callable[[int], bool], least: int, guess: int) -> int:
    """Return the first number from `least` on that meets; all after it do too."""
    low, high, step = least - 1, max(least, guess), 1
    while not is_met(high):
        low, high, step = high, high + step, 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_met(middle) else (middle, high)
    return high
