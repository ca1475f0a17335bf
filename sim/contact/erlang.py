"""Exact steady states of one group of agents: Erlang B, C, A, finite trunks, and M/M/n+G.

Calls come at random at a fixed rate (Poisson), talk for exponential times, wait in one line, first
come first served. All rates are per one unit of time, any one; waits come out in that unit. The
offered load in erlangs is arrival_rate / service_rate. T is the time `within` which an answer
counts for the service level. The measures are:

    p_block           calls that find all trunks taken / all calls
    p_balk            calls that hang up at once rather than join the queue / all calls
    p_wait            accepted calls (neither blocked nor balked) that find no agent idle
    p_abandon         abandonments / accepted calls
    EW                mean time in queue over all accepted calls (zeros and abandoned included)
    EW_served         mean time in queue of answered calls (zeros included)
    EW_abandoned      mean time in queue of abandoned calls; not a number where none abandons
    sl_served_all     answered within T / accepted calls
    sl_served_served  answered within T / answered calls
    sl_excl_short_ab  answered within T / (accepted calls - abandoned within T)
    EQ, E_busy        mean number of calls waiting, of agents busy
    occupancy         mean busy agents / agents

Bad arguments raise ValueError. Agents and trunks may go to 10,000 and far beyond.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.contact.arguments import at_least, positive, share, whole
from sim.contact.general_patience import (
    Patience,
    PatientQueue,
    general_patience,
    patience_of,
)
from sim.contact.log_concave import jumps_within, mode_of, outwards
from sim.contact.loss import Loss, erlang_b, idle_weight

__all__ = [
    "DelayedQueue",
    "Loss",
    "Patience",
    "PatientQueue",
    "Queue",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "general_patience",
    "patience_of",
]

Floats = NDArray[np.float64]
Balking = float | Callable[[int], float]


@dataclass(frozen=True, slots=True)
class DelayedQueue:
    """Hold the measures of Erlang C, where every call waits until it is answered."""

    p_wait: float
    EW: float
    EW_given_wait: float
    """Mean wait of the calls that wait."""
    sl: float
    """Answered within T / all calls."""
    EQ: float
    occupancy: float


@dataclass(frozen=True, slots=True)
class Queue:
    """Hold the measures of Erlang A with or without finite trunks and balking."""

    p_block: float
    p_balk: float
    p_wait: float
    p_abandon: float
    EW: float
    EW_served: float
    EW_abandoned: float
    sl_served_all: float
    sl_served_served: float
    sl_excl_short_ab: float
    p_abandon_within_T: float  # noqa: N815 (the reference's name)
    """Abandoned within T / accepted calls."""
    EQ: float
    E_busy: float
    occupancy: float


def erlang_c(
    arrival_rate: float, service_rate: float, agents: int, *, within: float
) -> DelayedQueue:
    """Return the measures of M/M/n: nobody hangs up, trunks never run out.

    A load of as many erlangs as agents or more has no steady state: its limit is returned, where
    everyone waits without end.
    """
    arrival_rate = positive("arrival_rate", arrival_rate)
    service_rate = positive("service_rate", service_rate)
    agents = whole("agents", agents, 1)
    within = at_least("within", within)
    load = arrival_rate / service_rate
    spare = agents - load
    if spare <= 0:
        return DelayedQueue(1.0, math.inf, math.inf, 0.0, math.inf, 1.0)
    lost = erlang_b(load, agents).p_block
    p_wait = agents * lost / (spare + load * lost)
    given_wait = 1.0 / (spare * service_rate)
    return DelayedQueue(
        p_wait=p_wait,
        EW=p_wait * given_wait,
        EW_given_wait=given_wait,
        sl=1.0 - p_wait * math.exp(-within / given_wait),
        EQ=arrival_rate * p_wait * given_wait,
        occupancy=load / agents,
    )


def erlang_a(
    arrival_rate: float,
    service_rate: float,
    agents: int,
    patience_rate: float,
    *,
    within: float,
    trunks: int | None = None,
    balk: Balking = 0.0,
) -> Queue:
    """Return the measures of M/M/n/K+M: patience is exponential, of mean 1 / patience_rate.

    `trunks` (K) counts the calls there may be, waiting or talking; None is no bound. `balk` is the
    share of those who would have to wait that hang up at once, or a function of the number of
    calls already waiting, which must not fall. A patience_rate of 0 is endless patience.

    Palm (1957), "Research on telephone traffic carried by full availability groups".
    """
    arrival_rate = positive("arrival_rate", arrival_rate)
    service_rate = positive("service_rate", service_rate)
    agents = whole("agents", agents, 1)
    patience_rate = at_least("patience_rate", patience_rate)
    within = at_least("within", within)
    places = None if trunks is None else whole("trunks", trunks, agents) - agents
    joining = _joining(balk)
    all_busy = agents * service_rate

    def ratio(waiting: NDArray[np.int64]) -> Floats:
        return arrival_rate * joining(waiting) / (all_busy + (waiting + 1.0) * patience_rate)

    law = outwards(ratio, mode_of(ratio, places), places)
    if not law.is_whole:
        raise ValueError("the queue has too many likely lengths: it wants more agents or trunks")
    waiting = law.numbers()
    taken = np.zeros(len(waiting), bool) if places is None else waiting == places
    # a queue that is never short leaves no agent idle
    weight_empty = float(law.weights[0]) if law.first == 0 else 0.0
    weight_idle = weight_empty * idle_weight(arrival_rate / service_rate, agents)
    p_busy = 1.0 / (1.0 + weight_idle / float(law.weights.sum()))
    p_idle = 1.0 / (1.0 + float(law.weights.sum()) / weight_idle) if weight_idle else 0.0
    lengths = law.weights / law.weights.sum()
    wants = joining(waiting)
    joins = wants * ~taken

    accepted = p_idle + p_busy * float(lengths @ joins)
    p_wait = p_busy * float(lengths @ joins) / accepted
    # of the calls that wait: how many find q waiting
    found = lengths * joins / max(float(lengths @ joins), math.ulp(0.0))
    fates = _fates(waiting, all_busy, patience_rate, within)
    p_now = p_idle / accepted
    p_served = p_now + p_wait * float(found @ fates.served)
    on_time = p_now + p_wait * float(found @ fates.served_within)
    short_abandoned = p_wait * float(found @ fates.abandoned_within)
    ever_abandoned = float(found @ fates.abandoned)
    busy = arrival_rate / service_rate * p_idle + agents * p_busy * float(lengths @ (waiting > 0))
    return Queue(
        p_block=p_busy * float(lengths @ taken),
        p_balk=p_busy * float(lengths @ ((1.0 - wants) * ~taken)),
        p_wait=p_wait,
        p_abandon=p_wait * ever_abandoned,
        EW=p_wait * float(found @ fates.wait),
        EW_served=p_wait * float(found @ fates.served_wait) / p_served,
        EW_abandoned=(
            float(found @ fates.abandoned_wait) / ever_abandoned if ever_abandoned else math.nan
        ),
        sl_served_all=on_time,
        sl_served_served=on_time / p_served,
        sl_excl_short_ab=on_time / (1.0 - short_abandoned),
        p_abandon_within_T=short_abandoned,
        EQ=p_busy * float(lengths @ waiting),
        E_busy=busy,
        occupancy=busy / agents,
    )


def _joining(balk: Balking) -> Callable[[NDArray[np.int64]], Floats]:
    """Return numbers waiting -> share of callers who join, checked."""
    if not callable(balk):
        constant = 1.0 - share("balk", balk)
        return lambda waiting: np.full(len(waiting), constant)

    def joining(waiting: NDArray[np.int64]) -> Floats:
        shares = np.array([share("balk", balk(int(each))) for each in waiting])
        if np.any(np.diff(shares) * np.sign(np.diff(waiting)) < 0):
            raise ValueError("balk: expected a share that does not fall as the queue grows")
        return 1.0 - shares

    return joining


@dataclass(frozen=True, slots=True)
class _Fates:
    """Hold what becomes of a caller who finds q waiting, each of shape (n,) over q."""

    served: Floats
    abandoned: Floats
    wait: Floats
    """Mean wait."""
    served_wait: Floats
    """Mean of the wait where it ends in an answer, else 0."""
    abandoned_wait: Floats
    """Mean of the wait where the caller hangs up, else 0."""
    served_within: Floats
    abandoned_within: Floats


def _fates(waiting: NDArray[np.int64], all_busy: float, theta: float, within: float) -> _Fates:
    """Return the fates of callers who find each of successive numbers waiting.

    With k in line, oneself included, the next to leave does so at the rate d(k) = n mu + k theta.
    The chance to be answered is d(0) / d(q + 1): all other factors cancel. The number of
    departures from the line within T, were it endless, is negative binomial, which gives the
    shares within T; every term is positive.
    """
    in_line = waiting + 1.0
    leave = all_busy + in_line * theta
    served = np.asarray(all_busy / leave, np.float64)
    abandoned = in_line * theta / leave
    ahead = int(waiting[0])
    ahead_s = _sum_of_inverses(all_busy, theta, ahead)
    ahead_share = max(ahead - all_busy * ahead_s, 0.0)
    below, above = jumps_within(all_busy + theta, theta, within, waiting)
    return _Fates(
        served=served,
        abandoned=abandoned,
        wait=in_line / leave,
        served_wait=served * (ahead_s + np.cumsum(1.0 / leave)),
        abandoned_wait=(ahead_share + np.cumsum(abandoned)) / leave,
        served_within=served * above,
        abandoned_within=-math.expm1(-theta * within) * below + abandoned * above,
    )


def _sum_of_inverses(start: float, step: float, count: int) -> float:
    """Return the sum of 1 / (start + k step) for k from 1 to `count`.

    The first thousand are added up, the others follow from Euler and Maclaurin's formula, whose
    next term is below 1e-14 of the sum by then.
    """
    exact = min(count, 1000)
    total = float(np.sum(1.0 / (start + step * np.arange(1, exact + 1))))
    if count > exact and step > 0:
        low, high = start + step * (exact + 0.5), start + step * (count + 0.5)
        total += math.log1p((high - low) / low) / step
        total += step / 24.0 * (1.0 / high**2 - 1.0 / low**2)
    elif count > exact:
        total += (count - exact) / start
    return total
