"""Crews as last radioed: assignment, arrival, findings. Nothing else of them is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.crews.crews import OFF, Crews
from sim.crews.dispatch import Candidate
from sim.crews.travel import Place
from sim.engine.facts import (
    CrewArrived,
    CrewAssigned,
    CrewHalted,
    CrewReleased,
    CrewResumed,
    CrewShiftEnded,
    CrewShiftStarted,
    CrewStoodDown,
    Fact,
    PatrolEnded,
)
from sim.engine.journal import Entry, Journal
from sim.grid.assets import Grid
from sim.world.site import place_of

__all__ = ["Radio"]

_WORK = {
    "patrol": "patrolling",
    "check": "patrolling",
    "switch": "switching",
    "repair": "repairing",
    "work": "repairing",
}
_STOOD_DOWN, _OUT = "stood_down", "out_of_action"


@dataclass(slots=True)
class _Heard:
    """What a crew last said."""

    id: str
    district: str
    lat: float
    lon: float
    doing: str = OFF
    stopped_by: set[str] = field(default_factory=set)
    task: str = ""
    incident: str = ""
    place: str = ""
    since_s: float = 0.0

    @property
    def state(self) -> str:
        """Return what it is doing, or why it stopped."""
        return max(self.stopped_by, key=(_STOOD_DOWN, _OUT).index, default=self.doing)


class Radio:
    """Own what crews have radioed so far."""

    def __init__(self, grid: Grid, crews: Crews, journal: Journal) -> None:
        """Take the crews at their depots."""
        self._grid, self._journal = grid, journal
        self._depots = {crew.id: crew.depot for crew in crews.crews.values()}
        self._heard = {
            crew.id: _Heard(
                crew.id, grid.districts[crew.district_ix].id, crew.depot.lat, crew.depot.lon
            )
            for crew in crews.crews.values()
        }
        self._hears: Mapping[type[Fact], Callable[[_Heard, Any], None]] = {
            CrewShiftStarted: self._came,
            CrewShiftEnded: self._went,
            CrewAssigned: self._took,
            CrewArrived: self._arrived,
            PatrolEnded: self._found,
            CrewReleased: self._is_free,
            CrewStoodDown: self._stood_down,
            CrewHalted: self._halted,
        }

    def read(self, entry: Entry) -> None:
        """Listen to one fact."""
        fact = entry.fact
        hears = self._hears.get(type(fact))
        if hears is None and not isinstance(fact, CrewResumed):
            return
        heard = self._heard[fact.subject]
        before = heard.state
        if hears is None:
            self._goes_on(heard, entry.cause)
        else:
            hears(heard, fact)
        if heard.state != before:
            heard.since_s = entry.t_s

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

    def free(self) -> list[Candidate]:
        """Return the crews that said they have nothing to do, where they last were."""
        return [
            Candidate(
                each.id,
                self._depots[each.id].district_ix,
                Place(each.id, self._depots[each.id].district_ix, each.lat, each.lon),
            )
            for each in self._heard.values()
            if each.state == "idle"
        ]

    # --- what was said

    def _came(self, heard: _Heard, _fact: CrewShiftStarted) -> None:
        depot = self._depots[heard.id]
        heard.lat, heard.lon = depot.lat, depot.lon
        heard.doing = "idle"

    def _went(self, heard: _Heard, _fact: CrewShiftEnded) -> None:
        heard.doing = OFF
        heard.stopped_by.clear()

    def _took(self, heard: _Heard, fact: CrewAssigned) -> None:
        heard.task, heard.incident, heard.place = fact.task, fact.incident, fact.place
        heard.doing = "travelling"

    def _arrived(self, heard: _Heard, fact: CrewArrived) -> None:
        self._stands_at(heard, fact.place)
        heard.doing = _WORK[fact.task]

    def _found(self, heard: _Heard, fact: PatrolEnded) -> None:
        if fact.found:
            self._stands_at(heard, fact.found)

    def _is_free(self, heard: _Heard, _fact: CrewReleased) -> None:
        heard.task = heard.incident = heard.place = ""
        heard.doing = "idle"

    def _stood_down(self, heard: _Heard, _fact: CrewStoodDown) -> None:
        heard.stopped_by.add(_STOOD_DOWN)

    def _halted(self, heard: _Heard, _fact: CrewHalted) -> None:
        heard.stopped_by.add(_OUT)

    def _goes_on(self, heard: _Heard, cause: int) -> None:
        was_halted = cause >= 0 and isinstance(self._journal.at(cause).fact, CrewHalted)
        heard.stopped_by.discard(_OUT if was_halted else _STOOD_DOWN)

    def _stands_at(self, heard: _Heard, asset: str) -> None:
        place = place_of(self._grid, asset)
        heard.lat, heard.lon = place.lat, place.lon
