"""Every kind of effect changes the model where it should; decoys enter the evidence only."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from pools import END_S, ROOT, START_S, directed, fired, inject, run_to, town

from sim.commands import JudgeIncident, Report, SendNotice, SetRestorationTime
from sim.engine.facts import (
    AgentsLeft,
    BreakerLockedOut,
    BreakerTripped,
    CallersPlanned,
    CrewHalted,
    CrewReleased,
    CrewResumed,
    DisturbanceEnded,
    FaultIndicated,
    FaultStruck,
    FiguresSettled,
    GatewayLimited,
    IncidentOpened,
    InjectFired,
    RepairEnded,
    SiteLost,
    SiteRestored,
    SupplyRestored,
    TroubleReported,
)
from sim.scenario.effects import Effect
from sim.scenario.loader import load_scenario
from sim.world.collect import collect
from sim.world.world import World

LONG = {"length": "8 h"}
OUT = [town.event("5 min", "d/a3")]
"""Behind bus 2: customers of a at 3 and 4 stay out until the repair."""


def run(
    folder: Path,
    effect: dict[str, Any],
    when: dict[str, Any],
    until_s: float = END_S,
    events: Any = OUT,
    **more: Any,
) -> World:
    """Return a world in which one inject with an effect fired, some time later."""
    world, _ = directed(folder, {"x": inject(effect, when)}, events, LONG, **more)
    run_to(world, until_s)
    return world


def about(world: World) -> dict[str, str]:
    fact = town.first(world, InjectFired).fact
    assert fact.kind == world.scenario.exercise.injects["x"].effect.kind  # type: ignore[union-attr]
    return dict(fact.about)


def test_every_kind_of_effect_is_shipped_and_tested_here() -> None:
    kinds = {get_args(each.model_fields["kind"].annotation)[0] for each in get_args(Effect)}
    text = Path(__file__).read_text("utf-8")
    assert {kind for kind in kinds if f'"{kind}"' not in text} == set()
    pool = load_scenario(ROOT / "scenarios/drills/typhoon_evening.yaml").scenario.exercise
    assert pool is not None
    assert {each.effect.kind for each in pool.injects.values()} == kinds


# --- the grid


def test_a_feeder_trips_for_good(tmp_path: Path) -> None:
    effect = {"kind": "feeder_trip", "customers": 100}
    world = run(tmp_path, effect, {"at": "5 min"}, START_S + 400, events=())
    struck = town.first(world, FaultStruck)
    assert (struck.fact.hazard, struck.fact.kind) == ("inject", "permanent")
    assert struck.cause == town.first(world, InjectFired).seq
    assert town.first(world, BreakerLockedOut).fact.device == about(world)["device"]
    assert world.state.customers_out > 0
    incident = town.first(world, IncidentOpened).fact.incident
    assert incident == about(world)["incident"]
    faults = collect(world)["faults"]
    assert list(faults["hazard"]) == ["inject"]


def test_the_second_feeder_is_another_one_nearby(tmp_path: Path) -> None:
    pool = {
        "one": inject({"kind": "feeder_trip", "customers": 10}, {"at": "5 min"}),
        "two": inject(
            {"kind": "neighbour_trip", "near": "one", "customers": 10, "nearest": 1},
            {"when": {"fired": "one", "fired_before": "10 min"}},
        ),
    }
    loaded = town.load(
        tmp_path,
        {"d": town.two_feeders(), "e": town.two_feeders()},
        exercise={
            "title": {"en": "x", "zh": "x"},
            "objectives": {"o": {"en": "x", "zh": "x"}},
            "start_at": "20 min",
            "injects": pool,
        },
    )
    from sim.drill.director import Director

    world = World(loaded.scenario, 1)
    Director(world)
    run_to(world, END_S)
    one, two = (each.fact for each in town.facts(world, InjectFired))
    assert one.place != two.place
    assert one.place.partition("/")[0] == two.place.partition("/")[0]
    tripped = {each.fact.device for each in town.facts(world, BreakerLockedOut)}
    assert {one.place, two.place} <= tripped


def test_a_restored_feeder_trips_again(tmp_path: Path) -> None:
    when = {"when": {"restorations": 1}}
    world = run(tmp_path, {"kind": "retrip"}, when, END_S + 6 * 3600, town_events_after_start())
    fact = town.first(world, InjectFired)
    back = [e for e in town.facts(world, SupplyRestored) if START_S <= e.t_s <= fact.t_s]
    again = [e for e in town.facts(world, BreakerTripped) if e.t_s > fact.t_s]
    assert back
    assert again[0].fact.device == fact.fact.place
    assert again[0].t_s - fact.t_s < 1.0


def town_events_after_start() -> list[dict[str, str]]:
    return [town.event("22 min", "d/a3")]


# --- crews


def test_a_repair_takes_longer_than_the_crew_told(tmp_path: Path) -> None:
    effect, when = {"kind": "repair_prolonged", "factor": 3}, {"when": {"repairs": 1}}
    usual = directed(tmp_path, {}, OUT, LONG)[0]
    run_to(usual, END_S + 7 * 3600)
    ends = town.first(usual, RepairEnded).t_s
    world = run(tmp_path, effect, when, END_S + 7 * 3600)
    begun_s = town.first(world, InjectFired).t_s
    # the whole work of 2 h takes three times as long: it had not begun at the look
    assert begun_s < ends - 7200.0
    assert town.first(world, RepairEnded).t_s == pytest.approx(ends + 2 * 7200.0)


def test_what_is_left_of_a_repair_under_way_takes_longer(tmp_path: Path) -> None:
    usual = directed(tmp_path, {}, OUT, LONG)[0]
    run_to(usual, END_S + 7 * 3600)
    ends = town.first(usual, RepairEnded).t_s
    at_s = ends - 3600.0 - START_S
    effect = {"kind": "repair_prolonged", "factor": 3}
    world = run(tmp_path, effect, {"at": f"{at_s} s"}, END_S + 7 * 3600)
    assert town.first(world, RepairEnded).t_s == pytest.approx(ends + 2 * 3600.0)


def test_an_injured_crew_leaves_its_job_and_others_are_sent(tmp_path: Path) -> None:
    effect = {"kind": "crew_injured", "out_for": "3 h"}
    world = run(tmp_path, effect, {"when": {"repairs": 1}}, END_S + 7 * 3600, crews=two_crews())
    fact = town.first(world, InjectFired)
    crew, t_s = fact.fact.place, fact.t_s
    assert town.first(world, CrewHalted).fact.why == "injured"
    released = [e for e in town.facts(world, CrewReleased) if e.t_s == t_s]
    assert [e.fact.crew for e in released] == [crew]
    jobs = [job for job in world.crews.jobs if job.t_assigned_s > t_s]
    assert jobs
    assert jobs[0].crew != crew
    assert all(job.t_assigned_s >= t_s + 3 * 3600.0 for job in jobs if job.crew == crew)
    tables = collect(world)
    assert "broken_off" in set(tables["jobs"]["outcome"])
    states = tables["crew_states"]
    mine = (states["crew"] == crew) & (states["state"] == "out_of_action")
    assert (states["t_to_s"] - states["t_from_s"])[mine].sum() == pytest.approx(3 * 3600.0)


def two_crews() -> dict[str, Any]:
    depots = {"d": {"shifts": [{"start": "00:00", "end": "24:00", "crews": 2}]}}
    return {**town.QUIET["crews"], "depots": depots}


def test_a_crew_with_a_broken_vehicle_arrives_later_by_just_that(tmp_path: Path) -> None:
    usual = directed(tmp_path, {}, town_events_after_start(), LONG)[0]
    run_to(usual, END_S)
    effect = {"kind": "vehicle_broken", "lasts": "20 min"}
    when = {"when": {"on_the_road": 1}}
    world = run(tmp_path, effect, when, END_S, town_events_after_start())
    on_time, late = usual.crews.jobs[0], world.crews.jobs[0]
    assert late.t_arrived_s == pytest.approx(on_time.t_arrived_s + 1200.0)
    t_s = town.first(world, InjectFired).t_s
    assert town.first(world, CrewResumed).t_s == pytest.approx(t_s + 1200.0)


def test_a_false_report_of_restoration_is_believed_and_untrue(tmp_path: Path) -> None:
    when = {"when": {"repairs": 1, "after": "170 min"}}
    events = [town.event("5 min", "d/dt2")]
    world = run(tmp_path, {"kind": "false_restoration"}, when, END_S + 7 * 3600, events)
    fact = town.first(world, InjectFired)
    ended = town.first(world, RepairEnded)
    assert (ended.fact.asset, ended.t_s) == ("d/dt2", fact.t_s)
    held = town.first(world, FaultStruck)
    times = world.fault_times[held.fact.fault]
    assert len(times) == 1 or times[1] > fact.t_s
    believed = collect(world)["beliefs"]
    ix = world.grid.transformer_ix["d/dt2"]
    assert fact.t_s in set(believed["t_to_s"][believed["transformer_ix"] == ix])
    assert "feigned" in {job.outcome for job in world.crews.jobs}


# --- belief


def in_the_dark(folder: Path, effect: dict[str, Any], **more: Any) -> World:
    return run(folder, effect, {"at": "1 min"}, START_S + 61, events=[town.event("19 min", "d/a1")],
               **more)  # fmt: skip


def test_a_wrong_boundary_is_believed_until_the_incident_is_judged(tmp_path: Path) -> None:
    world = in_the_dark(tmp_path, {"kind": "wrong_boundary", "phantom": 1, "missed": 2})
    incident = world.room.incidents.all[about(world)["incident"]]
    dark = set(np.flatnonzero(~world.state.transformer_supplied).tolist())
    phantom, missed = incident.transformers - dark, dark - incident.transformers
    assert (len(phantom), len(missed)) == (1, 2)
    assert world.room.incidents.customers_out() != world.state.customers_out
    world.give(JudgeIncident(incident.id, accepted=True), "dispatcher")
    run_to(world, START_S + 62)
    assert incident.transformers == dark


def test_a_wrong_boundary_is_found_out_by_itself_at_last(tmp_path: Path) -> None:
    effect = {"kind": "wrong_boundary", "phantom": 1, "missed": 1, "lasts": "10 min"}
    world = in_the_dark(tmp_path, effect)
    incident = world.room.incidents.all[about(world)["incident"]]
    assert world.room.is_mistaken(incident)
    run_to(world, START_S + 900)
    dark = set(np.flatnonzero(~world.state.transformer_supplied).tolist())
    believed = {ix for each in world.room.incidents.open() for ix in each.transformers}
    assert believed == dark


@pytest.mark.parametrize("way", ["judge", "set", "report", "correct"])
def test_figures_differ_until_somebody_settles_them(tmp_path: Path, way: str) -> None:
    world = in_the_dark(tmp_path, {"kind": "conflicting_figures", "factor": 0.5})
    room = world.room
    incident = room.incidents.all[about(world)["incident"]]
    customers = room.incidents.customers_of(incident)
    assert room.figures.customers_of(incident) == round(customers / 2) != customers
    assert room.figures.customers_out() != room.incidents.customers_out()
    later_s = START_S + 7200.0
    command, seat = {
        "judge": (JudgeIncident(incident.id, accepted=True), "dispatcher"),
        "set": (SetRestorationTime(incident.id, later_s, "review"), "dispatcher"),
        "report": (Report("figures"), "notification"),
        "correct": (SendNotice(incident.id, "correction", (), later_s), "notification"),
    }[way]
    world.give(command, seat)
    run_to(world, START_S + 62)
    assert room.figures.customers_of(incident) == room.incidents.customers_of(incident)
    assert town.first(world, FiguresSettled).fact.incident == incident.id


def truth_of(world: World) -> tuple[Any, ...]:
    live = [fault.id for fault in world.protection.faults.live]
    return world.state.positions(), world.state.customers_out, live


@pytest.mark.parametrize("kind", ["false_indication", "prank_reports"])
def test_a_decoy_enters_the_evidence_and_changes_no_truth(tmp_path: Path, kind: str) -> None:
    world, _ = directed(tmp_path, {"x": inject({"kind": kind}, {"at": "5 min"}, is_decoy=True)})
    before = truth_of(world)
    run_to(world, START_S + 3600)
    fact = town.first(world, InjectFired)
    if kind == "false_indication":
        evidence = town.first(world, FaultIndicated)
        assert evidence.fact.section == about(world)["section"]
    else:
        evidence = town.first(world, TroubleReported)
        opened = town.first(world, IncidentOpened)
        assert opened.fact.device == fact.fact.place
        assert opened.fact.incident == about(world)["incident"]
    assert evidence.cause == fact.seq
    assert truth_of(world) == before
    tables = collect(world)
    assert len(tables["interruptions"]["t_off_s"]) == len(tables["faults"]["fault"]) == 0


# --- the contact centre and the gateway


def surge_of_calls(folder: Path, effect: dict[str, Any] | None, **contact: Any) -> World:
    """Return a world whose province calls 120 times an hour; the effect comes after 10 minutes."""
    pool = {} if effect is None else {"x": inject(effect, {"at": "10 min"})}
    section = {
        "background": [
            {"call_type": "outage", "per_day": 2880, "profile": [1] * 24},
        ],
        **contact,
    }
    world, _ = directed(folder, pool, rules=LONG, contact=section)
    return world


def test_a_surge_multiplies_the_usual_calls(tmp_path: Path) -> None:
    effect = {"kind": "call_surge", "factor": 4, "lasts": "20 min"}
    plain, world = surge_of_calls(tmp_path, None), surge_of_calls(tmp_path, effect)
    for each in (plain, world):
        run_to(each, START_S + 1800)
    planned = town.first(world, CallersPlanned).fact
    assert (planned.why, planned.callers) == ("surge", 120)
    calls = [each.centre.counters().first_offered for each in (plain, world)]
    assert calls[1] - calls[0] == 120
    callers = world.centre.callers()
    extra = callers["t_planned_s"][callers["cause"] == town.first(world, CallersPlanned).seq]
    assert extra.min() >= START_S + 600
    assert extra.max() <= START_S + 1800
    assert town.first(world, DisturbanceEnded).t_s == START_S + 1800


def test_a_broken_menu_serves_nobody_until_it_works_again(tmp_path: Path) -> None:
    effect = {"kind": "menu_failure", "lasts": "30 min"}
    menu = {"time": town.constant("30 s"), "report_share": 1}
    world, _ = directed(
        tmp_path,
        {"x": inject(effect, {"at": "10 min"})},
        [town.event("21 min", "d/a1"), town.event("21 min", "d/b1")],
        LONG,
        contact={"menu": menu},
        customers={"classes": {"all": {"share": 1, "call_share": 1}}},
    )
    run_to(world, END_S)
    calls = world.centre.calls()
    inside = calls["t_menu_end_s"] - START_S
    by_menu = np.isin(calls["outcome"], ("self_served", "reported"))
    broken = (inside > 600) & (inside < 2400)
    assert by_menu[inside < 600].any()
    assert by_menu[inside > 2400].any()
    assert broken.any()
    assert not by_menu[broken].any()


def test_congested_trunks_block_calls_and_come_back(tmp_path: Path) -> None:
    effect = {"kind": "trunk_congestion", "capacity": 0.1, "lasts": "30 min"}
    plain, world = (surge_of_calls(tmp_path, each, trunks=30) for each in (None, effect))
    for each in (plain, world):
        run_to(each, START_S + 650)
    assert (plain.centre.snapshot().trunks, world.centre.snapshot().trunks) == (30, 3)
    for each in (plain, world):
        run_to(each, START_S + 2500)
    assert world.centre.snapshot().trunks == 30
    assert plain.centre.counters().blocked == 0
    assert world.centre.counters().blocked > 10
    assert world.centre.counters().is_balanced


def test_calls_on_lines_that_fail_are_not_cut(tmp_path: Path) -> None:
    effect = {"kind": "trunk_congestion", "capacity": 0, "lasts": "30 min"}
    world = surge_of_calls(tmp_path, effect)
    run_to(world, START_S + 599)
    busy = world.centre.snapshot().trunks_in_use
    run_to(world, START_S + 600)
    assert 0 < busy <= world.centre.snapshot().trunks_in_use + 1
    answered = world.centre.counters().answered
    run_to(world, START_S + 2000)
    ended = world.centre.counters()
    assert ended.answered > answered
    assert ended.cut_off == 0
    assert ended.is_balanced
    assert world.centre.snapshot().trunks_in_use == 0


def test_a_share_of_the_agents_leaves_for_the_rest_of_the_shift(tmp_path: Path) -> None:
    effect = {"kind": "agents_leave", "share": 0.4}
    general = {
        "serves": ["outage", "enquiry"],
        "roster": [{"from": "00:00", "to": "10:00", "agents": 10},
                   {"from": "10:00", "to": "24:00", "agents": 7}],
    }  # fmt: skip
    world = surge_of_calls(tmp_path, effect, groups={"general": general})
    run_to(world, START_S + 599)
    assert world.centre.snapshot().on_duty == {"general": 10}
    run_to(world, START_S + 3600)  # busy ones have left after their call
    assert world.centre.snapshot().on_duty == {"general": 6}
    assert town.first(world, AgentsLeft).fact.agents == 4
    run_to(world, START_S + 3 * 3600)  # the next shift, of other people, is complete
    assert world.centre.snapshot().on_duty == {"general": 7}
    shifts = collect(world)["agent_shifts"]
    early = (shifts["t_off_s"] < 2 * 3600.0).sum()
    assert early == 4


HALLS = {
    "general": {"serves": ["outage"], "roster": [{"from": "00:00", "to": "24:00", "agents": 6}],
          "site": "east"},
    "b": {"serves": ["outage", "enquiry"], "site": "west",
          "roster": [{"from": "00:00", "to": "24:00", "agents": 4}]},
}  # fmt: skip


def test_one_of_two_sites_is_lost_and_comes_back(tmp_path: Path) -> None:
    effect = {"kind": "site_lost", "lasts": "10 min", "calls": "requeue"}
    world = surge_of_calls(tmp_path, effect, groups=HALLS)
    run_to(world, START_S + 599)
    assert world.centre.agents_away() == []
    run_to(world, START_S + 601)
    lost, site = town.first(world, SiteLost), about(world)["site"]
    there = world.centre.agents_at(site)
    assert world.centre.agents_away() == there
    assert (lost.fact.site, lost.fact.agents) == (site, len(there))
    assert lost.cause == town.first(world, InjectFired).seq
    run_to(world, START_S + 1201)
    assert world.centre.agents_away() == []
    assert town.first(world, SiteRestored).t_s == lost.t_s + 600
    assert town.first(world, DisturbanceEnded).fact.kind == "site_lost"
    calls = world.centre.calls()
    taken = calls["t_end_wait_s"][np.isin(calls["agent"], there)]
    assert not ((taken > lost.t_s) & (taken < lost.t_s + 600)).any()


def test_a_site_is_lost_by_name_and_never_the_only_one_by_luck(tmp_path: Path) -> None:
    effect = {"kind": "site_lost", "site": "west"}
    only = {"general": {**HALLS["b"], "site": "west"}}
    for folder, groups in (("two", HALLS), ("one", only)):
        (tmp_path / folder).mkdir()
        world = surge_of_calls(tmp_path / folder, effect, groups=groups)
        run_to(world, START_S + 601)
        assert [each.fact.site for each in town.facts(world, SiteLost)] == ["west"]
    (tmp_path / "luck").mkdir()
    world = surge_of_calls(tmp_path / "luck", {"kind": "site_lost"}, groups=only)
    run_to(world, END_S)
    assert not town.facts(world, SiteLost, InjectFired)


def notices(folder: Path, effect: dict[str, Any] | None) -> World:
    """Return a world with a notice sent just before, at two messages a minute."""
    pool = {} if effect is None else {"x": inject(effect, {"at": "10 min"})}
    sms = {"throughput": "60 per min", "registered_share": 1, "delivered_share": 1}
    world, _ = directed(
        folder, pool, [town.event("1 min", "d/a1")], LONG, notify={"channels": {"sms": sms}}
    )
    run_to(world, START_S + 540)
    (incident,) = world.room.incidents.open()
    world.give(SendNotice(incident.id, "estimate", ("d",), START_S + 20000), "notification")
    return world


def test_a_throttled_gateway_holds_back_what_waits_and_what_comes(tmp_path: Path) -> None:
    effect = {"kind": "gateway_throttled", "throughput": "6 per min", "lasts": "20 min"}
    plain, world = notices(tmp_path, None), notices(tmp_path, effect)
    for each in (plain, world):
        run_to(each, START_S + 541)
        assert each.campaigns.notices
    name = next(reversed(world.campaigns.notices))
    sent = plain.campaigns.notices[name].mailings["sms"]
    for each in (plain, world):
        run_to(each, START_S + 605)
    slow = world.campaigns.notices[name].mailings["sms"]
    now_s = START_S + 600
    gone = sent.t_sent_s <= now_s
    assert gone.any()
    assert not gone.all()
    assert (slow.t_sent_s[gone] == sent.t_sent_s[gone]).all()
    waits = sent.t_sent_s[~gone] - now_s
    assert slow.t_sent_s[~gone] - now_s == pytest.approx(waits * 10)
    for each in (plain, world):
        run_to(each, START_S + 1799)
    assert slow.noticed.sum() < sent.noticed.sum()
    for each in (plain, world):
        run_to(each, START_S + 15000)
    assert slow.noticed.tolist() == sent.noticed.tolist()
    assert slow.t_sent_s.max() < now_s + 10 * waits.max()  # faster again after 20 minutes
    assert not slow.steps


def way_out(folder: Path, channel: str) -> World:
    """Return a world where the gateway is down, and a notice goes by a channel just then."""
    effect = {"kind": "gateway_throttled", "throughput": "1 per h", "lasts": "2 h"}
    pool = {"x": inject(effect, {"at": "1 min"})}
    notify = {
        "channels": {"sms": {"registered_share": 1}, "app": {"registered_share": "30 %"}},
        "rules": {"estimate": False, "update": False},
    }
    customers = {
        "classes": {"all": {"share": 1, "call_share": 1}},
        "calling": {"delay": town.constant("40 min")},
    }
    fault = town.event("18 min", "d/a1")
    world, _ = directed(folder, pool, [fault], LONG, notify=notify, customers=customers)
    run_to(world, START_S + 120)
    (incident,) = world.room.incidents.open()
    order = SendNotice(incident.id, "estimate", ("d",), START_S + 20000, (channel,))
    world.give(order, "notification")
    run_to(world, START_S + 3600)
    return world


def test_another_channel_is_a_way_out_while_the_gateway_is_down(tmp_path: Path) -> None:
    """Same luck, same minute: by text message nobody hears in time, by the app people do."""
    noticed, callers = {}, {}
    for channel in ("sms", "app"):
        world = way_out(tmp_path, channel)
        assert town.first(world, GatewayLimited).fact.channel == "sms"
        (notice,) = world.campaigns.notices.values()
        noticed[channel] = int(notice.mailings[channel].noticed.sum())
        rows = collect(world)["calls"]
        late = rows["t_offered_s"] > START_S + 120
        callers[channel] = int((late & (rows["attempt"] == 1)).sum())
    assert noticed["sms"] == 0
    assert noticed["app"] > 0.15 * world.grid.n_customers
    assert callers["app"] < 0.95 * callers["sms"]


def test_effects_hit_the_same_target_under_other_decisions(tmp_path: Path) -> None:
    """A candidate's luck is its own: a decision elsewhere does not move the choice."""
    effect = {"kind": "feeder_trip", "customers": 10}
    places = set()
    for seat in ("dispatcher", "notification"):
        world, _ = directed(tmp_path, {"x": inject(effect, {"at": "30 min"})}, seed=3)
        run_to(world, START_S)
        world.give(Report("menu"), seat)
        run_to(world, END_S)
        places.add(dict(town.first(world, InjectFired).fact.about)["section"])
        assert fired(world) == {"x": 1800.0}
    assert len(places) == 1
