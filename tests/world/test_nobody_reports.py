"""A fault nobody reported is not repaired; each kind of report alone leads to its repair."""

from pathlib import Path
from typing import Any

import pytest

from sim.engine.facts import CrewAssigned, IncidentOpened, SupplyLost
from sim.world.collect import collect
from tests.world.laws import check_end
from tests.world.town import event, facts, finish, world

DEAF: dict[str, Any] = {
    "telecontrol": {"stale_share": 1},
    "indicators": {"feeder_share": 1},
    "last_gasp": {"reported_share": 0},
}
SILENT = {"classes": {"all": {"share": 1, "call_share": 0}}}
TALKING = {"classes": {"all": {"share": 1, "call_share": 1}}}


@pytest.mark.parametrize("asset", ["d/a3", "d/dt3"])
def test_a_fault_nobody_reports_stays_to_the_horizon(tmp_path: Path, asset: str) -> None:
    town = finish(world(tmp_path, events=[event("1 h", asset)], control=DEAF, customers=SILENT))
    assert facts(town, SupplyLost)
    assert not facts(town, IncidentOpened, CrewAssigned)
    assert town.clock.now == town.scenario.run.at_most
    assert town.state.customers_out > 0
    rows = collect(town)["interruptions"]
    assert rows["is_open"].any()
    assert (rows["t_on_s"][rows["is_open"]] == town.clock.now).all()


@pytest.mark.parametrize("asset", ["d/a3", "d/dt3"])
@pytest.mark.parametrize(
    ("hears", "says"),
    [
        ({}, TALKING),
        ({"last_gasp": {"reported_share": 1}}, SILENT),
    ],
    ids=["calls", "gasps"],
)
def test_one_kind_of_report_is_enough(
    tmp_path: Path, asset: str, hears: dict[str, Any], says: dict[str, Any]
) -> None:
    town = finish(
        world(tmp_path, events=[event("1 h", asset)], control=DEAF | hears, customers=says)
    )
    assert facts(town, CrewAssigned)
    check_end(town)


def test_telecontrol_alone_is_enough_for_a_feeder(tmp_path: Path) -> None:
    hears = DEAF | {"telecontrol": {"stale_share": 0}}
    town = finish(world(tmp_path, events=[event("1 h", "d/a3")], control=hears, customers=SILENT))
    check_end(town)
