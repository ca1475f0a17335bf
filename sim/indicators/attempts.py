"""The calls of customers, attempt by attempt: the legs of each taken together.

An attempt is a row of `calls` with leg 0 and the legs that follow it. Attempts the centre dials
itself (call types in `manifest.outbound`) are no calls of customers and are left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.tables import Columns
from sim.indicators.queue import (
    Bools,
    has_outcome,
    is_outbound,
    queued,
    reached_agent,
    talked,
    waited_s,
)
from sim.store.manifest import Manifest

__all__ = ["Attempts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Attempts:
    """Hold what is asked of attempts, shape (attempts,) each, ordered by caller, then time."""

    def __init__(self, calls: Columns, manifest: Manifest) -> None:
        self._manifest = manifest
        leg = calls["leg"]
        order = np.lexsort((leg, calls["attempt"], calls["caller"]))
        begins = np.flatnonzero(leg[order] == 0)
        ends = np.append(begins[1:], len(order))[: len(begins)]
        of_customers = ~is_outbound(calls, manifest)[order[begins]]
        self._order, self._begins, self._chosen = order, begins, of_customers
        first, last = order[begins][of_customers], order[ends - 1][of_customers]
        self.caller: Ints = calls["caller"][first]
        self.number: Ints = calls["attempt"][first]
        """0 for the first call of the caller."""
        self.group_ix: Ints = calls["group_ix"][first]
        self.cause: Ints = calls["cause"][first]
        self.type_ix: Ints = calls["call_type"][first]
        """Of the call as it rang."""
        self.t_offered_s: Floats = calls["t_offered_s"][first]
        self.t_menu_end_s: Floats = calls["t_menu_end_s"][first]
        self.outcome: Ints = calls["outcome"][last]
        """How it ended at last."""
        self._first_outcome: Ints = calls["outcome"][first]
        self.is_solved: Bools = calls["solved"][last] == 1
        self.is_queued: Bools = queued(calls, manifest)[first]
        """Waited for an agent in the queue it rang into, or met an idle one."""
        self.is_answered_first: Bools = reached_agent(calls)[first]
        """An agent took the call as it rang, whatever came of it."""
        waits_s = waited_s(calls)[first]
        self.wait_s: Floats = np.where(np.isfinite(waits_s), waits_s, 0.0)
        """In the queue it rang into; a call back ends this wait."""
        self.t_first_end_s: Floats = calls["t_end_s"][first]
        spoke = talked(calls, manifest)
        self.is_connected: Bools = self._legs(spoke) > 0
        """A person spoke with the customer, at once or later."""
        heard_s = np.where(spoke, calls["t_wait_end_s"], np.inf)[order]
        none = np.zeros(0)
        met_s = np.minimum.reduceat(heard_s, begins) if len(begins) else none
        self.t_connected_s: Floats = met_s[of_customers]
        self.n_transfers = self._legs(has_outcome(calls, manifest, "transferred"))
        self.n_talks = self._legs(has_outcome(calls, manifest, "answered", "transferred"))
        self.has_callback: Bools = self._legs(has_outcome(calls, manifest, "callback")) > 0

    def __len__(self) -> int:
        return len(self.caller)

    def _legs(self, rows: Bools) -> Ints:
        """Return how many legs of each attempt are among the rows."""
        if not len(self._begins):
            return np.zeros(0, dtype=np.int64)
        sums = np.add.reduceat(rows[self._order].astype(np.int64), self._begins)
        return np.asarray(sums[self._chosen])

    def ended(self, *names: str) -> Bools:
        """Return which attempts ended at last in one of the outcomes named."""
        codes = [self._manifest.outcomes.index(name) for name in names]
        return np.isin(self.outcome, codes)

    def first_ended(self, *names: str) -> Bools:
        """Return which attempts had a first leg that ended in one of the outcomes named."""
        codes = [self._manifest.outcomes.index(name) for name in names]
        return np.isin(self._first_outcome, codes)

    @property
    def is_first_of_caller(self) -> Bools:
        """Return which attempts are the first of their caller."""
        return np.append(True, self.caller[1:] != self.caller[:-1])[: len(self)]

    @property
    def is_last_of_caller(self) -> Bools:
        """Return which attempts are the last of their caller within the run."""
        return np.append(self.caller[1:] != self.caller[:-1], True)[: len(self)]
