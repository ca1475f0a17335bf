"""How reports are grouped, contradicted and closed; when restoration times are set."""

import math

import pytest

from sim.control.restoration import Estimator
from sim.engine.facts import IncidentClosed, IncidentOpened
from sim.engine.streams import Streams
from sim.scenario.control import RestorationTimes
from tests.control.rooms import Room


def test_a_tripped_breaker_explains_its_feeder() -> None:
    room = Room()
    incident = room.tripped()
    assert room.out() == {f"d/dt{k}": "d/a1@s#1" for k in (1, 2, 3, 4)}
    assert room.room.incidents.customers_out() == 100
    assert incident.customers_most == 100
    room.room.breaker_reported("d/a1@s", True, room.cause)
    assert room.out() == {}
    assert room.changed[-1] == incident.id, "the dispatcher must hear that it is back"


def test_three_reports_of_one_feeder_are_one_incident() -> None:
    room = Room()
    room.suspect("d/dt1", "d/dt2")
    assert [f.device for f in room.facts(IncidentOpened)] == ["d/dt1", "d/dt2"]
    room.suspect("d/dt3")
    assert set(room.out().values()) == {"d/a1@s#1"}
    assert set(room.out()) == {f"d/dt{k}" for k in (1, 2, 3, 4)}
    assert {f.incident: f.why for f in room.facts(IncidentClosed)} == {
        f"d/dt{k}#1": "merged" for k in (1, 2, 3)
    }


def test_reports_of_two_feeders_stay_apart() -> None:
    room = Room()
    room.suspect("d/dt1", "d/dt2", "d/dt5", "d/dt6")
    assert set(room.out()) == {"d/dt1", "d/dt2", "d/dt5", "d/dt6"}
    assert all(incident.startswith("d/dt") for incident in room.out().values())


def test_a_merged_incident_was_not_restored() -> None:
    room = Room()
    room.suspect("d/dt2")
    single = room.room.incidents.on_device("d/dt2")
    assert single is not None
    room.later(60.0)
    feeder = room.tripped()
    assert not single.is_open
    assert math.isnan(single.restored_s)
    room.later(60.0)
    room.moved(feeder, "d/a1@s:close")
    assert feeder.restored_s == 120.0


def test_a_breaker_found_closed_gives_its_reports_back() -> None:
    """Three fuses, taken for a dead feeder: each is looked at once the breaker has answered."""
    room = Room()
    room.suspect("d/dt1", "d/dt2", "d/dt3")
    feeder = room.room.incidents.on_device("d/a1@s")
    assert feeder is not None
    room.room.patrolled(feeder, ["d/a1", "d/a2", "d/a3", "d/a4", "d/t"], [], room.cause)
    assert room.wanted(feeder) == "d/a1@s:close"
    room.moved(feeder, "d/a1@s:close")
    room.room.found_closed("d/a1@s", room.cause)
    assert room.out() == {f"d/dt{k}": f"d/dt{k}#2" for k in (1, 2, 3)}
    assert room.wanted(feeder) == "done"
    # they are known not to be the feeder: a fourth report does not group them again
    room.suspect("d/dt4")
    assert set(room.out().values()) == {f"d/dt{k}#2" for k in (1, 2, 3)} | {"d/dt4#1"}


def test_a_reported_trip_found_closed_changes_nothing() -> None:
    room = Room()
    feeder = room.tripped()
    room.moved(feeder, "d/a1@s:close")
    room.room.found_closed("d/a1@s", room.cause)
    assert room.out() == {}


def test_known_damage_keeps_a_transformer_out_when_its_feeder_is_back() -> None:
    room = Room()
    room.suspect("d/dt3")
    own = room.room.incidents.on_device("d/dt3")
    assert own is not None
    room.room.patrolled(own, ["d/dt3"], ["d/dt3"], room.cause)
    feeder = room.tripped()
    assert room.out()["d/dt3"] == feeder.id
    room.moved(feeder, "d/a1@s:close")
    assert room.out() == {"d/dt3": own.id}
    assert room.beliefs[-1] == (("d/dt1", "d/dt2", "d/dt4"), False)


def test_no_voltage_at_a_live_transformer_means_its_feeder_is_dead() -> None:
    room = Room()
    room.suspect("d/dt3")
    own = room.room.incidents.on_device("d/dt3")
    assert own is not None
    room.room.no_voltage_found(own, room.grid.transformer_ix["d/dt3"], room.cause)
    assert not own.is_open
    assert set(room.out().values()) == {"d/a1@s#1"}
    assert len(room.out()) == 4


def test_whoever_explains_switched_off_customers_cannot_be_closed() -> None:
    room = Room()
    incident = room.tripped()
    assert not room.room.may_close(incident)
    room.moved(incident, "d/a1@s:close")
    assert room.room.may_close(incident)


def test_estimates_are_rounded_up_to_five_minutes() -> None:
    section = RestorationTimes.model_validate({"first": {"constant": "3901 s"}, "margin": "20 %"})
    estimator = Estimator(section, Streams(1))
    room = Room()
    room.later(10.0)
    incident = room.tripped()
    assert estimator.first_s(incident) == 4200.0  # 10 + 3901
    assert estimator.from_crew_s(1000.0, 4600.0) == 5400.0  # 1000 + 1.2 * 3600 = 5320
    later_s = 900.0 + section.review_before + section.extend_by
    assert estimator.extended_s(incident, 900.0) == later_s
    # all that is known is repaired: only switching is left
    incident.damage["d/a3"] = True
    assert estimator.extended_s(incident, 900.0) == 900.0 + section.finish_in
    assert section.finish_in < section.extend_by


def test_a_set_time_is_kept_with_the_first_and_the_count() -> None:
    room = Room()
    incident = room.tripped()
    for at_s in (5000.0, 8000.0):
        room.room.incidents.set_restoration(incident, at_s, "first", room.cause)
    assert (incident.first_restoration_s, incident.restoration_s) == (5000.0, 8000.0)
    assert incident.n_restoration_times == 2


@pytest.mark.parametrize("closed", [True, False])
def test_spans_of_belief_end_where_the_next_begins(closed: bool) -> None:
    room = Room()
    room.suspect("d/dt3")
    room.later(100.0)
    feeder = room.tripped()
    room.later(100.0)
    if closed:
        room.moved(feeder, "d/a1@s:close")
    ix = room.grid.transformer_ix["d/dt3"]
    spans = [each for each in room.room.incidents.belief_spans() if each[0] == ix]
    assert [each[1:] for each in spans] == [
        ("d/dt3#1", 0.0, 100.0),
        ("d/a1@s#1", 100.0, 200.0),
    ]
