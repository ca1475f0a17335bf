"""Where switches stand under ideal operation, whatever faults stand at once.

Every faulted zone is at a stage: only tripped; then all that is quick is done (breakers, switches
under remote control); then what must be moved by hand too. Ties are set anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.grid.flows import check_switching
from sim.grid.topology import DEAD, Positions, Topology, supposed
from sim.reliability.practice import opened_on
from sim.scenario.protection import Protection
from sim.scenario.reliability import Reliability

__all__ = ["IdealPositions", "Now", "Stage"]

_Faults = frozenset[tuple[int, "Stage"]]


class Stage(IntEnum):
    """How far the switching for a faulted zone has come."""

    TRIPPED = 0
    QUICK = 1
    DONE = 2


class Now(NamedTuple):
    """Hold how switches stand, and which zones have supply."""

    closed: bytes
    live: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Hold which devices a fault opened, and the zones that lost supply."""

    devices: tuple[int, ...]
    dark: set[int]


class IdealPositions:
    """Answer for sets of faulted zones; remember what was asked before."""

    def __init__(self, topology: Topology, settings: Reliability, practice: Protection) -> None:
        self._topology, self._practice = topology, practice
        self._keeps_ratings = settings.ratings == "kept"
        switches = topology.grid.switches
        self._has_sectionalisers = any(each.is_sectionaliser for each in topology.grid.switches)
        self._is_quick = [each.is_remote or each.is_breaker for each in switches]
        self._customers = topology.grid.transformer_customers.tolist()
        self._known: dict[tuple[_Faults, bool], frozenset[int]] = {}

    def is_quick(self, switch_ix: int) -> bool:
        """Say whether a switch is moved without going there."""
        return self._is_quick[switch_ix]

    def moved(
        self, faults: Mapping[int, Stage], now: Now | None = None, *, with_ties: bool = True
    ) -> frozenset[int]:
        """Return the switches that do not stand as built, by the stage of each faulted zone.

        now: how all stands, which matters where faults overlap or did so.
        """
        key = frozenset(faults.items())
        if now is not None and faults and min(faults.values()) != Stage.DONE:
            return self._compared(self._set(key, now, with_ties))
        return self._alone(key, with_ties)

    def _alone(self, faults: _Faults, with_ties: bool) -> frozenset[int]:
        key = (faults, with_ties)
        if key not in self._known:
            self._known[key] = self._compared(self._set(faults, None, with_ties))
        return self._known[key]

    def _compared(self, closed: bytearray) -> frozenset[int]:
        pairs = enumerate(zip(closed, self._topology.normal, strict=True))
        return frozenset(ix for ix, (stands, built) in pairs if stands != built)

    def _set(self, faults: _Faults, now: Now | None, with_ties: bool) -> bytearray:
        closed = bytearray(self._topology.normal)
        if now is not None:
            self._leave(closed, faults, now)
        cuts = self._cuts(faults, with_ties)
        self._isolate(closed, faults, cuts)
        self._keep_off(closed, faults)
        self._resupply(closed, faults, cuts, now, with_ties)
        return closed

    def _leave(self, closed: bytearray, faults: _Faults, now: Now) -> None:
        """Take over what stands around faults nobody was sent to yet.

        What is open beside them is not closed, and ties closed by hand onto them wait for somebody.
        """
        topology = self._topology
        for zone_ix, stage in faults:
            if stage == Stage.DONE:
                continue
            for each in topology.region(zone_ix, now.closed):
                for switch_ix in topology.zone_switches[each]:
                    if now.closed[switch_ix]:
                        closed[switch_ix] |= not self._is_quick[switch_ix]
            for switch_ix in topology.zone_switches[zone_ix]:
                closed[switch_ix] &= now.closed[switch_ix]

    def _cuts(self, faults: _Faults, with_ties: bool) -> dict[int, _Cut]:
        """Return what protection did about each fault that is not wholly switched yet.

        It struck while all was switched for the others.
        """
        ended = frozenset(each for each in faults if each[1] == Stage.DONE)
        if len(ended) == len(faults):
            return {}
        topology = self._topology
        before = bytearray(topology.normal)
        for switch_ix in self._alone(ended, with_ties) if ended else ():
            before[switch_ix] ^= 1
        cuts = {}
        for zone_ix, _stage in faults - ended:
            district_ix = topology.zone_district_ix[zone_ix]
            devices = self._devices(zone_ix, before)
            opened = devices or topology.zone_switches[zone_ix]
            after = topology.feeding(supposed(before, dict.fromkeys(opened, False)), district_ix)
            had = topology.feeding(before, district_ix)
            dark = {ix for ix, feed in enumerate(after) if feed == DEAD != had[ix]}
            cuts[zone_ix] = _Cut(tuple(devices), dark)
        return cuts

    def _isolate(self, closed: bytearray, faults: _Faults, cuts: Mapping[int, _Cut]) -> None:
        for zone_ix, stage in faults:
            for switch_ix in self._topology.zone_switches[zone_ix]:
                if stage == Stage.DONE or (stage == Stage.QUICK and self._is_quick[switch_ix]):
                    closed[switch_ix] = False
            if stage == Stage.QUICK:
                # a blown fuse waits for somebody
                for switch_ix in cuts[zone_ix].devices:
                    closed[switch_ix] &= self._is_quick[switch_ix]

    def _keep_off(self, closed: bytearray, faults: _Faults) -> None:
        """Open what protection opens where a faulted zone would have voltage."""
        topology = self._topology
        for zone_ix in sorted(ix for ix, _stage in faults):
            feed = topology.feeding(closed, topology.zone_district_ix[zone_ix])
            if feed[zone_ix] != DEAD:
                devices = self._devices(zone_ix, closed)
                for switch_ix in devices or topology.zone_switches[zone_ix]:
                    closed[switch_ix] = False

    def _devices(self, zone_ix: int, closed: Positions) -> list[int]:
        """Return what stands open when protection has done with a lasting fault."""
        topology = self._topology
        devices = topology.feeding_interrupters(zone_ix, closed)
        if len(devices) == 1 and self._has_sectionalisers:
            feed = topology.feeding(closed, topology.zone_district_ix[zone_ix])
            path = topology.path_to_source(zone_ix, feed)
            found = opened_on(path, topology.grid.switches, self._practice)
            return devices if found is None else [found]
        return devices

    def _resupply(
        self,
        closed: bytearray,
        faults: _Faults,
        cuts: Mapping[int, _Cut],
        now: Now | None,
        with_ties: bool,
    ) -> None:
        """Close switches onto dead parts without a fault: quick ones first, then most customers."""
        for district_ix in {self._area(ix) for ix, _stage in faults}:
            while True:
                ways = sorted(self._ways(closed, faults, cuts, now, district_ix))
                best = next(
                    (
                        ix
                        for _late, is_tie, _customers, ix in ways
                        if not is_tie or (with_ties and self._may_close(closed, ix))
                    ),
                    None,
                )
                if best is None:
                    break
                closed[best] = True

    def _ways(
        self,
        closed: bytearray,
        faults: _Faults,
        cuts: Mapping[int, _Cut],
        now: Now | None,
        district_ix: int,
    ) -> list[tuple[bool, bool, int, int]]:
        """Return rank and switch_ix of what may be closed between a live and a dead part."""
        topology = self._topology
        feed = topology.feeding(closed, district_ix)
        around = {ix: other for zone_ix, _ in faults for ix, other in topology.neighbours[zone_ix]}
        faulted = {zone_ix for zone_ix, _stage in faults}
        seen: dict[int, tuple[set[int], Stage, bool, int]] = {}
        ways = []
        for switch_ix, (one, other) in enumerate(topology.switch_zones):
            if (
                closed[switch_ix]
                or switch_ix in around
                or self._area(one) != district_ix
                or (feed[one] == DEAD) == (feed[other] == DEAD)
            ):
                continue
            dead = one if feed[one] == DEAD else other
            if dead not in seen:
                part = topology.region(dead, closed)
                freed_soon = all(
                    self._is_quick[ix]
                    for ix, other in around.items()
                    if other in part and topology.normal[ix]
                )
                told = (
                    part,
                    _stage_of(part, faults, cuts, now),
                    freed_soon,
                    self._customers_in(part),
                )
                seen.update(dict.fromkeys(part, told))
            part, stage, freed_soon, customers = seen[dead]
            is_quick = self._is_quick[switch_ix]
            if part & faulted or stage == Stage.TRIPPED or (stage == Stage.QUICK and not is_quick):
                continue
            is_tie = not topology.normal[switch_ix]
            ways.append((not (is_quick and freed_soon), is_tie, -customers, switch_ix))
        return ways

    def _area(self, zone_ix: int) -> int:
        """Return the first of the districts that ties join a zone to."""
        topology = self._topology
        return min(topology.joined_districts(topology.zone_district_ix[zone_ix]))

    def _customers_in(self, zones: Iterable[int]) -> int:
        of_zone = self._topology.zone_transformers
        return sum(self._customers[ix] for zone_ix in zones for ix in of_zone[zone_ix])

    def _may_close(self, closed: bytearray, switch_ix: int) -> bool:
        if not self._keeps_ratings:
            return True
        return check_switching(self._topology, closed, {switch_ix: True}).is_allowed


def _stage_of(part: set[int], faults: _Faults, cuts: Mapping[int, _Cut], now: Now | None) -> Stage:
    """Return how far it has come with those faults that cut a part off; what is live waits not."""
    if now is not None and any(now.live[ix] for ix in part):
        return Stage.DONE
    found = (stage for ix, stage in faults if ix in cuts and part & cuts[ix].dark)
    return min(found, default=Stage.DONE)
