from __future__ import annotations

import pytest

from sim.indicators.information import information
from sim.indicators.response import response, unreported_faults
from sim.indicators.series import crews_by_state
from tests.indicators.tiny import fact, manifest, run_of, table

NAN = float("nan")


def incident(name: str, **more: float) -> dict:
    times = {"t_first_report_s": 0.0, "t_opened_s": 0.0}
    return {"incident": name, "district_ix": 0} | times | more


def value(found: dict, name: str) -> float | None:
    return found[name].value


def test_the_first_notice_is_the_earliest_that_is_no_warning() -> None:
    tables = run_of(
        table(
            "incidents",
            incident("a", t_first_report_s=600.0),
            incident("b", t_first_report_s=0.0),
            incident("c"),
        ),
        table(
            "notices",
            {"notice": "w", "incident": "a", "template": "warning", "t_submitted_s": 0.0},
            {"notice": "2", "incident": "a", "template": "update", "t_submitted_s": 1800.0},
            {"notice": "1", "incident": "a", "template": "estimate", "t_submitted_s": 1200.0},
            {"notice": "3", "incident": "b", "template": "estimate", "t_submitted_s": 1800.0},
        ),
    )
    found = information(tables, manifest())
    assert value(found, "first_notice_min") == pytest.approx((10 + 30) / 2)
    assert value(found, "incidents_with_notice_share") == pytest.approx(2 / 3)


def test_reached_customers_are_those_of_the_best_noticed_notice_of_each_affected_group() -> None:
    size = {1: 80, 2: 20, 3: 50}

    def message(notice: str, group: int, noticed: int, channel: str = "sms") -> dict:
        return {"notice": notice, "channel": channel, "group_ix": group, "noticed": noticed,
                "customers": size[group]}  # fmt: skip

    tables = run_of(
        table("transformers", {"customers": 100}, {"customers": 50}),
        table(
            "groups",
            {"transformer_ix": -1},
            {"transformer_ix": 0, "customers": 80},
            {"transformer_ix": 0, "customers": 20},
            {"transformer_ix": 1, "customers": 50},
        ),
        table(
            "interruptions", {"transformer_ix": 0, "customers": 100, "t_off_s": 0, "t_on_s": 999}
        ),
        table("notices", {"notice": "a"}, {"notice": "b"}, {"notice": "w", "template": "warning"}),
        table(
            "messages",
            message("a", 1, 30),
            message("b", 1, 25),
            message("b", 1, 8, "app"),  # 25 + 8 of the other 55: 30.5 in all
            message("a", 3, 40),  # not affected
            message("w", 2, 20),  # a warning
        ),
    )
    assert value(information(tables, manifest()), "customers_reached_share") == 0.305


def test_the_error_of_a_restoration_time_is_against_the_true_restoration() -> None:
    def belief(incident: str, transformer: int, from_s: float, to_s: float) -> dict:
        return {
            "incident": incident,
            "transformer_ix": transformer,
            "t_from_s": from_s,
            "t_to_s": to_s,
        }

    def outage(transformer: int, off: float, on: float, open_: bool = False) -> dict:
        return {"transformer_ix": transformer, "t_off_s": off, "t_on_s": on, "is_open": open_}

    tables = run_of(
        table(
            "incidents",
            incident("a", first_restoration_s=3600.0, last_restoration_s=9000.0),
            incident("still open", first_restoration_s=100.0),
            incident("false", first_restoration_s=100.0),
            incident("never estimated"),
        ),
        table(
            "beliefs",
            belief("a", 0, 300.0, 7000.0),
            belief("a", 1, 300.0, 7500.0),
            belief("still open", 2, 300.0, 36000.0),
            belief("false", 3, 300.0, 500.0),
            belief("never estimated", 0, 20000.0, 30000.0),
        ),
        table(
            "interruptions",
            outage(0, 0.0, 5000.0),
            outage(1, 0.0, 7200.0),
            outage(0, 20000.0, 25000.0),  # of another incident
            outage(2, 0.0, 36000.0, open_=True),
        ),
    )
    found = information(tables, manifest(end_s=36000.0))
    assert value(found, "first_estimate_error_p50_h") == pytest.approx(1.0)
    assert value(found, "last_estimate_error_p90_h") == pytest.approx(-0.5)
    assert information(run_of(), manifest())["first_estimate_error_p50_h"].reason == "no_estimate"


def test_arrivals_stand_beside_the_commitment_of_their_area() -> None:
    def arrived(minutes: float, district: int) -> dict:
        return {
            "t_first_report_s": 60.0,
            "t_first_arrival_s": 60.0 + 60.0 * minutes,
            "district_ix": district,
        }

    tables = run_of(
        table("districts", {"area": "urban"}, {"area": "rural"}),
        table(
            "incidents",
            arrived(30, 0),
            arrived(45, 0),
            arrived(105, 0),
            arrived(80, 1),
            {"t_first_report_s": 0.0, "district_ix": 0},  # open, overdue
            {"t_first_report_s": 9000.0, "district_ix": 0},  # open, not yet due
            {"t_first_report_s": 0.0, "t_closed_s": 900.0, "district_ix": 0},  # needed no crew
        ),
    )
    found = response(tables, manifest(end_s=10000.0))
    waited_min = 10000.0 / 60.0  # the overdue one, so far
    assert value(found, "arrival_urban_min") == pytest.approx((30 + 45 + 105 + waited_min) / 4)
    assert value(found, "arrival_urban_waiting") == 1
    assert value(found, "arrival_rural_waiting") == 0
    assert value(found, "arrival_urban_commitment_min") == 45.0
    assert value(found, "arrival_urban_within_share") == pytest.approx(2 / 4)
    assert value(found, "arrival_rural_within_share") == 1.0
    assert found["arrival_remote_min"].reason == "no_arrival"
    assert found["arrival_remote_within_share"].reason == "no_due_arrival"


def test_a_run_cut_short_keeps_no_commitment_by_leaving_out_who_still_waits() -> None:
    tables = run_of(
        table("districts", {"area": "urban"}),
        table(
            "incidents",
            {"t_first_report_s": 0.0, "t_first_arrival_s": 600.0},
            *({"t_first_report_s": 0.0} for _ in range(3)),
        ),
    )
    found = response(tables, manifest(end_s=4 * 3600.0))
    assert value(found, "arrival_urban_min") == pytest.approx((10 + 3 * 240) / 4)
    assert value(found, "arrival_urban_within_share") == pytest.approx(1 / 4)
    assert value(found, "arrival_urban_waiting") == 3


def test_switching_by_order_is_counted_and_what_closes_by_itself_is_not() -> None:
    kinds = ("SwitchOperated", "BreakerReclosed", "SwitchOperated", "BreakerReclosed")
    rows = ({"kind": kind, "cause": -1, "fields": "{}"} for kind in kinds)
    tables = run_of(table("facts", *rows))
    assert value(response(tables, manifest()), "switching_operations") == 2


def test_utilisation_counts_travel_and_work_but_no_waiting_for_the_wind() -> None:
    spans = (("idle", 0, 100), ("travelling", 100, 200), ("repairing", 200, 500))
    tables = run_of(
        table(
            "crew_states",
            *({"crew": "a", "state": s, "t_from_s": f, "t_to_s": t} for s, f, t in spans),
            {"crew": "b", "state": "stood_down", "t_from_s": 0, "t_to_s": 500},
        )
    )
    found = response(tables, manifest(end_s=500.0))
    assert value(found, "crew_utilisation_share") == pytest.approx(400 / 1000)
    states = crews_by_state(tables, manifest(end_s=500.0))
    assert states["travelling"].values.tolist() == [0, 1, 0, 0]
    assert states["repairing"].values[-1] == 1
    assert response(run_of(), manifest())["crew_utilisation_share"].reason == "no_crew"


def test_a_fault_is_known_by_its_evidence_by_a_patrol_or_not_at_all() -> None:
    def struck(name: str, asset: str, at: float = 10.0, kind: str = "permanent") -> dict:
        return {"fault": name, "asset": asset, "kind": kind, "t_struck_s": at}

    tables = run_of(
        table(
            "faults",
            struck("seen#1", "seen"),
            struck("found#1", "found"),
            struck("found#2", "found", at=500.0),  # the patrol came before it
            struck("hidden#1", "hidden"),
            struck("retripped#1", "retripped"),
            struck("blink#1", "blink", kind="temporary"),
        ),
        table(
            "facts",
            fact(0, "FaultStruck", -1, "seen#1"),
            fact(1, "FaultStruck", -1, "found#1"),
            fact(2, "FaultStruck", -1, "hidden#1"),
            fact(3, "FaultStruck", -1, "retripped#1"),
            fact(4, "BreakerTripped", 0, "cb", fault="seen#1"),
            fact(5, "SupplyLost", 4, "cb"),
            fact(6, "SupplyLost", 2, "fuse"),  # nobody told the control room
            fact(7, "TroubleReported", 5, "tr1"),
            fact(8, "PatrolEnded", 7, "crew", t_s=300.0, found="found"),
            fact(9, "PatrolEnded", 7, "crew", t_s=400.0, found=""),
            fact(10, "BreakerTripped", 8, "cb", fault="retripped#1"),
            fact(11, "BreakerStateReported", 10, "cb", closed=False),
            fact(12, "BreakerTripped", 2, "cb", fault="hidden#1"),
            fact(13, "BreakerStateReported", 12, "cb", closed=True),  # reclosed: nothing to see
            fact(14, "FaultIndicated", 12, "cb", section=""),
        ),
    )
    assert unreported_faults(tables) == ["found#2", "hidden#1"]
    found = response(tables, manifest())
    assert value(found, "faults_never_reported") == 2
    assert value(found, "faults") == 6
    assert value(found, "permanent_faults") == 5
