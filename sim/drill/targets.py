"""Whom an inject hits: the first eligible candidate by luck keyed to the inject and the candidate.

The choice among the same candidates is the same whatever was decided before, and a decision that
takes one candidate away leaves the order of the others as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sim.control.incidents import Incident
from sim.crews.crews import Crew
from sim.crews.travel import Place, distance_km
from sim.engine.facts import SupplyRestored
from sim.grid.assets import NONE
from sim.world.site import place_of
from sim.world.world import World

__all__ = [
    "Luck",
    "by_luck",
    "crews_doing",
    "healthy_sections",
    "incidents_with_dark",
    "live_feeders",
    "nearest",
    "restored_feeders",
]

Luck = Callable[[str], float]
"""Keyed luck of one firing of one inject: candidate's id → 0..1."""
T = TypeVar("T")


def by_luck(candidates: Iterable[T], luck: Luck, name: Callable[[T], str]) -> list[T]:
    """Return the candidates in the order of their luck."""
    return sorted(candidates, key=lambda each: (luck(name(each)), name(each)))


def live_feeders(world: World, customers: int, district: str | None = None) -> list[str]:
    """Return the breakers of lines that supply at least so many customers now."""
    grid, state, topology = world.grid, world.state, world.topology
    supplied: dict[int, int] = {}
    for ix, zone in enumerate(topology.zone_of_transformer):
        if state.is_transformer_supplied(ix):
            breaker = state.upstream_breaker(zone)
            if breaker != NONE and grid.switches[breaker].is_feeder_breaker:
                supplied[breaker] = supplied.get(breaker, 0) + int(grid.transformer_customers[ix])
    return [
        grid.switches[ix].id
        for ix in sorted(supplied)
        if supplied[ix] >= max(customers, 1)
        and (district is None or grid.districts[grid.switches[ix].district_ix].id == district)
    ]


def healthy_sections(world: World, breaker: str) -> list[str]:
    """Return the sections with supply through a breaker that have no lasting damage."""
    grid, state, topology = world.grid, world.state, world.topology
    breaker_ix = grid.switch_ix[breaker]
    return [
        section.id
        for section in grid.sections
        if (zone := topology.zone_of_section[section.ix]) is not None
        and state.is_zone_supplied(zone)
        and state.upstream_breaker(zone) == breaker_ix
        and not world.protection.damage_in(section.id)
    ]


def nearest(world: World, breakers: Iterable[str], place: str, n: int) -> list[str]:
    """Return the n breakers nearest to a place, without the place itself."""
    here = place_of(world.grid, place)
    others = [each for each in breakers if each != place]
    return sorted(others, key=lambda each: (_distance(world, each, here), each))[:n]


def _distance(world: World, breaker: str, here: Place) -> float:
    return distance_km(place_of(world.grid, breaker), here)


def restored_feeders(world: World, within_s: float, since_s: float) -> list[str]:
    """Return the breakers behind which somebody got supply back lately and still has it."""
    from_s = max(world.clock.now - within_s, since_s)
    found: dict[str, None] = {}
    for entry in reversed(world.journal.since(0)):
        if entry.t_s < from_s:
            break
        if isinstance(entry.fact, SupplyRestored):
            for name in entry.fact.transformers:
                ix = world.grid.transformer_ix[name]
                if world.state.is_transformer_supplied(ix):
                    zone = world.topology.zone_of_transformer[ix]
                    breaker = world.state.upstream_breaker(zone)
                    if breaker != NONE and world.grid.switches[breaker].is_feeder_breaker:
                        found[world.grid.switches[breaker].id] = None
    return sorted(found)


def crews_doing(world: World, *states: str) -> list[Crew]:
    """Return the crews in one of some states, not held up by wind."""
    return [
        crew for crew in world.crews.crews.values() if crew.state in states and crew.job is not None
    ]


def incidents_with_dark(world: World, transformers: int) -> list[Incident]:
    """Return the open incidents of feeders with at least so many transformers believed out."""
    return [
        each
        for each in world.room.incidents.open()
        if each.is_feeder and len(each.transformers) >= transformers
    ]
