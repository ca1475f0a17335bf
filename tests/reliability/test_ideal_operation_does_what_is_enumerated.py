"""Random feeders: each fault played on the engine, beside what the enumeration says of it."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.engine.clock import Clock
from sim.engine.facts import BreakerFailed, FaultStruck, SupplyLost, SupplyRestored
from sim.engine.journal import Journal
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.protection.relays import Protection
from sim.reliability.assess import Spans
from sim.reliability.components import failing_components
from sim.reliability.effects import Effects
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection as Practice
from sim.scenario.reliability import Reliability
from sim.world.ideal import IdealOperation
from tests.reliability.test_effects_are_those_of_protection import grids

ALL = Steady.model_validate({"breaker_per_year": 1, "switch_per_year": 1, "busbar_per_year": 1})
AT_ONCE = {"trip_delay": "0 s", "fuse_delay": "0 s", "dead_times": []}


def played(grid: Grid, asset: str, chosen: Reliability, practice: Practice) -> dict[int, float]:
    """Return the hours each load point is out when an asset fails once."""
    clock = Clock()
    journal = Journal(lambda: clock.now)
    topology = Topology(grid)
    streams = Streams(1)
    state = GridState(topology)
    protection = Protection(clock, journal, grid, state, practice, streams)
    areas = [0] * topology.n_zones
    luck = streams.trait("transfer")
    ideal = IdealOperation(clock, protection, state, chosen, areas, luck)
    out: dict[int, float] = {}
    hours: dict[int, float] = {}

    def lost(fact: SupplyLost, _seq: int) -> None:
        out.update((grid.transformer_ix[each], clock.now) for each in fact.transformers)

    def back(fact: SupplyRestored, _seq: int) -> None:
        for each in fact.transformers:
            ix = grid.transformer_ix[each]
            assert ix not in hours, "out twice for one fault"
            hours[ix] = (clock.now - out.pop(ix)) / 3600

    journal.freeze(
        {
            FaultStruck: [ideal.struck],
            BreakerFailed: [ideal.device_failed],
            SupplyLost: [lost],
            SupplyRestored: [back],
        }
    )
    clock.call_at(1.0, lambda: protection.strike(asset, "permanent", "given"))
    clock.run()
    assert not out
    assert state.positions() == topology.normal
    return hours


@settings(max_examples=60, deadline=None)
@given(grids(), st.sampled_from(["fault", "isolation"]), st.booleans(), st.data())
def test_every_load_point_is_out_as_long(
    grid: Grid, starts: str, device_fails: bool, data: st.DataObject
) -> None:
    chosen = Reliability.model_validate({"repair_starts": starts, "overhead_repair": "3 h"})
    share = 1.0 if device_fails else 0.0
    settings_: dict[str, Any] = {**AT_ONCE, "failure": {"share": share, "fuse_share": share}}
    settings_["failure"]["backup_delay"] = "0 s"
    practice = Practice.model_validate(settings_)
    topology = Topology(grid)
    effects = Effects(topology, chosen)
    spans = Spans(effects, chosen, 0.0, practice)
    components = list(failing_components(topology, ALL, chosen))
    failing = data.draw(st.sampled_from(components))
    # that one of several devices fails to open is not enumerated
    assume(not device_fails or len(spans.cases(failing)[0][1].devices) == 1)
    expected: dict[int, float] = {}
    for case_share, run, h in spans.all_of(failing):
        if case_share:
            expected.update((ix, h) for ix in effects.tree.points[run.start : run.end])
    assert played(grid, failing.id, chosen, practice) == pytest.approx(expected)
