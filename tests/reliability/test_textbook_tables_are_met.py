"""A worked system of the textbook: fuses, disconnects, fuses that fail, limited transfer."""

from typing import Any

import pytest

from sim.grid.assets import Grid
from sim.reliability.assess import assess
from sim.reliability.indices import Indices
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.world.years import simulate
from tests.reliability.textbook import PRINTED, radial

CALM = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=0)
FAILING = Protection.model_validate({"failure": {"fuse_share": 0.1}})
CASES: dict[str, tuple[Grid, dict[str, Any], Protection]] = {
    "base": (radial(fuses=False, disconnects=False), {}, Protection()),
    "fuses": (radial(disconnects=False), {}, Protection()),
    "disconnects": (radial(), {}, Protection()),
    "fuses that fail": (radial(), {}, FAILING),
    "alternative supply": (radial(alternative=True), {}, Protection()),
    "limited transfer": (radial(alternative=True), {"transfer_share": 0.6}, Protection()),
}


def found(name: str) -> Indices:
    grid, more, practice = CASES[name]
    settings = Reliability.model_validate({"switching_time": "0.5 h", **more})
    return assess(grid, CALM, settings, practice=practice).system


@pytest.mark.parametrize("name", PRINTED)
def test_every_printed_index_comes_out(name: str) -> None:
    each = found(name)
    values = (each.saifi, each.saidi_h, each.caidi_h, each.asai, each.ens_mwh, each.aens_kwh)
    units = (0.01, 0.01, 0.01, 1e-6, 0.1, 0.1)
    for value, printed, unit in zip(values, PRINTED[name], units, strict=True):
        assert value == pytest.approx(printed, abs=0.5001 * unit), (name, printed)


@pytest.mark.parametrize("name", ["fuses that fail", "limited transfer"])
def test_simulated_years_agree(name: str) -> None:
    grid, more, practice = CASES[name]
    settings = Reliability.model_validate({"switching_time": "0.5 h", **more})
    years = simulate(grid, CALM, settings, 1500, 1, practice=practice)
    exact = found(name)
    for index in ("saifi", "saidi_h", "ens_mwh"):
        each = getattr(years, index)
        # faults that overlap make a little more or less than their sum
        assert abs(each.mean - getattr(exact, index)) < 3 * each.error + 0.002 * each.mean
