"""Compile the kernel's functions, and keep what was compiled in a folder of its own.

numba notices a change in the file of a function, but not in the files of the functions it calls;
so the folder is named by a hash of all kernel sources. Without numba the same functions run as
plain Python: the same outcome, much slower, with one warning.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["cache_folder", "compiled", "compiled_apart", "compiled_entry", "mark_compiled",
           "needs_compiling"]  # fmt: skip

Function = TypeVar("Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_SOURCES = (
    _HERE / "compiled.py",
    _HERE / "state.py",
    *sorted((_HERE / "kernel").glob("*.py")),
    *(_HERE.parent / "engine" / name for name in ("hashing.py", "sampling.py")),
)
_MARK = "compiled"


def compiled(function: Function) -> Function:
    """Compile a function into whoever calls it, or return it as it is without numba."""
    return _made(function, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled_apart(function: Function) -> Function:
    """Compile a function that is called seldom, or from many places, once and apart.

    Passing all tables costs some 50 ns a call; repeating a rare branch costs time to compile.
    """
    return _made(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled_entry(function: Function) -> Function:
    """Compile a function that Python calls, with all it calls, and keep it.

    NOTE: speed: only entries unpack the tables of Python and lie in the folder; for every function
    that took half as long again to compile.
    """
    return _made(function, cache=True, no_cfunc_wrapper=True)


def _made(function: Function, **options: bool) -> Function:
    numba = _numba()
    if numba is None:
        return function
    # the folder holds for our functions only: another user of numba keeps his own
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        # NOTE: speed: the kernel allocates nothing, so counting references to its tables (_nrt)
        # and passing them from function to function is waste: 1.0 -> 1.7 million calls a second
        made: Function = numba.njit(_nrt=False, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return made


def needs_compiling() -> bool:
    """Say whether the next run has to compile the kernel first (some 15 to 20 seconds)."""
    if importlib.util.find_spec("numba") is None or os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return False
    return not (cache_folder() / _MARK).exists()


def mark_compiled() -> None:
    """Remember that the whole kernel lies compiled in the folder."""
    if needs_compiling():
        (cache_folder() / _MARK).touch()


@cache
def _numba() -> Any:
    try:
        import numba
    except ImportError:
        warnings.warn(
            "numba cannot be imported: the contact kernel runs as plain Python, much slower",
            RuntimeWarning,
            stacklevel=3,
        )
        return None
    return numba


@cache
def cache_folder() -> Path:
    """Return the folder of the compiled kernel; it exists and can be written to."""
    name = f"kernel-{_fingerprint()}"
    for base in (_user_cache(), _own_temporary()):
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="stormdesk-"))


def _fingerprint() -> str:
    """Hash all kernel sources and what compiles them."""
    digest = hashlib.blake2b(digest_size=8)
    for source in _SOURCES:
        digest.update(source.read_bytes())
    for part in (sys.version, platform.machine(), metadata.version("numpy"), _numba_version()):
        digest.update(part.encode())
    return digest.hexdigest()


def _numba_version() -> str:
    try:
        return metadata.version("numba")
    except metadata.PackageNotFoundError:
        return ""


def _user_cache() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "stormdesk"


def _own_temporary() -> Path:
    """Return a folder only this user can write to: compiled code is loaded from it."""
    if not hasattr(os, "getuid"):
        return Path(tempfile.gettempdir()) / "stormdesk"
    folder = Path(tempfile.gettempdir()) / f"stormdesk-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o022 or folder.is_symlink():
        return Path(tempfile.mkdtemp(prefix="stormdesk-"))
    return folder
