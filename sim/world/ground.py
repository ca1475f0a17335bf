"""What a crew meets at a place apart from the damage: water, and the work a record gives.

Depths of water are public: control room and crews know them as they are now.
"""

from __future__ import annotations

from sim.engine.clock import Clock
from sim.grid.assets import Grid
from sim.hazards.flooding import Waters
from sim.world.site import place_of

__all__ = ["Ground"]


class Ground:
    """Own the recorded work of faults; answer from when an asset can be worked on."""

    def __init__(self, grid: Grid, waters: Waters, clock: Clock) -> None:
        self._grid, self._waters, self._clock = grid, waters, clock
        self._work_s: dict[str, float] = {}

    def record(self, fault: str, work_s: float) -> None:
        """Note the work on site that a record gives for a fault."""
        self._work_s[fault] = work_s

    def recorded_work_s(self, fault: str) -> float:
        """Return the work on site that a record gives; 0 where there is none."""
        return self._work_s.get(fault, 0.0)

    def workable_s(self, asset: str) -> float:
        """Return from when a low-lying asset is out of the water; now for any other."""
        now_s = self._clock.now
        if self._waters.is_dry_everywhere or not self._is_low(asset):
            return now_s
        place = place_of(self._grid, asset)
        district = self._grid.districts[place.district_ix].id
        return self._waters.workable_s(now_s, district, place.lat, place.lon)

    def _is_low(self, asset: str) -> bool:
        grid = self._grid
        if asset in grid.transformer_ix:
            return grid.transformers[grid.transformer_ix[asset]].flood_level_m is not None
        if asset in grid.section_ix:
            return grid.sections[grid.section_ix[asset]].flood_level_m is not None
        if asset in grid.bus_ix:
            return grid.buses[grid.bus_ix[asset]].flood_level_m is not None
        return False
