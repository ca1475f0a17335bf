"""Every report becomes a work order, is merged into one, chases one, or is spared."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.commands import FileMajorService
from sim.engine.facts import (
    CallersPlanned,
    CommandGiven,
    CommandRefused,
    MajorServiceFiled,
    PlanStepTaken,
    SupplyRestored,
)
from sim.world.collect import collect
from sim.world.seats import SUPERVISOR, may_give
from sim.world.views import Views
from sim.world.world import World
from tests.world.storms import load_storm, storms
from tests.world.town import HOUR, constant, event, facts, finish, first, world

ALL_CALL = {
    "classes": {"all": {"share": 1, "call_share": 1}},
    "calling": {"again_every": "30 min", "again_factor": 1},
}
FOLLOW_UP = {
    "call_types": {"outage": {}, "enquiry": {}, "back": {"dials": {"reached": "100 %"}}},
    "groups": {
        "general": {
            "serves": ["outage", "enquiry", "back"],
            "roster": [{"from": "00:00", "to": "24:00", "agents": 30}],
        }
    },
    "follow_up": {"call_type": "back", "delay": constant("20 min")},
}


def orders_of(there: World) -> Any:
    return collect(finish(there))["work_orders"]


def conserved(there: World, orders: Any) -> None:
    """Check that every report the centre counted is in the table once."""
    reports = int(there.centre.reports.sum())
    assert there.orders.n_reports == reports
    assert len(orders["kind"]) + int(orders["chasers"].sum()) == reports
    spared = orders["kind"] == "spared"
    assert (orders["chasers"][spared] == 0).all()
    main = orders["merged_into"]
    assert ((main >= 0) == (orders["kind"] == "merged")).all()
    merged = main >= 0
    assert (orders["kind"][main[merged]] == "order").all()
    assert (orders["incident"][main[merged]] == orders["incident"][merged]).all()
    of_incident = orders["incident"][(orders["kind"] == "order") & (orders["incident"] != "")]
    assert len(set(of_incident)) == len(of_incident)
    stages = ["accepted", "dispatched", "taken", "arrived", "restored", "followed_up"]
    times = np.array([orders[f"t_{stage}_s"] for stage in stages])
    for earlier in range(len(stages)):
        for later in range(earlier + 1, len(stages)):
            both = ~np.isnan(times[earlier]) & ~np.isnan(times[later])
            assert (times[earlier][both] <= times[later][both]).all()


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(storm=storms(), is_followed_up=st.booleans())
def test_reports_of_random_storms_are_conserved(
    tmp_path: Path, storm: dict[str, Any], is_followed_up: bool
) -> None:
    more = {**storm["contact"], **(FOLLOW_UP if is_followed_up else {})}
    there = World(load_storm(tmp_path, {**storm, "contact": more}).scenario, 5)
    conserved(there, orders_of(there))


def dark_town(folder: Path, **more: Any) -> World:
    """Return a town of 390 customers where a feeder fails for good after an hour."""
    return world(
        folder,
        events=[event("1 h", "d/a2")],
        customers=more.pop("customers", ALL_CALL),
        **more,
    )


def test_the_first_order_of_an_incident_takes_the_others_in(tmp_path: Path) -> None:
    there = dark_town(tmp_path)
    orders = orders_of(there)
    conserved(there, orders)
    kinds = orders["kind"].tolist()
    assert kinds.count("order") < kinds.count("merged")
    assert kinds[0] == "order"
    assert orders["chasers"].sum() > 0


def test_stages_come_from_the_incident(tmp_path: Path) -> None:
    there = dark_town(tmp_path, contact={"work_orders": {"dispatch": constant("2 min")}})
    orders = orders_of(there)
    jobs = there.crews.jobs
    arrived = ~np.isnan(orders["t_arrived_s"])
    assert arrived.any()
    for row in np.flatnonzero(arrived):
        accepted = orders["t_accepted_s"][row]
        assert orders["t_dispatched_s"][row] == accepted + 120.0
        mine = [job for job in jobs if job.incident == orders["incident"][row]]
        sent, there_s = min(j.t_assigned_s for j in mine), min(j.t_arrived_s for j in mine)
        assert orders["t_taken_s"][row] == max(accepted + 120.0, sent)
        assert orders["t_arrived_s"][row] == max(accepted + 120.0, there_s)
    back = {round(entry.t_s, 6) for entry in facts(there, SupplyRestored)}
    restored = orders["t_restored_s"][~np.isnan(orders["t_restored_s"])]
    assert {round(t_s, 6) for t_s in restored.tolist()} <= back


@pytest.mark.parametrize(("promised", "is_late"), [("1 min", True), ("3 min", False)])
def test_a_stage_is_overdue_beyond_its_promise(
    tmp_path: Path, promised: str, is_late: bool
) -> None:
    section = {"dispatch": constant("2 min"), "dispatched_within": promised}
    orders = orders_of(dark_town(tmp_path, contact={"work_orders": section}))
    dispatched = ~np.isnan(orders["t_dispatched_s"])
    assert (orders["late_dispatch"][dispatched] == is_late).all()


def test_a_restored_order_of_no_crew_is_never_taken_over(tmp_path: Path) -> None:
    """Nobody is dispatched in time when supply is back before."""
    section = {"dispatch": constant("30 h")}
    orders = orders_of(dark_town(tmp_path, contact={"work_orders": section}))
    assert np.isnan(orders["t_dispatched_s"]).all()
    assert np.isnan(orders["t_taken_s"]).all()
    waited_s = orders["t_restored_s"] - orders["t_accepted_s"]
    assert (orders["late_dispatch"] == (waited_s > 180.0)).all()
    assert not orders["late_take_over"].any()


def test_those_who_reported_are_called_back(tmp_path: Path) -> None:
    there = dark_town(tmp_path, contact=FOLLOW_UP)
    orders = orders_of(there)
    conserved(there, orders)
    planned = [each for each in facts(there, CallersPlanned) if each.fact.why == "follow_up"]
    assert sum(each.fact.callers for each in planned) == len(orders["kind"])
    causes = {each.cause for each in planned}
    assert causes <= {each.seq for each in facts(there, SupplyRestored)}
    wait_s = orders["t_followed_up_s"] - orders["t_restored_s"]
    assert (wait_s[~np.isnan(wait_s)] > 20 * 60).all()
    assert (~np.isnan(wait_s)).mean() > 0.9
    calls = there.centre.calls()
    back = calls["call_type"] == "back"
    assert set(calls["cause"][back]) == {each.seq for each in planned}


def test_half_of_them_are_called_back_by_luck_of_their_own(tmp_path: Path) -> None:
    called: list[set[int]] = []
    for share in (1.0, 0.5):
        half = {**FOLLOW_UP, "follow_up": {**FOLLOW_UP["follow_up"], "share": share}}
        (tmp_path / str(share)).mkdir()
        there = dark_town(tmp_path / str(share), contact=half)
        finish(there)
        called.append({each.customer for each in there.orders.orders if each.follow_up >= 0})
    assert called[1] < called[0]
    assert len(called[1]) / len(called[0]) == pytest.approx(0.5, abs=0.15)


def test_channels_report_like_the_phone(tmp_path: Path) -> None:
    types = {name: {"reports_outage": True} for name in ("outage_chat", "outage_app")}
    contact = {
        "call_types": {"outage": {}, "enquiry": {}, **types},
        "groups": {
            "general": {
                "serves": ["outage", "outage_chat", "outage_app", "enquiry"],
                "roster": [{"from": "00:00", "to": "24:00", "agents": 30}],
            }
        },
    }
    shares = {"outage": 0.2, "outage_chat": 0.4, "outage_app": 0.4}
    customers = {"classes": {"all": {"share": 1, "call_share": 1, "calls_as": shares}}}
    there = dark_town(tmp_path, contact=contact, customers=customers)
    orders = orders_of(there)
    conserved(there, orders)
    of_caller = there.centre.callers()["call_type"][orders["caller"]]
    assert set(of_caller) == set(shares)
    first(there, SupplyRestored)


def test_a_run_without_outages_has_no_orders(tmp_path: Path) -> None:
    there = world(tmp_path)
    assert len(orders_of(there)["kind"]) == 0
    assert there.clock.now >= 24 * HOUR


# --- the notice of a major service matter

SPARED = {"work_orders": {"major_service": {"spared": "50 %", "lasts": "2 h"}}}


def filed(folder: Path, command: FileMajorService, t_h: float = 1.2, **more: Any) -> World:
    """Return the dark town after a notice was filed, or refused, at a time."""
    folder.mkdir(exist_ok=True)
    there = dark_town(folder, contact=SPARED, **more)
    there.run_until(t_h * HOUR)
    assert may_give(SUPERVISOR, command)
    there.handlers.give(command, SUPERVISOR)
    return there


def test_a_notice_spares_a_share_of_the_reports(tmp_path: Path) -> None:
    there = filed(tmp_path, FileMajorService())
    entry = first(there, MajorServiceFiled)
    assert entry.cause == first(there, CommandGiven, command="FileMajorService").seq
    assert entry.fact == MajorServiceFiled("d", 390, 2 * HOUR)
    orders = orders_of(there)
    conserved(there, orders)
    spared = orders["kind"] == "spared"
    t_s = orders["t_accepted_s"]
    until_s = entry.t_s + 2 * HOUR
    assert (t_s[spared] > entry.t_s).all()
    assert (t_s[spared] < until_s).all()
    assert not orders["late_dispatch"][spared].any()
    covered = (t_s > entry.t_s) & (t_s < until_s)
    who = {name: set(orders["customer"][covered & mask].tolist())
           for name, mask in (("spared", spared), ("not", ~spared))}  # fmt: skip
    assert not who["spared"] & who["not"]  # the same customers as long as it stands
    share = len(who["spared"]) / (len(who["spared"]) + len(who["not"]))
    assert share == pytest.approx(0.5, abs=0.15)


def test_a_notice_changes_no_call(tmp_path: Path) -> None:
    plain = finish(dark_town(tmp_path, contact=SPARED))
    there = finish(filed(tmp_path / "filed", FileMajorService()))
    for name, column in plain.centre.calls().items():
        if name != "cause":  # facts are numbered anew
            np.testing.assert_array_equal(there.centre.calls()[name], column)


def test_a_notice_covers_the_incidents_it_names(tmp_path: Path) -> None:
    there = filed(tmp_path, FileMajorService())
    incident = there.room.incidents.open()[0]
    covered = sorted(incident.transformers)
    named = filed(tmp_path / "named", FileMajorService(incidents=(incident.id,)))
    customers = int(named.grid.transformer_customers[covered].sum())
    assert first(named, MajorServiceFiled).fact.customers == customers
    orders = orders_of(named)
    assert set(orders["transformer_ix"][orders["kind"] == "spared"]) <= set(covered)


@pytest.mark.parametrize(
    ("command", "t_h", "why"),
    [
        (FileMajorService(), 0.5, "nobody_believed_out"),
        (FileMajorService(incidents=("nothing#1",)), 1.2, "incident_not_open"),
        (FileMajorService(districts=("e",)), 1.2, "unknown_district"),
    ],
)
def test_a_notice_of_nothing_is_refused(
    tmp_path: Path, command: FileMajorService, t_h: float, why: str
) -> None:
    there = filed(tmp_path, command, t_h)
    assert first(there, CommandRefused).fact.why == why
    assert not facts(there, MajorServiceFiled)


def test_a_notice_for_a_district_may_come_before_the_storm(tmp_path: Path) -> None:
    there = filed(tmp_path, FileMajorService(districts=("d",)), 0.5)
    assert (orders_of(there)["kind"] == "spared").any()


def test_a_step_of_the_plan_files_it_and_the_supervisor_sees_it(tmp_path: Path) -> None:
    step = {"step": "file", "when": {"customers_out": 1}, "delay": "0 s",
            "do": [{"major_service": True}]}  # fmt: skip
    emergency = {"plan": [step], "review_every": "1 min"}
    there = dark_town(tmp_path, contact=SPARED, emergency=emergency)
    views = Views(there)
    there.run_until(0.5 * HOUR)
    assert views.view(SUPERVISOR)["major_service"] is None
    there.run_until(1.5 * HOUR)
    entry = first(there, MajorServiceFiled)
    assert first(there, PlanStepTaken).seq < entry.seq
    seen = views.view(SUPERVISOR)["major_service"]
    assert seen["customers"] == 390
    assert seen["until_s"] - seen["t_s"] == pytest.approx(2 * HOUR)
