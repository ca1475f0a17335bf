"""What the rows of `calls` say about waiting and agents.

Populations: `county` is every caller of a customer group of the grid, `province` the rest of the
province (row 0 of groups), `all` both.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.intervals import merged
from sim.store.columns import RunTables
from sim.store.manifest import Manifest

__all__ = [
    "Bools",
    "Population",
    "busy_intervals",
    "duty_intervals",
    "has_outcome",
    "of_population",
    "queued",
    "reached_agent",
    "waited_s",
]

Population = Literal["all", "county", "province"]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def of_population(calls: Columns, population: Population) -> Columns:
    """Return the calls of one population."""
    if population == "all":
        return calls
    chosen = (calls["group_ix"] == 0) == (population == "province")
    return {name: values[chosen] for name, values in calls.items()}


def has_outcome(calls: Columns, manifest: Manifest, *names: str) -> Bools:
    """Return which calls ended in one of the outcomes named."""
    codes = [manifest.outcomes.index(name) for name in names]
    return np.isin(calls["outcome"], codes)


def reached_agent(calls: Columns) -> Bools:
    """Return which calls were answered by an agent, those cut off in service included."""
    return np.asarray((calls["agent"] >= 0) & np.isfinite(calls["t_wait_end_s"]))


def queued(calls: Columns, manifest: Manifest) -> Bools:
    """Return which calls left the menu for an agent, whether or not they had to wait."""
    waiting_at_the_end = has_outcome(calls, manifest, "cut_off") & np.isfinite(
        calls["t_menu_end_s"]
    )
    return reached_agent(calls) | has_outcome(calls, manifest, "abandoned") | waiting_at_the_end


def waited_s(calls: Columns) -> Floats:
    """Return the time from leaving the menu to being answered, hanging up or the end of the run.

    NaN for calls that never left the menu.
    """
    until = np.where(np.isfinite(calls["t_wait_end_s"]), calls["t_wait_end_s"], calls["t_end_s"])
    return np.asarray(until - calls["t_menu_end_s"])


def busy_intervals(calls: Columns) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return (agent, from, to) of every call in service, in seconds."""
    served = reached_agent(calls)
    return calls["agent"][served], calls["t_wait_end_s"][served], calls["t_end_s"][served]


def duty_intervals(
    tables: RunTables, manifest: Manifest
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return (agent, from, to) of the time on duty, within the run.

    An agent who is still busy when the shift ends is on duty until the call is done.
    """
    shifts = tables["agent_shifts"]
    busy = busy_intervals(tables["calls"])
    return merged(
        np.concatenate((shifts["agent"], busy[0])),
        np.clip(np.concatenate((shifts["t_on_s"], busy[1])), 0.0, manifest.end_s),
        np.clip(np.concatenate((shifts["t_off_s"], busy[2])), 0.0, manifest.end_s),
    )
