"""The session of a drill: its life cycle, its commands and its pace.

preparing (the opening runs on autopilot) → ready → running ⇄ paused → ended. What touches the
world or the ledger happens in the session's own thread (`line`); without that thread, in tests,
requests are carried out at once and `tick` is called by hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sim.commands import Command, FireInject, HandOver, HoldInject
from sim.drill import wire
from sim.drill.answers import Ack, Answers
from sim.drill.consoles import Consoles, subscribed
from sim.drill.ending import store
from sim.drill.folder import (
    COMMITMENT_FILE,
    SEATS_FILE,
    Drill,
    commitment_of,
    new_folder,
    secrets_of,
    write_secrets,
)
from sim.drill.ledger import (
    SESSION_FILE,
    Given,
    Ledger,
    Written,
    read_later,
    read_lines,
    read_written,
)
from sim.drill.line import Line
from sim.drill.pacing import FASTEST, MOST_STEP_S, SLOWEST, Pacing
from sim.drill.play import ENDEX, STOPPED, Answer, Play, play_through
from sim.drill.replay import check_code
from sim.drill.screens import Deliver
from sim.drill.wallclock import monotonic_s, wall_time
from sim.errors import StoreError
from sim.messages import say, standing_at
from sim.scenario.loader import LoadedScenario
from sim.store.writer import MANIFEST
from sim.text.catalogue import LANGUAGES
from sim.world.seats import CONTROLLER, PLAYERS, SEATS, may_give
from sim.world.views import Views

__all__ = ["ENDED", "FAILED", "PAUSED", "PREPARING", "READY", "RUNNING", "Session"]

PREPARING, READY, RUNNING, PAUSED, ENDED = "preparing", "ready", "running", "paused", "ended"
FAILED = "failed"
"""The world broke down: a bug. What was acknowledged is on disk."""

_TICK_S = 0.05
_IDLE_S = 0.2
_HEARTBEAT_S = 1.0
_ANSWER_S = 60.0


class Session:
    """Own a drill that is being played: its world, its pace, its ledger and its screens."""

    def __init__(
        self,
        drill: Drill,
        folder: Path,
        written: Written | None = None,
        *,
        lang: str = "en",
        clock: Callable[[], float] = monotonic_s,
        wall: Callable[[], str] = wall_time,
    ) -> None:
        """Take a drill and its folder; `written` is what was played of it before."""
        self.drill, self.folder, self.lang = drill, folder, lang
        self.failure: BaseException | None = None
        self._clock, self._written = clock, written
        self._secrets, self._committed = secrets_of(folder), commitment_of(folder)
        self._ledger = Ledger(folder, wall, written)
        self._line = Line(self._live)
        self._consoles, self._answers = Consoles(clock), Answers()
        self._status, self._progress = PREPARING, 0.0
        self._prepared = threading.Event()
        self._play: Play
        self._views: Views
        self._is_open = False
        self._pacing = Pacing(clock, drill.terms.startex_s, drill.terms.endex_s)
        self._beat_s = -_HEARTBEAT_S
        self._chosen: set[str] = set()
        self._later = list(read_later(folder))
        self._k = 0
        self._is_timely = True
        self._results: dict[str, str] | None = None

    @classmethod
    def new(cls, loaded: LoadedScenario, seed: int, folder: Path, **more: Any) -> Session:
        """Begin a drill in a new folder."""
        drill = Drill.of(loaded, seed)
        drill.write(new_folder(folder))
        write_secrets(folder)
        return cls(drill, folder, **more)

    @classmethod
    def recover(cls, folder: Path, **more: Any) -> Session:
        """Go on with a drill whose server was ended, or with a fork: paused at the last heartbeat.

        Raise StoreError when it has ended, RunError when another version of the code played it.
        """
        drill, written = Drill.read(folder), read_written(folder)
        check_code(folder, drill)
        if written.ended and (folder / MANIFEST).is_file():
            words = say("the drill has ended: replay it, or fork it")
            raise StoreError(standing_at(folder, words))
        if not (folder / SEATS_FILE).is_file():
            write_secrets(folder)
        return cls(drill, folder, written, **more)

    # --- for the server

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the secret of each seat."""
        return dict(self._secrets)

    @property
    def status(self) -> str:
        """Return preparing, ready, running, paused, ended or failed."""
        return self._status

    @property
    def now_s(self) -> float:
        """Return the present simulated time."""
        return self._play.now_s if self._is_open else 0.0

    @property
    def results(self) -> Mapping[str, str] | None:
        """Return the files of the finished run, by kind, or None while there are none."""
        return self._results

    def subscribe(self, seat: str, deliver: Deliver) -> Callable[[], None]:
        """Send a seat's full view as soon as there is one, then its changes; return how to stop."""
        return subscribed(self._line, self._consoles, seat, deliver)

    def connected(self, seat: str, user: str, is_connected: bool) -> None:
        """Hear that a browser came to a seat or left it."""

        def note() -> None:
            if self._consoles.connected(seat, user, is_connected):
                kind = "came" if is_connected else "left"
                self._ledger.note(kind, self._t_s_or_none(), seat=seat, user=user)

        self._line.ask(note)

    def submit(self, seat: str, user: str, message: Mapping[str, Any]) -> Ack:
        """Take a command or a control of a seat; return its acknowledgement.

        When it says accepted, the command is on disk and was carried out.
        """
        try:
            return self._line.call(lambda: self._handle(seat, user, message), _ANSWER_S)
        except TimeoutError:
            return self._answers.ack(wire.id_of(message), Answer(False, "no_answer"))
        except Exception:
            if not self._line.is_open:
                raise
            return self._answers.ack(wire.id_of(message), Answer(False, FAILED))

    # --- life

    def open(self) -> None:
        """Start the session's own thread, which prepares and plays."""
        self._line.open()

    def wait_prepared(self, timeout_s: float | None = None) -> bool:
        """Wait until the opening has run; return whether it has."""
        return self._prepared.wait(timeout_s)

    def close(self) -> None:
        """Stop playing; the drill can be resumed from its folder."""
        self._line.close()
        self._ledger.close()

    def prepare(self, serve: Callable[[], None] = lambda: None) -> None:
        """Run the opening, or what was played before; `serve` is called now and then."""

        def tell(t_s: float, from_s: float, to_s: float) -> None:
            self._progress = (t_s - from_s) / (to_s - from_s) if to_s > from_s else 1.0
            self._show()
            serve()

        drill, written = self.drill, self._written
        self._play = Play(drill.loaded, drill.seed, drill.terms)
        self._views = Views(self._play.world)
        startex_s = drill.terms.startex_s
        was_played = written is not None and written.last_s is not None
        commands = written.commands if written else ()
        until_s = written.last_s if written and written.last_s is not None else startex_s
        serve()
        answers = play_through(self._play, commands, until_s, tell)
        self._k = len(commands)
        for given, answer in zip(commands, answers, strict=True):
            if given.id:
                self._answers.keep(given.seat, given.id, answer, for_good=True)
        self._pacing = Pacing(self._clock, self._play.now_s, drill.terms.endex_s)
        self._later = [each for each in self._later if each.t_s > self._play.now_s]
        self._is_open, self._progress = True, 1.0
        self._status = PAUSED if written is not None and written.started else READY
        if was_played:
            self._remember_notes()
        self._ledger.note("resumed" if was_played else "prepared", self.now_s)
        for seat in SEATS:
            self._consoles.screen(seat).show(self.now_s, self._views.static(seat))
        self._consoles.show_part(self.now_s, "exercise", self._exercise())
        self._consoles.hurry()
        if written is not None and written.ended:
            self._finish(written.ended, is_new=False)
        self._show()
        self._prepared.set()

    def tick(self) -> None:
        """Play on to where the pace wants it, and show it."""
        if self._status in (RUNNING, PAUSED):
            was_stepping = self._pacing.is_stepping
            due_s = self._pacing.due_s()
            if due_s > self._play.now_s or was_stepping:
                self._advance(due_s)
            if was_stepping and not self._pacing.is_stepping:
                self._ledger.heartbeat(self._play.now_s)
                self._consoles.hurry()
            self._beat()
            if self._pacing.is_through or self._play.is_over:
                self._finish(ENDEX)
        self._show()

    def _live(self) -> None:
        try:
            self._compile()
            self.prepare(lambda: self._line.serve(0.0))
        except BaseException as error:
            self._fail(error)
        while not self._line.is_closing:
            try:
                self._line.serve(_TICK_S if self._moves else _IDLE_S)
                if self.failure is None:
                    self.tick()
            except BaseException as error:
                self._fail(error)

    def _compile(self) -> None:
        """Compile the contact kernel beside this thread, which answers meanwhile."""
        from sim.contact.centre import warm_up

        work = threading.Thread(target=warm_up, daemon=True)
        work.start()
        while work.is_alive():
            self._show()
            self._line.serve(_IDLE_S)
        work.join()

    def _fail(self, error: BaseException) -> None:
        """Remember what broke; nothing is played from here on, requests are refused."""
        if self.failure is None:
            self.failure, self._status = error, FAILED
            self._ledger.note("failed", None, error=repr(error))
            self._prepared.set()
            self._consoles.show_part(0.0, "clock", self._clock_part())

    # --- play

    def _advance(self, t_s: float) -> None:
        while self._later and self._later[0].t_s <= t_s:
            kept = self._later.pop(0)
            self._play.run_until(kept.t_s)
            self._give(kept.seat, kept.command, Given(0, 0.0, "", kept.command))
        self._play.run_until(t_s)
        self._pacing.reached(self._play.now_s)

    def _beat(self) -> None:
        now_s = self._clock()
        if self._status == RUNNING and now_s - self._beat_s >= _HEARTBEAT_S:
            self._beat_s = now_s
            self._ledger.heartbeat(self._play.now_s)

    def _give(self, seat: str, command: Command, origin: Given) -> Answer:
        """Write a command down, then give it; both at the present simulated time."""
        given = Given(
            self._k, self._play.now_s, seat, command, origin.id, origin.seen, origin.seen_t_s
        )
        self._ledger.command(given)
        self._k += 1
        answer = self._play.give(command, seat)
        self._consoles.hurry()
        return answer

    def _start(self) -> str:
        """Begin: seats with somebody at them are theirs, the others stay on autopilot."""
        if self._status != READY:
            return "not_ready"
        self._status = RUNNING
        self._ledger.started(self.now_s)
        for seat in PLAYERS:
            if self._consoles.chairs[seat].is_connected and seat not in self._chosen:
                command = HandOver(seat, False)
                self._give(CONTROLLER, command, Given(0, 0.0, CONTROLLER, command))
        self._pacing.resume()
        self._announce("startex")
        return ""

    def _finish(self, why: str, *, is_new: bool = True) -> None:
        """End the exercise here and store its run."""
        self._pacing.pause()
        self._play.end(why)
        if is_new:
            self._ledger.ended(self._play.now_s, why)
        self._ledger.note("ended", self._play.now_s, why=why, is_timely=self._is_timely)
        self._status = ENDED
        self._announce("endex")
        self._show()
        self._consoles.show_part(self.now_s, "exercise", self._exercise())
        self._results = store(self.folder, self._play.output(), self.lang)
        (self.folder / SEATS_FILE).unlink(missing_ok=True)
        self._consoles.show_part(self.now_s, "results", dict(self._results))

    # --- messages

    def _handle(self, seat: str, user: str, message: object) -> Ack:
        said = wire.read(message)
        if isinstance(said, wire.Malformed):
            return self._answers.ack(said.id, Answer(False, said.why))
        if self.failure is not None:
            return self._answers.ack(said.id, Answer(False, FAILED))
        before = self._answers.given(seat, said.id)
        if before is not None:
            return before
        if isinstance(said, wire.CommandMessage):
            answer, is_done = self._command(seat, user, said)
        else:
            answer, is_done = self._control(seat, user, said)
        if self._is_open:
            self._consoles.chairs[seat].last_action_s = self.now_s
        return self._answers.keep(seat, said.id, answer, for_good=is_done)

    def _command(self, seat: str, user: str, said: wire.CommandMessage) -> tuple[Answer, bool]:
        """Return the answer, and whether the world was asked."""
        screen = self._consoles.screen(seat)
        shown = screen.shown(said.seen)
        why = self._why_not(seat, said.command)
        if not why and said.seen > screen.n:
            why = "bad_seen"
        if why:
            return self._refuse(seat, user, type(said.command).__name__, why), False
        seen_t_s, digest = shown if shown is not None else (None, "")
        k = self._k
        origin = Given(0, 0.0, seat, said.command, said.id, said.seen, seen_t_s)
        answer = self._give(seat, said.command, origin)
        self._ledger.note(
            "command",
            self.now_s,
            k=k,
            seat=seat,
            user=user,
            seen=said.seen,
            seen_t_s=seen_t_s,
            screen=digest,
            accepted=answer.accepted,
            why=answer.why,
        )
        return answer, True

    def _refuse(self, seat: str, user: str, what: str, why: str) -> Answer:
        """Note what a seat may not do; the world never hears of it."""
        self._ledger.note(
            "refused", self._t_s_or_none(), seat=seat, user=user, command=what, why=why
        )
        return Answer(False, why)

    def _why_not(self, seat: str, command: Command) -> str:
        """Return why a seat may not give a command now, or ''."""
        if not may_give(seat, command):
            return "no_right"
        if self._status in (PREPARING, READY) and not (
            seat == CONTROLLER and self._status == READY
        ):
            return "not_started"
        if self._status == ENDED:
            return ENDED
        if seat in PLAYERS and self._play.world.seats.is_autopilot(seat):
            return "seat_on_autopilot"
        return ""

    def _control(self, seat: str, user: str, said: wire.ControlMessage) -> tuple[Answer, bool]:
        if seat != CONTROLLER:
            return self._refuse(seat, user, type(said.control).__name__, "controller_only"), False
        control = said.control
        if isinstance(control, wire.HandSeat | wire.Fire | wire.Hold):
            command = _as_command(control)
            if command is None:
                return Answer(False, "no_injects"), False
            answer, is_done = self._command(seat, user, wire.CommandMessage(said.id, -1, command))
            if answer.accepted and isinstance(control, wire.HandSeat):
                self._chosen.add(control.seat)
                self._announce("autopilot" if control.autopilot else "person", control.seat)
            return answer, is_done
        why = self._do(control)
        if self._status != ENDED or not why:
            values = {each.name: getattr(control, each.name) for each in fields(control)}
            self._ledger.note(
                "control",
                self._t_s_or_none(),
                user=user,
                action=type(control).__name__,
                values=values,
                why=why,
            )
        return Answer(not why, why), not why

    def _do(self, control: wire.Control) -> str:
        """Do what changes the pace or the inboxes only; return why not, or ''."""
        if isinstance(control, wire.Start):
            return self._start()
        if isinstance(control, wire.SetSpeed):
            return self._set_speed(control.speed)
        if isinstance(control, wire.Hint):
            return self._hint(control)
        if isinstance(control, wire.Seek | wire.ForkHere):
            return "no_replay"
        if self._status not in (RUNNING, PAUSED):
            return ENDED if self._status == ENDED else "not_started"
        if isinstance(control, wire.Step):
            return self._step(control.seconds)
        if isinstance(control, wire.Stop):
            self._finish(STOPPED)
        else:
            self._set_running(isinstance(control, wire.Resume))
        return ""

    def _set_running(self, is_running: bool) -> None:
        if is_running == self._pacing.is_running:
            return
        if is_running:
            self._pacing.resume()
        else:
            self._pacing.pause()
            self._ledger.heartbeat(self._play.now_s)
        self._status = RUNNING if is_running else PAUSED
        self._announce("resumed" if is_running else "paused")

    def _set_speed(self, speed: float) -> str:
        if self._status == ENDED:
            return ENDED
        if not SLOWEST <= speed <= FASTEST:
            return "bad_speed"
        self._pacing.set_speed(speed)
        if speed > self.drill.terms.graded_speed:
            self._lose_timeliness(f"speed {speed:g}")
        self._consoles.hurry()
        return ""

    def _step(self, seconds: float) -> str:
        if not 0.0 < seconds <= MOST_STEP_S:
            return "bad_step"
        self._set_running(False)
        self._pacing.step(seconds)
        self._lose_timeliness("step")
        return ""

    def _lose_timeliness(self, why: str) -> None:
        """Faster than graded play is not scored for timeliness from here on; said once."""
        if self._is_timely:
            self._is_timely = False
            self._ledger.note("untimely", self._t_s_or_none(), why=why)
            self._announce("untimely")

    def _hint(self, control: wire.Hint) -> str:
        if control.seat not in SEATS:
            return "unknown_seat"
        if not self._is_open:
            return "not_started"
        text = {each: control.text for each in LANGUAGES}
        self._consoles.post(control.seat, "hint", text, self.now_s, is_alarm=True)
        return ""

    # --- screens

    @property
    def _moves(self) -> bool:
        return self._status == RUNNING or self._pacing.is_stepping

    def _announce(self, what: str, seat: str = "") -> None:
        """Tell all seats what happened to the exercise itself."""
        name = f"session.seat.{seat}" if seat else ""
        text = self._answers.texts(f"session.event.{what}", seat=name)
        self._consoles.post_all("exercise", text, self.now_s)

    def _show(self) -> None:
        """Show what it is time to show."""
        view_of = self._view_of if self._is_open else None
        self._consoles.show(self.now_s, self._clock_part(), view_of, moves=self._moves)

    def _view_of(self, seat: str) -> dict[str, Any]:
        return self._consoles.view(seat, self._views.view(seat), self._play.world.seats)

    def _clock_part(self) -> dict[str, Any]:
        t_s, terms = self.now_s, self.drill.terms
        local = self._play.world.calendar.at(t_s) if self._is_open else None
        return {
            "t_s": round(t_s, 1),
            "local": "" if local is None else local.isoformat(timespec="minutes"),
            "status": self._status,
            "speed": self._pacing.speed,
            "startex_s": terms.startex_s,
            "endex_s": terms.endex_s,
            "progress": round(self._progress, 2),
            "is_timely": self._is_timely,
        }

    def _exercise(self) -> dict[str, Any]:
        """Return what all may know of the exercise; at its end with what opens the commitment."""
        exercise = self.drill.exercise
        part: dict[str, Any] = {
            "title": {"en": exercise.title.en, "zh": exercise.title.zh},
            "objectives": [
                {"id": name, "text": {"en": each.en, "zh": each.zh}}
                for name, each in exercise.objectives.items()
            ],
            "commitment": self._committed.digest,
        }
        if self._status == ENDED:
            part["opened"] = {
                "salt": self._committed.salt,
                "seed": self.drill.seed,
                "file": COMMITMENT_FILE,
            }
        return part

    def _t_s_or_none(self) -> float | None:
        return self.now_s if self._is_open else None

    def _remember_notes(self) -> None:
        """Take from the session log what is not in the world: hints and lost timeliness."""
        path = self.folder / SESSION_FILE
        for row in read_lines(path)[0]:
            if row["kind"] == "untimely":
                self._is_timely = False
            if row["kind"] == "control" and row["action"] == "Hint" and not row["why"]:
                values = row["values"]
                text = {each: values["text"] for each in LANGUAGES}
                self._consoles.post(values["seat"], "hint", text, row["t_s"], is_alarm=True)


def _as_command(control: wire.HandSeat | wire.Fire | wire.Hold) -> Command:
    """Return the command of a control that changes the world."""
    if isinstance(control, wire.HandSeat):
        return HandOver(control.seat, control.autopilot)
    if isinstance(control, wire.Fire):
        return FireInject(control.inject)
    return HoldInject(control.inject, control.held)
