"""The report line: what the control room's belief was a while ago, for those who wait for reports.

Belief is looked at inside the clock every few seconds, whether or not anybody asks. The look
writes nothing, so the log stays as it is. Its time is the time of all views: the clock's own tells
when something happened that a seat did not see.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
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
LOOK_S = 5.0
"""How often belief is looked at: reports and boards are up to this much older. Assumption."""
_AFTER_ALL = EventPriority(9)


@dataclass(frozen=True, slots=True)
class Report:
    """Hold belief as it was reported."""

    t_s: float
    customers_out: int
    customers_told: int
    """The same as passed on to the notification officer."""
    incidents: tuple[dict[str, Any], ...]
    out_transformers: tuple[int, ...]
    outages: tuple[dict[str, Any], ...]
    """Outages on purpose that concern somebody, to come, running, or called off."""


class ReportLine:
    """Own the time of the views, and the reports under way."""

    def __init__(self, room: ControlRoom, belief: Belief, clock: Clock, journal: Journal) -> None:
        self._room, self._belief, self._clock, self._journal = room, belief, clock, journal
        self._looks = math.floor(clock.now / LOOK_S)
        self._n_facts = len(journal)
        # who comes in the middle of it all is briefed at once
        self._reports: deque[Report] = deque([self._report(-math.inf)])
        self._plan()

    @property
    def now_s(self) -> float:
        """Return the time of the last look."""
        return self._looks * LOOK_S

    @property
    def latest(self) -> Report:
        """Return the newest report that has come through."""
        return self._reports[0]

    def _plan(self) -> None:
        self._clock.call_at((self._looks + 1) * LOOK_S, self._look, _AFTER_ALL)

    def _look(self) -> None:
        self._looks += 1
        if len(self._journal) != self._n_facts:  # belief does not change without a fact
            self._n_facts = len(self._journal)
            self._reports.append(self._report(self.now_s))
        while len(self._reports) > 1 and self._reports[1].t_s <= self.now_s - LINE_S:
            self._reports.popleft()
        self._plan()

    def _report(self, t_s: float) -> Report:
        grid = self._room.picture.grid
        rows = [
            {
                "id": each.id,
                "district": grid.districts[each.district_ix].id,
                "customers": self._room.figures.customers_of(each),
                "restoration_s": known_time(each.restoration_s),
            }
            for each in self._room.incidents.open()
        ]
        n_out, n_told = self._room.incidents.customers_out(), self._room.figures.customers_out()
        out = tuple(self._belief.out_transformers())
        return Report(t_s, n_out, n_told, tuple(rows), out, tuple(self._outages()))

    def _outages(self) -> Iterator[dict[str, Any]]:
        """Yield the outages on purpose but those that took place and are over."""
        grid = self._room.picture.grid
        for each in self._room.ordered.all.values():
            is_off = each.is_over and math.isnan(each.began_s)
            if each.members and (is_off or not each.is_over):
                yield {
                    "id": each.id,
                    "why": each.why,
                    "district": grid.districts[grid.transformers[each.members[0]].district_ix].id,
                    "customers": int(grid.transformer_customers[list(each.members)].sum()),
                    "begins_s": round(each.start_s, 1),
                    "restoration_s": round(each.restoration_s, 1),
                    "is_off": is_off,
                }
