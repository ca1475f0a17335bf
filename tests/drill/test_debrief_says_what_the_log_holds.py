"""The after-action report against a small recorded drill, with its numbers worked out anew."""

import json
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from small_drills import END_S, EXERCISE, START_S, Room, town

from sim import commands as all_commands
from sim.contact.centre import warm_up
from sim.drill import debrief
from sim.drill.baselines import Played
from sim.drill.debrief import debriefed, entries_of
from sim.drill.debriefing import compared, debrief_drill
from sim.drill.folder import COMMITMENT_FILE, Drill
from sim.drill.forks import changed, forks, played_of, read_fork
from sim.drill.ledger import read_written
from sim.drill.play import Play, play_through
from sim.drill.wire import COMMANDS
from sim.errors import InputError, RunError
from sim.report.debrief_page import debrief_page
from sim.report.debriefed import Debrief, Effect, Event
from sim.store.reader import open_run
from sim.text.catalogue import LANGUAGES, Translator
from sim.world.views import Views

MIN = 60.0
NAUGHTY = '<img src=x onerror="alert(1)"> & </script>'
INJECTS = {
    "leave": {
        "title": {"en": "Agents leave", "zh": "坐席离岗"},
        "objective": "restore",
        "seat": "supervisor",
        "text": {"en": "Two agents < three leave", "zh": "两名坐席离岗"},
        "trigger": {"at": "10 min"},
        "effect": {"kind": "agents_leave", "share": "70 %"},
        "expect": [
            {
                "seat": "supervisor",
                "action": "CallStandby",
                "target": "5 min",
                "limit": "15 min",
            },
            {
                "seat": "notification",
                "action": "Report",
                "target": "5 min",
                "limit": "15 min",
            },
        ],
    },
    "decoy": {
        "title": {"en": "False alarm", "zh": "误报"},
        "objective": "restore",
        "seat": "dispatcher",
        "trigger": {"at": "20 min"},
        "effect": {"kind": "false_indication"},
        "is_decoy": True,
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a drill: the supervisor for 40 of 60 minutes, the notification officer all the time."""
    warm_up()
    loaded = town.load(
        tmp_path_factory.mktemp("town"),
        None,
        [town.event("2021-03-01 08:15", "d/a3"), town.event("2021-03-01 08:40", "d/b1")],
        exercise={**EXERCISE, "spacing": 0, "cover_from": 0, "injects": INJECTS},
        contact={
            "standby": {"first": {"group": "general", "agents": 2, "delay": {"constant": "5 min"}}},
        },
    )
    run = tmp_path_factory.mktemp("runs") / "drill"
    with Room.new(loaded, run) as room:
        room.session.connected("controller", "导演 <i>", True)
        room.begin("supervisor", "notification")
        room.play_to(START_S + 12 * MIN)
        assert room.control("hint", seat="supervisor", text=NAUGHTY)["accepted"]
        room.play_to(START_S + 20 * MIN - 8.0)
        shown: list[Any] = []
        room.session.subscribe("supervisor", shown.append)
        room.wait(0.2)
        seen = shown[-1]["n"]
        room.play_to(START_S + 20 * MIN)
        order = {"command": "CallStandby", "fields": {"tier": "first"}, "seen": seen}
        assert room.say("supervisor", {"type": "command", "id": "s", **order})["accepted"]
        assert not room.command("supervisor", "CallStandby", tier="nobody")["accepted"]
        room.play_to(START_S + 40 * MIN)
        assert room.control("hand_over", seat="supervisor", autopilot=True)["accepted"]
        room.play_to(END_S)
    return run


@pytest.fixture(scope="module")
def content(folder: Path) -> Debrief:
    return debriefed(folder)


@pytest.fixture(scope="module")
def drill(folder: Path) -> Played:
    return played_of(folder)


def kinds(content: Debrief, lane: str) -> list[Event]:
    return [each for each in content.events if each.lane == lane]


# --- what happened


def test_facts_read_from_the_table_are_those_that_were_written(folder: Path) -> None:
    entries = entries_of(open_run(folder)["facts"])
    table = open_run(folder)["facts"]
    assert [json.dumps(each.fact.as_fields(), ensure_ascii=False) for each in entries] == list(
        table["fields"]
    )
    assert [type(each.fact).__name__ for each in entries] == list(table["kind"])


def test_seats_are_counted_to_whoever_had_them(content: Debrief) -> None:
    hours = {each.seat: (each.users, each.person_s, each.autopilot_s) for each in content.seats}
    person_s = hours["supervisor"][1]
    assert person_s == pytest.approx(40 * MIN, abs=5.0)
    assert hours["supervisor"] == (("user of supervisor",), person_s, 3600.0 - person_s)
    assert hours["dispatcher"] == ((), 0.0, 3600.0)
    assert hours["notification"] == (("user of notification",), 3600.0, 0.0)
    assert hours["controller"][0] == ("导演 <i>",)


def test_every_order_from_startex_on_is_told_once(folder: Path, content: Debrief) -> None:
    table = open_run(folder)["facts"]
    logged = [
        int(seq)
        for seq, t_s, kind in zip(table["seq"], table["t_s"], table["kind"], strict=True)
        if kind in ("CommandGiven", "CommandRefused") and t_s >= START_S
    ]
    told = [each for each in kinds(content, "done") if each.kind in ("command", "refused")]
    assert [each.seq for each in told] == logged
    by_people = {each.fields["command"] for each in told if each.is_person}
    assert by_people == {"CallStandby", "HandOver"}
    refused = [each.fields["why"] for each in told if each.kind == "refused"]
    assert refused == ["unknown_tier"]


def test_an_order_stands_with_what_its_screen_had_shown(folder: Path, content: Debrief) -> None:
    """The view is made again from a replay; the browser's number of it came with the order."""
    (given,) = [each for each in content.events if each.screen is not None]
    assert given.screen is not None
    assert (given.fields["command"], given.screen.t_s < given.t_s) == ("CallStandby", True)
    again = Drill.read(folder)
    play = Play(again.loaded, again.seed, again.terms)
    views = Views(play.world)
    play_through(
        play, [e for e in read_written(folder).commands if e.t_s <= START_S], given.screen.t_s
    )
    board = views.view("supervisor")["board"]
    assert given.screen.waiting == board["waiting"]
    assert board["waiting"] > 0


def test_events_stand_in_the_order_of_the_log(content: Debrief) -> None:
    assert [each.place for each in content.events] == sorted(e.place for e in content.events)
    assert all(START_S <= each.t_s <= END_S for each in content.events)


def test_a_seat_knows_what_it_was_told_and_no_other(content: Debrief) -> None:
    told = [(e.seat, (e.text or {})["en"]) for e in kinds(content, "known") if e.kind == "message"]
    assert told == [("supervisor", "Two agents < three leave"), ("supervisor", NAUGHTY)]
    assert "FaultStruck" not in {each.kind for each in kinds(content, "known")}


# --- how well


def test_marks_are_those_of_the_rubric(content: Debrief) -> None:
    """10 of 15 minutes with a target of 5: T = 0.5; the order stands, C = 1; nobody told, K = 0.5.

    The report never came: 0. The mean of 0.35 · 0.5 + 0.45 + 0.2 · 0.5 and 0 suggests U.
    """
    (objective,) = content.objectives
    standby, report = objective.expected
    assert standby.timeliness == pytest.approx(0.5, abs=0.01)
    assert (standby.correctness, standby.communication) == (1.0, 0.5)
    assert standby.score == pytest.approx(0.725, abs=0.005)
    assert (report.status, report.score) == ("expired", 0.0)
    assert objective.score == pytest.approx(0.3625, abs=0.005)
    assert objective.rating == "U"
    assert {(e.is_autopilot) for e in objective.expected} == {False}


def test_findings_name_the_log_entries_behind_them(folder: Path, content: Debrief) -> None:
    kind = dict(zip(*(open_run(folder)["facts"][each] for each in ("seq", "kind")), strict=True))
    behind = {each.kind: [kind[seq] for seq in each.seqs] for each in content.findings}
    assert behind["late"] == ["InjectFired", "CommandGiven"]
    assert behind["missed"] == ["InjectFired"]
    assert behind["refused"] == ["CommandRefused"]
    assert not any(each.is_good for each in content.findings if each.kind in ("late", "missed"))


def test_commitment_is_opened_and_checked(folder: Path, content: Debrief, tmp_path: Path) -> None:
    assert content.commitment is not None
    assert content.commitment.is_kept
    assert content.commitment.shown == content.commitment.recomputed
    path = folder / COMMITMENT_FILE
    before = path.read_text(encoding="utf-8")
    try:
        path.write_text(before.replace('"salt": "', '"salt": "0'), encoding="utf-8")
        opened = debriefed(folder).commitment
    finally:
        path.write_text(before, encoding="utf-8")
    assert opened is not None
    assert not opened.is_kept
    assert opened.shown != opened.recomputed


# --- beside other decisions


def test_loss_of_the_team_is_that_of_its_tables(folder: Path, drill: Played) -> None:
    outcomes, contributions = compared(drill)
    team = outcomes[0]
    rows = open_run(folder)["interruptions"]
    hours = 0.0
    for off_s, on_s, customers in zip(rows["t_off_s"], rows["t_on_s"], rows["customers"],
                                      strict=True):  # fmt: skip
        hours += max(0.0, min(on_s, END_S) - max(off_s, START_S)) * customers / 3600.0
    assert team.amounts["customer_hours"] == pytest.approx(hours)
    assert hours > 0.0
    assert team.loss == pytest.approx(
        hours + 2.0 * team.amounts["lost_callers"] + 0.5 * team.amounts["wrong_hours"]
    )
    kind = dict(zip(*(open_run(folder)["facts"][each] for each in ("seq", "kind")), strict=True))
    behind = team.behind["customer_hours"]
    assert {kind[seq] for seq, _hours in behind} == {"SupplyLost"}
    assert sum(amount for _seq, amount in behind) == pytest.approx(hours)
    assert not outcomes[1].behind
    assert [each.case for each in outcomes] == ["team", "plan", "nothing"]
    assert [each.seat for each in contributions] == ["supervisor", "notification"]


def test_a_fork_is_the_drill_with_one_order_changed(folder: Path, drill: Played) -> None:
    without = [each for each in drill.commands if type(each.command).__name__ != "CallStandby"]
    refused = [each for each in drill.commands if each.command.as_pairs() == (("tier", "nobody"),)]
    play = Play(drill.loaded, drill.seed, drill.terms)
    play_through(play, sorted([*without, *refused], key=lambda each: each.k), END_S)
    play.end("endex")
    calls = [open_run(folder)["calls"], play.output().tables["calls"]]
    abandoned = [
        int(((each["outcome"] == 3) & (each["t_end_s"] > START_S)).sum()) for each in calls
    ]
    (fork,) = forks(folder, ["CallStandby first drop"], n_redraws=2)
    (effect,) = [each for each in fork.effects if each.measure == "abandoned_calls"]
    assert effect.change == abandoned[1] - abandoned[0] != 0
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low <= effect.high
    assert (fork.what, fork.seat, fork.n_redraws, fork.n_refused) == ("drop", "supervisor", 2, 0)


@pytest.mark.parametrize(
    ("name", "what", "at_min"),
    [
        ("CallStandby first -10min", "shift", 10.0),
        ("CallStandby first +90 s", "shift", 21.5),
        ("#2 -5 min", "shift", 15.0),
        ("CallStandby drop", "drop", None),
        ("add CallStandby tier=first at 5min", "add", 5.0),
        ("add SwitchAnnouncement on=true at 5 min", "add", 5.0),
    ],
)
def test_a_fork_is_named_in_a_line(
    drill: Played, name: str, what: str, at_min: float | None
) -> None:
    change = read_fork(name, drill)
    assert change.what == what
    after = changed(drill.commands, change)
    assert [each.t_s for each in after] == sorted(each.t_s for each in after)
    assert len(after) - len(drill.commands) == {"drop": -1, "shift": 0, "add": 1}[what]
    moved = [each for each in after if each.k == change.given.k]
    assert len(moved) == (at_min is not None)
    if at_min is not None:
        assert moved[0].t_s == pytest.approx(START_S + at_min * MIN, abs=3.0)
        assert moved[0].seat == "supervisor"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "CallStandby",
        "CallStandby second -5min",
        "CallStandby first -50min",
        "CallStandby first +90min",
        "CallStandby first -5parsec",
        "#99 drop",
        "-5min",
        "add CallStandby tier=first",
        "add CallStandby tier at 5min",
        "add CallStandby stage=first at 5min",
        "add Nonsense at 5min",
        "add ChangeWarning colour=red at 5min",
        "add FireInject inject=leave at 5min",
        "'",
    ],
)
def test_a_fork_that_fits_no_order_is_refused(drill: Played, name: str) -> None:
    with pytest.raises(InputError):
        read_fork(name, drill)


def test_three_forks_are_the_most(folder: Path) -> None:
    with pytest.raises(InputError):
        forks(folder, ["CallStandby drop"] * 4)


@pytest.mark.parametrize(
    ("change", "low", "high", "is_shown"),
    [
        (-40.0, -50.0, -20.0, True),
        (-40.0, -70.0, -20.0, False),  # the spread is larger
        (-40.0, -30.0, 5.0, False),  # a re-draw points the other way
        (40.0, 35.0, 45.0, True),
        (40.0, -45.0, -35.0, False),
        (0.0, 0.0, 0.0, False),
        (-40.0, None, None, False),  # nothing was drawn again
    ],
)
def test_an_effect_is_shown_only_beyond_its_spread(
    change: float, low: float | None, high: float | None, is_shown: bool
) -> None:
    assert Effect("loss", change, low, high).is_shown is is_shown


def test_a_drill_that_cannot_be_made_again_is_not_compared(folder: Path, tmp_path: Path) -> None:
    path = folder / "commands.jsonl"
    before = path.read_text(encoding="utf-8")
    try:
        lines = [line for line in before.splitlines() if '"tier":"first"' not in line]
        renumbered = [json.loads(line) for line in lines]
        for k, row in enumerate(row for row in renumbered if "command" in row):
            row["k"] = k
        text = "\n".join(json.dumps(row) for row in renumbered) + "\n"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RunError):
            debrief_drill(folder)
    finally:
        path.write_text(before, encoding="utf-8")


# --- the page


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, folder: Path) -> str:
    names = ["CallStandby first -10min", "CallStandby drop", "add CallStandby tier=first at 30min"]
    path = debrief_drill(folder, request.param, names, n_redraws=1)
    assert path.name == "debrief.html"
    return path.read_text(encoding="utf-8")


def test_page_carries_the_exercise_mark_and_all_parts(page: str) -> None:
    assert page.count("【演练】") >= 6
    for part in ("seats", "commitment", "lanes", "events", "objectives", "losses", "numbers",
                 "contributions", "forks", "findings", "improvement"):  # fmt: skip
        assert f'<section id="{part}"' in page


def test_text_from_people_is_no_markup(page: str) -> None:
    assert "<img src=x" not in page
    assert "onerror=&quot;alert(1)&quot;" in page
    assert "导演 &lt;i&gt;" in page
    assert "<i>" not in page.split('<script type="application/json"', 1)[0]
    assert NAUGHTY in unescape(page)


def test_a_drill_ends_with_its_page(folder: Path) -> None:
    text = (folder / "debrief.html").read_text(encoding="utf-8")
    assert 'id="losses"' in text


def test_page_needs_no_other_runs(content: Debrief) -> None:
    text = debrief_page(content, "en")
    assert 'id="losses"' not in text
    assert "drill debrief RUN" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_order_has_its_sentence(lang: str) -> None:
    tr = Translator(lang)
    switched = {
        *("JudgeIncident", "OperateSwitch", "SwitchAnnouncement", "HandOver", "HoldInject"),
        "CallCurtailment",
    }
    for name in COMMANDS:
        assert hasattr(all_commands, name)
        endings = (".yes", ".no") if name in switched else ("",)
        assert all(f"debrief.command.{name}{ending}" in tr for ending in endings), name


def test_a_page_is_the_same_again(content: Debrief) -> None:
    again: Any = replace(content)
    assert debrief_page(content, "zh") == debrief_page(again, "zh")


def test_writing_from_the_logs_alone_replaces_the_page(folder: Path) -> None:
    before = (folder / "debrief.html").read_bytes()
    try:
        path = debrief.write(folder, "en")
        assert b'id="losses"' not in path.read_bytes()
    finally:
        (folder / "debrief.html").write_bytes(before)
