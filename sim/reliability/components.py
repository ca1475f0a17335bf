"""What fails in a grid, how often, and how long its repair takes.

Rates and hours of the tables come first; else rates are those of `hazards.steady` and hours those
of `reliability`. Lasting failures only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.scenario.hazards import Steady
from sim.scenario.reliability import Reliability
from sim.units import HOUR_S

__all__ = ["Failing", "failing_components", "repair_hours"]


@dataclass(frozen=True, slots=True)
class Failing:
    """Name a component that fails: in a zone, or behind the fuse of a distribution transformer."""

    id: str
    kind: str
    zone_ix: int
    transformer_ix: int
    failures_per_year: float
    repair_h: float


def failing_components(
    topology: Topology, steady: Steady, settings: Reliability
) -> Iterator[Failing]:
    """Yield the components with a failure rate: lines, transformers of both kinds, devices."""
    grid = topology.grid
    for kind, asset, zone_ix, behind, rate in (
        *_sections(topology, steady),
        *_transformers(topology, steady),
        *_stations(topology),
        *_devices(topology, steady),
    ):
        if rate:
            repair_h = repair_hours(grid, settings, asset)
            yield Failing(asset, kind, zone_ix, behind, rate, repair_h)


_Row = tuple[str, str, int, int, float]
"""kind, asset, zone_ix, transformer_ix behind whose fuse it lies or NONE, failures a year."""


def _sections(topology: Topology, steady: Steady) -> Iterator[_Row]:
    lasting = steady.overhead_per_km_year * (1.0 - steady.temporary_share)
    for line in topology.grid.sections:
        rate = line.failures_per_year
        if rate is None:
            is_overhead = line.construction == "overhead"
            rate = line.length_km * (lasting if is_overhead else steady.cable_per_km_year)
        yield line.construction, line.id, topology.zone_of_section[line.ix], NONE, rate


def _transformers(topology: Topology, steady: Steady) -> Iterator[_Row]:
    for each in topology.grid.transformers:
        rate = each.failures_per_year
        rate = steady.transformer_per_year if rate is None else rate
        behind = each.ix if each.has_fuse else NONE
        yield "transformer", each.id, topology.zone_of_transformer[each.ix], behind, rate


def _stations(topology: Topology) -> Iterator[_Row]:
    for each in topology.grid.substation_transformers:
        zone_ix = topology.zone_of_substation_transformer[each.ix]
        yield "substation_transformer", each.id, zone_ix, NONE, each.failures_per_year or 0.0


def _devices(topology: Topology, steady: Steady) -> Iterator[_Row]:
    """Yield breakers, switches and bus bars; a failed switch is a fault at its bus."""
    grid = topology.grid
    for switch in grid.switches:
        if not switch.is_fuse:
            kind = "breaker" if switch.is_breaker else "switch"
            rate = steady.breaker_per_year if switch.is_breaker else steady.switch_per_year
            yield kind, switch.id, topology.zone_of_bus[switch.bus_ix], NONE, rate
    ends = ((each.high_bus_ix, each.low_bus_ix) for each in grid.substation_transformers)
    for bus_ix in sorted({ix for pair in ends for ix in pair}):
        zone_ix = topology.zone_of_bus[bus_ix]
        yield "busbar", grid.buses[bus_ix].id, zone_ix, NONE, steady.busbar_per_year


def repair_hours(grid: Grid, settings: Reliability, asset: str) -> float:
    """Return the hours to repair or replace an asset; raise KeyError for an unknown one."""
    place = grid.locate(asset)
    if place.kind == "section":
        line = grid.sections[place.ix]
        is_overhead = line.construction == "overhead"
        return _first(
            line.repair_h, settings.overhead_repair if is_overhead else settings.cable_repair
        )
    if place.kind == "transformer":
        each = grid.transformers[place.ix]
        if settings.transformers == "repaired":
            return _first(each.repair_h, settings.transformer_repair)
        return _first(each.replace_h, settings.transformer_replacement)
    if place.kind == "substation_transformer":
        station = grid.substation_transformers[place.ix]
        return _first(station.repair_h, settings.substation_transformer_repair)
    if place.kind == "bus":
        return settings.busbar_repair / HOUR_S
    is_breaker = grid.switches[place.ix].is_breaker
    return (settings.breaker_repair if is_breaker else settings.switch_repair) / HOUR_S


def _first(own_h: float | None, usual_s: float) -> float:
    return usual_s / HOUR_S if own_h is None else own_h
