"""The depth of the contact centre within a world: lights that return, repeats, levels, channels."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from sim.engine.facts import SupplyLost, SupplyRestored, TroubleReported
from sim.world.collect import collect
from sim.world.world import World
from tests.world.storms import load_storm, storms
from tests.world.town import HOUR, constant, event, facts, finish, first, world

ALL_CALL = {"classes": {"all": {"share": 1, "call_share": 1}}}


def town(folder: Path, outage: dict[str, Any], agents: int = 30, **more: Any) -> World:
    """Return a town where everybody behind a feeder calls about a fault after an hour."""
    contact = {
        "call_types": {"outage": outage, "enquiry": {}, **more.pop("types", {})},
        "groups": {
            "general": {
                "serves": ["outage", "enquiry", *more.pop("serves", ())],
                "roster": [{"from": "00:00", "to": "24:00", "agents": agents}],
            }
        },
        **more.pop("contact", {}),
    }
    return world(
        folder,
        events=[event("1 h", "d/a2")],
        contact=contact,
        customers={**ALL_CALL, **more.pop("customers", {})},
        **more,
    )


@pytest.mark.parametrize("share", [1.0, 0.0])
def test_those_who_wait_hang_up_when_their_lights_return(tmp_path: Path, share: float) -> None:
    patient = {"handle": constant("1 h"), "patience": constant("100 h"),
               "leaves_when_restored": share}  # fmt: skip
    there = finish(town(tmp_path, patient, agents=1, contact={"menu": {"report_share": 0}}))
    calls = there.centre.calls()
    groups = there.groups.transformer_ix[calls["group"]]
    left = calls["outcome"] == "restored"
    assert left.any() == (share == 1.0)
    restored = {
        entry.t_s: {there.grid.transformer_ix[name] for name in entry.fact.transformers}
        for entry in facts(there, SupplyRestored)
    }
    for t_s, transformer in zip(calls["t_end_s"][left], groups[left], strict=True):
        assert transformer in restored[t_s]
    if share == 1.0:  # nobody of a restored area waits on
        for t_s, transformers in restored.items():
            waits = (calls["t_menu_end_s"] < t_s) & (calls["t_end_wait_s"] > t_s)
            assert not (waits & np.isin(groups, list(transformers))).any()


UNSOLVED = {
    "handle": constant("1 min"),
    "solves": 0,
    "repeats": {"share": 1, "delay": constant("10 min")},
    "max_attempts": 100,
}


def test_who_was_not_helped_calls_again_until_the_lights_return(tmp_path: Path) -> None:
    there = finish(town(tmp_path, UNSOLVED))
    calls = there.centre.calls()
    assert calls["attempt"].max() > 3
    back_s = {
        there.grid.transformer_ix[name]: entry.t_s
        for entry in facts(there, SupplyRestored)
        for name in entry.fact.transformers
    }
    transformers = there.groups.transformer_ix[calls["group"]]
    for t_s, transformer in zip(calls["t_offered_s"], transformers, strict=True):
        assert t_s <= back_s[int(transformer)]
    orders = collect(there)["work_orders"]
    assert orders["chasers"].sum() > len(orders["kind"])  # the same customers, again and again


def test_who_learns_a_time_meanwhile_does_not_repeat(tmp_path: Path) -> None:
    """The belief of the group decides at the moment of each repeat, not when it was planned."""
    there = town(tmp_path, UNSOLVED, customers={"calling": {"informed_factor": 0}})
    there.run_until(1.5 * HOUR)
    out = np.flatnonzero(there.behaviour.out)
    there.behaviour.informed(out, np.ones(len(out)), 40 * HOUR)
    told_s = there.clock.now
    finish(there)
    offered_s = there.centre.calls()["t_offered_s"]
    assert (offered_s < told_s).any()
    assert not (offered_s > told_s + 1.0).any()


def test_a_report_that_goes_up_the_levels_is_one_report(tmp_path: Path) -> None:
    levels = {
        name: {"escalates": {"share": 1, "to": to, "keeps_line": False}}
        for name, to in (("outage", "squad"), ("squad", "office"))
    }
    more = {"squad": levels["squad"], "office": {}}
    there = finish(town(tmp_path, levels["outage"], types=more, serves=["squad", "office"]))
    calls = there.centre.calls()
    settled = (calls["outcome"] == "answered") & (calls["call_type"] == "office")
    assert settled.any()
    in_menu = int((calls["outcome"] == "reported").sum())
    first_talks = int(((calls["outcome"] == "transferred") & (calls["leg"] == 0)).sum())
    assert in_menu < int(there.centre.reports.sum()) <= in_menu + first_talks


def test_reports_in_a_chat_open_an_incident_too(tmp_path: Path) -> None:
    shares = {"calls_as": {"chat": 1}}
    there = town(
        tmp_path,
        {},
        types={"chat": {"line": "chat", "reports_outage": True}},
        serves=["chat"],
        contact={"lines": {"chat": {}}},
        customers={"classes": {"all": {"share": 1, "call_share": 1, **shares}}},
        control={"telecontrol": {"delay": constant("5 s"), "stale_share": 1}},
    )
    finish(there)
    assert first(there, TroubleReported).t_s > first(there, SupplyLost).t_s
    assert set(there.centre.calls()["call_type"]) == {"chat"}
    assert facts(there, SupplyRestored)


DEPTH: dict[str, Any] = {
    "trunks": 6,
    "lines": {"chat": {"trunks": 3}},
    "levels_at_most": 3,
    "call_types": {
        "outage": {
            "solves": 0.6,
            "repeats": {"share": 0.8, "delay": constant("9 min")},
            "escalates": {"share": 0.4, "to": "squad", "distorted": 0.3},
            "callback": {"to": "back", "offered_from": 1, "accepted": 0.5},
            "redial_after_blocked": {"first": 1, "later": 0.8, "delay": constant("2 min"),
                                     "moves_to": "chat", "moves": 0.5},
            "redial_after_abandoned": {"first": 1, "later": 0.8, "delay": constant("3 min"),
                                       "moves_to": "mute", "moves": 0.4},
            "leaves_when_restored": 0.5,
        },
        "chat": {"line": "chat", "reports_outage": True, "escalates": {"share": 0.3, "to": "back"}},
        "mute": {"reports_outage": False, "solves": 0.2,
                 "repeats": {"share": 1, "delay": constant("5 min")}},
        "back": {"dials": {"reached": 0.7, "retry": constant("4 min")}},
        "squad": {"escalates": {"share": 0.5, "to": "office", "keeps_line": False}},
        "office": {},
        "enquiry": {},
    },
    "groups": {
        "one": {"serves": ["outage", "mute", "back"], "site": "north",
                "roster": [{"from": "00:00", "to": "24:00", "agents": 2}]},
        "two": {"serves": ["chat", "squad", "office", "outage"], "at_once": [1, 1.5],
                "roster": [{"from": "00:00", "to": "24:00", "agents": 1}]},
    },
    "site_losses": [{"site": "north", "at": "95 min", "lasts": "20 min", "calls": "requeue"}],
    "follow_up": {"call_type": "back", "share": 0.5},
    "background": [],
}  # fmt: skip
"""Everything by which one report could be counted twice, or not at all."""


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(storm=storms())
def test_no_report_is_lost_whatever_way_it_goes(tmp_path: Path, storm: dict[str, Any]) -> None:
    shares = {"outage": 0.6, "chat": 0.3, "mute": 0.1}
    customers = {
        "classes": {"all": {"share": 1, "call_share": 1, "calls_as": shares}},
        "calling": {"again_factor": 1, "again_every": "40 min"},
    }
    there = World(
        load_storm(tmp_path, {**storm, "contact": DEPTH, "customers": customers}).scenario, 6
    )
    orders = collect(finish(there))["work_orders"]
    assert there.centre.counters().is_balanced
    assert there.orders.n_reports == int(there.centre.reports.sum())
    assert len(orders["kind"]) + int(orders["chasers"].sum()) == there.orders.n_reports
