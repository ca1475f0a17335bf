"""A drill made again from its ledger is the drill, to the last bit; at every moment of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_drills import END_S, START_S, Room, small_drill

from sim.contact.centre import warm_up
from sim.drill.autopilot import play_alone
from sim.drill.ledger import Ledger, read_later, read_written
from sim.drill.replay import fork, rebuilt, verified, world_at
from sim.engine.facts import CommandRefused
from sim.errors import InputError, RunError, StoreError
from sim.scenario.loader import LoadedScenario
from sim.store.reader import open_run


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedScenario:
    warm_up()
    return small_drill(tmp_path_factory.mktemp("town"))


ACTS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0.01, 3.0)),
    st.tuples(st.just("speed"), st.sampled_from([0.25, 1.0, 7.3, 60.0])),
    st.tuples(st.just("step"), st.floats(0.5, 600.0)),
    st.tuples(st.sampled_from(["pause", "resume"]), st.just(0.0)),
    st.tuples(st.just("announce"), st.sampled_from([0.0, 1.0])),
    st.tuples(st.just("standby"), st.just(0.0)),
    st.tuples(st.just("assign"), st.just(0.0)),
    st.tuples(st.just("hand"), st.sampled_from([0.0, 1.0])),
)


def do(room: Room, act: str, value: float) -> None:
    incidents = room.session._play.world.room.incidents.open()
    if act == "wait":
        room.wait(value)
    elif act == "speed":
        room.control("speed", speed=value)
    elif act == "step":
        room.control("step", seconds=value)
    elif act in ("pause", "resume"):
        room.control(act)
    elif act == "announce":
        room.command("supervisor", "SwitchAnnouncement", on=bool(value))
    elif act == "standby":
        room.command("supervisor", "CallStandby", tier="first")
    elif act == "hand":
        room.control("hand_over", seat="dispatcher", autopilot=bool(value))
    elif incidents:
        room.command("dispatcher", "AssignCrew", crew="d-1", incident=incidents[0].id,
                     task="patrol", targets=["d/a3", "d/a4"])  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTS, max_size=40), st.floats(0.01, 5.0))
def test_live_play_in_slices_of_any_length_equals_its_replay(
    loaded: LoadedScenario,
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, float]],
    last_slice_s: float,
) -> None:
    folder = tmp_path_factory.mktemp("live") / "run"
    with Room.new(loaded, folder) as room:
        room.begin("supervisor", "dispatcher")
        for act, value in acts:
            do(room, act, value)
        room.control("resume")
        room.control("speed", speed=60)
        for _ in range(2000):
            room.wait(last_slice_s)
            if room.session.status == "ended":
                break
        else:
            room.control("stop")
    assert verified(folder).manifest.sealed(open_run(folder)).digest


def test_autopilot_plays_the_same_drill_twice(loaded: LoadedScenario, tmp_path: Path) -> None:
    first = play_alone(loaded, 3, tmp_path / "a")
    again = play_alone(loaded, 3, tmp_path / "b")
    other = play_alone(loaded, 4, tmp_path / "c")
    assert first.manifest.digest == again.manifest.digest != other.manifest.digest
    verified(tmp_path / "a")


def test_autopilot_replaces_its_own_result_only(loaded: LoadedScenario, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    play_alone(loaded, 3, folder)
    play_alone(loaded, 3, folder)
    live = played(loaded, tmp_path / "live")
    with pytest.raises(StoreError, match="name another folder"):
        play_alone(loaded, 3, live)
    assert {each.name for each in tmp_path.iterdir()} == {"a", "live"}


def played(loaded: LoadedScenario, folder: Path) -> Path:
    """Play a drill: standby at 10 min, called again at 20 min, a menu text at 30 min."""
    with Room.new(loaded, folder) as room:
        room.begin("supervisor")
        room.control("speed", speed=60)
        room.play_to(START_S + 600)
        room.command("supervisor", "CallStandby", tier="first")
        room.play_to(START_S + 1200)
        room.command("supervisor", "CallStandby", tier="nobody")
        room.play_to(START_S + 1800)
        room.command("supervisor", "SwitchAnnouncement", on=True)
        room.play_to(END_S)
    return folder


@pytest.fixture(scope="module")
def run(loaded: LoadedScenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(loaded, tmp_path_factory.mktemp("played") / "run")


def test_world_is_shown_as_it_stood_at_any_moment(run: Path) -> None:
    stored = open_run(run)["facts"]
    for t_s in (START_S, START_S + 601.0, START_S + 1800.0, END_S):
        journal = world_at(run, t_s).world.journal
        n_then = int((stored["t_s"] <= t_s).sum())
        if t_s < END_S:
            assert journal.columns()["fields"].tolist() == stored["fields"][:n_then].tolist()
        else:  # RunEnded comes with the end
            assert len(journal) == n_then - 1


def test_changed_ledger_is_told_from_the_stored_run(run: Path, tmp_path: Path) -> None:
    import shutil

    changed = tmp_path / "changed"
    shutil.copytree(run, changed)
    path = changed / "commands.jsonl"
    path.write_text(path.read_text().replace('"tier":"nobody"', '"tier":"no"'))
    with pytest.raises(RunError, match="differs from the stored run in: facts"):
        verified(changed)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('"k":1', '"k":7'), "line .* is damaged"),
        (lambda text: text.replace('"CallStandby"', '"Open"'), "line .* is damaged"),
        (lambda text: text.replace('"t_s"', '"t"', 1), "line 1 is damaged"),
        (lambda text: "nonsense\n" + text, "line 1 is damaged"),
        (lambda text: "".join(text.splitlines(keepends=True)[:-1]), "has not ended"),
    ],
)
def test_damaged_ledger_is_refused(run: Path, tmp_path: Path, change: Any, message: str) -> None:
    import shutil

    damaged = tmp_path / "damaged"
    shutil.copytree(run, damaged)
    path = damaged / "commands.jsonl"
    path.write_text(change(path.read_text()))
    with pytest.raises(StoreError, match=message):
        rebuilt(damaged)


def test_folder_without_a_drill_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no such drill"):
        rebuilt(tmp_path)


# --- forks


def test_fork_keeps_history_and_drops_what_came_later(run: Path, tmp_path: Path) -> None:
    folder = fork(run, START_S + 900, tmp_path / "fork")
    assert len(read_written(folder).commands) == 2
    with Room.recovered(folder) as room:
        assert (room.session.status, room.session.now_s) == ("paused", START_S + 900)
        then = world_at(run, START_S + 900).world.journal.columns()
        now = room.session._play.world.journal.columns()
        assert now["fields"].tolist() == then["fields"].tolist()
        room.control("speed", speed=60)
        room.control("resume")
        room.play_to(END_S)
    tables = verified(folder).tables
    assert "AnnouncementSwitched" not in tables["facts"]["kind"]
    assert json.loads((folder / "drill.json").read_text())["forked"] == {
        "run": "run",
        "at_s": START_S + 900,
    }
    verified(run)


def test_fork_may_keep_later_commands_and_logs_what_no_longer_applies(
    run: Path, tmp_path: Path
) -> None:
    folder = fork(run, START_S + 900, tmp_path / "fork", keep_later=True)
    assert len(read_later(folder)) == 2
    with Room.recovered(folder) as room:
        room.control("speed", speed=60)
        room.control("resume")
        room.play_to(START_S + 1500)
    with Room.recovered(folder) as room:  # killed in between: nothing is given twice
        room.control("speed", speed=60)
        room.control("resume")
        room.play_to(END_S)
        refused = [each.fact for each in room.session._play.world.journal
                   if isinstance(each.fact, CommandRefused)]  # fmt: skip
    assert [(each.command, each.why) for each in refused] == [("CallStandby", "unknown_tier")]
    assert (
        verified(folder).manifest.sealed(open_run(folder)).digest == open_run(run).manifest.digest
    )


@pytest.mark.parametrize("at_s", [0.0, START_S - 1, END_S + 1, float("nan")])
def test_fork_lies_within_the_play(run: Path, tmp_path: Path, at_s: float) -> None:
    with pytest.raises(InputError, match="a fork must lie between 1200 s and 4800 s"):
        fork(run, at_s, tmp_path / "fork")
    assert list(tmp_path.iterdir()) == []


def test_fork_takes_no_folder_that_holds_something(run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(StoreError, match="something is there already"):
        fork(run, START_S + 900, tmp_path)


# --- recovery


def test_torn_last_line_is_left_out_and_cut_off(loaded: LoadedScenario, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with Room.new(loaded, folder) as room:
        room.begin("supervisor")
        room.play_to(START_S + 30)
        room.command("supervisor", "SwitchAnnouncement", on=True)
        now_s = room.session.now_s
    path = folder / "commands.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"k":2,"t_s":12')
    session_file = folder / "session.jsonl"
    session_file.write_bytes(session_file.read_bytes() + b'{"wall":"x","ki')
    with Room.recovered(folder) as room:
        assert (room.session.status, room.session.now_s) == ("paused", now_s)
        room.control("stop")
    assert path.read_bytes().startswith(whole)
    verified(folder)


def test_recovered_session_knows_its_messages_and_seats_again(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    message = {"type": "command", "id": "a", "command": "CallStandby", "fields": {"tier": "first"}}
    with Room.new(loaded, folder) as room:
        secrets = room.session.secrets
        room.begin("supervisor")
        room.control("hint", seat="supervisor", text="look")
        room.control("speed", speed=30)
        room.play_to(START_S + 30)
        ack = room.say("supervisor", message)
    with Room.recovered(folder) as room:
        assert room.session.secrets == secrets
        n = len(read_written(folder).commands)
        assert room.say("supervisor", message) == ack
        assert len(read_written(folder).commands) == n
        got: list[Any] = []
        room.session.subscribe("supervisor", got.append)
        assert [each["text"]["en"] for each in got[0]["view"]["inbox"] if each["kind"] == "hint"] \
            == ["look"]  # fmt: skip
        assert got[0]["view"]["clock"]["is_timely"] is False


def test_session_killed_before_startex_is_ready_again(
    loaded: LoadedScenario, tmp_path: Path
) -> None:
    with Room.new(loaded, tmp_path / "run") as room:
        room.control("hand_over", seat="dispatcher", autopilot=False)
    with Room.recovered(tmp_path / "run") as room:
        assert room.session.status == "ready"
        assert not room.session._play.world.seats.is_autopilot("dispatcher")
        room.begin()


def test_session_killed_while_storing_stores_again(loaded: LoadedScenario, tmp_path: Path) -> None:
    folder = played(loaded, tmp_path / "run")
    digest = open_run(folder).manifest.digest
    for path in (*folder.glob("*.parquet"), folder / "manifest.json"):
        path.unlink()
    with Room.recovered(folder) as room:
        assert room.session.status == "ended"
    assert open_run(folder).manifest.digest == digest
    verified(folder)


def test_finished_drill_is_not_resumed(run: Path) -> None:
    with pytest.raises(StoreError, match="the drill has ended"):
        Room.recovered(run)


def test_another_version_does_not_play_on(run: Path, tmp_path: Path) -> None:
    folder = fork(run, START_S + 900, tmp_path / "fork")
    path = folder / "drill.json"
    drill = json.loads(path.read_text())
    path.write_text(json.dumps({**drill, "code": "0" * 32}))
    with pytest.raises(RunError, match="another version"):
        Room.recovered(folder)


def test_ledger_line_is_on_disk_before_the_command_is_given(
    loaded: LoadedScenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Room.new(loaded, tmp_path / "run") as room:
        room.begin("supervisor")
        order: list[str] = []
        write, give = Ledger.command, type(room.session._play).give
        monkeypatch.setattr("os.fsync", lambda _file: order.append("on disk"))

        def written(self: Ledger, given: Any) -> None:
            write(self, given)
            order.append("written")

        def gave(self: Any, *args: Any) -> Any:
            order.append("given")
            return give(self, *args)

        monkeypatch.setattr(Ledger, "command", written)
        monkeypatch.setattr(type(room.session._play), "give", gave)
        room.command("supervisor", "SwitchAnnouncement", on=True)
        assert order[:3] == ["on disk", "written", "given"]
