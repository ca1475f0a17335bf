"""Overtime and counselling as orders of the supervisor and of the plan; faults within a world."""

from pathlib import Path
from typing import Any

import pytest

from sim.commands import AskOvertime, Command, RelieveAgents
from sim.engine.facts import (
    AgentsRelieved,
    AgentsRested,
    CommandGiven,
    CommandRefused,
    MenuSwitched,
    OvertimeAgreed,
    PlanStepTaken,
    SeatFailed,
    SiteLost,
    SiteRestored,
)
from sim.world.collect import collect
from sim.world.seats import NOTIFICATION, SUPERVISOR, may_give
from sim.world.views import Views
from sim.world.world import World
from tests.world.town import HOUR, facts, first, world

BUSY = {"call_type": "enquiry", "per_day": 20_000, "profile": [1] * 24}


def town(folder: Path, **more: Any) -> World:
    """Return a town whose first shift of ten ends after four hours, with calls enough."""
    contact = {
        "background": [BUSY],
        "groups": {
            "general": {
                "serves": ["outage", "enquiry"],
                "roster": [
                    {"from": "08:00", "to": "12:00", "agents": 10},
                    {"from": "12:00", "to": "08:00", "agents": 3},
                ],
            }
        },
        "overtime": {"consent": "100 %"},
        **more.pop("contact", {}),
    }
    return world(folder, contact=contact, **more)


def ordered(there: World, t_h: float, command: Command) -> bool:
    there.run_until(t_h * HOUR)
    return there.handlers.give(command, SUPERVISOR)


def test_overtime_keeps_a_shift_at_work(tmp_path: Path) -> None:
    there = town(tmp_path)
    assert ordered(there, 3, AskOvertime())
    agreed = first(there, OvertimeAgreed)
    assert (agreed.fact.asked, agreed.fact.agents) == (10, 10)
    assert agreed.cause == first(there, CommandGiven).seq
    there.run_until(5 * HOUR)
    assert there.centre.snapshot().on_duty == {"general": 13}
    there.run_until(7 * HOUR)  # the last calls of the longer shift are over
    assert there.centre.snapshot().on_duty == {"general": 3}


def test_overtime_may_be_ordered_for_other_times(tmp_path: Path) -> None:
    there = town(tmp_path)
    assert ordered(there, 0.5, AskOvertime(within_s=4 * HOUR, stay_s=HOUR))
    there.run_until(6 * HOUR)
    ends = collect(there)["agent_shifts"]["t_off_s"]
    assert sorted(ends)[:10] == pytest.approx([5 * HOUR] * 10, abs=HOUR / 2)


def test_the_tired_go_to_counselling_and_come_back(tmp_path: Path) -> None:
    there = town(tmp_path)
    assert ordered(there, 3.5, RelieveAgents(share=0.25, lasts_s=600.0))
    left = first(there, AgentsRelieved)
    assert (left.fact.agents, left.fact.lasts_s) == (3, 600.0)
    assert len(there.centre.agents_away()) == 3
    assert there.centre.agents_away() == sorted(there.centre.agents_away())
    there.run_until(3.5 * HOUR + 601)
    assert there.centre.agents_away() == []
    assert first(there, AgentsRested).cause == left.seq


REFUSED = [
    (1.0, AskOvertime(), "no_shift_ends"),
    (3.0, AskOvertime(stay_s=-1.0), "unknown_time"),
    (3.0, AskOvertime(within_s=1e9), "unknown_time"),
    (0.1, RelieveAgents(), "nobody_tired"),
    (3.5, RelieveAgents(share=0.0), "unknown_share"),
    (3.5, RelieveAgents(share=2.0), "unknown_share"),
    (3.5, RelieveAgents(lasts_s=0.0), "unknown_time"),
]


@pytest.mark.parametrize(("t_h", "command", "why"), REFUSED)
def test_orders_nobody_can_follow_are_refused(
    tmp_path: Path, t_h: float, command: Command, why: str
) -> None:
    there = town(tmp_path)
    assert not ordered(there, t_h, command)
    assert first(there, CommandRefused).fact.why == why
    assert not facts(there, OvertimeAgreed, AgentsRelieved)


def test_only_the_supervisor_orders_staff() -> None:
    for command in (AskOvertime(), RelieveAgents()):
        assert may_give(SUPERVISOR, command)
        assert not may_give(NOTIFICATION, command)


def test_a_step_of_the_plan_orders_both(tmp_path: Path) -> None:
    step = {"step": "all hands", "when": {"after": "3 h"}, "delay": "0 s",
            "do": [{"overtime": True}, {"relief": True}]}  # fmt: skip
    there = town(tmp_path, emergency={"plan": [step]})
    there.run_until(4 * HOUR)
    taken = first(there, PlanStepTaken)
    given = facts(there, CommandGiven)
    assert [each.fact.command for each in given] == ["AskOvertime", "RelieveAgents"]
    assert {(each.fact.by, each.cause) for each in given} == {("plan", taken.seq)}
    assert facts(there, OvertimeAgreed, AgentsRelieved)


def test_the_supervisor_sees_who_agreed_and_who_is_away(tmp_path: Path) -> None:
    loss = {"site": "", "at": "3.7 h", "lasts": "12 min"}
    there = town(tmp_path, contact={"site_losses": [loss]})
    views = Views(there)

    def seen() -> Any:
        return views.view(SUPERVISOR)["staff"]

    there.run_until(HOUR)
    assert seen() == {"overtime": None, "relieved": 0, "sites_lost": []}
    ordered(there, 3.5, AskOvertime())
    there.handlers.give(RelieveAgents(share=0.2), SUPERVISOR)
    assert seen()["overtime"] == {"t_s": 3.5 * HOUR, "asked": 10, "agents": 10}
    assert seen()["relieved"] == 2
    there.run_until(3.75 * HOUR)
    assert seen()["sites_lost"] == [""]
    there.run_until(4.1 * HOUR)
    assert (seen()["relieved"], seen()["sites_lost"]) == (0, [])


def test_a_site_lost_by_the_scenario_comes_back(tmp_path: Path) -> None:
    loss = {"site": "", "at": "1 h", "lasts": "30 min", "calls": "requeue"}
    there = town(tmp_path, contact={"site_losses": [loss]})
    there.run_until(3 * HOUR)
    lost, back = first(there, SiteLost), first(there, SiteRestored)
    assert (lost.t_s, lost.fact.agents, back.t_s) == (HOUR, 10, 1.5 * HOUR)
    begun = there.centre.calls()["t_end_wait_s"]
    assert not ((begun > HOUR) & (begun < 1.5 * HOUR) & (there.centre.calls()["agent"] >= 0)).any()


def test_faults_change_a_run_and_none_leaves_it_as_it_was(tmp_path: Path) -> None:
    faults = {"seats": {"rate": "0.2 per h"}, "menu": {"rate": "0.2 per h"}}
    logs = []
    for name, technical in (("a", {}), ("b", {"called_out": 9}), ("c", faults)):
        (tmp_path / name).mkdir()
        there = town(tmp_path / name, contact={"technical": technical})
        there.run_until(6 * HOUR)
        logs.append(there)
    plain, same, failing = (there.centre.calls() for there in logs)
    assert facts(logs[2], SeatFailed)
    assert facts(logs[2], MenuSwitched)
    assert plain["t_end_s"].tolist() == same["t_end_s"].tolist()
    assert plain["t_end_s"].tolist() != failing["t_end_s"].tolist()
