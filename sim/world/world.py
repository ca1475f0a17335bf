"""The world: every part, put together in one place.

Read `__init__` from top to bottom: truth first, then what customers and the control room make of
it, then those who decide. Which fact sets off which reaction stands in `wiring`; what a command
does stands in `handlers`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from sim.commands import Command
from sim.contact.centre import Centre
from sim.contact.staff import Staff
from sim.contact.technical import Technical
from sim.contact.work_orders import OrderBook
from sim.control.evidence import Evidence
from sim.control.room import ControlRoom
from sim.crews.crews import Crews
from sim.crews.standdown import StandDown, windows_above
from sim.crews.travel import Place
from sim.customers.behaviour import Behaviour
from sim.customers.groups import form_groups
from sim.emergency.levels import Levels
from sim.emergency.plan import Situation
from sim.engine.clock import LAST, Clock
from sim.engine.facts import FaultCleared, FaultStruck, RunEnded, RunStarted, TroubleReported
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.streams import Streams
from sim.grid.building import without_collection
from sim.grid.importers import build_grid
from sim.grid.loads import Loads
from sim.grid.state import GridState
from sim.grid.topology import Topology
from sim.grid.worth import weights
from sim.hazards.cells import cell_field
from sim.hazards.failures import EVERYDAY, Failure, assets_of, failure_schedule
from sim.hazards.flooding import Waters
from sim.hazards.low_voltage import LowVoltageFailure, low_voltage_failures
from sim.hazards.wind import wind_field
from sim.notify.campaigns import Audience, Campaigns, Notice
from sim.protection.relays import Protection
from sim.scenario.scenario import Scenario
from sim.units import MINUTE_S, Calendar
from sim.world.announcing import Announcing
from sim.world.behind import behind_of
from sim.world.behind_places import repair_times, split_for
from sim.world.deliberate import Deliberate
from sim.world.directing import Director
from sim.world.dispatcher import Dispatcher
from sim.world.ground import Ground
from sim.world.handlers import Handlers
from sim.world.ideal import IdealOperation
from sim.world.informer import Informer
from sim.world.interruptions import Interruptions
from sim.world.needs import InNeed
from sim.world.office import Office
from sim.world.planned import PlannedWork
from sim.world.seats import Seats
from sim.world.shortage import Shortage
from sim.world.site import OnSite
from sim.world.wiring import reactions

__all__ = ["WIND_STEP_S", "World"]

WIND_STEP_S = 10 * MINUTE_S
"""Step of the stored wind and of the stand-down windows, s."""
_LOOK_S = MINUTE_S
"""How often the world looks whether everybody has supply again."""


class World:
    """Hold one run of a scenario with one seed."""

    @without_collection()
    def __init__(self, scenario: Scenario, seed: int, streams: Streams | None = None) -> None:
        """Take other luck than the seed's own where `streams` is given."""
        self.scenario, self.seed = scenario, seed
        run = scenario.run
        self.calendar = Calendar(run.start, run.zone)
        self.streams = Streams(seed) if streams is None else streams
        self.clock = Clock()
        self.journal = Journal(lambda: self.clock.now)
        self.is_over = False

        # truth: weather, grid, protection
        cells = cell_field(scenario.hazards.thunderstorms, self.streams, self.calendar, run.at_most)
        self.wind = wind_field(scenario.hazards.typhoon, self.calendar, cells)
        self.grid = build_grid(scenario.grid, scenario.customers.classes)
        self.topology = Topology(self.grid)
        self.state = GridState(self.topology)
        self.protection = Protection(
            self.clock, self.journal, self.grid, self.state, scenario.protection, self.streams
        )
        self.loads = Loads(self.grid, scenario.loads, self.calendar, scenario.customers)
        self.interruptions = Interruptions(self.grid)
        self.fault_times: dict[str, list[float]] = {}

        # customers, their calls, and what they are told
        self.part_failures = self._part_failures()
        self.groups = form_groups(
            scenario.customers,
            [each.customers for each in self.grid.transformers],
            [each.customers_by_class for each in self.grid.transformers],
        )
        self.groups = split_for(self.groups, scenario.low_voltage, self.part_failures, self.grid)
        self.centre = Centre(
            scenario.contact,
            self.streams,
            self.calendar,
            self.groups.transformer_ix,
            run.at_most,
        )
        self.centre.on_reports = self._reports_heard
        self.clock.take_along(self.centre)
        self.staff = Staff(
            scenario.contact, self.centre, self.clock, self.journal, self.streams, self.calendar
        )
        self.technical = Technical(
            scenario.contact.technical,
            self.centre,
            self.clock,
            self.journal,
            self.streams,
            self.calendar,
        )
        self.behaviour = Behaviour(
            scenario.customers,
            self.groups,
            self.centre,
            self.clock,
            self.journal,
            self.calendar,
            self.streams,
        )
        self.orders = OrderBook(
            scenario.contact,
            self.centre,
            self.groups.transformer_ix,
            self.behaviour.callers.of,
            self.behaviour.episodes,
            self.clock,
            self.journal,
            self.streams,
        )
        self.campaigns = Campaigns(
            scenario.notify,
            Audience(
                self.groups.customers,
                self.groups.class_ix,
                self.groups.transformer_ix,
                self.groups.classes,
                lambda groups: ~self.behaviour.out[groups],
            ),
            self.clock,
            self.journal,
            self.streams,
            self._noticed,
        )
        # belief and crews
        self.evidence = Evidence(
            scenario.control,
            self.topology,
            self.clock,
            self.journal,
            self.streams,
            self.state.is_closed,
            self.state.is_transformer_supplied,
        )
        self.dispatcher: Dispatcher
        self.room = ControlRoom(
            scenario.control,
            self.topology,
            self.clock,
            self.journal,
            self.streams,
            lambda _incident: self.dispatcher.wake(),
            self._belief_changed,
            self.loads.for_belief(),
            scenario.customers,
        )
        self.announcing = Announcing(
            scenario.contact.menu,
            self.room.incidents,
            self.room.ordered,
            self.groups,
            self.centre,
            self.clock,
        )
        self.site = OnSite(self.grid, self.state, self.protection, self._switched_by_crew)
        self.ground = Ground(self.grid, Waters(scenario.hazards.flood, self.calendar), self.clock)
        self.site.ground = self.ground
        depots = {
            each.id: Place(each.id, each.ix, each.latitude, each.longitude)
            for each in self.grid.districts
        }
        self.wind_times_s, self.wind_gusts_ms = self._station_winds()
        self.crews = Crews(
            scenario.crews,
            depots,
            self.wind.gust_ms_at,
            self._stand_down(),
            self.site,
            self.clock,
            self.journal,
            self.calendar,
            self.streams,
            scenario.control.restoration_times.error_sigma,
            repair_times(scenario.low_voltage),
            self.room.is_isolated,
        )
        self.behind, self.in_need = behind_of(self), InNeed(self)

        # those who decide
        self.director: Director | None = None
        self.levels = Levels()
        self.seats = Seats()
        self.deliberate = Deliberate(self)
        self.planned, self.shortage = PlannedWork(self), Shortage(self)
        self.handlers = Handlers(self)
        self.dispatcher = Dispatcher(
            scenario.control,
            scenario.crews,
            self.grid,
            self.room,
            self.crews,
            self.clock,
            self.seats,
            self.handlers.give,
            weights(self.grid, scenario.customers, self.calendar.at(0.0).date()).tolist(),
        )
        self.informer = Informer(
            scenario.notify.rules, self.room, self.clock, self.seats, self.handlers.give
        )
        self.office = Office(
            scenario.emergency,
            self.levels,
            self.situation,
            self._forecast_gust_ms,
            self.clock,
            self.journal,
            self.seats,
            self.handlers.give,
            self.informer.send_all,
        )
        self.journal.freeze(reactions(self))
        self._begin()

    def _part_failures(self) -> tuple[LowVoltageFailure, ...]:
        """Return what will fail behind the transformers: the customer groups are split by it."""
        section = self.scenario.low_voltage
        if section is None:
            return ()
        until_s = self.scenario.run.at_most
        return low_voltage_failures(
            section, self.grid, self.wind, self.streams, self.calendar, until_s
        )

    # --- running

    def _begin(self) -> None:
        """Write the first fact and plan what is outside everybody's decisions."""
        emergency = self.scenario.emergency
        if self.grid.districts or emergency.warnings or emergency.responses or emergency.plan:
            # NOTE: speed: a contact centre alone has nothing to review; 4 times as fast without
            self.office.begin()
        for ix in range(len(self.grid.transformers)):
            self.centre.watch(ix, self._reports_needed)
        fact = RunStarted(self.scenario.run.name.en, self.seed, self.grid.n_customers)
        self.journal.write(fact)
        if self.ideal is None:
            self.planned.begin()
            self.shortage.begin()
        self.failures = failure_schedule(
            self.scenario.hazards,
            assets=assets_of(self.grid, self.topology),
            wind=self.wind,
            streams=self.streams,
            calendar=self.calendar,
            until_s=self.scenario.run.at_most,
            temperature=self.scenario.loads.temperature,
        )
        for failure in self.failures:
            self.clock.call_at(failure.t_s, partial(self._strike, failure))
        self._last_wind_s = max(
            (each.t_s for each in self.failures if each.hazard not in EVERYDAY), default=0.0
        )
        if self.behind is not None and self.ideal is None:
            self.behind.begin()
        run = self.scenario.run
        for windows in self.crews.stand_down.windows:
            for _begin, end in windows:
                if math.isfinite(end):
                    # work may wait although no crew of the district stood down and resumes
                    self.clock.call_at(end, self.dispatcher.wake)
        if self.scenario.exercise is not None:
            slow_down = partial(setattr, self.seats, "delay_s", self.scenario.exercise.human_delay)
            self.clock.call_at(self.scenario.exercise.start_at, slow_down)
        self.clock.call_at(run.at_least, self._look_for_end, LAST)
        self.clock.call_at(run.at_most, lambda: self.end("horizon"), LAST)

    @cached_property
    def ideal(self) -> IdealOperation | None:
        """Return who deals with faults at once, where the scenario asks for that."""
        if self.scenario.run.operations == "real":
            return None
        topology = self.topology
        areas = [
            min(topology.joined_districts(district_ix)) for district_ix in topology.zone_district_ix
        ]
        return IdealOperation(
            self.clock,
            self.protection,
            self.state,
            self.scenario.reliability,
            self.scenario.protection,
            areas,
            self.streams.trait("reliability.transfer"),
        )

    def _strike(self, failure: Failure) -> None:
        if failure.kind == "supply":
            self.protection.lose_infeed(failure.asset, failure.repair_s)
            return
        fault = self.protection.strike(failure.failed_id, failure.kind, failure.hazard)
        if fault is not None and failure.repair_s > 0.0:
            self.ground.record(fault, failure.repair_s)

    def _look_for_end(self) -> None:
        """End the run once the storm is over and everybody has supply again."""
        if self.is_over:
            return
        is_mended = self.behind is None or self.behind.is_storm_over()
        is_calm = self.state.customers_out == 0 and not self.protection.has_earth_fault
        if is_calm and is_mended and self.clock.now >= self._last_wind_s:
            self.end("all_restored")
        else:
            self.clock.call_in(_LOOK_S, self._look_for_end, LAST)

    def end(self, why: str) -> None:
        """End the run at this moment, and say why."""
        if not self.is_over:
            self.is_over = True
            self.journal.write(RunEnded(why, self.state.customers_out))

    def run_until(self, t_s: float) -> None:
        """Advance the world to a time, or to its end if that comes first.

        Running in slices gives the same log as running in one go.
        """
        while not self.is_over and self.clock.peek() <= t_s:
            self.clock.step()

    def give(self, command: Command, by: str, cause: int = NO_CAUSE) -> None:
        """Give a command at this moment; it is carried out after all else that happens now."""
        self.clock.call_in(0.0, lambda: self.handlers.give(command, by, cause), LAST)

    # --- weather

    def _station_winds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the gusts at the stations: times, and shape (times, districts)."""
        times_s = np.arange(0.0, self.scenario.run.at_most + WIND_STEP_S, WIND_STEP_S)
        lat = np.array([each.latitude for each in self.grid.districts])
        lon = np.array([each.longitude for each in self.grid.districts])
        terrain = self.scenario.hazards.terrain
        factors = np.array([terrain.get(each.id, 1.0) for each in self.grid.districts])
        return times_s, self.wind.gusts_ms(times_s, lat, lon) * factors

    def _stand_down(self) -> StandDown:
        limit_ms = self.scenario.crews.stand_down_gust
        return StandDown(
            [windows_above(self.wind_times_s, gusts, limit_ms) for gusts in self.wind_gusts_ms.T]
        )

    def _forecast_gust_ms(self, within_s: float) -> float:
        """Return the highest gust forecast at a station within a time; without error."""
        now_s = self.clock.now
        first = math.floor(now_s / WIND_STEP_S)
        last = math.ceil((now_s + within_s) / WIND_STEP_S)
        return float(self.wind_gusts_ms[first : last + 1].max(initial=0.0))

    # --- what parts tell each other directly

    @property
    def _reports_needed(self) -> int:
        """Return how many reports from a transformer control must hear of: each where it asks."""
        if self.behind is not None:
            return 1
        return self.scenario.control.trouble_calls.reports_needed

    def _reports_heard(self, reports: Iterable[tuple[int, int]]) -> None:
        if self.behind is not None:
            self.behind.heard(reports)
            return
        for ix, count in reports:
            cause = self.interruptions.cause_of(ix)
            self.journal.write(TroubleReported(self.grid.transformers[ix].id, count), cause)

    def _noticed(
        self, notice: Notice, channel: str, groups: NDArray[np.int64], shares: NDArray[np.float64]
    ) -> None:
        if self.deliberate.noticed(notice, channel, groups, shares):
            return
        if notice.restoration_s > self.clock.now:
            self.behaviour.informed(groups, shares, notice.restoration_s, channel)

    def _switched_by_crew(self, device: str, closed: bool, crew: str, cause: int) -> None:
        job = self.crews.crews[crew].job
        outage = self.room.ordered.all.get(job.incident) if job else None
        if outage is not None:
            self.deliberate.switched(outage, device, closed, cause)
            return
        incident = self.room.incidents.all.get(job.incident) if job else None
        self.room.switched(device, closed, incident, cause)

    def _belief_changed(self, transformers: Iterable[int], is_out: bool) -> None:
        """Let the menu and the watch on customers' reports follow belief.

        Also told when another incident explains why transformers are out.
        """
        changed = list(transformers)
        for ix in changed:
            threshold = None if is_out else int(self.centre.reports[ix]) + self._reports_needed
            self.centre.watch(ix, threshold)
            if is_out and self.behind is not None:
                self.behind.desk.absorb(ix, self.room.incidents.last_seq)
        self.announcing.follow(changed)

    def situation(self) -> Situation:
        """Return what the emergency office knows now."""
        return Situation(
            t_s=self.clock.now,
            colour=self.levels.colour,
            level=self.levels.level,
            customers_out=self.room.incidents.customers_out(),
            incidents=len(self.room.incidents.open()),
            queue=sum(self.centre.snapshot().waiting.values()),
            belief_seq=self.room.incidents.last_seq,
            levels_seq=self.levels.seq,
            gap_colour=self.shortage.colour,
            gap_seq=self.shortage.colour_seq,
        )

    def note_fault(self, fact: FaultStruck | FaultCleared) -> None:
        """Remember when a fault struck and was cleared, for the table of faults."""
        self.fault_times.setdefault(fact.fault, []).append(self.clock.now)
