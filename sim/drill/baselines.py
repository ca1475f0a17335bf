"""Runs beside a drill on the same luck: nothing done, the written plan, one seat by the plan.

Each run repeats the drill with other decisions. Injects that people, coverage or load decided upon
come when they came in the drill; the others meet their hazards and luck again. The opening, up to
StartEx, is the same in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sim.commands import FireInject, HandOver, HoldInject
from sim.drill.director import Script, script_of
from sim.drill.ledger import Given
from sim.drill.outcome import Outcome, outcome
from sim.drill.play import ENDEX, Answer, Play, Terms, play_through
from sim.engine.clock import LAST
from sim.engine.journal import Entry
from sim.engine.redrawn import RedrawnStreams, Shown, WatchedStreams
from sim.engine.tables import Columns
from sim.scenario.loader import LoadedScenario
from sim.store.manifest import Manifest
from sim.world.seats import CONTROLLER, NOTIFICATION, SUPERVISOR
from sim.world.world import World

__all__ = ["REDRAWN", "Played", "Redraw", "Run", "nothing", "plan", "run_again", "shown_by",
           "swapped", "team"]  # fmt: skip

REDRAWN = ("calls", "evidence", "estimates", "repairs", "standby", "messages")
"""Luck that can be drawn again where the drill never showed it: traits of attempts nobody made and
of stages no call reached; delays and errors of reports that never came; estimates and repair times
of repairs never begun; who comes to call-ups never made; rounding of messages never sent. Storm,
failures, the times of other calls and the hazards of injects are the same in every re-draw."""

_FIRST_COME = "oldest"
"""Rule by which crews are sent when nobody decides."""


@dataclass(frozen=True)
class Played:
    """Hold a drill as it was played: enough to make it again, or another way."""

    loaded: LoadedScenario
    seed: int
    terms: Terms
    commands: tuple[Given, ...]
    end_s: float
    """When it ended, s from the scenario's start."""
    script: Script
    """What re-runs with other decisions keep of its injects."""

    @classmethod
    def of(
        cls,
        loaded: LoadedScenario,
        seed: int,
        terms: Terms,
        commands: Iterable[Given],
        end_s: float,
        entries: Iterable[Entry],
    ) -> Played:
        """Return the drill that wrote these facts."""
        return cls(loaded, seed, terms, tuple(commands), end_s, script_of(entries))


@dataclass(frozen=True)
class Run:
    """Hold one run on the luck of a drill."""

    entries: tuple[Entry, ...]
    tables: dict[str, Columns]
    manifest: Manifest
    outcome: Outcome
    n_refused: int
    """Recorded commands that were refused, those refused in the drill among them."""


@dataclass(frozen=True)
class Redraw:
    """Ask for other luck where the drill showed none."""

    shown: Shown
    number: int
    """From 1; each number is other luck."""


def team(drill: Played, redraw: Redraw | None = None) -> Run:
    """Repeat the drill as it was played; luck it never showed does not matter to it."""
    return _repeated(drill, drill.commands, None, redraw=redraw)


def shown_by(drill: Played) -> Shown:
    """Repeat the drill as it was played, and return all the luck it showed."""
    streams = WatchedStreams(drill.seed)
    play = Play(drill.loaded, drill.seed, drill.terms, None, streams)
    play_through(play, drill.commands, drill.end_s)
    play.end(ENDEX)
    play.world.centre.finish(play.world.clock.now)
    streams.shown.callers = play.world.centre.shown_luck()
    return streams.shown


def plan(drill: Played) -> Run:
    """Repeat the drill with all seats left to the written plan, at the exercise's human delay."""
    return run_again(drill, ())


def nothing(drill: Played) -> Run:
    """Repeat the drill with nobody deciding: protection, and crews first come first served.

    From StartEx no standby is called, no announcement switched and no notice sent.
    """

    def give_up(world: World) -> None:
        world.dispatcher.priority = _FIRST_COME
        for seat in (SUPERVISOR, NOTIFICATION):
            world.handlers.give(HandOver(seat, False), CONTROLLER)

    return run_again(drill, (), give_up)


def swapped(drill: Played, seat: str) -> Run:
    """Repeat the drill with one seat left to the written plan; the others decide as they did.

    Their commands that no longer apply are refused, and logged so.
    """
    return run_again(drill, _without(drill.commands, seat))


def run_again(
    drill: Played,
    commands: Iterable[Given],
    at_startex: Callable[[World], None] | None = None,
    redraw: Redraw | None = None,
) -> Run:
    """Repeat the drill with other commands, on the same luck or with what never showed redrawn.

    Injects that people, coverage or load decided upon are not decided again: they come as played.
    """
    by_hand = (FireInject, HoldInject)
    others = [each for each in commands if not isinstance(each.command, by_hand)]
    return _repeated(drill, others, drill.script, at_startex, redraw)


def _repeated(
    drill: Played,
    commands: Sequence[Given],
    script: Script | None,
    at_startex: Callable[[World], None] | None = None,
    redraw: Redraw | None = None,
) -> Run:
    streams = RedrawnStreams(drill.seed, redraw.shown, redraw.number) if redraw else None
    play = Play(drill.loaded, drill.seed, drill.terms, script, streams)
    if at_startex is not None:
        play.world.clock.call_at(drill.terms.startex_s, partial(at_startex, play.world), LAST)
    answers = play_through(play, commands, drill.end_s)
    play.end(ENDEX)
    return _run_of(drill, play, answers)


def _run_of(drill: Played, play: Play, answers: Sequence[Answer]) -> Run:
    exercise = drill.loaded.scenario.exercise
    assert exercise is not None
    output = play.output()
    return Run(
        tuple(play.world.journal),
        output.tables,
        output.manifest,
        outcome(output.tables, exercise.weights, drill.terms.startex_s, drill.end_s),
        sum(not each.accepted for each in answers),
    )


def _without(commands: Iterable[Given], seat: str) -> list[Given]:
    """Leave out what a seat did, and that it was handed to a person."""
    return [
        each
        for each in commands
        if each.seat != seat
        and not (isinstance(each.command, HandOver) and each.command.seat == seat)
    ]
