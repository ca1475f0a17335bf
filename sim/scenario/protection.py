"""Section `protection`: how breakers and fuses react to faults by themselves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sim.scenario.base import Duration, Section, default
from sim.scenario.distributions import Distribution, Lognormal, LognormalShape

__all__ = ["Protection"]


class Protection(Section):
    """Settings of feeder breakers and transformer fuses."""

    trip_delay: Duration = default("0.3 s")
    """From a fault (or from switching onto one) to the open breaker, relay and breaker together;
    assumption (definite-time overcurrent protection of a feeder)."""
    dead_times: tuple[Annotated[Duration, Field(gt=0)], ...] = default(("2 s",))
    """Pause before each automatic reclosing of a feeder breaker; as many shots as entries, none
    switches reclosing off; assumption (one shot is usual on mixed feeders)."""
    reclaim_time: Duration = default("15 s")
    """Time a breaker must stay closed after reclosing before it may start over with the first
    shot; assumption."""
    temporary_clearing: Distribution = Lognormal(
        lognormal=LognormalShape.model_validate({"median": "0.5 s", "p90": "2 s"})
    )
    """Time without voltage after which a temporary fault is gone by itself, so that nine of ten
    are gone at the first reclosing; assumption."""
    fuse_delay: Duration = default("0.1 s")
    """From a fault in a distribution transformer to its blown fuse; shorter than `trip_delay`, so
    that the feeder stays in; assumption."""
