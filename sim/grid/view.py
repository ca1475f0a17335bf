"""The grid as a networkx graph, for people who analyse it with networkx."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from sim.grid.assets import NONE, Grid

__all__ = ["graph_of"]


def graph_of(grid: Grid) -> nx.MultiGraph[str]:
    """Return the grid as built; the attributes are listed at `Grid.graph`."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    _add_buses(graph, grid)

    def add(bus: int, other_bus: int, key: str, switches: Iterable[int], **of: object) -> None:
        devices = [grid.switches[ix] for ix in switches if ix != NONE]
        graph.add_edge(
            grid.buses[bus].id,
            grid.buses[other_bus].id,
            key=key,
            switches=tuple(device.id for device in devices),
            is_closed=all(device.is_closed for device in devices),
            **of,
        )

    for line in grid.sections:
        add(
            line.from_bus_ix,
            line.to_bus_ix,
            line.id,
            (line.from_switch_ix, line.to_switch_ix),
            kind="section",
            length_km=line.length_km,
            construction=line.construction,
            max_i_ka=line.max_i_ka,
        )
    for each in grid.substation_transformers:
        add(
            each.high_bus_ix,
            each.low_bus_ix,
            each.id,
            (each.high_switch_ix, each.low_switch_ix),
            kind="transformer",
            rated_mva=each.rated_mva,
        )
    for device in grid.switches:
        if device.other_bus_ix != NONE:
            add(device.bus_ix, device.other_bus_ix, device.id, (device.ix,), kind="coupler")
    return graph


def _add_buses(graph: nx.MultiGraph[str], grid: Grid) -> None:
    for bus in grid.buses:
        graph.add_node(
            bus.id,
            kv=bus.kv,
            latitude=bus.latitude,
            longitude=bus.longitude,
            district=grid.districts[bus.district_ix].id,
            is_source=bus.is_source,
            customers=0,
            load_mw=0.0,
        )
    for each in grid.transformers:
        node = graph.nodes[grid.buses[each.bus_ix].id]
        node["customers"] += each.customers
        node["load_mw"] += each.load_mw * each.load_factor
