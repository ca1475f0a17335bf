"""The written plan and the automatic notification officer send notices by the channels named."""

from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import CommandGiven, NoticeFinished, NoticeSubmitted
from tests.world.town import HOUR, event, facts, world

BOTH = ("app", "loudspeaker")


@pytest.mark.parametrize(
    ("notify", "channels", "wanted"),
    [
        ({}, [], ("sms",)),
        ({"default": ["app"]}, [], ("app",)),
        ({"default": ["app"]}, ["loudspeaker"], ("loudspeaker",)),
        ({"rules": {"estimate": True, "channels": list(BOTH)}}, [], BOTH),
    ],
)
def test_a_plan_step_sends_by_its_channels_or_the_scenarios(
    tmp_path: Path, notify: dict[str, Any], channels: list[str], wanted: tuple[str, ...]
) -> None:
    # by rule the officer would send much later: these are the plan's
    notify = {**notify, "rules": {"approval": "10 h", **notify.get("rules", {})}}
    do = [{"send_notices": True, **({"channels": channels} if channels else {})}]
    step = {"step": "tell", "when": {"customers_out": 1}, "delay": "10 min", "do": do}
    town = world(
        tmp_path,
        events=[event("1 h", "d/a3")],
        notify=notify,
        emergency={"plan": [step], "review_every": "1 min"},
    )
    town.run_until(2 * HOUR)
    (sent,) = facts(town, NoticeSubmitted)
    assert sent.fact.channels == wanted
    order = next(e for e in facts(town, CommandGiven) if e.fact.command == "SendNotice")
    assert order.seq == sent.cause


def test_the_automatic_officer_sends_by_the_channels_of_its_rules(tmp_path: Path) -> None:
    notify = {"rules": {"approval": "5 min", "channels": list(BOTH)}}
    town = world(tmp_path, events=[event("1 h", "d/a3")], notify=notify)
    town.run_until(3 * HOUR)
    sent = facts(town, NoticeSubmitted)
    assert sent
    assert {e.fact.channels for e in sent} == {BOTH}
    first = sent[0].fact.notice
    finished = [e for e in facts(town, NoticeFinished) if e.fact.notice == first]
    assert {e.fact.channel for e in finished} == set(BOTH)
    assert all(e.cause == sent[0].seq for e in finished)
