"""What was walked before the newest evidence of a fault is walked again: no circles."""

from sim.control.feeder_alarms import FeederAlarms
from sim.control.incidents import Incident
from sim.grid.assets import Grid
from tests.control.rooms import Room, two_long_feeders
from tests.grid import small

FEEDER = ("d/a1", "d/a2", "d/a3", "d/a4", "d/t")


def walked(room: Room, *names: str) -> Incident:
    """Return the incident of a tripped feeder whose sections were walked and found whole."""
    incident = room.tripped()
    room.room.patrolled(incident, names or FEEDER, (), room.cause)
    return incident


def remote() -> Room:
    return Room(two_long_feeders(remote_switch_share=1.0))


def test_all_sections_of_an_indicated_block_are_walked_again() -> None:
    room = remote()
    incident = walked(room)
    FeederAlarms(room.room).block_indicated("d/a1@s", ["d/a2", "d/a3"], room.cause)
    assert incident.walked == {"d/a1", "d/a4", "d/t"}


def test_a_lock_towards_a_section_sends_crews_back_there() -> None:
    room = remote()
    incident = walked(room)
    FeederAlarms(room.room).lock_reported("d/a3@2", "d/a3", room.cause)
    assert incident.walked == set(FEEDER) - {"d/a3"}


def test_a_lock_towards_a_bus_concerns_all_up_to_the_next_automatic_switch() -> None:
    room = Room()  # by hand throughout: whatever is closed lies in one block
    incident = walked(room)
    room.moved(incident, "d/a2@2:open", "d/a4@3:open")
    FeederAlarms(room.room).lock_reported("d/a2@2", "", room.cause)
    assert incident.walked == {"d/a1", "d/a2", "d/a4", "d/t"}
    assert room.wanted(incident) != "done"


def test_a_lock_towards_a_bus_alone_concerns_the_lines_beside_it() -> None:
    room = remote()
    incident = walked(room)
    FeederAlarms(room.room).lock_reported("d/a2@2", "", room.cause)
    assert incident.walked == {"d/a1", "d/a4", "d/t"}


def test_a_lock_towards_known_damage_is_no_news() -> None:
    room = remote()
    incident = walked(room, "d/a1", "d/a2", "d/a3")
    room.room.patrolled(incident, ["d/a3"], ["d/a3"], room.cause)
    FeederAlarms(room.room).lock_reported("d/a3@2", "d/a3", room.cause)
    assert incident.walked == {"d/a1", "d/a2", "d/a3"}
    assert not incident.suspected


def test_what_an_automatic_switch_dropped_before_the_trip_was_heard_of_is_walked_again() -> None:
    for heard_first in (True, False):
        room = remote()
        incident = walked(room, "d/a1", "d/a2", "d/a3", "d/a4", "d/t")
        room.room.breaker_reported("d/a1@s", True, room.cause)
        alarms = FeederAlarms(room.room)
        if heard_first:
            alarms.switch_reported("d/a3@2", False, room.cause)
        room.tripped()
        assert "d/a3" not in incident.walked
        assert "d/a4" not in incident.walked


def ring_in_a_feeder() -> Grid:
    """Return s-a1-1-a2-2-a3-3 with the tie r (1 to 3, open at 3)."""
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            *(small.node(str(k), customers=10 * k, load_mw=1.0) for k in range(1, 4)),
        ],
        [
            small.transformer("trafo", "h", "s", 40.0),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2"),
            small.edge("a3", "2", "3"),
            small.edge("r", "1", "3", open_at_v=True),
        ],
        {"remote_switch_share": 0.0},
    )


def test_a_tie_within_a_feeder_that_met_a_fault_sends_crews_behind_it_only() -> None:
    room = Room(ring_in_a_feeder())
    incident = walked(room, "d/a2", "d/a3")
    room.moved(incident, "d/a2@1:open", "d/a1@s:close", "d/r@3:close")
    room.tripped()
    assert room.wanted(incident) == "switch d/r@3:open"
    room.moved(incident, "d/r@3:open")
    # a1 and r were well until then, and never walked
    assert not incident.walked & {"d/a2", "d/a3"}


def test_a_tie_is_suspected_no_longer_once_the_breaker_is_reported_closed() -> None:
    room = Room(ring_in_a_feeder())
    incident = walked(room, "d/a2", "d/a3")
    room.moved(incident, "d/a2@1:open", "d/a1@s:close", "d/r@3:close")
    room.tripped()
    assert room.wanted(incident) == "switch d/r@3:open"
    room.room.breaker_reported("d/a1@s", True, room.cause)
    assert room.wanted(incident) != "switch d/r@3:open"


def test_a_fault_met_in_a_lost_infeed_is_searched_for_by_its_feeder() -> None:
    room = remote()
    alarms = FeederAlarms(room.room)
    alarms.infeed_reported("d/bush", False, room.cause)
    alarms.switch_reported("d/a3@2", False, room.cause)
    supply = room.room.incidents.on_device("d/bush")
    assert supply is not None
    assert supply.opened_switches == {room.grid.switch_ix["d/a3@2"]}
    alarms.lock_reported("d/a3@2", "d/a3", room.cause)
    feeder = room.room.incidents.on_device("d/a1@s")
    assert feeder is not None
    assert feeder.opened_switches == {room.grid.switch_ix["d/a3@2"]}
    assert not supply.opened_switches
    assert room.out() == {
        **dict.fromkeys(("d/dt1", "d/dt2", "d/dt3", "d/dt4"), feeder.id),
        **dict.fromkeys(("d/dt5", "d/dt6"), supply.id),
    }


def test_a_tie_of_a_lost_infeed_that_met_a_fault_is_given_up() -> None:
    room = Room()
    alarms = FeederAlarms(room.room)
    room.moved(None, "d/a2@1:open")
    alarms.infeed_reported("d/bush", False, room.cause)
    supply = room.room.incidents.on_device("d/bush")
    assert supply is not None
    alarms.infeed_reported("d/bush", True, room.cause)
    room.moved(supply, "d/t@6:close")
    incident = room.tripped("d/b1@s")
    room.moved(incident, "d/t@6:open")
    assert room.grid.switch_ix["d/t@6"] in supply.refused_ties


def test_a_tie_that_closed_a_ring_by_itself_is_opened_again_by_the_feeders_incident() -> None:
    room = Room(ring_in_a_feeder())
    incident = room.tripped()
    room.room.breaker_reported("d/a1@s", True, room.cause)
    FeederAlarms(room.room).switch_reported("d/r@3", True, room.cause)
    assert incident.closed_ties == {room.grid.switch_ix["d/r@3"]}
