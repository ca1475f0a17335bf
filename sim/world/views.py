"""Views: what each seat's screen shows, and nothing else. The one door from a world to a console.

A view is made of JSON values from belief and reports, each with its delay; it does not depend on
how often anybody asks, and asking changes nothing. Only the controller sees truth. Worlds that
differ in nothing a seat could have observed give it the same bytes: so a view never holds the time
of the clock's last event, a number shared by seats, or a time to come that nobody told the seat.
The session adds what the world does not know: the pace, who sits where, its own messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.control.incidents import Incident
from sim.control.switching import CrewTask
from sim.crews.dispatch import OpenTask, best_crew, help_within_km
from sim.engine.facts import IncidentOpened, OutageOrdered
from sim.protection.faults import Fault
from sim.units import HOUR_S
from sim.world.seats import CONTROLLER, DISPATCHER, NOTIFICATION, SUPERVISOR
from sim.world.seen.alarms import Alarms
from sim.world.seen.belief import Belief
from sim.world.seen.hall import Hall
from sim.world.seen.in_need import in_need
from sim.world.seen.inbox import Inboxes
from sim.world.seen.layout import layout
from sim.world.seen.on_purpose import OnPurpose
from sim.world.seen.press import Press
from sim.world.seen.radio import Radio
from sim.world.seen.reportline import ReportLine
from sim.world.site import place_of
from sim.world.world import WIND_STEP_S, World

__all__ = ["Views"]

View = dict[str, Any]


class Views:
    """Own what the seats of one world have seen. Best made before the world runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._n_read = 0
        self._district_of: dict[str, str] = {}
        self._radio = Radio(world.grid, world.crews, world.journal)
        self._alarms = Alarms(world.journal, world.topology)
        self._inboxes = Inboxes(world.scenario.exercise, world.grid)
        self._hall = Hall(world.scenario.contact, world.centre)
        self._press = Press(world.scenario.notify, world.campaigns)
        self._belief = Belief(world.room, world.scenario.control)
        self._line = ReportLine(world.room, self._belief, world.clock, world.journal)
        self._on_purpose = OnPurpose(world)
        self._seats: Mapping[str, Callable[[float], View]] = {
            DISPATCHER: self._dispatcher,
            SUPERVISOR: self._supervisor,
            NOTIFICATION: self._notification,
            CONTROLLER: self._controller,
        }

    def static(self, _seat: str) -> View:
        """Return what never changes during a run: the grid as drawn."""
        return {"grid": layout(self._world.grid)}

    def view(self, seat: str) -> View:
        """Return all parts of a seat's view now. They are shared between calls: do not change them.

        Parts with a delay go by the time of the last look, every `LOOK_S` seconds.
        """
        self._catch_up()
        now_s = self._line.now_s
        return {
            "situation": self._situation(seat, now_s),
            "inbox": self._inboxes.latest(seat),
            **self._seats[seat](now_s),
        }

    def _catch_up(self) -> None:
        """Read the facts written since the last time."""
        for entry in self._world.journal.since(self._n_read):
            if isinstance(entry.fact, IncidentOpened):
                self._district_of[entry.fact.incident] = entry.fact.district
            elif isinstance(entry.fact, OutageOrdered):
                self._district_of[entry.fact.outage] = self._district_on_purpose(entry.fact)
            for part in (self._radio, self._alarms, self._inboxes, self._hall, self._press):
                part.read(entry)
            self._n_read = entry.seq + 1

    def _district_on_purpose(self, fact: OutageOrdered) -> str:
        """Return the district of an ordered outage, '' where it takes nobody's supply."""
        members = self._world.room.ordered.all[fact.outage].members
        grid = self._world.grid
        return grid.districts[grid.transformers[members[0]].district_ix].id if members else ""

    # --- all seats

    def _situation(self, seat: str, now_s: float) -> View:
        """Return the state of the emergency, and the outage as far as this seat has heard."""
        world = self._world
        if seat in (DISPATCHER, CONTROLLER):
            n_out = world.room.incidents.customers_out()
            n_incidents = len(world.room.incidents.open())
        else:
            report = self._line.latest
            n_out = report.customers_told if seat == NOTIFICATION else report.customers_out
            n_incidents = len(report.incidents)
        return {
            "colour": world.levels.colour,
            "level": world.levels.level,
            "customers_believed_out": n_out,
            "incidents_open": n_incidents,
            "gust_ms": self._bulletin_gust_ms(now_s),
        }

    def _bulletin_gust_ms(self, now_s: float) -> float:
        """Return the highest gust of a station at the last full local hour."""
        world = self._world
        hour_s = now_s - world.calendar.time_of_day_s(now_s) % HOUR_S
        step = max(0, int(hour_s // WIND_STEP_S))
        return round(float(world.wind_gusts_ms[step].max(initial=0.0)), 1)

    # --- seats

    def _dispatcher(self, now_s: float) -> View:
        return {
            "believed": self._belief.picture(),
            "incidents": self._belief.incidents(self._alarms),
            "crews": self._radio.rows(),
            "alarms": self._alarms.latest(),
            "on_purpose": self._on_purpose.view(self._n_read),
            "in_need": in_need(self._world),
            "suggestions": self._belief.suggestions(now_s, self._n_read, self._nearest),
        }

    def _nearest(self, incident: Incident, task: CrewTask) -> str:
        """Return the free crew the written practice would send, '' for none."""
        place = place_of(self._world.grid, task.targets[0].partition(":")[0])
        if self._world.crews.stand_down.is_on(place.district_ix, self._world.clock.now):
            return ""  # nobody may be sent into that wind
        if task.task == "repair" and self._world.crews.is_under_water(task.targets[0]):
            return ""
        waiting = OpenTask(incident.id, place, 0, incident.opened_s, 0.0)
        section = self._world.scenario.crews
        within_km = help_within_km(section)
        crew = best_crew(waiting, self._radio.free(), section.help_neighbours, within_km)
        return crew.crew if crew else ""

    def _supervisor(self, now_s: float) -> View:
        return {
            "board": self._hall.board(now_s),
            "history": self._hall.history(now_s),
            "tiers": self._hall.tiers(now_s),
            "staff": self._hall.staff(),
            "major_service": self._hall.major_service,
            "announcement": self._hall.announcement,
            "announcements": self._hall.texts,
            "known_outages": self._press.known_outages(self._district_of),
        }

    def _notification(self, now_s: float) -> View:
        report = self._line.latest
        return {
            "incidents": self._press.incidents(report),
            "outages": self._press.outages(report),
            "notices": self._press.notices(now_s),
            "channels": self._press.channels(now_s),
            "believed": {"out_transformers": list(report.out_transformers)},
        }

    def _controller(self, now_s: float) -> View:
        return {
            "truth": self._truth(),
            "believed": self._belief.picture(),
            "board": self._hall.board(now_s),
            "incidents": self._belief.incidents(self._alarms),
            "crews": self._radio.rows(),
            "injects": self._injects(),
        }

    def _injects(self) -> list[View]:
        director, exercise = self._world.director, self._world.scenario.exercise
        if director is None or exercise is None:
            return []
        return [
            {
                "id": each.id,
                "title": {
                    "en": exercise.injects[each.id].title.en,
                    "zh": exercise.injects[each.id].title.zh,
                },
                "status": each.status,
                "t_s": None if each.t_s is None else round(each.t_s, 1),
                "seat": each.seat,
                "objective": each.objective,
            }
            for each in director.statuses()
        ]

    def _truth(self) -> View:
        world = self._world
        zones = world.topology.zone_of_section
        supplied = world.state.zone_supplied
        return {
            "dead_sections": [ix for ix, zone in enumerate(zones) if not supplied[zone]],
            "out_transformers": (~world.state.transformer_supplied).nonzero()[0].tolist(),
            "faults": [self._fault(fault) for fault in world.protection.faults.live],
        }

    def _fault(self, fault: Fault) -> View:
        place = place_of(self._world.grid, fault.asset)
        return {
            "fault": fault.id,
            "asset": fault.asset,
            "t_s": round(self._world.fault_times[fault.id][0], 1),
            "lat": round(place.lat, 5),
            "lon": round(place.lon, 5),
        }
