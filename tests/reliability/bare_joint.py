"""Who is out while several faults stand at once, after ideal switching.

A fault is first only tripped, then switched: its zone is isolated and the rest supplied as far as
it can be. The answer depends on which zones are in which of the two states, not on how it came to
that: operation is ideal, so the ties are set anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.grid.flows import check_switching
from sim.grid.topology import DEAD, Topology
from sim.scenario.reliability import Reliability

__all__ = ["Joint"]


class Joint:
    """Answer for sets of zones with faults; remember what was asked before."""

    def __init__(self, topology: Topology, settings: Reliability) -> None:
        self._topology = topology
        self._keeps_ratings = settings.ratings == "kept"
        self._known: dict[tuple[frozenset[int], ...], frozenset[int]] = {}

    def out(
        self,
        tripped: frozenset[int],
        switched: frozenset[int],
        earlier: frozenset[int] = frozenset(),
    ) -> frozenset[int]:
        """Return the transformer_ix without supply; all zones must be of one district.

        earlier: those tripped that were there when the others were switched, so that nobody closes
        a tie onto them.
        """
        tripped = tripped - switched
        if not tripped and not switched:
            return frozenset()
        key = (tripped, switched, earlier)
        if key not in self._known:
            self._known[key] = self._traced(tripped, switched, earlier)
        return self._known[key]

    def _traced(
        self, tripped: frozenset[int], switched: frozenset[int], earlier: frozenset[int]
    ) -> frozenset[int]:
        topology = self._topology
        district_ix = topology.zone_district_ix[next(iter(tripped or switched))]
        closed = bytearray(topology.normal)
        around = {ix for zone_ix in switched for ix in topology.zone_switches[zone_ix]}
        for switch_ix in around:
            closed[switch_ix] = False
        for zone_ix in earlier:
            # a fault behind its own fuse keeps nobody else waiting
            for switch_ix in topology.feeding_interrupters(zone_ix, topology.normal):
                closed[switch_ix] &= not topology.grid.switches[switch_ix].is_fuse
        feed = topology.feeding(closed, district_ix)
        if switched:
            feed = self._over_ties(closed, feed, around, earlier, district_ix)
        for zone_ix in sorted(tripped):
            if feed[zone_ix] != DEAD:
                devices = topology.feeding_interrupters(zone_ix, closed)
                for switch_ix in devices or topology.zone_switches[zone_ix]:
                    closed[switch_ix] = False
                feed = topology.feeding(closed, district_ix)
        return frozenset(
            ix
            for zone_ix, normal in enumerate(topology.normal_feed)
            if normal != DEAD
            and topology.zone_district_ix[zone_ix] == district_ix
            and (feed[zone_ix] == DEAD or zone_ix in switched or zone_ix in tripped)
            for ix in topology.zone_transformers[zone_ix]
        )

    def _over_ties(
        self,
        closed: bytearray,
        feed: list[int],
        around: Iterable[int],
        tripped: frozenset[int],
        district_ix: int,
    ) -> list[int]:
        """Close normally open switches onto dead parts without a fault, most customers first."""
        topology, barred = self._topology, set(around)
        ties = [
            (switch_ix, pair)
            for switch_ix, pair in enumerate(topology.switch_zones)
            if not topology.normal[switch_ix]
            and switch_ix not in barred
            and topology.zone_district_ix[pair[0]] == district_ix
        ]
        while True:
            ways = []
            for switch_ix, (one, other) in ties:
                if closed[switch_ix] or (feed[one] == DEAD) == (feed[other] == DEAD):
                    continue
                part = topology.region(one if feed[one] == DEAD else other, closed)
                if not part & tripped:
                    ways.append((-self._customers(part), switch_ix))
            for _customers, switch_ix in sorted(ways):
                if self._may_close(closed, switch_ix):
                    closed[switch_ix] = True
                    feed = topology.feeding(closed, district_ix)
                    break
            else:
                return feed

    def _customers(self, zones: Iterable[int]) -> int:
        transformers = self._topology.grid.transformers
        of_zone = self._topology.zone_transformers
        return sum(transformers[ix].customers for zone_ix in zones for ix in of_zone[zone_ix])

    def _may_close(self, closed: bytearray, switch_ix: int) -> bool:
        if not self._keeps_ratings:
            return True
        return check_switching(self._topology, closed, {switch_ix: True}).is_allowed
