"""Section `hazards.trees`: trees that fall or grow onto overhead lines."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Section, Share

__all__ = ["Trees"]


class Trees(Section):
    """Trees beside overhead lines; the edge table's `trees` and `tree_height_m` come first.

    A tree fails in a gust by stem breakage or uprooting (Hou & Muraleetharan 2023, Int. J.
    Disaster Risk Sci. 14:194, table 2, bur oak of 8 to 28 m, less the value in calm).
    """

    share: Share = 0.0
    """Share of the length with trees beside it, where the table says none. Default: none."""
    height_m: Annotated[float, Field(gt=0, le=100)] = 12.0
    """Height of the trees in m, where the table says none. Default: assumption."""
    per_km: Annotated[float, Field(ge=0, le=5000)] = 100.0
    """Trees within reach of the line a km of tree-lined length. Default: assumption (a row along
    one side, one every 10 m)."""
    hits_share: Share = 0.25
    """Share of the failing trees that fall onto the line. Default: assumption; a quarter of all
    directions, if the line is near."""
    temporary_share: Share = 0.3
    """Share of these that only touch and clear when the line is dead. Default: assumption."""
    contact_per_km_year: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Contacts by growth, without wind, a km of tree-lined length and year. Default: none, they are
    within the steady rate."""
    contact_temporary_share: Share = 0.8
    """Share of these contacts that clear when the line is dead. Default: assumption."""
