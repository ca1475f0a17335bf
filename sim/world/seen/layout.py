"""The grid as drawn on every map: places and normal positions, sent once."""

from __future__ import annotations

from typing import Any

from sim.grid.assets import NONE, Grid

__all__ = ["layout"]

_DIGITS = 5
"""Of degrees: about a metre."""


def layout(grid: Grid) -> dict[str, list[list[Any]]]:
    """Return districts, sections, transformers and switches in the order of their positions."""

    def place(latitude: float, longitude: float) -> list[float]:
        return [round(latitude, _DIGITS), round(longitude, _DIGITS)]

    def is_tie(*switches: int) -> bool:
        return any(ix != NONE and not grid.switches[ix].is_closed for ix in switches)

    return {
        "districts": [
            [each.id, each.name_en, each.name_zh, *place(each.latitude, each.longitude)]
            for each in grid.districts
        ],
        "sections": [
            [
                each.id,
                *place(*each.from_place),
                *place(*each.to_place),
                int(each.construction == "overhead"),
                int(is_tie(each.from_switch_ix, each.to_switch_ix)),
            ]
            for each in grid.sections
        ],
        "transformers": [
            [each.id, *place(each.latitude, each.longitude), each.customers, each.district_ix]
            for each in grid.transformers
        ],
        "switches": [
            [
                each.id,
                *place(each.latitude, each.longitude),
                each.kind,
                int(each.is_remote or each.is_breaker),
                int(each.is_closed),
            ]
            for each in grid.switches
        ],
    }
