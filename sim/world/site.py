"""What a crew finds and does on site: the truth, for those who stand before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sim.crews.travel import Place
from sim.grid.assets import (
    Bus,
    DistributionTransformer,
    Grid,
    LineSection,
    SubstationTransformer,
    Switch,
)
from sim.grid.low_voltage import part_place
from sim.grid.state import GridState
from sim.protection.relays import Protection

__all__ = ["OnSite", "place_of"]


def place_of(grid: Grid, asset: str) -> Place:
    """Return where a crew goes for an asset or a switch; raise KeyError for an unknown id."""
    if (ix := grid.section_ix.get(asset)) is not None:
        # NOTE: speed: a patrol names thousands of them
        line = grid.sections[ix]
        return Place(asset, line.district_ix, line.latitude, line.longitude)
    behind = part_place(asset, grid.transformer_ix)
    where = grid.locate(grid.transformers[behind.transformer_ix].id if behind else asset)
    record: LineSection | DistributionTransformer | SubstationTransformer | Switch | Bus
    if where.kind == "switch":
        record = grid.switches[where.ix]
    elif where.kind == "bus":
        record = grid.buses[where.ix]
    elif where.kind == "section":
        record = grid.sections[where.ix]
    elif where.kind == "transformer":
        record = grid.transformers[where.ix]
    else:
        record = grid.substation_transformers[where.ix]
    return Place(asset, record.district_ix, record.latitude, record.longitude)


class Behind(Protocol):
    """What a crew can see and do behind a transformer."""

    def damage_on(self, place: str) -> list[tuple[str, str]]:
        """Return (asset, fault) of what a crew finds at a place behind a transformer."""

    def repaired(self, asset: str, cause: int) -> bool:
        """Mend a part behind a transformer; return whether it is one."""


class OnGround(Protocol):
    """What a crew meets at a place apart from the damage."""

    def workable_s(self, asset: str) -> float:
        """Return from when an asset can be worked on; now, unless it stands in water."""

    def recorded_work_s(self, fault: str) -> float:
        """Return the work on site that a record gives for a fault; 0 where there is none."""


class OnSite:
    """Give crews the truth of the place they stand at."""

    def __init__(
        self,
        grid: Grid,
        state: GridState,
        protection: Protection,
        on_switched: Callable[[str, bool, str, int], None],
    ) -> None:
        self._grid, self._state, self._protection = grid, state, protection
        self._on_switched = on_switched
        self.ground: OnGround | None = None
        """Water and recorded work, where the scenario has any."""
        self.behind: Behind | None = None
        """What lies behind the transformers, where that is modelled."""

    def workable_s(self, asset: str) -> float:
        """Return from when an asset can be worked on; 0 where nothing ever hinders."""
        return 0.0 if self.ground is None else self.ground.workable_s(asset)

    def recorded_work_s(self, fault: str) -> float:
        """Return the work on site that a record gives for a fault; 0 where there is none."""
        return 0.0 if self.ground is None else self.ground.recorded_work_s(fault)

    def damage_on(self, section: str) -> Sequence[tuple[str, str]]:
        """Return (asset, fault) of lasting damage, the oldest first."""
        if self.behind is not None and part_place(section, self._grid.transformer_ix) is not None:
            return self.behind.damage_on(section)
        found = []
        for asset in self._protection.damage_in(section):
            fault = self._protection.faults.standing(asset)
            if fault is not None and fault.kind == "permanent":
                found.append((asset, fault.id))
            else:
                found.append((asset, f"{asset}#fuse"))
        return found

    def kind_of(self, asset: str) -> str:
        """Return overhead, cable or transformer (station equipment and switches too)."""
        behind = part_place(asset, self._grid.transformer_ix)
        if behind is not None:
            return behind.part
        where = self._grid.locate(asset)
        if where.kind != "section":
            return "transformer"
        return self._grid.sections[where.ix].construction

    def has_voltage(self, transformer_ix: int) -> bool:
        """Say whether there is voltage before the fuse of a distribution transformer."""
        return self._state.is_zone_supplied(
            self._state.topology.zone_of_transformer[transformer_ix]
        )

    def operate(self, device: str, closed: bool, crew: str, cause: int) -> None:
        """Move a switch by hand and report it."""
        seq = self._protection.operate(device, closed, crew, cause)
        if seq is not None:
            self._on_switched(device, closed, crew, seq)

    def repaired(self, asset: str, cause: int) -> None:
        """Mark an asset as repaired."""
        if self.behind is not None and self.behind.repaired(asset, cause):
            return
        self._protection.repaired(asset, cause)
