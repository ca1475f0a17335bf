"""Scoring: what the decisions upon each inject were worth, as pure functions of the log.

Each expectation gets three marks from 0 to 1 (DRILLS 1.6): timeliness, correctness and
communication; its score is their weighted mean times 100. A mark that cannot be given (play too
fast to judge timeliness, an outcome still open at the end) is None and its weight is left out. An
expectation whose time was not over at the end is not judged at all. The suggested ratings follow
the cuts of the domain reference; the rating itself is an evaluator's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.drill.expectations import Standing, fields_match, standings
from sim.engine.facts import CommandGiven, InjectFired, SeatHandedOver
from sim.engine.journal import NO_CAUSE, Entry
from sim.scenario.exercise import Exercise, Expectation, Inject, RubricWeights, Success, filled
from sim.world.seats import PLAYERS, SUPERVISOR

__all__ = ["CUTS", "Mark", "Rating", "Scores", "rated", "scores"]

CUTS = (("P", 85.0), ("S", 70.0), ("M", 50.0), ("U", 0.0))
"""Ratings and the lowest score of each (DRILLS 1.6)."""
_TELLING = ("Report", "SetRestorationTime", "SendNotice", "CancelNotice", "SwitchAnnouncement")
"""Commands by which a seat lets others know."""
_PLAN = "plan"
"""Name under which the written plan gives the supervisor's commands."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Hold the marks of one expectation, with the log entries behind them."""

    standing: Standing
    objective: str
    weight: float
    is_autopilot: bool
    """Whether the seat was left to the written plan when the inject fired."""
    timeliness: float | None
    correctness: float | None
    communication: float | None
    score: float | None
    """0 to 100; None when it is not judged."""
    seqs: tuple[int, ...]
    """Sequence numbers: the inject, the answer, what told others of it, what came of it."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Hold a mean score and the rating it suggests; '' when nothing was judged."""

    score: float | None
    rating: str
    n_judged: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Hold the marks of a drill, and what they come to by seat and by objective."""

    marks: tuple[Mark, ...]
    seats: Mapping[str, Rating]
    objectives: Mapping[str, Rating]


def scores(
    entries: Iterable[Entry], exercise: Exercise, end_s: float, *, is_timely: bool = True
) -> Scores:
    """Judge a drill that ended at a time, s from the scenario's start.

    `is_timely` says whether it was played slowly enough for timeliness to be judged.
    """
    log = [entry for entry in entries if entry.t_s >= exercise.start_at]
    marks = tuple(_mark(each, exercise, log, is_timely) for each in standings(log, exercise, end_s))

    return Scores(
        marks,
        {seat: rated([mark for mark in marks if mark.standing.seat == seat]) for seat in PLAYERS},
        {
            name: rated([mark for mark in marks if mark.objective == name])
            for name in exercise.objectives
        },
    )


def rated(marks: Sequence[Mark]) -> Rating:
    """Return the mean score of marks, by the weights of their injects, and its rating."""
    judged = [(mark.weight, mark.score) for mark in marks if mark.score is not None]
    if not judged:
        return Rating(None, "", 0)
    score = sum(weight * each for weight, each in judged) / sum(weight for weight, _ in judged)
    return Rating(score, next(name for name, least in CUTS if score >= least), len(judged))


# --- one expectation


def _mark(each: Standing, exercise: Exercise, log: Sequence[Entry], is_timely: bool) -> Mark:
    inject = exercise.injects[each.inject]
    expected = inject.expect[each.number]
    about = _about(each, log)
    followed = _followed(expected.success, about, each, log)
    told = _told(inject, expected, about, each, log)
    seqs = [each.seq_fired, each.seq, told, followed]
    if each.status == "open":
        timeliness = correctness = communication = None
    elif not expected.is_wanted:
        timeliness, correctness, communication = _restraint(each)
    elif each.status == "expired":
        timeliness = correctness = communication = 0.0
    else:
        timeliness = _timeliness(each)
        correctness = _correctness(each, expected)
        communication = 1.0 if told != NO_CAUSE else 0.5
    if not is_timely:
        timeliness = None
    return Mark(
        standing=each,
        objective=inject.objective,
        weight=inject.weight,
        is_autopilot=_is_autopilot(each, log),
        timeliness=timeliness,
        correctness=correctness,
        communication=communication,
        score=_score(exercise.rubric, timeliness, correctness, communication),
        seqs=tuple(dict.fromkeys(seq for seq in seqs if seq != NO_CAUSE)),
    )


def _timeliness(each: Standing) -> float:
    """Return 1 up to the target, falling in a straight line to 0 at the limit."""
    assert each.answered_s is not None
    if each.answered_s <= each.target_s:
        return 1.0
    return (each.limit_s - each.answered_s) / (each.limit_s - each.target_s)


def _correctness(each: Standing, expected: Expectation) -> float | None:
    """Return whether the outcome came; an accepted command is enough where none is asked."""
    if expected.success is None:
        return 1.0
    return None if each.success is None else float(each.success)


def _restraint(each: Standing) -> tuple[float, float, float]:
    """Return the marks of what should not be done: all for leaving it, none for doing it."""
    mark = 0.0 if each.status == "answered" else 1.0
    return mark, mark, mark


def _score(
    weights: RubricWeights,
    timeliness: float | None,
    correctness: float | None,
    communication: float | None,
) -> float | None:
    pairs = (
        (weights.timeliness, timeliness),
        (weights.correctness, correctness),
        (weights.communication, communication),
    )
    known = [(weight, mark) for weight, mark in pairs if mark is not None]
    total = sum(weight for weight, _ in known)
    return 100.0 * sum(weight * mark for weight, mark in known) / total if total else None


# --- the log entries behind it


def _about(each: Standing, log: Sequence[Entry]) -> dict[str, str]:
    (fired,) = [entry.fact for entry in log if entry.seq == each.seq_fired]
    assert isinstance(fired, InjectFired)
    return dict(fired.about)


def _told(
    inject: Inject,
    expected: Expectation,
    about: Mapping[str, str],
    each: Standing,
    log: Sequence[Entry],
) -> int:
    """Return the first command by which the seat let others know of the matter, -1 for none."""
    if each.status != "answered":
        return NO_CAUSE
    matters = {*about.values()}
    for other in inject.expect:
        texts = other.match["about"].split("|") if "about" in other.match else ()
        matters |= {filled(text, about) for text in texts}
    for entry in log:
        fact = entry.fact
        if not each.fired_s - expected.before <= entry.t_s <= each.limit_s:
            continue
        if not (isinstance(fact, CommandGiven) and fact.command in _TELLING):
            continue
        by = SUPERVISOR if fact.by == _PLAN else fact.by
        fields = dict(fact.fields)
        named = {fields[name] for name in ("incident", "about") if name in fields}
        is_general = fact.command in ("SwitchAnnouncement", "CancelNotice")
        if by == each.seat and (is_general or matters & named):
            return entry.seq
    return NO_CAUSE


def _followed(
    success: Success | None, about: Mapping[str, str], each: Standing, log: Sequence[Entry]
) -> int:
    """Return the fact by which the outcome came, or was spoilt; -1 for none."""
    if success is None:
        return NO_CAUSE
    for entry in log:
        if entry.seq <= each.seq_fired or entry.t_s > each.fired_s + success.within:
            continue
        fields = {name: str(value) for name, value in entry.fact.as_fields().items()}
        if type(entry.fact).__name__ == success.fact and fields_match(fields, success.match, about):
            return entry.seq
    return NO_CAUSE


def _is_autopilot(each: Standing, log: Sequence[Entry]) -> bool:
    is_autopilot = True
    for entry in log:
        if entry.seq > each.seq_fired:
            break
        if isinstance(entry.fact, SeatHandedOver) and entry.fact.seat == each.seat:
            is_autopilot = entry.fact.autopilot
    return is_autopilot
