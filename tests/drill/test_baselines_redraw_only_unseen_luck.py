"""Re-draws: luck the drill showed stays, luck it never showed is new."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from test_baselines_share_the_luck import PEOPLE, SUPERVISOR, drill, given, struck

from sim.commands import CallStandby, HandOver
from sim.drill.baselines import Played, Redraw, Run, nothing, run_again, shown_by, team
from sim.engine.redrawn import RedrawnStreams, WatchedStreams


def test_the_drill_itself_is_the_same_in_every_redraw(tmp_path: Path) -> None:
    """What never showed cannot matter to what was played."""
    played, play = drill(tmp_path, PEOPLE)
    shown = shown_by(played)
    assert len(shown.traits) > 20
    assert shown.callers is not None
    for number in (1, 2, 3):
        again = team(played, Redraw(shown, number))
        assert list(again.entries) == list(play.world.journal)
        assert again.outcome == team(played).outcome


def outcomes(played: Played, runs: list[Run]) -> set[float]:
    return {run.outcome.amounts["lost_callers"] for run in runs}


def test_other_decisions_meet_other_luck_where_none_had_shown(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    shown = shown_by(played)
    later = [
        replace(each, t_s=each.t_s + 600.0) if isinstance(each.command, CallStandby) else each
        for each in PEOPLE
    ]
    later.sort(key=lambda each: each.t_s)
    fixed = run_again(played, later)
    redrawn = [run_again(played, later, redraw=Redraw(shown, k)) for k in range(1, 5)]
    assert len(outcomes(played, redrawn)) > 1
    assert all(struck(run) == struck(fixed) for run in redrawn)
    again = run_again(played, later, redraw=Redraw(shown, 1))
    assert again.entries == redrawn[0].entries
    assert again.outcome == redrawn[0].outcome


def test_callers_who_called_keep_the_luck_they_showed(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, given((0.0, "controller", HandOver(SUPERVISOR, False))))
    shown = shown_by(played)
    one, other = team(played), run_again(played, (), redraw=Redraw(shown, 1))
    menus = []
    for run in (one, other):
        calls = run.tables["calls"]
        lengths = calls["t_menu_end_s"] - calls["t_offered_s"]
        rows = zip(calls["t_offered_s"].tolist(), lengths.round(6).tolist(), strict=True)
        menus.append({t_s: s for t_s, s in rows if not np.isnan(s)})
    both = menus[0].keys() & menus[1].keys()
    assert len(both) > 30
    assert all(menus[0][t_s] == menus[1][t_s] for t_s in both)


def test_a_trait_is_known_for_whom_it_was_asked_and_new_for_others() -> None:
    watched = WatchedStreams(7)
    trait = watched.trait("x")
    some, few = np.arange(5, dtype=np.uint64), np.arange(3, dtype=np.uint64)
    asked = [trait.of("a"), trait.of(9, 2), *trait.of_all(some, 1).tolist()]
    again, others = (RedrawnStreams(7, watched.shown, k).trait("x") for k in (1, 2))
    for fresh in (again, others):
        assert [fresh.of("a"), fresh.of(9, 2), *fresh.of_all(some, 1).tolist()] == asked
    new = [again.of("b"), again.of(9, 3), *again.of_all(few, 2).tolist()]
    assert new != [others.of("b"), others.of(9, 3), *others.of_all(few, 2).tolist()]
    plain = WatchedStreams(7).trait("x")
    assert new != [plain.of("b"), plain.of(9, 3), *plain.of_all(few, 2).tolist()]
    mixed = again.of_all(np.arange(8, dtype=np.uint64), 1).tolist()
    assert mixed[:5] == asked[2:]
    assert mixed[5:] != plain.of_all(np.arange(8, dtype=np.uint64), 1).tolist()[5:]


def test_nothing_asked_means_all_is_new(tmp_path: Path) -> None:
    played, _ = drill(tmp_path, PEOPLE)
    shown = shown_by(played)
    assert nothing(played).n_refused == 0
    assert shown.callers is not None
    # callers who never called have shown nothing
    quiet = shown.callers.attempts == 0
    assert quiet.any()
    assert not shown.callers.traits[quiet].any()
    assert (shown.callers.traits[~quiet] != 0).all()
