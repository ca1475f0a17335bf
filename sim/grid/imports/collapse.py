"""Bring a network down to what the tables hold: one line for all phases, no low voltage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sim.grid.imports.network import Branch, Device, Load, Network, Supplied
from sim.grid.imports.options import Options
from sim.messages import joined, quoted, say

__all__ = ["assign_voltages", "collapse", "join_phases", "leave_out_islands"]

_NEAR = 0.05
"""Share by which a rated voltage may miss one of the source's voltage bases."""


def assign_voltages(network: Network) -> None:
    """Give every bus a voltage between lines: of its source, else of its strongest transformer."""
    part = network.parts(each for each in network.branches.values() if each.kind != "transformer")
    chosen = _voltages(network, part)
    for bus in network.buses.values():
        of_lines = chosen.get(part[bus.id])
        if bus.kv and of_lines and abs(bus.kv - of_lines) > 1e-6 * of_lines:
            words = say(
                "{kv:.4g} kV, but the lines here have {other:.4g} kV: taken as that",
                kv=bus.kv,
                other=of_lines,
            )
            network.findings.assume(bus.place, "voltage", bus.id, words)
        bus.kv = of_lines
    for branch in network.branches.values():
        _check_ratings(network, branch)


def _voltages(network: Network, part: Mapping[str, str]) -> dict[str, float]:
    """Return the voltage of each part that lines join: what the most or the strongest say."""
    weights: dict[str, dict[float, float]] = defaultdict(lambda: defaultdict(float))
    for branch in network.branches.values():
        for end, kv in enumerate(branch.kv):
            if kv:
                weights[part[branch.bus(end)]][kv] += branch.rated_mva or 1e-6
    for bus in network.buses.values():
        if bus.kv:
            weights[part[bus.id]][bus.kv] += 1e6
    for source in network.sources:
        if source.kv:
            weights[part[source.bus]][source.kv] += 1e9
    return {
        each: _snapped(max(found, key=lambda kv: found[kv]), network)
        for each, found in weights.items()
    }


def _check_ratings(network: Network, branch: Branch) -> None:
    for end, kv in enumerate(branch.kv):
        stands_at = network.buses[branch.bus(end)].kv
        if kv and stands_at and not 0.8 < kv / stands_at < 1.25:
            words = say(
                "rated {kv:.4g} kV at bus {bus}, which has {other:.4g} kV",
                kv=kv,
                bus=quoted(branch.bus(end)),
                other=stands_at,
            )
            network.findings.odd(branch.place, "voltage", branch.id, words)


def _snapped(kv: float, network: Network) -> float:
    near = [each for each in network.voltage_bases if abs(each - kv) <= _NEAR * kv]
    return min(near, key=lambda each: abs(each - kv)) if near else round(kv, 4)


def leave_out_islands(network: Network) -> None:
    """Leave out what no source reaches even with all switches closed, element by element."""
    part = network.parts()
    fed = {part[each.bus] for each in network.sources}
    islands: dict[str, list[str]] = defaultdict(list)
    for bus in network.buses:
        if part[bus] not in fed:
            islands[part[bus]].append(bus)
    lost = {each for buses in islands.values() for each in buses}
    for number, buses in enumerate(islands.values(), start=1):
        at = network.buses[buses[0]]
        words = say(
            "island {number}: no source reaches its {n} buses, even with all switches closed",
            number=number,
            n=len(buses),
        )
        network.findings.leave_out(at.place, "island", at.id, words)
    for branch in [each for each in network.branches.values() if each.u in lost]:
        words = say("it stands in an island")
        network.findings.leave_out(branch.place, "island", branch.id, words)
        del network.branches[branch.id]
    for load in [each for each in network.loads if each.bus in lost]:
        words = say(
            "it stands in an island: {kw:g} kW, customers: {n}", kw=load.kw, n=load.customers or 0
        )
        network.findings.leave_out(load.place, "island", load.id, words)
        network.loads.remove(load)
    for bus in lost:
        del network.buses[bus]


def collapse(network: Network, options: Options) -> None:
    """Add up all below the bound of low voltage at the buses that feed it, and what remains.

    Afterwards loads are in `network.supplied`, by bus; nothing below the bound is left, but for
    what a source feeds at low voltage itself.
    """
    low = {
        each.id
        for each in network.buses.values()
        if each.kv is not None and each.kv < options.collapse_below_kv
    }
    whole = network.parts(
        each for each in network.branches.values() if each.u in low and each.v in low
    )
    kept = {whole[each.bus] for each in network.sources if each.bus in low}
    low = {each for each in low if whole[each] not in kept}
    part = _low_parts(network, low)
    feeding: dict[str, list[Branch]] = defaultdict(list)
    inside: dict[str, list[Branch]] = defaultdict(list)
    for branch in network.branches.values():
        ends = [each for each in (branch.u, branch.v) if each in low]
        if ends:
            (feeding if len(ends) == 1 else inside)[part[ends[0]]].append(branch)
    loads: dict[str, list[Load]] = defaultdict(list)
    for load in network.loads:
        loads[part[load.bus] if load.bus in low else ""].append(load)
    for name, into in feeding.items():
        _into_transformer(network, low, into, inside[name], loads[name], options)
    for load in loads[""]:
        _add(network, load.bus, [load], options)
    for branch in list(network.branches.values()):
        if branch.u in low or branch.v in low:
            del network.branches[branch.id]
    for bus in low:
        del network.buses[bus]


def _low_parts(network: Network, low: set[str]) -> dict[str, str]:
    """Return for each bus its low-voltage network, parted where open and fed from both sides.

    What only an open switch joins to the rest counts as supplied through it.
    """
    part = network.parts(
        each
        for each in network.branches.values()
        if each.u in low and each.v in low and each.is_closed
    )
    fed, opened = set(), []
    for branch in network.branches.values():
        ends = [each for each in (branch.u, branch.v) if each in low]
        if len(ends) == 1 and branch.is_closed:
            fed.add(part[ends[0]])
        elif len(ends) == 2 and not branch.is_closed:
            opened.append(branch)
    taken: dict[str, str] = {}
    while True:
        found = None
        for branch in opened:
            one, two = (taken.get(part[each], part[each]) for each in (branch.u, branch.v))
            if (one in fed) != (two in fed):
                found = branch
                orphan, into = (two, one) if one in fed else (one, two)
                taken[orphan] = into
                words = say("an open switch at low voltage: what lies behind counts as supplied")
                network.findings.odd(branch.place, "collapsed", branch.id, words)
        if found is None:
            return {bus: taken.get(root, root) for bus, root in part.items()}


def _into_transformer(
    network: Network,
    low: set[str],
    into: Sequence[Branch],
    inside: Sequence[Branch],
    loads: Sequence[Load],
    options: Options,
) -> None:
    """Collapse one low-voltage network into the transformer that feeds it."""
    main = max(into, key=lambda each: each.rated_mva or 0.0)
    at = main.v if main.u in low else main.u
    if len({each.u for each in into} | {each.v for each in into}) > 2:
        words = say(
            "its low-voltage network is fed from several places: all of it is counted here ({ids})",
            ids=joined(", ", sorted(each.id for each in into)),
        )
        network.findings.odd(main.place, "meshed_low_voltage", main.id, words)
    for each in into:
        if each.kind == "transformer" and not each.rated_mva:
            words = say("a transformer without rating")
            network.findings.odd(each.place, "no_rating", each.id, words)
    _add(network, at, loads, options)
    supplied = network.supplied[at]
    supplied.n_transformers += 1
    if supplied.n_transformers == 2:
        words = say("several transformers at bus {bus} are taken as one", bus=quoted(at))
        network.findings.assume(main.place, "transformers_joined", main.id, words)
    device = main.devices.get(0) or main.devices.get(1)
    if device is not None and device.kind == "FUSE":
        supplied.has_fuse = True
    rates = [each.failures_per_year for each in into if each.failures_per_year is not None]
    if rates:
        supplied.failures_per_year = sum(rates)
    repairs = [each.repair_h for each in into if each.repair_h is not None]
    if repairs:
        supplied.repair_h = max(repairs)
    for each in into:
        if not each.is_closed:
            words = say("an open switch at low voltage: what lies behind counts as supplied")
            network.findings.odd(each.place, "collapsed", each.id, words)
    words = say(
        "collapsed into the transformer at bus {bus}: lines: {n} ({km:.3f} km), switches: "
        "{switches}, loads: {loads}, {kw:g} kW",
        bus=quoted(at),
        n=sum(1 for each in inside if each.kind == "line"),
        km=sum(each.length_km or 0.0 for each in inside),
        switches=sum(1 for each in inside if each.kind == "switch"),
        loads=sum(1 for each in loads if not each.backup_kw),
        kw=round(sum(each.kw for each in loads), 6),
    )
    network.findings.assume(main.place, "collapsed", main.id, words)


def _add(network: Network, bus: str, loads: Iterable[Load], options: Options) -> None:
    supplied = network.supplied.setdefault(bus, Supplied())
    for load in loads:
        if load.kw < 0:
            words = say("a load below zero feeds in: {kw:g} kW", kw=load.kw)
            network.findings.leave_out(load.place, "generation", load.id, words)
            continue
        supplied.kw += load.kw
        supplied.backup_kw += load.backup_kw
        for column, text in load.further.items():
            before = supplied.further.setdefault(column, text)
            if before != text and column.startswith("customers_"):
                supplied.further[column] = str(int(before) + int(text))
        customers = load.customers
        if customers is None:
            customers = max(1, round(load.kw / options.kw_per_customer)) if load.kw > 0 else 0
            words = say(
                "no customer count: {n} customers at {kw:g} kW each",
                n=customers,
                kw=options.kw_per_customer,
            )
            network.findings.assume(load.place, "customers", load.id, words)
        elif customers == 0 and load.kw > 0:
            network.findings.odd(
                load.place, "no_customers", load.id, say("a load without customers")
            )
        supplied.customers += customers


def join_phases(network: Network) -> None:
    """Take lines, switches or transformers side by side on different phases as one."""
    groups: dict[tuple[frozenset[str], str], list[Branch]] = defaultdict(list)
    for branch in network.branches.values():
        if branch.phases != ("", ""):
            groups[frozenset((branch.u, branch.v)), branch.kind].append(branch)
    for group in groups.values():
        first, *others = group
        together = [first]
        for each in others:
            known = set("".join(one.phases[0] for one in together))
            if known.isdisjoint(each.phases[0]) or (first.bank and each.bank == first.bank):
                together.append(each)
        if len(together) > 1:
            _join(network, together)


def _join(network: Network, group: Sequence[Branch]) -> None:
    first, *others = group
    one, two = ("".join(sorted({p for each in group for p in each.phases[k]})) for k in (0, 1))
    first.phases = (one, two)
    ratings = [each.rated_mva for each in group if each.rated_mva]
    first.rated_mva = sum(ratings) if ratings else None
    amps = [each.max_i_ka for each in group if each.max_i_ka]
    first.max_i_ka = min(amps) if amps else None
    lengths = [each.length_km for each in group if each.length_km is not None]
    first.length_km = max(lengths) if lengths else None
    states = {each.is_closed for each in group}
    ids = joined(", ", [each.id for each in others])
    for each in others:
        for end, device in each.devices.items():
            at = end if each.u == first.u else 1 - end
            mine = first.devices.setdefault(at, device)
            first.devices[at] = Device(mine.kind, mine.is_closed and device.is_closed)
        del network.branches[each.id]
    words = say("single phases side by side are taken as one: with {ids}", ids=ids)
    network.findings.assume(first.place, "phases_joined", first.id, words)
    if len(states) > 1:
        words = say("its phases are not all open or all closed: taken as open")
        network.findings.odd(first.place, "phases", first.id, words)
