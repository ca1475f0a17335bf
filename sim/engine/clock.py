"""The clock: SimPy's environment, which takes one compiled part along.

Before SimPy handles its next event at time t, the part handles all of its own events up to and
including t. When one of them must be heard earlier (a watched count crossed its threshold), the
part stops there, and the clock schedules that moment. Running in slices changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heappush
from typing import Protocol

import simpy
from simpy.events import NORMAL, Event, EventPriority

__all__ = ["LAST", "Clock", "CompiledPart"]

LAST = EventPriority(2)
"""SimPy priority of commands: after everything else at the same time, in the order given."""


class CompiledPart(Protocol):
    """What the clock needs of the one part that is not SimPy."""

    def advance(self, until_s: float) -> float | None:
        """Handle all events up to and including until_s, or stop at one that must be heard.

        Return the time of that event, or None when all are handled.
        """

    def heard(self) -> None:
        """React to the event the part stopped at."""


class Clock(simpy.Environment):
    """Own the time: seconds since the scenario's start."""

    def __init__(self) -> None:
        super().__init__(initial_time=0.0)
        self._part: CompiledPart | None = None

    def take_along(self, part: CompiledPart) -> None:
        """Attach the compiled part; there is exactly one."""
        if self._part is not None:
            raise ValueError("the clock has its compiled part already")
        self._part = part

    def step(self) -> None:
        """Advance the compiled part to the next SimPy event, then handle that event."""
        if self._part is not None:
            upto = self.peek()
            if not math.isinf(upto):
                stopped = self._part.advance(upto)
                if stopped is not None:
                    self._wake(stopped)
        super().step()

    def call_at(
        self, t_s: float, action: Callable[[], object], priority: EventPriority = NORMAL
    ) -> Event:
        """Run an action at a time from now on; a past time means now."""

        def run(_event: Event) -> None:
            action()

        event = Event(self)
        event._ok = True
        event._value = None
        event.callbacks = [run]
        # at t_s itself, not after a delay: now + (t_s - now) may miss it by the last bit, and the
        # compiled part has handled its events up to exactly t_s
        heappush(self._queue, (max(t_s, self.now), priority, next(self._eid), event))
        return event

    def call_in(
        self, delay_s: float, action: Callable[[], object], priority: EventPriority = NORMAL
    ) -> Event:
        """Run an action after a delay in seconds."""
        return self.call_at(self.now + delay_s, action, priority)

    def _wake(self, t_s: float) -> None:
        part = self._part
        assert part is not None
        self.call_at(t_s, part.heard)
