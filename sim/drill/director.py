"""The director: fires injects inside the world's clock, by their triggers and the drill's rules.

From StartEx it looks at the state every tick. An inject falls due by its own trigger; a due one is
fired at once when it stood at a stated time, else when spacing, cool-down and the open load of its
seats allow, the heaviest first. Late in the drill objectives not tried yet get their easiest
inject. Everything follows from scenario, seed and commands; no wall time is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from sim.drill.effects import Aim, Shot, aim, strike
from sim.drill.expectations import Standing, open_load, standings
from sim.drill.injects import Armed, InjectStatus, Scene, Status, luck_of, threshold_of
from sim.engine.clock import LAST
from sim.engine.facts import InjectFired, InjectHeld, InjectReleased, MessageShown
from sim.engine.journal import NO_CAUSE, Entry
from sim.scenario.exercise import Exercise
from sim.world.world import World

__all__ = ["Director", "Played", "Script", "script_of"]

_EXEMPT = ("time", "controller", "script")


@dataclass(frozen=True, slots=True)
class Played:
    """An inject, and when it was played, s from the scenario's start."""

    inject: str
    t_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """What people and load decided about injects in one run, to be kept in runs beside it."""

    played: tuple[Played, ...] = ()
    """Injects that fire at these times, if there is something to hit, and at no other."""
    held: frozenset[str] = field(default_factory=frozenset)
    """Injects that never fire."""


def script_of(entries: Iterable[Entry]) -> Script:
    """Return what a re-run with other decisions must keep: hands-on, late and held injects.

    The others come from their triggers and luck again.
    """
    played: list[Played] = []
    fired: set[str] = set()
    held: set[str] = set()
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, InjectFired):
            fired.add(fact.inject)
            if fact.by in ("controller", "coverage", "script") or fact.delayed_s > 0:
                played.append(Played(fact.inject, entry.t_s))
        elif isinstance(fact, InjectHeld):
            held.add(fact.inject)
        elif isinstance(fact, InjectReleased):
            held.discard(fact.inject)
    return Script(tuple(played), frozenset(held - fired))


class Director:
    """Own the pool of injects of one world; made before the world runs."""

    def __init__(self, world: World, script: Script | None = None) -> None:
        """Take the exercise of the world's scenario; raise ValueError when it has none."""
        exercise = world.scenario.exercise
        if exercise is None:
            raise ValueError("the scenario has no exercise")
        self._world, self._exercise = world, exercise
        self._script = script or Script()
        self._trait = world.streams.trait("drill.inject")
        scripted = {each.inject for each in self._script.played}
        self._pool = {
            name: Armed(name, inject, threshold_of(self._trait, name), is_held=name in self._held)
            for name, inject in exercise.injects.items()
        }
        self._looked_at = [each for each in self._pool.values() if each.id not in scripted]
        self._places: dict[str, str] = {}
        self._running: set[str] = set()
        self._first_seq = self._startex_seq = 0
        self._last_s = -float("inf")
        world.director = self
        if self._pool:
            world.clock.call_at(exercise.start_at, self._start, LAST)

    @property
    def exercise(self) -> Exercise:
        """Return the exercise."""
        return self._exercise

    @property
    def _held(self) -> frozenset[str]:
        return self._script.held

    @property
    def _is_playing(self) -> bool:
        return self._exercise.start_at <= self._world.clock.now < self._exercise.end_at

    # --- questions

    def statuses(self) -> list[InjectStatus]:
        """Return where every inject stands now, in the order of the pool."""
        return [
            InjectStatus(
                each.id, self._status(each), each.fired_s, each.inject.seat, each.inject.objective
            )
            for each in self._pool.values()
        ]

    def _status(self, each: Armed) -> Status:
        if each.fired_s is not None:
            return "fired"
        if each.is_held:
            return "held"
        if self._world.clock.now >= self._exercise.end_at:
            return "expired"
        return "armed" if each.due_s is not None or each.is_growing else "planned"

    def standings(self) -> list[Standing]:
        """Return how every expectation of the injects fired so far stands now."""
        entries = self._world.journal.since(self._first_seq)
        return standings(entries, self._exercise, self._world.clock.now)

    # --- the controller's word

    def may_fire(self, inject: str) -> str:
        """Return '' when an inject can be fired now, else the code that says why not."""
        armed = self._pool.get(inject)
        if armed is None:
            return "unknown_inject"
        if not self._is_playing:
            return "not_playing"
        if armed.is_held:
            return "inject_held"
        if armed.fired_s is not None:
            return "inject_fired"
        return "" if aim(self._shot(armed)) is not None else "inject_impossible"

    def fire(self, inject: str, cause: int) -> None:
        """Fire an inject on the controller's word."""
        self._fire(self._pool[inject], "controller", cause)

    def may_hold(self, inject: str) -> str:
        """Return '' when an inject can be held or released, else the code that says why not."""
        armed = self._pool.get(inject)
        if armed is None:
            return "unknown_inject"
        return "inject_fired" if armed.fired_s is not None else ""

    def hold(self, inject: str, held: bool, cause: int) -> None:
        """Hold an inject, or let go of it."""
        self._pool[inject].is_held = held
        fact = InjectHeld(inject) if held else InjectReleased(inject)
        self._world.journal.write(fact, cause)

    # --- the clock

    def _start(self) -> None:
        self._startex_seq = self._first_seq = len(self._world.journal)
        for played in self._script.played:
            if played.inject in self._pool:
                armed = self._pool[played.inject]
                replay = partial(self._fire, armed, "script")
                self._world.clock.call_at(played.t_s, replay, LAST)
        self._tick()

    def _tick(self) -> None:
        if not self._is_playing:
            return
        clock = self._world.clock
        scene = self._scene()
        for armed in self._looked_at:
            if armed.is_waiting and armed.due_s is None:
                due_s = armed.look(scene, self._exercise.start_at, self._exercise.tick)
                if due_s is not None and due_s > clock.now:
                    clock.call_at(due_s, partial(self._fall_due, armed), LAST)
                elif due_s is not None:
                    armed.due_s = clock.now
        self._serve()
        self._cover()
        clock.call_in(self._exercise.tick, self._tick, LAST)

    def _scene(self) -> Scene:
        startex_s = self._exercise.start_at
        fired_s = {
            each.id: each.fired_s - startex_s
            for each in self._pool.values()
            if each.fired_s is not None
        }
        return Scene.of(self._world, startex_s, self._startex_seq, fired_s)

    def _fall_due(self, armed: Armed) -> None:
        if armed.due_s is None:
            armed.due_s = self._world.clock.now
            self._serve()

    # --- firing by rule

    def _serve(self) -> None:
        """Fire what is due, the heaviest first, as far as the rules of the drill allow."""
        if not self._is_playing:
            return
        due = [each for each in self._looked_at if each.is_waiting and each.due_s is not None]
        due.sort(key=lambda each: (each.by not in _EXEMPT, -each.inject.weight, each.id))
        for armed in due:
            if armed.by in _EXEMPT or self._is_allowed(armed):
                self._fire(armed, armed.by)
            else:
                armed.was_held_back = True

    def _is_allowed(self, armed: Armed) -> bool:
        """Say whether spacing, cool-down and the open load of its seats allow an inject now."""
        now_s = self._world.clock.now
        if now_s - self._last_s < self._exercise.spacing or self._is_cooling(armed):
            return False
        load = open_load(self.standings())
        seats = {armed.inject.seat, *(each.seat for each in armed.inject.expect)}
        return all(load.get(seat, 0) < self._exercise.most_open_per_seat for seat in seats)

    def _is_cooling(self, armed: Armed) -> bool:
        kind = armed.inject.effect.kind
        return any(
            each.fired_s is not None
            and each.inject.effect.kind == kind
            and self._world.clock.now - each.fired_s < each.inject.cool_down
            for each in self._pool.values()
        )

    def _cover(self) -> None:
        """Late in the drill, fire the easiest inject of the objectives not tried yet."""
        now_s, exercise = self._world.clock.now, self._exercise
        left_s = exercise.end_at - now_s
        missing = self._untried()
        if not missing or left_s > exercise.cover_from:
            return
        is_pressing = left_s <= (len(missing) + 1) * exercise.spacing
        if now_s - self._last_s < exercise.spacing and not is_pressing:
            return
        candidates = [
            each
            for each in self._looked_at
            if each.is_waiting and not each.inject.is_decoy and each.inject.objective in missing
        ]
        candidates.sort(key=lambda each: (each.inject.difficulty, -each.inject.weight, each.id))
        for armed in candidates:
            if self._fire(armed, "coverage"):
                return

    def _untried(self) -> set[str]:
        """Return the objectives no inject, decoys apart, has tried."""
        tried = {
            each.inject.objective
            for each in self._pool.values()
            if each.fired_s is not None and not each.inject.is_decoy
        }
        return set(self._exercise.objectives) - tried

    # --- firing

    def _shot(self, armed: Armed) -> Shot:
        return Shot(
            self._world,
            armed.id,
            armed.inject.effect,
            luck_of(self._trait, armed.id),
            self._places,
            self._running,
            self._exercise.start_at,
        )

    def _fire(self, armed: Armed, by: str, cause: int = NO_CAUSE) -> bool:
        """Fire an inject if it has something to hit; return whether it did."""
        shot = self._shot(armed)
        at: Aim | None = aim(shot) if armed.is_waiting else None
        if at is None:
            return False
        now_s, journal = self._world.clock.now, self._world.journal
        armed.fired_s = self._last_s = now_s
        self._places[armed.id] = at.place
        was_delayed = armed.was_held_back and by == armed.by and armed.due_s is not None
        delayed_s = round(now_s - (armed.due_s or 0.0), 3) if was_delayed else 0.0
        kind = armed.inject.effect.kind
        fact = InjectFired(armed.id, kind, at.place, at.about, by, delayed_s)
        seq = journal.write(fact, cause)
        strike(shot, at, seq)
        if armed.inject.text.en or armed.inject.text.zh:
            journal.write(MessageShown(armed.inject.seat, armed.id), seq)
        return True
