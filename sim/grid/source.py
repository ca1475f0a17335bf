"""A source grid as its tables give it, before it is placed anywhere."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Literal

from sim.messages import Message, joined, say

__all__ = [
    "BREAKERS",
    "EARTH_RADIUS_KM",
    "SourceEdge",
    "SourceGrid",
    "SourceNode",
    "defects",
    "distance_km",
]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

EdgeKind = Literal["line", "transformer", "switch"]
SwitchKind = Literal["", "CB", "LBS", "FUSE", "RECLOSER", "SECTIONALISER"]
_MOST_NAMED = 10
"""Lines named in one problem."""
BREAKERS = frozenset({"CB", "RECLOSER"})
"""Kinds of switch that interrupt fault current and can close again."""


@dataclass(frozen=True, slots=True)
class SourceNode:
    """One row of a node table; None where the table leaves a rate or time to the settings."""

    id: str
    kv: float
    latitude: float
    longitude: float
    load_mw: float
    customers: int
    has_fuse: bool = True
    failures_per_year: float | None = None
    repair_h: float | None = None
    replace_h: float | None = None
    is_supply: bool = False
    customers_by_class: tuple[tuple[str, int], ...] = ()
    """Customers of each class named; none: by the shares of the settings."""
    age_years: float | None = None
    flood_level_m: float | None = None
    area: str | None = None
    backup_mw: float | None = None


@dataclass(frozen=True, slots=True)
class SourceEdge:
    """One row of an edge table; a switch kind of '' means that the end has no switch.

    Lasting failures a year of the whole edge and its repair in hours are None where the table
    leaves them to the settings.
    """

    id: str
    u: str
    v: str
    kind: EdgeKind
    length_km: float
    construction: Literal["cable", "overhead"]
    max_i_ka: float
    rated_mva: float
    switch_u: SwitchKind
    switch_u_closed: bool
    switch_v: SwitchKind
    switch_v_closed: bool
    failures_per_year: float | None = None
    repair_h: float | None = None
    age_years: float | None = None
    trees: float | None = None
    tree_height_m: float | None = None
    flood_level_m: float | None = None
    r_ohm_per_km: float | None = None
    x_ohm_per_km: float | None = None
    switch_u_remote: bool | None = None
    switch_v_remote: bool | None = None

    @property
    def is_closed(self) -> bool:
        """Say whether both ends are closed as built."""
        return self.switch_u_closed and self.switch_v_closed


@dataclass(frozen=True)
class SourceGrid:
    """The rows of one source grid.

    It is fed at the nodes that say so; where none does, at those of its highest voltage. Its
    station stands at the first of them.
    """

    nodes: tuple[SourceNode, ...]
    edges: tuple[SourceEdge, ...]

    @cached_property
    def node(self) -> dict[str, SourceNode]:
        """Return the nodes by id."""
        return {each.id: each for each in self.nodes}

    @cached_property
    def station(self) -> SourceNode:
        """Return the first node that is fed from outside: scaling is about it."""
        return max(self.nodes, key=lambda node: (node.is_supply, node.kv))

    def is_source(self, node: SourceNode) -> bool:
        """Say whether a node is fed from outside."""
        return node.is_supply if self.station.is_supply else node.kv == self.station.kv

    @cached_property
    def automatic_scale(self) -> float:
        """Return the median of line length over coordinate distance; 1 when nothing tells."""
        ratios = []
        for edge in self.edges:
            if edge.kind == "line":
                u, v = self.node[edge.u], self.node[edge.v]
                apart = distance_km(u.latitude, u.longitude, v.latitude, v.longitude)
                if apart > 0:
                    ratios.append(edge.length_km / apart)
        return median(ratios) if ratios else 1.0


def distance_km(lat0: float, lon0: float, lat1: float, lon1: float) -> float:
    """Return the distance of two near places on a plane that touches the earth between them."""
    north = math.radians(lat1 - lat0)
    east = math.radians(lon1 - lon0) * math.cos(math.radians(0.5 * (lat0 + lat1)))
    return EARTH_RADIUS_KM * math.hypot(north, east)


def defects(grid: SourceGrid) -> list[tuple[str, Message]]:
    """Return (node id, text) for what the rows together get wrong; each row alone is right."""
    if not grid.nodes:
        return [("", say("the table has no nodes"))]
    connected = _reached(grid, past_breakers=True)
    found = [
        (
            node.id,
            say("node {id} has no path to a source, even with all switches closed", id=node.id),
        )
        for node in grid.nodes
        if node.id not in connected
    ]
    bare = _lines_without_breaker(grid)
    if bare:
        lines, n = joined(", ", bare[:_MOST_NAMED]), len(bare) - _MOST_NAMED
        text = say("no breaker between the source and these lines: {lines}", lines=lines)
        if n > 0:
            text = say("{text} and {n} more", text=text, n=n)
        found.append((grid.station.id, text))
    return found


def _lines_without_breaker(grid: SourceGrid) -> list[str]:
    exposed = _reached(grid, past_breakers=False)
    return [
        edge.id
        for edge in grid.edges
        if edge.kind == "line"
        and (
            (edge.u in exposed and edge.switch_u not in BREAKERS)
            or (edge.v in exposed and edge.switch_v not in BREAKERS)
        )
    ]


def _reached(grid: SourceGrid, *, past_breakers: bool) -> set[str]:
    """Return the nodes joined to a source whatever stands open, or only without a breaker."""
    nearby: dict[str, list[str]] = defaultdict(list)
    for edge in grid.edges:
        if past_breakers or BREAKERS.isdisjoint((edge.switch_u, edge.switch_v)):
            nearby[edge.u].append(edge.v)
            nearby[edge.v].append(edge.u)
    reached = {node.id for node in grid.nodes if grid.is_source(node)}
    waiting = list(reached)
    while waiting:
        for other in nearby[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached
