"""A drill shown again on its consoles: any moment, any speed, nothing to decide."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_drills import END_S, START_S, Room, Wall, small_drill

from sim.contact.centre import warm_up
from sim.drill.ledger import read_written
from sim.drill.replay import world_at
from sim.drill.rerun import Rerun


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a drill: ten minutes in the menu is switched on, and an order is refused."""
    warm_up()
    folder = tmp_path_factory.mktemp("played")
    with Room.new(small_drill(folder), folder / "run") as room:
        room.begin("supervisor")
        room.control("speed", speed=60)
        room.play_to(START_S + 600)
        room.command("supervisor", "SwitchAnnouncement", on=True)
        room.command("supervisor", "CallStandby", tier="nobody")
        room.play_to(END_S)
    return folder / "run"


class Shown:
    """A replay without a thread of its own, and what two screens show."""

    def __init__(self, run: Path) -> None:
        self.wall = Wall()
        self.rerun = Rerun(run, clock=self.wall)
        self.rerun.prepare()
        self.views: dict[str, dict[str, Any]] = {"supervisor": {}, "controller": {}}
        self.kinds: list[str] = []
        for seat, view in self.views.items():
            self.rerun.subscribe(seat, lambda message, view=view: self._take(view, message))
        self._n = 0

    def _take(self, view: dict[str, Any], message: Any) -> None:
        self.kinds.append(message["type"])
        if message["type"] == "full":
            view.clear()
        view.update(message["view"])

    def control(self, action: str, /, **values: Any) -> dict[str, Any]:
        self._n += 1
        message = {"type": "control", "id": self._n, "action": action, **values}
        ack = self.rerun.submit("controller", "Wu", message)
        self.wait(1.0)
        return ack

    def wait(self, wall_s: float) -> None:
        for _ in range(round(wall_s / 0.1)):
            self.wall.s += 0.1
            self.rerun.tick()

    def is_announcing(self) -> bool:
        return bool(self.views["supervisor"]["announcement"])


@pytest.fixture
def shown(run: Path) -> Iterator[Shown]:
    made = Shown(run)
    yield made
    made.rerun.close()


def test_it_begins_at_startex_paused(shown: Shown) -> None:
    shown.wait(5.0)
    assert shown.rerun.now_s == START_S
    view = shown.views["supervisor"]
    assert {"grid", "board", "clock", "inbox", "replay"} <= set(view)
    assert (view["clock"]["status"], view["clock"]["is_replay"]) == ("paused", True)
    assert view["replay"] == {"from_s": START_S, "to_s": END_S}


def test_any_moment_is_shown_as_it_was_forwards_and_back(shown: Shown, run: Path) -> None:
    for after_s, on in ((900.0, True), (300.0, False), (3600.0, True), (0.0, False)):
        assert shown.control("seek", t_s=START_S + after_s)["accepted"]
        assert shown.rerun.now_s == START_S + after_s
        assert shown.is_announcing() is on
        assert shown.views["supervisor"]["clock"]["t_s"] == START_S + after_s
        then = world_at(run, START_S + after_s).world.journal.columns()
        now = shown.rerun._play.world.journal.columns()
        assert now["fields"].tolist() == then["fields"].tolist()


def test_going_back_takes_later_messages_out_of_the_inbox(shown: Shown) -> None:
    shown.control("seek", t_s=END_S)
    late = len(shown.views["supervisor"]["inbox"])
    shown.kinds.clear()
    shown.control("seek", t_s=START_S)
    assert "full" in shown.kinds
    assert len(shown.views["supervisor"]["inbox"]) == late - 1


def test_it_plays_at_any_speed_to_the_end_and_stays_there(shown: Shown) -> None:
    shown.control("speed", speed=60)
    shown.control("resume")
    shown.wait(9.0)
    assert shown.rerun.now_s == pytest.approx(START_S + 600, abs=5.0)
    shown.wait(60.0)
    assert (shown.rerun.now_s, shown.rerun.is_running) == (END_S, False)
    assert shown.control("seek", t_s=START_S + 100)["accepted"]
    shown.control("step", seconds=30)
    assert shown.rerun.now_s == START_S + 130


@pytest.mark.parametrize("t_s", [0.0, START_S - 1, END_S + 1])
def test_only_what_was_played_can_be_shown(shown: Shown, t_s: float) -> None:
    assert shown.control("seek", t_s=t_s)["why"] == "not_played"


def test_nothing_can_be_decided(shown: Shown) -> None:
    order = {"type": "command", "id": 1, "command": "CallStandby", "fields": {"tier": "first"}}
    assert shown.rerun.submit("supervisor", "Li", order)["why"] == "replay_only"
    pause = {"type": "control", "id": 2, "action": "pause"}
    assert shown.rerun.submit("supervisor", "Li", pause)["why"] == "replay_only"
    for action, values in (("stop", {}), ("fire", {"inject": "x"})):
        assert shown.control(action, **values)["why"] == "replay_only"


def test_a_fork_goes_on_from_the_moment_shown(shown: Shown, run: Path) -> None:
    shown.control("seek", t_s=START_S + 1200)
    assert shown.control("fork")["accepted"]
    folder = run.with_name("run-fork-1200s")
    assert str(folder) in shown.views["controller"]["inbox"][-1]["text"]["en"]
    assert len(read_written(folder).commands) == 3
    assert shown.control("fork")["why"] == "no_fork"
    with Room.recovered(folder) as room:
        assert (room.session.status, room.session.now_s) == ("paused", START_S + 1200)
