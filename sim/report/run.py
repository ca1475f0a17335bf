"""A run as the report sees it: its tables beside its manifest, stored or in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.engine.tables import Columns
from sim.indicators.broken_down import broken_down
from sim.store.columns import RunTables
from sim.store.manifest import Manifest
from sim.units import DAY_S

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """Hold the tables and the manifest of one run."""

    tables: RunTables
    manifest: Manifest

    def __getitem__(self, name: str) -> Columns:
        return self.tables[name]

    @property
    def interval_min(self) -> int:
        """Return the length of intervals in which service is drawn: longer in long runs."""
        return 30 if self.manifest.end_s <= 4 * DAY_S else 60

    @cached_property
    def centre(self) -> Columns:
        """Return the contact centre by part, of the whole run (every_min 0) and by interval."""
        return broken_down(self.tables, self.manifest, every_min=(0, self.interval_min))
