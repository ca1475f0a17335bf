"""What differs where a source grid is placed: overhead lines, remote switches, coordinates."""

from __future__ import annotations

import math

import numpy as np

from sim.engine.streams import Trait, owner_number
from sim.errors import InputError
from sim.grid.source import EARTH_RADIUS_KM, SourceEdge, SourceGrid, SourceNode
from sim.messages import joined, say, standing_at
from sim.scenario.grid import DistrictGrid

__all__ = ["load_break_ids", "moved", "overhead_edges", "remote_switches", "switch_id_of"]


def overhead_edges(
    district: DistrictGrid, source: SourceGrid, trait: Trait, prefix: str
) -> set[str]:
    """Return the ids of the lines that are overhead in a district.

    The source's overhead lines and the listed ones are; cables follow in the order of their trait
    until the share of length is reached, so a higher share only adds.
    """
    lines = {edge.id: edge for edge in source.edges if edge.kind == "line"}
    unknown = [each for each in district.overhead_sections if each not in lines]
    if unknown:
        words = say(
            "no line {lines} in the source grid {source!r}",
            lines=joined(", ", unknown),
            source=district.source,
        )
        raise InputError(standing_at(f"grid.districts.{prefix}.overhead_sections", words))
    chosen = set(district.overhead_sections)
    chosen |= {edge.id for edge in lines.values() if edge.construction == "overhead"}
    wanted_km = (district.overhead_share or 0.0) * sum(line.length_km for line in lines.values())
    built_km = sum(lines[each].length_km for each in chosen)
    if built_km >= wanted_km - 1e-9:
        return chosen
    cables = [each for each in lines if each not in chosen]
    for each in sorted(cables, key=lambda line: trait.of(f"{prefix}/{line}")):
        if built_km >= wanted_km - 1e-9:
            break
        chosen.add(each)
        built_km += lines[each].length_km
    return chosen


def remote_switches(ids: list[str], share: float, trait: Trait) -> set[str]:
    """Return the load-break switches under remote control: the share with the lowest traits."""
    # NOTE: speed: all traits at once; the order is that of `trait.of`, ties as listed
    owners = np.array([owner_number(each) for each in ids], dtype=np.uint64)
    order = np.argsort(trait.of_all(owners), kind="stable")
    return {ids[k] for k in order[: round(share * len(ids))].tolist()}


def switch_id_of(prefix: str, edge: SourceEdge, end: int) -> str:
    """Return the id of the switch at the first or second end of an edge."""
    return f"{prefix}/{edge.id}@{edge.v if end else edge.u}"


def load_break_ids(source: SourceGrid, prefix: str) -> list[str]:
    """Return the load-break switches of lines that the tables leave to the share."""
    return [
        switch_id_of(prefix, edge, end)
        for edge in source.edges
        for end, kind in enumerate((edge.switch_u, edge.switch_v))
        if kind in ("LBS", "SECTIONALISER") and edge.kind != "switch"
    ]


def moved(
    node: SourceNode, station: SourceNode, district: DistrictGrid, scale: float
) -> tuple[float, float]:
    """Return the place of a node after the source is moved to the station and scaled about it."""
    km_per_degree = EARTH_RADIUS_KM * math.pi / 180.0
    north_km = (node.latitude - station.latitude) * km_per_degree
    east_km = (node.longitude - station.longitude) * km_per_degree
    east_km *= math.cos(math.radians(0.5 * (node.latitude + station.latitude)))
    latitude = district.latitude + scale * north_km / km_per_degree
    middle = math.cos(math.radians(0.5 * (latitude + district.latitude)))
    return latitude, district.longitude + scale * east_km / (km_per_degree * middle)
