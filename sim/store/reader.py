"""Read a stored run; its tables are loaded when they are first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import numpy as np

from sim.engine.tables import Columns
from sim.errors import StoreError
from sim.messages import joined, message_of, say, standing_at
from sim.store.columns import digest_table, laid_out_table, n_rows
from sim.store.duck import connect, quoted
from sim.store.layout import TABLES
from sim.store.manifest import Manifest
from sim.store.writer import MANIFEST

__all__ = ["StoredRun", "open_run", "open_whole_run"]


class StoredRun(Mapping[str, Columns]):
    """Give the tables of a run on disk as a mapping, as `RunTables` asks for."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._loaded: dict[str, Columns] = {}
        self._connection = connect()

    def table(self, name: str) -> Columns:
        """Return one table; times that never came are NaN. Raise StoreError when it is damaged."""
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def __getitem__(self, name: str) -> Columns:
        if name not in TABLES:
            raise KeyError(name)
        return self.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def verify(self) -> None:
        """Raise StoreError when a table is not, to the last bit, what was written."""
        changed = [
            name for name in TABLES if digest_table(self[name]) != self.manifest.tables[name].digest
        ]
        if changed:
            words = say("{tables} changed since the run was written", tables=joined(", ", changed))
            raise StoreError(standing_at(self.path, words))

    def _load(self, name: str) -> Columns:
        path = self.path / f"{name}.parquet"
        try:
            query = f"SELECT * FROM read_parquet({quoted(path)})"
            found = self._connection.execute(query).fetchnumpy()
        except duckdb.Error as error:
            words = say("{path} cannot be read: {reason}", path=path, reason=error)
            raise StoreError(words) from error
        columns = laid_out_table(
            name,
            {
                column: values.filled(np.nan) if np.ma.isMaskedArray(values) else values
                for column, values in found.items()
            },
        )
        if n_rows(columns) != self.manifest.tables[name].rows:
            raise StoreError(
                say(
                    "{path} has {found} rows, the manifest says {wanted}",
                    path=path,
                    found=n_rows(columns),
                    wanted=self.manifest.tables[name].rows,
                )
            )
        return columns


def open_whole_run(path: Path) -> StoredRun:
    """Open a stored run and read it whole; raise StoreError too when a table was altered."""
    stored = open_run(path)
    stored.verify()
    return stored


def open_run(path: Path) -> StoredRun:
    """Open a stored run; raise StoreError when it is missing, incomplete or of another layout."""
    path = Path(path)
    if not path.is_dir():
        raise StoreError(standing_at(path, say("there is no such run")))
    if not (path / MANIFEST).is_file():
        raise StoreError(say("{path} holds no {file}: it is not a run", path=path, file=MANIFEST))
    try:
        manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"))
    except StoreError as error:
        raise StoreError(standing_at(path, message_of(error))) from error
    missing = [
        name
        for name in TABLES
        if name not in manifest.tables or not (path / f"{name}.parquet").is_file()
    ]
    if missing:
        tables = joined(", ", missing)
        raise StoreError(say("{path} is incomplete: {tables} missing", path=path, tables=tables))
    return StoredRun(path, manifest)
