"""Breakers at the heads of feeders, which many models of a network leave out."""

from __future__ import annotations

from collections.abc import Iterable

from sim.grid.imports.network import Branch, Device, Network
from sim.grid.source import BREAKERS
from sim.messages import quoted, say

__all__ = ["add_head_breakers"]

_SAME = 0.02
"""Share by which both sides of a regulator may differ in rated voltage."""


def add_head_breakers(network: Network) -> None:
    """Assume a breaker where a feeder leaves a source or a substation transformer without one."""
    near = network.at()
    for starts, up in ((_source_buses(network), True), (_low_sides(network), False)):
        bars = _busbar(network, starts, near, up=up)
        for bus in bars:
            for branch in near[bus]:
                if branch.kind != "transformer":
                    _add(network, branch, bus, is_between=branch.other(bus) in bars)


def _source_buses(network: Network) -> list[str]:
    return list(dict.fromkeys(each.bus for each in network.sources))


def _low_sides(network: Network) -> list[str]:
    """Return the buses behind transformers that change the voltage."""
    found = []
    for branch in network.branches.values():
        kv = [network.buses[each].kv or 0.0 for each in (branch.u, branch.v)]
        if branch.kind == "transformer" and abs(kv[0] - kv[1]) > _SAME * max(kv):
            found.append(branch.v if kv[1] < kv[0] else branch.u)
    return list(dict.fromkeys(found))


def _busbar(
    network: Network, starts: Iterable[str], near: dict[str, list[Branch]], *, up: bool
) -> dict[str, None]:
    """Return the buses reached without a line: through transformers, and upwards where wanted."""
    reached = dict.fromkeys(starts)
    waiting = list(reached)
    while waiting:
        bus = waiting.pop(0)
        for branch in near[bus]:
            other = branch.other(bus)
            allowed = up or (network.buses[other].kv or 0.0) <= (network.buses[bus].kv or 0.0) * (
                1.0 + _SAME
            )
            has_breaker = any(each.kind in BREAKERS for each in branch.devices.values())
            if branch.kind != "transformer" or not allowed or has_breaker:
                continue
            if other not in reached:
                reached[other] = None
                waiting.append(other)
    return reached


def _add(network: Network, branch: Branch, bus: str, *, is_between: bool) -> None:
    """Put a breaker at this end, if there is none; a line between busbars needs two."""
    end = 0 if branch.u == bus else 1
    before = branch.devices.get(end)
    if before is not None and before.kind in BREAKERS:
        return
    if branch.kind == "switch" and not is_between:  # its one device may stand at the other end
        one = branch.devices.pop(1 - end, None)
        if one is not None and one.kind in BREAKERS:
            branch.devices[end] = one
            return
        before = before or one
    is_closed = before is None or before.is_closed
    branch.devices[end] = Device("CB", is_closed)
    if before is None:
        words = say(
            "no breaker at the head of the feeder: one is assumed at bus {bus}", bus=quoted(bus)
        )
    else:
        words = say(
            "no breaker at the head of the feeder: its {kind} at bus {bus} is taken as one",
            kind=before.kind,
            bus=quoted(bus),
        )
    network.findings.assume(branch.place, "head_breaker", branch.id, words)
