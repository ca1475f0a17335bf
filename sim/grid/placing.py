"""Place source grids at their stations: assets with ids, coordinates and what differs there."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.engine.streams import Streams, Trait
from sim.errors import InputError
from sim.grid.assets import (
    NONE,
    Bus,
    DistributionTransformer,
    District,
    Grid,
    LineSection,
    SubstationTransformer,
    Switch,
    SwitchDevice,
)
from sim.grid.differing import (
    load_break_ids,
    moved,
    overhead_edges,
    remote_switches,
    switch_id_of,
)
from sim.grid.leaving_out import without_devices
from sim.grid.source import (
    BREAKERS,
    SourceEdge,
    SourceGrid,
    SourceNode,
    distance_km,
)
from sim.messages import say, standing_at
from sim.scenario.grid import DistrictGrid, GridTie
from sim.scenario.grid import Grid as GridSection
from sim.scenario.suggest import hinted, suggestion

__all__ = ["assemble"]

_COUPLERS: tuple[SwitchDevice, ...] = ("CB", "RECLOSER", "SECTIONALISER", "LBS")
"""What a coupler is when its two ends are named differently: the first of these."""


def assemble(section: GridSection, sources: Mapping[str, SourceGrid]) -> Grid:
    """Build the grid from its source grids; raise InputError for what names no line or bus."""
    streams = Streams(section.layout_seed)
    placing = _Placing(section, streams.trait("grid.overhead"), streams.trait("grid.remote_switch"))
    for name, district in section.districts.items():
        placing.place(name, district, without_devices(sources[district.source], district.without))
    for name, tie in section.ties.items():
        placing.tie(name, tie)
    return placing.grid()


class _Placing:
    """Collect the records of all districts, numbered in order."""

    def __init__(self, section: GridSection, overhead: Trait, remote: Trait) -> None:
        self._section = section
        self._overhead = overhead
        self._remote = remote
        self._remote_ids: set[str] = set()
        self._district_ix, self._prefix = NONE, ""
        self._districts: list[District] = []
        self._buses: list[Bus] = []
        self._sections: list[LineSection] = []
        self._switches: list[Switch] = []
        self._substation_transformers: list[SubstationTransformer] = []
        self._transformers: list[DistributionTransformer] = []

    def grid(self) -> Grid:
        return Grid(
            districts=self._districts,
            buses=self._buses,
            sections=self._sections,
            switches=self._switches,
            substation_transformers=self._substation_transformers,
            transformers=self._transformers,
            power_factor=self._section.power_factor,
        )

    def place(self, name: str, district: DistrictGrid, source: SourceGrid) -> None:
        scale = source.automatic_scale if district.scale == "auto" else district.scale
        self._district_ix, self._prefix = len(self._districts), name
        self._districts.append(
            District(
                ix=self._district_ix,
                id=name,
                name_en=district.name.en,
                name_zh=district.name.zh,
                latitude=district.latitude,
                longitude=district.longitude,
                approximate=district.approximate,
                area=district.area,
                scale=scale,
            )
        )
        buses = {node.id: self._bus(node, district, source, scale) for node in source.nodes}
        overhead = overhead_edges(district, source, self._overhead, name)
        self._remote_ids = remote_switches(
            load_break_ids(source, name), district.remote_switch_share, self._remote
        )
        for edge in source.edges:
            ends = buses[edge.u], buses[edge.v]
            if edge.kind == "line":
                self._line(edge, ends, edge.id in overhead)
            elif edge.kind == "transformer":
                self._substation_transformer(edge, ends)
            else:
                self._coupler(edge, ends)

    def tie(self, name: str, tie: GridTie) -> None:
        """Add a line that is open as built between two buses of any districts."""
        where = f"grid.ties.{name}"
        one = self._end(f"{where}.from_bus", tie.from_bus)
        other = self._end(f"{where}.to_bus", tie.to_bus)
        if one.ix == other.ix or one.kv != other.kv:
            words = say("expected another bus of {kv:g} kV, got {bus!r}", kv=one.kv, bus=other.id)
            raise InputError(standing_at(f"{where}.to_bus", words))
        self._district_ix = one.district_ix
        self._prefix = self._districts[one.district_ix].id
        taken = {each.id for each in self._sections} | {each.id for each in self._switches}
        taken |= {each.id for each in self._buses} | {each.id for each in self._transformers}
        taken |= {each.id for each in self._substation_transformers}
        if f"{self._prefix}/{name}" in taken:
            words = say("{district!r} has an asset of that name", district=self._prefix)
            raise InputError(standing_at(where, words))
        length_km = tie.length
        if length_km is None:
            length_km = distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
        edge = SourceEdge(
            id=name,
            u="from",
            v="to",
            kind="line",
            length_km=length_km,
            construction=tie.construction,
            max_i_ka=tie.max_i_ka,
            rated_mva=0.0,
            switch_u=tie.switch,
            switch_u_closed=True,
            switch_v=tie.switch,
            switch_v_closed=False,
            switch_u_remote=tie.is_remote,
            switch_v_remote=tie.is_remote,
        )
        self._line(edge, (one, other), tie.construction == "overhead")

    def _end(self, where: str, bus_id: str) -> Bus:
        for bus in self._buses:
            if bus.id == bus_id:
                return bus
        district = bus_id.partition("/")[0]
        near = [each.id for each in self._buses if each.id.startswith(f"{district}/")]
        hint = suggestion(bus_id, near or [f"{each.id}/" for each in self._districts])
        raise InputError(standing_at(where, hinted(say("no bus {bus!r}", bus=bus_id), hint)))

    def _bus(
        self, node: SourceNode, district: DistrictGrid, source: SourceGrid, scale: float
    ) -> Bus:
        latitude, longitude = moved(node, source.station, district, scale)
        bus = Bus(
            ix=len(self._buses),
            id=f"{self._prefix}/bus{node.id}",
            district_ix=self._district_ix,
            kv=node.kv,
            latitude=latitude,
            longitude=longitude,
            is_source=source.is_source(node),
            age_years=node.age_years,
            flood_level_m=node.flood_level_m,
            area=node.area,
        )
        self._buses.append(bus)
        if node.customers or node.load_mw:
            self._transformers.append(
                DistributionTransformer(
                    ix=len(self._transformers),
                    id=f"{self._prefix}/dt{node.id}",
                    district_ix=self._district_ix,
                    bus_ix=bus.ix,
                    customers=node.customers,
                    load_mw=node.load_mw,
                    load_factor=district.load_factor,
                    latitude=latitude,
                    longitude=longitude,
                    has_fuse=node.has_fuse,
                    failures_per_year=node.failures_per_year,
                    repair_h=node.repair_h,
                    replace_h=node.replace_h,
                    customers_by_class=node.customers_by_class,
                    age_years=node.age_years,
                    flood_level_m=node.flood_level_m,
                    area=node.area,
                    backup_mw=node.backup_mw,
                )
            )
        return bus

    def _line(self, edge: SourceEdge, ends: tuple[Bus, Bus], is_overhead: bool) -> None:
        ix = len(self._sections)
        switches = [self._switch(edge, end, ends[end], (ix, NONE, NONE)) for end in (0, 1)]
        places = [(bus.latitude, bus.longitude) for bus in ends]
        spans = math.ceil(edge.length_km / self._section.span_length - 1e-9)
        self._sections.append(
            LineSection(
                ix=ix,
                id=f"{self._prefix}/{edge.id}",
                district_ix=self._district_ix,
                from_bus_ix=ends[0].ix,
                to_bus_ix=ends[1].ix,
                from_switch_ix=switches[0],
                to_switch_ix=switches[1],
                length_km=edge.length_km,
                construction="overhead" if is_overhead else "cable",
                max_i_ka=edge.max_i_ka,
                n_spans=max(1, spans) if is_overhead else 0,
                kv=ends[0].kv,
                latitude=0.5 * (places[0][0] + places[1][0]),
                longitude=0.5 * (places[0][1] + places[1][1]),
                from_place=places[0],
                to_place=places[1],
                failures_per_year=edge.failures_per_year,
                repair_h=edge.repair_h,
                age_years=edge.age_years,
                trees=edge.trees,
                tree_height_m=edge.tree_height_m,
                flood_level_m=edge.flood_level_m,
                r_ohm_per_km=edge.r_ohm_per_km,
                x_ohm_per_km=edge.x_ohm_per_km,
            )
        )

    def _substation_transformer(self, edge: SourceEdge, ends: tuple[Bus, Bus]) -> None:
        ix = len(self._substation_transformers)
        switches = [self._switch(edge, end, ends[end], (NONE, ix, NONE)) for end in (0, 1)]
        high, low = (0, 1) if ends[0].kv >= ends[1].kv else (1, 0)
        self._substation_transformers.append(
            SubstationTransformer(
                ix=ix,
                id=f"{self._prefix}/{edge.id}",
                district_ix=self._district_ix,
                high_bus_ix=ends[high].ix,
                low_bus_ix=ends[low].ix,
                high_switch_ix=switches[high],
                low_switch_ix=switches[low],
                rated_mva=edge.rated_mva,
                latitude=ends[high].latitude,
                longitude=ends[high].longitude,
                failures_per_year=edge.failures_per_year,
                repair_h=edge.repair_h,
                age_years=edge.age_years,
                flood_level_m=edge.flood_level_m,
            )
        )

    def _switch(self, edge: SourceEdge, end: int, bus: Bus, of: tuple[int, int, int]) -> int:
        """Add the switch at one end of an edge, if there is one."""
        kind = edge.switch_v if end else edge.switch_u
        if not kind:
            return NONE
        is_closed = edge.switch_v_closed if end else edge.switch_u_closed
        is_remote = edge.switch_v_remote if end else edge.switch_u_remote
        return self._device(
            switch_id_of(self._prefix, edge, end), kind, bus, is_closed, is_remote, of
        )

    def _coupler(self, edge: SourceEdge, ends: tuple[Bus, Bus]) -> None:
        # one device, though the table names a switch for each of its two ends
        ends_as = (edge.switch_u, edge.switch_v)
        kind = next(each for each in _COUPLERS if each in ends_as)
        coupler_id = f"{self._prefix}/{edge.id}"
        said = {edge.switch_u_remote, edge.switch_v_remote} - {None}
        is_remote = any(said) if said else None
        of = (NONE, NONE, ends[1].ix)
        self._device(coupler_id, kind, ends[0], edge.is_closed, is_remote, of)

    def _device(
        self,
        switch_id: str,
        kind: SwitchDevice,
        bus: Bus,
        is_closed: bool,
        is_remote: bool | None,
        of: tuple[int, int, int],
    ) -> int:
        """Add a switch of a section, a substation transformer or to another bus.

        One that is not said to be remote or not is so by kind and share.
        """
        if is_remote is None:
            is_remote = kind in BREAKERS or switch_id in self._remote_ids
        ix = len(self._switches)
        self._switches.append(
            Switch(
                ix=ix,
                id=switch_id,
                district_ix=bus.district_ix,
                kind=kind,
                bus_ix=bus.ix,
                section_ix=of[0],
                substation_transformer_ix=of[1],
                other_bus_ix=of[2],
                is_closed=is_closed,
                is_remote=is_remote,
                latitude=bus.latitude,
                longitude=bus.longitude,
            )
        )
        return ix
