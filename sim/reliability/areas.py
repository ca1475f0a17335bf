"""Areas within which faults can have to do with each other: feeders joined by ties."""

from __future__ import annotations

from collections.abc import Iterable

from sim.grid.assets import NONE
from sim.grid.topology import Topology

__all__ = ["areas_of"]


def areas_of(topology: Topology, failing: Iterable[int]) -> list[int]:
    """Return the area of each zone, with faults in some zones.

    Zones behind feeder breakers are of one area when switches join them, whatever their position,
    without a way through the station. Where something of the station can fail, its district, with
    those that ties join it to, is one area.
    """
    breaker = topology.feeder_breaker_of_zone
    whole = {
        joined
        for zone_ix in failing
        if breaker[zone_ix] == NONE
        for joined in topology.joined_districts(topology.zone_district_ix[zone_ix])
    }
    area = [NONE] * topology.n_zones
    for first in range(topology.n_zones):
        if area[first] != NONE:
            continue
        if topology.zone_district_ix[first] in whole:
            joined = topology.joined_districts(topology.zone_district_ix[first])
            area[first] = topology.n_zones + min(joined)
            continue
        area[first], waiting = first, [first]
        for zone_ix in waiting:
            for _switch_ix, other_ix in topology.neighbours[zone_ix]:
                if area[other_ix] == NONE and breaker[zone_ix] != NONE != breaker[other_ix]:
                    area[other_ix] = first
                    waiting.append(other_ix)
    return area
