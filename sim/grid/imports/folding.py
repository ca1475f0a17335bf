"""Fold switches at the ends of lines and transformers into these, where only they meet."""

from __future__ import annotations

from collections.abc import Container

from sim.grid.imports.network import Branch, Device, Network

__all__ = ["fold", "put"]

_STRONGEST = ("CB", "RECLOSER", "FUSE", "SECTIONALISER", "LBS", "")


def put(branch: Branch, end: int, device: Device) -> None:
    """Put a device at an end; of two in series the one that interrupts most stands for both."""
    before = branch.devices.get(end)
    if before is not None:
        kind = min((before.kind, device.kind), key=_STRONGEST.index)
        device = Device(kind, before.is_closed and device.is_closed, device.is_remote)
    branch.devices[end] = device


def fold(network: Network, auxiliary: Container[str]) -> None:
    """Take auxiliary buses away where a switch meets just one other branch and no load.

    SimBench draws every switch to an auxiliary bus at which its line begins.
    """
    kept = {each.bus for each in network.loads} | {each.bus for each in network.sources}
    near = network.at()
    for bus in [each for each in network.buses if each in auxiliary and each not in kept]:
        branches = near[bus]
        switches = [each for each in branches if each.kind == "switch"]
        if len(branches) != 2 or not switches:
            continue
        switch = switches[0]
        other = branches[1] if branches[0] is switch else branches[0]
        outer, end = switch.other(bus), 0 if other.u == bus else 1
        if outer == other.other(bus):
            continue
        for device in switch.devices.values():
            put(other, end if other.kind != "switch" else 0, device)
        if end == 0:
            other.u = outer
        else:
            other.v = outer
        del network.branches[switch.id]
        del network.buses[bus]
        near[outer] = [each for each in near[outer] if each is not switch] + [other]
        near[bus] = []
