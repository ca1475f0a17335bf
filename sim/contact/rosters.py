"""Who sits when: the agents of the rosters, and their duties over the run.

An agent's id derives from group (or standby tier), shift and place (`general/1/7`), so it stays
the same person, with the same speed, when staff is added elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import DUTY
from sim.engine.streams import Trait
from sim.scenario.contact import Contact, Shift
from sim.units import DAY_S, Calendar

__all__ = ["Agent", "agents_of", "duties_of", "duty_rows", "speed_factor"]


@dataclass(frozen=True, slots=True)
class Agent:
    """Name one agent: id, group, and the daily shift or the standby tier ('' for none)."""

    agent: str
    group: str
    shift: Shift | None = None
    tier: str = ""


def agents_of(section: Contact) -> list[Agent]:
    """Return all agents: those of the rosters by group, shift and place, then the standby tiers."""
    rostered = [
        Agent(f"{name}/{number}/{place}", name, shift=shift)
        for name, group in section.groups.items()
        for number, shift in enumerate(group.roster)
        for place in range(shift.agents)
    ]
    standby = [
        Agent(f"{name}/{place}", tier.group, tier=name)
        for name, tier in section.standby.items()
        for place in range(tier.agents)
    ]
    return rostered + standby


def speed_factor(agent: str, spread: float, trait: Trait) -> float:
    """Return an agent's factor on handle times: lognormal with mean 1, keyed by the agent's id."""
    if spread == 0.0:
        return 1.0
    normal = NormalDist().inv_cdf(trait.of(agent))
    return math.exp(spread * normal - 0.5 * spread * spread)


def duties_of(shift: Shift, calendar: Calendar, horizon_s: float) -> list[tuple[float, float]]:
    """Return the (start, end) of a daily shift that touch the run, joined where they meet."""
    return list(_joined(_daily(shift, calendar, horizon_s)))


def _daily(shift: Shift, calendar: Calendar, horizon_s: float) -> Iterator[tuple[float, float]]:
    end_s = shift.to if shift.to > shift.from_ else shift.to + DAY_S
    midnight = datetime.combine(calendar.start.date(), time.min)
    for day in range(-1, math.ceil(horizon_s / DAY_S) + 2):
        start = midnight + timedelta(days=day)
        t_on_s = calendar.seconds(start + timedelta(seconds=shift.from_))
        t_off_s = calendar.seconds(start + timedelta(seconds=end_s))
        if t_off_s > 0 and t_on_s < horizon_s:
            yield max(0.0, t_on_s), t_off_s


def _joined(duties: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    whole: tuple[float, float] | None = None
    for t_on_s, t_off_s in duties:
        if whole is not None and t_on_s <= whole[1]:
            whole = (whole[0], t_off_s)
            continue
        if whole is not None:
            yield whole
        whole = (t_on_s, t_off_s)
    if whole is not None:
        yield whole


def duty_rows(duties: Iterable[tuple[float, float, int]]) -> NDArray[np.void]:
    """Return (start, end, agent_ix) as one run of DUTY rows, sorted by start, then agent."""
    ordered = sorted(duties, key=lambda duty: (duty[0], duty[2]))
    rows = np.zeros(len(ordered), dtype=DUTY)
    for row, (t_on_s, t_off_s, agent_ix) in zip(rows, ordered, strict=True):
        row["agent_ix"] = agent_ix
        row["t_on_s"] = t_on_s
        row["t_off_s"] = t_off_s
    rows["t_left_s"] = np.nan
    rows["has_next"][:-1] = 1
    return rows
