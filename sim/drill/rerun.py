"""A finished drill shown again: at any speed, from any moment, on the consoles it was played on.

Nothing can be decided here, only looked at; whoever wants to decide forks from the moment shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.drill import wire
from sim.drill.answers import Ack, Answers
from sim.drill.consoles import Consoles, subscribed
from sim.drill.folder import Drill
from sim.drill.ledger import read_written
from sim.drill.line import Line
from sim.drill.pacing import FASTEST, MOST_STEP_S, SLOWEST, Pacing
from sim.drill.play import Answer, Play
from sim.drill.replay import fork, verified
from sim.drill.screens import Deliver
from sim.drill.wallclock import monotonic_s, new_secret
from sim.errors import StoreError, StormdeskError
from sim.messages import say, standing_at
from sim.store.fingerprint import code_fingerprint
from sim.text.catalogue import LANGUAGES
from sim.world.seats import CONTROLLER, SEATS
from sim.world.views import Views

__all__ = ["Rerun"]

_TICK_S = 0.05
_IDLE_S = 0.2
_ANSWER_S = 60.0


class Rerun:
    """Own the play of a drill that is shown again."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = monotonic_s) -> None:
        """Open the folder of a drill; raise StoreError or RunError when it cannot be replayed."""
        self.folder, self.drill = folder, Drill.read(folder)
        written = read_written(folder)
        if self.drill.code != code_fingerprint():
            verified(folder)  # another version may do as long as it plays the same
        if not written.started or written.last_s is None:
            raise StoreError(standing_at(folder, say("nothing of this drill has been played yet")))
        self.failure: BaseException | None = None
        self._commands, self._end_s = written.commands, written.last_s
        self._secrets = {seat: new_secret() for seat in SEATS}
        self._clock = clock
        self._line = Line(self._live)
        self._consoles, self._answers = Consoles(clock), Answers()
        self._prepared = threading.Event()
        self._play: Play
        self._views: Views
        self._next = 0
        self._pacing = Pacing(clock, self.drill.terms.startex_s, self._end_s)

    # --- for the server

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the secret of each seat."""
        return dict(self._secrets)

    @property
    def results(self) -> None:
        """Return None: a replay leaves nothing behind."""
        return None

    @property
    def now_s(self) -> float:
        """Return the simulated time shown."""
        return self._play.now_s

    @property
    def is_running(self) -> bool:
        """Say whether time goes on."""
        return self._pacing.is_running

    def subscribe(self, seat: str, deliver: Deliver) -> Callable[[], None]:
        """Send a seat's full view as soon as there is one, then its changes; return how to stop."""
        return subscribed(self._line, self._consoles, seat, deliver)

    def connected(self, seat: str, user: str, is_connected: bool) -> None:
        """Hear that a browser came to a seat or left it."""

        def note() -> None:
            self._consoles.connected(seat, user, is_connected)

        self._line.ask(note)

    def submit(self, seat: str, _user: str, message: Mapping[str, Any]) -> Ack:
        """Take a control of the controller; everything else is refused."""
        try:
            return self._line.call(lambda: self._handle(seat, message), _ANSWER_S)
        except TimeoutError:
            return self._answers.ack(wire.id_of(message), Answer(False, "no_answer"))

    # --- life

    def open(self) -> None:
        """Start the thread in which the drill is shown."""
        self._line.open()

    def wait_prepared(self, timeout_s: float | None = None) -> bool:
        """Wait until StartEx is shown; return whether it is."""
        return self._prepared.wait(timeout_s)

    def close(self) -> None:
        """Stop showing."""
        self._line.close()

    def prepare(self) -> None:
        """Show StartEx, paused."""
        self._go_to(self.drill.terms.startex_s)
        self._prepared.set()

    def tick(self) -> None:
        """Go on to where the pace wants it, and show it."""
        due_s = self._pacing.due_s()
        if due_s > self._play.now_s:
            self._advance(due_s)
        if self._pacing.is_through and self._pacing.is_running:
            self._pacing.pause()
            self._consoles.hurry()
        moves = self._pacing.is_running or self._pacing.is_stepping
        self._consoles.show(self.now_s, self._clock_part(), self._view_of, moves=moves)

    def _live(self) -> None:
        try:
            self.prepare()
            while not self._line.is_closing:
                moves = self._pacing.is_running or self._pacing.is_stepping
                self._line.serve(_TICK_S if moves else _IDLE_S)
                self.tick()
        except BaseException as error:
            self.failure = error
            self._prepared.set()

    # --- play

    def _go_to(self, t_s: float) -> None:
        """Show another moment; an earlier one is played again from the scenario's start."""
        is_back = not hasattr(self, "_play") or t_s < self._play.now_s
        if is_back:
            self._play = Play(self.drill.loaded, self.drill.seed, self.drill.terms)
            self._views = Views(self._play.world)
            self._next = 0
        self._advance(t_s)
        speed, was_running = self._pacing.speed, self._pacing.is_running
        self._pacing = Pacing(self._clock, self.now_s, self._end_s)
        self._pacing.set_speed(speed)
        if was_running:
            self._pacing.resume()
        if is_back:
            self._consoles.begin_again(self.now_s, self._whole)
        self._consoles.hurry()

    def _advance(self, t_s: float) -> None:
        commands = self._commands
        while self._next < len(commands) and commands[self._next].t_s <= t_s:
            given = commands[self._next]
            self._play.run_until(given.t_s)
            self._play.give(given.command, given.seat)
            self._next += 1
        self._play.run_until(t_s)
        self._pacing.reached(self.now_s)

    def _handle(self, seat: str, message: object) -> Ack:
        said = wire.read(message)
        if isinstance(said, wire.Malformed):
            return self._answers.ack(said.id, Answer(False, said.why))
        before = self._answers.given(seat, said.id)
        if before is not None:
            return before
        if seat != CONTROLLER or isinstance(said, wire.CommandMessage):
            why = "replay_only"
        else:
            why = self._do(said.control)
        self._consoles.hurry()
        return self._answers.keep(seat, said.id, Answer(not why, why), for_good=False)

    def _do(self, control: wire.Control) -> str:
        """Do what a controller may do in a replay; return why not, or ''."""
        pacing = self._pacing
        if isinstance(control, wire.Pause):
            pacing.pause()
        elif isinstance(control, wire.Resume | wire.Start):
            pacing.resume()
        elif isinstance(control, wire.SetSpeed):
            if not SLOWEST <= control.speed <= FASTEST:
                return "bad_speed"
            pacing.set_speed(control.speed)
        elif isinstance(control, wire.Step):
            if not 0.0 < control.seconds <= MOST_STEP_S:
                return "bad_step"
            pacing.step(control.seconds)
        elif isinstance(control, wire.Seek):
            if not self.drill.terms.startex_s <= control.t_s <= self._end_s:
                return "not_played"
            self._go_to(control.t_s)
        elif isinstance(control, wire.ForkHere):
            return self._fork()
        else:
            return "replay_only"
        return ""

    def _fork(self) -> str:
        after_s = round(self.now_s - self.drill.terms.startex_s)
        out = self.folder.with_name(f"{self.folder.name}-fork-{after_s}s")
        try:
            fork(self.folder, self.now_s, out)
        except (StormdeskError, OSError):
            return "no_fork"
        text = self._answers.texts("session.event.forked")
        named = {each: f"{text[each]} {out}" for each in LANGUAGES}
        self._consoles.post(CONTROLLER, "exercise", named, self.now_s)
        return ""

    # --- screens

    def _whole(self, seat: str) -> dict[str, Any]:
        exercise = self.drill.exercise
        return {
            **self._views.static(seat),
            **self._view_of(seat),
            "clock": self._clock_part(),
            "exercise": {"title": {"en": exercise.title.en, "zh": exercise.title.zh}},
            "replay": {"from_s": self.drill.terms.startex_s, "to_s": self._end_s},
        }

    def _view_of(self, seat: str) -> dict[str, Any]:
        return self._consoles.view(seat, self._views.view(seat), self._play.world.seats)

    def _clock_part(self) -> dict[str, Any]:
        terms = self.drill.terms
        return {
            "t_s": round(self.now_s, 1),
            "local": self._play.world.calendar.at(self.now_s).isoformat(timespec="minutes"),
            "status": "running" if self._pacing.is_running else "paused",
            "speed": self._pacing.speed,
            "startex_s": terms.startex_s,
            "endex_s": terms.endex_s,
            "progress": 1.0,
            "is_replay": True,
        }
