"""How to make a place dead for work: which switches open, which ties take over, who stays dark.

A pure rule on a grid and switch positions; loads decide only whether a tie may carry what hangs on
it (`is_allowed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sim.grid.assets import NONE
from sim.grid.topology import DEAD, Positions, Topology, supposed

__all__ = ["Isolation", "Move", "isolate", "zones_of"]

Move = tuple[int, bool]
"""A switch and the position it goes to."""
Check = Callable[[Positions, Mapping[int, bool]], bool]
"""Say whether supposed positions may be changed so: radial, and within the ratings."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """Say how a place is made dead and what that costs."""

    zones: tuple[int, ...]
    """Zones that must be dead."""
    opens: tuple[int, ...]
    ties: tuple[int, ...]
    """Ties that take over what lies beyond."""
    dark: tuple[int, ...]
    """Distribution transformers without supply during the work."""
    dark_alone: tuple[int, ...]
    """Those that would be without it if nothing were taken over."""

    def moves(self, parallel: bool) -> tuple[Move, ...]:
        """Return the switching that begins the work, in order.

        `parallel`: ties close before anything opens (合环转供).
        """
        opens = tuple((ix, False) for ix in self.opens)
        ties = tuple((ix, True) for ix in self.ties)
        return ties + opens if parallel else opens + ties

    def moves_back(self, parallel: bool) -> tuple[Move, ...]:
        """Return the switching that ends it."""
        closes = tuple((ix, True) for ix in reversed(self.opens))
        ties = tuple((ix, False) for ix in self.ties)
        return closes + ties if parallel else ties + closes


def zones_of(topology: Topology, assets: Iterable[str]) -> tuple[int, ...]:
    """Return the zones of some assets; raise KeyError for an unknown one."""
    zones = set()
    zone_of = {
        "section": topology.zone_of_section,
        "transformer": topology.zone_of_transformer,
        "substation_transformer": topology.zone_of_substation_transformer,
        "bus": topology.zone_of_bus,
    }
    for asset in assets:
        place = topology.grid.locate(asset)
        zones.add(zone_of[place.kind][place.ix])
    return tuple(sorted(zones))


def isolate(
    topology: Topology,
    closed: Positions,
    zones: Iterable[int],
    is_allowed: Check,
    *,
    transfer: bool = True,
) -> Isolation | None:
    """Return how zones can be made dead from some positions, or None where they hold a source."""
    work = set(zones)
    if work & set(topology.source_zones):
        return None
    opens = _boundary(topology, closed, work)
    before = topology.feeding(closed)
    positions = supposed(closed, dict.fromkeys(opens, False))
    dark_alone = _dark(topology, before, topology.feeding(positions))
    ties: list[int] = []
    while transfer:
        tie = _best_tie(topology, positions, work, before, is_allowed)
        if tie == NONE:
            break
        positions[tie] = True
        ties.append(tie)
    dark = _dark(topology, before, topology.feeding(positions))
    return Isolation(tuple(sorted(work)), tuple(opens), tuple(ties), dark, dark_alone)


def _boundary(topology: Topology, closed: Positions, work: set[int]) -> list[int]:
    """Return the closed switches around the work; those on dead ends stay as they are."""
    return sorted(
        {
            switch_ix
            for zone in work
            for switch_ix, other in topology.neighbours[zone]
            if closed[switch_ix] and other not in work and not _is_dead_end(topology, other, zone)
        }
    )


def _is_dead_end(topology: Topology, zone: int, towards: int) -> bool:
    """Say whether nothing but the work hangs on a zone: a busbar stub, or a lone load."""
    return all(other == towards for _ix, other in topology.neighbours[zone])


def _dark(topology: Topology, before: list[int], after: list[int]) -> tuple[int, ...]:
    return tuple(
        ix
        for ix, zone in enumerate(topology.zone_of_transformer)
        if before[zone] != DEAD and after[zone] == DEAD
    )


def _best_tie(
    topology: Topology, positions: bytearray, work: set[int], before: list[int], is_allowed: Check
) -> int:
    """Return the open switch that brings most customers back within the ratings, or NONE."""
    feed = topology.feeding(positions)
    grid = topology.grid
    best: tuple[int, int] | None = None
    dead = [zone for zone in range(topology.n_zones) if feed[zone] == DEAD != before[zone]]
    for zone in dead:
        if zone in work:
            continue
        for switch_ix, other in topology.neighbours[zone]:
            is_tie = not positions[switch_ix] and not topology.normal[switch_ix]
            if not is_tie or other in work or feed[other] == DEAD:
                continue
            gains = topology.region(zone, positions)
            customers = sum(
                grid.transformers[ix].customers
                for each in gains
                for ix in topology.zone_transformers[each]
            )
            if gains & work or not customers or not is_allowed(positions, {switch_ix: True}):
                continue
            best = max(best or (0, 0), (customers, -switch_ix))
    return -best[1] if best else NONE
