"""Crews: owner of who is on duty, where, and doing what.

A crew is off, idle, travelling, patrolling, switching, repairing, stood down or out of action. Its
job runs by itself once assigned: it travels, works, and reports. What it finds on site is the
truth there, asked of the `Site`; nobody else learns it before the crew reports.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import NormalDist
from typing import Any, Protocol

from sim.crews.standdown import StandDown
from sim.crews.travel import Place, travel_s
from sim.engine.clock import Clock
from sim.engine.facts import (
    CrewArrived,
    CrewAssigned,
    CrewHalted,
    CrewReleased,
    CrewResumed,
    CrewShiftEnded,
    CrewShiftStarted,
    CrewStoodDown,
    PatrolEnded,
    RepairEnded,
    RepairFeigned,
    RepairProlonged,
    RepairStarted,
)
from sim.engine.journal import NO_CAUSE, Journal
from sim.engine.sampling import quantile
from sim.engine.streams import Streams
from sim.scenario.crew_names import names_of_shift
from sim.scenario.crews import Crews as CrewsSection
from sim.scenario.distributions import Distribution
from sim.units import DAY_S, Calendar

__all__ = ["Crew", "Crews", "Job", "Site", "Stretch"]

OFF = "off"
OUT = "out_of_action"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line section (or station) to be walked: its id, place and length."""

    place: Place
    length_km: float


class Site(Protocol):
    """What is true on site, as a crew standing there can see and do."""

    def damage_on(self, section: str) -> Sequence[tuple[str, str]]:
        """Return the (asset, latest fault) pairs of lasting damage on a section or transformer."""

    def kind_of(self, asset: str) -> str:
        """Return overhead, cable or transformer: which repair time applies."""

    def workable_s(self, asset: str) -> float:
        """Return from when an asset can be worked on: later than now while it is under water."""

    def recorded_work_s(self, fault: str) -> float:
        """Return the work on site that a record gives for a fault; 0: as drawn."""

    def operate(self, device: str, closed: bool, crew: str, cause: int) -> None:
        """Move a switch by hand."""

    def repaired(self, asset: str, cause: int) -> None:
        """Mark an asset as repaired."""


@dataclass
class Job:
    """One task of one crew."""

    crew: str
    incident: str
    task: str
    place: Place
    t_assigned_s: float
    seq: int
    t_arrived_s: float = math.nan
    t_ended_s: float = math.nan
    outcome: str = ""
    stretches: tuple[Stretch, ...] = ()
    walked: list[str] = field(default_factory=list)
    moves: tuple[tuple[str, bool], ...] = ()
    asset: str = ""
    fault: str = ""
    work_s: float = 0.0
    """Length of planned work."""
    factor: float = 1.0
    """On the work of a repair not begun yet; the crew does not know."""
    is_at_repair: bool = False
    """The assessment is over, the repair has begun."""
    ends_s: float = math.nan
    """When the step at hand is through."""
    then: Callable[[], None] = lambda: None
    step: int = 0


@dataclass
class Crew:
    """One crew."""

    id: str
    district_ix: int
    depot: Place
    place: Place
    state: str = OFF
    state_since_s: float = 0.0
    paused: str = ""
    job: Job | None = None
    last_job: Job | None = None
    wants_off: bool = False

    @property
    def is_free(self) -> bool:
        """Say whether the crew is on duty and has nothing to do."""
        return self.state == "idle"


class Crews:
    """Own all crews."""

    def __init__(
        self,
        section: CrewsSection,
        depots: dict[str, Place],
        gust_ms: Callable[[float, float, float], float],
        stand_down: StandDown,
        site: Site,
        clock: Clock,
        journal: Journal,
        calendar: Calendar,
        streams: Streams,
        error_sigma: float,
        more_repairs: Mapping[str, Distribution] = {},
        is_isolated: Callable[[str], bool] = lambda _asset: True,
    ) -> None:
        """Take the depot of each district, and the gust at (time, latitude, longitude).

        `error_sigma` is the spread (of the logarithm) of a crew's own estimate of its work;
        `more_repairs` are repair times of other kinds of asset, as the site names them.
        `is_isolated(asset)` is what control believes of it, for repairs that wait for that.
        """
        self._is_isolated = is_isolated
        self._assessed: set[tuple[str, str]] = set()
        """(crew, asset): found not isolated yet, and assessed."""
        self._error_sigma = error_sigma
        self._section, self._site = section, site
        self._gust, self.stand_down = gust_ms, stand_down
        self._clock, self._journal = clock, journal
        self._repair_trait = streams.trait("crews.repair")
        self._error_trait = streams.trait("crews.estimate")
        self._repair = {
            "overhead": quantile(section.repair.overhead),
            "cable": quantile(section.repair.cable),
            "transformer": quantile(section.repair.transformer),
            **{kind: quantile(each) for kind, each in more_repairs.items()},
        }
        self.crews: dict[str, Crew] = {}
        self._log: list[tuple[str, int, str, float, float]] = []
        self.jobs: list[Job] = []
        for district in section.depots:
            self._hire(district, depots[district], calendar)
        for district_ix, windows in enumerate(stand_down.windows):
            for start, end in windows:
                clock.call_at(start, partial(self._pause, district_ix))
                if math.isfinite(end):
                    clock.call_at(end, partial(self._resume, district_ix))

    # --- duty

    def _hire(self, district: str, depot: Place, calendar: Calendar) -> None:
        """Put the crews of a district on their daily shifts."""
        midnight_s = -calendar.time_of_day_s(0.0)
        for number, shift in enumerate(self._section.depots[district].shifts):
            length_s = (shift.end - shift.start) % DAY_S or DAY_S
            for name in names_of_shift(district, number, shift.crews):
                crew = Crew(name, depot[1], depot, depot)
                self.crews[crew.id] = crew
                start_s = midnight_s + shift.start - DAY_S
                self._duty(crew, start_s, length_s)

    def _duty(self, crew: Crew, start_s: float, length_s: float) -> None:
        """Plan this duty and, when it starts, the next one."""
        while start_s + length_s <= self._clock.now:
            start_s += DAY_S

        def start() -> None:
            crew.wants_off = False
            if crew.state == OFF:
                crew.place = crew.depot
                self._set(crew, "idle")
                self._journal.write(CrewShiftStarted(crew.id))
                if self.stand_down.is_on(crew.district_ix, self._clock.now):
                    self._stop(crew)
            self._clock.call_at(start_s + length_s, end)
            self._clock.call_at(
                start_s + DAY_S, lambda: self._duty(crew, start_s + DAY_S, length_s)
            )

        def end() -> None:
            if length_s >= DAY_S:
                return
            crew.wants_off = True
            if crew.job is None:
                self._go_off(crew)

        self._clock.call_at(start_s, start)

    def _go_off(self, crew: Crew) -> None:
        crew.paused = ""
        self._set(crew, OFF)
        self._journal.write(CrewShiftEnded(crew.id))

    def _set(self, crew: Crew, state: str) -> None:
        if crew.paused:
            crew.paused = state
            return
        self._close(crew)
        crew.state, crew.state_since_s = state, self._clock.now

    def _close(self, crew: Crew) -> None:
        if crew.state != OFF and self._clock.now > crew.state_since_s:
            row = (crew.id, crew.district_ix, crew.state, crew.state_since_s, self._clock.now)
            self._log.append(row)

    def _where(self, crew: Crew) -> int:
        """Return the district whose wind stops the crew."""
        return crew.job.place.district_ix if crew.job else crew.place.district_ix

    def _pause(self, district_ix: int) -> None:
        for crew in self.crews.values():
            if crew.state != OFF and not crew.paused and self._where(crew) == district_ix:
                self._stop(crew)

    def _stop(self, crew: Crew) -> None:
        state = crew.state
        self._set(crew, "stood_down")
        crew.paused = state
        gust = self._gust(self._clock.now, crew.place.lat, crew.place.lon)
        self._journal.write(CrewStoodDown(crew.id, gust), crew.job.seq if crew.job else NO_CAUSE)

    def _resume(self, district_ix: int) -> None:
        for crew in self.crews.values():
            if crew.paused and self._where(crew) == district_ix:
                state, crew.paused = crew.paused, ""
                self._set(crew, state)
                self._journal.write(CrewResumed(crew.id), crew.job.seq if crew.job else NO_CAUSE)

    # --- jobs

    def free(self) -> list[Crew]:
        """Return the crews on duty that have nothing to do and may work, in order of id."""
        return [crew for crew in self.crews.values() if crew.is_free and not crew.wants_off]

    def can_start(self, crew_id: str, place: Place) -> str:
        """Return '' when a crew may be sent to a place now, else a code that says why not."""
        crew = self.crews.get(crew_id)
        if crew is None:
            return "unknown_crew"
        if crew.state == OFF:
            return "crew_off_duty"
        if OUT in (crew.state, crew.paused):
            return "crew_out"
        if crew.job is not None:
            return "crew_busy"
        if crew.paused or self.stand_down.is_on(place.district_ix, self._clock.now):
            return "stood_down"
        return ""

    def workable_s(self, asset: str) -> float:
        """Return from when an asset can be worked on; now or before: it can."""
        return self._site.workable_s(asset)

    def is_under_water(self, asset: str) -> bool:
        """Say whether an asset stands in water that keeps crews away."""
        return self._site.workable_s(asset) > self._clock.now

    def patrol(self, crew_id: str, incident: str, stretches: Sequence[Stretch], cause: int) -> Job:
        """Send a crew to walk sections in order until it finds damage."""
        return self._assign(
            crew_id, incident, "patrol", stretches[0].place, cause, stretches=tuple(stretches)
        )

    def check(self, crew_id: str, incident: str, place: Place, cause: int) -> Job:
        """Send a crew to look at a distribution transformer or station."""
        stretch = Stretch(place, 0.0)
        return self._assign(crew_id, incident, "check", place, cause, stretches=(stretch,))

    def switch(
        self,
        crew_id: str,
        incident: str,
        moves: Sequence[tuple[str, bool]],
        place: Place,
        cause: int,
    ) -> Job:
        """Send a crew to move switches by hand, in order: (device, closed)."""
        return self._assign(crew_id, incident, "switch", place, cause, moves=tuple(moves))

    def repair(self, crew_id: str, incident: str, asset: str, place: Place, cause: int) -> Job:
        """Send a crew to repair an asset."""
        return self._assign(crew_id, incident, "repair", place, cause, asset=asset)

    def work(self, crew_id: str, outage: str, place: Place, work_s: float, cause: int) -> Job:
        """Send a crew to planned work of a length; it counts under the id of its outage."""
        return self._assign(crew_id, outage, "work", place, cause, work_s=work_s)

    def _assign(
        self, crew_id: str, incident: str, task: str, place: Place, cause: int, **what: Any
    ) -> Job:
        crew, now = self.crews[crew_id], self._clock.now
        limit = self._section.stand_down_gust
        gust = self._gust(now, crew.place.lat, crew.place.lon)
        drive_s = travel_s(crew.place, place, gust, self._section.travel, limit)
        if crew.place == crew.depot:
            drive_s += self._section.travel.turn_out
        seq = self._journal.write(CrewAssigned(crew_id, incident, task, place.id, drive_s), cause)
        job = Job(crew_id, incident, task, place, now, seq, **what)
        crew.job = job
        self.jobs.append(job)
        self._set(crew, "travelling")
        self._after(job, drive_s, lambda: self._arrive(crew, job))
        return job

    def _arrive(self, crew: Crew, job: Job) -> None:
        crew.place, job.t_arrived_s = job.place, self._clock.now
        fact = CrewArrived(crew.id, job.incident, job.task, job.place.id)
        job.seq = self._journal.write(fact, job.seq)
        if job.task in ("patrol", "check"):
            self._set(crew, "patrolling")
            self._walk(crew, job, 0)
        elif job.task == "switch":
            self._set(crew, "switching")
            self._move(crew, job, 0)
        elif job.task == "work":
            self._set(crew, "repairing")
            self._after(job, job.work_s * job.factor, lambda: self._end(crew, job, "done", None))
        else:
            self._set(crew, "repairing")
            self._begin_repair(crew, job)

    def _after(self, job: Job, work_s: float, then: Callable[[], None]) -> None:
        """Go on after some work at the job's place, pausing while the wind is too strong."""
        self._until(job, self._end_of(job, self._clock.now, work_s), then)

    def _end_of(self, job: Job, start_s: float, work_s: float) -> float:
        return self.stand_down.end_of(job.place.district_ix, start_s, work_s)

    def _until(self, job: Job, end_s: float, then: Callable[[], None]) -> None:
        """Let the step at hand end at a time; any end planned for it before is void."""
        job.step += 1
        step, job.ends_s, job.then = job.step, end_s, then

        def through() -> None:
            if job.step == step:
                then()

        self._clock.call_at(end_s, through)

    def _left_s(self, job: Job) -> float:
        """Return the work left of the step at hand."""
        return self.stand_down.work_in(job.place.district_ix, self._clock.now, job.ends_s)

    def _walk(self, crew: Crew, job: Job, k: int) -> None:
        stretch = job.stretches[k]
        crew.place = stretch.place
        if job.task == "check":
            work_s = self._section.repair.assessment * 0.5
        else:
            work_s = stretch.length_km * 1000.0 / self._section.patrol_speed

        def looked() -> None:
            damage = self._site.damage_on(stretch.place.id)
            job.walked.append(stretch.place.id)
            if damage or k + 1 == len(job.stretches):
                found = damage[0][0] if damage else ""
                self._end(
                    crew,
                    job,
                    "found" if found else "nothing",
                    PatrolEnded(crew.id, job.incident, found),
                )
            else:
                self._walk(crew, job, k + 1)

        self._after(job, work_s, looked)

    def _move(self, crew: Crew, job: Job, k: int) -> None:
        def moved() -> None:
            device, closed = job.moves[k]
            self._site.operate(device, closed, crew.id, job.seq)
            if k + 1 == len(job.moves):
                self._end(crew, job, "done", None)
            else:
                self._move(crew, job, k + 1)

        self._after(job, self._section.switching_time, moved)

    def _begin_repair(self, crew: Crew, job: Job) -> None:
        def assessed() -> None:
            damage = self._site.damage_on(job.asset)
            if not damage:
                # somebody else mended it: control must hear that it is whole
                self._end(crew, job, "nothing", RepairEnded(crew.id, job.incident, job.asset))
                return
            fault = damage[0][1]
            if self._section.repair.starts == "isolation" and not self._is_isolated(job.asset):
                # control hears of the damage; whoever is next switches, then the repair begins
                self._assessed.add((crew.id, job.asset))
                job.walked.append(job.asset)
                found = PatrolEnded(crew.id, job.incident, job.asset)
                self._end(crew, job, "not_isolated", found)
                return
            if self.is_under_water(job.asset):
                # the water has come back while the crew was on its way
                self._end(crew, job, "under_water", None)
                return
            work_s = self._site.recorded_work_s(fault)
            if work_s == 0.0:
                kind = self._site.kind_of(job.asset)
                work_s = self._repair[kind](self._repair_trait.of(fault))
            estimate_s = self._clock.now + work_s * self._estimate_error(fault)
            fact = RepairStarted(crew.id, job.incident, job.asset, estimate_s)
            job.seq = self._journal.write(fact, job.seq)
            job.is_at_repair = True
            self._after(job, work_s * job.factor, done)

        def done() -> None:
            self._site.repaired(job.asset, job.seq)
            self._end(crew, job, "done", RepairEnded(crew.id, job.incident, job.asset))

        is_assessed = (crew.id, job.asset) in self._assessed
        self._assessed.discard((crew.id, job.asset))
        self._after(job, 0.0 if is_assessed else self._section.repair.assessment, assessed)

    def _estimate_error(self, fault: str) -> float:
        """Return the factor between a crew's estimate and the truth: lognormal, keyed."""
        z = NormalDist().inv_cdf(self._error_trait.of(fault))
        return math.exp(z * self._error_sigma)

    def _end(self, crew: Crew, job: Job, outcome: str, fact: Any) -> None:
        job.t_ended_s, job.outcome = self._clock.now, outcome
        crew.job, crew.last_job = None, job
        self._set(crew, "idle")
        if fact is not None:
            job.seq = self._journal.write(fact, job.seq)
        self._journal.write(CrewReleased(crew.id, job.incident), job.seq)
        if crew.wants_off and crew.job is None:
            self._go_off(crew)

    # --- what goes wrong

    def prolong(self, crew_id: str, factor: float, cause: int) -> None:
        """Let what is left of a crew's repair take longer by a factor; nobody knows yet."""
        job = self._job_of(crew_id)
        if job.is_at_repair or (job.task == "work" and not math.isnan(job.t_arrived_s)):
            now = self._clock.now
            self._until(job, self._end_of(job, now, self._left_s(job) * factor), job.then)
        else:
            job.factor *= factor
        self._journal.write(RepairProlonged(crew_id, job.incident, factor), cause)

    def feign(self, crew_id: str, cause: int) -> None:
        """Let a crew report a repair done that is not, and leave."""
        job = self._job_of(crew_id)
        fact = RepairFeigned(crew_id, job.incident, job.asset)
        job.seq = self._journal.write(fact, cause)
        job.step += 1
        ended = RepairEnded(crew_id, job.incident, job.asset)
        self._end(self.crews[crew_id], job, "feigned", ended)

    def injure(self, crew_id: str, lasts_s: float, cause: int) -> None:
        """Take a crew at work out of action for a while; its job is broken off."""
        job, crew = self._job_of(crew_id), self.crews[crew_id]
        job.step += 1
        job.t_ended_s, job.outcome = self._clock.now, "broken_off"
        crew.job, crew.last_job = None, job
        self._set(crew, OUT)
        seq = self._journal.write(CrewHalted(crew_id, "injured", lasts_s), cause)
        self._journal.write(CrewReleased(crew_id, job.incident), seq)
        self._clock.call_in(lasts_s, lambda: self._recover(crew, "idle", seq))

    def strand(self, crew_id: str, lasts_s: float, cause: int) -> None:
        """Stop a travelling crew for a while; the drive goes on afterwards."""
        job, crew = self._job_of(crew_id), self.crews[crew_id]
        left_s = self._left_s(job)
        self._set(crew, OUT)
        seq = self._journal.write(CrewHalted(crew_id, "vehicle", lasts_s), cause)
        goes_on_s = self._clock.now + lasts_s
        self._until(job, self._end_of(job, goes_on_s, left_s), job.then)
        self._clock.call_at(goes_on_s, lambda: self._recover(crew, "travelling", seq))

    def _recover(self, crew: Crew, state: str, cause: int) -> None:
        if OUT not in (crew.state, crew.paused):
            return  # went off duty meanwhile
        self._set(crew, state)
        self._journal.write(CrewResumed(crew.id), cause)
        if crew.wants_off and crew.job is None:
            self._go_off(crew)

    def _job_of(self, crew_id: str) -> Job:
        job = self.crews[crew_id].job
        if job is None:
            raise ValueError(f"crew {crew_id} has no job")
        return job

    # --- tables

    def job_rows(self) -> list[dict[str, Any]]:
        """Return a row a job."""
        return [
            {
                "crew": job.crew,
                "incident": job.incident,
                "task": job.task,
                "place": job.place.id,
                "district_ix": job.place.district_ix,
                "t_assigned_s": job.t_assigned_s,
                "t_arrived_s": job.t_arrived_s,
                "t_ended_s": job.t_ended_s if job.outcome else self._clock.now,
                "outcome": job.outcome or "broken_off",
            }
            for job in self.jobs
        ]

    def state_rows(self) -> list[dict[str, Any]]:
        """Return a row a span of one state of one crew, up to now."""
        for crew in self.crews.values():
            self._close(crew)
            crew.state_since_s = self._clock.now
        names = ("crew", "district_ix", "state", "t_from_s", "t_to_s")
        return [dict(zip(names, row, strict=True)) for row in self._log]

    def count_by_state(self) -> dict[str, int]:
        """Return how many crews are in each state now."""
        counts: dict[str, int] = {}
        for crew in self.crews.values():
            counts[crew.state] = counts.get(crew.state, 0) + 1
        return counts
