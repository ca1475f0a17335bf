"""What the control room believes, as rows: the picture of the grid and the incidents."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.control.switching import CrewTask, Orders, next_orders
from sim.grid.assets import NONE, Grid
from sim.scenario.control import Control
from sim.world.seen.alarms import Alarms

__all__ = ["LAST_CLOSED", "Belief", "known_time"]

LAST_CLOSED = 10
"""Closed incidents still shown."""


def known_time(t_s: float) -> float | None:
    """Return a time as a view holds it: None for one that is not known."""
    return None if math.isnan(t_s) else round(t_s, 1)


class Belief:
    """Read the control room's belief."""

    def __init__(self, room: ControlRoom, control: Control) -> None:
        self._room, self._control = room, control
        self._drawn: tuple[bytes, dict[str, list[Any]]] = (b"", {})
        self._suggested: tuple[object, dict[str, Any]] = (None, {})

    @property
    def _grid(self) -> Grid:
        return self._room.picture.grid

    def picture(self) -> dict[str, list[Any]]:
        """Return dead sections, transformers believed out, and switches off their normal place."""
        picture = self._room.picture
        positions, normal = picture.positions(), picture.topology.normal
        if positions != self._drawn[0]:
            zones = picture.topology.zone_of_section
            dead = [ix for ix, zone in enumerate(zones) if not picture.is_live(zone)]
            moved = [
                [ix, int(closed)] for ix, closed in enumerate(positions) if closed != normal[ix]
            ]
            self._drawn = positions, {"dead_sections": dead, "moved_switches": moved}
        return {**self._drawn[1], "out_transformers": self.out_transformers()}

    def out_transformers(self) -> list[int]:
        """Return the transformers believed out, on purpose or not."""
        out = {ix for each in self._room.incidents.open() for ix in each.transformers}
        return sorted(out.union(self._room.ordered.explained()))

    def incidents(self, alarms: Alarms) -> list[dict[str, Any]]:
        """Return the open incidents, oldest first, and the last closed ones."""
        incidents = self._room.incidents
        closed = [each for each in incidents.all.values() if not each.is_open]
        closed.sort(key=lambda each: each.closed_s)
        return [self._row(each, alarms) for each in (*incidents.open(), *closed[-LAST_CLOSED:])]

    def _row(self, incident: Incident, alarms: Alarms) -> dict[str, Any]:
        grid = self._grid
        sources = [incident.device]
        sources += [grid.transformers[ix].id for ix in incident.transformers]
        return {
            "id": incident.id,
            "device": incident.device,
            "district": grid.districts[incident.district_ix].id,
            "customers": self.customers(incident),
            "section": incident.section,
            "damage": [[asset, int(done)] for asset, done in incident.damage.items()],
            "status": _status(incident),
            "opened_s": round(incident.opened_s, 1),
            "closed_s": known_time(incident.closed_s),
            "restoration_s": known_time(incident.restoration_s),
            "crew": incident.crew,
            "moving": incident.moving,
            "n_reports": max(
                len(incident.reporters),
                sum(alarms.count(source, incident.opened_s) for source in dict.fromkeys(sources)),
            ),
        }

    def customers(self, incident: Incident) -> int:
        """Return the customers believed out because of an incident."""
        whole = int(self._grid.transformer_customers[list(incident.transformers)].sum())
        return whole + len(incident.behind)

    def suggestions(
        self, now_s: float, version: int, crew_for: Callable[[Incident, CrewTask], str]
    ) -> dict[str, Any]:
        """Return what the written practice would do next where nothing is under way.

        `version` grows with every fact: what orders depend on does not change without one, but
        for the time allowed to locate a fault.
        """
        idle = [each for each in self._room.incidents.open() if not (each.crew or each.moving)]
        wait_s = self._control.locate_for
        capacity = self._room.capacity
        hour = 0.0 if capacity.is_constant else now_s // self._control.restoration.look_again
        located = tuple((each.id, now_s < each.opened_s + wait_s) for each in idle)
        key = (version, hour, located)
        if self._suggested[0] != key:
            rows = {}
            for each in idle:
                orders = next_orders(each, self._room.picture, self._control, now_s, capacity)
                if orders.moves or orders.task or orders.is_done:
                    crew = crew_for(each, orders.task) if orders.task else ""
                    rows[each.id] = _orders(orders, crew)
            self._suggested = key, rows
        return self._suggested[1]


def _status(incident: Incident) -> str:
    """Return a code: closed, switching, crew, damage (found), restored, or open."""
    if not incident.is_open:
        return "closed"
    if incident.moving:
        return "switching"
    if incident.crew:
        return "crew"
    if incident.unrepaired:
        return "damage"
    is_searched = incident.behind_ix != NONE and not incident.is_confirmed
    return "open" if incident.transformers or is_searched else "restored"


def _orders(orders: Orders, crew: str) -> dict[str, Any]:
    """Return orders as the fields of the commands that give them."""
    task = orders.task
    return {
        "moves": [[move.device, int(move.closed)] for move in orders.moves],
        "task": {"task": task.task, "targets": list(task.targets)} if task else None,
        "crew": crew,
        "is_done": orders.is_done,
    }
