"""Phases of OpenDSS terminals: how they are written, and whether a source reaches each of them."""

from __future__ import annotations

from collections import defaultdict

from sim.grid.imports.network import Branch, Network
from sim.messages import quoted, say

__all__ = ["check", "is_odd", "of_spec"]


def of_spec(spec: str, n_conductors: int) -> str:
    """Return the phases of a terminal such as `650.1.3`; without any it has the first ones."""
    given = [each.strip() for each in str(spec).split(".")[1:]]
    nodes = given or [str(k + 1) for k in range(n_conductors)]
    # 0 is earth: the far end of a winding, or the near one of the second leg of a service
    return "".join([each for each in nodes if each != "0"][:n_conductors])


def is_odd(phases: str, n_conductors: int) -> bool:
    """Say whether phases are not 1, 2, 3, or fewer than the conductors."""
    if n_conductors > 3:
        return False
    return (
        len(phases) != n_conductors
        or len(set(phases)) != len(phases)
        or bool(set(phases) - set("123"))
    )


def check(network: Network) -> None:
    """Note each branch and load with a phase no source reaches, though its bus is reached.

    Switches count as closed; the windings of a transformer join all phases of both sides.
    """
    near: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for branch in network.branches.values():
        for one, two in _joined(branch):
            near[branch.u, one].append((branch.v, two))
            near[branch.v, two].append((branch.u, one))
    reached = {(source.bus, phase) for source in network.sources for phase in "123"}
    waiting = list(reached)
    while waiting:
        for other in near[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    buses = {bus for bus, _ in reached}
    for branch in network.branches.values():
        missing = {
            phase
            for bus, phases in zip((branch.u, branch.v), branch.phases, strict=True)
            if bus in buses
            for phase in phases
            if (bus, phase) not in reached
        }
        if missing:
            words = say("no source reaches phase {phases} of it", phases="".join(sorted(missing)))
            network.findings.odd(branch.place, "phases", branch.id, words)
    for load in network.loads:
        lost = [each for each in load.phases if (load.bus, each) not in reached]
        if lost and load.bus in buses:
            words = say("no source reaches phase {phases} of it", phases=quoted("".join(lost)))
            network.findings.odd(load.place, "phases", load.id, words)


def _joined(branch: Branch) -> list[tuple[str, str]]:
    """Return the pairs of phases a branch joins: conductor by conductor, windings all with all."""
    one, two = branch.phases
    if branch.kind == "transformer" and not (len(one) == len(two) and one == two):
        return [(a, b) for a in one for b in two]
    return list(zip(one, two, strict=False))
