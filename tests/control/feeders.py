"""Small random feeders with a dead part, and what every state must keep, told by networkx."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from random import Random

import networkx as nx

from sim.control.headroom import Limits
from sim.control.plans import Request, Step
from sim.grid.assets import Grid
from sim.grid.elements import LINE_OHM_PER_KM
from sim.grid.flows import live_tree
from sim.grid.state import GridState
from sim.grid.topology import Topology
from tests.grid import small


@dataclass
class Case:
    """A grid with damage cut off, and the request for a plan."""

    grid: Grid
    topology: Topology
    closed: bytearray
    bad: set[int]
    limits: Limits
    request: Request
    weights: list[float]


def random_case(seed: int, n_buses: int = 6, steps_at_most: int = 4) -> Case | None:
    """Return a case near its limits, or None where nothing is dead or a fuse stands in the way."""
    luck = Random(seed)
    names = [str(k) for k in range(n_buses)]
    nodes = [small.node("h", kv=110.0), small.node("s"), small.node("r")]
    loads = {name: luck.choice((0.0, 0.5, 1.0, 2.0)) for name in names}
    nodes += [
        small.node(name, customers=luck.randrange(1, 60), load_mw=loads[name]) for name in names
    ]
    edges = [small.transformer("t1", "h", "s", 9.0), small.transformer("t2", "h", "r", 9.0)]
    placed = ["s", "r"]
    for k, name in enumerate(names):
        near = luck.choice(placed)
        head = "CB" if near in ("s", "r") else luck.choice(("LBS", "", "FUSE"))
        edges.append(
            small.edge(
                f"l{k}",
                near,
                name,
                at_v=luck.choice(("LBS", "LBS", "")),
                rating=luck.choice((0.15, 0.2, 0.3)),
                km=luck.choice((1.0, 4.0, 10.0)),
                construction="overhead",
                at_u=head,
            )
        )
        placed.append(name)
    for k in range(5):
        one, other = luck.sample(placed, 2)
        edges.append(
            small.edge(f"tie{k}", one, other, open_at_v=True, rating=luck.choice((0.1, 0.2)))
        )
    limits = Limits(0.965, 1.0)
    for scale in (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.1):
        grid = small.grid(nodes, edges, {"load_factor": scale})
        if not violations(grid, bytearray(Topology(grid).normal), limits):
            return _broken(grid, luck, steps_at_most, limits)
    return None


def _broken(grid: Grid, luck: Random, steps_at_most: int, limits: Limits) -> Case | None:
    topology = Topology(grid)
    bus_mw = topology.elements.bus_mw(grid.transformer_load_mw.tolist())
    closed = bytearray(topology.normal)
    built = [line for line in grid.sections if not line.id.startswith("d/tie")]
    heads = [grid.sections[each.section_ix] for each in grid.switches if each.is_feeder_breaker]
    damaged = luck.choice(heads if luck.random() < 0.8 else built)
    bad = {topology.zone_of_section[damaged.ix]}
    state = GridState(topology)
    for zone in bad:
        for switch_ix in topology.zone_switches[zone]:
            if grid.switches[switch_ix].is_fuse:
                return None
            closed[switch_ix] = False
            state.set_switch(switch_ix, False)
    dead = [
        zone
        for zone in range(topology.n_zones)
        if not state.is_zone_supplied(zone) and zone not in bad
    ]
    weights = [float(each.customers) for each in grid.transformers]
    entries = tuple(
        (each.ix, 1.0)
        for each in grid.switches
        if not closed[each.ix]
        and not topology.normal[each.ix]
        and len({state.is_zone_supplied(z) for z in topology.switch_zones[each.ix]}) == 2
        and not bad.intersection(topology.switch_zones[each.ix])
    )
    if not any(topology.zone_transformers[zone] for zone in dead):
        return None
    request = Request(
        topology=topology,
        closed=bytes(closed),
        live=live_tree(topology, closed, 0, bus_mw, limits.source_voltage),
        zones=tuple(dead),
        entries=entries,
        bus_mw=bus_mw,
        worth=lambda zone: sum(weights[ix] for ix in topology.zone_transformers[zone]),
        may_close=lambda switch_ix: not topology.normal[switch_ix],
        limits=limits,
        steps_at_most=steps_at_most,
    )
    return Case(grid, topology, closed, bad, limits, request, weights)


def graph_of(grid: Grid, closed: bytearray) -> nx.MultiGraph[str]:
    """Return buses, sections and transformers as nodes, joined where a switch lets them."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.add_nodes_from(bus.id for bus in grid.buses)

    def join(asset: str, bus_ix: int, switch_ix: int) -> None:
        graph.add_node(asset)
        if switch_ix < 0 or closed[switch_ix]:
            graph.add_edge(asset, grid.buses[bus_ix].id)

    for line in grid.sections:
        join(line.id, line.from_bus_ix, line.from_switch_ix)
        join(line.id, line.to_bus_ix, line.to_switch_ix)
    for each in grid.substation_transformers:
        join(each.id, each.high_bus_ix, each.high_switch_ix)
        join(each.id, each.low_bus_ix, each.low_switch_ix)
    return graph


def violations(grid: Grid, closed: bytearray, limits: Limits) -> list[str]:
    """Return what a state breaks: rings, ratings, voltages; told without the code under test."""
    graph = graph_of(grid, closed)
    root = grid.buses[grid.source_bus_ix[0]].id
    live = graph.subgraph(nx.node_connected_component(graph, root))
    if live.number_of_edges() != live.number_of_nodes() - 1:
        return ["ring"]
    load = dict.fromkeys(live.nodes, 0.0)
    for each in grid.transformers:
        bus = grid.buses[each.bus_ix].id
        if bus in load:
            load[bus] += each.load_mw * each.load_factor
    tree = nx.bfs_tree(live, root)
    order = list(nx.topological_sort(tree))
    through = dict(load)
    for node in reversed(order):
        for above in tree.predecessors(node):
            through[above] += through[node]
    found = [f"{node} overloaded" for node in order if _is_overloaded(grid, node, through[node])]
    voltage = {root: limits.source_voltage}
    for node in order[1:]:
        voltage[node] = voltage[next(iter(tree.predecessors(node)))]
        if node in grid.section_ix:
            line = grid.sections[grid.section_ix[node]]
            r, _x = LINE_OHM_PER_KM[line.construction]
            voltage[node] -= r * line.length_km * through[node] / line.kv**2
        if voltage[node] < limits.voltage_at_least - 1e-12:
            found.append(f"{node} low")
    return found


def _is_overloaded(grid: Grid, node: str, mw: float) -> bool:
    """Say so of a section or transformer, at a power factor of 1."""
    if node in grid.section_ix:
        line = grid.sections[grid.section_ix[node]]
        return mw / (math.sqrt(3.0) * line.kv) > line.max_i_ka + 1e-9
    if node in grid.substation_transformer_ix:
        rated = grid.substation_transformers[grid.substation_transformer_ix[node]].rated_mva
        return mw > rated + 1e-9
    return False


def live_weight(case: Case, closed: bytearray) -> float:
    """Return the customers with supply; minus infinity where damage has it."""
    graph = graph_of(case.grid, closed)
    root = case.grid.buses[case.grid.source_bus_ix[0]].id
    live = nx.node_connected_component(graph, root)
    damaged = {case.topology.zone_id[zone] for zone in case.bad}
    if damaged & live:
        return -math.inf
    buses = case.grid.buses
    return sum(
        weight
        for each, weight in zip(case.grid.transformers, case.weights, strict=True)
        if buses[each.bus_ix].id in live
    )


def moved(closed: bytearray, steps: tuple[Step, ...]) -> bytearray:
    after = bytearray(closed)
    for step in steps:
        after[step.switch_ix] = step.closed
    return after


def most_by_trying(case: Case) -> float:
    """Return the most customers any set of moves can supply, trying every one."""
    request, topology = case.request, case.topology
    inside = set(request.zones)
    entries = {switch_ix for switch_ix, _rank in request.entries}
    movable = [
        each.ix
        for each in case.grid.switches
        if not each.is_fuse
        and (
            each.ix in entries
            or (
                inside.intersection(topology.switch_zones[each.ix])
                and (
                    case.closed[each.ix]
                    or (
                        not topology.normal[each.ix]
                        and inside.issuperset(topology.switch_zones[each.ix])
                    )
                )
            )
        )
    ]
    best = live_weight(case, case.closed)
    for n in range(1, request.steps_at_most + 1):
        for chosen in combinations(movable, n):
            after = bytearray(case.closed)
            for switch_ix in chosen:
                after[switch_ix] = not after[switch_ix]
            weight = live_weight(case, after)
            if weight > best and not violations(case.grid, after, case.limits):
                best = weight
    return best
