"""Marks, scores and ratings, by hand from small logs."""

from typing import Any

import pytest

from sim.drill.scoring import CUTS, Mark, rated, scores
from sim.engine.facts import (
    AnnouncementSwitched,
    CommandGiven,
    CommandRefused,
    CrewArrived,
    InjectFired,
    SeatHandedOver,
)
from sim.engine.journal import Entry
from sim.scenario.exercise import Exercise

START = 1000.0
MINUTE = 60.0
ABOUT = (("incident", "d/a1@s#1"), ("crew", "d/a1"))


def assign(**more: Any) -> dict[str, Any]:
    return {
        "seat": "dispatcher",
        "action": "AssignCrew",
        "match": {"incident": "{incident}"},
        "target": "5 min",
        "limit": "15 min",
        **more,
    }


def exercise(*expect: dict[str, Any], **more: Any) -> Exercise:
    inject = {
        "title": {"en": "It happens", "zh": "发生"},
        "objective": "o",
        "seat": "dispatcher",
        "trigger": {"at": "1 min"},
        "effect": {"kind": "feeder_trip"},
        "expect": expect,
    }
    return Exercise.model_validate(
        {
            "title": {"en": "Small", "zh": "小"},
            "objectives": {"o": {"en": "Cope", "zh": "应对"}, "p": {"en": "Rest", "zh": "休"}},
            "start_at": f"{START} s",
            "injects": {"i": inject},
            **more,
        }
    )


class Log:
    """A log written by hand: times in minutes after the inject, which fired at StartEx."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.add(0.0, InjectFired("i", "feeder_trip", "x", ABOUT, "time", 0.0))

    def add(self, minute: float, fact: Any) -> int:
        seq = len(self.entries) + 100
        self.entries.append(Entry(seq, START + minute * MINUTE, -1, fact))
        return seq

    def command(self, minute: float, name: str, by: str = "dispatcher", **fields: str) -> int:
        return self.add(minute, CommandGiven(name, by, tuple(fields.items())))

    def assign(self, minute: float, incident: str = "d/a1@s#1") -> int:
        return self.command(minute, "AssignCrew", crew="d/a1", incident=incident)

    def marks(self, drill: Exercise, **more: Any) -> tuple[Mark, ...]:
        return scores(self.entries, drill, START + 90 * MINUTE, **more).marks

    def mark(self, drill: Exercise, **more: Any) -> Mark:
        (mark,) = self.marks(drill, **more)
        return mark


@pytest.mark.parametrize(
    ("minute", "timeliness"), [(0.5, 1.0), (5.0, 1.0), (10.0, 0.5), (12.5, 0.25), (15.0, 0.0)]
)
def test_timeliness_falls_in_a_line_from_target_to_limit(minute: float, timeliness: float) -> None:
    log = Log()
    seq = log.assign(minute)
    mark = log.mark(exercise(assign()))
    assert mark.timeliness == pytest.approx(timeliness)
    # an accepted command is right when nothing else is asked; it told nobody
    assert (mark.correctness, mark.communication) == (1.0, 0.5)
    assert mark.score == pytest.approx(100 * (0.35 * timeliness + 0.45 + 0.20 * 0.5))
    assert mark.seqs == (100, seq)


def test_nothing_done_in_time_is_worth_nothing() -> None:
    for log in (Log(), Log()):
        log.add(3.0, CommandRefused("AssignCrew", "dispatcher", (("incident", "d/a1@s#1"),), "x"))
        log.assign(4.0, incident="another#1")
        log.command(4.0, "AssignCrew", by="supervisor", incident="d/a1@s#1")
        log.assign(15.1)
        mark = log.mark(exercise(assign()))
        assert (mark.timeliness, mark.correctness, mark.communication) == (0.0, 0.0, 0.0)
        assert mark.score == 0.0
        assert mark.seqs == (100,)


def test_what_should_follow_decides_on_correctness() -> None:
    success = {"fact": "CrewArrived", "match": {"incident": "{incident}"}, "within": "40 min"}
    drill = exercise(assign(success=success))
    came, late = Log(), Log()
    for log, minute in ((came, 39.0), (late, 41.0)):
        log.assign(2.0)
        arrived = log.add(minute, CrewArrived("d/a1", "d/a1@s#1", "patrol", "p"))
    assert came.mark(drill).correctness == 1.0
    assert came.mark(drill).seqs == (100, 101, arrived)
    assert late.mark(drill).correctness == 0.0
    assert late.mark(drill).seqs == (100, 101)


def test_an_outcome_still_open_at_the_end_leaves_its_weight_out() -> None:
    success = {"fact": "CrewArrived", "within": "2 h"}
    log = Log()
    log.assign(10.0)
    mark = log.mark(exercise(assign(success=success)))
    assert mark.correctness is None
    assert mark.score == pytest.approx(100 * (0.35 * 0.5 + 0.20 * 0.5) / 0.55)


def test_telling_others_is_the_other_half_of_communication() -> None:
    drill = exercise(assign())
    for command, fields, by, mark in (
        ("Report", {"about": "d/a1@s#1"}, "dispatcher", 1.0),
        ("Report", {"about": "d/a1"}, "dispatcher", 1.0),
        ("SetRestorationTime", {"incident": "d/a1@s#1"}, "dispatcher", 1.0),
        ("SetRestorationTime", {"incident": "other#1"}, "dispatcher", 0.5),
        ("Report", {"about": "d/a1@s#1"}, "supervisor", 0.5),
        ("OperateSwitch", {"incident": "d/a1@s#1"}, "dispatcher", 0.5),
    ):
        log = Log()
        answer = log.assign(2.0)
        told = log.command(9.0, command, by=by, **fields)
        found = log.mark(drill)
        assert found.communication == mark, (command, fields, by)
        assert found.seqs == ((100, answer, told) if mark == 1.0 else (100, answer))
    log = Log()
    log.assign(2.0)
    log.command(15.5, "Report", about="d/a1")
    assert log.mark(drill).communication == 0.5  # too late


def test_a_command_that_tells_others_needs_no_second_one() -> None:
    expected = {
        "seat": "supervisor",
        "action": "SwitchAnnouncement",
        "target": "5 min",
        "limit": "15 min",
    }
    log = Log()
    log.command(2.0, "SwitchAnnouncement", by="plan", on="True")
    log.add(2.0, AnnouncementSwitched("believed_out", True))
    assert log.mark(exercise(expected)).score == 100.0


def test_a_decoy_is_best_left_alone() -> None:
    drill = exercise(assign(is_wanted=False))
    calm, eager = Log(), Log()
    eager.assign(14.0)
    assert calm.mark(drill).score == 100.0
    assert eager.mark(drill).score == 0.0


def test_what_was_not_over_at_the_end_is_not_judged() -> None:
    log = Log()
    found = scores(log.entries, exercise(assign()), START + 14 * MINUTE)
    assert found.marks[0].score is None
    assert found.objectives["o"].rating == ""
    assert found.seats["dispatcher"].n_judged == 0
    log.assign(2.0)  # but what was answered is
    found = scores(log.entries, exercise(assign()), START + 14 * MINUTE)
    assert found.marks[0].score == 90.0


def test_timeliness_of_play_too_fast_is_left_out() -> None:
    log = Log()
    log.assign(14.0)
    mark = log.mark(exercise(assign()), is_timely=False)
    assert mark.timeliness is None
    assert mark.score == pytest.approx(100 * (0.45 + 0.10) / 0.65)


def test_weights_are_those_of_the_exercise() -> None:
    rubric = {"timeliness": 1, "correctness": 0, "communication": 0}
    log = Log()
    log.assign(10.0)
    assert log.mark(exercise(assign(), rubric=rubric)).score == pytest.approx(50.0)


def test_scores_are_told_by_seat_and_by_objective() -> None:
    notice = {
        "seat": "notification",
        "action": "SendNotice",
        "match": {"incident": "{incident}"},
        "target": "5 min",
        "limit": "15 min",
    }
    log = Log()
    log.add(0.0, SeatHandedOver("notification", False))
    log.entries.sort(key=lambda entry: not isinstance(entry.fact, SeatHandedOver))
    log.entries = [Entry(k, e.t_s, -1, e.fact) for k, e in enumerate(log.entries)]
    log.assign(2.0)
    found = scores(log.entries, exercise(assign(), notice), START + 90 * MINUTE)
    assert found.seats["dispatcher"].score == pytest.approx(90.0)
    assert found.seats["notification"].score == 0.0
    assert found.seats["supervisor"].score is None
    assert found.objectives["o"].score == pytest.approx(45.0)
    assert found.objectives["o"].rating == "U"
    assert found.objectives["p"].rating == ""
    assert [mark.is_autopilot for mark in found.marks] == [True, False]


@pytest.mark.parametrize(
    ("score", "rating"),
    [(100, "P"), (85, "P"), (84.9, "S"), (70, "S"), (69.9, "M"), (50, "M"), (49.9, "U"), (0, "U")],
)
def test_ratings_follow_the_cuts(score: float, rating: str) -> None:
    log = Log()
    log.assign(1.0)
    mark = log.mark(exercise(assign()))
    scored = type(mark)(
        **{name: getattr(mark, name) for name in mark.__slots__ if name != "score"}, score=score
    )
    assert rated([scored, scored]).rating == rating
    assert CUTS[0] == ("P", 85.0)
