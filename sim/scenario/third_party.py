"""Section `hazards.third_party`: what other people's work and traffic break."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Section, Share, default

__all__ = ["ThirdParty"]

_HOURS = (0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 1.5, 2.5, 3.0, 3.0, 2.5,
          1.2, 2.2, 3.0, 3.0, 2.5, 1.5, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1)  # fmt: skip
Weight = Annotated[float, Field(ge=0, le=1000)]


class ThirdParty(Section):
    """Diggers in cables, cranes and vehicles in overhead lines: mostly in working hours."""

    cable_per_km_year: Annotated[float, Field(ge=0, le=1000)] = 0.02
    """Hits per km and year of cable, all permanent. Default: assumption; across 50 Chinese cities
    26 % of the outage time by faults came from outside causes."""
    overhead_per_km_year: Annotated[float, Field(ge=0, le=1000)] = 0.02
    """Hits per km and year of overhead line. Default: assumption."""
    temporary_share: Share = 0.3
    """Share of the hits on overhead lines that clear when the line is dead. Default: assumption."""
    hours: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)] = _HOURS
    """Weights of the 24 hours of a working day, from midnight; only their proportions count.
    Default: assumption."""
    weekend_share: Share = default("40 %")
    """What happens on a Saturday or Sunday, as a share of a working day. The rates above are means
    over the week. Default: assumption."""
