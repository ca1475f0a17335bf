"""Crews as last radioed: assignment, arrival, findings. Nothing else of them is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.crews.crews import OFF, Crews
from sim.engine.facts import (
    CrewArrived,
    CrewAssigned,
    CrewReleased,
    CrewResumed,
    CrewShiftEnded,
    CrewShiftStarted,
    CrewStoodDown,
    Fact,
    PatrolEnded,
    RepairStarted,
)
from sim.engine.journal import Entry
from sim.grid.assets import Grid
from sim.world.site import place_of

__all__ = ["Radio"]

_WORK = {
    "patrol": "patrolling",
    "check": "patrolling",
    "switch": "switching",
    "repair": "repairing",
}
_STOOD_DOWN = "stood_down"


@dataclass(slots=True)
class _Heard:
    """What a crew last said."""

    id: str
    district: str
    lat: float
    lon: float
    state: str = OFF
    task: str = ""
    incident: str = ""
    place: str = ""
    since_s: float = 0.0
    before: str = OFF
    """State it stood down from."""


class Radio:
    """Own what crews have radioed so far."""

    def __init__(self, grid: Grid, crews: Crews) -> None:
        """Take the crews at their depots."""
        self._grid = grid
        self._depots = {crew.id: crew.depot for crew in crews.crews.values()}
        self._heard = {
            crew.id: _Heard(
                crew.id, grid.districts[crew.district_ix].id, crew.depot.lat, crew.depot.lon
            )
            for crew in crews.crews.values()
        }
        self._hears: Mapping[type[Fact], Callable[[_Heard, Any], str]] = {
            CrewShiftStarted: self._came,
            CrewShiftEnded: self._went,
            CrewAssigned: self._took,
            CrewArrived: self._arrived,
            PatrolEnded: self._found,
            RepairStarted: self._assessed,
            CrewReleased: self._is_free,
            CrewStoodDown: self._stopped,
            CrewResumed: self._goes_on,
        }

    def read(self, entry: Entry) -> None:
        """Listen to one fact."""
        hears = self._hears.get(type(entry.fact))
        if hears is None:
            return
        heard = self._heard[entry.fact.subject]
        state = hears(heard, entry.fact)
        if state:
            heard.since_s = entry.t_s
            if heard.state == _STOOD_DOWN and type(entry.fact) not in (CrewResumed, CrewShiftEnded):
                heard.before = state
            else:
                heard.state = state

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a crew."""
        return [
            {
                "id": each.id,
                "district": each.district,
                "state": each.state,
                "task": each.task,
                "incident": each.incident,
                "place": each.place,
                "lat": round(each.lat, 5),
                "lon": round(each.lon, 5),
                "since_s": round(each.since_s, 1),
            }
            for each in self._heard.values()
        ]

    # --- each returns the state to show, '' to leave it

    def _came(self, heard: _Heard, _fact: CrewShiftStarted) -> str:
        depot = self._depots[heard.id]
        heard.lat, heard.lon = depot.lat, depot.lon
        return "idle"

    def _went(self, heard: _Heard, _fact: CrewShiftEnded) -> str:
        heard.task = heard.incident = heard.place = ""
        return OFF

    def _took(self, heard: _Heard, fact: CrewAssigned) -> str:
        heard.task, heard.incident, heard.place = fact.task, fact.incident, fact.place
        return "travelling"

    def _arrived(self, heard: _Heard, fact: CrewArrived) -> str:
        self._stands_at(heard, fact.place)
        return _WORK[fact.task]

    def _found(self, heard: _Heard, fact: PatrolEnded) -> str:
        if fact.found:
            self._stands_at(heard, fact.found)
        return ""

    def _assessed(self, _heard: _Heard, _fact: RepairStarted) -> str:
        return "repairing"

    def _is_free(self, heard: _Heard, _fact: CrewReleased) -> str:
        heard.task = heard.incident = heard.place = ""
        return "idle"

    def _stopped(self, heard: _Heard, _fact: CrewStoodDown) -> str:
        heard.before, heard.state = heard.state, _STOOD_DOWN
        return heard.before

    def _goes_on(self, heard: _Heard, _fact: CrewResumed) -> str:
        return heard.before

    def _stands_at(self, heard: _Heard, asset: str) -> None:
        place = place_of(self._grid, asset)
        heard.lat, heard.lon = place.lat, place.lon
