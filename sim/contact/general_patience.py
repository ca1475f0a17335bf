"""M/M/n+G: exact steady state with any law of patience. See `sim.contact.erlang` for the words.

Baccelli and Hebuterne (1981); the measures are those of Zeltyn and Mandelbaum (2005), "Call
centers with impatient customers". The wait V that agents offer an endlessly patient caller has the
density c exp(phi(x)) for x > 0, phi(x) = integral of (arrival_rate survival - n service_rate) from
0 to x. As survival only falls, phi rises to one peak and falls after it: it is integrated outwards
from the peak, in cells fine enough that halving them changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.contact.arguments import EndlessQueueError, at_least, positive, whole
from sim.contact.loss import idle_weight
from sim.engine.sampling import share_below
from sim.scenario.distributions import Constant, Distribution, Empirical, Mixture, Uniform

__all__ = ["Patience", "PatientQueue", "general_patience", "patience_of"]

Floats = NDArray[np.float64]
ORDER = 16
"""Nodes of a cell."""
TOLERANCE = 1e-13
FAINT = 92.0
"""exp(-92) = 1e-40 of the peak is not worth counting."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Hold a law of patience: how many wait longer than a time, and where that jumps or bends."""

    survival: Callable[[float], float]
    """Time -> share of callers who would wait longer; mass at 0 is 1 - survival(0)."""
    breaks: tuple[float, ...] = ()
    """Times where survival jumps or bends; need not be complete, only saves work."""


def patience_of(distribution: Distribution) -> Patience:
    """Return the law of patience a scenario's distribution states, in seconds."""
    return Patience(lambda t: 1.0 - share_below(distribution, t), tuple(_breaks(distribution)))


def _breaks(distribution: Distribution) -> list[float]:
    match distribution:
        case Constant(constant=length):
            return [length]
        case Uniform(uniform=bounds):
            return [bounds.low, bounds.high]
        case Empirical(empirical=table):
            return list(table.lengths)
        case Mixture(mixture=parts):
            return [each for part in parts for each in _breaks(part.of)]
    return []


@dataclass(frozen=True, slots=True)
class PatientQueue:
    """Hold the measures of M/M/n+G."""

    p_wait: float
    p_abandon: float
    EV: float
    """Mean wait offered, as an endlessly patient caller would find it."""
    EW: float
    EW_served: float
    EW_abandoned: float
    p_offered_wait_gt_T: float  # noqa: N815 (the reference's names)
    p_wait_gt_T: float  # noqa: N815
    """Still waiting after T / all calls."""
    sl_served_all: float
    sl_served_served: float
    sl_excl_short_ab: float
    p_abandon_within_T: float  # noqa: N815
    EQ: float
    E_busy: float
    occupancy: float


def general_patience(
    arrival_rate: float, service_rate: float, agents: int, patience: Patience, *, within: float
) -> PatientQueue:
    """Return the measures of M/M/n+G; raise EndlessQueueError where there is none."""
    arrival_rate = positive("arrival_rate", arrival_rate)
    service_rate = positive("service_rate", service_rate)
    agents = whole("agents", agents, 1)
    within = at_least("within", within)
    offered = _OfferedWait(arrival_rate, agents * service_rate, patience, within)
    x, stays, area = offered.x, offered.stays, offered.area
    # all but one agent busy, or fewer: the state in which a caller makes the last one busy
    others = 1.0 + idle_weight(arrival_rate / service_rate, agents - 1)
    log_weight = math.log(arrival_rate / others) if others < math.inf else -math.inf
    p_wait = _logistic(log_weight + offered.log_mass)
    density = p_wait * offered.weights
    ever_abandoned = float(offered.weights @ (1.0 - stays))
    abandoned_wait = float(offered.weights @ np.maximum(area - x * stays, 0.0))

    p_now = _logistic(-log_weight - offered.log_mass)
    p_served = p_now + float(density @ stays)
    soon = x < within
    stay_within = _survival(patience, within)
    offered_later = float(density @ ~soon)
    on_time = p_now + float(density @ (stays * soon))
    short_abandoned = float(density @ ((1.0 - stays) * soon)) + (1.0 - stay_within) * offered_later
    wait = float(density @ area)
    busy = arrival_rate * p_served / service_rate
    return PatientQueue(
        p_wait=p_wait,
        p_abandon=p_wait * ever_abandoned,
        EV=float(density @ x),
        EW=wait,
        EW_served=float(density @ (x * stays)) / p_served,
        EW_abandoned=abandoned_wait / ever_abandoned if ever_abandoned else math.nan,
        p_offered_wait_gt_T=offered_later,
        p_wait_gt_T=stay_within * offered_later,
        sl_served_all=on_time,
        sl_served_served=on_time / p_served,
        sl_excl_short_ab=on_time / (1.0 - short_abandoned),
        p_abandon_within_T=short_abandoned,
        EQ=arrival_rate * wait,
        E_busy=busy,
        occupancy=busy / agents,
    )


def _logistic(z: float) -> float:
    """Return 1 / (1 + exp(-z)) without overflow."""
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


def _survival(patience: Patience, t: float) -> float:
    stays = float(patience.survival(t))
    if not -1e-12 <= stays <= 1.0 + 1e-12:
        raise ValueError(f"patience: expected a share from 0 to 1 at {t:g}, got {stays!r}")
    return min(1.0, max(0.0, stays))


@cache
def _rule() -> tuple[Floats, Floats, Floats]:
    """Return nodes and weights of Gauss on (0, 1), and the matrix that integrates up to a node.

    Row i of the matrix gives the integral from 0 to node i of the polynomial through all nodes.
    """
    nodes, weights = np.polynomial.legendre.leggauss(ORDER)
    to_series = np.linalg.inv(np.polynomial.legendre.legvander(nodes, ORDER - 1))
    integrated = np.polynomial.legendre.legint(to_series, lbnd=-1)
    up_to = np.asarray(np.polynomial.legendre.legval(nodes, integrated).T / 2.0, np.float64)
    return (nodes + 1.0) / 2.0, weights / 2.0, up_to


class _Cell:
    """Hold survival and its integrals on one cell, which begins at `start`."""

    def __init__(self, patience: Patience, start: float, stop: float) -> None:
        nodes, weights, up_to = _rule()
        self.start, self.stop, width = start, stop, stop - start
        # not x - start, which loses digits far from 0
        self.inside = width * nodes
        self.x = start + self.inside
        self.stays = np.array([_survival(patience, each) for each in self.x.tolist()])
        self.dx = width * weights
        self.area = width * (up_to @ self.stays)
        self.whole_area = float(self.dx @ self.stays)

    def rise(self, arrivals: float, drain: float) -> tuple[Floats, float]:
        """Return phi at the nodes and at the end, less phi at the start."""
        at_nodes = arrivals * self.area - drain * self.inside
        return at_nodes, arrivals * self.whole_area - drain * (self.stop - self.start)


class _OfferedWait:
    """Hold the law of V given V > 0 as weighted points, and the mass of exp(phi) under it."""

    def __init__(self, arrivals: float, drain: float, patience: Patience, within: float) -> None:
        self._arrivals, self._drain, self._patience = arrivals, drain, patience
        self._edges = sorted({each for each in (*patience.breaks, within) if each > 0})
        peak = self._peak()
        left, phi_start = self._march(peak, 0.0)
        right, _ = self._march(peak, math.inf)
        cells = left[::-1] + right
        first = cells[0][0].start
        begin = self._area_before(first) if first > 0 else 0.0
        areas = []
        for cell, _ in cells:
            areas.append(begin + cell.area)
            begin += cell.whole_area
        self.x = np.concatenate([cell.x for cell, _ in cells])
        self.stays = np.concatenate([cell.stays for cell, _ in cells])
        self.area = np.concatenate(areas)
        """Integral of survival up to each point: the mean of min(patience, x)."""
        mass = np.concatenate([cell.dx * np.exp(phi) for cell, phi in cells])
        total = float(mass.sum())
        self.weights = mass / total
        # phi is 0 at 0; where 0 is out of sight, nobody finds an agent idle
        self.log_mass = math.log(total) - phi_start if first == 0.0 else math.inf

    def _peak(self) -> float:
        """Return where phi turns: where as many stay as agents can answer."""
        turn = self._drain / self._arrivals
        if _survival(self._patience, 0.0) <= turn:
            return 0.0
        low, high = 0.0, 1.0 / self._drain
        while _survival(self._patience, high) > turn:
            low, high = high, 2.0 * high
            if high * self._drain > 1e15:
                raise EndlessQueueError
        while (middle := 0.5 * (low + high)) not in (low, high):
            if _survival(self._patience, middle) > turn:
                low = middle
            else:
                high = middle
        near = [each for each in self._edges if abs(each - high) <= 1e-12 * high]
        return near[0] if near else high

    def _march(self, start: float, end: float) -> tuple[list[tuple[_Cell, Floats]], float]:
        """Return cells from the peak towards `end` with phi less its peak, and phi where it ends.

        Ends where phi has become faint.
        """
        forward = end > start
        stops = [each for each in self._edges if (each > start) == forward and each != start]
        stops = [*(stops if forward else stops[::-1]), end]
        cells: list[tuple[_Cell, Floats]] = []
        at, phi, step = start, 0.0, 1.0 / (self._arrivals + self._drain)
        for stop in stops:
            while at != stop:
                if phi < -FAINT:
                    return cells, phi
                aim = min(at + step, stop) if forward else max(at - step, stop)
                accepted = self._refined(min(at, aim), max(at, aim))
                if accepted is None:
                    step = 0.5 * abs(aim - at)
                    continue
                for cell in accepted if forward else accepted[::-1]:
                    inside, whole_rise = cell.rise(self._arrivals, self._drain)
                    before = phi if forward else phi - whole_rise
                    cells.append((cell, before + inside))
                    phi = phi + whole_rise if forward else before
                at, step = aim, 2.0 * abs(aim - at)
                if at * self._drain > 1e18:
                    raise EndlessQueueError
        return cells, phi

    def _refined(
        self, start: float, stop: float, *, weighed: bool = True
    ) -> tuple[_Cell, _Cell] | None:
        """Return the two halves of a cell, or nothing when they say something else than it."""
        whole_cell = _Cell(self._patience, start, stop)
        middle = 0.5 * (start + stop)
        halves = (
            _Cell(self._patience, start, middle),
            _Cell(self._patience, middle, stop),
        )
        if stop - start <= 1e-15 * stop or stop * self._drain < 1e-18:
            return halves
        area = halves[0].whole_area + halves[1].whole_area
        # the last digits of a vanishing survival are beyond any step, and change nothing
        least = 1e-3 / (self._arrivals + self._drain)
        if abs(whole_cell.whole_area - area) > TOLERANCE * max(area, least):
            return None
        if not weighed:
            return halves
        inside, rise = whole_cell.rise(self._arrivals, self._drain)
        inside_0, rise_0 = halves[0].rise(self._arrivals, self._drain)
        inside_1, _ = halves[1].rise(self._arrivals, self._drain)
        top = max(0.0, rise)
        coarse = float(whole_cell.dx @ np.exp(inside - top))
        fine = float(halves[0].dx @ np.exp(inside_0 - top))
        fine += float(halves[1].dx @ np.exp(rise_0 + inside_1 - top))
        # phi cannot be better than the last digit of survival
        wanted = TOLERANCE + 1e-15 * self._arrivals * (stop - start)
        return halves if abs(coarse - fine) <= wanted * fine else None

    def _area_before(self, end: float) -> float:
        """Return the integral of survival from 0 to a time before the points begin."""
        total = 0.0
        cuts = [0.0, *(each for each in self._edges if each < end), end]
        for low, high in pairwise(cuts):
            at, step = low, high - low
            while at < high:
                aim = min(at + step, high)
                halves = self._refined(at, aim, weighed=False)
                if halves is None:
                    step = 0.5 * (aim - at)
                    continue
                total += sum(each.whole_area for each in halves)
                at, step = aim, 2.0 * (aim - at)
        return total
