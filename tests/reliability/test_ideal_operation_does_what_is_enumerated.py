"""Random feeders: each fault played on the engine, beside what the enumeration says of it."""

import math
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
from sim.reliability.assess import Spans, assess
from sim.reliability.components import failing_components
from sim.reliability.effects import Effects
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection as Practice
from sim.scenario.reliability import Reliability
from sim.world.ideal import IdealOperation
from tests.grid import small
from tests.reliability.test_effects_are_those_of_protection import grids
from tests.reliability.test_settings_and_devices_count import with_ratings

ALL = Steady.model_validate({"breaker_per_year": 1, "switch_per_year": 1, "busbar_per_year": 1})
AT_ONCE = {
    "trip_delay": "0 s",
    "fuse_delay": "0 s",
    "dead_times": [],
    "recloser": {"dead_times": [], "fast_operations": 0, "delay": "0 s"},
}


def played(grid: Grid, asset: str, chosen: Reliability, practice: Practice) -> dict[int, float]:
    """Return the hours each load point is out when an asset fails once, momentary ones left out.

    Reclosing onto the fault for less than 5 s ends nothing.
    """
    clock = Clock()
    journal = Journal(lambda: clock.now)
    topology = Topology(grid)
    streams = Streams(1)
    state = GridState(topology)
    protection = Protection(clock, journal, grid, state, practice, streams)
    areas = [0] * topology.n_zones
    luck = streams.trait("transfer")
    ideal = IdealOperation(clock, protection, state, chosen, practice, areas, luck)
    spans: dict[int, list[list[float]]] = {}

    def lost(fact: SupplyLost, _seq: int) -> None:
        for each in fact.transformers:
            mine = spans.setdefault(grid.transformer_ix[each], [])
            if mine and clock.now - mine[-1][1] < 5.0:
                mine[-1][1] = math.inf
            else:
                mine.append([clock.now, math.inf])

    def back(fact: SupplyRestored, _seq: int) -> None:
        for each in fact.transformers:
            spans[grid.transformer_ix[each]][-1][1] = clock.now

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
    assert state.positions() == topology.normal
    found = {ix: [end - start for start, end in mine] for ix, mine in spans.items()}
    lasting = {ix: [s for s in mine if s > 180.0] for ix, mine in found.items()}
    assert all(len(mine) <= 1 for mine in lasting.values()), "out twice for one fault"
    return {ix: mine[0] / 3600 for ix, mine in lasting.items() if mine}


@settings(max_examples=50, deadline=None)
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
    effects = Effects(topology, chosen, practice)
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


@settings(max_examples=50, deadline=None)
@given(grids(), st.floats(0.003, 0.06), st.data())
def test_ratings_hold_back_the_same_ties(grid: Grid, rating_ka: float, data: st.DataObject) -> None:
    tight = with_ratings(grid, rating_ka)
    chosen, practice = Reliability(ratings="kept"), Practice.model_validate(AT_ONCE)
    topology = Topology(tight)
    effects = Effects(topology, chosen, practice)
    spans = Spans(effects, chosen, 0.05, practice)
    failing = data.draw(st.sampled_from(list(failing_components(topology, ALL, chosen))))
    expected: dict[int, float] = {}
    for _share, run, h in spans.of(failing):
        expected.update((ix, h) for ix in effects.tree.points[run.start : run.end])
    assert played(tight, failing.id, chosen, practice) == pytest.approx(expected, abs=0.001)


AUTOMATIC = st.sampled_from(
    ["", "LBS", "LBS", "SECTIONALISER", "SECTIONALISER", "RECLOSER", "FUSE"]
)


@settings(max_examples=50, deadline=None)
@given(grids(AUTOMATIC), st.data())
def test_sectionalisers_leave_what_lies_before_them_in_supply(
    grid: Grid, data: st.DataObject
) -> None:
    chosen, practice = Reliability(), Practice()
    topology = Topology(grid)
    effects = Effects(topology, chosen, practice)
    spans = Spans(effects, chosen, 0.05, practice)
    failing = data.draw(st.sampled_from(list(failing_components(topology, ALL, chosen))))
    expected: dict[int, float] = {}
    for _share, run, h in spans.of(failing):
        expected.update((ix, h) for ix in effects.tree.points[run.start : run.end])
    assert played(grid, failing.id, chosen, practice) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("dead_times", "before_h"), [(["2 s"], 0.0), ([], 1.0)])
def test_a_sectionaliser_needs_a_breaker_that_recloses(
    dead_times: list[str], before_h: float
) -> None:
    nodes = [small.node("h", kv=110.0), small.node("s")]
    nodes += [small.node(name, customers=10) for name in "12"]
    grid = small.grid(
        nodes,
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB", at_v=""),
            small.edge("a2", "1", "2", at_u="SECTIONALISER", at_v=""),
        ],
        {"remote_switch_share": 0.0},
    )
    practice = Practice.model_validate({"dead_times": dead_times})
    chosen = Reliability.model_validate({"cable_repair": "6 h"})
    found = assess(grid, Steady(transformer_per_year=0), chosen, practice=practice)
    rate = 0.04
    assert [each.unavailable_h_per_year for each in found.load_points] == pytest.approx(
        [rate * (6.0 + before_h), rate * 12.0]
    )
