"""Ratings, remote switches, counting from isolation, mid-feeder breakers, station transformers."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.grid.assets import Grid
from sim.grid.topology import Topology
from sim.reliability.assess import assess
from sim.reliability.effects import Effects
from sim.reliability.headroom import Headroom
from sim.reliability.indices import Assessment, LoadPoint
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from tests.grid import small
from tests.reliability.test_effects_are_those_of_protection import grids

CALM = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=0)


def failing(edge: Any, per_year: float = 1.0, repair_h: float = 6.0) -> Any:
    return replace(edge, failures_per_year=per_year, repair_h=repair_h)


def tied(*, remote: float = 0.0, rating: float = 0.2) -> Grid:
    """Return s —CB— a1 — 1 —LBS LBS— a2 — 2 ⋯ 4 — b1 —CB— s, where only a1 fails."""
    return small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=10, load_mw=1.0),
            small.node("2", customers=20, load_mw=3.0),
            small.node("4", customers=40, load_mw=4.0),
        ],
        [
            small.transformer("trafo", "h", "s"),
            failing(small.edge("a1", "s", "1", at_u="CB", at_v="")),
            small.edge("a2", "1", "2"),
            small.edge("b1", "s", "4", at_u="CB", at_v="", rating=rating),
            small.edge("t", "2", "4", open_at_v=True, rating=rating),
        ],
        {"remote_switch_share": remote},
    )


def assessed(grid: Grid, momentary_s: float = 180.0, **chosen: Any) -> Assessment:
    return assess(grid, CALM, Reliability.model_validate(chosen), momentary_s)


def point(found: Assessment, name: str) -> LoadPoint:
    return next(each for each in found.load_points if each.id == f"d/dt{name}")


def hours(found: Assessment, *names: str) -> list[float]:
    return [point(found, name).unavailable_h_per_year for name in names]


def test_part_behind_a_tie_is_back_after_switching() -> None:
    assert hours(assessed(tied()), "1", "2", "4") == [6.0, 1.0, 0.0]
    assert hours(assessed(tied(), switching_time="2 h"), "1", "2") == [6.0, 2.0]


def test_tie_that_would_overload_stays_open_when_ratings_are_kept() -> None:
    # 0.2 kA at 20 kV are 6.93 MW: the helping feeder would carry 4 + 3
    assert hours(assessed(tied(), ratings="kept"), "1", "2", "4") == [6.0, 6.0, 0.0]
    assert hours(assessed(tied(rating=0.21), ratings="kept"), "1", "2") == [6.0, 1.0]


def test_remote_switches_bring_it_back_sooner_or_before_it_counts() -> None:
    remote = tied(remote=1.0)
    found = assessed(remote, remote_switching_time="6 min")
    assert hours(found, "1", "2") == pytest.approx([6.0, 0.1])
    quick = assessed(remote, remote_switching_time="2 min")
    assert point(quick, "2").interruptions_per_year == 0.0
    assert point(quick, "1").interruptions_per_year == 1.0
    assert quick.components[0].customers_tripped == 30
    assert point(assessed(remote, 60.0, remote_switching_time="2 min"), "2").outage_h > 0.0


def test_repair_may_be_counted_from_the_end_of_switching() -> None:
    assert hours(assessed(tied(), repair_starts="isolation"), "1", "2") == [7.0, 1.0]


def test_repair_sooner_than_switching_ends_the_interruption() -> None:
    assert hours(assessed(tied(), switching_time="9 h"), "1", "2") == [6.0, 6.0]


def test_breaker_in_mid_feeder_spares_what_lies_before_it_and_heads_no_feeder() -> None:
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=10, load_mw=1.0),
            small.node("2", customers=20, load_mw=1.0),
        ],
        [
            small.transformer("trafo", "h", "s"),
            small.edge("a1", "s", "1", at_u="CB", at_v=""),
            failing(small.edge("a2", "1", "2", at_u="CB", at_v="")),
        ],
    )
    found = assessed(grid)
    assert hours(found, "1", "2") == [0.0, 6.0]
    assert set(found.feeders) == {"d/a1@s"}
    assert found.components[0].device == "d/a2@1"


@pytest.mark.parametrize(("n", "expected_h"), [(1, 15.0), (2, 0.0)])
def test_station_transformer_fails_unseen_beside_a_second_one(n: int, expected_h: float) -> None:
    trafos = [
        replace(small.transformer(f"trafo{k}", "h", "s"), failures_per_year=1.0 / n)
        for k in range(n)
    ]
    grid = small.grid(
        [
            small.node("h", kv=110.0),
            small.node("s"),
            small.node("1", customers=10, load_mw=1.0),
        ],
        [*trafos, small.edge("a1", "s", "1", at_u="CB")],
    )
    found = assessed(grid)
    assert hours(found, "1") == [expected_h]
    assert {each.kind for each in found.components} == {"substation_transformer"}


def test_rates_of_the_settings_hold_where_the_tables_give_none() -> None:
    grid = small.two_feeders(overhead_sections=("a1",))
    steady = Steady(overhead_per_km_year=0.5, temporary_share=0.8, cable_per_km_year=0.2)
    found = {each.id: each for each in assess(grid, steady, Reliability()).components}
    assert found["d/a1"].failures_per_year == pytest.approx(0.1)
    assert (found["d/a1"].kind, found["d/a1"].repair_h) == ("overhead", 5.0)
    assert (found["d/a2"].failures_per_year, found["d/a2"].repair_h) == (0.2, 30.0)
    assert (found["d/dt1"].failures_per_year, found["d/dt1"].repair_h) == (0.015, 10.0)
    assert found["d/dt1"].customers_tripped == 10


@settings(max_examples=60, deadline=None)
@given(grids(), st.floats(0.005, 0.05))
def test_what_surely_fits_a_load_flow_allows_too(grid: Grid, rating: float) -> None:
    kept = Reliability.model_validate({"ratings": "kept"})
    tight = with_ratings(grid, rating)
    quick, slow = (Effects(Topology(tight), kept) for _ in range(2))
    slow._headroom = Never(slow.tree)
    for zone_ix in range(quick.topology.n_zones):
        assert quick.of_zone(zone_ix) == slow.of_zone(zone_ix)


class Never(Headroom):
    """Leave every question to the load flow."""

    def fits(self, *_args: Any) -> bool:
        return False


def with_ratings(grid: Grid, max_i_ka: float) -> Grid:
    return Grid(
        districts=grid.districts,
        buses=grid.buses,
        sections=[replace(each, max_i_ka=max_i_ka) for each in grid.sections],
        switches=grid.switches,
        substation_transformers=grid.substation_transformers,
        transformers=grid.transformers,
        power_factor=grid.power_factor,
    )
