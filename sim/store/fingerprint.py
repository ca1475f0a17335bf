"""Say by hash which code and which text a result came from."""

from __future__ import annotations

import platform
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["code_fingerprint", "text_hash", "versions"]

_PACKAGES = ("stormdesk", "simpy", "networkx", "numpy", "numba", "pydantic", "duckdb")


def text_hash(text: str) -> str:
    """Return a hash of a text as 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def code_fingerprint() -> str:
    """Return one hash of all Python sources below `sim/`, the same whatever the line ends."""
    root = Path(__file__).resolve().parents[1]
    hasher = blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
        source = path.read_bytes().replace(b"\r\n", b"\n")
        hasher.update(f"{path.relative_to(root).as_posix()}:{len(source)};".encode())
        hasher.update(source)
    return hasher.hexdigest()


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version()), ("platform", platform.platform(terse=True))]
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            found.append((package, "not installed"))
    return tuple(found)


def versions() -> dict[str, str]:
    """Return the versions of Python, the platform and the packages a run depends on."""
    return dict(_versions())
