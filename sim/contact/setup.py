"""Lay out the centre's state from its section of the scenario, before any event."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.contact.rosters import Agent, speed_factor
from sim.contact.state import (
    AGENT,
    BENCH,
    CALL,
    CALL_TYPE,
    CALLER,
    CUSTOMERS,
    DESK,
    DUTY,
    LATE_ROUTE,
    LEVEL,
    LINE,
    LINE_HOURS,
    MOST_AT_ONCE,
    NONE,
    NOT_WATCHED,
    REDIALS,
    STEP,
    TEAM,
    TRAITS,
    TRANSFORMER,
    UNLIMITED,
    Record,
    Records,
    State,
)
from sim.engine.sampling import mean_s, tabulate
from sim.engine.streams import Streams
from sim.scenario.call_types import CallType, Route
from sim.scenario.contact import Contact
from sim.scenario.distributions import Distribution
from sim.scenario.lines import PHONE, Line, MenuLevel
from sim.scenario.seats import ANY_SKILL

__all__ = ["lines_of", "new_state"]

_FIRST_ROWS = 1024
_LEAVING = ("finish_call", "idle_first", "pool_counter", "hang_up")
_table = lru_cache(maxsize=256)(tabulate)  # a mixture takes seconds: once a process is enough


class _Tables:
    """Collect quantile tables, each distribution once."""

    def __init__(self) -> None:
        self._places: dict[Distribution, int] = {}

    def place(self, distribution: Distribution | None) -> int:
        """Return the position of a distribution's table, NONE for none."""
        if distribution is None:
            return NONE
        return self._places.setdefault(distribution, len(self._places))

    def stacked(self) -> NDArray[np.float64]:
        return np.stack([_table(distribution) for distribution in self._places])


def new_state(
    section: Contact,
    call_types: Sequence[str],
    agents: Sequence[Agent],
    streams: Streams,
    transformer_of_group: NDArray[np.int64],
) -> State:
    """Return the state of a centre without callers and without anybody on duty."""
    tables = _Tables()
    lines = lines_of(section)
    levels = _levels(lines.values(), tables)
    types = _types(section, call_types, list(lines), tables)
    transformers = np.zeros(max(int(transformer_of_group.max()) + 1, 1), dtype=TRANSFORMER)
    transformers["threshold"] = NOT_WATCHED
    agent_rows = _agents(section, agents, streams)
    teams = _teams(section, call_types)
    routes = _Routes(section, call_types, types)
    benches = np.zeros((len(teams), MOST_AT_ONCE), dtype=BENCH)
    benches["first_ix"] = benches["last_ix"] = NONE
    return State(
        desk=_desk(section, types, teams, agent_rows),
        callers=np.zeros(_FIRST_ROWS, dtype=CALLER),
        calls=np.zeros(_FIRST_ROWS, dtype=CALL),
        event_t_s=np.zeros(_FIRST_ROWS, dtype=np.float64),
        event=np.zeros(_FIRST_ROWS, dtype=np.int64),
        types=types,
        lines=_lines(lines, types),
        levels=levels,
        hours=np.zeros(1, dtype=LINE_HOURS),
        teams=teams,
        benches=benches,
        agents=agent_rows,
        duties=np.zeros(_FIRST_ROWS, dtype=DUTY),
        customers=_customers(transformer_of_group),
        transformers=transformers,
        tables=tables.stacked(),
        self_served=_self_served(section, call_types, lines, levels.shape[1]),
        steps=_steps(section, call_types),
        routes=routes.at_once,
        late=routes.late,
        above=routes.above,
        opens=routes.opens,
        picks=_picks(section, call_types),
        is_ahead=_is_ahead(section, call_types),
        paces=_paces(section),
        trait_keys=np.array([streams.key(f"contact.{name}") for name in TRAITS], dtype=np.int64),
        unseen_keys=np.array(
            [streams.unseen_key(f"contact.{name}") for name in TRAITS], dtype=np.int64
        ),
    )


def _desk(section: Contact, types: Records, teams: Records, agents: Records) -> Records:
    desk = np.zeros(1, dtype=DESK)
    most = int(teams["n_at_once"].max(initial=1))
    # one event may change the hands of an agent twice a contact, and set off one call a route;
    # a line that opens may set all agents dialling
    desk["spare"] = 64 + 4 * most * (most + len(types))
    if types["is_outbound"].any():
        desk["spare"] += most * len(agents)
    desk["heard_ix"] = NONE
    desk["leaving"] = _LEAVING.index(section.leaving)
    desk["levels_at_most"] = section.levels_at_most
    desk["menu_works"] = 1
    desk["report_share"] = section.menu.report_share
    desk["slows"] = section.fatigue.slows
    desk["builds_over_s"] = section.fatigue.builds_over
    desk["rests_over_s"] = section.fatigue.rests_over
    return desk


# --- lines and menus


def lines_of(section: Contact) -> dict[str, Line]:
    """Return all lines by name, the phone first."""
    menu = section.menu
    first = MenuLevel(time=menu.time, self_served=menu.self_served, gives_up=menu.gives_up)
    phone = Line(trunks=section.trunks, menu=(first, *menu.levels))
    return {PHONE: phone, **section.lines}


def _lines(lines: dict[str, Line], types: Records) -> Records:
    rows = np.zeros(len(lines), dtype=LINE)
    for ix, (row, line) in enumerate(zip(rows, lines.values(), strict=True)):
        row["trunks"] = UNLIMITED if line.trunks is None else line.trunks
        row["n_levels"] = len(line.menu)
        row["needs_supply"] = line.needs_supply
        row["has_outbound"] = bool(types["is_outbound"][types["line_ix"] == ix].any())
    return rows


def _levels(lines: Iterable[Line], tables: _Tables) -> Records:
    menus = [line.menu for line in lines]
    levels = np.zeros((len(menus), max(map(len, menus))), dtype=LEVEL)
    for line_ix, menu in enumerate(menus):
        for level_ix, level in enumerate(menu):
            time = level.time if mean_s(level.time) > 0.0 else None
            levels[line_ix, level_ix]["time_table"] = tables.place(time)
            levels[line_ix, level_ix]["gives_up"] = level.gives_up
    return levels


def _self_served(
    section: Contact, call_types: Sequence[str], lines: dict[str, Line], n_levels: int
) -> NDArray[np.float64]:
    shares = np.zeros((len(call_types), n_levels))
    for type_ix, name in enumerate(call_types):
        for level_ix, level in enumerate(lines[section.call_types[name].line].menu):
            shares[type_ix, level_ix] = level.self_served.get(name, 0.0)
    return shares


# --- call types


def _types(
    section: Contact, call_types: Sequence[str], lines: Sequence[str], tables: _Tables
) -> Records:
    rows = np.zeros(len(call_types), dtype=CALL_TYPE)
    for row, name in zip(rows, call_types, strict=True):
        each = section.call_types[name]
        row["line_ix"] = lines.index(each.line)
        says = each.reports_outage
        row["reports_outage"] = name == "outage" if says is None else says
        _set_queue(row, each, call_types, tables)
        _set_redials(row, each, call_types, tables)
        _set_dialling(row, each, tables)
        _set_endings(row, name, section, call_types, tables)
    rows["first_ix"] = rows["last_ix"] = NONE
    return rows


def _set_queue(row: Record, each: CallType, names: Sequence[str], tables: _Tables) -> None:
    row["handle_table"] = tables.place(each.handle)
    row["patience_table"] = tables.place(each.patience)
    row["tolerated_table"] = tables.place(each.balks.tolerated_wait)
    row["priority"] = each.priority
    row["gain_per_s"] = each.priority_gain / 60.0
    row["mean_handle_s"] = mean_s(each.handle)
    row["told_factor"] = 1.0 if each.announces == "nothing" else each.told_patience
    row["balk_share"] = each.balks.share
    row["n_balk_steps"] = len(each.balks.by_queue)
    row["leaves_restored"] = each.leaves_when_restored
    row["callback_to_ix"] = NONE
    if each.callback is not None:
        row["callback_to_ix"] = names.index(each.callback.to)
        row["callback_from"] = each.callback.offered_from
        row["callback_wait_s"] = each.callback.offered_from_wait
        row["callback_share"] = each.callback.accepted
    balks = each.balks.share > 0 or each.balks.by_queue or each.balks.tolerated_wait is not None
    row["decides"] = each.dials is None and bool(balks or each.callback is not None)


def _set_redials(row: Record, each: CallType, names: Sequence[str], tables: _Tables) -> None:
    for why, name in enumerate(REDIALS):
        redial = getattr(each, f"redial_after_{name}")
        row["redial_table"][why] = tables.place(redial.delay)
        row["redial_first"][why] = redial.first
        row["redial_later"][why] = redial.later
        row["moves"][why] = redial.moves
        row["moves_to_ix"][why] = names.index(redial.moves_to) if redial.moves_to else NONE
    row["max_attempts"] = each.max_attempts


def _set_dialling(row: Record, each: CallType, tables: _Tables) -> None:
    row["dial_table"] = row["retry_table"] = NONE
    if each.dials is not None:
        row["is_outbound"] = 1
        row["dial_table"] = tables.place(each.dials.time)
        row["retry_table"] = tables.place(each.dials.retry)
        row["reached"] = each.dials.reached
        row["most_tries"] = each.dials.attempts


def _set_endings(
    row: Record, name: str, section: Contact, names: Sequence[str], tables: _Tables
) -> None:
    each = section.call_types[name]
    row["solves"] = each.solves
    row["transfer_table"] = row["escalates_to_ix"] = row["repeat_table"] = NONE
    row["last_level_ix"] = names.index(_last_level(section, name))
    if each.escalates is not None:
        row["escalates"] = each.escalates.share
        row["escalates_to_ix"] = names.index(each.escalates.to)
        row["transfer_table"] = tables.place(each.escalates.delay)
        row["distorted"] = each.escalates.distorted
        row["keeps_line"] = each.escalates.keeps_line
    if each.repeats is not None:
        row["repeats"] = each.repeats.share
        row["repeat_table"] = tables.place(each.repeats.delay)


def _last_level(section: Contact, name: str) -> str:
    while (escalates := section.call_types[name].escalates) is not None:
        name = escalates.to
    return name


def _steps(section: Contact, call_types: Sequence[str]) -> Records:
    stated = [section.call_types[name].balks.by_queue for name in call_types]
    steps = np.zeros((len(stated), max(1, *map(len, stated), 0)), dtype=STEP)
    for type_ix, each in enumerate(stated):
        for place, step in enumerate(each):
            steps[type_ix, place] = (step.from_, step.share)
    return steps


# --- who serves whom


class _Routes:
    """Sort the routes of each call type: open at once, after a wait, above a length."""

    def __init__(self, section: Contact, call_types: Sequence[str], types: Records) -> None:
        groups = list(section.groups)
        shape = (len(call_types), len(groups))
        self.at_once = np.full(shape, NONE, dtype=np.int64)
        self.late = np.zeros(shape, dtype=LATE_ROUTE)
        self.above = np.zeros(shape, dtype=LATE_ROUTE)
        self.opens = np.zeros(shape[::-1], dtype=LATE_ROUTE)
        self.opens["team_ix"] = NONE
        for type_ix, name in enumerate(call_types):
            rows = [
                (groups.index(route.group), _opens_after(route), _opens_above(route))
                for route in _routes_of(section, name)
            ]
            for row in rows:
                self.opens[row[0], type_ix] = row
            at_once = [team_ix for team_ix, delay_s, _above in rows if delay_s == 0.0]
            late = [row for row in rows if row[1] > 0.0]
            late.sort(key=lambda row: row[1])  # stable: equal delays stay in stated order
            above = [row for row in rows if row[2] != UNLIMITED and row[1] > 0.0]
            self.at_once[type_ix, : len(at_once)] = at_once
            self.late[type_ix, : len(late)] = late
            self.above[type_ix, : len(above)] = above
            types[type_ix]["n_routes"] = len(at_once)
            types[type_ix]["n_late"] = len(late)
            types[type_ix]["n_above"] = len(above)


def _routes_of(section: Contact, name: str) -> Sequence[Route]:
    stated = section.call_types[name].routes
    if stated:
        return stated
    return [Route(group=key) for key, group in section.groups.items() if name in group.serves]


def _opens_after(route: Route) -> float:
    if route.after is None:
        return 0.0 if route.above is None else math.inf
    return route.after


def _opens_above(route: Route) -> int:
    return UNLIMITED if route.above is None else route.above


def _picks(section: Contact, call_types: Sequence[str]) -> NDArray[np.int64]:
    """Return for each agent group the call types it takes, in its order of preference."""
    picks = np.full((len(section.groups), len(call_types)), NONE, dtype=np.int64)
    for team_ix, group in enumerate(section.groups.values()):
        served = _served(section, group.serves, list(section.groups)[team_ix])
        picks[team_ix, : len(served)] = [call_types.index(name) for name in served]
    return picks


def _served(section: Contact, serves: Sequence[str], group: str) -> list[str]:
    """Return the call types a group serves and has a route from."""
    return [
        name for name in serves if any(route.group == group for route in _routes_of(section, name))
    ]


def _is_ahead(section: Contact, call_types: Sequence[str]) -> NDArray[np.int64]:
    """Return which types' calls are served before a new call of a type, those of itself too."""
    is_ahead = np.eye(len(call_types), dtype=np.int64)
    for type_ix, name in enumerate(call_types):
        groups = {route.group for route in _routes_of(section, name)}
        own = section.call_types[name].priority
        for other_ix, other in enumerate(call_types):
            shared = any(other in section.groups[group].serves for group in groups)
            if shared and section.call_types[other].priority > own:
                is_ahead[type_ix, other_ix] = 1
    return is_ahead


# --- agents


def _teams(section: Contact, call_types: Sequence[str]) -> Records:
    teams = np.zeros(len(section.groups), dtype=TEAM)
    for row, (name, group) in zip(teams, section.groups.items(), strict=True):
        row["n_at_once"] = len(group.at_once)
        row["takes_oldest"] = group.takes == "oldest"
        row["n_types"] = len(_served(section, group.serves, name))
    teams["first_owed_ix"] = NONE
    return teams


def _paces(section: Contact) -> NDArray[np.float64]:
    paces = np.ones((len(section.groups), MOST_AT_ONCE))
    for team_ix, group in enumerate(section.groups.values()):
        paces[team_ix, : len(group.at_once)] = group.at_once
    return paces


def _agents(section: Contact, agents: Sequence[Agent], streams: Streams) -> Records:
    trait = streams.trait("contact.agent_speed")
    groups = list(section.groups)
    rows = np.zeros(len(agents), dtype=AGENT)
    rows["solves"] = 1.0
    for row, agent in zip(rows, agents, strict=True):
        row["team_ix"] = groups.index(agent.group)
        speed = speed_factor(agent.agent, section.agent_spread, trait)
        row["factor"] = row["learned"] = speed
        if agent.skill != ANY_SKILL:
            skill = section.skills[agent.skill]
            row["factor"] = speed * skill.factor
            row["learned"] = speed * skill.learned
            row["learning"] = skill.learning
            row["solves"] = skill.solves
    for column in ("duty_ix", "end_ix", "contact_ix", "ahead_ix", "behind_ix", "owed_ix"):
        rows[column] = NONE
    return rows


def _customers(transformer_of_group: NDArray[np.int64]) -> Records:
    customers = np.zeros(len(transformer_of_group), dtype=CUSTOMERS)
    customers["transformer_ix"] = transformer_of_group
    customers["p_uninformed"] = 1.0
    customers["p_informed"] = 1.0
    return customers
