"""Simulate a power utility's outage response: grid, callers, crews and notices on one clock.

`load_scenario`, `run`, `compare` and `Result` are what analysts need; see `sim.api`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Result, compare, load_scenario, run

__all__ = ["Result", "compare", "load_scenario", "run"]


def __getattr__(name: str) -> Any:
    # imported on first use: the command line must start without the model
    if name in __all__:
        from sim import api

        return getattr(api, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
