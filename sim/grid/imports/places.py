"""Coordinates of imported buses in degrees: as given, from a plane drawing, or drawn as a tree."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from statistics import median

from sim.errors import InputError
from sim.grid.imports.network import Network
from sim.grid.imports.options import LENGTH_UNITS_KM, Options
from sim.grid.source import EARTH_RADIUS_KM, distance_km
from sim.messages import quoted, say

__all__ = ["Located", "locate"]

_KM_PER_DEGREE = EARTH_RADIUS_KM * math.pi / 180.0
_FARTHEST_KM = 1000.0
"""A bus farther from the middle of all is not on this network: its coordinates are no use."""
_PLAUSIBLE = (0.05, 50.0)
"""Line length over coordinate distance, between which numbers may be degrees; schematic SimBench
coordinates have about 6.5."""
_TRUE = (0.8, 1.6)
"""The same, between which the coordinates may be those of the real lines."""

Pair = tuple[float, float]
Pairs = dict[str, Pair]
"""(x or longitude, y or latitude) by bus."""


class Located:
    """Hold the places of all buses, and whether these are places on the earth."""

    def __init__(self, places: Pairs, *, on_earth: bool, is_true: bool) -> None:
        self.places = places
        self.on_earth = on_earth
        self.is_true = is_true


def locate(network: Network, options: Options) -> Located:
    """Return longitude and latitude of every bus; plane drawings lie about 0, 0."""
    given = {each.id: each.xy for each in network.buses.values() if each.xy is not None}
    if not given:
        words = say("no bus has coordinates: the grid is drawn as a tree")
        network.findings.assume(network.start, "missing_coordinates", network.name, words)
        return Located(_drawn(_tree(network)), on_earth=False, is_true=False)
    unit = options.xy_unit
    if unit == "degrees" and not _may_be_degrees(given):
        raise InputError(say("--xy degrees: coordinates are beyond 180 and 90 degrees"))
    on_earth = unit == "degrees" or (
        unit == "auto" and _may_be_degrees(given) and _is_plausible(network, given)
    )
    if on_earth:
        places, ratio = given, _ratio(network, given, _on_earth_km)
        is_true = ratio is not None and _TRUE[0] <= ratio <= _TRUE[1]
    else:
        places, is_true = _drawn(_in_km(network, given, unit)), True
    places = _without_strays(network, places)
    if not places:
        return Located(_drawn(_tree(network)), on_earth=False, is_true=False)
    _take_neighbours(network, places)
    return Located(places, on_earth=on_earth, is_true=is_true)


def _may_be_degrees(places: Pairs) -> bool:
    return all(abs(x) <= 180.0 and abs(y) <= 89.0 for x, y in places.values())


def _is_plausible(network: Network, places: Pairs) -> bool:
    ratio = _ratio(network, places, _on_earth_km)
    return ratio is None or _PLAUSIBLE[0] <= ratio <= _PLAUSIBLE[1]


def _on_earth_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    return distance_km(one[1], one[0], two[1], two[0])


def _ratio(network: Network, places: Pairs, apart: Callable[[Pair, Pair], float]) -> float | None:
    """Return the median of line length over the distance of its ends, None if nothing tells."""
    found = []
    for branch in network.branches.values():
        if branch.u in places and branch.v in places and branch.length_km:
            away = apart(places[branch.u], places[branch.v])
            if away > 0:
                found.append(branch.length_km / away)
    return median(found) if found else None


def _in_km(network: Network, places: Pairs, unit: str) -> Pairs:
    """Return plane coordinates in km about the first source (else the middle)."""
    if unit == "auto":
        ratio = _ratio(network, places, math.dist)
        scale = 0.001 if ratio is None else ratio
        words = say(
            "coordinates of a plane drawing, laid about 0° N 0° E: a unit is taken as {m:.4g} m",
            m=1000.0 * scale,
        )
        network.findings.assume(network.start, "coordinates", network.name, words)
    else:
        scale = LENGTH_UNITS_KM[unit]
    at = next((places[each.bus] for each in network.sources if each.bus in places), None)
    x0, y0 = at or (median(x for x, _ in places.values()), median(y for _, y in places.values()))
    return {each: (scale * (x - x0), scale * (y - y0)) for each, (x, y) in places.items()}


def _drawn(in_km: Pairs) -> Pairs:
    """Return degrees of a plane that touches the earth at 0, 0."""
    return {each: (x / _KM_PER_DEGREE, y / _KM_PER_DEGREE) for each, (x, y) in in_km.items()}


def _without_strays(network: Network, places: Pairs) -> Pairs:
    middle = (median(x for x, _ in places.values()), median(y for _, y in places.values()))
    kept = {}
    for bus, place in places.items():
        if _on_earth_km(middle, place) <= _FARTHEST_KM:
            kept[bus] = place
        else:
            at = network.buses[bus].place
            words = say("its coordinates are over {km:g} km from the middle", km=_FARTHEST_KM)
            network.findings.odd(at, "missing_coordinates", bus, words)
    return kept


def _take_neighbours(network: Network, places: Pairs) -> None:
    """Place each bus without coordinates at the nearest bus along the lines that has some."""
    near = network.at()
    waiting = deque((each, each) for each in places)
    while waiting:
        bus, origin = waiting.popleft()
        for branch in near[bus]:
            other = branch.other(bus)
            if other not in places:
                places[other] = places[origin]
                words = say("no coordinates: placed at bus {bus}", bus=quoted(origin))
                at = network.buses[other].place
                network.findings.assume(at, "missing_coordinates", other, words)
                waiting.append((other, origin))
    first = next(iter(places))
    for each in network.buses.values():  # of a part without any coordinates
        if each.id not in places:
            places[each.id] = places[first]
            words = say("no coordinates: placed at bus {bus}", bus=quoted(first))
            network.findings.assume(each.place, "missing_coordinates", each.id, words)


def _tree(network: Network) -> Pairs:
    """Return a drawing in km: eastward by line length from the source, one row for each end."""
    near = network.at()
    seen: set[str] = set()
    rows: dict[str, float] = {}
    away: dict[str, float] = {}
    order: list[tuple[str, str]] = []
    waiting = [(each.bus, "", 0.0) for each in reversed(network.sources)]
    while waiting:
        bus, parent, at_km = waiting.pop()
        if bus in seen:
            continue
        seen.add(bus)
        order.append((bus, parent))
        away[bus] = at_km
        for branch in sorted(near[bus], key=lambda each: each.is_closed):
            step = max(branch.length_km or 0.0, 0.01)
            waiting.append((branch.other(bus), bus, at_km + step))
    parents = {parent for _, parent in order}
    leaves = [bus for bus, _ in order if bus not in parents]
    height = max(away.values(), default=1.0) / max(1, len(leaves))
    rows = {bus: -height * k for k, bus in enumerate(leaves)}
    for bus, parent in reversed(order):
        if parent:
            rows[parent] = max(rows.get(parent, -math.inf), rows[bus])
    return {bus: (away[bus], rows.get(bus, 0.0)) for bus in network.buses}
