"""A run as the report sees it: its tables beside its manifest, stored or in memory."""

from __future__ import annotations

from dataclasses import dataclass

from sim.engine.tables import Columns
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """Hold the tables and the manifest of one run."""

    tables: RunTables
    manifest: Manifest

    def __getitem__(self, name: str) -> Columns:
        return self.tables[name]
