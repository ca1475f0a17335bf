"""Voltage-time feeder automation: load-break switches that act on voltage and time alone.

A switch opens when both of its sides have lost voltage. It closes X after one side has got voltage
again. It locks open when voltage is lost within Y of its closing (it closed onto the fault), or
when a side had voltage for less than Y only (the fault lies there, and was met over another
switch). A tie closes XL after one of its sides has lost voltage, unless it is locked, or the side
went dark by order: what is switched off on purpose stays off. A switch opened by order stays open
until it is closed by order.

The switches are those under remote control: they have the drive and the terminal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sim.engine.clock import Clock
from sim.grid.assets import NONE, Grid
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.scenario.protection import Protection as Settings

__all__ = ["VoltageTime"]


@dataclass(slots=True)
class _Device:
    """One automatic switch; `live` and `came_s` are of its two sides."""

    wait_s: float
    is_tie: bool
    live: tuple[bool, bool] = (True, True)
    came_s: list[float] = field(default_factory=lambda: [-math.inf, -math.inf])
    closed_s: float = -math.inf
    toward: int = NONE
    timer: int = 0
    is_waiting: bool = False
    is_locked: bool = False
    is_blocked: bool = False


class VoltageTime:
    """Own the automatic switches of the feeders that have them."""

    def __init__(
        self,
        clock: Clock,
        grid: Grid,
        state: GridState,
        settings: Settings,
        move: Callable[[int, bool, int], None],
        lock: Callable[[int, int, int], None],
    ) -> None:
        """Call `move(switch_ix, closed, cause)` and `lock(switch_ix, towards zone_ix, cause)`."""
        self._clock, self._grid, self._state = clock, grid, state
        self._settings = settings.voltage_time
        self._move, self._lock = move, lock
        self._devices = _devices(state.topology, settings)
        for ix in self._devices:
            self._devices[ix].live = self._sides(ix)

    @property
    def is_used(self) -> bool:
        """Say whether any switch is automatic."""
        return bool(self._devices)

    def followed(self, zones: Iterable[int], cause: int, *, by_order: bool = False) -> None:
        """Look at the switches around zones that lost or got voltage."""
        around = self._state.topology.zone_switches
        for ix in sorted({ix for zone in zones for ix in around[zone] if ix in self._devices}):
            device = self._devices[ix]
            if by_order and device.is_tie and all(device.live):
                device.is_blocked = not all(self._sides(ix))
            self._look(ix, cause)

    def ordered(self, switch_ix: int, closed: bool) -> None:
        """Give up what a switch was about to do: it was moved by order."""
        device = self._devices.get(switch_ix)
        if device is None:
            return
        device.timer += 1
        device.is_waiting = device.is_locked = False
        device.is_blocked = not closed and not device.is_tie
        if closed:
            self._note_closing(switch_ix, device)

    # --- one switch

    def _sides(self, ix: int) -> tuple[bool, bool]:
        one_ix, other_ix = self._state.topology.switch_zones[ix]
        return self._state.is_zone_supplied(one_ix), self._state.is_zone_supplied(other_ix)

    def _note_closing(self, ix: int, device: _Device) -> None:
        zones = self._state.topology.switch_zones[ix]
        dark = [zone for zone, live in zip(zones, device.live, strict=True) if not live]
        device.closed_s = self._clock.now
        device.toward = dark[0] if len(dark) == 1 else NONE

    def _look(self, ix: int, cause: int) -> None:
        device = self._devices[ix]
        before, device.live = device.live, self._sides(ix)
        if self._state.is_closed(ix):
            if not any(device.live):
                self._lost(ix, device, cause)
            return
        self._note_sides(ix, device, before, cause)
        if device.is_tie and all(device.live):
            device.is_locked = device.is_blocked = False
        wanted = device.live[0] != device.live[1] and not (device.is_locked or device.is_blocked)
        if wanted and not device.is_waiting:
            self._wait(ix, device, cause)
        elif not wanted:
            device.timer += 1
            device.is_waiting = False

    def _note_sides(self, ix: int, device: _Device, before: tuple[bool, bool], cause: int) -> None:
        """Lock a switch a side of which had voltage for a moment only."""
        now_s, zones = self._clock.now, self._state.topology.switch_zones[ix]
        for side, zone in enumerate(zones):
            if device.live[side] and not before[side]:
                device.came_s[side] = now_s
            elif before[side] and not device.live[side]:
                brief = now_s - device.came_s[side] < self._settings.y_time
                if brief and not device.is_locked:
                    device.is_locked = True
                    self._lock(ix, zone, cause)

    def _lost(self, ix: int, device: _Device, cause: int) -> None:
        """Open a closed switch without voltage; lock it if it closed a moment ago."""
        just_closed = self._clock.now - device.closed_s <= self._settings.y_time
        if just_closed and device.toward != NONE and not device.is_locked:
            device.is_locked = True
            self._lock(ix, device.toward, cause)

        def open_dead() -> None:
            if self._state.is_closed(ix) and not any(self._sides(ix)):
                self._move(ix, False, cause)

        self._clock.call_in(self._settings.open_delay, open_dead)

    def _wait(self, ix: int, device: _Device, cause: int) -> None:
        device.timer += 1
        device.is_waiting = True
        timer = device.timer

        def close() -> None:
            if device.timer == timer and not self._state.is_closed(ix):
                device.is_waiting = False
                self._note_closing(ix, device)
                self._move(ix, True, cause)

        self._clock.call_in(device.wait_s, close)


def _devices(topology: Topology, settings: Settings) -> dict[int, _Device]:
    """Return the automatic switches with the time each waits: multiples of X along a feeder."""
    grid, x_s = topology.grid, settings.voltage_time.x_time
    ranks, sizes = _ranks(topology, settings)
    devices = {}
    for ix, (rank, above) in ranks.items():
        devices[ix] = _Device((rank - above) * x_s, is_tie=False)
    for each in grid.switches:
        if each.is_closed or each.kind != "LBS" or not each.is_remote:
            continue
        breakers = {
            topology.feeder_breaker_of_zone[zone] for zone in topology.switch_zones[each.ix]
        }
        if breakers <= sizes.keys():
            slowest_s = x_s * (max(sizes[ix] for ix in breakers) + 1) + sum(settings.dead_times)
            devices[each.ix] = _Device(max(settings.voltage_time.tie_time, slowest_s), is_tie=True)
    return devices


def _ranks(
    topology: Topology, settings: Settings
) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
    """Return the rank of each switch on its feeder and that of the one above it; and how many.

    The second is by feeder breaker. Ranks grow breadth first, from 1.
    """
    grid = topology.grid
    ranks: dict[int, tuple[int, int]] = {}
    sizes: dict[int, int] = {}
    for breaker in grid.switches:
        if not breaker.is_feeder_breaker or not breaker.is_closed:
            continue
        district = grid.districts[breaker.district_ix].id
        if settings.automation_at(district, breaker.id) != "voltage_time":
            continue
        sizes[breaker.ix] = 0
        one_ix, other_ix = topology.switch_zones[breaker.ix]
        head = one_ix if topology.normal_feed[one_ix] == breaker.ix else other_ix
        waiting = [(head, 0)]
        for zone_ix, above in waiting:  # grows while it is read: a queue
            for switch_ix, beyond in topology.neighbours[zone_ix]:
                own = topology.feeder_breaker_of_zone[beyond] == breaker.ix
                if topology.normal_feed[beyond] != switch_ix or not own:
                    continue
                rank, device = above, grid.switches[switch_ix]
                if device.kind == "LBS" and device.is_remote:
                    rank = sizes[breaker.ix] = sizes[breaker.ix] + 1
                    ranks[switch_ix] = (rank, above)
                waiting.append((beyond, rank))
    return ranks, sizes
