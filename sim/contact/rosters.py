"""Who the agents are: those of the rosters, of roster files, and of the standby tiers.

An agent's id derives from group (or standby tier), shift and place (`general/1/7`), or from the
name in a roster file (`general/file/10032`), so it stays the same person, with the same luck, when
staff is added elsewhere. When they are on duty stands in `duties`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sim.contact.roster_files import read_roster
from sim.contact.state import DUTY
from sim.engine.streams import Trait
from sim.scenario.contact import Contact
from sim.scenario.seats import ANY_SKILL, Shift

__all__ = ["Agent", "agents_of", "duty_rows", "speed_factor"]


@dataclass(frozen=True, slots=True)
class Agent:
    """Name one agent: id, group, skill ('' for full), and what says when she is on duty.

    That is a daily shift, dated duties in local time, or the call-ups of a standby tier.
    """

    agent: str
    group: str
    shift: Shift | None = None
    tier: str = ""
    skill: str = ANY_SKILL
    dated: tuple[tuple[datetime, datetime], ...] = ()


def agents_of(section: Contact) -> list[Agent]:
    """Return all agents: those of the rosters by group, shift and place, then the standby tiers.

    A group's roster file follows its daily shifts; raise ScenarioError with its problems.
    """
    agents: list[Agent] = []
    for name, group in section.groups.items():
        agents += [
            Agent(f"{name}/{number}/{place}", name, shift=shift, skill=shift.skill)
            for number, shift in enumerate(group.roster)
            for place in range(shift.agents)
        ]
        if group.roster_file is not None:
            people = read_roster(group.roster_file, section.skills)
            agents += [
                Agent(f"{name}/file/{each.name}", name, skill=each.skill, dated=tuple(each.duties))
                for each in people
            ]
    return agents + [
        Agent(f"{name}/{place}", tier.group, tier=name, skill=tier.skill)
        for name, tier in section.standby.items()
        for place in range(tier.agents)
    ]


def speed_factor(agent: str, spread: float, trait: Trait) -> float:
    """Return an agent's factor on handle times: lognormal with mean 1, keyed by the agent's id."""
    if spread == 0.0:
        return 1.0
    normal = NormalDist().inv_cdf(trait.of(agent))
    return math.exp(spread * normal - 0.5 * spread * spread)


def duty_rows(duties: Iterable[Sequence[float]]) -> NDArray[np.void]:
    """Return duties as one run of DUTY rows, sorted by start, then agent."""
    ordered = sorted(duties, key=lambda duty: (duty[0], duty[2]))
    rows = np.zeros(len(ordered), dtype=DUTY)
    for row, (t_on_s, t_off_s, agent_ix, *is_pause) in zip(rows, ordered, strict=True):
        row["agent_ix"] = row["holder_ix"] = agent_ix
        row["is_pause"] = any(is_pause)
        row["t_on_s"] = t_on_s
        row["t_off_s"] = t_off_s
    rows["t_left_s"] = np.nan
    rows["has_next"][:-1] = 1
    return rows
