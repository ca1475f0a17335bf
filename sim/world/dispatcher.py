"""The automatic dispatcher: the written practice of the control room, as commands.

It sees belief only. A while after any news it goes through the open incidents, orders remote
switching, and hands the waiting tasks to free crews in the order of the priority rule. A person at
a console gives the same commands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sim.commands import AssignCrew, CloseIncident, Command, OperateSwitch, SetRestorationTime
from sim.control.incidents import Incident
from sim.control.room import ControlRoom
from sim.control.switching import CrewTask, Orders, RemoteMove, next_orders
from sim.crews.crews import Crews
from sim.crews.dispatch import Candidate, OpenTask, best_crew, help_within_km, in_order
from sim.crews.travel import Place
from sim.engine.clock import LAST, Clock
from sim.grid.assets import Grid
from sim.scenario.control import Control
from sim.scenario.crews import Crews as CrewsSection
from sim.units import HOUR_S
from sim.world.seats import DISPATCHER, Seats
from sim.world.site import place_of

__all__ = ["Dispatcher", "Issue"]

Issue = Callable[[Command, str, int], bool]
"""Give a command: (command, who, cause) → whether it was accepted."""

_BY = DISPATCHER
_HOURS = {"switch": 0.5, "patrol": 2.0, "check": 2.0, "repair": 4.0}
"""Expected crew hours until customers are back, for the priority rule. Assumption."""


class Dispatcher:
    """Decide for the control room and the crews."""

    def __init__(
        self,
        control: Control,
        crews_section: CrewsSection,
        grid: Grid,
        room: ControlRoom,
        crews: Crews,
        clock: Clock,
        seats: Seats,
        issue: Issue,
        more_worth: Sequence[float],
    ) -> None:
        """Take what each transformer counts for beyond its customers (see `sim.grid.worth`)."""
        self._seats = seats
        self._control, self._section, self._grid = control, crews_section, grid
        self._room, self._crews, self._clock, self._issue = room, crews, clock, issue
        self._waiting = False
        self._dry_looks_s: set[float] = set()
        self._thought: dict[str, tuple[object, Orders]] = {}
        self._looks_again = False
        self._more_worth = more_worth
        self.priority: str = crews_section.priority
        """Rule by which waiting tasks are taken."""

    @property
    def _is_on(self) -> bool:
        return self._seats.is_autopilot(DISPATCHER)

    @property
    def _decision_s(self) -> float:
        return self._control.decision_time + self._seats.delay_s

    # --- restoration times

    def incident_opened(self, incident: Incident, cause: int) -> None:
        """Set the first restoration time once the dispatcher has read the news."""

        def first() -> None:
            is_search = incident.search is not None  # nobody is out, but for minutes
            if is_search or not (self._is_on and incident.is_open):
                return
            if math.isnan(incident.restoration_s):
                at_s = max(self._first_s(incident), self._clock.now)
                self._issue(SetRestorationTime(incident.id, at_s, "first"), _BY, cause)

        self._clock.call_in(self._decision_s, first, LAST)

    def _first_s(self, incident: Incident) -> float:
        """Return the first estimate, with what is known of the wind and of the work ahead."""
        here = incident.district_ix
        crews = self._crews.crews.values()
        n_ahead = sum(
            each.district_ix == here and not each.crew and each.opened_s < incident.opened_s
            for each in self._room.incidents.open()
        )
        return self._room.estimator.first_s(
            incident,
            n_ahead,
            sum(crew.district_ix == here and crew.state != "off" for crew in crews),
            lambda start_s, work_s: self._crews.stand_down.end_of(here, start_s, work_s),
        )

    def assessed(self, incident: Incident, estimate_s: float, cause: int) -> None:
        """Set a restoration time from the crew on site."""
        at_s = self._room.estimator.from_crew_s(self._clock.now, estimate_s)

        def pass_on() -> None:
            if self._is_on and incident.is_open:
                later_s = max(at_s, self._clock.now)
                self._issue(SetRestorationTime(incident.id, later_s, "assessment"), _BY, cause)

        if self._seats.delay_s:
            self._clock.call_in(self._seats.delay_s, pass_on, LAST)
        else:
            pass_on()

    def restoration_set(self, incident: Incident, restoration_s: float, cause: int) -> None:
        """Review a restoration time before it passes."""

        def review() -> None:
            stands = incident.restoration_s == restoration_s
            if self._is_on and incident.is_open and stands and incident.transformers:
                later_s = self._room.estimator.extended_s(incident, self._clock.now)
                if later_s > restoration_s:
                    self._issue(SetRestorationTime(incident.id, later_s, "review"), _BY, cause)
                else:  # it may still be kept: look again when it is due
                    self._clock.call_at(restoration_s, review, LAST)

        early_s = restoration_s - self._room.estimator.section.review_before
        # a time that is nearly there already gets its chance
        self._clock.call_at(early_s if early_s > self._clock.now else restoration_s, review, LAST)

    # --- incidents and crews

    def wake(self) -> None:
        """Look at everything again after the usual time of decision."""
        if not self._waiting:
            self._waiting = True
            self._clock.call_in(self._decision_s, self._look, LAST)

    def look_now(self) -> None:
        """Look again at once: somebody watches for just this."""
        self._clock.call_in(self._seats.delay_s, self._look, LAST)

    def _look(self) -> None:
        self._waiting = False
        if not self._is_on:
            return
        tasks: dict[str, tuple[Incident, CrewTask]] = {}
        for incident in self._room.incidents.open():
            self._renew_time(incident)
            if incident.moving:
                continue
            if incident.crew:
                self._look_beside(incident)
                continue
            orders = self._orders(incident)
            if orders.task is not None and not orders.moves:
                tasks[incident.id] = (incident, orders.task)
            else:
                self._follow(incident, orders)
        self._assign(tasks)

    def _follow(self, incident: Incident, orders: Orders) -> None:
        """Do what takes no crew."""
        if orders.is_done:
            is_restored = incident.damage or incident.is_feeder
            why = "restored" if is_restored else incident.finding or "nothing_found"
            if self._issue(CloseIncident(incident.id, why), _BY, incident.seq):
                # a neighbour may have waited for it
                self.wake()
        elif orders.moves:
            self._move(incident, orders.moves)
        elif self._clock.now < incident.opened_s + self._control.locate_for:
            self._clock.call_at(incident.opened_s + self._control.locate_for, self.wake)

    def _renew_time(self, incident: Incident) -> None:
        """Set a new time where a trip brought customers back after the old one had passed."""
        if incident.transformers and incident.restoration_s <= self._clock.now:
            later_s = self._room.estimator.extended_s(incident, self._clock.now)
            self._issue(SetRestorationTime(incident.id, later_s, "review"), _BY, incident.seq)

    def _look_beside(self, incident: Incident) -> None:
        """Go on by telecontrol beside a repair where load was all that held customers back."""
        before = self._thought.get(incident.id)
        crew = self._crews.crews.get(incident.crew)
        is_repair = crew is not None and crew.job is not None and crew.job.task == "repair"
        if is_repair and before is not None and before[1].is_held:
            self._move(incident, self._orders(incident).moves)

    def _orders(self, incident: Incident) -> Orders:
        """Return the next orders, thought out anew only when something they rest on changed.

        NOTE: speed: most incidents wait for a crew from look to look; a third of a run's time.
        """
        picture, now_s, capacity = self._room.picture, self._clock.now, self._room.capacity
        again_s = self._control.restoration.look_again
        rests_on = (
            capacity.moves_about(incident.district_ix),
            0 if capacity.is_constant else now_s // again_s,
            now_s < incident.opened_s + self._control.locate_for,
            incident.known(),
        )
        before = self._thought.get(incident.id)
        if before is not None and before[0] == rests_on:
            orders = before[1]
        else:
            orders = next_orders(incident, picture, self._control, now_s, capacity)
            self._thought[incident.id] = (rests_on, orders)
        if orders.is_held and not capacity.is_constant and not self._looks_again:
            self._looks_again = True
            self._clock.call_in(again_s, self._look_again)
        return orders

    def _look_again(self) -> None:
        """Look at what load held back: it may have fallen."""
        self._looks_again = False
        self.wake()

    def _move(self, incident: Incident, moves: Sequence[RemoteMove]) -> None:
        """Order remote switching."""
        for move in moves:
            command = OperateSwitch(move.device, move.closed, incident.id)
            self._issue(command, _BY, incident.seq)

    def _assign(self, tasks: dict[str, tuple[Incident, CrewTask]]) -> None:
        """Give tasks to free crews, the most urgent task first."""
        free = [Candidate(crew.id, crew.district_ix, crew.place) for crew in self._crews.free()]
        waiting = [
            self._open_task(incident, task)
            for incident, task in tasks.values()
            if not self._crews.stand_down.is_on(self._place(task).district_ix, self._clock.now)
            and not self._waits_for_water(task)
        ]
        # a crew on site goes on there before anybody is sent across the county
        here = {
            job.incident: crew
            for crew in free
            if (job := self._crews.crews[crew.crew].last_job) is not None
        }
        stays = {each.incident: here[each.incident] for each in waiting if each.incident in here}
        free = [crew for crew in free if crew not in stays.values()]
        for each in in_order(waiting, self.priority):
            crew = stays.get(each.incident) or best_crew(
                each, free, self._section.help_neighbours, help_within_km(self._section)
            )
            if crew is None:
                continue
            incident, task = tasks[each.incident]
            command = AssignCrew(crew.crew, incident.id, task.task, task.targets)
            if self._issue(command, _BY, incident.seq) and crew in free:
                free.remove(crew)

    def _waits_for_water(self, task: CrewTask) -> bool:
        """Say whether a repair waits for water to go, and look again when it has gone."""
        if task.task != "repair" or not self._crews.is_under_water(task.targets[0]):
            return False
        dry_s = self._crews.workable_s(task.targets[0])
        if math.isfinite(dry_s) and dry_s not in self._dry_looks_s:
            self._dry_looks_s.add(dry_s)
            self._clock.call_at(dry_s, self.wake)
        return True

    def _place(self, task: CrewTask) -> Place:
        return place_of(self._grid, task.targets[0].partition(":")[0])

    def _open_task(self, incident: Incident, task: CrewTask) -> OpenTask:
        customers = sum(int(self._grid.transformer_customers[ix]) for ix in incident.transformers)
        customers += len(incident.behind)
        customers += round(sum(self._more_worth[ix] for ix in incident.transformers))
        hours = _HOURS[task.task]
        if task.task == "patrol":
            lengths = (
                self._grid.sections[self._grid.section_ix[name]].length_km
                for name in task.targets
                if name in self._grid.section_ix
            )
            hours += 0.5 * sum(lengths) * 1000.0 / self._section.patrol_speed / HOUR_S
        return OpenTask(incident.id, self._place(task), customers, incident.opened_s, hours)
