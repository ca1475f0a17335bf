"""Erlang B: calls that find all lines taken are lost. See `sim.contact.erlang` for the words."""

from __future__ import annotations

from dataclasses import dataclass

from sim.contact.arguments import positive, whole

__all__ = ["Loss", "erlang_b", "idle_weight"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Hold the measures of Erlang B."""

    p_block: float
    E_busy: float
    occupancy: float


def idle_weight(load: float, agents: int) -> float:
    """Return P(an agent is idle) / P(all are busy) in a loss system; endless where too large.

    Every term of the sum is positive: no digits are lost however many agents there are.
    """
    weight = 0.0
    for busy in range(1, agents + 1):
        weight = (weight + 1.0) * busy / load
    return weight


def erlang_b(offered_load: float, agents: int) -> Loss:
    """Return the measures of M/M/n/n, or of any handle time of the same mean (M/G/n/n).

    `agents` may as well be trunks. Erlang (1917).
    """
    load = positive("offered_load", offered_load)
    agents = whole("agents", agents, 0)
    p_block = 1.0 / (1.0 + idle_weight(load, agents))
    busy = load * (1.0 - p_block)
    return Loss(p_block, busy, busy / agents if agents else 0.0)
