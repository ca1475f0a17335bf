"""Debrief a finished drill: run what its report compares it with, and write the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sim.commands import HandOver
from sim.drill import baselines, debrief
from sim.drill.baselines import REDRAWN, Played, Run
from sim.drill.forks import REDRAWS, forks, played_of
from sim.drill.outcome import outcome
from sim.errors import RunError
from sim.messages import say, standing_at
from sim.report.debriefed import PARTS, Contribution, Outcome
from sim.store.reader import open_run
from sim.world.seats import PLAYERS

__all__ = ["compared", "debrief_drill"]

Done = Callable[[int, int], None]
"""Hears (runs done, runs in all)."""


def debrief_drill(
    folder: Path,
    lang: str = "en",
    names: Sequence[str] = (),
    n_redraws: int = REDRAWS,
    workers: int = 0,
    on_done: Done | None = None,
) -> Path:
    """Write the after-action report of a finished drill into its folder; return the file.

    names: forks (see `forks`). Raise StoreError when the drill has not ended, InputError for a fork
    that fits no order, RunError when the drill cannot be made again as it was stored.
    """
    drill = played_of(folder)
    # first the forks: a name that fits nothing must not wait for the other runs
    effects = forks(folder, names, n_redraws, workers, on_done)
    outcomes, contributions = compared(drill)
    _check(folder, drill, outcomes[0])
    return debrief.write(
        folder,
        lang,
        outcomes=outcomes,
        contributions=contributions,
        forks=effects,
        redrawn=REDRAWN if names and n_redraws else (),
    )


def compared(drill: Played) -> tuple[list[Outcome], list[Contribution]]:
    """Return the losses of team, plan and nothing done, and what each person's seat changed."""
    team = baselines.team(drill)
    outcomes = [
        replace(_outcome("team", team), behind=dict(team.outcome.behind)),
        _outcome("plan", baselines.plan(drill)),
        _outcome("nothing", baselines.nothing(drill)),
    ]
    return outcomes, [
        _contribution(seat, team, baselines.swapped(drill, seat)) for seat in _manned(drill)
    ]


def _check(folder: Path, drill: Played, team: Outcome) -> None:
    """Raise RunError when the drill made again has another outcome than the stored one."""
    exercise = drill.loaded.scenario.exercise
    assert exercise is not None
    stored = outcome(open_run(folder), exercise.weights, drill.terms.startex_s, drill.end_s)
    if dict(stored.amounts) != dict(team.amounts):
        words = say(
            "playing the drill again gives another outcome than the one stored: another version of"
            " Stormdesk played it, or its ledger was changed"
        )
        raise RunError(standing_at(folder, words))


def _manned(drill: Played) -> list[str]:
    """Return the seats that were in a person's hands at some time."""
    handed = {
        each.command.seat
        for each in drill.commands
        if isinstance(each.command, HandOver) and not each.command.autopilot
    }
    return [seat for seat in PLAYERS if seat in handed]


def _outcome(case: str, run: Run) -> Outcome:
    return Outcome(case, dict(run.outcome.amounts), dict(run.outcome.weights))


def _contribution(seat: str, team: Run, other: Run) -> Contribution:
    own, swapped = team.outcome, other.outcome
    amounts = {name: own.amounts[name] - swapped.amounts[name] for name in PARTS}
    return Contribution(seat, own.loss - swapped.loss, amounts)
