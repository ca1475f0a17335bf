"""Technicians: owner of who repairs, and of the faults that wait for one of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from simpy.events import Event

from sim.engine.clock import Clock
from sim.engine.quantiles import quantile
from sim.engine.streams import Trait
from sim.scenario.technical import Technical
from sim.units import DAY_S, Calendar

__all__ = ["Crew"]


class Crew:
    """Give technicians to faults, first come first served.

    While nobody is on duty one is called out for each fault, as far as there are any; whoever is
    there goes on to the next fault that waits.
    """

    def __init__(
        self, section: Technical, clock: Clock, calendar: Calendar, call_out_luck: Trait
    ) -> None:
        self._section, self._clock, self._calendar = section, clock, calendar
        self._luck = call_out_luck
        self._delay_s = quantile(section.call_out)
        self._waiting: deque[tuple[str, int, Event]] = deque()
        self._busy = 0
        self._called = 0
        self._on_the_way = 0
        self._looks_at_s = -1.0

    def request(self, owner: str, number: int) -> Event:
        """Return an event that happens when a technician is there.

        Its value is what to call when she is done. The owner's so-manieth fault keys the luck.
        """
        event = Event(self._clock)
        self._waiting.append((owner, number, event))
        self._serve()
        return event

    def on_duty(self) -> int:
        """Return the technicians on duty now, those at work included."""
        time_s = self._calendar.time_of_day_s(self._clock.now)
        return sum(
            each.people
            for each in self._section.technicians
            if (time_s - each.from_) % DAY_S < ((each.to - each.from_) % DAY_S or DAY_S)
        )

    def _serve(self) -> None:
        n_here = self.on_duty()
        while self._waiting and self._busy < n_here:
            self._busy += 1
            self._begin(self._done)
        if n_here == 0:
            self._call_out()
        if self._waiting and self._section.technicians:
            self._look_again()

    def _begin(self, done: Callable[[], None]) -> None:
        _owner, _number, event = self._waiting.popleft()
        event.succeed(done)

    def _done(self) -> None:
        self._busy -= 1
        self._serve()

    def _look_again(self) -> None:
        """Look again when the next shift begins."""
        now_s = self._clock.now
        time_s = self._calendar.time_of_day_s(now_s)
        at_s = now_s + min(
            (each.from_ - time_s) % DAY_S or DAY_S for each in self._section.technicians
        )
        if self._looks_at_s <= now_s:
            self._looks_at_s = at_s
            self._clock.call_at(at_s, self._serve)

    # --- called out

    def _call_out(self) -> None:
        while self._called < self._section.called_out and self._on_the_way < len(self._waiting):
            owner, number, _event = self._waiting[self._on_the_way]
            self._called += 1
            self._on_the_way += 1
            self._clock.call_in(self._delay_s(self._luck.of(owner, number)), self._arrives)

    def _arrives(self) -> None:
        self._on_the_way -= 1
        self._go_on()

    def _go_on(self) -> None:
        """Let somebody called out take the next fault that waits, or go home."""
        if self._waiting:
            self._begin(self._go_on)
        else:
            self._called -= 1
