"""Small hand-made grids: two feeders of four buses with a tie, and whatever a test asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from sim.grid.assets import Grid
from sim.grid.placing import assemble
from sim.grid.source import SourceEdge, SourceGrid, SourceNode
from sim.scenario.grid import Grid as GridSection


def node(name: str, *, kv: float = 20.0, customers: int = 0, load_mw: float = 0.0) -> SourceNode:
    return SourceNode(name, kv, 50.0, 10.0, load_mw, customers)


def edge(
    name: str,
    u: str,
    v: str,
    *,
    at_u: str = "LBS",
    at_v: str = "LBS",
    open_at_v: bool = False,
    kind: str = "line",
    rating: float = 0.2,
    construction: str = "cable",
    km: float = 1.0,
) -> SourceEdge:
    return SourceEdge(
        id=name,
        u=u,
        v=v,
        kind=kind,  # type: ignore[arg-type]
        length_km=km if kind == "line" else 0.0,
        construction=construction,  # type: ignore[arg-type]
        max_i_ka=rating if kind == "line" else 0.0,
        rated_mva=rating if kind == "transformer" else 0.0,
        switch_u=at_u,  # type: ignore[arg-type]
        switch_u_closed=True,
        switch_v=at_v,  # type: ignore[arg-type]
        switch_v_closed=not open_at_v,
    )


def transformer(name: str, u: str, v: str, rating: float = 10.0) -> SourceEdge:
    return edge(name, u, v, at_u="CB", at_v="CB", kind="transformer", rating=rating)


def coupler(name: str, u: str, v: str, *, is_open: bool = False) -> SourceEdge:
    return edge(name, u, v, at_u="CB", at_v="CB", kind="switch", open_at_v=is_open)


def section(**district: Any) -> GridSection:
    """Return a grid section with one district `d` on the source `s`."""
    return GridSection.model_validate(
        {
            "sources": {"s": {"nodes": "nodes.csv", "edges": "edges.csv"}},
            "districts": {
                "d": {
                    "name": {"en": "District", "zh": "区"},
                    "source": "s",
                    "latitude": 27.5,
                    "longitude": 119.7,
                    "load_factor": 1.0,
                    **district,
                }
            },
            "power_factor": 1.0,
        }
    )


def grid(
    nodes: Iterable[SourceNode], edges: Iterable[SourceEdge], district: Mapping[str, Any] = {}
) -> Grid:
    return assemble(section(**district), {"s": SourceGrid(tuple(nodes), tuple(edges))})


def two_feeders(**district: Any) -> Grid:
    """Return station h—s and the feeders s-a1-1-a2-2 and s-b1-3-b2-4, tied by t (open at 4).

    Customers 10, 20, 30, 40 and loads 1, 2, 3, 1 MW at the buses 1 to 4. Ratings 0.2 kA are
    6.93 MW; a1 carries 3 MW, b1 4 MW.
    """
    return grid(
        [
            node("h", kv=110.0),
            node("s"),
            node("1", customers=10, load_mw=1.0),
            node("2", customers=20, load_mw=2.0),
            node("3", customers=30, load_mw=3.0),
            node("4", customers=40, load_mw=1.0),
        ],
        [
            transformer("trafo", "h", "s"),
            edge("a1", "s", "1", at_u="CB"),
            edge("a2", "1", "2"),
            edge("b1", "s", "3", at_u="CB"),
            edge("b2", "3", "4"),
            edge("t", "2", "4", open_at_v=True),
        ],
        district,
    )
