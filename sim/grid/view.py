"""The grid as a networkx graph, for people who analyse it with networkx.

Attributes bear the names of the tables' columns; what a table leaves empty is None. docs/grid.md
lists them.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import networkx as nx

from sim.grid.assets import NONE, Bus, Grid, LineSection, SubstationTransformer, Switch

__all__ = ["graph_of"]

_PLACES = frozenset(("ix", "id", "from_place", "to_place"))


def graph_of(grid: Grid) -> nx.MultiGraph[str]:
    """Return the grid as built; the attributes are listed at `Grid.graph`."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.graph["power_factor"] = grid.power_factor
    graph.graph["switches"] = {
        each.id: _said(each) | {"bus": grid.buses[each.bus_ix].id} for each in grid.switches
    }
    for bus in grid.buses:
        district = grid.districts[bus.district_ix].id
        graph.add_node(bus.id, **_said(bus), district=district, customers=0, load_mw=0.0)
    _add_transformers(graph, grid)
    for line in grid.sections:
        ends = line.from_bus_ix, line.to_bus_ix
        _add_edge(graph, grid, ends, line, (line.from_switch_ix, line.to_switch_ix), "section")
    for each in grid.substation_transformers:
        ends = each.high_bus_ix, each.low_bus_ix
        _add_edge(graph, grid, ends, each, (each.high_switch_ix, each.low_switch_ix), "transformer")
    for device in grid.switches:
        if device.other_bus_ix != NONE:
            ends = device.bus_ix, device.other_bus_ix
            _add_edge(graph, grid, ends, device, (device.ix,), "coupler")
    return graph


def _said(record: Bus | LineSection | SubstationTransformer | Switch) -> dict[str, Any]:
    """Return what a record says of itself, without positions in the grid's arrays."""
    names = (each.name for each in fields(record))
    return {
        name: getattr(record, name)
        for name in names
        if name not in _PLACES and not name.endswith("_ix")
    }


def _add_transformers(graph: nx.MultiGraph[str], grid: Grid) -> None:
    """Add to each bus what its distribution transformer says, under the names of the columns."""
    for each in grid.transformers:
        node = graph.nodes[grid.buses[each.bus_ix].id]
        node["customers"] += each.customers
        node["load_mw"] += each.load_mw * each.load_factor
        node["transformer"] = each.id
        node["transformer_fuse"] = each.has_fuse
        node["transformer_failures_per_year"] = each.failures_per_year
        node["transformer_repair_h"] = each.repair_h
        node["transformer_replace_h"] = each.replace_h
        node["backup_mw"] = each.backup_mw
        node["customers_by_class"] = dict(each.customers_by_class)


def _add_edge(
    graph: nx.MultiGraph[str],
    grid: Grid,
    ends: tuple[int, int],
    record: LineSection | SubstationTransformer | Switch,
    switches: tuple[int, ...],
    kind: str,
) -> None:
    devices = [grid.switches[ix] if ix != NONE else None for ix in switches]
    names = [None if device is None else device.id for device in devices]
    buses = [grid.buses[ix].id for ix in ends]
    said = {name: value for name, value in _said(record).items() if name != "kind"}
    said |= {
        "kind": kind,
        "district": grid.districts[record.district_ix].id,
        "from_bus": buses[0],
        "to_bus": buses[1],
        "from_switch": names[0],
        "to_switch": names[-1],
        "switches": tuple(name for name in names if name is not None),
        "is_closed": all(device is None or device.is_closed for device in devices),
    }
    graph.add_edge(buses[0], buses[1], key=record.id, **said)
