"""A session: life cycle, rights, acknowledgements, pace, screens; without threads or waiting."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_drills import END_S, START_S, Room, small_drill

from sim.contact.centre import warm_up
from sim.drill.ledger import read_lines, read_written
from sim.drill.replay import verified
from sim.drill.session import Session
from sim.engine.facts import CommandRefused, SeatHandedOver
from sim.scenario.loader import LoadedScenario
from sim.world.seats import SEATS


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedScenario:
    warm_up()
    return small_drill(tmp_path_factory.mktemp("town"))


@pytest.fixture
def room(loaded: LoadedScenario, tmp_path: Path) -> Iterator[Room]:
    with Room.new(loaded, tmp_path / "run") as made:
        yield made


def ledger_of(room: Room) -> list[tuple[float, str, str]]:
    commands = read_written(room.session.folder).commands
    return [(each.t_s, each.seat, type(each.command).__name__) for each in commands]


def notes_of(room: Room, kind: str) -> list[dict[str, Any]]:
    return [r for r in read_lines(room.session.folder / "session.jsonl")[0] if r["kind"] == kind]


# --- life cycle


def test_opening_runs_to_startex_on_autopilot(room: Room) -> None:
    assert (room.session.status, room.session.now_s) == ("ready", START_S)
    assert ledger_of(room) == []
    room.wait(5.0)
    assert room.session.now_s == START_S


def test_start_hands_seats_with_somebody_at_them_to_people(room: Room) -> None:
    room.begin("dispatcher")
    assert ledger_of(room) == [(START_S, "controller", "HandOver")]
    seats = room.session._play.world.seats
    assert [seats.is_autopilot(seat) for seat in SEATS[1:]] == [True, False, True]


def test_exercise_ends_at_endex_and_its_run_is_stored(room: Room) -> None:
    room.begin()
    room.control("speed", speed=60)
    room.play_to(END_S)
    assert (room.session.status, room.session.now_s) == ("ended", END_S)
    assert (room.session.folder / "report.html").is_file()
    output = verified(room.session.folder)
    assert output.manifest.end_s == END_S
    assert room.command("supervisor", "CallStandby", tier="first")["why"] == "ended"
    assert not (room.session.folder / "seats.json").exists()


def test_controller_may_stop_before_endex(room: Room) -> None:
    room.begin()
    room.play_to(START_S + 30)
    stopped_s = room.session.now_s
    assert room.control("stop")["accepted"]
    assert room.session.status == "ended"
    assert verified(room.session.folder).manifest.end_s == stopped_s


def test_time_stands_while_paused_and_a_step_moves_it(room: Room) -> None:
    room.begin()
    room.play_to(START_S + 10)
    room.control("pause")
    paused_s = room.session.now_s
    room.wait(60.0)
    assert (room.session.status, room.session.now_s) == ("paused", paused_s)
    room.control("step", seconds=30)
    for _ in range(10):
        room.wait(0.1)
    assert (room.session.status, room.session.now_s) == ("paused", paused_s + 30)
    room.control("resume")
    room.wait(0.1)
    assert room.session.now_s == pytest.approx(paused_s + 30.1)


def test_faster_than_graded_play_is_noted_once(room: Room) -> None:
    room.begin()
    room.control("speed", speed=2)
    assert notes_of(room, "untimely") == []
    room.control("speed", speed=2.5)
    room.control("speed", speed=30)
    assert [row["why"] for row in notes_of(room, "untimely")] == ["speed 2.5"]


@pytest.mark.parametrize(
    ("action", "values", "why"),
    [
        ("speed", {"speed": 100}, "bad_speed"),
        ("speed", {"speed": 0.1}, "bad_speed"),
        ("step", {"seconds": -1}, "bad_step"),
        ("step", {"seconds": 1e6}, "bad_step"),
        ("start", {}, "not_ready"),
        ("hint", {"seat": "nobody", "text": "x"}, "unknown_seat"),
        ("hand_over", {"seat": "nobody", "autopilot": True}, "unknown_seat"),
        ("hand_over", {"seat": "controller", "autopilot": True}, "unknown_seat"),
    ],
)
def test_impossible_controls_are_refused(
    room: Room, action: str, values: dict[str, Any], why: str
) -> None:
    room.begin()
    ack = room.control(action, **values)
    assert (ack["accepted"], ack["why"]) == (False, why)
    assert set(ack["text"]) == {"en", "zh"}


@pytest.mark.parametrize("action", ["pause", "resume", "step", "stop"])
def test_nothing_can_be_paced_before_startex(room: Room, action: str) -> None:
    assert room.control(action)["why"] == "not_started"
    assert room.session.status == "ready"


# --- commands


def test_commands_are_written_with_time_seat_and_screen_before_they_count(room: Room) -> None:
    got: list[Any] = []
    room.session.subscribe("supervisor", got.append)
    room.begin("supervisor")
    room.play_to(START_S + 60)
    shown = got[-1]["n"]
    ack = room.say(
        "supervisor",
        {"type": "command", "id": "x", "seen": shown, "command": "CallStandby",
         "fields": {"tier": "first"}},
    )  # fmt: skip
    assert ack["accepted"]
    written = read_written(room.session.folder).commands[-1]
    assert (written.seat, written.t_s, written.seen) == ("supervisor", room.session.now_s, shown)
    assert written.seen_t_s == pytest.approx(written.t_s, abs=1.0)
    note = notes_of(room, "command")[-1]
    assert (note["user"], note["k"], note["accepted"]) == ("user of supervisor", written.k, True)
    assert note["screen"]


def test_repeated_message_changes_nothing_and_gets_the_same_answer(room: Room) -> None:
    room.begin("supervisor")
    message = {
        "type": "command",
        "id": 5,
        "command": "CallStandby",
        "fields": {"tier": "first"},
    }
    first = room.say("supervisor", message)
    lines = ledger_of(room)
    room.play_to(START_S + 20)
    assert room.say("supervisor", message) == first
    other = {**message, "fields": {"tier": "another"}}
    assert room.say("supervisor", other) == first
    assert ledger_of(room) == lines


def test_ids_of_two_seats_are_two_ids(room: Room) -> None:
    room.begin("supervisor", "dispatcher")
    message = {"type": "command", "id": 5, "command": "CallStandby", "fields": {"tier": "first"}}
    assert room.say("dispatcher", message)["why"] == "no_right"
    assert room.say("supervisor", message)["accepted"]


def test_refusals_of_the_world_say_why_and_are_logged(room: Room) -> None:
    room.begin("supervisor")
    ack = room.command("supervisor", "CallStandby", tier="seventh")
    assert (ack["accepted"], ack["why"]) == (False, "unknown_tier")
    assert ack["text"]["en"].startswith("Refused: ")
    assert ack["text"]["en"] != "Refused: unknown_tier."
    fact = list(room.session._play.world.journal)[-1].fact
    assert isinstance(fact, CommandRefused)
    assert ledger_of(room)[-1][1:] == ("supervisor", "CallStandby")


def test_no_seat_does_what_is_another_s(room: Room) -> None:
    room.begin("supervisor", "dispatcher", "notification")
    before = ledger_of(room)
    for seat, command, fields in (
        ("dispatcher", "CallStandby", {"tier": "first"}),
        ("supervisor", "OperateSwitch", {"device": "d/a1#u", "closed": False, "incident": "x"}),
        ("notification", "HandOver", {"seat": "dispatcher", "autopilot": True}),
        ("dispatcher", "ChangeWarning", {"colour": "red"}),
        ("controller", "CallStandby", {"tier": "first"}),
        ("dispatcher", "FireInject", {"inject": "x"}),
    ):
        assert room.command(seat, command, **fields)["why"] == "no_right"
    for action in ("pause", "stop", "hand_over"):
        values = {"seat": "dispatcher", "autopilot": True} if action == "hand_over" else {}
        message = {"type": "control", "id": action, "action": action, **values}
        assert room.say("dispatcher", message)["why"] == "controller_only"
    assert ledger_of(room) == before
    assert room.session.status == "running"
    assert len(notes_of(room, "refused")) == 9


def test_seat_on_autopilot_takes_no_commands_of_a_person(room: Room) -> None:
    room.begin("dispatcher")
    assert room.command("supervisor", "CallStandby", tier="first")["why"] == "seat_on_autopilot"
    assert room.control("hand_over", seat="supervisor", autopilot=False)["accepted"]
    assert room.command("supervisor", "CallStandby", tier="first")["accepted"]


def test_seat_is_handed_over_in_the_middle_of_a_drill(room: Room) -> None:
    room.begin("dispatcher")
    room.control("speed", speed=60)
    room.play_to(START_S + 1200)
    assert room.control("hand_over", seat="dispatcher", autopilot=True)["accepted"]
    room.play_to(END_S)
    tables = verified(room.session.folder).tables
    by = [json.loads(each)["by"] for each, kind in
          zip(tables["facts"]["fields"], tables["facts"]["kind"], strict=True)
          if kind == "CommandGiven" and tables["facts"]["kind"] is not None]  # fmt: skip
    assert "dispatcher" in by  # the autopilot took over: b1 failed while nobody dispatched
    handed = [each.fact for each in room.session._play.world.journal
              if isinstance(each.fact, SeatHandedOver)]  # fmt: skip
    assert [(each.seat, each.autopilot) for each in handed] == [
        ("dispatcher", False),
        ("dispatcher", True),
    ]


def test_seat_the_controller_left_to_the_plan_stays_there_at_start(room: Room) -> None:
    assert room.control("hand_over", seat="dispatcher", autopilot=True)["accepted"]
    room.begin("dispatcher", "supervisor")
    seats = room.session._play.world.seats
    assert seats.is_autopilot("dispatcher")
    assert not seats.is_autopilot("supervisor")


def test_commands_of_one_moment_keep_their_order(room: Room) -> None:
    room.begin("supervisor")
    room.control("pause")
    for on in (True, False, True, False):
        assert room.command("supervisor", "SwitchAnnouncement", on=on)["accepted"]
    given = [each.fact.as_fields() for each in room.session._play.world.journal
             if type(each.fact).__name__ == "AnnouncementSwitched"]  # fmt: skip
    assert [each["on"] for each in given] == [True, False, True, False]
    assert len({t_s for t_s, _, name in ledger_of(room) if name == "SwitchAnnouncement"}) == 1


# --- screens


def test_screens_get_a_full_view_then_only_what_changed(room: Room) -> None:
    got: list[Any] = []
    stop = room.session.subscribe("supervisor", got.append)
    room.wait(1.0)
    assert got[0]["type"] == "full"
    assert {"clock", "inbox", "autopilot", "board", "grid"} <= set(got[0]["view"])
    room.begin("supervisor")
    for _ in range(20):
        room.wait(0.1)
    numbers = [each["n"] for each in got]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert all("grid" not in each["view"] for each in got[1:])
    stop()
    n = len(got)
    room.wait(1.0)
    assert len(got) == n


def test_hint_reaches_its_seat_only_as_an_alarm(room: Room) -> None:
    got: dict[str, list[Any]] = {seat: [] for seat in SEATS}
    for seat in SEATS:
        room.session.subscribe(seat, got[seat].append)
    room.begin()
    assert room.control("hint", seat="dispatcher", text="看 <b>b1</b>")["accepted"]
    room.wait(1.0)

    def hints(seat: str) -> list[Any]:
        inbox = [each["view"]["inbox"] for each in got[seat] if "inbox" in each["view"]][-1]
        assert [each["n"] for each in inbox] == list(range(1, len(inbox) + 1))
        return [each for each in inbox if each["kind"] == "hint"]

    assert [(each["text"]["zh"], each["is_alarm"]) for each in hints("dispatcher")] == [
        ("看 <b>b1</b>", True)
    ]
    assert hints("supervisor") == []


def test_views_go_out_ten_times_a_second_at_most(room: Room) -> None:
    got: list[Any] = []
    room.session.subscribe("dispatcher", got.append)
    room.begin()
    got.clear()
    for _ in range(300):
        room.wait(0.01)
    assert 20 <= len(got) <= 32
    assert sum("incidents" in each["view"] or "crews" in each["view"] for each in got) <= 7


# --- nothing from a browser can hurt

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=8,
)
FORGED = st.fixed_dictionaries(
    {"type": st.sampled_from(["command", "control", "resync"]), "id": st.integers(0, 5) | JSON},
    optional={
        "command": st.sampled_from(["CallStandby", "HandOver", "AssignCrew"]) | JSON,
        "action": st.sampled_from(["stop", "pause", "speed", "fire"]) | JSON,
        "fields": st.fixed_dictionaries({"tier": JSON}) | JSON,
        "seat": JSON,
        "speed": JSON,
        "seen": JSON,
    },
)


def test_forged_messages_change_nothing(room: Room) -> None:
    room.begin("supervisor")
    room.play_to(START_S + 5)
    path = room.session.folder / "commands.jsonl"
    before, facts = path.read_bytes(), len(room.session._play.world.journal)

    @given(st.sampled_from(["dispatcher", "notification"]), FORGED | JSON)
    def forge(seat: str, message: Any) -> None:
        ack = room.session.submit(seat, "?", message)
        assert not ack["accepted"]
        json.dumps(ack, allow_nan=False)

    forge()
    assert path.read_bytes() == before
    assert len(room.session._play.world.journal) == facts
    assert room.session.status == "running"


def test_a_view_never_shown_cannot_be_claimed(room: Room) -> None:
    room.begin("supervisor")
    message = {"type": "command", "id": 1, "seen": 10**9, "command": "CallStandby",
               "fields": {"tier": "first"}}  # fmt: skip
    assert room.say("supervisor", message)["why"] == "bad_seen"


def test_secrets_differ_and_lie_closed_to_others(room: Room) -> None:
    secrets = room.session.secrets
    assert set(secrets) == set(SEATS)
    assert len(set(secrets.values())) == 4
    assert all(len(each) >= 32 for each in secrets.values())
    path = room.session.folder / "seats.json"
    assert path.stat().st_mode & 0o077 == 0
    for other in room.session.folder.iterdir():
        if other != path:
            assert not any(each in other.read_text(encoding="utf-8") for each in secrets.values())


def test_session_in_its_own_thread_answers_and_ends(loaded: LoadedScenario, tmp_path: Path) -> None:
    session = Session.new(loaded, 1, tmp_path / "run")
    session.open()
    assert session.wait_prepared(60)
    session.connected("supervisor", "Li", True)
    ids = iter(range(100))

    def control(action: str, **values: Any) -> dict[str, Any]:
        return session.submit(
            "controller", "Wu", {"type": "control", "id": next(ids), "action": action, **values}
        )

    assert control("start")["accepted"]
    assert control("speed", speed=60)["accepted"]
    command = {"type": "command", "id": "1", "command": "CallStandby", "fields": {"tier": "first"}}
    assert session.submit("supervisor", "Li", command)["accepted"]
    assert control("stop")["accepted"]
    session.close()
    assert session.failure is None
    verified(session.folder)
