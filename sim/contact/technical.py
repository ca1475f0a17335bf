"""Faults of the centre's own equipment: processes on the clock, from a fault to its repair.

Each seat, the menu and the platform have luck of their own, keyed by the number of the fault; a
fault of a seat takes effect only while its agent is on duty, so rates hold per hour of use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from functools import partial

from simpy.events import Event

from sim.contact.centre import Centre
from sim.contact.technicians import Crew
from sim.engine.clock import Clock
from sim.engine.facts import (
    MenuSwitched,
    PlatformFailed,
    PlatformRestored,
    SeatFailed,
    SeatRepaired,
)
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.quantiles import quantile
from sim.engine.streams import Streams
from sim.scenario import technical as section_of
from sim.units import HOUR_S, Calendar

__all__ = ["Technical"]

Repaired = Callable[[], object]
Fails = Callable[[], Repaired | None]
"""Lets something fail; returns what undoes it, or None when it is not in use."""


class Technical:
    """Let equipment fail and be repaired."""

    def __init__(
        self,
        section: section_of.Technical,
        centre: Centre,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        calendar: Calendar,
    ) -> None:
        """Start a process for everything that has a rate of faults."""
        self._section, self._centre = section, centre
        self._clock, self._journal = clock, journal
        self._gap = streams.trait("contact.fault_gap")
        self._found = streams.trait("contact.fault_found")
        self._repair = streams.trait("contact.fault_repair")
        call_out = streams.trait("contact.fault_call_out")
        self._crew = Crew(section, clock, calendar, call_out)
        if section.seats.rate > 0.0:
            for agent_ix, agent in enumerate(centre.agents):
                seat_fails = partial(self._seat_fails, agent_ix)
                self._start(f"seat/{agent.agent}", section.seats, seat_fails)
        self._start("menu", section.menu, self._menu_fails)
        self._start("platform", section.platform, self._platform_fails)

    def _start(self, owner: str, faults: section_of.Faults, fails: Fails) -> None:
        if faults.rate > 0.0:
            self._clock.process(self._life(owner, faults, fails))

    def _life(
        self, owner: str, faults: section_of.Faults, fails: Fails
    ) -> Generator[Event, Callable[[], None], None]:
        """Run one piece of equipment: exponential times to a fault, repair, and so on."""
        repair_s = quantile(faults.repair)
        number = 0
        while True:
            gap_s = -math.log(self._gap.of(owner, number)) * HOUR_S / faults.rate
            yield self._clock.timeout(gap_s)
            repaired = None if self._is_found_in_time(owner, number) else fails()
            if repaired is not None:
                done = yield self._crew.request(owner, number)
                yield self._clock.timeout(repair_s(self._repair.of(owner, number)))
                repaired()
                done()
            number += 1

    def _is_found_in_time(self, owner: str, number: int) -> bool:
        """Say whether a patrol, while the fault that would come now showed, put it right."""
        every_s = self._section.patrol_every
        if every_s is None:
            return False
        since_last_s = self._clock.now % every_s
        return (
            since_last_s < self._section.signs
            and self._found.of(owner, number) < self._section.finds
        )

    # --- what fails

    def _seat_fails(self, agent_ix: int) -> Repaired | None:
        if agent_ix not in self._centre.agents_on_duty():
            return None
        agent = self._centre.agents[agent_ix].agent
        failed = self._journal.write(SeatFailed(agent), NO_CAUSE)
        return self._cut([agent_ix], partial(SeatRepaired, agent), failed)

    def _platform_fails(self) -> Repaired:
        fact = PlatformFailed(len(self._centre.agents_on_duty()))
        failed = self._journal.write(fact, NO_CAUSE)
        return self._cut(range(len(self._centre.agents)), PlatformRestored, failed)

    def _cut(
        self,
        agents: Sequence[int],
        told: Callable[[float], SeatRepaired | PlatformRestored],
        failed: int,
    ) -> Repaired:
        """Cut the calls of agents, who can take no other until the repair."""
        since_s = self._clock.now
        self._centre.set_away(agents, "drop", since_s)

        def repaired() -> None:
            now_s = self._clock.now
            self._centre.set_back(agents, now_s)
            lost_s = self._centre.time_on_duty_s(agents, since_s, now_s)
            self._journal.write(told(lost_s), failed)

        return repaired

    def _menu_fails(self) -> Repaired:
        self._centre.set_menu(False)
        failed = self._journal.write(MenuSwitched("menu", False), NO_CAUSE)

        def repaired() -> None:
            self._centre.set_menu(True)
            self._journal.write(MenuSwitched("menu", True), failed)

        return repaired
