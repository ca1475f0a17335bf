"""Write a run: whole or not at all.

Everything goes into a folder beside the target under a temporary name, which is renamed when the
last file is complete.
"""

from __future__ import annotations

import glob
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from sim.engine.tables import Columns
from sim.errors import StoreError
from sim.messages import say
from sim.store.columns import RunTables, laid_out
from sim.store.duck import connect, quoted
from sim.store.layout import TABLES
from sim.store.manifest import Manifest

__all__ = [
    "MANIFEST",
    "check_writable",
    "probe_folder",
    "rename_whole",
    "save_run",
    "staging",
    "write_tables",
]

MANIFEST = "manifest.json"
_SQL = {int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN", str: "VARCHAR"}
_RETRIES = 40
_RETRY_PAUSE_S = 0.05
_STALE_S = 3600.0
"""So long after its last write a temporary folder is of a run that was killed."""


def save_run(
    target: Path, tables: RunTables, manifest: Manifest, *, overwrite: bool = False
) -> Manifest:
    """Write the tables and manifest of a run to a folder and return the sealed manifest.

    An existing run of the same scenario and seed is replaced; anything else needs `overwrite`.
    Raise StoreError when the target cannot be replaced.
    """
    with staging(target, manifest, overwrite=overwrite) as folder:
        return write_tables(folder, tables, manifest)


@contextmanager
def staging(target: Path, manifest: Manifest, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary folder that becomes the target when the block ends without an error.

    Use it to add a report or indicators to the tables before the run appears.
    """
    target = Path(target)
    _check_target(target, manifest, overwrite)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target)
    folder = target.with_name(f"{target.name}.tmp-{secrets.token_hex(4)}")
    folder.mkdir()
    try:
        yield folder
        _replace_folder(folder, target, manifest, overwrite)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_writable(target: Path) -> None:
    """Raise StoreError or OSError when a run could not be written there, before it is run."""
    _check_kind(target)
    probe_folder(target.parent)


def probe_folder(folder: Path) -> None:
    """Make a folder where there is none; raise OSError when nothing can be written into it."""
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f"probe.tmp-{secrets.token_hex(4)}"
    probe.mkdir()
    probe.rmdir()


def _remove_stale(target: Path) -> None:
    """Remove temporary folders of this target that nobody has written to for long."""
    for folder in target.parent.glob(f"{glob.escape(target.name)}.tmp-*"):
        if not re.fullmatch(r"[0-9a-f]{8}", folder.name[len(target.name) + len(".tmp-") :]):
            continue
        try:
            last_s = max(each.stat().st_mtime for each in (folder, *folder.iterdir()))
        except OSError:  # renamed or removed meanwhile: it was alive
            continue
        if time.time() - last_s > _STALE_S:
            shutil.rmtree(folder, ignore_errors=True)


def write_tables(folder: Path, tables: RunTables, manifest: Manifest) -> Manifest:
    """Write every table and the manifest into a folder and return the sealed manifest."""
    tidy = laid_out(tables)
    sealed = manifest.sealed(tidy)
    with connect() as connection:
        for name, columns in tidy.items():
            _write_table(connection, name, columns, folder / f"{name}.parquet")
    (folder / MANIFEST).write_text(sealed.to_json(), encoding="utf-8", newline="\n")
    return sealed


def _write_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, path: Path
) -> None:
    """Write one table; the casts give empty and all-NaN columns their kind."""
    select = ", ".join(
        f'CAST("{column}" AS {_SQL[kind]}) AS "{column}"'
        for column, (kind, _) in TABLES[name].items()
    )
    connection.register("given_rows", columns)
    connection.execute(
        f"COPY (SELECT {select} FROM given_rows) TO {quoted(path)}"
        " (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.unregister("given_rows")


def _check_kind(target: Path) -> bool:
    """Tell whether a run stands at the target; raise StoreError when something else does."""
    if not target.exists():
        return False
    if not target.is_dir():
        raise StoreError(say("{path} is a file: name a folder for the run", path=target))
    if not any(target.iterdir()):
        return False
    if not (target / MANIFEST).is_file():
        words = say("{path} exists and is not a run: name another folder", path=target)
        raise StoreError(words)
    return True


def _check_target(target: Path, manifest: Manifest, overwrite: bool) -> None:
    """Refuse a target that holds something else; even `overwrite` replaces only a run."""
    if not _check_kind(target) or overwrite or _holds_same_run(target, manifest):
        return
    raise StoreError(
        say(
            "{path} holds another run (another scenario or seed):"
            " name another folder, or allow overwriting",
            path=target,
        )
    )


def _holds_same_run(target: Path, manifest: Manifest) -> bool:
    try:
        stored = Manifest.from_json((target / MANIFEST).read_text(encoding="utf-8"))
    except StoreError:
        return False
    return stored.is_same_run(manifest)


def _replace_folder(folder: Path, target: Path, manifest: Manifest, overwrite: bool) -> None:
    """Put the finished folder in the target's place; the old run stays until that worked."""
    _check_target(target, manifest, overwrite)  # somebody may have come first meanwhile
    if not target.exists():
        rename_whole(folder, target)
        return
    old = target.with_name(f"{target.name}.old-{secrets.token_hex(4)}")
    rename_whole(target, old)
    try:
        rename_whole(folder, target)
    except OSError:
        rename_whole(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def rename_whole(source: Path, target: Path) -> None:
    """Rename a finished file or folder, waiting for virus scanners and indexers on Windows."""
    for attempt in range(_RETRIES):
        try:
            os.replace(source, target)
        except PermissionError:
            if os.name != "nt" or attempt == _RETRIES - 1:
                raise
            time.sleep(_RETRY_PAUSE_S)
        else:
            return
