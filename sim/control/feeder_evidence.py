"""Evidence besides breakers: automatic switches, terminals, infeeds, earth faults on busbars.

Like `control.evidence`, a door between truth and belief: late, and sometimes wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.engine.clock import Clock
from sim.engine.facts import (
    BlockIndicated,
    EarthFaultReported,
    Fact,
    InfeedReported,
    LineSelected,
    SwitchLockReported,
    SwitchStateReported,
)
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.grid.assets import Grid
from sim.scenario.control import Control

__all__ = ["FeederEvidence"]


class FeederEvidence:
    """Own what telecontrol has reported of all this."""

    def __init__(
        self,
        section: Control,
        grid: Grid,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        is_closed: Callable[[int], bool],
    ) -> None:
        """Take the true position of a switch."""
        self._section, self._grid = section, grid
        self._clock, self._journal, self._is_closed = clock, journal, is_closed
        self._delay_s = quantile(section.telecontrol.delay)
        self._late = streams.trait("control.feeder_report")
        self._flag = streams.trait("control.terminal_flag")
        self._has_device = streams.trait("control.line_selection_equipped")
        self._hit = streams.trait("control.line_selection_hit")
        self._wrong = streams.trait("control.line_selection_wrong")
        self._numbers: dict[str, int] = {}
        self._now: dict[str, bool] = {}
        self._told: dict[str, bool] = {}

    def switch_moved(self, device: str, cause: int) -> None:
        """Let a switch under remote control report where it stands after a while."""
        each = self._grid.switches[self._grid.switch_ix[device]]
        if not each.is_remote:
            return

        def report() -> None:
            closed = self._is_closed(each.ix)
            if self._told.get(device, each.is_closed) != closed:
                self._told[device] = closed
                self._journal.write(SwitchStateReported(device, closed), cause)

        self._clock.call_in(self._delay_of(device), report)

    def switch_ordered(self, device: str, closed: bool) -> None:
        """Note where control itself has put a switch: that is no news."""
        if device in self._told:
            self._told[device] = closed

    def switch_locked(self, device: str, section: str, cause: int) -> None:
        """Let a switch under remote control report that it locked itself open."""
        if self._grid.switches[self._grid.switch_ix[device]].is_remote:
            fact = SwitchLockReported(device, section)
            self._clock.call_in(self._delay_of(device), lambda: self._journal.write(fact, cause))

    def infeed(self, bus: str, live: bool, cause: int) -> None:
        """Let the voltage of a source bus be reported."""
        self._tell(bus, live, True, lambda state: InfeedReported(bus, state), cause)

    def earth(self, bus: str, on: bool, cause: int) -> None:
        """Let the earth fault alarm of a busbar be reported, or its end."""
        key = f"{bus}:earth"
        self._tell(key, on, False, lambda state: EarthFaultReported(bus, state), cause)

    def earth_selected(self, bus: str, feeder: str, feeders: Sequence[str], cause: int) -> None:
        """Let the line selection device of a busbar point at a feeder, rightly or not."""
        settings = self._section.earth_search
        if self._has_device.of(bus) >= settings.selection_share or not feeder:
            return
        number = self._count(f"{bus}:selection")
        others = [each for each in feeders if each != feeder]
        if self._hit.of(bus, number) >= settings.selection_hit_share and others:
            feeder = others[int(self._wrong.of(bus, number) * len(others))]
        fact = LineSelected(bus, feeder)
        self._clock.call_in(
            self._delay_of(f"{bus}:selection"), lambda: self._journal.write(fact, cause)
        )

    def block(self, device: str, sections: Sequence[str], fault: str, cause: int) -> None:
        """Let the terminals of a feeder tell between which of them the fault current ended."""
        if not sections or self._flag.of(fault) < self._section.indicators.miss_share:
            return
        fact = BlockIndicated(device, tuple(sections))
        delay_s = self._delay_of(f"{device}:flags")
        self._clock.call_in(delay_s, lambda: self._journal.write(fact, cause))

    def _tell(
        self, key: str, state: bool, usual: bool, fact: Callable[[bool], Fact], cause: int
    ) -> None:
        """Report the state of this moment after a while, if it is news then."""
        self._now[key] = state

        def report() -> None:
            if self._told.get(key, usual) != self._now[key]:
                self._told[key] = self._now[key]
                self._journal.write(fact(self._now[key]), cause)

        self._clock.call_in(self._delay_of(key), report)

    def _count(self, key: str) -> int:
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return self._numbers[key]

    def _delay_of(self, key: str) -> float:
        return self._delay_s(self._late.of(key, self._count(key)))
