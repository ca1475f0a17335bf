"""Outages on purpose: how planned work and shortage reach the grid, belief, and customers.

Every one is an `OrderedOutage`: ordered for a time, told to its customers, begun, ended or called
off. Switching for it goes through protection like any other, and control takes it as done on
purpose. What customers were told before they lose supply counts from that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands import Command, TellOutage
from sim.control.ordered import OrderedOutage
from sim.engine.clock import LAST
from sim.engine.facts import (
    OutageBegan,
    OutageCalledOff,
    OutageEnded,
    OutageOrdered,
    SwitchOperated,
)
from sim.errors import InputError
from sim.messages import standing_at
from sim.notify.campaigns import Notice
from sim.operations.names import wrong_names
from sim.world.seats import NOTIFICATION

if TYPE_CHECKING:
    from sim.world.world import World

__all__ = ["CALLED_OFF", "Deliberate", "HandlerPair"]

HandlerPair = tuple[Callable[[Any], str], Callable[[Any, int], None]]
"""Check of a command, and what it does."""
CALLED_OFF = "called_off"
"""Template of the notice that an outage will not take place then."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Deliberate:
    """Own what was ordered, told and switched of outages on purpose."""

    def __init__(self, world: World) -> None:
        for path, words in wrong_names(world.scenario, world.grid):
            raise InputError(standing_at(".".join(map(str, path)), words))
        self._world = world
        self._room, self._clock, self._journal = world.room, world.clock, world.journal
        self._purposes: dict[int, OrderedOutage] = {}
        """By the fact or command that orders a switching."""
        self._told: dict[str, dict[str, tuple[Floats, float]]] = {}
        """By outage and channel: share of each customer group, and the time told."""
        self.first_told_s: dict[str, float] = {}
        planned, shortage = world.scenario.planned, world.scenario.shortage
        self._channels = {
            "planned": planned.channels,
            "shortage": shortage.channels if shortage else (),
        }
        self._factors = {
            "planned": planned.informed_factor,
            "shortage": shortage.informed_factor if shortage else planned.informed_factor,
        }
        self._numbers: dict[str, int] = {}

    def handlers(self) -> dict[type[Command], HandlerPair]:
        """Return the commands handled here."""
        return {TellOutage: (self._check_tell, self._tell)}

    # --- the life of an outage

    def number(self, of: str) -> int:
        """Return the next number of what belongs to something: 1, 2, ..."""
        self._numbers[of] = self._numbers.get(of, 0) + 1
        return self._numbers[of]

    def order(self, outage: OrderedOutage, cause: int) -> OrderedOutage:
        """Let an outage be known that is to come."""
        self._room.ordered.add(outage)
        customers = int(self._world.grid.transformer_customers[list(outage.members)].sum())
        fact = OutageOrdered(outage.id, outage.why, outage.start_s, outage.restoration_s, customers)
        outage.seq = self._journal.write(fact, cause)
        return outage

    def begin(self, outage: OrderedOutage, cause: int) -> int:
        """Begin the switching of an outage; what the fact returned causes is on purpose."""
        outage.began_s = self._clock.now
        outage.seq = self._journal.write(OutageBegan(outage.id, outage.why), cause)
        self.intend(outage.seq, outage)
        follow = partial(self._world.announcing.follow, outage.members)
        self._clock.call_at(outage.restoration_s, follow)
        return outage.seq

    def end(self, outage: OrderedOutage, cause: int) -> None:
        """End an outage whose switching is undone."""
        outage.seq = self._journal.write(OutageEnded(outage.id, outage.why), cause)
        self._room.end_ordered(outage, outage.seq)
        self._told.pop(outage.id, None)

    def call_off(self, outage: OrderedOutage, why: str, cause: int) -> int:
        """Let an outage that has not begun not take place; its customers are told if they know."""
        outage.seq = self._journal.write(OutageCalledOff(outage.id, why), cause)
        outage.ended_s = self._clock.now
        if outage.id in self.first_told_s:
            self.tell(outage, CALLED_OFF, outage.seq)
        return outage.seq

    # --- switching

    def intend(self, seq: int, outage: OrderedOutage) -> None:
        """Let whatever a fact or command switches be on purpose."""
        self._purposes[seq] = outage

    def operate(self, outage: OrderedOutage, device: str, closed: bool, cause: int) -> int | None:
        """Move a switch by telecontrol for an outage; None: it cannot open on fault current."""
        self.intend(cause, outage)
        done = self._world.protection.operate(device, closed, "remote", cause)
        if done is not None:
            self.switched(outage, device, closed, done)
        return done

    def switched(self, outage: OrderedOutage, device: str, closed: bool, cause: int) -> None:
        """Let control know of a switch moved for an outage, by telecontrol or by a crew."""
        self._room.switched_on_purpose(device, closed, outage, cause)
        switch = self._world.grid.switches[self._world.grid.switch_ix[device]]
        if switch.is_breaker:
            self._world.evidence.answer(device, cause)
        if self._room.incidents.open():
            self._world.dispatcher.wake()  # one of them may have waited for this

    def behind(self, seq: int) -> OrderedOutage | None:
        """Return the ordered outage behind a loss of supply, None where it was a fault."""
        if not self._room.ordered.all:
            return None
        cause = self._journal.at(seq).cause
        if cause < 0 or not isinstance(self._journal.at(cause).fact, SwitchOperated):
            return None
        return self._purposes.get(self._journal.at(cause).cause)

    # --- customers

    def supply_lost(self, transformers: Sequence[int], seq: int) -> None:
        """Let customers who lose supply on purpose know what they were told before."""
        if not self._room.ordered.all:
            return
        outage = self.behind(seq)
        groups = self._world.groups.of(transformers)
        factor = None if outage is None else self._factors[outage.why]
        self._world.behaviour.expect(groups, factor)
        self._world.orders.explain(transformers, outage is not None)

    def supply_restored(self, transformers: Sequence[int]) -> None:
        """Let reports of these make work orders again."""
        if self._room.ordered.all:
            self._world.orders.explain(transformers, False)

    def recall(self, transformers: Sequence[int], seq: int) -> None:
        """Tell those without supply now what they were told before."""
        outage = self.behind(seq)
        if outage is None:
            return
        groups = self._world.groups.of(transformers)
        for channel, (shares, promise_s) in self._told.get(outage.id, {}).items():
            reached = groups[shares[groups] > 0.0]
            if len(reached) and promise_s > self._clock.now:
                self._world.behaviour.informed(reached, shares[reached], promise_s, channel)

    def noticed(self, notice: Notice, channel: str, groups: Ints, shares: Floats) -> bool:
        """Take that a notice of an ordered outage was noticed; False: it is of something else."""
        outage = self._room.ordered.all.get(notice.incident)
        if outage is None:
            return False
        if outage.is_over or notice.template == CALLED_OFF:
            return True
        told = self._told.setdefault(outage.id, {})
        known, _promise_s = told.get(channel, (np.zeros(len(self._world.groups.customers)), 0.0))
        known[groups] = np.maximum(known[groups], shares)
        told[channel] = (known, notice.restoration_s)
        if notice.restoration_s > self._clock.now:
            self._world.behaviour.informed(groups, shares, notice.restoration_s, channel)
        return True

    def tell(self, outage: OrderedOutage, template: str, cause: int) -> None:
        """Let the notification desk tell an outage's customers, as its automatic policy would."""

        def give() -> None:
            if self._world.seats.is_autopilot(NOTIFICATION):
                self._world.handlers.give(TellOutage(outage.id, template), NOTIFICATION, cause)

        self._clock.call_in(0.0, give, LAST)

    # --- the command

    def _check_tell(self, command: TellOutage) -> str:
        outage = self._room.ordered.all.get(command.outage)
        if outage is None:
            return "unknown_outage"
        if command.template not in (outage.why, CALLED_OFF):
            return "unknown_template"
        if not self._world.campaigns.carriers.keys() >= set(command.channels):
            return "unknown_channel"
        if not outage.members:
            return "nobody_believed_out"
        if command.template == CALLED_OFF:
            return "" if outage.is_over else "outage_stands"
        return "outage_over" if outage.is_over else ""

    def _tell(self, command: TellOutage, seq: int) -> None:
        outage = self._room.ordered.all[command.outage]
        is_off = command.template == CALLED_OFF
        if is_off:
            self._told.pop(outage.id, None)
        else:
            self.first_told_s.setdefault(outage.id, self._clock.now)
        self._world.campaigns.submit(
            outage.id,
            command.template,
            float("nan") if is_off else outage.restoration_s,
            self._world.groups.of(outage.members),
            seq,
            command.channels or self._channels[outage.why],
        )
