"""Warnings, response levels and the written plan: conditions, the highest first, each step once."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.emergency.levels import cause_of_level, proposed_colour, proposed_level
from sim.emergency.plan import Plan, Situation, cause_of, holds
from sim.engine.facts import (
    AnnouncementSwitched,
    CommandGiven,
    PlanStepTaken,
    ResponseLevelChanged,
    StandbyCalled,
    WarningChanged,
)
from sim.engine.journal import NO_CAUSE
from sim.scenario.emergency import COLOURS, LEVELS, Response, Step, Trigger, WarningRule
from tests.world.town import HOUR, event, facts, finish, weather, world

CALM = {"t_s": 0.0, "colour": "none", "level": "none", "customers_out": 0, "incidents": 0,
        "queue": 0}  # fmt: skip


def now(**changes: Any) -> Situation:
    return Situation(**{**CALM, **changes})


def when(**conditions: Any) -> Trigger:
    return Trigger.model_validate(conditions)


def step(name: str, **conditions: Any) -> Step:
    return Step.model_validate({"step": name, "when": conditions, "do": [{"announce": True}]})


@pytest.mark.parametrize(
    ("conditions", "below", "at"),
    [
        ({"warning": "yellow"}, {"colour": "blue"}, {"colour": "yellow"}),
        ({"warning": "yellow"}, {"colour": "none"}, {"colour": "red"}),
        ({"level": "III"}, {"level": "IV"}, {"level": "III"}),
        ({"level": "III"}, {"level": "none"}, {"level": "I"}),
        ({"customers_out": 100}, {"customers_out": 99}, {"customers_out": 100}),
        ({"incidents": 3}, {"incidents": 2}, {"incidents": 3}),
        ({"queue": 30}, {"queue": 29}, {"queue": 30}),
        ({"after": "2 h"}, {"t_s": 7199.9}, {"t_s": 7200.0}),
    ],
)
def test_a_condition_holds_from_its_value_on(
    conditions: dict[str, Any], below: dict[str, Any], at: dict[str, Any]
) -> None:
    assert not holds(when(**conditions), now(**below))
    assert holds(when(**conditions), now(**at))


def test_all_conditions_must_hold_together() -> None:
    trigger = when(queue=30, customers_out=100)
    assert not holds(trigger, now(queue=99))
    assert not holds(trigger, now(customers_out=999))
    assert holds(trigger, now(queue=30, customers_out=100))


@given(peaks=st.lists(st.floats(0, 60), min_size=3, max_size=3))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_the_highest_colour_met_is_proposed(peaks: list[float]) -> None:
    rules = [
        WarningRule.model_validate({"colour": colour, "gust": gust, "within": f"{hours} h"})
        for colour, gust, hours in (
            ("blue", "17 m/s", 24), ("yellow", "20 m/s", 12), ("orange", "24 m/s", 6))
    ]  # fmt: skip
    by_hours = dict(zip((6, 12, 24), sorted(peaks), strict=True))
    met = [
        colour
        for colour, gust, hours in (("orange", 24, 6), ("yellow", 20, 12), ("blue", 17, 24))
        if by_hours[hours] >= gust
    ]
    proposed = proposed_colour(rules, lambda within_s: by_hours[round(within_s / HOUR)])
    assert proposed == max(met, key=COLOURS.index, default="none")


def test_levels_rise_and_fall_with_what_is_believed() -> None:
    rules = [
        Response.model_validate({"level": level, "when": {"customers_out": n}})
        for level, n in (("IV", 10), ("II", 1000), ("III", 100))
    ]
    levels = [proposed_level(rules, now(customers_out=n)) for n in (0, 10, 150, 5000, 99)]
    assert levels == ["none", "IV", "III", "II", "IV"]
    assert set(levels) <= set(LEVELS)


def test_the_cause_of_a_level_is_what_its_condition_rests_on() -> None:
    known = {"customers_out": 500, "colour": "blue", "belief_seq": 7, "levels_seq": 9}
    rules = [
        Response.model_validate({"level": "IV", "when": {"warning": "blue"}}),
        Response.model_validate({"level": "III", "when": {"customers_out": 100}}),
    ]
    assert cause_of_level(rules, "IV", now(**known)) == 9
    assert cause_of_level(rules, "III", now(**known)) == 7
    assert cause_of_level(rules, "none", now(**known)) == 9
    assert cause_of(when(queue=1, after="1 h"), now(**known)) == NO_CAUSE


def test_a_step_is_due_once() -> None:
    plan = Plan([step("a", customers_out=10), step("b", customers_out=100)])
    assert [each.step for each in plan.due(now(customers_out=9))] == []
    assert [each.step for each in plan.due(now(customers_out=150))] == ["a", "b"]
    assert plan.due(now(customers_out=150)) == []
    assert plan.due(now(customers_out=0)) == []


def test_the_office_warns_ahead_of_the_wind_and_stands_down_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wind blows from 10 h to 12 h; forecasts look 6 h ahead, looked at every hour."""
    weather(monkeypatch, lambda t_s: 25.0 * (10 * HOUR <= t_s <= 12 * HOUR))
    town = finish(
        world(
            tmp_path,
            emergency={
                "review_every": "1 h",
                "warnings": [{"colour": "orange", "gust": "24 m/s", "within": "6 h"}],
                "responses": [{"level": "IV", "when": {"warning": "orange"}}],
            },
        )
    )
    assert [(e.t_s / HOUR, e.fact.colour) for e in facts(town, WarningChanged)] == [
        (4.0, "orange"),
        (13.0, "none"),
    ]
    changed = facts(town, ResponseLevelChanged)
    assert [(e.t_s / HOUR, e.fact.level) for e in changed] == [
        (4.0, "IV"),
        (14.0, "none"),  # lowered an hour after the warning was
    ]


def test_steps_are_taken_once_after_their_delay_and_in_order(tmp_path: Path) -> None:
    """Two outages, one plan: 220 customers are believed out from the first report on."""
    town = finish(
        world(
            tmp_path,
            events=[event("1 h", "d/a3"), event("20 h", "d/a3")],
            contact={"standby": {"first": {"group": "general", "agents": 3, "show_up": 1}}},
            emergency={
                "review_every": "10 min",
                "plan": [
                    {
                        "step": "call",
                        "when": {"customers_out": 220},
                        "delay": "5 min",
                        "do": [{"announce": True}, {"call_standby": "first"}],
                    },
                    {"step": "never", "when": {"customers_out": 9999}, "do": [{"announce": False}]},
                ],
            },
        )
    )
    taken = facts(town, PlanStepTaken)
    assert [(e.t_s, e.fact.step) for e in taken] == [(HOUR + 600.0 + 300.0, "call")]
    orders = [e for e in facts(town, CommandGiven) if e.cause == taken[0].seq]
    assert [e.fact.command for e in orders] == ["SwitchAnnouncement", "CallStandby"]
    assert [e.fact.on for e in facts(town, AnnouncementSwitched)] == [True]
    assert [e.fact.agents for e in facts(town, StandbyCalled)] == [3]
