"""The shipped SimBench grids placed in a county."""

import math
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.engine.streams import Streams
from sim.errors import InputError
from sim.grid.assets import Grid, pole_id, span_id
from sim.grid.differing import overhead_edges
from sim.grid.importers import build_grid, read_source
from sim.grid.source import EARTH_RADIUS_KM
from sim.grid.topology import DEAD, Topology
from sim.scenario.grid import Grid as GridSection

TABLES = Path(__file__).resolve().parents[2] / "scenarios" / "data" / "grids" / "simbench"
SOURCES = {
    name: {"nodes": TABLES / f"{name}_nodes.csv", "edges": TABLES / f"{name}_edges.csv"}
    for name in ("rural", "semiurb")
}


def county(**of_first: Any) -> GridSection:
    """Return seven rural districts and a semi-urban one, the first with what a test changes."""
    districts = {
        f"d{ix}": {
            "name": {"en": f"District {ix}", "zh": f"第{ix}区"},
            "source": "semiurb" if ix == 7 else "rural",
            "latitude": 27.4 + 0.05 * ix,
            "longitude": 119.7,
        }
        for ix in range(8)
    }
    districts["d0"].update(of_first)
    return GridSection.model_validate({"sources": SOURCES, "districts": districts})


@pytest.fixture(scope="module")
def grid() -> Grid:
    return build_grid(county())


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat0, lon0), (lat1, lon1) = [tuple(map(math.radians, place)) for place in (one, other)]
    h = math.sin((lat1 - lat0) / 2) ** 2
    h += math.cos(lat0) * math.cos(lat1) * math.sin((lon1 - lon0) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(h))


def overhead_km(grid: Grid, district_ix: int) -> float:
    is_here = grid.section_is_overhead & (grid.section_district_ix == district_ix)
    return float(grid.section_length_km[is_here].sum())


def test_the_county_has_its_customers_and_its_load(grid: Grid) -> None:
    assert grid.n_customers == 7 * 5373 + 8772 == 46383
    assert sum(each.load_mw for each in grid.transformers) == pytest.approx(152.432)
    assert grid.transformer_load_mw.sum() == pytest.approx(0.6 * 152.432)


def test_one_rural_district_has_the_assets_of_its_tables(grid: Grid) -> None:
    def here(assets: Any) -> list[Any]:
        return [each for each in assets if each.district_ix == 0]

    assert len(here(grid.buses)) == 97
    assert len(here(grid.sections)) == 99
    assert [each.rated_mva for each in here(grid.substation_transformers)] == [25.0, 25.0]
    assert len(here(grid.transformers)) == 92
    switches = here(grid.switches)
    # two at each line and transformer, one a coupler
    assert len(switches) == 2 * 99 + 2 * 2 + 2
    assert sum(each.is_feeder_breaker for each in switches) == 8
    assert sum(not each.is_closed for each in switches) == 6
    couplers = [each for each in switches if each.other_bus_ix >= 0]
    assert [(each.id, each.kind) for each in couplers] == [("d0/sw0", "CB"), ("d0/sw5", "CB")]
    assert grid.switches[grid.switch_ix["d0/line0@2"]].kind == "CB"
    assert grid.transformers[grid.transformer_ix["d0/dt4"]].customers == 13


def test_line_lengths_match_coordinate_distances_in_the_median(grid: Grid) -> None:
    for district in grid.districts:
        ratios = [
            line.length_km / great_circle_km(line.from_place, line.to_place)
            for line in grid.sections
            if line.district_ix == district.ix
        ]
        assert statistics.median(ratios) == pytest.approx(1.0, rel=0.005)
    assert grid.districts[0].scale == pytest.approx(6.5, abs=0.05)
    assert grid.districts[7].scale == pytest.approx(2.8, abs=0.05)


def test_a_station_stands_where_the_scenario_puts_it(grid: Grid) -> None:
    for district in grid.districts:
        stations = [bus for bus in grid.buses if bus.district_ix == district.ix and bus.is_source]
        assert len(stations) == 2
        for bus in stations:
            assert (bus.latitude, bus.longitude) == pytest.approx(
                (district.latitude, district.longitude)
            )


def test_a_stated_scale_stretches_distances() -> None:
    grid = build_grid(county(scale=2.0))
    line = grid.sections[grid.section_ix["d0/line3"]]
    twin = grid.sections[grid.section_ix["d1/line3"]]
    ratio = great_circle_km(line.from_place, line.to_place)
    ratio /= great_circle_km(twin.from_place, twin.to_place)
    assert ratio == pytest.approx(2.0 / grid.districts[1].scale, rel=1e-3)


def test_everybody_has_supply_as_built_over_a_feeder_breaker(grid: Grid) -> None:
    topology = Topology(grid)
    assert DEAD not in topology.normal_feed
    feeders = {topology.feeder_breaker_of_zone[zone_ix] for zone_ix in topology.zone_of_section}
    assert len(feeders) == 7 * 8 + 9
    assert all(grid.switches[ix].is_feeder_breaker for ix in feeders)


def test_the_overhead_share_is_reached_and_a_higher_one_only_adds() -> None:
    as_built, half, more = (build_grid(county(overhead_share=share)) for share in (None, 0.5, 0.8))
    length_km = as_built.section_length_km[as_built.section_district_ix == 0].sum()
    assert overhead_km(as_built, 0) / length_km < 0.5
    longest_km = as_built.section_length_km.max()
    for grid, share in ((half, 0.5), (more, 0.8)):
        assert share * length_km <= overhead_km(grid, 0) <= share * length_km + longest_km
        assert overhead_km(grid, 1) == overhead_km(as_built, 1)
    assert bool((half.section_is_overhead <= more.section_is_overhead).all())
    assert bool((as_built.section_is_overhead <= half.section_is_overhead).all())


def test_no_more_cables_become_overhead_than_the_share_takes() -> None:
    section = county(overhead_share=0.5)
    source = read_source(SOURCES["rural"]["nodes"], SOURCES["rural"]["edges"], [])
    assert source is not None
    trait = Streams(section.layout_seed).trait("grid.overhead")
    chosen = overhead_edges(section.districts["d0"], source, trait, "d0")
    lines = {edge.id: edge for edge in source.edges if edge.kind == "line"}
    added = [each for each in chosen if lines[each].construction == "cable"]
    last = max(added, key=lambda each: trait.of(f"d0/{each}"))
    overhead_km = sum(lines[each].length_km for each in chosen)
    half_km = 0.5 * sum(line.length_km for line in lines.values())
    assert overhead_km - lines[last].length_km < half_km <= overhead_km


def test_listed_sections_are_overhead_with_spans_and_poles() -> None:
    grid = build_grid(county(overhead_sections=["line0"]))
    line = grid.sections[grid.section_ix["d0/line0"]]
    assert line.construction == "overhead"
    assert line.n_spans == math.ceil(0.3 / 0.08)
    assert grid.locate(span_id(line.id, 3)).ix == line.ix
    assert grid.locate(pole_id(line.id, 4)).ix == line.ix
    for beyond in (span_id(line.id, 4), pole_id(line.id, 5), span_id("d1/line0", 0)):
        with pytest.raises(KeyError):
            grid.locate(beyond)


def test_an_unknown_listed_section_is_named() -> None:
    with pytest.raises(InputError, match=r"^grid\.districts\.d0\.overhead_sections: no line x9"):
        build_grid(county(overhead_sections=["line0", "x9"]))


def test_the_remote_share_counts_load_break_switches_and_a_higher_one_only_adds() -> None:
    def remote(share: float) -> set[str]:
        grid = build_grid(county(remote_switch_share=share))
        here = [each for each in grid.switches if each.district_ix == 0]
        assert all(each.is_remote for each in here if each.is_breaker)
        return {each.id for each in here if each.is_remote and not each.is_breaker}

    few, more, everything = remote(0.1), remote(0.5), remote(1.0)
    # 2 x 99 ends of lines less 8 breakers
    assert [len(each) for each in (few, more, everything)] == [19, 95, 190]
    assert few < more < everything


def test_the_grid_does_not_depend_on_anything_but_its_section() -> None:
    one, other = build_grid(county(overhead_share=0.6)), build_grid(county(overhead_share=0.6))
    assert one.sections == other.sections
    assert one.switches == other.switches
    again = county(overhead_share=0.6).model_copy(update={"layout_seed": 2})
    assert build_grid(again).sections != one.sections


def test_an_unknown_source_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no source 'city'; the sources are: rural, semiurb"):
        county(source="city")


def test_the_graph_speaks_the_words_of_the_field(grid: Grid) -> None:
    graph = grid.graph
    assert graph.nodes["d0/bus4"]["customers"] == 13
    assert graph.nodes["d0/bus0"]["is_source"]
    line = graph.edges["d0/bus2", "d0/bus4", "d0/line0"]
    assert line["kind"] == "section"
    assert line["switches"] == ("d0/line0@2", "d0/line0@4")
    assert line["is_closed"]
    assert graph.edges["d0/bus0", "d0/bus2", "d0/trafo0"]["rated_mva"] == 25.0
    assert not graph.edges["d0/bus12", "d0/bus47", "d0/line93"]["is_closed"]


def test_importing_the_grid_leaves_networkx_out() -> None:
    code = "import sys, sim.grid.importers, sim.grid.state; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
