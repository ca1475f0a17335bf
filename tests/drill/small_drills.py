"""A drill in a small town, and people made of code who play it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "world"))

import town

from sim.drill.session import Session
from sim.scenario.loader import LoadedScenario

START_S, LENGTH_S = 1200.0, 3600.0
END_S = START_S + LENGTH_S
EXERCISE: dict[str, Any] = {
    "title": {"en": "Small drill", "zh": "小演练"},
    "objectives": {"restore": {"en": "Bring supply back", "zh": "恢复供电"}},
    "start_at": "20 min",
    "length": "60 min",
}


def small_drill(folder: Path) -> LoadedScenario:
    """Return a town where a line fails before StartEx and another one after it."""
    events = [
        town.event("2021-03-01 08:15", "d/a3"),
        town.event("2021-03-01 08:40", "d/b1"),
    ]
    return town.load(
        folder,
        None,
        events,
        exercise=EXERCISE,
        contact={"standby": {"first": {"group": "general", "agents": 2}}},
    )


class Wall:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


class Room:
    """A session without a thread of its own, and everybody in it."""

    def __init__(self, session: Session, wall: Wall) -> None:
        self.session, self.wall = session, wall
        self._n = 0

    @classmethod
    def new(cls, loaded: LoadedScenario, folder: Path, seed: int = 1) -> "Room":
        wall = Wall()
        session = Session.new(loaded, seed, folder, clock=wall, wall=lambda: "wall")
        session.prepare()
        return cls(session, wall)

    @classmethod
    def recovered(cls, folder: Path) -> "Room":
        wall = Wall()
        session = Session.recover(folder, clock=wall, wall=lambda: "wall")
        session.prepare()
        return cls(session, wall)

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *_error: object) -> None:
        self.session.close()

    def begin(self, *people: str) -> None:
        """Seat people and start."""
        for seat in people:
            self.session.connected(seat, f"user of {seat}", True)
        assert self.control("start")["accepted"]

    def wait(self, wall_s: float) -> None:
        self.wall.s += wall_s
        self.session.tick()

    def play_to(self, t_s: float) -> None:
        """Let time go on until play has come to a time."""
        for _ in range(200_000):
            if self.session.now_s >= t_s or self.session.status == "ended":
                return
            self.wait(0.2)
        raise AssertionError("play does not go on")

    def say(self, seat: str, message: Mapping[str, Any]) -> dict[str, Any]:
        return self.session.submit(seat, f"user of {seat}", message)

    def command(self, seat: str, command: str, /, **fields: Any) -> dict[str, Any]:
        self._n += 1
        return self.say(
            seat,
            {"type": "command", "id": f"c{self._n}", "command": command, "fields": fields},
        )

    def control(self, action: str, /, **values: Any) -> dict[str, Any]:
        self._n += 1
        message = {"type": "control", "id": f"c{self._n}", "action": action, **values}
        return self.say("controller", message)
