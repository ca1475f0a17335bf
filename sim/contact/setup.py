"""Lay out the centre's state from its section of the scenario, before any event."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.contact.rosters import Agent, speed_factor
from sim.contact.state import (
    AGENT,
    CALL,
    CALL_TYPE,
    CALLER,
    CUSTOMERS,
    DESK,
    DUTY,
    MENU_TABLE,
    NONE,
    NOT_WATCHED,
    TEAM,
    TRAITS,
    TRANSFORMER,
    Records,
    State,
)
from sim.engine.sampling import tabulate
from sim.engine.streams import Streams
from sim.scenario.contact import CallType, Contact
from sim.scenario.distributions import Distribution

__all__ = ["new_state"]

_FIRST_ROWS = 1024
_table = lru_cache(maxsize=256)(tabulate)  # a mixture takes seconds: once a process is enough


def new_state(
    section: Contact,
    call_types: Sequence[str],
    agents: Sequence[Agent],
    streams: Streams,
    transformer_of_group: NDArray[np.int64],
) -> State:
    """Return the state of a centre without callers and without anybody on duty."""
    types, tables = _types([section.call_types[name] for name in call_types], section.menu.time)
    groups = list(section.groups)
    transformers = np.zeros(max(int(transformer_of_group.max()) + 1, 1), dtype=TRANSFORMER)
    transformers["threshold"] = NOT_WATCHED
    return State(
        desk=_desk(section),
        callers=np.zeros(_FIRST_ROWS, dtype=CALLER),
        calls=np.zeros(_FIRST_ROWS, dtype=CALL),
        event_t_s=np.zeros(_FIRST_ROWS, dtype=np.float64),
        event=np.zeros(_FIRST_ROWS, dtype=np.int64),
        types=types,
        teams=_teams(len(groups)),
        agents=_agents(section, agents, groups, streams),
        duties=np.zeros(_FIRST_ROWS, dtype=DUTY),
        customers=_customers(transformer_of_group),
        transformers=transformers,
        tables=tables,
        routes=_routes(section, call_types),
        picks=_picks(section, call_types),
        trait_keys=np.array([streams.key(f"contact.{name}") for name in TRAITS], dtype=np.int64),
        unseen_keys=np.array(
            [streams.unseen_key(f"contact.{name}") for name in TRAITS], dtype=np.int64
        ),
    )


def _desk(section: Contact) -> Records:
    desk = np.zeros(1, dtype=DESK)
    desk["heard_ix"] = NONE
    desk["trunks"] = section.trunks
    desk["report_share"] = section.menu.report_share
    return desk


def _types(call_types: Sequence[CallType], menu_time: Distribution) -> tuple[Records, Records]:
    """Return the call types and the quantile tables they point into, the menu's time first."""
    rows = np.zeros(len(call_types), dtype=CALL_TYPE)
    distributions = [menu_time]
    assert MENU_TABLE == 0
    for row, call_type in zip(rows, call_types, strict=True):
        for column, distribution in (
            ("handle_table", call_type.handle),
            ("patience_table", call_type.patience),
            ("blocked_table", call_type.redial_after_blocked.delay),
            ("abandoned_table", call_type.redial_after_abandoned.delay),
        ):
            row[column] = len(distributions)
            distributions.append(distribution)
        row["blocked_first"] = call_type.redial_after_blocked.first
        row["blocked_later"] = call_type.redial_after_blocked.later
        row["abandoned_first"] = call_type.redial_after_abandoned.first
        row["abandoned_later"] = call_type.redial_after_abandoned.later
        row["max_attempts"] = call_type.max_attempts
    rows["first_ix"] = NONE
    rows["last_ix"] = NONE
    return rows, np.stack([_table(distribution) for distribution in distributions])


def _teams(n_groups: int) -> Records:
    teams = np.zeros(n_groups, dtype=TEAM)
    teams["first_idle_ix"] = NONE
    teams["last_idle_ix"] = NONE
    return teams


def _agents(
    section: Contact, agents: Sequence[Agent], groups: list[str], streams: Streams
) -> Records:
    trait = streams.trait("contact.agent_speed")
    rows = np.zeros(len(agents), dtype=AGENT)
    for row, agent in zip(rows, agents, strict=True):
        row["team_ix"] = groups.index(agent.group)
        row["factor"] = speed_factor(agent.agent, section.agent_spread, trait)
    for column in ("duty_ix", "ahead_ix", "behind_ix"):
        rows[column] = NONE
    return rows


def _customers(transformer_of_group: NDArray[np.int64]) -> Records:
    customers = np.zeros(len(transformer_of_group), dtype=CUSTOMERS)
    customers["transformer_ix"] = transformer_of_group
    customers["p_uninformed"] = 1.0
    customers["p_informed"] = 1.0
    return customers


def _routes(section: Contact, call_types: Sequence[str]) -> NDArray[np.int64]:
    """Return for each call type the agent groups that serve it, in the order they are stated."""
    routes = np.full((len(call_types), len(section.groups)), NONE, dtype=np.int64)
    for type_ix, name in enumerate(call_types):
        serving = [ix for ix, group in enumerate(section.groups.values()) if name in group.serves]
        routes[type_ix, : len(serving)] = serving
    return routes


def _picks(section: Contact, call_types: Sequence[str]) -> NDArray[np.int64]:
    """Return for each agent group the call types it takes: by priority, then its preference."""
    picks = np.full((len(section.groups), len(call_types)), NONE, dtype=np.int64)
    for team_ix, group in enumerate(section.groups.values()):
        # sorted() is stable: equal priorities keep the group's own order
        names = sorted(group.serves, key=lambda name: -section.call_types[name].priority)
        picks[team_ix, : len(names)] = [call_types.index(name) for name in names]
    return picks
