"""The grid by its elements: what each may carry, and the voltage it costs.

A zone has supply as a whole, but inside it the current falls from bus to bus. Elements are numbered
buses first, then line sections, then substation transformers; joints between them have a switch or
none. Voltage by the linear branch flow (LinDistFlow: Baran and Wu, IEEE Transactions on Power
Delivery 4, 1989, without losses): the drop along a section in per unit is (r P + x Q) length / V^2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.grid.assets import NONE, Grid, LineSection

if TYPE_CHECKING:
    from sim.grid.topology import Topology

__all__ = ["LINE_OHM_PER_KM", "Elements"]

LINE_OHM_PER_KM = {"overhead": (0.306, 0.35), "cable": (0.161, 0.117)}
"""r and x of sections whose table leaves them out: 94-AL1/15-ST1A and NA2XS2Y 1x185 RM/25 of the
standard types of pandapower (20 kV)."""


class Elements:
    """Hold the elements of a grid; nothing here changes during a run.

    `around[element]` lists (other element, switch_ix or NONE). `limit_mw[element]` is the rating
    as active power (infinite for buses; `limits` is the same as an array), `drop_per_mw[element]`
    the drop in per unit for each MW (0 but for sections). `zone[element]` and `of_zone[zone_ix]`
    lead to the zones and back.
    `is_station[element]`: joined to a source without a line between, in some positions.
    """

    def __init__(self, topology: Topology) -> None:
        grid = self.grid = topology.grid
        self.first_section = len(grid.buses)
        self.first_transformer = self.first_section + len(grid.sections)
        self.zone = (
            *topology.zone_of_bus,
            *topology.zone_of_section,
            *topology.zone_of_substation_transformer,
        )
        of_zone: list[list[int]] = [[] for _ in range(topology.n_zones)]
        for element, zone_ix in enumerate(self.zone):
            of_zone[zone_ix].append(element)
        self.of_zone = tuple(tuple(each) for each in of_zone)
        cosine = grid.power_factor
        tangent = math.sqrt(1.0 - cosine * cosine) / cosine
        n = self.first_section
        self.limit_mw = (
            *(math.inf for _ in range(n)),
            *(math.sqrt(3.0) * line.kv * line.max_i_ka * cosine for line in grid.sections),
            *(each.rated_mva * cosine for each in grid.substation_transformers),
        )
        self.drop_per_mw = (
            *(0.0 for _ in range(n)),
            *(_drop(line, tangent) for line in grid.sections),
            *(0.0 for _ in grid.substation_transformers),
        )
        self.limits = np.array(self.limit_mw)
        self.around = _joints(grid, self.first_section, self.first_transformer)
        self.is_station = self._station()
        self._bus_of = np.array([each.bus_ix for each in grid.transformers], dtype=np.int64)

    def bus_mw(self, transformer_mw: Sequence[float]) -> list[float]:
        """Return the load of every bus, (B,) MW, from that of every distribution transformer."""
        n = self.first_section
        return np.bincount(self._bus_of, transformer_mw, minlength=n).tolist()  # type: ignore[no-any-return]

    def joint(self, switch_ix: int) -> tuple[int, int]:
        """Return the two elements a switch joins, the bus first."""
        device = self.grid.switches[switch_ix]
        if device.section_ix != NONE:
            return device.bus_ix, self.first_section + device.section_ix
        if device.substation_transformer_ix != NONE:
            return device.bus_ix, self.first_transformer + device.substation_transformer_ix
        return device.bus_ix, device.other_bus_ix

    def is_section(self, element: int) -> bool:
        """Say whether an element is a line section."""
        return self.first_section <= element < self.first_transformer

    def is_transformer(self, element: int) -> bool:
        """Say whether an element is a substation transformer."""
        return element >= self.first_transformer

    def high_side(self, element: int) -> int:
        """Return the bus on the high side of a substation transformer."""
        return self.grid.substation_transformers[element - self.first_transformer].high_bus_ix

    def low_side(self, element: int) -> int:
        """Return the bus on the low side of a substation transformer."""
        return self.grid.substation_transformers[element - self.first_transformer].low_bus_ix

    def is_backward(self, one: int, other: int) -> bool:
        """Say whether the step from one to the other enters a transformer from its low side."""
        return other >= self.first_transformer and self.low_side(other) == one

    def asset(self, element: int) -> str:
        """Return the id of the bus, section or substation transformer."""
        if element < self.first_section:
            return self.grid.buses[element].id
        if element < self.first_transformer:
            return self.grid.sections[element - self.first_section].id
        return self.grid.substation_transformers[element - self.first_transformer].id

    def _station(self) -> bytes:
        found = bytearray(len(self.around))
        waiting = list(self.grid.source_bus_ix)
        for element in waiting:
            found[element] = True
        for element in waiting:  # grows while it is read: a queue
            for other, _switch in self.around[element]:
                if not found[other] and not self.is_section(other):
                    found[other] = True
                    waiting.append(other)
        return bytes(found)


def _joints(
    grid: Grid, first_section: int, first_transformer: int
) -> tuple[tuple[tuple[int, int], ...], ...]:
    n = first_transformer + len(grid.substation_transformers)
    around: list[list[tuple[int, int]]] = [[] for _ in range(n)]

    def join(one: int, other: int, switch_ix: int) -> None:
        around[one].append((other, switch_ix))
        around[other].append((one, switch_ix))

    for line in grid.sections:
        join(first_section + line.ix, line.from_bus_ix, line.from_switch_ix)
        join(first_section + line.ix, line.to_bus_ix, line.to_switch_ix)
    for each in grid.substation_transformers:
        join(first_transformer + each.ix, each.high_bus_ix, each.high_switch_ix)
        join(first_transformer + each.ix, each.low_bus_ix, each.low_switch_ix)
    for device in grid.switches:
        if device.other_bus_ix != NONE:
            join(device.bus_ix, device.other_bus_ix, device.ix)
    return tuple(tuple(each) for each in around)


def _drop(line: LineSection, tangent: float) -> float:
    r, x = LINE_OHM_PER_KM[line.construction]
    r = r if line.r_ohm_per_km is None else line.r_ohm_per_km
    x = x if line.x_ohm_per_km is None else line.x_ohm_per_km
    return (r + x * tangent) * line.length_km / (line.kv * line.kv)
