"""What the dispatcher sees of outages on purpose: those to come and running, works, the shortage.

All of it is the control room's own doing: nothing here tells of faults.
"""

from __future__ import annotations

import math
from typing import Any

from sim.world.seen.belief import known_time
from sim.world.world import World

__all__ = ["OnPurpose"]

View = dict[str, Any]


class OnPurpose:
    """Read what was ordered; remember the rotation until a fact or a review can have changed it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rota: tuple[object, list[View]] = (None, [])

    def view(self, version: int) -> View:
        """Return the outages ordered and not over, the works not done, and the shortage.

        `version` grows with every fact. `planned` says whether there is planned work at all;
        `shortage` is None where the scenario has none.
        """
        world = self._world
        return {
            "outages": self._outages(),
            "works": self._works(),
            "gap": world.shortage.colour,
            "planned": world.scenario.planned.is_any,
            "shortage": None if world.scenario.shortage is None else self._shortage(version),
        }

    def _outages(self) -> list[View]:
        customers = self._world.grid.transformer_customers
        device_of = {
            turn.outage.id: each.device
            for each in self._world.shortage.feeders.values()
            for turn in each.turns[-1:]
        }
        return [
            {
                "outage": each.id,
                "why": each.why,
                "begins_s": round(each.start_s, 1),
                "restoration_s": round(each.restoration_s, 1),
                "is_running": not math.isnan(each.began_s),
                "customers": int(customers[list(each.members)].sum()),
                "device": device_of.get(each.id, ""),
            }
            for each in self._world.room.ordered.all.values()
            if not each.is_over
        ]

    def _works(self) -> list[View]:
        return [
            {
                "work": each.job.id,
                "state": each.state,
                "option": each.chosen.option if each.chosen else "",
                "outage": each.outage.id if each.outage else "",
                "crew": each.crew,
                "place": each.job.assets[0],
            }
            for each in self._world.planned.works.values()
            if each.state in ("waiting", "under_way")
        ]

    # --- the shortage, as of its last review

    def _shortage(self, version: int) -> View:
        shortage, section = self._world.shortage, self._world.scenario.shortage
        assert section is not None
        last = shortage.rows[-1] if shortage.rows else None
        return {
            "longest_off_s": section.longest_off,
            "reviewed_s": last["t_s"] if last else None,
            "demand_mw": round(last["demand_mw"], 2) if last else None,
            "available_mw": _mw(last["available_mw"]) if last else None,
            "rota": self._rotation(last["t_s"], version) if last else [],
            "agreements": [
                {
                    "agreement": name,
                    "relief_mw": round(each.agreement.relief, 2),
                    "is_on": each.is_on,
                    "from_s": known_time(each.from_s),
                    "until_s": known_time(each.from_s + each.agreement.at_most),
                }
                for name, each in shortage.calls.items()
            ],
        }

    def _rotation(self, at_s: float, version: int) -> list[View]:
        """Return the feeders that could be cut, whoever is next first, by the loads of a review."""
        key = (at_s, version)
        if self._rota[0] != key:
            shortage = self._world.shortage
            customers = self._world.grid.transformer_customers
            self._rota = (
                key,
                [
                    {
                        "device": device,
                        "customers": int(customers[list(shortage.feeders[device].members)].sum()),
                        "mw": round(shortage.load_mw(device, at_s), 2),
                        "hours_off": round(shortage.feeders[device].hours_off(at_s), 1),
                    }
                    for device in shortage.rotation(at_s)
                ],
            )
        return self._rota[1]


def _mw(power_mw: float) -> float | None:
    """Return a power as a view holds it: None where there is no limit."""
    return round(power_mw, 2) if math.isfinite(power_mw) else None
