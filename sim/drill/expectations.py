"""What was expected of the seats, and what they did: a pure function of the log.

An expectation is answered by the first accepted command of the expected seat, with the expected
fields, within its limit after the inject; it expires when none came. One that is not wanted (a
decoy's) is answered by giving the command, and expires, well, when nobody did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.engine.facts import CommandGiven, InjectFired
from sim.engine.journal import NO_CAUSE, Entry
from sim.scenario.exercise import Exercise, Expectation, Success, filled

__all__ = ["Standing", "fields_match", "open_load", "standings"]

Status = Literal["open", "answered", "expired"]

_PLAN = {"plan": "supervisor"}
"""The written plan gives the supervisor's commands under its own name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Say how one expectation of one firing of an inject stands at a time."""

    inject: str
    firing: int
    """Which firing of the inject, from 1."""
    number: int
    """Which of the inject's expectations, from 0."""
    seat: str
    action: str
    is_wanted: bool
    fired_s: float
    seq_fired: int
    target_s: float
    limit_s: float
    """Moments, s from the scenario's start."""
    status: Status
    answered_s: float | None
    """May lie before the inject where that is allowed."""
    seq: int
    """Sequence number of the answering command, -1 for none."""
    success: bool | None
    """Whether what should follow did; None while that is open, or when nothing is asked."""


def standings(entries: Iterable[Entry], exercise: Exercise, now_s: float) -> list[Standing]:
    """Return every expectation of the injects fired so far, in the order of firing."""
    log = [entry for entry in entries if entry.t_s >= exercise.start_at]
    firings: dict[str, int] = {}
    found = []
    for place, entry in enumerate(log):
        fact = entry.fact
        if not isinstance(fact, InjectFired) or fact.inject not in exercise.injects:
            continue
        firings[fact.inject] = firings.get(fact.inject, 0) + 1
        for number, expected in enumerate(exercise.injects[fact.inject].expect):
            found.append(
                _standing(entry, fact, firings[fact.inject], number, expected, log, place, now_s)
            )
    return found


def open_load(found: Iterable[Standing]) -> dict[str, int]:
    """Return how many injects each seat has yet to answer; decoys ask for nothing."""
    waiting = {
        (each.seat, each.inject, each.firing)
        for each in found
        if each.status == "open" and each.is_wanted
    }
    load: dict[str, int] = {}
    for seat, _inject, _firing in waiting:
        load[seat] = load.get(seat, 0) + 1
    return load


def _standing(
    entry: Entry,
    fact: InjectFired,
    firing: int,
    number: int,
    expected: Expectation,
    log: Sequence[Entry],
    place: int,
    now_s: float,
) -> Standing:
    about, after = dict(fact.about), log[place + 1 :]
    limit_s = entry.t_s + expected.limit
    known = log if expected.before else after
    answer = _answer(expected, about, known, entry.t_s - expected.before, limit_s)
    status: Status = "open" if now_s < limit_s else "expired"
    return Standing(
        inject=fact.inject,
        firing=firing,
        number=number,
        seat=expected.seat,
        action=expected.action,
        is_wanted=expected.is_wanted,
        fired_s=entry.t_s,
        seq_fired=entry.seq,
        target_s=entry.t_s + expected.target,
        limit_s=limit_s,
        status="answered" if answer else status,
        answered_s=answer.t_s if answer else None,
        seq=answer.seq if answer else NO_CAUSE,
        success=_succeeded(expected.success, about, entry.t_s, after, now_s),
    )


def _answer(
    expected: Expectation,
    about: Mapping[str, str],
    log: Sequence[Entry],
    from_s: float,
    limit_s: float,
) -> Entry | None:
    for entry in log:
        if entry.t_s > limit_s:
            return None
        fact = entry.fact
        if (
            entry.t_s >= from_s
            and isinstance(fact, CommandGiven)
            and fact.command == expected.action
            and _PLAN.get(fact.by, fact.by) == expected.seat
            and fields_match(dict(fact.fields), expected.match, about)
        ):
            return entry
    return None


def _succeeded(
    success: Success | None,
    about: Mapping[str, str],
    fired_s: float,
    after: Sequence[Entry],
    now_s: float,
) -> bool | None:
    if success is None:
        return None
    until_s = fired_s + success.within
    for entry in after:
        if entry.t_s > until_s:
            break
        if type(entry.fact).__name__ == success.fact:
            fields = {name: str(value) for name, value in entry.fact.as_fields().items()}
            if fields_match(fields, success.match, about):
                return success.is_wanted
    if now_s < until_s:
        return None
    return not success.is_wanted


def fields_match(
    fields: Mapping[str, str], wanted: Mapping[str, str], about: Mapping[str, str]
) -> bool:
    """Say whether fields have the wanted values: `{word}` filled in, `|` between alternatives."""
    return all(
        fields.get(name) in {filled(each, about) for each in text.split("|")}
        for name, text in wanted.items()
    )
