"""Simulated years on the engine: enumerated indices, overlapping faults, no cut at a year's end."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from sim.grid.assets import Grid
from sim.grid.importers import build_grid
from sim.grid.topology import Topology
from sim.reliability.assess import assess
from sim.reliability.counting import Counting
from sim.reliability.effects import Effects
from sim.reliability.indices import SimulatedYears
from sim.scenario.hazards import Steady
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability
from sim.scenario.study import Study, load_study
from sim.world.years import simulate
from tests.grid import small
from tests.reliability.bare_joint import Joint
from tests.reliability.bare_years import Interruption, interruptions
from tests.reliability.test_effects_are_those_of_protection import NO_RECLOSING, grids, said

RBTS = Path(__file__).resolve().parents[2] / "scenarios" / "rbts_bus2.yaml"
SPREADS = {"A": (0.2621, 7.953, 56.17), "E": (0.2621, 0.7818, 6.850)}
"""Standard deviations of one year's SAIFI, SAIDI and ENS, of the project's reference set."""
CALM = Steady(cable_per_km_year=0, overhead_per_km_year=0, transformer_per_year=0)


def study(case: str) -> Study:
    return load_study(RBTS, "base" if case == "A" else case)


def years_of(of: Study, years: int, seed: int = 1) -> SimulatedYears:
    return simulate(build_grid(of.grid), of.hazards.steady, of.reliability, years, seed)


def heard(monkeypatch: pytest.MonkeyPatch) -> list[Interruption]:
    """Return the list into which every interruption the engine counts is written."""
    found: list[Interruption] = []
    usual = Counting.add

    def add(self: Counting, ix: int, start_h: float, end_h: float) -> None:
        found.append((ix, start_h, end_h))
        usual(self, ix, start_h, end_h)

    monkeypatch.setattr(Counting, "add", add)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("case", "ABCDEF")
def test_twenty_thousand_years_of_rbts_agree_within_three_standard_errors(case: str) -> None:
    chosen = study(case)
    exact = assess(build_grid(chosen.grid), chosen.hazards.steady, chosen.reliability).system
    found = years_of(chosen, 20_000)
    assert found.overlapping > 0
    for name in ("saifi", "saidi_h", "ens_mwh"):
        each = getattr(found, name)
        assert each.error is not None
        assert abs(each.mean - getattr(exact, name)) < 3 * each.error, (name, each)
    for name, spread in zip(("saifi", "saidi_h", "ens_mwh"), SPREADS.get(case, ()), strict=False):
        assert getattr(found, name).spread == pytest.approx(spread, rel=0.03)


@pytest.mark.parametrize("case", "AD")
def test_two_thousand_years_agree_too(case: str) -> None:
    chosen = study(case)
    exact = assess(build_grid(chosen.grid), chosen.hazards.steady, chosen.reliability)
    found = years_of(chosen, 2_000)
    for name in ("saifi", "saidi_h", "ens_mwh"):
        each = getattr(found, name)
        assert abs(each.mean - getattr(exact.system, name)) < 3 * each.error, (name, each)
    for one, other in zip(exact.load_points, found.load_points, strict=True):
        assert one.id == other.id
        error = (one.interruptions_per_year / 2_000) ** 0.5  # a Poisson count
        assert abs(one.interruptions_per_year - other.interruptions_per_year) < 4 * error


@pytest.mark.parametrize("case", "ADF")
def test_every_interruption_is_that_of_years_written_without_the_engine(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = study(case)
    grid = build_grid(chosen.grid)
    # so many faults that dozens overlap
    steady = chosen.hazards.steady
    often = with_rates(grid, 20.0)
    found = heard(monkeypatch)
    overlapping = simulate(often, steady, chosen.reliability, 200, 3).overlapping
    left_out: list[tuple[float, float]] = []
    bare = list(interruptions(often, steady, chosen.reliability, 200, 3, left_out))
    assert overlapping > max(50, 4 * len(left_out))

    def compared(each: Iterable[Interruption]) -> list[Interruption]:
        kept = (one for one in each if not any(a - 1e-3 <= one[1] <= b for a, b in left_out))
        return sorted(kept, key=lambda one: one[:2])

    assert [one[0] for one in compared(found)] == [one[0] for one in compared(bare)]
    for one, other in zip(compared(found), compared(bare), strict=True):
        assert one[1:] == pytest.approx(other[1:], abs=0.002)  # protection takes its 0.3 s


def with_rates(grid: Grid, times: float) -> Grid:
    """Return a grid whose sections fail more often."""
    return Grid(
        districts=grid.districts,
        buses=grid.buses,
        sections=[
            replace(each, failures_per_year=(each.failures_per_year or 0.0) * times)
            for each in grid.sections
        ],
        switches=grid.switches,
        substation_transformers=grid.substation_transformers,
        transformers=grid.transformers,
        power_factor=grid.power_factor,
    )


def test_same_seed_gives_the_same_years_and_another_seed_others() -> None:
    chosen = study("E")
    assert years_of(chosen, 200) == years_of(chosen, 200)
    assert years_of(chosen, 200) != years_of(chosen, 200, seed=2)


@settings(max_examples=40, deadline=None)
@given(grids())
def test_one_fault_alone_is_traced_as_it_is_enumerated(grid: Grid) -> None:
    topology = Topology(grid)
    practice = Protection.model_validate(NO_RECLOSING)  # else sectionalisers would open
    effects = Effects(topology, Reliability(), practice)
    joint = Joint(topology, Reliability())
    for zone_ix in range(topology.n_zones):
        back, out = said(effects, effects.of_zone(zone_ix))
        here = frozenset({zone_ix})
        assert joint.out(here, frozenset()) == out | set(back)
        assert joint.out(frozenset(), here) == out


def test_overlapping_faults_take_the_tie_from_each_other() -> None:
    """Customers of 2 wait for the repair of a1 while the feeder that could help is out too."""
    grid = small.two_feeders()
    topology = Topology(grid)
    joint = Joint(topology, Reliability())
    a1, b1 = (topology.zone_of_section[grid.section_ix[f"d/{name}"]] for name in ("a1", "b1"))

    def out(tripped: set[int], switched: set[int]) -> set[str]:
        found = joint.out(frozenset(tripped), frozenset(switched))
        return {grid.transformers[ix].id for ix in found}

    every = {"d/dt1", "d/dt2", "d/dt3", "d/dt4"}
    assert out({a1}, set()) == {"d/dt1", "d/dt2"}
    assert out(set(), {a1}) == set()  # a1 lies between two switches: the tie feeds all
    assert out(set(), {a1, b1}) == every
    assert out({b1}, {a1}) == every  # the feeder that helped trips with those it helped
    assert out({a1, b1}, set()) == every


def one_line(repair_h: float, per_year: float) -> Grid:
    nodes = [
        small.node("h", kv=110.0),
        small.node("s"),
        small.node("1", customers=10, load_mw=2.0),
    ]
    line = replace(
        small.edge("a1", "s", "1", at_u="CB", at_v=""),
        failures_per_year=per_year,
        repair_h=repair_h,
    )
    return small.grid(nodes, [small.transformer("trafo", "h", "s"), line])


def test_end_of_a_year_cuts_nothing_off() -> None:
    found = simulate(one_line(5000.0, 2.0), CALM, Reliability(), 50, 1)
    (point,) = found.load_points
    assert found.overlapping == 0  # a part under repair does not fail
    assert point.interruptions_per_year * 50 == found.faults
    assert point.unavailable_h_per_year * 50 == pytest.approx(5000.0 * found.faults)
    assert found.ens_mwh.mean == pytest.approx(2.0 * point.unavailable_h_per_year)
    # running for half a year, repaired for 5000 h: a failure every 9380 h
    assert found.faults == pytest.approx(50 * 8760 / 9380, rel=0.15)


def test_more_components_change_nobody_elses_faults() -> None:
    line = one_line(5.0, 2.0)
    both = simulate(line, Steady(transformer_per_year=3.0), Reliability(), 200, 1)
    alone = simulate(line, CALM, Reliability(), 200, 1)
    only = simulate(one_line(5.0, 0.0), Steady(transformer_per_year=3.0), Reliability(), 200, 1)
    assert both.faults == alone.faults + only.faults


def test_one_year_has_no_standard_error() -> None:
    found = simulate(one_line(5.0, 2.0), CALM, Reliability(), 1, 1)
    assert (found.saifi.error, found.saifi.spread) == (None, None)
    assert found.saifi.mean == found.faults
