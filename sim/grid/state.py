"""Sole owner of switch positions, blown transformer fuses and supply.

Supply is kept as a forest: each zone knows the switch it is fed through. Opening a switch nobody
is fed through changes nothing; opening another only moves the zones that hang on it, to another
path or into the dark; closing one spreads supply from its live side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.grid.assets import NONE
from sim.grid.topology import DEAD, Topology

__all__ = ["GridState", "SupplyChange"]


@dataclass(frozen=True, slots=True)
class SupplyChange:
    """Say what one operation did to supply: positions in ascending order."""

    lost_zones: tuple[int, ...] = ()
    restored_zones: tuple[int, ...] = ()
    lost_transformers: tuple[int, ...] = ()
    restored_transformers: tuple[int, ...] = ()
    customers_lost: int = 0
    customers_restored: int = 0


_NOTHING = SupplyChange()


class GridState:
    """Own switch positions, blown fuses and supply.

    Read-only views that follow the state, one truth value each:
    `closed` (switches), `zone_supplied` (zones), `transformer_supplied` and `fuse_blown`
    (distribution transformers). `customers_out` counts customers without supply,
    `customers_out_by_district[district_ix]` those of one district.
    """

    def __init__(self, topology: Topology) -> None:
        grid = topology.grid
        self.topology = topology
        self.grid = grid
        self._customers = [each.customers for each in grid.transformers]
        self._district = [each.district_ix for each in grid.transformers]
        # NOTE: speed: plain bytes for the steps, numpy views of the same memory for readers
        self._closed = bytearray(topology.normal)
        self._feed = list(topology.normal_feed)
        self._zones = bytearray(feed != DEAD for feed in self._feed)
        self._supplied = bytearray(self._zones[z] for z in topology.zone_of_transformer)
        self._blown = bytearray(len(grid.transformers))
        self.closed = _view(self._closed)
        self.zone_supplied = _view(self._zones)
        self.transformer_supplied = _view(self._supplied)
        self.fuse_blown = _view(self._blown)
        self.customers_out = 0
        self.customers_out_by_district = [0] * len(grid.districts)
        for ix, has_supply in enumerate(self._supplied):
            if not has_supply:
                self._count_out(ix, 1)

    @property
    def customers_supplied(self) -> int:
        """Return the customers with supply."""
        return self.grid.n_customers - self.customers_out

    def positions(self) -> bytes:
        """Return a copy of all switch positions."""
        return bytes(self._closed)

    def is_closed(self, switch_ix: int) -> bool:
        """Say whether a switch is closed."""
        return bool(self._closed[switch_ix])

    def is_zone_supplied(self, zone_ix: int) -> bool:
        """Say whether a zone has supply."""
        return bool(self._zones[zone_ix])

    def is_transformer_supplied(self, transformer_ix: int) -> bool:
        """Say whether the customers of a distribution transformer have supply."""
        return bool(self._supplied[transformer_ix])

    def upstream_breaker(self, zone_ix: int) -> int:
        """Return the nearest breaker on the zone's present path to its source, or NONE."""
        for switch_ix in self.topology.path_to_source(zone_ix, self._feed):
            if self.grid.switches[switch_ix].is_breaker:
                return switch_ix
        return NONE

    def set_switch(self, switch_ix: int, closed: bool) -> SupplyChange:
        """Move a switch and return what that did to supply (nothing if it stood there already)."""
        if bool(self._closed[switch_ix]) == closed:
            return _NOTHING
        self._closed[switch_ix] = closed
        if closed:
            return self._changed((), self._join(switch_ix))
        hanging = self._cut(switch_ix)
        back = set(self._spread(self._reconnect(hanging)))
        return self._changed([zone_ix for zone_ix in hanging if zone_ix not in back], ())

    def blow_fuse(self, transformer_ix: int) -> SupplyChange:
        """Blow the fuse of a distribution transformer."""
        self._blown[transformer_ix] = True
        return self._refreshed((), (), [transformer_ix])

    def replace_fuse(self, transformer_ix: int) -> SupplyChange:
        """Put a new fuse before a distribution transformer."""
        self._blown[transformer_ix] = False
        return self._refreshed((), (), [transformer_ix])

    # --- zones

    def _cut(self, switch_ix: int) -> list[int]:
        """Darken the zones that hang on a switch and return them."""
        hanging = [
            each for each in self.topology.switch_zones[switch_ix] if self._feed[each] == switch_ix
        ]
        for zone_ix in hanging:  # grows while it is read: a queue
            self._feed[zone_ix] = DEAD
            self._zones[zone_ix] = False
            for each_ix, other_ix in self.topology.neighbours[zone_ix]:
                if self._feed[other_ix] == each_ix:
                    hanging.append(other_ix)
        return hanging

    def _reconnect(self, dark: list[int]) -> list[int]:
        """Feed dark zones that touch a live one over a closed switch; return them."""
        fed = []
        for zone_ix in dark:
            for switch_ix, other_ix in self.topology.neighbours[zone_ix]:
                if self._closed[switch_ix] and self._zones[other_ix]:
                    self._feed[zone_ix] = switch_ix
                    fed.append(zone_ix)
                    break
        for zone_ix in fed:
            self._zones[zone_ix] = True
        return fed

    def _join(self, switch_ix: int) -> list[int]:
        """Spread supply over a switch that was closed; return the zones that got it."""
        one_ix, other_ix = self.topology.switch_zones[switch_ix]
        if self._zones[one_ix] == self._zones[other_ix]:
            return []
        dark_ix = other_ix if self._zones[one_ix] else one_ix
        self._feed[dark_ix] = switch_ix
        self._zones[dark_ix] = True
        return self._spread([dark_ix])

    def _spread(self, fed: list[int]) -> list[int]:
        for zone_ix in fed:  # grows while it is read: a queue
            for switch_ix, other_ix in self.topology.neighbours[zone_ix]:
                if self._closed[switch_ix] and not self._zones[other_ix]:
                    self._feed[other_ix] = switch_ix
                    self._zones[other_ix] = True
                    fed.append(other_ix)
        return fed

    # --- transformers and customers

    def _changed(
        self, lost: list[int] | tuple[()], restored: list[int] | tuple[()]
    ) -> SupplyChange:
        if not lost and not restored:
            return _NOTHING
        of_zone = self.topology.zone_transformers
        touched = [ix for zones in (lost, restored) for zone_ix in zones for ix in of_zone[zone_ix]]
        return self._refreshed(lost, restored, touched)

    def _refreshed(
        self,
        lost: list[int] | tuple[()],
        restored: list[int] | tuple[()],
        touched: list[int],
    ) -> SupplyChange:
        """Set the supply of transformers whose zone or fuse changed."""
        went: list[int] = []
        came: list[int] = []
        for ix in touched:
            has_supply = self._zones[self.topology.zone_of_transformer[ix]] and not self._blown[ix]
            if bool(has_supply) != bool(self._supplied[ix]):
                self._supplied[ix] = bool(has_supply)
                self._count_out(ix, -1 if has_supply else 1)
                (came if has_supply else went).append(ix)
        return SupplyChange(
            tuple(sorted(lost)),
            tuple(sorted(restored)),
            tuple(sorted(went)),
            tuple(sorted(came)),
            sum(self._customers[ix] for ix in went),
            sum(self._customers[ix] for ix in came),
        )

    def _count_out(self, transformer_ix: int, sign: int) -> None:
        customers = sign * self._customers[transformer_ix]
        self.customers_out += customers
        self.customers_out_by_district[self._district[transformer_ix]] += customers


def _view(memory: bytearray) -> NDArray[np.bool_]:
    view = np.frombuffer(memory, dtype=np.bool_)
    view.flags.writeable = False
    return view
