"""Planned work: coordinated, scheduled, told, put off, and carried out by a crew.

A piece of work is one job or several made one outage. When its time comes its place is made dead
by telecontrol and by hand, what lies beyond is taken over by ties where ratings allow, the crew
works, and all is switched back. Live-line work switches nobody off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.commands import BeginPlannedWork, Command, PutOffPlannedWork
from sim.control.ordered import OrderedOutage
from sim.crews.dispatch import Candidate, OpenTask, best_crew, help_within_km
from sim.engine.clock import LAST
from sim.engine.facts import (
    CrewReleased,
    ResponseLevelChanged,
    WarningChanged,
    WorkBegan,
    WorkEnded,
    WorkPutOff,
    WorkScheduled,
    WorksMerged,
)
from sim.engine.journal import NO_CAUSE
from sim.engine.sampling import quantile
from sim.grid.assets import NONE
from sim.grid.flows import check_switching
from sim.grid.topology import Positions
from sim.operations.isolation import Isolation, Move, isolate, zones_of
from sim.operations.scheduling import Job, Quote, cheapest, coordinated, quote
from sim.scenario.emergency import COLOURS, LEVELS
from sim.scenario.planned import OPTIONS, WorkOption
from sim.units import HOUR_S, MINUTE_S
from sim.world.deliberate import HandlerPair
from sim.world.seats import DISPATCHER
from sim.world.site import place_of

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["PlannedWork", "Work"]

_AGAIN_S = 10 * MINUTE_S
"""Work without a crew looks for one again after this time. Assumption."""
_P90 = NormalDist().inv_cdf(0.9)


@dataclass
class Work:
    """Hold one piece of work: what was planned, and how far it is."""

    job: Job
    chosen: Quote | None = None
    outage: OrderedOutage | None = None
    isolation: Isolation | None = None
    alone_customer_s: float = 0.0
    """What its jobs would cost customers one by one, by day, with nothing taken over."""
    notice_s: float = 0.0
    """How long before the start customers are told, as planned."""
    state: str = "waiting"
    """waiting, under_way, done, or impossible."""
    put_off: int = 0
    crew: str = ""
    steps: list[tuple[Move, ...]] = field(default_factory=list)
    """Switching still to do: moves of one kind, by telecontrol or by hand."""
    is_worked: bool = False
    started_s: float = math.nan
    ended_s: float = math.nan
    complaints: int = 0
    seq: int = NO_CAUSE


class PlannedWork:
    """Own all planned work of a run."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._section = world.scenario.planned
        self._clock, self._journal, self._room = world.clock, world.journal, world.room
        self._deliberate = world.deliberate
        self._overrun = world.streams.trait("planned.overrun")
        self._complains = world.streams.trait("planned.complains")
        self._coming = world.streams.trait("planned.coming")
        self._where = world.streams.trait("planned.place")
        self._length = world.streams.trait("planned.duration")
        self._whose = world.streams.trait("planned.department")
        self.works: dict[str, Work] = {}
        self._of_outage: dict[str, Work] = {}

    def handlers(self) -> dict[type[Command], HandlerPair]:
        """Return the commands handled here."""
        return {
            BeginPlannedWork: (self._check_begin, self._begin),
            PutOffPlannedWork: (self._check_put_off, self._put_off),
        }

    def begin(self) -> None:
        """Coordinate and schedule all work when the run begins."""
        if self._section.is_any:
            self._clock.call_in(0.0, self._schedule_all, LAST)

    # --- what is to be done

    def _jobs(self) -> list[Job]:
        jobs = [
            Job(
                name,
                (name,),
                each.assets,
                (each.department,),
                self._feeder(each.assets),
                self._seconds(each.earliest),
                each.duration,
                each.option,
                each.kind,
                each.notice,
            )
            for name, each in self._section.jobs.items()
        ]
        return jobs + list(self._by_chance())

    def _seconds(self, moment: float | datetime) -> float:
        return self._world.calendar.seconds(moment) if isinstance(moment, datetime) else moment

    def _feeder(self, assets: Sequence[str]) -> int:
        zones = zones_of(self._world.topology, assets)
        return int(self._world.topology.feeder_breaker_of_zone[zones[0]])

    def _by_chance(self) -> Iterable[Job]:
        """Yield the jobs that come by chance: Poisson, each feeder with luck of its own."""
        given, grid = self._section.generated, self._world.grid
        if given is None or given.per_feeder == 0.0:
            return
        duration = quantile(given.duration)
        for breaker in sorted(set(self._world.topology.feeder_breaker_of_zone) - {NONE}):
            name = grid.switches[breaker].id
            sections = [line.id for line in grid.sections if self._feeder((line.id,)) == breaker]
            at_s, number = 0.0, 0
            while sections:
                number += 1
                gap_h = -math.log(self._coming.of(name, number)) / given.per_feeder
                at_s += gap_h * HOUR_S
                if at_s > self._world.scenario.run.at_most:
                    break
                section = sections[int(self._where.of(name, number) * len(sections))]
                whose = int(self._whose.of(name, number) * len(given.departments))
                yield Job(
                    f"{name}/job{number}", (f"{name}/job{number}",), (section,),
                    (given.departments[whose],), breaker, at_s,
                    duration(self._length.of(name, number)), "auto", "planned", None,
                )  # fmt: skip

    def _schedule_all(self) -> None:
        jobs = self._jobs()
        alone = {job.id: self._alone_customer_s(job) for job in jobs}
        if self._section.coordinate:
            jobs = coordinated(jobs, self._section.merge_within)
        for job in jobs:
            work = self.works[job.id] = Work(job)
            work.alone_customer_s = sum(alone[name] for name in job.members)
            if len(job.members) > 1:
                work.seq = self._journal.write(WorksMerged(job.id, job.members), NO_CAUSE)
            self._schedule(work, max(0.0, job.earliest_s), work.seq)

    # --- scheduling

    def _is_allowed(self, positions: Positions, changes: Mapping[int, bool]) -> bool:
        return check_switching(self._world.topology, positions, changes).is_allowed

    def _isolate(self, job: Job, positions: Positions) -> Isolation | None:
        topology = self._world.topology
        zones = zones_of(topology, job.assets)
        return isolate(
            topology, positions, zones, self._is_allowed, transfer=self._section.transfer
        )

    def _alone_customer_s(self, job: Job) -> float:
        found = self._isolate(job, self._world.topology.normal)
        if found is None:
            return 0.0
        return self._customers(found.dark_alone) * job.duration_s

    def _customers(self, transformers: Iterable[int]) -> int:
        return int(self._world.grid.transformer_customers[list(transformers)].sum())

    def _earshot(self, job: Job) -> list[int]:
        """Return the transformers at the place of work."""
        topology = self._world.topology
        zones = set(zones_of(topology, job.assets))
        zones |= {other for zone in zones for _ix, other in topology.neighbours[zone]}
        return [ix for zone in sorted(zones) for ix in topology.zone_transformers[zone]]

    def _schedule(self, work: Work, from_s: float, cause: int) -> None:
        """Choose how and when work is done, and let its outage be known."""
        section, job = self._section, work.job
        isolation = self._isolate(job, self._world.topology.normal)
        dark = isolation.dark if isolation else ()
        counts = (self._customers(dark), self._customers(self._earshot(job)))
        quotes = []
        for name in OPTIONS:
            option: WorkOption | None = getattr(section.options, name)
            if option is not None:
                calendar = self._world.calendar
                quotes.append(quote(name, option, job, from_s, counts, section, calendar))

        def is_possible(each: Quote) -> bool:
            if each.option == "live_line":
                return bool(section.live_line_crews)
            return isolation is not None

        work.chosen = cheapest(quotes, job.option, is_possible)
        if work.chosen is None:
            work.state = "impossible"
            work.seq = self._journal.write(WorkPutOff(job.id, "impossible"), cause)
            return
        self._announce(work, isolation, cause)

    def _announce(self, work: Work, isolation: Isolation | None, cause: int) -> None:
        section, job, chosen = self._section, work.job, work.chosen
        assert chosen is not None
        is_live = chosen.option == "live_line"
        work.isolation = None if is_live else isolation
        ends_s = chosen.start_s + chosen.duration_s * (1.0 + section.margin)
        members: tuple[int, ...] = ()
        if work.isolation is not None:
            ends_s += section.access + 2.0 * self._switching_s(work.isolation)
            brief = () if section.parallel else work.isolation.dark_alone
            members = tuple(sorted({*work.isolation.dark, *brief}))
        fact = WorkScheduled(job.id, chosen.option, chosen.start_s, ends_s, chosen.customers_out)
        work.seq = self._journal.write(fact, cause)
        number = self._deliberate.number(job.id)
        outage = OrderedOutage(
            f"work/{job.id}#{number}", "planned", chosen.start_s, ends_s, members
        )
        work.outage = self._deliberate.order(outage, work.seq)
        self._of_outage[outage.id] = work
        required_s = self.required_notice_s(job)
        wanted_s = required_s if job.notice_s is None else job.notice_s
        # before the run began, all were told in time; afterwards there is only what is left
        ahead_s = chosen.start_s - self._clock.now
        work.notice_s = min(wanted_s, ahead_s) if self._clock.now > 0.0 else wanted_s
        if section.notify and members:
            tell = partial(self._tell, work, outage)
            self._clock.call_at(max(self._clock.now, chosen.start_s - wanted_s), tell, LAST)
        if chosen.start_s <= self._world.scenario.run.at_most:
            self._clock.call_at(chosen.start_s, partial(self._due, work, outage), LAST)

    def _switching_s(self, isolation: Isolation) -> float:
        """Return how long the switching takes that makes the place dead, driving left out."""
        scenario, switches = self._world.scenario, self._world.grid.switches
        by_remote, by_hand = (
            scenario.control.telecontrol.operating_time,
            scenario.crews.switching_time,
        )
        return sum(
            by_remote if switches[ix].is_remote or switches[ix].is_breaker else by_hand
            for ix in (*isolation.opens, *isolation.ties)
        )

    def required_notice_s(self, job: Job) -> float:
        """Return the notice the rule asks for."""
        section = self._section
        return section.planned_notice if job.kind == "planned" else section.temporary_notice

    def _tell(self, work: Work, outage: OrderedOutage) -> None:
        if work.outage is outage and not outage.is_over:
            self._deliberate.tell(outage, "planned", outage.seq)

    # --- the time has come

    def _due(self, work: Work, outage: OrderedOutage) -> None:
        """Begin work whose time has come, wait for a crew, or put it off."""
        is_mine = self._world.seats.is_autopilot(DISPATCHER)
        if work.outage is not outage or work.state != "waiting" or not is_mine:
            return
        why = self._emergency() or ("wind" if self._is_windy(work) else "")
        if why:
            self._give(PutOffPlannedWork(work.job.id, why), work.seq)
            return
        hinders = self._check_begin(BeginPlannedWork(work.job.id))
        if not hinders:
            self._give(BeginPlannedWork(work.job.id), work.seq)
        elif self._clock.now >= outage.start_s + self._section.wait_for_crew:
            self._give(PutOffPlannedWork(work.job.id, hinders), work.seq)
        else:
            self._clock.call_in(_AGAIN_S, partial(self._due, work, outage), LAST)

    def _give(self, command: Command, cause: int) -> bool:
        return self._world.handlers.give(command, DISPATCHER, cause)

    def _is_windy(self, work: Work) -> bool:
        if work.chosen is None or work.chosen.option != "live_line":
            return False
        place = place_of(self._world.grid, work.job.assets[0])
        gust_ms = self._world.wind.gust_ms_at(self._clock.now, place.lat, place.lon)
        return bool(gust_ms > self._section.live_line_gust)

    def warned(self, fact: WarningChanged | ResponseLevelChanged, seq: int) -> None:
        """Put off work that would begin soon when a warning is issued or a response starts."""
        why = self._emergency()
        is_warning = isinstance(fact, WarningChanged)
        if not why or is_warning != (why == "warning"):
            return
        until_s = self._clock.now + self._section.put_off_within
        for work in list(self.works.values()):
            soon = work.outage is not None and work.outage.start_s <= until_s
            if work.state == "waiting" and soon:
                order = PutOffPlannedWork(work.job.id, why)
                self._clock.call_in(0.0, partial(self._give_if_on, order, seq), LAST)

    def _emergency(self) -> str:
        """Return why no work may begin now: a warning, the response, or '' for neither."""
        levels, section = self._world.levels, self._section
        if COLOURS.index(levels.colour) >= COLOURS.index(section.put_off_from):
            return "warning"
        is_high = LEVELS.index(levels.level) >= LEVELS.index(section.put_off_level)
        return "response" if is_high else ""

    def _give_if_on(self, command: Command, cause: int) -> None:
        if self._world.seats.is_autopilot(DISPATCHER):
            self._give(command, cause)

    # --- commands

    def _check_put_off(self, command: PutOffPlannedWork) -> str:
        work = self.works.get(command.work)
        if work is None:
            return "unknown_work"
        return "" if work.state == "waiting" and work.outage else "work_not_waiting"

    def _put_off(self, command: PutOffPlannedWork, seq: int) -> None:
        work = self.works[command.work]
        assert work.outage is not None
        work.put_off += 1
        work.seq = self._journal.write(WorkPutOff(work.job.id, command.why), seq)
        self._deliberate.call_off(work.outage, "put_off", work.seq)
        again_s = self._clock.now + max(
            self.required_notice_s(work.job), self._section.put_off_within
        )
        self._schedule(work, again_s, work.seq)

    def _check_begin(self, command: BeginPlannedWork) -> str:
        work = self.works.get(command.work)
        if work is None:
            return "unknown_work"
        if work.state != "waiting" or work.outage is None:
            return "work_not_waiting"
        if not self._is_normal(work):
            return "not_normal"
        crew = command.crew or self._nearest(work)
        if not crew:
            return "no_crew"
        is_live = work.chosen is not None and work.chosen.option == "live_line"
        if is_live and crew not in self._section.live_line_crews:
            return "not_live_line"
        return self._world.crews.can_start(crew, place_of(self._world.grid, work.job.assets[0]))

    def _is_normal(self, work: Work) -> bool:
        """Say whether the feeder stands as built, as far as control believes, with supply."""
        topology, picture = self._world.topology, self._room.picture
        incidents = self._room.incidents
        on_feeder = [z for z, b in enumerate(topology.feeder_breaker_of_zone)
                     if b == work.job.feeder]  # fmt: skip
        concerned = set(on_feeder) | set(work.isolation.zones if work.isolation else ())
        ties = set(work.isolation.ties if work.isolation else ())
        concerned |= {zone for ix in ties for zone in topology.switch_zones[ix]}
        return all(
            picture.is_live(zone)
            and all(
                picture.is_closed(ix) == bool(topology.normal[ix])
                for ix in topology.zone_switches[zone]
            )
            for zone in concerned
            if topology.normal_feed[zone] >= NONE
        ) and not any(
            incidents.explaining(ix)
            for zone in concerned
            for ix in topology.zone_transformers[zone]
        )

    def _nearest(self, work: Work) -> str:
        crews = [
            Candidate(each.id, each.district_ix, each.place) for each in self._world.crews.free()
        ]
        if work.chosen is not None and work.chosen.option == "live_line":
            crews = [each for each in crews if each.crew in self._section.live_line_crews]
        place = place_of(self._world.grid, work.job.assets[0])
        task = OpenTask(work.job.id, place, 0, self._clock.now, 0.0)
        section = self._world.scenario.crews
        found = best_crew(task, crews, section.help_neighbours, help_within_km(section))
        return found.crew if found else ""

    def _begin(self, command: BeginPlannedWork, seq: int) -> None:
        work = self.works[command.work]
        outage = work.outage
        assert outage is not None
        work.state, work.crew = "under_way", command.crew or self._nearest(work)
        began = self._deliberate.begin(outage, seq)
        if work.isolation is not None:
            work.steps = self._in_steps(work.isolation.moves(self._section.parallel))
        self._go_on(work, began)

    # --- carrying it out

    def _in_steps(self, moves: Sequence[Move]) -> list[tuple[Move, ...]]:
        """Part moves in order into those by telecontrol and those by hand."""
        switches = self._world.grid.switches

        def is_remote(move: Move) -> bool:
            return switches[move[0]].is_remote or switches[move[0]].is_breaker

        return [tuple(run) for _remote, run in groupby(moves, key=is_remote)]

    def _go_on(self, work: Work, cause: int) -> None:
        """Do the next step: switch, work, switch back, end."""
        grid = self._world.grid
        if work.steps:
            moves = work.steps.pop(0)
            first = grid.switches[moves[0][0]]
            if first.is_remote or first.is_breaker:
                self._remote(work, list(moves), cause)
            else:
                by_hand = [(grid.switches[ix].id, closed) for ix, closed in moves]
                self._with_crew(work, partial(self._switch, work, by_hand), cause)
        elif not work.is_worked:
            self._with_crew(work, partial(self._work, work), cause)
        else:
            self._end(work, cause)

    def _remote(self, work: Work, moves: list[Move], cause: int) -> None:
        delay_s = self._world.scenario.control.telecontrol.operating_time

        def moved() -> None:
            ix, closed = moves.pop(0)
            assert work.outage is not None
            device = self._world.grid.switches[ix].id
            done = self._deliberate.operate(work.outage, device, closed, cause)
            if done is None:
                moves.insert(0, (ix, closed))  # fault current: the breaker will trip first
            seq = cause if done is None else done
            if moves:
                self._clock.call_in(delay_s, moved, LAST)
            else:
                self._go_on(work, seq)

        self._clock.call_in(delay_s, moved, LAST)

    def _with_crew(self, work: Work, send: Any, cause: int) -> None:
        """Send the work's crew, or the nearest free one when it is gone; wait if there is none."""
        place = place_of(self._world.grid, work.job.assets[0])
        if self._world.crews.can_start(work.crew, place):
            work.crew = self._nearest(work)
        if work.crew and not self._world.crews.can_start(work.crew, place):
            send(cause)
        else:
            self._clock.call_in(_AGAIN_S, partial(self._with_crew, work, send, cause), LAST)

    def _switch(self, work: Work, moves: list[tuple[str, bool]], cause: int) -> None:
        assert work.outage is not None
        place = place_of(self._world.grid, moves[0][0])
        self._world.crews.switch(work.crew, work.outage.id, moves, place, cause)

    def _work(self, work: Work, cause: int) -> None:
        assert work.outage is not None
        assert work.chosen is not None
        if math.isnan(work.started_s):
            work.started_s = self._clock.now
            cause = work.seq = self._journal.write(WorkBegan(work.job.id, work.crew), cause)
        option: WorkOption = getattr(self._section.options, work.chosen.option)
        z = NormalDist().inv_cdf(self._overrun.of(work.job.id, work.put_off))
        factor = math.exp(z * math.log(option.overrun_p90) / _P90)
        place = place_of(self._world.grid, work.job.assets[0])
        lasts_s = work.chosen.duration_s * factor
        self._world.crews.work(work.crew, work.outage.id, place, lasts_s, cause)

    def crew_released(self, fact: CrewReleased, seq: int) -> None:
        """Go on when the crew has done its part."""
        work = self._of_outage.get(fact.incident)
        if work is None or work.state != "under_way":
            return
        job = self._world.crews.crews[fact.crew].last_job
        assert job is not None
        if job.outcome != "done":
            self._again(work, job.task, list(job.moves), seq)
            return
        if job.task == "work":
            work.is_worked = True
            work.ended_s = self._clock.now
            if work.isolation is not None:
                work.steps = self._in_steps(self._back(work.isolation))
        self._go_on(work, seq)

    def _again(self, work: Work, task: str, moves: list[tuple[str, bool]], seq: int) -> None:
        """Let another crew do what one could not finish: the work anew, or the switching left."""
        if task == "switch":
            is_closed = self._room.picture.is_closed
            ixs = self._world.grid.switch_ix
            left = [(ixs[name], to) for name, to in moves if is_closed(ixs[name]) != to]
            if left:
                work.steps.insert(0, tuple(left))
        self._go_on(work, seq)

    def _back(self, isolation: Isolation) -> tuple[Move, ...]:
        """Return the switching back; a tie whose neighbour has no supply opens first."""
        picture = self._room.picture
        zones = self._world.topology.switch_zones
        is_fed = all(picture.is_live(zone) for ix in isolation.ties for zone in zones[ix])
        return isolation.moves_back(self._section.parallel and is_fed)

    def _end(self, work: Work, cause: int) -> None:
        assert work.outage is not None
        assert work.chosen is not None
        work.state = "done"
        late_s = work.ended_s - work.started_s - work.chosen.duration_s
        work.complaints = self._complaints(work)
        work.seq = self._journal.write(WorkEnded(work.job.id, max(0.0, late_s)), cause)
        self._deliberate.end(work.outage, work.seq)
        self._world.dispatcher.wake()

    def _complaints(self, work: Work) -> int:
        """Return how many customers near the place complain: keyed luck of each."""
        assert work.chosen is not None
        option: WorkOption = getattr(self._section.options, work.chosen.option)
        groups = self._world.groups.of(self._earshot(work.job))
        if option.complaint_share == 0.0 or not len(groups):
            return 0
        first = self._world.groups.first_customer[groups]
        counts = self._world.groups.customers[groups]
        who = np.concatenate(
            [np.arange(one, one + n) for one, n in zip(first, counts, strict=True)]
        )
        luck = self._complains.of_all(who.astype(np.uint64), work.put_off)
        return int((luck < option.complaint_share).sum())

    # --- tables

    def rows(self) -> Iterable[dict[str, Any]]:
        """Return a row a piece of work."""
        for work in self.works.values():
            chosen, outage = work.chosen, work.outage
            yield {
                "work": work.job.id,
                "jobs": ",".join(work.job.members),
                "departments": ",".join(work.job.departments),
                "outage": outage.id if outage else "",
                "option": chosen.option if chosen else "",
                "state": work.state,
                "put_off": work.put_off,
                "t_planned_s": chosen.start_s if chosen else math.nan,
                "t_began_s": outage.began_s if outage else math.nan,
                "t_ended_s": outage.ended_s if outage and work.state == "done" else math.nan,
                "planned_s": chosen.duration_s if chosen else math.nan,
                "worked_s": work.ended_s - work.started_s,
                "customers": chosen.customers_out if chosen else 0,
                "alone_customer_h": work.alone_customer_s / HOUR_S,
                "notice_s": work.notice_s,
                "required_notice_s": self.required_notice_s(work.job),
                "is_told": outage is not None and outage.id in self._deliberate.first_told_s,
                "cost_yuan": chosen.cost_yuan if chosen else 0.0,
                "complaints": work.complaints,
            }
