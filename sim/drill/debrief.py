"""The after-action report's content: pure functions of a drill's folder, its logs and its tables.

Nothing is played again here. What re-runs show (losses against baselines, forks) is handed in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from sim.drill.commitment import verifies
from sim.drill.expectations import Standing
from sim.drill.folder import COMMITMENT_FILE, Drill, commitment_of
from sim.drill.ledger import SESSION_FILE, Given, read_lines, read_written
from sim.drill.play import ENDEX
from sim.drill.scoring import Mark, Scores, scores
from sim.engine import facts as fact_types
from sim.engine.facts import (
    CommandGiven,
    CommandRefused,
    Fact,
    IncidentOpened,
    InjectFired,
    MessageShown,
    NoticeSubmitted,
    PromiseExpired,
    SeatHandedOver,
)
from sim.engine.journal import Entry
from sim.engine.tables import Columns
from sim.indicators.intervals import StepSeries
from sim.indicators.series import customers_believed_out, customers_out, queue_length
from sim.report.debrief_page import write_debrief
from sim.report.debriefed import (
    Contribution,
    Debrief,
    Event,
    Expected,
    Finding,
    Fork,
    Lane,
    Objective,
    Opened,
    Outcome,
    Screen,
    Seat,
    Text,
)
from sim.scenario.exercise import Exercise, filled
from sim.scenario.run import Title
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.store.reader import open_run
from sim.world.seats import CONTROLLER, DISPATCHER, NOTIFICATION, OFFICE, PLAYERS, SUPERVISOR
from sim.world.seen.hall import BOARD_AGE_S
from sim.world.seen.reportline import LOOK_S

__all__ = ["DEBRIEF_FILE", "debriefed", "entries_of", "events_of", "findings_of", "write"]

DEBRIEF_FILE = "debrief.html"

_PLAN = "plan"
"""Name under which the written plan gives the supervisor's commands."""
_TRUTH = frozenset(
    {
        "AgentsArrived", "AgentsLeft", "AgentsRested", "BoundaryMistaken", "BreakerLockedOut",
        "BreakerTripped", "CrewHalted", "DisturbanceEnded", "FaultStruck", "FiguresSettled",
        "FiguresSplit", "FuseBlown", "GatewayLimited", "InjectFired", "MenuSwitched",
        "OvertimeAgreed", "PlatformFailed", "PlatformRestored", "PromiseExpired", "RepairEnded",
        "RepairFeigned", "RepairProlonged", "ResponseLevelChanged", "RunEnded", "SeatFailed",
        "SeatRepaired", "SectionFuseBlown", "SiteLost", "SiteRestored", "SupplyLost",
        "SupplyRestored", "TrunksLimited", "WarningChanged",
    }
)  # fmt: skip
"""Kinds of fact told in the lane of truth."""
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "BoundaryCorrected": (DISPATCHER,),
    "BreakerStateReported": (DISPATCHER,),
    "CrewArrived": (DISPATCHER,),
    "CrewResumed": (DISPATCHER,),
    "CrewStoodDown": (DISPATCHER,),
    "FaultIndicated": (DISPATCHER,),
    "IncidentClosed": (DISPATCHER,),
    "IncidentOpened": (DISPATCHER,),
    "IncidentRevised": (DISPATCHER,),
    "LastGaspReceived": (DISPATCHER,),
    "NoticeFinished": (NOTIFICATION,),
    "PatrolEnded": (DISPATCHER,),
    "RestorationTimeSet": (NOTIFICATION,),
    "AnnouncementSwitched": (SUPERVISOR,),
}
"""Kinds of fact that reach a seat as they stand, and which."""
_FIRST_NOTICE_S = 600.0
"""A first notice within this is good. DRILLS 3.2: target for the first notice."""
_TOLD_BY_CONTROLS = ("Hint", "Pause", "Resume", "SetSpeed", "Start", "Step", "Stop")


def write(
    folder: Path,
    lang: str = "en",
    *,
    outcomes: Sequence[Outcome] = (),
    contributions: Sequence[Contribution] = (),
    forks: Sequence[Fork] = (),
    redrawn: Sequence[str] = (),
) -> Path:
    """Write the report of a finished drill into its folder; return the file."""
    content = replace(
        debriefed(folder),
        outcomes=tuple(outcomes),
        contributions=tuple(contributions),
        forks=tuple(forks),
        redrawn=tuple(redrawn),
    )
    path = folder / DEBRIEF_FILE
    write_debrief(path, content, lang)
    return path


def debriefed(folder: Path) -> Debrief:
    """Return what the logs of a finished drill say; raise StoreError when it has not ended."""
    drill, run = Drill.read(folder), open_run(folder)
    exercise = drill.loaded.scenario.exercise
    assert exercise is not None
    written, (notes, _) = read_written(folder), read_lines(folder / SESSION_FILE)
    manifest = run.manifest
    entries = entries_of(run["facts"])
    districts = _districts(run)
    is_timely = not any(row["kind"] == "untimely" for row in notes)
    judged = scores(entries, exercise, manifest.end_s, is_timely=is_timely)
    start_s = drill.terms.startex_s
    return Debrief(
        title=_text(exercise.title),
        start=manifest.start,
        startex_s=start_s,
        endex_s=drill.terms.endex_s,
        end_s=manifest.end_s,
        ended=written.ended or ENDEX,
        is_timely=is_timely,
        run=folder.name,
        seed=drill.seed,
        digest=manifest.digest,
        districts=districts,
        injects={name: _text(inject.title) for name, inject in exercise.injects.items()},
        seats=_seats(entries, notes, start_s, manifest.end_s),
        commitment=_opened(folder, drill, exercise),
        customers_out=customers_out(run, manifest),
        believed_out=customers_believed_out(run, manifest),
        events=_with_screens(
            events_of(entries, notes, exercise, districts, start_s), written.commands, run, manifest
        ),
        objectives=objectives_of(judged, exercise),
        findings=findings_of(entries, judged, exercise, start_s),
    )


def entries_of(table: Columns) -> list[Entry]:
    """Return the facts of a stored run as they were written."""
    return [
        Entry(int(seq), float(t_s), int(cause), _fact(str(kind), json.loads(fields)))
        for seq, t_s, cause, kind, fields in zip(
            table["seq"], table["t_s"], table["cause"], table["kind"], table["fields"], strict=True
        )
    ]


def _fact(kind: str, fields: Mapping[str, Any]) -> Fact:
    fact: Fact = getattr(fact_types, kind)(**{name: _frozen(each) for name, each in fields.items()})
    return fact


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


# --- who and what was fixed


def _seats(
    entries: Iterable[Entry], notes: Iterable[Mapping[str, Any]], start_s: float, end_s: float
) -> tuple[Seat, ...]:
    users: dict[str, dict[str, None]] = {seat: {} for seat in (CONTROLLER, *PLAYERS)}
    for row in notes:
        if row["kind"] == "came" and row.get("user"):
            users[row["seat"]][row["user"]] = None
    since_s = dict.fromkeys(PLAYERS, start_s)
    person_s = dict.fromkeys(PLAYERS, 0.0)
    is_person = dict.fromkeys(PLAYERS, False)
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, SeatHandedOver) and fact.seat in since_s:
            _count(fact.seat, max(entry.t_s, start_s), since_s, person_s, is_person)
            is_person[fact.seat] = not fact.autopilot
    for seat in PLAYERS:
        _count(seat, end_s, since_s, person_s, is_person)
    length_s = end_s - start_s
    return (
        Seat(CONTROLLER, tuple(users[CONTROLLER]), length_s if users[CONTROLLER] else 0.0,
             0.0 if users[CONTROLLER] else length_s),
        *(Seat(seat, tuple(users[seat]), person_s[seat], length_s - person_s[seat])
          for seat in PLAYERS),
    )  # fmt: skip


def _count(
    seat: str,
    t_s: float,
    since_s: dict[str, float],
    person_s: dict[str, float],
    is_person: Mapping[str, bool],
) -> None:
    """Add the time since the last hand-over to whoever had the seat."""
    if is_person[seat]:
        person_s[seat] += t_s - since_s[seat]
    since_s[seat] = t_s


def _opened(folder: Path, drill: Drill, exercise: Exercise) -> Opened | None:
    if not (folder / COMMITMENT_FILE).is_file():
        return None
    commitment = commitment_of(folder)
    return Opened(
        shown=commitment.digest,
        salt=commitment.salt,
        recomputed=sha256(f"{commitment.salt}\n{commitment.content}".encode()).hexdigest(),
        is_kept=verifies(commitment.digest, commitment, exercise, drill.seed),
        content=commitment.content,
    )


# --- what happened


def events_of(
    entries: Sequence[Entry],
    notes: Iterable[Mapping[str, Any]],
    exercise: Exercise,
    districts: Mapping[str, Text],
    start_s: float,
) -> tuple[Event, ...]:
    """Return what happened from StartEx on in three lanes, in the order of time."""
    events: list[Event] = []
    abouts: dict[str, Mapping[str, str]] = {}
    is_person = dict.fromkeys(PLAYERS, False)
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, SeatHandedOver):
            is_person[fact.seat] = not fact.autopilot
        if isinstance(fact, InjectFired):
            abouts[fact.inject] = dict(fact.about)
        if entry.t_s < start_s:
            continue
        if isinstance(fact, CommandGiven | CommandRefused):
            events.append(_order(entry, fact, is_person))
        elif isinstance(fact, InjectFired):
            title = _text(exercise.injects[fact.inject].title)
            events.append(_event(entry, "truth", "", "inject", title))
        elif isinstance(fact, MessageShown):
            text = _told(exercise, fact.inject, abouts[fact.inject], districts)
            events.append(_event(entry, "known", fact.seat, "message", text))
        else:
            events += _happened(entry)
    events += [each for row in notes for each in _noted(row, start_s)]
    return tuple(sorted(events, key=lambda each: each.place))


def _with_screens(
    events: Iterable[Event], commands: Iterable[Given], tables: RunTables, manifest: Manifest
) -> tuple[Event, ...]:
    """Add to the orders of people what their screens had shown, where the browser said so."""
    shown = {
        (each.t_s, each.seat, type(each.command).__name__, each.command.as_pairs()): each.seen_t_s
        for each in commands
        if each.seen_t_s is not None
    }
    waiting, believed = queue_length(tables, manifest), customers_believed_out(tables, manifest)

    def with_screen(event: Event) -> Event:
        if event.kind not in ("command", "refused"):
            return event
        pairs = tuple(event.fields["fields"].items())
        seen_s = shown.get((event.t_s, event.seat, event.fields["command"], pairs))
        if seen_s is None:
            return event
        return replace(event, screen=_screen(event.seat, seen_s, waiting, believed))

    return tuple(with_screen(event) for event in events)


def _screen(seat: str, seen_s: float, waiting: StepSeries, believed: StepSeries) -> Screen:
    """Return what a seat's screen showed: the board with its age, or belief."""
    if seat == SUPERVISOR:
        board_s = max(0.0, LOOK_S * math.floor(seen_s / LOOK_S) - BOARD_AGE_S)
        return Screen(seen_s, waiting=round(float(waiting.at(np.array([board_s]))[0])))
    if seat == DISPATCHER:
        return Screen(seen_s, believed_out=round(float(believed.at(np.array([seen_s]))[0])))
    return Screen(seen_s)


def _happened(entry: Entry) -> list[Event]:
    """Return a fact in each lane it belongs to."""
    kind = type(entry.fact).__name__
    found = [_event(entry, "known", seat) for seat in _KNOWN.get(kind, ())]
    if kind in _TRUTH:
        found.append(_event(entry, "truth", ""))
    return found


def _event(entry: Entry, lane: Lane, seat: str, kind: str = "", text: Text | None = None) -> Event:
    kind = kind or type(entry.fact).__name__
    return Event(entry.t_s, lane, seat, kind, entry.fact.as_fields(), entry.seq, text)


def _order(
    entry: Entry, fact: CommandGiven | CommandRefused, is_person: Mapping[str, bool]
) -> Event:
    seat = SUPERVISOR if fact.by == _PLAN else fact.by
    fields: dict[str, Any] = {"command": fact.command, "fields": dict(fact.fields)}
    kind = "command"
    if isinstance(fact, CommandRefused):
        fields["why"], kind = fact.why, "refused"
    by_person = seat == CONTROLLER or (fact.by != _PLAN and is_person.get(seat, False))
    # the office alone changes warnings and levels, whoever the plan says gives it
    if fact.command in ("ChangeWarning", "ChangeResponse"):
        seat = OFFICE
    return Event(entry.t_s, "done", seat, kind, fields, entry.seq, is_person=by_person)


def _noted(row: Mapping[str, Any], start_s: float) -> list[Event]:
    """Return what stands in the session's log only: hints and controls that were carried out."""
    t_s = row["t_s"]
    if row["kind"] != "control" or t_s is None or t_s < start_s or row.get("why"):
        return []
    values, action = row["values"], row["action"]
    if action not in _TOLD_BY_CONTROLS:
        return []
    if action == "Hint":
        text = {"en": values["text"], "zh": values["text"]}
        fields = {"seat": values["seat"]}
        return [
            Event(t_s, "done", CONTROLLER, "hint", fields, text=text, is_person=True),
            Event(t_s, "known", values["seat"], "message", fields, text=text),
        ]
    fields = {"action": action, **{name: f"{value:g}" for name, value in values.items()}}
    return [Event(t_s, "done", CONTROLLER, "control", fields, is_person=True)]


def _told(
    exercise: Exercise, inject: str, about: Mapping[str, str], districts: Mapping[str, Text]
) -> Text:
    """Return what a seat was told of an inject, with what it was about."""
    text = exercise.injects[inject].text
    names = {lang: {name: each[lang] for name, each in districts.items()} for lang in ("en", "zh")}
    return {
        "en": filled(text.en, about, names["en"]),
        "zh": filled(text.zh, about, names["zh"]),
    }


# --- how well


def objectives_of(judged: Scores, exercise: Exercise) -> tuple[Objective, ...]:
    """Return every objective with the rating its marks suggest."""
    found = []
    for name, title in exercise.objectives.items():
        rating = judged.objectives[name]
        found.append(
            Objective(
                name,
                _text(title),
                rating.rating,
                None if rating.score is None else rating.score / 100.0,
                tuple(_expected(m, exercise) for m in judged.marks if m.objective == name),
            )
        )
    return tuple(found)


def _expected(mark: Mark, exercise: Exercise) -> Expected:
    each, inject = mark.standing, exercise.injects[mark.standing.inject]
    return Expected(
        inject=each.inject,
        title=_text(inject.title),
        is_decoy=inject.is_decoy,
        seat=each.seat,
        action=each.action,
        is_wanted=each.is_wanted,
        fired_s=each.fired_s,
        target_s=each.target_s,
        limit_s=each.limit_s,
        status=each.status,
        answered_s=each.answered_s,
        success=each.success,
        timeliness=mark.timeliness,
        correctness=mark.correctness,
        communication=mark.communication,
        score=None if mark.score is None else mark.score / 100.0,
        seqs=mark.seqs,
        is_autopilot=mark.is_autopilot,
    )


def findings_of(
    entries: Sequence[Entry], judged: Scores, exercise: Exercise, start_s: float
) -> tuple[Finding, ...]:
    """Return what went well and what did not, each with the log entries behind it."""
    found = [each for mark in judged.marks if (each := _answer(mark, exercise)) is not None]
    late = [each for each in entries if each.t_s >= start_s]
    return (*found, *_promises(late), *_first_notice(late), *_refusals(late))


def _answer(mark: Mark, exercise: Exercise) -> Finding | None:
    """Return what an expectation came to; None while its time was not over."""
    each = mark.standing
    if each.status == "open":
        return None
    values: dict[str, Any] = {
        "inject": _text(exercise.injects[each.inject].title),
        "seat": each.seat,
        "action": each.action,
        "moment_s": each.fired_s,
        "limit_s": each.limit_s - each.fired_s,
        "target_s": each.target_s - each.fired_s,
    }
    if each.answered_s is not None:
        values["after_s"] = abs(each.answered_s - each.fired_s)
    kind = _answer_kind(each)
    is_good = kind in ("before", "in_time", "restrained")
    return Finding(kind, is_good, values, mark.seqs, mark.is_autopilot)


def _answer_kind(each: Standing) -> str:
    if not each.is_wanted:
        return "restrained" if each.status == "expired" else "mistaken"
    if each.answered_s is None:
        return "missed"
    if each.success is False:
        return "in_vain"
    if each.answered_s < each.fired_s:
        return "before"
    return "late" if each.answered_s > each.target_s else "in_time"


def _promises(entries: Iterable[Entry]) -> list[Finding]:
    """Return how many customers were told a time that passed without supply."""
    broken = [(each.seq, each.fact) for each in entries if isinstance(each.fact, PromiseExpired)]
    if not broken:
        return []
    values = {"customers": sum(fact.customers for _, fact in broken), "n": len(broken)}
    return [Finding("promises", False, values, tuple(seq for seq, _ in broken))]


def _first_notice(entries: Sequence[Entry]) -> list[Finding]:
    """Return how long after the first incident of the exercise its first notice was sent."""
    opened = next((each for each in entries if isinstance(each.fact, IncidentOpened)), None)
    if opened is None:
        return []
    assert isinstance(opened.fact, IncidentOpened)
    incident = opened.fact.incident
    for entry in entries:
        if isinstance(entry.fact, NoticeSubmitted) and entry.fact.incident == incident:
            after_s = entry.t_s - opened.t_s
            values = {"incident": incident, "moment_s": opened.t_s, "after_s": after_s}
            return [Finding("notice", after_s <= _FIRST_NOTICE_S, values, (opened.seq, entry.seq))]
    values = {"incident": incident, "moment_s": opened.t_s}
    return [Finding("no_notice", False, values, (opened.seq,))]


def _refusals(entries: Iterable[Entry]) -> list[Finding]:
    """Return what was refused to whom and why, counted."""
    seqs: dict[tuple[str, str, str], list[int]] = {}
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, CommandRefused) and fact.by in (CONTROLLER, *PLAYERS):
            seqs.setdefault((fact.by, fact.command, fact.why), []).append(entry.seq)
    return [
        Finding(
            "refused",
            False,
            {"seat": seat, "action": command, "why": why, "n": len(found)},
            tuple(found),
        )
        for (seat, command, why), found in seqs.items()
    ]


def _districts(run: RunTables) -> dict[str, Text]:
    rows = run["districts"]
    return {
        str(name): {"en": str(en), "zh": str(zh)}
        for name, en, zh in zip(rows["district"], rows["name_en"], rows["name_zh"], strict=True)
    }


def _text(title: Title) -> Text:
    return {"en": title.en, "zh": title.zh}
