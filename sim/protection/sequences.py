"""Where each breaker and recloser stands in its sequence of trips and reclosings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.grid.assets import Switch
from sim.scenario.protection import Protection as Settings

__all__ = ["Cycle", "Sequence", "sequence_of"]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Say how a device reacts: its reclosings and the times of its trips, s.

    The first `fast_trips` come after `fast_s` and, where fuses are to be saved, before them.
    """

    dead_s: tuple[float, ...]
    reset_s: float
    trip_s: float
    fast_trips: int
    fast_s: float
    saving_trips: int
    """Trips that come before the fuses beyond it."""


def sequence_of(device: Switch, settings: Settings) -> Sequence:
    """Return the sequence of a device; only line breakers and reclosers reclose."""
    saves = settings.fuses == "saving"
    if device.is_recloser:
        each = settings.recloser
        fast = each.fast_operations
        return Sequence(
            each.dead_times, each.reset_time, each.delay, fast, each.fast_delay, fast * saves
        )
    is_line = device.is_feeder_breaker
    return Sequence(
        settings.dead_times if is_line else (),
        settings.reclaim_time,
        settings.trip_delay,
        0,
        settings.saving_delay,
        settings.saving_trips * (saves and is_line),
    )


@dataclass(slots=True)
class Cycle:
    """Where a breaker stands in its reclosing.

    Shots since it last held, and the number of the timer that may reclose it: an order counts it
    up, so that an older timer does nothing. `trips` counts all trips, for its luck.
    """

    shots: int = 0
    reclosed_s: float = -math.inf
    timer: int = 0
    trips: int = 0

    def shots_at(self, now_s: float, reset_s: float) -> int:
        """Return the shots that still count: none once it held for long enough."""
        return 0 if now_s - self.reclosed_s > reset_s else self.shots
