"""What protection leaves open for a lasting fault: a device, or a sectionaliser it waited for."""

from __future__ import annotations

from collections.abc import Sequence

from sim.grid.assets import Switch
from sim.scenario.protection import Protection

__all__ = ["opened_on", "reclosings"]


def reclosings(device: Switch, practice: Protection) -> int:
    """Return how often a device recloses before it gives up."""
    if device.is_recloser:
        return len(practice.recloser.dead_times)
    return len(practice.dead_times) if device.is_feeder_breaker else 0


def opened_on(path: Sequence[int], switches: Sequence[Switch], practice: Protection) -> int | None:
    """Return which switch stands open after a lasting fault, by the switches up to the source.

    The nearest breaker, recloser or fuse; where that recloses, a sectionaliser before it, which
    opens in a dead time: the nearest one, as long as the counts differ. None without a device.
    """
    before: list[int] = []
    for switch_ix in path:
        device = switches[switch_ix]
        if device.interrupts_faults:
            counts = min(practice.sectionaliser.count, reclosings(device, practice))
            if not before or not counts:
                return switch_ix
            # the first after the device needs all counts, each farther one less, the last ones one
            return before[max(0, len(before) - counts)]
        if device.is_sectionaliser:
            before.append(switch_ix)
    return None
