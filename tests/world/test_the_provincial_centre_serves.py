"""The shipped provincial centre: every part of it takes part, and the laws hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.engine.facts import (
    AgentsArrived,
    CallersPlanned,
    MajorServiceFiled,
    OvertimeAgreed,
    SiteLost,
    SiteRestored,
)
from sim.scenario.loader import load_scenario
from sim.world.collect import collect
from sim.world.world import World
from tests.world.laws import check_belief, check_crews, check_messages, check_truth
from tests.world.town import HOUR, facts

FILE = Path(__file__).parents[2] / "scenarios/provincial_centre.yaml"


def run(name: str, hours: int) -> tuple[World, Any, Any]:
    """Return the world after some hours, its calls and its work orders."""
    limits = [f"run.at_least={hours} h", f"run.at_most={hours} h"]
    there = World(load_scenario(FILE, name, limits).scenario, 1)
    there.run_until(float("inf"))
    for law in (check_truth, check_crews, check_messages, check_belief):
        law(there)
    orders = collect(there)["work_orders"]
    assert there.centre.counters().is_balanced
    assert len(orders["kind"]) + int(orders["chasers"].sum()) == int(there.centre.reports.sum())
    return there, there.centre.calls(), orders


@pytest.fixture(scope="module")
def day_and_half() -> tuple[World, Any, Any]:
    return run("base", 36)


def test_every_channel_and_level_is_used(day_and_half: tuple[World, Any, Any]) -> None:
    there, calls, _orders = day_and_half
    used = set(calls["call_type"])
    assert used == set(there.centre.call_types)
    of_caller = there.centre.callers()["call_type"]
    levels = {kind: set(calls["call_type"][of_caller[calls["caller"]] == kind])
              for kind in ("outage", "outage_second")}  # fmt: skip
    assert levels["outage"] >= {"outage", "squad", "specialist"}
    assert levels["outage_second"] >= {"outage_second", "squad"}
    for outcome in ("answered", "reported", "self_served", "left_in_menu", "balked", "callback",
                    "transferred", "restored", "blocked"):  # fmt: skip
        assert (calls["outcome"] == outcome).any(), outcome


def test_the_hall_keeps_its_hours(day_and_half: tuple[World, Any, Any]) -> None:
    there, calls, _orders = day_and_half
    hall = np.isin(calls["call_type"], ("outage_hall", "enquiry_hall"))
    local = np.array([there.calendar.time_of_day_s(t_s) for t_s in calls["t_offered_s"][hall]])
    is_open = (local >= 8.5 * HOUR) & (local < 17 * HOUR)
    blocked = calls["outcome"][hall] == "blocked"
    assert blocked[~is_open].all()
    assert not blocked[is_open].any()


def test_orders_of_the_plan_are_carried_out(day_and_half: tuple[World, Any, Any]) -> None:
    there, calls, orders = day_and_half
    for kind in (MajorServiceFiled, OvertimeAgreed, AgentsArrived):
        assert facts(there, kind), kind
    assert (orders["kind"] == "spared").any()
    assert any(each.fact.why == "follow_up" for each in facts(there, CallersPlanned))
    assert np.isfinite(orders["t_followed_up_s"]).any()
    outbound = np.isin(calls["call_type"], ("follow_up", "hold")) & (calls["agent"] >= 0)
    local = [there.calendar.time_of_day_s(t_s) for t_s in calls["t_end_wait_s"][outbound]]
    assert 8 * HOUR <= min(local) <= max(local) < 21 * HOUR


def test_one_site_may_be_lost_as_a_whole() -> None:
    there, calls, _orders = run("one_site_lost", 24)
    lost, back = facts(there, SiteLost), facts(there, SiteRestored)
    assert [each.fact.site for each in (*lost, *back)] == ["south", "south"]
    south = there.centre.agents_at("south")
    begun_s = calls["t_end_wait_s"][np.isin(calls["agent"], south)]
    assert not ((begun_s > lost[0].t_s) & (begun_s < back[0].t_s)).any()
    assert (calls["outcome"] == "requeued").any()


def test_two_levels_leave_the_second_out() -> None:
    _there, calls, _orders = run("flattened", 15)
    assert not (calls["call_type"] == "squad").any()
    assert (calls["call_type"] == "specialist").any()


def test_slices_of_time_change_nothing() -> None:
    limits = ["run.at_least=21 h", "run.at_most=21 h"]
    scenario = load_scenario(FILE, "one_site_lost", limits).scenario
    whole, sliced = World(scenario, 2), World(scenario, 2)
    whole.run_until(float("inf"))
    for minute in range(0, 21 * 60 + 7, 7):
        sliced.run_until(60.0 * minute)
        sliced.orders.catch_up()  # whenever anybody asks
    one, other = collect(whole), collect(sliced)
    for table in ("facts", "calls", "work_orders"):
        for name, column in one[table].items():
            np.testing.assert_array_equal(column, other[table][name], f"{table}.{name}")
