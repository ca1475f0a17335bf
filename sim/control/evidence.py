"""Evidence: what reaches the control room of what happened, how late, and how wrongly.

This is the only door between truth and belief besides crews' reports and customers' calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from sim.engine.clock import Clock
from sim.engine.facts import BreakerStateReported, FaultIndicated, LastGaspReceived
from sim.engine.journal import Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams, owner_number
from sim.grid.assets import NONE, Grid
from sim.grid.topology import Topology
from sim.scenario.control import Control

__all__ = ["Evidence"]


class Evidence:
    """Own the sensors: SCADA of breakers, fault indicators, last gasps."""

    def __init__(
        self,
        section: Control,
        topology: Topology,
        clock: Clock,
        journal: Journal,
        streams: Streams,
        is_closed: Callable[[int], bool],
        is_supplied: Callable[[int], bool],
    ) -> None:
        """Take the true position of a switch and the true supply of a transformer."""
        self._section, self._topology = section, topology
        self._clock, self._journal = clock, journal
        self._is_closed, self._is_supplied = is_closed, is_supplied
        self._scada_delay = quantile(section.telecontrol.delay)
        self._indicator_delay = quantile(section.indicators.delay)
        self._gasp_delay = quantile(section.last_gasp.delay)
        self._scada = streams.trait("control.scada")
        self._stale = streams.trait("control.stale")
        self._equipped = streams.trait("control.indicator_equipped")
        self._reading = streams.trait("control.indicator_reading")
        self._reading_delay = streams.trait("control.indicator_delay")
        self._gasp = streams.trait("control.last_gasp")
        self._gasp_time = streams.trait("control.last_gasp_delay")
        self._trips: dict[str, int] = {}
        self._losses: dict[int, int] = {}
        self._owners: dict[int, int] = {}
        self._reported: dict[str, bool] = {}

    @property
    def _grid(self) -> Grid:
        return self._topology.grid

    def breaker_moved(self, device: str, by_itself: bool, cause: int) -> None:
        """Let telecontrol report a breaker's position after a while, unless its station froze."""
        number = self._trips[device] = self._trips.get(device, 0) + 1
        if by_itself and self._stale.of(device, number) < self._section.telecontrol.stale_share:
            return
        delay_s = self._scada_delay(self._scada.of(device, number))
        self._clock.call_in(delay_s, lambda: self._report(device, cause))

    def _report(self, device: str, cause: int) -> None:
        """Report the position of this moment if it is news."""
        closed = self._is_closed(self._grid.switch_ix[device])
        if self._reported.get(device, True) != closed:
            self._reported[device] = closed
            self._journal.write(BreakerStateReported(device, closed), cause)

    def ask(self, device: str, cause: int) -> None:
        """Ask a station where a breaker stands: it reports what it had not."""
        self._report(device, cause)

    def answer(self, device: str, cause: int) -> None:
        """Report a breaker's position at once: the station answered an order.

        It tells of the breakers its feeder hangs on as well, should one have tripped unreported.
        """
        switch_ix = self._grid.switch_ix[device]
        closed = self._is_closed(switch_ix)
        self._reported[device] = closed
        self._journal.write(BreakerStateReported(device, closed), cause)
        feed = self._topology.normal_feed
        above = next(
            (ix for ix in self._topology.switch_zones[switch_ix] if feed[ix] != switch_ix), NONE
        )
        for each in self._topology.path_to_source(above, feed) if above != NONE else ():
            if self._grid.switches[each].is_breaker:
                self._report(self._grid.switches[each].id, cause)

    def locked_out(self, device: str, section: str, fault: str, cause: int) -> None:
        """Let the fault indicators of a feeder answer, if it has any."""
        settings = self._section.indicators
        if self._equipped.of(device) >= settings.feeder_share:
            return
        luck = self._reading.of(fault)
        if luck < settings.miss_share:
            section = ""
        elif luck < settings.miss_share + settings.false_share:
            section = self._neighbour(section, fault)
        delay_s = self._indicator_delay(self._reading_delay.of(fault))
        self._clock.call_in(
            delay_s, lambda: self._journal.write(FaultIndicated(device, section), cause)
        )

    def _neighbour(self, section: str, fault: str) -> str:
        """Return a section next to this one, chosen by the fault's luck."""
        topology = self._topology
        home = topology.zone_of_section[self._grid.section_ix[section]]
        near = sorted(
            {
                self._grid.sections[ix].id
                for _switch, zone in topology.neighbours[home]
                for _other, beyond in topology.neighbours[zone]
                for ix in topology.zone_sections[beyond]
            }
            - {section}
        )
        return near[int(self._reading_delay.of(fault, 1) * len(near))] if near else section

    def supply_lost(self, transformers: Iterable[int], cause: int) -> None:
        """Let meters send their last gasps."""
        lost = list(transformers)
        numbers = [self._losses.get(ix, 0) + 1 for ix in lost]
        self._losses.update(zip(lost, numbers, strict=True))
        # NOTE: speed: a feeder of 10,000 nodes trips as a whole, so all of it is drawn at once
        owners = np.array([self._owner(ix) for ix in lost], dtype=np.uint64)
        episodes = np.array(numbers, dtype=np.uint64)
        luck = self._gasp.of_all(owners, episodes)
        delays = self._gasp_time.of_all(owners, episodes).tolist()
        for k in (luck < self._section.last_gasp.reported_share).nonzero()[0].tolist():
            gasped = partial(self._gasped, lost[k], numbers[k], cause)
            self._clock.call_in(self._gasp_delay(delays[k]), gasped)

    def _owner(self, ix: int) -> int:
        """Return the number that stands for a transformer in every trait."""
        if ix not in self._owners:
            self._owners[ix] = owner_number(self._grid.transformers[ix].id)
        return self._owners[ix]

    def _gasped(self, ix: int, number: int, cause: int) -> None:
        # the head end drops a gasp when the meter has answered again meanwhile
        if self._losses[ix] == number and not self._is_supplied(ix):
            self._journal.write(LastGaspReceived(self._grid.transformers[ix].id), cause)
