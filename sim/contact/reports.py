"""Reports: owner of which rows of the call table told the centre of an outage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.contact.state import OUTCOMES, State

__all__ = ["Reports"]

_REPORTED, _ANSWERED, _TRANSFERRED = map(OUTCOMES.index, ("reported", "answered", "transferred"))


class Reports:
    """Find reports among ended calls, as the kernel counts them by transformer.

    A report is made at the end of the menu, or in the first talk of an attempt that comes to its
    end; by callers without supply at that moment whose own call type reports outages. So the rows
    must be read before anybody's supply changes.
    """

    def __init__(self) -> None:
        self._n_read = 0
        self._rows: list[int] = []
        self._own_type: dict[int, int] = {}
        """By caller: the call type of the attempt at hand."""
        self._passed_on: dict[int, int] = {}
        """By caller: the last attempt in which somebody handed the call on."""

    def read(self, s: State) -> None:
        """Read the calls that ended since the last time, with the supply of this moment."""
        first, self._n_read = self._n_read, int(s.desk["n_calls"][0])
        calls = s.calls[first : self._n_read]
        is_out = s.customers["is_out"]
        reports = s.types["reports_outage"]
        rows = np.flatnonzero(calls["group_ix"] > 0)
        columns = ("caller_ix", "attempt", "leg", "type_ix", "group_ix", "outcome")
        for row, caller, attempt, leg, call_type, group, outcome in zip(
            rows.tolist(), *(calls[name][rows].tolist() for name in columns), strict=True
        ):
            if leg == 0:
                self._own_type[caller] = call_type
            if outcome == _REPORTED:
                self._rows.append(first + row)
            elif outcome in (_ANSWERED, _TRANSFERRED):
                is_first_talk = self._passed_on.get(caller) != attempt
                own = self._own_type.get(caller, call_type)
                if is_first_talk and is_out[group] == 1 and reports[own] == 1:
                    self._rows.append(first + row)
                if outcome == _TRANSFERRED:
                    self._passed_on[caller] = attempt

    def since(self, n_known: int) -> NDArray[np.int64]:
        """Return the rows of the reports after the first so many, in the order they ended."""
        return np.array(self._rows[n_known:], dtype=np.int64)
