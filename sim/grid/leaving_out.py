"""Leave devices of a source grid out, to ask what they are worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sim.grid.source import SourceEdge, SourceGrid, SwitchKind

__all__ = ["without_devices"]

_KIND: dict[str, SwitchKind] = {"fuses": "FUSE", "load_break_switches": "LBS"}


def without_devices(source: SourceGrid, names: Collection[str]) -> SourceGrid:
    """Return the grid without its `fuses`, closed `load_break_switches` or open `ties`.

    Where a closed device is left out, the line goes on without a switch; an open tie goes with
    the line or coupler it stands in, for nothing can feed through it.
    """
    if not names:
        return source
    edges = source.edges
    if "ties" in names:
        edges = tuple(edge for edge in edges if edge.is_closed)
    for name in names:
        if name in _KIND:
            edges = tuple(_solid(edge, _KIND[name]) for edge in edges)
    return SourceGrid(source.nodes, edges)


def _solid(edge: SourceEdge, kind: SwitchKind) -> SourceEdge:
    """Return a line or transformer without its closed switches of a kind."""
    if edge.kind == "switch":
        return edge
    u: SwitchKind = "" if edge.switch_u == kind and edge.switch_u_closed else edge.switch_u
    v: SwitchKind = "" if edge.switch_v == kind and edge.switch_v_closed else edge.switch_v
    return replace(edge, switch_u=u, switch_v=v)
