"""Load flows of radial states, so that a switching can be refused for rings or for overload.

The load of each zone is summed from the ends towards the station; the current of a section is
I = P / (sqrt(3) U cos phi), with all loads at one power factor and losses left out. Transformers
in parallel on one busbar share its load by their ratings. Blown fuses are not considered. Where
several sections lie in one zone with no switch between them, each is taken to carry the whole
load of the zone and of what hangs on it (the safe side).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.grid.assets import NONE
from sim.grid.topology import Positions, Topology, supposed

__all__ = ["Flows", "Overload", "SwitchingCheck", "check_switching", "flows"]


@dataclass(frozen=True, slots=True)
class Flows:
    """Hold the flows of one district; both empty when the state is meshed.

    `ring_switch_ix` closes a ring over lines, NONE when the state is radial.
    `section_ka`: kA by section_ix. `transformer_mva`: MVA by substation_transformer_ix.
    Only energised assets with a flow are listed.
    """

    ring_switch_ix: int
    section_ka: dict[int, float]
    transformer_mva: dict[int, float]


@dataclass(frozen=True, slots=True)
class Overload:
    """Name a section or substation transformer above its rating: load over rating, 1 is full."""

    asset_id: str
    loading: float
    loading_before: float


@dataclass(frozen=True, slots=True)
class SwitchingCheck:
    """Say what a supposed switching would do; a ring makes the flows unknown."""

    ring_switch_ix: int
    overloads: tuple[Overload, ...]

    @property
    def is_meshed(self) -> bool:
        """Say whether the switching would close a ring over lines."""
        return self.ring_switch_ix != NONE

    @property
    def is_allowed(self) -> bool:
        """Say whether it leaves a radial state and overloads nothing more than before."""
        return not self.is_meshed and all(
            each.loading <= each.loading_before for each in self.overloads
        )


def flows(
    topology: Topology, closed: Positions, district_ix: int, load_scale: float = 1.0
) -> Flows:
    """Return the flows of one district for any positions; `load_scale` multiplies all loads."""
    station = _station(topology, closed, district_ix)
    order, parent, ring_switch_ix = _lines(topology, closed, station)
    if ring_switch_ix != NONE:
        return Flows(ring_switch_ix, {}, {})
    grid = topology.grid
    loads = grid.transformer_load_mw
    load_mw = {
        zone_ix: load_scale * float(sum(loads[ix] for ix in topology.zone_transformers[zone_ix]))
        for zone_ix in (*station, *order)
    }
    for zone_ix in reversed(order):
        load_mw[parent[zone_ix]] += load_mw[zone_ix]
    section_ka = {
        ix: load_mw[zone_ix] / (math.sqrt(3.0) * grid.sections[ix].kv * grid.power_factor)
        for zone_ix in order
        for ix in topology.zone_sections[zone_ix]
    }
    return Flows(NONE, section_ka, _transformers(topology, closed, station, load_mw))


def check_switching(
    topology: Topology,
    closed: Positions,
    changes: Mapping[int, bool],
    load_scale: float = 1.0,
) -> SwitchingCheck:
    """Say which assets of the districts concerned would be above rating after these changes."""
    after_positions = supposed(closed, changes)
    overloads: list[Overload] = []
    for district_ix in sorted({topology.grid.switches[ix].district_ix for ix in changes}):
        after = flows(topology, after_positions, district_ix, load_scale)
        if after.ring_switch_ix != NONE:
            return SwitchingCheck(after.ring_switch_ix, ())
        loading = _loadings(topology, after)
        if any(share > 1.0 for share in loading.values()):
            before = _loadings(topology, flows(topology, closed, district_ix, load_scale))
            overloads += [
                Overload(asset_id, share, before.get(asset_id, 0.0))
                for asset_id, share in loading.items()
                if share > 1.0
            ]
    return SwitchingCheck(NONE, tuple(overloads))


def _station(topology: Topology, closed: Positions, district_ix: int) -> list[int]:
    """Return the zones with supply that no line lies between: rings among them are allowed."""
    zones = [
        zone_ix
        for zone_ix in topology.source_zones
        if topology.zone_district_ix[zone_ix] == district_ix
    ]
    seen = set(zones)
    for zone_ix in zones:  # grows while it is read: a queue
        for switch_ix, other_ix in topology.neighbours[zone_ix]:
            if closed[switch_ix] and other_ix not in seen and not topology.zone_sections[other_ix]:
                seen.add(other_ix)
                zones.append(other_ix)
    return zones


def _lines(
    topology: Topology, closed: Positions, station: list[int]
) -> tuple[list[int], dict[int, int], int]:
    """Return the zones beyond the station outwards, the zone each hangs on, and a ring's switch."""
    parent = dict.fromkeys(station, NONE)
    feed = dict.fromkeys(station, NONE)
    inside = set(station)
    waiting = list(station)
    for zone_ix in waiting:
        for switch_ix, other_ix in topology.neighbours[zone_ix]:
            if not closed[switch_ix] or switch_ix == feed[zone_ix]:
                continue
            if other_ix not in parent:
                parent[other_ix], feed[other_ix] = zone_ix, switch_ix
                waiting.append(other_ix)
            elif not (zone_ix in inside and other_ix in inside) and feed[other_ix] != switch_ix:
                return [], {}, switch_ix
    return waiting[len(station) :], parent, NONE


def _transformers(
    topology: Topology, closed: Positions, station: list[int], load_mw: Mapping[int, float]
) -> dict[int, float]:
    """Return the MVA of each substation transformer in service."""
    grid, inside = topology.grid, set(station)
    busbar_of = _busbars(topology, closed, station)
    in_service: dict[int, list[int]] = {}
    for zone_ix in station:
        for ix in topology.zone_substation_transformers[zone_ix]:
            each = grid.substation_transformers[ix]
            high, low = (
                topology.zone_of_bus[each.high_bus_ix],
                topology.zone_of_bus[each.low_bus_ix],
            )
            is_on = all(s == NONE or closed[s] for s in (each.high_switch_ix, each.low_switch_ix))
            if is_on and high in inside:
                in_service.setdefault(busbar_of[low], []).append(ix)
    result: dict[int, float] = {}
    for busbar, members in in_service.items():
        mw = sum(load_mw[zone_ix] for zone_ix in station if busbar_of.get(zone_ix) == busbar)
        rated = sum(grid.substation_transformers[ix].rated_mva for ix in members)
        for ix in members:
            share = grid.substation_transformers[ix].rated_mva / rated if rated else 1.0
            result[ix] = mw / grid.power_factor * share
    return result


def _busbars(topology: Topology, closed: Positions, station: list[int]) -> dict[int, int]:
    """Return for each station zone the first zone of its busbar, joined without transformers."""
    inside = set(station)
    busbar_of: dict[int, int] = {}
    for first in station:
        if first in busbar_of or topology.zone_substation_transformers[first]:
            continue
        busbar_of[first] = first
        waiting = [first]
        for zone_ix in waiting:
            for switch_ix, other_ix in topology.neighbours[zone_ix]:
                if (
                    closed[switch_ix]
                    and other_ix in inside
                    and other_ix not in busbar_of
                    and not topology.zone_substation_transformers[other_ix]
                ):
                    busbar_of[other_ix] = first
                    waiting.append(other_ix)
    return busbar_of


def _loadings(topology: Topology, of: Flows) -> dict[str, float]:
    grid = topology.grid
    loading: dict[str, float] = {}
    for ix, ka in of.section_ka.items():
        line = grid.sections[ix]
        loading[line.id] = ka / line.max_i_ka if line.max_i_ka else math.inf
    for ix, mva in of.transformer_mva.items():
        each = grid.substation_transformers[ix]
        loading[each.id] = mva / each.rated_mva if each.rated_mva else math.inf
    return loading
