"""Behind the transformers: faults there, who is dark for them, who says so, and what crews find.

The faults belong to `protection.low_voltage`, what control believes to `control.low_voltage`; here
they meet customers, calls, meters and crews.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.control.incidents import Incident
from sim.control.low_voltage import LowVoltageDesk
from sim.engine.facts import (
    CustomerReported,
    CustomersLost,
    CustomersRestored,
    MeterHeard,
    ReportTriaged,
    TroubleReported,
)
from sim.engine.sampling import quantile
from sim.grid.low_voltage import part_id, part_place
from sim.hazards.low_voltage import LowVoltageFailure, sides_of
from sim.protection.low_voltage import LowVoltageFault, LowVoltageFaults
from sim.scenario.low_voltage import LowVoltage
from sim.world.behind_found import Findings
from sim.world.meters import Meters
from sim.world.triage import PhoneTriage

if TYPE_CHECKING:
    from sim.crews.crews import Job
    from sim.world.world import World

__all__ = ["Behind", "behind_of"]

Ints = NDArray[np.int64]


def behind_of(world: World) -> Behind | None:
    """Return what lies behind the transformers of a world, if its scenario has that."""
    section = world.scenario.low_voltage
    if section is None:
        return None
    behind = Behind(world, section, world.part_failures)
    world.site.behind = behind
    return behind


class Behind:
    """Own which customer groups are dark from behind their transformer, and why."""

    def __init__(
        self, world: World, section: LowVoltage, failures: Sequence[LowVoltageFailure]
    ) -> None:
        self._world, self._section, self._failures = world, section, failures
        self.sides = sides = sides_of(section, world.grid)
        self.faults = LowVoltageFaults(world.journal, world.grid, sides)
        self.desk = LowVoltageDesk(
            section.reports,
            sides,
            world.room,
            world.clock,
            lambda _incident: world.dispatcher.wake(),
        )
        self._findings = Findings(world, self.faults, self.desk, self._tell_owner)
        self._meters = Meters(section.meters, world.streams)
        self._triage = PhoneTriage(section.triage, world.centre, world.streams)
        self._own_repair_s = quantile(section.repair.customer)
        self._own_repair = world.streams.trait("customers.own_repair")
        self._dark: Counter[int] = Counter()
        """Faults behind the transformer that keep a group dark."""
        self._cut: Counter[int] = Counter()
        """Those of them that are the utility's."""
        self._n_rows = 0
        self._n_reports: Counter[tuple[int, int]] = Counter()
        """Reports of a customer in one outage of its: (number, episode)."""
        self._due: dict[str, int] = {}
        """By fault of a customer's own: the repair that counts, the last one planned."""
        self.reported_s: dict[str, float] = {}
        self.told_by: dict[str, str] = {}
        self.n_wrong: Counter[str] = Counter()

    def begin(self) -> None:
        """Plan the failures of the run."""
        for each in self._failures:
            self._world.clock.call_at(each.t_s, partial(self._strike, each))

    # --- truth

    def _strike(self, failure: LowVoltageFailure) -> None:
        world = self._world
        ix = failure.transformer_ix
        fault = self.faults.strike(
            ix, failure.part, failure.number, failure.hazard, world.clock.now
        )
        if fault is None:
            return
        groups = world.groups.within(ix, fault.fed)
        lit = groups[~world.behaviour.out[groups]]
        seq = fault.seq
        if not fault.is_own:
            if len(lit):
                fact = CustomersLost(fault.asset, world.grid.transformers[ix].id, self._count(lit))
                seq = world.journal.write(fact, seq)
            self._hold(ix, groups, seq)
            if world.state.is_transformer_supplied(ix):
                self._gasp(fault, seq)
        newly = groups[[self._dark[each] == 0 for each in groups.tolist()]]
        self._dark.update(groups.tolist())
        world.behaviour.hold(newly, getattr(self._section.calls, fault.part), seq)
        if fault.is_own:
            after_s = self._section.repair.finds_out_after + self._repair_s(fault)
            self._mend_after(fault, after_s, fault.seq)

    def _hold(self, ix: int, groups: Ints, cause: int) -> None:
        """Count who has no supply for a fault of the utility's."""
        for group in groups.tolist():
            self._cut[group] += 1
            if self._cut[group] == 1:
                customers = int(self._world.groups.customers[group])
                now_s = self._world.clock.now
                self._world.interruptions.held(ix, group, customers, now_s, cause)

    def _count(self, groups: Ints) -> int:
        return int(self._world.groups.customers[groups].sum())

    def _mend(self, fault: LowVoltageFault, how: str, cause: int) -> None:
        """Clear a fault, and give light to whom nothing else keeps dark."""
        world, ix = self._world, fault.transformer_ix
        seq = self.faults.clear(fault, how, cause)
        groups = world.groups.within(ix, fault.fed)
        if not fault.is_own:
            for group in groups.tolist():
                self._cut[group] -= 1
                if self._cut[group] == 0:
                    world.interruptions.released(ix, group, world.clock.now)
        self._dark.subtract(groups.tolist())
        free = groups[[self._dark[each] == 0 for each in groups.tolist()]]
        back = world.behaviour.release(free)
        if not len(back):
            return
        if not fault.is_own:
            fact = CustomersRestored(fault.asset, world.grid.transformers[ix].id, self._count(back))
            seq = world.journal.write(fact, seq)
        world.orders.restored(back, seq)

    def customers_out(self) -> int:
        """Return the customers without supply behind transformers that have it."""
        world = self._world
        return sum(
            int(world.groups.customers[group])
            for group, n in self._cut.items()
            if n and world.state.is_transformer_supplied(int(world.groups.transformer_ix[group]))
        )

    def is_storm_over(self) -> bool:
        """Say whether every fault of the utility's is mended but those of every day."""
        return not any(
            each.is_live and not each.is_own and each.hazard != "steady" for each in self.faults.all
        )

    # --- the customer's own faults

    def _repair_s(self, fault: LowVoltageFault) -> float:
        return self._own_repair_s(self._own_repair.of(fault.id))

    def _mend_after(self, fault: LowVoltageFault, after_s: float, cause: int) -> None:
        number = self._due[fault.id] = self._due.get(fault.id, 0) + 1

        def mended() -> None:
            if fault.is_live and self._due[fault.id] == number:
                self._mend(fault, "own", cause)

        self._world.clock.call_in(after_s, mended)

    def _tell_owner(self, fault: LowVoltageFault, by: str, cause: int) -> None:
        """Let a customer know that the fault is its own: it calls an electrician."""
        if fault.id in self.told_by:
            return
        self.told_by[fault.id] = by
        found_out_s = fault.t_struck_s + self._section.repair.finds_out_after
        if found_out_s > self._world.clock.now:
            self._mend_after(fault, self._repair_s(fault), cause)
        self._world.behaviour.settle(self._world.groups.within(fault.transformer_ix, fault.fed))

    # --- reports

    def heard(self, reports: Iterable[tuple[int, int]]) -> None:
        """Take the calls that just now reported an outage of watched transformers.

        Calls that reported before, while control knew of the outage, are none of its business.
        """
        world = self._world
        rows = world.centre.reports_since(self._n_rows)
        self._n_rows += len(rows["caller"])
        new = np.flatnonzero(rows["t_end_s"] >= world.clock.now)
        customers = world.behaviour.callers.of(rows["caller"][new])
        columns = (customers, *(rows[name][new] for name in ("group", "call_type", "agent")))
        heard = dict(reports)
        for customer, group, call_type, agent in zip(
            *(each.tolist() for each in columns), strict=True
        ):
            ix = int(world.groups.transformer_ix[group])
            if ix in heard and not self.desk.is_explained(ix):
                self._report(ix, group, customer, call_type, agent)
        for ix, count in heard.items():
            if not self.desk.is_explained(ix):
                world.centre.watch(ix, count + 1)

    def _report(self, ix: int, group: int, customer: int, call_type: int, agent: int) -> None:
        world = self._world
        name = world.grid.transformers[ix].id
        n = int(world.centre.reports[ix])
        if customer < 0:  # a caller nobody knows: only the transformer
            seq = world.journal.write(TroubleReported(name, n), world.interruptions.cause_of(ix))
            delay_s = world.scenario.control.trouble_calls.delay
            world.clock.call_in(delay_s, lambda: world.room.reported(ix, seq))
            return
        place = world.groups.place_of(customer, ix)
        faults = self.faults.of(ix, place)
        cause = world.interruptions.cause_of(ix)
        if cause < 0 and faults:
            cause = faults[0].seq
        where = part_id(name, "customer", place)
        seq = world.journal.write(CustomerReported(where, name, n), cause)
        for fault in faults:
            self.reported_s.setdefault(fault.id, world.clock.now)
        episode = int(world.behaviour.episodes(np.array([group]))[0])
        self._n_reports[customer, episode] += 1
        is_first = self._n_reports[customer, episode] == 1
        is_own = world.state.is_transformer_supplied(ix) and self._is_own(faults)
        if is_first and self._triage.settles(customer, episode, is_own, call_type, agent):
            self._settled(ix, group, customer, "agent" if agent >= 0 else "menu", seq)
            return
        delay_s = world.scenario.control.trouble_calls.delay
        pass_on = partial(self._passed_on, ix, group, customer, is_first, seq)
        world.clock.call_in(delay_s, pass_on)

    def _is_own(self, faults: Collection[LowVoltageFault]) -> bool:
        return bool(faults) and all(each.is_own for each in faults)

    def _settled(self, ix: int, group: int, customer: int, by: str, cause: int) -> None:
        """Settle a report as the customer's own matter, rightly or wrongly."""
        world = self._world
        place = world.groups.place_of(customer, ix)
        name = world.grid.transformers[ix].id
        where = part_id(name, "customer", place)
        seq = world.journal.write(ReportTriaged(where, name, by), cause)
        world.orders.settle(group, customer)
        faults = self.faults.of(ix, place)
        if world.state.is_transformer_supplied(ix) and self._is_own(faults):
            for fault in faults:
                self._tell_owner(fault, by, seq)
            return
        for fault in faults:
            if not fault.is_own:
                self.n_wrong[fault.id] += 1
        episode = int(world.behaviour.episodes(np.array([group]))[0])
        if world.behaviour.out[group]:
            after_s = self._triage.calls_again_s(customer, episode)
            world.behaviour.call_again(group, customer, after_s, seq)

    def _passed_on(self, ix: int, group: int, customer: int, may_ask: bool, cause: int) -> None:
        """Let the work order reach the control room, for the right transformer or the next."""
        world = self._world
        place = world.groups.place_of(customer, ix)
        entered = world.room.entered_for(ix)
        if entered != ix:
            n = world.grid.transformers[entered].customers
            if n:
                self.desk.reported(entered, min(place, n - 1), cause)
            return
        if self.desk.is_explained(ix):
            return
        if may_ask:
            has_voltage = self._ask(ix, customer, cause)
            if has_voltage:
                # where supply came back meanwhile, nothing is left to settle
                if world.behaviour.out[group]:
                    self._settled(ix, group, customer, "meter", cause)
                return
        self.desk.reported(ix, place, cause)

    # --- meters

    def has_voltage(self, ix: int, place: int) -> bool:
        """Say whether there is voltage at the meter of one of a transformer's customers."""
        return self._world.state.is_transformer_supplied(ix) and all(
            each.is_own for each in self.faults.of(ix, place)
        )

    def _ask(self, ix: int, customer: int, cause: int) -> bool | None:
        """Ask the meter of a customer and some of its neighbours'; return the customer's answer."""
        world = self._world
        first = customer - world.groups.place_of(customer, ix)
        n = world.grid.transformers[ix].customers
        neighbours = self._meters.neighbours(customer, first, n)
        answers: dict[int, bool] = {}
        for each in (customer, *neighbours):
            answer = self._meters.answer(each, customer, self.has_voltage(ix, each - first))
            if answer is not None:
                answers[each] = answer
                name = world.grid.transformers[ix].id
                where = part_id(name, "customer", each - first)
                cause = world.journal.write(MeterHeard(where, name, answer), cause)
        others = [answer for each, answer in answers.items() if each != customer]
        if any(others):
            self.desk.cleared(ix)
        elif len(others) > 1:
            reporters = self.desk.reporters(ix) | {customer - first}
            self.desk.suspected(ix, reporters, cause)
        return answers.get(customer)

    def _gasp(self, fault: LowVoltageFault, cause: int) -> None:
        """Let the meters of a fault send their last gasps."""
        world, ix = self._world, fault.transformer_ix
        first = self._first_customer(ix)
        for place in fault.fed:
            group = world.groups.within(ix, range(place + 1))[-1]
            delay_s = self._meters.gasp_after_s(first + place, fault.id)
            if delay_s is not None and not world.behaviour.out[group]:
                gasped = partial(self._gasped, fault, place, cause)
                world.clock.call_in(delay_s, gasped)

    def _first_customer(self, ix: int) -> int:
        groups = self._world.groups
        return int(groups.first_customer[groups.of_transformer[ix][0]])

    def _gasped(self, fault: LowVoltageFault, place: int, cause: int) -> None:
        world, ix = self._world, fault.transformer_ix
        if not fault.is_live:
            return
        name = world.grid.transformers[ix].id
        fact = MeterHeard(part_id(name, "customer", place), name, False)
        seq = world.journal.write(fact, cause)
        if self.desk.is_explained(ix):
            return
        self.reported_s.setdefault(fault.id, world.clock.now)
        if len(self.desk.reporters(ix)) > 0 and not self.desk.is_cleared(ix):
            self._ask(ix, self._first_customer(ix) + place, seq)
        self.desk.reported(ix, place, seq)

    # --- crews

    def damage_on(self, place: str) -> list[tuple[str, str]]:
        """Return (asset, fault) of what a crew finds at a place behind a transformer."""
        return self._findings.damage_on(place)

    def repaired(self, asset: str, cause: int) -> bool:
        """Mend a part behind a transformer; return whether it is one."""
        if part_place(asset, self._world.grid.transformer_ix) is None:
            return False
        fault = self.faults.on(asset)
        if fault is not None:
            self._mend(fault, "repaired", cause)
        return True

    def looked(self, job: Job, incident: Incident, seq: int) -> bool:
        """Take what a crew found that looked behind a transformer; return whether it did."""
        return self._findings.looked(job, incident, seq)

    # --- tables

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a fault."""
        cleared = {
            entry.fact.subject: entry.t_s
            for entry in self._world.journal
            if type(entry.fact).__name__ == "LowVoltageFaultCleared"
        }
        return [
            {
                "fault": each.id,
                "asset": each.asset,
                "part": each.part,
                "hazard": each.hazard,
                "transformer_ix": each.transformer_ix,
                "customers": len(each.fed),
                "t_struck_s": each.t_struck_s,
                "t_reported_s": self.reported_s.get(each.id, math.nan),
                "t_cleared_s": cleared.get(each.id, math.nan),
                "told_by": self.told_by.get(each.id, ""),
                "n_wrong": self.n_wrong[each.id],
                "seq": each.seq,
            }
            for each in self.faults.all
        ]
