"""A play: the world of an exercise, to which seats give commands at stated times.

A play is a pure function of (scenario, seed, commands with their times); `session` paces one for
people, `replay` makes one again from its ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.commands import Command
from sim.drill.director import Director, Script
from sim.drill.ledger import Given
from sim.engine.clock import LAST
from sim.engine.facts import CommandRefused
from sim.engine.streams import Streams
from sim.errors import InputError
from sim.messages import say
from sim.scenario.loader import LoadedScenario
from sim.store.manifest import Manifest
from sim.world.collect import collect
from sim.world.run import RunOutput
from sim.world.world import World

__all__ = ["ENDEX", "RUN_OVER", "STOPPED", "Answer", "Play", "Progress", "Terms", "play_through",
           "terms_of"]  # fmt: skip

ENDEX, STOPPED = "endex", "stopped"
"""Why an exercise ended: its length was over, or the controller stopped it."""
RUN_OVER = "run_over"
"""Why a command is refused when the world has come to its own end."""
_SLICE_S = 600.0
"""Simulated time between two reports of progress."""

Progress = Callable[[float, float, float], None]
"""Hears (simulated s, from s, to s)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold whether a command was carried out, or the code that says why not."""

    accepted: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Hold the times of an exercise, in seconds from the scenario's start."""

    startex_s: float
    endex_s: float
    graded_speed: float = 2.0
    """Faster play is not scored for timeliness."""


def terms_of(loaded: LoadedScenario) -> Terms:
    """Return the terms of a scenario's exercise; raise InputError when it has none."""
    exercise = loaded.scenario.exercise
    if exercise is None:
        raise InputError(
            say("{file}: the scenario has no section 'exercise'", file=loaded.files[0].name)
        )
    startex_s = exercise.start_at
    return Terms(startex_s, startex_s + exercise.length, exercise.graded_speed)


class Play:
    """Own the world of an exercise, and when each command comes."""

    def __init__(
        self,
        loaded: LoadedScenario,
        seed: int,
        terms: Terms | None = None,
        script: Script | None = None,
        streams: Streams | None = None,
    ) -> None:
        """Take what a re-run must keep of the injects of another play (`script_of`), and its luck.

        Without `streams` the luck is that of the seed.
        """
        self.loaded, self.seed = loaded, seed
        self.terms = terms_of(loaded) if terms is None else terms
        self.world = World(loaded.scenario, seed, streams)
        has_exercise = loaded.scenario.exercise is not None
        self.director = Director(self.world, script) if has_exercise else None
        self._t_s = 0.0

    @property
    def now_s(self) -> float:
        """Return the present simulated time: all that happens up to it has happened."""
        return max(self._t_s, self.world.clock.now)

    @property
    def is_over(self) -> bool:
        """Say whether the world has come to its end."""
        return self.world.is_over

    def run_until(self, t_s: float) -> None:
        """Advance to a time, or to the world's end."""
        self.world.run_until(t_s)
        self._t_s = max(self._t_s, t_s)

    def give(self, command: Command, seat: str) -> Answer:
        """Carry out a command at the present time, after all else that happens then."""
        world = self.world
        answers: list[Answer] = []

        def carry_out() -> None:
            seq = len(world.journal)
            accepted = world.handlers.give(command, seat)
            fact = world.journal.since(seq)[0].fact
            answers.append(Answer(accepted, fact.why if isinstance(fact, CommandRefused) else ""))

        if world.is_over:
            return Answer(False, RUN_OVER)
        world.clock.call_at(self.now_s, carry_out, LAST)
        while not answers and not world.is_over:
            world.clock.step()
        return answers[0] if answers else Answer(False, RUN_OVER)

    def end(self, why: str) -> None:
        """End the exercise at the present time, after all else that happens then."""
        if not self.world.is_over:
            self.world.clock.call_at(self.now_s, lambda: self.world.end(why), LAST)
            while not self.world.is_over:
                self.world.clock.step()

    def output(self) -> RunOutput:
        """Return the tables and the manifest; the play is over with this."""
        world = self.world
        tables = collect(world)
        manifest = Manifest.of_run(
            self.loaded, self.seed, world.clock.now, world.centre.call_types, world.groups.classes
        )
        return RunOutput(tables, manifest)


def play_through(
    play: Play,
    commands: Iterable[Given] = (),
    until_s: float | None = None,
    progress: Progress | None = None,
) -> list[Answer]:
    """Give commands at their times and run on to a time, EndEx by default; return the answers.

    A command that no longer applies is refused by the world, and logged so.
    """
    from_s, to_s = play.now_s, play.terms.endex_s if until_s is None else until_s

    def go(t_s: float) -> None:
        while progress is not None and play.now_s + _SLICE_S < t_s and not play.is_over:
            play.run_until(play.now_s + _SLICE_S)
            progress(play.now_s, from_s, to_s)
        play.run_until(t_s)

    answers = []
    for each in commands:
        go(each.t_s)
        answers.append(play.give(each.command, each.seat))
    go(to_s)
    return answers
