"""The search for an earth fault by opening switches: what is suspected, and what to open next.

All that telecontrol says of an earth fault on an isolated or compensated neutral is its busbar.
Control opens one feeder after another and closes it again; the alarm that goes tells the feeder.
Then it opens switches of that feeder, each time halving what is left, and at last isolates the
part that no switch divides any more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.control.picture import Picture
from sim.grid.assets import NONE

__all__ = ["EarthSearch", "fed_from", "next_test"]


@dataclass
class EarthSearch:
    """What control knows of one search. Zones and switches are positions in the grid."""

    busbar: int
    since_s: float
    suspects: set[int]
    has_alarm: bool = True
    selected: int = NONE
    """Feeder breaker the line selection device points at."""
    trying: int = NONE
    """Switch opened for a test, now."""
    darkened: frozenset[int] = frozenset()
    """Zones that went dark with it."""
    is_read: bool = False
    """The alarm was read with that switch open: it may be closed again."""
    is_settling: bool = False
    """The last test was undone a moment ago: the alarm, if it is to, will come back."""
    located: set[int] = field(default_factory=set)
    """Zones the search ended at."""
    n_rounds: int = 0
    """Times the search led nowhere and began anew."""

    def known(self) -> tuple[object, ...]:
        """Return everything of the search that the next orders depend on."""
        return (
            self.has_alarm,
            self.selected,
            self.trying,
            self.is_read,
            self.is_settling,
            frozenset(self.suspects),
            frozenset(self.located),
        )


def fed_from(busbar: int, picture: Picture) -> set[int]:
    """Return a busbar's zone and all zones believed fed from it without a transformer between."""
    topology, closed = picture.topology, picture.positions()
    found, waiting = {busbar}, [busbar]
    for zone in waiting:  # grows while it is read: a queue
        for switch_ix, other in topology.neighbours[zone]:
            is_station = bool(topology.zone_substation_transformers[other])
            if closed[switch_ix] and other not in found and not is_station:
                found.add(other)
                waiting.append(other)
    return found


def next_test(search: EarthSearch, picture: Picture, *, by_hand: bool) -> int:
    """Return the switch to open next, or NONE where none divides the suspects.

    Feeders come first: the selected one, then those with the fewest customers. Inside a feeder it
    is the switch that comes nearest to halving the suspects, those under remote control first.
    """
    feeders = _feeders(search, picture)
    if feeders:
        customers = picture.grid.transformer_customers

        def rank(entry: tuple[int, frozenset[int]]) -> tuple[bool, int, int]:
            switch_ix, zones = entry
            out = int(sum(customers[ix] for ix in picture.transformers_in(zones)))
            return switch_ix != search.selected, out, switch_ix

        return min(feeders, key=rank)[0]
    inner = [each for each in _inner(search, picture) if by_hand or _is_remote(each[0], picture)]
    if not inner:
        return NONE

    def halves(entry: tuple[int, int]) -> tuple[bool, float, int]:
        switch_ix, beyond = entry
        away = abs(beyond - len(search.suspects) / 2.0)
        return not _is_remote(switch_ix, picture), away, switch_ix

    return min(inner, key=halves)[0]


def _is_remote(switch_ix: int, picture: Picture) -> bool:
    device = picture.grid.switches[switch_ix]
    return device.is_remote or device.is_breaker


def _feeders(search: EarthSearch, picture: Picture) -> list[tuple[int, frozenset[int]]]:
    """Return the feeders (switch, zones) of the busbar, while several things are suspected.

    The last thing left needs no test: a single feeder, or the busbar itself.
    """
    topology, closed = picture.topology, picture.positions()
    found = []
    left = set(search.suspects)
    for switch_ix, other in topology.neighbours[search.busbar]:
        if not closed[switch_ix] or topology.zone_substation_transformers[other]:
            continue
        zones = frozenset(picture.downstream(switch_ix))
        if zones & left:
            left -= zones
            found.append((switch_ix, zones))
    things = len(found) + bool(left)
    return found if things > 1 else []


def _inner(search: EarthSearch, picture: Picture) -> list[tuple[int, int]]:
    """Return the switches that divide the suspects, with how many lie beyond each."""
    topology, closed = picture.topology, picture.positions()
    around: Iterable[int] = {ix for zone in search.suspects for ix in topology.zone_switches[zone]}
    found = []
    for switch_ix in sorted(around):
        if not closed[switch_ix] or picture.grid.switches[switch_ix].is_fuse:
            continue
        beyond = len(picture.hanging_on(switch_ix, search.suspects))
        if 0 < beyond < len(search.suspects):
            found.append((switch_ix, beyond))
    return found


def is_overdue(search: EarthSearch, run_for_s: float, now_s: float) -> bool:
    """Say whether the fault has been running for longer than it may."""
    return math.isfinite(run_for_s) and now_s >= search.since_s + run_for_s
