"""The report line: what the control room's belief was a while ago, for those who wait for reports.

Belief is looked at inside the clock every few seconds, whether or not anybody asks. The look
writes nothing, so the log stays as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simpy.events import EventPriority

from sim.control.room import ControlRoom
from sim.engine.clock import Clock
from sim.engine.journal import Journal
from sim.world.seen.belief import Belief, known_time

__all__ = ["LINE_S", "LOOK_S", "Report", "ReportLine"]

LINE_S = 60.0
"""Time a report takes between seats. DRILLS 1.3: 10 to 60 s; assumption: the longest."""
LOOK_S = 10.0
"""How often belief is looked at: reports are up to this much older."""
_AFTER_ALL = EventPriority(9)


@dataclass(frozen=True, slots=True)
class Report:
    """Hold belief as it was reported."""

    t_s: float
    customers_out: int
    incidents: tuple[dict[str, Any], ...] = ()
    out_transformers: tuple[int, ...] = ()


class ReportLine:
    """Own the reports under way."""

    def __init__(self, room: ControlRoom, belief: Belief, clock: Clock, journal: Journal) -> None:
        self._room, self._belief, self._clock, self._journal = room, belief, clock, journal
        self._reports: deque[Report] = deque([Report(0.0, 0)])
        self._n_facts = -1
        self._every(clock.now, self._look)

    def _every(self, from_s: float, action: Callable[[], None]) -> None:
        number = int(from_s // LOOK_S)

        def again() -> None:
            nonlocal number
            number += 1
            action()
            self._clock.call_at(number * LOOK_S, again, _AFTER_ALL)

        self._clock.call_at(max(from_s, number * LOOK_S), again, _AFTER_ALL)

    def _look(self) -> None:
        if len(self._journal) == self._n_facts:
            return  # belief does not change without a fact
        self._n_facts = len(self._journal)
        now_s = self._clock.now
        self._reports.append(
            Report(
                now_s,
                self._room.incidents.customers_out(),
                tuple(self._rows()),
                tuple(self._belief.out_transformers()),
            )
        )
        while len(self._reports) > 1 and self._reports[1].t_s <= now_s - LINE_S:
            self._reports.popleft()

    def _rows(self) -> list[dict[str, Any]]:
        grid = self._room.picture.grid
        return [
            {
                "id": each.id,
                "district": grid.districts[each.district_ix].id,
                "customers": self._belief.customers(each),
                "restoration_s": known_time(each.restoration_s),
            }
            for each in self._room.incidents.open()
        ]

    def latest(self, now_s: float) -> Report:
        """Return the newest report that has come through."""
        arrived = [each for each in self._reports if each.t_s <= now_s - LINE_S]
        return arrived[-1] if arrived else Report(0.0, 0)
