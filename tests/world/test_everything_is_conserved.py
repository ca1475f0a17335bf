"""At every event of random towns in random storms, nothing is lost and nothing counted twice."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.commands import (
    AssignCrew,
    CancelNotice,
    CloseIncident,
    Command,
    HandOver,
    JudgeIncident,
    OperateSwitch,
    SendNotice,
    SetRestorationTime,
    SwitchAnnouncement,
)
from sim.engine.facts import CommandRefused, IncidentClosed, IncidentOpened, TroubleReported
from sim.world.collect import collect
from sim.world.world import World
from tests.world.laws import check, check_end, check_quiet, check_watch
from tests.world.storms import load_storm, storms
from tests.world.town import facts

SOME = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
MANY = settings(SOME, max_examples=150)


def events_of(world: World) -> Iterator[None]:
    """Yield after each event of the world's run."""
    while not world.is_over:
        world.clock.step()
        yield


def overlaps(rows: dict[str, Any], owner: str, begin: str, end: str) -> list[Any]:
    """Return the owners with rows that overlap in time."""
    spans = defaultdict(list)
    for who, from_s, to_s in zip(rows[owner], rows[begin], rows[end], strict=True):
        assert from_s <= to_s
        spans[who].append((from_s, to_s))
    return [
        who
        for who, each in spans.items()
        if any(a[1] > b[0] for a, b in zip(sorted(each), sorted(each)[1:], strict=False))
    ]


@SOME
@given(storm=storms())
def test_nothing_is_lost_at_any_event(tmp_path: Path, storm: dict[str, Any]) -> None:
    world = World(load_storm(tmp_path, storm).scenario, 1)
    seen = 0
    heard: dict[int, float] = {}
    delay_s = world.scenario.control.trouble_calls.delay
    for _event in events_of(world):
        check(world)
        for entry in list(world.journal)[seen:]:
            if isinstance(entry.fact, TroubleReported):
                heard[world.grid.transformer_ix[entry.fact.transformer]] = entry.t_s
        seen = len(world.journal)
        waiting = {ix for ix, t_s in heard.items() if world.clock.now <= t_s + delay_s}
        check_watch(world, waiting)


@SOME
@given(storm=storms())
def test_the_tables_tell_the_same_story(tmp_path: Path, storm: dict[str, Any]) -> None:
    world = World(load_storm(tmp_path, storm).scenario, 2)
    customer_s, last_s, out = 0.0, 0.0, 0
    for _event in events_of(world):
        # what was out until this event; facts of this event change it from now on
        customer_s += out * (world.clock.now - last_s)
        last_s, out = world.clock.now, world.state.customers_out
    tables = collect(world)
    assert not overlaps(tables["beliefs"], "transformer_ix", "t_from_s", "t_to_s")
    assert not overlaps(tables["interruptions"], "transformer_ix", "t_off_s", "t_on_s")
    assert not overlaps(tables["crew_states"], "crew", "t_from_s", "t_to_s")
    assert not overlaps(tables["jobs"], "crew", "t_assigned_s", "t_ended_s")
    rows = tables["interruptions"]
    lengths_s = rows["t_on_s"] - rows["t_off_s"]
    assert (rows["customers"] * lengths_s).sum() == pytest.approx(customer_s)
    messages = tables["messages"]
    assert (messages["customers"] >= messages["sent"]).all()
    assert (messages["sent"] >= messages["delivered"]).all()
    assert (messages["delivered"] >= messages["noticed"]).all()
    opened = [entry.fact.incident for entry in facts(world, IncidentOpened)]
    closed = [entry.fact.incident for entry in facts(world, IncidentClosed)]
    assert len(set(opened)) == len(opened) == len(tables["incidents"]["incident"])
    assert len(set(closed)) == len(closed)
    assert set(closed) <= set(opened)


@MANY
@given(storm=storms())
def test_every_storm_ends_with_the_grid_as_before(tmp_path: Path, storm: dict[str, Any]) -> None:
    """Crews come every day and everybody calls: then nothing may stay broken or off its place."""
    world = World(load_storm(tmp_path, storm).scenario, 3)
    world.run_until(float("inf"))
    check_end(world)
    # the autopilot knows which crews it sent
    assert "crew_busy" not in {entry.fact.why for entry in facts(world, CommandRefused)}


NAMES = st.integers(0, 40)
ORDERS = st.tuples(
    st.sampled_from(("assign", "operate", "close", "judge", "time", "notice", "cancel", "menu")),
    NAMES,
    NAMES,
    st.booleans(),
    st.floats(3600.0, 30 * 3600.0),
)


def order(world: World, kind: str, a: int, b: int, yes: bool) -> Command:
    """Return a command about things that are there now, sensible or not."""
    incidents = sorted(world.room.incidents.all) or ["nothing"]
    incident = incidents[a % len(incidents)]
    switches = world.grid.switches
    if kind == "assign":
        crew = sorted(world.crews.crews)[b % len(world.crews.crews)]
        task = ("patrol", "check", "switch", "repair")[b % 4]
        grid = world.grid
        switch = f"{switches[a % len(switches)].id}:{'close' if yes else 'open'}"
        targets = [
            *(each.id for each in grid.sections),
            *(each.id for each in grid.transformers),
            *(each.id for each in grid.substation_transformers),
            switches[b % len(switches)].id,
            grid.buses[0].id,
        ]
        target = switch if task == "switch" else targets[(7 * a + b) % len(targets)]
        return AssignCrew(crew, incident, task, (target,))
    if kind == "operate":
        return OperateSwitch(switches[b % len(switches)].id, yes, incident if a % 2 else "")
    if kind == "close":
        return CloseIncident(incident, "tired")
    if kind == "judge":
        return JudgeIncident(incident, yes)
    if kind == "time":
        return SetRestorationTime(incident, world.clock.now + 600.0 * b - 300.0, "first")
    if kind == "notice":
        return SendNotice(incident, "update", ("d",) if yes else ())
    if kind == "cancel":
        notices = sorted(world.campaigns.notices) or ["none"]
        return CancelNotice(notices[a % len(notices)])
    return SwitchAnnouncement(yes, (None, "area", "area_and_time", "area_and_time")[a % 4])


@SOME
@given(storm=storms(), orders=st.lists(ORDERS, min_size=1, max_size=25), away=st.booleans())
def test_whatever_a_person_orders_the_laws_hold_and_the_dispatcher_recovers(
    tmp_path: Path, storm: dict[str, Any], orders: list[Any], away: bool
) -> None:
    world = World(load_storm(tmp_path, storm).scenario, 4)
    if away:
        world.give(HandOver("dispatcher", False), "controller")
        world.clock.call_at(
            31 * 3600.0, lambda: world.give(HandOver("dispatcher", True), "controller")
        )
    for kind, a, b, yes, t_s in orders:
        world.clock.call_at(
            t_s,
            lambda kind=kind, a=a, b=b, yes=yes: world.give(
                order(world, kind, a, b, yes), "dispatcher"
            ),
        )
    for _event in events_of(world):
        check(world)
    # a switch a person opened where it darkens nobody stays as the person wanted it
    check_quiet(world)


def test_the_checks_would_notice(tmp_path: Path) -> None:
    """The laws are not vacuous: a spoiled count, belief or crew is noticed."""
    from tests.world.town import event, world

    for spoil in (
        lambda w: setattr(w.state, "customers_out", 1),
        lambda w: setattr(w.room.incidents, "_n_out", 1),
        lambda w: setattr(w.crews.crews["d/a1"], "state", "repairing"),
        lambda w: w.room.picture.set(w.grid.switch_ix["d/a2@1"], False),
        lambda w: w.centre._s.desk["pending"].__iadd__(1),
    ):
        town = world(tmp_path, events=[event("1 h", "d/a3")])
        town.run_until(600.0)
        check(town)
        spoil(town)
        with pytest.raises(AssertionError):
            check(town)
