"""Columns that grow: one row a finished call, job, message or interruption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Table"]

Columns = dict[str, NDArray[Any]]
"""A table at rest: name of column → array; all of one length. Text columns hold object arrays."""


class Table:
    """Collect the rows of one table in the order they were finished."""

    def __init__(self, name: str, columns: Mapping[str, type]) -> None:
        """Name the columns with their kind: int, float, bool or str."""
        self.name = name
        self._kinds = dict(columns)
        self._rows: dict[str, list[Any]] = {column: [] for column in columns}

    def __len__(self) -> int:
        return len(next(iter(self._rows.values())))

    def append(self, **row: Any) -> None:
        """Add one row; every column must be given."""
        if row.keys() != self._rows.keys():
            raise ValueError(f"table {self.name} has the columns {', '.join(self._rows)}")
        for column, value in row.items():
            self._rows[column].append(value)

    def extend(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many rows."""
        if any(row.keys() != self._rows.keys() for row in rows):
            raise ValueError(f"table {self.name} has the columns {', '.join(self._rows)}")
        for column, values in self._rows.items():
            values.extend([row[column] for row in rows])

    def columns(self) -> Columns:
        """Return the table as arrays: int64, float64, bool, or objects holding str."""
        dtypes: dict[type, Any] = {int: np.int64, float: np.float64, bool: np.bool_, str: object}
        return {
            column: np.array(values, dtype=dtypes[self._kinds[column]])
            for column, values in self._rows.items()
        }
