"""The session of a drill: seats, life cycle, and the thread in which the world is played.

preparing (the opening runs on autopilot) → ready → running ⇄ paused → ended. Everything that
touches the world or the ledger happens in the session's own thread; other threads put requests in
line. Without that thread (in tests) requests are carried out at once and `tick` is called by hand.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, fields
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sim.commands import Command, FireInject, HandOver, HoldInject
from sim.drill import wire
from sim.drill.folder import (
    COMMITMENT_FILE,
    SEATS_FILE,
    Drill,
    commitment_of,
    new_folder,
    save_run_beside,
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
from sim.drill.pacing import FASTEST, MOST_STEP_S, SLOWEST, Pacing
from sim.drill.play import ENDEX, STOPPED, Answer, Play, play_through
from sim.drill.replay import check_code
from sim.drill.screens import Deliver, Screen
from sim.drill.wallclock import monotonic_s, new_secret, wall_time
from sim.errors import StoreError
from sim.messages import say, standing_at
from sim.scenario.loader import LoadedScenario
from sim.store.writer import MANIFEST
from sim.text.catalogue import LANGUAGES, Translator
from sim.world.seats import CONTROLLER, PLAYERS, SEATS, may_give
from sim.world.views import Views

__all__ = ["ENDED", "FAILED", "PAUSED", "PREPARING", "READY", "RUNNING", "Session"]

PREPARING, READY, RUNNING, PAUSED, ENDED = "preparing", "ready", "running", "paused", "ended"
FAILED = "failed"
"""The world broke down: a bug. What was acknowledged is on disk."""

_TICK_S = 0.05
_IDLE_S = 0.2
_HEARTBEAT_S = 1.0
_FIGURES_S = 0.1
_VIEW_S = 0.5
_VIEW_LOAD = 5.0
"""Views take at most this part (1 / 5) of the time, however slow the machine."""
_PREPARE_SLICE_S = 1800.0
_ANSWER_S = 60.0
_REMEMBERED = 5000
"""Refusals remembered by message id; what was carried out is remembered for good."""


@dataclass(slots=True)
class _Chair:
    """Hold who sits at a seat."""

    user: str = ""
    is_connected: bool = False
    last_action_s: float | None = None


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
        self._clock = clock
        self._written = written
        self._secrets = _secrets_of(folder)
        self._committed = commitment_of(folder)
        self._ledger = Ledger(folder, wall, written)
        self._status, self._progress = PREPARING, 0.0
        self._play: Play
        self._views: Views
        self._pacing = Pacing(clock, drill.terms.startex_s, drill.terms.endex_s)
        self._screens = {seat: Screen() for seat in SEATS}
        self._chairs = {seat: _Chair() for seat in SEATS}
        self._inbox: dict[str, list[dict[str, Any]]] = {seat: [] for seat in SEATS}
        self._from_world: dict[str, set[int]] = {seat: set() for seat in SEATS}
        self._chosen: set[str] = set()
        self._later = list(read_later(folder))
        self._k = 0
        self._done: dict[tuple[str, str], dict[str, Any]] = {}
        self._refused: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._is_timely = True
        self._results: dict[str, str] | None = None
        self._translators = {each: Translator(each) for each in LANGUAGES}
        self._is_open = False
        self._beat_s = self._figures_s = self._view_s = -_HEARTBEAT_S
        self._requests: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._closing = threading.Event()
        self._prepared = threading.Event()
        self._thread: threading.Thread | None = None

    @classmethod
    def new(cls, loaded: LoadedScenario, seed: int, folder: Path, **more: Any) -> Session:
        """Begin a drill in a new folder."""
        drill = Drill.of(loaded, seed)
        drill.write(new_folder(folder))
        _write_secrets(folder)
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
            _write_secrets(folder)
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
        stops: list[Callable[[], None]] = []
        gone = threading.Event()

        def begin() -> None:
            if not gone.is_set():
                stops.append(self._screens[seat].subscribe(deliver))
                self._hurry()

        def end() -> None:
            for each in stops:
                each()

        def stop() -> None:
            gone.set()
            self._ask(end)

        self._ask(begin)
        return stop

    def connected(self, seat: str, user: str, is_connected: bool) -> None:
        """Hear that a browser came to a seat or left it."""

        def note() -> None:
            chair = self._chairs[seat]
            if (chair.user, chair.is_connected) != (user, is_connected):
                chair.user, chair.is_connected = user, is_connected
                kind = "came" if is_connected else "left"
                self._ledger.note(kind, self._t_s_or_none(), seat=seat, user=user)
                self._hurry()

        self._ask(note)

    def submit(self, seat: str, user: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Take a command or a control of a seat; return its acknowledgement.

        When it says accepted, the command is on disk and was carried out.
        """
        answer: Future[dict[str, Any]] = Future()

        def handle() -> None:
            try:
                answer.set_result(self._handle(seat, user, message))
            except BaseException as error:
                answer.set_exception(error)
                raise

        self._ask(handle)
        try:
            return answer.result(_ANSWER_S)
        except TooLate:
            return self._ack(wire.id_of(message), Answer(False, "no_answer"))
        except Exception:
            if self._thread is None:
                raise
            return self._ack(wire.id_of(message), Answer(False, FAILED))

    # --- life

    def open(self) -> None:
        """Start the session's own thread, which prepares and plays."""
        self._thread = threading.Thread(target=self._live, name="drill", daemon=True)
        self._thread.start()

    def wait_prepared(self, timeout_s: float | None = None) -> bool:
        """Wait until the opening has run; return whether it has."""
        return self._prepared.wait(timeout_s)

    def close(self) -> None:
        """Stop playing; the drill can be resumed from its folder."""
        self._closing.set()
        if self._thread is not None:
            self._ask(lambda: None)
            self._thread.join()
            self._thread = None
        self._ledger.close()

    def prepare(self, serve: Callable[[], None] = lambda: None) -> None:
        """Run the opening, or what was played before; `serve` is called now and then."""

        def tell(t_s: float, from_s: float, to_s: float) -> None:
            self._progress = (t_s - from_s) / (to_s - from_s) if to_s > from_s else 1.0
            self._show_clock()
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
                self._done[given.seat, given.id] = self._ack(given.id, answer)
        self._pacing = Pacing(self._clock, self._play.now_s, drill.terms.endex_s)
        self._later = [each for each in self._later if each.t_s > self._play.now_s]
        self._is_open, self._progress = True, 1.0
        self._status = PAUSED if written is not None and written.started else READY
        if was_played:
            self._remember_notes()
        self._ledger.note("resumed" if was_played else "prepared", self.now_s)
        for seat, screen in self._screens.items():
            screen.show(self.now_s, self._views.static(seat))
        self._hurry()
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
                self._hurry()
            self._beat()
            if self._pacing.is_through or self._play.is_over:
                self._finish(ENDEX)
        self._show()

    def _live(self) -> None:
        try:
            self._compile()
            self.prepare(lambda: self._serve(0.0))
        except BaseException as error:
            self._fail(error)
        while not self._closing.is_set():
            moves = self._status == RUNNING or self._pacing.is_stepping
            try:
                self._serve(_TICK_S if moves else _IDLE_S)
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
            self._show_clock()
            self._serve(_IDLE_S)
        work.join()

    def _fail(self, error: BaseException) -> None:
        """Remember what broke; nothing is played from here on, requests are refused."""
        if self.failure is None:
            self.failure, self._status = error, FAILED
            self._ledger.note("failed", None, error=repr(error))
            self._prepared.set()
            self._show_clock()

    def _ask(self, request: Callable[[], None]) -> None:
        if self._thread is None or threading.current_thread() is self._thread:
            request()
        else:
            self._requests.put(request)

    def _serve(self, wait_s: float) -> None:
        """Carry out the requests in line; wait for the first one a while."""
        try:
            request = self._requests.get(timeout=wait_s) if wait_s else self._requests.get_nowait()
            while True:
                request()
                request = self._requests.get_nowait()
        except Empty:
            return

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
        self._hurry()
        return answer

    def _start(self) -> None:
        """Begin: seats with somebody at them are theirs, the others stay on autopilot."""
        self._status = RUNNING
        self._ledger.started(self.now_s)
        for seat in PLAYERS:
            if self._chairs[seat].is_connected and seat not in self._chosen:
                command = HandOver(seat, False)
                self._give(CONTROLLER, command, Given(0, 0.0, CONTROLLER, command))
        self._pacing.resume()
        self._announce("startex")

    def _finish(self, why: str, *, is_new: bool = True) -> None:
        """End the exercise here and store its run."""
        self._pacing.pause()
        self._play.end(why)
        if is_new:
            self._ledger.ended(self._play.now_s, why)
        self._ledger.note("ended", self._play.now_s, why=why, is_timely=self._is_timely)
        self._status = ENDED
        self._announce("endex")
        self._show(at_once=True)
        save_run_beside(self.folder, self._play.output(), self.lang)
        (self.folder / SEATS_FILE).unlink(missing_ok=True)
        self._results = {"folder": self.folder.name, "report": "report.html"}
        self._hurry()

    # --- messages

    def _handle(self, seat: str, user: str, message: object) -> dict[str, Any]:
        said = wire.read(message)
        if isinstance(said, wire.Malformed):
            return self._ack(said.id, Answer(False, said.why))
        if self.failure is not None:
            return self._ack(said.id, Answer(False, FAILED))
        key = (seat, said.id)
        before = self._done.get(key) or self._refused.get(key)
        if before is not None:
            return before
        if isinstance(said, wire.CommandMessage):
            answer, is_done = self._command(seat, user, said)
        else:
            answer, is_done = self._control(seat, user, said)
        ack = self._ack(said.id, answer)
        if is_done:
            self._done[key] = ack
        else:
            self._refused[key] = ack
            if len(self._refused) > _REMEMBERED:
                self._refused.popitem(last=False)
        if self._is_open:
            self._chairs[seat].last_action_s = self.now_s
        return ack

    def _command(self, seat: str, user: str, said: wire.CommandMessage) -> tuple[Answer, bool]:
        """Return the answer, and whether the world was asked."""
        shown = self._screens[seat].shown(said.seen)
        why = self._why_not(seat, said.command)
        if not why and said.seen > self._screens[seat].n:
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
        status = self._status
        if isinstance(control, wire.Start):
            if status != READY:
                return "not_ready"
            self._start()
            return ""
        if isinstance(control, wire.SetSpeed):
            return self._set_speed(control.speed) if status != ENDED else ENDED
        if isinstance(control, wire.Hint):
            return self._hint(control)
        if status not in (RUNNING, PAUSED):
            return ENDED if status == ENDED else "not_started"
        if isinstance(control, wire.Pause):
            self._set_running(False)
        elif isinstance(control, wire.Resume):
            self._set_running(True)
        elif isinstance(control, wire.Step):
            return self._step(control.seconds)
        elif isinstance(control, wire.Stop):
            self._finish(STOPPED)
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
        if not SLOWEST <= speed <= FASTEST:
            return "bad_speed"
        self._pacing.set_speed(speed)
        if speed > self.drill.terms.graded_speed:
            self._lose_timeliness(f"speed {speed:g}")
        self._hurry()
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
        self._post(control.seat, "hint", {each: control.text for each in LANGUAGES}, True)
        return ""

    def _ack(self, name: str, answer: Answer) -> dict[str, Any]:
        return {
            "type": "ack",
            "id": name,
            "accepted": answer.accepted,
            "why": answer.why,
            "text": {each: tr_why(tr, answer) for each, tr in self._translators.items()},
        }

    # --- screens

    def _announce(self, what: str, seat: str = "") -> None:
        """Tell all seats what happened to the exercise itself."""
        text = {
            each: tr(f"session.event.{what}", seat=tr(f"session.seat.{seat}") if seat else "")
            for each, tr in self._translators.items()
        }
        for each in SEATS:
            self._post(each, "exercise", text, False)

    def _post(self, seat: str, kind: str, text: Mapping[str, str], is_alarm: bool) -> None:
        inbox = self._inbox[seat]
        inbox.append({"n": len(inbox) + 1, "t_s": self.now_s, "kind": kind, "text": dict(text),
                      "is_alarm": is_alarm})  # fmt: skip
        self._hurry()

    def _take_in(self, seat: str, entries: list[dict[str, Any]]) -> None:
        """Put what the world has for an inbox in one numbering with what the session has."""
        known, inbox = self._from_world[seat], self._inbox[seat]
        for entry in entries:
            if entry["n"] not in known:
                known.add(entry["n"])
                inbox.append({**entry, "n": len(inbox) + 1})

    def _hurry(self) -> None:
        """Let the next tick show everything."""
        self._view_s = self._figures_s = -_HEARTBEAT_S

    def _show(self, *, at_once: bool = False) -> None:
        now_s = self._clock()
        if not (at_once or now_s >= self._figures_s):
            return
        self._figures_s = now_s + _FIGURES_S
        self._show_clock()
        moves = self._status == RUNNING or self._pacing.is_stepping
        if not self._is_open or not (at_once or (now_s >= self._view_s)):
            return
        for seat, screen in self._screens.items():
            view = dict(self._views.view(seat))
            self._take_in(seat, view.pop("inbox", []))
            view["inbox"] = list(self._inbox[seat])
            view["commitment"] = self._commitment(is_open=self._status == ENDED)
            view["autopilot"] = seat in PLAYERS and self._play.world.seats.is_autopilot(seat)
            if seat == CONTROLLER:
                view["consoles"] = self._consoles()
            if self._results is not None:
                view["results"] = dict(self._results)
            screen.show(self.now_s, view)
        took_s = self._clock() - now_s
        # nothing changes while nothing moves: the next request hurries
        self._view_s = now_s + max(_VIEW_S, _VIEW_LOAD * took_s) if moves else float("inf")

    def _show_clock(self) -> None:
        t_s = self.now_s
        clock = {
            "t_s": round(t_s, 1),
            "local": self._local(t_s),
            "status": self._status,
            "speed": self._pacing.speed,
            "startex_s": self.drill.terms.startex_s,
            "endex_s": self.drill.terms.endex_s,
            "progress": round(self._progress, 2),
            "is_timely": self._is_timely,
        }
        for screen in self._screens.values():
            screen.show(t_s, {"clock": clock})

    def _local(self, t_s: float) -> str:
        if not self._is_open:
            return ""
        return self._play.world.calendar.at(t_s).isoformat(timespec="minutes")

    def _consoles(self) -> list[dict[str, Any]]:
        seats = self._play.world.seats
        return [
            {
                "seat": seat,
                "user": chair.user,
                "connected": chair.is_connected,
                "autopilot": seat in PLAYERS and seats.is_autopilot(seat),
                "last_action_s": chair.last_action_s,
            }
            for seat, chair in self._chairs.items()
        ]

    def _commitment(self, *, is_open: bool) -> dict[str, Any]:
        """Return the hash of what was fixed beforehand; at the end with what opens it."""
        if not is_open:
            return {"digest": self._committed.digest}
        return {
            "digest": self._committed.digest,
            "salt": self._committed.salt,
            "seed": self.drill.seed,
            "file": COMMITMENT_FILE,
        }

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
                if values["seat"] in self._inbox:
                    text = {each: values["text"] for each in LANGUAGES}
                    self._post(values["seat"], "hint", text, True)
                    self._inbox[values["seat"]][-1]["t_s"] = row["t_s"]


def tr_why(tr: Translator, answer: Answer) -> str:
    """Return what an acknowledgement says in a language."""
    if answer.accepted:
        return tr("session.done")
    for key in (f"session.why.{answer.why}", f"code.why.{answer.why}"):
        if key in tr:
            return tr("session.refused", why=tr(key))
    return tr("session.refused", why=answer.why)


def _as_command(control: wire.HandSeat | wire.Fire | wire.Hold) -> Command:
    """Return the command of a control that changes the world."""
    if isinstance(control, wire.HandSeat):
        return HandOver(control.seat, control.autopilot)
    if isinstance(control, wire.Fire):
        return FireInject(control.inject)
    return HoldInject(control.inject, control.held)


def _write_secrets(folder: Path) -> None:
    path = folder / SEATS_FILE
    text = json.dumps({seat: new_secret() for seat in SEATS})
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _secrets_of(folder: Path) -> dict[str, str]:
    secrets: dict[str, str] = json.loads((folder / SEATS_FILE).read_text(encoding="utf-8"))
    return secrets
