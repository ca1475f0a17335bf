"""Sole owner of fault truth behind the distribution transformers.

Nobody in the control room may ask here; crews may, on site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.engine.facts import LowVoltageFaultCleared, LowVoltageFaultStruck
from sim.engine.journal import NO_CAUSE, Journal
from sim.grid.assets import Grid
from sim.grid.low_voltage import LowVoltageSide, PartKind, part_id

__all__ = ["LowVoltageFault", "LowVoltageFaults"]


@dataclass(slots=True)
class LowVoltageFault:
    """Hold one fault behind a transformer; `fed` are the customers it keeps dark."""

    id: str
    asset: str
    transformer_ix: int
    part: PartKind
    fed: range
    hazard: str
    t_struck_s: float
    seq: int = NO_CAUSE
    is_live: bool = True

    @property
    def is_own(self) -> bool:
        """Say whether it is the customer's own: supply at its meter is whole."""
        return self.part == "customer"


class LowVoltageFaults:
    """Own the faults; write LowVoltageFaultStruck and LowVoltageFaultCleared."""

    def __init__(self, journal: Journal, grid: Grid, sides: Sequence[LowVoltageSide]) -> None:
        self._journal, self._grid, self._sides = journal, grid, sides
        self.all: list[LowVoltageFault] = []
        """Every fault so far, as they struck."""
        self._of_asset: dict[str, LowVoltageFault] = {}
        self._of_transformer: dict[int, list[LowVoltageFault]] = {}
        self._episodes: dict[str, int] = {}

    def strike(
        self, transformer_ix: int, part: PartKind, number: int, hazard: str, now_s: float
    ) -> LowVoltageFault | None:
        """Fail a part, or return None when it has failed already."""
        transformer = self._grid.transformers[transformer_ix].id
        asset = part_id(transformer, part, number)
        if asset in self._of_asset:
            return None
        episode = self._episodes[asset] = self._episodes.get(asset, 0) + 1
        fed = self._sides[transformer_ix].fed(part, number)
        fault = LowVoltageFault(
            f"{asset}#{episode}", asset, transformer_ix, part, fed, hazard, now_s
        )
        fact = LowVoltageFaultStruck(fault.id, asset, part, transformer, hazard, len(fed))
        fault.seq = self._journal.write(fact)
        self.all.append(fault)
        self._of_asset[asset] = fault
        self._of_transformer.setdefault(transformer_ix, []).append(fault)
        return fault

    def clear(self, fault: LowVoltageFault, how: str, cause: int) -> int:
        """Take a live fault away and return the sequence number of the fact."""
        fault.is_live = False
        del self._of_asset[fault.asset]
        self._of_transformer[fault.transformer_ix].remove(fault)
        return self._journal.write(LowVoltageFaultCleared(fault.id, how), cause)

    def on(self, asset: str) -> LowVoltageFault | None:
        """Return the live fault of a part."""
        return self._of_asset.get(asset)

    def behind(self, transformer_ix: int) -> tuple[LowVoltageFault, ...]:
        """Return the live faults behind a transformer, the oldest first."""
        return tuple(self._of_transformer.get(transformer_ix, ()))

    def of(self, transformer_ix: int, customer: int) -> tuple[LowVoltageFault, ...]:
        """Return the live faults that keep one of its customers dark, the oldest first."""
        return tuple(each for each in self.behind(transformer_ix) if customer in each.fed)
