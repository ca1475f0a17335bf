"""What control orders where load, voltage, cold load or a lost station set limits."""

from datetime import datetime
from typing import Any

import pytest

from sim.control.capacity import Capacity, worth_of
from sim.control.feeder_alarms import FeederAlarms
from sim.control.incidents import Incident
from sim.grid.assets import Grid
from sim.grid.loads import Loads
from sim.scenario.control import Restoration
from sim.scenario.customers import Customers
from sim.scenario.loads import Loads as LoadsSection
from sim.units import HOUR_S, Calendar
from tests.control.rooms import Room, two_long_feeders
from tests.grid import small


def two_stations(rating: float = 0.1, **district: Any) -> Grid:
    """Return h—s with feeders s-a1-1-a2-2 and s-b1-3, k—r with r-c1-4 and r-e1-5; 1 MW a bus.

    Ties: t (2 to 4, open at 4) and v (3 to 5, open at 5). 0.1 kA are 3.46 MW.
    """
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("k", kv=110.0),
            small.node("s"),
            small.node("r"),
            *(small.node(str(n), customers=10 * n, load_mw=1.0) for n in range(1, 6)),
        ],
        [
            small.transformer("t1", "h", "s", 40.0),
            small.transformer("t2", "k", "r", 40.0),
            small.edge("a1", "s", "1", at_u="CB", rating=rating),
            small.edge("a2", "1", "2", rating=rating),
            small.edge("b1", "s", "3", at_u="CB", rating=rating),
            small.edge("c1", "r", "4", at_u="CB", rating=rating),
            small.edge("e1", "r", "5", at_u="CB", rating=rating),
            small.edge("t", "2", "4", open_at_v=True, rating=rating),
            small.edge("v", "3", "5", open_at_v=True, rating=rating),
        ],
        {"remote_switch_share": 1.0, **district},
    )


def carried_out(room: Room, incident: Incident, at_most: int = 30) -> list[str]:
    """Carry out what is wanted until nothing is, and return it."""
    steps: list[str] = []
    while (wanted := room.wanted(incident)) not in ("wait", "done") and len(steps) < at_most:
        steps.append(wanted)
        for part in wanted.split(" + "):
            task, _, targets = part.partition(" ")
            if task == "repair":
                room.room.repaired(incident, targets, room.cause)
            else:
                room.moved(incident, *(targets or task).split(","))
    return steps


def isolated(room: Room) -> Incident:
    """Return the incident of feeder a with a3 found damaged, cut off and fed up to it."""
    incident = room.tripped()
    room.later(600.0)
    room.room.patrolled(incident, ["d/a1", "d/a2", "d/a3", "d/a4", "d/t"], ["d/a3"], room.cause)
    room.moved(incident, "d/a3@2:open", "d/a3@3:open", "d/a1@s:close")
    return incident


def test_a_lost_station_is_fed_from_another_and_taken_back() -> None:
    room = Room(two_stations(rating=0.2))
    alarms = FeederAlarms(room.room)
    alarms.infeed_reported("d/bush", False, room.cause)
    incident = room.room.incidents.on_device("d/bush")
    assert incident is not None
    assert set(room.out()) == {"d/dt1", "d/dt2", "d/dt3"}
    steps = carried_out(room, incident)
    # one tie alone carries both feeders over the busbar of s, cut off from its transformer
    assert steps == ["d/t1@s:open", "d/t@4:close"] or steps == ["d/t1@s:open", "d/v@5:close"]
    assert room.out() == {}
    assert room.wanted(incident) == "wait"
    alarms.infeed_reported("d/bush", True, room.cause)
    back = carried_out(room, incident)
    assert back == ["d/t1@s:close", steps[1].replace("close", "open")]
    assert room.wanted(incident) == "done"


def test_ties_share_a_lost_station_where_one_cannot_carry_it() -> None:
    """0.1 kA are 3.46 MW: c1 carries 1 already and 2 more, not 3."""
    room = Room(two_stations())
    alarms = FeederAlarms(room.room)
    alarms.infeed_reported("d/bush", False, room.cause)
    incident = room.room.incidents.on_device("d/bush")
    assert incident is not None
    steps = carried_out(room, incident)
    assert {"d/t@4:close", "d/v@5:close"} < set(steps)
    assert room.out() == {}
    alarms.infeed_reported("d/bush", True, room.cause)
    carried_out(room, incident)
    assert room.wanted(incident) == "done"
    assert room.room.picture.positions() == room.room.picture.topology.normal


def test_a_long_tie_is_refused_for_its_voltage() -> None:
    """1 MW over 1 km of cable costs 0.161 / 400 = 0.04 % of 20 kV; the tie is 100 km long."""
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            *(small.node(str(k), customers=10 * k, load_mw=1.0) for k in range(1, 4)),
        ],
        [
            small.transformer("trafo", "h", "s", 40.0),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2"),
            small.edge("b1", "s", "3", at_u="CB"),
            small.edge("t", "2", "3", open_at_v=True, km=100.0),
        ],
        {"remote_switch_share": 1.0},
    )

    def wanted(least: str) -> str:
        room = Room(grid, restoration={"voltage_at_least": least, "source_voltage": 1.0})
        incident = room.tripped()
        room.later(600.0)
        room.room.patrolled(incident, ["d/a1", "d/a2", "d/t"], ["d/a2"], room.cause)
        room.moved(incident, "d/a2@1:open", "d/a2@2:open", "d/a1@s:close")
        return room.wanted(incident)

    # b1 carries 2 MW, the tie 1: 0.08 % and 4.025 % are lost
    assert wanted("95.8 %") == "d/t@3:close"
    assert wanted("95.95 %") == "repair d/a2"


def test_no_more_steps_than_allowed_are_spent() -> None:
    """Shedding bus 3 takes two steps: opening a4 and closing the tie."""
    room = Room(two_long_feeders(rating=0.1), restoration={"steps_at_most": 1})
    assert room.wanted(isolated(room)) == "repair d/a3"


def test_who_counts_for_more_is_supplied_first() -> None:
    """Buses 3 and 4 wait; one can be carried from 6. Bus 4 has more customers."""
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            *(small.node(str(k), customers=10 * k, load_mw=1.0) for k in range(1, 7)),
        ],
        [
            small.transformer("trafo", "h", "s", 40.0),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2"),
            small.edge("a3", "2", "3"),
            small.edge("a4", "2", "4"),
            small.edge("b1", "s", "5", at_u="CB"),
            small.edge("b2", "5", "6", rating=0.06),
            small.edge("t", "2", "6", open_at_v=True),
        ],
        {"remote_switch_share": 1.0, "load_factor": 0.9},
    )

    def kept(**section: Any) -> set[str]:
        room = Room(grid, restoration=section)
        incident = room.tripped()
        room.later(600.0)
        walked = ["d/a1", "d/a2", "d/a3", "d/a4", "d/t"]
        room.room.patrolled(incident, walked, ["d/a1"], room.cause)
        while "repair" not in room.wanted(incident):
            room.moved(incident, *room.wanted(incident).split(" + "))
        return set(room.out())

    # 0.06 kA are 2.08 MW: 6 itself and one more; 2 must be passed to reach 3 or 4
    assert kept() == {"d/dt1", "d/dt3", "d/dt4"}
    # 2 is a bus on the way: without its switch towards the tie nothing beyond is reached
    assert kept(priority_transformers={"d/dt3": 500.0}) == kept()


def test_worth_counts_classes_and_named_transformers() -> None:
    grid = small.two_feeders()
    section = Restoration.model_validate(
        {
            "priority_classes": {"clinic": 11.0},
            "priority_transformers": {grid.transformers[3].id: 500.0},
        }
    )
    customers = Customers.model_validate(
        {"classes": {"home": {"share": 0.9}, "clinic": {"share": 0.1}}}
    )
    assert worth_of(grid, section, customers) == pytest.approx([20, 40, 60, 80 + 500], abs=1e-3)


def warm(grid: Grid, **section: Any) -> Loads:
    monday = Calendar(datetime(2019, 7, 1), "Asia/Shanghai")
    return Loads(grid, LoadsSection.model_validate(section), monday)


def cold_room(grid: Grid) -> Room:
    room = Room(grid)
    loads = warm(grid, cold_load={"factor": 3.0, "grows_over": "10 min", "decays_over": "30 min"})
    room.room.capacity = Capacity(room.room.picture, room.section.restoration, loads)
    return room


def test_after_a_long_outage_a_feeder_comes_back_section_by_section() -> None:
    """4 MW on 0.2 kA (6.93 MW); cold they would be nearly 12."""
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            *(small.node(str(k), customers=10 * k, load_mw=1.0) for k in range(1, 5)),
        ],
        [
            small.transformer("trafo", "h", "s", 40.0),
            small.edge("a1", "s", "1", at_u="CB"),
            small.edge("a2", "1", "2"),
            small.edge("a3", "2", "3"),
            small.edge("a4", "3", "4"),
        ],
        {"remote_switch_share": 1.0},
    )
    room = cold_room(grid)
    incident = room.tripped()
    room.later(3 * HOUR_S)
    room.room.patrolled(incident, ["d/a1", "d/a2", "d/a3", "d/a4"], [], room.cause)
    first = carried_out(room, incident)
    assert first[-1] == "d/a1@s:close"
    assert [each for each in first if each.endswith(":open")]
    assert 0 < len(room.out()) < 4
    assert room.orders(incident).is_held
    for _ in range(12):
        room.later(900.0)
        carried_out(room, incident)
    assert room.out() == {}
    assert room.room.picture.positions() == room.room.picture.topology.normal


def test_without_cold_load_the_breaker_is_closed_at_once_however_loaded() -> None:
    room = Room(two_long_feeders(rating=0.01))
    incident = room.tripped()
    room.later(3 * HOUR_S)
    walked = ["d/a1", "d/a2", "d/a3", "d/a4", "d/t"]
    room.room.patrolled(incident, walked, [], room.cause)
    assert room.wanted(incident) == "d/a1@s:close"


def test_a_tie_must_carry_the_peak_before_the_expected_end_of_repair() -> None:
    """At night the tie could carry both; the peak of noon comes before the repair is done."""
    noon = [0.3] * 11 + [1.0, 1.0] + [0.3] * 11
    classes = {"residential": {"weekday": noon}, "business": {"weekday": noon}}
    for restored_at_h, wanted in ((3.0, "switch d/t@6:close"), (12.0, "switch d/a4@4:open")):
        grid = two_long_feeders(rating=0.1)
        room = Room(grid)
        room.room.capacity = Capacity(
            room.room.picture,
            room.section.restoration,
            warm(grid, follow="profiles", classes=classes),
        )
        incident = isolated(room)
        incident.restoration_s = restored_at_h * HOUR_S
        assert room.wanted(incident) == wanted
