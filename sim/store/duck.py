"""One way to open DuckDB: in memory, without extensions from outside."""

from __future__ import annotations

from pathlib import Path

import duckdb

__all__ = ["connect", "quoted"]


def connect() -> duckdb.DuckDBPyConnection:
    """Return a private connection that never looks for an extension on the network."""
    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "threads": "2",
        },
    )


def quoted(path: Path) -> str:
    """Return a path as an SQL text literal."""
    return "'" + str(path).replace("'", "''") + "'"
