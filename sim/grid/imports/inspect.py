"""Look a collapsed network through for what is odd in it; nothing is repaired here."""

from __future__ import annotations

from sim.grid.imports.network import Branch, Network
from sim.grid.imports.options import Options
from sim.messages import Message, quoted, say

_UNLIMITED_KA = 10.0
"""Rating of a switch that does not limit what its lines may carry."""
__all__ = ["fill_in", "inspect", "leave_out_short_circuits"]


def leave_out_short_circuits(network: Network) -> None:
    """Leave out branches with both ends at one bus."""
    for branch in [each for each in network.branches.values() if each.u == each.v]:
        words = say("both ends stand at bus {bus}", bus=quoted(branch.u))
        network.findings.leave_out(branch.place, "same_bus", branch.id, words)
        del network.branches[branch.id]


def inspect(network: Network) -> None:
    """Note loops as built, dead ends, dangling ties and lines without length."""
    _loops(network)
    _dead_ends(network)
    for branch in network.branches.values():
        if branch.kind == "line" and branch.length_km == 0:
            words = say("a line without length")
            network.findings.odd(branch.place, "zero_length", branch.id, words)
    bare = [each for each in network.supplied.values() if each.has_fuse is None]
    if any("transformer_fuse" not in each.further for each in bare):
        words = say(
            "distribution transformers are taken to have a fuse each, where nothing is said"
        )
        network.findings.assume(network.start, "fuses", network.name, words)
    if not any(each.customers for each in network.supplied.values()):
        words = say("no load has customers")
        network.findings.odd(network.start, "no_customers", network.name, words)


def _loops(network: Network) -> None:
    """Note each closed branch between buses that closed branches before it join already."""
    parent = {each: each for each in network.buses}

    def root(bus: str) -> str:
        while parent[bus] != bus:
            parent[bus] = parent[parent[bus]]
            bus = parent[bus]
        return bus

    first, *others = (each.bus for each in network.sources)
    for other in others:  # sources stand on one system outside
        parent[root(other)] = root(first)
    for branch in sorted(network.branches.values(), key=lambda each: each.place):
        if not branch.is_closed:
            continue
        one, two = root(branch.u), root(branch.v)
        if one == two:
            words = say(
                "it closes a loop as built between {u} and {v}",
                u=quoted(branch.u),
                v=quoted(branch.v),
            )
            network.findings.odd(branch.place, "loop", branch.id, words)
        parent[one] = two


def _dead_ends(network: Network) -> None:
    fed = {each.bus for each in network.sources}
    for bus, branches in network.at().items():
        if len(branches) == 1 and bus not in network.supplied and bus not in fed:
            (branch,) = branches
            subject, words = _dead_end(branch, bus)
            network.findings.odd(branch.place, subject, branch.id, words)


def _dead_end(branch: Branch, bus: str) -> tuple[str, Message]:
    if branch.kind != "switch" and branch.is_closed:
        words = say("it ends at bus {bus}, where nothing is supplied", bus=quoted(bus))
        return "dangling_line", words
    words = say("a tie that leads nowhere: nothing else stands at bus {bus}", bus=quoted(bus))
    return "dangling_tie", words


def fill_in(network: Network, options: Options) -> None:
    """Take stated defaults where a line or transformer has no rating, length or construction."""
    for branch in network.branches.values():
        if branch.kind == "transformer":
            _without_fuses(network, branch)
            if not branch.rated_mva:
                branch.rated_mva = options.substation_mva
                words = say("a transformer without rating: {mva:g} MVA", mva=options.substation_mva)
                network.findings.assume(branch.place, "no_rating", branch.id, words)
            continue
        if branch.length_km is None:
            branch.length_km = 0.0
            if branch.kind == "line":
                words = say("no length given: taken as 0")
                network.findings.assume(branch.place, "no_length", branch.id, words)
        if not branch.max_i_ka and branch.kind == "switch":
            branch.max_i_ka = _UNLIMITED_KA
            words = say("no rating given: a switch that limits nothing")
            network.findings.assume(branch.place, "no_rating", branch.id, words)
        if not branch.max_i_ka:
            branch.max_i_ka = options.max_i_ka
            words = say("no rating given: {amps:g} A", amps=1000.0 * options.max_i_ka)
            network.findings.assume(branch.place, "no_rating", branch.id, words)
        if branch.kind == "switch":
            branch.construction = "cable"  # it has no spans and poles
        elif branch.construction is None:
            branch.construction = options.construction
            words = say("construction not given: {kind}", kind=branch.construction)
            network.findings.assume(branch.place, "construction", branch.id, words)


def _without_fuses(network: Network, branch: Branch) -> None:
    """Take a fuse of a transformer between buses as a breaker: the tables have none there."""
    for device in branch.devices.values():
        if device.kind == "FUSE":
            device.kind = "CB"
            words = say("a fuse at a transformer between buses: taken as a breaker")
            network.findings.assume(branch.place, "device", branch.id, words)
