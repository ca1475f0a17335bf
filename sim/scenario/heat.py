"""Section `hazards.heat`: more failures when it is hot."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Section

__all__ = ["Heat"]


class Heat(Section):
    """Failures on top of the steady ones, while it is hotter than a threshold.

    Above it the rate doubles every so many degrees: the law of thermal ageing, taken for the rate
    of failures (assumption). The temperature is that of `loads.temperature`.
    """

    threshold_c: Annotated[float, Field(ge=-60, le=60)] = 32.0
    """Air temperature up to which the steady rates hold, °C. Default: assumption."""
    transformer_doubling_k: Annotated[float, Field(gt=0, le=100)] = 6.0
    """Degrees that double the failures of distribution transformers. Default: 6, the halving
    constant of insulation life in the loading guides (IEC 60076-12:2008, clause 5.3)."""
    cable_doubling_k: Annotated[float, Field(gt=0, le=100)] = 10.0
    """Degrees that double the failures of cables. Default: assumption."""
    most: Annotated[float, Field(ge=1, le=1000)] = 20.0
    """Factor that is never passed. Default: assumption."""
