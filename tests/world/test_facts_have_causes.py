"""Every outcome can be explained: each fact names what brought it about."""

import math
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from sim.engine.facts import (
    CallersPlanned,
    FaultStruck,
    NoticeSubmitted,
    PromiseExpired,
    SupplyRestored,
)
from sim.engine.journal import NO_CAUSE
from sim.world.collect import collect
from sim.world.world import World
from tests.world.storms import load_storm, storms
from tests.world.town import event, facts, finish, world

OUTSIDE = {
    "RunStarted",
    "RunEnded",
    "FaultStruck",
    # the calendar and the wind
    "CrewShiftStarted",
    "CrewShiftEnded",
    "CrewStoodDown",
    "CrewResumed",
}
"""What may come from outside the model."""


def chain(town: World, seq: int) -> list[str]:
    entries = list(town.journal)
    kinds = []
    while seq != NO_CAUSE:
        kinds.append(type(entries[seq].fact).__name__)
        seq = entries[seq].cause
    return kinds


def is_from_outside(entry: Any) -> bool:
    """Say whether nothing in the model brought a fact about: hazards, the calendar, forecasts."""
    fact = entry.fact
    kind = type(fact).__name__
    weather = kind in {"CommandGiven", "CommandRefused"} and fact.command == "ChangeWarning"
    return kind in OUTSIDE or weather


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(storm=storms())
def test_every_fact_has_an_earlier_cause(tmp_path: Path, storm: dict[str, Any]) -> None:
    rules = {
        "responses": [{"level": "IV", "when": {"customers_out": 1}}],
        "warnings": [{"colour": "blue", "gust": "10 m/s", "within": "12 h"}],
    }
    storm = {**storm, "emergency": {**storm["emergency"], **rules}}
    town = World(load_storm(tmp_path, storm).scenario, 6)
    town.run_until(math.inf)
    entries = list(town.journal)
    for entry in entries:
        assert entry.cause < entry.seq
        if entry.cause == NO_CAUSE:
            assert is_from_outside(entry), entry
        else:
            assert entries[entry.cause].t_s <= entry.t_s
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    times = [entry.t_s for entry in entries]
    assert times == sorted(times)


def test_calls_are_traced_back_to_the_fault(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            customers={"classes": {"all": {"share": 1, "call_share": 1}}},
        )
    )
    callers = collect(town)["callers"]
    assert len(callers["cause"])
    for cause in set(callers["cause"].tolist()):
        kinds = chain(town, cause)
        assert kinds[0] == "CallersPlanned"
        assert kinds[-1] == "FaultStruck"
        assert "SupplyLost" in kinds
    kinds = chain(town, facts(town, NoticeSubmitted)[0].seq)
    assert kinds[-1] == "FaultStruck"
    assert kinds.index("RestorationTimeSet") < kinds.index("IncidentOpened")
    kinds = chain(town, facts(town, SupplyRestored)[-1].seq)
    assert {"SwitchOperated", "CrewAssigned", "PatrolEnded", "BreakerTripped"} <= set(kinds)
    assert kinds[-1] == "FaultStruck"


def test_angry_calls_are_traced_back_to_the_notice(tmp_path: Path) -> None:
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3")],
            control={"restoration_times": {"first": {"constant": "1 h"}, "review_before": "0 s"}},
        )
    )
    expired = facts(town, PromiseExpired)[0]
    angry = next(e for e in facts(town, CallersPlanned) if e.fact.why == "broken_promise")
    assert angry.cause == expired.seq
    assert chain(town, angry.seq)[:3] == ["CallersPlanned", "PromiseExpired", "NoticeSubmitted"]
    assert facts(town, FaultStruck)[0].seq in _seqs(town, angry.seq)


def _seqs(town: World, seq: int) -> list[int]:
    entries = list(town.journal)
    seqs = []
    while seq != NO_CAUSE:
        seqs.append(seq)
        seq = entries[seq].cause
    return seqs
