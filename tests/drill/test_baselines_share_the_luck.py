"""Runs beside a drill: what differs are decisions, never luck."""

from pathlib import Path

import numpy as np
import pytest
from pools import END_S, START_S, exercise, inject, town

from sim.commands import CallStandby, CancelNotice, FireInject, HandOver, SwitchAnnouncement
from sim.drill.baselines import Played, Run, nothing, plan, run_again, swapped, team
from sim.drill.ledger import Given
from sim.drill.play import ENDEX, Play, play_through
from sim.engine.facts import (
    CommandGiven,
    CommandRefused,
    FaultStruck,
    InjectFired,
    NoticeSubmitted,
    StandbyCalled,
)
from sim.engine.streams import Trait
from sim.store.layout import TABLES

SUPERVISOR, DISPATCHER, NOTIFICATION = "supervisor", "dispatcher", "notification"
INJECTS = {
    "surge": inject({"kind": "call_surge", "factor": 4}, {"at": "10 min"}),
    "trip": inject({"kind": "feeder_trip", "customers": 10}, {"rate": "4 per h"}),
    "menu": inject({"kind": "menu_failure", "lasts": "10 min"}, {"rate": "0.001 per h"}),
}
MANY_CALLS = {
    "trunks": 20,
    "background": [{"call_type": "enquiry", "per_day": 4000, "profile": [1] * 24}],
    "standby": {
        "first": {
            "group": "general",
            "agents": 6,
            "delay": {"constant": "15 min"},
            "show_up": "100 %",
        }
    },
}
PLAN = {
    "review_every": "5 min",
    "plan": [{"step": "call", "when": {"customers_out": 300}, "do": [{"call_standby": "first"}]}],
}


def drill(folder: Path, commands: list[Given]) -> tuple[Played, Play]:
    """Play a drill in the town; a line failed before it, another one fails in it."""
    loaded = town.load(
        folder,
        None,
        [town.event("2021-03-01 08:15", "d/a3"), town.event("2021-03-01 08:40", "d/b1")],
        exercise=exercise(INJECTS, human_delay="3 min"),
        contact=MANY_CALLS,
        emergency=PLAN,
        notify={"rules": {"approval": "5 min", "smallest": 1}},
        control={
            "restoration_times": {"first": town.constant("25 min"), "error_sigma": 0},
            "indicators": {"feeder_share": 1, "miss_share": 0.3},
            "last_gasp": {"reported_share": 0.7},
        },
    )
    play = Play(loaded, 1)
    play_through(play, commands)
    end_s = play.now_s
    play.end(ENDEX)
    return Played.of(loaded, 1, play.terms, commands, end_s, list(play.world.journal)), play


def given(*commands: tuple[float, str, object]) -> list[Given]:
    return [
        Given(k, START_S + minute * 60.0, seat, command)
        for k, (minute, seat, command) in enumerate(commands)
    ]


PEOPLE = given(
    (0.0, "controller", HandOver(SUPERVISOR, False)),
    (0.0, "controller", HandOver(NOTIFICATION, False)),
    (1.0, SUPERVISOR, CallStandby("first")),
    (1.0, SUPERVISOR, SwitchAnnouncement(True)),
    (20.0, "controller", FireInject("menu")),
    (50.0, SUPERVISOR, SwitchAnnouncement(False)),
)


def same_tables(one: Run, other: Run, but: tuple[str, ...] = ()) -> bool:
    return all(
        np.array_equal(
            one.tables[name][column],
            other.tables[name][column],
            equal_nan=one.tables[name][column].dtype.kind == "f",
        )
        for name in TABLES
        if name not in but
        for column in one.tables[name]
    )


def struck(run: Run) -> list[tuple[float, str, str]]:
    return [
        (entry.t_s, entry.fact.asset, entry.fact.kind)
        for entry in run.entries
        if isinstance(entry.fact, FaultStruck) and entry.fact.hazard != "inject"
    ]


def kinds(run: Run, kind: type) -> list[object]:
    return [entry.fact for entry in run.entries if isinstance(entry.fact, kind)]


def test_the_team_is_the_drill_itself(tmp_path: Path) -> None:
    played, play = drill(tmp_path, PEOPLE)
    again = team(played)
    assert list(again.entries) == list(play.world.journal)
    assert again.n_refused == 0
    assert played.end_s == END_S


def test_with_nobody_overriding_the_team_is_the_plan(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, [])
    by_team, by_plan = team(played), plan(played)
    assert same_tables(by_team, by_plan)
    assert by_team.outcome == by_plan.outcome
    for seat in (SUPERVISOR, DISPATCHER, NOTIFICATION):
        assert swapped(played, seat).outcome == by_plan.outcome


def test_decisions_differ_and_matter(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    by_team, by_plan, by_none = team(played), plan(played), nothing(played)
    losses = [each.outcome.loss for each in (by_team, by_plan, by_none)]
    assert len(set(losses)) == 3
    assert kinds(by_plan, NoticeSubmitted)
    # nobody decides: no notice, no standby, no announcement
    commands = {fact.command for fact in kinds(by_none, CommandGiven)}
    assert "AssignCrew" in commands
    after = {e.fact.command for e in by_none.entries
             if isinstance(e.fact, CommandGiven) and e.t_s >= START_S}  # fmt: skip
    assert not after & {"SendNotice", "CallStandby", "SwitchAnnouncement"}


def test_the_opening_is_the_same_in_all(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    runs = [each(played) for each in (team, plan, nothing)]
    openings = [[e for e in run.entries if e.t_s < START_S] for run in runs]
    assert len(openings[0]) > 10
    assert openings[0] == openings[1] == openings[2]


def test_faults_are_the_same_in_all(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    runs = [each(played) for each in (team, plan, nothing)]
    assert len(struck(runs[0])) == 2
    assert struck(runs[0]) == struck(runs[1]) == struck(runs[2])
    timed = [
        [(e.t_s, e.fact.inject) for e in run.entries
         if isinstance(e.fact, InjectFired) and e.fact.inject in ("surge", "trip", "menu")]
        for run in runs
    ]  # fmt: skip
    assert len(timed[0]) == 3  # the one fired by hand comes at its time in the others too
    assert timed[0] == timed[1] == timed[2]


def test_every_trait_asked_for_twice_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keyed luck: (trait, owner, episode) has one value, whoever decides."""
    asked: dict[tuple[int, object, int], float] = {}
    real = Trait.of

    def of(self: Trait, owner: str | int, episode: int = 0) -> float:
        value = real(self, owner, episode)
        assert asked.setdefault((self.key, owner, episode), value) == value
        return value

    played, _ = drill(tmp_path, PEOPLE)
    monkeypatch.setattr(Trait, "of", of)
    for run in (team, plan, nothing):
        run(played)
    assert len(asked) > 50
    # the same caller, calling in two runs, is as patient in both
    one, other = team(played), nothing(played)
    held = {}
    for run in (one, other):
        calls, menu = run.tables["calls"], run.tables["calls"]["t_menu_end_s"]
        pairs = zip(calls["caller"], calls["attempt"], menu - calls["t_offered_s"], strict=True)
        held[run is one] = {(c, a): round(s, 6) for c, a, s in pairs if not np.isnan(s)}
    # rows of callers planned before the decisions part are the same callers
    n_same = int(np.searchsorted(one.tables["callers"]["t_planned_s"], START_S))
    both = {key for key in held[True].keys() & held[False].keys() if key[0] < n_same}
    assert len(both) > 20
    assert all(held[True][key] == held[False][key] for key in both)


def test_a_seat_left_to_the_plan_drops_its_commands_only(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    without = swapped(played, SUPERVISOR)
    by_people = [e for e in without.entries
                 if isinstance(e.fact, CommandGiven) and e.fact.by == SUPERVISOR]  # fmt: skip
    assert not by_people
    # the plan calls the standby instead, when its trigger is met
    (called,) = [e.t_s for e in without.entries if isinstance(e.fact, StandbyCalled)]
    assert called > START_S + 60.0
    assert without.outcome.loss != team(played).outcome.loss
    # nobody is in the notification seat in either run
    assert not [e for e in without.entries
                if isinstance(e.fact, NoticeSubmitted) and e.t_s > START_S]  # fmt: skip


def test_a_command_that_no_longer_applies_is_refused_and_logged(tmp_path: Path) -> None:
    loaded_first, play = drill(tmp_path, [])
    (first, *_rest) = kinds(team(loaded_first), NoticeSubmitted)
    when = next(e.t_s for e in play.world.journal if e.fact == first)
    minute = (when - START_S) / 60.0 + 1.0
    commands = given(
        (minute, "controller", HandOver(NOTIFICATION, False)),
        (minute + 1.0, NOTIFICATION, CancelNotice(first.notice)),
    )
    played, _ = drill(tmp_path, commands)
    assert team(played).n_refused == 0
    # from the start nobody sends notices: there is none to cancel
    never = given((0.0, "controller", HandOver(NOTIFICATION, False)))
    run = run_again(played, [*never, *commands])
    assert run.n_refused == 1
    assert [fact.why for fact in kinds(run, CommandRefused)] == ["unknown_notice"]


def test_runs_again_are_the_same_again(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    for case in (plan, nothing):
        assert case(played).entries == case(played).entries


def test_the_plan_decides_a_human_delay_later_from_startex_on(tmp_path: Path) -> None:
    def decided(delay: str) -> float:
        loaded = town.load(
            tmp_path,
            None,
            [town.event("2021-03-01 08:40", "d/b1")],
            exercise=exercise({}, human_delay=delay),
        )
        play = Play(loaded, 1)
        play_through(play)
        first = next(
            entry
            for entry in play.world.journal
            if isinstance(entry.fact, CommandGiven) and entry.fact.command == "SetRestorationTime"
        )
        return first.t_s

    assert decided("4 min") == pytest.approx(decided("0 min") + 240.0)
