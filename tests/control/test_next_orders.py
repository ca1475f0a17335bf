"""What control would do next, from what it believes: a search step by step."""

import pytest

from sim.control.incidents import Incident
from tests.control.rooms import Room, two_long_feeders

WALK_ALL = "patrol d/a1,d/a2,d/a3,d/a4,d/t"


def searched(room: Room, *damage: str, walked: str = "d/a1,d/a2,d/a3,d/a4,d/t") -> Incident:
    incident = room.tripped()
    room.later(600.0)
    room.room.patrolled(incident, walked.split(","), damage, room.cause)
    return incident


def test_it_waits_for_indicators_then_walks_the_feeder_outwards() -> None:
    room = Room()
    incident = room.tripped()
    assert room.wanted(incident) == "wait"
    room.later(6 * 60.0)
    assert room.wanted(incident) == WALK_ALL


def test_an_indicated_section_is_walked_first_and_at_once() -> None:
    room = Room()
    incident = room.tripped()
    room.room.indicated("d/a1@s", "d/a3", room.cause)
    assert room.wanted(incident) == "patrol d/a3,d/a1,d/a2,d/a4,d/t"


def test_indicators_that_say_nothing_end_the_wait() -> None:
    room = Room()
    incident = room.tripped()
    room.room.indicated("d/a1@s", "", room.cause)
    assert room.wanted(incident) == WALK_ALL


def test_a_section_indicated_between_remote_switches_is_cut_off_at_once() -> None:
    room = Room(two_long_feeders(remote_switch_share=1.0))
    incident = room.tripped()
    room.room.indicated("d/a1@s", "d/a3", room.cause)
    assert room.wanted(incident) == "d/a3@2:open + d/a3@3:open"
    room.moved(incident, "d/a3@2:open", "d/a3@3:open")
    assert room.wanted(incident) == "d/a1@s:close"
    room.moved(incident, "d/a1@s:close")
    assert room.wanted(incident) == "d/t@6:close"
    room.moved(incident, "d/t@6:close")
    assert room.wanted(incident) == "patrol d/a3"
    room.room.patrolled(incident, ["d/a3"], [], room.cause)
    assert room.wanted(incident) == "d/a3@2:close"


def test_damage_is_isolated_bypassed_repaired_and_undone() -> None:
    room = Room()
    incident = searched(room, "d/a3", walked="d/a1,d/a2,d/a3")
    steps = []
    for _ in range(20):
        wanted = room.wanted(incident)
        steps.append(wanted)
        if wanted == "done":
            break
        task, _, targets = wanted.partition(" ")
        if task == "repair":
            room.room.repaired(incident, targets, room.cause)
        else:
            room.moved(incident, *(targets or task).split(","))
        room.later(600.0)
    assert steps == [
        "switch d/a3@2:open,d/a3@3:open",
        "d/a1@s:close",
        "switch d/t@6:close",
        "repair d/a3",
        "switch d/a3@2:close",
        "switch d/a3@3:close",
        "switch d/t@6:open",
        "done",
    ]


def test_nothing_unwalked_is_supplied_by_a_careful_room() -> None:
    room = Room(supply_unpatrolled=False)
    incident = searched(room, "d/a3", walked="d/a1,d/a2,d/a3")
    room.moved(incident, "d/a3@2:open", "d/a3@3:open", "d/a1@s:close")
    assert room.wanted(incident) == "repair d/a3"  # and not the tie to bus 4
    room.room.repaired(incident, "d/a3", room.cause)
    assert room.wanted(incident) == "switch d/a3@2:close"
    room.moved(incident, "d/a3@2:close")
    # beyond a3 nobody has walked
    assert room.wanted(incident) == "patrol d/a4,d/t"
    room.room.patrolled(incident, ["d/a4", "d/t"], [], room.cause)
    # walked, it may come back over a3 as well as over the tie, which is asked first
    assert room.wanted(incident) == "switch d/t@6:close"


def test_tries_run_out() -> None:
    room = Room(switching_tries=1)
    incident = searched(room, "d/a2", walked="d/a1,d/a2")
    room.moved(incident, "d/a2@1:open", "d/a2@2:open")
    room.later(600.0)
    room.moved(incident, "d/a1@s:close")
    assert room.wanted(incident) == "switch d/t@6:close"
    incident.tries = 1
    assert room.wanted(incident) == "repair d/a2"


def test_a_tie_supplies_what_it_can_carry_and_the_rest_is_shed() -> None:
    """2 MW stand behind a3 (buses 3 and 4); b1 carries 2 already, 0.1 kA are 3.46 MW."""
    room = Room(two_long_feeders(rating=0.1))
    incident = searched(room, "d/a3")
    room.moved(incident, "d/a3@2:open", "d/a3@3:open", "d/a1@s:close")
    steps = []
    while room.wanted(incident) != "done" and len(steps) < 20:
        assert room.orders(incident).is_held == (len(steps) in (0, 1, 2))
        steps.append(room.wanted(incident))
        task, _, targets = steps[-1].partition(" ")
        if task == "repair":
            room.room.repaired(incident, targets, room.cause)
        else:
            room.moved(incident, *(targets or task).split(","))
    assert steps == [
        "switch d/a4@4:open",
        "switch d/t@6:close",
        "repair d/a3",
        "switch d/a3@2:close",
        "switch d/a3@3:close",
        "switch d/a4@4:close",
        "switch d/t@6:open",
    ]


def test_customers_come_back_before_other_damage_is_repaired() -> None:
    """Damage in a2 and a3, a2 repaired: bus 2 waits for nothing."""
    room = Room()
    incident = searched(room, "d/a2", "d/a3")
    room.moved(incident, "d/a2@1:open", "d/a2@2:open", "d/a3@2:open", "d/a3@3:open")
    room.moved(incident, "d/a1@s:close", "d/t@6:close")
    assert room.wanted(incident) == "repair d/a2"
    room.room.repaired(incident, "d/a2", room.cause)
    assert room.wanted(incident) == "switch d/a2@1:close"
    room.moved(incident, "d/a2@1:close")
    assert room.wanted(incident) == "switch d/a2@2:close"
    room.moved(incident, "d/a2@2:close")
    assert room.wanted(incident) == "repair d/a3"


def test_a_temporary_fault_is_walked_and_switched_on_again() -> None:
    room = Room()
    incident = searched(room)
    assert room.wanted(incident) == "d/a1@s:close"
    room.moved(incident, "d/a1@s:close")
    assert room.wanted(incident) == "done"


def test_after_a_trip_onto_all_walked_sections_all_is_walked_again() -> None:
    room = Room()
    incident = searched(room)
    room.moved(incident, "d/a1@s:close")
    again = room.tripped()
    assert again is incident
    assert room.wanted(incident) == WALK_ALL


def test_a_feeder_blames_the_tie_that_was_just_closed_onto_it() -> None:
    room = Room()
    mine = searched(room, "d/a2", walked="d/a1,d/a2")
    room.moved(mine, "d/a2@1:open", "d/a2@2:open", "d/a1@s:close", "d/t@6:close")
    room.later(10.0)
    neighbour = room.tripped("d/b1@s")
    assert room.wanted(neighbour) == "switch d/t@6:open"
    room.moved(neighbour, "d/t@6:open")
    assert room.wanted(neighbour) == "d/b1@s:close"
    room.moved(neighbour, "d/b1@s:close")
    assert room.wanted(neighbour) == "done"
    # what came over the tie is again the business of its own feeder, which leaves the tie alone
    assert {k: v for k, v in room.out().items() if v == mine.id} == {
        "d/dt2": mine.id,
        "d/dt3": mine.id,
        "d/dt4": mine.id,
    }
    assert room.wanted(mine) == "repair d/a2"
    # the known damage was cut off when it tripped: its repair says nothing about the rest
    room.room.repaired(mine, "d/a2", room.cause)
    assert room.wanted(mine) != "switch d/t@6:close"
    incident_walks = ["d/a3", "d/a4", "d/t"]
    room.room.patrolled(mine, incident_walks, [], room.cause)
    assert room.wanted(mine) == "switch d/t@6:close"
    # it trips again: what was walked in vain must be walked again before the next try
    room.moved(mine, "d/t@6:close")
    room.later(10.0)
    neighbour = room.tripped("d/b1@s")
    room.moved(neighbour, "d/t@6:open", "d/b1@s:close")
    assert room.wanted(mine) != "switch d/t@6:close"


def test_a_feeder_tripped_long_after_the_tie_is_searched() -> None:
    room = Room()
    mine = searched(room, "d/a2", walked="d/a1,d/a2,d/a3,d/a4,d/t")
    room.moved(mine, "d/a2@1:open", "d/a2@2:open", "d/a1@s:close", "d/t@6:close")
    room.later(3600.0)
    neighbour = room.tripped("d/b1@s")
    room.later(3600.0)
    assert room.wanted(neighbour).startswith("patrol d/b1,")


def test_a_single_transformer_is_looked_at_then_repaired_or_let_go() -> None:
    room = Room()
    room.suspect("d/dt3")
    incident = room.room.incidents.on_device("d/dt3")
    assert incident is not None
    assert room.wanted(incident) == "check d/dt3"
    room.room.patrolled(incident, ["d/dt3"], ["d/dt3"], room.cause)
    assert room.wanted(incident) == "repair d/dt3"
    room.room.repaired(incident, "d/dt3", room.cause)
    assert room.wanted(incident) == "done"
    room.suspect("d/dt5")
    other = room.room.incidents.on_device("d/dt5")
    assert other is not None
    room.room.patrolled(other, ["d/dt5"], [], room.cause)
    assert room.wanted(other) == "done"


@pytest.mark.parametrize("device", ["d/a2@1", "d/a3@3"])
def test_what_a_neighbour_opened_to_isolate_is_no_way_to_supply(device: str) -> None:
    room = Room()
    mine, neighbour = room.tripped(), room.tripped("d/b1@s")
    room.later(600.0)
    room.moved(neighbour, f"{device}:open")
    room.moved(mine, "d/a1@s:close")
    assert device not in room.wanted(mine)
