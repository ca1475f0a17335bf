"""What can fail, and the failures: both as plain records.

`Assets` holds one value an asset in every field that is not empty; an empty field means that
nothing of the kind is known. NaN stands for a value the tables leave out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.streams import owner_number
from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology

__all__ = [
    "EVERYDAY",
    "Assets",
    "Cabinet",
    "Device",
    "Failure",
    "Hazard",
    "Kind",
    "Station",
    "assets_of",
    "owners",
]

Floats = NDArray[np.float64]
Hazard = Literal[
    "wind", "thunderstorm", "lightning", "tree", "ice", "latent", "heat", "flood", "third_party",
    "ageing", "area", "steady", "recorded", "given",
]  # fmt: skip
Kind = Literal["permanent", "temporary", "supply"]

EVERYDAY: frozenset[Hazard] = frozenset({"steady", "ageing", "area", "third_party"})
"""Hazards of any day of the year: no storm is over when their last failure has come."""


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One failure; `part` is the `span17` or `pole3` of a section, or empty."""

    t_s: float
    asset: str
    part: str
    kind: Kind
    hazard: Hazard
    gust_ms: float = 0.0
    """Gust at which the part failed; 0 for other hazards."""
    repair_s: float = 0.0
    """Work on site the record gives; 0: as drawn. Of a lost supply: until it is back."""

    @property
    def failed_id(self) -> str:
        """Return the id of what failed: the part's when there is one, as `grid.assets` names it."""
        return f"{self.asset}/{self.part}" if self.part else self.asset


class Station(NamedTuple):
    """A transformer of a substation, and the bus that names the station."""

    transformer: str
    station: str
    district: str
    lat: float
    lon: float
    failures_per_year: float = 0.0


class Device(NamedTuple):
    """A switch or bus bar that can fail."""

    id: str
    kind: Literal["breaker", "switch", "busbar"]


class Cabinet(NamedTuple):
    """A bus that lies low and has no distribution transformer of its own."""

    id: str
    district: str
    lat: float
    lon: float
    flood_level_m: float


@dataclass(frozen=True, slots=True)
class Assets:
    """Hold what can fail: line sections (arrays of one length), distribution transformers, rest."""

    sections: tuple[str, ...]
    lat: Floats
    """Latitude of the middle of each section, degrees."""
    lon: Floats
    length_km: Floats
    is_overhead: NDArray[np.bool_]
    n_spans: NDArray[np.int64]
    """Spans between poles, 0 for cables; a section has one pole more than spans."""
    transformers: tuple[str, ...]
    section_per_year: tuple[float, ...] = ()
    """Lasting failures a year of each section, NaN: by the settings. Empty: all by the settings."""
    transformer_per_year: tuple[float, ...] = ()
    section_district: tuple[str, ...] = ()
    section_feeder: tuple[str, ...] = ()
    """Id of the breaker at the head of the feeder as built; '' in the station."""
    section_customers: tuple[float, ...] = ()
    """Customers whom a fault there interrupts, with all switches as built."""
    section_kv: tuple[float, ...] = ()
    section_age_years: tuple[float, ...] = ()
    section_trees: tuple[float, ...] = ()
    section_tree_height_m: tuple[float, ...] = ()
    section_flood_level_m: tuple[float, ...] = ()
    transformer_district: tuple[str, ...] = ()
    transformer_feeder: tuple[str, ...] = ()
    transformer_customers: tuple[float, ...] = ()
    transformer_lat: tuple[float, ...] = ()
    transformer_lon: tuple[float, ...] = ()
    transformer_age_years: tuple[float, ...] = ()
    transformer_flood_level_m: tuple[float, ...] = ()
    transformer_area: tuple[str, ...] = ()
    """Word of the area; '' for none."""
    stations: tuple[Station, ...] = ()
    devices: tuple[Device, ...] = ()
    cabinets: tuple[Cabinet, ...] = ()
    sources: tuple[str, ...] = ()
    """Buses fed from outside."""
    source_district: tuple[str, ...] = ()


def owners(ids: Iterable[str]) -> NDArray[np.uint64]:
    """Return the numbers that stand for ids in every trait."""
    return np.array([owner_number(owner) for owner in ids], dtype=np.uint64)


def assets_of(grid: Grid, topology: Topology | None = None) -> Assets:
    """Return what can fail in a grid; feeders and customers behind are left out without topology.

    Who knows the assets by name only needs no topology.
    """
    sections, transformers = grid.sections, grid.transformers
    districts = [each.id for each in grid.districts]
    feeders: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    customers: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    if topology is not None:
        feeders = _feeders(topology)
        behind = _customers_of_faults(topology)
        customers = (
            tuple(behind[zone_ix] for zone_ix in topology.zone_of_section),
            tuple(
                float(each.customers)
                if each.has_fuse
                else behind[topology.zone_of_bus[each.bus_ix]]
                for each in transformers
            ),
        )
    return Assets(
        tuple(section.id for section in sections),
        grid.section_latitude,
        grid.section_longitude,
        grid.section_length_km,
        grid.section_is_overhead,
        grid.section_n_spans,
        tuple(each.id for each in transformers),
        _known(each.failures_per_year for each in sections),
        _known(each.failures_per_year for each in transformers),
        section_district=tuple(districts[each.district_ix] for each in sections),
        section_feeder=feeders[0],
        section_customers=customers[0],
        section_kv=tuple(each.kv for each in sections),
        section_age_years=_known(each.age_years for each in sections),
        section_trees=_known(each.trees for each in sections),
        section_tree_height_m=_known(each.tree_height_m for each in sections),
        section_flood_level_m=_known(each.flood_level_m for each in sections),
        transformer_district=tuple(districts[each.district_ix] for each in transformers),
        transformer_feeder=feeders[1],
        transformer_customers=customers[1],
        transformer_lat=tuple(each.latitude for each in transformers),
        transformer_lon=tuple(each.longitude for each in transformers),
        transformer_age_years=_known(each.age_years for each in transformers),
        transformer_flood_level_m=_known(each.flood_level_m for each in transformers),
        transformer_area=tuple(each.area or "" for each in transformers),
        stations=tuple(
            Station(
                each.id,
                grid.buses[each.high_bus_ix].id,
                districts[each.district_ix],
                each.latitude,
                each.longitude,
                each.failures_per_year or 0.0,
            )
            for each in grid.substation_transformers
        ),
        devices=_devices(grid),
        cabinets=_cabinets(grid),
        sources=tuple(grid.buses[ix].id for ix in grid.source_bus_ix),
        source_district=tuple(districts[grid.buses[ix].district_ix] for ix in grid.source_bus_ix),
    )


def _known(values: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(math.nan if each is None else each for each in values)


def _cabinets(grid: Grid) -> tuple[Cabinet, ...]:
    """Return the low-lying buses; one with a distribution transformer fails as that."""
    with_transformer = {each.bus_ix for each in grid.transformers}
    return tuple(
        Cabinet(
            bus.id,
            grid.districts[bus.district_ix].id,
            bus.latitude,
            bus.longitude,
            bus.flood_level_m,
        )
        for bus in grid.buses
        if bus.flood_level_m is not None and bus.ix not in with_transformer
    )


def _devices(grid: Grid) -> tuple[Device, ...]:
    """Return breakers, switches and bus bars; fuses do their work and are renewed."""
    found = []
    for switch in grid.switches:
        if switch.kind in ("CB", "RECLOSER"):
            found.append(Device(switch.id, "breaker"))
        elif switch.kind != "FUSE":
            found.append(Device(switch.id, "switch"))
    bars = {
        bus_ix
        for each in grid.substation_transformers
        for bus_ix in (each.high_bus_ix, each.low_bus_ix)
    }
    found += [Device(grid.buses[bus_ix].id, "busbar") for bus_ix in sorted(bars)]
    return tuple(found)


def _feeders(topology: Topology) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the feeder breakers of sections and of distribution transformers."""
    switches, breaker = topology.grid.switches, topology.feeder_breaker_of_zone

    def named(zones: Sequence[int]) -> tuple[str, ...]:
        return tuple(
            switches[breaker[zone_ix]].id if breaker[zone_ix] != NONE else "" for zone_ix in zones
        )

    return named(topology.zone_of_section), named(topology.zone_of_transformer)


def _customers_of_faults(topology: Topology) -> list[float]:
    """Return for each zone the customers behind the device that interrupts a fault there.

    With switches as built; on a meshed part it is what hangs on the nearest device upstream.
    """
    grid, feed = topology.grid, topology.normal_feed
    below = [
        float(sum(grid.transformers[ix].customers for ix in topology.zone_transformers[zone_ix]))
        for zone_ix in range(topology.n_zones)
    ]
    parent = [_other(topology, feed[zone_ix], zone_ix) for zone_ix in range(topology.n_zones)]
    order = _from_sources(parent)
    for zone_ix in reversed(order):
        if parent[zone_ix] != NONE:
            below[parent[zone_ix]] += below[zone_ix]
    found = list(below)
    for zone_ix in order:
        at = parent[zone_ix]
        if at != NONE and not grid.switches[feed[zone_ix]].interrupts_faults:
            found[zone_ix] = found[at]
    return found


def _other(topology: Topology, switch_ix: int, zone_ix: int) -> int:
    if switch_ix < 0:
        return NONE
    one_ix, other_ix = topology.switch_zones[switch_ix]
    return other_ix if zone_ix == one_ix else one_ix


def _from_sources(parent: Sequence[int]) -> list[int]:
    """Return the zones with each after the one it is fed from."""
    children: list[list[int]] = [[] for _ in parent]
    for zone_ix, at in enumerate(parent):
        if at != NONE:
            children[at].append(zone_ix)
    order = [zone_ix for zone_ix, at in enumerate(parent) if at == NONE]
    for zone_ix in order:  # grows while it is read: a queue
        order += children[zone_ix]
    return order
