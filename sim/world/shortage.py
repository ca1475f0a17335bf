"""Shortage of supply: plan, tell and carry out curtailment and cuts by turns.

At every review the rule of `operations.rotation` says who is off at the end of the lead; customers
are told meanwhile. A cut no longer needed when its time comes is called off; load above the power
there is cuts feeders at once. The same commands can be given at a console.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands import CallCurtailment, Command, CutFeeder, RestoreFeeder
from sim.control.ordered import OrderedOutage
from sim.engine.clock import LAST
from sim.engine.facts import CurtailmentCalled, CurtailmentEnded, GapColourChanged
from sim.engine.journal import NO_CAUSE
from sim.grid.assets import NONE
from sim.operations.rotation import Turn, choose
from sim.operations.supply import (
    Forecast,
    ProfiledDemand,
    SupplyCourse,
    SupplyStep,
    gap_colour,
)
from sim.scenario.emergency import COLOURS
from sim.units import HOUR_S
from sim.world.deliberate import HandlerPair
from sim.world.seats import DISPATCHER
from sim.world.turns import AgreementCall, Feeder, FeederTurn

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["Shortage"]

_LOOK_S = HOUR_S / 2
"""Step by which the gap is looked for ahead."""
_SLACK_S = 60.0
"""Added to the time customers are told, so that switching does not break the promise."""


class Shortage:
    """Own the rotation, the agreements called, and the colour of the gap."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._section = world.scenario.shortage
        self._clock, self._journal, self._room = world.clock, world.journal, world.room
        self._deliberate = world.deliberate
        self.colour = COLOURS[0]
        self.colour_seq = NO_CAUSE
        self._lower_since_s = math.inf
        self.rows: list[dict[str, Any]] = []
        """A row a review: the course of supply and demand."""
        self.protected = self._protected()
        self.feeders = {each.device: each for each in self._feeders()}
        agreements = self._section.curtailment if self._section else {}
        self._calls = {name: AgreementCall(each) for name, each in agreements.items()}
        self._concerned = self._where()
        self.demand = world.loads.demand_mw
        if self._section is None:
            return
        profile = ProfiledDemand(world.grid, self._section.load_by_hour, world.calendar)
        if not world.loads.follows_time:
            self.demand = profile.mw
        hours = np.arange(0.0, world.scenario.run.at_most + HOUR_S, HOUR_S)
        self.peak_mw = max(self._total_mw(float(t_s)) for t_s in hours)
        self._supply = SupplyCourse(self._steps())
        self._forecast = Forecast(self._expected_mw, self._section.forecast_error, world.streams)

    def handlers(self) -> dict[type[Command], HandlerPair]:
        """Return the commands handled here."""
        return {
            CutFeeder: (self._check_cut, self._cut),
            RestoreFeeder: (self._check_restore, self._restore),
            CallCurtailment: (self._check_call, self._call),
        }

    def begin(self) -> None:
        """Review the balance from now on."""
        if self._section is not None:
            self._clock.call_in(0.0, self._review, LAST)

    # --- what there is

    def _where(self) -> NDArray[np.bool_]:
        grid = self._world.grid
        names = self._section.districts if self._section else ()
        chosen = {grid.district_ix[name] for name in names} or set(range(len(grid.districts)))
        return np.isin(grid.transformer_district_ix, sorted(chosen))

    def _protected(self) -> frozenset[int]:
        """Return the transformers that are never cut."""
        if self._section is None:
            return frozenset()
        world, grid = self._world, self._world.grid
        found = {
            grid.transformer_ix[n] for n in self._section.protected if n in grid.transformer_ix
        }
        grades = self._section.protected_grades
        important = (e for e in world.scenario.customers.key.values() if e.grade in grades)
        found |= {grid.transformer_ix[each.transformer] for each in important}
        groups = world.groups
        for name in self._section.protected_classes:
            of_class = (groups.class_ix == groups.classes.index(name)) & (groups.customers > 0)
            found |= {int(ix) for ix in groups.transformer_ix[of_class] if ix >= 0}
        return frozenset(found)

    def _feeders(self) -> list[Feeder]:
        """Return the feeders: everything behind the first line breaker from the station."""
        grid, topology = self._world.grid, self._world.topology
        behind: dict[int, list[int]] = {}
        first = topology.first_breaker_of_zone
        for ix, zone in enumerate(topology.zone_of_transformer):
            if first[zone] != NONE:
                behind.setdefault(first[zone], []).append(ix)
        section = self._section
        named = section.order if section else ()
        for device in named:
            switch_ix = grid.switch_ix[device]
            if switch_ix not in behind:
                zones = topology.normal_feeder(switch_ix)
                behind[switch_ix] = sorted(
                    ix for zone in zones for ix in topology.zone_transformers[zone]
                )
        spared = set(section.protected) if section else set()
        places = {device: place for place, device in enumerate(named)}
        districts = set(section.districts) if section else set()
        feeders = []
        for place, (switch_ix, members) in enumerate(sorted(behind.items())):
            switch = grid.switches[switch_ix]
            is_here = not districts or grid.districts[switch.district_ix].id in districts
            on_list = places.get(switch.id, NONE) if named else place if is_here else NONE
            is_protected = switch.id in spared or not self.protected.isdisjoint(members)
            feeders.append(Feeder(switch.id, switch_ix, tuple(members), on_list, is_protected))
        return feeders

    def _steps(self) -> list[SupplyStep]:
        assert self._section is not None
        steps = []
        for each in self._section.supply:
            at_s = each.at
            if isinstance(at_s, datetime):
                at_s = self._world.calendar.seconds(at_s)
            mw = each.available
            if mw is None:
                mw = (1.0 - each.lost_share) * self.peak_mw if each.lost_share else math.inf
            known_s = -math.inf if each.known is None else at_s - each.known
            steps.append(SupplyStep(at_s, mw, known_s))
        return steps

    def _total_mw(self, t_s: float) -> float:
        return float(self.demand(t_s)[self._concerned].sum())

    def _expected_mw(self, t_s: float) -> float:
        """Return the load at a time of everybody not believed out for a fault now, MW."""
        incidents = self._room.incidents
        out = [ix for each in incidents.open() for ix in each.transformers]
        load = self.demand(t_s) * self._concerned
        return float(load.sum() - load[out].sum())

    def served_mw(self) -> float:
        """Return the load that is fed now, cold-load pick-up included, MW."""
        now_s = self._clock.now
        is_on = self._concerned & self._world.state.transformer_supplied
        excess = self._world.loads.cold.excess(now_s, now_s)
        return float((self.demand(now_s) * (1.0 + excess))[is_on].sum())

    def _available_mw(self, t_s: float) -> float:
        """Return the power that there will be at a time, as far as it is known now, MW."""
        return self._supply.mw(t_s, self._clock.now)

    def _room_mw(self, t_s: float) -> float:
        """Return the power that may be used at a time, the reserve kept free, MW."""
        assert self._section is not None
        return self._available_mw(t_s) * (1.0 - self._section.reserve)

    def relief_mw(self, t_s: float) -> float:
        """Return what agreements take off the load at a time, MW."""
        return sum(
            each.agreement.relief * each.agreement.delivers
            for each in self._calls.values()
            if each.is_on and each.from_s <= t_s < each.from_s + each.agreement.at_most
        )

    # --- what a console shows

    @property
    def calls(self) -> Mapping[str, AgreementCall]:
        """Return where every agreement stands, by name."""
        return self._calls

    def rotation(self, at_s: float) -> tuple[str, ...]:
        """Return the feeders on the list that could be cut, whoever is next first."""
        if self._section is None:
            return ()
        free = [each for each in self._turns(at_s) if not each.is_off]
        section = self._section
        return choose(math.inf, free, at_s, section.longest_off, section.pause).cut

    def load_mw(self, device: str, at_s: float) -> float:
        """Return the load behind a feeder at a time, as planned, MW."""
        return self._mw(self.feeders[device], at_s)

    # --- the review

    @property
    def _is_on(self) -> bool:
        return self._world.seats.is_autopilot(DISPATCHER)

    def _review(self) -> None:
        section = self._section
        assert section is not None
        now_s = self._clock.now
        at_s = now_s + section.lead
        self._see_colour()
        if self._is_on:
            self._end_calls()
            self._call_agreements()
            gap = self._forecast.mw(at_s) - self._room_mw(at_s) - self.relief_mw(at_s)
            self._plan(max(0.0, gap), at_s)
            self._at_once()
        self._note()
        self._clock.call_in(section.review_every, self._review, LAST)

    def _see_colour(self) -> None:
        """Raise the colour at once, and lower it when a lower one has been enough for a while."""
        section = self._section
        assert section is not None
        now_s = self._clock.now
        steps = np.arange(math.ceil(now_s / _LOOK_S), (now_s + section.warn_ahead) // _LOOK_S + 1)
        times = [now_s, *(float(step) * _LOOK_S for step in steps)]
        gap = max(self._forecast.mw(t_s) - self._available_mw(t_s) for t_s in times)
        share = max(0.0, gap) / self.peak_mw if self.peak_mw else 0.0
        colour = gap_colour(share, section.colours)
        is_lower = COLOURS.index(colour) < COLOURS.index(self.colour)
        self._lower_since_s = min(self._lower_since_s, now_s) if is_lower else math.inf
        is_held = is_lower and now_s - self._lower_since_s < section.lower_after
        if colour != self.colour and not is_held:
            self.colour, self._lower_since_s = colour, math.inf
            fact = GapColourChanged(colour, max(0.0, gap), share)
            self.colour_seq = self._journal.write(fact, NO_CAUSE)

    def _note(self) -> None:
        now_s = self._clock.now
        out = [ix for each in self._room.ordered.running() for ix in each.transformers
               if each.why == "shortage"]  # fmt: skip
        demand = self.demand(now_s)
        served, relief = self.served_mw(), self.relief_mw(now_s)
        available = self._available_mw(now_s)
        self.rows.append(
            {
                "t_s": now_s,
                "demand_mw": float(demand[self._concerned].sum()),
                "available_mw": available,
                "served_mw": served - relief,
                "curtailed_mw": relief,
                "cut_mw": float(demand[out].sum()),
                "colour": self.colour,
            }
        )

    # --- agreements

    def _call_agreements(self) -> None:
        """Call agreements in order while the load forecast for when they act is too high."""
        now_s = self._clock.now
        for name, call in self._calls.items():
            begins_s = now_s + call.agreement.notice
            gap = self._forecast.mw(begins_s) - self._room_mw(begins_s) - self.relief_mw(begins_s)
            rested = now_s - call.ended_s >= call.agreement.pause
            if gap > 0.0 and not call.is_on and rested:
                self._give(CallCurtailment(name), self.colour_seq)

    def _end_calls(self) -> None:
        now_s = self._clock.now
        for name, call in self._calls.items():
            if not call.is_on or now_s < call.from_s:
                continue
            relief = call.agreement.relief * call.agreement.delivers
            is_long = now_s >= call.from_s + call.agreement.at_most
            at_s = now_s + (self._section.lead if self._section else 0.0)
            gap = max(
                self._forecast.mw(t_s) - self._room_mw(t_s) - self.relief_mw(t_s)
                for t_s in (now_s, at_s)
            )
            is_any_off = any(not last.outage.is_over for _feeder, last in self._last())
            if is_long or (gap + relief <= 0.0 and not is_any_off):
                self._give(CallCurtailment(name, on=False), self.colour_seq)

    def _check_call(self, command: CallCurtailment) -> str:
        call = self._calls.get(command.agreement)
        if call is None:
            return "unknown_agreement"
        return "already_so" if call.is_on == command.on else ""

    def _call(self, command: CallCurtailment, seq: int) -> None:
        call, now_s = self._calls[command.agreement], self._clock.now
        if command.on:
            call.from_s = now_s + call.agreement.notice
            fact = CurtailmentCalled(command.agreement, call.agreement.relief, call.from_s)
            self._journal.write(fact, seq)
        else:
            call.from_s, call.ended_s = math.nan, now_s
            self._journal.write(CurtailmentEnded(command.agreement), seq)

    # --- planning cuts

    def _give(self, command: Command, cause: int) -> bool:
        return self._world.handlers.give(command, DISPATCHER, cause)

    def _mw(self, feeder: Feeder, t_s: float) -> float:
        return float(self.demand(t_s)[list(feeder.members)].sum())

    def _turns(self, at_s: float) -> list[Turn]:
        return [
            Turn(
                each.device,
                each.place,
                self._mw(each, at_s),
                each.hours_off(at_s),
                each.since_s,
                each.is_off,
                not self._why_not(each),
            )
            for each in self.feeders.values()
            if each.place != NONE or each.is_off
        ]

    def _last(self) -> list[tuple[Feeder, FeederTurn]]:
        """Return the last turn of each feeder that had one, in order of the list."""
        return [(each, each.turns[-1]) for each in self.feeders.values() if each.turns]

    def _plan(self, need_mw: float, at_s: float) -> None:
        section = self._section
        assert section is not None
        turns = self._turns(at_s)
        choice = choose(need_mw, turns, at_s, section.longest_off, section.pause)
        for device in choice.cut:
            self._order(self.feeders[device], at_s)
        spare = self._spare_mw()
        for device in choice.restore:
            feeder = self.feeders[device]
            turn = feeder.turns[-1]
            load = self._mw(feeder, self._clock.now) * section.pick_up
            if turn.is_waiting:
                self._call_off(feeder, "enough_power")
            elif turn.is_cut and load <= spare and not choice.cut:
                spare -= load
                self._give(RestoreFeeder(device), turn.outage.seq)
            else:
                turn.to_s = at_s
                later_s = at_s + self._swap_s
                self._clock.call_at(later_s, partial(self._swap_back, feeder, turn), LAST)
        self._extend(at_s)

    @property
    def _swap_s(self) -> float:
        """Return how much later a feeder is given back than its successor's cut is ordered."""
        return self._world.scenario.control.telecontrol.operating_time + 1.0

    def _extend(self, at_s: float) -> None:
        """Tell those who stay off for longer than they were told, before that time passes."""
        section = self._section
        assert section is not None
        for _feeder, turn in self._last():
            outage = turn.outage
            is_open_ended = math.isnan(turn.to_s)
            ends_s = (at_s if is_open_ended else turn.to_s) + self._told_late_s
            if not turn.is_cut or outage.restoration_s >= ends_s:
                continue
            outage.restoration_s = ends_s + (section.extend_by if is_open_ended else 0.0)
            follow = partial(self._world.announcing.follow, outage.members)
            self._clock.call_at(outage.restoration_s, follow)
            if section.notify:
                self._deliberate.tell(outage, "shortage", outage.seq)

    @property
    def _told_late_s(self) -> float:
        """Return how much later than the end of a turn customers are told to be back."""
        return self._swap_s + self._world.scenario.control.telecontrol.operating_time + _SLACK_S

    def _spare_mw(self) -> float:
        now_s = self._clock.now
        return self._room_mw(now_s) + self.relief_mw(now_s) - self.served_mw()

    def _order(self, feeder: Feeder, at_s: float) -> FeederTurn:
        """Plan a turn of a feeder and tell its customers."""
        section = self._section
        assert section is not None
        until_s = at_s + section.longest_off + self._told_late_s
        turn = self._new(feeder, at_s, until_s, self.colour_seq)
        if section.notify:
            self._deliberate.tell(turn.outage, "shortage", turn.outage.seq)
        if at_s > self._clock.now:
            self._clock.call_at(at_s, partial(self._due, feeder, turn), LAST)
        return turn

    def _new(self, feeder: Feeder, at_s: float, until_s: float, cause: int) -> FeederTurn:
        number = self._deliberate.number(feeder.device)
        name = f"cut/{feeder.device}#{number}"
        outage = OrderedOutage(name, "shortage", at_s, until_s, feeder.members)
        feeder.turns.append(FeederTurn(self._deliberate.order(outage, cause), at_s))
        return feeder.turns[-1]

    def _due(self, feeder: Feeder, turn: FeederTurn) -> None:
        """Cut a feeder whose turn has come, if the power is still not enough without it."""
        if not turn.is_waiting or not self._is_on:
            return
        now_s = self._clock.now
        gone = sum(self._mw(each, now_s) for each, last in self._last() if last.is_changing)
        back = sum(
            self._mw(each, now_s)
            for each, last in self._last()
            if last.is_cut and last.to_s <= now_s + self._swap_s
        )
        if self._spare_mw() + gone - back >= 0.0:
            self._wait_or_call_off(feeder, turn)
        elif not self._give(CutFeeder(feeder.device, turn.outage.restoration_s), turn.outage.seq):
            self._call_off(feeder, "refused")

    def _wait_or_call_off(self, feeder: Feeder, turn: FeederTurn) -> None:
        """Let a turn that is not needed yet wait, if the forecast says that it soon will be."""
        section = self._section
        assert section is not None
        at_s = self._clock.now + section.lead
        off = sum(
            self._mw(each, at_s)
            for each, last in self._last()
            if each.is_off and last is not turn and at_s - last.from_s < section.longest_off
        )
        gap = self._forecast.mw(at_s) - self._room_mw(at_s) - self.relief_mw(at_s)
        if gap <= off:
            self._call_off(feeder, "enough_power")
            return
        turn.from_s = self._clock.now + section.review_every
        self._clock.call_at(turn.from_s, partial(self._due, feeder, turn), LAST)

    def _call_off(self, feeder: Feeder, why: str) -> None:
        """Take a turn that has not begun out of the rotation."""
        turn = feeder.turns.pop()
        self._deliberate.call_off(turn.outage, why, turn.outage.seq)

    def _swap_back(self, feeder: Feeder, turn: FeederTurn) -> None:
        """Give a feeder back whose turn is over, unless the power is not there after all."""
        section = self._section
        assert section is not None
        if not turn.is_cut or not self._is_on:
            return
        now_s = self._clock.now
        room = self._available_mw(now_s) * (1.0 + section.tolerance)
        load = self.served_mw() + self._mw(feeder, now_s) - self.relief_mw(now_s)
        if load > room:
            turn.to_s = math.nan  # goes on until the next review
        else:
            self._give(RestoreFeeder(feeder.device), turn.outage.seq)

    def _at_once(self) -> None:
        """Cut without notice while the load is above the power there is."""
        section = self._section
        assert section is not None
        now_s = self._clock.now
        available = self._available_mw(now_s)
        over = self.served_mw() - self.relief_mw(now_s)
        over -= sum(self._mw(each, now_s) for each, last in self._last() if last.is_changing)
        if over <= available * (1.0 + section.tolerance):
            return
        need = over - self._room_mw(now_s)
        waiting = [(each, last) for each, last in self._last() if last.is_waiting]
        for feeder, turn in sorted(waiting, key=lambda each: (each[1].from_s, each[0].place)):
            if need <= 0.0:
                return
            need -= self._mw(feeder, now_s)
            turn.from_s = now_s
            self._give(CutFeeder(feeder.device, turn.outage.restoration_s), turn.outage.seq)
        free = [turn for turn in self._turns(now_s) if not turn.is_off]
        for device in choose(need, free, now_s, section.longest_off, section.pause).cut:
            outage = self._order(self.feeders[device], now_s).outage
            self._give(CutFeeder(device, outage.restoration_s), outage.seq)

    # --- the commands

    def _why_not(self, feeder: Feeder) -> str:
        """Return why a feeder may not be cut now, '' where it may."""
        if feeder.is_protected:
            return "protected_customers"
        picture = self._room.picture
        if not picture.is_closed(feeder.switch_ix):
            return "already_open"
        behind = picture.transformers_in(picture.downstream(feeder.switch_ix))
        if not self.protected.isdisjoint(behind):
            return "protected_customers"
        incidents = self._room.incidents
        is_faulty = incidents.on_device(feeder.device) is not None or any(
            (known := incidents.explaining(ix)) is not None and known.is_feeder
            for ix in feeder.members
        )
        if is_faulty or not set(behind) <= set(feeder.members) or self._is_awaited(feeder):
            return "not_normal"
        return ""

    def _is_awaited(self, feeder: Feeder) -> bool:
        """Say whether a crew is about to switch something onto a feeder, or is at work on it."""
        topology = self._world.topology
        zones = {topology.zone_of_transformer[ix] for ix in feeder.members}
        grid = self._world.grid
        return any(
            topology.feeder_breaker_of_zone[zone] == feeder.switch_ix or zone in zones
            for crew in self._world.crews.crews.values()
            if crew.job is not None
            for device, _closed in crew.job.moves
            for zone in topology.switch_zones[grid.switch_ix[device]]
        )

    def _check_cut(self, command: CutFeeder) -> str:
        grid = self._world.grid
        if command.device not in grid.switch_ix:
            return "unknown_switch"
        feeder = self.feeders.get(command.device)
        if feeder is None:
            return "not_a_feeder"
        if command.until_s <= self._clock.now:
            return "in_the_past"
        if feeder.last is not None and feeder.last.is_changing:
            return "already_open"
        return self._why_not(feeder)

    def _cut(self, command: CutFeeder, seq: int) -> None:
        feeder, now_s = self.feeders[command.device], self._clock.now
        turn = feeder.last
        if turn is None or not turn.is_waiting:
            turn = self._new(feeder, now_s, command.until_s, seq)
        began = self._deliberate.begin(turn.outage, seq)
        delay_s = self._world.scenario.control.telecontrol.operating_time
        self._clock.call_in(delay_s, partial(self._open, feeder, turn, began), LAST)

    def _open(self, feeder: Feeder, turn: FeederTurn, cause: int) -> None:
        if not self._why_not(feeder):
            self._deliberate.operate(turn.outage, feeder.device, False, cause)
        if not turn.outage.switches:
            # it tripped, or was found faulty, before telecontrol was there
            turn.to_s = turn.from_s
            self._deliberate.end(turn.outage, cause)

    def _check_restore(self, command: RestoreFeeder) -> str:
        if command.device not in self._world.grid.switch_ix:
            return "unknown_switch"
        feeder = self.feeders.get(command.device)
        is_cut = feeder is not None and feeder.last is not None and feeder.last.is_cut
        return "" if is_cut else "not_cut"

    def _restore(self, command: RestoreFeeder, seq: int) -> None:
        turn = self.feeders[command.device].turns[-1]
        delay_s = self._world.scenario.control.telecontrol.operating_time
        self._clock.call_in(delay_s, partial(self._close, command.device, turn, seq), LAST)

    def _close(self, device: str, turn: FeederTurn, cause: int) -> None:
        if not turn.is_cut:
            return
        turn.to_s = self._clock.now
        done = self._deliberate.operate(turn.outage, device, True, cause)
        self._deliberate.end(turn.outage, cause if done is None else done)

    # --- tables

    def rota_rows(self) -> Iterable[dict[str, Any]]:
        """Return a row a feeder, when there is a shortage in the scenario."""
        if self._section is None:
            return
        customers = self._world.grid.transformer_customers
        for each in self.feeders.values():
            yield {
                "device": each.device,
                "place": each.place if not each.is_protected else NONE,
                "customers": int(customers[list(each.members)].sum()),
                "load_mw": self._mw(each, 0.0),
                "is_protected": each.is_protected,
            }
