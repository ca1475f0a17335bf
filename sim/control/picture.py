"""The control room's picture of the grid: owner of believed switch positions and supply.

It starts as built, and changes only by reports and by switching the control room ordered itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.grid.assets import NONE, Grid
from sim.grid.topology import DEAD, Topology, supposed

__all__ = ["Change", "Picture"]

Change = tuple[list[int], list[int]]
"""Transformers (believed to be) losing and regaining supply."""


class Picture:
    """Own what control believes of switches and supply."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self.positions = bytearray(topology.normal)
        self._feed = list(topology.normal_feed)

    @property
    def grid(self) -> Grid:
        """Return the grid as built."""
        return self.topology.grid

    def set(self, switch_ix: int, closed: bool) -> Change:
        """Believe a switch in a position; return the transformers whose supply changes."""
        if bool(self.positions[switch_ix]) == closed:
            return [], []
        district_ix = self.grid.switches[switch_ix].district_ix
        zones = self.zones_of(district_ix)
        before = [self._feed[zone] != DEAD for zone in zones]
        self.positions[switch_ix] = closed
        feed = self.topology.feeding(self.positions, district_ix)
        lost: list[int] = []
        restored: list[int] = []
        for zone, had in zip(zones, before, strict=True):
            self._feed[zone] = feed[zone]
            has = feed[zone] != DEAD
            if has != had:
                (restored if has else lost).extend(self.topology.zone_transformers[zone])
        return lost, restored

    def zones_of(self, district_ix: int) -> list[int]:
        """Return the zones of a district."""
        return [
            zone
            for zone in range(self.topology.n_zones)
            if self.topology.zone_district_ix[zone] == district_ix
        ]

    def is_live(self, zone_ix: int) -> bool:
        """Say whether a zone is believed to have supply."""
        return self._feed[zone_ix] != DEAD

    def feeder_breaker(self, transformer_ix: int) -> int:
        """Return the feeder breaker a transformer is believed to hang on, or NONE."""
        zone = self.topology.zone_of_transformer[transformer_ix]
        for switch_ix in self.topology.path_to_source(zone, self._feed):
            if self.grid.switches[switch_ix].is_feeder_breaker:
                return switch_ix
        return self.topology.feeder_breaker_of_zone[zone] if not self.is_live(zone) else NONE

    def behind(self, switch_ix: int) -> list[int]:
        """Return the zones that would be fed through a switch if it were closed."""
        return self.topology.downstream(switch_ix, supposed(self.positions, {switch_ix: True}))

    def with_changes(self, changes: Mapping[int, bool]) -> bytearray:
        """Return the believed positions with some moves supposed."""
        return supposed(self.positions, changes)

    def transformers_in(self, zones: Iterable[int]) -> list[int]:
        """Return the transformers of some zones."""
        return [ix for zone in zones for ix in self.topology.zone_transformers[zone]]
