"""Assets of the medium-voltage grids: frozen records, and the same as arrays.

Records know each other by integer positions (`_ix`), people and the log by ids `<district>/<id>`.

    record                  id                 what
    Bus                     luoyang/bus4       a node of one voltage
    LineSection             luoyang/line12     a line between two buses, cable or overhead
    Switch                  luoyang/line12@4   breaker (CB), recloser (RECLOSER), sectionaliser
                                               (SECTIONALISER) or load-break switch (LBS): at the
                                               end of a section or substation transformer at bus 4,
                            luoyang/sw5        or between two buses (a busbar coupler); a fuse
                                               (FUSE) only at the end of a section
    SubstationTransformer   luoyang/trafo0     110/20 kV
    DistributionTransformer luoyang/dt4        台区: all customers of bus 4, behind one fuse
    span, pole of a section luoyang/line12/span3, luoyang/line12/pole3   (from 0, no record)

Arrays of a `Grid` (read-only; positions as in the tuples of records):

    array                    shape  unit / values
    section_latitude         (S,)   degrees, midpoint: the section's place for travel and wind
    section_longitude        (S,)   degrees, midpoint
    section_length_km        (S,)   km of line
    section_max_i_ka         (S,)   kA
    section_is_overhead      (S,)   bool
    section_n_spans          (S,)   spans between poles, 0 for cables (poles: one more)
    section_district_ix      (S,)   position in `districts`
    switch_is_breaker        (W,)   bool
    switch_is_closed         (W,)   bool, position as built
    transformer_customers    (T,)   customers
    transformer_load_mw      (T,)   MW, load of the day (peak value times load factor)
    transformer_latitude     (T,)   degrees
    transformer_longitude    (T,)   degrees
    transformer_district_ix  (T,)   position in `districts`
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "NONE",
    "AssetPlace",
    "Bus",
    "DistributionTransformer",
    "District",
    "Grid",
    "LineSection",
    "SubstationTransformer",
    "Switch",
    "SwitchDevice",
    "pole_id",
    "span_id",
]

_PART = re.compile(r"(?P<section>.+)/(?P<kind>span|pole)(?P<number>0|[1-9]\d*)")

NONE = -1
"""Position of nothing."""

SwitchDevice = Literal["CB", "LBS", "FUSE", "RECLOSER", "SECTIONALISER"]
"""What a switch is, as the tables name it."""


@dataclass(frozen=True, slots=True)
class District:
    """A supply station's area; `approximate` when its coordinates are not sourced."""

    ix: int
    id: str
    name_en: str
    name_zh: str
    latitude: float
    longitude: float
    approximate: bool
    area: str
    scale: float


@dataclass(frozen=True, slots=True)
class Bus:
    """A node of the grid; `is_source` when it is fed from outside (the 110 kV side)."""

    ix: int
    id: str
    district_ix: int
    kv: float
    latitude: float
    longitude: float
    is_source: bool
    age_years: float | None = None
    flood_level_m: float | None = None
    """Depth of flood water at which its cabinets fail; None: it does not lie low."""
    area: str | None = None
    """Word for the kind of area (old, illegal_wiring …) that hazards look for."""


@dataclass(frozen=True, slots=True)
class LineSection:
    """A line between two buses; a switch position is NONE where an end has no switch."""

    ix: int
    id: str
    district_ix: int
    from_bus_ix: int
    to_bus_ix: int
    from_switch_ix: int
    to_switch_ix: int
    length_km: float
    construction: Literal["cable", "overhead"]
    max_i_ka: float
    n_spans: int
    kv: float
    latitude: float
    longitude: float
    from_place: tuple[float, float]
    to_place: tuple[float, float]
    failures_per_year: float | None = None
    """Lasting failures a year of the whole section; None: by the rates of the settings."""
    repair_h: float | None = None
    age_years: float | None = None
    trees: float | None = None
    """Share of the length with trees beside it."""
    tree_height_m: float | None = None
    flood_level_m: float | None = None
    r_ohm_per_km: float | None = None
    x_ohm_per_km: float | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """A switching device at a bus: of a section, of a substation transformer, or to a second bus.

    A breaker (CB) interrupts fault current, a load-break switch (LBS) load only. A fuse (FUSE)
    of a section interrupts fault current once, and stays open until a crew puts in a new one.
    A recloser (RECLOSER) is a breaker that recloses by itself wherever it stands. A sectionaliser
    (SECTIONALISER) breaks load only; it counts the trips upstream and opens while the line is dead.
    Exactly one of `section_ix`, `substation_transformer_ix` and `other_bus_ix` is not NONE.
    """

    ix: int
    id: str
    district_ix: int
    kind: SwitchDevice
    bus_ix: int
    section_ix: int
    substation_transformer_ix: int
    other_bus_ix: int
    is_closed: bool
    is_remote: bool
    latitude: float
    longitude: float

    @property
    def is_breaker(self) -> bool:
        """Say whether it is a circuit breaker: it interrupts fault current, and can close again."""
        return self.kind in ("CB", "RECLOSER")

    @property
    def is_fuse(self) -> bool:
        """Say whether it is the fuse of a section."""
        return self.kind == "FUSE"

    @property
    def is_recloser(self) -> bool:
        """Say whether it is a recloser."""
        return self.kind == "RECLOSER"

    @property
    def is_sectionaliser(self) -> bool:
        """Say whether it is a sectionaliser."""
        return self.kind == "SECTIONALISER"

    @property
    def interrupts_faults(self) -> bool:
        """Say whether it interrupts fault current by itself."""
        return self.kind in ("CB", "FUSE", "RECLOSER")

    @property
    def is_feeder_breaker(self) -> bool:
        """Say whether it is a breaker of a line (one that may reclose), or a recloser."""
        return self.kind == "RECLOSER" or (self.kind == "CB" and self.section_ix != NONE)


@dataclass(frozen=True, slots=True)
class SubstationTransformer:
    """A transformer of the station; a switch position is NONE where a side has no switch."""

    ix: int
    id: str
    district_ix: int
    high_bus_ix: int
    low_bus_ix: int
    high_switch_ix: int
    low_switch_ix: int
    rated_mva: float
    latitude: float
    longitude: float
    failures_per_year: float | None = None
    """None: none."""
    repair_h: float | None = None
    age_years: float | None = None
    flood_level_m: float | None = None


@dataclass(frozen=True, slots=True)
class DistributionTransformer:
    """The customers of one bus behind one fuse; `load_mw` is the source's peak value.

    Without a fuse of its own (`has_fuse`) its fault is one of the bus. Failures a year, and hours
    to repair or replace it, are None where the settings say them.
    """

    ix: int
    id: str
    district_ix: int
    bus_ix: int
    customers: int
    load_mw: float
    load_factor: float
    latitude: float
    longitude: float
    has_fuse: bool = True
    failures_per_year: float | None = None
    repair_h: float | None = None
    replace_h: float | None = None
    customers_by_class: tuple[tuple[str, int], ...] = ()
    """Customers of each class its table counts; none: by the shares of the settings."""
    age_years: float | None = None
    flood_level_m: float | None = None
    area: str | None = None
    backup_mw: float | None = None
    """Power of what can back up this transformer only: distributed generation, mobile sets."""


@dataclass(frozen=True, slots=True)
class AssetPlace:
    """Say which record an asset id belongs to; spans and poles belong to their section."""

    kind: Literal["section", "transformer", "substation_transformer", "bus", "switch"]
    ix: int


def span_id(section_id: str, span: int) -> str:
    """Return the id of a span, counted from 0."""
    return f"{section_id}/span{span}"


def pole_id(section_id: str, pole: int) -> str:
    """Return the id of a pole, counted from 0."""
    return f"{section_id}/pole{pole}"


def _array(values: Sequence[Any], dtype: Any) -> NDArray[Any]:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


class Grid:
    """Hold all assets as built; nothing here changes during a run."""

    def __init__(
        self,
        *,
        districts: Sequence[District],
        buses: Sequence[Bus],
        sections: Sequence[LineSection],
        switches: Sequence[Switch],
        substation_transformers: Sequence[SubstationTransformer],
        transformers: Sequence[DistributionTransformer],
        power_factor: float,
    ) -> None:
        self.districts = tuple(districts)
        self.buses = tuple(buses)
        self.sections = tuple(sections)
        self.switches = tuple(switches)
        self.substation_transformers = tuple(substation_transformers)
        self.transformers = tuple(transformers)
        self.power_factor = power_factor
        self.source_bus_ix = tuple(bus.ix for bus in buses if bus.is_source)
        self.district_ix = {each.id: each.ix for each in districts}
        self.bus_ix = {each.id: each.ix for each in buses}
        self.section_ix = {each.id: each.ix for each in sections}
        self.switch_ix = {each.id: each.ix for each in switches}
        self.substation_transformer_ix = {each.id: each.ix for each in substation_transformers}
        self.transformer_ix = {each.id: each.ix for each in transformers}
        self._set_arrays()

    def _set_arrays(self) -> None:
        lines, devices, stations = self.sections, self.switches, self.transformers
        self.section_latitude = _array([each.latitude for each in lines], float)
        self.section_longitude = _array([each.longitude for each in lines], float)
        self.section_length_km = _array([each.length_km for each in lines], float)
        self.section_max_i_ka = _array([each.max_i_ka for each in lines], float)
        self.section_is_overhead = _array([each.construction == "overhead" for each in lines], bool)
        self.section_n_spans = _array([each.n_spans for each in lines], np.int64)
        self.section_district_ix = _array([each.district_ix for each in lines], np.int64)
        self.switch_is_breaker = _array([each.is_breaker for each in devices], bool)
        self.switch_is_closed = _array([each.is_closed for each in devices], bool)
        self.transformer_customers = _array([each.customers for each in stations], np.int64)
        self.transformer_load_mw = _array(
            [each.load_mw * each.load_factor for each in stations], float
        )
        self.transformer_latitude = _array([each.latitude for each in stations], float)
        self.transformer_longitude = _array([each.longitude for each in stations], float)
        self.transformer_district_ix = _array([each.district_ix for each in stations], np.int64)
        self.n_customers = int(self.transformer_customers.sum())

    def locate(self, asset_id: str) -> AssetPlace:
        """Return the record an asset id belongs to; raise KeyError for an unknown asset."""
        if asset_id in self.section_ix:
            return AssetPlace("section", self.section_ix[asset_id])
        if asset_id in self.transformer_ix:
            return AssetPlace("transformer", self.transformer_ix[asset_id])
        if asset_id in self.substation_transformer_ix:
            return AssetPlace("substation_transformer", self.substation_transformer_ix[asset_id])
        if asset_id in self.switch_ix:
            return AssetPlace("switch", self.switch_ix[asset_id])
        if asset_id in self.bus_ix:
            return AssetPlace("bus", self.bus_ix[asset_id])
        if (part := _PART.fullmatch(asset_id)) is not None:
            line = self.sections[self.section_ix[part["section"]]]
            last = line.n_spans if part["kind"] == "pole" else line.n_spans - 1
            if line.n_spans == 0 or int(part["number"]) > last:
                raise KeyError(asset_id)
            return AssetPlace("section", line.ix)
        raise KeyError(asset_id)

    @cached_property
    def graph(self) -> nx.MultiGraph[str]:
        """View the grid as built as a networkx graph (a copy: changing it changes nothing here).

        Nodes are bus ids with `kv`, `latitude`, `longitude`, `district`, `is_source`, `customers`,
        `load_mw` (of the day), and the other columns of the node table; with customers also
        `transformer` (its id) and `customers_by_class`. Edges are keyed by asset id with `kind`
        (section, transformer or coupler), `from_bus`, `to_bus`, `from_switch`, `to_switch` (ids;
        None without), `switches` (both), `is_closed` (as built: all of its switches are closed),
        and the columns of the edge table. `graph.graph["switches"]` says of each switch its `bus`,
        `kind`, `is_closed` and `is_remote`.
        """
        from sim.grid.view import graph_of

        return graph_of(self)
