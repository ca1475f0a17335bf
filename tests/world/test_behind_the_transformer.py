"""Faults behind a transformer are known only by calls and meters, and compete for crews."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.commands import AssignCrew
from sim.engine.facts import (
    BreakerTripped,
    CommandRefused,
    CrewArrived,
    CustomerReported,
    CustomersLost,
    CustomersRestored,
    IncidentClosed,
    IncidentOpened,
    LowVoltageFaultCleared,
    LowVoltageFaultStruck,
    MeterHeard,
    RepairStarted,
    ReportTriaged,
    SupplyRestored,
)
from sim.indicators.catalogue import measure
from sim.store.manifest import Manifest
from sim.world.collect import collect
from sim.world.views import Views
from sim.world.world import World
from tests.world.laws import check_calls, check_crews
from tests.world.town import HOUR, constant, event, facts, finish, first, load, merged, world

DARK: dict[str, Any] = {
    "rates": {"branch_per_year": 0, "service_per_year": 0, "customer_per_year": 0},
    "calls": {"branch": 1, "service": 1, "customer": 1},
    "customers_per_branch": 20,
    "customers_per_service": 4,
    "meters": {"share": 0, "gasp_delay": constant("2 min")},
    "triage": {"agent": 0, "menu": 0, "wrong": 0, "calls_again": constant("1 h")},
    "repair": {
        "branch": constant("90 min"),
        "service": constant("45 min"),
        "customer": constant("3 h"),
        "finds_out_after": "8 h",
    },
}
"""No chance, no meters, no triage: everybody concerned calls."""
AWAKE = {
    "classes": {"all": {"share": 1, "call_share": 1}},
    "calling": {"delay": constant("5 min")},
    "night": {"asleep_share": 0},
}


def part(at: str, transformer: str, kind: str, number: int = 0) -> dict[str, Any]:
    return {"at": at, "transformer": transformer, "part": kind, "number": number}


def dark(folder: Path, *failures: dict[str, Any], **more: Any) -> World:
    """Run a town whose given failures lie behind its transformers."""
    low_voltage = merged(DARK, {"events": list(failures), **more.pop("low_voltage", {})})
    settings = merged({"customers": AWAKE, "low_voltage": low_voltage}, more)
    return finish(world(folder, **settings))


def rows(town: World) -> list[tuple[int, int, float, float]]:
    """Return (transformer, customers, off, on) of the interruptions, hours after the start."""
    return sorted(
        (
            row["transformer_ix"],
            row["customers"],
            round(row["t_off_s"] / HOUR, 3),
            round(row["t_on_s"] / HOUR, 3),
        )
        for row in town.interruptions.rows(town.clock.now)
    )


def check_light(town: World) -> None:
    """Check who is dark, who is interrupted and who may report against the faults themselves."""
    assert town.behind is not None
    groups, n_out = town.groups, 0
    for ix, transformer in enumerate(town.grid.transformers):
        has_supply = town.state.is_transformer_supplied(ix)
        assert sum(int(groups.customers[g]) for g in groups.of_transformer[ix]) == (
            transformer.customers
        )
        for place in range(transformer.customers):
            group = int(groups.within(ix, range(place + 1))[-1])
            faults = town.behind.faults.of(ix, place)
            assert town.behaviour.out[group] == (not has_supply or bool(faults))
            assert bool(town.centre._s.customers["is_out"][group]) == town.behaviour.out[group]
            n_out += not has_supply or any(not each.is_own for each in faults)
    assert town.interruptions.customers_out() == n_out
    assert town.state.customers_out + town.behind.customers_out() == n_out


def test_a_dead_service_drop_is_found_by_a_call_and_repaired(tmp_path: Path) -> None:
    """Customers 4 to 7 of the 40 go dark at 1 h; nobody else does, and no breaker moves."""
    town = dark(tmp_path, part("1 h", "d/dt1", "service", 1))
    lost = first(town, CustomersLost)
    assert (lost.t_s, lost.fact.customers) == (HOUR, 4)
    assert not facts(town, BreakerTripped)
    opened = first(town, IncidentOpened)
    assert opened.fact.device.startswith("d/dt1/customer")
    assert {each.fact.place for each in facts(town, CustomerReported)} == {
        f"d/dt1/customer{k}" for k in (4, 5, 6, 7)
    }
    assert len(facts(town, IncidentOpened)) == 1
    started = first(town, RepairStarted)
    assert started.fact.asset == "d/dt1/service1"
    back = first(town, CustomersRestored)
    assert back.t_s == pytest.approx(started.t_s + 0.75 * HOUR)
    assert first(town, IncidentClosed).fact.why == "restored"
    assert rows(town) == [(0, 4, 1.0, round(back.t_s / HOUR, 3))]


def test_facts_go_back_to_the_fault(tmp_path: Path) -> None:
    town = dark(tmp_path, part("1 h", "d/dt1", "branch"))
    entries = list(town.journal)
    seq = first(town, CrewArrived).seq
    kinds = []
    while seq >= 0:
        kinds.append(type(entries[seq].fact).__name__)
        seq = entries[seq].cause
    assert kinds[-2:] == ["CustomersLost", "LowVoltageFaultStruck"] or kinds[-1] == (
        "LowVoltageFaultStruck"
    )
    assert "CustomerReported" in kinds


def test_many_reports_make_the_transformer_suspect_and_the_crew_finds_the_branch(
    tmp_path: Path,
) -> None:
    """A false location, as in reality: 20 of 40 customers call, all from one branch."""
    town = dark(tmp_path, part("1 h", "d/dt1", "branch", 1))
    devices = [each.fact.device for each in facts(town, IncidentOpened)]
    assert "d/dt1" in devices
    closed = {each.fact.incident: each.fact.why for each in facts(town, IncidentClosed)}
    assert closed["d/dt1#1"] == "low_voltage"
    assert first(town, RepairStarted).fact.asset == "d/dt1/branch1"
    (row,) = rows(town)
    assert row[:3] == (0, 20, 1.0)


def test_known_branches_keep_the_suspicion_from_the_transformer(tmp_path: Path) -> None:
    known = {"reports": {"branches_known": True}}
    town = dark(tmp_path, part("1 h", "d/dt1", "branch", 1), low_voltage=known)
    devices = {each.fact.device for each in facts(town, IncidentOpened)}
    assert "d/dt1" not in devices
    assert len(rows(town)) == 1


def test_a_blown_fuse_is_still_found_from_calls(tmp_path: Path) -> None:
    """Where everything behind is whole, enough calls point at the transformer, rightly."""
    town = dark(tmp_path, events=[event("1 h", "d/dt1")])
    assert "d/dt1" in {each.fact.device for each in facts(town, IncidentOpened)}
    assert first(town, RepairStarted).fact.asset == "d/dt1"
    (row,) = rows(town)
    assert row[:3] == (0, 40, 1.0)


def test_one_call_behind_a_dead_transformer_leads_the_crew_upstream(tmp_path: Path) -> None:
    """Only one customer calls about the blown fuse: the crew sent to it finds no voltage."""
    lonely = {"reports": {"needed_for_transformer": 40}}
    town = dark(tmp_path, events=[event("1 h", "d/dt1")], low_voltage=lonely)
    closed = {each.fact.incident: each.fact.why for each in facts(town, IncidentClosed)}
    behind = [name for name in closed if name.startswith("d/dt1/")]
    assert [closed[name] for name in behind] == ["merged"]
    assert first(town, RepairStarted).fact.asset == "d/dt1"


def test_a_customers_own_fault_costs_a_trip_and_no_interruption(tmp_path: Path) -> None:
    town = dark(tmp_path, part("1 h", "d/dt1", "customer", 9))
    assert rows(town) == []
    arrived = first(town, CrewArrived)
    closed = first(town, IncidentClosed)
    assert closed.fact.why == "customer_side"
    assert not facts(town, RepairStarted, CustomersLost)
    # told by the crew after its look (half an assessment of 30 min), then 3 h of its own
    cleared = first(town, LowVoltageFaultCleared)
    assert cleared.fact.how == "own"
    assert cleared.t_s == pytest.approx(arrived.t_s + 0.25 * HOUR + 3 * HOUR)


def test_triage_on_the_phone_saves_the_trip(tmp_path: Path) -> None:
    sure = {"triage": {"agent": 1, "menu": 1}}
    town = dark(tmp_path, part("1 h", "d/dt1", "customer", 9), low_voltage=sure)
    assert not facts(town, IncidentOpened, CrewArrived)
    triaged = first(town, ReportTriaged)
    assert triaged.fact.place == "d/dt1/customer9"
    assert first(town, LowVoltageFaultCleared).t_s == pytest.approx(triaged.t_s + 3 * HOUR)
    tables = collect(town)
    assert tables["work_orders"]["kind"].tolist() == ["settled"]
    assert tables["low_voltage"]["told_by"].tolist() == [triaged.fact.by]


def test_triage_goes_by_call_type_and_agent_group(tmp_path: Path) -> None:
    for key, name in (("by_call_type", "outage"), ("by_group", "general")):
        able = {"triage": {"agent": 0, "menu": 1, key: {name: 1}}}
        town = dark(tmp_path, part("1 h", "d/dt1", "customer", 9), low_voltage=able)
        assert first(town, ReportTriaged)
        assert not facts(town, CrewArrived)


def test_whoever_is_wrongly_sent_away_calls_again_and_is_believed(tmp_path: Path) -> None:
    """All four of the dead drop are told that it is their own; each calls again an hour later."""
    wrong = {"triage": {"wrong": 1}}
    town = dark(tmp_path, part("1 h", "d/dt1", "service", 1), low_voltage=wrong)
    assert len(facts(town, ReportTriaged)) >= 1
    assert first(town, RepairStarted).fact.asset == "d/dt1/service1"
    assert first(town, IncidentOpened).t_s > 2 * HOUR
    tables = collect(town)
    assert tables["low_voltage"]["n_wrong"].tolist() == [len(facts(town, ReportTriaged))]


def test_a_nested_fault_is_found_when_the_feeder_is_back(tmp_path: Path) -> None:
    """The feeder fails at 1 h, the branch in the dark at 90 min; it is one interruption for its
    customers, found by their calls after the neighbours have light again."""
    town = dark(tmp_path, part("90 min", "d/dt2", "branch", 2), events=[event("1 h", "d/a4")])
    restored = [each for each in facts(town, SupplyRestored) if "d/dt2" in each.fact.transformers][
        -1
    ]
    reports = [
        each
        for each in facts(town, CustomerReported)
        if each.fact.transformer == "d/dt2" and each.t_s > restored.t_s
    ]
    assert reports
    mended = first(town, CustomersRestored)
    assert mended.t_s > restored.t_s
    of_two = [row for row in rows(town) if row[0] == 1 and row[3] - row[2] > 0.1]
    # branch 2 of 3 feeds customers 33 to 49
    assert [row[1] for row in of_two] == [17, 33]
    assert len({row[2] for row in of_two}) == 1
    assert of_two[0][3] == round(mended.t_s / HOUR, 3) > of_two[1][3]


def test_an_overlapping_outage_counts_nobody_twice(tmp_path: Path) -> None:
    """The drop fails first, the feeder on top of it: the four are out once, from their start."""
    town = dark(
        tmp_path,
        part("1 h", "d/dt4", "service", 0),
        part("2 h", "d/dt4", "branch", 0),
        events=[event("70 min", "d/a4")],
    )
    for ix, customers, off_h, on_h in rows(town):
        assert 0 < customers <= town.grid.transformers[ix].customers
        assert on_h >= off_h
    spans = [row for row in rows(town) if row[0] == 3]
    assert [row[1] for row in spans if row[2] == 1.0] == [4]
    for t_h in np.arange(1.01, 12.0, 0.25):
        assert sum(row[1] for row in spans if row[2] <= t_h < row[3]) <= 70


def test_meters_send_last_gasps_and_clear_the_transformer(tmp_path: Path) -> None:
    """With a meter everywhere nobody needs to call, and neighbours with voltage rule it out."""
    meters = {
        "meters": {"share": 1, "last_gasp": 1, "answers": 1, "wrong_answers": 0},
        "calls": {"branch": 0},
    }
    town = dark(tmp_path, part("1 h", "d/dt1", "branch", 1), low_voltage=meters)
    heard = facts(town, MeterHeard)
    assert heard[0].t_s == HOUR + 120.0
    assert any(each.fact.has_voltage for each in heard)
    assert "d/dt1" not in {each.fact.device for each in facts(town, IncidentOpened)}
    assert first(town, RepairStarted).fact.asset == "d/dt1/branch1"


def test_a_meter_that_has_voltage_settles_a_report(tmp_path: Path) -> None:
    meters = {"meters": {"share": 1, "answers": 1, "wrong_answers": 0}}
    town = dark(tmp_path, part("1 h", "d/dt1", "customer", 9), low_voltage=meters)
    assert first(town, ReportTriaged).fact.by == "meter"
    assert not facts(town, CrewArrived)


def test_dead_meters_all_around_point_at_the_transformer(tmp_path: Path) -> None:
    meters = {
        "meters": {"share": 1, "answers": 1, "wrong_answers": 0},
        "reports": {"needed_for_transformer": 40},
    }
    town = dark(tmp_path, events=[event("1 h", "d/dt1")], low_voltage=meters)
    assert [each.fact.device for each in facts(town, IncidentOpened)] == ["d/dt1"]


def test_nobody_reports_and_nobody_comes(tmp_path: Path) -> None:
    silent = {"calls": {"service": 0}}
    town = dark(tmp_path, part("1 h", "d/dt1", "service", 1), low_voltage=silent)
    assert not facts(town, IncidentOpened)
    assert rows(town) == [(0, 4, 1.0, 48.0)]


def test_light_and_customers_are_conserved_at_every_event(tmp_path: Path) -> None:
    """Many faults at high rates on top of feeder faults, with chance in everything."""
    busy = {
        "rates": {"branch_per_year": 300, "service_per_year": 30, "customer_per_year": 10},
        "meters": {"share": "50 %", "last_gasp": "50 %"},
        "triage": {"agent": "50 %", "menu": "20 %", "wrong": "20 %"},
    }
    low_voltage = merged(DARK, busy)
    town = world(
        tmp_path,
        events=[event("3 h", "d/a2"), event("9 h", "d/dt3"), event("12 h", "d/b1", "temporary")],
        low_voltage=low_voltage,
        control={"trouble_calls": {"wrong_place_share": "10 %"}},
        run={"at_least": "24 h", "at_most": "30 h"},
        seed=4,
    )
    seen, checked = 0, 0
    while not town.is_over and town.clock.peek() < 30 * HOUR:
        town.clock.step()
        if len(town.journal) > seen + 3:
            seen, checked = len(town.journal), checked + 1
            check_light(town)
            check_calls(town)
            check_crews(town)
    assert checked > 100
    parts = {each.part for each in town.behind.faults.all}  # type: ignore[union-attr]
    assert parts == {"branch", "service", "customer"}
    for row in town.interruptions.rows(town.clock.now):
        assert row["customers"] > 0
    collect(town)


def test_without_the_section_customers_are_grouped_as_before(tmp_path: Path) -> None:
    """Splitting groups changes nobody's number, and a section without faults nothing at all."""
    plain = world(tmp_path, events=[event("1 h", "d/a3")], customers=AWAKE)
    split = world(
        tmp_path,
        customers=AWAKE,
        low_voltage=merged(DARK, {"events": [part("1 h", "d/dt2", "service", 3)]}),
    )
    assert split.groups.first_customer.tolist() == [0, 0, 40, 52, 56, 90, 150, 220, 300]
    assert plain.groups.first_customer.tolist() == [0, 0, 40, 90, 150, 220, 300]


def test_the_console_shows_trouble_behind_a_transformer(tmp_path: Path) -> None:
    """The dispatcher sees one report, one customer out, and the place."""
    settings = merged(DARK, {"events": [part("1 h", "d/dt1", "customer", 9)]})
    town = world(tmp_path, customers=AWAKE, low_voltage=settings)
    views = Views(town)
    town.run_until(HOUR + 25 * 60.0)
    shown = views.view("dispatcher")
    (row,) = shown["incidents"]
    assert (row["device"], row["customers"], row["n_reports"]) == ("d/dt1/customer9", 1, 1)
    assert row["status"] in ("open", "crew")
    assert [each["kind"] for each in shown["alarms"]] == ["trouble"]


def test_work_orders_of_trouble_behind_a_transformer_know_their_incident(tmp_path: Path) -> None:
    """Four reports of one dead drop: one main order, three merged, all with crew and supply."""
    town = dark(tmp_path, part("1 h", "d/dt1", "service", 1))
    orders = collect(town)["work_orders"]
    assert sorted(orders["kind"].tolist()) == ["merged"] * 3 + ["order"]
    assert set(orders["incident"].tolist()) == {first(town, IncidentOpened).fact.incident}
    back_s = first(town, CustomersRestored).t_s
    assert orders["t_restored_s"].tolist() == [back_s] * 4
    assert (orders["t_arrived_s"] == first(town, CrewArrived).t_s).any()


BUSY = {
    "rates": {"branch_per_year": 300, "service_per_year": 30, "customer_per_year": 10},
    "meters": {"share": "50 %", "last_gasp": "50 %"},
    "triage": {"agent": "50 %", "menu": "20 %", "wrong": "20 %"},
}


def busy(folder: Path, **low_voltage: Any) -> World:
    return world(
        folder,
        events=[event("3 h", "d/a2")],
        low_voltage=merged(merged(DARK, BUSY), low_voltage),
        run={"at_least": "24 h", "at_most": "30 h"},
    )


def test_the_same_seed_gives_the_same_log_in_slices_too(tmp_path: Path) -> None:
    whole = finish(busy(tmp_path))
    sliced = busy(tmp_path)
    for t_s in np.arange(0.0, 30 * HOUR, 1777.0):
        sliced.run_until(float(t_s))
    finish(sliced)
    logs = [
        [(each.t_s, each.cause, each.fact) for each in town.journal] for town in (whole, sliced)
    ]
    assert len(logs[0]) > 200
    assert logs[0] == logs[1]


def test_better_triage_changes_no_fault_and_nobodys_report_before_it(tmp_path: Path) -> None:
    """Common luck: what fails, when, and for how long a repair takes stay the same."""
    usual = finish(busy(tmp_path))
    better = finish(busy(tmp_path, triage={"agent": 1, "menu": 1, "wrong": 0}))
    struck = [
        [
            (each.t_s, each.fact.asset)
            for each in facts(town, LowVoltageFaultStruck)
            if each.fact.part != "customer"
        ]
        for town in (usual, better)
    ]
    early = [[row for row in rows_ if row[0] < 3 * HOUR] for rows_ in struck]
    assert early[0] == early[1] != []
    first_triage = min(each.t_s for each in facts(better, ReportTriaged))
    before = [
        [(each.t_s, each.fact) for each in facts(town, CustomerReported) if each.t_s < first_triage]
        for town in (usual, better)
    ]
    assert before[0] == before[1]


def test_indicators_count_what_was_spared(tmp_path: Path) -> None:
    """One fault of a customer's own, settled on the phone, and one dead service drop."""
    meters = {"meters": {"share": 0}, "triage": {"agent": 1, "menu": 1}}
    failures = [part("1 h", "d/dt1", "customer", 9), part("2 h", "d/dt2", "service", 3)]
    settings = merged(merged(DARK, meters), {"events": failures})
    loaded = load(tmp_path, customers=AWAKE, low_voltage=settings)
    town = finish(World(loaded.scenario, 1))
    manifest = Manifest.of_run(
        loaded, 1, town.clock.now, town.centre.call_types, town.groups.classes
    )
    found = {name: each.value for name, each in measure(collect(town), manifest).items()}
    back_s = first(town, CustomersRestored).t_s
    assert found["lv_faults"] == found["lv_own_faults"] == 1
    assert found["lv_trips"] == 1
    assert found["lv_trips_avoided"] == found["lv_triage_share"] == 1
    assert found["lv_customer_hours"] == pytest.approx(4 * (back_s / HOUR - 2.0))
    assert found["customer_hours"] == found["lv_customer_hours"]
    assert found["customers_affected"] == found["customers_interrupted"] == 4
    assert found["lv_own_hours"] == pytest.approx(
        first(town, LowVoltageFaultCleared, how="own").t_s / HOUR - 1.0
    )


def test_calls_about_a_known_outage_make_no_trouble_afterwards(tmp_path: Path) -> None:
    """The feeder's customers call while control knows; hours later a drop fails elsewhere."""
    town = dark(tmp_path, part("12 h", "d/dt5", "service", 1), events=[event("1 h", "d/a1")])
    opened = [each.fact.device for each in facts(town, IncidentOpened)]
    assert opened[0] == "d/a1@s"
    assert {device.rpartition("/")[0] for device in opened[1:]} == {"d/dt5"}
    late = [each for each in facts(town, CustomerReported) if each.t_s > 12 * HOUR]
    assert {each.fact.transformer for each in late} == {"d/dt5"}


def test_crews_are_sent_behind_a_transformer_for_its_own_trouble_only(tmp_path: Path) -> None:
    settings = merged(DARK, {"events": [part("1 h", "d/dt1", "service", 1)]})
    town = world(tmp_path, events=[event("70 min", "d/b2")], customers=AWAKE, low_voltage=settings)
    town.seats.set_autopilot("dispatcher", False)
    town.run_until(2 * HOUR)
    (behind,) = [each.id for each in town.room.incidents.open() if each.behind_ix == 0]
    (feeder,) = [each.id for each in town.room.incidents.open() if each.is_feeder]

    def refused(incident: str, task: str, target: str) -> str:
        command = AssignCrew("d/a1", incident, task, (target,))
        if town.handlers.give(command, "dispatcher"):
            return ""
        return str(facts(town, CommandRefused)[-1].fact.why)

    for incident, task, target in (
        (feeder, "check", "d/dt1/lines"),
        (behind, "check", "d/dt2/lines"),
        (behind, "patrol", "d/dt1/lines"),
        (behind, "repair", "d/dt1/customer5"),
        (behind, "repair", "d/dt1/service10"),
        (behind, "repair", "d/dt1/lines"),
    ):
        assert refused(incident, task, target) == "unknown_place", (incident, task, target)
    assert refused(behind, "repair", "d/dt1/service1") == ""
    finish(town)
    assert first(town, CustomersRestored)


def test_without_the_section_no_crew_goes_behind_a_transformer(tmp_path: Path) -> None:
    town = world(tmp_path, events=[event("1 h", "d/b2")])
    town.seats.set_autopilot("dispatcher", False)
    town.run_until(2 * HOUR)
    (incident,) = [each.id for each in town.room.incidents.open()]
    command = AssignCrew("d/a1", incident, "check", ("d/dt1/lines",))
    assert not town.handlers.give(command, "dispatcher")
