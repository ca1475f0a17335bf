"""What the dispatcher sees of important users: what is on file, and who is believed out.

Whether one still works is not known here: the file says for how long it was built to go on.
"""

from __future__ import annotations

from typing import Any

from sim.world.world import World

__all__ = ["in_need"]


def in_need(world: World) -> dict[str, Any] | None:
    """Return the important users, in the order of the scenario, and the free mobile sets.

    None where the scenario has none. Reserves are seconds; 0 is none.
    """
    if not world.in_need.key.all:
        return None
    users = [
        {
            "customer": name,
            "name": {"en": each.section.name.en, "zh": each.section.name.zh},
            "grade": each.section.grade,
            "transformer": each.section.transformer,
            "out_since_s": _out_since(world, each.main_ix),
            "has_second": bool(each.section.second_source),
            "battery_s": each.section.battery,
            "fuel_s": each.section.generator.fuel if each.section.generator else 0.0,
            "has_set": world.in_need.has_set(name),
        }
        for name, each in world.in_need.key.all.items()
    ]
    return {"sets_free": world.in_need.sets_free, "users": users}


def _out_since(world: World, transformer_ix: int) -> float | None:
    """Return since when a transformer is believed out, None where it is not."""
    incident = world.room.incidents.explaining(transformer_ix)
    if incident is not None:
        return round(incident.opened_s, 1)
    outage = world.room.ordered.explaining(transformer_ix)
    return None if outage is None else round(outage.began_s, 1)
