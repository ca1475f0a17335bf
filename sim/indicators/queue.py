"""What the rows of `calls` say about waiting and agents; a row is a leg of an attempt.

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
    "is_outbound",
    "of_population",
    "queued",
    "reached_agent",
    "talked",
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
    """Return which legs an agent took, whatever came of them; outbound ones: which she dialled."""
    return np.asarray((calls["agent"] >= 0) & np.isfinite(calls["t_wait_end_s"]))


def is_outbound(calls: Columns, manifest: Manifest) -> Bools:
    """Return which legs the centre dials itself."""
    dials = np.array([name in manifest.outbound for name in manifest.call_types], dtype=bool)
    return (
        np.asarray(dials[calls["call_type"]])
        if dials.any()
        else np.zeros(len(calls["call_type"]), dtype=bool)
    )


def talked(calls: Columns, manifest: Manifest) -> Bools:
    """Return on which legs an agent spoke with the customer.

    Of outbound legs only those that ended with an answer are known to have been answered.
    """
    known = has_outcome(calls, manifest, "answered", "transferred")
    return np.where(is_outbound(calls, manifest), known, reached_agent(calls))


def queued(calls: Columns, manifest: Manifest) -> Bools:
    """Return which legs joined the queue of an agent, whether or not they had to wait.

    Who hangs up at once or takes a call back does not wait in that queue.
    """
    waiting_at_the_end = has_outcome(calls, manifest, "cut_off") & np.isfinite(
        calls["t_menu_end_s"]
    )
    gone = has_outcome(calls, manifest, "abandoned", "restored")
    return reached_agent(calls) | gone | waiting_at_the_end


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
