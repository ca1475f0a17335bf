"""What the dispatcher sees of outages on purpose: those to come and running, works, feeders."""

from __future__ import annotations

import math
from typing import Any

from sim.world.world import World

__all__ = ["on_purpose"]


def on_purpose(world: World) -> dict[str, Any]:
    """Return the outages ordered and not over, the works not done, and the feeders that are cut.

    All of it is the control room's own doing: nothing here tells of faults.
    """
    customers = world.grid.transformer_customers
    outages = [
        {
            "outage": each.id,
            "why": each.why,
            "begins_s": round(each.start_s, 1),
            "restoration_s": round(each.restoration_s, 1),
            "is_running": not math.isnan(each.began_s),
            "customers": int(customers[list(each.members)].sum()),
        }
        for each in world.room.ordered.all.values()
        if not each.is_over
    ]
    works = [
        {
            "work": each.job.id,
            "state": each.state,
            "option": each.chosen.option if each.chosen else "",
            "outage": each.outage.id if each.outage else "",
            "crew": each.crew,
        }
        for each in world.planned.works.values()
        if each.state in ("waiting", "under_way")
    ]
    return {"outages": outages, "works": works, "gap": world.shortage.colour}
