"""The radial system of the textbook: a main in four sections, each with a lateral to customers.

R. Billinton and R. N. Allan, Reliability Evaluation of Power Systems, 2nd ed. 1996, 7.5 to 7.9:
sections of 2, 1, 3 and 2 km at 0.1 failures per km and year and 4 h, laterals of 1, 3, 2 and 1 km
at 0.2 and 2 h, manual sectionalising 0.5 h.
"""

from dataclasses import replace
from typing import Any

from sim.grid.assets import Grid
from tests.grid import small

__all__ = ["PRINTED", "radial"]

CUSTOMERS, LOAD_MW = (1000, 800, 700, 500), (5.0, 4.0, 3.0, 2.0)
MAIN_KM, LATERAL_KM = (2, 1, 3, 2), (1, 3, 2, 1)

PRINTED = {
    "base": (2.2, 6.0, 2.73, 0.999315, 84.0, 28.0),
    "fuses": (1.15, 3.91, 3.39, 0.999554, 54.8, 18.3),
    "disconnects": (1.15, 2.58, 2.23, 0.999706, 35.2, 11.7),
    "fuses that fail": (1.26, 2.63, 2.09, 0.999700, 35.9, 12.0),
    "alternative supply": (1.15, 1.80, 1.56, 0.999795, 25.1, 8.4),
    "limited transfer": (1.15, 2.11, 1.83, 0.999759, 29.1, 9.7),
}
"""SAIFI, SAIDI h, CAIDI h, ASAI, ENS MWh, AENS kWh: the book's summary table of this system
(written from memory, the book not being at hand; none of it comes from this program)."""


def _line(name: str, u: str, v: str, km: float, main: bool, **switches: Any) -> Any:
    rate, repair_h = (0.1, 4.0) if main else (0.2, 2.0)
    return replace(
        small.edge(name, u, v, km=km, **switches), failures_per_year=rate * km, repair_h=repair_h
    )


def radial(*, fuses: bool = True, disconnects: bool = True, alternative: bool = False) -> Grid:
    """Return the system with what it is equipped with."""
    nodes = [small.node("h", kv=110.0), small.node("s")]
    edges = [small.transformer("trafo", "h", "s")]
    above = "s"
    for k in range(4):
        nodes += [
            small.node(f"m{k}"),
            small.node("ABCD"[k], customers=CUSTOMERS[k], load_mw=LOAD_MW[k]),
        ]
        first = "CB" if k == 0 else "LBS" if disconnects else ""
        edges.append(_line(f"main{k}", above, f"m{k}", MAIN_KM[k], True, at_u=first, at_v=""))
        at = "FUSE" if fuses else ""
        lateral = _line(f"lateral{k}", f"m{k}", "ABCD"[k], LATERAL_KM[k], False, at_u=at, at_v="")
        edges.append(lateral)
        above = f"m{k}"
    if alternative:
        nodes.append(small.node("e"))
        edges.append(small.edge("other", "s", "e", at_u="CB", at_v=""))
        edges.append(small.edge("tie", "m3", "e", open_at_v=True, at_u=""))
    return small.grid(nodes, edges, {"remote_switch_share": 0.0})
