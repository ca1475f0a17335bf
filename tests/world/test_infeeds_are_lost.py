"""A source bus loses its supply: telecontrol tells, customers wait, and it comes back."""

from pathlib import Path

import pytest

from sim.engine.facts import (
    CrewAssigned,
    IncidentClosed,
    IncidentOpened,
    InfeedReported,
    SupplyLost,
    SupplyRestored,
)
from sim.world.inputs import Inputs
from tests.world.laws import check, check_end
from tests.world.town import event, facts, first, load, world

LOSS = {"at": "1 h", "asset": "d/bush", "kind": "supply", "lasts": "90 min"}


def test_everything_fed_from_it_is_dark_for_the_given_time_and_nobody_is_sent(
    tmp_path: Path,
) -> None:
    town = world(tmp_path, events=[LOSS])
    while not town.is_over:
        town.clock.step()
        check(town)
    assert first(town, SupplyLost).t_s == 3600.0
    assert first(town, SupplyLost).fact.customers == town.grid.n_customers
    assert first(town, SupplyRestored).t_s == 3600.0 + 5400.0
    assert [entry.fact.live for entry in facts(town, InfeedReported)] == [False, True]
    (opened,) = facts(town, IncidentOpened)
    assert opened.fact.device == "d/bush"
    assert first(town, IncidentClosed).fact.why == "restored"
    assert not facts(town, CrewAssigned)
    check_end(town)


def test_a_fault_meanwhile_is_found_afterwards(tmp_path: Path) -> None:
    town = world(tmp_path, events=[LOSS, event("80 min", "d/a3")])
    while not town.is_over:
        town.clock.step()
        check(town)
    check_end(town)


def test_a_district_stands_for_all_of_its_source_buses(tmp_path: Path) -> None:
    town = world(tmp_path, events=[{**LOSS, "asset": "d"}])
    town.run_until(4000.0)
    assert town.state.customers_supplied == 0


def test_only_a_source_bus_is_accepted(tmp_path: Path) -> None:
    scenario = load(tmp_path, events=[{**LOSS, "asset": "d/buss"}]).scenario
    (found,) = Inputs().problems(scenario)
    assert "no bus fed from outside is called 'd/buss'" in str(found[1])
    with pytest.raises(Exception, match="no bus fed from outside"):
        world(tmp_path, events=[{**LOSS, "asset": "d/buss"}])
