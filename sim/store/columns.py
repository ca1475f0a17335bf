"""Bring tables into the stated layout, and digest them.

The digest of a table covers the names, kinds and values of its columns in the order of the layout.
It is the same before writing and after reading, on every platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.errors import StoreError
from sim.messages import Message, joined, say, standing_at
from sim.store.layout import TABLES

__all__ = [
    "RunTables",
    "digest_all",
    "digest_table",
    "empty_tables",
    "laid_out",
    "laid_out_table",
    "n_rows",
]

RunTables = Mapping[str, Columns]
"""All tables of a run, in memory or on disk: name of table → columns."""

_DTYPES: dict[type, Any] = {
    int: np.dtype("<i8"),
    float: np.dtype("<f8"),
    bool: np.dtype(np.bool_),
    str: np.dtype(object),
}
_CASTS = {int: "iu", float: "fiu", bool: "b", str: "OU"}


def n_rows(columns: Columns) -> int:
    """Return the number of rows of a table."""
    return len(next(iter(columns.values())))


def empty_tables() -> dict[str, Columns]:
    """Return every table of the layout without rows."""
    return {
        name: {column: np.zeros(0, dtype=_DTYPES[kind]) for column, (kind, _) in layout.items()}
        for name, layout in TABLES.items()
    }


def laid_out(tables: RunTables) -> dict[str, Columns]:
    """Return the tables with exactly the columns and kinds of the layout, in its order.

    Raise StoreError when a table or column is missing, unknown, of another kind or length.
    """
    _same_names(say("tables"), tables, TABLES)
    return {name: laid_out_table(name, tables[name]) for name in TABLES}


def laid_out_table(name: str, columns: Columns) -> Columns:
    """Return one table as the layout states it."""
    layout = TABLES[name]
    _same_names(say("table {name}", name=name), columns, layout)
    result = {column: _cast(name, column, columns[column]) for column in layout}
    if len({len(values) for values in result.values()}) > 1:
        lengths = joined(", ", (f"{column} {len(values)}" for column, values in result.items()))
        words = say("columns of unequal length: {lengths}", lengths=lengths)
        raise StoreError(standing_at(say("table {name}", name=name), words))
    return result


def _same_names(where: Message, given: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    missing, unknown = wanted.keys() - given.keys(), given.keys() - wanted.keys()
    if missing or unknown:
        words = say(
            "missing {missing}, unknown {unknown}; the layout is sim/store/layout.py",
            missing=sorted(missing) or say("nothing"),
            unknown=sorted(unknown) or say("none"),
        )
        raise StoreError(standing_at(where, words))


def _cast(table: str, column: str, values: NDArray[Any]) -> NDArray[Any]:
    kind = TABLES[table][column][0]
    # an empty numpy array made from an empty list is float64 whatever was meant
    if values.ndim != 1 or (len(values) and values.dtype.kind not in _CASTS[kind]):
        words = say(
            "column {column} holds {dtype} of {n} axes, expected one axis of {kind}",
            column=column,
            dtype=values.dtype,
            n=values.ndim,
            kind=kind.__name__,
        )
        raise StoreError(standing_at(say("table {name}", name=table), words))
    return values.astype(_DTYPES[kind], copy=False)


def digest_table(columns: Columns) -> str:
    """Return the digest of a laid-out table as 32 hexadecimal digits."""
    hasher = blake2b(digest_size=16)
    for column, values in columns.items():
        hasher.update(f"{column}:{values.dtype.kind}:{len(values)};".encode())
        if values.dtype.kind == "O":
            parts = [text.encode() for text in values]
            hasher.update(np.array([len(part) for part in parts], dtype="<i8").tobytes())
            hasher.update(b"".join(parts))
        else:
            hasher.update(np.ascontiguousarray(_one_nan(values)).data)
    return hasher.hexdigest()


def _one_nan(values: NDArray[Any]) -> NDArray[Any]:
    """Give all NaN the same bits: those of a computed and of a stored NaN may differ."""
    if values.dtype.kind != "f":
        return values
    never = np.isnan(values)
    return np.where(never, np.nan, values) if never.any() else values


def digest_all(digests: Mapping[str, str]) -> str:
    """Return the digest of a whole run from those of its tables, in the order of the layout."""
    text = "".join(f"{name}={digests[name]};" for name in TABLES)
    return blake2b(text.encode(), digest_size=16).hexdigest()
