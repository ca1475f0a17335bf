"""In a whole world: who has supply again does not call, and who was told in time calls less."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.contact.ledger import call_columns
from sim.engine.facts import CallersPlanned
from sim.world.world import World
from tests.world.town import HOUR, Source, constant, event, facts, finish, world

FIRST = 1
"""The contact centre counts attempts from here."""
MANY_AGENTS = {
    "serves": ["outage", "enquiry"],
    "roster": [{"from": "00:00", "to": "24:00", "agents": 200}],
}
CROWD = {"classes": {"all": {"share": 1, "call_share": 0.3}}}
SOON = {
    "rules": {"approval": "1 min"},
    "channels": {"sms": {"registered_share": 1, "noticing": constant("1 min")}},
}


def crowded() -> Source:
    source = Source()
    source.station()
    for k in (1, 2, 3):
        source.bus(str(k), 2000, north_km=float(k))
    source.line("a1", "s", "1", at_u="CB", rating_ka=1.0)
    source.line("a2", "1", "2", rating_ka=1.0)
    source.line("a3", "2", "3", rating_ka=1.0)
    return source


def run(folder: Path, **more: Any) -> World:
    settings: dict[str, Any] = {
        "events": [event("1 h", "d/a3")],
        "customers": {**CROWD, "calling": {"delay": constant("30 min")}},
        "contact": {"trunks": 500, "groups": {"general": MANY_AGENTS}},
        **more,
    }  # fmt: skip
    return finish(world(folder, crowded(), **settings))


def outage_calls(town: World) -> Any:
    """Return (time, group) of the first attempts about outages, in the order they ended."""
    calls = call_columns(town.centre._s, town.centre.call_types, named=False)
    first = calls["attempt"] == FIRST
    return np.stack([calls["t_offered_s"][first], calls["group"][first]], axis=1)


def test_whoever_was_told_in_time_calls_less(tmp_path: Path) -> None:
    """The notice is read before the first call is due: the factor 0.45 applies to its readers."""
    silent = {"rules": {"estimate": False, "update": False}}
    first_wave = (HOUR, 1.75 * HOUR)
    counts = []
    for notify in (silent, SOON):
        times = outage_calls(run(tmp_path, notify=notify))[:, 0]
        counts.append(int(((times > first_wave[0]) & (times < first_wave[1])).sum()))
    told_share = 0.93 * 0.85
    expected = counts[0] * (1 - told_share * (1 - 0.45))
    assert counts[0] > 1000
    assert counts[1] == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_nobody_calls_about_an_outage_that_is_over(tmp_path: Path) -> None:
    """Calls are planned for half an hour after the fault; a momentary fault ends in seconds,
    a locked-out one with the breaker's closing."""
    town = run(tmp_path, events=[event("1 h", "d/a3", "temporary")])
    assert len(outage_calls(town)) == 0
    town = run(tmp_path)
    rows = [row for row in town.interruptions.rows(town.clock.now) if not row["is_open"]]
    back_s = {row["transformer_ix"]: row["t_on_s"] for row in rows}
    transformer = town.groups.transformer_ix
    for t_s, group in outage_calls(town):
        assert t_s <= back_s[int(transformer[int(group)])]
    assert len(set(back_s.values())) > 1
    assert facts(town, CallersPlanned)


def test_a_missed_time_brings_a_second_wave(tmp_path: Path) -> None:
    """Told "one hour" for an outage of many: the wave comes when the hour is over."""
    guess = {"restoration_times": {"first": constant("1 h"), "review_before": "0 s"}}
    town = run(tmp_path, notify=SOON, control=guess)
    broken = [e for e in facts(town, CallersPlanned) if e.fact.why == "broken_promise"]
    assert broken
    times = outage_calls(town)[:, 0]
    at_s = broken[0].t_s
    before = ((times > at_s - 0.25 * HOUR) & (times <= at_s)).sum()
    after = ((times > at_s) & (times <= at_s + 0.25 * HOUR)).sum()
    assert after > 100
    assert after > 3 * before
